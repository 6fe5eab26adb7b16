"""Calibration: ratings of many people are compared before any of them is read by its person.

A session holds what managers gave, by group. Each change needs a reason and keeps what was before.
Once it is locked nothing changes any more; the person reads the calibrated rating, and of another
one nothing. Which reviews are in a session is settled when it begins: what came later goes into a
session of its own, so that nobody sees a distribution before and after one person joined it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.questionnaire import Question
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import CALIBRATION, MANAGER, RELEASE

MAX_REASON_CHARS = 500
UNDO_MINUTES = 15
DEPARTMENT, TEAM, LEVEL = "department", "team", "level"
GROUPINGS = {DEPARTMENT: "Department", TEAM: "Team", LEVEL: "Level"}
NO_GROUP = "—"
UNDONE = "Taken back: it was a slip."


class Changed(Exception):
    """Somebody else changed it meanwhile; `rating` is what it is now."""

    def __init__(self, rating: int) -> None:
        super().__init__(rating)
        self.rating = rating


class Locked(Exception):
    """The session is locked, or whoever changes it leads them no more."""


class CalibrationSession(db.Model):
    """Ratings of one cycle that are compared together, in groups of one sort.

    `held_on` is the day they meet. Where its step is over as well, it locks by itself.
    """

    cycle = peewee.ForeignKeyField(Cycle, backref="sessions")
    title = peewee.CharField(max_length=120)
    grouping = peewee.CharField(max_length=12)
    held_on = peewee.DateField()
    begun_at = db.UtcField()
    begun_by = peewee.ForeignKeyField(Person, null=True)
    locked_at = db.UtcField(null=True)
    locked_by = peewee.ForeignKeyField(Person, null=True)

    @property
    def url(self) -> str:
        return f"/reviews/calibration/{self.id}"

    @property
    def noun(self) -> str:
        """What one of its groups is called."""
        return GROUPINGS[self.grouping].lower()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` with the cycle."""
        return query.select(cls, Cycle).join(Cycle)

    @classmethod
    def of_cycle(cls, cycle: Cycle) -> Any:
        """Those of one cycle, the newest first, as a query."""
        return cls.select().where(cls.cycle == cycle).order_by(cls.id.desc())

    @classmethod
    def is_open(cls) -> Any:
        return cls.locked_at.is_null()

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls,
        cycle: Cycle,
        *,
        by: Person | None,
        grouping: str,
        held_on: date,
        title: str = "",
        departments: set[int] | None = None,
    ) -> "CalibrationSession":
        """With every review that is sent and in no session yet; of these `departments` only.

        From now on no manager takes theirs back. Raises ValueError where there is none.
        """
        phase = cycle.phase(CALIBRATION)
        if phase is None or phase.opened_at is None or not cycle.plan.get("rating"):
            raise ValueError("The step “calibration” of this cycle is not open.")
        found = _placed(cycle, grouping, departments)
        with db.write():
            # Taken back, sent anew or placed elsewhere meanwhile: then it is not in it.
            fresh = {(number, version) for number, version in _versions(cycle)}
            rows = [one for one in found if (one.part, one.version) in fresh]
            if not rows:
                raise ValueError("No review is sent that is in no session yet.")
            calibration_session = cls.create(
                cycle=cycle,
                title=(title or cycle.title)[:120],
                grouping=grouping,
                held_on=held_on,
                begun_at=clock.now(),
                begun_by=by,
            )
            for batch in peewee.chunked(rows, 100):
                Submission.seal_all([one.placement["submission"] for one in batch])
                placed = [one.placement | {"session": calibration_session.id} for one in batch]
                Placement.insert_many(placed).execute()
            # Not how many are in it: whoever is HR could tell that theirs is.
            audit.record(by, "begun", calibration_session, data={"cycle": cycle.id})
        return calibration_session  # type: ignore[no-any-return]

    def lock(self, *, by: Person | None) -> bool:
        """No rating in it changes any more. False when it was locked."""
        with db.write():
            this = (CalibrationSession.id == self.id) & CalibrationSession.is_open()
            now = clock.now()
            values = {"locked_at": now, "locked_by": by}
            locked = CalibrationSession.update(values).where(this).execute()
            if locked:
                self.locked_at = now
                audit.record(by, "locked", self, data={"cycle": self.cycle_id})
        return bool(locked)

    def unlock(self, *, by: Person) -> bool:
        """It goes on. False once anybody in it reads their review, or where it is not locked."""
        with db.write():
            released = Placement.of(self).where(Review.released_at.is_null(False)).exists()
            this = (CalibrationSession.id == self.id) & ~CalibrationSession.is_open()
            if released or self.is_past:
                return False
            values = {"locked_at": None, "locked_by": None}
            opened = CalibrationSession.update(values).where(this).execute()
            if opened:
                self.locked_at = None
                audit.record(by, "unlocked", self, data={"cycle": self.cycle_id})
        return bool(opened)

    @property
    def is_past(self) -> bool:
        """Whether it locks by itself today: unlocking it would last minutes."""
        return CalibrationSession.to_lock(clock.today()).where(_same(self)).exists()

    # -- by the clock ----------------------------------------------------------------------

    @classmethod
    def to_lock(cls, on: date) -> Any:
        """Those whose day is over, where their step has closed or the release begun, as a query."""
        over = (Phase.name == CALIBRATION) & Phase.closed_at.is_null(False)
        over |= (Phase.name == RELEASE) & Phase.opened_at.is_null(False)
        done = Phase.select(Phase.cycle).where(over)
        return cls.select().where(cls.held_on < on, db.among(cls.cycle, done))

    @classmethod
    def lock_due(cls, on: date) -> int:
        """Lock what is due; returns how many."""
        due = cls.to_lock(on).where(cls.is_open())
        return sum(one.lock(by=None) for one in due.order_by(cls.id))


