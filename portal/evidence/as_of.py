"""The report of a day: who was meant by what, and where each of them stood, as known at a moment.

It reads typed history rows alone: terms, coverages, exemptions and the facts of each kind. None of
them ever changes, so the same day and moment give the same bytes for ever, whatever happens later.
There is no name in it: names are looked up when a page is drawn, or stand in a file beside it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from portal import clock, db
from portal.audit.models import canonical, spelled
from portal.compliance.models import Coverage, Exemption, Requirement, Terms
from portal.compliance.needs import Fact, Moment
from portal.compliance.schedule import Turn, next_turn, still_counts

FORMAT = "as-of report 1"
VALID, OWED, GRACE, OVERDUE, EXEMPT, AHEAD = (
    "valid", "owed", "in grace", "overdue", "exempt", "not yet asked",
)  # fmt: skip
# So many people are named to the database; of more, all are read and the others left out.
FEW = 200
# As they are counted and colored: what is wrong first.
STATES = (OVERDUE, GRACE, OWED, VALID, EXEMPT, AHEAD)


NOT_YET = "What will be known then, nobody knows yet. Choose a moment that has passed."


class TooEarly(ValueError):
    """What will be known later cannot be told now; the message is fit to be shown."""


@dataclass(frozen=True)
class Line:
    """One person and one requirement on that day. `record` binds the fact that `ref` names."""

    requirement: int
    kind: str
    target: int
    person: int
    since: date
    event_on: date
    terms: int
    state: str
    opens_on: date | None = None
    due_on: date | None = None
    late_on: date | None = None
    done_on: date | None = None
    holds_until: date | None = None
    ref: str = ""
    record: str = ""
    exemption: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(one.name for one in fields(Line))


@dataclass(frozen=True)
class Held:
    """A requirement with what it asked on that day."""

    requirement: Requirement
    terms: Terms
    asked_on: date | None


def pin(known_at: datetime | None = None) -> datetime:
    """The moment of knowing a report is about: this one, or an earlier one.

    It is taken as a writer. Whoever writes takes their time as a writer too, so nothing that is on
    its way to being committed can slip under it. Raises TooEarly for a moment that is yet to come.
    """
    with db.write():
        now = clock.now()
    if known_at is not None and known_at > now:
        raise TooEarly(NOT_YET)
    return known_at or now


def held_on(moment: Moment) -> list[Held]:
    """Every requirement that asked something on that day, as known then, in the order of ids."""
    terms = list(
        Terms.select(Terms, Requirement)
        .join(Requirement)
        .where(Terms.is_known(moment.known_at), Terms.is_held(moment.on))
        .order_by(Requirement.id, Terms.id)
    )
    return [_held(one, moment) for one in terms]


def _held(terms: Terms, moment: Moment) -> Held:
    asked: Requirement = terms.requirement
    since = asked.kind_of.since(asked.target, moment)
    return Held(asked, terms, max(terms.starts_on, since) if since else None)


def size_on(moment: Moment, held: Collection[Held]) -> int:
    """How many lines the report of these requirements has: one a person and requirement."""
    ids = [one.requirement.id for one in held]
    return int(_covered(moment).where(Coverage.requirement.in_(ids)).count())


def lines(
    moment: Moment, held: Collection[Held], people: Collection[int] | None = None
) -> Iterator[Line]:
    """The report, one requirement in memory at a time, in the order of requirement and person."""
    for one in held:
        yield from _lines(moment, one, people)


def _lines(moment: Moment, held: Held, people: Collection[int] | None) -> Iterator[Line]:
    asked = held.requirement
    rows = _covered(moment).where(Coverage.requirement == asked)
    few = people if people is not None and len(people) <= FEW else None
    if few is not None:
        rows = rows.where(Coverage.person.in_(list(few)))
    covered = list(rows.order_by(Coverage.person, Coverage.since, Coverage.id).tuples())
    if people is not None and few is None:
        covered = [row for row in covered if row[0] in people]
    if not covered:
        return
    excused, over = _excused(moment, asked)
    facts = asked.kind_of.facts(asked.target, few, moment)
    turn = _turns(held)
    for person, since, event_on in covered:
        fact, exemption = _counting(held, since, event_on, facts.get(person)), excused.get(person)
        due = turn(since, event_on, fact, over.get(person))
        state = _state(moment.on, fact, due, held.asked_on is not None)
        yield Line(
            requirement=asked.id,
            kind=asked.kind,
            target=asked.target,
            person=person,
            since=since,
            event_on=event_on,
            terms=held.terms.id,
            state=EXEMPT if exemption else state,
            exemption=exemption,
            **_days(due),
            **_done(fact),
        )


def _covered(moment: Moment) -> Any:
    return Coverage.select(Coverage.person, Coverage.since, Coverage.event_on).where(
        Coverage.is_known(moment.known_at), Coverage.is_on(moment.on)
    )


def _excused(moment: Moment, asked: Requirement) -> tuple[dict[int, int], dict[int, date]]:
    """Who was exempt that day, and by which row; and of whom it was over, its last day."""
    rows: Any = (
        Exemption.select(Exemption.person, Exemption.id, Exemption.until)
        .where(Exemption.requirement == asked, Exemption.is_known(moment.known_at))
        .where(Exemption.since <= moment.on)
        .order_by(Exemption.id)
    )
    now: dict[int, int] = {}
    over: dict[int, date] = {}
    for person, number, until in rows.tuples():
        if until is None or until >= moment.on:
            now[person] = number
        else:
            over[person] = max(until, over.get(person, until))
    return now, over


def _counting(held: Held, since: date, event_on: date, fact: Fact | None) -> Fact | None:
    if held.asked_on is None:
        return fact
    days = {"asked_on": held.asked_on, "meant_on": since, "event_on": event_on}
    return still_counts(held.terms.rhythm, **days, fact=fact)


def _turns(held: Held) -> Callable[[date, date, Fact | None, date | None], Turn | None]:
    """Whoever came the same day and did it the same day is due the same day."""
    rhythm, asked_on = held.terms.rhythm, held.asked_on
    if asked_on is None:
        return lambda since, event_on, fact, over: None

    @cache
    def worked_out(
        since: date,
        event_on: date,
        done_on: date | None,
        holds_until: date | None,
        excused_until: date | None,
    ) -> Turn | None:
        return next_turn(
            rhythm,
            asked_on=asked_on,
            meant_on=since,
            event_on=event_on,
            fact=Fact(done_on, "", holds_until=holds_until) if done_on else None,
            excused_until=excused_until,
        )

    return lambda since, event_on, fact, over: worked_out(
        since, event_on, fact.done_on if fact else None, fact.holds_until if fact else None, over
    )


def _state(on: date, fact: Fact | None, turn: Turn | None, is_asked: bool) -> str:
    """What somebody's standing is called. What was done counts until the day it is due again."""
    if not is_asked:
        return AHEAD
    if turn is None:
        return VALID
    if on >= turn.late_on:
        return OVERDUE
    if on > turn.due_on:
        return GRACE
    if fact is not None:
        return VALID
    return OWED if on >= turn.opens_on else AHEAD


