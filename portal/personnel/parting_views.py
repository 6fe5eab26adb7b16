"""The leaver's page, reached by a link; and HR's sending of that link."""

from typing import Any

from flask import redirect, render_template

from portal import doors, web
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.personnel import access, parting
from portal.personnel.consents import AlumniConsent
from portal.personnel.forms import ConsentForm, LinkForm
from portal.personnel.models import Paper
from portal.personnel.views import _file_page, _to_open, bp


@bp.get("/papers")
@doors.signed_in
@doors.also_for(parting.PURPOSE)
def mine() -> Any:
    """What is shared with oneself. Whoever has signed in has a page of their file for it."""
    me = viewer()
    if not me.device.scope:
        return redirect(f"/people/{me.id}/papers", 303)
    return _parting_page(me)


def _parting_page(me: Person, form: ConsentForm | None = None, status: int = 200) -> Any:
    said = AlumniConsent.of(me)
    if form is None:
        last = said[0] if said else None
        answer = {"agreed": "yes" if last.agreed else "no"} if last else {}
        address = last.address if last and last.address else me.second_email
        form = ConsentForm(data={**answer, "address": address})
    papers = Paper.listing(access.visible_to(me).where(Paper.person == me.id))
    return render_template(
        "personnel/papers.html", papers=list(papers), form=form, said=said, given=me.device.given
    ), status


@bp.post("/papers/consent")
@doors.signed_in
@doors.also_for(parting.PURPOSE)
def say_if_in_touch() -> Any:
    me = viewer()
    web.exists(access.can_say_if_in_touch(me))
    form = web.bind(ConsentForm)
    if not form.validate():
        return _parting_page(me, form, 422)
    agreed = form.agreed.data == "yes"
    AlumniConsent.say(me, agreed, form.address.data or "", me.device.given_id)
    said = "Thank you. We will write now and then." if agreed else "We will not write."
    return go("/papers", say=f"{said} You can change this here at any time while the link works.")


def _to_send(person_id: int) -> Person:
    person = _to_open(person_id)
    web.permit(access.can_send_link(viewer(), person))
    return person


@bp.post("/people/<int:person_id>/papers/link")
@doors.signed_in
def send_link(person_id: int) -> Any:
    """Send (or send again) the link; an earlier one ends with that."""
    person = _to_send(person_id)
    form = web.bind(LinkForm)
    if not form.validate():
        return _file_page(person, form, 422)
    given = parting.send(person, form.address.data, by=viewer())
    return go(
        f"/people/{person.id}/papers",
        say=f"The link is on its way to {given.address}.",
        undo=f"/people/{person.id}/papers/link/revocation",
    )


@bp.post("/people/<int:person_id>/papers/link/revocation")
@doors.signed_in
def revoke_link(person_id: int) -> Any:
    person = _to_open(person_id)
    web.permit(access.can_end_link(viewer(), person))
    given = parting.last_sent(person)
    if given is not None:
        given.revoke(by=viewer())
    return go(f"/people/{person.id}/papers", say="The link opens nothing any more.")
