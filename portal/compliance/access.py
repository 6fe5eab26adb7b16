"""Who may see what is required and of whom, who may write it, and who may excuse somebody."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Requirement
from portal.compliance.windows import AuditWindow
from portal.documents.models import Document
from portal.people.models import Person

POLICY = "policy"


def can_see(viewer: Person) -> bool:
    """HR, and the auditor, who reads and does nothing."""
    return viewer.is_hr or viewer.is_auditor


def visible_to(viewer: Person) -> Any:
    """Requirements the viewer may read, ended ones too, as a query."""
    query = Requirement.select()
    return query if can_see(viewer) else query.where(Requirement.id.is_null())


def can_write(viewer: Person) -> bool:
    """Require something, of whom, and end it: HR."""
    return viewer.is_hr


def can_change(viewer: Person, requirement: Requirement) -> bool:
    """What a text says of itself is changed in that text."""
    return can_write(viewer) and not requirement.source


def can_excuse(viewer: Person, person: Person | int) -> bool:
    """HR, and nobody in HR excuses themselves."""
    person_id = person if isinstance(person, int) else person.id
    return viewer.is_hr and person_id != viewer.id


def can_nudge(viewer: Person) -> bool:
    """Ask people for what they owe, from a requirement's page."""
    return viewer.is_hr


# -- overview, calendar, and what is required of somebody ---------------------------------------


def can_see_overview(viewer: Person) -> bool:
    """HR and the auditor see the whole company's, whoever leads sees their line's."""
    return can_see(viewer) or viewer.has_reports


def followed_by(viewer: Person) -> Any:
    """Coverages known now of those whom the viewer follows, as a query: HR and auditors everyone,
    managers their line alone, without themselves."""
    known = Coverage.select().where(Coverage.is_known())
    if can_see(viewer):
        return known
    if viewer.has_reports:
        return known.where(db.among(Coverage.person, viewer.line()))
    return known.where(Coverage.id == 0)


def can_see_required(viewer: Person, person: Person) -> bool:
    """What is required of somebody: they themselves, their line, HR and auditors."""
    return person.is_staff and (viewer.id == person.id or can_see(viewer) or viewer.leads(person))


def people_with_required(viewer: Person) -> Any:
    """`can_see_required` as a query of persons."""
    staff = Person.select().where(Person.withdrawn_at.is_null(), Person.hired_on.is_null(False))
    if can_see(viewer):
        return staff
    mine = Person.id == viewer.id
    if viewer.has_reports:
        mine |= db.among(Person.id, viewer.line())
    return staff.where(mine)


def can_remind(viewer: Person) -> bool:
    """Auditors look on; HR and whoever leads may ask."""
    return viewer.is_hr or viewer.has_reports


def duties_to_nudge(viewer: Person) -> Any:
    """Open duties that the viewer may ask others for, as a query: HR all, managers their line's."""
    duties = Assignment.select().where(Assignment.is_open(), Assignment.person != viewer.id)
    if viewer.is_hr:
        return duties
    if viewer.has_reports:
        return duties.where(db.among(Assignment.person, viewer.line()))
    return duties.where(Assignment.id == 0)


def reviews_visible_to(viewer: Person) -> Any:
    """Texts in force whose reviews the viewer's calendar shows, as a query: HR all of them,
    auditors the policies, nobody else any."""
    texts = Document.select().where(Document.is_published())
    if viewer.is_hr:
        return texts
    return texts.where(Document.kind == (POLICY if viewer.is_auditor else ""))


def windows_visible_to(viewer: Person) -> Any:
    """Audit windows, those taken out too, as a query, for HR and auditors."""
    windows = AuditWindow.select()
    return windows if can_see(viewer) else windows.where(AuditWindow.id == 0)


def can_keep_windows(viewer: Person) -> bool:
    """Plan, change, take out and bring back audit windows: HR."""
    return viewer.is_hr
