"""What somebody said, and the figures that were released."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.demographics.disclosure import (
    SMALLEST,
    Figures,
    Table,
    changes,
    may_follow,
    release,
)
from portal.demographics.questions import NAMES, QUESTIONS
from portal.people.models import Person
from portal.people.org import Teams
from portal.retention.models import LegalHold

NO_TEAM = "No team"


class Demographics(db.Model):
    """One person's answers; "" where they left a question out. No time is kept, only the day on
    which figures may be made anew, and by question after which figures it was answered so.
    """

    person = peewee.ForeignKeyField(Person, unique=True, backref="demographics")
    gender = peewee.CharField(max_length=20, default="")
    age = peewee.CharField(max_length=20, default="")
    disability = peewee.CharField(max_length=20, default="")
    background = peewee.CharField(max_length=20, default="")
    caring = peewee.CharField(max_length=20, default="")
    changed_on = peewee.DateField()
    stamps = peewee.TextField(default="{}")

    @classmethod
    def of(cls, person: Person) -> "Demographics | None":
        return cls.get_or_none(cls.person == person.id)

    @classmethod
    def answer(cls, person: Person, answers: dict[str, str]) -> None:
        """What they say from now on. The trail says that they did, and nothing of what."""
        said = {name: answers.get(name) or "" for name in NAMES}
        if not any(said.values()):
            cls.withdraw(person)
            return
        with db.write():
            demographics = cls.of(person)
            if demographics and all(
                getattr(demographics, name) == value for name, value in said.items()
            ):
                return
            last = DemographicRelease.latest()
            stamps = json.loads(demographics.stamps) if demographics else {}
            for name, value in said.items():
                if value != (getattr(demographics, name) if demographics else ""):
                    stamps[name] = last.id if last else 0
            kept = {**said, "changed_on": clock.today(), "stamps": json.dumps(stamps)}
            if demographics is None:
                demographics = cls.create(person=person.id, **kept)
            else:
                cls.update(**kept).where(cls.id == demographics.id).execute()
            audit.record(person, "answered", demographics, about=person)

    @classmethod
    def withdraw(cls, person: Person) -> bool:
        """Forget what they said. False when there is nothing."""
        with db.write():
            demographics = cls.of(person)
            if demographics is None:
                return False
            cls.delete().where(cls.id == demographics.id).execute()
            audit.record(person, "withdrawn", demographics, about=person)
        return True

    @classmethod
    def forget_leavers(cls) -> int:
        """Answers go when the person does, unless a hold protects everything of them; returns how
        many that were.
        """
        left = Person.select(Person.id).where(
            Person.last_day_on < clock.today(), Person.id.not_in(LegalHold.people())
        )
        with db.write():
            return int(cls.delete().where(db.among(cls.person, left)).execute())

    @classmethod
    def by_department(cls, today: date) -> dict[str, "Answered"]:
        """By question the counts of each department's answers, of everybody who is here."""
        here = Person.listing(Person.select().where(Person.is_here(today)), today)
        teams = Teams()
        names = {
            person.id: teams.department(person.stands.team_id) if person.stands else ""
            for person in here
        }
        found = {name: Answered({}, {}, {}) for name in NAMES}
        for row in cls.select():
            if row.person_id not in names:
                continue
            department = names[row.person_id] or NO_TEAM
            stamps = json.loads(row.stamps)
            for name in NAMES:
                if value := getattr(row, name):
                    found[name].add(row.person_id, department, value, stamps.get(name, 0))
        return found


@dataclass(frozen=True)
class Answered:
    """One question: counts by department and answer, who answered where, and when, in releases."""

    counts: dict[str, Counter[str]]
    places: dict[int, str]
    stamps: dict[int, int]

    def add(self, person: int, department: str, value: str, stamp: int) -> None:
        self.counts.setdefault(department, Counter())[value] += 1
        self.places[person], self.stamps[person] = department, stamp

    def touched(self, since: int) -> set[int]:
        return {person for person, stamp in self.stamps.items() if stamp >= since}


class DemographicRelease(db.Model):
    """The figures HR reads, made once a quarter: were they made anew with each answer, two looks a
    day apart would show it. There is one at a time.

    `standing` keeps by question who answered, and in which department, when its figures and its
    departments' were shown last (no answers): the next ones must not differ by a few people.
    """

    taken_on = peewee.DateField()
    figures = peewee.TextField()
    standing = peewee.TextField(default="{}")

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
            # Who answered on that very day may stand in the last figures already.
            changed = Demographics.select().where(Demographics.changed_on > last.taken_on)
            if today < last.next_on or changed.count() < SMALLEST:
                return False
        elif Demographics.select().count() < SMALLEST:
            return False
        with db.write():
            counted = Demographics.by_department(today)
            content = last.content if last else {}
            standing: dict[str, Any] = json.loads(last.standing) if last else {}
            number = last.id + 1 if last else 1
            for question in QUESTIONS:
                name, found = question.name, counted[question.name]
                if _few(standing.get(name, {}).get("company"), found):
                    continue
                figures = release(found.counts, [value for value, _ in question.offered])
                stands = standing.setdefault(name, {})
                if not _may_follow(stands.get("departments"), found):
                    figures = Figures(figures.company, {})
                shown = {"at": number, "places": found.places}
                stands |= {"company": shown, "on": str(today)} if figures.company else {}
                stands |= {"departments": shown} if figures.departments else {}
                content[name] = figures
            if last is None and not any(figures.company for figures in content.values()):
                return False
            cls.delete().execute()
            cls.create(
                taken_on=today,
                figures=json.dumps({name: _write(said) for name, said in content.items()}),
                standing=json.dumps(standing),
            )
        return True

    def taken(self, question: str) -> date:
        """When a question's figures were made: those that would differ by a few people stay."""
        said = json.loads(self.standing).get(question, {}).get("on")
        return date.fromisoformat(said) if said else self.taken_on


def _few(before: dict[str, Any] | None, found: Answered) -> bool:
    """Whether figures of the whole company would tell of a few who answered otherwise."""
    if before is None:
        return False
    return 0 < changes(_places(before), found.places, found.touched(before["at"])) < SMALLEST


def _may_follow(before: dict[str, Any] | None, found: Answered) -> bool:
    if before is None:
        return True
    return may_follow(_places(before), found.places, found.touched(before["at"]))


def _places(shown: dict[str, Any]) -> dict[int, str]:
    return {int(person): place for person, place in shown["places"].items()}


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
