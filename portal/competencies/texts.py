"""Competencies as others read them: the text in force, level by level."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.competencies.parser import HELP_KINDS
from portal.documents.models import Document
from portal.documents.written import Written, in_force
from portal.questionnaires.ratings import Anchor, from_rows
from portal.text import fold, slugify

KIND = "competency"
# The row that somebody on a level is expected to be on: “Proficient”.
EXPECTED = 2

_NUMBERED = re.compile(r"([^0-9]*)([0-9]{1,6})")


def nearest(names: Iterable[str], level: str) -> str | None:
    """Of these levels the one that counts for somebody on `level`: that very one, or else the
    highest below it, as L4 for L6. What is below is read off the number; None where nothing is.
    """
    known = {fold(name): name for name in names}
    if found := known.get(fold(level)):
        return found
    below = [name for name in known.values() if is_below(name, level)]
    return max(below, key=lambda name: numbered(name) or ("", 0)) if below else None


def is_below(level: str, other: str) -> bool:
    """Whether a level stands below another one: by their numbers, where both are called alike."""
    here, there = numbered(level), numbered(other)
    return bool(here and there and here[0] == there[0] and here[1] < there[1])


def numbered(level: str) -> tuple[str, int] | None:
    """What a level is called and its number, as `l` and 4 of L4; None where it has no number."""
    found = _NUMBERED.fullmatch(fold(level))
    return (found[1], int(found[2])) if found else None


@dataclass(frozen=True)
class Help:
    """What helps to get to a level: a course, a page to read, or a task."""

    sort: str
    target: str
    words: str

    @property
    def kind(self) -> str:
        """The kind of document it leads to; "" for a task."""
        return HELP_KINDS.get(self.sort, "")


@dataclass(frozen=True)
class LevelText:
    """What is written for one level; texts from before there were probes and helps have none."""

    level: str
    intro: str
    anchors: tuple[Anchor, ...]
    probes: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()

    def anchor(self, value: int | None) -> Anchor | None:
        """The row of that number."""
        return next((one for one in self.anchors if one.value == value), None)

    @property
    def expected(self) -> Anchor:
        """What somebody on this level is expected to do."""
        return self.anchor(EXPECTED) or self.anchors[-1]

    @property
    def said(self) -> str:
        """The same as a sentence stands alone."""
        words = self.expected.text or self.expected.label
        return words[:1].upper() + words[1:]

    @property
    def place(self) -> str:
        """Where it stands on the page of the competency."""
        return f"level-{slugify(self.level)}"


class Text(Written):
    """A competency with the text it has now, or had when somebody was assessed."""

    @property
    def url(self) -> str:
        return url_of(self.document)

    @cached_property
    def levels(self) -> tuple[LevelText, ...]:
        """From the lowest to the highest."""
        return tuple(_level(one) for one in self.structure["levels"])

    def named(self, level: str) -> LevelText | None:
        """What is written for that very level."""
        return next((one for one in self.levels if fold(one.level) == fold(level)), None)

    def at(self, level: str) -> LevelText:
        """What is written for that level; where nothing is, for the next one below it; where there
        is none, or no level is known, for the lowest."""
        found = nearest((one.level for one in self.levels), level)
        return next((one for one in self.levels if one.level == found), self.levels[0])


def url_of(document: Document) -> str:
    return f"/competencies/{document.slug}"


def of(slugs: Iterable[str]) -> dict[str, Text]:
    """The competencies in force under these addresses: one query. Others are left out."""
    wanted = sorted(set(slugs))
    if not wanted:
        return {}
    rows = Document.select().where(
        Document.kind == KIND, Document.slug.in_(wanted), Document.is_published()
    )
    found = Document.with_current(rows)
    return {one.slug: Text(one, one.current) for one in found if one.current}


def all_of_them() -> list[Text]:
    """Every competency in force, by its title: one query."""
    return [Text(one, one.current) for one in in_force(KIND) if one.current]


def levels_in_force() -> dict[str, frozenset[str]]:
    """For each competency in force the levels for which something is written, folded."""
    return {
        text.slug: frozenset(fold(level.level) for level in text.levels) for text in all_of_them()
    }


def _level(said: Mapping[str, Any]) -> LevelText:
    return LevelText(
        level=said["level"],
        intro=said.get("intro", ""),
        anchors=from_rows(said["anchors"]),
        probes=tuple(said.get("probes", ())),
        helps=tuple(Help(**one) for one in said.get("helps", ())),
    )
