"""Settings: the company, its places, who holds which function, who has which grant."""

from typing import Any

from flask import g, render_template

from portal import clock, db, doors, web
from portal.hx import go
from portal.people import access
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company, Location
from portal.people.races import twins
from portal.people.session import viewer
from portal.people.settings_forms import CompanyForm, GrantForm, HolderForm, LocationForm
from portal.people.views import bp

TWIN = "There is a place with this name already."


@bp.get("/settings")
@doors.signed_in
def settings() -> Any:
    return _page()


def _page(status: int = 200, **invalid: Any) -> Any:
    me = viewer()
    web.exists(access.can_see_settings(me))
    # The frame around the page shows the same row, so it is read once.
    company = g.company = Company.settings()
    locations = list(Location.by_name())
    forms = {
        "company_form": CompanyForm(obj=company),
        "location_form": LocationForm(data={"zone": company.zone, "weekdays": "Mon-Fri"}),
        "holder_form": HolderForm(),
        "grant_form": GrantForm(),
        **invalid,
    }
    forms["holder_form"].offer(locations)
    return render_template(
        "people/settings.html",
        **forms,
        locations=locations,
        holders=Holder.from_now_on(clock.today()),
        vacant=Function.vacant(clock.today()),
        grants=Grant.now(clock.today()),
        may_grant=access.can_grant(me),
        may_change=access.can_administer(me),
    ), status


def _administers() -> Person:
    me = viewer()
    web.exists(access.can_see_settings(me))
    web.permit(access.can_administer(me))
    return me


@bp.post("/settings/company")
@doors.signed_in
def change_company() -> Any:
    me = _administers()
    form = web.bind(CompanyForm)
    if not form.validate():
        return _page(422, company_form=form)
    Company.change(by=me, **form.data)
    return go("/settings", say="Saved.")


@bp.post("/settings/locations")
@doors.signed_in
def open_location() -> Any:
    me = _administers()
    form = web.bind(LocationForm)
    location = None
    if form.validate() and not form.is_known():
        with twins(form, name=TWIN), db.write():
            location = Location.open(by=me, **form.values())
            location.keep_holidays(form.days(), by=me)
    if location is None or form.errors:
        return _page(422, location_form=form)
    return go(f"/settings/locations/{location.id}", say=f"{location.name} is a place now.")


@bp.get("/settings/locations/<int:location_id>")
@doors.signed_in
def edit_location(location_id: int) -> Any:
    web.exists(access.can_see_settings(viewer()))
    location = web.get_or_404(Location.by_name(), id=location_id)
    return _location_page(location, LocationForm.showing(location))


def _location_page(location: Location, form: LocationForm, status: int = 200) -> Any:
    may_change = access.can_administer(viewer())
    return render_template(
        "people/location.html", location=location, form=form, may_change=may_change
    ), status


@bp.post("/settings/locations/<int:location_id>")
@doors.signed_in
def change_location(location_id: int) -> Any:
    me = _administers()
    location = web.get_or_404(Location.by_name(), id=location_id)
    form = web.bind(LocationForm)
    if not form.validate() or form.is_known(location):
        return _location_page(location, form, 422)
    with twins(form, name=TWIN), db.write():
        location.change(by=me, **form.values())
        location.keep_holidays(form.days(), by=me)
    if form.errors:
        return _location_page(location, form, 422)
    return go("/settings", say="Saved.")


@bp.post("/settings/holders")
@doors.signed_in
def appoint_holder() -> Any:
    me = _administers()
    form = web.bind(HolderForm)
    form.offer(Location.by_name())
    person = form.person() if form.validate() else None
    if person is None:
        return _page(422, holder_form=form)
    starts_on = form.starts_on.data or clock.today()
    with db.write():
        function = form.the_function(by=me)
        Holder.appoint(
            function,
            person,
            by=me,
            starts_on=starts_on,
            ends_on=form.ends_on.data,
            location=form.the_location(),
        )
    when = "now" if starts_on <= clock.today() else f"from {web.day(starts_on)} on"
    return go("/settings", say=f"{person.called} holds {function.name} {when}.")


@bp.post("/settings/holders/<int:holder_id>/end")
@doors.signed_in
def release_holder(holder_id: int) -> Any:
    me = _administers()
    holder = web.get_or_404(Holder.from_now_on(clock.today()), id=holder_id)
    holder.release(by=me, ends_on=clock.today())
    return go("/settings", say=f"{holder.person.called} holds it until tonight.")


@bp.post("/settings/grants")
@doors.signed_in
def give_grant() -> Any:
    me = viewer()
    web.exists(access.can_see_settings(me))
    web.permit(access.can_grant(me))
    form = web.bind(GrantForm)
    person = form.person_without(clock.today()) if form.validate() else None
    if person is None:
        return _page(422, grant_form=form)
    Grant.give(person, form.kind.data, by=me, starts_on=clock.today(), ends_on=form.ends_on.data)
    return go("/settings", say=f"{person.called}: {form.kind.data}.")


@bp.post("/settings/grants/<int:grant_id>/end")
@doors.signed_in
def end_grant(grant_id: int) -> Any:
    me = viewer()
    web.exists(access.can_see_settings(me))
    web.permit(access.can_grant(me))
    grant = web.get_or_404(Grant.now(clock.today()), id=grant_id)
    if grant.is_last():
        return go("/settings", say="This is the last one. Give it to somebody else first.")
    grant.end(by=me)
    return go("/settings", say=f"{grant.person.called} no longer has {grant.kind}.")
