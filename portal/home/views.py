"""Today, my team today, what needs HR, and the search over everything."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, text, web
from portal.home import digest, late, palette
from portal.home.setup import tasks
from portal.people.session import viewer
from portal.sessions import listing as sessions

bp = Blueprint("home", __name__)


@bp.get("/")
@doors.signed_in
def today() -> Any:
    me = viewer()
    groups = digest.groups(me)
    return render_template(
        "home/today.html",
        groups=groups,
        done=digest.settled(me),
        next_up=digest.next_up(groups, me.today()),
        booked=sessions.booked_for(me, [row for group in groups for row in group.rows]),
    )


@bp.get("/team")
@doors.signed_in
def team() -> Any:
    me = viewer()
    web.exists(me.has_reports)
    return render_template("home/team.html", rows=digest.team(me))


@bp.get("/hr")
@doors.signed_in
def hr() -> Any:
    me = viewer()
    web.exists(me.is_hr)
    return render_template("home/hr.html", tasks=tasks, **digest.needs_hr(me))


@bp.get("/hr/late/<int:duty_id>")
@doors.signed_in
def show_late(duty_id: int) -> Any:
    """Everyone who is late with the same thing."""
    me = viewer()
    web.exists(me.is_hr)
    one, rows = late.like(me, me.today(), duty_id)
    web.exists(one)
    return render_template("home/late.html", one=one, page=web.Page(rows, web.page_number()))


@bp.get("/search")
@doors.signed_in
def search() -> Any:
    """The command palette's answer as one types, and the same as a page."""
    words = request.args.get("q", "")[: palette.MAX_CHARS]
    groups = palette.find(viewer(), words)
    count = sum(len(group.hits) for group in groups)
    shown = {"words": words, "groups": groups, "said": text.count(count, "result")}
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("home/_hits.html", **shown)
    return render_template("home/search.html", **shown)


def design() -> Any:
    """Every component in both schemes; in development only."""
    return render_template("design/index.html")
