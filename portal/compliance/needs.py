"""What other rooms declare so that it can be required: a policy, a certificate, a list."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal import clock
from portal.assignments.duties import Opening
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.registry import Registry


@dataclass(frozen=True)
class Moment:
    """A day that is asked about, as it was known at some time: now, where that is None."""

    on: date
    known_at: datetime | None = None

    @property
    def latest(self) -> datetime:
        """Nothing done or recorded after this counts: the end of the day, or when it was known."""
        end = datetime.combine(self.on + timedelta(days=1), time(), UTC)
        return min(end, self.known_at or clock.now())


@dataclass(frozen=True)
class Fact:
    """That somebody has done what is required.

    `ref` names the row that proves it, as `acknowledgment:12`; `record` is the hash that binds it.
    `holds_until` is the last day it counts, where the thing itself says so (a certificate);
    otherwise the requirement says how soon it comes round again.
    """

    done_on: date
    ref: str
    record: str = ""
    holds_until: date | None = None


@dataclass(frozen=True)
class RequirementKind:
    """A kind of thing that can be required of people.

    `targets()` are those one may choose, id and title; `title_of` and `url_of` speak of one, in
    force or not. `since(target, moment)` is the day from which what is asked today was asked (a
    policy's last material text), None where nothing is in force. `facts(target, people, moment)`
    gives each person's newest fact that still answers it, of these people or of everyone (None);
    it reads typed rows alone, so that for one pair of `on` and `known_at` it answers the same for
    ever. `open` opens the duty and returns it, or None where there is nothing to open.
    `duty` is the kind of that assignment.
    """

    name: str
    title: str
    icon: str
    duty: str
    targets: Callable[[], list[tuple[int, str]]]
    title_of: Callable[[int], str]
    url_of: Callable[[int], str]
    since: Callable[[int, Moment], date | None]
    facts: Callable[[int, Collection[int] | None, Moment], dict[int, Fact]]
    open: Callable[[Person, int, Opening], Assignment | None]


kinds: Registry[RequirementKind] = Registry("requirement kinds")
