"""What other rooms declare of duties: the kinds they hand out, and why something is owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from portal.people.models import Person
from portal.registry import Registry

if TYPE_CHECKING:
    from portal.assignments.models import Assignment


@dataclass(frozen=True)
class AssignmentKind:
    """What a domain says of the duties it hands out.

    `url` is where one does it; `act` the address to which Today posts to get it done at once, or ""
    when it needs its page; `open(person, slug, opening)` opens the duty a plan asks for, where a
    plan may ask, gives None when the fact is there already and raises NothingToOpen when there is
    no such target in force; `has(slug)` tells whether there is. `is_early`: it is spoken of 90, 60
    and 30 days ahead as well, as what comes round by the year. `is_private`: it is between two
    people, and nobody but its owner learns of it: no line, no HR, no trail. `alike()` is a query of
    targets: whoever owes something towards these is written to alike whether it is done or not, so
    that no letter tells who has done it. Where the fact lives in the domain, `waive`, `reopen` and
    `hand_to` are its verbs and `may_…` its rules, so that duty and fact never disagree, whichever
    page somebody comes by.
    """

    name: str
    title: str
    icon: str
    url: Callable[["Assignment"], str]
    act: Callable[["Assignment"], str] = lambda assignment: ""
    act_label: str = ""
    is_early: bool = False
    is_private: bool = False
    alike: Callable[[], Any] | None = None
    has: Callable[[str], bool] | None = None
    slugs: Callable[[], frozenset[str]] | None = None
    open: "Callable[[Person, str, Opening], Assignment | None] | None" = None
    waive: Callable[["Assignment", str, Person], Any] | None = None
    reopen: Callable[["Assignment", Person], Any] | None = None
    may_waive: Callable[[Person, "Assignment"], bool] | None = None
    may_hand_over: Callable[[Person, "Assignment"], bool] | None = None
    may_reopen: Callable[[Person, "Assignment"], bool] | None = None
    hand_to: Callable[["Assignment", Person, Person], Any] | None = None


class NothingToOpen(LookupError):
    """`open` was asked for something that is not in force: it is neither owed nor done."""


kinds: Registry[AssignmentKind] = Registry("assignment kinds")


@dataclass(frozen=True)
class Cause:
    """Why somebody owes something: a running checklist, a publication, a requirement."""

    kind: str
    ref: int


@dataclass(frozen=True)
class Opening:
    """How a duty is asked for by another domain: why, about whom, by when, in whose name."""

    cause: Cause
    about: Person
    due_on: date | None = None
    by: Person | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class CauseKind:
    """What follows for the cause when a duty it opened in another domain settles or reopens.

    `settled` and `reopened` get the duty, the cause's `ref` and who acted, inside the same write.
    """

    name: str
    settled: Callable[["Assignment", int, Any], None]
    reopened: Callable[["Assignment", int, Any], None]


cause_kinds: Registry[CauseKind] = Registry("kinds of cause")
