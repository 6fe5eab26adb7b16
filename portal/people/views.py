"""The directory, a person's file, and one's own page."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, web
from portal.hx import answer, go
from portal.people import access
from portal.people.forms import DepartureForm, MeForm, PersonForm, PositionForm
from portal.people.models import Person
from portal.people.org import Location, Teams
from portal.people.positions import Position, managers_above
from portal.people.session import viewer
from portal.people.signing import Device

bp = Blueprint("people", __name__)

Page = str | tuple[str, int] | WerkzeugResponse | Any


@bp.get("/people")
@doors.signed_in
def index() -> Page:
    me = viewer()
    web.exists(access.can_see_directory(me))
    words = request.args.get("q", "")[:100]
    found = access.visible_to(me).where(Person.matches(words))
    if request.args.get("all") != "1":
        found = found.where(Person.last_day_on.is_null() | (Person.last_day_on >= me.today()))
    page = web.Page(Person.cards(found, me.today()), web.page_number())
    shown = {"people": page, "words": words, "may_administer": access.can_administer(me)}
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("people/_rows.html", **shown)
    return render_template("people/index.html", **shown)


@bp.get("/people/<int:person_id>")
@doors.signed_in
def show(person_id: int) -> Page:
    me = viewer()
    person = web.get_or_404(access.visible_to(me), id=person_id)
    history = Position.history_of(person)
    position = person.held_now = next((one for one in history if one.holds(person.today())), None)
    relation = access.relation(me, person)
    fields = access.BY_RELATION[relation]
    return render_template(
        "people/show.html",
        person=person,
        position=position,
        department=position.department if position else "",
        fields=fields,
        history=history if "history" in fields else [],
        words=access.WORDS[relation].format(name=person.first_name),
        reports=Person.reports_of(person, access.visible_to(me)),
        may_correct=access.can_correct(me, person),
    )


@bp.get("/people/<int:person_id>/edit")
@doors.signed_in
def edit(person_id: int) -> Page:
    person = _to_correct(person_id)
    names = PersonForm()._fields
    form = web.bind(PersonForm, {name: getattr(person, name) for name in names})
    return render_template("people/edit.html", person=person, form=form)


@bp.post("/people/<int:person_id>/edit")
@doors.signed_in
def update(person_id: int) -> Page:
    person = _to_correct(person_id)
    form = web.bind(PersonForm)
    valid = form.validate()
    if valid:
        _refuse_twin(form, person)
    if not valid or form.errors:
        return render_template("people/edit.html", person=person, form=form), 422
    values = {**form.data, "number": form.number.data or None}
    person.correct(by=viewer(), **values)
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


@bp.get("/people/<int:person_id>/position")
@doors.signed_in
def new_position(person_id: int) -> Page:
    person = _to_correct(person_id)
    position = person.position()
    values = position.as_typed() if position else {}
    form = _offered(web.bind(PositionForm, values | {"starts_on": person.today()}))
    return render_template("people/position.html", person=person, form=form)


@bp.post("/people/<int:person_id>/position")
@doors.signed_in
def take_position(person_id: int) -> Page:
    person = _to_correct(person_id)
    form = _offered(web.bind(PositionForm))
    values = form.validate() and position_values(form, person)
    if not values:
        return render_template("people/position.html", person=person, form=form), 422
    Position.take(person, by=viewer(), starts_on=form.starts_on.data, **values)
    return go(f"/people/{person.id}", say=f"Recorded from {web.day(form.starts_on.data)} on.")


def _offered(form: PositionForm) -> PositionForm:
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
            field.errors = _why_not(values[name], person)
    manager = values["manager"]
    above = managers_above(manager.id, form.starts_on.data) if manager is not None else set()
    circle = manager is not None and (person.leads(manager) or person.id in above)
    if circle and not form.manager.errors:
        form.manager.errors = [f"{manager.called} reports to {person.called}: that is a circle."]
    if person.last_day_on and form.starts_on.data > person.last_day_on:
        form.starts_on.errors = [f"The last day is {web.day(person.last_day_on)}."]
    return None if any(field.errors for field in form) else values


def _why_not(named: Person | None, person: Person) -> list[str]:
    """What keeps `named` from being the manager or buddy of `person`."""
    if named is None or not named.is_staff:
        return ["Nobody here has this address."]
    if named == person:
        return ["This would be the same person."]
    return [f"{named.called} has left."] if named.has_left(named.today()) else []


@bp.get("/people/<int:person_id>/departure")
@doors.signed_in
def new_departure(person_id: int) -> Page:
    person = _to_correct(person_id)
    return render_template("people/departure.html", person=person, form=DepartureForm.of(person))


@bp.post("/people/<int:person_id>/departure")
@doors.signed_in
def depart(person_id: int) -> Page:
    person = _to_correct(person_id)
    form = web.bind(DepartureForm)
    if not form.validate():
        return render_template("people/departure.html", person=person, form=form), 422
    person.depart(by=viewer(), **form.values(person.zone))
    return go(
        f"/people/{person.id}", say=f"{person.called} leaves on {web.day(form.last_day_on.data)}."
    )


@bp.post("/people/<int:person_id>/departure/withdrawal")
@doors.signed_in
def withdraw_departure(person_id: int) -> Page:
    person = _to_correct(person_id)
    person.stay(by=viewer())
    # What was signed in before they were to leave stays out: they sign in anew.
    for device in Device.open_of(person):
        device.revoke(by=viewer())
    return go(f"/people/{person.id}", say=f"{person.called} stays. Their position goes on.")


def _to_correct(person_id: int) -> Person:
    me = viewer()
    person = web.get_or_404(access.visible_to(me), id=person_id)
    web.permit(access.can_correct(me, person))
    return person  # type: ignore[no-any-return]


@bp.get("/me")
@doors.signed_in
def me() -> Page:
    person = viewer()
    form = MeForm(data={name: getattr(person, name) for name in MeForm()._fields})
    return _me_page(person, form)


@bp.post("/me")
@doors.signed_in
def update_me() -> Page:
    person = viewer()
    form = web.bind(MeForm, present=person.zone)
    if not form.validate():
        return _me_page(person, form, 422)
    person.correct(by=person, **form.data)
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
