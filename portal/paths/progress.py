"""How far somebody has come on a path: every step with its state, in words; many at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import peewee

from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.documents.models import kinds as document_kinds
from portal.paths import route
from portal.paths.models import DONE, MISSING, SKIPPED, Enrollment, PathStep

OPEN, LOCKED, STUCK = "open", "locked", "stuck"
WORDS = {
    OPEN: "Open",
    LOCKED: "Locked",
    STUCK: "Waits for HR",
    DONE: "Done",
    SKIPPED: "Skipped",
    MISSING: "Passed over",
}

Titles = Mapping[str, Document]


@dataclass(frozen=True)
class Step:
    """One step as it is shown: where it stands, and why it is locked if it is."""

    stop: route.Stop
    title: str
    state: str
    url: str
    why: str
    row: PathStep | None

    @property
    def is_settled(self) -> bool:
        return self.state in (DONE, SKIPPED, MISSING)

    @property
    def is_optional(self) -> bool:
        return self.stop.is_optional

    @property
    def is_gate(self) -> bool:
        return bool(self.stop.step["gate"])

    @property
    def due_on(self) -> date | None:
        """By when, while it is open."""
        if self.row is None or self.is_settled:
            return None
        duty = self.row.assignment if self.row.assignment_id else None
        return duty.due_on if duty else self.row.due_on

    @property
    def icon(self) -> str:
        kind = assignment_kinds.get(self.stop.step["kind"])
        return kind.icon if kind else "circle-dot"


@dataclass(frozen=True)
class Section:
    """A part of the path with its steps, and how many of them are done."""

    title: str
    intro: str
    steps: list[Step]

    @property
    def required(self) -> list[Step]:
        return [step for step in self.steps if not step.is_optional]

    @property
    def done(self) -> int:
        return sum(step.is_settled for step in self.required)


@dataclass(frozen=True)
class Progress:
    """A person's way on a path."""

    enrollment: Enrollment
    steps: list[Step]

    @property
    def total(self) -> int:
        """How many steps have to be done."""
        return sum(not step.is_optional for step in self.steps)

    @property
    def done(self) -> int:
        return sum(step.is_settled and not step.is_optional for step in self.steps)

    @property
    def percent(self) -> int:
        """Rounded down: a hundred is all of it."""
        return self.done * 100 // self.total if self.total else 100

    @cached_property
    def next(self) -> Step | None:
        """What is to be done first: of the open steps a required one, as they stand in the path."""
        if self.enrollment.state != "under way":
            return None
        open_ones = [step for step in self.steps if step.state in (OPEN, STUCK)]
        return min(open_ones, key=lambda step: step.is_optional, default=None)

    @cached_property
    def sections(self) -> list[Section]:
        return [
            Section(
                section["title"],
                section["intro"],
                [step for step in self.steps if step.stop.section == index],
            )
            for index, section in enumerate(self.enrollment.structure["sections"])
        ]


def of_all(enrollments: Iterable[Enrollment]) -> list[Progress]:
    """Each one's progress, in two queries for however many; their texts have been loaded."""
    chosen = list(enrollments)
    if not chosen:
        return []
    titles = titles_of([one.structure for one in chosen])
    rows = _rows([one.id for one in chosen])
    return [_progress(one, rows.get(one.id, {}), titles) for one in chosen]


def of(enrollment: Enrollment) -> Progress:
    return of_all([enrollment])[0]


def outline(structure: Mapping[str, Any]) -> list[Section]:
    """The path as somebody finds it who is not on it: nothing done, nothing open."""
    titles = titles_of([structure])
    steps = [
        Step(stop, title_of(stop.step, titles), LOCKED, "", "", None)
        for stop in route.stops(structure, ())
    ]
    return [
        Section(one["title"], one["intro"], [s for s in steps if s.stop.section == index])
        for index, one in enumerate(structure.get("sections", ()))
    ]


def titles_of(structures: Iterable[Mapping[str, Any]]) -> Titles:
    """The texts that steps open, by key, in one query."""
    steps = [stop.step for one in structures for stop in route.stops(one, ())]
    kinds, slugs = {step["kind"] for step in steps}, {step["slug"] for step in steps}
    if not steps:
        return {}
    found = Document.select(Document.id, Document.kind, Document.slug, Document.title).where(
        Document.kind.in_(sorted(kinds)), Document.slug.in_(sorted(slugs))
    )
    return {f"{one.kind}:{one.slug}": one for one in found}


def title_of(step: Mapping[str, Any], titles: Titles) -> str:
    """The step's own words, or what the thing it opens is called."""
    document = titles.get(step["key"])
    words = document.title if document else step["slug"].replace("-", " ").capitalize()
    return str(step["title"] or words)


def _rows(ids: list[int]) -> dict[int, dict[str, PathStep]]:
    rows = (
        PathStep.select(PathStep, Assignment)
        .join(Assignment, peewee.JOIN.LEFT_OUTER)
        .where(PathStep.enrollment.in_(ids))
    )
    found: dict[int, dict[str, PathStep]] = {}
    for row in rows:
        found.setdefault(row.enrollment_id, {})[row.key] = row
    return found


def _progress(enrollment: Enrollment, rows: dict[str, PathStep], titles: Titles) -> Progress:
    settled = {key for key, row in rows.items() if row.settled_at}
    found = route.stops(enrollment.structure, settled)
    return Progress(enrollment, [_step(stop, rows.get(stop.key), titles) for stop in found])


def _step(stop: route.Stop, row: PathStep | None, titles: Titles) -> Step:
    state = _state(row)
    why = ""
    if state == LOCKED and stop.waits_for:
        verb = "passed" if stop.waits_for["gate"] else "done"
        why = f"Opens once “{title_of(stop.waits_for, titles)}” is {verb}."
    elif state == STUCK:
        why = "What it opens is not in force any more. HR decides how you go on."
    url = _url(stop.step, row, state, titles)
    return Step(stop, title_of(stop.step, titles), state, url, why, row)


def _state(row: PathStep | None) -> str:
    if row is None:
        return LOCKED
    if row.settled_at:
        return str(row.outcome)
    return STUCK if row.is_stuck else OPEN


def _url(step: Mapping[str, Any], row: PathStep | None, state: str, titles: Titles) -> str:
    """Where one does it, or reads it again; nothing for what is locked or gone."""
    if row is None or state in (STUCK, MISSING):
        return ""
    if row.assignment_id and state == OPEN:
        return str(row.assignment.url)
    document = titles.get(step["key"])
    kind = document_kinds.get(step["kind"])
    return document.url if document and kind and kind.is_for_all else ""
