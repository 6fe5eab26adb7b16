"""A running checklist: dates, ticking, skipping, ending, and what it keeps."""

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment, Cause
from portal.audit import Event
from portal.checklists.models import AlreadyRuns, Checklist
from portal.checklists.steps import Step
from portal.people.models import Person
from portal.people.org import Location
from tests import cast


def events(tag: str) -> int:
    return int(Event.select().where(Event.tag == tag).count())


def due(plan: Any, person: Person, on: date, by: Person) -> list[date]:
    return [step.due_on for step in Step.of(Checklist.start(plan.current, person, on, by=by))]


# -- dates -------------------------------------------------------------------------------------


def test_dates_keep_the_week_and_the_holidays_of_the_place(publish: Any, who: Any) -> None:
    berlin = Location.get(Location.name == "Berlin")
    berlin.keep_holidays([(date(2026, 11, 24), "A local holiday")], by=None)
    berlin.change(by=None, weekdays="0123")
    plan = publish(
        "- [ ] a @hr due:start+1\n- [ ] b @hr due:start+1w\n- [ ] c @hr due:start-3\n"
        "- [ ] d @hr due:start+4"
    )
    assert due(plan, who.nia, cast.MONDAY, who.helen) == [
        date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 19), date(2026, 11, 30),
    ]  # fmt: skip


def test_what_is_due_on_a_last_day_that_is_a_sunday_is_due_on_the_friday_before(
    publish: Any, who: Any
) -> None:
    plan = publish(
        "- [ ] a @it due:end\n- [ ] b @hr due:end-1\n- [ ] c @hr due:end+1", "offboarding"
    )
    sunday = date(2026, 11, 29)
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    assert due(plan, who.erin, sunday, who.helen) == [friday, friday, monday]


def test_somebody_who_starts_on_the_leap_day_has_a_date_for_every_step(
    publish: Any, who: Any
) -> None:
    plan = publish("- [ ] a @hr due:start\n- [ ] b @hr due:start+12m\n- [ ] c @hr due:start-12m")
    assert due(plan, who.erin, date(2028, 2, 29), who.helen) == [
        date(2028, 2, 29), date(2029, 2, 28), date(2027, 2, 26),
    ]  # fmt: skip


def test_a_step_without_a_date_is_owed_all_the_same(publish: Any, who: Any, as_: Any) -> None:
    assert due(publish("- [ ] Some day @employee"), who.nia, cast.MONDAY, who.helen) == [None]
    assert "Some day" in as_("nia").get("/").text


# -- what a list keeps -------------------------------------------------------------------------


def test_a_running_list_keeps_the_revision_it_was_started_with(
    plan: Any, running: Checklist, who: Any, as_: Any
) -> None:
    plan.publish(cast.ENGINEERING_PLAN.replace("Order the laptop", "Order a tablet"), by=who.helen)
    titles = {step.title for step in Step.of(running)}
    assert "Order the laptop" in titles and "Order a tablet" not in titles
    page = as_("mara").get(f"/checklists/{running.id}").text
    assert "from revision 1 of the plan" in page
    other = Checklist.start(plan.current, who.erin, cast.MONDAY, by=who.helen)
    assert "Order a tablet" in {step.title for step in Step.of(other)}


def test_the_same_plan_runs_once_at_a_time_for_a_person(
    plan: Any, running: Checklist, who: Any
) -> None:
    with pytest.raises(AlreadyRuns):
        Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert Checklist.select().count() == 1 and Assignment.select().count() == 6
    for step in Step.of(running):
        step.complete(by=who.helen)
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)


def test_a_list_without_steps_is_complete_at_once(publish: Any, who: Any, as_: Any) -> None:
    empty = Checklist.start(publish("Only words.").current, who.nia, cast.MONDAY, by=who.helen)
    helen = as_("helen")
    page = helen.get(f"/checklists/{empty.id}").text
    assert "The plan has no steps, so this is complete." in page
    assert f"/checklists/{empty.id}" not in helen.get("/checklists").text
    assert f"/checklists/{empty.id}" in helen.get("/checklists?show=finished").text


