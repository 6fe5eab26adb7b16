"""The second look: agreeing to a move, declining it, and what ends it without an answer."""

from typing import Any

from portal import audit, clock, db
from portal.careers import deciders, move_lists, moving, refusing
from portal.careers.moving import NotPossible
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.vacancies import Vacancy

LETTER = "move_decided"
TOO_LATE = "It cannot begin on that day any more."


class Deciding:
    """What `Move` knows of its decision. Once it is there nothing of it changes."""

    # Columns of `Move`.
    decided_at: Any
    decided_by: Any
    is_agreed: Any
    answer: Any
    position: Any
    back_position: Any

    def agree(self: Any, *, by: Person, answer: str = "", seen: str = "") -> bool:
        """Yes: the position is written, its list starts, everybody concerned is told.

        All is asked anew as the writer: who decides, who proposed, days, circles, the vacancy.
        `seen` is the mark of the change that was looked at. False when it was decided or taken
        back already; raises NotPossible where it cannot be any more.
        """
        with db.write():
            move = self._to_decide(by)
            if move is None:
                return False
            change = moving.read(move)
            if seen and seen != change.mark:
                said = f"{move.person.called}’s position was changed meanwhile: look at it again."
                raise NotPossible(said)
            move._refuse_as_it_is(change)
            plan = move_lists.starting(move, change)
            led_by = _led_by(move.person, change)
            move._decided(True, by, answer)
            position, back = moving.write(move, change, by=by)
            move.position, move.back_position = position, back
            move.save()
            checklist = plan.start(move, by=by)
            move._record_decision(by, checklist=checklist.id if checklist else None)
            if move.opening_id:
                move.opening.fill(move.person, by=by)
            move._tell(by, *led_by, led=True)
            move._tell(by, move.person_id, move.proposed_by_id, position.manager_id)
            self._take_over(move)
        return True

    def decline(self: Any, *, by: Person, answer: str) -> bool:
        """No, and why: whoever proposed it reads it, and nobody it is about. False when it was
        decided or taken back already."""
        with db.write():
            move = self._to_decide(by)
            if move is None:
                return False
            if not answer.strip():
                raise NotPossible("Say why, in a sentence.", "answer")
            move._decided(False, by, answer)
            move.save()
            move._record_decision(by)
            move._tell(by, move.proposed_by_id)
            self._take_over(move)
        return True

    def _to_decide(self: Any, by: Person) -> Any:
        """The move as it is now, for whoever may decide it; None when nobody may any more."""
        move = type(self).get_by_id(self.id)
        if move.state != "open":
            return None
        if by.id not in {one.id for one in move.deciders()}:
            raise NotPossible("You may not decide this one any more.")
        return move

    def _refuse_as_it_is(self: Any, change: Any) -> None:
        """What stands against it by now, although it was possible when it was proposed."""
        if why := self.why_over():
            raise NotPossible(why)
        refusing.refuse(self, change)

    def why_over(self: Any) -> str:
        """Why it cannot be decided any more, in a sentence; empty while it can."""
        proposer, person = self.proposed_by, self.person
        if proposer is None or not proposer.is_active or proposer.has_left(proposer.today()):
            return "Whoever proposed it has left."
        if why := deciders.why_not_propose(proposer, person, self.opening):
            return why if person.has_left(person.today()) else _gone(proposer, person, self.opening)
        if person.last_day_on and person.last_day_on < self.starts_on:
            # Whoever leads an opening does not know yet who has given notice.
            is_theirs = not self.opening_id
            return f"{person.called} leaves before that day." if is_theirs else TOO_LATE
        if self.opening_id:
            if self.opening.closed_at is not None:
                return "The opening was closed."
            if Vacancy.get_by_id(self.opening.vacancy_id).state != "open":
                return "The vacancy is filled or closed."
        return ""

    def _decided(self: Any, is_agreed: bool, by: Person, answer: str) -> None:
        self.decided_at, self.decided_by, self.is_agreed = clock.now(), by, is_agreed
        self.answer = answer.strip()

    def _record_decision(self: Any, by: Person, **facts: Any) -> None:
        decided = "agreed" if self.is_agreed else "declined"
        data = {"sort": self.sort, "position": self.position_id, **facts}
        said = {"answer": self.answer} if self.answer else None
        audit.record(by, decided, self, about=self.person, data=data, personal=said)
        self.end_duties(by=by)

    def _tell(self: Any, by: Person | None, *people: int | None, led: bool = False) -> None:
        """That there is an answer, to each of these but whoever gave it, once. `led`: they led whom
        it is about, and may not by the time they read it."""
        said = {"id": self.id} | ({"led": True} if led else {})
        for person_id in {one for one in people if one and (by is None or one != by.id)}:
            Letter.write(LETTER, f"move:{self.id}:{self.state}:{person_id}", person_id, **said)

    def _take_over(self: Any, move: Any) -> None:
        """What was decided, for whoever holds this copy."""
        self.__data__.update(move.__data__)

    # -- ended by what happened ------------------------------------------------------------

    def lapse(self: Any) -> bool:
        """It ends without an answer once it cannot be agreed to any more; who proposed it hears."""
        # Whoever holds this copy may have read who leads whom a while ago.
        why = type(self).get_by_id(self.id).why_over()
        if not why:
            return False
        with db.write():
            ended = self._close("lapsed", None, why)
            if ended:
                self._tell(None, self.proposed_by_id)
        return bool(ended)

    @classmethod
    def follow_all(cls: Any) -> int:
        """Ends what cannot be decided any more, asks whoever may decide by now; returns how many
        moves or duties that changed."""
        waiting = list(cls.select().where(cls.is_open()))
        return sum(move.lapse() or move.ask(by=None) for move in waiting)

    # -- after it --------------------------------------------------------------------------

    def is_taken_back(self: Any) -> bool:
        """Whether another move that was agreed to takes this one back, or goes on from it."""
        cls = type(self)
        return cls.select().where(cls.reverses == self.id, cls.is_agreed).exists()  # type: ignore[no-any-return]

    @property
    def checklist(self: Any) -> Any:
        """The list its decision started; None where it started none."""
        return move_lists.started(self)


def _led_by(person: Person, change: Any) -> set[int]:
    """Who leads them today, and on the day before it begins."""
    rows = [row for row in (change.before, person.position()) if row is not None]
    return {row.manager_id for row in rows if row.manager_id}


def _gone(proposer: Person, person: Person, opening: Any) -> str:
    if opening is not None:
        return f"{person.called} does not ask for this opening any more, or another leads it."
    return f"{proposer.called} does not lead {person.called} any more."
