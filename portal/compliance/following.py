"""Following: who is meant and since when, what each owes next, and its duty when its turn opens.

Everything is worked out from what is known and compared with what stands, so a run that was killed
is simply run again. Who needs a change is found without a lock; the change is worked out once more
inside a write of a few people, so nothing that happened meanwhile is overwritten.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.assignments.duties import Cause, NothingToOpen, Opening
from portal.assignments.models import Assignment, CauseRow
from portal.audit import Cursor
from portal.compliance.models import CAUSE, Coverage, Exemption, Requirement, Terms
from portal.compliance.needs import Fact, Moment, kinds
from portal.compliance.schedule import Turn, next_turn, still_counts
from portal.compliance.spans import (
    A_DAY,
    Held,
    Span,
    first_difference,
    meant,
    one_after_another,
    since_then,
)
from portal.people import audience
from portal.people.facts import days_of
from portal.people.models import Person
from portal.people.org import Company
from portal.people.positions import Position
from portal.prepared import Prepared, blank

CURSOR = "compliance"
# What decides whom a rule means; a team or a place concerns nobody by name, and so everyone.
WATCHED = frozenset({"position", "person", "team", "location", "import"})
# So few that nobody who writes waits long.
BATCH = 4


def follow_all() -> int:
    """Every requirement is followed: by those who moved, and once a day by everyone.

    Returns for how many people something changed.
    """
    moved, read_to = Cursor.news(CURSOR, WATCHED)
    nobody_named = moved is None or any(person is None for _, person in moved)
    people = {person for _, person in moved or () if person is not None}
    changed, today = 0, _today()
    for requirement in list(Requirement.select().order_by(Requirement.id)):
        if queue.must_stop():
            return changed
        is_due = requirement.is_stale or requirement.checked_on != today
        if is_due or nobody_named:
            changed += follow(requirement)
        elif people:
            changed += _follow_these(requirement, people)
    if not queue.must_stop():
        Cursor.has_read(CURSOR, read_to)
    return changed


def follow(requirement: Requirement) -> int:
    """Everyone is looked at; returns for how many something changed."""
    with db.write():
        # Whoever changes the terms meanwhile marks it again, and a run that dies leaves no date.
        requirement.is_stale, requirement.checked_on = False, None
        requirement.save()
        began_at = clock.now()
    changed = _follow_these(requirement, None)
    if not queue.must_stop():
        with db.write():
            requirement.checked_on, requirement.followed_at = _today(), began_at
            requirement.save()
    return changed


def refresh(kind: str, target: int, people: Collection[int] | None = None) -> None:
    """A fact has changed: where these people stand is worked out anew, inside the caller's write.

    For everybody (None) it is left to the next run.
    """
    asked = Requirement.select().where(Requirement.kind == kind, Requirement.target == target)
    with db.write():
        if people is None:
            Requirement.update(is_stale=True).where(db.among(Requirement.id, asked)).execute()
            return
        for requirement in list(asked):
            for standing in _standings(requirement, people):
                standing.apply()


def let_go(kind: str, target: int, *, by: Any, reason: str) -> None:
    """It is in force no more: what is owed ends, and is asked anew should it come back."""
    asked = Requirement.select(Requirement.id).where(
        Requirement.kind == kind, Requirement.target == target
    )
    with db.write():
        Coverage.update(opened_for=None).where(
            db.among(Coverage.requirement, asked), Coverage.is_known()
        ).execute()
        Assignment.settle_all(kinds[kind].duty, target, by=by, outcome="ended", reason=reason)
        refresh(kind, target)


def _today() -> date:
    return clock.today(Company.settings().zone)


def _follow_these(requirement: Requirement, people: Collection[int] | None) -> int:
    waiting = sorted({change.person_id for change in _changes(requirement, people)})
    changed = 0
    for batch in peewee.chunked(waiting, BATCH):
        if queue.must_stop():
            break
        with db.write():
            for change in _changes(requirement, batch):
                change.apply()
                changed += isinstance(change, _Standing)
    return changed


def _changes(
    requirement: Requirement, people: Collection[int] | None
) -> "Iterator[_Standing | _Recording]":
    """What has to be done so that the rows say what is so; nothing where they do."""
    recordings = {change.person_id: change for change in _recordings(requirement, people)}
    yield from recordings.values()
    # A generator: inside a write the rows above stand by now.
    for standing in _standings(requirement, people):
        if standing.differs or standing.person_id in recordings:
            yield standing


# -- who is meant ------------------------------------------------------------------------------


@dataclass
class _Recording:
    """A person's rows that are not so, and the spans that are to be recorded instead."""

    requirement: Requirement
    person_id: int
    wrong: list[Coverage] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def apply(self) -> None:
        now, today = clock.now(), _today()
        kept = next((row for row in self.wrong if row.opened_for), None)
        # One duty is open at most, and so belongs to one of them: that of today, or what is left.
        theirs = next(
            (span for span in self.spans if span.clipped(today, today)),
            next(iter(self.spans), None),
        )
        for coverage in self.wrong:
            Coverage.update(superseded_at=now).where(Coverage.id == coverage.id).execute()
            about, data = Person(id=self.person_id), {"record": coverage.record}
            audit.record(None, "superseded", coverage, about=about, data=data)
        for span in self.spans:
            before = kept if span is theirs else None
            Coverage.record_span(self.requirement, self.person_id, span, before)
        if kept is not None and not self.spans:
            _lose(self.requirement, self.person_id)


