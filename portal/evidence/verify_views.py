"""Checking a pack here, without Python at hand.

The page is for whoever is signed in, and for auditors who came by a link: it tells nobody more of
a pack than they hold already. It asks for somebody because a check costs the worker seconds.
"""

from typing import Any

from flask import render_template, request, send_file

from portal import doors, forms, web
from portal.evidence import access, jobs
from portal.evidence.auditors import AUDIT, PACKS
from portal.evidence.pack_checks import UPLOAD, VERIFIER, PackCheck
from portal.evidence.views import bp
from portal.hx import go
from portal.people.session import viewer
from portal.uploads.forms import GONE, UploadField, receive

HERE = "/evidence/verification"


class PackFileForm(forms.Form):
    file = UploadField("The pack", UPLOAD.name, required="Choose the zip file of the pack.")


@bp.get(HERE)
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def verify_pack() -> Any:
    return _page(web.bind(PackFileForm))


def _page(form: PackFileForm, status: int = 200) -> Any:
    me = viewer()
    return render_template(
        "evidence/verify.html",
        form=form,
        checks=list(access.pack_checks_visible_to(me)),
        may_see_checkpoints=access.can_see_checkpoints(me),
        sends_parts=not me.came_by_pass,
    ), status


@bp.post(HERE)
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def check_pack() -> Any:
    me = viewer()
    form = web.bind(PackFileForm)
    if not access.can_check_pack(me):
        form.file.errors = ["Some packs of yours are being checked. Wait for them, please."]
        return _page(form, 422)
    receive(form, by=me)
    if not form.validate():
        return _page(form, 422)
    asked = PackCheck.ask(form.file.upload, by=me) if form.file.upload else None
    if asked is None:
        form.file.upload, form.file.errors = None, [GONE]
        return _page(form, 422)
    jobs.check_packs.wake()
    return go(f"{HERE}/{asked.id}")


@bp.get(f"{HERE}/<int:check_id>")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def show_pack_check(check_id: int) -> Any:
    asked = web.get_or_404(access.pack_checks_visible_to(viewer()), id=check_id)
    name = "_verify_result" if request.htmx.partial else "verify_result"  # type: ignore[attr-defined]
    return render_template(f"evidence/{name}.html", check=asked)


@bp.get("/evidence/verify.py")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def fetch_verifier() -> Any:
    """The program itself, from here rather than out of a pack one does not trust yet."""
    return send_file(VERIFIER, "text/x-python", as_attachment=True, download_name="verify.py")
