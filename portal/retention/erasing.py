"""Erasing one person: what no law keeps goes, the ids stay, and a row says that it was done."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.audit.forgetting import forget_words, naming
from portal.people.forgetting import is_erased, names_of, pseudonymise
from portal.people.models import Person
from portal.privacy import RecordClass, records
from portal.retention.models import LegalHold

BATCH = 100
# No database counts so far.
TOO_LARGE = 10**18


class Erasure(db.Model):
    """That somebody was erased: when, by whom, why, and of which classes how many rows.

    The list of them is what has to be done again after a backup was restored (`replay`).
    """

    person = peewee.ForeignKeyField(Person, backref="erasures")
    by = peewee.ForeignKeyField(Person, null=True)
    reason = peewee.CharField(max_length=300)
    begun_at = db.UtcField()
    classes = peewee.TextField(default="{}")
    finished_at = db.UtcField(null=True)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows went, by class."""
        return dict(json.loads(self.classes))

    @property
    def titled(self) -> list[tuple[str, int]]:
        """The same in words."""
        named = ((records.get(name), count) for name, count in self.counts.items())
        return [(kept.title, count) for kept, count in named if kept and count]

    @classmethod
    def newest(cls) -> Any:
        """All of them, the latest first, with whose they are and who did it."""
        eraser = Person.alias()
        return (
            cls.select(cls, *Person.names(Person), *Person.names(eraser))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(eraser, peewee.JOIN.LEFT_OUTER, on=(cls.by == eraser.id), attr="by")
            .order_by(cls.id.desc())
        )

    @classmethod
    def of(cls, person: Person) -> "Erasure | None":
        """The latest of somebody."""
        return cls.newest().where(cls.person == person).first()  # type: ignore[no-any-return]

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(cls, person: Person, *, by: Any, reason: str) -> "Erasure":
        """Promise it; one that is not finished is that one. ValueError says why it cannot be."""
        with db.write():
            waiting = cls.get_or_none((cls.person == person) & cls.finished_at.is_null())
            if waiting is not None:
                return waiting  # type: ignore[no-any-return]
            if why := why_not(person, by):
                raise ValueError(why)
            if person.hired_on is not None and person.hired_on > clock.today():
                # A joiner who never comes is nowhere expected any more.
                person.withdraw(by=by)
            erasure = cls.create(person=person, by=by, reason=reason[:300], begun_at=clock.now())
            audit.record(by, "begun", erasure, about=person)
        return erasure

    def work(self) -> bool:
        """Do what is left of it, a batch a write. False while a hold, or the end of the worker's
        day, is in the way.
        """
        for kept in records.values():
            if kept.goes is not None and not self._let_go(kept):
                return False
        if not self._forget_name():
            return False
        with db.write():
            if self._is_in_the_way():
                return False
            self._tally("person", 1)
            pseudonymise(Person.get_by_id(self.person_id))
            done = (Erasure.id == self.id) & Erasure.finished_at.is_null()
            if Erasure.update(finished_at=clock.now()).where(done).execute():
                data = {"classes": self.counts}
                audit.record(self.by, "finished", self, about=self.person, data=data)
        return True

    def _let_go(self, kept: RecordClass) -> bool:
        """Whatever of this class goes with the person. False when something is in the way."""
        before: list[int] = []
        while True:
            with db.write():
                if self._is_in_the_way():
                    return False
                if LegalHold.holds_class(kept.name):
                    return True
                ids = to_go(kept, self.person_id, kept.batch)
                if not ids:
                    return True
                if ids == before:
                    raise RuntimeError(f"The class “{kept.name}” does not let go of {ids[:3]}.")
                if shown := kept.shown_among(ids):
                    self._tally(kept.name, shown)
                kept.erase(ids, self.by)
            before = ids

    def _forget_name(self) -> bool:
        """Whatever else in the trail names them: in words about others, who are not held."""
        spared = {person for (person,) in LegalHold.people().tuples()}
        found = naming(names_of(self.person), spared=spared)
        for batch in peewee.chunked(found, BATCH):
            with db.write():
                if self._is_in_the_way():
                    return False
                forget_words(list(batch))
                self._tally("trail", len(batch))
        return True

    def _is_in_the_way(self) -> bool:
        return queue.must_stop() or LegalHold.holds(self.person_id)

    def _tally(self, name: str, count: int) -> None:
        counts = Erasure.get_by_id(self.id).counts
        counts[name] = counts.get(name, 0) + count
        self.classes = json.dumps(counts, sort_keys=True)
        Erasure.update(classes=self.classes).where(Erasure.id == self.id).execute()


