"""The library: finding and reading, whom a text is for, retiring, and taking texts out as files."""

import io
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from portal import doors, web
from portal.documents import access, exchange, keeping, library, meant, search
from portal.documents.models import Document, Revision, kinds
from portal.documents.parser import Problem
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("documents", __name__)

MAX_RULE_CHARS = 500


@bp.get("/documents")
@doors.signed_in
def index() -> Any:
    me = viewer()
    may_write = access.can_write(me)
    words = request.args.get("q", "")[:100].strip()
    shelf = library.SHELVES.get(request.args.get("list", "")) if may_write else None
    shelf = shelf or library.SHELVES[""]
    visible = access.visible_to(me)
    groups = [] if words else library.by_kind(visible.where(library.on_shelf(shelf.name)))
    partial = request.htmx.partial  # type: ignore[attr-defined]
    return render_template(
        "documents/_results.html" if partial else "documents/index.html",
        words=words,
        hits=search.find(me, words),
        most=search.LIMIT,
        groups=groups,
        shelf=shelf,
        shelves=library.SHELVES.values(),
        counts=library.shelf_counts(visible) if may_write and not partial else {},
        kinds=kinds,
        may_write=may_write,
    )


@bp.get("/documents/<kind>/<slug>")
@doors.signed_in
def show(kind: str, slug: str) -> Any:
    document = find(kind, slug)
    return _revision_page(document, document.current)


def find(kind: str, slug: str) -> Document:
    """The document of this address if the viewer may know of it, with its text in force."""
    visible = Document.with_current(access.visible_to(viewer()))
    document: Document = web.get_or_404(visible, kind=kind, slug=slug)
    return document


@bp.get("/documents/<kind>/<slug>/revisions/<int:number>")
@doors.signed_in
def show_revision(kind: str, slug: str, number: int) -> Any:
    """A text as it was: for HR, who may have to prove it."""
    me = viewer()
    document = find(kind, slug)
    web.exists(access.can_write(me))
    revision = web.get_or_404(document.revisions, number=number)
    return _revision_page(document, revision)


def _revision_page(document: Document, revision: Revision | None) -> Any:
    me = viewer()
    may_write = access.can_write(me)
    history = library.history_of(document) if may_write else []
    return render_template(
        "documents/show.html",
        document=document,
        revision=revision,
        kind=document.kind_of,
        history=history,
        # Who published it is known from the history, where HR sees it.
        published=next((past for past in history if revision and past.id == revision.id), None),
        confirmed=keeping.Confirmation.last_of(document) if document.review_on else None,
        may_write=may_write,
        taught=_taught(document, revision) if may_write else [],
        may_confirm=access.can_confirm(me, document),
    )


def _taught(document: Document, revision: Revision | None) -> list[Problem]:
    """What using the text in force has shown, as remarks for whoever writes it."""
    advise = document.kind_of.advice
    in_force = revision is not None and document.current is not None
    return advise(document) if advise and in_force and revision == document.current else []


# -- whom a text is for ------------------------------------------------------------------------


@bp.get("/documents/<kind>/<slug>/readers")
@doors.signed_in
def show_readers(kind: str, slug: str) -> Any:
    """“Who can see this?”: the people whom the published text is for."""
    document = to_write(kind, slug)
    return _people(viewer(), document.audience, document)


@bp.get("/documents/people")
@doors.signed_in
def show_people() -> Any:
    """The people whom a rule means, while it is being written; for htmx how many they are."""
    me = viewer()
    web.exists(access.can_write(me))
    rule = request.args.get("rule", "")[:MAX_RULE_CHARS]
    if request.htmx.partial:  # type: ignore[attr-defined]
        found = meant.whom(rule, me.today())
        return render_template("documents/_meant.html", meant=found, rule=rule)
    return _people(me, rule)


def _people(me: Person, rule: str, document: Document | None = None) -> Any:
    found = meant.whom(rule, me.today())
    number = web.page_number()
    first = number * web.PAGE_ROWS + 1
    return render_template(
        "documents/people.html",
        document=document,
        rule=rule,
        meant=found,
        people=web.Page(found.cards(me.today(), first), number) if found else None,
    )


# -- out of force and back ---------------------------------------------------------------------


def to_write(kind: str, slug: str) -> Document:
    """The document of this address for somebody who may write it."""
    document = find(kind, slug)
    web.permit(access.can_write(viewer()))
    return document


@bp.post("/documents/<kind>/<slug>/retirement")
@doors.signed_in
def retire(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
    document.retire(by=viewer())
    return go(
        "/documents",
        say=f"“{document.title}” is retired. It stays readable as history.",
        undo=f"{document.url}/reinstatement",
    )


@bp.post("/documents/<kind>/<slug>/reinstatement")
@doors.signed_in
def reinstate(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
    document.reinstate(by=viewer())
    return go(document.url, say="In force again.")


# -- as files ----------------------------------------------------------------------------------


@bp.get("/documents/<kind>/<slug>/source.md")
@doors.signed_in
def download(kind: str, slug: str) -> Any:
    document = to_write(kind, slug)
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
