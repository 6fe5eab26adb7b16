"""Certificates from a file or a spreadsheet: look first, then all of them."""

from typing import Any

from flask import render_template, request

from portal import doors, forms, web
from portal.certificates import access, importing
from portal.certificates.importing import COLUMNS, Findings
from portal.certificates.views import bp
from portal.hx import go
from portal.people.forms import ImportForm
from portal.people.session import viewer
from portal.text import count

MAX_CHARS = 1_000_000
PASTED = "the pasted rows"


class RecordForm(forms.Form):
    """What was shown, to be recorded as it was shown."""

    rows = forms.lines("Rows", MAX_CHARS, required="There is nothing to record.")
    digest = forms.line("What was shown", 64, required="Look at it first.")


@bp.get("/certificates/import")
@doors.signed_in
def new_import() -> Any:
    web.exists(access.can_keep(viewer()))
    return _page(ImportForm())


def _page(form: ImportForm, found: Findings | None = None, status: int = 200) -> Any:
    return render_template(
        "certificates/import.html",
        form=form,
        found=found,
        columns=COLUMNS,
        most=importing.MOST_ROWS,
    ), status


@bp.post("/certificates/import")
@doors.signed_in
def read_import() -> Any:
    """The dry run: what would be recorded, row by row. Nothing is changed."""
    me = viewer()
    web.exists(access.can_keep(me))
    form = web.bind(ImportForm)
    upload = request.files.get("file")
    content = upload.read() if upload else b""
    name = (upload.filename or "").replace("\0", "") if upload else ""
    if not content:
        content, name = "".join(form.pasted.raw_data or [""]).encode("utf-8", "replace"), PASTED
    if not content.strip():
        form.file.errors = ["Choose a file, or paste rows below."]
        return _page(form, status=422)
    found = importing.look(content, name, by=me)
    return _page(form, found, 422 if found.errors else 200)


@bp.post("/certificates/import/application")
@doors.signed_in
def apply_import() -> Any:
    me = viewer()
    web.exists(access.can_keep(me))
    form = web.bind(RecordForm)
    if not form.validate():
        return go("/certificates/import", say="There is nothing to record. Bring the file again.")
    found = importing.apply(form.rows.data, form.digest.data, by=me)
    if found.errors or found.differs:
        return _page(ImportForm(), found, 422)
    say = f"{count(len(found.new), 'certificate')} recorded."
    return go("/certificates/everybody", say=say)
