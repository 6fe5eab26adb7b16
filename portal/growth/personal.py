"""Growth: who mentored whom, who had which task, and plans go once their time is over."""

from datetime import date
from typing import Any

from portal import db
from portal.growth.mentoring import Mentor, MentorSkill
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import PlanStep
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted, midnight


def _ran() -> Any:
    """Those that ran: that somebody only asked is known to the two."""
    return Mentorship.begun_at.is_null(False)


COLUMNS = [
    Column("mentor.person", "Who offers to mentor", "its rule", DELETE),
    Column("mentorship.mentor", "Who is or was asked to mentor", "its rule", DELETE),
    Column("mentorship.person", "Who asked for a mentor", "its rule", DELETE),
    *acted("mentorship", "ended_by", purpose="Who ended or declined it", shown=_ran),
    Column("stretch.posted_by", "Who offers the task", "as long as the task", PSEUDONYMISE),
    *acted("stretch", "closed_by"),
    Column("stretch_seat.person", "Who asked for a task or did it", "its rule", DELETE),
    *acted("stretch_seat", "ended_by", purpose="Who confirmed, declined or ended it"),
    Column("development_plan.person", "Whose plan it is", "its rule", DELETE),
    *acted("development_plan", "proposed_by", "ended_by", purpose="Who proposed or ended it"),
]


def _over(model: Any, before: date | None) -> Any:
    return model.id.is_null() if before is None else model.ended_at < midnight(before)


def _erase_mentors(ids: list[int], by: Any) -> None:
    with db.write():
        PlanStep.update(mentor=None).where(PlanStep.mentor.in_(ids)).execute()
        MentorSkill.delete().where(MentorSkill.mentor.in_(ids)).execute()
        Mentor.delete().where(Mentor.id.in_(ids)).execute()


def _erase_mentorships(ids: list[int], by: Any) -> None:
    """A step of a plan loses what told its state, so what it was is noted before. What the other
    one still owes for it ends."""
    with db.write():
        for row in Mentorship.select().where(Mentorship.id.in_(ids), Mentorship.is_open()):
            row.end(by=by) or row.withdraw(by=by)
        _keep_states(PlanStep.mentorship.in_(ids), "mentorship")
        Mentorship.delete().where(Mentorship.id.in_(ids)).execute()


def _erase_seats(ids: list[int], by: Any) -> None:
    with db.write():
        for row in StretchSeat.select().where(StretchSeat.id.in_(ids), StretchSeat.is_open()):
            row.withdraw(by=by)
        _keep_states(PlanStep.seat.in_(ids), "seat")
        StretchSeat.delete().where(StretchSeat.id.in_(ids)).execute()


def _keep_states(of: Any, name: str) -> None:
    for step in PlanStep.whole(of):
        told = step.seat if name == "seat" else step.mentorship
        kept = {"known_at": told.ended_at} if step.is_done else {"missed_at": told.asked_at}
        PlanStep.update(**kept, **{name: None}).where(PlanStep.id == step.id).execute()


def _erase_plans(ids: list[int], by: Any) -> None:
    with db.write():
        PlanStep.delete().where(PlanStep.plan.in_(ids)).execute()
        DevelopmentPlan.delete().where(DevelopmentPlan.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="mentors",
        title="Offers to mentor",
        holds="Who offered to mentor, for what, and the line they wrote about themselves.",
        model=Mentor,
        people=(Mentor.person,),
        counted_from="the day the offer was taken back",
        day=Mentor.ended_at,
        is_past=lambda before: _over(Mentor, before),
        goes=lambda person_id: Mentor.person == person_id,
        erase=_erase_mentors,
        months=12,
        floor_months=1,
        advice="Nobody needs an offer that was taken back.",
    ),
    RecordClass(
        name="mentorships",
        title="Mentorships",
        holds="That somebody asked somebody to be their mentor, and from when to when it ran."
        " Nothing of what they said to each other.",
        model=Mentorship,
        people=(Mentorship.person, Mentorship.mentor),
        counted_from="the day it ended",
        day=Mentorship.ended_at,
        is_past=lambda before: _over(Mentorship, before),
        goes=lambda person_id: (Mentorship.person == person_id) | (Mentorship.mentor == person_id),
        erase=_erase_mentorships,
        shown=_ran,
        months=24,
        floor_months=1,
        advice="Two years tell whether mentoring is shared out fairly.",
    ),
    RecordClass(
        name="stretch_seats",
        title="Stretch tasks of people",
        holds="Who asked for a stretch task, who did it, and their sentence about it.",
        model=StretchSeat,
        people=(StretchSeat.person,),
        counted_from="the day it was confirmed, declined or given back",
        day=StretchSeat.ended_at,
        is_past=lambda before: _over(StretchSeat, before),
        goes=lambda person_id: StretchSeat.person == person_id,
        erase=_erase_seats,
        months=36,
        floor_months=1,
        advice="They are evidence for reviews and promotions of some years.",
        stays="The task itself stays on the board, without who did it.",
    ),
    RecordClass(
        name="development_plans",
        title="Development plans",
        holds="For which competency somebody made a plan, its steps, and how far they came.",
        model=DevelopmentPlan,
        people=(DevelopmentPlan.person,),
        counted_from="the day it ended",
        day=DevelopmentPlan.ended_at,
        is_past=lambda before: _over(DevelopmentPlan, before),
        goes=lambda person_id: DevelopmentPlan.person == person_id,
        erase=_erase_plans,
        months=36,
        floor_months=1,
        advice="Three years show what helped; courses completed stay by their own rule.",
        stays="Courses that were completed with it stay, by their own rule.",
    ),
]
