"""Who reads what was said of whom, and who may say it: the cast at every address."""

from datetime import timedelta
from typing import Any

import pytest

from portal.assignments.jobs import send_digests
from portal.audit import Event, Look
from portal.competencies import assessment_access as access
from portal.competencies.asking import AssessmentRequest
from portal.competencies.models import Assessment
from portal.mail.models import Letter
from tests import cast
from tests.competencies.conftest import moved
from tests.reach import knock

NOWHERE = "/competencies/people/999999"
NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
LINE = {"erin": 200, "mara": 200, "dora": 200}
# Self, manager, second line, HR; no peer, no other line, no admin, no auditor.
READS = NOBODY | LINE | {"helen": 200}
# HR reads, and leads nobody by that.
MAY_SAY = NOBODY | LINE | {"helen": 403}


@pytest.fixture
def said(say: Any) -> None:
    """Erin, her manager, the second line and a colleague have spoken."""
    say("erin", "erin", 2, "CANARY of Erin")
    say("mara", "erin", 1, "CANARY of Mara")
    say("dora", "erin", 2, "CANARY of Dora")
    say("ben", "erin", 3, "CANARY of Ben")


def test_where_somebody_stands_is_read_by_themselves_their_line_and_hr(
    as_: Any, who: Any, said: None
) -> None:
    base = f"/competencies/people/{who.erin.id}"
    knock(as_, READS, base, nowhere=NOWHERE)
    history = "/history/code-quality"
    for address in (history, "/history"):
        knock(as_, READS, base + address, nowhere=NOWHERE + address)
    for part in ("/file", "/history/file"):
        knock(as_, READS, base + part, data={}, nowhere=NOWHERE + part)


def test_saying_and_asking_is_for_themselves_and_their_line(
    as_: Any, who: Any, stands: Any, filled: Any
) -> None:
    base = f"/competencies/people/{who.erin.id}"
    for part in ("/assessment", "/requests", "/colleagues"):
        knock(as_, MAY_SAY, base + part, nowhere=NOWHERE + part)
    sends = {name: 303 if status == 200 else status for name, status in MAY_SAY.items()}
    knock(
        as_, sends, f"{base}/assessment", data=filled("erin", code=2),
        nowhere=f"{NOWHERE}/assessment",
    )  # fmt: skip
    assert {one.by_id for one in Assessment.select()} == {
        who.erin.id, who.mara.id, who.dora.id,
    }  # fmt: skip
    asks = {"peer": "olga@halden.example"}
    knock(as_, sends, f"{base}/requests", data=asks, nowhere=f"{NOWHERE}/requests")
    AssessmentRequest.get().withdraw(by=who.erin)
    request = AssessmentRequest.ask(who.erin, who.olga, by=who.mara)
    end = f"/requests/{request.id}/withdrawal"
    asker = MAY_SAY | {"erin": 403, "dora": 403, "mara": 303}
    knock(as_, asker, base + end, data={}, nowhere=NOWHERE + end)


def test_a_request_is_read_and_answered_by_whoever_was_asked(
    as_: Any, who: Any, stands: Any, filled: Any
) -> None:
    nowhere = "/competencies/people/requests/999999"
    made = AssessmentRequest.ask(who.erin, who.olga, by=who.mara)
    knock(as_, NOBODY | {"olga": 200}, made.url, nowhere=nowhere)
    answers = NOBODY | {"olga": 303}

    def anew(part: str = "") -> Any:
        return lambda: AssessmentRequest.ask(who.erin, who.olga, by=who.mara).url + part

    for part, data in (("", filled("erin", code=2)), ("/refusal", {})):
        knock(as_, answers, "", data=data, before=anew(part), nowhere=nowhere + part)
    assert [one.by_id for one in Assessment.select()] == [who.olga.id]
    knock(as_, NOBODY | {"olga": 200}, made.url, nowhere=nowhere)


def test_a_request_about_another_person_is_not_taken_back_here(
    as_: Any, who: Any, stands: Any
) -> None:
    made = AssessmentRequest.ask(who.erin, who.olga, by=who.mara)
    url = f"/competencies/people/{who.ben.id}/requests/{made.id}/withdrawal"
    assert as_("mara").post(url).status_code == 404
    assert AssessmentRequest.listing(AssessmentRequest.select()).get().state == "open"


def test_the_team_is_for_whoever_leads_one_and_numbers_are_for_hr(as_: Any, stands: Any) -> None:
    nothing = "/competencies/people/nothing"
    leads = NOBODY | {"mara": 200, "dora": 200, "otto": 200}
    knock(as_, leads, "/competencies/people/team", nowhere=nothing)
    for page in ("departments", "matrices"):
        knock(as_, NOBODY | {"helen": 200}, f"/competencies/people/{page}", nowhere=nothing)
    staff = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
    knock(as_, staff, "/competencies/people/given", nowhere=nothing)


