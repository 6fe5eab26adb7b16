"""When what is required comes round: every rhythm, at its edges, and laws that hold for all."""

import random
from datetime import date, timedelta

import pytest

from portal.assignments.due import add_months
from portal.compliance.needs import Fact
from portal.compliance.schedule import (
    COMPLETION,
    COUNTED_FROM,
    EVENT,
    FIXED,
    Rhythm,
    Turn,
    next_turn,
)

pytestmark = pytest.mark.one_database

ASKED = date(2024, 1, 1)


def turn(
    rhythm: Rhythm,
    done: date | None = None,
    *,
    asked: date = ASKED,
    meant: date = ASKED,
    event: date = ASKED,
    holds_until: date | None = None,
    excused_until: date | None = None,
) -> Turn | None:
    fact = None if done is None else Fact(done_on=done, ref="x:1", holds_until=holds_until)
    return next_turn(
        rhythm,
        asked_on=asked,
        meant_on=meant,
        event_on=event,
        fact=fact,
        excused_until=excused_until,
    )


def due(rhythm: Rhythm, done: date | None = None, **more: date) -> date:
    found = turn(rhythm, done, **more)
    assert found is not None
    return found.due_on


# -- the first time ----------------------------------------------------------------------------


def test_who_was_there_when_it_began_has_the_first_days_and_who_comes_later_a_joiners() -> None:
    rhythm = Rhythm(first_days=30, joiner_days=7)
    assert due(rhythm, asked=date(2026, 3, 1), meant=date(2020, 1, 1)) == date(2026, 3, 31)
    assert due(rhythm, asked=date(2026, 3, 1), meant=date(2026, 3, 1)) == date(2026, 3, 31)
    assert due(rhythm, asked=date(2026, 3, 1), meant=date(2026, 3, 2)) == date(2026, 3, 9)


def test_the_first_turn_opens_at_once_and_is_late_after_the_grace() -> None:
    rhythm = Rhythm(first_days=14, grace_days=3, lead_days=5)
    found = turn(rhythm, asked=date(2026, 3, 1), meant=date(2024, 1, 1))
    assert found == Turn(date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 19))


def test_what_is_due_that_day_is_not_late_that_day() -> None:
    found = turn(Rhythm(grace_days=0), asked=ASKED)
    assert found is not None and found.late_on == found.due_on + timedelta(days=1)


def test_once_done_it_is_never_asked_again_where_it_comes_once() -> None:
    assert turn(Rhythm(every_months=0), date(2025, 5, 5)) is None


# -- counted from completion -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 13, date(2027, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 18), 12, date(2027, 11, 18)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_from_completion_the_months_are_clamped_to_the_month(
    done: date, months: int, expected: date
) -> None:
    assert due(Rhythm(every_months=months), done) == expected


def test_from_completion_early_and_late_both_count_from_the_day_itself() -> None:
    rhythm = Rhythm(every_months=12, lead_days=30)
    assert due(rhythm, date(2026, 2, 20)) == date(2027, 2, 20)
    assert due(rhythm, date(2026, 5, 5)) == date(2027, 5, 5)


# -- on one date for everyone --------------------------------------------------------------------

EACH_MARCH = Rhythm(
    every_months=12, counted_from=FIXED, fixed_on=date(2024, 3, 31), lead_days=30, joiner_days=14
)


def test_the_first_common_date_that_leaves_the_days_is_the_one() -> None:
    assert due(EACH_MARCH, asked=date(2024, 1, 1)) == date(2024, 3, 31)
    assert due(EACH_MARCH, asked=date(2024, 3, 17), meant=date(2020, 1, 1)) == date(2024, 3, 31)
    assert due(EACH_MARCH, asked=date(2024, 3, 18), meant=date(2020, 1, 1)) == date(2025, 3, 31)


def test_a_joiner_shortly_before_it_has_the_next_one() -> None:
    found = turn(EACH_MARCH, meant=date(2026, 3, 25))
    assert found is not None
    assert (found.opens_on, found.due_on) == (date(2027, 3, 1), date(2027, 3, 31))


def test_a_joiner_within_its_window_is_asked_from_the_first_day() -> None:
    found = turn(EACH_MARCH, meant=date(2026, 3, 10))
    assert found is not None
    assert (found.opens_on, found.due_on) == (date(2026, 3, 10), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (date(2026, 2, 28), date(2026, 3, 31)),  # the day before it opens: too early to answer it
        (date(2026, 3, 1), date(2027, 3, 31)),  # the day it opens
        (date(2026, 3, 31), date(2027, 3, 31)),  # the day it is due
        (date(2026, 7, 15), date(2027, 3, 31)),  # late
        (date(2027, 2, 28), date(2027, 3, 31)),  # so late that it is early for the next
        (date(2027, 3, 1), date(2028, 3, 31)),
    ],
)
def test_what_is_done_in_the_window_or_late_answers_the_turn_and_earlier_does_not(
    done: date, expected: date
) -> None:
    assert due(EACH_MARCH, done) == expected


