"""What other rooms know of some people, row by row and in one query: facts with their days.

Each arm of it reads one room, and only what the person and whoever leads them could both open
there: no colleague's word on a competency, no certificate that HR has not confirmed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import clock, db
from portal.careers.aspirations import Aspiration
from portal.careers.plans import CareerPlan
from portal.certificates.checks import CONFIRMED, CertificateCheck
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.competencies.models import MANAGER, SELF, Assessment
from portal.documents.models import Document, Revision
from portal.learning.models import Completion
from portal.people.positions import Position

STOOD, SAID, DONE, HELD = "stood", "said", "done", "held"
TYPE, GOAL, PLAN = "type", "goal", "plan"


@dataclass(frozen=True)
class Row:
    """One fact. `id` is its own number; what `word`, `level` and `number` are, its arm says."""

    sort: str
    person: int
    id: int
    slug: str
    word: str
    level: str
    number: int
    begins_on: date
    ends_on: date | None


def of(people: Collection[int], goals: Any) -> list[Row]:
    """All of these people, the oldest of each sort first; of aspirations those in the query
    `goals`."""
    ids = sorted(people) or [0]
    arms = [_stood(ids), _said(ids), _done(ids), _held(ids), _types(), _plans(ids)]
    arms.append(_goals(ids, goals))
    query = arms[0]
    for arm in arms[1:]:
        query = query.union_all(arm)
    found = [
        Row(*(*said, _day(first) or date.min, _day(last))) for *said, first, last in query.tuples()
    ]
    return sorted(found, key=lambda row: (row.sort, row.begins_on, row.id))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _arm(sort: str, model: Any, *columns: Any) -> Any:
    return model.select(peewee.Value(sort), *columns)


_NONE = peewee.SQL("NULL")
_EMPTY = peewee.SQL("''")
_ZERO = peewee.SQL("0")


def _stood(ids: list[int]) -> Any:
    """Positions: `word` is the role, `number` whether they were hired into it."""
    is_hire = peewee.Case(None, [(Position.is_hire, 1)], 0)
    return _arm(
        STOOD, Position, Position.person, Position.id, _EMPTY, Position.role, Position.level,
        is_hire, Position.starts_on, Position.ends_on,
    ).where(Position.person.in_(ids), Position.is_known())  # fmt: skip


def _said(ids: list[int]) -> Any:
    """Words on competencies, of managers and of oneself: `word` is whose, `number` the row."""
    newest = Assessment.newest(ids).select(Assessment.id)
    return (
        _arm(
            SAID, Assessment, Assessment.about, Assessment.id, Document.slug, Assessment.relation,
            Assessment.level, Assessment.value, Assessment.given_on, _NONE,
        )
        .join(Document, on=(Assessment.document == Document.id))
        .where(db.among(Assessment.id, newest), Assessment.relation.in_((SELF, MANAGER)))
    )  # fmt: skip


def _done(ids: list[int]) -> Any:
    """Completions that stand, of a text that still counts."""
    other = Revision.alias()
    material = other.select(peewee.fn.MAX(other.number)).where(
        other.document == Completion.course,
        other.published_at <= clock.now(),
        other.is_material | (other.number == 1),
    )
    return (
        _arm(
            DONE, Completion, Completion.person, Completion.id, Document.slug, _EMPTY, _EMPTY,
            _ZERO, Completion.done_on, Completion.expires_on,
        )
        .join(Document, on=(Completion.course == Document.id))
        .switch(Completion)
        .join(Revision, on=(Completion.revision == Revision.id))
        .where(Completion.person.in_(ids), Completion.stands())
        .where(Revision.number >= peewee.fn.COALESCE(material, 1))
    )  # fmt: skip


def _held(ids: list[int]) -> Any:
    """Certificates that HR has confirmed."""
    stands = (CertificateCheck.certificate == Certificate.id) & CertificateCheck.is_known()
    return (
        _arm(
            HELD, Certificate, Certificate.person, Certificate.id, CertificateType.slug, _EMPTY,
            _EMPTY, _ZERO, Certificate.issued_on, Certificate.expires_on,
        )
        .join(CertificateType)
        .switch(Certificate)
        .join(CertificateCheck, on=stands)
        .where(Certificate.person.in_(ids), Certificate.is_known())
        .where(CertificateCheck.outcome == CONFIRMED)
    )  # fmt: skip


def _types() -> Any:
    """What kinds of certificate are in use: `word` is the name; of nobody."""
    kind = CertificateType
    return _arm(
        TYPE, kind, _ZERO, kind.id, kind.slug, kind.name, _EMPTY, _ZERO, _NONE, _NONE
    ).where(kind.is_in_use())


def _plans(ids: list[int]) -> Any:
    """Open career plans: `word` is the rung, `number` its track."""
    plan = CareerPlan
    return _arm(
        PLAN, plan, plan.person, plan.id, _EMPTY, plan.rung, _EMPTY, plan.document, _NONE, _NONE
    ).where(plan.person.in_(ids), plan.is_open())


def _goals(ids: list[int], visible: Any) -> Any:
    """Aspirations: `slug` is the rung, `number` its track, `word` the note, `level` who reads."""
    one = Aspiration
    columns = (one.person, one.id, one.rung, one.note, one.shared, one.document, _NONE, _NONE)
    return visible.select(peewee.Value(GOAL), *columns).where(one.person.in_(ids))
