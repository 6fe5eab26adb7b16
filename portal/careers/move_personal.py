"""Moves: why they are kept, and how one goes. The position it became is kept by people."""

from datetime import date
from typing import Any

from portal import audit, db
from portal.assignments.models import Assignment
from portal.careers.models import Move, MoveCheck
from portal.careers.proposing import MOVE
from portal.privacy import DELETE, Column, RecordClass, acted, midnight


def _agreed() -> Any:
    """Of what was not agreed to nobody learns who did not know of it, not even as a number."""
    return Move.is_agreed


COLUMNS = [
    Column("move.person", "Whose position is to change", "its rule", DELETE, _agreed),
    *acted("move", "manager", purpose="Who leads them then", shown=_agreed),
    *acted("move", "proposed_by", purpose="Who proposed it", shown=_agreed),
    *acted("move", "decided_by", purpose="Who decided it", shown=_agreed),
]


def _past(before: date | None) -> Any:
    if before is None:
        return Move.id.is_null()
    return (Move.decided_at < midnight(before)) | (Move.withdrawn_at < midnight(before))


def _erase(ids: list[int], by: Any) -> None:
    """Nobody owes a look any more; what was written of the person goes from the trail, too."""
    with db.write():
        for move in Move.select().where(Move.id.in_(ids)):
            Assignment.settle_all(MOVE, move.id, by=by, outcome="ended")
            audit.forget(move)
        Move.update(reverses=None).where(Move.reverses.in_(ids)).execute()
        MoveCheck.delete().where(MoveCheck.move.in_(ids)).execute()
        Move.delete().where(Move.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="moves",
        title="Promotions, transfers and rotations",
        holds="That somebody was proposed for another position, the reason, the criteria as they"
        " stood, and what was decided.",
        model=Move,
        people=(Move.person,),
        counted_from="the day it was decided or taken back",
        day=Move.decided_at,
        is_past=_past,
        goes=lambda person_id: Move.person == person_id,
        erase=_erase,
        shown=_agreed,
        months=36,
        floor_months=6,
        advice="As long as somebody may ask why another was promoted; many laws say three years.",
        stays="The position it became stays in their history.",
    )
]
