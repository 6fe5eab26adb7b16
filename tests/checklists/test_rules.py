"""Automation rules: seen first, then switched on; each thing that happens once, and for ever."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.checklists import firings, happenings
from portal.checklists.firings import Firing
from portal.checklists.models import Checklist
from portal.checklists.rules import Rule
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

ONLY_HR = {name: 404 for name in cast.NAMES if name != "lev"}
A_DAY = timedelta(days=1)


@pytest.fixture
def rule(plan: Any, who: Any) -> Any:
    """`rule("hired", action="start", …)`: a rule for the engineering onboarding, switched on."""

    def make(event: str = "hired", on: date | None = TODAY, **more: Any) -> Rule:
        said = {"action": "start", "rule": "", "offset_days": 0, "plan": plan} | more
        made = Rule.write(by=who.helen, event=event, **said)
        if on:
            made.switch_on(on, by=who.helen)
        return Rule.with_plan().where(Rule.id == made.id).get()

    return make


def hire(name: str, starts_on: date, **more: Any) -> Person:
    return Person.hire(
        by=cast.person("helen"),
        name=name,
        email=f"{name.replace(' ', '.').lower()}@halden.example",
        starts_on=starts_on,
        details={},
        role="Engineer",
        team=more.pop("team", Team.named("Engineering", "Platform")),
        manager=cast.person("mara"),
        **more,
    )


def outcomes() -> list[tuple[str, str]]:
    rows = Firing.select(Firing, Person).join(Person, on=(Firing.person == Person.id))
    return [(row.person.first_name, row.outcome) for row in rows.order_by(Firing.id)]


def test_a_rule_says_in_a_sentence_what_it_does(rule: Any) -> None:
    made = rule(rule="department = Engineering", offset_days=-14)
    assert made.sentence == (
        "When somebody with department = Engineering is hired, start “Engineering onboarding” "
        "14 days before the first day."
    )
    assert rule("leave", action="propose").sentence == (
        "When somebody goes on leave, ask HR whether to start “Engineering onboarding” "
        "on the first day away."
    )


def test_it_is_off_until_switched_on_and_the_dry_run_does_nothing(rule: Any) -> None:
    made = rule(on=None, offset_days=-14)
    events = Event.select().count()
    found = [(one.person.first_name, would) for one, would in firings.dry_run(made)]
    assert found == [("Nia", "Start it at once")]
    assert firings.fire_all() == 0
    assert Event.select().count() == events


def test_the_dry_run_shows_the_last_90_days_and_the_next_30(rule: Any) -> None:
    for name, days in (("Past One", -90), ("Far Past", -91), ("Next One", 30), ("Far Off", 31)):
        hire(name, TODAY + timedelta(days=days))
    found = {one.person.name: would for one, would in firings.dry_run(rule())}
    assert found == {
        "Past One": "Nothing: it happened before the rule is on",
        "Nia Novak": "Start it on Mon 23 Nov",
        "Next One": "Start it on Fri 18 Dec",
    }


def test_it_starts_the_list_when_its_day_has_come_and_never_again(
    rule: Any, who: Any, move_clock: Any
) -> None:
    rule(offset_days=-3)
    assert firings.fire_all() == 0
    move_clock(days=2)
    assert firings.fire_all() == 1
    assert firings.fire_all() == 0
    running = Checklist.get()
    assert (running.person, running.anchor_on, running.started_by) == (who.nia, cast.MONDAY, None)
    running.stop(by=who.helen, reason="Once is enough")
    move_clock(days=30)
    assert firings.fire_all() == 0
    assert outcomes() == [("Nia", "started")]


def test_a_worker_that_was_down_for_days_makes_up_for_it(rule: Any, move_clock: Any) -> None:
    rule()
    move_clock(days=20)
    assert firings.fire_all() == 1


def test_what_happened_before_the_switch_on_is_not_hit(
    rule: Any, who: Any, move_clock: Any
) -> None:
    hire("Late Record", TODAY - A_DAY)
    rule()
    firings.fire_all()
    assert outcomes() == []
    move_clock(days=10)
    hire("Retro Active", TODAY - timedelta(days=3))
    firings.fire_all()
    assert outcomes() == [("Nia", "started")]


def test_a_first_day_that_moves_does_not_start_it_twice(rule: Any, who: Any) -> None:
    rule(offset_days=-14)
    firings.fire_all()
    Position.take(who.nia, by=who.helen, starts_on=cast.MONDAY + A_DAY, is_hire=True)
    Person.update(hired_on=cast.MONDAY + A_DAY).where(Person.id == who.nia.id)
    assert firings.fire_all() == 0


def test_the_audience_decides_whom_it_hits(rule: Any) -> None:
    rule(rule="department = Sales", offset_days=-14)
    sold = hire("Sal Seller", TODAY + A_DAY, team=Team.named("Sales"))
    firings.fire_all()
    assert [row.person for row in Firing.select()] == [sold]


@pytest.mark.parametrize("event", list(happenings.EVENTS))
def test_every_event_is_found_on_its_day_and_only_then(event: str, who: Any) -> None:
    day = TODAY + timedelta(days=6)
    if event == "hired":
        hire("New One", day)
    elif event == "moved":
        Position.take(who.erin, by=who.helen, starts_on=day, team=Team.named("Sales"))
    elif event == "promoted":
        Position.take(who.erin, by=who.helen, starts_on=day, level="L4")
    elif event == "leave":
        Leave.record(who.erin, "parental", by=who.helen, starts_on=day)
    elif event == "return":
        Leave.record(who.erin, "parental", by=who.helen, starts_on=TODAY, ends_on=day - A_DAY)
    else:
        who.erin.depart(
            by=who.helen, last_day_on=day, access_ends_at=datetime(2026, 12, 1, tzinfo=UTC)
        )
    (found,) = happenings.between(event, day, day)
    assert found.on == day
    assert happenings.between(event, day + A_DAY, day + A_DAY * 300) == []


def test_a_change_of_role_alone_is_neither_a_move_nor_another_level(who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=TODAY, role="Senior Engineer")
    for event in ("moved", "promoted"):
        assert happenings.between(event, TODAY, TODAY) == []


def test_a_proposal_is_hrs_duty_and_accepting_it_starts_the_list(
    rule: Any, who: Any, as_: Any
) -> None:
    rule(action="propose", offset_days=-14)
    firings.fire_all()
    duty = Assignment.get(Assignment.kind == "proposal")
    assert duty.title == "Start “Engineering onboarding” for Nia Novak?"
    assert duty.function.slug == "hr"
    helen = as_("helen")
    page = helen.get(duty.url).text
    assert "Order the laptop" in page and "5 steps" not in page
    assert not Checklist.select().exists()
    answer = helen.post(f"{duty.url}/acceptance")
    running = Checklist.get()
    assert (answer.location, running.started_by) == (f"/checklists/{running.id}", who.helen)
    assert Assignment.get_by_id(duty.id).outcome == "done"
    helen.post(f"{duty.url}/acceptance")
    assert Checklist.select().count() == 1
    assert outcomes() == [("Nia", "accepted")]


def test_a_proposal_is_dismissed_with_a_reason_and_that_is_undone(rule: Any, as_: Any) -> None:
    rule(action="propose", offset_days=-14)
    firings.fire_all()
    duty = Assignment.get(Assignment.kind == "proposal")
    helen = as_("helen")
    assert helen.post(f"{duty.url}/dismissal", data={"reason": ""}).status_code == 422
    assert helen.post(f"{duty.url}/dismissal", data={"reason": "She knows us"}).status_code == 303
    assert outcomes() == [("Nia", "dismissed")]
    assert "She knows us" in helen.get(duty.url).text
    helen.post(f"{duty.url}/reconsideration")
    assert outcomes() == [("Nia", "proposed")]
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_waived_as_a_duty_it_is_dismissed_too(rule: Any, who: Any) -> None:
    rule(action="propose", offset_days=-14)
    firings.fire_all()
    duty = Assignment.get(Assignment.kind == "proposal")
    duty.waive("Not this time", by=who.helen)
    assert outcomes() == [("Nia", "dismissed")]
    Assignment.get_by_id(duty.id).unwaive(by=who.helen)
    assert outcomes() == [("Nia", "proposed")]


def test_what_runs_already_is_not_started_a_second_time(rule: Any, plan: Any, who: Any) -> None:
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    rule(offset_days=-14)
    firings.fire_all()
    assert (outcomes(), Checklist.select().count()) == ([("Nia", "running")], 1)


def test_a_rule_whose_plan_is_retired_says_so_and_waits(
    rule: Any, plan: Any, who: Any, as_: Any
) -> None:
    made = rule(offset_days=-14)
    plan.retire(by=who.helen)
    assert firings.fire_all() == 0
    assert "Its plan is retired" in as_("helen").get("/checklists/rules").text
    assert "starts nothing" in as_("helen").get(f"/checklists/rules/{made.id}").text
    plan.reinstate(by=who.helen)
    assert firings.fire_all() == 1


def test_it_is_written_tried_switched_on_and_off_removed_and_brought_back(
    as_: Any, plan: Any
) -> None:
    helen = as_("helen")
    data = {
        "event": "hired", "rule": "department = Engineering", "plan": str(plan.id),
        "action": "start", "offset_days": "-14",
    }  # fmt: skip
    address = helen.post("/checklists/rules", data=data).location
    assert "Start it at once" in helen.get(address).text
    assert helen.post(f"{address}/switch", data={"on_from": "2026-11-17"}).status_code == 422
    assert helen.post(f"{address}/switch", data={"on_from": "2026-11-18"}).status_code == 303
    assert "On since" in helen.get("/checklists/rules").text
    helen.post(f"{address}/rest")
    assert not Rule.get().is_on
    assert helen.post(f"{address}/removal").location == "/checklists/rules"
    assert f'href="{address}"' not in helen.get("/checklists/rules").text
    helen.post(f"{address}/restoration")
    assert address in helen.get("/checklists/rules").text
    tags = {event.tag for event in Event.select().where(Event.subject_kind == "rule")}
    assert tags == {
        "rule.written", "rule.switched_on", "rule.switched_off", "rule.removed", "rule.restored",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", "born"),
        ("event", ""),
        ("rule", "departmant = X"),
        ("rule", "department ="),
        ("rule", "x" * 501),
        ("plan", "999999"),
        ("action", "delete"),
        ("offset_days", "181"),
        ("offset_days", "soon"),
    ],
)
def test_a_rule_nobody_understands_is_refused_at_its_field(
    as_: Any, plan: Any, field: str, value: str
) -> None:
    data = {
        "event": "hired", "rule": "", "plan": str(plan.id), "action": "start", "offset_days": "0",
        field: value,
    }  # fmt: skip
    answer = as_("helen").post("/checklists/rules", data=data)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert not Rule.select().exists()


def test_rules_and_proposals_are_hrs_alone(as_: Any, rule: Any) -> None:
    made = rule(action="propose", offset_days=-14)
    firings.fire_all()
    firing = Firing.get()
    for address in (
        "/checklists/rules",
        "/checklists/rules/new",
        f"/checklists/rules/{made.id}",
        f"/checklists/proposals/{firing.id}",
    ):
        knock(as_, ONLY_HR | {"helen": 200}, address, nowhere="/nothing")
    others = {name: status for name, status in ONLY_HR.items() if name != "helen"}
    nowhere = "/checklists/rules/999999/rest"
    for address in (
        f"/checklists/proposals/{firing.id}/acceptance",
        f"/checklists/proposals/{firing.id}/dismissal",
        f"/checklists/proposals/{firing.id}/reconsideration",
        f"/checklists/rules/{made.id}/switch",
        f"/checklists/rules/{made.id}/rest",
        f"/checklists/rules/{made.id}/removal",
        f"/checklists/rules/{made.id}/restoration",
        "/checklists/rules",
    ):
        knock(as_, others, address, data={}, nowhere=nowhere)


def test_nobody_in_hr_decides_about_themselves(as_: Any, rule: Any, who: Any) -> None:
    rule("departure", action="propose", offset_days=-60)
    who.helen.depart(
        by=who.helen,
        last_day_on=TODAY + timedelta(days=30),
        access_ends_at=datetime(2026, 12, 30, tzinfo=UTC),
    )
    firings.fire_all()
    assert as_("helen").get(f"/checklists/proposals/{Firing.get().id}").status_code == 404


def test_the_dry_run_asks_few_questions_however_many_it_hits(
    as_: Any, rule: Any, queries: Any
) -> None:
    for n in range(25):
        hire(f"New{n} Starter", TODAY + timedelta(days=n % 20))
    made = rule(rule="department = Engineering", on=None)
    helen = as_("helen")
    helen.get(f"/checklists/rules/{made.id}")
    with queries() as seen:
        page = helen.get(f"/checklists/rules/{made.id}")
    assert "New24 Starter" in page.text
    assert len(seen) <= 11, len(seen)


def test_two_workers_that_find_the_same_act_once(rule: Any, who: Any) -> None:
    made = rule(offset_days=-14)
    (found,) = made.hits(TODAY, cast.MONDAY)
    assert Firing.make(made, found)
    assert not Firing.make(made, found)
    assert (Firing.select().count(), Checklist.select().count()) == (1, 1)


def test_nobody_arrives_who_has_left_meanwhile(rule: Any, who: Any, move_clock: Any) -> None:
    rule()
    who.nia.depart(
        by=who.helen,
        last_day_on=cast.MONDAY,
        access_ends_at=datetime(2026, 11, 23, 17, tzinfo=UTC),
    )
    move_clock(days=10)
    assert firings.fire_all() == 0


def test_whoever_wrote_a_rule_is_not_started_by_it_but_proposed(rule: Any, who: Any) -> None:
    made = rule("promoted", action="start")
    Position.take(who.helen, by=who.dora, starts_on=TODAY, level="L5")
    Position.take(who.erin, by=who.helen, starts_on=TODAY, level="L4")
    would = {one.person.first_name: said for one, said in firings.dry_run(made)}
    assert would == {"Helen": "Ask HR at once", "Erin": "Start it at once"}
    firings.fire_all()
    assert set(outcomes()) == {("Helen", "proposed"), ("Erin", "started")}
    assert [running.person for running in Checklist.select()] == [who.erin]


def test_a_start_that_fails_stops_neither_the_other_people_nor_the_other_rules(
    rule: Any, who: Any, monkeypatch: Any, caplog: Any
) -> None:
    first, _ = rule("promoted"), rule("promoted", action="propose")
    for name in ("erin", "ben"):
        Position.take(cast.person(name), by=who.helen, starts_on=TODAY, level="L4")
    start = Checklist.start

    def fails(revision: Any, person: Person, *rest: Any, **more: Any) -> Checklist:
        if person.id == who.erin.id:
            raise ValueError("a fault planted here")
        return start(revision, person, *rest, **more)

    monkeypatch.setattr(Checklist, "start", fails)
    assert firings.fire_all() == 3
    assert f"rule {first.id} failed for person {who.erin.id}" in caplog.text
    monkeypatch.undo()
    assert firings.fire_all() == 1
    assert sorted(outcomes()) == [
        ("Ben", "running"), ("Ben", "started"), ("Erin", "proposed"), ("Erin", "started"),
    ]  # fmt: skip


def test_a_rule_that_cannot_be_read_stops_no_other(rule: Any, who: Any, caplog: Any) -> None:
    broken = rule("promoted")
    rule("promoted", action="propose")
    with db.write():
        Rule.update(audience="shoe size = 44").where(Rule.id == broken.id).execute()
    Position.take(who.erin, by=who.helen, starts_on=TODAY, level="L4")
    assert firings.fire_all() == 1
    assert f"rule {broken.id} did not fire" in caplog.text


@pytest.mark.parametrize(("event", "field"), [("promoted", "level"), ("moved", "team")])
def test_a_change_whose_day_is_moved_fires_once_and_the_next_one_again(
    rule: Any, who: Any, move_clock: Any, event: str, field: str
) -> None:
    there: Any = {"level": "L4", "team": Team.named("Sales")}[field]
    back = getattr(who.erin.position(), field)
    rule(event, action="propose", offset_days=-10)
    first = Position.take(who.erin, by=who.helen, starts_on=TODAY + 3 * A_DAY, **{field: there})
    assert firings.fire_all() == 1
    first.withdraw(by=who.helen)
    Position.take(who.erin, by=who.helen, starts_on=TODAY + 5 * A_DAY, **{field: there})
    assert firings.fire_all() == 0
    Position.take(who.erin, by=who.helen, starts_on=TODAY + 7 * A_DAY, **{field: back or "L1"})
    Position.take(who.erin, by=who.helen, starts_on=TODAY + 9 * A_DAY, **{field: there})
    assert firings.fire_all() == 2


def test_a_whole_company_taken_in_at_once_is_hit_to_the_last(rule: Any, monkeypatch: Any) -> None:
    assert happenings.MAX_FOUND >= 20_000
    monkeypatch.setattr(happenings, "BATCH", 2)
    for n in range(5):
        hire(f"New{n} Starter", TODAY)
    rule(rule="department = Engineering")
    assert firings.fire_all() == 5


def test_somebody_with_such_a_list_is_neither_proposed_nor_started_another(
    rule: Any, publish: Any, who: Any, move_clock: Any
) -> None:
    """Another plan of the same transition: the dry run says so, and nothing is asked."""
    other = publish("- [ ] Say hello @hr due:start", title="Short onboarding")
    Checklist.start(other.current, who.nia, who.nia.hired_on, by=who.helen)
    made = rule(action="propose", offset_days=-14)
    said = {one.person.first_name: words for one, words in firings.dry_run(made)}
    assert said["Nia"] == "Nothing: “Short onboarding” runs already"
    move_clock(days=1)
    firings.fire_all()
    assert ("Nia", "running") in outcomes()
    assert (
        not Assignment.select()
        .where(Assignment.is_open(), Assignment.kind == firings.KIND, Assignment.about == who.nia)
        .exists()
    )
