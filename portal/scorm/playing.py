"""Playing a package for somebody: which one, for which purpose, and where they are in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.documents.models import Document, Revision
from portal.documents.parser import Problem, Source
from portal.learning.models import COMPLETED, FAILED, Attempt
from portal.people.models import Person
from portal.scorm import runs
from portal.scorm.models import Package, Run
from portal.scorm.steering import Steering, items

FORMAT, PACKAGE_KEY = "scorm", "package"

NO_HOST = (
    "Course packages are somebody else's programs, so they run under a host name of their own. This"
    " portal has none: whoever runs it sets CONTENT_HOST."
)
NOT_READY = "Its package cannot be played. HR sees why on the package's page."


def named(name: str) -> Package | None:
    """The package of that name, `fire-safety/2`."""
    slug, _, version = name.strip().partition("/")
    if not (version.isascii() and version.isdecimal()) or len(version) > 6:
        return None
    wanted = (Package.slug == slug) & (Package.version == int(version))
    return Package.get_or_none(wanted)  # type: ignore[no-any-return]


def read(source: Source) -> tuple[dict[str, Any], list[Problem]]:
    """`package: fire-safety/2`, and that it can be played here."""
    typed = source.meta.get(PACKAGE_KEY, "").strip()
    line = source.line_of(PACKAGE_KEY if typed else "format")
    if not typed:
        said = "Say which package is played, as in “package: fire-safety/1”."
        return {PACKAGE_KEY: ""}, [Problem(line, said)]
    package = named(typed)
    problems = []
    if package is None:
        said = f"There is no package “{typed[:90]}”. Send it under Learning, Packages."
        return {PACKAGE_KEY: ""}, [Problem(line, said)]
    if not package.is_ready:
        said = f"The package “{package.name}” is not ready: its page says why."
        problems.append(Problem(line, said))
    if package.retired_at is not None:
        said = f"The package “{package.name}” is retired. Name a newer version."
        problems.append(Problem(line, said, "warning"))
    if not runs.content_origin():
        problems.append(Problem(line, NO_HOST))
    return {PACKAGE_KEY: package.name}, problems


def of_text(revision: Revision | None) -> Package | None:
    """The package that a course's text names."""
    return named(str(revision.parsed.get(PACKAGE_KEY) or "")) if revision else None


def offered(course: Document) -> str:
    """Why nobody can begin it now; "" where they can."""
    if not runs.content_origin():
        return NO_HOST
    package = of_text(course.current)
    return "" if package and package.is_ready else NOT_READY


def attempt_of(course: Document, person: Person) -> Attempt | None:
    """What they play: what is under way, else the newest that is over."""
    mine = (Attempt.course == course.id) & (Attempt.person == person.id)
    rows = (
        Attempt.select(Attempt, Revision)
        .join(Revision)
        .where(mine, Attempt.format == FORMAT)
        .order_by(Attempt.ended_at.is_null(False), Attempt.number.desc())
    )
    attempt = rows.first()
    if attempt is not None:
        attempt.course, attempt.person = course, person
    return attempt  # type: ignore[no-any-return]


def is_through(attempt: Attempt) -> bool:
    """Whether everything in it is done: from then on one only looks at it again."""
    return attempt.is_done and attempt.completion == COMPLETED and attempt.success != FAILED


def purpose_of(attempt: Attempt) -> str:
    """To learn, or, once it is done or has ended, to look at it again."""
    is_over = attempt.ended_at is not None or is_through(attempt)
    return runs.REVIEW if is_over else runs.LEARN


@dataclass(frozen=True)
class Play:
    """A package before one person; without an attempt it is a preview."""

    person: Person
    package: Package
    attempt: Attempt | None = None

    @property
    def purpose(self) -> str:
        return purpose_of(self.attempt) if self.attempt else runs.PREVIEW

    def open(self) -> str:
        """Open a run; returns its address on the content host."""
        _, token = runs.open_run(self.package, self.person, self.purpose, self.attempt)
        return runs.player_url(token)

    @cached_property
    def run(self) -> Run:
        """The newest that is open, or one that was never opened: what is learned is kept with the
        attempt, so that needs none."""
        found = None
        if self.purpose != runs.LEARN:
            mine = (Run.person == self.person.id) & (Run.package == self.package.id)
            mine &= (Run.purpose == self.purpose) & Run.closed_at.is_null()
            found = Run.select().where(mine).order_by(Run.id.desc()).first()
        run = found or Run(purpose=self.purpose)
        run.person, run.package, run.attempt = self.person, self.package, self.attempt
        return run  # type: ignore[no-any-return]

    @cached_property
    def picture(self) -> dict[str, Any]:
        """The table of contents and what one may do from here."""
        return Steering(self.run).picture()

    @cached_property
    def is_single(self) -> bool:
        """Whether there is one item: then there is nothing to choose."""
        return len(items(self.run)) == 1

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for row in self.picture["contents"] if row["is_visible"]]

    @property
    def done(self) -> tuple[int, int]:
        """How many items are done, of how many."""
        leaves = [row for row in self.picture["contents"] if row["is_leaf"]]
        return sum(1 for row in leaves if row["status"] in ("done", "passed")), len(leaves)

    def may(self, control: str) -> bool:
        """Whether a control of the player is to be had: allowed now, and not hidden."""
        valid = self.picture["valid"]
        return bool(valid.get(control, True)) and control not in valid["hidden"]
