"""The auditor's first page; and HR's page of auditors: their links, and what they have read."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request
from flask_login import current_user

from portal import audit, doors, web
from portal.audit.checkpoints import Checkpoint
from portal.evidence import access, auditors
from portal.evidence.auditors import AUDIT, PACKS, PURPOSES, Known
from portal.evidence.forms import AuditorForm, default_end
from portal.evidence.models import Pack
from portal.evidence.views import bp
from portal.hx import go
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.session import viewer


class _Reading:
    """A page somebody has opened, as the thing that was looked at."""

    _meta = SimpleNamespace(table_name="evidence_page")

    def __init__(self, address: str) -> None:
        self._pk = address[:64]


@bp.after_app_request
def note_reading(response: Response) -> Response:
    """Whatever is open to an auditor's link is noted when an auditor reads it, by link or grant.

    One place for every room: a page that forgets it is not open to auditors from outside.
    """
    is_read = request.method == "GET" and response.status_code == 200
    if is_read and set(PURPOSES) & doors.scopes_here() and current_user.is_authenticated:
        me = viewer()
        if me.device.scope in PURPOSES or (me.is_auditor and not me.is_hr):
            audit.looked(me, _Reading(_address()))
    return response


def _address() -> str:
    """The page with what it was narrowed to, without words: those may be somebody's name."""
    asked = {name: value for name, value in request.args.items() if name not in ("q", "person")}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


@bp.get("/evidence/auditor")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def auditor_home() -> Any:
    """What an auditor may see, in a sentence, and where to begin."""
    me = viewer()
    web.exists(access.can_see_auditors_home(me))
    packs = Pack.listing(access.packs_visible_to(me))
    return render_template(
        "evidence/auditor.html",
        packs=list(packs.limit(50)),
        sees_all=access.can_see_evidence(me),
        given=me.device.given,
        checkpoint=Checkpoint.newest(),
    )


@bp.get("/evidence/auditors")
@doors.signed_in
def auditors_index() -> Any:
    web.exists(access.can_admit_auditors(viewer()))
    form = AuditorForm(data={"until": default_end(web.viewer_today())}, packs=_ready())
    return _auditors_page(form)


def _ready() -> list[Pack]:
    return list(access.packs_visible_to(viewer()).where(Pack.state == "ready").limit(50))


def _auditors_page(form: AuditorForm, status: int = 200) -> Any:
    links, granted = auditors.links(), auditors.with_grant()
    ids = [one.person_id for one in (*links, *granted)]
    return render_template(
        "evidence/auditors.html",
        form=form,
        links=links,
        granted=granted,
        read=auditors.last_read(ids),
        audit_purpose=AUDIT,
    ), status


@bp.post("/evidence/auditors")
@doors.signed_in
def admit_auditor() -> Any:
    """Send a link to an auditor from outside."""
    me = viewer()
    web.exists(access.can_admit_auditors(me))
    packs = _ready()
    form = web.bind(AuditorForm, packs=packs)
    if not form.validate():
        return _auditors_page(form, 422)
    pack = next((one for one in packs if str(one.id) == form.pack.data), None)
    try:
        given = form.send(me, pack)
    except Known as error:
        form.address.errors = [str(error)]
        return _auditors_page(form, 422)
    return go(
        "/evidence/auditors",
        say=f"The link is on its way to {given.address}.",
        undo=f"/evidence/auditors/links/{given.id}/revocation",
    )


@bp.post("/evidence/auditors/links/<int:pass_id>/revocation")
@doors.signed_in
def end_auditor(pass_id: int) -> Any:
    me = viewer()
    web.exists(access.can_admit_auditors(me))
    given: Pass = web.get_or_404(access.links_visible_to(me), id=pass_id)
    given.revoke(by=me)
    return go("/evidence/auditors", say="The link opens nothing any more.")


@bp.get("/evidence/auditors/<int:person_id>")
@doors.signed_in
def auditor_reads(person_id: int) -> Any:
    """What one auditor has opened, hour by hour."""
    web.exists(access.can_admit_auditors(viewer()))
    person: Person | None = auditors.has_been(person_id)
    web.exists(person)
    page = web.Page(auditors.reads_of(person), web.page_number())  # type: ignore[arg-type]
    return render_template("evidence/auditor_reads.html", person=person, page=page)
