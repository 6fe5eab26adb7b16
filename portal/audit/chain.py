"""Walking the chain: does every event still say what it said when it was written?"""

from dataclasses import dataclass
from typing import Any

from portal.audit.models import GENESIS, Event, Personal, commitment, hash_of

BATCH = 2_000


@dataclass(frozen=True)
class Verdict:
    """What a walk found: how many events were checked, and the first that is wrong, if any."""

    checked: int
    head: str
    problem: str = ""

    @property
    def holds(self) -> bool:
        return not self.problem


def verify() -> Verdict:
    """Walk all events from the first: numbers without gaps, hashes, personal commitments."""
    previous, expected, seen = GENESIS, 1, 0
    while True:
        rows: list[Any] = list(
            # From the very first row: a number below 1 is a planted one.
            Event.select()
            .where((Event.seq >= expected) | (expected == 1))
            .order_by(Event.seq)
            .limit(BATCH)
            .dicts()
        )
        if not rows:
            return Verdict(seen, previous)
        personal = _personal(rows[0]["seq"], rows[-1]["seq"])
        for row in rows:
            problem = _problem(row, expected, previous, personal)
            if problem:
                return Verdict(seen, previous, problem)
            previous, expected, seen = row["hash"], expected + 1, seen + 1


def _personal(first: int, last: int) -> dict[int, tuple[str, str]]:
    rows: Any = Personal.select(Personal.event, Personal.salt, Personal.payload).where(
        Personal.event.between(first, last)
    )
    return {event: (salt, payload) for event, salt, payload in rows.tuples()}


def _problem(
    row: dict[str, Any], expected: int, previous: str, personal: dict[int, tuple[str, str]]
) -> str:
    if row["seq"] < expected:
        return f"Event {row['seq']} was never written by the portal."
    if row["seq"] != expected:
        return f"Event {expected} is missing."
    if row["previous"] != previous:
        return f"Event {expected} does not follow the one before it."
    if not _is_itself(row):
        return f"Event {expected} was changed after it was written."
    beside = personal.get(expected)
    # An erased payload is no fault: the commitment stays, the words are gone.
    if beside and commitment(*beside) != row["personal_hash"]:
        return f"The personal part of event {expected} was changed after it was written."
    return ""


def _is_itself(row: dict[str, Any]) -> bool:
    try:
        return hash_of(row) == row["hash"]
    except (AttributeError, TypeError, ValueError):
        # Not even of the right type any more: a time that is none, say.
        return False
