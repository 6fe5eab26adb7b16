"""Checking in, from wherever the buttons stand; and the log of what one got done."""

from typing import Any

from flask import Response, render_template, request

from portal import doors, text, web
from portal.goals import access, exporting, listing
from portal.goals.checkins import STATES, CheckIn
from portal.goals.forms import CheckInForm, LogForm, check_in_form
from portal.goals.log import Accomplishment
from portal.goals.models import CHECK_IN, OUTCOMES, Goal
from portal.goals.views import bp, goal_or_404, inside, show_page
from portal.hx import answer, go, mark_sent
from portal.people.models import Person
from portal.people.session import viewer


@bp.post("/goals/<int:goal_id>/check-ins")
@doors.signed_in
def check_in(goal_id: int) -> Any:
    me, goal = viewer(), goal_or_404(goal_id)
    web.permit(access.can_speak(me, goal))
    # Also those taken out since the page was drawn: its fields still name them.
    form = web.bind(check_in_form(goal.results_ever()))
    if not form.validate():
        return _refused(goal, form, 422)
    made = CheckIn.say(goal, form.state.data, form.sentence.data, form.values, by=me)
    if made is None:
        # It has ended meanwhile: what was typed is shown beside that.
        return _refused(goal_or_404(goal_id), form, 409)
    origin = form.origin.data
    mark_sent(f"check-in-{goal.id}")
    undo = f"/goals/check-ins/{made.id}/taking-back?from={origin}"
    say = f"Noted: {STATES[made.state].lower()}."
    if origin == "today" and (row := goal.duty(CHECK_IN)):
        return answer("home/_row.html", back="/", say=say, undo=undo, row=row)
    if request.htmx.partial and origin in ("list", "person"):  # type: ignore[attr-defined]
        back = _back(goal)
        return answer("goals/_goal.html", back=back, say=say, undo=undo, **_shown(goal, origin))
    return go(_back(goal), say=say, undo=undo)


def _refused(goal: Goal, form: CheckInForm, status: int) -> Any:
    """The row with its form where it was pressed, else the page."""
    origin = form.origin.data
    if request.htmx.partial and origin in ("list", "person"):  # type: ignore[attr-defined]
        return render_template("goals/_goal.html", **_shown(goal, origin), form=form), status
    return show_page(goal, status, check_in=form)


def _shown(goal: Goal, origin: str) -> dict[str, Any]:
    """What the row of one goal needs, read anew."""
    line = listing.lines(access.visible_to(viewer()).where(Goal.id == goal.id))[0]
    return {"line": line, "origin": origin, "powers": access, "outcomes": OUTCOMES,
            "states": STATES, "with_buttons": True}  # fmt: skip


def _back(goal: Goal) -> str:
    """Where the buttons were pressed."""
    origin = request.values.get("origin") or request.args.get("from", "")
    places = {"list": f"/goals#goal-{goal.id}", "today": "/"}
    if origin == "person" and goal.person_id:
        return f"/goals/people/{goal.person_id}"
    return places.get(origin, goal.url)


@bp.post("/goals/check-ins/<int:check_in_id>/taking-back")
@doors.signed_in
def take_back(check_in_id: int) -> Any:
    me = inside()
    found: CheckIn = web.get_or_404(access.own_check_ins(me), id=check_in_id)
    goal = goal_or_404(found.goal_id)
    found.goal = goal
    web.permit(access.can_speak(me, goal))
    taken = found.take_back(by=me)
    late = "It stands by now. Say in a new check-in what is right."
    return go(_back(goal), say="Taken back." if taken else late)


# -- the log -----------------------------------------------------------------------------------


def _log_form(me: Person) -> LogForm:
    form = web.bind(LogForm, {"on": web.viewer_today()})
    mine = access.visible_to(me).where(Goal.person == me.id, Goal.is_open())
    return form.of(list(mine.order_by(Goal.title).limit(100)))


@bp.get("/goals/log")
@doors.signed_in
def show_log() -> Any:
    me = inside()
    return _log_page(me, _log_form(me))


def _log_page(me: Person, form: LogForm, status: int = 200) -> Any:
    mine = access.log_visible_to(me).where(Accomplishment.person == me.id)
    page = web.Page(Accomplishment.listing(mine), web.page_number())
    return render_template("goals/log.html", page=page, form=form), status


@bp.post("/goals/log")
@doors.signed_in
def note() -> Any:
    me = inside()
    form = _log_form(me)
    if not form.validate():
        return _log_page(me, form, 422)
    made = Accomplishment.note(form.text.data, by=me, on=form.on.data, goal=form.chosen)
    say, undo = "It stands in your log.", f"/goals/log/{made.id}/removal"
    if form.origin.data == "today":
        mark_sent("goal-log-today")
        return go("/", say=say, undo=undo)
    mark_sent("goal-log")
    return go("/goals/log", say=say, undo=undo)


def _own(accomplishment_id: int) -> Accomplishment:
    return web.get_or_404(access.own_log(inside()), id=accomplishment_id)  # type: ignore[no-any-return]


@bp.post("/goals/log/<int:accomplishment_id>/removal")
@doors.signed_in
def remove(accomplishment_id: int) -> Any:
    found = _own(accomplishment_id)
    found.remove(by=viewer())
    undo = f"/goals/log/{found.id}/restoration"
    return go("/goals/log", say="Taken out of your log.", undo=undo)


@bp.post("/goals/log/<int:accomplishment_id>/restoration")
@doors.signed_in
def restore(accomplishment_id: int) -> Any:
    _own(accomplishment_id).restore(by=viewer())
    return go("/goals/log", say="It stands in your log again.")


@bp.get("/goals/log/file")
@doors.signed_in
def export_log() -> Any:
    """One's own as a CSV file."""
    me = inside()
    content = exporting.log(access.own_log(me))
    name = f"log-{text.slugify(me.called)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)