def to_go(kept: RecordClass, person_id: int, limit: int | None = None) -> list[int]:
    """Ids of the rows of a class that go when this person is erased."""
    assert kept.goes is not None
    key = kept.model._meta.primary_key
    rows: Any = kept.select().where(kept.goes(person_id)).select(key).order_by(key)
    return [row_id for (row_id,) in (rows.limit(limit) if limit else rows).tuples()]


def why_not(person: Person, by: Any) -> str:
    """Why somebody cannot be erased now, in a sentence; empty when they can."""
    if by is not None and by.id == person.id:
        return "This is you: somebody else in HR does this."
    if LegalHold.holds(person.id):
        return "A legal hold protects everything of this person. Lift it first."
    today = person.today()
    comes = person.hired_on is not None and person.hired_on > today
    left = person.has_left(today) or person.withdrawn_at is not None or comes
    if left or (not person.is_staff and not person.is_active):
        return ""
    return "They work here: only somebody who has left, or who never came, can be erased."


def begin_all(ids: list[int], by: Any) -> None:
    """Promise it for each of these: what a purge of leavers does."""
    for person in Person.select().where(Person.id.in_(ids)):
        Erasure.begin(person, by=by, reason="Their time is over.")


def go_on() -> None:
    """Finish what was promised and nothing holds."""
    open_ones = Erasure.finished_at.is_null()
    for erasure in Erasure.select().where(open_ones).order_by(Erasure.id):
        if queue.must_stop():
            return
        erasure.work()


def erased_since(last_day: Any) -> Any:
    """Whether the person was erased, as a condition on persons."""
    mine = Erasure.select(peewee.SQL("1")).where(
        Erasure.person == Person.id, Erasure.begun_at >= last_day
    )
    return peewee.fn.EXISTS(mine)


def listed() -> list[tuple[int, str, str]]:
    """The erasure list: person, when, which classes. Kept with the backups, it names nobody."""
    rows: Any = Erasure.select(Erasure.person, Erasure.begun_at, Erasure.classes).order_by(
        Erasure.id
    )
    return [
        (person, f"{at:%Y-%m-%dT%H:%M:%SZ}", " ".join(sorted(json.loads(classes))))
        for person, at, classes in rows.tuples()
    ]


def read_list(content: bytes) -> list[int]:
    """The numbers on an erasure list as its page gives it out. ValueError for any other file."""
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        people = [int(row["person"]) for row in rows]
        if not all(0 < person < TOO_LARGE for person in people):
            raise ValueError("No row has such a number.")
        return people
    except (UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "This is no erasure list, with the columns person, at, classes."
        ) from error


def replay(people: Iterable[int]) -> tuple[int, list[int]]:
    """After a restore: erase again whom the list names and the backup brought back.

    Returns how many that were, and of whom it could not be done: a hold, or somebody who is here.
    """
    done, refused = 0, []
    for person in Person.select().where(Person.id.in_(sorted(set(people)))):
        if is_erased(person):
            continue
        try:
            erasure = Erasure.begin(person, by=None, reason="Erased again after a restore.")
            erased = erasure.work()
        except ValueError:
            erased = False
        done += erased
        refused += [] if erased else [person.id]
    return done, refused


def is_leaver_past(before: date) -> Any:
    """Who left before that day and was not erased since, as a condition on persons."""
    return (Person.last_day_on < before) & ~erased_since(Person.last_day_on)


GUARDS = [db.partial_unique("erasure", "person_id", "finished_at IS NULL")]
