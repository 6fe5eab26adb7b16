"""Requirements: their list, the editor that shows whom it hits, their history and their end."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from portal import clock, doors, web
from portal.compliance import access, people, words
from portal.compliance.forms import RequirementForm, TermsForm, first_terms, terms_as_typed
from portal.compliance.hits import Hits, hits
from portal.compliance.models import Requirement, Terms
from portal.documents.models import Document
from portal.hx import go
from portal.people.org import Company
from portal.people.session import viewer

bp = Blueprint("compliance", __name__)


@bp.get("/compliance/requirements")
@doors.signed_in
@doors.also_for("audit")
def list_requirements() -> Any:
    """What is asked, of whom and how often, with how far everyone is; or what has ended."""
    me = viewer()
    web.exists(access.can_see(me))
    ended = request.args.get("list") == "ended"
    shown = people.listed(access.visible_to(me), me.today(), web.page_number(), ended=ended)
    return render_template(
        "compliance/requirements.html",
        page=shown,
        ended=ended,
        words=words,
        may_write=access.can_write(me),
    )


def requirement_of(requirement_id: int) -> Requirement:
    """The requirement of this address, if the viewer may read it."""
    found: Requirement = web.get_or_404(access.visible_to(viewer()), id=requirement_id)
    return found


def to_write(requirement_id: int) -> Requirement:
    """The requirement of this address for somebody who may change it here."""
    found = requirement_of(requirement_id)
    web.permit(access.can_change(viewer(), found))
    return found


# -- written -----------------------------------------------------------------------------------


@bp.get("/compliance/requirements/new")
@doors.signed_in
def new_requirement() -> Any:
    me = viewer()
    web.exists(access.can_write(me))
    asked = {"thing": request.args.get("thing", "")[:60]}
    form = web.bind(RequirementForm, first_terms(me.today()) | asked).offer()
    return _new_page(form)


def _new_page(form: RequirementForm, found: Hits | None = None, status: int = 200) -> Any:
    return render_template(
        "compliance/requirement_new.html", form=form, hits=found, requirement=None
    ), status


@bp.post("/compliance/requirements/preview")
@doors.signed_in
def preview_requirement() -> Any:
    """Whom it would hit, drawn while it is written; changes nothing."""
    me = viewer()
    web.exists(access.can_write(me))
    form = web.bind(RequirementForm).offer()
    found = _hits_of(form, form.validate(), *(form.chosen or ("", 0)))
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("compliance/_hits.html", hits=found)
    _hush(form)
    return _new_page(form, found)


def _hits_of(
    form: TermsForm, is_valid: bool, kind: str, target: int, requirement: Requirement | None = None
) -> Hits:
    if not is_valid:
        wrong = next((field for field in form if field.errors), None)
        said = f"{wrong.label.text}: {wrong.errors[0]}" if wrong is not None else ""
        return Hits(problem="Choose what is required first." if not kind else said)
    return hits(form.asking(kind, target, requirement), viewer().today())


def _hush(form: TermsForm) -> None:
    """Who only looks ahead is not told off for what is still empty."""
    for field in form:
        if not field.data:
            field.errors = []


@bp.post("/compliance/requirements")
@doors.signed_in
def create_requirement() -> Any:
    me = viewer()
    web.exists(access.can_write(me))
    form = web.bind(RequirementForm).offer()
    if not form.validate() or form.chosen is None:
        return _new_page(form, status=422)
    kind, target = form.chosen
    made = Requirement.set(
        kind=kind,
        target=target,
        audience=form.rule,
        rhythm=form.rhythm,
        starts_on=form.starts_on.data,
        by=me,
    )
    return go(
        f"/compliance/requirements/{made.id}",
        say="Required. Duties go out within a minute.",
        undo=f"/compliance/requirements/{made.id}/end",
    )


@bp.get("/compliance/requirements/<int:requirement_id>/edit")
@doors.signed_in
def edit_requirement(requirement_id: int) -> Any:
    """The terms; what a text says of itself is changed in that text."""
    me, found = viewer(), requirement_of(requirement_id)
    web.permit(access.can_write(me))
    if found.source:
        return redirect(f"{Document.get_by_id(found.target).url}/edit", 303)
    terms = _terms(found)
    return _edit_page(found, web.bind(TermsForm, terms_as_typed(terms)).offer(terms))


def _terms(found: Requirement) -> Terms:
    terms = found.terms()
    web.permit(terms)  # what has ended is resumed before it is changed
    assert terms is not None
    return terms


def _edit_page(
    found: Requirement, form: TermsForm, shown: Hits | None = None, status: int = 200
) -> Any:
    return render_template(
        "compliance/requirement_edit.html", form=form, hits=shown, requirement=found
    ), status


@bp.post("/compliance/requirements/<int:requirement_id>/preview")
@doors.signed_in
def preview_change(requirement_id: int) -> Any:
    """Whom other terms would hit, beside whom the present ones do; changes nothing."""
    found = to_write(requirement_id)
    form = web.bind(TermsForm).offer(_terms(found))
    shown = _hits_of(form, form.validate(), found.kind, found.target, found)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("compliance/_hits.html", hits=shown)
    return _edit_page(found, form, shown)


@bp.post("/compliance/requirements/<int:requirement_id>")
@doors.signed_in
def update_requirement(requirement_id: int) -> Any:
    me, found = viewer(), to_write(requirement_id)
    form = web.bind(TermsForm).offer(_terms(found))
    if not form.validate():
        return _edit_page(found, form, status=422)
    is_other = found.change(
        audience=form.rule, rhythm=form.rhythm, starts_on=form.starts_on.data, by=me
    )
    said = "Changed from today on; what was asked before stays as it was."
    return go(
        f"/compliance/requirements/{found.id}", say=said if is_other else "Nothing was different."
    )


# -- ended and resumed -------------------------------------------------------------------------


@bp.post("/compliance/requirements/<int:requirement_id>/end")
@doors.signed_in
def end_requirement(requirement_id: int) -> Any:
    me, found = viewer(), to_write(requirement_id)
    found.end(clock.today(Company.settings().zone), by=me)
    return go(
        f"/compliance/requirements/{found.id}",
        say="Ended. Nobody is asked for it any more; what was done stays on record.",
        undo=f"/compliance/requirements/{found.id}/resumption",
    )


@bp.post("/compliance/requirements/<int:requirement_id>/resumption")
@doors.signed_in
def resume_requirement(requirement_id: int) -> Any:
    me, found = viewer(), to_write(requirement_id)
    found.resume(by=me)
    return go(f"/compliance/requirements/{found.id}", say="Required again, as it was.")


# -- history -----------------------------------------------------------------------------------


@bp.get("/compliance/requirements/<int:requirement_id>/history")
@doors.signed_in
@doors.also_for("audit")
def show_history(requirement_id: int) -> Any:
    """What it asked from when to when, who said so and when."""
    found = requirement_of(requirement_id)
    return render_template(
        "compliance/requirement_history.html",
        requirement=found,
        title=found.title,
        history=people.history(found),
    )
