"""What somebody said, and the figures that were released."""

import json
from collections import Counter
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.demographics.disclosure import SMALLEST, Figures, Table, release
from portal.demographics.questions import NAMES, QUESTIONS
from portal.people.models import Person
from portal.people.org import Teams

NO_TEAM = "No team"


class Demographics(db.Model):
    """One person's answers; "" where they left a question out. No time is kept, only the day on
    which figures may be made anew.
    """

    person = peewee.ForeignKeyField(Person, unique=True, backref="demographics")
    gender = peewee.CharField(max_length=20, default="")
    age = peewee.CharField(max_length=20, default="")
    disability = peewee.CharField(max_length=20, default="")
    background = peewee.CharField(max_length=20, default="")
    caring = peewee.CharField(max_length=20, default="")
    changed_on = peewee.DateField()

    @classmethod
    def of(cls, person: Person) -> "Demographics | None":
        return cls.get_or_none(cls.person == person.id)

    @classmethod
    def answer(cls, person: Person, answers: dict[str, str]) -> None:
        """What they say from now on. The trail says that they did, and nothing of what."""
        said = {name: answers.get(name) or "" for name in NAMES}
        demographics = cls.of(person)
        if not any(said.values()):
            cls.withdraw(person)
            return
        if demographics and all(
            getattr(demographics, name) == value for name, value in said.items()
        ):
            return
        with db.write():
            if demographics is None:
                demographics = cls.create(person=person.id, changed_on=clock.today(), **said)
            else:
                cls.update(changed_on=clock.today(), **said).where(
                    cls.id == demographics.id
                ).execute()
            audit.record(person, "answered", demographics, about=person)

    @classmethod
    def withdraw(cls, person: Person) -> bool:
        """Forget what they said. False when there is nothing."""
        demographics = cls.of(person)
        if demographics is None:
            return False
        with db.write():
            cls.delete().where(cls.id == demographics.id).execute()
            audit.record(person, "withdrawn", demographics, about=person)
        return True

    @classmethod
    def forget_leavers(cls) -> int:
        """Answers go when the person does; returns how many that were."""
        left = Person.select(Person.id).where(Person.last_day_on < clock.today())
        with db.write():
            return int(cls.delete().where(db.among(cls.person, left)).execute())

    @classmethod
    def by_department(cls, today: date) -> dict[str, dict[str, Counter[str]]]:
        """Counts by question, department and answer, of everybody who is here."""
        here = Person.listing(Person.select().where(Person.is_here(today)), today)
        teams = Teams()
        names = {
            person.id: teams.department(person.stands.team_id) if person.stands else ""
            for person in here
        }
        counts: dict[str, dict[str, Counter[str]]] = {name: {} for name in NAMES}
        for row in cls.select():
            if row.person_id not in names:
                continue
            department = names[row.person_id] or NO_TEAM
            for name in NAMES:
                if value := getattr(row, name):
                    counts[name].setdefault(department, Counter())[value] += 1
        return counts


class DemographicRelease(db.Model):
    """The figures HR reads, made once a quarter: were they made anew with each answer, two looks a
    day apart would show it. There is one at a time.
    """

    taken_on = peewee.DateField()
    figures = peewee.TextField()

    @classmethod
    def latest(cls) -> "DemographicRelease | None":
        return cls.select().order_by(cls.id.desc()).first()  # type: ignore[no-any-return]

    @property
    def next_on(self) -> date:
        return _quarter_after(self.taken_on)

    @property
    def content(self) -> dict[str, Figures]:
        """The figures by question."""
        return {name: _read(said) for name, said in json.loads(self.figures).items()}

    @classmethod
    def take_if_due(cls) -> bool:
        """New figures once a quarter, and only when five people or more have changed something;
        the first as soon as five have answered.
        """
        today = clock.today()
        last = cls.latest()
        if last is not None:
            changed = Demographics.select().where(Demographics.changed_on >= last.taken_on)
            if today < last.next_on or changed.count() < SMALLEST:
                return False
        counted = Demographics.by_department(today)
        made = {
            question.name: release(
                counted[question.name],
                [name for name, _ in question.offered],
            )
            for question in QUESTIONS
        }
        if last is None and not any(figures.company for figures in made.values()):
            return False
        with db.write():
            cls.delete().execute()
            cls.create(
                taken_on=today,
                figures=json.dumps({name: _write(said) for name, said in made.items()}),
            )
        return True


def _quarter_after(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + (month > 12), (month - 1) % 12 + 1, 1)


def _write(figures: Figures) -> Any:
    tables = {"": figures.company, **figures.departments}
    return {
        name: {"answered": table.answered, "counts": table.counts}
        for name, table in tables.items()
        if table
    }


def _read(said: dict[str, Any]) -> Figures:
    tables = {name: Table(one["answered"], one["counts"]) for name, one in said.items()}
    return Figures(tables.pop("", None), tables)
