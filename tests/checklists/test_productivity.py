"""Time to productivity: asked of the manager, said with a date, never overwritten."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.checklists import access, attestations
from portal.checklists.attestations import Attestation
from portal.checklists.models import Checklist
from portal.people.positions import Position
from tests import cast
from tests.reach import knock

STEP = "- [ ] Meet @manager due:start"


@pytest.fixture
def asked(publish: Any, who: Any) -> Checklist:
    """Nia's onboarding, with the question sixty days after Monday."""
    plan = publish(STEP, success="Ships alone", **{"success-by": "start+60"})
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    attestations.ask_due(cast.TODAY)
    return running


def duties() -> list[Assignment]:
    found = Assignment.select().where(Assignment.kind == "attestation", Assignment.is_open())
    return list(found.order_by(Assignment.id))


def test_the_manager_is_asked_on_the_day_the_plan_says(asked: Checklist, who: Any) -> None:
    (duty,) = duties()
    assert duty.title == "Is Nia Novak productive? Ships alone"
    assert (duty.person, duty.about, duty.due_on) == (who.mara, who.nia, date(2027, 1, 22))
    attestations.ask_due(cast.TODAY)
    assert len(duties()) == 1


def test_a_plan_that_does_not_ask_asks_nobody(plan: Any, who: Any) -> None:
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert attestations.ask_due(cast.TODAY) == 0


def test_yes_since_a_day_settles_it_and_is_counted(
    asked: Checklist, as_: Any, move_clock: Any
) -> None:
    move_clock(days=60)
    address = f"/checklists/{asked.id}/productivity"
    mara = as_("mara")
    assert mara.get(duties()[0].url).status_code == 200
    assert mara.post(address, data={"since_on": "2026-12-23"}).status_code == 303
    assert duties() == []
    assert attestations.ask_due(date(2027, 1, 20)) == 0
    (line,) = attestations.by_role(attestations.cases(Checklist.select()))
    assert (line.role, line.median, line.n, line.waiting) == ("Engineer", 30, 1, 0)
    page = mara.get("/checklists/productivity").text
    assert "30 days" in page


def test_not_yet_is_asked_again_in_two_weeks(
    asked: Checklist, as_: Any, move_clock: Any, who: Any
) -> None:
    move_clock(days=60)
    today = cast.TODAY + timedelta(days=60)
    address = f"/checklists/{asked.id}/productivity"
    as_("mara").post(f"{address}/later", data={"word": "Reviews are slow"})
    (duty,) = duties()
    assert (duty.person, duty.due_on) == (who.mara, today + timedelta(days=14))
    assert "Reviews are slow" in as_("helen").get(address).text
    as_("mara").post(address, data={"since_on": str(today)})
    assert duties() == []
    assert [one.is_yes for one in Attestation.of(asked)] == [True, False]


def test_a_word_is_taken_back_by_whoever_said_it_and_the_one_before_counts(
    asked: Checklist, as_: Any, move_clock: Any
) -> None:
    move_clock(days=60)
    address = f"/checklists/{asked.id}/productivity"
    mara = as_("mara")
    mara.post(f"{address}/later", data={"word": ""})
    mara.post(address, data={"since_on": "2026-12-23"})
    newest = Attestation.of(asked)[0]
    assert as_("dora").post(f"{address}/{newest.id}/withdrawal").status_code == 403
    mara.post(f"{address}/{newest.id}/withdrawal")
    assert [one.is_yes for one in Attestation.of(asked)] == [False]
    assert len(duties()) == 1
    (line,) = attestations.by_role(attestations.cases(Checklist.select()))
    assert (line.n, line.waiting) == (0, 1)


