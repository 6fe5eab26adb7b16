"""Incidents in numbers: for HR and auditors the company's, for whoever leads the line's."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.incidents import access, figures
from portal.incidents.sorts import SORTS
from portal.incidents.views import bp
from portal.people.session import viewer


@bp.get("/incidents/numbers")
@doors.signed_in
def show_numbers() -> Any:
    me = viewer()
    web.exists(access.can_see_numbers(me))
    visible, people = access.counted_by(me)
    chosen = web.number(request.args.get("course", ""))
    return render_template(
        "incidents/numbers.html",
        figures=figures.figures(visible, people, me.today(), chosen),
        is_line=people is not None,
        may_read=bool(access.sorts_of(me)),
        may_report=access.can_report(me),
        sorts=SORTS,
        size={"step": figures.STEP, "high": figures.HIGH, "bar": figures.BAR},
    )
