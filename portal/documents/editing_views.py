"""The one editor for every kind of document: drafts, what is wrong, publishing, two at once."""

from typing import Any

from flask import render_template, request

from portal import doors, text, web
from portal.documents import access, exchange
from portal.documents.forms import EditorForm, ImportForm, NewForm
from portal.documents.models import Aside, Conflict, Document, Draft, NeedsApproval, check, kinds
from portal.documents.views import bp, to_write
from portal.hx import go, mark_sent
from portal.people.session import viewer


@bp.get("/documents/new")
@doors.signed_in
def new() -> Any:
    web.exists(access.can_write(viewer()))
    return render_template("documents/new.html", form=_new_form(), import_form=ImportForm())


def _new_form(is_sent: bool = True) -> NewForm:
    form = web.bind(NewForm, {"kind": request.args.get("kind", "")}) if is_sent else NewForm()
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
    return go(f"{document.url}/edit")


@bp.get("/documents/<kind>/<slug>/edit")
@doors.signed_in
def edit(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
    draft = document.draft()
    form = EditorForm(data={"source": draft.source, "version": draft.version})
    return editor(document, form, draft)


def editor(
    document: Document,
    form: EditorForm,
    draft: Draft,
    status: int = 200,
    conflict: Draft | None = None,
) -> Any:
    """The editor, or for htmx the panes beside the text."""
    source = form.source.data or ""
    checked = check(document.kind, source)
    asked = document.asked
    return render_template(
        "documents/_panes.html" if _wants_panes() else "documents/edit.html",
        document=document,
        kind=document.kind_of,
        form=form,
        checked=checked,
        changes=_changes(document, source),
        asks=_asks(document),
        advice=document.kind_of.advice(document) if document.kind_of.advice else [],
        whom=document.approver_of(checked.head, draft.writer_ids | {viewer().id}),
        asked=asked,
        is_what_waits=asked is not None and asked.waits and asked.source == source,
        draft=draft,
        conflict=conflict,
        theirs_to_mine=text.diff_lines(conflict.source, source) if conflict else None,
    ), status


def _asks(document: Document) -> str | None:
    """Of whom a material text asks something, where the kind says so and one is in force."""
    asks = document.kind_of.asks
    return asks(document) if asks and document.current else None


def _wants_panes() -> bool:
    return bool(request.htmx.partial)  # type: ignore[attr-defined]


def _changes(document: Document, source: str) -> Any:
    """What differs from the published text; None when nothing was published."""
    return text.diff_lines(document.current.source, source) if document.current else None


def both_texts(document: Document, form: EditorForm) -> Any:
    """409: what was typed stays in the field, and what stands in the portal is shown beside it."""
    theirs = document.draft()
    if not theirs.id and document.current:
        theirs.saved_by, theirs.saved_at = (
            document.current.published_by,
            document.current.published_at,
        )
    return editor(document, form, theirs, 409, conflict=theirs)


@bp.post("/documents/<kind>/<slug>/draft")
@doors.signed_in
def save_draft(kind: str, slug: str) -> Any:
    """Keep what was typed, valid or not. The panes beside it are asked for afterwards: what makes
    words safe waits for nothing."""
    document = to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate():
        return editor(document, form, document.draft(), 422)
    try:
        draft = document.save_draft(form.source.data, form.version.data, by=viewer())
    except Conflict:
        return both_texts(document, form)
    form.version.data = draft.version
    if _wants_panes():
        drafted = render_template(
            "documents/_drafted.html", document=document, form=form, draft=draft, conflict=None
        )
        return drafted, {"HX-Trigger": "drafted"}
    return go(f"{document.url}/edit", say="Draft saved. Nobody sees it yet.")


@bp.get("/documents/<kind>/<slug>/panes")
@doors.signed_in
def show_panes(kind: str, slug: str) -> Any:
    """Problems, preview and changes of the draft as it is saved."""
    document = to_write(kind, slug)
    draft = document.draft()
    form = EditorForm(data={"source": draft.source, "version": draft.version})
    return editor(document, form, draft)


@bp.post("/documents/<kind>/<slug>/publication")
@doors.signed_in
def publish(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate() or check(kind, form.source.data).errors:
        return editor(document, form, document.draft(), 422)
    before = document.current
    try:
        revision = document.publish(
            form.source.data,
            by=viewer(),
            note=form.note.data or "",
            is_material=form.is_material,
            version=form.version.data,
        )
    except Conflict:
        return both_texts(document, form)
    except NeedsApproval as error:
        form.approver.errors = [str(error)]
        return editor(document, form, document.draft(), 422)
    mark_sent(f"document-{document.id}")
    is_new = before is None or revision.id != before.id
    said = "Published as" if is_new else "Nothing was different. In force is still"
    return go(document.url, say=f"{said} revision {revision.number}.")


@bp.post("/documents/<kind>/<slug>/draft/discarding")
@doors.signed_in
def discard_draft(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
    document.discard_draft(by=viewer())
    mark_sent(f"document-{document.id}")
    if document.current is None:
        return go("/documents", say=f"The draft “{document.title}” is gone.")
    return go(document.url, say="The draft is gone; the published text stays.")


# -- two at once -------------------------------------------------------------------------------


@bp.post("/documents/<kind>/<slug>/draft/mine")
@doors.signed_in
def keep_mine(kind: str, slug: str) -> Any:
    """Mine becomes the draft; theirs is set aside, not lost."""
    document = to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate():
        return editor(document, form, document.draft(), 422)
    try:
        document.save_draft(form.source.data, form.version.data, by=viewer(), replace=True)
    except Conflict:
        return both_texts(document, form)
    return go(f"{document.url}/edit", say="Yours is the draft now. The other text is set aside.")


@bp.post("/documents/<kind>/<slug>/draft/theirs")
@doors.signed_in
def take_theirs(kind: str, slug: str) -> Any:
    """Theirs stays the draft; mine is set aside, not lost."""
    document = to_write(kind, slug)
    form = web.bind(EditorForm)
    if not form.validate():
        return editor(document, form, document.draft(), 422)
    document.set_aside(form.source.data, by=viewer())
    return go(f"{document.url}/edit", say="This is their text. Yours is set aside.")


@bp.get("/documents/<kind>/<slug>/asides")
@doors.signed_in
def show_asides(kind: str, slug: str) -> Any:
    """The texts that gave way to another."""
    document = to_write(kind, slug)
    return render_template("documents/asides.html", document=document, asides=Aside.of(document))


@bp.get("/documents/<kind>/<slug>/asides/<int:aside_id>")
@doors.signed_in
def show_aside(kind: str, slug: str, aside_id: int) -> Any:
    """A text that was set aside, beside the draft of now."""
    document = to_write(kind, slug)
    aside = web.get_or_404(document.asides, id=aside_id)
    draft = document.draft()
    return render_template(
        "documents/aside.html",
        document=document,
        aside=aside,
        draft=draft,
        changes=text.diff_lines(draft.source, aside.source),
    )


@bp.post("/documents/<kind>/<slug>/asides/<int:aside_id>/restoration")
@doors.signed_in
def restore_aside(kind: str, slug: str, aside_id: int) -> Any:
    """It becomes the draft again, and the draft of now is set aside in its place."""
    document = to_write(kind, slug)
    aside = web.get_or_404(document.asides, id=aside_id)
    document.save_draft(aside.source, document.edits, by=viewer(), replace=True)
    return go(f"{document.url}/edit", say="This is the draft now. The other one is set aside.")


# -- taking in ---------------------------------------------------------------------------------


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
        "documents/new.html", form=_new_form(is_sent=False), import_form=form, result=result
    ), 422


@bp.post("/documents/starters")
@doors.signed_in
def take_in_starters() -> Any:
    """The texts that ship with the portal, as drafts: what a new company starts with."""
    me = viewer()
    web.exists(access.can_write(me))
    count = exchange.take_in_starters(by=me)
    said = f"{text.count(count, 'starter text')} taken in as drafts. Read, change, publish."
    return go("/documents", say=said if count else "All of them are here already.")
