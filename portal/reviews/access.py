"""Who may know of a review, who may read what in it, and who may do what.

The person, whoever leads them and the line above, HR (never more of their own than anybody).
Whoever led them and wrote something keeps that. What stands in a form is asked of the form itself
(`questionnaires.access`), so that its own page and these never disagree.
"""

from datetime import timedelta
from typing import Any

import peewee

from portal import db
from portal.assignments.models import Assignment
from portal.assignments.nudges import MAX_DUTIES, NEAR_DAYS
from portal.documents.models import Revision
from portal.people.models import Person
from portal.questionnaires import access as forms
from portal.questionnaires.keeping import FORM
from portal.questionnaires.models import Submission
from portal.reviews.answers import Nominee
from portal.reviews.calibration import CalibrationSession, Placement, RatingChange
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.receipts import Receipt
from portal.reviews.remarks import Remark, may_add_to, may_reply


def can_enter(viewer: Person) -> bool:
    """The page of one's own reviews: everybody who works here."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def visible_to(viewer: Person) -> Any:
    """Reviews of which the viewer may know that they are, as a query."""
    if viewer.came_by_pass:
        return Review.select().where(Review.id.is_null())
    if viewer.is_hr:
        return Review.select()
    seen = (Review.person == viewer.id) | Review.id.in_(_written_by(viewer))
    if viewer.has_reports:
        seen |= db.among(Review.person, viewer.line())
    return Review.select().where(seen)


def _written_by(viewer: Person) -> Any:
    return ReviewPart.select(ReviewPart.review).where(ReviewPart.author == viewer.id)


def of_line(viewer: Person) -> Any:
    """Reviews of those below the viewer, as a query."""
    below = viewer.line() if viewer.has_reports else [0]
    return Review.select().where(db.among(Review.person, below))


def own(viewer: Person) -> Any:
    """Reviews about the viewer, the newest first, as a query with cycle and people."""
    rows = Review.whole(Review.select()).where(Review.person == viewer.id)
    return rows.order_by(Review.id.desc())


def to_lead(viewer: Person, *, whole_line: bool = False) -> Any:
    """Reviews in cycles that go on which the viewer writes, or those of everybody in their line, as
    a query with cycle and people: the newest cycle first, then by name."""
    given = _written_by(viewer).where(ReviewPart.is_current())
    mine = ((Review.lead == viewer.id) | Review.id.in_(given)) & (Review.person != viewer.id)
    if whole_line and viewer.has_reports:
        mine |= db.among(Review.person, viewer.line())
    rows = Review.whole(Review.select()).where(mine, Cycle.is_open())
    return rows.order_by(Review.cycle.desc(), Person.folded)


def can_open(viewer: Person, person: Person) -> bool:
    """The list of somebody’s reviews: their own, of their line, and HR."""
    if not can_enter(viewer) or not person.is_staff:
        return False
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


def about(viewer: Person, person: Person) -> Any:
    """Reviews about somebody of which the viewer knows, the newest first, as a query with cycle and
    people."""
    rows = Review.whole(visible_to(viewer)).where(Review.person == person.id)
    return rows.order_by(Review.id.desc())


def has_team(viewer: Person) -> bool:
    """Whether there is anybody whose review the viewer could write or follow."""
    return bool(viewer.has_reports)


def leads(viewer: Person, review: Review) -> bool:
    """Whether the viewer is above the person, today."""
    return viewer.leads(review.person_id)


def can_manage(viewer: Person) -> bool:
    """Launch cycles, move their days, skip and remind."""
    return bool(viewer.is_hr and not viewer.came_by_pass)


def can_manage_review(viewer: Person, review: Review) -> bool:
    """HR, never what is about themselves."""
    return can_manage(viewer) and review.person_id != viewer.id


def can_read_calibration(viewer: Person, review: Review) -> bool:
    """What a rating was before: HR and the line above, never the person it is about."""
    if review.person_id == viewer.id:
        return False
    return can_manage(viewer) or leads(viewer, review)


def cycles_visible_to(viewer: Person) -> Any:
    """Cycles whose page of control the viewer may open: HR. What is about themselves alone is not
    theirs to steer."""
    if not can_manage(viewer):
        return Cycle.select().where(Cycle.id.is_null())
    return Cycle.select().where(Cycle.person.is_null() | (Cycle.person != viewer.id))


def cycle_to_steer(viewer: Person, cycle_id: int, *, with_forms: bool = False) -> Cycle | None:
    """One of them with its steps, and with what each asks, in one query."""
    rows = Phase.select(Phase, Cycle, *([Revision] if with_forms else [])).join(Cycle)
    if with_forms:
        form = Phase.form == Revision.id
        rows = rows.switch(Phase).join(Revision, peewee.JOIN.LEFT_OUTER, on=form, attr="form")
    visible = cycles_visible_to(viewer).select(Cycle.id)
    phases = list(rows.where(Cycle.id == cycle_id, Cycle.id.in_(visible)).order_by(Phase.place))
    if not phases:
        return None
    cycle: Cycle = phases[0].cycle
    for phase in phases:
        phase.cycle = cycle
    cycle.__dict__["phases"] = phases
    return cycle


def launched(viewer: Person, *, is_over: bool = False) -> Any:
    """Cycles that HR launched and that go on, or are over, the newest first, as a query."""
    rows = cycles_visible_to(viewer).where(Cycle.person.is_null())
    rows = rows.where(Cycle.ended_at.is_null(not is_over))
    return rows.order_by(Cycle.day.desc(), Cycle.id.desc())


def late_duties(viewer: Person, cycle: Cycle, review: Review | None = None) -> list[Assignment]:
    """Forms of a cycle, or of one review in it, that are owed under a name and due, the longest
    first. What is said without a name is never asked for by hand: it would tell who has not."""
    forms = ReviewPart.select(ReviewPart.submission).join(Review)
    forms = forms.where(ReviewPart.is_current(), Review.counts(), Review.cycle == cycle)
    forms = forms.where(Review.person != viewer.id)
    if review is not None:
        forms = forms.where(Review.id == review.id)
    ripe = viewer.today() + timedelta(days=NEAR_DAYS)
    rows = (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id), attr="person")
        .where(Assignment.kind == FORM, Assignment.is_open(), Assignment.due_on <= ripe)
        .where(db.among(Assignment.target, forms))
    )
    return list(rows.order_by(Assignment.due_on, Assignment.id).limit(MAX_DUTIES))


def of_events(viewer: Person) -> Any:
    """Reviews in cycles of one person that go on, with their people, as a query."""
    rows = Review.whole(Review.select()).where(Cycle.is_open(), Cycle.person.is_null(False))
    if not can_manage(viewer):
        rows = rows.where(Review.id.is_null())
    return rows.where(Review.person != viewer.id).order_by(Cycle.day.desc(), Review.id.desc())


def nominations_of(viewer: Person) -> Any:
    """Where the viewer was asked to say something, as a query: nobody else sees it of them."""
    asked = Nominee.approved_at.is_null(False) & Nominee.removed_at.is_null()
    return Nominee.select().where(Nominee.person == viewer.id, asked)


def to_answer(viewer: Person) -> list[Nominee]:
    """What the viewer can still say of colleagues now, with review, step and whom it is about."""
    rows = (
        nominations_of(viewer)
        .select(Nominee, Phase, Review, *Person.names(Person))
        .join(Phase)
        .switch(Nominee)
        .join(Review)
        .join(Person, on=(Review.person == Person.id), attr="person")
        .switch(Nominee)
        .where(Phase.opened_at.is_null(False), Phase.closed_at.is_null(), Review.counts())
        .where(~Nominee.has_answered)
    )
    return list(rows.order_by(Phase.closes_on, Person.folded).limit(100))


# -- one review ------------------------------------------------------------------------------


def is_in(viewer: Person, review: Review) -> bool:
    """The person, HR and the line above as it is today: not who has led them before."""
    return review.person_id == viewer.id or can_manage(viewer) or leads(viewer, review)


def can_share(viewer: Person, review: Review) -> bool:
    """What somebody says of themselves is theirs to share, nobody else's."""
    return review.person_id == viewer.id and review.shared_at is None and not review.skipped_at


