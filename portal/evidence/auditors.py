"""Auditors from outside: a link with an end, by name and firm, and what is written down of them.

They cannot sign in. The link opens a session that passes the auditor's doors and no others; one
that is given for packs alone passes those of packs.
"""

from datetime import date, datetime
from typing import Any

import peewee

from portal import audit, clock, db
from portal.evidence.models import Auditor, Gift, Pack
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company
from portal.people.passes import Pass, PassKind

AUDIT, PACKS = "audit", "packs"
PURPOSES = (AUDIT, PACKS)
HOME = "/evidence/auditor"

KINDS = [
    PassKind(
        name=AUDIT,
        title="The auditor’s view",
        promise=(
            "Here you can read what people had to do and have done: policies with their "
            "signatures, certificates, the state on any day, and the packs given to you. "
            "What you open is written down."
        ),
        home=HOME,
        days=30,
        ends_on_departure=False,
        carries="auditor",
    ),
    PassKind(
        name=PACKS,
        title="An evidence pack",
        promise=(
            "Here you can fetch and check the pack given to you. What you open is written down."
        ),
        home=HOME,
        days=30,
        ends_on_departure=False,
    ),
]


class Known(ValueError):
    """The address belongs to somebody who works here; the message is fit to be shown."""


def send(
    *, by: Person, name: str, firm: str, address: str, until: date, pack: Pack | None
) -> Pass:  # fmt: skip
    """A link for an auditor from outside, by mail. One they had before ends.

    With a pack it opens that alone. Raises Known for the address of somebody who works here.
    """
    with db.write():
        person = _guest(by, name, firm, address)
        end = clock.end_of_day(until, Company.settings().zone)
        for purpose in PURPOSES:
            for earlier in list(Pass.open_of(person, purpose)):
                earlier.revoke(by=by)
        purpose = PACKS if pack else AUDIT
        given = Pass.give(person, purpose, by=by, address=address, until=end)
        if pack is not None:
            Gift.give(pack, person, by=by)
        Letter.write("audit_link", f"audit-link:{given.id}", person.id, given=given.id)
    return given


def _guest(by: Person, name: str, firm: str, address: str) -> Person:
    person = Person.by_email(address)
    if person is None:
        # Without access of their own: the link is all there is.
        person = Person.invite(by=by, name=name, email=address, access_ends_at=clock.now())
    elif person.is_staff or person.is_active:
        raise Known(
            "Somebody who signs in here has this address. Give them the auditor’s grant instead."
        )
    else:
        person.correct(by=by, name=name, quietly=True)
    Auditor.insert(person=person, firm=firm).on_conflict(
        conflict_target=[Auditor.person], update={Auditor.firm: firm}
    ).execute()
    return person


def links() -> list[Pass]:
    """Every auditor's link ever given, the latest first, with whose it is and their firm."""
    found = (
        Pass.select(Pass, Person, Auditor)
        .join(Person, on=(Pass.person == Person.id))
        .join(Auditor, on=(Auditor.person == Person.id), attr="as_auditor")
        .where(Pass.purpose.in_(PURPOSES))
        .order_by(Pass.id.desc())
        .limit(100)
    )
    return list(found)


def with_grant() -> list[Grant]:
    """Auditors who sign in, now or from a later day on."""
    found = (
        Grant.select(Grant, Person)
        .join(Person, on=(Grant.person == Person.id))
        .where(Grant.kind == "auditor")
        .where(Grant.ends_on.is_null() | (Grant.ends_on >= clock.today()))
        .order_by(Person.folded)
    )
    return list(found)


def all_of_them() -> list[Person]:
    """Everybody to whom a pack can be given: by grant, or by a link that still opens."""
    linked = Pass.select(Pass.person).where(Pass.purpose.in_(PURPOSES), Pass.is_usable())
    today = clock.today()
    granted = Grant.select(Grant.person).where(Grant.kind == "auditor", Grant.is_valid(today))
    either = db.among(Person.id, linked) | db.among(Person.id, granted)
    return list(Person.select().where(either).order_by(Person.folded))


def has_been(person_id: int) -> Person | None:
    """Somebody who is or was an auditor."""
    linked = Pass.select(Pass.person).where(Pass.purpose.in_(PURPOSES))
    granted = Grant.select(Grant.person).where(Grant.kind == "auditor")
    either = db.among(Person.id, linked) | db.among(Person.id, granted)
    return Person.select().where(Person.id == person_id, either).first()  # type: ignore[no-any-return]


def reads_of(person: Person) -> Any:
    """What somebody has read, the latest first, as a query."""
    return audit.Look.newest().where(audit.Look.person_id == person.id)


def last_read(people: list[int]) -> dict[int, datetime]:
    """Within which hour each of them has last read something."""
    rows: Any = (
        audit.Look.select(audit.Look.person_id, peewee.fn.MAX(audit.Look.hour))
        .where(audit.Look.person_id.in_(people))
        .group_by(audit.Look.person_id)
    )
    return dict(rows.tuples())
