"""What a plan may be made of: from the text of a competency on somebody's level, what is there.

For each of three places the first is what is proposed, the others are for exchange. Everything is
asked anew when a plan is sent: what is not offered any more is not taken.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from portal import db
from portal.competencies import texts
from portal.competencies.texts import LevelText, Text
from portal.documents.models import Document
from portal.growth import access
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import COURSE, MENTOR, READ, STRETCH_TASK, TASK, Choice, PlanStep
from portal.growth.stretches import Stretch
from portal.learning import access as learning
from portal.learning.catalog import with_structure
from portal.learning.models import Completion
from portal.people.lines import line_above
from portal.people.models import Person

MOST = 4
PAGE = "page"


@dataclass(frozen=True)
class Option:
    """One thing that may become a step; `key` is how a form says it."""

    key: str
    label: str
    choice: Choice


@dataclass(frozen=True)
class Place:
    """One of the three places of a plan, with what may stand there."""

    name: str
    title: str
    options: list[Option]
    # Whether there is anything of the kind at all, though none of it may stand there now.
    is_known: bool = True

    def shown(self, chosen: str | None = None) -> list[Option]:
        """The first few, and what was chosen already."""
        return self.options[:MOST] + [one for one in self.options[MOST:] if one.key == chosen]

    def find(self, key: str) -> Choice | None:
        return next((one.choice for one in self.options if one.key == key), None)


@dataclass(frozen=True)
class Proposal:
    """A competency on somebody's level, and what helps to get there."""

    text: Text
    level: LevelText
    places: list[Place]
    # The number of their plan for it that is open, if there is one.
    open_plan: int | None

    def place(self, name: str) -> Place:
        return next(one for one in self.places if one.name == name)

    @property
    def is_empty(self) -> bool:
        return not any(place.options for place in self.places)


LEARN, MEET, DO = "learn", "mentor", "task"
NAMES = {
    COURSE: LEARN, READ: LEARN, MENTOR: MEET, STRETCH_TASK: DO, TASK: DO,
}  # fmt: skip


def of(person: Person, slug: str, by: Person | None = None) -> Proposal | None:
    """For a person, as they stand today; None where there is no such competency in force.

    `by`: who looks for them, where that is somebody else. They do not learn from what is left out
    whom the person has asked.
    """
    is_own = by is None or by.id == person.id
    found = _competency(person, slug)
    if found is None or found.current is None:
        return None
    text = Text(found, found.current)
    held = person.held_now
    level = text.at(held.level if held else "")
    places = [
        Place(LEARN, "Something to learn", _to_learn(person, text, level)),
        _to_meet(person, text, is_own),
        Place(DO, "Something to do", _tasks(person, text, level, is_own)),
    ]
    return Proposal(text, level, places, found.open_plan)


def _competency(person: Person, slug: str) -> Any:
    """The competency in force with its text, and as `.open_plan` the number of the person's plan
    for it that is proposed or under way: one query."""
    mine = (DevelopmentPlan.person == person.id) & DevelopmentPlan.is_open()
    open_plan = DevelopmentPlan.select(DevelopmentPlan.id).where(
        mine, DevelopmentPlan.competency == Document.id
    )
    rows = Document.select().where(
        Document.kind == texts.KIND, Document.slug == slug, Document.is_published()
    )
    return Document.with_current(rows).select_extend(open_plan.alias("open_plan")).first()


def _to_learn(person: Person, text: Text, level: LevelText) -> list[Option]:
    """Courses they have not completed: those the text names in its order, then those that have
    the competency among their skills; pages to read after them."""
    helps = [each for each in level.helps if each.kind]
    order = {(each.kind, each.target): place for place, each in enumerate(helps)}
    found = [row for row in _texts(person, order) if _helps(row, text.slug, order)]
    found.sort(key=lambda row: (order.get((row.kind, row.slug), len(order)), row.folded))
    courses = [row for row in found if row.kind == COURSE and learning.is_in_audience(person, row)]
    pages = [row for row in found if row.kind == PAGE and (row.kind, row.slug) in order]
    return [_course(row) for row in courses] + [_reading(row) for row in pages]


