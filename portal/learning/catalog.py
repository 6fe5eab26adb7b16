"""The catalog: every course somebody may take, and where they stand with each of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

import peewee

from portal import db, text
from portal.documents.findable import Findable, asked
from portal.documents.models import Document, Revision
from portal.learning import access
from portal.learning.formats import Format, formats
from portal.learning.marks import Mark, marks_of
from portal.learning.parser import COMPETENCY, LEVELS
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person

YOURS, REQUIRED, ROLE, GOALS, ALL = "", "required", "role", "goals", "all"
LISTS = {
    YOURS: "Yours",
    REQUIRED: "Required",
    ROLE: "For your role",
    GOALS: "For your goals",
    ALL: "All courses",
}


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    list: str = YOURS
    words: str = ""
    topic: str = ""
    level: str = ""

    @property
    def narrows(self) -> bool:
        """Whether more is asked for than a list."""
        return bool(self.words or self.topic or self.level)

    def url(self, name: str) -> str:
        """The address of another list that keeps what else is asked for."""
        said = {"list": name, "q": self.words, "topic": self.topic, "level": self.level}
        kept = {key: value for key, value in said.items() if value}
        return f"/learning?{urlencode(kept)}" if kept else "/learning"


@dataclass(frozen=True)
class Entry:
    """A course in the viewer's catalog, and where they stand with it.

    `first` are the courses that come before it and that the viewer has not completed.
    """

    course: Document
    said: dict[str, Any]
    mark: Mark
    is_for_role: bool = False
    is_for_goals: bool = False
    first: list[str] = field(default_factory=list)

    @property
    def format(self) -> Format | None:
        return formats.get(self.said.get("format", ""))

    @property
    def url(self) -> str:
        return f"/learning/courses/{self.course.id}"

    @property
    def topic(self) -> str:
        return str(self.said.get("topic", ""))

    def counts(self, today: date) -> bool:
        """Whether they have completed it and that still counts."""
        mark = self.mark
        is_over = mark.expires_on is not None and mark.expires_on < today
        return mark.done_on is not None and not is_over and not mark.is_owed

    def is_in(self, name: str) -> bool:
        """Whether it stands in that list."""
        if name == YOURS:
            return bool(self.mark.is_owed or self.mark.is_begun or self.mark.done_on)
        return {
            REQUIRED: self.mark.is_required or self.mark.is_owed,
            ROLE: self.is_for_role,
            GOALS: self.is_for_goals,
        }.get(name, True)

    def fits(self, wanted: Asked) -> bool:
        """Whether topic and level are those that are asked for."""
        topic = not wanted.topic or text.fold(self.topic) == text.fold(wanted.topic)
        return topic and (not wanted.level or self.said.get("level") == wanted.level)


@dataclass(frozen=True)
class Catalog:
    """What the viewer's catalog holds; `found` is what the address asks for."""

    viewer: Person
    asked: Asked
    entries: list[Entry]

    @classmethod
    def of(cls, viewer: Person, wanted: Asked) -> "Catalog":
        return cls(viewer, wanted, _entries(viewer, wanted.words))

    @property
    def found(self) -> list[Entry]:
        fitting = [entry for entry in self.entries if entry.fits(self.asked)]
        return [entry for entry in fitting if entry.is_in(self.asked.list)]

    @property
    def to_do(self) -> list[Entry]:
        """What is owed, the most urgent first."""
        owed = [entry for entry in self.found if entry.mark.is_owed]
        return sorted(owed, key=_urgency)

    @property
    def in_progress(self) -> list[Entry]:
        """What was begun and is not owed."""
        return [entry for entry in self.found if entry.mark.is_begun and not entry.mark.is_owed]

    @property
    def others(self) -> list[Entry]:
        """What is left of the list, whatever is still to be done before the rest."""
        today = self.viewer.today()
        rest = [entry for entry in self.found if not (entry.mark.is_owed or entry.mark.is_begun)]
        return sorted(rest, key=lambda entry: entry.counts(today))

    def count(self, name: str) -> int:
        """How many stand in that list."""
        return sum(1 for entry in self.entries if entry.is_in(name) and entry.fits(self.asked))

    @property
    def topics(self) -> list[str]:
        """Every topic there is, once however it is written."""
        named = {text.fold(entry.topic): entry.topic for entry in self.entries if entry.topic}
        return [named[folded] for folded in sorted(named)]

    @property
    def levels(self) -> list[str]:
        used = {entry.said.get("level") for entry in self.entries}
        return [level for level in LEVELS if level in used]


