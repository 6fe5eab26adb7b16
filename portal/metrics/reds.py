"""Red numbers: each has an owner, a note and a clock.

A measure that misses its target is red from the first night it does. Without a note its owner is
written to after a week, whoever leads them after another, and after a third it is listed where
everybody who answers for the company sees it. A note stops the clock until it says to look again.
Whoever may not read the number is not told that it is red either: of it HR is written to.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.mail.models import Letter
from portal.metrics import owner_access, owning, snapshots
from portal.metrics.measure import Measure, measures
from portal.metrics.models import MeasureTerms, Red, RedNote, Snapshot
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.positions import Position
from portal.privacy import midnight

FIRST_DAYS, SECOND_DAYS, LISTED_DAYS = 7, 14, 21
# Between two steps, also where they come late: after a time without the portal, or to a new owner.
BETWEEN = timedelta(days=6, hours=12)
# A note that names no day holds so long: then somebody says how it went.
NOTE_DAYS = 30
# The letter: to whoever answers for it, and to whoever leads them.
LETTER = "metrics_red"


def follow() -> int:
    """Begin and end reds by what was told last; returns how many began or ended."""
    told, terms, night = snapshots.latest(), owning.all_terms(), snapshots.newest()
    open_reds = {red.measure: red for red in Red.select().where(Red.ended_on.is_null())}
    changed = 0
    for name, row in told.items():
        measure = measures.get(name)
        if measure is None:
            continue
        is_red = measure.is_red(row.value, owning.target_of(measure, terms.get(name)))
        if is_red and name not in open_reds:
            # The night, not the end of a quarter that was told of weeks later.
            changed += _begin(name, night or row.on)
        elif not is_red and name in open_reds:
            changed += _end(open_reds[name], night or row.on)
    return changed


def _begin(name: str, on: date) -> int:
    with db.write():
        added = Red.insert(measure=name, since_on=on).on_conflict_ignore().as_rowcount().execute()
        return int(bool(added))


def _end(red: Red, on: date) -> int:
    with db.write():
        mine = (Red.id == red.id) & Red.ended_on.is_null()
        return int(Red.update(ended_on=on).where(mine).execute())


def clock_from(red: Red, note: RedNote | None) -> date:
    """The day from which days without a word are counted."""
    if note is None:
        return red.since_on
    return note.look_again_on or note.at.date() + timedelta(days=NOTE_DAYS)


def days_silent(red: Red, note: RedNote | None, today: date) -> int:
    """For how many days nobody has said anything of it; 0 while a note holds."""
    return max(0, (today - clock_from(red, note)).days)


def open_with_notes() -> list[tuple[Red, RedNote | None]]:
    """The reds that are open, the oldest first, each with the last that was said of it: two
    queries."""
    reds = list(Red.select().where(Red.ended_on.is_null()).order_by(Red.since_on, Red.id))
    last = RedNote.select(peewee.fn.MAX(RedNote.id)).group_by(RedNote.red)
    rows = (
        RedNote.select(RedNote, *Person.names(Person))
        .left_outer_join(Person, on=(RedNote.by == Person.id), attr="by")
        .where(db.among(RedNote.id, last), RedNote.red.in_([red.id for red in reds] or [0]))
    )
    notes = {row.red_id: row for row in rows}
    return [(red, notes.get(red.id)) for red in reds]


def notes_of(measure: Measure) -> list[RedNote]:
    """What was said of a measure whenever it was red, the newest first."""
    rows = (
        RedNote.select(RedNote, Red, *Person.names(Person))
        .join(Red)
        .switch(RedNote)
        .left_outer_join(Person, on=(RedNote.by == Person.id), attr="by")
        .where(Red.measure == measure.name)
    )
    return list(rows.order_by(RedNote.id.desc()))


def notes_between(first: date, last: date) -> list[tuple[str, RedNote]]:
    """What was said in these days, each with the measure it is of, the oldest first."""
    days = RedNote.at.between(midnight(first), midnight(last + timedelta(days=1)))
    rows = RedNote.select(RedNote, Red).join(Red).where(days).order_by(RedNote.id)
    return [(row.red.measure, row) for row in rows]


def open_of(measure: Measure) -> Red | None:
    return Red.get_or_none(Red.measure == measure.name, Red.ended_on.is_null())  # type: ignore[no-any-return]


def say(
    measure: Measure, *, by: Person, why: str, action: str, look_again_on: date | None
) -> RedNote:
    """Somebody says why it is red and what is done. Raises ValueError where it is red no more.

    The letters begin anew on the day it is to be looked at again. Said twice alike while it holds,
    it is one.
    """
    with db.write():
        red = open_of(measure)
        if red is None:
            raise ValueError("It meets its target again, so there is nothing to explain.")
        said = {"why": why, "action": action, "look_again_on": look_again_on}
        last = RedNote.select().where(RedNote.red == red).order_by(RedNote.id.desc()).first()
        is_same = last and all(getattr(last, name) == value for name, value in said.items())
        if is_same and last.by_id == by.id and not days_silent(red, last, clock.today()):
            return last  # type: ignore[no-any-return]
        note: RedNote = RedNote.create(red=red, by=by, at=clock.now(), **said)
        told = {"owner_told_at": None, "above_told_at": None, "listed_at": None}
        Red.update(told).where(Red.id == red.id).execute()
        audit.record(by, "explained", red, data={"measure": measure.name, "note": note.id})
    return note


# -- the clock ---------------------------------------------------------------------------------


def remind_due() -> int:
    """Write to whoever answers for a red number nobody has explained; returns how many letters."""
    today, terms, told = clock.today(), owning.all_terms(), snapshots.latest()
    sent = 0
    for red, note in open_with_notes():
        measure = measures.get(red.measure)
        if measure is None:
            continue
        owner = getattr(terms.get(red.measure), "owner", None)
        step = _step_due(red, days_silent(red, note, today))
        if step == "listed_at":
            with db.write():
                _mark(red, step, clock.now())
        elif step:
            people = (_owners if step == "owner_told_at" else _above)(owner, today)
            row = told.get(red.measure)
            may_read = [one for one in people if owner_access.can_read_red(one, measure, row)]
            sent += _tell(red, step, may_read or _hr(today))
    return sent


def _step_due(red: Red, silent: int) -> str:
    """The next step of the ladder, once its day has come and the one before it is a week old."""
    before = None
    for step, days in (
        ("owner_told_at", FIRST_DAYS), ("above_told_at", SECOND_DAYS), ("listed_at", LISTED_DAYS),
    ):  # fmt: skip
        taken = getattr(red, step)
        if taken is None:
            is_soon = before is not None and clock.now() - before < BETWEEN
            return step if silent >= days and not is_soon else ""
        before = taken
    return ""


def _tell(red: Red, step: str, people: Iterable[Person]) -> int:
    """One step of the ladder for a red number, once, with its letters in the same write."""
    now = clock.now()
    with db.write():
        if not _mark(red, step, now):
            return 0
        key = f"{LETTER}:{red.id}:{step}:{now:%Y-%m-%d}"
        return sum(
            Letter.write(LETTER, f"{key}:{one.id}", one.id, red=red.id, step=step) for one in people
        )


def _mark(red: Red, step: str, now: datetime) -> bool:
    mine = (Red.id == red.id) & getattr(Red, step).is_null() & Red.ended_on.is_null()
    return bool(Red.update({step: now}).where(mine).execute())


def _owners(owner: Person | None, today: date) -> list[Person]:
    """Whoever answers for it; HR where nobody does, or who did has left."""
    person = Person.get_or_none(Person.id == owner.id) if owner else None
    return [person] if person and not person.has_left(today) else _hr(today)


def _above(owner: Person | None, today: date) -> list[Person]:
    """Whoever leads its owner; HR where nobody does."""
    held = Position.of(owner.id, today) if owner else None
    manager = held.manager if held else None
    return _owners(manager, today)


def _hr(today: date) -> list[Person]:
    return list(Grant.holders_of("hr", today))


# -- what is shown -----------------------------------------------------------------------------


def unexplained(
    viewer: Person, today: date
) -> list[tuple[Measure, Red, Snapshot | None, MeasureTerms | None]]:
    """The red numbers without a word that holds, the oldest first: for HR's page and, as far as
    they may read each of them, the executives'. Five queries."""
    told, terms = snapshots.latest(), owning.all_terms()
    return [
        (measures[red.measure], red, told.get(red.measure), terms.get(red.measure))
        for red, note in open_with_notes()
        if is_unexplained_for(viewer, red, note, told.get(red.measure), today)
    ]


