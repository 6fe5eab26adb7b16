"""Time to productivity: the manager says, with a date, when somebody did what success means."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.checklists.duties import CAUSE
from portal.checklists.models import Checklist
from portal.people.functions import HR, Function
from portal.people.models import Person, Position
from portal.people.org import Company

KIND = "attestation"
ASK_AGAIN_DAYS = 14
LISTED = 1_000


class Attestation(db.Model):
    """What a manager said on a day: productive since a date, or not yet. Never changed: a later one
    supersedes it."""

    checklist = peewee.ForeignKeyField(Checklist, backref="attestations")
    said_at = db.UtcField()
    said_by = peewee.ForeignKeyField(Person, null=True)
    since_on = peewee.DateField(null=True)
    word = peewee.CharField(max_length=300, default="")
    role = peewee.CharField(max_length=120, default="")
    level = peewee.CharField(max_length=20, default="")
    # Taken back by whoever said it: it counts as little as if it had never been said.
    withdrawn_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("checklist", "id"), False),)

    @property
    def is_yes(self) -> bool:
        return self.since_on is not None

    @classmethod
    def of(cls, checklist: Checklist) -> list["Attestation"]:
        """What was said, the newest first, with who said it."""
        rows = cls.select(cls, Person).join(Person, peewee.JOIN.LEFT_OUTER)
        rows = rows.where(cls.checklist == checklist, cls.withdrawn_at.is_null())
        return list(rows.order_by(cls.id.desc()))

    @classmethod
    def last_of(cls, checklist: Checklist) -> "Attestation | None":
        """The newest word on this list."""
        return cls.in_force().where(cls.checklist == checklist).first()  # type: ignore[no-any-return]

    @classmethod
    def in_force(cls) -> Any:
        """The newest word on each list, as a query."""
        later = cls.alias()
        newest = later.select(peewee.fn.MAX(later.id)).where(
            later.checklist == cls.checklist, later.withdrawn_at.is_null()
        )
        return cls.select().where(cls.id == newest)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def say(
        cls, checklist: Checklist, *, by: Person, since_on: date | None, word: str = ""
    ) -> "Attestation":
        """Yes since a date, or (None) not yet: then the question comes again in two weeks."""
        position = Position.of(checklist.person_id, since_on or checklist.anchor_on)
        with db.write():
            attestation = cls.create(
                checklist=checklist,
                said_at=clock.now(),
                said_by=by,
                since_on=since_on,
                word=word[:300],
                role=position.role if position else "",
                level=position.level if position else "",
            )
            Assignment.settle_all(KIND, checklist.id, by=by)
            if since_on is None:
                ask(checklist, clock.today() + timedelta(days=ASK_AGAIN_DAYS), by=by)
            audit.record(
                by,
                "said",
                attestation,
                about=checklist.person,
                data={"checklist": checklist.id, "since_on": since_on},
                personal={"word": word} if word else None,
            )
        return attestation

    def withdraw(self, *, by: Person) -> bool:
        """Said by mistake: the one before it counts again, and the question is open again."""
        with db.write():
            gone = Attestation.update(withdrawn_at=clock.now()).where(
                Attestation.id == self.id, Attestation.withdrawn_at.is_null()
            )
            if not gone.execute():
                return False
            audit.record(
                by,
                "withdrawn",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id},
            )
            self._ask_again(by)
        return True

    def _ask_again(self, by: Person) -> None:
        owed = Assignment.select().where(
            Assignment.kind == KIND, Assignment.target == self.checklist_id
        )
        for later in owed.where(Assignment.is_open()):
            later.settle(by=by, outcome="ended", reason="It is asked at once.")
        last = owed.where(Assignment.outcome == "done").order_by(Assignment.id.desc()).first()
        if last is not None:
            last.reopen(by=by)


def ask(checklist: Checklist, due_on: date, *, by: Any) -> None:
    """The manager's duty to say it; HR's where there is none."""
    person = checklist.person
    position = person.position()
    manager = position.manager if position else None
    if manager is not None and (not manager.is_active or manager.has_left(manager.today())):
        manager = None
    Assignment.assign(
        kind=KIND,
        target=checklist.id,
        title=f"Is {person.called} productive? {checklist.success}"[:320],
        cause=Cause(CAUSE, checklist.id),
        by=by,
        person=manager,
        function=None if manager else Function.named(HR),
        about=person,
        due_on=due_on,
        zone=(manager.zone if manager else "") or Company.settings().zone,
        minutes=2,
    )


def ask_due(on: date) -> int:
    """Open the question for every list that wants it and has none open: at the start, and anew
    when whoever was to answer has left. Returns for how many."""
    asked = 0
    for checklist in _unasked(on):
        ask(checklist, max(checklist.success_by, on), by=None)
        asked += 1
    return asked


def _unasked(on: date) -> list[Checklist]:
    said = Attestation.in_force().where(Attestation.since_on.is_null(False))
    is_asked = Assignment.select(peewee.SQL("1")).where(
        Assignment.kind == KIND, Assignment.target == Checklist.id, Assignment.is_open()
    )
    waived = Assignment.select(peewee.SQL("1")).where(
        Assignment.kind == KIND, Assignment.target == Checklist.id, Assignment.outcome == "waived"
    )
    return list(
        Checklist.select(Checklist, Person)
        .join(Person, on=(Checklist.person == Person.id))
        .where(Checklist.success_by.is_null(False), Checklist.stopped_at.is_null())
        .where(Person.last_day_on.is_null() | (Person.last_day_on >= on))
        .where(~peewee.fn.EXISTS(is_asked), ~peewee.fn.EXISTS(waived))
        .where(Checklist.id.not_in(said.select(Attestation.checklist)))
        .order_by(Checklist.id)
        .limit(500)
    )


# -- the figure ------------------------------------------------------------------------------


@dataclass
class Line:
    """One role and level: the days it took each, and who is not there yet."""

    role: str
    level: str
    days: list[int] = field(default_factory=list)
    waiting: int = 0

    @property
    def n(self) -> int:
        return len(self.days)

    @property
    def median(self) -> float | None:
        return median(self.days) if self.days else None


@dataclass
class Case:
    """One person: since when, after how many days; or what was last said."""

    checklist: Checklist
    said: Attestation | None
    role: str
    level: str

    @property
    def days(self) -> int | None:
        if self.said is None or self.said.since_on is None:
            return None
        return max(0, int((self.said.since_on - self.checklist.anchor_on).days))


def cases(visible: Any) -> list[Case]:
    """Every list among the `visible` ones that asks the question: two queries and the positions."""
    lists = list(
        visible.select(Checklist, *Person.names(Person))
        .join(Person, on=(Checklist.person == Person.id))
        .where(Checklist.success_by.is_null(False), Checklist.stopped_at.is_null())
        .order_by(Checklist.anchor_on.desc(), Checklist.id.desc())
        .limit(LISTED)
    )
    ids = [one.id for one in lists]
    rows = Attestation.in_force().where(Attestation.checklist.in_(ids)) if ids else []
    said = {row.checklist_id: row for row in rows}
    held = _held([one.person_id for one in lists])
    found = []
    for one in lists:
        word = said.get(one.id)
        role, level = held.get(one.person_id, ("", ""))
        if word is not None and word.is_yes:
            role, level = word.role, word.level
        found.append(Case(one, word, role, level))
    return found


def _held(people: list[int]) -> dict[int, tuple[str, str]]:
    if not people:
        return {}
    rows: Any = Position.select(Position.person, Position.role, Position.level).where(
        Position.person.in_(people), Position.is_held(clock.today())
    )
    return {person: (role, level) for person, role, level in rows.tuples()}


def by_role(found: list[Case]) -> list[Line]:
    """The figure: by role and level, the largest group first."""
    lines: dict[tuple[str, str], Line] = {}
    for case in found:
        line = lines.setdefault((case.role, case.level), Line(case.role, case.level))
        if case.days is None:
            line.waiting += 1
        else:
            line.days.append(case.days)
    return sorted(lines.values(), key=lambda line: (-line.n, line.role, line.level))
