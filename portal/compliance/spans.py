"""From when to when a rule means a person: worked out of their positions as known now. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from portal.people.audience import Rule

A_DAY = timedelta(days=1)
# What held from a day to a day (None: open).
Held: TypeAlias = tuple[date, date | None, object]


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


def first_difference(then: Collection[Held], now: Collection[Held]) -> date | None:
    """The first day on which something else held than was known before; None where nothing does."""
    edges = {first for first, _, _ in (*then, *now)}
    edges |= {last + A_DAY for _, last, _ in (*then, *now) if last is not None}
    return next((day for day in sorted(edges) if _on(then, day) != _on(now, day)), None)


def _on(rows: Collection[Held], day: date) -> list[object]:
    return [what for first, last, what in rows if first <= day and (last is None or last >= day)]


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
    clipped = (span.clipped(from_day, None) for span in spans)
    found = [span for span in clipped if span is not None]
    for earlier in sorted(stood, reverse=True):
        if earlier.since >= from_day:
            continue
        goes_on = earlier.until is None or earlier.until >= from_day - A_DAY
        joined = next((span for span in found if span.since == from_day), None)
        if goes_on and joined:
            found[found.index(joined)] = Span(earlier.since, joined.until, joined.event_on)
        elif ended := earlier.clipped(earlier.since, from_day - A_DAY):
            found.append(ended)
    return sorted(found)
