"""Taking a step: done, with a proof, skipped, handed over, moved, asked for; its calendar file."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request

from portal import db, doors, ics, web
from portal.assignments import nudges
from portal.assignments.forms import OwnerForm
from portal.assignments.models import Assignment
from portal.checklists import access, meetings, suggesting, welcome
from portal.checklists.forms import MoveForm, SkipForm, StepProofForm
from portal.checklists.holdings import ProofFile
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.checklists.views import bp
from portal.hx import answer, go
from portal.mail.jobs import send_letters
from portal.people.models import Person
from portal.people.session import viewer
from portal.uploads.forms import GONE, receive


def _step(step_id: int) -> Step:
    """The step, or 404. The most asked address of all, so its SQL is written once and the right
    to see it is asked of the loaded row."""
    step = Step.find(step_id)
    web.exists(step is not None and access.can_see(viewer(), step))
    return step  # type: ignore[return-value]


@bp.get("/checklists/steps/<int:step_id>")
@doors.signed_in
@doors.also_for(welcome.PURPOSE)
def show_step(step_id: int) -> Any:
    return _step_page(_step(step_id))


def _step_page(step: Step, status: int = 200, **invalid: Any) -> Any:
    me = viewer()
    forms = {
        "skip_form": SkipForm(),
        "owner_form": OwnerForm(),
        "proof_form": StepProofForm(),
        "move_form": MoveForm(data={"due_on": step.due_on, "at": step.at}),
        **invalid,
    }
    may_hand_over = access.can_hand_over(me, step)
    return render_template(
        "checklists/step.html",
        step=step,
        checklist=step.checklist,
        opens_list=_follows_list(me, step.checklist),
        powers=access.Powers(me, step.checklist),
        colleagues=suggesting.colleagues(me) if may_hand_over else None,
        may_nudge=access.can_nudge(me, step),
        may_move=access.can_move(me, step),
        has_event=access.can_fetch_event(me, step),
        **forms,
    ), status


@bp.post("/checklists/steps/<int:step_id>/completion")
@doors.signed_in
@doors.also_for(welcome.PURPOSE)
def complete_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    web.permit(access.can_complete(me, step))
    if not step.wants_proof or step.state != "open":
        step.complete(by=me)
        return _after(step)
    if "proof" not in request.form:
        # Ticked in a list: what it wants to know is asked on its page.
        return go(f"/checklists/steps/{step.id}#proof", say="This one is done with a proof.")
    form = web.bind(StepProofForm)
    receive(form, by=me)
    if not form.validate():
        return _step_page(step, 422, proof_form=form)
    if not _complete_with_proof(step, form):
        form.file.upload, form.file.errors = None, [GONE]
        return _step_page(step, 422, proof_form=form)
    undo = f"/checklists/steps/{step.id}/reopening"
    return go(_page_of(step), say=SAID[step.state] + step.title, undo=undo)


def _complete_with_proof(step: Step, form: StepProofForm) -> bool:
    """False where the file is gone. It is used up only if nobody was faster with the step."""
    with db.write():
        if not step.is_still_open():
            return True
        file = _file_of(form)
        if form.file.upload is not None and file is None:
            return False
        step.complete(by=viewer(), proof=form.proof.data, file=file)
    return True


def _file_of(form: StepProofForm) -> ProofFile | None:
    """The file that came with the proof; None where there is none, or it is gone meanwhile."""
    upload = form.file.upload
    if upload is None or not form.file.take():
        return None
    return ProofFile(upload.blob, upload.name, upload.media_type)


@bp.post("/checklists/steps/<int:step_id>/reopening")
@doors.signed_in
@doors.also_for(welcome.PURPOSE)
def reopen_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    if step.state == "open":
        # Nothing to take back: and nothing is, should somebody complete it this very moment.
        return _after(step)
    web.permit(access.can_reopen(me, step))
    step.reopen(by=me)
    return _after(step)


FROM_TODAY = "?from=today"
SAID = {"done": "Done: ", "skipped": "Skipped: ", "open": "Back in the list: "}


def _after(step: Step) -> Any:
    """The step anew, where it was ticked: in Today's list or in its checklist. What is said is
    what it is now, which is not what was asked for when somebody else was faster."""
    say = SAID[step.state] + step.title
    undo = f"/checklists/steps/{step.id}/reopening" if step.state != "open" else ""
    if request.values.get("from") == "today":
        row = step.assignments().order_by(Assignment.id.desc()).first()
        undo = f"{undo}{FROM_TODAY}" if undo else ""
        return answer("home/_row.html", back="/", say=say, undo=undo, row=row)
    powers = access.Powers(viewer(), step.checklist)
    if not _follows_list(viewer(), step.checklist):
        back = _page_of(step)
        return answer(
            "checklists/_step.html", back=back, say=say, undo=undo, step=step, powers=powers
        )
    steps = Step.of(step.checklist)
    return answer(
        "checklists/_ticked.html",
        back=_page_of(step),
        say=say,
        undo=undo,
        step=step,
        checklist=step.checklist,
        steps=steps,
        phases=Step.in_phases(steps),
        powers=powers,
    )


def _follows_list(me: Person, checklist: Checklist) -> bool:
    """Whether the viewer has the list's page; whoever came by a pass has their own steps only."""
    return access.can_open(me, checklist) and not me.device.scope