def _recordings(requirement: Requirement, people: Collection[int] | None) -> Iterator[_Recording]:
    try:
        periods = list(_periods(requirement))
    except audience.RuleError:
        # A field that is gone since: nobody is let go because a rule cannot be read any more.
        return
    if not periods:
        return
    first_day = periods[0].first
    rows: dict[int, list[Coverage]] = defaultdict(list)
    # Who was meant until the day before goes on where they are meant again.
    for row in _rows(requirement, people, Coverage.is_ahead(first_day - A_DAY)):
        rows[row.person_id].append(row)
    days, changed = positions_of(people), _changed_since(requirement.followed_at, people)
    for person_id in sorted({*rows, *days}):
        stood, held = rows.get(person_id, []), days.get(person_id, [])
        spans = one_after_another(
            (meant(period.rule, held), period.first, period.last) for period in periods
        )
        from_day = max(first_day, changed(person_id))
        wanted = since_then(spans, from_day, [row.span for row in stood])
        if (last := periods[-1].last) is not None:
            clipped = [span.clipped(span.since, last) for span in wanted]
            wanted = [span for span in clipped if span is not None]
        wrong = [row for row in stood if row.span not in wanted]
        missing = [span for span in wanted if span not in [row.span for row in stood]]
        if wrong or missing:
            yield _Recording(requirement, person_id, wrong, missing)


def _changed_since(
    seen_at: datetime | None, people: Collection[int] | None
) -> Callable[[int], date]:
    """From which day a person's positions are others than when everyone was looked at last.

    Before it nothing is worked out again: a team that is called otherwise since, or a manager whose
    address is another, changes whom a rule means from today on, and never whom it meant.
    """
    if seen_at is None:
        return lambda person_id: date.min
    later = (Position.recorded_at >= seen_at) | (Position.superseded_at >= seen_at)
    moved: Any = Position.select(Position.person).where(later)
    held: Any = Position.select(Position.person).distinct()
    if people is not None:
        moved, held = (query.where(Position.person.in_(list(people))) for query in (moved, held))
    then, now = (
        _held(moved, known)
        for known in (
            (Position.recorded_at < seen_at)
            & (Position.superseded_at.is_null() | (Position.superseded_at >= seen_at)),
            Position.is_known(),
        )
    )
    with_any, today = {person for (person,) in held.tuples()}, _today()

    def first_of(person_id: int) -> date:
        if person_id not in with_any:
            return date.min
        changed = first_difference(then[person_id], now[person_id])
        return min(today, changed or today)

    return first_of


