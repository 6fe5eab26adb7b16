"""The library, reading, and the one editor for every kind of document."""

import io
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from portal import doors, text, web
from portal.documents import access, exchange
from portal.documents.forms import EditorForm, ImportForm, NewForm
from portal.documents.models import Conflict, Document, Draft, Revision, check, kinds
from portal.hx import go
from portal.people.session import viewer

bp = Blueprint("documents", __name__)


@bp.get("/documents")
@doors.signed_in
def index() -> Any:
    me = viewer()
    return render_template(
        "documents/index.html",
        groups=Document.by_kind(access.visible_to(me)),
        kinds=kinds,
        may_write=access.can_write(me),
    )


@bp.get("/documents/new")
@doors.signed_in
def new() -> Any:
    web.exists(access.can_write(viewer()))
    return render_template("documents/new.html", form=_new_form(), import_form=ImportForm())


def _new_form() -> NewForm:
    form = web.bind(NewForm, {"kind": request.args.get("kind", "")})
    form.kind.choices = [(kind.name, kind.title) for kind in kinds.values()]
    return form


@bp.post("/documents")
@doors.signed_in
def create() -> Any:
    me = viewer()
    web.exists(access.can_write(me))
    form = _new_form()
    if not form.validate():
        return render_template("documents/new.html", form=form, import_form=ImportForm()), 422
    kind = kinds[form.kind.data]
    document = Document.start(
        kind.name, form.title.data, by=me, source=exchange.template_for(kind, form.title.data)
    )
    return go(f"/documents/{document.kind}/{document.slug}/edit")


@bp.get("/documents/<kind>/<slug>")
@doors.signed_in
def show(kind: str, slug: str) -> Any:
    me = viewer()
    document = web.get_or_404(access.visible_to(me), kind=kind, slug=slug)
    return _revision_page(document, document.current)


@bp.get("/documents/<kind>/<slug>/revisions/<int:number>")
@doors.signed_in
def show_revision(kind: str, slug: str, number: int) -> Any:
    """A text as it was: for HR, who may have to prove it."""
    me = viewer()
    document = web.get_or_404(access.visible_to(me), kind=kind, slug=slug)
    web.exists(access.can_write(me))
    revision = web.get_or_404(document.revisions, number=number)
    return _revision_page(document, revision)


def _revision_page(document: Document, revision: Revision | None) -> Any:
    me = viewer()
    may_write = access.can_write(me)
    return render_template(
        "documents/show.html",
        document=document,
        revision=revision,
        kind=document.kind_of,
        history=Revision.history_of(document) if may_write else [],
        may_write=may_write,
    )


def _to_write(kind: str, slug: str) -> Document:
    me = viewer()
    document = web.get_or_404(access.visible_to(me), kind=kind, slug=slug)
    web.permit(access.can_write(me))
    return document


