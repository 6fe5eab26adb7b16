"""What is known of people that a rung may ask for: read for many at once, never kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.careers import rows
from portal.careers.aspirations import Aspiration
from portal.careers.released import Rated, ratings_of
from portal.careers.rows import DONE, GOAL, HELD, PLAN, SAID, STOOD, TYPE, Row
from portal.careers.rungs import COMPETENCY, COURSE, REVIEW, Rung
from portal.competencies.models import MANAGER
from portal.competencies.texts import Text
from portal.documents.models import Document
from portal.text import fold

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """Where somebody stands in a competency: who said it (`manager` or `self`), on which level."""

    relation: str
    level: str
    value: int
    on: date


@dataclass(frozen=True)
class Span:
    """Between which days something holds; open where there is no end."""

    begins_on: date
    ends_on: date | None


@dataclass
class Facts:
    """All that is known of some people. Dictionaries are by person, or by person and address.

    `now` is role and level as they hold them; `stood` when they did; `rungs` where they stand by
    that, as far as `standing` was told the tracks. `plans` are the rungs of open
    plans and `goals` what is hoped for, each with the number of its track.
    """

    said: dict[tuple[int, str], Said] = field(default_factory=dict)
    done: dict[tuple[int, str], Span] = field(default_factory=dict)
    held: dict[tuple[int, str], Span] = field(default_factory=dict)
    now: dict[int, tuple[str, str]] = field(default_factory=dict)
    stood: dict[int, list[Span]] = field(default_factory=dict)
    rungs: dict[int, Rung] = field(default_factory=dict)
    plans: dict[int, tuple[int, str]] = field(default_factory=dict)
    goals: dict[int, list[Aspiration]] = field(default_factory=dict)
    # By address: what is in force, and the number and name of each kind of certificate in use.
    texts: dict[str, Text] = field(default_factory=dict)
    courses: dict[str, Document] = field(default_factory=dict)
    types: dict[str, tuple[int, str]] = field(default_factory=dict)
    rated: dict[int, list[Rated]] = field(default_factory=dict)


def read(people: Collection[int], goals: Any = None) -> Facts:
    """What is known of these people: one query. `goals` is a query of the aspirations that
    whoever asks may read; none of them where nothing is said."""
    if goals is None:
        goals = Aspiration.select().where(Aspiration.id.is_null())
    by_sort: dict[str, list[Row]] = {}
    for row in rows.of(people, goals):
        by_sort.setdefault(row.sort, []).append(row)
    found = Facts(
        said=_said(by_sort.get(SAID, [])),
        done=_longest(by_sort.get(DONE, [])),
        held=_longest(by_sort.get(HELD, [])),
        types={row.slug: (row.id, row.word) for row in by_sort.get(TYPE, [])},
        plans={row.person: (row.number, row.word) for row in by_sort.get(PLAN, [])},
    )
    for row in by_sort.get(GOAL, []):
        found.goals.setdefault(row.person, []).append(_goal(row))
    for person, held in _by_person(by_sort.get(STOOD, [])).items():
        _stand(found, person, held)
    return found


def complete(found: Facts, people: Collection[int], rungs: Iterable[Rung]) -> Facts:
    """With what these rungs name: the texts in force, and ratings where one asks for them. One
    query for each of the two, none of what nobody asks."""
    asked: dict[str, set[str]] = {}
    for rung in rungs:
        for criterion in rung.criteria:
            asked.setdefault(criterion.sort, set()).add(criterion.slug)
    if COMPETENCY in asked or COURSE in asked:
        _read_texts(found, asked.get(COMPETENCY, set()), asked.get(COURSE, set()))
    if REVIEW in asked:
        found.rated = ratings_of(sorted(people) or [0])
    return found


def _read_texts(found: Facts, competencies: set[str], courses: set[str]) -> None:
    """The competencies and courses in force under these addresses."""
    named = (Document.kind == COMPETENCY) & Document.slug.in_(sorted(competencies) or [""])
    named |= (Document.kind == COURSE) & Document.slug.in_(sorted(courses) or [""])
    query = Document.with_current(Document.select().where(named, Document.is_published()))
    for one in query:
        if one.kind == COURSE:
            found.courses[one.slug] = one
        elif one.current:
            found.texts[one.slug] = Text(one, one.current)


def _said(found: list[Row]) -> dict[tuple[int, str], Said]:
    """On the level on which something was said last: the manager's word, else their own."""
    every: dict[tuple[int, str], list[Said]] = {}
    for row in sorted(found, key=lambda row: row.id):
        said = Said(row.word, row.level, row.number, row.begins_on)
        every.setdefault((row.person, row.slug), []).append(said)
    return {key: _counts(said) for key, said in every.items()}


def _counts(said: list[Said]) -> Said:
    """The newest last: of the words on the last one's level whichever counts."""
    here = [one for one in said if fold(one.level) == fold(said[-1].level)]
    return next((one for one in reversed(here) if one.relation == MANAGER), here[-1])


def _longest(found: list[Row]) -> dict[tuple[int, str], Span]:
    """Of each what goes on longest; of two that do, the later one."""
    longest: dict[tuple[int, str], Span] = {}
    for row in found:
        key, span = (row.person, row.slug), Span(row.begins_on, row.ends_on)
        before = longest.get(key)
        if before is None or (span.ends_on or date.max) >= (before.ends_on or date.max):
            longest[key] = span
    return longest


def _goal(row: Row) -> Aspiration:
    return Aspiration(
        id=row.id, person=row.person, document=row.number, rung=row.slug, note=row.word,
        shared=row.level,
    )  # fmt: skip


def _by_person(found: list[Row]) -> dict[int, list[Row]]:
    theirs: dict[int, list[Row]] = {}
    for row in found:
        theirs.setdefault(row.person, []).append(row)
    return theirs


def _stand(found: Facts, person: int, held: list[Row]) -> None:
    """Where they stand, and when they stood there by role and level. What lay between, a rotation
    say, is not counted; a joiner stands where they were hired into, for no time yet, and so does
    whoever comes back."""
    today = clock.today()
    begun = [row for row in held if row.begins_on <= today]
    going = [row for row in held if row.ends_on is None or row.ends_on >= today]
    now = [row for row in going if row in begun] or [row for row in going if row.number][:1]
    if not (now or begun):
        return
    last = (now or begun)[-1]
    if now:
        found.now[person] = (last.word, last.level)
    here = (fold(last.word), fold(last.level))
    spans: list[Span] = []
    for row in begun:
        if (fold(row.word), fold(row.level)) != here:
            continue
        before = spans[-1] if spans else None
        if before and before.ends_on and row.begins_on <= before.ends_on + A_DAY:
            spans[-1] = Span(before.begins_on, row.ends_on)
        else:
            spans.append(Span(row.begins_on, row.ends_on))
    found.stood[person] = spans
