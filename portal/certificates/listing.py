"""Certificates as lists: one's own, a line's, everybody's; by type, state, department and words."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, db, text
from portal.certificates import access
from portal.certificates.checks import CONFIRMED, SENT_BACK, CertificateCheck
from portal.certificates.details import CertificateDetails
from portal.certificates.models import (
    ENDED,
    ENDING,
    ENDING_DAYS,
    VALID,
    WAITING,
    Certificate,
)  # fmt: skip
from portal.certificates.types import CertificateType
from portal.people.directory import Places
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.tables import write_table

MOST_WORDS = 6
MOST_ROWS = 50_000
# What the tabs of the list show, in this order; the numbers are days.
STATES = {
    "": "All",
    WAITING: "To check",
    "30": "End in 30 days",
    "60": "In 60 days",
    "90": "In 90 days",
    ENDED: "Ended",
    SENT_BACK: "Sent back",
}
WORDS = {
    WAITING: "Being checked",
    SENT_BACK: "Sent back",
    VALID: "Valid",
    ENDING: "Ends soon",
    ENDED: "Ended",
    "superseded": "Out of use",
}
GROUPS = (SENT_BACK, ENDED, ENDING, WAITING, VALID)


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    words: str = ""
    type: int | None = None
    state: str = ""
    team: int | None = None
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.type or self.team or self.state)


def of_person(viewer: Person, person: Person) -> dict[str, list[Certificate]]:
    """One person's by state, the next to end first; renewed ones are left to the history."""
    mine = access.visible_to(viewer).where(Certificate.person == person, Certificate.is_known())
    rows = Certificate.with_checks(mine).where(_is_current())
    today = viewer.today()
    groups: dict[str, list[Certificate]] = {state: [] for state in GROUPS}
    for row in rows.order_by(Certificate.expires_on.asc(nulls="last"), CertificateType.folded):
        groups[row.state(today)].append(row)
    return {state: found for state, found in groups.items() if found}


def _is_current() -> Any:
    """Not renewed since: a confirmed one that no other reaches beyond, or one HR has to look at."""
    undecided = CertificateCheck.id.is_null() | (CertificateCheck.outcome != CONFIRMED)
    return undecided | Certificate.is_last()


def history(viewer: Person, certificate: Certificate) -> list[Certificate]:
    """Every row of its person and type that the viewer may see, the last recorded first."""
    same = (Certificate.person == certificate.person_id) & (Certificate.type == certificate.type_id)
    rows = Certificate.with_checks(access.visible_to(viewer).where(same))
    return list(rows.order_by(Certificate.recorded_at.desc(), Certificate.id.desc()).limit(100))


def found_by(viewer: Person, asked: Asked, places: Places | None = None) -> Any:
    """What the viewer may see and asks for, as a query with types, people and checks."""
    today = viewer.today()
    query = Certificate.with_checks(_asked_for(viewer, asked, places))
    query = query.where(_is_current(), _in_state(asked.state, today))
    ends_first = (Certificate.expires_on.asc(nulls="last"), Person.folded, Certificate.id)
    by_name = (Person.folded, CertificateType.folded, Certificate.id)
    return query.order_by(*(ends_first if asked.state in (*_days(), ENDED) else by_name))


def _asked_for(viewer: Person, asked: Asked, places: Places | None) -> Any:
    query = access.visible_to(viewer).where(Certificate.is_known())
    if not asked.everyone:
        stays = Person.last_day_on.is_null() | (Person.last_day_on >= viewer.today())
        query = query.where(stays)
    if asked.type:
        query = query.where(Certificate.type == asked.type)
    if asked.team:
        below = (places or Places()).below(asked.team) or [0]
        held = Position.select(Position.person).where(
            Position.is_held(viewer.today()), Position.team.in_(below)
        )
        query = query.where(db.among(Certificate.person, held))
    for word in text.fold(asked.words).split()[:MOST_WORDS]:
        query = query.where(_matches(word, viewer))
    return query


