"""Who may see which certificate, and how much of it; who may confirm, correct and take out."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment
from portal.certificates.checks import SENT_BACK
from portal.certificates.models import WAITING, Certificate
from portal.people import access as people_access
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Certificates of which the viewer may know type, dates and state, as a query.

    One's own, HR and the auditor everybody's, superseded ones too; a manager those of the line
    that stand. Whoever came by a pass knows of none, unless it carries the auditor’s
    grant.
    """
    if viewer.came_by_pass and not viewer.is_auditor:
        return Certificate.select().where(Certificate.id.is_null())
    if viewer.is_hr or viewer.is_auditor:
        return Certificate.select()
    seen = Certificate.person == viewer.id
    if viewer.has_reports:
        seen |= db.among(Certificate.person, viewer.line()) & Certificate.is_known()
    return Certificate.select().where(seen)


def can_see_details(viewer: Person, certificate: Certificate) -> bool:
    """Number, issuer, note and file: whoever holds it, and HR."""
    return viewer.id == certificate.person_id or viewer.is_hr


def can_see_who_checked(viewer: Person, certificate: Certificate) -> bool:
    return can_see_details(viewer, certificate) or viewer.is_auditor


def can_bring(viewer: Person) -> bool:
    """One's own, as whoever works here (or is about to); HR for anybody."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def can_record_for(viewer: Person, person: Person) -> bool:
    return viewer.id == person.id or viewer.is_hr


def can_check(viewer: Person, certificate: Certificate) -> bool:
    """HR confirms or sends back, and never their own."""
    is_other = viewer.is_hr and certificate.person_id != viewer.id
    return is_other and certificate.state(viewer.today()) == WAITING


def can_reconsider(viewer: Person, certificate: Certificate) -> bool:
    is_other = viewer.is_hr and certificate.person_id != viewer.id
    return is_other and certificate.checked is not None and certificate.superseded_at is None


def can_correct(viewer: Person, certificate: Certificate) -> bool:
    """HR those of others; whoever holds it, as long as it does not count."""
    if certificate.superseded_at is not None:
        return False
    if certificate.person_id == viewer.id:
        return certificate.state(viewer.today()) in (WAITING, SENT_BACK)
    return viewer.is_hr


def can_put_back(viewer: Person, certificate: Certificate) -> bool:
    """What was taken out, by whoever could take it out."""
    return certificate.superseded_at is not None and can_record_for(viewer, certificate.person)


def can_see_everybody(viewer: Person) -> bool:
    """The list of others' certificates: HR, the auditor, and whoever leads."""
    return viewer.is_hr or viewer.is_auditor or viewer.has_reports


def can_open_file_of(viewer: Person, person: Person) -> bool:
    """The tab in somebody's file: their own, HR's work, the line above."""
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


def can_keep(viewer: Person) -> bool:
    """Types, exports and imports are HR's work."""
    return people_access.can_administer(viewer)


def may_waive(viewer: Person, duty: Assignment) -> bool:
    """HR says that one is not needed, and never of themselves."""
    return viewer.is_hr and duty.person_id != viewer.id
