"""Before the first day: a joiner without an account finds their steps and forms by a link."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import db, text
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.checklists.words import WELCOME
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.passes import Pass, PassKind
from portal.people.positions import Position

PURPOSE = WELCOME
# How long after the first day the link goes on working, should their account come late.
GRACE_DAYS = 7

KIND = PassKind(
    name=PURPOSE,
    title="Before your first day",
    promise="Here is what we would like to know before your first day, and what comes then.",
    home="/welcome",
    days=60,
)


def may_still_come(checklist: Checklist, today: date) -> bool:
    """Whether a welcome link makes sense: an onboarding that runs, around its first day."""
    is_near = checklist.anchor_on + timedelta(days=GRACE_DAYS) >= today
    return checklist.transition == "onboarding" and is_near and not checklist.stopped_at


def send(checklist: Checklist, *, by: Any) -> Pass:
    """A link to the joiner's private address, good until a week after the first day.

    Raises ValueError without an address to send it to.
    """
    # A list names its person and no more; whom to write to is read here.
    person = Person.get_by_id(checklist.person_id)
    if not person.second_email:
        raise ValueError("There is no private e-mail to send the link to.")
    days = (checklist.anchor_on - person.today()).days + GRACE_DAYS
    with db.write():
        given = Pass.give(person, PURPOSE, by=by, days=max(days, 1), address=person.second_email)
        Letter.write(PURPOSE, f"welcome:{given.id}", person.id, given=given.id)
    return given


def last_sent(checklist: Checklist) -> tuple[str, Pass | None]:
    """The joiner's private e-mail, and the link that opens their welcome page now; one query."""
    opens = (Pass.person == Person.id) & (Pass.purpose == PURPOSE) & Pass.is_usable()
    row = (
        Person.select(Person.id, Person.second_email, Pass)
        .join(Pass, peewee.JOIN.LEFT_OUTER, on=opens, attr="welcome")
        .where(Person.id == checklist.person_id)
        .order_by(Pass.id.desc())
        .get()
    )
    given = getattr(row, "welcome", None)
    return row.second_email, given if given and given.id else None


@dataclass(frozen=True)
class Packet:
    """What a joiner finds: where they will stand, and their own steps, open ones first."""

    person: Person
    position: Position | None
    checklist: Checklist | None
    open: list[Step]
    settled: list[Step]

    @property
    def sentence(self) -> str:
        if not self.open:
            return "Nothing is left for you to do before we meet."
        minutes = sum(step.minutes or 0 for step in self.open)
        about = f", about {minutes} minutes in all" if minutes else ""
        return f"{text.count(len(self.open), 'thing')} to do{about}."


def packet_of(person: Person) -> Packet:
    """The joiner's own steps of their onboarding that are due by the end of their first day."""
    lists = Checklist.of_person(Checklist.select(), person.id)
    running = lists.where(Checklist.transition == "onboarding", Checklist.stopped_at.is_null())
    checklist = running.first()
    mine: list[Step] = []
    if checklist is not None:
        mine = [
            step
            for step in Step.of(checklist)
            if step.owner_id == person.id and _is_early(step, checklist.anchor_on)
        ]
    return Packet(
        person,
        person.position(),
        checklist,
        [step for step in mine if step.state == "open"],
        [step for step in mine if step.state != "open"],
    )


def _is_early(step: Step, first_day: date) -> bool:
    return step.due_on is None or step.due_on <= first_day
