"""The board: a row for each list, who is waited for, and how many lists are on time."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.checklists import access, board
from portal.checklists.board import Filters, OnTime
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.people.models import Person
from portal.people.org import Team
from tests import cast
from tests.cast import TODAY


def rows(viewer: Any, **asked: Any) -> list[board.Row]:
    found = Filters(**asked).apply(access.visible_to(viewer), TODAY)
    return board.rows(list(found), TODAY)


def complete(running: Checklist, by: Any) -> None:
    for step in Step.of(running):
        step.complete(by=by)


def test_a_row_says_how_far_each_phase_is_and_who_is_waited_for(
    running: Checklist, steps: dict[str, Step], who: Any
) -> None:
    steps["order-the-laptop"].complete(by=who.ida)
    (row,) = rows(who.helen)
    assert [one.words for one in row.segments] == [
        "Before day one: 1 of 2", "First week: 0 of 4",
    ]  # fmt: skip
    assert [one.state for one in row.segments] == ["begun", "ahead"]
    assert row.waiting == "Mara Okafor, Ben Hartmann and Nia Novak"
    assert (row.settled, row.total, row.late) == (1, 6, 0)


def test_what_is_late_shows_in_its_phase(running: Checklist, who: Any, move_clock: Any) -> None:
    (row,) = board.rows([running], TODAY + timedelta(days=5))
    assert [one.state for one in row.segments] == ["late", "ahead"]
    assert row.late == 2


def test_a_step_without_an_owner_is_said(publish: Any, who: Any) -> None:
    plan = publish("- [ ] A @legal due:start\n- [ ] B @hr due:start")
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    (row,) = rows(who.helen)
    assert row.waiting == "HR; 1 without an owner"


def test_finished_stays_at_hundred_percent_and_readable(
    running: Checklist, who: Any, as_: Any, move_clock: Any
) -> None:
    complete(running, who.helen)
    move_clock(days=400)
    for name in ("helen", "mara", "nia"):
        page = as_(name).get("/checklists?show=finished").text
        assert "6 of 6" in page, name
        assert as_(name).get(f"/checklists/{running.id}").status_code == 200
    assert rows(who.helen) == []


def test_a_list_without_steps_is_complete(publish: Any, who: Any, as_: Any) -> None:
    plan = publish("Nothing yet.")
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert "No steps, so complete" in as_("helen").get("/checklists?show=finished").text


def test_it_is_filtered_in_the_address_and_grouped(
    running: Checklist, publish: Any, who: Any, as_: Any
) -> None:
    moving = publish("- [ ] Move @hr due:start", "transfer", title="Moving")
    Checklist.start(moving.current, who.olga, TODAY, by=who.helen)
    engineering, sales = Team.named("Engineering"), Team.named("Sales")
    assert [name for name, _ in board.grouped(rows(who.helen))] == [
        "Arriving", "Changing team or place",
    ]  # fmt: skip

    def titles(**asked: Any) -> list[str]:
        return [row.checklist.title for row in rows(who.helen, **asked)]

    assert titles(transition="transfer") == ["Moving"]
    assert titles(team=sales.id) == ["Moving"]
    assert titles(team=engineering.id) == ["Engineering onboarding"]
    assert titles(plan=moving.id) == ["Moving"]
    assert titles(plan=moving.id, team=engineering.id) == []
    page = as_("helen").get(f"/checklists?transition=transfer&team={sales.id}").text
    assert "Olga" in page and "Nia" not in page
    assert "Show all" in page


@pytest.mark.parametrize(
    "asked", ["team=x", "plan=-1", "team=99999999999999999999", "transition=x"]
)
def test_a_filter_nobody_knows_asks_for_nothing(as_: Any, running: Checklist, asked: str) -> None:
    page = as_("helen").get(f"/checklists?{asked}")
    assert page.status_code == 200 and "Nia Novak" in page.text


def test_each_sees_the_lists_that_are_theirs_to_see(running: Checklist, as_: Any) -> None:
    for name in ("helen", "dora", "mara", "nia"):
        assert f"/checklists/{running.id}" in as_(name).get("/checklists").text, name
    for name in ("erin", "ben", "otto", "ida", "audrey"):
        assert f"/checklists/{running.id}" not in as_(name).get("/checklists").text, name
    assert "of 1 list" not in as_("mara").get("/checklists").text


def test_on_time_counts_what_is_finished_and_what_is_late_already(
    publish: Any, who: Any, move_clock: Any
) -> None:
    plan = publish("- [ ] A @hr due:start+2\n- [ ] B @hr")
    people = [who.nia, who.erin, who.ben, who.olga]
    lists = [Checklist.start(plan.current, one, TODAY, by=who.helen) for one in people]
    everything = Checklist.select()
    assert board.on_time(everything, TODAY) == OnTime(0, 0)
    complete(lists[0], who.helen)
    Step.of(lists[1])[0].skip("Not needed", by=who.helen)
    Step.of(lists[1])[1].complete(by=who.helen)
    assert board.on_time(everything, TODAY) == OnTime(2, 2)
    move_clock(days=3)
    later = TODAY + timedelta(days=3)
    assert board.on_time(everything, later) == OnTime(4, 2)
    complete(lists[2], who.helen)
    assert board.on_time(everything, later) == OnTime(4, 2)
    lists[3].stop(by=who.helen, reason="Never came")
    assert board.on_time(everything, later) == OnTime(3, 2)
    assert OnTime(3, 2).share == 66
    move_clock(days=370)
    assert board.on_time(everything, later) == OnTime(0, 0)


def test_hr_reads_the_share_with_its_number_and_target(
    running: Checklist, who: Any, as_: Any
) -> None:
    complete(running, who.helen)
    page = as_("helen").get("/checklists").text
    assert "100 %" in page and "of 1 list on time" in page and "Target 95 %" in page


def test_two_hundred_running_lists_take_eight_questions(
    plan: Any, who: Any, as_: Any, queries: Any
) -> None:
    for n in range(200):
        one = Person.hire(
            by=who.helen,
            name=f"Starter {n}",
            email=f"s{n}@halden.example",
            starts_on=date(2026, 12, 1),
            details={},
            role="Engineer",
            manager=who.mara,
        )
        Checklist.start(plan.current, one, date(2026, 12, 1), by=who.helen)
    helen = as_("helen")
    helen.get("/checklists")
    with queries() as seen:
        page = helen.get("/checklists")
    assert page.text.count("board-row") == 200
    assert len(seen) <= 8, seen


def test_a_manager_chooses_among_the_plans_of_lists_they_may_open(
    running: Checklist, publish: Any, who: Any
) -> None:
    secret = publish("- [ ] Meet @manager due:start", title="Closing the Lyon office")
    Checklist.start(secret.current, who.otto, cast.MONDAY, by=who.helen)
    publish("- [ ] Meet @manager due:start", title="Never started").retire(by=who.helen)

    def plans(viewer: Any) -> list[str]:
        return [title for _, title in board.choices(access.visible_to(viewer))[1]]

    assert plans(who.mara) == ["Engineering onboarding"]
    assert plans(who.helen) == ["Closing the Lyon office", "Engineering onboarding"]