def _texts(person: Person, named: Collection[tuple[str, str]]) -> Any:
    """Courses in force that the person has not completed, and the pages that are named."""
    done = Completion.select(Completion.course).where(
        Completion.person == person.id, Completion.superseded_at.is_null()
    )
    pages = [slug for kind, slug in named if kind == PAGE]
    wanted = (Document.kind == COURSE) & ~db.among(Document.id, done)
    wanted |= (Document.kind == PAGE) & Document.slug.in_(pages)
    return with_structure(Document.select().where(Document.is_published(), wanted))


def _helps(row: Document, slug: str, named: Collection[tuple[str, str]]) -> bool:
    if (row.kind, row.slug) in named or row.kind == PAGE:
        return True
    assert row.current is not None
    return slug in row.current.parsed.get("skills", ())


def _course(row: Document) -> Option:
    assert row.current is not None
    minutes = row.current.parsed.get("minutes")
    label = f"Take the course “{row.title}”" + (f", {minutes} min" if minutes else "")
    return Option(f"{COURSE}:{row.slug}", label, Choice(COURSE, document=row))


def _reading(row: Document) -> Option:
    return Option(f"{READ}:{row.slug}", f"Read “{row.title}”", Choice(READ, document=row))


def _to_meet(person: Person, text: Text, is_own: bool) -> Place:
    """Mentors for this competency who have room, and nobody in the line above: whoever rates them,
    at any height, is not who one learns from in private. For themselves nobody they have asked."""
    above = line_above(person.id, person.today())
    query = Mentor.select().where(
        Mentor.stands(), Person.is_here(person.today()),
        db.among(Mentor.id, Mentor.skilled_in(text.document.id)),
        Mentor.person != person.id, ~db.among(Mentor.person, above),
    )  # fmt: skip
    if is_own:
        asked = Mentorship.select(Mentorship.mentor).where(
            Mentorship.person == person.id, Mentorship.is_open()
        )
        query = query.where(~db.among(Mentor.person, asked))
    offers = list(Mentor.with_people(query).limit(50))
    free = (one for one in offers if one.paused_at is None and one.taken < one.capacity)
    # Whoever has most room first: so that not everybody asks the same one.
    most = sorted(free, key=lambda one: one.taken - one.capacity)
    options = [
        Option(
            f"{MENTOR}:{one.id}",
            f"Ask {one.person.called} to be a mentor",
            Choice(MENTOR, mentor=one),
        )
        for one in most
    ]
    return Place(MEET, "Somebody to ask", options, is_known=bool(offers))


def _tasks(person: Person, text: Text, level: LevelText, is_own: bool) -> list[Option]:
    """Tasks of the board with a seat that teach it, then those of the text."""
    mine = StretchSeat.select(StretchSeat.stretch).where(StretchSeat.person == person.id)
    if not is_own:
        mine = mine.where(StretchSeat.takes_a_seat())
    query = Stretch.select().where(
        Stretch.is_open(person.today()), Stretch.has_seat(), Stretch.posted_by != person.id,
        Stretch.competency == text.document.id, ~db.among(Stretch.id, mine),
    )  # fmt: skip
    board = [
        Option(
            f"{STRETCH_TASK}:{one.id}",
            f"Ask {one.posted_by.called} for the task “{one.title}”, {one.takes}",
            Choice(STRETCH_TASK, stretch=one),
        )
        for one in Stretch.whole(query)
        if access.is_meant(person, one)
    ]
    written = [
        Option(f"{TASK}:{each.words}", each.words, Choice(TASK, words=each.words))
        for each in level.helps
        if not each.kind and each.words
    ]
    return board + written


def instead_of(step: PlanStep, person: Person) -> Place:
    """What may stand in the place of a step of their plan, without what stands there already."""
    found = of(person, step.plan.competency.slug)
    if found is None:
        return Place(NAMES[step.sort], "", [])
    place = found.place(NAMES[step.sort])
    others = [one for one in place.options if not _is_it(one.choice, step)]
    return Place(place.name, place.title, others)


def _is_it(choice: Choice, step: PlanStep) -> bool:
    if choice.sort != step.sort:
        return False
    if choice.sort == TASK:
        return choice.words == step.words
    return any(
        thing is not None and thing.id == here
        for thing, here in (
            (choice.document, step.document_id),
            (choice.mentor, step.mentor_id),
            (choice.stretch, step.stretch_id),
        )
    )