def is_unexplained_for(
    viewer: Person, red: Red, note: RedNote | None, row: Snapshot | None, today: date
) -> bool:
    """Whether nobody has said a word of it that holds, and the viewer may know that it is red."""
    measure = measures.get(red.measure)
    if measure is None or not days_silent(red, note, today):
        return False
    return owner_access.can_read_red(viewer, measure, row)


def said_until(names: Iterable[str], on: date) -> dict[str, RedNote]:
    """The last that was said by the end of that day of each of these measures that was red then:
    one query."""
    rows = (
        RedNote.select(RedNote, Red, *Person.names(Person))
        .join(Red)
        .switch(RedNote)
        .left_outer_join(Person, on=(RedNote.by == Person.id), attr="by")
        .where(Red.measure.in_(list(names)), Red.since_on <= on)
        .where(Red.ended_on.is_null() | (Red.ended_on > on))
        .where(RedNote.at < midnight(on + timedelta(days=1)))
    )
    return {row.red.measure: row for row in rows.order_by(RedNote.id)}


def listed() -> Any:
    """How many red numbers two letters have not moved anybody to explain, as a query."""
    rows = Red.select(peewee.fn.COUNT(Red.id)).where(
        Red.ended_on.is_null(), Red.listed_at.is_null(False)
    )
    return rows.where(Red.measure.in_(list(measures)))
