"""Praise: to one or several, tied to a value, on the company's page or for them alone."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.feedback.asking import TWICE_HOURS
from portal.feedback.check_ins import spoke
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.telling import tell
from portal.feedback.values import MAX_NAME_CHARS, MAX_WORDS_CHARS, Value
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.positions import Position

MAX_CHARS = 500
MAX_REASON_CHARS = 300
MOST_PRAISED = 20
BACK_HOURS = 24
LETTER, REMOVED_LETTER = "praise", "praise_removed"


class Praise(db.Model):
    """A few warm words, with the value's words as they were that day.

    It is on the page only as long as everybody it praises wants it there: one who takes it off, or
    wants no praise there at all, decides for all of them, because its words may name them.
    """

    giver = peewee.ForeignKeyField(Person, backref="praise_given")
    text = peewee.CharField(max_length=MAX_CHARS)
    value = peewee.CharField(max_length=MAX_NAME_CHARS, default="")
    value_words = peewee.CharField(max_length=MAX_WORDS_CHARS, default="")
    is_public = peewee.BooleanField()
    given_at = db.UtcField(index=True)
    withdrawn_at = db.UtcField(null=True)
    removed_at = db.UtcField(null=True)
    removed_by = peewee.ForeignKeyField(Person, null=True)
    reason = peewee.CharField(max_length=MAX_REASON_CHARS, default="")

    class Meta:
        indexes = ((("giver", "given_at"), False), (("value", "given_at"), False))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """Not taken back."""
        return cls.withdrawn_at.is_null()

    @classmethod
    def is_on_page(cls, today: date) -> Any:
        """Public, neither removed nor unwanted, and somebody it praises still works here."""
        unwanted = (
            PraiseTo.select(PraiseTo.id)
            .join(PraiseOptOut, peewee.JOIN.LEFT_OUTER, on=(PraiseOptOut.person == PraiseTo.person))
            .where(
                PraiseTo.praise == cls.id,
                PraiseTo.off_at.is_null(False) | PraiseOptOut.id.is_null(False),
            )
        )
        here = (
            PraiseTo.select(PraiseTo.id)
            .join(Person, on=(PraiseTo.person == Person.id))
            .where(PraiseTo.praise == cls.id, Person.is_here(today))
        )
        return (
            cls.is_public
            & cls.stands()
            & cls.removed_at.is_null()
            & ~peewee.fn.EXISTS(unwanted)
            & peewee.fn.EXISTS(here)
        )

    @classmethod
    def is_to_team(cls, teams: set[int], today: date) -> Any:
        """Somebody it praises stands in one of these teams that day."""
        stand = Position.select(Position.person).where(
            Position.team.in_(sorted(teams)), Position.is_held(today)
        )
        theirs = PraiseTo.select(PraiseTo.praise).where(db.among(PraiseTo.person, stand))
        return db.among(cls.id, theirs)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of praise with who gave it, the newest first."""
        rows = query.select(cls, *Person.names(Person))
        rows = rows.join(Person, on=(cls.giver == Person.id), attr="giver")
        return rows.order_by(cls.given_at.desc(), cls.id.desc())

    @classmethod
    def with_people(cls, rows: "list[Praise]") -> "list[Praise]":
        """The same, each with whom it praises as `.people`: one query more for all."""
        found: Any = (
            PraiseTo.select(PraiseTo, *Person.names(Person), PraiseOptOut.id)
            .join(Person, on=(PraiseTo.person == Person.id), attr="person")
            .switch(PraiseTo)
            .join(
                PraiseOptOut, peewee.JOIN.LEFT_OUTER,
                on=(PraiseOptOut.person == PraiseTo.person), attr="opted_out",
            )
            .where(PraiseTo.praise.in_([one.id for one in rows]))
            .order_by(Person.folded, PraiseTo.id)
        )  # fmt: skip
        by_praise: dict[int, list[PraiseTo]] = {}
        for each in list(found) if rows else []:
            by_praise.setdefault(each.praise_id, []).append(each)
        for one in rows:
            one.__dict__["people"] = by_praise.get(one.id, [])
        return rows

    # -- what it says, of one that came by `with_people` -----------------------------------

    @property
    def url(self) -> str:
        return f"/praise/{self.id}"

    @property
    def people(self) -> "list[PraiseTo]":
        """Whom it praises."""
        if "people" not in self.__dict__:
            Praise.with_people([self])
        return self.__dict__["people"]  # type: ignore[no-any-return]

    def to(self, person: Person) -> "PraiseTo | None":
        """That person's part of it."""
        return next((each for each in self.people if each.person_id == person.id), None)

    @property
    def is_shown(self) -> bool:
        """`is_on_page` of one that is loaded."""
        wanted = not any(each.off_at or each.is_opted_out for each in self.people)
        here = any(each.is_here for each in self.people)
        return bool(
            self.is_public and not self.removed_at and not self.withdrawn_at and wanted and here
        )

    @property
    def can_be_taken_back(self) -> bool:
        return bool(clock.now() < self.given_at + timedelta(hours=BACK_HOURS))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def give(
        cls, people: list[Person], text: str, value: Value | None, *, is_public: bool, by: Person
    ) -> "Praise":
        """Praise them; each gets a letter. Nobody praises themselves."""
        if any(person.id == by.id for person in people):
            raise ValueError("Nobody praises themselves.")
        with db.write():
            if twin := cls._twin(people, text, is_public, by):
                return twin
            praise = cls.create(
                giver=by, text=text, value=value.name if value else "",
                value_words=value.words if value else "", is_public=is_public,
                given_at=clock.now(),
            )  # fmt: skip
            PraiseTo.insert_many([{"praise": praise, "person": one} for one in people]).execute()
            data = {"sort": "public" if is_public else "private", "people": len(people)}
            audit.record(by, "given", praise, data=data)
            spoke(by, [person.id for person in people])
            praise._tell([person.id for person in people])
        return praise

    @classmethod
    def _twin(cls, people: list[Person], text: str, is_public: bool, by: Person) -> "Praise | None":
        """The very same, just sent: a button pressed twice praises nobody twice."""
        since = clock.now() - timedelta(hours=TWICE_HOURS)
        same = cls.select().where(
            cls.giver == by, cls.text == text, cls.is_public == is_public, cls.stands(),
            cls.given_at > since,
        )  # fmt: skip
        wanted = {person.id for person in people}
        found = (one for one in same if {each.person_id for each in one.people} == wanted)
        return next(found, None)

    def _tell(self, people: list[int]) -> None:
        for person_id in people:
            tell(LETTER, self._letter(person_id), person_id, praise=self.id)

    def _letter(self, person_id: int) -> str:
        return f"praise:{self.id}:{person_id}"

    def withdraw(self, *, by: Person) -> bool:
        """Taken back within its day: nobody reads it any more."""
        return self._withdraw(by, "withdrawn", is_back=False)

    def restore(self, *, by: Person) -> bool:
        """It stands after all."""
        return self._withdraw(by, "restored", is_back=True)

    def _withdraw(self, by: Person, praised: str, *, is_back: bool) -> bool:
        with db.write():
            now, praise = clock.now(), self
            since = now - timedelta(hours=BACK_HOURS)
            before = ~self.stands() if is_back else self.stands()
            at = None if is_back else now
            changed = self._change(before & (Praise.given_at > since), withdrawn_at=at)
            if changed:
                audit.record(by, praised, praise)
            told = [each.person_id for each in self.people] if changed else []
            if is_back:
                self._tell(told)
            else:
                for person_id in told:
                    Letter.take_back(self._letter(person_id))
        return changed

    def remove(self, reason: str, *, by: Person) -> bool:
        """Off the page, by HR; whoever gave it and whom it praises are told why."""
        with db.write():
            now = clock.now()
            praise_page: Any = PraisePage(self._pk)
            gone = self._change(
                self.stands() & Praise.removed_at.is_null(),
                removed_at=now, removed_by=by, reason=reason,
            )  # fmt: skip
            if gone:
                audit.record(by, "removed", praise_page)
                for person_id in {self.giver_id, *(each.person_id for each in self.people)}:
                    key = f"praise_removed:{self.id}:{person_id}:{now.timestamp()}"
                    tell(REMOVED_LETTER, key, person_id, praise=self.id)
        return gone

    def put_back(self, *, by: Person) -> bool:
        """HR took it off by mistake."""
        with db.write():
            praise_page: Any = PraisePage(self._pk)
            back = self._change(
                Praise.removed_at.is_null(False), removed_at=None, removed_by=None, reason=""
            )
            if back:
                audit.record(by, "put_back", praise_page)
        return back

    def hide(self, *, by: Person) -> bool:
        """Whom it praises does not want it on the page; they keep it."""
        return self._hide(by, "hidden", is_off=True)

    def show(self, *, by: Person) -> bool:
        """They want it there after all."""
        return self._hide(by, "shown", is_off=False)

    def _hide(self, by: Person, praised: str, *, is_off: bool) -> bool:
        with db.write():
            before = PraiseTo.off_at.is_null(is_off)
            changed = (
                PraiseTo.update(off_at=clock.now() if is_off else None)
                .where(PraiseTo.praise == self, PraiseTo.person == by, before)
                .execute()
            )
            if changed:
                self.__dict__.pop("people", None)
                praise = self
                audit.record(by, praised, praise)
        return bool(changed)

    def _change(self, where: Any, **values: Any) -> bool:
        done = Praise.update(**values).where(Praise.id == self.id, where).execute()
        if done:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(done)

    @classmethod
    def forget(cls, to_ids: list[int]) -> None:
        """Let praise go for some of those it praised; with the last of them it goes whole."""
        with db.write():
            rows: Any = PraiseTo.select(PraiseTo.praise).where(PraiseTo.id.in_(to_ids)).tuples()
            touched = sorted({praise for (praise,) in rows})
            PraiseTo.delete().where(PraiseTo.id.in_(to_ids)).execute()
            left: Any = PraiseTo.select(PraiseTo.praise).where(PraiseTo.praise.in_(touched))
            kept = {praise for (praise,) in left.tuples()}
            cls.delete().where(cls.id.in_([one for one in touched if one not in kept])).execute()


class PraisePage:
    """What HR does to the page, as the trail knows it. Praise itself is in nobody's trail: beside
    the letters, its times would say who praised whom in private."""

    class _meta:
        table_name = "praise_page"

    def __init__(self, pk: int) -> None:
        self._pk = pk


class PraiseTo(db.Model):
    """That a praise is for somebody, and whether they took it off the page."""

    praise = peewee.ForeignKeyField(Praise, backref="all_people")
    person = peewee.ForeignKeyField(Person, backref="praise_received")
    off_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("praise", "person"), True),)

    @property
    def is_opted_out(self) -> bool:
        opted_out = self.__dict__.get("opted_out")
        return bool(opted_out is not None and opted_out.id)

    @property
    def is_here(self) -> bool:
        today = self.person.today()
        return bool(self.person.hired_on and self.person.hired_on <= today) and not (
            self.person.has_left(today)
        )
