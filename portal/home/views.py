"""Today, my team today, and what needs HR."""

from typing import Any

from flask import Blueprint, render_template

from portal import doors, web
from portal.home import digest, guide
from portal.home.setup import tasks
from portal.people.session import viewer

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


@bp.get("/help")
@doors.signed_in
def show_help() -> Any:
    return render_template("home/help.html", pages=guide.pages().values())


@bp.get("/help/<slug>")
@doors.signed_in
def show_help_page(slug: str) -> Any:
    web.exists(slug in guide.pages())
    return render_template("home/help_page.html", page=guide.pages()[slug])


def design() -> Any:
    """Every component in both schemes; in development only."""
    return render_template("design/index.html")
