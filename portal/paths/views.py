"""Learning paths: the catalog, a path with one's own way on it, and somebody's way."""

from typing import Any

from flask import Blueprint, redirect, render_template

from portal import audit, doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.paths import access, catalog, moving, people, progress
from portal.paths.models import KIND, SELF, Enrollment, NotInForce
from portal.paths.who import Who
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("paths", __name__)


@bp.app_template_filter("path_who")
def path_who(said: dict[str, str]) -> str:
    """Whom a text assigns the path to, as one says it."""
    return Who(said["group"], said["rule"]).spoken


def find(path_id: int) -> Document:
    """The path, if the viewer may know of it, with its text in force."""
    return web.get_or_404(  # type: ignore[no-any-return]
        Document.with_current(access.visible_to(viewer())), id=path_id
    )


def enrollment_of(number: int) -> Enrollment:
    """The enrollment, if the viewer may open it, with path, person and text."""
    return web.get_or_404(access.whole(viewer()), id=number)  # type: ignore[no-any-return]


@bp.get("/learning/paths")
@doors.signed_in
def index() -> Any:
    me = viewer()
    web.exists(not me.came_by_pass and (me.is_staff or me.is_hr))
    return render_template(
        "paths/index.html",
        catalog=catalog.rows(me),
        followed=catalog.followed(me),
        may_write=access.can_write(me),
        today=me.today(),
    )


@bp.get("/documents/path/<slug>")
@doors.signed_in
def lead_here(slug: str) -> Any:
    """A path has one page, whichever room one comes from."""
    document = web.get_or_404(access.visible_to(viewer()), kind=KIND, slug=slug)
    return redirect(f"/learning/paths/{document.id}", 303)


@bp.get("/learning/paths/<int:path_id>")
@doors.signed_in
def show(path_id: int) -> Any:
    """What it leads through; with one's own way on it, if one is or was on it."""
    me, path = viewer(), find(path_id)
    own = Enrollment.newest_of(path.id, me.id)
    if own:
        own.path, own.person = path, me
    way = progress.of(own) if own and own.state != "ended" else None
    return render_template(
        "paths/show.html",
        path=path,
        own=own,
        way=way,
        outline=progress.outline(path.current.parsed) if path.current and not way else [],
        said=path.current.parsed if path.current else {},
        may_begin=(own is None or own.state == "ended") and access.can_begin(me, path),
        may_end=way is not None and own is not None and access.can_end(me, own),
        may_restart=way is not None and own is not None and access.can_restart(me, own),
        may_follow=access.can_follow(me),
        may_put_on=access.can_put_on(me, path),
        may_write=access.can_write(me),
        behind=moving.behind(path) if access.can_write(me) else 0,
        today=me.today(),
    )


@bp.post("/learning/paths/<int:path_id>/enrollment")
@doors.signed_in
def begin(path_id: int) -> Any:
    """Begin it oneself, from the catalog."""
    me, path = viewer(), find(path_id)
    web.permit(access.can_begin(me, path))
    try:
        enrollment = Enrollment.begin(path, me, cause=SELF, by=me)
    except NotInForce:
        return go(f"/learning/paths/{path.id}", say="It is not offered any more.")
    back = f"/learning/paths/enrollments/{enrollment.id}/end"
    return go(f"/learning/paths/{path.id}", say="You are on the path.", undo=back)


@bp.get("/learning/paths/enrollments/<int:enrollment_id>")
@doors.signed_in
def show_way(enrollment_id: int) -> Any:
    """How far somebody has come: for them, their managers and HR."""
    me, enrollment = viewer(), enrollment_of(enrollment_id)
    if enrollment.person_id != me.id:
        audit.looked(me, enrollment, about=enrollment.person)
    return render_template("paths/way.html", **way_context(me, enrollment))


def way_context(me: Person, enrollment: Enrollment) -> dict[str, Any]:
    """What somebody's way needs to be drawn, on its page and after a write."""
    return {
        "enrollment": enrollment,
        "path": enrollment.path,
        "way": progress.of(enrollment),
        "is_own": enrollment.person_id == me.id,
        # HR, and never for themselves: the same rule as `can_skip` of any step.
        "may_skip": me.is_hr and me.id != enrollment.person_id,
        "may_end": access.can_end(me, enrollment),
        "may_restart": access.can_restart(me, enrollment),
        "may_follow": access.can_follow(me),
        "ended_words": people.ended_words,
        "today": me.today(),
    }
