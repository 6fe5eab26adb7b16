"""Who reads which feedback and praise: the cast at every address."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.assignments import reminders
from portal.assignments.models import Assignment
from portal.audit import Event, Look
from portal.feedback import access, prompting
from portal.feedback.asking import DUTY
from portal.feedback.models import LINE, THEM, Note
from portal.feedback.opting_out import PraiseOptOut
from portal.mail.models import Letter, kinds
from portal.trust import access as trust_access
from tests import cast
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
SENDS = {name: 303 if status == 200 else status for name, status in STAFF.items()}
LEAD = {"mara": 200, "dora": 200}
NOWHERE = "/feedback/nothing/at/all"


def test_everybody_at_work_gives_asks_and_praises(as_: Any, in_force: Any) -> None:
    for address in (
        "/feedback", "/feedback?show=praise", "/feedback?show=given", "/feedback?show=requests",
        "/feedback/new", "/feedback/requests/new", "/praise/new", "/praise", "/feedback/colleagues",
    ):  # fmt: skip
        knock(as_, STAFF, address, nowhere=NOWHERE)
    for address in ("/feedback/praise-page/closing", "/feedback/praise-page/opening"):
        knock(as_, SENDS, address, data={}, nowhere=NOWHERE)
    said = {"people": "Ida Sørensen", "text": "So.", "value": "We say it early", "shown": "public"}
    # Nobody praises themselves.
    knock(as_, SENDS | {"ida": 422}, "/praise", data=said, nowhere=NOWHERE)


def test_feedback_for_one_alone_is_read_by_them_and_whoever_gave_it(
    as_: Any, who: Any, said: Any
) -> None:
    note = said(who.ben, who.erin, THEM)
    sees = NOBODY | {"erin": 200, "ben": 200}
    knock(as_, sees, note.url, nowhere="/feedback/999999")


def test_shared_feedback_is_read_by_everybody_above_as_well(as_: Any, who: Any, said: Any) -> None:
    note = said(who.ben, who.erin, LINE)
    knock(as_, NOBODY | {"erin": 200, "ben": 200} | LEAD, note.url, nowhere="/feedback/999999")


def test_each_verb_is_for_one_side(as_: Any, who: Any, said: Any) -> None:
    verbs = {
        "acknowledgment": {"erin": 303, "ben": 403, "mara": 403, "dora": 403},
        "withdrawal": {"erin": 403, "ben": 303, "mara": 403, "dora": 403},
        "restoration": {"ben": 303},
    }
    for verb, may in verbs.items():

        def anew(verb: str = verb) -> str:
            return f"{said(who.ben, who.erin, LINE).url}/{verb}"

        nowhere = f"/feedback/999999/{verb}"
        knock(as_, NOBODY | may, "", data={}, before=anew, nowhere=nowhere)


def test_the_page_of_a_person_is_theirs_their_lines_and_for_hr_a_count(
    as_: Any, who: Any, said: Any
) -> None:
    said(who.ben, who.erin, LINE, "CANARY shared")
    said(who.ben, who.erin, THEM, "CANARY alone")
    sees = NOBODY | LEAD | {"erin": 200, "helen": 200}
    address = f"/feedback/people/{who.erin.id}"
    knock(as_, sees, address, nowhere="/feedback/people/999999")
    texts = {name: as_(name).get(address).text for name in ("erin", "mara", "dora", "helen")}
    assert "CANARY shared" in texts["erin"] and "CANARY alone" in texts["erin"]
    for name in ("mara", "dora"):
        assert "CANARY shared" in texts[name] and "CANARY alone" not in texts[name], name
    assert "CANARY" not in texts["helen"] and "Ben" not in texts["helen"]
    assert "Feedback in a year" in texts["helen"] and "not a word" in texts["helen"]
    for name in cast.NAMES:
        viewer = cast.person(name)
        expected = sees[name] == 200
        assert access.can_open(viewer, who.erin) is (expected and name != "lev"), name


def test_who_led_them_keeps_what_was_shared_then_and_reads_nothing_later(
    as_: Any, who: Any, said: Any, led_by_otto: Callable[[], None]
) -> None:
    before, alone = said(who.ben, who.erin, LINE, "CANARY then"), said(who.ben, who.erin, THEM)
    led_by_otto()
    after = said(who.ben, who.erin, LINE, "CANARY later")
    mine = {"erin": 200, "ben": 200}
    # Otto leads her now: he reads what is shared with those who lead her.
    knock(as_, NOBODY | mine | LEAD | {"otto": 200}, before.url, nowhere="/feedback/999999")
    knock(as_, NOBODY | mine | {"otto": 200}, after.url, nowhere="/feedback/999999")
    knock(as_, NOBODY | mine, alone.url, nowhere="/feedback/999999")
    address = f"/feedback/people/{who.erin.id}"
    sees = NOBODY | LEAD | {"erin": 200, "otto": 200, "helen": 200}
    knock(as_, sees, address, nowhere="/feedback/people/999999")
    page = as_("mara").get(address).text
    assert "CANARY then" in page and "CANARY later" not in page
    assert "while you led Erin" in page and "Ask others" not in page


def test_who_never_was_told_anything_finds_no_page_after_leading(
    as_: Any, who: Any, said: Any, led_by_otto: Callable[[], None]
) -> None:
    said(who.ben, who.erin, THEM)
    led_by_otto()
    assert as_("mara").get(f"/feedback/people/{who.erin.id}").status_code == 404


def test_writing_about_somebody_is_for_whoever_may_know_of_them(as_: Any, who: Any) -> None:
    colleagues = STAFF | {"erin": 404}
    new, nowhere = f"/feedback/people/{who.erin.id}/new", "/feedback/people/999999/new"
    knock(as_, colleagues, new, nowhere=nowhere)
    data = {"saw": "Good.", "more": "", "readers": THEM}
    table = {name: 303 if status == 200 else status for name, status in colleagues.items()}
    address, nowhere = f"/feedback/people/{who.erin.id}", "/feedback/people/999999"
    knock(as_, table, address, data=data, nowhere=nowhere)
    # Nia starts on Monday: her line, her buddy and HR know of her; Lev has left.
    joiner = NOBODY | {"helen": 200, "mara": 200, "dora": 200, "ben": 200}
    new = f"/feedback/people/{who.nia.id}/new"
    knock(as_, joiner, new, nowhere="/feedback/people/999999/new")
    knock(as_, NOBODY, f"/feedback/people/{who.lev.id}/new", nowhere="/feedback/people/999999/new")


def test_only_who_leads_somebody_asks_others_about_them(as_: Any, who: Any) -> None:
    about = f"/feedback/requests/new?about={who.erin.id}"
    sees = NOBODY | LEAD | {"erin": 200}
    knock(as_, sees, about, nowhere="/feedback/requests/new?about=999999")
    data = {"people": "Ida Sørensen", "question": "How does it go?"}
    posts = {name: 303 if status == 200 else status for name, status in sees.items()}
    address, nowhere = (f"/feedback/requests?about={n}" for n in (who.erin.id, 999999))
    knock(as_, posts, address, data=data, nowhere=nowhere)


def test_a_request_is_seen_by_whoever_asks_and_whom_it_is_about(
    as_: Any, who: Any, asked: Any
) -> None:
    own = asked(who.erin, who.erin, who.ben)[0].request
    knock(as_, NOBODY | {"erin": 200}, own.url, nowhere="/feedback/requests/999999")
    theirs = asked(who.mara, who.erin, who.ben)[0].request
    sees = NOBODY | {"erin": 200, "mara": 200}
    knock(as_, sees, theirs.url, nowhere="/feedback/requests/999999")

    def anew() -> str:
        return f"{asked(who.mara, who.erin, who.ben)[0].request.url}/closing"

    nowhere = "/feedback/requests/999999/closing"
    knock(as_, NOBODY | {"mara": 303, "erin": 403}, "", data={}, before=anew, nowhere=nowhere)


def test_what_somebody_is_asked_is_theirs_alone(as_: Any, who: Any, asked: Any) -> None:
    ask = asked(who.mara, who.erin, who.ida)[0]
    sees = NOBODY | {"ida": 200}
    knock(as_, sees, ask.url, nowhere="/feedback/asked/999999")
    for verb in ("refusal", "reconsideration"):
        nowhere = f"/feedback/asked/999999/{verb}"
        knock(as_, NOBODY | {"ida": 303}, f"{ask.url}/{verb}", data={}, nowhere=nowhere)
    data = {"saw": "Good.", "more": ""}
    knock(as_, NOBODY | {"ida": 303}, ask.url, data=data, nowhere="/feedback/asked/999999")
    # The duty is nobody's to read either: no line, no HR.
    duty = Assignment.get(Assignment.kind == DUTY)
    knock(as_, sees, f"/assignments/{duty.id}", nowhere="/assignments/999999")


def test_the_answer_to_a_manager_is_read_by_the_report_and_by_whoever_leads_them(
    as_: Any, who: Any, asked: Any
) -> None:
    ask = asked(who.mara, who.erin, who.ida)[0]
    note = Note.answer(ask, by=who.ida, readers=LINE, saw="CANARY", more="")
    sees = NOBODY | LEAD | {"erin": 200, "ida": 200}
    knock(as_, sees, note.url, nowhere="/feedback/999999")


def test_public_praise_is_everybodys_and_private_praise_is_theirs(
    as_: Any, who: Any, praised: Any
) -> None:
    public = praised(who.ben, who.erin)
    knock(as_, STAFF, public.url, nowhere="/praise/999999")
    private = praised(who.ben, who.erin, who.ida, public=False)
    sees = NOBODY | {"ben": 200, "erin": 200, "ida": 200}
    knock(as_, sees, private.url, nowhere="/praise/999999")


def test_each_verb_of_praise_is_for_its_side(as_: Any, who: Any, praised: Any) -> None:
    everybody = {name: 403 if status == 200 else status for name, status in STAFF.items()}
    mine = {"withdrawal": {"ben": 303}, "hiding": {"erin": 303}, "showing": {"erin": 303},
            "removal": {"helen": 303}, "return": {}}  # fmt: skip
    for verb, may in mine.items():

        def anew(verb: str = verb) -> str:
            return f"{praised(who.ben, who.erin).url}/{verb}"

        data = {"reason": "It names a customer."} if verb == "removal" else {}
        nowhere = f"/praise/999999/{verb}"
        knock(as_, everybody | may, "", data=data, before=anew, nowhere=nowhere)

    def restored() -> str:
        return f"{praised(who.ben, who.erin).url}/restoration"

    nowhere = "/praise/999999/restoration"
    knock(as_, NOBODY | {"ben": 303}, "", data={}, before=restored, nowhere=nowhere)


def test_praise_off_the_page_is_read_by_its_people_and_hr_where_hr_removed_it(
    as_: Any, who: Any, praised: Any
) -> None:
    mine = NOBODY | {"ben": 200, "erin": 200}
    hidden, removed = praised(who.ben, who.erin), praised(who.ben, who.erin)
    hidden.hide(by=who.erin)
    removed.remove("It names a customer.", by=who.helen)
    knock(as_, mine, hidden.url, nowhere="/praise/999999")
    knock(as_, mine | {"helen": 200}, removed.url, nowhere="/praise/999999")
    PraiseOptOut.choose(who.erin, out=True)
    knock(as_, mine, praised(who.ben, who.erin).url, nowhere="/praise/999999")


def test_what_hr_took_off_is_listed_for_hr_alone(as_: Any, who: Any, praised: Any) -> None:
    praised(who.ben, who.erin).remove("CANARY reason", by=who.helen)
    praised(who.ben, who.erin, text="Hidden by Erin").hide(by=who.erin)
    for name in cast.NAMES:
        page = as_(name).get("/praise?show=removed").text
        assert ("CANARY reason" in page) is (name == "helen"), name
        assert "Hidden by Erin" not in page


def test_what_is_shared_with_those_who_lead_has_a_list_of_its_own(
    as_: Any, who: Any, said: Any, led_by_otto: Callable[[], None]
) -> None:
    said(who.ben, who.erin, LINE, "CANARY then")
    said(who.ben, who.erin, THEM, "CANARY alone")
    said(who.mara, who.erin, LINE, "CANARY by Mara")
    led_by_otto()
    said(who.ben, who.erin, LINE, "CANARY later")
    reads = {
        "mara": {"then"}, "dora": {"then", "by Mara"}, "otto": {"then", "by Mara", "later"},
    }  # fmt: skip
    for name in set(cast.NAMES) - {"lev", "audrey", "erin", "ben"}:
        client = as_(name)
        page = client.get("/feedback?show=shared").text
        words = {one for one in ("then", "alone", "by Mara", "later") if f"CANARY {one}" in page}
        assert words == reads.get(name, set()), name
        assert ("Shared with me" in client.get("/feedback").text) is (name in reads), name


def test_the_question_to_a_manager_is_theirs_alone(as_: Any, who: Any, move_clock: Any) -> None:
    move_clock(days=60)
    assert prompting.ask_managers() > 0
    duty = Assignment.get(Assignment.kind == "check_in", Assignment.person == who.mara)
    knock(as_, NOBODY | {"mara": 200, "nia": 404}, duty.url, nowhere="/feedback/check-ins/999999")
    for verb in ("talk", "reopening"):
        nowhere = f"/feedback/check-ins/999999/{verb}"
        knock(as_, NOBODY | {"mara": 303}, f"{duty.url}/{verb}", data={}, nowhere=nowhere)


def test_no_word_reaches_anybody_else(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any, sent: Any
) -> None:
    """Pages, lists, search, the trail, the outbox, letters: the canary sings nowhere."""
    said(who.ben, who.erin, THEM)
    praised(who.ben, who.erin, public=False)
    hidden = praised(who.ben, who.erin)
    hidden.hide(by=who.erin)
    ask = asked(who.erin, who.erin, who.ben)[0]
    Note.answer(ask, by=who.ben, readers=THEM, saw="CANARY", more="")
    letters = [letter.id for letter in Letter.select()]
    assert len(letters) >= 3
    addresses = [
        "/", "/feedback", "/feedback?show=given", "/feedback?show=praise",
        "/feedback?show=requests", "/praise", f"/people/{who.erin.id}", f"/people/{who.ben.id}",
        f"/feedback/people/{who.erin.id}", "/team", "/hr", "/audit", "/letters", "/retention",
        f"/retention/people/{who.erin.id}", "/search?q=", "/documents?q=",
        *(f"/letters/{number}" for number in letters),
    ]  # fmt: skip
    for name in cast.NAMES:
        if name in ("ben", "erin", "lev"):
            continue
        client = as_(name)
        for address in addresses:
            asks = address.endswith("q=")
            page = client.get(address + ("canary" if asks else "")).text
            assert "CANARY" not in page, (name, address)
    for event in Event.select():
        assert "CANARY" not in event.data
    for letter, message in sent():
        assert "CANARY" not in letter.data + message.subject + message.text + message.html


def test_nobodys_trail_says_that_somebody_spoke(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any
) -> None:
    """Beside the letter that says when somebody was spoken to, it would say by whom."""
    said(who.ben, who.erin, LINE).acknowledge(by=who.erin)
    praised(who.ben, who.erin, public=False)
    # Meant for the page, and private because she wants none there.
    PraiseOptOut.choose(who.erin, out=True)
    praised(who.ben, who.erin).hide(by=who.erin)
    Note.answer(asked(who.erin, who.erin, who.ben)[0], by=who.ben, readers=THEM, saw="!", more="")
    between = Event.select().where(Event.subject_kind.in_(["note", "praise", "feedback_request"]))
    assert between.count() == 7
    assert all(event.about_id is None for event in between)
    assert all(str(who.erin.id) not in event.data for event in between)
    for name in ("helen", "adam", "audrey"):
        seen = trust_access.visible_to(cast.person(name))
        mine = seen.where(Event.by_id == who.ben.id)
        assert mine.count() == 0, name
        assert "praise," not in as_(name).get("/audit").text


def test_what_hr_does_to_the_page_is_in_the_trail(as_: Any, who: Any, praised: Any) -> None:
    praise = praised(who.ben, who.erin)
    praise.remove("It names a customer.", by=who.helen)
    praise.put_back(by=who.helen)
    trail = as_("helen").get("/audit").text
    assert "took praise off the page" in trail and "put praise on the page again" in trail


def test_even_the_outbox_of_a_sample_company_does_not_say_who_wrote(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any, sent: Any, move_clock: Any
) -> None:
    said(who.ben, who.erin)
    praised(who.ben, who.erin, public=False)
    asked(who.erin, who.erin, who.ida)
    move_clock(days=7)
    reminders.write_digests()
    helen = as_("helen")
    pages = {letter: helen.get(f"/letters/{letter.id}").text for letter in Letter.select()}
    told = [text for letter, text in pages.items() if letter.kind in ("feedback", "praise")]
    assert len(told) == 2
    assert all("is for its reader" in text and "Ben Hartmann" not in text for text in told)
    (hers,) = (text for letter, text in pages.items()
               if letter.kind == "digest" and letter.person_id == who.ida.id)  # fmt: skip
    assert "Give Erin Castellanos feedback" not in hers and "more." in hers
    mine = next(message for letter, message in sent() if letter.person_id == who.ida.id)
    assert "Give Erin Castellanos feedback" in mine.text


def test_subjects_of_letters_name_nobody(who: Any, said: Any, praised: Any, sent: Any) -> None:
    said(who.ben, who.erin)
    removed = praised(who.ben, who.erin)
    removed.remove("CANARY reason", by=who.helen)
    subjects = {message.subject for _, message in sent()}
    assert subjects == {"Something for you", "Praise was taken off the page"}


def test_counts_are_the_same_number_whoever_wrote(as_: Any, who: Any, said: Any) -> None:
    for giver in (who.ben, who.olga, who.otto):
        said(giver, who.erin)
    old = clock.now() - timedelta(days=400)
    with clock.shifted(old - clock.now()):
        said(who.ben, who.erin)
    assert access.counts_of(who.erin).feedback == 3
    assert Note.select().count() == 4


def test_the_outbox_tells_no_private_letter_from_another(
    as_: Any, who: Any, said: Any, praised: Any
) -> None:
    said(who.ben, who.erin)
    praised(who.ben, who.ida, public=False)
    assert {kinds[one.kind].title for one in Letter.select()} == {"Something for you"}
    for name in ("feedback", "praise", "growth_answer", "assessment_said"):
        assert kinds[name].title == "Something for you" and kinds[name].shown, name
    for name in ("helen", "adam"):
        page = as_(name).get("/letters").text.split("<main")[1]
        assert page.count("Something for you") == 2, name
        assert "raise" not in page and "eedback" not in page, name


def test_what_is_taken_back_takes_its_letter_back_at_once(
    who: Any, said: Any, praised: Any, sent: Any
) -> None:
    for give in (
        lambda: said(who.ben, who.erin),
        lambda: praised(who.ben, who.ida, who.otto, public=False),
    ):
        made = give()
        first = {one.person_id for one in Letter.select()}
        made.withdraw(by=who.ben)
        assert {one.state for one in Letter.select()} == {"withdrawn"}
        made.restore(by=who.ben)
        again = [one for one in Letter.select() if one.state == "waiting"]
        assert {one.person_id for one in again} == first
        for one, message in sent():
            if one.state == "waiting":
                one.mark_sent(message)
        made.withdraw(by=who.ben)
        assert all(Letter.get_by_id(one.id).state == "sent" for one in again)
        with db.write():
            Letter.delete().execute()


def test_hr_counts_what_is_on_the_page_and_its_look_is_noted(
    as_: Any, who: Any, said: Any, praised: Any
) -> None:
    said(who.ben, who.erin)
    praised(who.ben, who.erin)
    praised(who.ben, who.erin, public=False)
    praised(who.ben, who.erin).hide(by=who.erin)
    assert access.counts_of(who.erin).praise == 1
    url = f"/feedback/people/{who.erin.id}"
    for name in ("erin", "mara"):
        as_(name).get(url)
    assert not Look.select().exists()
    page = as_("helen").get(url).text
    assert "Public praise in a year" in page and "as far as it stands on the praise page" in page
    look = Look.get()
    assert (look.person_id, look.about_id) == (who.helen.id, who.erin.id)


def test_who_wants_no_praise_on_the_page_stands_in_nobodys_trail(as_: Any, who: Any) -> None:
    for out in (True, False):
        before = Event.select().count()
        PraiseOptOut.choose(who.erin, out=out)
        assert Event.select().count() == before + 1
        last = Event.select().order_by(Event.seq.desc()).get()
        for reader in ("helen", "audrey", "adam"):
            visible = trust_access.visible_to(getattr(who, reader))
            assert not visible.where(Event.seq == last.seq).exists(), reader
    for reader in ("helen", "adam"):
        assert "praise" not in as_(reader).get("/audit").text.split("<ol")[-1].lower(), reader