def _urgency(entry: Entry) -> tuple[date, str]:
    return entry.mark.due_on or date.max, entry.course.folded


def _entries(viewer: Person, words: str) -> list[Entry]:
    """What the viewer may take or has taken, by title; with `words`, whose text has them."""
    visible = access.visible_to(viewer).where(db.among(Document.id, _ever_published()))
    every = list(with_structure(visible).order_by(Document.folded, Document.id))
    said = {course.id: course.current.parsed for course in every}
    hits = _hits(every, words)
    if not viewer.is_staff:
        shown = [course for course in every if course.id in hits and not course.retired_at]
        return [Entry(course, said[course.id], Mark()) for course in shown]
    marks = marks_of(viewer)
    titles = {course.slug: (course.id, course.title) for course in every}
    named = {skill for one in said.values() for skill in one["skills"]}
    skills = _skills_of(viewer, named)
    facts = facts_of(viewer, viewer.held_now)

    def first(course: Document) -> list[str]:
        named = [titles[slug] for slug in said[course.id]["before"] if slug in titles]
        return [title for course_id, title in named if not marks.get(course_id, Mark()).done_on]

    return [
        Entry(
            course,
            said[course.id],
            marks.get(course.id, Mark()),
            _means(said[course.id]["for"], facts),
            bool(skills & set(said[course.id]["skills"])),
            first(course),
        )
        for course in every
        if course.id in hits and _is_of_use(course, marks.get(course.id, Mark()))
    ]


def _is_of_use(course: Document, mark: Mark) -> bool:
    """A retired course stands there only for who has something of it."""
    return not course.retired_at or mark.done_on is not None or mark.is_begun


def with_structure(courses: Any) -> Any:
    """Courses, each with what its text in force means, and without the text itself."""
    other = Revision.alias()
    highest = other.select(peewee.fn.MAX(other.number)).where(other.document == Document.id)
    newest = (Revision.document == Document.id) & (Revision.number == highest)
    said = (Revision.id, Revision.number, Revision.structure, Revision.published_at)
    left = peewee.JOIN.LEFT_OUTER
    return courses.select(Document, *said).join(Revision, left, on=newest, attr="in_force")


def _ever_published() -> Any:
    return Revision.select(Revision.document)


def _hits(courses: list[Document], words: str) -> set[int]:
    """Ids of the courses whose title or text has these words: of all of them without any."""
    ids = [course.id for course in courses]
    wanted = asked(words)
    if not wanted:
        return set(ids)
    found: Any = Findable.select(Findable.document).where(
        Findable.document.in_(ids), ~Findable.is_draft, Findable.has(wanted)
    )
    return {course_id for (course_id,) in found.tuples()}


def _means(rule: str, facts: dict[str, str]) -> bool:
    """Whether a course says that it is for somebody with these facts."""
    try:
        return bool(rule) and audience.parse(rule).matches(facts)
    except audience.RuleError:
        return False


def _skills_of(person: Person, named: Collection[str]) -> set[str]:
    """The competencies that somebody on their level is looked at for, among those that courses
    name: where nobody has written down what a level takes, it is nobody's yet."""
    level = text.fold(person.held_now.level) if person.held_now else ""
    if not named or not level:
        return set()
    written = Document.select().where(
        Document.kind == COMPETENCY, Document.slug.in_(sorted(named)), Document.retired_at.is_null()
    )
    return {
        one.slug
        for one in with_structure(written)
        if one.current
        and any(text.fold(row["level"]) == level for row in one.current.parsed.get("levels", ()))
    }
