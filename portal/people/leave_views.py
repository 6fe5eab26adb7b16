"""Leave and dotted lines, recorded by HR on a person's file."""

from typing import Any

from flask import render_template

from portal import clock, doors, web
from portal.hx import go
from portal.people import access
from portal.people.dotted import DottedLine
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org_forms import BackForm, DottedForm, LeaveForm
from portal.people.position_views import why_not
from portal.people.session import viewer
from portal.people.views import bp, to_correct


@bp.get("/people/leave")
@doors.signed_in
def list_leave() -> Any:
    """Who is away, who will be, and whose leave is over without a word."""
    me = viewer()
    web.exists(access.can_administer(me))
    today = clock.today()
    return render_template(
        "people/leave_list.html",
        leaves=web.Page(Leave.not_over(today), web.page_number()),
        expired=list(Leave.expired(today)),
        today=today,
    )


@bp.get("/people/<int:person_id>/leave")
@doors.signed_in
def new_leave(person_id: int) -> Any:
    person = to_correct(person_id)
    form = web.bind(LeaveForm, {"starts_on": person.today()})
    return _page(person, None, form)


def _page(person: Person, leave: Leave | None, form: LeaveForm, status: int = 200) -> Any:
    back = BackForm(data={"returned_on": person.today()})
    shown = {"person": person, "leave": leave, "form": form, "back": back}
    return render_template("people/leave.html", **shown), status


@bp.post("/people/<int:person_id>/leave")
@doors.signed_in
def record_leave(person_id: int) -> Any:
    person = to_correct(person_id)
    form = web.bind(LeaveForm)
    if not form.validate():
        return _page(person, None, form, 422)
    try:
        Leave.record(person, by=viewer(), **form.data)
    except ValueError as error:
        form.starts_on.errors = [str(error)]
        return _page(person, None, form, 422)
    return go(f"/people/{person.id}", say=f"Away from {web.day(form.starts_on.data)} on.")


def _leave(person_id: int, leave_id: int) -> tuple[Person, Leave]:
    person = to_correct(person_id)
    return person, web.get_or_404(Leave.recorded_of(person), id=leave_id)


@bp.get("/people/<int:person_id>/leave/<int:leave_id>")
@doors.signed_in
def edit_leave(person_id: int, leave_id: int) -> Any:
    person, leave = _leave(person_id, leave_id)
    values = {name: getattr(leave, name) for name in LeaveForm()._fields}
    return _page(person, leave, web.bind(LeaveForm, values))


@bp.post("/people/<int:person_id>/leave/<int:leave_id>")
@doors.signed_in
def change_leave(person_id: int, leave_id: int) -> Any:
    person, leave = _leave(person_id, leave_id)
    form = web.bind(LeaveForm)
    if not form.validate():
        return _page(person, leave, form, 422)
    try:
        leave.change(by=viewer(), **form.data)
    except ValueError as error:
        form.starts_on.errors = [str(error)]
        return _page(person, leave, form, 422)
    return go(f"/people/{person.id}", say="Saved.")


@bp.post("/people/<int:person_id>/leave/<int:leave_id>/return")
@doors.signed_in
def end_leave(person_id: int, leave_id: int) -> Any:
    person, leave = _leave(person_id, leave_id)
    form = web.bind(BackForm)
    values = {name: getattr(leave, name) for name in LeaveForm()._fields}
    if not form.validate() or form.returned_on.data < leave.starts_on:
        edit = LeaveForm(data=values)
        said = "Say since which day they are back: not before the leave began."
        edit.form_errors = [*edit.form_errors, said]
        return _page(person, leave, edit, 422)
    leave.come_back(form.returned_on.data, by=viewer())
    return go(f"/people/{person.id}", say=f"{person.first_name} is back.")


@bp.post("/people/<int:person_id>/leave/<int:leave_id>/cancellation")
@doors.signed_in
def cancel_leave(person_id: int, leave_id: int) -> Any:
    person, leave = _leave(person_id, leave_id)
    leave.cancel(by=viewer(), now=clock.now())
    return go(f"/people/{person.id}", say="Taken out. It counts nowhere any more.")


@bp.get("/people/<int:person_id>/dotted")
@doors.signed_in
def new_dotted(person_id: int) -> Any:
    person = to_correct(person_id)
    form = web.bind(DottedForm, {"starts_on": person.today()})
    return render_template("people/dotted.html", person=person, form=form)


@bp.post("/people/<int:person_id>/dotted")
@doors.signed_in
def draw_dotted(person_id: int) -> Any:
    person = to_correct(person_id)
    form = web.bind(DottedForm)
    lead = Person.by_email(form.lead.data) if form.validate() else None
    if form.lead.data and not form.lead.errors:
        form.lead.errors = why_not(lead, person)
    if form.errors or lead is None:
        return render_template("people/dotted.html", person=person, form=form), 422
    DottedLine.draw(
        person,
        lead,
        form.purpose.data,
        by=viewer(),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
    )
    say = f"{person.first_name} works with {lead.called} for {form.purpose.data}, too."
    return go(f"/people/{person.id}", say=say)


@bp.post("/people/<int:person_id>/dotted/<int:line_id>/end")
@doors.signed_in
def end_dotted(person_id: int, line_id: int) -> Any:
    person = to_correct(person_id)
    line = web.get_or_404(DottedLine.of(person), id=line_id)
    line.end(person.today(), by=viewer())
    return go(f"/people/{person.id}", say="It ends today.")
