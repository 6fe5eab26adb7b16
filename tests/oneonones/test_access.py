"""A one-on-one is its two people's: the whole cast at every address, nobody else a word of it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.assignments import feed, reminders
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents.models import Document
from portal.mail.models import Letter, kinds
from portal.oneonones import access, following, holding
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person
from tests import cast
from tests.cast import TODAY
from tests.oneonones.conftest import TOMORROW, again, begin, follows
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
SEES = NOBODY | {"erin": 200, "mara": 200}
ACTS = NOBODY | {"erin": 303, "mara": 303}
# Where another leads by now, the one who led reads on and adds nothing.
READS = NOBODY | {"erin": 403, "mara": 403}
NOWHERE = "/one-on-ones/999999"
POINT = {"words": "A point"}
NOTES = {"words": "Words", "version": "0"}
ACTION = {"title": "Do it", "due_on": str(TOMORROW)}
WRITES: dict[str, dict[str, str]] = {
    "points": POINT, "day": {"next_on": str(TOMORROW)}, "skipping": {}, "day/undo": {},
    "rhythm": {"weeks": "1", "next_on": str(TOMORROW)},
    "meeting": {"held_on": str(TODAY), "number": "1"},
}  # fmt: skip


@pytest.fixture
def full(who: Any, pair: Any) -> Any:
    """One with everything in it, held once; each word a canary."""
    TalkPoint.raise_for(pair, ["CANARY point"], by=who.erin)
    pair.next.write_notes("CANARY shared", 0, by=who.erin)
    PrivateNote.write(pair.next, "CANARY of erin", 0, by=who.erin)
    PrivateNote.write(pair.next, "CANARY of mara", 0, by=who.mara)
    Action.set_for(pair, "CANARY action", who.mara, TOMORROW, by=who.erin)
    holding.hold(pair, TODAY, by=who.mara, number=1)
    return again(pair)


def moved(who: Any, to: Any = None) -> None:
    """Erin reports to Otto from now on, and what follows by the clock has followed."""
    follows(who.erin, to or who.otto)
    following.end_out_of_line()


def test_everybody_at_work_has_the_list_and_their_own_export(as_: Any, full: Any) -> None:
    staff = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
    for address in ("/one-on-ones", "/one-on-ones/export"):
        knock(as_, staff, address, nowhere="/one-on-ones/nothing/at/all")


def test_one_is_read_by_its_two_people_and_nobody_else(as_: Any, full: Any) -> None:
    talk = Talk.get(Talk.number == 1)
    for part in ("", "/talks", "/rhythm", "/agenda"):
        knock(as_, SEES, f"{full.url}{part}", nowhere=f"{NOWHERE}{part}")
    knock(as_, SEES, talk.url, nowhere="/one-on-ones/talks/999999")
    action = Action.get()
    knock(as_, ACTS, f"/one-on-ones/actions/{action.id}", nowhere="/one-on-ones/actions/999999")


@pytest.mark.parametrize("verb", WRITES)
def test_its_two_people_act_and_nobody_else(as_: Any, who: Any, verb: str) -> None:
    def anew() -> str:
        everything_goes()
        return f"{begin(who.erin, who.mara).url}/{verb}"

    knock(as_, ACTS, "", before=anew, data=WRITES[verb], nowhere=f"{NOWHERE}/{verb}")


def everything_goes() -> None:
    following.erase([one.id for one in OneOnOne.select()])


@pytest.mark.parametrize("verb", WRITES)
def test_an_ex_manager_reads_and_adds_nothing(as_: Any, who: Any, full: Any, verb: str) -> None:
    data = WRITES[verb]
    moved(who)
    knock(as_, SEES, full.url, nowhere=NOWHERE)
    knock(as_, READS, f"{full.url}/{verb}", data=data, nowhere=f"{NOWHERE}/{verb}")


def test_at_once_when_the_line_changes_whether_or_not_the_clock_has_run(
    as_: Any, who: Any, full: Any
) -> None:
    follows(who.erin, who.otto)
    assert OneOnOne.get().ended_at is None
    for name in ("mara", "erin"):
        assert as_(name).post(f"{full.url}/points", data=POINT).status_code == 403
        assert "This ended" in as_(name).get(full.url).text
    assert as_("otto").get(full.url).status_code == 404


@pytest.mark.parametrize("part", ["tick", "removal", "restoring", "action"])
def test_points_are_for_the_two(as_: Any, who: Any, pair: Any, part: str) -> None:
    def anew() -> str:
        TalkPoint.raise_for(pair, [f"Point {TalkPoint.select().count()}"], by=who.erin)
        newest = TalkPoint.select().order_by(TalkPoint.id.desc()).get()
        return f"/one-on-ones/points/{newest.id}/{part}"

    data = ACTION | {"whose": str(who.erin.id)} if part == "action" else {}
    table = ACTS | ({"mara": 403} if part in ("removal", "restoring") else {})
    nowhere = f"/one-on-ones/points/999999/{part}"
    knock(as_, table, "", before=anew, data=data, nowhere=nowhere)
    address = anew()
    moved(who)
    knock(as_, READS, address, data=data, nowhere=nowhere)


def test_notes_are_for_the_two(as_: Any, who: Any, pair: Any) -> None:
    for part in ("notes", "private-notes"):
        address, nowhere = f"{pair.next.url}/{part}", f"/one-on-ones/talks/999999/{part}"
        refused = {name: code for name, code in ACTS.items() if code != 303}
        knock(as_, refused, address, data=NOTES, nowhere=nowhere)
        assert as_("erin").post(address, data=NOTES).status_code == 303
    moved(who)
    for part in ("notes", "private-notes"):
        address, nowhere = f"{pair.next.url}/{part}", f"/one-on-ones/talks/999999/{part}"
        knock(as_, READS, address, data=NOTES, nowhere=nowhere)
    taking = f"{pair.next.url}/taking-back"
    knock(as_, READS, taking, data={}, nowhere="/one-on-ones/talks/999999/taking-back")


def test_an_action_is_settled_by_whoever_has_it_also_afterwards(
    as_: Any, who: Any, full: Any
) -> None:
    action = Action.get()
    for verb in ("completion", "reopening", "letting-go"):
        address = f"/one-on-ones/actions/{action.id}/{verb}"
        knock(as_, ACTS, address, data={}, nowhere=f"/one-on-ones/actions/999999/{verb}")
    as_("mara").post(f"/one-on-ones/actions/{action.id}/reopening")
    moved(who)
    for verb, table in (
        ("completion", READS | {"mara": 303}), ("letting-go", READS),
    ):  # fmt: skip
        address = f"/one-on-ones/actions/{action.id}/{verb}"
        knock(as_, table, address, data={}, nowhere=f"/one-on-ones/actions/999999/{verb}")


def test_it_begins_only_between_somebody_and_whoever_leads_them_directly(
    as_: Any, who: Any
) -> None:
    said = {"weeks": "1", "next_on": str(TOMORROW)}

    nowhere = "/one-on-ones/with/999999"
    to_erin = NOBODY | {"mara": 303}
    knock(
        as_,
        to_erin,
        f"/one-on-ones/with/{who.erin.id}",
        data=said,
        before=everything_goes,
        nowhere=nowhere,
    )
    to_mara = NOBODY | {"erin": 303, "ben": 303, "nia": 303, "dora": 303}
    knock(
        as_,
        to_mara,
        f"/one-on-ones/with/{who.mara.id}",
        data=said,
        before=everything_goes,
        nowhere=nowhere,
    )
    everything_goes()
    shown = NOBODY | {"mara": 200}
    knock(as_, shown, f"/one-on-ones/with/{who.erin.id}", nowhere=nowhere)


def test_the_link_on_a_person_asks_the_same_rule(who: Any) -> None:
    can = {
        (viewer, person)
        for viewer in cast.NAMES
        for person in cast.NAMES
        if access.can_open(cast.person(viewer), cast.person(person))
    }
    led = {("erin", "mara"), ("ben", "mara"), ("nia", "mara"), ("mara", "dora"), ("olga", "otto")}
    assert can == led | {(lead, report) for report, lead in led}


def test_the_new_lead_begins_afresh_and_sees_nothing_of_it(as_: Any, who: Any, full: Any) -> None:
    moved(who)
    as_("otto").post(
        f"/one-on-ones/with/{who.erin.id}", data={"weeks": "1", "next_on": str(TOMORROW)}
    )
    new = OneOnOne.get(OneOnOne.lead == who.otto)
    for address in (new.url, f"{new.url}/talks", "/one-on-ones", "/one-on-ones/export", "/"):
        assert "CANARY" not in as_("otto").get(address).text, address
    assert "Earlier" in as_("erin").get("/one-on-ones").text
    answer = as_("erin").get(f"/one-on-ones/with/{who.otto.id}")
    assert answer.headers["Location"] == new.url
    old = as_("erin").get(f"/one-on-ones/with/{who.mara.id}")
    assert old.headers["Location"] == full.url


def test_it_ends_by_itself_and_the_duty_with_it(who: Any, full: Any) -> None:
    assert following.end_out_of_line() == 0
    moved(who)
    one = OneOnOne.get()
    assert one.ended_at == clock.now() and following.end_out_of_line() == 0
    kinds = Assignment.select(Assignment.kind).where(Assignment.is_open()).tuples()
    # What somebody said they would do, they still owe.
    assert {kind for (kind,) in kinds} & {"one_on_one", "action"} == {"action"}
    back = begin(who.erin, who.otto)
    assert back.id != one.id


def test_it_ends_when_one_of_the_two_leaves_and_private_notes_go_with_their_author(
    as_: Any, who: Any, full: Any, move_clock: Any
) -> None:
    client = as_("erin")
    last = TODAY + timedelta(days=3)
    who.erin.depart(by=who.helen, last_day_on=last, access_ends_at=clock.end_of_day(last, "UTC"))
    assert following.forget_leavers() == 0 and client.get(full.url).status_code == 200
    move_clock(days=5)
    following.end_out_of_line()
    assert OneOnOne.get().ended_at and client.get(full.url).status_code == 303
    assert following.forget_leavers() == 1
    assert [note.author_id for note in PrivateNote.select()] == [who.mara.id]
    assert "CANARY shared" in as_("mara").get(f"{Talk.get(Talk.number == 1).url}").text


def test_frequency_is_hrs(as_: Any) -> None:
    knock(as_, NOBODY | {"helen": 200}, "/one-on-ones/frequency", nowhere="/one-on-ones/nothing")


# -- nobody else learns that they talk ---------------------------------------------------------

IS_LINK = re.compile(r'href="(/[^"#]*)')
OUTSIDERS = ("dora", "ben", "otto", "olga", "ida", "nia", "helen", "audrey", "adam")
MOST_PAGES = 150


def crawl(client: Any) -> dict[str, bytes]:
    """Every page and file that somebody reaches by links, of one sort five at most."""
    seen: dict[str, bytes] = {}
    first = [f"/people/{cast.person(name).id}" for name in ("erin", "mara")]
    ahead = [
        "/", "/me", *first, "/people", "/one-on-ones", "/one-on-ones/export",
        "/search?q=canary", "/search?q=one-on-one", "/audit", "/audit/looks", "/letters",
        "/hr", "/team", "/retention", "/forms?show=read", "/assignments/1",
    ]  # fmt: skip
    shapes: dict[str, int] = {}
    while ahead and len(seen) < MOST_PAGES:
        address = ahead.pop(0).replace("&amp;", "&")
        shape = re.sub(r"\d+", "N", address.partition("?")[0])
        if address in seen or shapes.get(shape, 0) >= 5 or "/assets/" in address:
            continue
        shapes[shape] = shapes.get(shape, 0) + 1
        answer = client.get(address, follow_redirects=True)
        seen[address] = answer.data
        if answer.mimetype == "text/html":
            ahead += IS_LINK.findall(answer.text)
    return seen


def talks_of(said: bytes) -> bool:
    """Whether a page gives a word of theirs away, or that they talk."""
    text = said.decode("utf-8", "replace")
    return "CANARY" in text or "One-on-one with" in text or "talk_point" in text


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_page_or_file_tells_anybody_else_of_it(
    as_: Any, who: Any, full: Any, name: str, move_clock: Any
) -> None:
    # Late by a month: whoever is told of late things would be told now.
    move_clock(days=30)
    found = crawl(as_(name))
    assert len(found) > 15
    assert [address for address, said in found.items() if talks_of(said)] == []
    person = as_(name).get(f"/retention/people/{who.erin.id}").text
    assert "One-on-ones" not in person and "private note" not in person.lower()


def test_the_crawl_would_find_what_the_two_see(as_: Any, full: Any) -> None:
    assert any(talks_of(said) for said in crawl(as_("mara")).values())


def test_the_other_ones_private_notes_are_on_no_page_of_either(as_: Any, full: Any) -> None:
    for name, other in (("erin", b"CANARY of mara"), ("mara", b"CANARY of erin")):
        found = crawl(as_(name))
        assert [address for address, said in found.items() if other in said] == []
        own = f"CANARY of {name}".encode()
        assert own in found["/one-on-ones/export"]
        assert any(own in said for address, said in found.items() if "/talks/" in address)


def test_an_export_holds_what_is_ones_own(as_: Any, full: Any) -> None:
    erin, mara = (as_(name).get("/one-on-ones/export").text for name in ("erin", "mara"))
    assert "CANARY point" in erin and "CANARY point" not in mara
    assert "CANARY action" in mara and "CANARY action" not in erin


def test_letters_tell_only_the_two_and_no_subject_names_a_point(
    app: Any, who: Any, full: Any, move_clock: Any
) -> None:
    """Due, then a week late: the digest of whoever owes it, and of nobody above them or in HR."""
    sent: dict[str, str] = {}
    for days in (1, 4, 5, 8, 20):
        move_clock(days=days)
        reminders.write_digests()
    for letter in Letter.select():
        message = kinds[letter.kind].render(letter)
        if message is None:
            continue
        assert "CANARY" not in message.subject and "Erin" not in message.subject
        name = Person.get_by_id(letter.person_id).email.partition("@")[0]
        sent[name] = sent.get(name, "") + message.text
    told = {name for name, said in sent.items() if "CANARY" in said or "One-on-one" in said}
    assert "mara" in told and told <= {"mara", "erin"}
    others = {letter.person_id for letter in Letter.select() if letter.kind == "digest"}
    assert who.dora.id not in others and who.helen.id not in others


def test_the_trail_shows_nothing_of_it_to_anybody(as_: Any, who: Any, full: Any) -> None:
    tags = {event.tag for event in Event.select() if event.tag.startswith(("one_on", "private_d"))}
    assert {"one_on_one.begun", "one_on_one.held", "private_duty.opened"} <= tags
    assert not Event.select().where(
        Event.subject_kind == "assignment", Event.data.contains("one_on_one")
    )
    for event in Event.select():
        assert "CANARY" not in event.data, event.tag
    for name in ("helen", "audrey", "adam"):
        page = as_(name).get("/audit").text
        assert "one-on-one" not in page.lower() and "private_duty" not in page, name


def test_the_duties_of_it_are_nobodys_but_their_owners(as_: Any, who: Any, full: Any) -> None:
    for duty in Assignment.select().where(Assignment.kind.in_(["one_on_one", "action"])):
        table = NOBODY | {"mara": 200}
        knock(as_, table, f"/assignments/{duty.id}", nowhere="/assignments/999999")
    assert "0" not in re.findall(r"(\d+) late", as_("dora").get("/team").text)


def test_the_calendar_has_the_day_for_the_two(app: Any, who: Any, pair: Any) -> None:
    for name, is_in in (("erin", True), ("mara", True), ("dora", False), ("helen", False)):
        person = cast.person(name)
        for is_named in (True, False):
            given = feed.make_link(person, is_named=is_named)
            file = feed.file_of(given, "http://127.0.0.1:5000").decode().replace("\r\n ", "")
            assert (f"DTSTART;VALUE=DATE:{TOMORROW:%Y%m%d}" in file) is is_in, (name, is_named)
            assert ("One-on-one with" in file) is (is_in and is_named), (name, is_named)


def test_a_ready_agenda_is_taken_over_by_the_two(as_: Any, who: Any, pair: Any) -> None:
    source = "---\nkind: agenda\ntitle: Start\nsummary: x\naudience: everyone\nowner: @hr\n---\n"
    document = Document.start("agenda", "Start", by=who.helen)
    document.publish(f"{source}- How are you?\n- What is next?\n", by=who.helen)
    assert "How are you?" in as_("erin").get(f"{pair.url}/agenda").text
    for _ in range(2):
        answer = as_("erin").post(f"{pair.url}/agenda", data={"agenda": str(document.id)})
        assert answer.status_code == 303
    assert [point.words for point in TalkPoint.select()] == ["How are you?", "What is next?"]
    assert as_("erin").post(f"{pair.url}/agenda", data={"agenda": "7777"}).status_code == 422
