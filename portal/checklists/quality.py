"""What can be wrong with lists: somebody starts without one, or nobody said how it turned out."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.checklists.attestations import Attestation
from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.quality import DUTIES, Check, said

NO_LIST, NOT_SAID = "no-onboarding", "not-attested"
ONBOARDING = "onboarding"
STARTED_DAYS, AHEAD_DAYS, SAID_DAYS = 60, 14, 14


def _without_list(today: date) -> Any:
    """Only where there is a plan to start."""
    first, last = today - timedelta(days=STARTED_DAYS), today + timedelta(days=AHEAD_DAYS)
    lists = Checklist.select(Checklist.person).where(
        Checklist.transition == ONBOARDING, Checklist.stopped_at.is_null()
    )
    plans = Document.select(Document.id).where(
        Document.kind == "checklist", Document.is_published()
    )
    rows = Person.select(*said(NO_LIST, Person.id, Person.name, Person.hired_on))
    return rows.where(
        Person.hired_on.between(first, last),
        Person.last_day_on.is_null() | (Person.last_day_on >= today),
        Person.withdrawn_at.is_null(),
        ~db.among(Person.id, lists),
        peewee.fn.EXISTS(plans),
    )


def _not_said(today: date) -> Any:
    said_yes = Attestation.select(Attestation.checklist).where(
        Attestation.since_on.is_null(False), Attestation.withdrawn_at.is_null()
    )
    rows = Checklist.select(*said(NOT_SAID, Checklist.id, Person.name, Checklist.success_by))
    return rows.join(Person, on=(Checklist.person == Person.id)).where(
        Checklist.stopped_at.is_null(),
        Checklist.success_by < today - timedelta(days=SAID_DAYS),
        Person.is_here(today),
        ~db.among(Checklist.id, said_yes),
    )


CHECKS = [
    Check(
        NO_LIST, DUTIES, "Starting without a list",
        "Nobody has their laptop, their first week and their talks on a list.",
        "Start a list", url="/people/{ref}/checklists/new", note="first day {}",
        rows=_without_list,
    ),
    Check(
        NOT_SAID, DUTIES, "Productive or not: nobody said",
        "Their manager was asked and has not answered yes, so the time to productivity lacks them.",
        "Look at the answers", url="/checklists/productivity", note="asked for {}", rows=_not_said,
    ),
]  # fmt: skip