@pytest.mark.parametrize("since", ["", "2026-11-22", "2027-06-01", "yesterday", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_at_its_field(
    asked: Checklist, as_: Any, since: str, move_clock: Any
) -> None:
    move_clock(days=60)
    answer = as_("mara").post(f"/checklists/{asked.id}/productivity", data={"since_on": since})
    assert answer.status_code == 422
    assert 'id="since_on-error"' in answer.text
    assert not Attestation.select().exists()


def test_whoever_leads_them_next_is_asked_when_the_manager_has_left(
    asked: Checklist, who: Any
) -> None:
    (duty,) = duties()
    duty.settle(by=None, outcome="ended", reason="Left the company.")
    who.nia.position()
    assert attestations.ask_due(cast.TODAY) == 1
    assert duties()[0].person == who.mara


def test_an_ended_list_asks_nobody(asked: Checklist, who: Any) -> None:
    asked.stop(by=who.helen, reason="Never came")
    assert duties() == []
    assert attestations.ask_due(cast.TODAY) == 0


def test_it_is_said_by_the_line_or_hr_and_never_of_oneself(asked: Checklist, as_: Any) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {"helen": 200, "mara": 200, "dora": 200}
    del table["lev"]
    address = f"/checklists/{asked.id}/productivity"
    knock(as_, table, address, nowhere="/checklists/999999/productivity")
    posts = {name: 422 if status == 200 else 404 for name, status in table.items()}
    nowhere = "/checklists/999999/productivity"
    knock(as_, posts, address, data={"since_on": ""}, nowhere=nowhere)
    later = {name: 404 for name, status in table.items() if status == 404}
    knock(as_, later, f"{address}/later", data={"word": ""}, nowhere=f"{nowhere}/later")


def test_what_was_said_is_taken_back_by_whoever_said_it_or_hr(
    asked: Checklist, as_: Any, who: Any
) -> None:
    address = f"/checklists/{asked.id}/productivity"

    def anew() -> str:
        said = Attestation.say(asked, by=who.mara, since_on=None, word="CANARY")
        return f"{address}/{said.id}/withdrawal"

    table = dict.fromkeys(cast.NAMES, 404) | {"helen": 303, "mara": 303, "dora": 403, "lev": 303}
    nowhere = "/checklists/999999/productivity/1/withdrawal"
    knock(as_, table, "", data={}, before=anew, nowhere=nowhere)
    knock(as_, {"dora": 404}, f"{address}/999999/withdrawal", data={}, nowhere=nowhere)
    here = anew()
    Position.take(who.nia, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    knock(as_, {"mara": 404, "otto": 403}, here, data={}, nowhere=nowhere)


def test_the_figure_is_for_hr_and_for_managers_of_their_line(asked: Checklist, as_: Any) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {
        "helen": 200, "mara": 200, "dora": 200, "otto": 200,
    }  # fmt: skip
    del table["lev"]
    for address in ("/checklists/productivity", "/checklists/productivity.csv"):
        knock(as_, table, address, nowhere="/nothing")
    assert "Nia Novak" not in as_("otto").get("/checklists/productivity").text
    assert "Nia Novak" in as_("dora").get("/checklists/productivity.csv").text
    assert not access.can_attest(cast.person("nia"), asked)


def test_the_median_is_of_the_days_and_shown_with_its_n(who: Any) -> None:
    line = attestations.Line("Engineer", "L3", [10, 40, 20, 31])
    assert (line.median, line.n) == (25.5, 4)
    assert attestations.Line("Engineer", "L3").median is None


def test_nobody_reads_what_was_said_of_themselves_hr_included(
    publish: Any, who: Any, as_: Any
) -> None:
    plan = publish(STEP, success="Ships alone", **{"success-by": "start+60"})
    for person in (who.helen, who.nia):
        Checklist.start(plan.current, person, cast.MONDAY, by=who.helen)
    for address in ("/checklists/productivity", "/checklists/productivity.csv"):
        page = as_("helen").get(address).text
        main = page.partition("<main")[2] or page
        assert "Nia Novak" in main and "Helen Brandt" not in main
