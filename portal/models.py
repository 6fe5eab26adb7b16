"""All tables and guards, in one list: what `migrate` makes and the drift test compares."""

from pathlib import Path

import peewee
from playhouse.migrations import Runner

from portal import db, queue
from portal.assignments import models as assignments
from portal.audit import models as audit
from portal.checklists import models as checklists
from portal.checklists import steps
from portal.documents import models as documents
from portal.mail import models as mail
from portal.people import functions, grants, importing, org, signing
from portal.people import models as people

MIGRATIONS = Path(__file__).parent / "migrations"

MODELS: list[type[peewee.Model]] = [
    queue.Beat,
    audit.Event,
    audit.Personal,
    mail.Letter,
    org.Company,
    org.Location,
    org.Holiday,
    org.Team,
    people.Person,
    people.Position,
    grants.Grant,
    functions.Function,
    functions.Holder,
    signing.Device,
    signing.Code,
    signing.Link,
    importing.Import,
    documents.Document,
    documents.Revision,
    documents.Draft,
    assignments.Assignment,
    assignments.CauseRow,
    assignments.Reminder,
    checklists.Checklist,
    steps.Step,
]

GUARDS: list[db.Guard] = [
    *audit.GUARDS,
    *documents.GUARDS,
    *assignments.GUARDS,
]


def migrate() -> list[str]:
    """Bring the open database up to date; returns the names of the migrations applied.

    A new one gets the functions that the starter plans name.

    Safe to run twice and from two processes: each migration and the guards after it are one
    transaction under the write lock.
    """
    if db.is_sqlite():
        # Here and nowhere else: several processes setting it on an empty file lock each other out.
        db.database.execute_sql("PRAGMA journal_mode = WAL")
    with db.write():
        applied = runner().up()
        for guard in GUARDS:
            guard.create()
        functions.Function.begin()
    return list(applied)


def pending() -> list[str]:
    """Names of migrations that are not applied yet; reads, never writes."""
    return [step.name for step in runner().status() if step.applied is None]


def runner() -> Runner:
    return Runner(db.database.obj, str(MIGRATIONS))
