"""One review as one person may read it now: what is put side by side, and who added what.

What stands in a form is asked of the form (`questionnaires.access`). Whoever led the person and
wrote about them reads what they wrote, as they wrote it, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal import audit
from portal.documents.models import Revision
from portal.people.models import Person
from portal.questionnaires import access as forms
from portal.questionnaires.amending import answers_for
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.questionnaire import Answers, Question
from portal.reviews import access, receipts
from portal.reviews.calibration import Placement, RatingChange
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.placing import question_of
from portal.reviews.receipts import Receipt
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF


@dataclass
class Piece:
    """One form of the review that the viewer reads, with its answers as they are shown."""

    part: ReviewPart
    submission: Submission
    answers: Answers
    addenda: list[Remark] = field(default_factory=list)

    @property
    def author(self) -> Person:
        return self.part.author  # type: ignore[no-any-return]

    def words(self, question: Question) -> str:
        return question.words(self.answers.get(question.key))


@dataclass(frozen=True)
class Row:
    """One question with what both said to it; `is_apart` where two ratings differ."""

    section: str
    title: str
    own: str
    theirs: str
    is_rating: bool = False
    is_apart: bool = False


@dataclass
class Sheet:
    """All that one viewer reads of one review."""

    review: Review
    parts: list[ReviewPart] = field(default_factory=list)
    own: Piece | None = None
    theirs: Piece | None = None
    former: list[Piece] = field(default_factory=list)
    reply: Remark | None = None
    placement: Placement | None = None
    changes: list[RatingChange] = field(default_factory=list)
    rated: Question | None = None
    receipt: Receipt | None = None

    @property
    def are_alike(self) -> bool:
        """Whether both answered the same form, so that it is read question by question."""
        if self.own is None or self.theirs is None:
            return False
        mine, other = self.own.submission.revision, self.theirs.submission.revision
        return bool(mine.document_id == other.document_id)

    @property
    def rows(self) -> list[Row]:
        """Question by question, as the manager's form asks them, then what only the other asks."""
        assert self.own is not None and self.theirs is not None
        mine = {q.key: q for q in self.own.submission.questionnaire.questions}
        rows = []
        for section in self.theirs.submission.questionnaire.sections:
            for question in section.questions:
                other = mine.pop(question.key, None)
                rows.append(self._row(section.title, question, other))
        rows += [self._row("", None, question) for question in mine.values()]
        return rows

    def _row(self, section: str, theirs: Question | None, own: Question | None) -> Row:
        asked: Any = theirs or own
        said = self.theirs.answers.get(asked.key) if theirs and self.theirs else None
        mine = self.own.answers.get(asked.key) if own and self.own else None
        is_rating = asked.kind == RATING
        return Row(
            section,
            asked.title,
            own.words(mine) if own else "",
            theirs.words(said) if theirs else "",
            is_rating,
            bool(is_rating and mine and said and mine != said),
        )

    def label(self, value: int) -> str:
        """A rating in words: `2 Good`."""
        words = self.rated.words(str(value)) if self.rated else ""
        return words or str(value)

    # -- what is signed --------------------------------------------------------------------

    @property
    def shown(self) -> dict[str, Any]:
        """What the person has before them when they sign, without anybody's name."""
        assert self.theirs is not None
        lines = self.theirs.submission.questionnaire.lines(self.theirs.answers)
        added = [[remark.id, remark.words] for remark in self.theirs.addenda]
        return {"review": self.review.id, "answers": [list(line) for line in lines], "added": added}

    @property
    def shown_hash(self) -> str:
        return receipts.hash_of(self.shown)


def of(review: Review, viewer: Person) -> Sheet:
    """What the viewer reads of it now."""
    parts = _parts(review)
    sheet = Sheet(review, parts)
    by_id = {part.id: part for part in parts}
    remarks = []
    for remark in Remark.of(review):
        remark.part = by_id.get(remark.part_id)
        if access.can_read_remark(viewer, review, remark):
            remarks.append(remark)
    for part in parts:
        submission = part.submission
        if not forms.can_read(viewer, submission):
            continue
        added = [one for one in remarks if one.part_id == part.id and one.words]
        piece = Piece(part, submission, answers_for(viewer, submission), added)
        if part.phase.name == SELF:
            sheet.own = piece
        elif part.replaced_at or not access.is_in(viewer, review):
            sheet.former.append(piece)
        elif part.phase.name == MANAGER:
            sheet.theirs = piece
    sheet.reply = next((one for one in remarks if one.is_reply and one.words), None)
    if access.is_in(viewer, review) and review.read_at:
        sheet.receipt = Receipt.get_or_none(Receipt.review == review.id)
    if sheet.theirs and access.can_read_calibration(viewer, review):
        _calibrate(sheet)
    return sheet


def _parts(review: Review) -> list[ReviewPart]:
    """Its forms in their order, with all that a page shows of them: one query."""
    phases, parts = {phase.id: phase for phase in review.cycle.phases}, []
    rows = Submission.with_people(Submission.select().where(ReviewPart.review == review))
    rows = rows.select_extend(ReviewPart).switch(Submission)
    same = ReviewPart.submission == Submission.id
    for submission in rows.join(ReviewPart, on=same, attr="part"):
        part = submission.part
        part.submission, part.phase, part.review = submission, phases[part.phase_id], review
        if part.author_id == submission.person_id:
            part.author = submission.person
        parts.append(part)
    return sorted(parts, key=lambda part: (part.phase.place, part.id))


def _calibrate(sheet: Sheet) -> None:
    """To whoever may know of it: the rating as it is now, and how it came to be."""
    assert sheet.theirs is not None
    sheet.placement, sheet.changes = RatingChange.history(sheet.review.id)
    sheet.rated = question_of(sheet.theirs.submission, sheet.review.cycle)
    if sheet.placement is None or sheet.rated is None:
        return
    if sheet.placement.submission_id == sheet.theirs.submission.id:
        sheet.theirs.answers |= {sheet.rated.key: str(sheet.placement.rating)}


def note_reading(sheet: Sheet, viewer: Person) -> None:
    """Whoever reads what another wrote is in the log, and the form is not taken back any more."""
    pieces: Iterable[Piece | None] = (sheet.own, sheet.theirs, *sheet.former)
    others = [p.submission for p in pieces if p and p.submission.person_id != viewer.id]
    more = [sheet.review] if sheet.changes else []
    for submission in others:
        if submission.read_at is None:
            submission.note_reading(viewer)
    audit.looked(viewer, *others, *more, about=sheet.review.person)


# -- what the person is shown of a rating ------------------------------------------------------


def calibrated(viewer: Person, submission: Submission) -> Answers:
    """To the person it is about the rating as it was calibrated, and nothing of another one."""
    if viewer.id != submission.about_id:
        return {}
    rows = Placement.select(Placement, Review, Cycle, Revision).join(Review).join(Cycle)
    plan = rows.join(Revision, on=(Cycle.revision == Revision.id), attr="revision")
    placement = plan.where(Placement.submission == submission.id).first()
    if placement is None or placement.rating == placement.given:
        return {}
    question = question_of(submission, placement.review.cycle)
    return {question.key: str(placement.rating)} if question else {}