def test_an_earlier_manager_keeps_what_was_said_while_they_led_and_no_more(
    as_: Any, who: Any, said: None, say: Any, move_clock: Any
) -> None:
    move_clock(days=7)
    moved("erin", who.otto, cast.TODAY + timedelta(days=7))
    say("otto", "erin", 1, "LATER of Otto")
    say("erin", "erin", 3, "LATER of Erin")
    base = f"/competencies/people/{who.erin.id}"
    now = NOBODY | {"erin": 200, "otto": 200, "helen": 200, "mara": 200}
    knock(as_, now, base, nowhere=NOWHERE)
    now = NOBODY | {"erin": 200, "otto": 200, "helen": 200}
    part = "/history/code-quality"
    knock(as_, now, base + part, nowhere=NOWHERE + part)
    knock(as_, now, base + "/file", data={}, nowhere=NOWHERE + "/file")
    mara = as_("mara")
    kept = mara.get(base).text
    assert "CANARY of Ben" in kept and "CANARY of Dora" in kept and "LATER" not in kept
    assert "level L2" in kept and "Expected" not in kept and "step" not in kept
    given = mara.get("/competencies/people/given").text
    assert "Erin Castellanos" in given and "CANARY of Mara" in given and "LATER" not in given
    assert "Erin" not in mara.get("/competencies/people/team").text
    # The second line led nobody directly: Dora keeps what she said herself.
    assert [one.note for one in Assessment.listing(access.visible_to(cast.person("dora")))] == [
        "CANARY of Dora"
    ]
    otto = as_("otto").get(base + part).text
    assert "CANARY of Mara" in otto and "LATER of Otto" in otto


def test_who_reads_which_rows(said: None, who: Any) -> None:
    read = {
        name: access.visible_to(cast.person(name)).count() for name in cast.NAMES if name != "lev"
    }
    assert {name: count for name, count in read.items() if count} == {
        "erin": 4, "mara": 4, "dora": 4, "helen": 4, "ben": 1,
    }  # fmt: skip


def test_no_word_of_it_reaches_anybody_else(
    as_: Any, who: Any, said: None, stands: Any, queries: Any
) -> None:
    AssessmentRequest.ask(who.erin, who.olga, by=who.erin)
    request = AssessmentRequest.get()
    for name in ("otto", "olga", "ida", "adam", "audrey", "nia", "ben"):
        client = as_(name)
        for address in (
            "/", "/competencies", "/competencies/code-quality", "/competencies/people/team",
            request.url,
            f"/competencies/matrices/{stands.matrix.id}", f"/competencies/people/{who.erin.id}",
            f"/competencies/people/{who.erin.id}/history/code-quality", "/team", "/audit",
            f"/people/{who.erin.id}", "/search?q=erin", "/documents/competency/code-quality",
        ):  # fmt: skip
            assert "CANARY" not in client.get(address).text, (name, address)
    ben = as_("ben").get("/competencies/people/given").text
    assert "CANARY of Ben" in ben and ben.count("CANARY") == 1
    assert "CANARY" not in as_("helen").get("/audit").text, "the trail tells no sentence"


def test_a_colleagues_lead_and_hr_do_not_learn_that_they_were_asked(
    as_: Any, who: Any, stands: Any, move_clock: Any
) -> None:
    """Otto leads Olga and reads nothing of Erin; being late with it is nobody's business either."""
    AssessmentRequest.ask(who.erin, who.olga, by=who.erin)
    move_clock(days=30)
    send_digests()
    for name in ("otto", "helen", "ida", "audrey", "adam"):
        client = as_(name)
        for address in ("/", "/team", "/hr", "/hr/late", f"/people/{who.olga.id}", "/audit"):
            assert "Say where" not in client.get(address).text, (name, address)
    assert not [one for one in Letter.select() if one.person_id != who.olga.id]


def test_no_mail_tells_a_rating(as_: Any, who: Any, said: None, move_clock: Any) -> None:
    AssessmentRequest.ask(who.erin, who.olga, by=who.erin)
    move_clock(days=1)
    send_digests()
    for letter in Letter.select():
        assert "CANARY" not in str(letter.__data__)


def test_that_hr_has_read_it_is_noted_and_of_the_line_not(as_: Any, who: Any, said: None) -> None:
    for name in ("helen", "mara", "erin", "helen"):
        as_(name).get(f"/competencies/people/{who.erin.id}")
    looks = [(look.person_id, look.about_id) for look in Look.newest()]
    assert looks == [(who.helen.id, who.erin.id)]


def test_nobody_who_is_refused_leaves_a_trace(as_: Any, who: Any, stands: Any, filled: Any) -> None:
    before = Event.select().count()
    sent = filled("erin", code=1)
    for name in ("ben", "otto", "helen", "adam", "audrey"):
        as_(name).post(f"/competencies/people/{who.erin.id}/assessment", data=sent)
    assert not Assessment.select().exists()
    assert Event.select().where(Event.seq > before, Event.tag.startswith("assess")).count() == 0


def test_whoever_led_them_and_has_left_keeps_only_what_they_said(
    as_: Any, who: Any, said: None
) -> None:
    """A week of access more is for their own papers."""
    mara, erin = cast.person("mara"), who.erin
    assert access.visible_to(mara).where(Assessment.by == erin).exists()
    yesterday, later = cast.TODAY - timedelta(days=1), cast.NOW + timedelta(days=7)
    mara.depart(by=who.helen, last_day_on=yesterday, access_ends_at=later)
    assert {one.by_id for one in access.visible_to(cast.person("mara"))} == {mara.id}
    knock(as_, {"mara": 404}, f"/competencies/people/{erin.id}", nowhere=NOWHERE)
