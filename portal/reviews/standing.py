"""Where a review stands, read off its facts: nothing of it is kept, so nothing can disagree.

What somebody says without a name shows as a number, and only once its step has closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews.answers import LEAST, Nominee
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.remarks import Remark
from portal.reviews.steps import CALIBRATION, MANAGER, PEERS, RELEASE, SELF
from portal.text import count
from portal.web import day


@dataclass(frozen=True)
class Cell:
    """One step of one review: its state, and how a table says it. `kind` is a badge's."""

    state: str
    words: str
    kind: str = "plain"


@dataclass
class Named:
    """Who is asked to say something without a name: how many are proposed and asked, and once the
    step has closed how many answered."""

    proposed: int = 0
    asked: int = 0
    answered: int = 0


@dataclass
class Standing:
    """A review with its steps, and what was written in them under a name."""

    review: Review
    phases: dict[str, Phase] = field(default_factory=dict)
    parts: dict[str, ReviewPart] = field(default_factory=dict)
    named: dict[str, Named] = field(default_factory=dict)
    has_replied: bool = False

    @property
    def writer(self) -> Person | None:
        """Whoever writes about them: who leads them, or was given it."""
        part = self.parts.get(MANAGER)
        if part is not None:
            return part.author  # type: ignore[no-any-return]
        return self.review.lead if self.review.lead_id else None

    def is_sent(self, name: str) -> bool:
        """Whether the form of that step is sent."""
        part = self.parts.get(name)
        return part is not None and part.submission.submitted_at is not None

    def is_asked(self, name: str) -> bool:
        """Whether somebody has the form of that step before them."""
        part = self.parts.get(name)
        if part is None or part.submission.submitted_at or part.submission.withdrawn_at:
            return False
        return self.review.skipped_at is None and self.review.cycle.ended_at is None

    def is_late(self, name: str, today: date) -> bool:
        phase = self.phases.get(name)
        if phase is None or phase.closes_on is None or self.is_sent(name):
            return False
        due_on = self.due_on(name)
        return phase.opened_at is not None and due_on is not None and due_on < today

    def due_on(self, name: str) -> date | None:
        """Until when the form of that step is to be sent."""
        part = self.parts.get(name)
        if part is not None:
            return part.is_due_until
        return self.phases[name].closes_on  # type: ignore[no-any-return]

    @property
    def to_approve(self) -> int:
        """How many colleagues were named of whom nobody has said yet whether they are asked."""
        phase = self.phases.get(PEERS)
        if phase is None or phase.closed_at or self.is_over:
            return 0
        named = self.named.get(PEERS, Named())
        return named.proposed - named.asked

    @property
    def is_shared(self) -> bool:
        """Whether whoever leads them reads what they say of themselves."""
        part = self.parts.get(SELF)
        readers = part.submission.readers.split() if part else []
        return self.is_sent(SELF) and (self.review.shared_at is not None or LINE in readers)

    @property
    def is_complete(self) -> bool:
        """Whether all that is written under a name is sent, and released where it is to be."""
        waits = [name for name in (SELF, MANAGER) if name in self.phases and not self.is_sent(name)]
        unread = MANAGER in self.phases and self.review.released_at is None
        return not waits and not unread

    @property
    def is_over(self) -> bool:
        return bool(self.review.cycle.ended_at or self.review.skipped_at)

    @property
    def releases_on(self) -> date | None:
        """From when on the person reads what the manager wrote, where that is a day."""
        release = self.phases.get(RELEASE)
        if release is None:
            return self.review.talk_on  # type: ignore[no-any-return]
        return max(release.opens_on, self.review.talk_on or release.opens_on)

    # -- as a table says it ----------------------------------------------------------------

    def cell(self, name: str, today: date) -> Cell:
        phase = self.phases[name]
        if self.review.skipped_at:
            return Cell("skipped", "left out")
        if phase.step.is_anonymous:
            return self._without_names(phase, today)
        if phase.step.asks:
            return self._written(phase, today)
        if name == CALIBRATION:
            return self._by_days(phase, today)
        return self._read(phase, today)

    def _read(self, phase: Phase, today: date) -> Cell:
        """From the release on: that it is, and whether the person signed."""
        if self.review.released_at is None:
            return self._by_days(phase, today)
        if phase.name == RELEASE:
            return Cell("released", "released", "good")
        if self.review.read_at:
            return Cell("read", "read", "good")
        return Cell("unread", "not signed", "accent")

    def _by_days(self, phase: Phase, today: date) -> Cell:
        if phase.opened_at is None:
            return Cell("ahead", f"from {day(phase.opens_on, today)}")
        if phase.closed_at or self.review.cycle.ended_at:
            return Cell("over", "over")
        return Cell("open", "under way", "accent")

    def _written(self, phase: Phase, today: date) -> Cell:
        part = self.parts.get(phase.name)
        if part is None:
            if phase.name == MANAGER and self.review.lead_id is None:
                return Cell("nobody", "nobody to ask", "bad")
            if phase.opened_at is None:
                return Cell("ahead", f"from {day(phase.opens_on, today)}")
            return Cell("open", "is being asked")
        sent = part.submission.submitted_at
        if sent and phase.name == SELF and self.is_shared:
            return Cell("shared", "shared", "good")
        if sent:
            return Cell("sent", "sent", "good")
        if part.submission.withdrawn_at:
            return Cell("withdrawn", "taken back by HR")
        if self.is_late(phase.name, today):
            return Cell("late", f"late since {day(self.due_on(phase.name), today)}", "bad")
        if part.submission.saved_at:
            return Cell("begun", "begun", "accent")
        return Cell("open", "not begun")

    def _without_names(self, phase: Phase, today: date) -> Cell:
        named = self.named.get(phase.name, Named())
        if phase.closed_at:
            if not named.asked:
                return Cell("nobody", "nobody asked")
            if named.answered < LEAST:
                return Cell("few", "too few to show")
            return Cell("answered", f"{named.answered} of {named.asked} answered", "good")
        if named.asked:
            return Cell("asked", f"{named.asked} asked", "accent")
        if named.proposed:
            return Cell("proposed", f"{count(named.proposed, 'name')} to approve", "warn")
        if phase.opened_at is None:
            return Cell("ahead", f"from {day(phase.opens_on, today)}")
        return Cell("open", "nobody named")


