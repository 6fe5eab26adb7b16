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


def of(move: Any) -> list[Person]:
    """Who may decide it now: HR, without whom it is about, who proposed it and who asks for the
    same opening; where nobody is left in HR, the executives, without the same."""
    return of_many([move])[move.id]


def of_many(moves: list[Any]) -> dict[int, list[Person]]:
    """`of` for a whole list, by number, asked once."""
    rivals, found = _rivals(moves), {}
    bodies = [Grant.holders_of(HR, clock.today()), _executives()] if moves else []
    left = list(moves)
    for body in bodies:
        people = list(body.order_by(Person.folded, Person.id)) if left else []
        for move in left:
            found[move.id] = [one for one in people if not _is_barred(one, move, rivals)]
        left = [move for move in left if not found[move.id]]
    return found


def _rivals(moves: list[Any]) -> set[tuple[int, int]]:
    """Who asks for the openings of these, or ever did, each as opening and person."""
    openings = {move.opening_id for move in moves if move.opening_id}
    if not openings:
        return set()
    rows: Any = Interest.select(Interest.opening, Interest.person)
    return set(rows.where(Interest.opening.in_(openings)).tuples())


def _is_barred(one: Person, move: Any, rivals: set[tuple[int, int]]) -> bool:
    """Whether somebody who could decide such things may not decide this one. For an opening that
    holds for whom the person reports to as well: they are not to learn that somebody asks."""
    if one.id in (move.person_id, move.proposed_by_id) or one.has_left(one.today()):
        return True
    if not move.opening_id:
        return False
    return (move.opening_id, one.id) in rivals or one.leads(move.person_id)


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
