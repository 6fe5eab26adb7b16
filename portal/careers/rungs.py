"""A rung: one place in a career track, and what is asked of whoever wants to stand on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.competencies.texts import EXPECTED, nearest, numbered
from portal.documents.models import Document
from portal.documents.revisions import Revision
from portal.text import fold

INDIVIDUAL, LEAD, SPECIALIST = "individual", "lead", "specialist"
KINDS = (INDIVIDUAL, LEAD, SPECIALIST)
# The sorts of criteria: what is read off another room, and what only words say.
COMPETENCY, MONTHS, CERTIFICATE = "competency", "months", "certificate"
COURSE, REVIEW, OWN = "course", "review", "own"


@dataclass(frozen=True)
class Ref:
    """Where a rung may lead: the address of a track, "" for its own, and of a rung in it."""

    track: str
    rung: str


@dataclass(frozen=True)
class Criterion:
    """One thing that is asked for a rung.

    `key` is its own within the rung. `number`: the row of a competency (0: proficient), how many
    months, or how many reviews of the last `of` at `at` or better. `words` are own words, or what
    stands behind a sort.
    """

    key: str
    sort: str
    slug: str = ""
    number: int = 0
    of: int = 0
    at: int = 0
    words: str = ""
    # What a type of certificate was called when the text was published.
    title: str = ""

    @property
    def row(self) -> int:
        """The row of the competency that has to be reached."""
        return self.number or EXPECTED


@dataclass(frozen=True, eq=False)
class Rung:
    """A rung as the text in force says it. Two are the same that have the same address."""

    document: Document
    revision: Revision
    place: int
    line: int
    slug: str
    title: str
    role: str
    level: str
    kind: str
    to: tuple[Ref, ...]
    words_html: Markup
    criteria: tuple[Criterion, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rung) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> str:
        """The address of its track and its own: `engineering/senior-engineer`."""
        return f"{self.document.slug}/{self.slug}"

    @property
    def track_title(self) -> str:
        return str(self.document.title)

    @property
    def track_url(self) -> str:
        return f"/careers/tracks/{self.document.id}"

    @property
    def url(self) -> str:
        return f"{self.track_url}#{self.slug}"

    @property
    def called(self) -> str:
        """Its name with its level: “Senior engineer, L4”."""
        return f"{self.title}, {self.level}" if self.level else self.title

    @property
    def keys_to(self) -> tuple[str, ...]:
        """The keys of the rungs it may lead to, in force or not."""
        return tuple(f"{ref.track or self.document.slug}/{ref.rung}" for ref in self.to)

    def is_for(self, role: str) -> bool:
        return fold(self.role) == fold(role)


def read(document: Document, revision: Revision, place: int, said: Mapping[str, Any]) -> Rung:
    """A rung as its revision keeps it."""
    return Rung(
        document=document,
        revision=revision,
        place=place,
        line=said["line"],
        slug=said["slug"],
        title=said["title"],
        role=said["role"],
        level=said["level"],
        kind=said["kind"],
        to=tuple(Ref(*one) for one in said["to"]),
        # Sanitized by `render_markdown` when it was published.
        words_html=Markup(said["words_html"]),  # noqa: S704
        criteria=tuple(Criterion(**one) for one in said["criteria"]),
    )


def nearest_of(rungs: Iterable[Rung], role: str, level: str) -> Rung | None:
    """The rung of a role on a level: that very one, or the next one below it, as competencies
    count; the lowest of the role where nothing is below or no level is known. None without a role.
    """
    of_role = [one for one in rungs if fold(role) and one.is_for(role)]
    found = nearest((one.level for one in of_role), level)
    if found is not None:
        return next(one for one in of_role if fold(one.level) == fold(found))
    return min(of_role, key=lambda one: rank(one.level), default=None)


def rank(level: str) -> tuple[str, int]:
    """How levels stand one above another: by their number. One that has none comes first."""
    return numbered(level) or ("", 0)


def in_order(levels: Iterable[str]) -> list[str]:
    """These levels, folded and each once, from the lowest: by their number, those without one in
    the order in which they are named."""
    return sorted(dict.fromkeys(map(fold, levels)), key=rank)
