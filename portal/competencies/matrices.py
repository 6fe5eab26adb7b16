"""Matrices: which competencies, on which levels, a family of roles is looked at for."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from portal.competencies import texts
from portal.documents.models import Document
from portal.documents.written import Written, in_force
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person
from portal.text import fold

KIND = "matrix"


@dataclass(frozen=True)
class Level:
    """A level as positions call it, and what whoever is on it is called."""

    name: str
    title: str = ""

    @property
    def called(self) -> str:
        return f"{self.name} {self.title}".strip()

    def is_called(self, name: str) -> bool:
        return fold(self.name) == fold(name)


@dataclass(frozen=True)
class Section:
    """Competencies that belong together, by their addresses."""

    title: str
    intro: str
    slugs: tuple[str, ...]


class Matrix(Written):
    """A matrix with its text in force."""

    @property
    def url(self) -> str:
        return url_of(self.document)

    @property
    def intro(self) -> str:
        return str(self.structure.get("intro", ""))

    @property
    def rule(self) -> str:
        """Whom it is for, as an audience rule."""
        return str(self.structure["for"])

    @cached_property
    def levels(self) -> list[Level]:
        """From the lowest to the highest."""
        return [Level(**one) for one in self.structure["levels"]]

    @cached_property
    def sections(self) -> list[Section]:
        return [
            Section(one["title"], one["intro"], tuple(one["competencies"]))
            for one in self.structure["sections"]
        ]

    @cached_property
    def slugs(self) -> list[str]:
        """Every competency in it, in order."""
        return [slug for section in self.sections for slug in section.slugs]

    def at(self, level: str) -> Level | None:
        """The level of that name, if the matrix has it."""
        return next((one for one in self.levels if one.is_called(level)), None)

    def nearest(self, level: str) -> Level | None:
        """The one that counts for somebody on `level`: where it is not there, the next below."""
        found = texts.nearest((one.name for one in self.levels), level)
        return next((one for one in self.levels if one.name == found), None)

    @cached_property
    def _parsed_rule(self) -> audience.Rule | None:
        """None for a rule that nobody can read any more: it means nobody."""
        try:
            return audience.parse(self.rule)
        except audience.RuleError:
            return None

    @property
    def is_for_everyone(self) -> bool:
        return isinstance(self._parsed_rule, audience.Everyone)

    @property
    def fields(self) -> frozenset[str]:
        """What its rule asks of people."""
        return audience.fields(self._parsed_rule) if self._parsed_rule else frozenset()

    def means(self, facts: dict[str, str]) -> bool:
        """Whether it is the matrix of somebody with these facts."""
        return self._parsed_rule is not None and self._parsed_rule.matches(facts)


def url_of(document: Document) -> str:
    return f"/competencies/matrices/{document.id}"


def all_of_them() -> list[Matrix]:
    """Every matrix in force, in the order in which they are tried: one query.

    The newest comes first. One for everyone comes after those that say for whom they are, because
    otherwise it would take the place of each that is older. Correcting a text changes no order.
    """
    return in_order(in_force(KIND))


def in_order(documents: Iterable[Document]) -> list[Matrix]:
    """The matrices among these documents, each with its text in force, as they are tried."""
    found = [Matrix(one, one.current) for one in documents if one.kind == KIND and one.current]
    return sorted(found, key=lambda matrix: place(matrix.is_for_everyone, matrix.id))


def place(is_for_everyone: bool, number: int) -> tuple[bool, int]:
    """Where a matrix stands among those that are tried: the lower, the earlier."""
    return is_for_everyone, -number


def of(person: Person, among: Iterable[Matrix] | None = None) -> Matrix | None:
    """The matrix of somebody as they stand today: the first that means them.

    `among`: every matrix in force, where the caller has them already.
    """
    if not person.is_staff:
        return None
    facts = facts_of(person, person.held_now)
    tried = all_of_them() if among is None else among
    return next((matrix for matrix in tried if matrix.means(facts)), None)
