"""What is done to somebody's way: taken off it, back on it, from the beginning, a step skipped."""

import json
from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.documents.models import Document
from portal.hx import answer, go
from portal.paths import access, moving
from portal.paths.forms import MoveForm, NoForm, ReasonForm
from portal.paths.models import Enrollment, NotInForce, PathStep
from portal.paths.views import bp, enrollment_of, find, way_context
from portal.people.models import Person
from portal.people.session import viewer


def _page(me: Person, enrollment: Enrollment) -> str:
    own = f"/learning/paths/{enrollment.path_id}"
    return own if enrollment.person_id == me.id else f"/learning/paths/enrollments/{enrollment.id}"


@bp.post("/learning/paths/enrollments/<int:enrollment_id>/end")
@doors.signed_in
def end(enrollment_id: int) -> Any:
    """Off the path: what is owed for it alone is owed no more. Undone with one button."""
    me, enrollment = viewer(), enrollment_of(enrollment_id)
    web.permit(access.can_end(me, enrollment))
    web.bind(NoForm)
    is_own = enrollment.person_id == me.id
    name = "You are" if is_own else f"{enrollment.person.called} is"
    enrollment.end("Left it themselves." if is_own else f"Taken off by {me.called}.", by=me)
    undo = f"/learning/paths/enrollments/{enrollment.id}/resumption"
    return go(_page(me, enrollment), say=f"{name} off the path.", undo=undo)


@bp.post("/learning/paths/enrollments/<int:enrollment_id>/resumption")
@doors.signed_in
def resume(enrollment_id: int) -> Any:
    """Back on it, where they stood."""
    me, enrollment = viewer(), enrollment_of(enrollment_id)
    web.permit(access.can_end(me, enrollment))
    web.bind(NoForm)
    done = enrollment.resume(by=me)
    name = "You are" if enrollment.person_id == me.id else f"{enrollment.person.called} is"
    say = f"{name} on the path again." if done else f"{name} on it already."
    return go(_page(me, enrollment), say=say)


@bp.post("/learning/paths/enrollments/<int:enrollment_id>/restart")
@doors.signed_in
def restart(enrollment_id: int) -> Any:
    """From the beginning, on the newest text; what still counts is done at once."""
    me, enrollment = viewer(), enrollment_of(enrollment_id)
    web.permit(access.can_restart(me, enrollment))
    web.bind(NoForm)
    try:
        again = enrollment.restart(by=me)
    except NotInForce:
        return go(_page(me, enrollment), say="It is not offered any more.")
    return go(_page(me, again), say="Begun again. What still counts is ticked.")


# -- a step ------------------------------------------------------------------------------------


def _step(step_id: int) -> tuple[Person, PathStep, Enrollment]:
    me = viewer()
    step = web.get_or_404(access.steps_visible_to(me), id=step_id)
    enrollment = enrollment_of(step.enrollment_id)
    step.enrollment = enrollment
    web.permit(access.can_skip(me, step))
    return me, step, enrollment


@bp.get("/learning/paths/steps/<int:step_id>/skip")
@doors.signed_in
def ask_why(step_id: int) -> Any:
    """The form that asks why the step is not needed."""
    _, step, enrollment = _step(step_id)
    return _asked_why(step, enrollment, ReasonForm(), 200)


def _asked_why(
    step: PathStep, enrollment: Enrollment, form: ReasonForm, status: int
) -> tuple[str, int]:
    context = way_context(viewer(), enrollment)
    shown = next((one for one in context["way"].steps if one.stop.key == step.key), None)
    title = shown.title if shown else step.key
    return render_template("paths/skip.html", step=step, title=title, form=form, **context), status


@bp.post("/learning/paths/steps/<int:step_id>/skip")
@doors.signed_in
def skip(step_id: int) -> Any:
    me, step, enrollment = _step(step_id)
    form = web.bind(ReasonForm)
    if not form.validate():
        return _asked_why(step, enrollment, form, 422)
    done = step.skip(form.reason.data or "", by=me)
    undo = f"/learning/paths/steps/{step.id}/need" if done else ""
    say = "Skipped. The path goes on." if done else "It is settled already."
    return go(_page(me, enrollment), say=say, undo=undo)


@bp.post("/learning/paths/steps/<int:step_id>/need")
@doors.signed_in
def unskip(step_id: int) -> Any:
    """Needed after all."""
    me, step, enrollment = _step(step_id)
    web.bind(NoForm)
    done = step.unskip(by=me)
    say = "It is to be done again." if done else "It was not skipped."
    context = way_context(me, enrollment_of(enrollment.id))
    return answer("paths/_way.html", back=_page(me, enrollment), say=say, **context)


# -- a newer text ------------------------------------------------------------------------------


def _path_to_move(path_id: int) -> tuple[Person, Document]:
    me, path = viewer(), find(path_id)
    web.permit(access.can_write(me))
    return me, path


@bp.get("/learning/paths/<int:path_id>/texts")
@doors.signed_in
def show_moves(path_id: int) -> Any:
    """Who is on an earlier text, and what the one in force would change for them."""
    _, path = _path_to_move(path_id)
    return _moves(path, 200)


def _moves(path: Document, status: int, has_changed: bool = False) -> tuple[str, int]:
    found = moving.moves(path)
    shown = json.dumps({move.revision.id: move.people for move in found})
    return render_template(
        "paths/texts.html", path=path, moves=found, shown=shown, has_changed=has_changed
    ), status


@bp.post("/learning/paths/<int:path_id>/texts")
@doors.signed_in
def move(path_id: int) -> Any:
    """Everybody on with the text in force, as it was shown."""
    me, path = _path_to_move(path_id)
    form = web.bind(MoveForm)
    numbers = _numbers(form.shown.data or "") if form.validate() else None
    moved = moving.move_all(path, numbers, by=me) if numbers is not None else None
    if moved is None:
        return _moves(path, 409 if request.form.get("shown") else 422, has_changed=True)
    return go(f"/learning/paths/{path.id}", say=moving.said(moved))


def _numbers(shown: str) -> dict[int, int] | None:
    try:
        said = json.loads(shown)
        return {int(key): int(value) for key, value in said.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
