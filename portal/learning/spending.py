"""What courses cost, and the budget they are paid from. Nothing is overwritten, only superseded."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document
from portal.learning.models import KIND, Completion
from portal.people.models import Person
from portal.people.org import Company, Team

MAX_NOTE_CHARS = 300


class Spending(db.Model):
    """One cost: of a course, of one session of it, or of learning at large; for the company or one
    department. What lies ahead is planned. A correction `replaces` the row it supersedes.
    """

    course = peewee.ForeignKeyField(Document, null=True, backref="costs")
    # The number of a session; the room of sessions stands above this one.
    session = peewee.BigIntegerField(null=True)
    team = peewee.ForeignKeyField(Team, null=True)
    cents = peewee.BigIntegerField()
    currency = peewee.CharField(max_length=3)
    spent_on = peewee.DateField(index=True)
    invoice = peewee.CharField(max_length=60, default="")
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")
    replaces = peewee.ForeignKeyField("self", null=True)
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("course", "spent_on"), False),)

    @classmethod
    def stands(cls) -> Any:
        return cls.superseded_at.is_null()

    @classmethod
    def in_year(cls, year: int) -> Any:
        return cls.spent_on.between(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_year(cls, year: int, course: Document | None = None) -> Any:
        """The costs of a year that stand, of one course where asked, as lists show them."""
        found = cls.select().where(cls.stands(), cls.in_year(year))
        return cls.listing(found if course is None else found.where(cls.course == course))

    @classmethod
    def ever(cls) -> Any:
        """Each cost that was ever recorded, as a query."""
        return cls.select()

    @classmethod
    def listing(cls, query: Any) -> Any:
        """`query` of costs with course, department and who recorded them, the newest day first."""
        left = peewee.JOIN.LEFT_OUTER
        return (
            query.select(cls, Document, Team, *Person.names(Person))
            .join(Document, left, on=(cls.course == Document.id), attr="course")
            .switch(cls)
            .join(Team, left, on=(cls.team == Team.id), attr="team")
            .switch(cls)
            .join(Person, left, on=(cls.recorded_by == Person.id), attr="recorded_by")
            .order_by(cls.spent_on.desc(), cls.id.desc())
        )

    @classmethod
    def by_session(cls, course: Document, year: int) -> list[tuple[int | None, str, int]]:
        """(session, currency, hundredths) of a course's year; None is what is for no session."""
        rows: Any = cls.select(cls.session, cls.currency, peewee.fn.SUM(cls.cents))
        mine = rows.where(cls.course == course, cls.in_year(year), cls.stands())
        grouped = mine.group_by(cls.session, cls.currency).order_by(cls.session, cls.currency)
        return [(session, currency, int(cents)) for session, currency, cents in grouped.tuples()]

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def record(
        cls, *, by: Person, currency: str = "", replaces: "Spending | None" = None, **said: Any
    ) -> "Spending":
        """A cost, in the company's currency of today."""
        with db.write():
            spending = cls.create(
                currency=currency or Company.settings().currency,
                replaces=replaces,
                recorded_at=clock.now(),
                recorded_by=by,
                **said,
            )
            data = spending._said()
            audit.record(by, "recorded", spending, data=data)
        return spending

    def correct(self, *, by: Person, **said: Any) -> "Spending | None":
        """Another row says it right. None when somebody was faster."""
        with db.write():
            if not self._give_way():
                return None
            return Spending.record(by=by, currency=self.currency, replaces=self, **said)

    def take_out(self, *, by: Person) -> bool:
        """It was a mistake. The row stays as history. False when it is out already."""
        with db.write():
            if not self._give_way():
                return False
            spending = self
            audit.record(by, "taken_out", spending, data=self._said())
        return True

    def put_back(self, *, by: Person) -> "Spending | None":
        """The same again, as a row of its own. None when it is in, or has a successor."""
        with db.write():
            came_after = Spending.select().where(Spending.replaces == self)
            is_in = Spending.select().where(Spending.id == self.id, Spending.stands())
            if is_in.exists() or came_after.exists():
                return None
            said = {name: getattr(self, name) for name in SAID}
            return Spending.record(by=by, currency=self.currency, replaces=self, **said)

    def _give_way(self) -> bool:
        now = clock.now()
        given = (
            Spending.update(superseded_at=now)
            .where(Spending.id == self.id, Spending.stands())
            .execute()
        )
        if given:
            self.superseded_at = now
        return bool(given)

    def _said(self) -> dict[str, Any]:
        """What its event keeps: numbers and ids; note and invoice may name somebody."""
        return {
            "course": self.course_id,
            "session": self.session,
            "team": self.team_id,
            "cents": self.cents,
            "currency": self.currency,
            "spent_on": self.spent_on,
        }


SAID = ("course", "session", "team", "cents", "spent_on", "invoice", "note")


class Budget(db.Model):
    """What may be spent in a year, by the company or one department. The newest word counts."""

    year = peewee.IntegerField()
    team = peewee.ForeignKeyField(Team, null=True)
    cents = peewee.BigIntegerField()
    currency = peewee.CharField(max_length=3)
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("year", "team"), False),)

    @classmethod
    def set(cls, year: int, team: Team | None, cents: int, *, by: Person) -> "Budget":
        """So much from now on; what was said before stays as history."""
        with db.write():
            same = cls.team.is_null() if team is None else cls.team == team
            cls.update(superseded_at=clock.now()).where(
                cls.year == year, same, cls.superseded_at.is_null()
            ).execute()
            budget = cls.create(
                year=year, team=team, cents=cents, currency=Company.settings().currency,
                recorded_at=clock.now(), recorded_by=by,
            )  # fmt: skip
            data = {"year": year, "team": team.id if team else None, "cents": cents}
            audit.record(by, "set", budget, data=data | {"currency": budget.currency})
        return budget

    @classmethod
    def of_year(cls, year: int) -> dict[int | None, "Budget"]:
        """What counts, by department; None is the whole company's."""
        rows = cls.select().where(cls.year == year, cls.superseded_at.is_null())
        return {row.team_id: row for row in rows}


def courses() -> list[Document]:
    """Every course that was ever published, for which something may have been paid."""
    return list(Document.select().where(Document.kind == KIND).order_by(Document.folded))


def departments() -> list[Team]:
    """The top teams, which a budget may be for."""
    open_ = Team.parent.is_null() & Team.closed_at.is_null()
    return list(Team.select().where(open_).order_by(Team.folded))


def completed_in(year: int) -> dict[int, int]:
    """How often each course was completed in a year."""
    rows: Any = (
        Completion.select(Completion.course, peewee.fn.COUNT(Completion.id))
        .where(
            Completion.stands(),
            Completion.done_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(Completion.course)
    )
    return dict(rows.tuples())


GUARDS = [
    db.only_superseded(
        "spending",
        (
            "course_id", "session", "team_id", "cents", "currency", "spent_on", "invoice", "note",
            "replaces_id", "recorded_at", "recorded_by_id",
        ),
        "what was spent is only ever superseded",
    ),
    db.only_superseded(
        "budget",
        ("year", "team_id", "cents", "currency", "recorded_at", "recorded_by_id"),
        "a budget is only ever superseded",
    ),
    db.partial_unique("budget", "year, COALESCE(team_id, 0)", "superseded_at IS NULL"),
]  # fmt: skip
