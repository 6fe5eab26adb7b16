"""Gap tables: what is expected of people on their level, beside what was said of them.

Expected is Proficient on the level of one's position. What was said for another level stands in
the history and counts for nothing here: what somebody showed on L2 says little about L3.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import peewee

from portal import clock
from portal.competencies import matrices, texts
from portal.competencies.matrices import Matrix
from portal.competencies.models import MANAGER, PEER, SELF, Assessment
from portal.competencies.parser import HELP_KINDS
from portal.competencies.texts import EXPECTED, LevelText, Text
from portal.documents.models import Document, Revision
from portal.people.facts import facts_of
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.text import count, fold

__all__ = [
    "EXPECTED", "Gap", "Peers", "Table", "asked_of", "of", "of_many", "other_levels", "tables_of",
    "widest_first",
]  # fmt: skip

HELPS = {
    "course": ("course", "courses"),
    "read": ("page to read", "pages to read"),
    "task": ("task", "tasks"),
}

# How the author stands to them, the level, the value, the day; by person and competency.
Said = tuple[str, str, int, date]
SaidOf = dict[tuple[int, str], list[Said]]


@dataclass(frozen=True)
class Peers:
    """What colleagues said: how many, and from which row to which. Who they were says no table."""

    count: int
    low: int
    high: int

    @property
    def words(self) -> str:
        said = f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"
        return f"{said}, by {self.count}"


@dataclass(frozen=True)
class Gap:
    """One competency of one person. `gap` is how far what their manager says (themselves, where
    no manager has said anything) falls short of what is expected; None where nobody has said it.
    """

    slug: str
    title: str
    level: str
    expected: int
    own: int | None
    manager: int | None
    peers: Peers | None
    gap: int | None
    assessed_on: date | None
    section: str
    text: Text
    # The courses and pages in force, by kind and address.
    in_force: frozenset[tuple[str, str]]

    @property
    def shown(self) -> LevelText:
        """The text that is expected of them."""
        return self.text.at(self.level)

    @property
    def counts(self) -> int | None:
        """The rating the gap is counted from."""
        return self.own if self.manager is None else self.manager

    @property
    def is_own_alone(self) -> bool:
        return self.manager is None and self.own is not None

    @property
    def words(self) -> str:
        """The gap as one says it."""
        if self.counts is None:
            return "Nobody has said yet"
        if self.gap:
            return f"{count(self.gap, 'step')} below"
        return "More than expected" if self.counts > self.expected else "As expected"

    def label(self, value: int | None) -> str:
        """`2 Proficient`, in the words of the text in force."""
        row = self.shown.anchor(value)
        if value is None or row is None:
            return "" if value is None else str(value)
        return f"{row.value} {row.label}"

    @property
    def word(self) -> str:
        """What it is counted from, without its number: `Developing`."""
        row = self.shown.anchor(self.counts)
        return row.label if row else str(self.counts or "")

    @property
    def helps(self) -> str:
        """What helps on that level and is in force, counted: `2 courses, 1 task`. Its page has the
        links."""
        there = self.in_force
        sorts = Counter(
            one.sort for one in self.shown.helps if not one.kind or (one.kind, one.target) in there
        )
        return ", ".join(count(sorts[sort], *noun) for sort, noun in HELPS.items() if sorts[sort])

    @property
    def helps_url(self) -> str:
        """Where what helps stands, with what is expected."""
        return f"{self.text.url}#{self.shown.place}"


def of(person: Person) -> list[Gap]:
    """Each competency of somebody's matrix, in its order; empty where no matrix means them."""
    return of_many([person]).get(person.id, [])


def of_many(people: Iterable[Person]) -> dict[int, list[Gap]]:
    """The same for many, by person; of whom nothing is expected is left out: no matrix means them,
    it does not have their level, or they have left."""
    return {id: found for table in tables_of(people)[0] for id, found in table.gaps.items()}


def asked_of(person: Person) -> list[Gap]:
    """What can be said of somebody: as `of`, without what was said."""
    tables, _ = _tables([person], lambda ids: {})
    return tables[0].gaps.get(person.id, []) if tables else []


@dataclass(frozen=True)
class Table:
    """People who have one matrix, with where they stand today and their gaps by competency.

    `off` are those whose level is unknown to it, or missing: nothing is expected of them.
    """

    matrix: Matrix
    people: list[Person] = field(default_factory=list)
    off: list[Person] = field(default_factory=list)
    facts: dict[int, dict[str, str]] = field(default_factory=dict)
    gaps: dict[int, list[Gap]] = field(default_factory=dict)

    @property
    def columns(self) -> list[Gap]:
        """Any person's: what the competencies are called is the same for all of them."""
        return self.gaps[self.people[0].id]


def tables_of(people: Iterable[Person]) -> tuple[list[Table], list[Person]]:
    """People in a table for each matrix, and whoever has none. Four queries, however many."""
    return _tables(list(people), _said)


