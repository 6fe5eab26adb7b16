"""Interests: that somebody asks for an opening, and what they are told. Between them and those who
choose; nobody else learns of it, not as a number either."""

import hashlib
from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.careers import choosers
from portal.careers.moving import NotPossible
from portal.careers.openings import CHOSEN, CLOSED, DECLINED, FILLED, OVER, Opening
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.vacancies import Vacancy

MAX_WISH = 2000
# What whoever chooses owes while somebody waits, and the letter with what they said.
OPENING_ANSWER = "opening_answer"
ANSWER_DAYS = 7
SPREAD_MINUTES = 22 * 60
ANSWERED = "It was answered already: look at it again."
KIND_WORDS = {
    CHOSEN: "It is yours. Whoever leads it talks with you about the first day.",
    FILLED: "Somebody else has it now. Thank you for asking: that you want to go on is good to"
    " know, and the next opening may be yours.",
    CLOSED: "Nobody is looked for any more, so nobody was chosen. Thank you for asking.",
}


class Interest(db.Model):
    """That somebody asks for an opening; theirs, and of those who choose.

    `outcome` is empty while nobody has answered; `answer` is what they are told. `for_line`: those
    they report to may know that they ask. One stands per opening and person: whoever withdrew may
    ask again, whoever was answered may not.
    """

    opening = peewee.ForeignKeyField(Opening, backref="interests")
    person = peewee.ForeignKeyField(Person, backref="interests")
    wish = peewee.CharField(max_length=MAX_WISH, default="")
    for_line = peewee.BooleanField(default=False)
    asked_at = db.UtcField()
    withdrawn_at = db.UtcField(null=True)
    outcome = peewee.CharField(max_length=10, default="")
    answer = peewee.CharField(max_length=MAX_WISH, default="")
    answered_by = peewee.ForeignKeyField(Person, null=True, backref="interests_answered")
    answered_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("opening", "person"), False), (("person", "asked_at"), False))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_standing(cls) -> Any:
        """Not taken back, answered or not."""
        return cls.withdrawn_at.is_null()

    @classmethod
    def waits(cls) -> Any:
        """Asked, and not answered."""
        return cls.is_standing() & (cls.outcome == "")

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of interests with person, opening, vacancy and its manager, in the order of
        asking."""
        manager = Person.alias()
        return (
            query.select(cls, *Person.names(Person), Opening, Vacancy, *Person.names(manager))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(Opening)
            .join(Vacancy)
            .join(
                manager, peewee.JOIN.LEFT_OUTER, on=(Vacancy.manager == manager.id), attr="manager"
            )
            .order_by(cls.id)
        )

    @classmethod
    def of(cls, person: Person, opening: Opening) -> "Interest | None":
        """What somebody asked of this opening last, taken back or not."""
        mine = cls.select().where(cls.opening == opening.id, cls.person == person.id)
        return mine.order_by(cls.id.desc()).first()  # type: ignore[no-any-return]

    @property
    def state(self) -> str:
        """`asked`, `withdrawn`, or what was answered."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return str(self.outcome) or "asked"

    @property
    def url(self) -> str:
        """Where whoever chooses reads it: by the person, for numbers would count the askers."""
        return f"/careers/openings/{self.opening_id}/people/{self.person_id}"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def ask(
        cls, opening: Opening, person: Person, *, by: Person, wish: str, for_line: bool
    ) -> "Interest":
        """Ask for it; who waits already says it anew. Raises NotPossible."""
        with db.write():
            opening = Opening.whole(Opening.select().where(Opening.id == opening.id)).get()
            known = cls.get_or_none(
                cls.opening == opening.id, cls.person == person.id, cls.is_standing()
            )
            if known is not None:
                known._say_anew(wish, for_line, by)
                return known  # type: ignore[no-any-return]
            if opening.state(person.today()) != "open":
                raise NotPossible(OVER)
            interest = cls(
                opening=opening, person=person, wish=wish, for_line=for_line, asked_at=clock.now()
            )
            if choosers.first_of(interest) is None:
                raise NotPossible(choosers.NOBODY_ELSE)
            interest.save()
            audit.record(by, "asked", interest, about=person, data=interest._facts)
            remind(opening, by=by)
        return interest

    def _say_anew(self, wish: str, for_line: bool, by: Person) -> None:
        if self.outcome:
            raise NotPossible(ANSWERED)
        if (wish, for_line) == (self.wish, self.for_line):
            return
        self.wish, self.for_line = wish, for_line
        if choosers.first_of(self) is None:
            raise NotPossible(choosers.NOBODY_ELSE)
        self.save()
        audit.record(by, "changed", self, about=self.person, data=self._facts)
        remind(self.opening, by=by)

    def withdraw(self, *, by: Person | None) -> bool:
        """They do not want it any more; what was proposed for them lapses with it."""
        with db.write():
            if not self._change(withdrawn_at=clock.now()):
                return False
            audit.record(by, "withdrawn", self, about=self.person, data=self._facts)
            self.opening.end_moves()
            remind(self.opening, by=by)
        return True

    def decline(self, answer: str, *, by: Person) -> bool:
        """Not they, with a sentence they read. False when it is answered; NotPossible while a move
        of theirs waits for this opening."""
        with db.write():
            moves: Any = self.opening.moves
            theirs = moves.model.is_open() & (moves.model.person == self.person_id)
            if moves.where(theirs).exists():
                raise NotPossible("They are proposed for it: withdraw that first.")
            return self.answer_as(DECLINED, by=by, answer=answer)

    def answer_as(self, outcome: str, *, by: Person | None, answer: str = "") -> bool:
        """What they are told. A no has its letter at once, what ends for all in an hour of its own;
        who gets it has one of the move. False when it was answered or taken back already."""
        said = {"outcome": outcome, "answer": answer, "answered_by": by, "answered_at": clock.now()}
        with db.write():
            if not self._change(**said):
                return False
            audit.record(
                by, "answered", self, about=self.person, data={**self._facts, "outcome": outcome}
            )
            if outcome == DECLINED:
                self._write()
            remind(self.opening, by=by)
        return True

    def wait_again(self, *, by: Person) -> None:
        """It was over, and is open again: what they asked counts. Inside the write of its cause."""
        over = (Interest.id == self.id) & Interest.outcome.in_((FILLED, CLOSED))
        # Who was not told yet that it was over need not be told that it is not.
        at = clock.now() if self.is_to_be_told() else None
        said = {"outcome": "", "answer": "", "answered_by": None, "answered_at": at}
        if Interest.update(**said).where(over, Interest.is_standing()).execute():
            self.outcome, self.answered_at = "", at
            audit.record(by, "resumed", self, about=self.person, data=self._facts)
            remind(self.opening, by=by)

    @classmethod
    def tell_in_time(cls) -> int:
        """Write to those for whom something ended, or goes on, without a word about them; returns
        to how many."""
        lately = clock.now() - timedelta(days=2)
        rows = cls.select().where(
            cls.is_standing(), cls.outcome.in_(("", FILLED, CLOSED)), cls.answered_at > lately
        )
        return sum(row._write() for row in list(rows) if row.is_to_be_told())

    def is_to_be_told(self) -> bool:
        """Whether the hour of their letter has come: one of their own within a day. Letters to all
        who asked, one beside the other in the outbox, would say there who they are."""
        if self.answered_at is None:
            return False
        seed = f"{self.id}:{self.answered_at.timestamp()}".encode()
        minutes = int.from_bytes(hashlib.sha256(seed).digest()[:4], "big") % SPREAD_MINUTES
        return bool(self.answered_at + timedelta(minutes=60 + minutes) <= clock.now())

    @classmethod
    def end_of_leavers(cls) -> int:
        """What those who have left still ask for ends, by the portal itself; returns how many. What
        others ask is given to somebody else, where whoever was to answer has left."""
        gone = Person.select(Person.id).where(choosers.has_gone())
        rows = list(cls.whole(cls.select().where(cls.waits(), db.among(cls.person, gone))))
        ended = sum(interest.withdraw(by=None) for interest in rows)
        for opening in list(Opening.whole(Opening.select().where(Opening.stands()))):
            remind(opening, by=None)
        return ended

    @property
    def said(self) -> str:
        """What they are told, in a sentence; empty while they wait."""
        return str(self.answer) or KIND_WORDS.get(self.outcome, "")

    def _write(self) -> bool:
        """Once for each answer. Whoever has left hears nothing, which the letter sees to."""
        at = self.answered_at.timestamp() if self.answered_at else 0
        key = f"{OPENING_ANSWER}:{self.id}:{self.outcome}:{at}"
        return Letter.write(OPENING_ANSWER, key, self.person_id, id=self.id, outcome=self.outcome)

    def _change(self, **values: Any) -> bool:
        """True if they waited until now."""
        mine = (Interest.id == self.id) & Interest.waits()
        if not Interest.update(**values).where(mine).execute():
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True

    @property
    def _facts(self) -> dict[str, Any]:
        return {"opening": self.opening_id}


def remind(opening: Opening, *, by: Person | None) -> None:
    """Each who is to answer somebody owes it, once, as a duty of their own alone; nobody else."""
    waiting = list(Interest.select().where(Interest.opening == opening.id, Interest.waits()))
    owe: dict[int, Person] = {}
    for interest in waiting if opening.closed_at is None else ():
        interest.opening = opening
        if owner := choosers.first_of(interest):
            owe[owner.id] = owner
    owed = Assignment.select().where(
        Assignment.is_open(), Assignment.kind == OPENING_ANSWER, Assignment.target == opening.id
    )
    for duty in list(owed):
        if owe.pop(duty.person_id, None) is None:
            duty.settle(by=by)
    for owner in owe.values():
        Assignment.assign(
            kind=OPENING_ANSWER,
            target=opening.id,
            title=f"Answer who asks for “{opening.role}”",
            cause=Cause(OPENING_ANSWER, opening.id),
            by=by,
            person=owner,
            due_on=owner.today() + timedelta(days=ANSWER_DAYS),
            zone=owner.zone or "UTC",
            minutes=5,
        )
