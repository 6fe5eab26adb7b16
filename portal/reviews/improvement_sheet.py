"""An improvement plan as one person may read it now, for the page of its review."""

from dataclasses import dataclass, field
from datetime import date

from portal import audit, web
from portal.people.models import Person
from portal.reviews import improvement_access as access
from portal.reviews.improvement import Improvement, ImprovementCheck
from portal.reviews.improvement_said import PERSON, ImprovementOutcome, ImprovementWord
from portal.reviews.models import Review
from portal.web import day


@dataclass
class Day:
    """A check-in with what was said at it."""

    check: ImprovementCheck
    words: list[ImprovementWord] = field(default_factory=list)

    def has_said(self, side: str) -> bool:
        return any(word.side == side for word in self.words)


@dataclass
class ImprovementSheet:
    """All that one viewer reads of it. `is_whole`: not only what they said when they led them;
    `is_one_of_two`: they are the person, or whoever leads them directly."""

    plan: Improvement
    is_own: bool
    is_whole: bool
    is_one_of_two: bool = False
    sentence: str = ""
    days: list[Day] = field(default_factory=list)
    between: list[ImprovementWord] = field(default_factory=list)
    outcomes: list[ImprovementOutcome] = field(default_factory=list)
    may_say: bool = False
    may_decide: bool = False
    may_steer: bool = False

    @property
    def last(self) -> ImprovementOutcome | None:
        return self.outcomes[0] if self.outcomes else None

    @property
    def comes(self) -> str:
        """To the person who has read it: what is next; empty for anybody else."""
        if not (self.is_own and self.plan.goes_on and self.plan.review.read_at):
            return ""
        today = web.viewer_today()
        coming = [
            one.check for one in self.days
            if one.check.due_on >= today and not one.has_said(PERSON)
        ]  # fmt: skip
        if not coming:
            return f"How it ended is decided by {day(self.plan.ends_on, today)}."
        check = coming[0]
        on = day(check.due_on, today)
        if check.is_open(today):
            return f"Next you say how it goes, by {on}."
        return f"Next you say how it goes, by {on}: a week before it is on Today."

    @property
    def may_read(self) -> bool:
        """Whether the person has still to say that they have read what was decided."""
        return self.is_own and self.last is not None and self.last.read_at is None


def of(review: Review, viewer: Person, today: date) -> ImprovementSheet | None:
    """What the viewer reads of the plan that this review is; None for any other review, and for
    whoever may read nothing of it."""
    plan = Improvement.of(review)
    if plan is None:
        return None
    is_own, is_whole = viewer.id == review.person_id, access.can_read(viewer, review)
    is_one_of_two = viewer.id in (review.person_id, review.lead_id)
    sheet = ImprovementSheet(plan, is_own, is_whole, is_one_of_two)
    said = [w for w in ImprovementWord.of(plan) if access.can_read_word(viewer, review, w)]
    checks = plan.checks() if is_whole or said else []
    by_check: dict[int | None, list[ImprovementWord]] = {}
    for word in said:
        by_check.setdefault(word.check_in_id, []).append(word)
    sheet.days = [Day(check, by_check.get(check.id, [])) for check in checks]
    sheet.between = by_check.get(None, [])
    decided = ImprovementOutcome.of(plan)
    if not is_whole:
        sheet.days = [one for one in sheet.days if one.words]
        sheet.outcomes = [one for one in decided if one.by_id == viewer.id]
        return sheet if said or sheet.outcomes else None
    sheet.outcomes = decided
    sheet.sentence = _sentence(sheet, today)
    sheet.may_say = access.can_say(viewer, plan)
    sheet.may_decide = access.can_decide(viewer, plan)
    sheet.may_steer = access.can_steer(viewer, review) and not plan.is_over
    if any(word.author_id != viewer.id for word in said):
        audit.looked(viewer, review, about=review.person)
    return sheet


def _sentence(sheet: ImprovementSheet, today: date) -> str:
    """Until when it runs and what comes next, as one says it to everybody who reads it."""
    plan, review, last = sheet.plan, sheet.plan.review, sheet.last
    if review.skipped_at:
        return "It was left out: nothing of it is asked any more."
    if plan.closed_at and last is None:
        return "It ended when they left."
    if plan.closed_at and last is not None:
        who = last.by.called
        return f"{last.label}: decided by {who} on {day(last.at.date(), today)}."
    if plan.is_over:
        return "HR ended it: nothing of it is asked any more."
    until = f"until {day(plan.ends_on, today)}"
    if review.released_at is None:
        name = "you have" if sheet.is_own else f"{review.person.first_name} has"
        return f"It runs {until}. It counts from the day on which {name} it to read."
    if plan.ends_on < today:
        return f"It was to end on {day(plan.ends_on, today)}: nobody has decided yet."
    coming = [one.check.due_on for one in sheet.days if one.check.due_on >= today]
    who = "You" if sheet.is_one_of_two else "The two"
    how_often = f"{who} look at it together {plan.how_often}, {until}."
    comes = f" Next on {day(min(coming), today)}." if coming else " No check-in is left before."
    return how_often + comes


def side_words(word: ImprovementWord, viewer: Person) -> str:
    """Who said it, as one says it to the viewer."""
    if word.author_id == viewer.id:
        return "You"
    return str(word.author.called if word.side != PERSON else word.author.first_name)