def test_a_finished_list_stays_at_a_hundred_percent_and_readable(
    running: Checklist, who: Any, as_: Any, move_clock: Any
) -> None:
    for step in Step.of(running):
        step.complete(by=step.owner or who.ida)
    move_clock(days=400)
    mara = as_("mara")
    page = mara.get(f"/checklists/{running.id}").text
    assert "6 of 6 steps settled" in page and "Order the laptop" in page
    assert f"/checklists/{running.id}" in mara.get("/checklists?show=finished").text


# -- the verbs ---------------------------------------------------------------------------------


def test_ticking_settles_the_duty_and_says_so_once(
    steps: dict[str, Step], who: Any, as_: Any
) -> None:
    step = steps["read-the-welcome-page"]
    assert step.complete(by=who.nia) and not step.complete(by=who.nia)
    assert not step.skip("Too late", by=who.helen)
    assert (events("step.completed"), events("step.skipped")) == (1, 0)
    duty = step.assignments().get()
    assert (duty.outcome, duty.settled_by_id) == ("done", who.nia.id)
    assert "Done since yesterday" in as_("nia").get("/").text


def test_a_tick_taken_back_is_owed_again(steps: dict[str, Step], who: Any, as_: Any) -> None:
    step = steps["read-the-welcome-page"]
    step.complete(by=who.nia)
    assert step.reopen(by=who.nia) and not step.reopen(by=who.nia)
    assert events("step.reopened") == 1
    assert step.assignments().where(Assignment.is_open()).count() == 1
    assert "Done since yesterday" not in as_("nia").get("/").text


def test_twenty_ticks_at_once_are_one(steps: dict[str, Step], who: Any) -> None:
    step_id, by, results = steps["order-the-laptop"].id, who.ida, []

    def tick() -> None:
        try:
            results.append(Step.get_by_id(step_id).complete(by=by))
        finally:
            db.database.close()

    threads = [threading.Thread(target=tick) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 19 + [True]
    assert (events("step.completed"), events("assignment.settled")) == (1, 1)


def test_skipping_takes_a_reason_that_the_list_shows(
    steps: dict[str, Step], running: Checklist, as_: Any
) -> None:
    step = steps["meet-your-buddy"]
    mara = as_("mara")
    empty = mara.post(f"/checklists/steps/{step.id}/skip", data={"reason": " "})
    assert empty.status_code == 422 and "Say why" in empty.text
    assert mara.post(
        f"/checklists/steps/{step.id}/skip", data={"reason": "They know each other"}
    ).status_code == 303  # fmt: skip
    assert "They know each other" in mara.get(f"/checklists/{running.id}").text
    assert "Meet your buddy" not in as_("ben").get("/").text
    assert events("step.skipped") == 1


def test_an_optional_step_may_be_skipped_by_whoever_owns_it(
    publish: Any, who: Any, as_: Any
) -> None:
    plan = publish("- [ ] Come to lunch @employee due:start optional\n- [ ] Sign @employee")
    lunch, sign = Step.of(Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen))
    nia, why = as_("nia"), {"reason": "On a diet"}
    assert nia.post(f"/checklists/steps/{lunch.id}/skip", data=why).status_code == 303
    assert nia.post(f"/checklists/steps/{sign.id}/skip", data=why).status_code == 403


def test_what_was_asked_too_late_is_answered_with_what_it_is(
    steps: dict[str, Step], who: Any, as_: Any
) -> None:
    step = steps["meet-your-buddy"]
    step.skip("They know each other", by=who.mara)
    ben = as_("ben")
    answer = ben.hx(f"/checklists/steps/{step.id}/completion", f"step-{step.id}")
    assert "Skipped: Meet your buddy" in answer.text and 'data-state="skipped"' in answer.text


