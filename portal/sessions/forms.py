"""What is said of a session, who is booked by somebody else, and why one is canceled."""

from datetime import timedelta
from typing import Any

from wtforms import TimeField
from wtforms.fields.choices import SelectChoice

from portal import forms, web
from portal.people import access as people_access
from portal.people.forms import zone_choices
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.sessions import models
from portal.sessions.models import MAX_SEATS, Session, Trainer, moment_of
from portal.sessions.planning import Plan, said_of

MAX_TRAINERS, MAX_TRAINERS_CHARS = 10, 600
MAX_TIMES = 26
MAX_DAYS_LONG = 31
BACK_DAYS, AHEAD_DAYS = 366, 1_100
REPEATS = [
    SelectChoice("", "Only once"),
    SelectChoice("1", "Every week"),
    SelectChoice("2", "Every two weeks"),
    SelectChoice("4", "Every four weeks"),
]


class SessionForm(forms.Form):
    """Times are typed by the clock of the place."""

    on = forms.day("Day", required="Say on which day.")
    starts = TimeField("Begins at")
    ends = TimeField("Ends at")
    ends_on = forms.day("Last day")
    zone = forms.choice("Time zone of the place", required="Choose a time zone.")
    place = forms.line("Place", models.MAX_PLACE_CHARS)
    link = forms.line("Address of the video meeting", models.MAX_LINK_CHARS)
    seats = forms.number("Seats", 1, MAX_SEATS, required="Say how many seats there are.")
    trainers = forms.lines("Who holds it", MAX_TRAINERS_CHARS)
    note = forms.lines("Note for those who come", models.MAX_NOTE_CHARS)

    named: tuple[Person | str, ...] = ()

    def offer(self, zone: str) -> Any:
        self.zone.choices = zone_choices(zone)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        self._look_at_times()
        self._look_at_place()
        self._look_at_trainers()
        return is_valid and not self.errors

    def _look_at_times(self) -> None:
        for field, words in ((self.starts, "begins"), (self.ends, "ends")):
            if field.data is None:
                field.errors = [f"Say when it {words}, as 14:00."]
        if self.on.errors or self.starts.errors or self.ends.errors or self.ends_on.errors:
            return
        today = web.viewer_today()
        if not -BACK_DAYS <= (self.on.data - today).days <= AHEAD_DAYS:
            self.on.errors = ["This day is too far away. Look at the year."]
        last = self.ends_on.data or self.on.data
        if (last - self.on.data).days > MAX_DAYS_LONG:
            self.ends_on.errors = [f"It goes on for {MAX_DAYS_LONG} days at most."]
        elif last < self.on.data:
            self.ends_on.errors = ["It ends before it begins."]
        elif last == self.on.data and self.ends.data <= self.starts.data:
            self.ends.errors = ["It ends before it begins."]

    def _look_at_place(self) -> None:
        typed = self.link.data or ""
        if typed and not typed.lower().startswith(("https://", "http://")):
            self.link.errors = ["An address begins with https://."]
        elif not typed and not self.place.data:
            self.place.errors = ["Say where it is: a place, or the address of a video meeting."]

    def _look_at_trainers(self) -> None:
        typed = (self.trainers.data or "").replace("\n", ",").split(",")
        names = list(dict.fromkeys(name for one in typed if (name := " ".join(one.split()))))
        found: list[Person | str] = []
        # With whom one holds a date, one knows of; HR may name who has not begun yet.
        me = viewer()
        beside = Trainer.select(Trainer.person).where(Trainer.session.in_(Trainer.held_by(me)))
        known = people_access.visible_to(me).orwhere(Person.id.in_(beside))
        for name in names:
            person = Person.colleague(name, known)
            if person is None and ("@" in name or len(name) > models.MAX_NAME_CHARS):
                self.trainers.errors = [f"{NOBODY} That is “{name[:60]}”."]
                return
            found.append(person or name)
        if len(found) > MAX_TRAINERS:
            self.trainers.errors = [f"Name {MAX_TRAINERS} at most."]
        self.named = tuple(dict.fromkeys(found))

    def said(self) -> Plan:
        zone = self.zone.data
        return Plan(
            starts_at=moment_of(self.on.data, self.starts.data, zone),
            ends_at=moment_of(self.ends_on.data or self.on.data, self.ends.data, zone),
            zone=zone,
            seats=self.seats.data,  # type: ignore[arg-type]
            place=self.place.data or "",
            link=self.link.data or "",
            note=self.note.data or "",
            trainers=self.named,
        )


class NewSessionForm(SessionForm):
    """One date, or several of a series."""

    every = forms.choice("Again", choices=REPEATS)
    times = forms.number("How many dates in all", 2, MAX_TIMES)

    def _look_at_times(self) -> None:
        super()._look_at_times()
        if self.every.data and not self.times.data and not self.times.errors:
            self.times.errors = ["Say how many dates there are in all."]

    @property
    def series(self) -> dict[str, int]:
        """As `planning.plan` takes it."""
        weeks = int(self.every.data or 0)
        return {"every_weeks": weeks, "times": int(self.times.data or 1) if weeks else 1}


def values_of(session: Session, *, days_on: int = 0) -> dict[str, Any]:
    """What a form is filled with: a session as it stands, or for a copy some days later."""
    said = said_of(session)
    first, last = session.local(session.starts_at), session.local(session.ends_at)
    ahead = timedelta(days=days_on)
    trainers = [one if isinstance(one, str) else one.email for one in said.trainers]
    return {
        "on": first.date() + ahead,
        "starts": first.time(),
        "ends": last.time(),
        "ends_on": last.date() + ahead if last.date() != first.date() else None,
        "zone": session.zone,
        "place": session.place,
        "link": session.link,
        "seats": session.seats,
        "trainers": ", ".join(trainers),
        "note": session.note,
    }


class CancelForm(forms.Form):
    reason = forms.lines("Why", models.MAX_REASON_CHARS)


class PersonForm(forms.Form):
    """Somebody who works here, by name or address."""

    person = forms.line("Who", 254, required="Say who.")

    found: Person | None = None

    def validate_person(self, field: Any) -> None:
        self.found = people_access.colleague(viewer(), field.data)
        if self.found is None:
            raise forms.ValidationError(NOBODY)