def _same(session: CalibrationSession) -> Any:
    return CalibrationSession.id == session.id


class Placement(db.Model):
    """One review in one session: its group, what the manager `given`, and what it is now."""

    session = peewee.ForeignKeyField(CalibrationSession, backref="placements")
    review = peewee.ForeignKeyField(Review, unique=True, backref="placements")
    submission = peewee.ForeignKeyField(Submission)
    team = peewee.CharField(max_length=200, default="")
    given = peewee.IntegerField()
    rating = peewee.IntegerField()

    @classmethod
    def of(cls, session: CalibrationSession) -> Any:
        """All of one session with review, person, lead and form, by group and name, as a query:
        an order that says nothing of a rating."""
        lead = Person.alias()
        return (
            cls.select(cls, Review, Submission, *Person.names(Person), *Person.names(lead))
            .join(Review)
            .join(Person, on=(Review.person == Person.id), attr="person")
            .switch(Review)
            .join(lead, peewee.JOIN.LEFT_OUTER, on=(Review.lead == lead.id), attr="lead")
            .switch(cls)
            .join(Submission)
            .where(cls.session == session)
            .order_by(cls.team, Person.folded, cls.id)
        )

    @classmethod
    def of_review(cls, review_id: int) -> "Placement | None":
        """Where a review was compared, with its session."""
        rows = cls.select(cls, CalibrationSession).join(CalibrationSession)
        return rows.where(cls.review == review_id).first()  # type: ignore[no-any-return]

    @classmethod
    def waiting(cls) -> Any:
        """Ids of reviews in sessions that are not locked, as a query: none of them is released."""
        unlocked = CalibrationSession.select(CalibrationSession.id).where(
            CalibrationSession.is_open()
        )
        return cls.select(cls.review).where(db.among(cls.session, unlocked))

    def change(self, after: int, reason: str, before: int, *, by: Person) -> "RatingChange | None":
        """Another rating, and why; `before` is what whoever changes it has seen. None when it is
        that one already. Raises Locked, Changed, or ValueError."""
        reason = reason.strip()[:MAX_REASON_CHARS]
        if not reason:
            raise ValueError("Say why.")
        with db.write():
            fresh = Placement.get_by_id(self.id)
            self._refuse_late(fresh, by)
            if fresh.rating == after:
                self.rating = after
                return None
            if fresh.rating != before:
                raise Changed(fresh.rating)
            made = RatingChange.put_down(fresh, before, after, reason, by)
            Placement.update(rating=after).where(Placement.id == self.id).execute()
            self.rating = after
        return made

    def _refuse_late(self, fresh: "Placement", by: Person) -> None:
        """What has become of session, review and line meanwhile, asked of the database."""
        session, review = fresh.session, fresh.review
        if session.locked_at or review.released_at or review.skipped_at:
            raise Locked("This is locked: its rating does not change any more.")
        in_line = by.id in managers_above(review.person_id, by.today())
        if by.id == review.person_id or not (by.is_hr or in_line):
            raise Locked("You do not lead them any more.")