def _tables(
    people: list[Person], said_of: Callable[[list[int]], SaidOf]
) -> tuple[list[Table], list[Person]]:
    tried, known, help_in_force = _written()
    tables = {matrix.id: Table(matrix) for matrix in tried}
    facts, without = _facts(people) if tried else {}, []
    for person in people:
        theirs = facts.get(person.id, {})
        matrix = next((one for one in tried if theirs and one.means(theirs)), None)
        if matrix is None:
            without.append(person)
        else:
            table = tables[matrix.id]
            table.facts[person.id] = theirs
            has_level = matrix.nearest(theirs.get("level", ""))
            (table.people if has_level else table.off).append(person)
    found = [table for table in tables.values() if table.facts]
    said = said_of([person.id for table in found for person in table.people])
    for table in found:
        for person in table.people:
            theirs = table.facts[person.id]
            table.gaps[person.id] = [
                _gap(
                    known[slug],
                    section.title,
                    theirs,
                    said.get((person.id, slug), []),
                    help_in_force,
                )
                for section in table.matrix.sections
                for slug in section.slugs
                if slug in known
            ]
    return found, without


def _written() -> tuple[list[Matrix], dict[str, Text], frozenset[tuple[str, str]]]:
    """Every matrix and every competency in force, and which courses and pages are: one query, in
    which only the first two bring their text."""
    other = Revision.alias()
    highest = other.select(peewee.fn.MAX(other.number)).where(other.document == Document.id)
    is_read = Document.kind.in_([matrices.KIND, texts.KIND])
    newest = is_read & (Revision.document == Document.id) & (Revision.number == highest)
    helping = Document.kind.in_(sorted(set(HELP_KINDS.values())))
    rows = list(
        Document.select(Document, Revision)
        .join(Revision, peewee.JOIN.LEFT_OUTER, on=newest, attr="in_force")
        .where(is_read | helping, Document.is_published())
    )
    known = {one.slug: Text(one, one.current) for one in rows if one.kind == texts.KIND}
    help_in_force = frozenset((one.kind, one.slug) for one in rows)
    return matrices.in_order(rows), known, help_in_force


def _facts(people: list[Person]) -> dict[int, dict[str, str]]:
    """What matrices ask of people, of those who are here or about to be."""
    here = [one for one in people if one.is_staff and not one.has_left(one.today())]
    if len(here) == 1:
        return {here[0].id: facts_of(here[0], here[0].held_now)}
    today = clock.today()
    rows = Position.with_places().where(
        Position.person.in_([one.id for one in here]), Position.is_held(today)
    )
    # Of a joiner's first position and the one after it the later counts.
    held = {row.person_id: row for row in rows.order_by(Position.starts_on)}
    teams = Teams() if any(_is_deep(row) for row in held.values()) else None
    return {one.id: facts_of(one, held.get(one.id), teams) for one in here}


def _is_deep(position: Position) -> bool:
    """Whether its department is further up than the team right above."""
    team = position.team
    return bool(team and team.parent_id and team.parent.parent_id)


def _said(ids: list[int]) -> SaidOf:
    """By person and competency: relation, level, value and day, the newest last."""
    rows = Assessment.newest(ids).select(
        Assessment.about, Document.slug, Assessment.relation, Assessment.level,
        Assessment.value, Assessment.given_on,
    )  # fmt: skip
    rows = rows.join(Document, on=(Assessment.document == Document.id))
    found: SaidOf = {}
    for about, slug, *said in rows.order_by(Assessment.id).tuples():
        found.setdefault((about, slug), []).append(tuple(said))  # type: ignore[arg-type]
    return found


def _gap(
    text: Text,
    section: str,
    facts: dict[str, str],
    said: list[Said],
    in_force: frozenset[tuple[str, str]],
) -> Gap:
    shown = text.at(facts.get("level", ""))
    here = [one for one in said if one[1] == shown.level]
    last = {relation: value for relation, _, value, _ in here if relation != PEER}
    peers = [value for relation, _, value, _ in here if relation == PEER]
    own, manager = last.get(SELF), last.get(MANAGER)
    counts = own if manager is None else manager
    expected = shown.expected.value
    return Gap(
        slug=text.slug,
        title=text.title,
        level=shown.level,
        expected=expected,
        own=own,
        manager=manager,
        peers=Peers(len(peers), min(peers), max(peers)) if peers else None,
        gap=None if counts is None else max(0, expected - counts),
        assessed_on=max((one[3] for one in here), default=None),
        section=section,
        text=text,
        in_force=in_force,
    )


def other_levels(found: Iterable[Gap], level: str) -> list[str]:
    """Which levels count where nothing is written for that one."""
    return sorted({gap.level for gap in found if fold(gap.level) != fold(level)})


def widest_first(found: list[Gap]) -> list[Gap]:
    """By the size of the gap; then what nobody has said, then what is as expected and more."""
    return sorted(
        found, key=lambda one: (-(one.gap or 0), one.gap is not None, one.counts or one.expected)
    )
