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

PASTED = "the pasted rows"


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
    name = (upload.filename or "").replace("\0", "") if upload else ""
    if not content:
        # As it was pasted: an empty cell at the end of the last row is a tab the form trims away.
        content, name = "".join(form.pasted.raw_data or [""]).encode(), PASTED
    if not content.strip():
        form.file.errors = ["Choose a file, or paste rows below."]
        return render_template("people/import.html", form=form, columns=COLUMNS), 422
    read = Import(content=content, file_name=name, created_by=me)
    found = read.dry_run()
    if found.errors:
        pasted = ImportForm(data={"pasted": content.decode()}) if name == PASTED else None
        return render_template("people/dry_run.html", kept=read, found=found, again=pasted), 422
    kept = Import.keep(content, name, by=me)
    return render_template("people/dry_run.html", kept=kept, found=found)


@bp.post("/people/imports/<int:import_id>/application")
@doors.signed_in
def apply_import(import_id: int) -> Any:
    me = viewer()
    web.exists(access.can_administer(me))
    kept = web.get_or_404(Import.read_by(me), id=import_id)
    if kept.applied_at:
        return go("/people", say="This was imported before, and nothing was done again.")
    found = kept.apply(by=me)
    if found.errors:
        return render_template("people/dry_run.html", kept=kept, found=found), 422
    return go("/people", say=f"Done: {found.sentence}")
