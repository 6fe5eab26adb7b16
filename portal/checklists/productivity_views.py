"""Time to productivity: what managers say of each, and the figure by role."""

from typing import Any

from flask import Response, render_template

from portal import doors, web
from portal.checklists import access, attestations
from portal.checklists.attestations import Attestation
from portal.checklists.models import Checklist
from portal.checklists.rule_forms import AttestForm, NotYetForm
from portal.checklists.views import bp
from portal.hx import go
from portal.people.session import viewer
from portal.people.tables import write_table


@bp.get("/checklists/productivity")
@doors.signed_in
def show_productivity() -> Any:
    """By role and level: the median of days, always with its n."""
    me = viewer()
    web.exists(access.can_see_productivity(me))
    found = attestations.cases(access.productivity_visible_to(me))
    return render_template(
        "checklists/productivity.html",
        lines=attestations.by_role(found),
        cases=found,
        may_attest=lambda checklist: access.can_attest(me, checklist),
    )


@bp.get("/checklists/productivity.csv")
@doors.signed_in
def export_productivity() -> Any:
    me = viewer()
    web.exists(access.can_see_productivity(me))
    found = attestations.cases(access.productivity_visible_to(me))
    head = ["role", "level", "person", "first day", "asked on", "productive since", "days"]
    rows = [
        _cells(
            case.role,
            case.level,
            case.checklist.person.called,
            case.checklist.anchor_on,
            case.checklist.success_by,
            case.said.since_on if case.said else None,
            case.days,
        )
        for case in found
    ]
    headers = {"Content-Disposition": "attachment; filename=time-to-productivity.csv"}
    return Response(
        write_table(head, [["" if cell is None else str(cell) for cell in row] for row in rows]),
        mimetype="text/csv",
        headers=headers,
    )


def _cells(*values: Any) -> list[str]:
    return ["" if value is None else str(value) for value in values]


def _to_attest(checklist_id: int) -> Checklist:
    """The list, for whoever may say; for everybody else there is no such page."""
    checklist = Checklist.find(checklist_id)
    web.exists(checklist is not None and checklist.success_by is not None)
    web.exists(access.can_attest(viewer(), checklist))  # type: ignore[arg-type]
    return checklist  # type: ignore[return-value]


@bp.get("/checklists/<int:checklist_id>/productivity")
@doors.signed_in
def show_attestation(checklist_id: int) -> Any:
    return _page(_to_attest(checklist_id), AttestForm(), NotYetForm())


def _page(checklist: Checklist, yes: AttestForm, no: NotYetForm, status: int = 200) -> Any:
    return render_template(
        "checklists/attest.html",
        checklist=checklist,
        said=Attestation.of(checklist),
        yes=yes,
        no=no,
    ), status


@bp.post("/checklists/<int:checklist_id>/productivity")
@doors.signed_in
def attest(checklist_id: int) -> Any:
    """Yes, since a day that lies between the first day and today."""
    me, checklist = viewer(), _to_attest(checklist_id)
    form = web.bind(AttestForm)
    valid = form.validate()
    if valid and not checklist.anchor_on <= form.since_on.data <= me.today():
        valid = False
        form.since_on.errors = [f"A day from {web.day(checklist.anchor_on)} until today."]
    if not valid:
        return _page(checklist, form, NotYetForm(), 422)
    said = Attestation.say(checklist, by=me, since_on=form.since_on.data)
    name = checklist.person.first_name
    return _said(said, f"{name} is productive since {web.day(said.since_on)}.")


@bp.post("/checklists/<int:checklist_id>/productivity/later")
@doors.signed_in
def attest_later(checklist_id: int) -> Any:
    me, checklist = viewer(), _to_attest(checklist_id)
    form = web.bind(NotYetForm)
    if not form.validate():
        return _page(checklist, AttestForm(), form, 422)
    said = Attestation.say(checklist, by=me, since_on=None, word=form.word.data or "")
    return _said(said, "Not yet. We ask again in two weeks.")


def _said(said: Attestation, say: str) -> Any:
    undo = f"/checklists/{said.checklist_id}/productivity/{said.id}/withdrawal"
    return go(f"/checklists/{said.checklist_id}/productivity", say=say, undo=undo)


@bp.post("/checklists/<int:checklist_id>/productivity/<int:said_id>/withdrawal")
@doors.signed_in
def withdraw_attestation(checklist_id: int, said_id: int) -> Any:
    """Said by mistake: whoever said it takes it back, or HR."""
    me, checklist = viewer(), _to_attest(checklist_id)
    said = web.get_or_404(checklist.attestations, id=said_id)
    web.permit(me.is_hr or said.said_by_id == me.id)
    said.withdraw(by=me)
    return go(f"/checklists/{checklist.id}/productivity", say="Taken back.")
