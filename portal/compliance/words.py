"""Rhythms and terms in words: what is asked, how often, and one person's example of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.compliance.needs import Fact
from portal.compliance.schedule import COMPLETION, EVENT, FIXED, Rhythm, next_turn
from portal.people.audience import spoken
from portal.text import count

SPANS = {
    0: "Once", 1: "Every month", 2: "Every 2 months", 3: "Every quarter", 4: "Every 4 months",
    6: "Every half-year", 9: "Every 9 months", 12: "Every year", 18: "Every 18 months",
    24: "Every 2 years", 30: "Every 30 months", 36: "Every 3 years", 48: "Every 4 years",
    60: "Every 5 years", 120: "Every 10 years",
}  # fmt: skip
FROM = {
    COMPLETION: "from the day each person last did it",
    EVENT: "from the day each person was hired or moved",
    FIXED: "from one date for everyone",
}
# Whom examples speak of.
SOMEBODY = "Ada"


def span(months: int) -> str:
    """`Every year`, `Every 13 months`, `Once`."""
    return SPANS.get(months) or f"Every {months} months"


def day(on: date) -> str:
    """`31 Jan 2026`: a date that is far from today."""
    return f"{on.day} {on:%b %Y}"


def rhythm(said: Rhythm) -> str:
    """The rhythm as one clause: `Every year`, `Every year, by 31 March`.

    That it is counted from when each person last did it goes without saying.
    """
    if said.counted_from == FIXED and said.fixed_on:
        on = f"{said.fixed_on.day} {said.fixed_on:%B}"
        if not said.every_months:
            return f"Once, by {day(said.fixed_on)}"
        if said.every_months % 12 == 0:
            return f"{span(said.every_months)}, by {on}"
        return f"{span(said.every_months)}, counted from {day(said.fixed_on)}"
    if not said.every_months or said.counted_from == COMPLETION:
        return span(said.every_months)
    return f"{span(said.every_months)}, {FROM[said.counted_from]}"


def times(said: Rhythm) -> str:
    """What people are given: `14 days the first time, 14 for who comes later; …`."""
    first = f"{count(said.first_days, 'day')} the first time"
    if said.joiner_days != said.first_days:
        first += f", {count(said.joiner_days, 'day')} for whoever comes later"
    parts = [first]
    if said.every_months:
        parts.append(f"asked for {count(said.lead_days, 'day')} ahead")
    if said.grace_days:
        parts.append(f"overdue {count(said.grace_days, 'day')} after the due date")
    return "; ".join(parts)


def example(said: Rhythm, today: date) -> str:
    """What it means for somebody: “Ada, who did it on 31 Jan 2026, does it again by …”."""
    if said.counted_from == FIXED and said.fixed_on is None:
        return "Say the date to see an example."
    done = date(today.year, 1, 31)
    hired = date(today.year - 2, 3, 15)
    turn = next_turn(
        said, asked_on=hired, meant_on=hired, event_on=hired, fact=Fact(done_on=done, ref="")
    )
    if turn is None:
        return f"{SOMEBODY}, who did it on {day(done)}, is never asked again."
    who = f"who did it on {day(done)}"
    if said.counted_from == EVENT:
        who = f"who was hired on {day(hired)} and did it on {day(done)}"
    again = f"{SOMEBODY}, {who}, does it again by {day(turn.due_on)}"
    if not said.lead_days:
        return f"{again}."
    return f"{again} and can from {day(turn.opens_on)} on."


# What each of the terms is called, and how its value is said.
_SAID = {
    "audience": ("of whom", spoken),
    "every_months": ("how often", lambda months: span(months).lower()),
    "counted_from": ("counted", lambda source: FROM.get(source, source)),
    "fixed_on": ("the date", lambda on: day(on) if on else "none"),
    "first_days": ("days the first time", str),
    "joiner_days": ("days for whoever comes later", str),
    "lead_days": ("days ahead", str),
    "grace_days": ("days of grace", str),
    "starts_on": ("asked from", day),
}


def changes(before: Any, after: Any) -> list[str]:
    """What is different between two terms, one clause each."""
    return [
        f"{name}: {said(getattr(before, field))} → {said(getattr(after, field))}"
        for field, (name, said) in _SAID.items()
        if getattr(before, field) != getattr(after, field)
    ]


def whole(said: Rhythm, audience: str, starts_on: date) -> str:
    """Terms that stand for themselves, in a sentence."""
    of = spoken(audience.strip(), begins=True)
    often = rhythm(said)
    return f"{of}: {often[0].lower()}{often[1:]}, asked from {day(starts_on)}; {times(said)}."


def departments(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Departments with how many of each, the largest first; those of none at the end."""
    return sorted(
        ((name or "No department", number) for name, number in counts.items()),
        key=lambda pair: (pair[0] == "No department", -pair[1], pair[0]),
    )
