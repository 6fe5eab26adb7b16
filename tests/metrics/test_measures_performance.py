"""Measures of reviews and goals against slow counts; and what they never count."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from portal.documents.models import Revision
from portal.goals.models import Goal
from portal.metrics import outcomes, performance
from portal.metrics.measure import CLOSED, GROUPED, Scope
from portal.people.grants import Grant
from portal.questionnaires.models import Submission
from portal.reviews import control
from portal.reviews.answers import Nominee
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from tests.metrics import companies
from tests.metrics.companies_talk import fill, goals, grants, reviews
from tests.metrics.slowly import FEW, Data, Row, added, assert_all_agree, day_of


def _counted(scope: Scope, data: Data) -> list[tuple[Any, Any]]:
    """Reviews with their cycles, without improvement plans and those left out by then."""
    cycles = data.by_id(Cycle)
    return [
        (review, cycles[review.cycle])
        for review in data.of(Review)
        if not cycles[review.cycle].fact.startswith("improvement:")
        and day_of(review.skipped_at) > scope.last
    ]


def _hr(scope: Scope, data: Data) -> set[int]:
    return {
        grant.person
        for grant in data.of(Grant)
        if grant.kind == "hr"
        and grant.starts_on <= scope.last
        and (grant.ends_on is None or grant.ends_on >= scope.last)
    }


def _sent(scope: Scope, data: Data) -> Iterable[tuple[Any, Any]]:
    """Forms that were sent by then and were their author's still."""
    forms = data.by_id(Submission)
    for part in data.of(ReviewPart):
        if day_of(part.replaced_at) > scope.last:
            form = forms[part.submission]
            if day_of(form.submitted_at) <= scope.last:
                yield part, form


def participation(scope: Scope, data: Data) -> list[Row]:
    hr = _hr(scope, data)
    sent = {(part.review, part.phase) for part, _ in _sent(scope, data)}
    nominees = defaultdict(list)
    for one in data.of(Nominee):
        nominees[one.review, one.phase].append(one)
    found = []
    for review, cycle in _counted(scope, data):
        for phase in data.of(Phase):
            is_in = scope.first <= day_of(phase.closed_at) <= scope.last
            if phase.cycle != cycle.id or not is_in or review.person in hr:
                continue
            if phase.name in ("self", "manager"):
                is_sent = (review.id, phase.id) in sent
                if phase.name == "self" or review.lead or is_sent:
                    found.append((review.person, is_sent, 1))
            elif phase.name in ("peers", "upward"):
                all_of_them = nominees[review.id, phase.id]
                told = sum(one.has_answered for one in all_of_them) >= 3
                for one in all_of_them:
                    asked, removed = day_of(one.approved_at), day_of(one.removed_at)
                    if asked <= scope.last < removed:
                        found.append((review.person, told and one.has_answered, 1))
    return added(found)


def days_to_close(scope: Scope, data: Data) -> list[Row]:
    with_manager = {phase.cycle for phase in data.of(Phase) if phase.name == "manager"}
    counted = {review.id: (review, cycle) for review, cycle in _counted(scope, data)}
    ends = [
        (review, cycle, review.released_at)
        for review, cycle in counted.values()
        if cycle.id in with_manager
    ]
    for part, form in _sent(scope, data):
        if part.review in counted and counted[part.review][1].id not in with_manager:
            ends.append((*counted[part.review], form.submitted_at))
    return [
        (review.person, max(0, (at.date() - cycle.day).days), 1)
        for review, cycle, at in ends
        if scope.first <= day_of(at) <= scope.last
    ]


def comment_length(scope: Scope, data: Data) -> list[Row]:
    hr, phases = _hr(scope, data), data.by_id(Phase)
    counted = {review.id: review for review, _ in _counted(scope, data)}
    found = []
    for part, form in _sent(scope, data):
        review = counted.get(part.review)
        if review is None or review.person in hr or phases[part.phase].name != "manager":
            continue
        is_in = day_of(form.submitted_at) >= scope.first
        if is_in and not form.purged_at and "hr" in form.readers:
            # Of the made forms the second and third question are texts.
            for key, words in json.loads(form.answers).items():
                if key in ("k1", "k2"):
                    found.append((review.person, len(words.split()) >= 20, 1))
    return added(found)


