"""Leaving and coming back: the departure, who takes the reports over, the first day, rehiring."""

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, text, web
from portal.hx import go
from portal.people import handing_over
from portal.people.forms import DepartureForm, EmploymentForm, HandoverForm, RehireForm
from portal.people.models import Person
from portal.people.moves import CircleError
from portal.people.position_views import circle_words, offered, position_values, why_not
from portal.people.session import viewer
from portal.people.signing import Device
from portal.people.views import bp, to_correct

Page = str | tuple[str, int] | WerkzeugResponse | Any


# -- leaving -----------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/departure")
@doors.signed_in
def new_departure(person_id: int) -> Page:
    person = to_correct(person_id)
    return _departure_page(person, DepartureForm.of(person))


def _departure_page(
    person: Person, form: DepartureForm, status: int = 200, handover: HandoverForm | None = None
) -> Page:
    return render_template(
        "people/departure.html",
        person=person,
        form=form,
        led=handing_over.led_by(person),
        handover=handover or HandoverForm.of(person),
    ), status


@bp.post("/people/<int:person_id>/departure")
@doors.signed_in
def depart(person_id: int) -> Page:
    person = to_correct(person_id)
    form = web.bind(DepartureForm)
    if not form.validate() or form.is_before(person.hired_on):
        return _departure_page(person, form, 422)
    person.depart(by=viewer(), **form.values(person.zone))
    said = f"{person.called} leaves on {web.day(form.last_day_on.data)}."
    if led := handing_over.led_by(person):
        who = text.count(len(led), "person reports", "people report")
        say = f"{said} {who} to {person.first_name}: say who takes over."
        return go(f"/people/{person.id}/departure#reports", say=say)
    return go(f"/people/{person.id}", say=said)


@bp.post("/people/<int:person_id>/departure/withdrawal")
@doors.signed_in
def withdraw_departure(person_id: int) -> Page:
    person = to_correct(person_id)
    person.stay(by=viewer())
    # What was signed in before they were to leave stays out: they sign in anew.
    for device in Device.open_of(person):
        device.revoke(by=viewer())
    return go(f"/people/{person.id}", say=f"{person.called} stays. Their position goes on.")


@bp.post("/people/<int:person_id>/reports")
@doors.signed_in
def hand_over_reports(person_id: int) -> Page:
    """Everybody who reports to them reports to somebody else, from a day on."""
    person, me = to_correct(person_id), viewer()
    form = web.bind(HandoverForm)
    manager = Person.by_email(form.manager.data) if form.validate() else None
    if form.manager.data and not form.manager.errors:
        form.manager.errors = why_not(manager, person)
    if form.errors or manager is None:
        return _departure_page(person, DepartureForm.of(person), 422, form)
    try:
        moved = handing_over.hand_over(person, manager, by=me, starts_on=form.from_on.data)
    except CircleError as error:
        form.manager.errors = [circle_words(person, manager, error.on)]
        return _departure_page(person, DepartureForm.of(person), 422, form)
    except ValueError as error:
        form.manager.errors = [str(error)]
        return _departure_page(person, DepartureForm.of(person), 422, form)
    who = text.count(moved, "person reports", "people report")
    said = f"{who} to {manager.called}"
    return go(f"/people/{person.id}", say=f"{said} from {web.day(form.from_on.data)} on.")


# -- first day and probation -------------------------------------------------------------------


@bp.get("/people/<int:person_id>/employment")
@doors.signed_in
def edit_employment(person_id: int) -> Page:
    person = to_correct(person_id)
    web.exists(person.is_staff)
    names = EmploymentForm()._fields
    form = web.bind(EmploymentForm, {name: getattr(person, name) for name in names})
    return render_template("people/employment.html", person=person, form=form)


@bp.post("/people/<int:person_id>/employment")
@doors.signed_in
def update_employment(person_id: int) -> Page:
    person, me = to_correct(person_id), viewer()
    web.exists(person.is_staff)
    form = web.bind(EmploymentForm)
    if not form.validate() or form.is_nonsense(person):
        return render_template("people/employment.html", person=person, form=form), 422
    try:
        person.settle_employment(by=me, **form.data)
    except ValueError as error:
        form.hired_on.errors = [str(error)]
        return render_template("people/employment.html", person=person, form=form), 422
    return go(f"/people/{person.id}", say="Saved.")


# -- coming back -------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/return")
@doors.signed_in
def new_return(person_id: int) -> Page:
    person = _left(person_id)
    form = offered(web.bind(RehireForm, handing_over.last_held(person)))
    return render_template("people/return.html", person=person, form=form)


@bp.post("/people/<int:person_id>/return")
@doors.signed_in
def rehire(person_id: int) -> Page:
    person = _left(person_id)
    form = offered(web.bind(RehireForm))
    values = form.validate() and _return_values(form, person)
    if not values:
        return render_template("people/return.html", person=person, form=form), 422
    try:
        person.rehire(by=viewer(), starts_on=form.starts_on.data, **values)
    except CircleError as error:
        form.manager.errors = [circle_words(person, values["manager"], error.on)]
        return render_template("people/return.html", person=person, form=form), 422
    say = f"{person.called} comes back on {web.day(form.starts_on.data)}."
    return go(f"/people/{person.id}", say=say)


def _return_values(form: RehireForm, person: Person) -> dict[str, Any] | None:
    if form.starts_on.data <= person.last_day_on:
        form.starts_on.errors = [f"They left on {web.day(person.last_day_on)}: a later day."]
        return None
    gone, person.last_day_on = person.last_day_on, None
    try:
        return position_values(form, person)
    finally:
        person.last_day_on = gone


def _left(person_id: int) -> Person:
    """Somebody whose last day has passed."""
    person = to_correct(person_id)
    web.exists(person.has_left(person.today()))
    return person