def test_an_ended_list_is_owed_by_nobody_and_keeps_what_was_done(
    running: Checklist, steps: dict[str, Step], who: Any, as_: Any
) -> None:
    steps["order-the-laptop"].complete(by=who.ida)
    helen = as_("helen")
    end = f"/checklists/{running.id}/end"
    assert helen.post(end, data={"reason": "Never came"}).status_code == 303
    assert helen.post(end, data={"reason": "Never came"}).status_code == 303
    assert events("checklist.stopped") == 1
    assert not Assignment.select().where(Assignment.is_open()).exists()
    for name in ("nia", "ben", "mara"):
        page = as_(name).get("/").text
        assert "first month" not in page and "buddy" not in page
    page = helen.get(f"/checklists/{running.id}").text
    assert "Ended early" in page and "1 of 6 steps settled" in page
    assert f"/checklists/{running.id}" in helen.get("/checklists?show=finished").text
    own = steps["read-the-welcome-page"]
    assert as_("nia").post(f"/checklists/steps/{own.id}/completion").status_code == 403
    assert "nobody owes this any more" in as_("nia").get(f"/checklists/steps/{own.id}").text


def test_ending_a_list_leaves_what_is_owed_for_another_reason(
    running: Checklist, steps: dict[str, Step], who: Any
) -> None:
    own = steps["read-the-welcome-page"]
    shared = own.assignments().get()
    Assignment.assign(
        kind="step", target=own.id, title="", cause=Cause("requirement", 7), by=None, person=who.nia
    )
    assert shared.causes.count() == 2
    running.stop(by=who.helen, reason="Never came")
    assert Assignment.get_by_id(shared.id).settled_at is None
    assert [cause.kind for cause in shared.causes] == ["requirement"]


# -- answers -----------------------------------------------------------------------------------


def test_a_tick_answers_with_the_step_or_with_the_way_back(
    running: Checklist, steps: dict[str, Step], as_: Any
) -> None:
    step = steps["plan-the-first-week"]
    mara = as_("mara")
    fragment = mara.hx(f"/checklists/steps/{step.id}/completion", f"step-{step.id}")
    assert f'id="step-{step.id}"' in fragment.text and "<html" not in fragment.text
    plain = mara.post(f"/checklists/steps/{step.id}/reopening")
    assert plain.location == f"/checklists/{running.id}#step-{step.id}"


def test_who_ticked_in_today_stays_in_today_with_the_undo_as_well(
    steps: dict[str, Step], as_: Any
) -> None:
    step = steps["plan-the-first-week"]
    mara, duty = as_("mara"), step.assignments().get()
    address = f"/checklists/steps/{step.id}"
    row = mara.hx(f"{address}/completion", f"assignment-{duty.id}", data={"from": "today"})
    assert f'id="assignment-{duty.id}"' in row.text
    assert f'action="{address}/reopening?from=today"' in row.text
    again = mara.hx(f"{address}/reopening?from=today", f"assignment-{duty.id}")
    assert "Undo" not in again.text
    assert mara.post(f"{address}/completion", data={"from": "today"}).location == "/"
    assert mara.post(f"{address}/reopening?from=today").location == "/"
    assert mara.post(f"{address}/completion", data={"from": "today"}).location == "/"


def test_an_owner_from_outside_is_sent_back_to_their_step(steps: dict[str, Step], as_: Any) -> None:
    step = steps["order-the-laptop"]
    answer = as_("ida").post(f"/checklists/steps/{step.id}/completion")
    assert answer.location == f"/checklists/steps/{step.id}"


def test_offboarding_runs_around_the_last_day_and_on_past_it(
    publish: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    plan = publish("- [ ] Close access @it due:end\n- [ ] Pay out @hr due:end+10w", "offboarding")
    last = date(2026, 11, 20)
    who.erin.depart(
        by=who.helen, last_day_on=last, access_ends_at=datetime(2026, 11, 20, 17, tzinfo=UTC)
    )
    page = as_("helen").get(f"/people/{who.erin.id}/checklists/new").text
    assert 'value="2026-11-20"' in page and "Close access" in page
    leaving = Checklist.start(plan.current, who.erin, last, by=who.helen)
    Step.of(leaving)[0].complete(by=who.ida)
    move_clock(days=5)
    assert "Pay out — Erin Castellanos" in as_("helen").get("/").text
    assert "Erin Castellanos" in as_("helen").get("/hr").text
