"""Calibration: ratings of many people are compared before any of them is read by its person.

A session holds what managers gave, by group. Each change needs a reason and keeps what was before.
Once it is locked nothing changes any more; the person reads the calibrated rating, and of another
one nothing. Which reviews are in a session is settled when it begins: what came later goes into a
session of its own, so that nobody sees a distribution before and after one person joined it.
"""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.prepared import Prepared, blank
from portal.questionnaires.models import Submission
from portal.reviews import placing
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.steps import CALIBRATION, RELEASE

MAX_REASON_CHARS = 500
AT_ONCE = 100
PLACED = ("session", "review", "submission", "team", "given", "rating")
UNDO_MINUTES = 15
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
        return placing.GROUPINGS[self.grouping].lower()

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
        is_open = phase is not None and phase.opened_at and not cycle.ended_at
        if not is_open or not cycle.plan.get("rating"):
            raise ValueError("The step “calibration” of this cycle is not open.")
        placed = Placement.reviews()
        found = placing.found(cycle, grouping, departments, without=placed)
        with db.write():
            # Taken back, sent anew or placed elsewhere meanwhile: then it is not in it.
            fresh = set(placing.versions(cycle, without=placed))
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
            Placement.put(calibration_session, [one.placement for one in rows])
            here = Placement.session == calibration_session
            Submission.seal_all(Placement.select(Placement.submission).where(here))
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
    def put(cls, session: CalibrationSession, rows: list[dict[str, Any]]) -> None:
        """These in that session. Call it inside `db.write()`: whoever writes meanwhile waits, and
        writing the SQL takes longer than running it."""
        rows = [row | {"session": session.id} for row in rows]
        some = len(rows) - len(rows) % AT_ONCE
        for batch in peewee.chunked(rows[:some], AT_ONCE):
            named = ((f"{name}-{n}", row[name]) for n, row in enumerate(batch) for name in row)
            _put_many.change(**dict(named))
        if rows[some:]:
            cls.insert_many(rows[some:]).execute()

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
    def reviews(cls) -> Any:
        """Ids of reviews that are in a session, as a query."""
        return cls.select(cls.review)

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
        rows = query.select(cls, Placement, CalibrationSession, ChangeReason, *Person.names(Person))
        rows = rows.join(Placement).join(CalibrationSession).switch(cls)
        return cls._with_author(rows).order_by(cls.id.desc())

    @classmethod
    def _with_author(cls, rows: Any) -> Any:
        outer = peewee.JOIN.LEFT_OUTER
        why = ChangeReason.change == cls.id
        rows = rows.join(ChangeReason, outer, on=why, attr="kept").switch(cls)
        return rows.join(Person, outer, on=(cls.by == Person.id), attr="by")

    @classmethod
    def history(cls, review_id: int) -> "tuple[Placement | None, list[RatingChange]]":
        """Where a review was compared, with its session, and what was changed of it, the newest
        first: one query."""
        rows = Placement.select(
            Placement, CalibrationSession, cls, ChangeReason, *Person.names(Person)
        )
        rows = rows.join(CalibrationSession).switch(Placement)
        here = cls.placement == Placement.id
        rows = cls._with_author(rows.join(cls, peewee.JOIN.LEFT_OUTER, on=here, attr="made"))
        found = list(rows.where(Placement.review == review_id).order_by(cls.id.desc()))
        made = [one.made for one in found if getattr(one, "made", None)]
        return (found[0] if found else None), made

    @classmethod
    def of_review(cls, review_id: int) -> "list[RatingChange]":
        """What was changed of one review, the newest first."""
        return cls.history(review_id)[1]

    @property
    def reason(self) -> str:
        """Why; empty once it was erased."""
        kept = self.__dict__.get("kept")
        return str(kept.reason) if kept is not None and kept.id else ""

    @property
    def number(self) -> int:
        """The how manieth of its placement. An id would tell whoever is HR, who reads all changes
        but those of their own rating, that there is one of these."""
        same = RatingChange.placement == self.placement_id
        return int(RatingChange.select().where(same, RatingChange.id <= self.id).count())

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


def _put_so_many(number: int) -> Prepared:
    rows = [{name: blank(f"{name}-{n}") for name in PLACED} for n in range(number)]
    return Prepared(lambda: Placement.insert_many(rows))


_put_many = _put_so_many(AT_ONCE)

GUARDS = [db.immutable("rating_change", "a change of a rating stays as it was made")]
