"""HR looks at what people brought: it counts, or goes back with a reason."""

from typing import Any

from portal import doors, web
from portal.certificates import access
from portal.certificates.forms import SendBackForm
from portal.certificates.models import Certificate
from portal.certificates.views import bp, certificate_or_404, show_page
from portal.hx import go
from portal.people.session import viewer

FASTER = "Somebody was faster: look at it again."


def _to_check(certificate_id: int) -> Certificate:
    """One that HR may decide on; what was decided meanwhile is shown as it is."""
    certificate = certificate_or_404(certificate_id)
    me = viewer()
    web.permit(me.is_hr and certificate.person_id != me.id)
    return certificate


@bp.post("/certificates/<int:certificate_id>/confirmation")
@doors.signed_in
def confirm(certificate_id: int) -> Any:
    certificate = _to_check(certificate_id)
    address = f"/certificates/{certificate.id}"
    if not certificate.confirm(by=viewer()):
        return go(address, say=FASTER)
    say = f"{certificate.type.name} of {certificate.person.called} counts from now on."
    return go(address, say=say, undo=f"{address}/reconsideration")


@bp.post("/certificates/<int:certificate_id>/return")
@doors.signed_in
def send_back(certificate_id: int) -> Any:
    certificate = _to_check(certificate_id)
    form = web.bind(SendBackForm)
    if not form.validate():
        web.permit(access.can_check(viewer(), certificate))
        return show_page(certificate, form, 422)
    address = f"/certificates/{certificate.id}"
    if not certificate.send_back(form.reason.data, by=viewer()):
        return go(address, say=FASTER)
    say = f"Sent back. {certificate.person.first_name} reads why."
    return go(address, say=say, undo=f"{address}/reconsideration")


@bp.post("/certificates/<int:certificate_id>/reconsideration")
@doors.signed_in
def reconsider(certificate_id: int) -> Any:
    certificate = _to_check(certificate_id)
    is_back = certificate.reconsider(by=viewer())
    say = "It waits to be checked again." if is_back else "There is nothing to take back."
    return go(f"/certificates/{certificate.id}", say=say)
