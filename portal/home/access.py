"""Who reads which help, and who may change it."""

from portal.documents import access as documents_access
from portal.people.models import Person

# What a page of help (or a section of one) may be written for.
READERS = ("everyone", "manager", "hr", "auditor", "admin")


def roles_of(viewer: Person) -> frozenset[str]:
    """Whom the viewer reads help as: like everyone, and in the roles they have.

    HR, who writes it, reads it as all of them.
    """
    if viewer.is_hr:
        return frozenset(READERS)
    held = {"everyone": True, "manager": viewer.has_reports}
    held |= {"auditor": viewer.is_auditor, "admin": viewer.is_admin}
    return frozenset(name for name, has in held.items() if has)


def can_read(roles: frozenset[str], written_for: frozenset[str]) -> bool:
    return bool(roles & written_for)


def can_edit(viewer: Person) -> bool:
    """Help is a document like any other: who writes those, writes it."""
    return documents_access.can_write(viewer)
