"""One requirement: who is meant and where each stands, asking them, excusing them, as a file."""

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request

from portal import audit, doors, text, web
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access, exemptions, people, words
from portal.compliance.forms import ExemptionForm, NudgeForm
from portal.compliance.models import Requirement
from portal.compliance.people import Asked
from portal.compliance.views import bp, requirement_of
from portal.hx import go
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.session import viewer

MOST_EXCUSED = 200


def _asked() -> Asked:
    state = request.values.get("state", "")
    return Asked(
        words=request.values.get("q", "")[:100].strip(),
        state=state if state in people.STATES else "",
        team=web.number(request.values.get("team", "")),
    )


@bp.get("/compliance/requirements/<int:requirement_id>")
@doors.signed_in
@doors.also_for("audit")
def show_requirement(requirement_id: int) -> Any:
    """Everyone it means with their state, by department, searched and filtered."""
    me, found = viewer(), requirement_of(requirement_id)
    today, asked, teams = me.today(), _asked(), Teams()
    page = web.Page(people.standing(found, asked, today, teams), web.page_number())
    partial = request.htmx.partial  # type: ignore[attr-defined]
    if partial:
        shown: dict[str, Any] = {}
    else:
        _note_reading(me, found)
        total, departments = people.by_department(found, today, teams)
        shown = {
            "title": found.title,
            "terms": found.last_terms(),
            "total": total,
            "departments": departments,
            "words": words,
        }
    return render_template(
        "compliance/_people.html" if partial else "compliance/requirement.html",
        requirement=found,
        asked=asked,
        page=page,
        states=people.STATES,
        may_write=access.can_write(me),
        may_change=access.can_change(me, found),
        may_excuse=lambda person_id: access.can_excuse(me, person_id),
        may_nudge=access.can_nudge(me) and bool(found.kind_of.duty),
        ripe_until=today + timedelta(days=nudges.NEAR_DAYS),
        **shown,
    )


def _note_reading(me: Person, found: Requirement) -> None:
    """Whoever audits reads names and states of everyone: that is noted."""
    if me.is_auditor:
        audit.looked(me, found)


@bp.post("/compliance/requirements/<int:requirement_id>/file")
@doors.signed_in
def export_requirement(requirement_id: int) -> Any:
    """The list as it is filtered, as CSV; that it was taken is in the trail."""
    me, found = viewer(), requirement_of(requirement_id)
    _note_reading(me, found)
    content = people.export(found, _asked(), today=me.today(), by=me)
    name = f"{text.slugify(found.title)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)


# -- asked for ---------------------------------------------------------------------------------


def _owed(found: Requirement, typed: str) -> list[Assignment]:
    """The duties of one person (an id), or of everyone (nothing)."""
    person_id = web.number(typed) if typed else None
    web.exists(person_id is not None or not typed)
    return people.owed(found, viewer().today(), person_id)


@bp.get("/compliance/requirements/<int:requirement_id>/nudge")
@doors.signed_in
def preview_nudge(requirement_id: int) -> Any:
    """Whom asking would reach, before it is done."""
    me, found = viewer(), requirement_of(requirement_id)
    web.permit(access.can_nudge(me))
    person = request.args.get("person", "")[:20]
    return render_template(
        "compliance/requirement_nudge.html",
        requirement=found,
        title=found.title,
        person=person,
        found=nudges.plan(_owed(found, person), by=me),
        most=people.MOST_NUDGED,
    )


@bp.post("/compliance/requirements/<int:requirement_id>/nudge")
@doors.signed_in
def nudge(requirement_id: int) -> Any:
    me, found = viewer(), requirement_of(requirement_id)
    web.permit(access.can_nudge(me))
    form = web.bind(NudgeForm)
    web.exists(form.validate())
    done = nudges.send(_owed(found, form.person.data or ""), by=me)
    return go(f"/compliance/requirements/{found.id}", say=done.done)


# -- excused -----------------------------------------------------------------------------------


def _chosen(found: Requirement, typed: list[str]) -> list[Person]:
    """Those of the people chosen whom it means and whom the viewer may excuse."""
    me = viewer()
    ids = {number for one in typed[:MOST_EXCUSED] if (number := web.number(one)) is not None}
    meant = people.meant_by(found, ids, me.today())
    return [person for person in meant if access.can_excuse(me, person)]


@bp.get("/compliance/requirements/<int:requirement_id>/exemption")
@doors.signed_in
def new_exemption(requirement_id: int) -> Any:
    """Why these people need not do it, and until when."""
    found = requirement_of(requirement_id)
    web.permit(access.can_write(viewer()))
    return _exemption_page(found, ExemptionForm(), request.args.getlist("person"))


def _exemption_page(
    found: Requirement, form: ExemptionForm, typed: list[str], status: int = 200
) -> Any:
    return render_template(
        "compliance/requirement_excuse.html",
        requirement=found,
        title=found.title,
        form=form,
        chosen=_chosen(found, typed),
    ), status


@bp.post("/compliance/requirements/<int:requirement_id>/exemption")
@doors.signed_in
def create_exemption(requirement_id: int) -> Any:
    me, found = viewer(), requirement_of(requirement_id)
    web.permit(access.can_write(me))
    form = web.bind(ExemptionForm)
    chosen, until = _chosen(found, form.person.data or []), form.until.data
    valid = form.validate()
    if until is not None and until < me.today():
        valid, form.until.errors = False, ["Today or later: what has passed is not excused."]
    if not chosen:
        valid, form.person.errors = False, ["Choose somebody it means, and not yourself."]
    if not valid:
        return _exemption_page(found, form, form.person.data or [], 422)
    exemptions.exempt(found, chosen, until=until, reason=form.reason.data, by=me)
    # One excuse is undone with a tap; many are taken back one by one, from the list of the excused.
    address = f"/compliance/requirements/{found.id}"
    undo = f"{address}/people/{chosen[0].id}/asking" if len(chosen) == 1 else ""
    return go(address, say=f"{_named(chosen)} excused{_until(until)}.", undo=undo)


def _named(chosen: list[Person]) -> str:
    if len(chosen) == 1:
        return f"{chosen[0].called} is"
    return f"{text.count(len(chosen), 'person', 'people')} are"


def _until(until: date | None) -> str:
    return f" until {web.day(until)}" if until else " for good"


@bp.post("/compliance/requirements/<int:requirement_id>/people/<int:person_id>/asking")
@doors.signed_in
def end_exemption(requirement_id: int, person_id: int) -> Any:
    """Asked again from today on."""
    me, found = viewer(), requirement_of(requirement_id)
    web.permit(access.can_write(me))
    (person,) = people.meant_by(found, [person_id], me.today()) or [None]
    web.exists(person is not None)
    assert person is not None
    web.permit(access.can_excuse(me, person))
    back = exemptions.take_back(found, [person], by=me)
    said = f"{person.called} is asked again." if back else f"{person.called} was not excused."
    return go(f"/compliance/requirements/{found.id}", say=said)
