"""Who may propose a move, and who may decide one: asked anew whenever it matters."""

from typing import Any

from portal import clock, db
from portal.careers import choosers
from portal.careers.interests import Interest
from portal.careers.openings import Opening
from portal.people.functions import HR, Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person

EXECUTIVE = "executive"


def why_not_propose(by: Person, person: Person, opening: Opening | None = None) -> str:
    """What keeps them from proposing a move of this person, in a sentence; empty when nothing."""
    if by.id == person.id:
        return "Somebody else has to propose it: nobody does so for themselves."
    if not person.is_staff or person.withdrawn_at or person.has_left(person.today()):
        return f"{person.called} does not work here any more."
    if person.hired_on > person.today():
        return f"{person.called} has not begun yet."
    if opening is not None:
        interest = waiting(person, opening)
        if interest is None:
            return f"{person.called} does not ask for this opening any more."
        if choosers.may_choose(by, interest):
            return ""
        return "Whoever leads the place with the opening chooses, and HR."
    return "" if by.is_hr or by.leads(person) else f"You do not lead {person.called}."


def waiting(person: Person, opening: Opening) -> Interest | None:
    """What somebody asks of this opening, as long as it is neither answered nor taken back."""
    interest = Interest.get_or_none(
        Interest.opening == opening.id, Interest.person == person.id, Interest.waits()
    )
    if interest is not None:
        interest.opening, interest.person = opening, person
    return interest  # type: ignore[no-any-return]


def rivals(opening: Any) -> Any:
    """Who asks for an opening or ever did, as a query of ids (for `in_`)."""
    return Interest.select(Interest.person).where(Interest.opening == opening)


def of(move: Any) -> list[Person]:
    """Who may decide it now: HR, without whom it is about, who proposed it and who asks for the
    same opening; where nobody is left in HR, the executives, without the same."""
    for query in (Grant.holders_of(HR, clock.today()), _executives()):
        ordered = query.order_by(Person.folded, Person.id)
        if found := [one for one in ordered if not is_barred(one, move)]:
            return found
    return []


def is_barred(one: Person, move: Any) -> bool:
    """Whether somebody who could decide such things may not decide this one. For an opening that
    holds for whom the person reports to as well: they are not to learn that somebody asks."""
    if one.id in (move.person_id, move.proposed_by_id) or one.has_left(one.today()):
        return True
    if not move.opening_id:
        return False
    return rivals(move.opening_id).where(Interest.person == one.id).exists() or one.leads(
        move.person_id
    )


def _executives() -> Any:
    today, now = clock.today(), clock.now()
    held = Holder.select(Holder.person).join(Function).where(
        Function.slug == EXECUTIVE, Holder.is_held(today)
    )  # fmt: skip
    is_in = Person.access_ends_at.is_null() | (Person.access_ends_at > now)
    return Person.select().where(db.among(Person.id, held), Person.is_here(today), is_in)


def is_executive(person: Person) -> bool:
    """Whether they hold that function today."""
    return _executives().where(Person.id == person.id).exists()  # type: ignore[no-any-return]
