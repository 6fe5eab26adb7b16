"""Bringing people in from a file or a spreadsheet: look first, then all of it, or back again."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from wtforms import Form

from portal import doors, forms, web
from portal.hx import go
from portal.people import access, jobs, undoing
from portal.people.forms import ImportForm
from portal.people.import_columns import ImportMapping
from portal.people.importing import CANCELED, Import
from portal.people.known import KEYS
from portal.people.session import viewer
from portal.people.tables import COLUMNS
from portal.people.undoing import Hindrance
from portal.people.views import bp

PASTED = "the pasted rows"
COLUMN_CHOICES = [("", "Leave it out"), *((name, name.replace("_", " ")) for name in COLUMNS)]


@bp.get("/people/import")
@doors.signed_in
def new_import() -> Any:
    web.exists(access.can_administer(viewer()))
    return _new_page(ImportForm())


def _new_page(form: ImportForm, status: int = 200) -> Any:
    return render_template(
        "people/import.html", form=form, columns=COLUMNS, earlier=list(Import.applied().limit(10))
    ), status


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
        return _new_page(form, 422)
    kept = Import.keep(content, name, by=me)
    if kept.is_at_work:
        jobs.work_on_imports.wake()
        return go(f"/people/imports/{kept.id}")
    kept.look()
    return _page(kept)


def _page(kept: Import, hindrances: list[Hindrance] | None = None) -> Any:
    """The import as it stands: waiting, read, being applied, applied, taken back."""
    found = kept.findings
    wrong = found is not None and found.errors > 0
    refused = request.method == "POST" and found is not None and (wrong or found.differs)
    pasted = None
    if wrong and kept.file_name == PASTED and not kept.is_large:
        pasted = ImportForm(data={"pasted": bytes(kept.content).decode()})
    template = "people/_import.html" if _is_poll() else "people/imported.html"
    return render_template(
        template,
        kept=kept,
        found=found,
        again=pasted,
        columns=columns_form(kept)() if found and found.header else None,
        hindrances=hindrances,
    ), 422 if refused or hindrances else 200


def _is_poll() -> bool:
    return bool(request.htmx.partial and request.method == "GET")  # type: ignore[attr-defined]


def columns_form(kept: Import) -> Callable[..., Form]:
    """What makes the form: which column of the file means what, and by which people are found."""
    found = kept.findings
    header = found.header if found else []
    fields: dict[str, Any] = {
        f"c{place}": forms.choice(name or f"Column {place + 1}")
        for place, name in enumerate(header)
    }
    fields["key"] = forms.choice("People are found by")
    form_class = type("ColumnsForm", (forms.Form,), fields)
    meant = found.meant if found else {}
    data = {f"c{place}": meant.get(name, "") for place, name in enumerate(header)}

    def build(is_sent: bool = False) -> Form:
        values = {**data, "key": kept.key}
        form = web.bind(form_class, values) if is_sent else form_class(data=values)
        for field in form:
            field.choices = list(KEYS.items()) if field.name == "key" else COLUMN_CHOICES
        return form

    return build


@bp.get("/people/imports/<int:import_id>")
@doors.signed_in
def show_import(import_id: int) -> Any:
    return _page(_import(import_id))


def _import(import_id: int) -> Import:
    me = viewer()
    web.exists(access.can_administer(me))
    return web.get_or_404(access.imports_visible_to(me), id=import_id)  # type: ignore[no-any-return]


def _own(import_id: int) -> Import:
    """What one read in oneself: nobody applies what another looked at."""
    me = viewer()
    web.exists(access.can_administer(me))
    return web.get_or_404(Import.read_by(me), id=import_id)  # type: ignore[no-any-return]


@bp.post("/people/imports/<int:import_id>/columns")
@doors.signed_in
def say_columns(import_id: int) -> Any:
    """What the columns mean, remembered for every file with this header; it is read anew."""
    kept = _own(import_id)
    found = kept.findings
    if found is None or kept.applied_at or kept.is_at_work:
        return go(f"/people/imports/{kept.id}")
    form = columns_form(kept)(is_sent=True)
    if not form.validate():
        return render_template(
            "people/imported.html",
            kept=kept,
            found=found,
            again=None,
            columns=form,
            hindrances=None,
        ), 422
    said = {name: form.data[f"c{place}"] for place, name in enumerate(found.header)}
    if said != {name: found.meant.get(name, "") for name in found.header}:
        ImportMapping.say(found.header, said, by=viewer())
    if kept.look_again(key=form.data["key"]):
        jobs.work_on_imports.wake()
    return go(f"/people/imports/{kept.id}")


@bp.post("/people/imports/<int:import_id>/application")
@doors.signed_in
def apply_import(import_id: int) -> Any:
    me, kept = viewer(), _own(import_id)
    if kept.applied_at:
        return go("/people", say="This was imported before, and nothing was done again.")
    if kept.state == CANCELED:
        return go("/people/import", say="It was canceled. Bring the file again.")
    if kept.is_large:
        if kept.want():
            jobs.work_on_imports.wake()
        return go(f"/people/imports/{kept.id}")
    found = kept.apply(by=me)
    if found.errors or found.differs:
        return _page(_own(import_id))
    return go("/people", say=f"Done: {found.sentence}", undo=f"/people/imports/{kept.id}/undoing")


@bp.post("/people/imports/<int:import_id>/cancellation")
@doors.signed_in
def cancel_import(import_id: int) -> Any:
    kept = _own(import_id)
    if not kept.cancel():
        return go(f"/people/imports/{kept.id}", say="It is being applied, or was.")
    return go("/people/import", say="Canceled. Nothing was changed.")


@bp.post("/people/imports/<int:import_id>/undoing")
@doors.signed_in
def undo_import(import_id: int) -> Any:
    """Taken back while nothing it touched was changed; else the rows say what is in the way."""
    me, kept = viewer(), _import(import_id)
    if kept.applied_at is None:
        return go(f"/people/imports/{kept.id}", say="It was never applied.")
    if hindrances := undoing.undo(kept, by=me):
        return _page(kept, hindrances)
    return go("/people/import", say="Taken back. People are as they were before it.")
