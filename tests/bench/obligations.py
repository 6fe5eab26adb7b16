"""What everybody of the benchmark's company has to sign: most of it signed, some of it owed.

The rows are those that following would make, put down at once; the first run of the worker finds
nothing to do, or the figures would be those of a company that has just been founded.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from portal import audit, clock, db, seed
from portal.assignments.due import due_at
from portal.assignments.models import Assignment, CauseRow
from portal.compliance import following
from portal.compliance.models import CAUSE, Coverage, Requirement
from portal.documents import exchange
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.policies.models import KIND, Acknowledgment, Signature, hash_of
from tests.bench.rows import insert

# One in so many has not signed.
OWING = 10
KIND_FOLDER = "policies"


def fill(today: date) -> int:
    """Every starter policy is in force, followed and signed by most; returns the id of one."""
    helen = Person.get_by_id(2)
    for path in sorted((seed.CONTENT / KIND_FOLDER).glob("*.md")):
        exchange.publish_file(path, by=helen, note="Starter text")
    for requirement in Requirement.select().order_by(Requirement.id):
        _cover(requirement)
        _sign(requirement, today)
        _stand(requirement)
        Requirement.update(is_stale=False, checked_on=today).where(
            Requirement.id == requirement.id
        ).execute()
    audit.Cursor.insert(name=following.CURSOR, seq=2**40).execute()
    return int(Document.get(Document.kind == KIND, Document.slug == "data-security").id)


def _cover(requirement: Requirement) -> None:
    now = clock.now()
    insert(
        Coverage,
        (
            {
                "requirement": requirement.id,
                "person": one.person_id,
                "since": span.since,
                "until": span.until,
                "event_on": span.event_on,
                "recorded_at": now,
            }
            for one in list(following._recordings(requirement, None))
            for span in one.spans
        ),
    )
    rows = Coverage.select().where(Coverage.requirement == requirement)
    for row in rows:
        data = {"record": row.record} | row.bound
        audit.record(None, "recorded", row, about=Person(id=row.person_id), data=data)


def _sign(requirement: Requirement, today: date) -> None:
    revision = Revision.newest().where(Revision.document == requirement.target).get()
    signed_at = datetime.combine(today, time(0, 0, 1), clock.zone_of("UTC"))
    meant = [row.person_id for row in Coverage.select().where(Coverage.requirement == requirement)]
    signers = [person for person in meant if person % OWING]
    first = Acknowledgment.select(Acknowledgment.id).order_by(Acknowledgment.id.desc()).first()
    after = first.id if first else 0
    insert(
        Acknowledgment,
        (_acknowledgment(revision, person, signed_at, today) for person in signers),
    )
    rows = list(Acknowledgment.select().where(Acknowledgment.id > after))
    insert(
        Signature,
        (
            {"acknowledgment": row.id, "salt": "0" * 32, "name": f"Person {row.person_id}"}
            for row in rows
        ),
    )
    for row in rows:
        about = Person(id=row.person_id)
        audit.record(about, "signed", row, about=about, data={"record": row.record})


def _acknowledgment(
    revision: Revision, person: int, signed_at: datetime, today: date
) -> dict[str, Any]:
    signature = Signature(salt="0" * 32, name=f"Person {person}")
    return {
        "document": revision.document_id,
        "revision": revision.id,
        "person": person,
        "text_hash": revision.hash,
        "shown_hash": hash_of(revision.html),
        "statement": "I have read this policy and will follow it.",
        "identified_by": "code",
        "shown_at": signed_at,
        "agreed_at": signed_at,
        "signed_at": signed_at,
        "signed_on": today,
        "signed_by": person,
        "personal_hash": signature.commitment,
    }


def _stand(requirement: Requirement) -> None:
    """Where everyone stands, and the duty of whoever owes it."""
    standings = list(following._standings(requirement, None))
    cursor = db.database.cursor()
    mark = "?" if db.is_sqlite() else "%s"
    names = ("done_on", "ref", "opens_on", "due_on", "late_on", "opened_for")
    values = ", ".join(f"{name} = {mark}" for name in names)
    cursor.executemany(
        f'UPDATE "coverage" SET {values} WHERE id = {mark}',
        [
            (*(str(value) if isinstance(value, date) else value for value in one.values.values()),
             one.row.id)
            for one in standings
        ],
    )  # fmt: skip
    owing = [one for one in standings if one.wanted]
    last = Assignment.select(Assignment.id).order_by(Assignment.id.desc()).first()
    after = last.id if last else 0
    insert(Assignment, (_duty(requirement, one) for one in owing))
    made = Assignment.select(Assignment.id).where(Assignment.id > after)
    insert(
        CauseRow,
        ({"assignment": row.id, "kind": CAUSE, "ref": requirement.id} for row in made),
    )


def _duty(requirement: Requirement, one: Any) -> dict[str, Any]:
    due_on: date = one.wanted
    return {
        "person": one.person_id,
        "about": one.person_id,
        "kind": KIND,
        "target": requirement.target,
        "title": "Sign a policy",
        "minutes": 5,
        "opened_at": clock.now(),
        "due_on": due_on,
        "due_at": due_at(due_on, "Europe/Berlin"),
        "remind_on": due_on - timedelta(days=3),
    }
