"""What is required of people, and who had it when: read off the rows alone, for any day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from portal import clock
from portal.assignments.duties import NothingToOpen, Opening
from portal.assignments.models import Assignment
from portal.certificates import duties
from portal.certificates.checks import CONFIRMED, CertificateCheck
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.compliance.needs import Fact, Moment
from portal.people.models import Person

# A kind of certificate is there before anybody writes it down: only the requirement has a day.
ALWAYS = date(1970, 1, 1)


def targets() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in CertificateType.in_use()]


def title_of(type_id: int) -> str:
    found = CertificateType.get_or_none(CertificateType.id == type_id)
    return str(found.name) if found else "A certificate"


def url_of(type_id: int) -> str:
    return f"/certificates/everybody?type={type_id}"


def since(type_id: int, moment: Moment) -> date | None:
    """Always: a type that is required cannot be retired, so nothing depends on the day."""
    known = CertificateType.select().where(CertificateType.id == type_id)
    return ALWAYS if known.exists() else None


def facts(type_id: int, people: Collection[int] | None, moment: Moment) -> dict[int, Fact]:
    """Of each person the confirmed one that reaches furthest, issued by that day. One that has
    ended is a fact too: it says until when they had it.

    It counts when the portal had it recorded and confirmed by `known_at`, not by that day: that
    somebody held a licence in March may be found out in April.
    """
    known_at = moment.known_at or clock.now()
    confirmed = (CertificateCheck.outcome == CONFIRMED) & CertificateCheck.is_known(known_at)
    mine = (Certificate.type == type_id) & (Certificate.issued_on <= moment.on)
    rows: Any = (
        Certificate.select(Certificate)
        .join(CertificateCheck, on=(CertificateCheck.certificate == Certificate.id))
        .where(mine, Certificate.is_known(known_at), confirmed)
    )
    if people is not None:
        rows = rows.where(Certificate.person.in_(list(people)))
    found: dict[int, Certificate] = {}
    for row in rows:
        other = found.get(row.person_id)
        if other is None or reach(row) > reach(other):
            found[row.person_id] = row
    return {
        person: Fact(row.issued_on, f"certificate:{row.id}", row.record, row.expires_on)
        for person, row in found.items()
    }


def reach(certificate: Certificate) -> tuple[date, date, int]:
    """The order by which one goes further than another; `Certificate.is_last` says the same."""
    return certificate.expires_on or date.max, certificate.issued_on, certificate.id


def open_required(person: Person, type_id: int, opening: Opening) -> Assignment | None:
    """The duty to bring one of this type, as a requirement opens it."""
    found = CertificateType.get_or_none(CertificateType.id == type_id, CertificateType.is_in_use())
    return _open(found, person, opening)


def open_named(person: Person, slug: str, opening: Opening) -> Assignment | None:
    """The same, as a checklist's step names it."""
    return _open(CertificateType.named(slug), person, opening)


def _open(found: CertificateType | None, person: Person, opening: Opening) -> Assignment | None:
    if found is None:
        raise NothingToOpen("certificate")
    duty = duties.ask_for(found, person, opening, Certificate.held(person.id, found.id))
    if duty is not None and Certificate.is_waiting_for(person.id, found.id):
        duties.rest(duty, by=person)
    return duty


def slugs() -> frozenset[str]:
    return frozenset(one.slug for one in CertificateType.in_use())
