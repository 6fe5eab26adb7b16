"""Reviews of one person that begin by themselves, once for each fact."""

from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments.duties import Cause, Opening
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires.kinds import open_form
from portal.questionnaires.models import Submission
from portal.reviews import beginning, following
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import after, part_of, plan

NINETY = """---
kind: review
title: After 30 days
for: {rule}
begins: {event}
---
- self form:annual opens:{opens} closes:{closes}
- manager form:annual opens:{opens} closes:{closes}
- release opens:{release}
"""


def event_plan(event: str = "hired", opens: int = 23, rule: str = "everyone") -> Document:
    source = NINETY.format(event=event, opens=opens, closes=opens + 7, release=opens + 8, rule=rule)
    return plan(source)


@pytest.fixture
def thirty(forms: Any) -> Document:
    return event_plan()


def of_nia() -> Cycle | None:
    return Cycle.get_or_none(Cycle.person == cast.person("nia"))


def test_it_begins_some_days_ahead_and_once(thirty: Any, move_clock: Any) -> None:
    after(move_clock, 5)
    assert of_nia() is None
    after(move_clock, 20)
    cycle = of_nia()
    assert cycle is not None and cycle.day == cast.MONDAY
    assert [str(phase.opens_on) for phase in cycle.phases] == [
        "2026-12-16", "2026-12-16", "2026-12-24",
    ]  # fmt: skip
    following.run()
    assert Cycle.select().count() == 1


def test_the_two_are_asked_on_its_day(thirty: Any, move_clock: Any) -> None:
    after(move_clock, 28)
    cycle = of_nia()
    assert cycle is not None
    assert part_of(cycle, "nia", SELF).person_id == cast.person("nia").id
    assert part_of(cycle, "nia", MANAGER).person_id == cast.person("mara").id


def test_who_was_here_before_the_plan_is_left_alone(thirty: Any, move_clock: Any) -> None:
    for days in (20, 90):
        after(move_clock, days)
    assert [cycle.person.first_name for cycle in Cycle.select()] == ["Nia"]


def test_whom_the_rule_does_not_mean_is_not_asked(forms: Any, move_clock: Any) -> None:
    event_plan(rule="department = Sales")
    after(move_clock, 25)
    assert of_nia() is None


def test_a_first_day_that_moves_moves_the_steps(thirty: Any, move_clock: Any, who: Any) -> None:
    after(move_clock, 20)
    with db.write():
        later = cast.MONDAY + timedelta(days=7)
        Person.update(hired_on=later).where(Person.id == who.nia.id).execute()
    following.run()
    cycle = of_nia()
    assert cycle is not None and str(cycle.phases[0].opens_on) == "2026-12-23"
    after(move_clock, 29)
    assert not ReviewPart.select().exists()
    assert Cycle.select().count() == 1


def test_what_a_plan_asked_for_is_the_same_form_and_the_same_duty(
    forms: Any, thirty: Any, move_clock: Any, who: Any
) -> None:
    opening = Opening(Cause("step", 1), who.nia, cast.MONDAY + timedelta(days=28))
    duty = open_form(who.nia, "annual", opening)
    assert duty is not None
    after(move_clock, 28)
    cycle = of_nia()
    assert cycle is not None
    assert part_of(cycle, "nia", SELF).id == duty.target
    forms_of_nia = Submission.select().where(Submission.person == who.nia)
    assert forms_of_nia.count() == 1
    assert Assignment.select().where(Assignment.person == who.nia).count() == 1


def test_what_was_sent_shortly_before_counts(forms: Any, move_clock: Any, who: Any) -> None:
    event_plan("hired", opens=7)
    duty = Submission.open(forms["annual"].current, who.nia, who.nia, by=who.helen)
    form = Submission.get_by_id(duty.target)
    keys = [question.key for question in form.questionnaire.questions]
    form.submit({keys[0]: "2", keys[1]: "All of it."}, form.version, by=who.nia)
    after(move_clock, 14)
    cycle = of_nia()
    assert cycle is not None
    assert part_of(cycle, "nia", SELF).id == form.id
    assert ReviewPart.select().where(ReviewPart.author == who.nia).count() == 1


def test_a_probation_is_looked_at_before_it_ends_unless_it_is_passed(
    forms: Any, move_clock: Any, who: Any
) -> None:
    event_plan("probation", opens=-28)
    ends = cast.TODAY + timedelta(days=45)
    with db.write():
        few = (who.erin.id, who.ben.id)
        Person.update(probation_ends_on=ends).where(Person.id.in_(few)).execute()
        passed = Person.update(probation_passed_on=cast.TODAY)
        passed.where(Person.id == who.ben.id).execute()
    after(move_clock, 10)
    cycle = Cycle.get()
    assert (cycle.person_id, cycle.day) == (who.erin.id, ends)
    assert cycle.phases[0].opens_on == ends - timedelta(days=28)


def test_another_role_begins_one_and_another_team_does_not(
    forms: Any, move_clock: Any, who: Any
) -> None:
    event_plan("role", opens=7)
    held = who.erin.position()
    facts = {"team": held.team, "location": held.location, "manager": who.mara}
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, role="Staff Engineer", **facts)
    Position.take(
        who.olga, by=who.helen, starts_on=cast.TODAY, role="Account Executive",
        team=held.team, location=held.location, manager=who.mara,
    )  # fmt: skip
    after(move_clock, 1)
    assert [cycle.person.first_name for cycle in Cycle.select()] == ["Erin"]


def test_a_plan_whose_form_is_gone_begins_nothing_and_breaks_nothing(
    forms: Any, thirty: Any, move_clock: Any, who: Any
) -> None:
    forms["annual"].retire(by=who.helen)
    after(move_clock, 25)
    assert Cycle.select().count() == 0


def test_hr_sees_who_comes_and_what_is_under_way(thirty: Any, as_: Any, move_clock: Any) -> None:
    page = as_("helen").get("/reviews/cycles/by-themselves").get_data(as_text=True)
    assert "After 30 days: 1" in page and "Nia Novak" in page
    after(move_clock, 24)
    page = as_("helen").get("/reviews/cycles/by-themselves").get_data(as_text=True)
    assert "Nia writes from Wed 16 Dec to Wed 23 Dec. Mara writes" in page
    assert beginning.plans()[0].slug == "annual-review"
