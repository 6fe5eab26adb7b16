"""What a rung asks for, in words anybody may read: what is asked is called by its name today."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.careers.rungs import CERTIFICATE, COMPETENCY, COURSE, MONTHS, REVIEW, Criterion, Rung
from portal.competencies.texts import Text
from portal.documents.models import Document
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person
from portal.text import count


@dataclass(frozen=True)
class Asked:
    """A criterion as a line: what is asked, what it looks like, and where to read on ("" where the
    viewer has nothing to open)."""

    title: str
    note: str = ""
    url: str = ""


class Wording:
    """The names behind what some rungs ask for, read once: one query."""

    def __init__(self, viewer: Person, rungs: Iterable[Rung]) -> None:
        asked = [one for rung in rungs for one in rung.criteria]
        named = {(one.sort, one.slug) for one in asked if one.sort in (COMPETENCY, COURSE)}
        found = _documents(named)
        self._texts = {
            one.slug: Text(one, one.current)
            for one in found
            if one.kind == COMPETENCY and one.current
        }
        self._courses = {one.slug: one for one in found if one.kind == COURSE}
        self._facts = facts_of(viewer, viewer.held_now) if self._courses else {}
        self._is_hr = viewer.is_hr

    def of(self, rung: Rung, one: Criterion) -> Asked:
        """One criterion in words."""
        if one.sort == COMPETENCY:
            return _competency(rung, one, self._texts.get(one.slug))
        if one.sort == COURSE:
            return self._course(one)
        if one.sort == CERTIFICATE:
            return Asked(f"A valid {one.title or _plain(one.slug)}", one.words)
        if one.sort == MONTHS:
            return Asked(f"{count(one.number, 'month')} on the rung before", one.words)
        if one.sort == REVIEW:
            return Asked(_reviews(one), one.words)
        return Asked(one.words)

    def _course(self, one: Criterion) -> Asked:
        """A course with its link, where the viewer is among those it is for."""
        course = self._courses.get(one.slug)
        if course is None:
            return Asked(f"Course: {_plain(one.slug)}", one.words)
        is_open = self._is_hr or _means(course.audience, self._facts)
        url = f"/learning/courses/{course.id}" if is_open else ""
        return Asked(f"Course: {course.title}", one.words, url)


def _competency(rung: Rung, one: Criterion, text: Text | None) -> Asked:
    if text is None:
        return Asked(_plain(one.slug), one.words)
    level = text.at(rung.level)
    row = level.anchor(one.number) if one.number else level.expected
    said = row.text if row else ""
    return Asked(
        f"{text.title}: {row.label if row else f'row {one.number}'} on {level.level}",
        one.words or said[:1].upper() + said[1:],
        f"{text.url}#{level.place}",
    )


def _reviews(one: Criterion) -> str:
    if one.of == 1:
        return f"The last review at {one.at} or better"
    if one.number == one.of:
        return f"The last {one.of} reviews at {one.at} or better"
    return f"{one.number} of the last {one.of} reviews at {one.at} or better"


def _plain(slug: str) -> str:
    """What stands for something that is not in force."""
    return slug.replace("-", " ").capitalize()


def _documents(named: set[tuple[str, str]]) -> list[Document]:
    """Those of these kinds and addresses that are in force, with their texts."""
    if not named:
        return []
    rows = Document.with_current(
        Document.select().where(
            Document.kind.in_(sorted({kind for kind, _ in named})),
            Document.slug.in_(sorted({slug for _, slug in named})),
            Document.is_published(),
        )
    )
    return [one for one in rows if (one.kind, one.slug) in named]


def _means(rule: str, facts: dict[str, str]) -> bool:
    """Whether the rule means somebody with these facts; one nobody can read means nobody."""
    try:
        return rule in ("", "everyone") or audience.parse(rule).matches(facts)
    except audience.RuleError:
        return False
