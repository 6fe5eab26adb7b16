"""The welcome page of a joiner, and HR's sending of its link."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.checklists import access, welcome
from portal.checklists.access import Powers
from portal.checklists.models import Checklist
from portal.checklists.views import bp
from portal.hx import go
from portal.people.session import viewer


@bp.get("/welcome")
@doors.signed_in
@doors.also_for(welcome.PURPOSE)
def welcome_page() -> Any:
    """For whoever came by the link, or has signed in and is still before their first days."""
    me = viewer()
    packet = welcome.packet_of(me)
    web.exists(packet.checklist is not None)
    return render_template(
        "checklists/welcome.html", packet=packet, powers=Powers(me, packet.checklist)
    )


def _to_welcome(checklist_id: int) -> Checklist:
    me = viewer()
    checklist = Checklist.find(checklist_id)
    web.exists(checklist is not None and access.can_open(me, checklist))
    return checklist  # type: ignore[return-value]


@bp.post("/checklists/<int:checklist_id>/welcome")
@doors.signed_in
def send_welcome(checklist_id: int) -> Any:
    """Send (or send again) the link; an earlier one ends with that."""
    checklist = _to_welcome(checklist_id)
    web.permit(access.can_welcome(viewer(), checklist))
    back = f"/checklists/{checklist.id}"
    try:
        given = welcome.send(checklist, by=viewer())
    except ValueError:
        return go(
            f"/people/{checklist.person_id}/edit",
            say=f"First type {checklist.person.first_name}’s private e-mail, then send the link.",
        )
    return go(
        back,
        say=f"The welcome link is on its way to {given.address}.",
        undo=f"/checklists/{checklist.id}/welcome/revocation",
    )


@bp.post("/checklists/<int:checklist_id>/welcome/revocation")
@doors.signed_in
def revoke_welcome(checklist_id: int) -> Any:
    """It may outlive its list, so it can be ended whenever it is open."""
    checklist = _to_welcome(checklist_id)
    web.permit(access.can_end_welcome(viewer(), checklist))
    _, given = welcome.last_sent(checklist)
    if given is not None:
        given.revoke(by=viewer())
    return go(f"/checklists/{checklist.id}", say="The welcome link opens nothing any more.")
