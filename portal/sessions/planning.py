"""Planning dates: one or a series, changed, canceled; and whoever is concerned hears of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.people.models import Person
from portal.sessions import booking, telling
from portal.sessions.models import Seat, Session, Trainer, moment_of

ATTENDANCE = "attendance"


class TooFew(ValueError):
    """More people have a seat than there shall be seats; the text says how many."""


@dataclass(frozen=True)
class Plan:
    """What is said of a session; `trainers` are persons, and names from outside."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    seats: int
    place: str = ""
    link: str = ""
    note: str = ""
    trainers: tuple[Person | str, ...] = ()

    def later(self, weeks: int) -> "Plan":
        """The same by the clock of the place, so many weeks on: an hour stays that hour when the
        clocks are changed between."""
        return replace(
            self,
            starts_at=_weeks_on(self.starts_at, self.zone, weeks),
            ends_at=_weeks_on(self.ends_at, self.zone, weeks),
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What stands in the row itself."""
        names = ("starts_at", "ends_at", "zone", "seats", "place", "link", "note")
        zone = clock.zone_of(self.zone)
        days = {
            "on": self.starts_at.astimezone(zone).date(),
            "last_on": self.ends_at.astimezone(zone).date(),
        }
        return {name: getattr(self, name) for name in names} | days


def _weeks_on(moment: datetime, zone: str, weeks: int) -> datetime:
    local = moment.astimezone(clock.zone_of(zone))
    return moment_of(local.date() + timedelta(weeks=weeks), local.time(), zone)


def plan(
    course: Document, said: Plan, *, by: Person | None, every_weeks: int = 0, times: int = 1
) -> list[Session]:
    """The date, or so many of them some weeks apart; each is a session of its own.

    Whoever asked to hear when there is a date gets one letter for all of them.
    """
    with db.write():
        now = clock.now()
        count = times if every_weeks else 1
        made = [_put_down(course, said.later(every_weeks * n), now, by) for n in range(count)]
        if ahead := [one for one in made if not one.has_begun(now)]:
            telling.of_dates(course.id, ahead, now)
    return made


def _put_down(course: Document, said: Plan, now: datetime, by: Person | None) -> Session:
    session = Session.create(
        course=course, said_at=now, created_at=now, created_by=by, **said.facts
    )
    _name_trainers(session, said)
    data = {"document": course.id, "on": session.on, "seats": said.seats}
    audit.record(by, "planned", session, data=data)
    return session


def _name_trainers(session: Session, said: Plan) -> None:
    Trainer.delete().where(Trainer.session == session.id).execute()
    for who in said.trainers:
        named = {"name": who} if isinstance(who, str) else {"person": who}
        Trainer.create(session=session, **named)


def said_of(session: Session) -> Plan:
    """What is said of it now."""
    named = Trainer.of_many([session]).get(session.id, [])
    return Plan(
        starts_at=session.starts_at, ends_at=session.ends_at, zone=session.zone,
        seats=session.seats, place=session.place, link=session.link, note=session.note,
        trainers=tuple(one.person if one.person_id else one.name for one in named),
    )  # fmt: skip


def change(session: Session, said: Plan, *, by: Person | None) -> list[str]:
    """Say it anew; returns the names of what really changed.

    Another time or place is told to everyone concerned. Seats that come free by it are given at
    once. Raises TooFew.
    """
    with db.write():
        now = clock.now()
        session = Session.get_by_id(session.id)
        if session.canceled_at:
            return []
        taken = Seat.count_of(session.id)
        if said.seats < taken and said.seats < session.seats:
            raise TooFew(f"{taken} have a seat already.")
        before = {name: getattr(session, name) for name in said.facts}
        changed = [name for name, value in said.facts.items() if before[name] != value]
        if said_of(session).trainers != said.trainers:
            changed.append("trainers")
            _name_trainers(session, said)
        if not changed:
            return []
        told = [name for name in Session.TOLD if name in changed]
        more = (
            {"sequence": session.sequence + 1, "said_at": now} if set(changed) - {"seats"} else {}
        )
        Session.update(**said.facts, **more).where(Session.id == session.id).execute()
        session = Session.get_by_id(session.id)
        if told:
            Seat.update(reminded_at=None).where(Seat.session == session.id).execute()
            if not session.is_over(now):
                telling.of_change(session, {name: before[name] for name in Session.TOLD}, by)
        booking.move_up(session, by=by)
        audit.record(
            by, "changed", session, data={"document": session.course_id, "fields": changed}
        )
    return changed


def cancel(session: Session, reason: str, *, by: Person | None) -> bool:
    """It does not take place; everyone concerned hears of it once. False when it was canceled
    already, or is over."""
    with db.write():
        now = clock.now()
        canceled = (
            Session.update(
                canceled_at=now, reason=reason, said_at=now, sequence=Session.sequence + 1
            )
            .where(Session.id == session.id, Session.stands(), Session.is_ahead(now))
            .execute()
        )
        if canceled:
            telling.of_cancellation(session, by)
            Assignment.settle_all(
                ATTENDANCE, session.id, by=by, outcome="ended", reason="The session was canceled."
            )
            data = {"document": session.course_id, "on": session.on}
            audit.record(by, "canceled", session, data=data)
    return bool(canceled)
