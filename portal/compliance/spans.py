"""From when to when a rule means a person: worked out of their positions as known now. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.people.audience import Rule

A_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """Meant from `since` to `until` (None: open), because of a hire or a move on `event_on`."""

    since: date
    until: date | None
    event_on: date

    def clipped(self, first: date, last: date | None) -> "Span | None":
        """What of it lies between two days; None where nothing does."""
        since = max(self.since, first)
        until = _earlier(self.until, last)
        return None if until is not None and until < since else Span(since, until, self.event_on)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def meant(rule: Rule, days: Iterable[tuple[date, date | None, Mapping[str, str]]]) -> list[Span]:
    """When the rule means somebody with these positions (in order); neighbors are one span."""
    found: list[Span] = []
    for first, last, facts in days:
        if not rule.matches(facts):
            continue
        before = found[-1] if found else None
        if before and (before.until is None or first <= before.until + A_DAY):
            open_end = before.until is None or last is None
            until = None if open_end else max(before.until, last)  # type: ignore[type-var]
            found[-1] = Span(before.since, until, before.event_on)
        else:
            found.append(Span(first, last, first))
    return found


def one_after_another(periods: Iterable[tuple[list[Span], date, date | None]]) -> list[Span]:
    """What audiences mean that follow each other, each between its two days (None: open).

    Whoever the next one means too is meant unbroken, by what makes that one mean them.
    """
    found: list[Span] = []
    for spans, first, last in periods:
        for span in filter(None, (span.clipped(first, last) for span in spans)):
            before = found[-1] if found else None
            if before and before.until and before.until + A_DAY == span.since:
                found[-1] = Span(before.since, span.until, span.event_on)
            else:
                found.append(span)
    return found


def since_then(spans: list[Span], from_day: date, stood: Iterable[Span]) -> list[Span]:
    """The spans under an audience that has held from a day on, joined to what stood before it.

    Under an earlier audience nothing is worked out again: what was recorded ends the day before,
    or goes on unbroken where the new one means the person too.
    """
    clipped = [span.clipped(from_day, None) for span in spans]
    found = [span for span in clipped if span is not None]
    for earlier in stood:
        if earlier.since >= from_day:
            continue
        goes_on = earlier.until is None or earlier.until >= from_day - A_DAY
        if goes_on and found and found[0].since == from_day:
            found[0] = Span(earlier.since, found[0].until, found[0].event_on)
        else:
            ended = earlier.clipped(earlier.since, from_day - A_DAY)
            found = [ended, *found] if ended else found
    return sorted(found)
