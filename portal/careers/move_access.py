"""Who may know of a move, propose one and decide it.

Until it is decided it is known to whoever proposed it, to those who may decide it and, but for an
opening, to those the person reports to; never to the person, not even where they are in HR. Once it
is agreed to also to them, and to whoever leads them then. A declined one they never see.
"""

from typing import Any

from portal import db
from portal.careers import access, deciders
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Moves one may read, as a query."""
    rows = Move.select()
    if not is_inside(viewer):
        return rows.where(Move.id.is_null())
    seen = (Move.proposed_by == viewer.id) | (Move.decided_by == viewer.id)
    others = Move.person != viewer.id
    seen |= Move.is_agreed & ((Move.person == viewer.id) | (Move.manager == viewer.id))
    if viewer.has_reports:
        known = Move.is_agreed | (Move.is_open() & Move.opening.is_null())
        seen |= db.among(Move.person, viewer.line()) & known
    if viewer.is_hr:
        seen |= _as_hr(viewer)
    elif deciders.is_executive(viewer):
        seen |= Move.id.in_([move.id for move in _to_decide(viewer)])
    is_told = Move.is_agreed & (Move.person == viewer.id)
    return rows.where(seen & (others | is_told))


def _as_hr(viewer: Person) -> Any:
    """All but those for an opening which they ask for themselves or whose person reports to them
    and has not been told of as chosen."""
    asked = Interest.select(Interest.opening).where(Interest.person == viewer.id)
    is_rival = Move.opening.is_null(False) & db.among(Move.opening, asked)
    seen = ~is_rival
    if viewer.has_reports:
        hidden = Move.opening.is_null(False) & db.among(Move.person, viewer.line())
        seen &= ~hidden | Move.is_agreed
    return seen


def _to_decide(viewer: Person) -> list[Move]:
    moves = list(Move.select().where(Move.is_open()))
    asked = deciders.of_many(moves)
    return [move for move in moves if viewer.id in {one.id for one in asked[move.id]}]


def _decides(viewer: Person, move: Move) -> bool:
    return viewer.id in {one.id for one in move.deciders()}


def hidden(viewer: Person) -> list[str]:
    """Which moves somebody in HR may not know of, as the trail and the log of reading name them:
    those about themselves that are not agreed to, those for an opening they ask for."""
    rows: Any = Move.select(Move.id).where(Move.id.not_in(visible_to(viewer).select(Move.id)))
    return [str(move) for (move,) in rows.tuples()]


def is_inside(viewer: Person) -> bool:
    """The pages themselves: whoever works here, and HR; nobody who has left."""
    return access.can_enter(viewer) and not viewer.has_left(viewer.today())


def can_propose(viewer: Person, person: Person) -> bool:
    """Those who lead somebody at this moment, and HR; never for oneself, never for who has left."""
    return is_inside(viewer) and not deciders.why_not_propose(viewer, person)


def can_decide(viewer: Person, move: Move) -> bool:
    """The second look: HR, or the executives where nobody else in HR may."""
    return is_inside(viewer) and move.state == "open" and _decides(viewer, move)


def can_withdraw(viewer: Person, move: Move) -> bool:
    """Whoever proposed it, before it is decided."""
    return is_inside(viewer) and move.state == "open" and move.proposed_by_id == viewer.id


def can_restore(viewer: Person, move: Move) -> bool:
    """Whoever took their own proposal back."""
    return is_inside(viewer) and move.state == "withdrawn" and move.proposed_by_id == viewer.id


def can_follow(viewer: Person, move: Move) -> bool:
    """Propose that an agreed one is taken back or goes on: whoever may propose one now."""
    return move.state == "agreed" and can_propose(viewer, move.person)


def can_read_answer(viewer: Person, move: Move) -> bool:
    """What whoever decided wrote to whoever proposed it: not the person, nor who leads them now."""
    return viewer.id != move.person_id and bool(
        viewer.is_hr or viewer.id in (move.proposed_by_id, move.decided_by_id)
    )


def can_read_case(viewer: Person, move: Move) -> bool:
    """The reason and the criteria: whoever reads the proposal before it is decided, and HR. The
    person reads what changes, and hears why from whoever leads them."""
    return can_read_answer(viewer, move) or (
        viewer.id != move.person_id and move.state == "open" and viewer.leads(move.person_id)
    )


__all__ = [
    "can_decide", "can_follow", "can_propose", "can_read_answer", "can_read_case", "can_restore",
    "can_withdraw", "hidden", "is_inside", "visible_to",
]  # fmt: skip