def _held(moved: Any, known: Any) -> dict[int, list[Held]]:
    """What these people held, as far as rules ask about it, by person and in order."""
    p = Position
    fields = (p.role, p.level, p.team, p.location, p.employment, p.manager)
    rows: Any = p.select(p.person, p.starts_on, p.ends_on, *fields)
    rows = rows.where(db.among(p.person, moved), known).order_by(p.starts_on, p.id)
    found: dict[int, list[Held]] = defaultdict(list)
    for person, first, last, *facts in rows.tuples():
        found[person].append((first, last, facts))
    return found


@dataclass(frozen=True)
class _Period:
    """An audience, and the days between which it is that one (None: from then on)."""

    rule: audience.Rule
    first: date
    last: date | None


def _periods(requirement: Requirement) -> Iterator[_Period]:
    """The audience of today and what is to follow it, or the last one there was.

    What an earlier one meant is not worked out again.
    """
    known = Terms.select().where(Terms.requirement == requirement, Terms.is_known())
    terms = list(known.order_by(Terms.holds_from))
    today = _today()
    for one, after in zip(terms, [*terms[1:], None], strict=False):
        if after is None or one.audience_from != after.audience_from > today:
            rule = audience.parse(one.audience.strip() or "everyone")
            yield _Period(rule, one.audience_from, one.holds_until)


def _rows(requirement: Requirement, people: Collection[int] | None, condition: Any) -> Any:
    rows = Coverage.select().where(
        Coverage.requirement == requirement, Coverage.is_known(), condition
    )
    return rows if people is None else rows.where(Coverage.person.in_(list(people)))


def positions_of(people: Collection[int] | None) -> dict[int, Any]:
    """Every position of those who are or were here; who has none is here without one."""
    here = Person.select(Person.id, Person.hired_on, Person.last_day_on).where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null()
    )
    if people is not None:
        here = here.where(Person.id.in_(list(people)))
    stays: dict[int, tuple[date, date | None]] = {
        person: (first, last) for person, first, last in here.tuples()
    }
    days = days_of(list(stays) if people is not None else None)
    return {
        person: days.get(person) or [(first, last, {"hired": str(first)})]
        for person, (first, last) in stays.items()
    }


# -- where they stand --------------------------------------------------------------------------


@dataclass
class _Standing:
    """Where a person stands with a requirement, beside what their row says."""

    requirement: Requirement
    row: Coverage
    fact: Fact | None
    turn: Turn | None
    is_open: bool

    @property
    def person_id(self) -> int:
        return int(self.row.person_id)

    @property
    def wanted(self) -> date | None:
        """The day for which a duty is to be open; None when none is."""
        return self.turn.due_on if self.turn and self.is_open else None

    @property
    def values(self) -> dict[str, Any]:
        turn, fact = self.turn, self.fact
        return {
            "done_on": fact.done_on if fact else None,
            "ref": fact.ref if fact else "",
            "opens_on": turn.opens_on if turn else None,
            "due_on": turn.due_on if turn else None,
            "late_on": turn.late_on if turn else None,
            "opened_for": self.wanted,
        }

    @property
    def differs(self) -> bool:
        return any(getattr(self.row, name) != value for name, value in self.values.items())

    def apply(self) -> None:
        # Written first: what is asked for may be done at once, and is then followed in its turn.
        before = self.row.opened_for
        self._write()
        if self.wanted == before:
            return
        if self.wanted is None:
            _lose(self.requirement, self.person_id)
        else:
            self._ask(self.wanted)

    def _write(self) -> None:
        if self.differs:
            Coverage.update(**self.values).where(Coverage.id == self.row.id).execute()
            for name, value in self.values.items():
                setattr(self.row, name, value)

    def _ask(self, due_on: date) -> None:
        cause = Cause(CAUSE, self.requirement.id)
        standing = _open_duties(self.requirement, self.person_id)
        for duty in standing:
            keep_earliest(duty)
        if standing:
            return
        person = _person.first(person=self.person_id)
        try:
            opening = Opening(cause=cause, about=person, due_on=due_on)
            self.requirement.kind_of.open(person, self.requirement.target, opening)
        except NothingToOpen:
            # Not in force at this moment; when it is again, the requirement is looked at anew.
            self.turn = None
            self._write()


