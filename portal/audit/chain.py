"""Walking the chain: does every event still say what it said when it was written?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.audit.merkle import Frontier
from portal.audit.models import GENESIS, Event, Personal, commitment, hash_of

BATCH = 2_000


@dataclass(frozen=True)
class Verdict:
    """What a walk found: how many events were checked, and the first that is wrong, if any.

    `since` is the size of the last checkpoint up to which all is well (0: there was none).
    """

    checked: int
    head: str
    problem: str = ""
    since: int = 0

    @property
    def holds(self) -> bool:
        return not self.problem


class Walk:
    """A walk along the chain from some event on, which grows the Merkle tree as it goes.

    It stops before the first event that is wrong and says in `problem` what it is.
    """

    def __init__(self, since: int = 0, head: str = GENESIS, frontier: Frontier | None = None):
        self.begun = self.since = since
        self.head, self.problem = head, ""
        self.frontier = frontier or Frontier()

    @property
    def seq(self) -> int:
        """The number of the last event that was walked over."""
        return self.frontier.size

    def verdict(self) -> Verdict:
        return Verdict(self.seq - self.begun, self.head, self.problem, self.since)

    def go(self, until: int | None = None) -> Iterator[bytes]:
        """On to event `until` or to the end: numbers without gaps, hashes, personal parts.

        Yields the hash of each event that holds.
        """
        while not self.problem and (until is None or self.seq < until):
            rows = self._next(until)
            if not rows:
                return
            personal = _personal(rows[0]["seq"], rows[-1]["seq"])
            for row in rows:
                self.problem = _problem(row, self.seq + 1, self.head, personal)
                if self.problem:
                    return
                self.head = row["hash"]
                event_hash = bytes.fromhex(self.head)
                self.frontier.add(event_hash)
                yield event_hash

    def _next(self, until: int | None) -> list[Any]:
        # From the very first row: a number below 1 is a planted one.
        rows = Event.select().where((Event.seq > self.seq) | (self.seq == 0))
        if until is not None:
            rows = rows.where(Event.seq <= until)
        return list(rows.order_by(Event.seq).limit(BATCH).dicts())


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
