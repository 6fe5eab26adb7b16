"""Measures of learning and of what people can and hold, against slow counts; what rooms tell."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.assignments.models import Assignment
from portal.certificates.checks import CertificateCheck
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.learning import helped as asking
from portal.learning.helped import Helped
from portal.learning.models import Attempt, Completion
from portal.learning.spending import Spending
from portal.metrics import engagement, holding, learning
from portal.metrics.measure import GROUPED, Scope
from tests.metrics import companies
from tests.metrics.companies_talk import certificates, competencies, courses, fill
from tests.metrics.slowly import FEW, Data, Row, added, assert_all_agree, day_of

NEVER = date.max


def _stands(data: Data) -> list[Any]:
    return [one for one in data.of(Completion) if one.superseded_at is None]


def enrolled(scope: Scope, data: Data) -> list[Row]:
    days = {one.person: [] for one in [*data.of(Attempt), *data.of(Completion)]}
    for attempt in data.of(Attempt):
        days[attempt.person].append(day_of(attempt.started_at))
    for done in _stands(data):
        days[done.person].append(done.done_on)
    return [
        (person, any(scope.first <= day <= scope.last for day in days.get(person, ())), 1)
        for person in data.here(scope.last)
    ]


def completed(scope: Scope, data: Data) -> list[Row]:
    began: dict[tuple[int, int], Any] = {}
    for one in data.of(Attempt):
        if scope.first <= day_of(one.started_at) <= scope.last:
            key = (one.person, one.course)
            began[key] = min(began.get(key, one.started_at), one.started_at)
    done = defaultdict(list)
    for one in _stands(data):
        if day_of(one.done_at) <= scope.last:
            done[one.person, one.course].append(one.done_at)
    return added((key[0], any(at >= since for at in done[key]), 1) for key, since in began.items())


def on_time(scope: Scope, data: Data) -> list[Row]:
    found = []
    for duty in data.of(Assignment):
        if duty.kind != "course" or not duty.person or not duty.due_on:
            continue
        is_settled = day_of(duty.settled_at) <= scope.last
        if is_settled and duty.outcome in ("waived", "ended"):
            continue
        is_opened = day_of(duty.opened_at) <= scope.last
        if is_opened and scope.first <= duty.due_on < scope.last:
            is_done = is_settled and duty.outcome == "done" and duty.settled_at <= duty.due_at
            found.append((duty.person, is_done, 1))
    return added(found)


def minutes(scope: Scope, data: Data) -> list[Row]:
    seconds: dict[int, int] = defaultdict(int)
    for one in _stands(data):
        if scope.first <= one.done_on <= scope.last:
            seconds[one.person] += one.seconds
    return [(person, seconds[person] / 60, 1) for person in data.here(scope.last)]


def progressed(scope: Scope, data: Data) -> list[Row]:
    said: dict[tuple[int, int, str], dict[date, int]] = defaultdict(dict)
    for one in data.of(Assessment):
        if one.relation == "manager" and one.given_on <= scope.last:
            said[one.about, one.document, one.level][one.given_on] = one.value
    found = []
    for (person, _, _), words in said.items():
        days = sorted(words)
        if len(days) > 1 and days[-1] >= scope.first:
            found.append((person, words[days[-1]] > words[days[-2]], 1))
    return added(found)


def _held(scope: Scope, data: Data) -> list[tuple[int, date]]:
    types = {one.id for one in data.of(CertificateType) if one.retired_at is None}
    confirmed = {
        check.certificate
        for check in data.of(CertificateCheck)
        if check.superseded_at is None and check.outcome == "confirmed"
    }
    here, furthest = set(data.here(scope.last)), {}
    for one in data.of(Certificate):
        counts = one.id in confirmed and one.superseded_at is None and one.type in types
        if counts and one.person in here and one.issued_on <= scope.last:
            key = (one.person, one.type)
            furthest[key] = max(furthest.get(key, date.min), one.expires_on or NEVER)
    return [(person, until) for (person, _), until in furthest.items()]


def valid(scope: Scope, data: Data) -> list[Row]:
    return added((person, until >= scope.last, 1) for person, until in _held(scope, data))


def ending(scope: Scope, data: Data) -> list[Row]:
    return added(
        (person, until != NEVER and 0 <= (until - scope.last).days <= 90, 1)
        for person, until in _held(scope, data)
    )


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    slow = {
        "learning_enrolled": enrolled, "courses_completed": completed, "courses_on_time": on_time,
        "learning_minutes": minutes, "competencies_risen": progressed,
        "certificates_valid": valid, "certificates_ending": ending,
    }  # fmt: skip
    assert_all_agree(
        [*learning.MEASURES, *holding.MEASURES], slow, courses, competencies, certificates
    )


def test_what_is_told_of_courses_that_helped_is_what_their_pages_tell(database: Any) -> None:
    seen = 0
    for seed in FEW:
        with companies.company(seed) as made:
            fill(made, courses)
            pages = asking.spreads(Document.select().where(Document.kind == "course"))
            said = dict.fromkeys(asking.ANSWERS.values(), 0)
            for page in pages:
                for words, number in page.counts:
                    said[words] += number
            (cell,) = learning.helped(made.today)
            of = sum(said.values()) - said["I cannot tell"]
            if not of:
                assert cell.is_hidden
                continue
            assert (cell.hits, cell.of) == (said["Yes, clearly"] + said["Somewhat"], of)
            seen += 1
    assert seen > 3


def _answer(course: int, answer: str, days_ago: int) -> None:
    at = clock.now() - timedelta(days=days_ago)
    Helped.create(course=course, answer=answer, answered_at=at)


def test_a_five_counts_once_all_of_it_was_said_and_keeps_its_places(database: Any) -> None:
    with companies.company(3) as made:
        course = made.document("course", "one")[0]
        made.rows.put()
        for days_ago in (90, 90, 90, 90, 10, 80, 80, 80, 80, 80, 70):
            _answer(course, "clearly", days_ago)

        def told(days_ago: int) -> float | None:
            return learning.helped(made.today - timedelta(days=days_ago))[0].of

        # The first five had one taken back and said again ten days ago: nobody moved up for it.
        assert [told(days) for days in (85, 75, 5)] == [None, 5, 10]


def test_a_completion_costs_what_its_courses_cost(database: Any) -> None:
    seen = 0
    for seed in FEW:
        with companies.company(seed) as made:
            fill(made, courses)
            data, first = Data(), made.today - timedelta(days=364)
            paid = [
                one
                for one in data.of(Spending)
                if one.course and one.currency == "EUR" and one.superseded_at is None
                and first <= one.spent_on <= made.today
            ]  # fmt: skip
            paid_for = {one.course for one in paid}
            done = [one for one in _stands(data) if one.course in paid_for]
            number = sum(first <= one.done_on <= made.today for one in done)
            (cell,) = learning.cost(made.today)
            if not paid or not number:
                assert cell.is_hidden
            else:
                assert cell.value == sum(one.cents for one in paid) / 100 / number
                seen += 1
    assert seen > 1


def test_what_rooms_tell_as_sums_has_no_rows_that_anybody_opens() -> None:
    told = [one for one in (*learning.MEASURES, *engagement.MEASURES) if one.ready]
    assert [one.name for one in told] == ["learning_helped", "course_cost", "one_on_ones"]
    for one in told:
        assert not list(one.tallies(one.scope(clock.today())))
        assert one.privacy == GROUPED and not one.for_lines and one.where is None