def _open_duties(requirement: Requirement, person_id: int) -> list[Assignment]:
    return _open(requirement=requirement.id, person=person_id)


# Asked for each of thousands, when something is published.
_person = Prepared(lambda: Person.select().where(Person.id == blank("person")))
_open = Prepared(
    lambda: Assignment.caused_by(Cause(CAUSE, blank("requirement"))).where(
        Assignment.is_open(), Assignment.person == blank("person")
    )
)


def _lose(requirement: Requirement, person_id: int) -> None:
    for duty in _open_duties(requirement, person_id):
        lose(duty, requirement, by=None, reason="Not asked of them any more.")


def lose(duty: Assignment, requirement: Requirement, *, by: Any, reason: str) -> None:
    """The requirement asks no more: the duty ends, or is due when its other reasons want it."""
    if not duty.lose(Cause(CAUSE, requirement.id), by=by, reason=reason):
        keep_earliest(duty)


def keep_earliest(duty: Assignment) -> None:
    """Due on the earliest day for which a requirement asks it.

    What else may be a reason for it (a publication, a plan) keeps no day, so then it is never put
    off.
    """
    causes = list(CauseRow.select().where(CauseRow.assignment == duty))
    asking = [row.ref for row in causes if row.kind == CAUSE]
    wanted = Coverage.select(peewee.fn.MIN(Coverage.opened_for)).where(
        Coverage.requirement.in_(asking), Coverage.person == duty.person, Coverage.is_known()
    )
    due_on = wanted.scalar()
    if due_on is None or due_on == duty.due_on:
        return
    if len(asking) == len(causes) or duty.due_on is None or due_on < duty.due_on:
        duty.move(due_on, duty.at, by=None)


def _standings(requirement: Requirement, people: Collection[int] | None) -> Iterator[_Standing]:
    """Where everyone stands who is meant today, or has an open duty although not meant now."""
    today = _today()
    rows = list(_rows(requirement, people, Coverage.is_ahead(today)))
    gone = Coverage.until.is_null(False) & (Coverage.until < today)
    over = list(_rows(requirement, people, gone & Coverage.has_turn()))
    yield from (_Standing(requirement, row, None, None, False) for row in over)
    terms = requirement.terms()
    if terms is not None and terms.holds_from > today:
        # Others are said to hold from a later day; until then it is these.
        terms = requirement.terms_at(today)
    moment = Moment(today)
    asked_on = requirement.asked_on(moment) if terms and requirement.is_in_force else None
    if terms is None or asked_on is None:
        yield from (_Standing(requirement, row, None, None, False) for row in rows)
        return
    ids = None if people is None else [row.person_id for row in rows]
    facts = requirement.kind_of.facts(requirement.target, ids, moment) if rows else {}
    excused = Exemption.of(requirement, ids, today) if rows else set()
    ended = Exemption.ended(requirement, ids, today) if rows else {}
    for row in rows:
        fact, until = facts.get(row.person_id), ended.get(row.person_id)
        is_excused = row.person_id in excused
        meant_on, event_on = row.since, row.event_on
        fact = still_counts(
            terms.rhythm, asked_on=asked_on, meant_on=meant_on, event_on=event_on, fact=fact
        )
        turn = None if is_excused else turn_of(terms, row, asked_on, fact, until)
        is_open = bool(turn and turn.opens_on <= today and row.since <= today)
        yield _Standing(requirement, row, fact, turn, is_open)


def turn_of(
    terms: Terms,
    row: Coverage,
    asked_on: date,
    fact: Fact | None,
    excused_until: date | None = None,
) -> Turn | None:
    """The turn of somebody who is meant, by these terms."""
    return next_turn(
        terms.rhythm,
        asked_on=asked_on,
        meant_on=row.since,
        event_on=row.event_on,
        fact=fact,
        excused_until=excused_until,
    )