def _matches(word: str, viewer: Person) -> Any:
    """The person or the type is called so; for HR the number or the issuer, too."""
    named = Person.folded.contains(word) | CertificateType.folded.contains(word)
    if not viewer.is_hr:
        return named
    said = CertificateDetails.select(CertificateDetails.certificate).where(
        CertificateDetails.number.contains(word) | CertificateDetails.issuer.contains(word)
    )
    return named | db.among(Certificate.id, said)


def _days() -> list[str]:
    return [state for state in STATES if state.isdecimal()]


def _in_state(state: str, today: date) -> Any:
    confirmed = CertificateCheck.outcome == CONFIRMED
    if state == WAITING:
        return CertificateCheck.id.is_null()
    if state == SENT_BACK:
        return CertificateCheck.outcome == SENT_BACK
    if state == ENDED:
        return confirmed & (Certificate.expires_on < today)
    if state in _days():
        until = today + timedelta(days=int(state))
        return confirmed & Certificate.expires_on.between(today, until)
    return peewee.Value(1) == 1


def counts(viewer: Person, asked: Asked, places: Places | None = None) -> dict[str, int]:
    """How many there are under each tab, in one query."""
    today = viewer.today()
    sums = [peewee.fn.SUM(peewee.Case(None, [(_in_state(state, today), 1)], 0)) for state in STATES]
    query = _asked_for(viewer, replace(asked, state=""), places)
    stands = (CertificateCheck.certificate == Certificate.id) & CertificateCheck.is_known()
    row = (
        query.select(*sums)
        .join(CertificateType)
        .switch(Certificate)
        .join(Person, on=(Certificate.person == Person.id))
        .switch(Certificate)
        .join(CertificateCheck, peewee.JOIN.LEFT_OUTER, on=stands)
        .where(_is_current())
        .tuples()
        .first()
    )
    return {state: int(number or 0) for state, number in zip(STATES, row, strict=True)}


COLUMNS = (
    "name", "email", "certificate", "state", "issued", "expires", "number", "issuer",
    "confirmed by", "confirmed on",
)  # fmt: skip


def export(viewer: Person, asked: Asked) -> bytes:
    """The list as a CSV file for HR. It is in the trail who took how many with them."""
    today = viewer.today()
    rows = list(found_by(viewer, asked).limit(MOST_ROWS))
    details = _details_of(viewer, asked)
    table = []
    for row in rows:
        check, said = row.checked, details.get(row.id, ("", ""))
        confirmed = check if check and check.outcome == CONFIRMED else None
        table.append(
            [
                row.person.called, row.person.email, row.type.name, WORDS[row.state(today)],
                str(row.issued_on), str(row.expires_on or ""), *said,
                _checker(confirmed), str(confirmed.recorded_at.date()) if confirmed else "",
            ]
        )  # fmt: skip
    with db.write():
        person, data = viewer, {"rows": len(rows)}
        audit.record(viewer, "exported_certificates", person, about=person, data=data)
    return write_table(COLUMNS, table)


def _checker(check: CertificateCheck | None) -> str:
    return str(check.recorded_by.called) if check and check.recorded_by_id else ""


def _details_of(viewer: Person, asked: Asked) -> dict[int, tuple[str, str]]:
    ids = found_by(viewer, asked).select(Certificate.id).order_by()
    rows: Any = CertificateDetails.select(
        CertificateDetails.certificate, CertificateDetails.number, CertificateDetails.issuer
    ).where(db.among(CertificateDetails.certificate, ids))
    return {certificate: (number, issuer) for certificate, number, issuer in rows.tuples()}


def ending(state: str) -> str:
    """What an empty list says under a tab."""
    return {
        WAITING: "Nothing waits to be checked.",
        ENDED: "No certificate has ended without a newer one.",
        SENT_BACK: "Nothing was sent back.",
        "30": "Nothing ends within 30 days.",
        "60": "Nothing ends within 60 days.",
        str(ENDING_DAYS): f"Nothing ends within {ENDING_DAYS} days.",
    }.get(state, "")
