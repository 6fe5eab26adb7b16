"""Openings: a vacancy that people here may ask for, shown with its words until a day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db, text
from portal.careers.moving import NotPossible
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.vacancies import Vacancy

MAX_WORDS = 4000
# What somebody who asked is told: they get it; not they; somebody else has it; nobody is wanted.
CHOSEN, DECLINED, FILLED, CLOSED = "chosen", "declined", "filled", "closed"
OVER = "It was filled or closed a moment ago."


class Opening(db.Model):
    """A vacancy shown to everybody here until a day; closed by hand, or when it is filled.

    How it stands is read off the vacancy as well: one that is filled is open to nobody, also
    before the sweep has closed its opening. At most one is open per vacancy.
    """

    vacancy = peewee.ForeignKeyField(Vacancy, backref="openings")
    words = peewee.CharField(max_length=MAX_WORDS, default="")
    words_html = peewee.TextField(default="")
    apply_by = peewee.DateField()
    posted_by = peewee.ForeignKeyField(Person, null=True, backref="openings_posted")
    posted_at = db.UtcField()
    closed_at = db.UtcField(null=True)
    closed_by = peewee.ForeignKeyField(Person, null=True, backref="openings_closed")

    class Meta:
        indexes = ((("closed_at", "apply_by"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """Not closed, and its vacancy wanted: it may still be filled, whatever its last day."""
        wanted = Vacancy.select(Vacancy.id).where(Vacancy.is_open())
        return cls.closed_at.is_null() & db.among(cls.vacancy, wanted)

    @classmethod
    def is_open(cls, on: date) -> Any:
        """People may ask for it that day."""
        return cls.stands() & (cls.apply_by >= on)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of openings with vacancy, team, place and manager; what ends first comes first,
        what is closed last."""
        manager = Person.alias()
        return (
            query.select(cls, Vacancy, Team, Location, *Person.names(manager))
            .join(Vacancy)
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(Vacancy)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .switch(Vacancy)
            .join(
                manager, peewee.JOIN.LEFT_OUTER, on=(Vacancy.manager == manager.id), attr="manager"
            )
            .order_by(cls.closed_at.is_null().desc(), cls.apply_by, cls.id)
        )

    @classmethod
    def of_vacancy(cls, vacancy: Vacancy) -> "Opening | None":
        """The last one of a vacancy, open or not."""
        rows = cls.select().where(cls.vacancy == vacancy.id)
        return rows.order_by(cls.id.desc()).first()  # type: ignore[no-any-return]

    @property
    def url(self) -> str:
        return f"/careers/openings/{self.id}"

    @property
    def role(self) -> str:
        return str(self.vacancy.role)

    @property
    def where(self) -> str:
        """Team, place and manager, as far as they are said."""
        said = self.vacancy
        parts = [said.team and said.team.name, said.location and said.location.name]
        parts.append(said.manager and f"with {said.manager.called}")
        return ", ".join(part for part in parts if part)

    @property
    def drawn(self) -> Markup:
        # Sanitized by `render_markdown` when it was saved.
        return Markup(self.words_html)  # noqa: S704

    def state(self, on: date) -> str:
        """`open`, `late` (its last day is over, nobody is chosen), `filled` or `closed`."""
        if self.vacancy.state == "filled":
            return FILLED
        if self.closed_at is not None or self.vacancy.state == "closed":
            return CLOSED
        return "open" if self.apply_by >= on else "late"

    def has_asked(self, person: Person) -> bool:
        """Whether they ask for it, or ever did: whoever looks at rivals may not be one."""
        rows = self._interests()
        return bool(rows.where(rows.model.person == person.id).exists())

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def post(cls, vacancy: Vacancy, *, by: Person, words: str, apply_by: date) -> "Opening":
        """Show it to everybody here. The one that stands already is given back unchanged. Raises
        NotPossible when the vacancy is filled or closed."""
        with db.write():
            if Vacancy.get_by_id(vacancy.id).state != "open":
                raise NotPossible(OVER)
            if known := cls.get_or_none(cls.vacancy == vacancy.id, cls.closed_at.is_null()):
                return known  # type: ignore[no-any-return]
            opening = cls.create(
                vacancy=vacancy, words=words, words_html=_drawn(words), apply_by=apply_by,
                posted_by=by, posted_at=clock.now(),
            )  # fmt: skip
            audit.record(by, "posted", opening, data=opening._facts)
        return opening

    def change(self, *, by: Person, words: str, apply_by: date) -> None:
        """Say it anew, or ask longer."""
        said = {"words": words, "words_html": _drawn(words), "apply_by": apply_by}
        with db.write():
            for name, value in said.items():
                setattr(self, name, value)
            # Nothing besides: it may have been closed meanwhile.
            Opening.update(**said).where(Opening.id == self.id).execute()
            audit.record(by, "changed", self, data=self._facts)

    def close(self, *, by: Person | None, outcome: str = CLOSED) -> bool:
        """Nobody may ask any more; who waits is told so. What was proposed for it lapses."""
        with db.write():
            if not self._end(by):
                return False
            self.end_moves()
            for interest in self._waiting():
                has_it = interest.person_id == self.vacancy.filled_by_id
                interest.answer_as(CHOSEN if has_it else outcome, by=by)
        return True

    def end_moves(self) -> None:
        """What was proposed for it and cannot be agreed to any more lapses."""
        # Of `Move`, which stands on this file.
        moves: Any = self.moves  # type: ignore[attr-defined]
        for move in list(moves.where(moves.model.is_open())):
            move.lapse()

    def fill(self, person: Person, *, by: Person | None) -> None:
        """Somebody who asked gets it: the vacancy is filled, the opening closed, the others are
        told. For a move that is just agreed to, inside its write. Raises NotPossible when it was
        filled or closed meanwhile, or when they do not ask for it any more."""
        with db.write():
            vacancy = Vacancy.get_by_id(self.vacancy_id)
            waiting = self._waiting()
            if vacancy.state != "open" or self._fresh().closed_at is not None:
                raise NotPossible(OVER)
            if person.id not in [interest.person_id for interest in waiting]:
                raise NotPossible(f"{person.first_name} does not ask for it any more.")
            vacancy.fill(person, by=by)
            self.vacancy = vacancy
            self._end(by)
            for interest in waiting:
                gets_it = interest.person_id == person.id
                interest.answer_as(CHOSEN if gets_it else FILLED, by=by)

    def reopen(self, *, by: Person) -> bool:
        """It may be asked for again, and who was told that it was closed or filled waits again.
        Raises NotPossible when the vacancy is not open, or the last day is over."""
        with db.write():
            self.vacancy = Vacancy.get_by_id(self.vacancy_id)
            if self.vacancy.state != "open":
                raise NotPossible("The vacancy is filled or closed: open that first.")
            if self.apply_by < by.today():
                raise NotPossible("Its last day is over: change that first.")
            twin = (Opening.vacancy == self.vacancy_id) & Opening.closed_at.is_null()
            if Opening.select().where(twin).exists():
                return False
            mine = (Opening.id == self.id) & Opening.closed_at.is_null(False)
            if not Opening.update(closed_at=None, closed_by=None).where(mine).execute():
                return False
            self.closed_at = None
            audit.record(by, "reopened", self, data=self._facts)
            for interest in list(self._interests().where(*self._told_off())):
                interest.wait_again(by=by)
        return True

    @classmethod
    def follow_vacancies(cls) -> int:
        """Close what stands though its vacancy was filled or closed elsewhere; returns how many."""
        closed = Vacancy.select(Vacancy.id).where(~Vacancy.is_open())
        late = cls.select().where(cls.closed_at.is_null(), db.among(cls.vacancy, closed))
        rows = list(cls.whole(late))
        return sum(
            opening.close(by=None, outcome=FILLED if opening.vacancy.state == FILLED else CLOSED)
            for opening in rows
        )

    def _end(self, by: Person | None) -> bool:
        mine = (Opening.id == self.id) & Opening.closed_at.is_null()
        now, by_id = clock.now(), by and by.id
        if not Opening.update(closed_at=now, closed_by=by_id).where(mine).execute():
            return False
        self.closed_at = now
        audit.record(by, "closed", self, data=self._facts)
        return True

    def _fresh(self) -> "Opening":
        return Opening.get_by_id(self.id)  # type: ignore[no-any-return]

    def _interests(self) -> Any:
        # `Interest` stands on this file, so it is found through what it tied here.
        return self.interests  # type: ignore[attr-defined]

    def _waiting(self) -> list[Any]:
        rows = self._interests()
        return list(rows.where(rows.model.waits()))

    def _told_off(self) -> Iterator[Any]:
        """Conditions of those who were told that it is over, and not that it is not they."""
        interest = self._interests().model
        yield interest.withdrawn_at.is_null()
        yield interest.outcome.in_((FILLED, CLOSED))

    @property
    def _facts(self) -> dict[str, Any]:
        return {"role": self.vacancy.role, "vacancy": self.vacancy_id, "until": self.apply_by}


def _drawn(words: str) -> str:
    """The words as safe HTML; the form has seen that they can be drawn."""
    return text.render_markdown(words) if words else ""
