"""Who was there: ticked by whoever holds it or HR, which completes the course, and taken back."""

from datetime import timedelta
from typing import Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Revision
from portal.learning import taking
from portal.learning.models import ATTENDED as HOW
from portal.learning.models import Completion
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.sessions.models import ATTENDED, BOOKED, MISSED, SEATED, Seat, Session, Trainer
from portal.sessions.planning import ATTENDANCE

MINUTES = 5
# So long after a session whoever holds it is to say who came.
WITHIN_DAYS = 3
# An earlier one was held before the portal asked, or nobody knows any more.
LOOKS_BACK = timedelta(days=60)


def mark(seat: Seat, state: str, *, by: Person) -> bool:
    """They were there (`attended`), were not (`missed`), or nobody has said (`booked`).

    Being there completes the course on the session's day; saying otherwise takes that back. False
    when it is said already, and where they have no seat.
    """
    with db.write():
        now = clock.now()
        seat = Seat.get_by_id(seat.id)
        before: str = seat.state
        if before == state or before not in SEATED or state not in SEATED:
            return False
        session, person = seat.session, seat.person
        values: dict[str, Any] = {"state": state, "changed_at": now, "ticked_by": by}
        if before == ATTENDED:
            _take_back(seat, by)
            values["completion"] = None
        if state == ATTENDED:
            values["completion"] = _complete(session, person, by)
        Seat.update(**values).where(Seat.id == seat.id).execute()
        data = {"session": session.id, "document": session.course_id}
        if state == ATTENDED:
            audit.record(by, "attended", seat, about=person, data=data)
        elif state == MISSED:
            audit.record(by, "missed", seat, about=person, data=data)
        else:
            audit.record(by, "reopened", seat, about=person, data=data)
        _settle(session, by)
    return True


def _complete(session: Session, person: Person, by: Person) -> Completion:
    """With the text there was when it was held: what is asked since was not said that day."""
    course = session.course
    held = Revision.in_force_at(course.id, session.ends_at) or course.current
    return taking.complete(
        course, held, person, how=HOW, by=by, seconds=session.seconds, done_on=session.on
    )


def _take_back(seat: Seat, by: Person) -> None:
    done = seat.completion
    if done is None or done.superseded_at is not None:
        return
    taking.withdraw(done, "The list of who was there was corrected.", by=by)


def mark_all(session: Session, *, by: Person) -> int:
    """All who were booked and of whom nothing is said yet were there, but for oneself; how many."""
    with db.write():
        booked = Seat.select().where(
            Seat.session == session.id, Seat.state == BOOKED, Seat.person != by.id
        )
        return sum(mark(seat, ATTENDED, by=by) for seat in list(booked.order_by(Seat.id)))


def add(session: Session, person: Person, *, by: Person) -> Seat:
    """Somebody came who had no seat: they were there all the same, however many seats there are."""
    with db.write():
        now = clock.now()
        seat = Seat.of(session.id, person.id)
        if seat is None:
            last = Seat.select().where(Seat.session == session.id).count()
            seat = Seat.create(
                session=session, person=person, state=BOOKED, turn=last + 1, booked_by=by,
                changed_at=now,
            )  # fmt: skip
            data = {"session": session.id, "document": session.course_id}
            audit.record(by, "added", seat, about=person, data=data)
        elif seat.state not in SEATED:
            Seat.update(state=BOOKED, changed_at=now).where(Seat.id == seat.id).execute()
        mark(seat, ATTENDED, by=by)
    return Seat.get_by_id(seat.id)  # type: ignore[no-any-return]


# -- who is asked ------------------------------------------------------------------------------


def _settle(session: Session, by: Person) -> None:
    """Nothing is asked any more once it is said of everybody; asked again where one is open."""
    is_open = Seat.select().where(Seat.session == session.id, Seat.state == BOOKED).exists()
    if not is_open:
        Assignment.settle_all(ATTENDANCE, session.id, by=by)
        return
    asked = Assignment.select().where(
        Assignment.kind == ATTENDANCE, Assignment.target == session.id, Assignment.outcome == "done"
    )
    for duty in list(asked):
        duty.reopen(by=by)


def ask_who_came() -> int:
    """A duty for who holds a session that is over and of which it is not said who came; else for
    HR. Asked once, and of nobody where nobody was booked."""
    now = clock.now()
    over = Session.select().where(
        Session.stands(),
        Session.asked_at.is_null(),
        Session.ends_at <= now,
        Session.ends_at > now - LOOKS_BACK,
    )
    asked = 0
    for session in list(over.order_by(Session.id)):
        with db.write():
            Session.update(asked_at=now).where(Session.id == session.id).execute()
            if Seat.select().where(Seat.session == session.id, Seat.state == BOOKED).exists():
                _ask(session)
                asked += 1
    return asked


def _ask(session: Session) -> None:
    holder = next(
        (
            one.person
            for one in Trainer.of_many([session]).get(session.id, [])
            if one.person_id and one.person.is_active and not one.person.has_left(session.last_on)
        ),
        None,
    )
    zone = (holder.zone if holder else "") or session.zone
    Assignment.assign(
        kind=ATTENDANCE,
        target=session.id,
        title=f"Say who came to {session.course.title}",
        cause=Cause(ATTENDANCE, session.id),
        by=None,
        person=holder,
        function=None if holder else Function.named(HR),
        due_on=clock.today(zone) + timedelta(days=WITHIN_DAYS),
        zone=zone,
        minutes=MINUTES,
    )