def can_plan_talk(viewer: Person, review: Review) -> bool:
    """Whoever reviews them, and HR; release it before that day as well."""
    is_lead = review.lead_id == viewer.id and leads(viewer, review)
    return (is_lead or can_manage_review(viewer, review)) and not review.skipped_at


def can_sign(viewer: Person, review: Review) -> bool:
    """The person, once they may read it, and once."""
    return review.person_id == viewer.id and bool(review.released_at) and not review.read_at


def can_reply(viewer: Person, review: Review) -> bool:
    return review.person_id == viewer.id and may_reply(review)


def written_by(viewer: Person) -> Any:
    """Forms of reviews that the viewer writes or wrote, as a query."""
    return ReviewPart.select().where(ReviewPart.author == viewer.id)


def part_to_write(viewer: Person, submission_id: int) -> ReviewPart | None:
    """The form the viewer writes in a review that goes on, with the review, its cycle and whom it
    is about."""
    rows = (
        written_by(viewer)
        .select(ReviewPart, Submission, Review, Cycle, *Person.names(Person))
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .switch(Review)
        .join(Person, on=(Review.person == Person.id), attr="person")
        .where(ReviewPart.submission == submission_id, ReviewPart.is_current())
    )
    return None if viewer.came_by_pass else rows.order_by(ReviewPart.id.desc()).first()


