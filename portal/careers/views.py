"""Careers: where I stand, where I may go from here, and what is missing for it."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from portal import audit, doors, text, web
from portal.careers import access, overview, own_file, team
from portal.careers.forms import OwnStepForm, first_step
from portal.careers.overview import Career
from portal.people import access as people
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("careers", __name__)

MAX_KEY = 161


@bp.app_template_global("may_open_career")
def may_open_career(person: Person) -> bool:
    """For the tab in a person's file: the same rule as the page it leads to."""
    return access.can_open(viewer(), person)


def asked_rung() -> str:
    """The key of the rung that the address of the page names."""
    return request.args.get("rung", "")[:MAX_KEY]


@bp.get("/careers")
@doors.signed_in
def index() -> Any:
    """My rung, where one may go from here, what is missing, what I hope for, and my plan."""
    me = viewer()
    web.exists(access.can_enter(me))
    return draw_own(overview.of(me, me, asked_rung()), web.bind(OwnStepForm, first_step()))


def draw_own(career: Career, form: OwnStepForm, status: int = 200) -> Any:
    """One's own page, with the form for something of one's own as it was typed."""
    return render_template(
        "careers/index.html", career=career, form=form, may_aspire=access.can_aspire(viewer())
    ), status


@bp.get("/careers/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """The same of somebody one leads, or as HR: without what they keep to themselves."""
    me = viewer()
    if person_id == me.id and access.can_enter(me):
        return redirect("/careers", 303)
    person: Person = web.get_or_404(people.visible_to(me), id=person_id)
    web.exists(access.can_open(me, person))
    audit.looked(me, person, about=person)
    return render_template(
        "careers/person.html", career=overview.of(me, person, asked_rung()), person=person
    )


@bp.get("/careers/team")
@doors.signed_in
def show_team() -> Any:
    """A row for each report; with `?show=line` for everybody below."""
    me = viewer()
    web.exists(access.can_see_team(me))
    is_whole = request.args.get("show") == "line"
    return render_template(
        "careers/team.html",
        team=team.of(me, web.page_number(), is_whole=is_whole),
        is_whole=is_whole,
    )


@bp.get("/careers/file")
@doors.signed_in
def download_own() -> Response:
    """Everything these pages keep of oneself, as a CSV file."""
    me = viewer()
    web.exists(access.can_aspire(me))
    name = f"career-{text.slugify(me.called)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(own_file.of(me), mimetype="text/csv", headers=headers)
