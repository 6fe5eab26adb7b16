"""Proposing a move, taking the proposal back, and asking those who decide."""

import secrets
from datetime import date, timedelta
from typing import Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.careers import deciders, moving, refusing, standing
from portal.careers.moving import NotPossible
from portal.careers.openings import Opening
from portal.careers.rungs import Rung
from portal.people.models import Person

MOVE = "move"
DECIDE_DAYS = 7
MAX_NOTE = 500


class AlreadyAsked(NotPossible):
    """One waits for an answer already. `move` is it."""

    def __init__(self, move: Any) -> None:
        super().__init__("Something else waits for an answer for them already.")
        self.move = move


class Proposing:
    """What `Move` knows of how one comes about."""

    # Columns and conditions of `Move`.
    id: Any
    url: Any
    checks: Any

    @classmethod
    def propose(
        cls: Any,
        person: Person,
        sort: str,
        *,
        by: Person,
        starts_on: date,
        reason: str,
        rung: Rung | None = None,
        ends_on: date | None = None,
        opening: Opening | None = None,
        reverses: Any = None,
        notes: dict[str, str] | None = None,
        **position: Any,
    ) -> Any:
        """That somebody is to take another position from a day on; those who decide are asked.

        A rung names role and level, an opening all that its vacancy says, unless `position` does.
        `notes` say by the key of a criterion how one that is not met is met. Asked for twice it is
        one. Raises NotPossible, AlreadyAsked where another one waits.
        """
        with db.write():
            person, by = Person.get_by_id(person.id), Person.get_by_id(by.id)
            if refusal := deciders.why_not_propose(by, person, opening):
                raise NotPossible(refusal)
            move = cls.draft(
                person, sort, by=by, starts_on=starts_on, reason=reason, rung=rung,
                ends_on=ends_on, opening=opening, reverses=reverses, **position,
            )  # fmt: skip
            if same := move.open_twin():
                if same.says_the_same(move):
                    return same
                raise AlreadyAsked(same)
            refusing.refuse(move, moving.read(move))
            rows = _checks(move, rung, notes or {}) if rung else []
            move.id = cls.free_id()
            move.save(force_insert=True)
            for row in rows:
                row.move = move
                row.save(force_insert=True)
            move._record_proposal(rows, by)
            move.ask(by=by)
        return move

    @classmethod
    def draft(
        cls: Any,
        person: Person,
        sort: str,
        *,
        by: Person,
        starts_on: date,
        reason: str = "",
        rung: Rung | None = None,
        ends_on: date | None = None,
        opening: Opening | None = None,
        reverses: Any = None,
        **position: Any,
    ) -> Any:
        """One that is not kept: what `propose` would propose, for looking at what it changes."""
        return cls(
            sort=sort, person=person, opening=opening, reverses=reverses, reason=reason,
            starts_on=starts_on, ends_on=ends_on, proposed_by=by, proposed_at=clock.now(),
            **_said(rung), **(_wanted(rung, opening) | _given(position)),
        )  # fmt: skip

    def says_the_same(self: Any, other: Any) -> bool:
        """Whether the other proposal is this one, sent again."""
        names = ("sort", "proposed_by", "starts_on", "ends_on", "reason", "rung", *self.NAMED)
        said = [(self.__data__.get(name), other.__data__.get(name)) for name in names]
        return all((one or None) == (two or None) for one, two in said)

    def open_twin(self: Any) -> Any:
        """The one that stands in its way: for the same opening, or for the person without one."""
        cls = type(self)
        rows = cls.select().where(cls.is_open())
        if self.opening_id:
            return rows.where(cls.opening == self.opening_id).first()
        return rows.where(cls.person == self.person_id, cls.opening.is_null()).first()

    def _record_proposal(self: Any, rows: list[Any], by: Person) -> None:
        salt = secrets.token_hex(16)
        data = {
            "sort": self.sort, "starts_on": self.starts_on, "ends_on": self.ends_on,
            "opening": self.opening_id, "reverses": self.reverses_id, "rung": self.rung,
            "revision": self.revision_id, **self.named, "criteria": len(rows),
            "not_met": sum(1 for row in rows if row.is_met is not True),
            "hash": self.hash_with(salt, rows),
        }  # fmt: skip
        said = {"reason": self.reason, "salt": salt}
        audit.record(by, "proposed", self, about=self.person, data=data, personal=said)

    # -- those who decide ------------------------------------------------------------------

    def deciders(self: Any) -> list[Person]:
        """Who may decide it at this moment; nobody where it stays open until somebody may."""
        return deciders.of(self)

    def ask(self: Any, *, by: Person | None) -> int:
        """Each of those who may decide has it as a duty that is theirs alone; who may not any
        more is not asked any more. Returns how many duties that changed."""
        now = {one.id: one for one in self.deciders()}
        changed = 0
        with db.write():
            asked = {duty.person_id: duty for duty in self._duties()}
            for person_id in asked.keys() - now.keys():
                changed += asked[person_id].settle(by=by, outcome="ended")
            for person_id in now.keys() - asked.keys():
                self._assign(now[person_id], by)
                changed += 1
        return changed

    def _assign(self: Any, one: Person, by: Person | None) -> None:
        today = one.today()
        Assignment.assign(
            kind=MOVE,
            target=self.id,
            title=f"Look at a proposed {self.sort}: {self.person.called}",
            cause=Cause(MOVE, self.id),
            by=by,
            person=one,
            # Nobody is named beside the owner: what is about somebody may show in what is theirs.
            about=None,
            due_on=max(today, min(today + timedelta(days=DECIDE_DAYS), self.starts_on)),
            zone=one.zone or "UTC",
            minutes=10,
        )

    def _duties(self: Any) -> list[Assignment]:
        return list(
            Assignment.select().where(
                Assignment.is_open(), Assignment.kind == MOVE, Assignment.target == self.id
            )
        )

    def end_duties(self: Any, *, by: Person | None) -> None:
        """Whoever decided has done it; nobody else is asked any more."""
        for duty in self._duties():
            is_own = by is not None and duty.person_id == by.id
            duty.settle(by=by, outcome="done" if is_own else "ended")

    # -- taking it back --------------------------------------------------------------------

    def withdraw(self: Any, *, by: Person | None) -> bool:
        """Whoever proposed it takes it back before it is decided. False when it is too late.

        Whoever asked for an opening and does not any more ends what was proposed for it without
        ever having known of it: so that event is the portal's own.
        """
        with db.write():
            if by is not None and by.id == self.proposed_by_id:
                return self._close("withdrawn", by)  # type: ignore[no-any-return]
            if self.opening_id and (by is None or by.id == self.person_id):
                return self.lapse()  # type: ignore[no-any-return]
            raise NotPossible("Only whoever proposed it takes it back.")

    def _close(self: Any, closed: str, by: Person | None, answer: str = "") -> bool:
        cls = type(self)
        now = clock.now()
        mine = (cls.id == self.id) & cls.is_open()
        if not cls.update(withdrawn_at=now, answer=answer).where(mine).execute():
            return False
        self.withdrawn_at, self.answer = now, answer
        said = {"answer": answer} if answer else None
        audit.record(by, closed, self, about=self.person, personal=said)
        self.end_duties(by=by)
        return True

    def restore(self: Any, *, by: Person) -> bool:
        """Taking it back is taken back, while it is still possible. False when it is not."""
        with db.write():
            move = type(self).get_by_id(self.id)
            if move.state != "withdrawn" or move.proposed_by_id != by.id or move.open_twin():
                return False
            if deciders.why_not_propose(Person.get_by_id(by.id), move.person, move.opening):
                return False
            move.withdrawn_at = None
            try:
                refusing.refuse(move, moving.read(move))
            except NotPossible:
                return False
            move.save()
            audit.record(by, "restored", move, about=move.person)
            move.ask(by=by)
        self.withdrawn_at = None
        return True


