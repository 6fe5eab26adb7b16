"""The compliance calendar by year and month, as a file and as a link; audit windows."""

from datetime import date
from typing import Any

from flask import Response, abort, current_app, render_template, request

from portal import doors, ics, web
from portal.assignments.feed import etag
from portal.compliance import access, feed, year
from portal.compliance.views import bp
from portal.compliance.window_forms import WindowForm
from portal.compliance.windows import AuditWindow
from portal.hx import go
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.session import viewer

# How often a calendar is asked to look again; most ask every few hours whatever one says.
FRESH_SECONDS = 15 * 60


def _reader() -> Person:
    me = viewer()
    web.exists(access.can_see_overview(me))
    return me


@bp.get("/compliance/calendar")
@doors.signed_in
@doors.also_for("audit")
def show_calendar() -> Any:
    """A year with its months; or, where a month is asked for, its days."""
    me = _reader()
    days = year.days_of(request.args.get("month", ""))
    if days:
        return _month_page(me, days[0].replace(day=1))
    typed = web.number(request.args.get("year", "")) or 0
    number = typed if year.is_near(typed, me.today()) else me.today().year
    return render_template(
        "compliance/calendar.html",
        months=year.year(feed.reach_of(me), number),
        number=number,
        today=me.today(),
        near=lambda other: year.is_near(other, me.today()),
        **_frame(me),
    )


def _month_page(me: Person, first: date) -> Any:
    web.exists(year.is_near(first.year, me.today()))
    before, after = year.next_to(first)
    return render_template(
        "compliance/month.html",
        days=year.month(feed.reach_of(me), first),
        first=first,
        before=before,
        after=after,
        weekdays=year.WEEKDAYS,
        today=me.today(),
        near=lambda other: year.is_near(other.year, me.today()),
        **_frame(me),
    )


def _frame(me: Person) -> dict[str, Any]:
    return {"is_company": access.can_see(me), "may_keep": access.can_keep_windows(me)}


@bp.get("/compliance/calendar.ics")
@doors.signed_in
@doors.also_for("audit")
def export_calendar() -> Any:
    """A year from the day asked for on (this one), for any calendar."""
    me = _reader()
    days = year.days_of(request.args.get("from", ""))
    file = feed.file_of(me, current_app.config["APP_URL"], days[0] if days else None)
    return _ics(file, "attachment")


def _ics(file: bytes, how: str) -> Response:
    answer = Response(file, mimetype=ics.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'{how}; filename="compliance.ics"'
    return answer


# -- the link ------------------------------------------------------------------------------------


@bp.get("/compliance/calendar/link")
@doors.signed_in
def show_calendar_link() -> Any:
    return _link_page(feed.link_of(_reader()))


def _link_page(given: Pass | None, address: str = "") -> Any:
    return render_template(
        "compliance/link.html",
        given=given,
        address=address,
        is_company=access.can_see(viewer()),
    )


@bp.post("/compliance/calendar/link")
@doors.signed_in
def make_calendar_link() -> Any:
    """A new address, shown in this answer and never again."""
    given = feed.make_link(_reader())
    token = given.token(current_app.config["SECRET_KEY"])
    return _link_page(given, f"{current_app.config['APP_URL']}/compliance/calendar/{token}.ics")


@bp.post("/compliance/calendar/link/ending")
@doors.signed_in
def end_calendar_link() -> Any:
    was_on = feed.switch_off(_reader())
    say = "The address opens nothing any more." if was_on else ""
    return go("/compliance/calendar/link", say=say)


@bp.get("/compliance/calendar/<token>.ics")
@doors.by_link
def fetch_compliance_calendar(token: str) -> Any:
    """What its owner may see at this moment; 404 once that is nothing."""
    given = Pass.find(token, web.secret_keys())
    if given is None or given.purpose != feed.PURPOSE:
        abort(404)
    web.exists(access.can_see_overview(given.person))
    answer = _ics(feed.file_of(given.person, current_app.config["APP_URL"]), "inline")
    answer.set_etag(etag(answer.get_data()))
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    return answer.make_conditional(request)


# -- audit windows -------------------------------------------------------------------------------


@bp.get("/compliance/windows")
@doors.signed_in
@doors.also_for("audit")
def list_windows() -> Any:
    me = viewer()
    web.exists(access.can_see(me))
    ahead, past = AuditWindow.around(access.windows_visible_to(me), me.today())
    return render_template(
        "compliance/windows.html", ahead=ahead, past=past, may_keep=access.can_keep_windows(me)
    )


def _keeper() -> Person:
    """HR; for whoever only sees the windows it is forbidden, for others there are none."""
    me = viewer()
    web.exists(access.can_see(me))
    web.permit(access.can_keep_windows(me))
    return me


@bp.get("/compliance/windows/new")
@doors.signed_in
def new_window() -> Any:
    me = _keeper()
    return _window_page(web.bind(WindowForm, {"starts_on": me.today(), "ends_on": me.today()}))


def _window_page(form: WindowForm, window: AuditWindow | None = None, status: int = 200) -> Any:
    return render_template("compliance/window.html", form=form, window=window), status


@bp.post("/compliance/windows")
@doors.signed_in
def plan_window() -> Any:
    me = _keeper()
    form = web.bind(WindowForm)
    if not form.validate():
        return _window_page(form, status=422)
    window = AuditWindow.plan(by=me, **form.data)
    return go(
        "/compliance/windows",
        say=f"{window.name} is in the calendar.",
        undo=f"/compliance/windows/{window.id}/removal",
    )


def _to_keep(window_id: int) -> tuple[Person, AuditWindow]:
    me = viewer()
    window = web.get_or_404(access.windows_visible_to(me), id=window_id)
    web.permit(access.can_keep_windows(me))
    return me, window


@bp.get("/compliance/windows/<int:window_id>")
@doors.signed_in
def edit_window(window_id: int) -> Any:
    _, window = _to_keep(window_id)
    values = {name: getattr(window, name) for name in AuditWindow.SAID}
    return _window_page(web.bind(WindowForm, values), window)


@bp.post("/compliance/windows/<int:window_id>")
@doors.signed_in
def change_window(window_id: int) -> Any:
    me, window = _to_keep(window_id)
    form = web.bind(WindowForm)
    if not form.validate():
        return _window_page(form, window, 422)
    changed = window.change(by=me, **form.data)
    return go("/compliance/windows", say="Saved." if changed else "Nothing was different.")


@bp.post("/compliance/windows/<int:window_id>/removal")
@doors.signed_in
def remove_window(window_id: int) -> Any:
    me, window = _to_keep(window_id)
    window.remove(by=me)
    undo = f"/compliance/windows/{window.id}/restoration"
    return go("/compliance/windows", say=f"{window.name} is taken out.", undo=undo)


@bp.post("/compliance/windows/<int:window_id>/restoration")
@doors.signed_in
def restore_window(window_id: int) -> Any:
    me, window = _to_keep(window_id)
    window.restore(by=me)
    return go("/compliance/windows", say=f"{window.name} is back in the calendar.")
