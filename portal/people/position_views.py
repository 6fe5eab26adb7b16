"""Where somebody stands: a change from a day on, what it will do, taking it back, the history."""

from datetime import date
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock, doors, forms, text, web
from portal.hx import go
from portal.people import access
from portal.people.forms import PositionForm
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.moves import CircleError
from portal.people.org import Location, Teams
from portal.people.positions import Position
from portal.people.session import viewer
from portal.people.views import bp, to_correct

Page = str | tuple[str, int] | WerkzeugResponse | Any


@bp.get("/people/<int:person_id>/position")
@doors.signed_in
def new_position(person_id: int) -> Page:
    person = to_correct(person_id)
    position = person.position()
    values = position.as_typed() if position else {}
    starts_on = max(person.today(), person.hired_on or person.today())
    form = offered(web.bind(PositionForm, values | {"starts_on": starts_on}))
    return _form_page(person, form)


def _form_page(person: Person, form: PositionForm, status: int = 200) -> Page:
    shown = {"person": person, "form": form, "effect": effect_of(person, form.starts_on.data)}
    return render_template("people/position.html", **shown), status


@bp.get("/people/<int:person_id>/position/effect")
@doors.signed_in
def show_effect(person_id: int) -> Page:
    """What a change from the day that is being typed would do: a fragment beside the date."""
    person = to_correct(person_id)
    try:
        day = forms.parse_day(request.args.get("starts_on", "")[:10])
    except ValueError:
        day = None
    return render_template("people/_effect.html", effect=effect_of(person, day))


def effect_of(person: Person, day: date | None) -> str:
    """What happens when a change is recorded from that day on, in a sentence."""
    if day is None:
        return "What held before ends the day before this one."
    today = person.today()
    if person.hired_on and day < person.hired_on:
        return f"That is before the first day, {web.day(person.hired_on)}."
    if day > today:
        return f"From {web.day(day)} on; until then nothing changes."
    if day < today:
        days = text.count((today - day).days, "day")
        return f"Back-dated by {days}: what reports said before stays readable in the history."
    return "From today on. What held before ends yesterday."


@bp.post("/people/<int:person_id>/position")
@doors.signed_in
def take_position(person_id: int) -> Page:
    person = to_correct(person_id)
    form = offered(web.bind(PositionForm))
    values = form.validate() and position_values(form, person)
    if not values:
        return _form_page(person, form, 422)
    try:
        Position.take(person, by=viewer(), starts_on=form.starts_on.data, **values)
    except CircleError as error:
        # Somebody else moved the manager while this form was open, or will be moved later.
        form.manager.errors = [circle_words(person, values["manager"], error.on)]
        return _form_page(person, form, 422)
    return go(f"/people/{person.id}", say=effect_of(person, form.starts_on.data))


def circle_words(person: Person, manager: Person, on: date) -> str:
    """Why this manager cannot be: they report to the person, today or on a day to come."""
    since = f" from {web.day(on)} on" if on > person.today() else ""
    return f"{manager.called} reports to {person.called}{since}: that is a circle."


def offered(form: PositionForm) -> PositionForm:
    """The form with the teams and locations of this company to choose from."""
    places = Location.by_name()
    form.offer(Teams().choices(), [(str(place.id), place.name) for place in places])
    return form


def position_values(form: PositionForm, person: Person) -> dict[str, Any] | None:
    """What the form says as a position; None with an error at its field."""
    values: dict[str, Any] = {
        "role": form.role.data,
        "level": form.level.data or "",
        "team": int(form.team.data) if form.team.data else None,
        "location": Location.get_or_none(Location.id == int(form.location.data or 0)),
        "employment": form.employment.data,
    }
    for name in ("manager", "buddy"):
        field = form._fields[name]
        values[name] = Person.by_email(field.data) if field.data else None
        if field.data:
            field.errors = why_not(values[name], person)
    first, last = person.hired_on, person.last_day_on
    if first and form.starts_on.data < first and not (last and last < first):
        form.starts_on.errors = [f"The first day is {web.day(first)}: correct that one first."]
    elif last and form.starts_on.data > last:
        form.starts_on.errors = [f"The last day is {web.day(last)}."]
    return None if any(field.errors for field in form) else values


def why_not(named: Person | None, person: Person) -> list[str]:
    """What keeps `named` from being the manager or buddy of `person`."""
    if named is None or not named.is_staff:
        return ["Nobody here has this address."]
    if named == person:
        return ["This would be the same person."]
    return [f"{named.called} has left."] if named.has_left(named.today()) else []


@bp.get("/people/<int:person_id>/history")
@doors.signed_in
def history(person_id: int) -> Page:
    """What held on a day, and for HR what was known of it on another."""
    me = viewer()
    person = web.get_or_404(access.visible_to(me), id=person_id)
    fields = access.fields(me, person)
    web.permit("history" in fields)
    on, known = _day("on"), _day("known") if "superseded" in fields else None
    rows = (
        Position.history_at(person, clock.end_of_day(known, me.zone))
        if known
        else Position.history_of(person)
    )
    person.held_now = person.position()
    return render_template(
        "people/history.html",
        person=person,
        rows=rows,
        on=on,
        known=known,
        then=next((row for row in rows if on and row.holds(on)), None),
        stints=Stint.of(person),
        recorded=Position.all_of(person) if "superseded" in fields else [],
        today=person.today(),
        sees_all="superseded" in fields,
        may_correct=access.can_correct(me, person),
    )


def _day(name: str) -> date | None:
    try:
        return forms.parse_day(request.args.get(name, "").strip()[:10])
    except ValueError:
        return None


@bp.post("/people/<int:person_id>/positions/<int:position_id>/withdrawal")
@doors.signed_in
def withdraw_position(person_id: int, position_id: int) -> Page:
    """A change that has not begun is taken back."""
    person = to_correct(person_id)
    position = web.get_or_404(Position.to_come(person, person.today()), id=position_id)
    position.withdraw(by=viewer())
    say = f"The change from {web.day(position.starts_on)} on will not come."
    return go(f"/people/{person.id}/history", say=say)
