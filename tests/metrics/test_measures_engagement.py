"""Measures of talks and praise: what their rooms tell, and what everybody may read."""

from datetime import date, timedelta
from typing import Any

from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise, PraiseTo
from portal.metrics import engagement
from portal.metrics.measure import Scope
from portal.oneonones.frequency import TalkFigure
from portal.people.models import Person
from tests.metrics import companies
from tests.metrics.companies_talk import fill, praise, talks
from tests.metrics.slowly import FEW, Data, Row, assert_all_agree, day_of


def _on_page(scope: Scope, data: Data) -> list[tuple[Any, list[int]]]:
    """Praise that stands on the page, with whom it praises. Whoever works here by their newest
    first day, as the page itself asks it."""
    out = {one.person for one in data.of(PraiseOptOut)}
    hired = [one for one in data.of(Person) if one.hired_on and one.hired_on <= scope.last]
    here = {one.id for one in hired if one.last_day_on is None or one.last_day_on >= scope.last}
    found = []
    for kept in data.of(Praise):
        to = [one for one in data.of(PraiseTo) if one.praise == kept.id]
        is_wanted = not any(one.off_at or one.person in out for one in to)
        stands = kept.is_public and not kept.withdrawn_at and not kept.removed_at
        is_in = scope.first <= day_of(kept.given_at) <= scope.last
        if stands and is_wanted and is_in and any(one.person in here for one in to):
            found.append((kept, [one.person for one in to]))
    return found


def praised(scope: Scope, data: Data) -> list[Row]:
    people = {person for _, to in _on_page(scope, data) for person in to}
    return [(person, person in people, 1) for person in data.here(scope.last)]


def praising(scope: Scope, data: Data) -> list[Row]:
    givers = {kept.giver for kept, _ in _on_page(scope, data)}
    return [(person, person in givers, 1) for person in data.here(scope.last)]


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    assert_all_agree(engagement.MEASURES, {"praised": praised, "praising": praising}, praise)


def test_of_talks_only_what_their_room_tells_is_repeated(database: Any) -> None:
    """The company as the sum of what is told, and departments; of the month before that day."""
    seen = 0
    for seed in FEW:
        with companies.company(seed) as made:
            fill(made, talks)
            months = TalkFigure.months()
            cells = engagement.talks(made.today)
            if not months or months[0][0] < date(2026, 10, 31):
                continue
            _, [(_, pairs, met), *departments] = months[0]
            assert (cells[0].of, cells[0].hits, cells[0].dimension) == (pairs, met, "")
            assert sorted((cell.of, cell.hits) for cell in cells[1:]) == sorted(
                (pairs, met) for _, pairs, met in departments
            )
            # On its last day a month is not over: what was told before it still counts.
            earlier = engagement.talks(months[0][0])
            assert earlier == engagement.talks(months[0][0] - timedelta(days=3))
            seen += 1
    assert seen > 2


def test_where_nothing_was_told_nothing_is(database: Any) -> None:
    (cell,) = engagement.talks(date(2026, 11, 18))
    assert cell.is_hidden and cell.value is None
