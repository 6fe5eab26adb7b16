"""What HR does with courses: keep them, ask people to take them, write down what was completed."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.duties import Cause, Opening
from portal.assignments.models import Assignment
from portal.compliance.needs import Moment
from portal.documents import exchange
from portal.documents.models import Document
from portal.documents.parser import read
from portal.learning import access, requiring, taking
from portal.learning.catalog import with_structure
from portal.learning.formats import formats
from portal.learning.models import KIND, RECORDED, Attempt, Completion, CompletionDetails
from portal.people import audience
from portal.people.facts import facts_of_all
from portal.people.models import Person

ASSIGNED = "assigned"
# More are asked by a requirement, which works in steps and follows who comes and goes.
MOST_ASKED = 500
BATCH = 50
NEWEST = 12


@dataclass(frozen=True)
class Kept:
    """A course in HR's list: how many are under way, and how many have completed it."""

    course: Document
    said: dict[str, Any]
    under_way: int
    done: int

    @property
    def format(self) -> Any:
        return formats.get(self.said.get("format", ""))


def overview(viewer: Person, words: str) -> list[Kept]:
    """Every course by title, retired ones last."""
    courses = access.visible_to(viewer)
    if words:
        courses = courses.where(Document.folded.contains(words))
    rows = list(with_structure(courses).order_by(Document.folded, Document.id))
    # Without a list of all of them SQLite reads only the attempts that are open.
    ids = [course.id for course in rows] if words else None
    under_way = _people_by_course(Attempt, ids, Attempt.is_open())
    done = _people_by_course(Completion, ids, Completion.stands())
    kept = [
        Kept(
            course,
            course.current.parsed if _has_text(course) else {},
            under_way.get(course.id, 0),
            done.get(course.id, 0),
        )
        for course in rows
    ]
    return sorted(kept, key=lambda one: one.course.retired_at is not None)


def _has_text(course: Document) -> bool:
    return course.current is not None


def _people_by_course(model: Any, ids: list[int] | None, condition: Any) -> dict[int, int]:
    """How many people each of these courses (None: all) has a row of, in one query."""
    rows = model.select(model.course, peewee.fn.COUNT(model.person.distinct())).where(condition)
    rows = rows if ids is None else rows.where(model.course.in_(ids))
    return dict(rows.group_by(model.course).tuples())


def figures(course: Document) -> Kept:
    """How the course stands, for its own page."""
    under_way = _people_by_course(Attempt, [course.id], Attempt.is_open())
    done = _people_by_course(Completion, [course.id], Completion.stands())
    said = course.current.parsed if course.current else {}
    return Kept(course, said, under_way.get(course.id, 0), done.get(course.id, 0))


def newest(course: Document) -> list[Completion]:
    """Who has completed it last."""
    rows = (
        Completion.select(Completion, *Person.names(Person))
        .join(Person, on=(Completion.person == Person.id))
        .where(Completion.course == course.id, Completion.stands())
        .order_by(Completion.recorded_at.desc(), Completion.id.desc())
    )
    return list(rows.limit(NEWEST))


# -- asking people to take it ------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """Somebody an assignment would reach: `done_on` says since when they need not."""

    person: Person
    done_on: date | None
    is_owing: bool

    @property
    def is_asked(self) -> bool:
        return self.done_on is None and not self.is_owing


def hits(course: Document, named: list[Person], rule: str) -> list[Hit]:
    """Whom it would reach, by name: those named, or everyone here whom the rule means."""
    today = clock.today()
    ids = [person.id for person in named]
    if rule:
        read_rule = audience.parse(rule)
        facts = facts_of_all(today, audience.fields(read_rule))
        ids = [person for person, known in facts.items() if read_rule.matches(known)]
    here = Person.select().where(Person.id.in_(ids), Person.withdrawn_at.is_null())
    people = [one for one in here.order_by(Person.folded, Person.id) if not one.has_left(today)]
    owed: Any = Assignment.select(Assignment.person).where(
        Assignment.is_open(), Assignment.kind == KIND, Assignment.target == course.id
    )
    owing = {person for (person,) in owed.tuples()}
    valid = {
        person: fact.done_on
        for person, fact in requiring.facts(course.id, ids, Moment(today)).items()
        if fact.holds_until is None or fact.holds_until >= today
    }
    return [Hit(one, valid.get(one.id), one.id in owing) for one in people if one.is_staff]


def assign(course: Document, reached: list[Hit], due_on: date, *, by: Person) -> int:
    """Ask those who neither owe it nor have done it; returns how many that was.

    In steps: whoever is asked twice, as the step was sent again, owes it once.
    """
    asked = [hit.person for hit in reached if hit.is_asked]
    cause = Cause(ASSIGNED, course.id)
    for batch in peewee.chunked(asked, BATCH):
        with db.write():
            for person in batch:
                opening = Opening(cause, person, due_on=due_on, by=by)
                requiring.TEXT.open_required(person, course.id, opening)
    return len(asked)


# -- writing down ------------------------------------------------------------------------------


def put_on_record(
    course: Document, person: Person, done_on: date, note: str, *, by: Person
) -> Completion:
    """That somebody has completed it elsewhere, or before the portal was there."""
    assert course.current is not None
    return taking.complete(
        course, course.current, person, how=RECORDED, by=by, note=note, done_on=done_on
    )


def note_of(completion: Completion) -> str:
    """What was said of it when it was put on record."""
    details = completion.details
    return str(details.note) if isinstance(details, CompletionDetails) else ""


# -- starting one ------------------------------------------------------------------------------


def template_for(name: str, title: str) -> str:
    """What a course of that format begins with."""
    kind = Document(kind=KIND).kind_of
    template = formats[name].template or kind.template.replace("format: page", f"format: {name}")
    return exchange.template_for(replace(kind, template=template), title)


@dataclass(frozen=True)
class Starter:
    """A course that ships with the portal and is not taken in yet."""

    slug: str
    title: str
    summary: str
    path: Path


def starters() -> list[Starter]:
    """The courses that ship with the portal and are not here yet, by title."""
    here: Any = Document.select(Document.slug).where(Document.kind == KIND)
    known = {slug for (slug,) in here.tuples()}
    folder = exchange.CONTENT / Document(kind=KIND).kind_of.folder
    found = []
    for path in folder.glob("*.md"):
        if path.stem not in known:
            meta = read(path.read_text()).meta
            title = meta.get("title", path.stem)
            found.append(Starter(path.stem, title, meta.get("summary", ""), path))
    return sorted(found, key=lambda one: one.title)


def take_in(starter: Starter, *, by: Person) -> Document:
    """It becomes a draft, to be looked over and published."""
    source = starter.path.read_text()
    with db.write():
        return Document.named(KIND, starter.slug) or Document.start(
            KIND, starter.title, by=by, slug=starter.slug, source=source
        )