def of(review: Review) -> Standing:
    """Where one review stands."""
    return of_many([review])[0]


def of_known(review: Review, phases: list[Phase], parts: Iterable[ReviewPart]) -> Standing:
    """The same of what was asked for already: all its parts in their order, and `said.phases_of`.
    Without how many answered."""
    one = Standing(review, {phase.name: phase for phase in phases})
    one.parts = {part.phase.name: part for part in parts if part.replaced_at is None}
    for phase in phases:
        counts: Any = phase
        one.named[phase.name] = Named(counts.proposed, counts.named)
    return one


def of_many(reviews: Iterable[Review], known: list[Phase] | None = None) -> list[Standing]:
    """Where each of them stands, in their order: three queries, however many they are. `known`: the
    steps of the one cycle that all of them are in."""
    found = {review.id: Standing(review) for review in reviews}
    if not found:
        return []
    cycles = {one.review.cycle_id for one in found.values()}
    phases = _phases(cycles) if known is None else {known[0].cycle_id: known}
    for one in found.values():
        one.phases = {phase.name: phase for phase in phases.get(one.review.cycle_id, [])}
    by_id = {phase.id: phase for some in phases.values() for phase in some}
    for part in _parts(list(found)):
        part.phase = by_id[part.phase_id]
        found[part.review_id].parts[part.phase.name] = part
    for review, phase, proposed, asked, answered in _named(list(found), by_id):
        name, is_over = by_id[phase].name, by_id[phase].closed_at is not None
        found[review].named[name] = Named(proposed, asked or 0, (answered or 0) if is_over else 0)
    return list(found.values())


def note_replies(found: list[Standing]) -> None:
    """Whether the person has replied, of those they have read: one query, or none."""
    read = [one.review.id for one in found if one.review.read_at]
    replied = Remark.replied_in(read) if read else set()
    for one in found:
        one.has_replied = one.review.id in replied


def _phases(cycles: set[int]) -> dict[int, list[Phase]]:
    found: dict[int, list[Phase]] = {}
    for phase in Phase.select().where(Phase.cycle.in_(cycles)).order_by(Phase.cycle, Phase.place):
        found.setdefault(phase.cycle_id, []).append(phase)
    return found


def _parts(reviews: list[int]) -> Any:
    """What is written under a name now, never a word of what stands in it."""
    form = (
        Submission.id, Submission.person, Submission.about, Submission.readers,
        Submission.saved_at, Submission.submitted_at, Submission.withdrawn_at, Submission.read_at,
    )  # fmt: skip
    return (
        ReviewPart.select(ReviewPart, *form, *Person.names(Person))
        .join(Submission)
        .switch(ReviewPart)
        .join(Person, on=(ReviewPart.author == Person.id), attr="author")
        .where(ReviewPart.review.in_(reviews), ReviewPart.is_current())
        .order_by(ReviewPart.id)
    )


def _named(reviews: list[int], phases: dict[int, Phase]) -> Any:
    if not any(phase.step.is_anonymous for phase in phases.values()):
        return []
    asked = peewee.Case(None, [(Nominee.approved_at.is_null(False), 1)], 0)
    answered = peewee.Case(None, [(Nominee.has_answered, 1)], 0)
    total = peewee.fn.SUM
    return (
        Nominee.select(
            Nominee.review, Nominee.phase, peewee.fn.COUNT(Nominee.id), total(asked),
            total(answered),
        )
        .where(Nominee.review.in_(reviews), Nominee.removed_at.is_null())
        .group_by(Nominee.review, Nominee.phase)
        .tuples()
    )  # fmt: skip


def is_running() -> Any:
    """Reviews in cycles that go on, whoever was left out included."""
    return Review.cycle.in_(Cycle.select(Cycle.id).where(Cycle.is_open()))
