"""A matrix as it is read: for each competency what is expected on each level."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.competencies.matrices import Level, Matrix
from portal.competencies.texts import LevelText, Text


@dataclass(frozen=True)
class Cell:
    """What is expected on one level; `text` is None where nothing is written for it."""

    level: Level
    text: LevelText | None

    def is_on(self, level: Level | None) -> bool:
        return level is not None and level == self.level


@dataclass(frozen=True)
class Row:
    """A competency across the levels of the matrix."""

    competency: Text
    cells: list[Cell]

    def at(self, level: Level | None) -> LevelText | None:
        """What is expected on that level."""
        return next((cell.text for cell in self.cells if cell.is_on(level)), None)


@dataclass(frozen=True)
class Part:
    """A section with its rows."""

    title: str
    intro: str
    rows: list[Row]


@dataclass(frozen=True)
class Grid:
    """The whole matrix; `missing` are addresses of competencies that are in force no more."""

    matrix: Matrix
    parts: list[Part]
    missing: list[str]


def draw(matrix: Matrix, texts: Iterable[Text]) -> Grid:
    """The matrix filled with the competencies in force."""
    written = {text.slug: text for text in texts}
    parts = [
        Part(
            section.title,
            section.intro,
            [
                Row(written[slug], [_cell(written[slug], level) for level in matrix.levels])
                for slug in section.slugs
                if slug in written
            ],
        )
        for section in matrix.sections
    ]
    missing = [slug for slug in matrix.slugs if slug not in written]
    return Grid(matrix, [part for part in parts if part.rows], missing)


def _cell(text: Text, level: Level) -> Cell:
    return Cell(level, text.named(level.name))


def called(matrix: Matrix, text: Text) -> dict[str, str]:
    """What the levels of a competency are called in that matrix."""
    found = {level.level: matrix.at(level.level) for level in text.levels}
    return {name: level.called for name, level in found.items() if level}