def _page_of(step: Step) -> str:
    """Where the viewer follows this step: its checklist, or for an owner from outside itself."""
    if _follows_list(viewer(), step.checklist):
        return f"/checklists/{step.checklist_id}#step-{step.id}"
    if viewer().device.scope:
        return "/welcome"
    return f"/checklists/steps/{step.id}"


@bp.post("/checklists/steps/<int:step_id>/skip")
@doors.signed_in
def skip_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    web.permit(access.can_skip(me, step))
    form = web.bind(SkipForm)
    if not form.validate():
        return _step_page(step, 422, skip_form=form)
    step.skip(form.reason.data, by=me)
    return go(
        _page_of(step),
        say=SAID[step.state] + step.title,
        undo=f"/checklists/steps/{step.id}/reopening",
    )


@bp.post("/checklists/steps/<int:step_id>/owner")
@doors.signed_in
def hand_over_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    web.permit(access.can_hand_over(me, step))
    form = web.bind(OwnerForm)
    person = form.find(me) if form.validate() else None
    if person is None:
        return _step_page(step, 422, owner_form=form)
    step.hand_to(person, by=me)
    return go(_page_of(step), say=f"{person.called} has it now.")


@bp.post("/checklists/steps/<int:step_id>/day")
@doors.signed_in
def move_step(step_id: int) -> Any:
    """Another day or time. What undoes it is the same with the day before, in the address."""
    me, step = viewer(), _step(step_id)
    web.permit(access.can_move(me, step))
    form = MoveForm(request.args) if "due_on" in request.args else web.bind(MoveForm)
    if not form.validate():
        return _step_page(step, 422, move_form=form)
    before = {"due_on": step.due_on, "at": step.at}
    if not step.move(form.due_on.data, form.at.data or "", by=me):
        return go(_page_of(step))
    at = f" at {step.at}" if step.at else ""
    undo = f"/checklists/steps/{step.id}/day?{urlencode(before)}" if before["due_on"] else ""
    return go(_page_of(step), say=f"Now on {web.day(step.due_on)}{at}.", undo=undo)


@bp.post("/checklists/steps/<int:step_id>/nudge")
@doors.signed_in
def nudge_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    web.permit(access.can_nudge(me, step))
    asked = nudges.send(step.open_duties(), by=me)
    send_letters.wake()
    return go(_page_of(step), say=asked.done)


@bp.get("/checklists/steps/<int:step_id>/event.ics")
@doors.signed_in
@doors.also_for(welcome.PURPOSE)
def fetch_event(step_id: int) -> Any:
    """The meeting as a file for the calendar."""
    step = _step(step_id)
    web.exists(access.can_fetch_event(viewer(), step))
    file = ics.calendar([meetings.event_of(step, current_app.config["APP_URL"])])
    headers = {"Content-Disposition": f"attachment; filename=meeting-{step.id}.ics"}
    return Response(file, mimetype=ics.MEDIA_TYPE, headers=headers)


@bp.get("/checklists/<int:checklist_id>/nudge")
@doors.signed_in
def preview_nudges(checklist_id: int) -> Any:
    """Whom a nudge would reach, before it does."""
    checklist = _to_nudge(checklist_id)
    found = nudges.plan(checklist.late_duties(viewer().today()), by=viewer())
    return render_template("checklists/nudge.html", checklist=checklist, found=found)


@bp.post("/checklists/<int:checklist_id>/nudge")
@doors.signed_in
def nudge_late(checklist_id: int) -> Any:
    checklist = _to_nudge(checklist_id)
    asked = nudges.send(checklist.late_duties(viewer().today()), by=viewer())
    send_letters.wake()
    return go(f"/checklists/{checklist.id}", say=asked.done)


def _to_nudge(checklist_id: int) -> Checklist:
    me = viewer()
    checklist = Checklist.find(checklist_id)
    web.exists(checklist is not None and access.can_open(me, checklist))
    web.permit(access.can_nudge_all(me, checklist))
    return checklist  # type: ignore[return-value]