def goals_met(scope: Scope, data: Data) -> list[Row]:
    ended = defaultdict(list)
    for goal in data.of(Goal):
        is_in = scope.first <= day_of(goal.ended_at) <= scope.last
        if goal.person and is_in and goal.outcome != "dropped":
            ended[goal.person].append(goal.outcome == "met")
    return [(person, sum(met) >= len(met) / 2, 1) for person, met in ended.items()]


def ratings_above(scope: Scope, data: Data) -> list[Row]:
    phases, revisions = data.by_id(Phase), data.by_id(Revision)
    calibrated = {one.review: one.rating for one in data.of(Placement)}
    forms = defaultdict(list)
    for part, form in _sent(scope, data):
        if phases[part.phase].name == "manager" and not form.purged_at:
            forms[part.review].append(form)
    found = {}
    for review, cycle in sorted(
        _counted(scope, data), key=lambda one: (str(one[0].released_at), one[0].id)
    ):
        if not scope.first <= day_of(review.released_at) <= scope.last:
            continue
        if not json.loads(revisions[cycle.revision].structure)["rating"]:
            continue
        for form in forms[review.id]:
            given = json.loads(form.answers).get("k0")
            section = json.loads(revisions[form.revision].structure)["sections"][0]
            rows = len(section["questions"][0]["anchors"])
            if given:
                # Of 2 rows the 2nd is expected, of 3 the 2nd, of 4 the 3rd, of 5 the 3rd.
                expected = {2: 2, 3: 2, 4: 3, 5: 3}[rows]
                value = calibrated.get(review.id, int(given))
                found[review.person] = (review.person, value > expected, 1)
    return list(found.values())


def ratings_changed(scope: Scope, data: Data) -> list[Row]:
    hr, sessions = _hr(scope, data), data.by_id(CalibrationSession)
    counted = {review.id: review for review, _ in _counted(scope, data)}
    found = []
    for one in data.of(Placement):
        locked, review = day_of(sessions[one.session].locked_at), counted.get(one.review)
        if review and review.person not in hr and scope.first <= locked <= scope.last:
            found.append((review.person, one.given != one.rating, 1))
    return [(person, hits > 0, 1) for person, hits, _ in added(found)]


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    slow = {
        "review_participation": participation, "review_days": days_to_close,
        "comment_length": comment_length, "goals_met": goals_met, "ratings_above": ratings_above,
        "ratings_changed": ratings_changed,
    }  # fmt: skip
    assert_all_agree([*performance.MEASURES, *outcomes.MEASURES], slow, grants, reviews, goals)


def test_participation_is_what_the_pages_of_cycles_say(database: Any, who: Any) -> None:
    """Added up over all cycles, for somebody who is in none of them, where nobody is HR."""
    compared = 0
    for seed in FEW:
        with companies.company(seed) as made:
            fill(made, reviews)
            Grant.update(kind="auditor").execute()
            ordinary = ~Cycle.fact.startswith("improvement:")
            pages = control.of_many(Cycle.select().where(ordinary), who.olga)
            steps = [step for page in pages for step in page.steps if step.phase.step.asks]
            closed = [step for step in steps if step.phase.closed_at]
            rows = list(performance.participation(Scope(date(2000, 1, 1), made.today)))
            assert sum(row.hits for row in rows) == sum(step.done for step in closed)
            assert sum(row.of for row in rows) == sum(step.total for step in closed)
            compared += bool(closed)
    assert compared > 1


@pytest.mark.parametrize(
    ("rows", "above"),
    [((1, 2), ()), ((1, 2, 3), (3,)), ((1, 2, 3, 4), (4,)), ((1, 2, 3, 4, 5), (4, 5)), ((), ())],
)
def test_above_is_more_than_the_expected_row(rows: tuple[int, ...], above: tuple[int, ...]) -> None:
    assert tuple(value for value in rows if outcomes.is_above(rows, value)) == above


def test_what_nobody_may_open_is_closed_or_grouped_and_never_a_line_s() -> None:
    private = {one.name: one.privacy for one in [*performance.MEASURES, *outcomes.MEASURES]}
    assert private["goals_met"] == private["ratings_above"] == private["ratings_changed"] == CLOSED
    assert private["comment_length"] == GROUPED
    for one in [*performance.MEASURES, *outcomes.MEASURES]:
        assert not one.for_lines or one.privacy not in (CLOSED, GROUPED)
