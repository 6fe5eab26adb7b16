"""Who may see whom, and which of their facts; who may change what of a person."""

from typing import Any

from portal import db
from portal.people.models import Person
from portal.people.positions import Position

# Which fields of a person file a relation opens, beyond what everyone at work sees.
EVERYONE = frozenset(
    {
        "name",
        "preferred_name",
        "pronunciation",
        "pronouns",
        "email",
        "phone",
        "role",
        "team",
        "location",
        "manager",
        "zone",
    }
)
BY_RELATION = {
    "self": EVERYONE
    | {
        "second_email",
        "number",
        "level",
        "employment",
        "buddy",
        "hired_on",
        "probation_ends_on",
        "last_day_on",
        "history",
        "language",
    },
    "manager": EVERYONE
    | {
        "number",
        "level",
        "employment",
        "buddy",
        "hired_on",
        "probation_ends_on",
        "last_day_on",
        "history",
    },
    "hr": EVERYONE
    | {
        "second_email",
        "number",
        "level",
        "employment",
        "buddy",
        "hired_on",
        "probation_ends_on",
        "notice_on",
        "last_day_on",
        "departure",
        "history",
        "language",
    },
    # Whoever welcomes a joiner has to know when.
    "buddy": EVERYONE | {"hired_on"},
    "colleague": EVERYONE,
}
WORDS = {
    "self": "This is your file. Colleagues see less of it.",
    "manager": "You see this because {name} is in your line.",
    "hr": "You see this as HR.",
    "buddy": "You see this because you are {name}’s buddy.",
    "colleague": "Everyone at work sees this page.",
}


def visible_to(viewer: Person) -> Any:
    """Persons the viewer may know of, as a query. Guests know only themselves.

    Colleagues see who is here; joiners before their first day and leavers are known to HR; joiners
    also to their line and their buddy. An admin runs the portal and sees what a colleague sees.
    """
    if viewer.is_hr:
        return Person.select()
    if not viewer.is_staff:
        return Person.select().where(Person.id == viewer.id)
    today = viewer.today()
    known = Person.is_here(today) | (Person.id == viewer.id)
    known |= db.among(Person.id, Position.welcomed_by(viewer.id, today))
    if viewer.has_reports:
        known |= db.among(Person.id, viewer.line())
    return Person.select().where(known)


def relation(viewer: Person, person: Person) -> str:
    """`self`, `hr`, `manager` (anywhere above), `buddy` or `colleague`."""
    if viewer.id == person.id:
        return "self"
    if viewer.is_hr:
        return "hr"
    if viewer.leads(person):
        return "manager"
    return "buddy" if viewer.is_buddy_of(person) else "colleague"


def fields(viewer: Person, person: Person) -> frozenset[str]:
    """Names of the facts of `person` that the viewer may see; templates and exports ask this."""
    return BY_RELATION[relation(viewer, person)]


def can_see_directory(viewer: Person) -> bool:
    """Guests have no directory."""
    return viewer.is_staff or viewer.is_hr


def can_administer(viewer: Person) -> bool:
    """Hire, move, correct, import, let go: HR's work, never one's own file."""
    return viewer.is_hr


def can_correct(viewer: Person, person: Person) -> bool:
    return viewer.is_hr and viewer.id != person.id


def can_see_settings(viewer: Person) -> bool:
    """Company, places, functions: HR and the admin."""
    return viewer.is_hr or viewer.is_admin


def can_grant(viewer: Person) -> bool:
    """Only an admin gives grants. Giving one to himself is possible, and alerts HR."""
    return viewer.is_admin
