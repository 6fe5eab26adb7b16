"""A person's file, and one's own page."""

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import audit, doors, web
from portal.hx import answer, go
from portal.people import access, audience
from portal.people.beside import beside
from portal.people.forms import LANGUAGES, MeForm, PersonForm
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.races import twins
from portal.people.session import viewer
from portal.people.signing import Device

bp = Blueprint("people", __name__)
bp.add_app_template_filter(audience.spoken, "spoken")

Page = str | tuple[str, int] | WerkzeugResponse | Any


@bp.app_template_global("fields_of")
def fields_of(person: Person) -> frozenset[str]:
    """For links on a person's pages: the same rule as the pages they lead to."""
    return access.fields(viewer(), person)


@bp.get("/people/<int:person_id>")
@doors.signed_in
def show(person_id: int) -> Page:
    me = viewer()
    person = web.get_or_404(access.visible_to(me), id=person_id)
    history = Position.history_of(person)
    position = person.held_now = next((one for one in history if one.holds(person.today())), None)
    fields = access.fields(me, person)
    leaves, dotted = beside(person, me.today())
    if "departure" in fields and person.last_day_on:
        audit.looked(me, person, about=person)
    return render_template(
        "people/show.html",
        person=person,
        position=position,
        department=position.department if position else "",
        fields=fields,
        history=history if "history" in fields else [],
        away=next((leave for leave in leaves if leave.holds(person.today())), None),
        leaves=leaves if "leave" in fields else [],
        dotted=dotted if "dotted" in fields else [],
        words=access.why(me, person),
        languages=LANGUAGES,
        reports=_reports(me, person),
        may_correct=access.can_correct(me, person),
    )


def _reports(me: Person, person: Person) -> list[Person]:
    gone = person.has_left(me.today())
    return [] if gone else Person.reports_of(person, access.visible_to(me))


@bp.get("/people/<int:person_id>/edit")
@doors.signed_in
def edit(person_id: int) -> Page:
    person = to_correct(person_id)
    names = PersonForm()._fields
    values = {name: getattr(person, name) for name in names}
    form = web.bind(PersonForm, values, present=person.language)
    return render_template("people/edit.html", person=person, form=form)


@bp.post("/people/<int:person_id>/edit")
@doors.signed_in
def update(person_id: int) -> Page:
    person = to_correct(person_id)
    form = web.bind(PersonForm, present=person.language)
    valid = form.validate()
    if valid:
        _refuse_twin(form, person)
    if not valid or form.errors:
        return render_template("people/edit.html", person=person, form=form), 422
    speaks = form.language.data or person.language
    values = {**form.data, "number": form.number.data or None, "language": speaks}
    with twins(form, email="Somebody else has this address.", number="Somebody else has it."):
        person.correct(by=viewer(), **values)
    if form.errors:
        return render_template("people/edit.html", person=person, form=form), 422
    return go(f"/people/{person.id}", say="Saved.")


def _refuse_twin(form: PersonForm, person: Person) -> None:
    """E-mail and number belong to one person."""
    twin = Person.by_email(form.email.data)
    if twin and twin.id != person.id:
        form.email.errors = [f"{twin.called} has this address."]
    number = form.number.data
    twin = Person.get_or_none(Person.number == number) if number else None
    if twin and twin.id != person.id:
        form.number.errors = [f"{twin.called} has this number."]


def to_correct(person_id: int) -> Person:
    me = viewer()
    person = web.get_or_404(access.visible_to(me), id=person_id)
    web.permit(access.can_correct(me, person))
    return person  # type: ignore[no-any-return]


@bp.get("/me")
@doors.signed_in
def me() -> Page:
    person = viewer()
    values = {name: getattr(person, name) for name in MeForm()._fields}
    form = MeForm(data=values, present=person.zone, speaks=person.language)
    return _me_page(person, form)


@bp.post("/me")
@doors.signed_in
def update_me() -> Page:
    person = viewer()
    form = web.bind(MeForm, present=person.zone, speaks=person.language)
    if not form.validate():
        return _me_page(person, form, 422)
    person.correct(by=person, **form.data | {"language": form.language.data or person.language})
    return go("/me", say="Saved.")


def _me_page(person: Person, form: MeForm, status: int = 200) -> Page:
    devices = list(Device.open_of(person))
    return render_template(
        "people/me.html", form=form, devices=devices, position=person.position()
    ), status


@bp.post("/me/devices/<int:device_id>/revocation")
@doors.signed_in
def revoke_device(device_id: int) -> Page:
    me = viewer()
    device = web.get_or_404(Device.open_of(me), id=device_id)
    device.revoke(by=me)
    return answer("people/_device.html", back="/me", say="Signed out there.", device=device)


@bp.post("/me/devices/revocation")
@doors.signed_in
def revoke_other_devices() -> Page:
    me = viewer()
    for device in Device.open_of(me).where(Device.id != me.device.id):
        device.revoke(by=me)
    return go("/me", say="Signed out everywhere else.")
