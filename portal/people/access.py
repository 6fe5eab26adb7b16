"""Who may see whom, and which of their facts; who may change what of a person."""

from typing import Any

from portal import db
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from portal.people.vacancies import Vacancy

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
        "away_until",
    }
)
_EMPLOYMENT = frozenset(
    {
        "number",
        "level",
        "employment",
        "buddy",
        "hired_on",
        "probation_ends_on",
        "last_day_on",
        "history",
        "dotted",
    }
)
BY_RELATION = {
    "self": EVERYONE | _EMPLOYMENT | {"second_email", "language", "leave"},
    "manager": EVERYONE | _EMPLOYMENT,
    "hr": EVERYONE
    | _EMPLOYMENT
    | {
        "second_email",
        "language",
        "notice_on",
        "departure",
        "rehire",
        "leave",
        "leave_note",
        "superseded",
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
    Whom an import brought by mistake nobody sees.
    """
    if viewer.is_hr:
        return Person.select().where(Person.withdrawn_at.is_null())
    if not viewer.is_staff:
        return Person.select().where(Person.id == viewer.id)
    today = viewer.today()
    known = Person.is_here(today) | (Person.id == viewer.id)
    known |= db.among(Person.id, Position.welcomed_by(viewer.id, today))
    if viewer.has_reports:
        known |= db.among(Person.id, viewer.line())
    return Person.select().where(known)


def colleague(viewer: Person, typed: str | None) -> Person | None:
    """Who is meant by a name or an address, if the viewer may know of them."""
    return Person.colleague(typed, visible_to(viewer))


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


def why(viewer: Person, person: Person) -> str:
    """Why the viewer sees what they see of a file, as a sentence."""
    return WORDS[relation(viewer, person)].format(name=person.first_name)


def fields_of_many(viewer: Person) -> Any:
    """`fields` for whole lists: a function of the ids of a person and their buddy, one query."""
    line = set()
    if not viewer.is_hr and viewer.has_reports:
        line = {person_id for (person_id,) in viewer.line().tuples()}

    def of(person_id: int, buddy_id: int | None) -> frozenset[str]:
        if person_id == viewer.id:
            return BY_RELATION["self"]
        if viewer.is_hr:
            return BY_RELATION["hr"]
        if person_id in line:
            return BY_RELATION["manager"]
        return BY_RELATION["buddy" if buddy_id == viewer.id else "colleague"]

    return of


def can_see_directory(viewer: Person) -> bool:
    """Guests have no directory; neither have they a tree of teams or of people."""
    return viewer.is_staff or viewer.is_hr


def can_administer(viewer: Person) -> bool:
    """Hire, move, correct, import, let go: HR's work, never one's own file."""
    return viewer.is_hr


def can_correct(viewer: Person, person: Person) -> bool:
    return viewer.is_hr and viewer.id != person.id


def teams_visible_to(viewer: Person) -> Any:
    """Every team, for everyone at work."""
    query = Team.select()
    return query if can_see_directory(viewer) else query.where(Team.id.is_null())


def vacancies_visible_to(viewer: Person) -> Any:
    """HR sees all; whoever leads, and has not left, sees those that would report to them or into
    their line."""
    rows = Vacancy.whole(Vacancy.select())
    if viewer.is_hr:
        return rows
    if viewer.has_left(viewer.today()):
        return rows.where(Vacancy.id.is_null())
    leads = Vacancy.manager == viewer.id
    if viewer.has_reports:
        leads |= db.among(Vacancy.manager, viewer.line())
    return rows.where(leads)


def can_see_vacancies(viewer: Person) -> bool:
    return viewer.is_hr or viewer.has_reports


def imports_visible_to(viewer: Person) -> Any:
    """HR sees what it read in itself, and everything anybody imported."""
    if not viewer.is_hr:
        return Import.select().where(Import.id.is_null())
    return Import.select().where((Import.created_by == viewer) | Import.applied_at.is_null(False))


def can_see_settings(viewer: Person) -> bool:
    """Company, places, functions: HR and the admin."""
    return viewer.is_hr or viewer.is_admin


def can_grant(viewer: Person) -> bool:
    """Only an admin gives grants. Giving one to himself is possible, and alerts HR."""
    return viewer.is_admin
