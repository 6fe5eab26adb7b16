"""Enrollments: somebody on a path, the text they began it with, and the steps that are open."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause, NothingToOpen, Opening
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.documents.models import Document, Revision
from portal.paths import route
from portal.people.models import Person

KIND = "path"
# Of the duties a path opens; its `ref` is the row of the step.
CAUSE = "path"

RULE, HAND, SELF = "rule", "hand", "self"
# How a step was settled: its duty is done; HR or an excuse says it is not needed; or there is
# nothing to do, because what it opens is not in force any more.
DONE, SKIPPED, MISSING = "done", "skipped", "missing"
LEFT = "left"
MAX_REASON_CHARS = 300


class NotInForce(RuntimeError):
    """The path is a draft or retired: nobody is put on it."""


class Enrollment(db.Model):
    """One person on one path, with the text they began it with.

    At most one is under way per path and person. It is finished once every required step is
    settled, and ended when somebody takes them off; `moved_at` is when it last went on.
    """

    path = peewee.ForeignKeyField(Document, backref="enrollments")
    revision = peewee.ForeignKeyField(Revision)
    person = peewee.ForeignKeyField(Person, backref="enrollments")
    cause = peewee.CharField(max_length=10)
    put_by = peewee.ForeignKeyField(Person, null=True)
    begun_at = db.UtcField()
    begun_on = peewee.DateField()
    due_on = peewee.DateField(null=True)
    moved_at = db.UtcField()
    finished_at = db.UtcField(null=True)
    finished_on = peewee.DateField(null=True)
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True)
    ended_why = peewee.CharField(max_length=MAX_REASON_CHARS, default="")

    class Meta:
        indexes = (
            (("path", "person"), False),
            (("person", "begun_at"), False),
            (("path", "moved_at"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_under_way(cls) -> Any:
        return cls.ended_at.is_null() & cls.finished_at.is_null()

    @classmethod
    def open_of(cls, path_id: int, person_id: int) -> "Enrollment | None":
        """The one that is under way."""
        mine = (cls.path == path_id) & (cls.person == person_id)
        return cls.get_or_none(mine & cls.is_under_way())  # type: ignore[no-any-return]

    @classmethod
    def newest_of(cls, path_id: int, person_id: int) -> "Enrollment | None":
        """Their newest with its text, whatever became of it."""
        mine = cls.select(cls, Revision).join(Revision, on=(cls.revision == Revision.id))
        mine = mine.where(cls.path == path_id, cls.person == person_id)
        return mine.order_by(cls.id.desc()).first()  # type: ignore[no-any-return]

    @property
    def state(self) -> str:
        """`under way`, `finished` or `ended`."""
        if self.ended_at:
            return "ended"
        return "finished" if self.finished_at else "under way"

    @property
    def structure(self) -> dict[str, Any]:
        """The path as they go it."""
        return self.revision.parsed  # type: ignore[no-any-return]

    # -- on the path -----------------------------------------------------------------------

    @classmethod
    def begin(
        cls, path: Document, person: Person, *, cause: str, by: Person | None
    ) -> "Enrollment":
        """The one under way, or a new one on the text in force. Raises NotInForce."""
        with db.write():
            if under_way := cls.open_of(path.id, person.id):
                return under_way
            path.read_again()
            if path.state != "published" or path.current is None:
                raise NotInForce
            now, today = clock.now(), person.today()
            enrollment = cls.create(
                path=path,
                revision=path.current,
                person=person,
                cause=cause,
                put_by=by,
                begun_at=now,
                begun_on=today,
                due_on=_due(today, path.current),
                moved_at=now,
            )
            data = {"document": path.id, "text": path.current.number, "cause": cause}
            audit.record(by, "begun", enrollment, about=person, data=data)
            enrollment.go_on(by=by)
        return enrollment

    def go_on(self, *, by: Person | None) -> None:
        """Open what is open by now, close what is not, and finish when everything is settled.

        Called inside the write of whatever changed. What is done already is settled at once.
        """
        with db.write():
            if self.ended_at:
                return
            rows = {row.key: row for row in PathStep.of(self)}
            if self.finished_at and route.is_finished(self.structure, _settled(rows)):
                return
            while fresh := [stop for stop in self._open_stops(rows) if stop.key not in rows]:
                for stop in fresh:
                    rows[stop.key] = PathStep.unlock(self, stop.step, by=by)
            reached = {stop.key for stop in self._open_stops(rows)}
            for key, row in rows.items():
                if key not in reached and not row.settled_at:
                    row.lock(by=by)
            self._finish_or_not(_settled(rows), by)

    def _open_stops(self, rows: "dict[str, PathStep]") -> list[route.Stop]:
        found = route.stops(self.structure, _settled(rows))
        return [stop for stop in found if stop.waits_for is None]

    def _finish_or_not(self, settled: set[str], by: Person | None) -> None:
        is_finished = route.is_finished(self.structure, settled)
        now = clock.now()
        if is_finished == bool(self.finished_at):
            self._keep(moved_at=now)
            return
        if not is_finished:
            if Enrollment.open_of(self.path_id, self.person_id):
                # They began it anew since; the old one stays what it was.
                return
            self._keep(finished_at=None, finished_on=None, moved_at=now)
            audit.record(by, "unfinished", self, about=self.person, data=self._said)
            return
        self._keep(finished_at=now, finished_on=self.person.today(), moved_at=now)
        # What was optional and not done is owed no more.
        for row in PathStep.of(self):
            if not row.settled_at:
                row.lock(by=by)
        audit.record(by, "finished", self, about=self.person, data=self._said)

    def _keep(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        Enrollment.update(**values).where(Enrollment.id == self.id).execute()

    @property
    def _said(self) -> dict[str, Any]:
        return {"document": self.path_id}

    def read_again(self) -> None:
        """What others may have changed since it was read; first thing inside a write."""
        fresh = Enrollment.get_by_id(self.id)
        for name in ("revision", "due_on", "finished_at", "finished_on", "ended_at", "ended_why"):
            setattr(self, name, getattr(fresh, name))

    # -- off the path ----------------------------------------------------------------------

    def end(self, why: str, *, by: Person | None) -> bool:
        """They go it no further, and owe nothing more for it. False when it is over already."""
        with db.write():
            self.read_again()
            if self.ended_at or self.finished_at:
                return False
            for row in PathStep.of(self):
                row.let_go(by=by, reason="Taken off the path.")
            self._keep(ended_at=clock.now(), ended_by=by, ended_why=why[:MAX_REASON_CHARS])
            personal = {"reason": why} if by else None
            audit.record(by, "ended", self, about=self.person, data=self._said, personal=personal)
        return True

    def resume(self, *, by: Person) -> bool:
        """Take an end back: what was open is owed again. False when another is under way."""
        with db.write():
            self.read_again()
            if not self.ended_at or Enrollment.open_of(self.path_id, self.person_id):
                return False
            self._keep(ended_at=None, ended_by=None, ended_why="")
            audit.record(by, "resumed", self, about=self.person, data=self._said)
            PathStep.delete().where(
                PathStep.enrollment == self, PathStep.settled_at.is_null()
            ).execute()
            self.go_on(by=by)
        return True

    def restart(self, *, by: Person) -> "Enrollment":
        """From the beginning, on the text in force; what still counts is done at once."""
        with db.write():
            self.read_again()
            if not self.ended_at and not self.finished_at:
                self.end("Begun again.", by=by)
            cause = SELF if by.id == self.person_id else HAND
            return Enrollment.begin(self.path, self.person, cause=cause, by=by)

    def move_to(self, revision: Revision, *, by: Person) -> bool:
        """On with a newer text: what is done stays done, what it leaves out is owed no more."""
        with db.write():
            self.read_again()
            if self.ended_at or self.finished_at or self.revision_id == revision.id:
                return False
            keys = {stop.key for stop in route.stops(revision.parsed, ())}
            for row in PathStep.of(self):
                if row.key not in keys and not row.settled_at:
                    row.lock(by=by)
            self._keep(revision=revision, due_on=_due(self.begun_on, revision))
            data = self._said | {"text": revision.number}
            audit.record(by, "moved", self, about=self.person, data=data)
            self.go_on(by=by)
        return True


def _due(begun_on: date, revision: Revision) -> date | None:
    days = revision.parsed["due"]
    return begun_on + timedelta(days=days) if days else None


def _settled(rows: "dict[str, PathStep]") -> set[str]:
    return {key for key, row in rows.items() if row.settled_at}


class PathStep(db.Model):
    """A step somebody has reached: the duty it is, and how it was settled. Those further on have no
    row: that they are locked is read off the text."""

    enrollment = peewee.ForeignKeyField(Enrollment, backref="steps")
    key = peewee.CharField(max_length=120)
    unlocked_at = db.UtcField()
    due_on = peewee.DateField(null=True)
    assignment = peewee.ForeignKeyField(Assignment, null=True, on_delete="SET NULL")
    settled_at = db.UtcField(null=True)
    outcome = peewee.CharField(max_length=10, default="")
    reason = peewee.CharField(max_length=MAX_REASON_CHARS, default="")

    class Meta:
        indexes = ((("enrollment", "key"), True),)

    @classmethod
    def of(cls, enrollment: Enrollment) -> "list[PathStep]":
        """Every step that was reached, the first one first."""
        return list(cls.select().where(cls.enrollment == enrollment.id).order_by(cls.id))

    @property
    def why(self) -> Cause:
        return Cause(CAUSE, self.id)

    @property
    def is_stuck(self) -> bool:
        """A gate that opens nothing any more: HR has to decide."""
        return self.settled_at is None and self.outcome == MISSING

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def unlock(cls, enrollment: Enrollment, step: Any, *, by: Person | None) -> "PathStep":
        """It is open from now on: the duty is opened, or the step is done where it was done."""
        path_step = cls.create(
            enrollment=enrollment,
            key=step["key"],
            unlocked_at=clock.now(),
            due_on=_due_of(enrollment, step),
        )
        data = {"document": enrollment.path_id, "step": step["key"]}
        audit.record(by, "unlocked", path_step, about=enrollment.person, data=data)
        path_step.ask(step, by=by)
        return path_step

    def ask(self, step: Any, *, by: Person | None) -> None:
        """Open its duty; without one it is done, or passed over where there is nothing to do."""
        kind = assignment_kinds.get(step["kind"])
        person = self.enrollment.person
        opening = Opening(cause=self.why, about=person, due_on=self.due_on, by=by)
        try:
            if kind is None or kind.open is None:
                raise NothingToOpen(step["key"])
            duty = kind.open(person, step["slug"], opening)
        except NothingToOpen:
            self._find_nothing(step, by)
            return
        if duty is None:
            self._settle(DONE, by=by)
        else:
            self._keep(assignment=duty, outcome="")

    def _find_nothing(self, step: Any, by: Person | None) -> None:
        """Retired since the path was published: passed over, but for a gate, which HR decides."""
        if step["gate"]:
            self._keep(outcome=MISSING, assignment=None)
            data = {"document": self.enrollment.path_id, "step": self.key}
            audit.record(by, "stuck", self, about=self.enrollment.person, data=data)
        else:
            self._settle(MISSING, by=by, reason="It is not in force any more.")

    def _settle(self, outcome: str, *, by: Person | None, reason: str = "") -> None:
        self._keep(settled_at=clock.now(), outcome=outcome, reason=reason[:MAX_REASON_CHARS])
        self._record(outcome, by, reason)

    def _record(self, tag: str, by: Person | None, reason: str = "") -> None:
        data = {"document": self.enrollment.path_id, "step": self.key}
        reached = {DONE: "completed", MISSING: "passed_over"}.get(tag, tag)
        personal = {"reason": reason} if reason and tag == SKIPPED else None
        person = self.enrollment.person
        audit.record(by, reached, self, about=person, data=data, personal=personal)

    def _keep(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        PathStep.update(**values).where(PathStep.id == self.id).execute()

    def let_go(self, *, by: Person | None, reason: str) -> None:
        """What was owed only because of this step is owed no more."""
        if not self.settled_at and self.assignment_id:
            self.assignment.lose(self.why, by=by, reason=reason)

    def lock(self, *, by: Person | None) -> None:
        """Something before it is open again, or the text leaves it out: it is not reached."""
        self.let_go(by=by, reason="Not open on the path now.")
        self.delete_instance()

    def duty_settled(self, duty: Assignment, *, by: Person | None) -> None:
        """Its duty is closed, inside that write: the path goes on."""
        if self.settled_at or self.enrollment.ended_at:
            return
        step = self._in_text
        if step is None:
            return
        if duty.outcome == "done":
            self._settle(DONE, by=by)
        elif duty.outcome == "waived":
            self._settle(SKIPPED, by=by, reason=duty.reason)
        elif self.enrollment.person.has_left(self.enrollment.person.today()):
            return
        else:
            self._find_nothing(step, by)
        self.enrollment.go_on(by=by)

    def duty_reopened(self, duty: Assignment, *, by: Person | None) -> None:
        """What was done is undone: the step is open again, and what came after it is not."""
        if not self.settled_at or self.enrollment.ended_at:
            return
        self._keep(settled_at=None, outcome="", reason="", assignment=duty)
        self._record("reopened", by)
        self.enrollment.go_on(by=by)

    @property
    def _in_text(self) -> Any:
        found = route.stops(self.enrollment.structure, ())
        return next((stop.step for stop in found if stop.key == self.key), None)

    def skip(self, reason: str, *, by: Person) -> bool:
        """Not needed for this person, and why; the path goes on. False when it is settled."""
        with db.write():
            fresh = PathStep.get_or_none(PathStep.id == self.id)
            if fresh is None or fresh.settled_at or fresh.enrollment.state != "under way":
                return False
            fresh.let_go(by=by, reason="Skipped on the path.")
            fresh._settle(SKIPPED, by=by, reason=reason)
            fresh.enrollment.go_on(by=by)
        return True

    def unskip(self, *, by: Person) -> bool:
        """Needed after all. False when it was not skipped."""
        with db.write():
            fresh = PathStep.get_or_none(PathStep.id == self.id)
            if fresh is None or fresh.outcome != SKIPPED or fresh.enrollment.ended_at:
                return False
            fresh._keep(settled_at=None, outcome="", reason="", assignment=None)
            fresh._record("reopened", by)
            if step := fresh._in_text:
                fresh.ask(step, by=by)
            fresh.enrollment.go_on(by=by)
        return True


def _due_of(enrollment: Enrollment, step: Any) -> date | None:
    """So many days from now, within the days for the whole while those are not over; what is
    optional has no day."""
    if step["optional"]:
        return None
    today = enrollment.person.today()
    whole = enrollment.due_on
    own = today + timedelta(days=step["due"]) if step["due"] else None
    if own and whole and whole >= today:
        return min(own, whole)
    return own or whole


GUARDS = [
    db.partial_unique(
        "enrollment", "path_id, person_id", "ended_at IS NULL AND finished_at IS NULL"
    ),
]
