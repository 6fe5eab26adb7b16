"""Steps of development plans: each a duty or a fact of the room it belongs to."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause, NothingToOpen, Opening
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.growth.mentoring import Mentor, NotPossible
from portal.growth.mentorships import DECLINED, ENDED, LAPSED, WITHDRAWN, Mentorship
from portal.growth.seats import CLOSED, CONFIRMED, GIVEN_BACK, TAKEN_BACK, StretchSeat
from portal.growth.stretches import Stretch
from portal.people.models import Person

# What the person owes for a step that no other room has.
PLAN_STEP = "plan_step"
# Of the duties a plan opens elsewhere; its `ref` is the row of the step.
CAUSE = "plan"
DUE_DAYS = 60
MAX_STEP = 300
# Of one plan, with those that were exchanged.
MOST_STEPS = 12

COURSE, READ, MENTOR, STRETCH_TASK, TASK = "course", "read", "mentor", "stretch", "task"


@dataclass(frozen=True)
class Choice:
    """One step as it was chosen, before there is a row of it."""

    sort: str
    document: Document | None = None
    mentor: Mentor | None = None
    stretch: Stretch | None = None
    words: str = ""


class PlanStep(db.Model):
    """One step of a plan. Whether it is done is read off its duty, its mentorship or its seat."""

    plan = peewee.DeferredForeignKey("DevelopmentPlan", backref="all_steps")
    place = peewee.IntegerField()
    sort = peewee.CharField(max_length=10)
    document = peewee.ForeignKeyField(Document, null=True)
    mentor = peewee.ForeignKeyField(Mentor, null=True)
    stretch = peewee.ForeignKeyField(Stretch, null=True)
    words = peewee.CharField(max_length=MAX_STEP, default="")
    duty = peewee.ForeignKeyField(Assignment, null=True)
    mentorship = peewee.ForeignKeyField(Mentorship, null=True, backref="plan_steps")
    seat = peewee.ForeignKeyField(StretchSeat, null=True, backref="plan_steps")
    # It was done before the plan asked for it: there was nothing to open.
    known_at = db.UtcField(null=True)
    # There was nothing to open any more: no room, no seat, not in force.
    missed_at = db.UtcField(null=True)
    left_out_at = db.UtcField(null=True)

    @classmethod
    def add(cls, plan: Any, place: int, choice: Choice) -> "PlanStep":
        return cls.create(
            plan=plan,
            place=place,
            sort=choice.sort,
            document=choice.document,
            mentor=choice.mentor,
            stretch=choice.stretch,
            words=choice.words[:MAX_STEP],
        )

    @classmethod
    def whole(cls, of: Any, plans: int = 30) -> "list[PlanStep]":
        """The steps of the plans for which `of` holds, in order, each with its plan, that plan's
        people and competency, and all that tells the step's own state: one query."""
        left = peewee.JOIN.LEFT_OUTER
        plan: Any = cls.plan.rel_model  # type: ignore[attr-defined]
        owner, proposer, about = Person.alias(), Person.alias(), Document.alias()
        rows: Any = (
            cls.select(
                cls, Document, Mentor, *Person.names(Person), Stretch, Assignment, Mentorship,
                StretchSeat, plan, *Person.names(owner), *Person.names(proposer), about,
            )
            .join(Document, left, on=(cls.document == Document.id), attr="document")
            .switch(cls)
            .join(Mentor, left, on=(cls.mentor == Mentor.id), attr="mentor")
            .join(Person, left, on=(Mentor.person == Person.id), attr="person")
            .switch(cls)
            .join(Stretch, left, on=(cls.stretch == Stretch.id), attr="stretch")
            .switch(cls)
            .join(Assignment, left, on=(cls.duty == Assignment.id), attr="duty")
            .switch(cls)
            .join(Mentorship, left, on=(cls.mentorship == Mentorship.id), attr="mentorship")
            .switch(cls)
            .join(StretchSeat, left, on=(cls.seat == StretchSeat.id), attr="seat")
            .switch(cls)
            .join(plan, on=(cls.plan == plan.id), attr="plan")
            .join(owner, on=(plan.person == owner.id), attr="person")
            .switch(plan)
            .join(proposer, left, on=(plan.proposed_by == proposer.id), attr="proposed_by")
            .switch(plan)
            .join(about, on=(plan.competency == about.id), attr="competency")
            .where(of)
            .order_by(plan.ended_at.is_null(False), plan.id.desc(), cls.place, cls.id)
        )  # fmt: skip
        return list(rows.limit(plans * MOST_STEPS))

    # -- what it says ----------------------------------------------------------------------

    @property
    def state(self) -> str:
        """`proposed`, `left out`, `missed`, `waits`, `open`, `reported`, `done`, `declined` or
        `gone`."""
        if self.left_out_at:
            return "left out"
        if self.known_at:
            return "done"
        if self.missed_at:
            return "missed"
        if self.mentorship_id:
            return _MENTORSHIPS[self.mentorship.state]
        if self.seat_id:
            return _SEATS[self.seat.state]
        if self.duty_id:
            if not self.duty.settled_at:
                return "open"
            return "done" if self.duty.outcome == "done" else "gone"
        return "proposed"

    @property
    def is_done(self) -> bool:
        return self.state == "done"

    @property
    def is_settled(self) -> bool:
        """There is nothing to do for it any more. What was declined wants another choice."""
        return self.state in ("done", "gone", "left out")

    @property
    def can_be_left_out(self) -> bool:
        """As long as the plan is proposed or under way, and this is not done."""
        return self.plan.ended_at is None and not self.is_settled

    @property
    def can_be_exchanged(self) -> bool:
        """Nor while somebody gives their time for it: that is ended between the two."""
        is_given = self.sort in (MENTOR, STRETCH_TASK) and self.state in ("open", "reported")
        return self.can_be_left_out and not is_given

    @property
    def is_ticked_here(self) -> bool:
        """No other room knows whether it is done."""
        return self.sort in (READ, TASK) and self.duty_id is not None

    @property
    def title(self) -> str:
        """Without whom one meets, which not everybody who reads the plan may know."""
        if self.sort == MENTOR:
            return "Mentoring"
        if self.sort == STRETCH_TASK:
            return str(self.stretch.title) if self.stretch_id else "A stretch task"
        if self.document_id:
            return str(self.document.title)
        return str(self.words)

    def titled(self, may_name: bool, *, is_own: bool) -> str:
        """Its title, with the mentor where the reader may know who it is; for all but the person
        not before the two meet."""
        is_named = may_name and self.mentor_id and (is_own or self.state in _NAMED)
        return f"{self.title} with {self.mentor.person.called}" if is_named else self.title

    def state_for(self, *, is_own: bool) -> str:
        """Its state. Whether somebody was asked for their time, and what they said, is for the
        person alone: whoever else reads the plan learns that it is to come."""
        is_asked = self.sort in (MENTOR, STRETCH_TASK) and self.state in _ASKED
        return "to come" if is_asked and not is_own else self.state

    @property
    def url(self) -> str:
        """Where it is done; "" for a task of the text, which is done wherever one works."""
        if self.sort == COURSE:
            return f"/learning/courses/{self.document_id}"
        if self.sort == READ:
            return str(self.document.url)
        if self.sort == MENTOR:
            return self.mentorship.url if self.mentorship_id else "/growth/mentors"
        return self.stretch.url if self.stretch_id else ""

    # -- verbs -----------------------------------------------------------------------------

    def open(self, *, by: Person) -> None:
        """Open what it asks for; noted where there is nothing to open (any more)."""
        person = self.plan.person
        due_on = person.today() + timedelta(days=DUE_DAYS)
        cause, values = Cause(CAUSE, self.id), {}
        try:
            if self.sort == MENTOR and self.mentor:
                values["mentorship"] = Mentorship.ask(
                    self.mentor, person, by=by, competency=self.plan.competency, wish=""
                )
            elif self.sort == STRETCH_TASK and self.stretch:
                values["seat"] = self._ask_for_seat(person, by)
            elif self.sort == COURSE:
                opens = assignment_kinds[COURSE].open
                assert opens is not None and self.document is not None
                opening = Opening(cause, person, due_on, by)
                duty = opens(person, self.document.slug, opening)
                values = {"duty": duty} if duty else {"known_at": clock.now()}
            else:
                said = f"Read “{self.document.title}”" if self.document_id else self.words
                values["duty"] = Assignment.assign(
                    kind=PLAN_STEP, target=self.id, title=said, cause=cause, by=by, person=person,
                    about=person, due_on=due_on, zone=person.zone or "UTC",
                )  # fmt: skip
        except (NotPossible, NothingToOpen):
            values = {"missed_at": clock.now()}
        self._keep(**values)

    def _ask_for_seat(self, person: Person, by: Person) -> StretchSeat:
        assert self.stretch is not None
        seat = StretchSeat.ask(self.stretch, person, "", by=by)
        if self.stretch.posted_by_id == self.plan.proposed_by_id and not seat.accepted_at:
            # Whoever offers the task proposed it to them: that is their yes, as long as there is a
            # seat; else it waits for their answer.
            with suppress(NotPossible):
                seat.accept(by=None)
        return seat

    def complete(self, *, by: Person) -> bool:
        """Ticked by hand, where no other room knows. False when it is done already."""
        return self._ticked(by, "completed", Assignment.settle)

    def reopen(self, *, by: Person) -> bool:
        """It is not done after all."""
        return self._ticked(by, "reopened", Assignment.reopen)

    def _ticked(self, by: Person, ticked: str, verb: Any) -> bool:
        with db.write():
            if not self.is_ticked_here or not self._goes_on():
                return False
            if not verb(self.duty, by=by):
                return False
            data = {"plan": self.plan_id, "sort": self.sort}
            audit.record(by, ticked, self, about=self.plan.person, data=data)
            self.plan.go_on(by=by)
        return True

    def leave_out(self, *, by: Person) -> bool:
        """The plan goes on without it. False when it is done or left out already."""
        with db.write():
            if not self.can_be_left_out:
                return False
            if not self._drop(by, "left_out"):
                return False
            self.plan.go_on(by=by)
        return True

    def bring_back(self, *, by: Person) -> bool:
        """It is in the plan after all. False when it is there, or the plan is over."""
        with db.write():
            mine = (PlanStep.id == self.id) & PlanStep.left_out_at.is_null(False)
            anew = dict.fromkeys(("left_out_at", *_TOLD_BY))
            if not self._goes_on() or not PlanStep.update(**anew).where(mine).execute():
                return False
            for name in anew:
                setattr(self, name, None)
            data = {"plan": self.plan_id, "sort": self.sort}
            audit.record(by, "brought_back", self, about=self.plan.person, data=data)
            if self.plan.accepted_at:
                self.open(by=by)
                self.plan.go_on(by=by)
        return True

    def exchange(self, choice: Choice, *, by: Person) -> "PlanStep | None":
        """Another one in its place, opened at once if the plan is accepted. None when it is too
        late for that."""
        with db.write():
            if not self.can_be_exchanged or not self._drop(by, "exchanged"):
                return None
            other = PlanStep.add(self.plan, self.place, choice)
            if self.plan.accepted_at:
                other.open(by=by)
                self.plan.go_on(by=by)
        return other

    def _drop(self, by: Person, dropped: str) -> bool:
        """It stands in the plan no more. False when another window was faster."""
        mine = (PlanStep.id == self.id) & PlanStep.left_out_at.is_null()
        self.left_out_at = clock.now()
        if not self._goes_on():
            return False
        if not PlanStep.update(left_out_at=self.left_out_at).where(mine).execute():
            return False
        self.let_go(by=by)
        data = {"plan": self.plan_id, "sort": self.sort}
        audit.record(by, dropped, self, about=self.plan.person, data=data)
        return True

    def let_go(self, *, by: Person | None) -> None:
        """What it alone has asked for is owed no more; what others have agreed to goes on."""
        if self.duty_id and not self.duty.settled_at:
            self.duty.lose(Cause(CAUSE, self.id), by=by, reason="Not in the plan any more.")
        if self.mentorship_id and self.mentorship.state == "asked":
            self.mentorship.withdraw(by=by)
        if self.seat_id and self.seat.state == "asked":
            self.seat.withdraw(by=by)

    def _goes_on(self) -> bool:
        """Reads the plan anew, as the writer sees it: whether it is proposed, under way, or done,
        for what is done opens again with its step."""
        self.plan = type(self.plan).get_by_id(self.plan_id)
        return self.plan.outcome in ("", "done")

    def _keep(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        PlanStep.update(**values).where(PlanStep.id == self.id).execute()


# Nobody was asked yet, or they have said yes.
_NAMED = ("proposed", "open", "done")
_ASKED = ("waits", "missed", "declined")
# What tells the state of a step once it was opened.
_TOLD_BY = ("duty", "mentorship", "seat", "known_at", "missed_at")
_MENTORSHIPS = {
    "asked": "waits", "running": "open", ENDED: "done", DECLINED: "declined",
    WITHDRAWN: "declined", LAPSED: "declined",
}  # fmt: skip
_SEATS = {
    "asked": "waits", "accepted": "open", "done": "reported", CONFIRMED: "done",
    DECLINED: "declined", WITHDRAWN: "declined", GIVEN_BACK: "declined", CLOSED: "declined",
    TAKEN_BACK: "declined",
}  # fmt: skip