def _days(turn: Turn | None) -> dict[str, Any]:
    return turn.__dict__ if turn else {}


def _done(fact: Fact | None) -> dict[str, Any]:
    if fact is None:
        return {}
    known = ("done_on", "holds_until", "ref", "record")
    return {name: getattr(fact, name) for name in known}


# -- bytes -------------------------------------------------------------------------------------


def read_moment(typed: str) -> datetime:
    """A moment as `spelled` writes it. Raises ValueError for anything else."""
    return datetime.strptime(typed, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def as_json(
    moment: Moment, held: Collection[Held], people: Collection[int] | None = None
) -> Iterator[bytes]:
    """The report as JSON with one spelling, a line of it at a time."""
    assert moment.known_at is not None
    head = {"format": FORMAT, "as_of": moment.on, "known_at": spelled(moment.known_at)}
    yield f'{{"about":{canonical(head)},\n"terms":['.encode()
    yield from _joined(canonical(one.terms.bound) for one in held)
    yield b'],\n"lines":['
    yield from _joined(canonical(line.values) for line in lines(moment, held, people))
    yield b"]}\n"


def _joined(items: Iterator[str]) -> Iterator[bytes]:
    for number, item in enumerate(items):
        yield f"{',' if number else ''}\n{item}".encode()


def as_csv(
    moment: Moment, held: Collection[Held], people: Collection[int] | None = None
) -> Iterator[bytes]:
    """The report as CSV. No cell needs quotes: ids, dates, hashes and words of the portal."""
    assert moment.known_at is not None
    fixed = f"{moment.on},{spelled(moment.known_at)}"
    yield f"as_of,known_at,{','.join(COLUMNS)}\r\n".encode()
    for line in lines(moment, held, people):
        cells = ["" if value is None else str(value) for value in line.values.values()]
        yield f"{fixed},{','.join(cells)}\r\n".encode()