def test_common_dates_are_clamped_from_the_original_one() -> None:
    rhythm = Rhythm(every_months=1, counted_from=FIXED, fixed_on=date(2026, 1, 31), lead_days=5)
    days = [date(2026, 1, 30)]
    for _ in range(4):
        days.append(due(rhythm, days[-1]))
    assert days[1:] == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)
    ]  # fmt: skip


def test_a_leap_day_comes_back_every_fourth_year() -> None:
    rhythm = Rhythm(every_months=12, counted_from=FIXED, fixed_on=date(2024, 2, 29), lead_days=10)
    assert due(rhythm, date(2024, 2, 29)) == date(2025, 2, 28)
    assert due(rhythm, date(2027, 2, 28)) == date(2028, 2, 29)


def test_one_date_once_is_that_date_or_what_leaves_the_days() -> None:
    rhythm = Rhythm(counted_from=FIXED, fixed_on=date(2026, 3, 31), first_days=14, lead_days=30)
    assert due(rhythm, asked=date(2026, 1, 1)) == date(2026, 3, 31)
    assert due(rhythm, asked=date(2026, 3, 25), meant=ASKED) == date(2026, 4, 8)
    assert turn(rhythm, date(2026, 3, 2)) is None


# -- from the hire or the move -------------------------------------------------------------------


def test_from_the_event_each_person_has_a_day_of_their_own() -> None:
    rhythm = Rhythm(every_months=12, counted_from=EVENT, lead_days=30, joiner_days=14)
    hired = date(2024, 8, 31)
    assert due(rhythm, meant=hired, event=hired) == date(2024, 9, 14)
    assert due(rhythm, date(2024, 9, 10), meant=hired, event=hired) == date(2025, 8, 31)
    assert due(rhythm, date(2025, 8, 15), meant=hired, event=hired) == date(2026, 8, 31)
    assert due(rhythm, date(2025, 7, 1), meant=hired, event=hired) == date(2025, 8, 31)


def test_from_the_event_a_leap_day_hire_is_clamped() -> None:
    rhythm = Rhythm(every_months=12, counted_from=EVENT, lead_days=30)
    hired = date(2024, 2, 29)
    assert due(rhythm, date(2024, 3, 5), event=hired) == date(2025, 2, 28)
    assert due(rhythm, date(2027, 3, 5), event=hired) == date(2028, 2, 29)


# -- what says itself how long it holds ----------------------------------------------------------


@pytest.mark.parametrize("counted_from", COUNTED_FROM)
def test_a_certificate_holds_until_its_own_end_whatever_the_rhythm(counted_from: str) -> None:
    rhythm = Rhythm(
        every_months=12, counted_from=counted_from, fixed_on=date(2026, 1, 1), lead_days=60
    )
    found = turn(rhythm, date(2026, 1, 5), holds_until=date(2028, 6, 30))
    assert found == Turn(date(2028, 5, 1), date(2028, 6, 30), date(2028, 7, 1))


def test_a_certificate_that_comes_once_is_still_renewed_at_its_end() -> None:
    found = turn(Rhythm(lead_days=30), date(2026, 1, 5), holds_until=date(2026, 12, 31))
    assert found is not None and found.due_on == date(2026, 12, 31)


# -- excused -------------------------------------------------------------------------------------


def test_what_came_up_while_excused_is_asked_anew_from_the_day_after() -> None:
    rhythm = Rhythm(every_months=12, lead_days=30, joiner_days=14, grace_days=2)
    found = turn(rhythm, date(2025, 3, 1), excused_until=date(2026, 6, 30))
    assert found == Turn(date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 3))


def test_who_never_did_it_has_a_joiners_days_when_the_excuse_is_over() -> None:
    rhythm = Rhythm(joiner_days=21, lead_days=7)
    found = turn(rhythm, asked=date(2026, 1, 1), excused_until=date(2026, 4, 30))
    assert found is not None and found.due_on == date(2026, 5, 22)


def test_an_excuse_that_ended_before_the_turn_opens_changes_nothing() -> None:
    rhythm = Rhythm(every_months=12, lead_days=30)
    plain = turn(rhythm, date(2026, 1, 10))
    assert turn(rhythm, date(2026, 1, 10), excused_until=date(2026, 5, 1)) == plain


def test_a_short_excuse_never_brings_the_day_forward() -> None:
    rhythm = Rhythm(every_months=12, lead_days=60, joiner_days=14)
    plain = turn(rhythm, date(2025, 6, 1))
    assert plain is not None
    found = turn(rhythm, date(2025, 6, 1), excused_until=plain.opens_on + timedelta(days=3))
    assert found is not None
    assert found.due_on >= plain.due_on and found.opens_on == plain.opens_on + timedelta(days=4)