def receipt_of(viewer: Person, review: Review) -> Receipt | None:
    """The signature under a review, for whoever is in it today."""
    if review.read_at is None or not is_in(viewer, review):
        return None
    return Receipt.get_or_none(Receipt.review == review.id)  # type: ignore[no-any-return]


def can_add_to(viewer: Person, part: ReviewPart, review: Review) -> bool:
    """The author of a form, for as long as it is theirs, and they still lead whom it is about: in
    a cycle that is over nobody else follows them."""
    is_theirs = viewer.id == review.person_id or leads(viewer, review)
    return part.author_id == viewer.id and is_theirs and may_add_to(part, review)


def can_read_remark(viewer: Person, review: Review, remark: Remark) -> bool:
    """An addition whoever reads the form it was made to; a reply HR, the line, and whoever reviewed
    them when it was said."""
    if remark.author_id == viewer.id:
        return True
    if remark.part_id:
        return forms.can_read(viewer, remark.part.submission)
    return remark.lead_id == viewer.id or is_in(viewer, review)


# -- calibration -----------------------------------------------------------------------------


def sessions_visible_to(viewer: Person) -> Any:
    """Sessions the viewer may open, as a query: HR, and whoever leads somebody in one."""
    rows = CalibrationSession.whole(CalibrationSession.select())
    if can_manage(viewer):
        return rows.where(Cycle.person.is_null() | (Cycle.person != viewer.id))
    if viewer.came_by_pass or not viewer.has_reports:
        return rows.where(CalibrationSession.id.is_null())
    theirs = Placement.select(Placement.session).join(Review)
    led = theirs.where(db.among(Review.person, viewer.line()), Review.person != viewer.id)
    return rows.where(db.among(CalibrationSession.id, led))


def placements_visible_to(viewer: Person, session: CalibrationSession) -> Any:
    """Whose rating the viewer reads in a session, as a query: HR everybody's, others their line's.
    Nobody their own."""
    rows = Placement.of(session).where(Review.person != viewer.id)
    if can_manage(viewer):
        return rows
    line = viewer.line() if viewer.has_reports and not viewer.came_by_pass else [0]
    return rows.where(db.among(Review.person, line))


def all_placements_visible_to(viewer: Person) -> Any:
    """The same of every session, as a query."""
    rows = Placement.select().join(Review).where(Review.person != viewer.id)
    if can_manage(viewer):
        return rows
    line = viewer.line() if viewer.has_reports and not viewer.came_by_pass else [0]
    return rows.where(db.among(Review.person, line))


def changes_by(viewer: Person) -> Any:
    """Changes of ratings that the viewer made, as a query."""
    return RatingChange.select().where(RatingChange.by == viewer.id)


def can_calibrate(viewer: Person, session: CalibrationSession, review: Review) -> bool:
    """Change a rating that the viewer reads there, until it is locked or read by its person."""
    is_open = session.locked_at is None and not (review.released_at or review.skipped_at)
    return is_open and can_read_calibration(viewer, review)
