"""The player's page: the package in its frame, what is in it, and the way out.

Looking at the page opens nothing. The frame is asked for by a POST, whose answer holds the secret
address of a new run on the content host; the portal's page and that one only exchange messages.
"""

from typing import Any, TypeVar

from flask import abort, redirect, render_template, request

from portal import audit, doors, web
from portal.documents.models import Document
from portal.learning import access as learning
from portal.learning.views import find
from portal.people.session import viewer
from portal.scorm import access, playing, reporting, runs
from portal.scorm.playing import Play
from portal.scorm.views import WAY, bp

T = TypeVar("T")

COURSE = "/learning/courses/<int:course_id>/player"
PREVIEW = f"{WAY}/<int:package_id>/player"

SAID = {
    runs.LEARN: "",
    runs.REVIEW: "You have completed it. You look at it again; nothing is counted or saved.",
    runs.PREVIEW: "A preview. It plays as for somebody who opens it for the first time; nothing of"
    " it is kept.",
}


def _play(course_id: int) -> tuple[Document, Play | None]:
    """What is played; None where it is not begun yet."""
    course, me = find(course_id), viewer()
    web.permit(not me.came_by_pass)
    attempt = playing.attempt_of(course, me)
    if attempt is None:
        return course, None
    package = _found(playing.of_text(attempt.revision))
    if attempt.ended_at is None and not learning.can_take(me, course):
        # What was begun and is taken back stays to be looked at, once it has ended.
        web.permit(playing.is_through(attempt))
    return course, Play(me, package, attempt)


def _found(thing: T | None) -> T:
    if thing is None:
        abort(404)
    return thing


def _preview(package_id: int) -> Play:
    me = viewer()
    package = web.get_or_404(access.visible_to(me), id=package_id)
    web.exists(package.is_ready)
    return Play(me, package)


# -- the page ----------------------------------------------------------------------------------


@bp.get(COURSE)
@doors.signed_in
@doors.frames_content
def play(course_id: int) -> Any:
    course, play = _play(course_id)
    back = f"/learning/courses/{course.id}"
    if play is None:
        return redirect(back, 303)
    return _page(play, course.title, f"{back}/player", back)


@bp.get(PREVIEW)
@doors.signed_in
@doors.frames_content
def preview(package_id: int) -> Any:
    play = _preview(package_id)
    back = f"{WAY}/{package_id}"
    return _page(play, play.package.title, f"{back}/player", back)


def _page(play: Play, title: str, here: str, back: str) -> Any:
    return render_template(
        "scorm/player.html",
        play=play,
        title=title,
        here=here,
        back=back,
        said=SAID[play.purpose],
        origin=runs.content_origin(),
        no_host="" if runs.content_origin() else playing.NO_HOST,
        may_begin_anew=play.attempt is not None and play.purpose == runs.REVIEW,
    )


# -- its parts ---------------------------------------------------------------------------------


@bp.get(f"{COURSE}/contents")
@doors.signed_in
def show_contents(course_id: int) -> Any:
    _, play = _play(course_id)
    return _contents(_found(play))


@bp.get(f"{PREVIEW}/contents")
@doors.signed_in
def preview_contents(package_id: int) -> Any:
    return _contents(_preview(package_id))


def _contents(play: Play) -> Any:
    return render_template("scorm/_contents.html", play=play)


@bp.post(f"{COURSE}/run")
@doors.signed_in
@doors.frames_content
def open_run(course_id: int) -> Any:
    """A run of their own attempt; the one in another window ends, and says so there."""
    _, play = _play(course_id)
    return _opened(_found(play))


@bp.post(f"{PREVIEW}/run")
@doors.signed_in
@doors.frames_content
def open_preview(package_id: int) -> Any:
    return _opened(_preview(package_id))


def _opened(play: Play) -> Any:
    web.permit(bool(runs.content_origin()))
    address = play.open()
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("scorm/_stage.html", address=address, play=play)
    # A window of its own. A redirect of a form may not leave this host, a fresh page may.
    page = render_template("scorm/opened.html", address=address, title=play.package.title)
    return page, 200, {"Refresh": f"0; url={address}"}


# -- what it has reported ----------------------------------------------------------------------


@bp.get("/learning/attempts/<int:attempt_id>/report")
@doors.signed_in
def show_report(attempt_id: int) -> Any:
    """Part by part: their line sees state, score and time; answers only they and HR."""
    me = viewer()
    attempt = web.get_or_404(reporting.attempts(learning.attempts_visible_to(me)), id=attempt_id)
    package = _found(playing.of_text(attempt.revision))
    sees = learning.can_see_answers(me, attempt)
    if sees and attempt.person_id != me.id:
        audit.looked(me, attempt, about=attempt.person)
    return render_template(
        "scorm/report.html",
        attempt=attempt,
        course=attempt.course,
        package=package,
        parts=reporting.parts_of(attempt, package, with_answers=sees),
        reasons=reporting.reasons(attempt),
        sees_answers=sees,
        sees_raw=sees and me.is_hr,
        is_own=attempt.person_id == me.id,
    )
