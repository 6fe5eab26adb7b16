"""Who decides how long records are kept, and who may read what was decided."""

from typing import Any

from portal.people import access as people_access
from portal.people.models import Person
from portal.retention.erasing import Erasure
from portal.retention.models import LegalHold
from portal.retention.purging import Purge


def can_see(viewer: Person) -> bool:
    """Rules, holds, purges and the privacy register: HR, and an auditor to read."""
    return viewer.is_hr or viewer.is_auditor


def can_manage(viewer: Person) -> bool:
    """Set rules, place and lift holds, purge: HR."""
    return viewer.is_hr


def can_read_for_counsel(viewer: Person) -> bool:
    """Notes for counsel are HR's and counsel's, not an auditor's."""
    return viewer.is_hr


def holds_visible_to(viewer: Person) -> Any:
    """Holds, as a query. That one protects what is about the viewer they are not told here."""
    if not can_see(viewer):
        return LegalHold.select().where(LegalHold.id.is_null())
    others = LegalHold.person.is_null() | (LegalHold.person != viewer.id)
    return LegalHold.select().where(others)


def purges_visible_to(viewer: Person) -> Any:
    """Every purge, for whoever may see rules."""
    found = Purge.newest()
    return found if can_see(viewer) else found.where(Purge.id.is_null())


def people_visible_to(viewer: Person) -> Any:
    """Whom one may look at for an erasure: HR, everybody but themselves; withdrawn joiners too."""
    if not viewer.is_hr:
        return Person.select().where(Person.id.is_null())
    return Person.select().where(Person.id != viewer.id)


def can_see_erasures(viewer: Person) -> bool:
    """Who was erased, and the list for a restore: HR."""
    return viewer.is_hr


def erasures_visible_to(viewer: Person) -> Any:
    found = Erasure.newest()
    return found if viewer.is_hr else found.where(Erasure.id.is_null())


def find_person(viewer: Person, typed: str) -> Person | None:
    """Whom HR means by an address or a whole name, leavers as well; None for nobody or several."""
    words = " ".join(typed.split())
    visible = people_access.visible_to(viewer)
    if not words:
        return None
    if "@" in words:
        found = [person] if (person := Person.by_email(words)) else []
    else:
        near = visible.where(Person.matches(words)).limit(50)
        folded = words.casefold()
        found = [one for one in near if folded in (one.name.casefold(), one.called.casefold())]
    return found[0] if len(found) == 1 else None
