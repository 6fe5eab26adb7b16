"""Choosing somebody for an opening: a move is proposed, at which HR looks as at any other."""

from datetime import date
from typing import Any

from portal import db
from portal.careers.interests import ANSWERED, Interest
from portal.careers.models import TRANSFER, Move
from portal.careers.moving import NotPossible
from portal.careers.proposing import AlreadyAsked
from portal.people.models import Person

ONE_PROPOSED = "Somebody is proposed for it already. Should HR say no, choose again."
CANNOT = "That cannot be proposed as things stand. Ask HR."


def choose(interest: Interest, *, by: Person, starts_on: date, reason: str) -> Move:
    """A transfer into what the vacancy says. Whoever asked learns of it once it is agreed to.
    Raises NotPossible: answered meanwhile, or somebody else is proposed."""
    with db.write():
        rows = Interest.whole(Interest.select().where(Interest.id == interest.id, Interest.waits()))
        waiting = rows.first()
        if waiting is None:
            raise NotPossible(ANSWERED)
        try:
            return Move.propose(
                waiting.person, TRANSFER, by=by, starts_on=starts_on, reason=reason,
                opening=waiting.opening,
            )  # type: ignore[no-any-return]  # fmt: skip
        except AlreadyAsked:
            # Which one, and for whom, is for those who may read it.
            raise NotPossible(ONE_PROPOSED) from None
        except NotPossible as error:
            if error.is_private and not (by.is_hr or by.leads(waiting.person)):
                raise NotPossible(CANNOT) from None
            raise


def proposed(interest: Interest) -> Any:
    """The last move somebody was proposed in for this opening; None where there is none."""
    theirs = Move.select().where(
        Move.opening == interest.opening_id, Move.person == interest.person_id
    )
    return Move.whole(theirs).order_by(Move.proposed_at.desc(), Move.id).first()
