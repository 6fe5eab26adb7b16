"""The help: its index, a page (or the panel beside a screen), and HR's own wording of it."""

from typing import Any

from flask import current_app, g, render_template, request
from markupsafe import Markup

from portal import doors, text, web
from portal.documents.models import Document
from portal.home import access, guide
from portal.home.models import HelpCopy
from portal.home.views import bp
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer

MAX_SCREEN_CHARS = 80


@bp.get("/help")
@doors.signed_in
def show_help() -> Any:
    me = viewer()
    groups = guide.by_topic(guide.pages_for(access.roles_of(me)).values())
    may_edit = access.can_edit(me)
    shown = {
        "groups": groups,
        "may_edit": may_edit,
        "behind": HelpCopy.behind() if may_edit else set(),
    }
    template = "home/_help_index.html" if _in_panel() else "home/help.html"
    return render_template(template, **shown)


@bp.get("/help/<slug>")
@doors.signed_in
def show_help_page(slug: str) -> Any:
    me = viewer()
    roles = access.roles_of(me)
    page = guide.pages_for(roles).get(slug)
    web.exists(page)
    screen = request.args.get("screen", "")[:MAX_SCREEN_CHARS]
    may_edit = access.can_edit(me)
    copy = HelpCopy.of(slug) if may_edit else None
    template = "home/_help.html" if _in_panel() else "home/help_page.html"
    return render_template(
        template,
        page=page,
        html=page.drawn_for(roles),  # type: ignore[union-attr]
        further=guide.further(screen, roles, page) if screen and page else [],
        may_edit=may_edit,
        is_behind=copy is not None and copy.is_behind,
    )


def _in_panel() -> bool:
    return bool(request.htmx.partial)  # type: ignore[attr-defined]


def _to_edit(slug: str) -> Person:
    """404 for a page the viewer cannot read, 403 for one that is not theirs to write."""
    me = viewer()
    web.exists(slug in guide.pages_for(access.roles_of(me)))
    web.permit(access.can_edit(me))
    return me


@bp.post("/help/<slug>/edit")
@doors.signed_in
def edit_help(slug: str) -> Any:
    """HR's own text in place of the shipped one: a draft that begins with the shipped words."""
    me = _to_edit(slug)
    document = HelpCopy.begin(guide.pages()[slug], by=me)
    return go(f"/documents/{guide.KIND}/{document.slug}/edit")


@bp.get("/help/<slug>/changes")
@doors.signed_in
def show_help_changes(slug: str) -> Any:
    """What an update changed in the shipped text, and how HR's own differs from it now."""
    _to_edit(slug)
    copy = HelpCopy.of(slug)
    web.exists(copy is not None and copy.page is not None)
    page = copy.page  # type: ignore[union-attr]
    own = guide.pages()[slug]
    return render_template(
        "home/help_changes.html",
        page=own,
        copy=copy,
        changed=text.diff_lines(copy.shipped, page.source),  # type: ignore[union-attr]
        differs=text.diff_lines(page.source, own.source),  # type: ignore[union-attr]
        is_published=not own.is_shipped,
    )


@bp.post("/help/<slug>/catching-up")
@doors.signed_in
def catch_up_with_help(slug: str) -> Any:
    me = _to_edit(slug)
    copy = HelpCopy.of(slug)
    web.exists(copy)
    copy.catch_up(by=me)  # type: ignore[union-attr]
    return go(f"/help/{slug}", say="Your text stays as it is.")


# -- what templates ask ----------------------------------------------------------------------------


@bp.app_template_global()
def help_here(me: Person) -> str:
    """Where the help for the screen being drawn is: on an error page the index, on help nowhere."""
    if g.get("is_error"):
        return "/help"
    if _screen() in ("home.show_help", "home.show_help_page"):
        return ""
    return guide.address_for(_screen(), me)


def _screen() -> str:
    """The name of the screen: a refused form is drawn by a POST, and is the page of its GET."""
    name = request.endpoint or ""
    if request.method != "POST" or not request.url_rule:
        return name
    twins = _forms_by_rule()
    return twins.get(request.url_rule.rule, name)


def _forms_by_rule() -> dict[str, str]:
    found: dict[str, str] = current_app.extensions.setdefault("help_screens", {})
    if not found:
        for rule in current_app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                found[rule.rule] = rule.endpoint
    return found


@bp.app_template_filter()
def help_drawn(body: str) -> Markup:
    """A help page as HR sees it while writing: with the sections for everybody."""
    # Sanitized by `render_markdown`.
    return Markup(text.render_markdown(body))  # noqa: S704


@bp.app_template_global()
def help_behind(document: Document) -> bool:
    """Whether the shipped text changed since HR began this page."""
    copy = HelpCopy.of(document.slug)
    return copy is not None and copy.is_behind
