"""The directory as a page and as a file."""

from typing import Any

from flask import Response, render_template, request

from portal import doors, web
from portal.people import access, directory
from portal.people.directory import Asked, Places
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.views import bp


def asked() -> Asked:
    """What the address (or the form of the export) asks for."""
    given = request.values
    team, place = (web.number(given.get(name, "")) for name in ("team", "place"))
    return Asked(given.get("q", "")[:100], team, place, given.get("all") == "1")


@bp.get("/people")
@doors.signed_in
def index() -> Any:
    me = viewer()
    web.exists(access.can_see_directory(me))
    wanted = asked()
    places = Places(wanted.words)
    query = Person.cards(directory.found_by(me, wanted, places), me.today())
    page = web.Page(query, web.page_number())
    shown = {
        "people": page,
        "asked": wanted,
        "away": Leave.now(me.today()),
        "may_administer": access.can_administer(me),
    }
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("people/_rows.html", **shown)
    return render_template(
        "people/index.html",
        **shown,
        teams=places.teams(),
        places=places.locations(),
        see_vacancies=access.can_see_vacancies(me),
    )


@bp.post("/people/export")
@doors.signed_in
def export() -> Any:
    """The directory as it is filtered, of each person what the viewer may see. It is recorded."""
    me = viewer()
    web.exists(access.can_see_directory(me))
    content = directory.export(me, asked())
    headers = {"Content-Disposition": f'attachment; filename="people-{me.today()}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
