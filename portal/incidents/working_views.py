"""Working on a report: answers, measures, what came of it, and closing it."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.hx import go
from portal.incidents import access
from portal.incidents.forms import AssessForm, CloseForm, MeasureForm, NoteForm
from portal.incidents.models import Incident, Measure
from portal.incidents.views import bp, incident_or_404, show_page
from portal.people.session import viewer

FASTER = "Somebody was faster: look at it again."


def _to_work_on(incident_id: int) -> Incident:
    incident = incident_or_404(incident_id)
    web.permit(access.can_work_on(viewer(), incident))
    return incident


@bp.post("/incidents/<int:incident_id>/notes")
@doors.signed_in
def add_note(incident_id: int) -> Any:
    me, incident = viewer(), incident_or_404(incident_id)
    form = web.bind(NoteForm)
    if not form.validate():
        return show_page(incident, 422, note=form)
    if not incident.add(form.text.data, by=me):
        return go(incident.url, say="It is closed. Report what is new as an incident of its own.")
    reader = (
        "Whoever works on it" if incident.reporter_id == me.id else incident.reporter.first_name
    )
    return go(f"{incident.url}#notes", say=f"Noted. {reader} reads it here.")


@bp.post("/incidents/<int:incident_id>/assessment")
@doors.signed_in
def assess(incident_id: int) -> Any:
    incident = _to_work_on(incident_id)
    form = web.bind(AssessForm).of(incident.sort_of, access.courses())
    if not form.validate():
        return show_page(incident, 422, assess=form)
    incident.assess(by=viewer(), outcome=form.outcome.data, course=form.chosen)
    return go(incident.url, say="Saved.")


@bp.post("/incidents/<int:incident_id>/measures")
@doors.signed_in
def take_measure(incident_id: int) -> Any:
    incident = _to_work_on(incident_id)
    form = web.bind(MeasureForm)
    if not form.validate():
        return show_page(incident, 422, measure=form)
    person = form.found
    assert person is not None
    incident.take_measure(form.title.data, person, form.due_on.data, by=viewer())
    return go(f"{incident.url}#measures", say=f"It stands on {person.first_name}’s Today.")


@bp.post("/incidents/<int:incident_id>/closing")
@doors.signed_in
def close(incident_id: int) -> Any:
    incident = _to_work_on(incident_id)
    form = web.bind(CloseForm)
    if not form.validate():
        return show_page(incident, 422, close=form)
    if not incident.close(form.learned.data, by=viewer()):
        return go(incident.url, say=FASTER)
    return go(incident.url, say="Closed.", undo=f"{incident.url}/reopening")


@bp.post("/incidents/<int:incident_id>/reopening")
@doors.signed_in
def reopen(incident_id: int) -> Any:
    incident = _to_work_on(incident_id)
    is_open = incident.reopen(by=viewer())
    return go(incident.url, say="It is open again." if is_open else "It cannot be opened again.")


# -- a measure, for whoever is to take it ------------------------------------------------------


def _measure(measure_id: int) -> Measure:
    visible = Measure.with_duties(access.measures_visible_to(viewer()))
    return web.get_or_404(visible, id=measure_id)  # type: ignore[no-any-return]


@bp.get("/incidents/measures/<int:measure_id>")
@doors.signed_in
def show_measure(measure_id: int) -> Any:
    me, measure = viewer(), _measure(measure_id)
    return render_template(
        "incidents/measure.html",
        measure=measure,
        incident=measure.incident,
        works_on=access.can_work_on(me, measure.incident),
        is_mine=measure.duty.person_id == me.id,
    )


@bp.post("/incidents/measures/<int:measure_id>/completion")
@doors.signed_in
def complete_measure(measure_id: int) -> Any:
    measure = _measure(measure_id)
    measure.complete(by=viewer())
    return go(measure.url, say="Done. Thank you.", undo=f"{measure.url}/reopening")


@bp.post("/incidents/measures/<int:measure_id>/reopening")
@doors.signed_in
def reopen_measure(measure_id: int) -> Any:
    measure = _measure(measure_id)
    measure.reopen(by=viewer())
    return go(measure.url, say="It is to be done again.")
