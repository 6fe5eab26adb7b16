"""Starting a checklist, following it, and taking its steps."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, text, web
from portal.assignments.due import Due, words
from portal.assignments.forms import OwnerForm
from portal.assignments.models import Assignment
from portal.checklists import access, starting, suggesting
from portal.checklists.forms import SkipForm, StarterForm, StartForm, StopForm
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.forms import Form
from portal.hx import answer, go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("checklists", __name__)
# The fields in which a colleague's address is typed, as they arrive from htmx.
_ADDRESS_FIELDS = ("manager", "buddy", "email")
bp.add_app_template_filter(lambda due: words(Due.parse(due)), "due_words")


@bp.get("/checklists")
@doors.signed_in
def index() -> Any:
    me = viewer()
    show, about = request.args.get("show", "running"), request.args.get("person", "")
    found = Checklist.listing(access.visible_to(me), show == "finished")
    if about.isdecimal() and len(about) < 18:
        show, found = "person", Checklist.of_person(access.visible_to(me), int(about))
    page = web.Page(found, web.page_number())
    Checklist.count_steps(page.rows, me.today())
    return render_template(
        "checklists/index.html", page=page, show=show, may_start=access.can_start(me)
    )


@bp.get("/checklists/new")
@doors.signed_in
def new() -> Any:
    """A new starter: the form, and beside it what Start will do."""
    web.exists(access.can_start(viewer()))
    form = starting.offered(web.bind(StarterForm))
    return _starter_page(form, None)


def _starter_page(form: StarterForm, shown: Any, status: int = 200) -> Any:
    return render_template(
        "checklists/new.html",
        form=form,
        preview=shown,
        colleagues=suggesting.colleagues(viewer()),
    ), status


@bp.get("/checklists/colleagues")
@doors.signed_in
def suggest() -> Any:
    """Addresses to choose from while one is typed, where the list in the page is not all."""
    me = viewer()
    web.exists(access.can_start(me) or me.has_reports)
    words = next((request.args[name] for name in _ADDRESS_FIELDS if name in request.args), "")
    return render_template(
        "checklists/_colleagues.html", colleagues=suggesting.colleagues(me, words[:100])
    )


@bp.post("/checklists/new/preview")
@doors.signed_in
def preview() -> Any:
    """The steps with owners and dates, drawn while the form is filled; changes nothing."""
    web.exists(access.can_start(viewer()))
    form = starting.offered(web.bind(StarterForm))
    form.validate()
    shown = starting.preview(form)
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template("checklists/_preview.html", preview=shown)
    _hush(form)
    return _starter_page(form, shown)


def _hush(form: Form) -> None:
    """Who only looks ahead is not told off for what is still empty."""
    for field in form:
        if not field.data:
            field.errors = []


@bp.post("/checklists")
@doors.signed_in
def create() -> Any:
    me = viewer()
    web.exists(access.can_start(me))
    form = starting.offered(web.bind(StarterForm))
    checklist = starting.start(form, by=me) if form.validate() else None
    if checklist is None:
        return _starter_page(form, starting.preview(form), 422)
    steps = text.count(checklist.steps.count(), "step")
    return go(
        f"/checklists/{checklist.id}",
        say=f"{checklist.person.first_name}’s onboarding has begun: {steps} handed out.",
    )


@bp.get("/people/<int:person_id>/checklists/new")
@doors.signed_in
def choose(person_id: int) -> Any:
    """A plan for somebody who is here already."""
    person = _subject(person_id)
    transition = request.args.get("transition") or starting.likely_transition(person)
    return _choice_page(person, starting.choice_for(person, transition))


def _choice_page(person: Person, form: StartForm, status: int = 200) -> Any:
    shown = starting.preview_for(person, form)
    return render_template(
        "checklists/choose.html", person=person, form=form, preview=shown
    ), status


@bp.post("/people/<int:person_id>/checklists/preview")
@doors.signed_in
def preview_choice(person_id: int) -> Any:
    person = _subject(person_id)
    form = starting.choice_for(person)
    form.validate()
    if request.htmx.partial:  # type: ignore[attr-defined]
        shown = starting.preview_for(person, form)
        return render_template("checklists/_preview.html", preview=shown)
    _hush(form)
    return _choice_page(person, form)


@bp.post("/people/<int:person_id>/checklists")
@doors.signed_in
def start(person_id: int) -> Any:
    person = _subject(person_id)
    form = starting.choice_for(person)
    checklist = starting.start_for(person, form, by=viewer()) if form.validate() else None
    if checklist is None:
        return _choice_page(person, form, 422)
    return go(f"/checklists/{checklist.id}", say=f"{checklist.title} has begun.")


def _subject(person_id: int) -> Person:
    me = viewer()
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.permit(access.can_start(me, person))
    return person


@bp.get("/checklists/<int:checklist_id>")
@doors.signed_in
def show(checklist_id: int) -> Any:
    return _show(checklist_id, StopForm())


def _show(checklist_id: int, form: StopForm, status: int = 200) -> Any:
    me = viewer()
    checklist = Checklist.find(checklist_id)
    web.exists(checklist is not None and access.can_open(me, checklist))
    steps = Step.of(checklist)
    return render_template(
        "checklists/show.html",
        checklist=checklist,
        phases=Step.in_phases(steps),
        steps=steps,
        powers=access.Powers(me, checklist),
        stop_form=form,
    ), status


@bp.post("/checklists/<int:checklist_id>/end")
@doors.signed_in
def stop(checklist_id: int) -> Any:
    me = viewer()
    checklist = web.get_or_404(access.visible_to(me), id=checklist_id)
    web.permit(access.can_stop(me, checklist))
    form = web.bind(StopForm)
    if not form.validate():
        return _show(checklist_id, form, 422)
    checklist.stop(by=me, reason=form.reason.data)
    return go(f"/checklists/{checklist.id}", say="Ended. What was done stays readable.")


# -- steps -----------------------------------------------------------------------------------


def _step(step_id: int) -> Step:
    """The step, or 404. The most asked address of all, so its SQL is written once and the right
    to see it is asked of the loaded row."""
    step = Step.find(step_id)
    web.exists(step is not None and access.can_see(viewer(), step))
    return step  # type: ignore[return-value]


@bp.get("/checklists/steps/<int:step_id>")
@doors.signed_in
def show_step(step_id: int) -> Any:
    return _step_page(_step(step_id))


def _step_page(step: Step, status: int = 200, **invalid: Any) -> Any:
    me = viewer()
    forms = {"skip_form": SkipForm(), "owner_form": OwnerForm(), **invalid}
    may_hand_over = access.can_hand_over(me, step)
    return render_template(
        "checklists/step.html",
        step=step,
        checklist=step.checklist,
        opens_list=access.can_open(me, step.checklist),
        powers=access.Powers(me, step.checklist),
        colleagues=suggesting.colleagues(me) if may_hand_over else None,
        **forms,
    ), status


@bp.post("/checklists/steps/<int:step_id>/completion")
@doors.signed_in
def complete_step(step_id: int) -> Any:
    me, step = viewer(), _step(step_id)
    web.permit(access.can_complete(me, step))
    step.complete(by=me)
    return _after(step)


@bp.post("/checklists/steps/<int:step_id>/reopening")
@doors.signed_in
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
    if not access.can_open(viewer(), step.checklist):
        back = f"/checklists/steps/{step.id}"
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


def _page_of(step: Step) -> str:
    """Where the viewer follows this step: its checklist, or for an owner from outside itself."""
    if access.can_open(viewer(), step.checklist):
        return f"/checklists/{step.checklist_id}#step-{step.id}"
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
