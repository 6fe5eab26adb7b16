"""A one-on-one is its two people's: the whole cast at every address, nobody else a word of it."""

import re
from typing import Any

import pytest

from portal.assignments import feed, reminders
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents.models import Document
from portal.mail.models import Letter, kinds
from portal.oneonones import access, following, holding
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.points import TalkPoint
from portal.people.models import Person
from tests import cast
from tests.cast import TODAY
from tests.oneonones.conftest import POINT, TOMORROW, again, begin, follows, moved
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
SEES = NOBODY | {"erin": 200, "mara": 200}
ACTS = NOBODY | {"erin": 303, "mara": 303}
# Where another leads by now, the one who led reads on and adds nothing.
READS = NOBODY | {"erin": 403, "mara": 403}
NOWHERE = "/one-on-ones/999999"
AGENDA = """---
kind: agenda
title: First talk
summary: How it begins.
audience: everyone
owner: @hr
---
- How did you arrive?
"""
NOTES = {"words": "Words", "version": "0"}
ACTION = {"title": "Do it", "due_on": str(TOMORROW)}
WRITES: dict[str, dict[str, str]] = {
    "points": POINT, "day": {"next_on": str(TOMORROW)}, "day/undo": {},
    "skipping": {"planned_on": str(TOMORROW)},
    "rhythm": {"weeks": "1", "next_on": str(TOMORROW)},
    "meeting": {"held_on": str(TODAY), "number": "1"},
}  # fmt: skip


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


def test_actions_are_agreed_and_agendas_filled_by_the_two(as_: Any, who: Any, pair: Any) -> None:
    agenda = Document.start("agenda", "First talk", by=who.helen)
    agenda.publish(AGENDA, by=who.helen)
    writes = {
        "actions": ACTION | {"whose": str(who.erin.id)}, "agenda": {"agenda": str(agenda.id)},
    }  # fmt: skip
    for table in (ACTS, READS):
        for verb, data in writes.items():
            knock(as_, table, f"{pair.url}/{verb}", data=data, nowhere=f"{NOWHERE}/{verb}")
        moved(who)
    assert Action.select().count() == 1 and TalkPoint.select().count() == 1


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


POINTS: dict[str, dict[str, str]] = {
    "/tick": {}, "/untick": {}, "/place": {"steps": "1"}, "/putting-off": {}, "/putting-on": {},
    "/removal": {}, "/restoring": {}, "/action": ACTION, "": POINT,
}  # fmt: skip
ONES_OWN = ("/removal", "/restoring", "")


@pytest.mark.parametrize("part", POINTS)
def test_points_are_for_the_two(as_: Any, who: Any, pair: Any, part: str) -> None:
    def anew() -> str:
        TalkPoint.raise_for(pair, [f"Point {TalkPoint.select().count()}"], by=who.erin)
        newest = TalkPoint.select().order_by(TalkPoint.id.desc()).get()
        return f"/one-on-ones/points/{newest.id}{part}"

    data = POINTS[part] | ({"whose": str(who.erin.id)} if part == "/action" else {})
    table = ACTS | ({"mara": 403} if part in ONES_OWN else {})
    nowhere = f"/one-on-ones/points/999999{part}"
    knock(as_, table, "", before=anew, data=data, nowhere=nowhere)
    if part == "":
        knock(as_, SEES | {"mara": 403}, anew(), nowhere=nowhere)
    address = anew()
    moved(who)
    knock(as_, READS, address, data=data, nowhere=nowhere)


@pytest.mark.parametrize("part", POINTS)
def test_a_point_taken_off_is_there_for_whoever_raised_it_alone(
    as_: Any, who: Any, pair: Any, part: str
) -> None:
    TalkPoint.raise_for(pair, ["Better left unsaid"], by=who.erin)
    point = TalkPoint.get()
    point.remove(by=who.erin)
    data = POINTS[part] | ({"whose": str(who.erin.id)} if part == "/action" else {})
    for post in (as_("mara").post, lambda *args, **more: as_("mara").hx(*args, "x", **more)):
        answer = post(f"/one-on-ones/points/{point.id}{part}", data=data)
        assert answer.status_code == 404 and "unsaid" not in answer.text
    point.restore(by=who.erin)
    assert "Better left unsaid" in as_("mara").get(pair.url).text


def test_what_was_talked_about_is_not_taken_out_of_it_afterwards(
    as_: Any, who: Any, pair: Any
) -> None:
    TalkPoint.raise_for(pair, ["As it was said"], by=who.erin)
    point = TalkPoint.get()
    point.tick(by=who.mara)
    holding.hold(again(pair), TODAY, by=who.mara, number=1)
    for part, data in (("/removal", {}), ("/restoring", {}), ("", POINT)):
        answer = as_("erin").post(f"/one-on-ones/points/{point.id}{part}", data=data)
        assert answer.status_code == 403, part
    assert not point.remove(by=who.erin)
    assert "As it was said" in as_("mara").get(Talk.get(Talk.number == 1).url).text


