"""One's own answers, and for HR the figures."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, web
from portal.demographics import access
from portal.demographics.forms import AnswersForm
from portal.demographics.models import DemographicRelease, Demographics
from portal.demographics.questions import NAMES, QUESTIONS
from portal.hx import go
from portal.people.session import viewer

bp = Blueprint("demographics", __name__)


@bp.get("/me/demographics")
@doors.signed_in
def edit() -> Any:
    me = viewer()
    web.exists(access.can_answer(me))
    mine = Demographics.of(me)
    form = web.bind(AnswersForm, {name: getattr(mine, name) for name in NAMES} if mine else None)
    return render_template("demographics/edit.html", form=form, has_answered=mine is not None)


@bp.post("/me/demographics")
@doors.signed_in
def answer() -> Any:
    me = viewer()
    web.exists(access.can_answer(me))
    form = web.bind(AnswersForm)
    if not form.validate():
        page = render_template(
            "demographics/edit.html", form=form, has_answered=Demographics.of(me) is not None
        )
        return page, 422
    Demographics.answer(me, form.data)
    return go("/me/demographics", say="Kept, apart from your file. Thank you.")


@bp.post("/me/demographics/withdrawal")
@doors.signed_in
def withdraw() -> Any:
    me = viewer()
    web.exists(access.can_answer(me))
    gone = Demographics.withdraw(me)
    return go("/me/demographics", say="Your answers are gone." if gone else "There was nothing.")


@bp.get("/demographics")
@doors.signed_in
def index() -> Any:
    me = viewer()
    web.exists(access.can_see_figures(me))
    latest = DemographicRelease.latest()
    content = latest.content if latest else {}
    names = sorted({name for figures in content.values() for name in figures.worth_reading})
    chosen = request.args.get("department", "")[:120]
    web.exists(not chosen or chosen in names)
    tables = {
        question: figures.departments.get(chosen) if chosen else figures.company
        for question in QUESTIONS
        if (figures := content.get(question.name))
    }
    return render_template(
        "demographics/index.html", latest=latest, names=names, chosen=chosen, tables=tables
    )