def test_on_one_date_for_everyone_who_comes_back_has_the_next_one_that_leaves_the_days() -> None:
    found = turn(EACH_MARCH, date(2025, 3, 20), excused_until=date(2026, 5, 31))
    assert found is not None and found.due_on == date(2027, 3, 31)


# -- laws ----------------------------------------------------------------------------------------


def rhythms(count: int) -> list[Rhythm]:
    """Rhythms as forms allow them, by chance and always the same."""
    dice = random.Random(20261118)
    found = []
    for _ in range(count):
        months = dice.choice([1, 2, 3, 6, 11, 12, 13, 18, 24, 36, 60])
        source = dice.choice(list(COUNTED_FROM))
        found.append(
            Rhythm(
                every_months=months,
                counted_from=source,
                fixed_on=_any_day(dice) if source == FIXED else None,
                first_days=dice.randrange(0, 91),
                joiner_days=dice.randrange(0, 91),
                lead_days=dice.randrange(0, min(180, months * 28)),
                grace_days=dice.randrange(0, 31),
            )
        )
    return found


def _any_day(dice: random.Random) -> date:
    return date(2019, 1, 1) + timedelta(days=dice.randrange(0, 365 * 9))


def cases(count: int = 1_500) -> list[tuple[Rhythm, date, date, date]]:
    """A rhythm, since when it is asked, since when the person is meant, and a day it is done."""
    dice = random.Random(7)
    return [
        (rhythm, _any_day(dice), _any_day(dice), _any_day(dice) + timedelta(days=400))
        for rhythm in rhythms(count)
    ]


def test_law_a_turn_opens_before_it_is_due_and_is_late_after() -> None:
    for rhythm, asked, meant, done in cases():
        for found in (
            turn(rhythm, asked=asked, meant=meant, event=meant),
            turn(rhythm, done, asked=asked, meant=meant, event=meant),
        ):
            assert found is not None
            assert found.opens_on <= found.due_on < found.late_on, rhythm
            assert found.late_on - found.due_on == timedelta(days=rhythm.grace_days + 1)


def test_law_the_first_turn_leaves_the_days_that_were_promised() -> None:
    for rhythm, asked, meant, _ in cases():
        found = turn(rhythm, asked=asked, meant=meant, event=meant)
        assert found is not None
        began = max(asked, meant)
        days = rhythm.joiner_days if meant > asked else rhythm.first_days
        assert found.opens_on >= began, rhythm
        assert found.due_on >= began + timedelta(days=days), rhythm


def test_law_a_turn_never_lies_before_what_was_done() -> None:
    for rhythm, asked, meant, done in cases():
        found = turn(rhythm, done, asked=asked, meant=meant, event=meant)
        assert found is not None
        assert found.due_on > done, rhythm
        assert found.opens_on > done, rhythm


def test_law_doing_it_in_its_window_moves_it_on_by_one_whole_span() -> None:
    dice = random.Random(11)
    for rhythm, asked, meant, done in cases():
        before = turn(rhythm, done, asked=asked, meant=meant, event=meant)
        assert before is not None
        again = before.opens_on + timedelta(days=dice.randrange(0, rhythm.lead_days + 1))
        after = turn(rhythm, again, asked=asked, meant=meant, event=meant)
        assert after is not None
        if rhythm.counted_from == COMPLETION:
            assert after.due_on == add_months(again, rhythm.every_months), rhythm
            continue
        origin = rhythm.fixed_on or meant
        number = next(
            n for n in range(2_400) if add_months(origin, n * rhythm.every_months) == before.due_on
        )
        assert after.due_on == add_months(origin, (number + 1) * rhythm.every_months), rhythm


def test_law_late_or_not_the_common_dates_stay_the_common_dates() -> None:
    for rhythm, asked, meant, done in cases():
        if rhythm.counted_from == COMPLETION:
            continue
        found = turn(rhythm, done, asked=asked, meant=meant, event=meant)
        assert found is not None
        origin = rhythm.fixed_on or meant
        dates = {add_months(origin, n * rhythm.every_months) for n in range(400)}
        assert found.due_on in dates, rhythm


def test_law_an_excuse_never_makes_anything_due_earlier_nor_at_once() -> None:
    dice = random.Random(13)
    for rhythm, asked, meant, done in cases():
        until = done + timedelta(days=dice.randrange(0, 1_500))
        plain = turn(rhythm, done, asked=asked, meant=meant, event=meant)
        found = turn(rhythm, done, asked=asked, meant=meant, event=meant, excused_until=until)
        assert plain is not None and found is not None
        assert found.due_on >= plain.due_on, rhythm
        assert found.opens_on <= found.due_on < found.late_on, rhythm
        if plain.opens_on <= until:
            assert found.opens_on > until, rhythm
            assert found.due_on > until + timedelta(days=rhythm.joiner_days), rhythm