def _said(rung: Rung | None) -> dict[str, Any]:
    if rung is None:
        return {}
    return {"document": rung.document, "revision": rung.revision, "rung": rung.slug}


def _wanted(rung: Rung | None, opening: Opening | None) -> dict[str, Any]:
    """Role and level as the rung says them; all that the vacancy of an opening says."""
    found: dict[str, Any] = {}
    if opening is not None:
        place = opening.vacancy
        found = {
            "role": place.role, "level": place.level, "team": place.team,
            "location": place.location, "manager": place.manager,
        }  # fmt: skip
    return found | ({"role": rung.role, "level": rung.level} if rung is not None else {})


def _given(position: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in position.items() if value not in (None, "")}


def _checks(move: Any, rung: Rung, notes: dict[str, str]) -> list[Any]:
    """The criteria as they stand now. One that is not met needs a word."""
    model = type(move).checks.rel_model
    rows = [
        model(
            place=place,
            criterion=point.criterion.key,
            words=_asked(point)[:500],
            is_met=point.is_met,
            said=(point.said or point.missing)[:500],
            note=(notes.get(point.criterion.key) or "").strip()[:MAX_NOTE],
        )
        for place, point in enumerate(standing.points(move.person, rung, move.proposed_by))
    ]
    if any(row.is_met is not True and not row.note for row in rows):
        raise NotPossible("Say of each criterion that is not met why you propose it all the same.")
    return rows


def _asked(point: Any) -> str:
    """What a criterion asks, with what the track says of it."""
    return f"{point.title}: {point.words}" if point.words else str(point.title)
