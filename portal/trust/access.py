"""Who may read the trail and the outbox."""

from typing import Any

from portal.audit.looks import Look
from portal.audit.models import Event
from portal.careers import move_access
from portal.people.models import Person

MOVE = "move"
# Of which things an event may be shown to whom. A kind that is not named is hidden.
HR_KINDS = frozenset(
    {
        "person",
        "position",
        "team",
        "audit_window",
        "enrollment",
        "path_step",
        "mentor",
        "stretch",
        "stretch_seat",
        "development_plan",
        "plan_step",
        "career_plan",
        "career_step",
        "package",
        "practice",
        "session",
        "seat",
        "date_wish",
        "location",
        "company",
        "function",
        "holder",
        "grant",
        "device",
        "chain_alarm",
        "pack_check",
        "sign_in_link",
        "pass",
        "pack",
        "pack_gift",
        "paper",
        "certificate",
        "certificate_type",
        "alumni_consent",
        "people_import",
        "people_import_mapping",
        "leave",
        "assessment",
        "assessment_request",
        "incident",
        "praise_page",
        "goal",
        "helped",
        "spending",
        "budget",
        "measure",
        "dotted_line",
        "vacancy",
        "opening",
        "move",
        "document",
        "revision",
        "assignment",
        "checklist",
        "step",
        "holding",
        "attestation",
        "rule",
        "firing",
        "submission",
        "requirement",
        "terms",
        "coverage",
        "exemption",
        "finish",
        "retention_rule",
        "legal_hold",
        "purge",
        "erasure",
        "acknowledgment",
        "policy_attempt",
        "attempt",
        "given_try",
        "course_file",
        "completion",
        "cycle",
        "phase",
        "review",
        "calibration_session",
        "rating_change",
        "remark",
        "improvement",
        "pay_band",
        "measure_terms",
        "red",
    }
)
# Kinds of which the person concerned may not know, not even when they are HR.
SECRET_KINDS = frozenset(
    {
        "paper",
        "submission",
        "assignment",
        "legal_hold",
        "review",
        "rating_change",
        "remark",
        "improvement",
        "move",
    }
)
AUDITOR_KINDS = frozenset({"revision", "document", "certificate", "completion"})
# An auditor sees what was put into force and out of it, not what HR is still writing.
AUDITOR_TAGS = frozenset(
    {
        "revision.published",
        "document.retired",
        "certificate.recorded",
        "certificate.confirmed",
        "certificate.sent_back",
        "certificate.reconsidered",
        "certificate.taken_out",
        "completion.completed",
        "completion.withdrawn",
    }
)
ADMIN_KINDS = frozenset(
    {
        "grant",
        "company",
        "location",
        "function",
        "holder",
        "device",
        "sign_in_link",
        "chain_alarm",
    }
)


def can_see_trail(viewer: Person) -> bool:
    return bool(viewer.grants & {"hr", "auditor", "admin"})


def can_see_looks(viewer: Person) -> bool:
    """Who has read what is sensitive: HR, whose own reading stands there as well."""
    return viewer.is_hr


def looks_visible_to(viewer: Person, about: int | None = None) -> Any:
    """What was read, the latest first, as a query. Of what is kept from the viewer only what they
    read themselves: that somebody else did would tell them that it is there."""
    others = (Look.about_id == viewer.id) & (Look.person_id != viewer.id)
    is_secret = others & Look.subject_kind.in_(sorted(SECRET_KINDS))
    is_secret |= (Look.subject_kind == MOVE) & Look.subject_id.in_(move_access.hidden(viewer))
    # Without the first half what is about nobody would be neither.
    return Look.newest(about).where(Look.about_id.is_null() | ~is_secret)


def can_see_letters(viewer: Person) -> bool:
    """The outbox: headers only, for HR and the admin."""
    return viewer.is_hr or viewer.is_admin


def kinds_for(viewer: Person) -> frozenset[str]:
    """The kinds of thing whose events the viewer may read (or some of them)."""
    kinds: frozenset[str] = frozenset()
    if viewer.is_hr:
        kinds |= HR_KINDS
    if viewer.is_auditor:
        kinds |= AUDITOR_KINDS
    if viewer.is_admin:
        kinds |= ADMIN_KINDS
    return kinds


def visible_to(viewer: Person) -> Any:
    """Events whose subject the viewer may know of, as a query. What others put into HR's own file
    of papers, or write about them in forms, HR does not read here either.
    """
    whole = (HR_KINDS if viewer.is_hr else frozenset()) | (
        ADMIN_KINDS if viewer.is_admin else frozenset()
    )
    by_others = (Event.about_id == viewer.id) & (Event.by_id.is_null() | (Event.by_id != viewer.id))
    reach = Event.subject_kind.in_(sorted(whole)) & ~(
        Event.subject_kind.in_(sorted(SECRET_KINDS)) & by_others
    )
    if viewer.is_hr:
        # Who asks for an opening in HR reads nothing of whom else it may go to.
        hidden = Event.subject_id.in_(move_access.hidden(viewer))
        reach &= ~((Event.subject_kind == MOVE) & hidden)
    if viewer.is_auditor:
        reach |= Event.tag.in_(sorted(AUDITOR_TAGS))
    return Event.select().where(reach)
