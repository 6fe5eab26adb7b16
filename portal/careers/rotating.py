"""What another decision does to one that was agreed to: it takes it back, or lets it go on."""

from datetime import date
from typing import Any

from portal.careers import moving
from portal.careers.models import ROTATION, Move
from portal.careers.moving import A_DAY, NotPossible
from portal.careers.refusing import CHANGED_SINCE
from portal.people.models import Person


def take_back(move: Move, *, by: Person, starts_on: date, reason: str) -> Move:
    """From that day on they hold again what they held before: a rotation ends early, a promotion
    or transfer is undone. It needs a second look like any other."""
    _refuse(move)
    return Move.propose(  # type: ignore[no-any-return]
        move.person, move.sort, by=by, starts_on=starts_on, reason=reason, reverses=move,
    )  # fmt: skip


def lengthen(move: Move, *, by: Person, ends_on: date, reason: str) -> Move:
    """A rotation goes on until a later day. It needs a second look like any other."""
    _refuse(move)
    if move.sort != ROTATION or move.ends_on is None:
        raise NotPossible("Only a rotation has an end.")
    if ends_on <= move.ends_on:
        raise NotPossible("Choose a day after the end that is set now.", "ends_on")
    return Move.propose(  # type: ignore[no-any-return]
        move.person, ROTATION, by=by, starts_on=move.ends_on + A_DAY, ends_on=ends_on,
        reason=reason, reverses=move, **_named(move),
    )  # fmt: skip


def _named(move: Move) -> dict[str, Any]:
    return {name: getattr(move, name) for name in move.named}


def _refuse(move: Move) -> None:
    if why := why_not(move):
        raise NotPossible(why)


def why_not(move: Move) -> str:
    """What stands against taking it back or lengthening it, in a sentence; empty when nothing."""
    if move.state != "agreed":
        return "It was not agreed to."
    if move.is_taken_back():
        return "Another decision has followed already."
    if move.sort == ROTATION and move.is_way_back:
        return "A rotation that was ended begins anew by another one."
    if not moving.stands(move):
        return CHANGED_SINCE
    return ""


def first_day_back(move: Move, today: date) -> date:
    """The first day from which it may be taken back, as the form begins with it."""
    return max(today, move.starts_on)


def may_lengthen(move: Move, today: date) -> bool:
    """A rotation whose end is still to come."""
    return move.ends_on is not None and move.ends_on >= today