def test_notes_are_for_the_two(as_: Any, who: Any, pair: Any) -> None:
    for part in ("notes", "private-notes"):
        address, nowhere = f"{pair.next.url}/{part}", f"/one-on-ones/talks/999999/{part}"
        refused = {name: code for name, code in ACTS.items() if code != 303}
        knock(as_, refused, address, data=NOTES, nowhere=nowhere)
        assert as_("erin").post(address, data=NOTES).status_code == 303
    moved(who)
    # Whoever was part of it gets the words back; one's own notes stay one's own.
    for part, code in (("notes", 422), ("private-notes", 303)):
        address, nowhere = f"{pair.next.url}/{part}", f"/one-on-ones/talks/999999/{part}"
        table = NOBODY | {"erin": code, "mara": code}
        knock(as_, table, address, data=NOTES, nowhere=nowhere)
    taking = f"{pair.next.url}/taking-back"
    knock(as_, READS, taking, data={}, nowhere="/one-on-ones/talks/999999/taking-back")


def test_an_action_is_settled_by_whoever_has_it_also_afterwards(
    as_: Any, who: Any, full: Any
) -> None:
    action = Action.get()
    day = {"due_on": str(TOMORROW)}
    for verb, data in (("completion", {}), ("reopening", {}), ("letting-go", {}), ("day", day)):
        address = f"/one-on-ones/actions/{action.id}/{verb}"
        knock(as_, ACTS, address, data=data, nowhere=f"/one-on-ones/actions/999999/{verb}")
    as_("mara").post(f"/one-on-ones/actions/{action.id}/reopening")
    moved(who)
    for verb, table, data in (
        ("completion", READS | {"mara": 303}, {}), ("letting-go", READS, {}), ("day", READS, day),
    ):  # fmt: skip
        address = f"/one-on-ones/actions/{action.id}/{verb}"
        knock(as_, table, address, data=data, nowhere=f"/one-on-ones/actions/999999/{verb}")


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


def test_frequency_is_hrs(as_: Any) -> None:
    knock(as_, NOBODY | {"helen": 200}, "/one-on-ones/frequency", nowhere="/one-on-ones/nothing")


GARBAGE = ("", "x" * 7_000, "a\0b", "9" * 40, "-1", "2026-02-30", "\r\nSubject: x", "{{7*7}}")


def test_no_garbage_is_a_mistake_of_ours(as_: Any, who: Any, pair: Any) -> None:
    TalkPoint.raise_for(pair, ["A point"], by=who.erin)
    action = Action.set_for(pair, "Do it", who.erin, TOMORROW, by=who.mara)
    point, talk = f"/one-on-ones/points/{TalkPoint.get().id}", pair.next.url
    asked = {f"{pair.url}/{verb}": data for verb, data in WRITES.items()}
    asked |= {f"{point}{part}": data for part, data in POINTS.items() if data}
    asked |= {f"{talk}/notes": NOTES, f"{talk}/private-notes": NOTES, f"{pair.url}/actions": ACTION}
    asked |= {f"/one-on-ones/actions/{action.id}/day": {"due_on": ""}}
    erin = as_("erin")
    for address, data in asked.items():
        for words in GARBAGE:
            for is_htmx in (False, True):
                post = erin.hx if is_htmx else erin.post
                target = ("x",) if is_htmx else ()
                answer = post(address, *target, data=dict.fromkeys(data, words))
                assert answer.status_code in (200, 303, 409, 422), (address, words, answer)
    assert "{{7*7}}" in erin.get(pair.url).text


# -- nobody else learns that they talk ---------------------------------------------------------

IS_LINK = re.compile(r'href="(/[^"#]*)')
OUTSIDERS = ("dora", "ben", "otto", "olga", "ida", "nia", "helen", "audrey", "adam")
MOST_PAGES = 200


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


def test_nothing_of_it_stays_on_a_browser_that_others_use(as_: Any, full: Any) -> None:
    """Both read the same address: what one of them typed must not come back for the other."""
    past = Talk.get(Talk.number == 1).url
    for address in (full.url, past, "/one-on-ones/export"):
        assert "no-store" in as_("erin").get(address).headers["Cache-Control"], address
    for name in ("erin", "mara"):
        page = as_(name).get(full.url).text
        drafts = set(re.findall(r'data-draft-person="(\d+)"', page))
        assert drafts == {str(cast.person(name).id)}
        fields = re.findall(r"<textarea[^>]*>", page)
        assert len(fields) == 2 and all('autocomplete="off"' in field for field in fields)


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