class RatingChange(db.Model):
    """One change in a session: from what to what, by whom. It never changes and never goes; why
    stands beside it, erasable, and bound by its hash."""

    placement = peewee.ForeignKeyField(Placement, backref="changes")
    before = peewee.IntegerField()
    after = peewee.IntegerField()
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
    personal_hash = peewee.CharField(max_length=64)

    @classmethod
    def put_down(
        cls, placement: Placement, before: int, after: int, reason: str, by: Person
    ) -> "RatingChange":
        """A new one. Call it inside `db.write()`."""
        why = ChangeReason.draft(reason=reason)
        rating_change = cls.create(
            placement=placement, before=before, after=after, by=by, at=clock.now(),
            personal_hash=why.commitment,
        )  # fmt: skip
        why.change = rating_change
        why.save(force_insert=True)
        data = {"session": placement.session_id, "record": rating_change.record}
        about = Person(id=placement.review.person_id)
        audit.record(by, "made", rating_change, about=about, data=data)
        return rating_change  # type: ignore[no-any-return]

    @classmethod
    def listing(cls, query: Any) -> Any:
        """`query` with placement, session, author and reason, the newest first."""
        return (
            query.select(cls, Placement, CalibrationSession, ChangeReason, *Person.names(Person))
            .join(Placement)
            .join(CalibrationSession)
            .switch(cls)
            .join(Person, on=(cls.by == Person.id), attr="by")
            .switch(cls)
            .join(
                ChangeReason,
                peewee.JOIN.LEFT_OUTER,
                on=(ChangeReason.change == cls.id),
                attr="kept",
            )
            .order_by(cls.id.desc())
        )

    @classmethod
    def of_review(cls, review_id: int) -> "list[RatingChange]":
        """What was changed of one review, the newest first."""
        rows = cls.listing(cls.select()).where(Placement.review == review_id)
        return list(rows)

    @property
    def reason(self) -> str:
        """Why; empty once it was erased."""
        kept = self.__dict__.get("kept")
        return str(kept.reason) if kept is not None and kept.id else ""

    @property
    def record(self) -> str:
        """The hash that binds it."""
        names = ("id", "placement_id", "before", "after", "by_id", "at", "personal_hash")
        return audit.binding({name: getattr(self, name) for name in names})

    def may_be_undone(self, by: Person) -> bool:
        """By whoever made it, for some minutes; said of what is loaded."""
        return self.by_id == by.id and clock.now() - self.at < timedelta(minutes=UNDO_MINUTES)

    def undo(self, *, by: Person) -> bool:
        """Back to what it was before, which is a change as well. False when it is too late."""
        if not self.may_be_undone(by):
            return False
        try:
            placement = Placement.get_by_id(self.placement_id)
            return placement.change(self.before, UNDONE, self.after, by=by) is not None
        except (Changed, Locked):
            return False


class ChangeReason(audit.Committed, db.Model):
    """Why a rating was changed: erasable, and bound by a salted hash."""

    change = peewee.ForeignKeyField(RatingChange, unique=True, backref="reasons")
    salt = peewee.CharField(max_length=32)
    reason = peewee.CharField(max_length=MAX_REASON_CHARS)

    SAID = ("reason",)


# -- what is compared --------------------------------------------------------------------------


def question_of(submission: Submission, cycle: Cycle) -> Question | None:
    """The rating of a form that is calibrated in this cycle."""
    asked = str(cycle.plan.get("rating") or "")
    found = (one for one in submission.questionnaire.questions if one.kind == RATING)
    return next((one for one in found if one.title == asked), None)


def late(cycle: Cycle, viewer: Person) -> Any:
    """Forms sent about others than the viewer, in no session yet and not released, as a query."""
    return _sent(cycle).where(Review.person != viewer.id)


def _sent(cycle: Cycle) -> Any:
    placed = Placement.select(Placement.review)
    return (
        ReviewPart.select(ReviewPart, Review, Submission)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .switch(ReviewPart)
        .join(Submission)
        .where(Phase.name == MANAGER, Review.cycle == cycle, Review.counts())
        .where(ReviewPart.is_current(), Submission.submitted_at.is_null(False))
        .where(Submission.purged_at.is_null(), Review.released_at.is_null())
        .where(Review.id.not_in(placed))
    )


def _versions(cycle: Cycle) -> Any:
    """Of what can be placed now: which form it is, and which sending of it."""
    return _sent(cycle).select(ReviewPart.id, Submission.version).tuples()


@dataclass(frozen=True)
class _Found:
    """A form that can be placed, as it was when it was looked at."""

    part: int
    version: int
    placement: dict[str, Any]


def _placed(cycle: Cycle, grouping: str, departments: set[int] | None) -> list[_Found]:
    """Form by form what is placed: the review, its group, and what was given."""
    parts = list(_sent(cycle).order_by(Review.id))
    teams, held = Teams(), _held([part.review.person_id for part in parts])
    structures: dict[int, Any] = {}
    rows = []
    for part in parts:
        submission, position = part.submission, held.get(part.review.person_id)
        team = position.team_id if position else None
        if departments is not None and teams.top(team) not in departments:
            continue
        # A thousand forms of one text read it once.
        known = structures.get(submission.revision_id)
        structures[submission.revision_id] = known = known or submission.structure
        submission.__dict__["structure"] = known
        question = question_of(submission, cycle)
        given = submission.given.get(question.key) if question else None
        if not isinstance(given, str) or not given.isdecimal():
            continue
        placement = {
            "review": part.review.id,
            "submission": submission.id,
            "team": _group(grouping, teams, team, part.review)[:200],
            "given": int(given),
            "rating": int(given),
        }
        rows.append(_Found(part.id, submission.version, placement))
    return rows


def _group(grouping: str, teams: Teams, team: int | None, review: Review) -> str:
    """What somebody's group is called."""
    if grouping == LEVEL:
        return review.level or NO_GROUP
    if grouping == TEAM:
        return teams.path(team) if team in teams.by_id else NO_GROUP
    return teams.department(team) or NO_GROUP


def _held(people: list[int]) -> dict[int, Position]:
    """By person what they hold today."""
    found = {}
    for batch in peewee.chunked(people, 500):
        rows = Position.select().where(
            Position.person.in_(list(batch)), Position.is_held(clock.today())
        )
        found |= {row.person_id: row for row in rows}
    return found


GUARDS = [db.immutable("rating_change", "a change of a rating stays as it was made")]
