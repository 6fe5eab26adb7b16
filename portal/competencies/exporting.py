"""A matrix, and what was said of somebody, as files. Who took somebody else's is in the trail."""

from portal import audit, db
from portal.competencies import assessment_access as access
from portal.competencies import gaps
from portal.competencies.grid import Grid
from portal.competencies.models import Assessment
from portal.people.models import Person
from portal.people.tables import write_table

MOST_ROWS = 2000
TABLE = (
    "competency", "section", "level", "expected", "own", "manager", "colleagues", "gap",
    "last said on",
)  # fmt: skip
HISTORY = ("date", "competency", "level", "rating", "what it says", "by", "as", "sentence")


def matrix(grid: Grid) -> bytes:
    """What is expected on each level, as on its page."""
    rows = [
        [
            part.title,
            row.competency.title,
            *(cell.text.said if cell.text else "" for cell in row.cells),
        ]
        for part in grid.parts
        for row in part.rows
    ]
    levels = [level.called for level in grid.matrix.levels]
    return write_table(("section", "competency", *levels), rows)


def table(viewer: Person, person: Person) -> bytes:
    """The gap table, the widest gap first."""
    rows = [
        [
            gap.title, gap.section, gap.level, gap.label(gap.expected), gap.label(gap.own),
            gap.label(gap.manager), gap.peers.words if gap.peers else "", gap.words,
            str(gap.assessed_on or ""),
        ]
        for gap in gaps.widest_first(gaps.of(person))
    ]  # fmt: skip
    return _taken(viewer, person, TABLE, rows)


def history(viewer: Person, person: Person) -> bytes:
    """Everything that was said of them, the newest first, in the words of its day."""
    mine = access.visible_to(viewer).where(Assessment.about == person.id)
    rows = [
        [
            str(one.given_on), one.document.title, one.level, one.label,
            one.row.text if one.row else "", one.by.called, one.relation, one.note,
        ]
        for one in Assessment.listing(mine).limit(MOST_ROWS)
    ]  # fmt: skip
    return _taken(viewer, person, HISTORY, rows)


def _taken(
    viewer: Person, person: Person, columns: tuple[str, ...], rows: list[list[str]]
) -> bytes:
    if viewer.id != person.id:
        with db.write():
            data = {"rows": len(rows)}
            audit.record(viewer, "exported_competencies", person, about=person, data=data)
    return write_table(columns, rows)