@bp.get("/documents/<kind>/<slug>/edit")
@doors.signed_in
def edit(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    draft = document.draft()
    form = EditorForm(data={"source": draft.source, "version": draft.version})
    return _editor(document, form, draft)


def _editor(
    document: Document,
    form: EditorForm,
    draft: Draft,
    status: int = 200,
    conflict: Draft | None = None,
) -> Any:
    source = form.source.data or ""
    template = "documents/_panes.html" if _wants_panes() else "documents/edit.html"
    return render_template(
        template,
        document=document,
        kind=document.kind_of,
        form=form,
        checked=check(document.kind, source),
        changes=_changes(document, source),
        draft=draft,
        conflict=conflict,
    ), status


def _both_texts(document: Document, form: EditorForm) -> Any:
    """409: what was typed stays in the field, and what stands in the portal is shown beside it."""
    theirs = document.draft()
    if not theirs.id and document.current:
        theirs.saved_by, theirs.saved_at = (
            document.current.published_by,
            document.current.published_at,
        )
    return _editor(document, form, theirs, 409, conflict=theirs)


def _wants_panes() -> bool:
    return bool(request.htmx.partial)  # type: ignore[attr-defined]


def _changes(document: Document, source: str) -> Any:
    """What differs from the published text; None when nothing was published."""
    return text.diff_lines(document.current.source, source) if document.current else None


@bp.post("/documents/<kind>/<slug>/draft")
@doors.signed_in
def save_draft(kind: str, slug: str) -> Any:
    """Keep what was typed, valid or not. The panes beside it are asked for afterwards: what makes
    words safe waits for nothing."""
    document = _to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate():
        return _editor(document, form, document.draft(), 422)
    try:
        draft = document.save_draft(form.source.data, form.version.data, by=viewer())
    except Conflict:
        return _both_texts(document, form)
    form.version.data = draft.version
    if _wants_panes():
        drafted = render_template(
            "documents/_drafted.html", document=document, form=form, draft=draft, conflict=None
        )
        return drafted, {"HX-Trigger": "drafted"}
    return go(f"/documents/{kind}/{slug}/edit", say="Draft saved. Nobody sees it yet.")


@bp.get("/documents/<kind>/<slug>/panes")
@doors.signed_in
def show_panes(kind: str, slug: str) -> Any:
    """Problems, preview and changes of the draft as it is saved."""
    document = _to_write(kind, slug)
    draft = document.draft()
    form = EditorForm(data={"source": draft.source, "version": draft.version})
    return _editor(document, form, draft)


@bp.post("/documents/<kind>/<slug>/publication")
@doors.signed_in
def publish(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate() or check(kind, form.source.data).errors:
        return _editor(document, form, document.draft(), 422)
    before = document.current
    try:
        revision = document.publish(
            form.source.data,
            by=viewer(),
            note=form.note.data or "",
            is_material=form.is_material.data,
            version=form.version.data,
        )
    except Conflict:
        return _both_texts(document, form)
    is_new = before is None or revision.id != before.id
    said = "Published as" if is_new else "Nothing was different. In force is still"
    return go(f"/documents/{kind}/{slug}", say=f"{said} revision {revision.number}.")


@bp.post("/documents/<kind>/<slug>/draft/discarding")
@doors.signed_in
def discard_draft(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    document.discard_draft(by=viewer())
    if document.current is None:
        return go("/documents", say=f"The draft “{document.title}” is gone.")
    return go(f"/documents/{kind}/{slug}", say="The draft is gone; the published text stays.")


@bp.post("/documents/<kind>/<slug>/retirement")
@doors.signed_in
def retire(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    document.retire(by=viewer())
    return go(
        "/documents",
        say=f"“{document.title}” is retired. It stays readable as history.",
        undo=f"/documents/{kind}/{slug}/reinstatement",
    )


@bp.post("/documents/<kind>/<slug>/reinstatement")
@doors.signed_in
def reinstate(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    document.reinstate(by=viewer())
    return go(f"/documents/{kind}/{slug}", say="In force again.")


@bp.get("/documents/<kind>/<slug>/source.md")
@doors.signed_in
def download(kind: str, slug: str) -> Any:
    document = _to_write(kind, slug)
    source = document.current.source if document.current else document.draft().source
    return Response(
        source,
        mimetype="text/markdown",
        headers={"Content-Disposition": f"attachment; filename={document.slug}.md"},
    )


@bp.get("/documents/export.zip")
@doors.signed_in
def export() -> Any:
    """Every published text as `content/<kind>/<slug>.md`."""
    web.exists(access.can_write(viewer()))
    return send_file(
        io.BytesIO(exchange.export()), "application/zip", True, download_name="documents.zip"
    )


@bp.post("/documents/import")
@doors.signed_in
def import_files() -> Any:
    """Markdown files become drafts; all of them, or none with every error by file and line."""
    me = viewer()
    web.exists(access.can_write(me))
    form = web.bind(ImportForm)
    upload = request.files.get("file")
    name = (upload and upload.filename) or ""
    result = exchange.read_upload(name, upload.read()) if upload and name else None
    if result is None or result.problems:
        form.file.errors = [] if result else ["Choose a file."]
        return _refuse_import(form, result)
    if in_the_way := exchange.unsaved_by(result):
        result.problems += in_the_way
        return _refuse_import(form, result)
    count = exchange.take_in(result, by=me)
    return go("/documents", say=f"{text.count(count, 'document')} taken in as drafts to publish.")


def _refuse_import(form: ImportForm, result: exchange.Upload | None) -> Any:
    return render_template(
        "documents/new.html", form=_blank_form(), import_form=form, result=result
    ), 422


@bp.post("/documents/starters")
@doors.signed_in
def take_in_starters() -> Any:
    """The plans and pages that ship with the portal, as drafts: what a new company starts with."""
    me = viewer()
    web.exists(access.can_write(me))
    count = exchange.take_in_starters(by=me)
    said = f"{text.count(count, 'starter text')} taken in as drafts. Read, change, publish."
    return go("/documents", say=said if count else "All of them are here already.")


def _blank_form() -> NewForm:
    form = NewForm()
    form.kind.choices = [(kind.name, kind.title) for kind in kinds.values()]
    return form
