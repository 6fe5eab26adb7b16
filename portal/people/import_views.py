"""Bringing people in from a file or a spreadsheet: look first, then all of it."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.hx import go
from portal.people import access
from portal.people.forms import ImportForm
from portal.people.importing import Import
from portal.people.session import viewer
from portal.people.tables import COLUMNS
from portal.people.views import bp


@bp.get("/people/import")
@doors.signed_in
def new_import() -> Any:
    web.exists(access.can_administer(viewer()))
    return render_template("people/import.html", form=ImportForm(), columns=COLUMNS)


@bp.post("/people/import")
@doors.signed_in
def read_import() -> Any:
    """The dry run: what would happen, row by row. Nothing is changed."""
    me = viewer()
    web.exists(access.can_administer(me))
    form = web.bind(ImportForm)
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    name = (upload.filename or "") if upload else ""
    if not content:
        content, name = (form.pasted.data or "").encode(), "pasted rows"
    if not content.strip():
        form.file.errors = ["Choose a file, or paste rows below."]
        return render_template("people/import.html", form=form, columns=COLUMNS), 422
    kept = Import.keep(content, name, by=me)
    found = kept.dry_run()
    status = 422 if found.errors else 200
    return render_template("people/dry_run.html", kept=kept, found=found), status


@bp.post("/people/imports/<int:import_id>/application")
@doors.signed_in
def apply_import(import_id: int) -> Any:
    me = viewer()
    web.exists(access.can_administer(me))
    kept = web.get_or_404(Import.waiting_of(me), id=import_id)
    found = kept.apply(by=me)
    if found.errors:
        return render_template("people/dry_run.html", kept=kept, found=found), 422
    return go("/people", say=f"Done: {found.sentence}")
