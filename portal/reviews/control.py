"""How far a cycle is: each step as a bar, who is asked, who has sent, and who is missing.

What is said without names is counted only once its step has closed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal import db
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews.answers import LEAST, Nominee
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, RELEASE, REPLY, SELF, STEPS
from portal.text import fold
from portal.web import day

PARTICIPATION_TARGET = 100
COUNT = peewee.fn.COUNT


@dataclass
class Step:
    """One step of a cycle: how many are asked in it, and how many have done it."""

    phase: Phase
    total: int = 0
    done: int = 0
    late: int = 0

    @property
    def title(self) -> str:
        return self.phase.step.title

    @property
    def is_counted(self) -> bool:
        """Whether its bar says something: not before the names of who answered are past."""
        return bool(not self.phase.step.is_anonymous or self.phase.closed_at)

    @property
    def state(self) -> str:
        """`done`, `late`, `begun` or `ahead`, as the bars of a list have it."""
        if self.phase.opened_at is None:
            return "ahead"
        if self.late:
            return "late"
        is_over = self.phase.closed_at and not self.is_waiting
        return "done" if is_over or (self.total and self.done == self.total) else "begun"

    @property
    def is_waiting(self) -> bool:
        """Whether something that was due is still missing in it."""
        return self.phase.step.asks and self.is_counted and self.done < self.total

    @property
    def share(self) -> int:
        return 100 if not self.total else self.done * 100 // self.total

    def days(self, today: date) -> str:
        opens, closes = self.phase.opens_on, self.phase.closes_on
        if closes is None:
            return f"from {day(opens, today)}"
        if self.phase.is_under_way:
            return f"until {day(closes, today)}"
        same = (opens.year, opens.month) == (closes.year, closes.month)
        first = f"{opens.day}" if same else f"{opens.day} {opens:%b}"
        year = "" if closes.year == today.year else f" {closes.year}"
        return f"{first} to {closes.day} {closes:%b}{year}"


@dataclass
class Summary:
    """A cycle with its steps and what is missing in it."""

    cycle: Cycle
    steps: list[Step] = field(default_factory=list)
    people: int = 0
    skipped: int = 0
    alone: int = 0
    released: int = 0
    read: int = 0

    def step(self, name: str) -> Step | None:
        return next((one for one in self.steps if one.phase.name == name), None)

    @property
    def asked(self) -> int:
        """Forms that are or will be asked for under a name, and answers that were without."""
        return sum(one.total for one in self.steps if one.phase.step.asks and one.is_counted)

    @property
    def sent(self) -> int:
        return sum(one.done for one in self.steps if one.phase.step.asks and one.is_counted)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.steps)

    @property
    def participation(self) -> int | None:
        """Whole percent of what was due by now, rounded down: 99.9 is not 100."""
        due = [one for one in self.steps if one.phase.closed_at and one.phase.step.asks]
        total = sum(one.total for one in due)
        return sum(one.done for one in due) * 100 // total if total else None

    @property
    def now(self) -> list[Step]:
        """What is under way."""
        return [one for one in self.steps if one.phase.is_under_way]

    def sentence(self, today: date) -> str:
        """What happens now and next."""
        if self.cycle.ended_at:
            return f"Over since {day(self.cycle.ended_at.date(), today)}."
        now = [f"{one.title} {one.days(today)}" for one in self.now]
        ahead = [one for one in self.steps if one.phase.opened_at is None]
        said = f"Now: {'; '.join(now)}." if now else ""
        if ahead:
            first = ahead[0]
            is_due = first.phase.opens_on <= today
            when = "opens within minutes" if is_due else f"from {day(first.phase.opens_on, today)}"
            said += f" Next: {first.title}{' ' if is_due else ', '}{when}."
        return said.strip() or "Every step is closed."


def of(cycle: Cycle, viewer: Person) -> Summary:
    return of_many([cycle], viewer)[0]


def of_many(cycles: Iterable[Cycle], viewer: Person) -> list[Summary]:
    """How far each of them is, without what is about the viewer, who could subtract: two queries,
    however many they are."""
    found = {cycle.id: Summary(cycle) for cycle in cycles}
    if not found:
        return []
    _bring_steps(list(found.values()))
    by_id = {one.phase.id: one for summary in found.values() for one in summary.steps}
    others = Review.person != viewer.id
    counted = _reviews(list(found), others).union_all(_sent(by_id, others, viewer.today()))
    counted = counted.union_all(_named(by_id, others))
    steps: list[tuple[Any, ...]] = []
    for sort, number, *said in counted.tuples():
        if sort == "reviews":
            one = found[number]
            one.people, one.skipped, one.alone, one.released, one.read = (n or 0 for n in said)
        else:
            steps.append((sort, by_id[number], *said))
    for summary in found.values():
        _count_people(summary)
    for sort, step, total, done, late, *_ in steps:
        step.done, step.late = done or 0, late or 0
        step.total = total if sort == "named" else step.total
    return list(found.values())


def _bring_steps(summaries: list[Summary]) -> None:
    """Their steps, unless they came with the cycle."""
    bare = {one.cycle.id: one for one in summaries if "phases" not in one.cycle.__dict__}
    if bare:
        for one in bare.values():
            one.cycle.__dict__["phases"] = []
        rows = Phase.select().where(Phase.cycle.in_(list(bare)))
        for phase in rows.order_by(Phase.cycle, Phase.place):
            phase.cycle = bare[phase.cycle_id].cycle
            phase.cycle.phases.append(phase)
    for one in summaries:
        one.steps = [Step(phase) for phase in one.cycle.phases]


def _count_people(one: Summary) -> None:
    here = one.people - one.skipped
    if one.step(MANAGER) is None:
        one.alone = 0
    totals = {SELF: here, MANAGER: here - one.alone}
    for step in one.steps:
        step.total = totals.get(step.phase.name, 0)
        if step.phase.name == RELEASE:
            step.total, step.done = here - one.alone, one.released
        elif step.phase.name == REPLY:
            step.total, step.done = one.released, one.read


def is_nobodys() -> Any:
    """Reviews nobody writes: nobody leads them, and whoever did has not written."""
    written = (
        ReviewPart.select(peewee.SQL("1"))
        .join(Submission)
        .switch(ReviewPart)
        .join(Phase)
        .where(ReviewPart.review == Review.id, ReviewPart.is_current())
        .where(Phase.name == MANAGER, Submission.is_sent())
    )
    return Review.lead.is_null() & ~peewee.fn.EXISTS(written)


def one_if(condition: Any) -> Any:
    return peewee.fn.SUM(peewee.Case(None, [(condition, 1)], 0))


def _row(sort: str) -> Any:
    return peewee.Value(sort).alias("sort")


def _reviews(cycles: list[int], others: Any) -> Any:
    counts = Review.counts()
    return (
        Review.select(
            _row("reviews"),
            Review.cycle,
            COUNT(Review.id),
            one_if(~counts),
            one_if(counts & is_nobodys()),
            one_if(counts & Review.released_at.is_null(False)),
            one_if(counts & Review.read_at.is_null(False)),
        )
        .where(Review.cycle.in_(cycles), others)
        .group_by(Review.cycle)
    )


def _sent(by_id: dict[int, Step], others: Any, today: date) -> Any:
    written = [one.phase.id for one in by_id.values() if one.phase.name in (SELF, MANAGER)]
    over = [one.phase.id for one in by_id.values() if one.phase.closed_at]
    unsent = Submission.submitted_at.is_null() & Submission.withdrawn_at.is_null()
    return (
        ReviewPart.select(
            _row("sent"),
            ReviewPart.phase,
            COUNT(ReviewPart.id),
            one_if(Submission.submitted_at.is_null(False)),
            one_if(unsent & ReviewPart.phase.in_(over or [0]) & ReviewPart.is_past(today)),
            peewee.Value(0),
            peewee.Value(0),
        )
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .where(ReviewPart.phase.in_(written or [0]), ReviewPart.is_current(), Review.counts())
        .where(others)
        .group_by(ReviewPart.phase)
    )


def _named(by_id: dict[int, Step], others: Any) -> Any:
    """Counted only where nobody learns from two looks who answered in between; and no review in
    which too few answered to show it, for a sum less all that is shown would tell how many did."""
    over = [
        one.phase.id for one in by_id.values() if one.phase.step.is_anonymous and one.is_counted
    ]
    same = Nominee.alias()
    answered = same.select(COUNT(same.id)).where(
        same.review == Nominee.review, same.phase == Nominee.phase, same.has_answered
    )
    return (
        Nominee.select(
            _row("named"),
            Nominee.phase,
            COUNT(Nominee.id),
            one_if(Nominee.has_answered & (answered >= LEAST)),
            peewee.Value(0),
            peewee.Value(0),
            peewee.Value(0),
        )
        .join(Review)
        .where(Nominee.phase.in_(over or [0]), Nominee.approved_at.is_null(False), Review.counts())
        .where(Nominee.removed_at.is_null(), others)
        .group_by(Nominee.phase)
    )


# -- who ---------------------------------------------------------------------------------------

SHOWN = {
    "": "Everybody",
    "late": "Late",
    "open": "Not finished",
    "alone": "Nobody reviews them",
    "unread": "Released, not read",
    "skipped": "Left out",
}


@dataclass(frozen=True)
class Filters:
    """Which reviews of a cycle the address asks for, and on which day."""

    show: str = ""
    words: str = ""

    def apply(self, query: Any, viewer: Person) -> Any:
        """`query` of reviews of a cycle with their people, only those, by name. How far their own
        is the viewer does not learn by asking for those that are late."""
        if self.words:
            query = query.where(self._called())
        condition = self._condition(viewer.today())
        if condition is not None:
            query = query.where(condition, Review.person != viewer.id)
        return query.order_by(Person.folded, Review.id)

    def _called(self) -> Any:
        """The person, or whoever leads them or writes about them."""
        lead = Person.alias()
        leads = lead.select(lead.id)
        for word in fold(self.words).split()[:6]:
            leads = leads.where(lead.folded.contains(word))
        written = ReviewPart.select(ReviewPart.review).join(Phase).where(
            ReviewPart.is_current(), Phase.name == MANAGER, db.among(ReviewPart.author, leads)
        )  # fmt: skip
        led = db.among(Review.lead, leads) | db.among(Review.id, written)
        return Person.matches(self.words) | led

    def _condition(self, today: date) -> Any:
        counts = Review.counts()
        if self.show == "skipped":
            return ~counts
        if self.show == "alone":
            return counts & is_nobodys()
        if self.show == "unread":
            return counts & Review.released_at.is_null(False) & Review.read_at.is_null()
        if self.show in ("late", "open"):
            rows = _waiting()
            late = Phase.closed_at.is_null(False) & ReviewPart.is_past(today)
            return counts & db.among(Review.id, rows.where(late) if self.show == "late" else rows)
        return None

    def __bool__(self) -> bool:
        return bool(self.show or self.words)


def _waiting() -> Any:
    """Reviews with a form that is asked for and not sent, as a query with form and step."""
    unsent = Submission.submitted_at.is_null() & Submission.withdrawn_at.is_null()
    rows = ReviewPart.select(ReviewPart.review).join(Submission).switch(ReviewPart).join(Phase)
    return rows.where(ReviewPart.is_current(), unsent)


def reviews_of(cycle: Cycle) -> Any:
    """The reviews of a cycle with their people, as a query."""
    rows = Review.whole(Review.select())
    return rows.where(Review.cycle == cycle)


# -- as a file ---------------------------------------------------------------------------------


def columns(cycle: Cycle) -> list[str]:
    steps = [STEPS[phase.name].title for phase in cycle.phases]
    return ["Person", "E-mail", "Reviewed by", *steps, "Shared", "Released", "Signed", "Left out"]


def table(found: Iterable[Any], own_ids: Collection[int], today: date) -> Iterable[list[str]]:
    """One row a review; of whoever asks only that they are in it."""
    for one in found:
        review = one.review
        writer = one.writer.called if one.writer else ""
        row = [review.person.called, review.person.email, writer]
        if review.id in own_ids:
            yield [*row, *("" for _ in range(len(one.phases) + 4))]
            continue
        cells = [one.cell(name, today).words for name in one.phases]
        times = [review.shared_at, review.released_at, review.read_at]
        days = [str(at.date()) if at else "" for at in times]
        yield [*row, *cells, *days, review.reason if review.skipped_at else ""]
