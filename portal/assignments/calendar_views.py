"""The calendar link: made and switched off by its owner, fetched by their calendar."""

from typing import Any

from flask import Response, abort, current_app, render_template, request

from portal import doors, ics, web
from portal.assignments import feed
from portal.assignments.forms import CalendarForm
from portal.assignments.views import bp
from portal.hx import go
from portal.people.passes import Pass
from portal.people.session import viewer

# How often a calendar is asked to look again; most ask every few hours whatever one says.
FRESH_SECONDS = 15 * 60


@bp.get("/calendar")
@doors.signed_in
def show_calendar() -> Any:
    return _page(feed.link_of(viewer()))


def _page(given: Pass | None, address: str = "") -> Any:
    return render_template(
        "assignments/calendar.html",
        given=given,
        address=address,
        is_named=given is not None and given.purpose == feed.NAMED,
        form=CalendarForm(),
    )


@bp.post("/calendar/link")
@doors.signed_in
def make_calendar_link() -> Any:
    """A new address, shown in this answer and never again."""
    form = web.bind(CalendarForm)
    given = feed.make_link(viewer(), is_named=form.is_named.data)
    token = given.token(current_app.config["SECRET_KEY"])
    return _page(given, f"{current_app.config['APP_URL']}/calendar/{token}.ics")


@bp.post("/calendar/link/ending")
@doors.signed_in
def end_calendar_link() -> Any:
    was_on = feed.switch_off(viewer())
    return go("/calendar", say="The address opens nothing any more." if was_on else "")


@bp.get("/calendar/<token>.ics")
@doors.by_link
def fetch_calendar(token: str) -> Any:
    """What the person owes at this moment. It ends with their access, and says only 404 then."""
    given = Pass.find(token, web.secret_keys())
    if given is None or given.purpose not in feed.PURPOSES:
        abort(404)
    file = feed.file_of(given, current_app.config["APP_URL"])
    answer = Response(file, mimetype=ics.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.set_etag(feed.etag(file))
    answer.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    return answer.make_conditional(request)
