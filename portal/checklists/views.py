"""Starting a checklist, following it, and taking its steps."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, text, web
from portal.assignments.due import Due, words
from portal.checklists import access, board, starting, suggesting, welcome
from portal.checklists.attestations import Attestation
from portal.checklists.forms import StarterForm, StartForm, StopForm
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.forms import Form
from portal.hx import go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("checklists", __name__)
# Two hundred running lists are still one page: a board one has to leaf through shows nothing.
BOARD_ROWS = 200
# The fields in which a colleague's address is typed, as they arrive from htmx.
_ADDRESS_FIELDS = ("manager", "buddy", "email")
bp.add_app_template_filter(lambda due: words(Due.parse(due)), "due_words")
bp.add_app_template_filter(text.plain_words, "plain_words")


@bp.get("/checklists")
@doors.signed_in
def index() -> Any:
    """The board: every list the viewer may open, a row each, with its phases as segments."""
    me = viewer()
    asked = _filters()
    visible = access.visible_to(me)
    page = web.Page(asked.apply(visible, me.today()), web.page_number(), BOARD_ROWS)
    rows = board.rows(page.rows, me.today())
    leads = access.can_follow_others(me)
    teams, plans = board.choices(visible) if leads else ([], [])
    return render_template(
        "checklists/index.html",
        page=page,
        rows=rows,
        groups=board.grouped(rows),
        asked=asked,
        filters=request.args.to_dict(),
        transitions=board.GROUPS,
        teams=teams,
        plans=plans,
        leads=leads,
        on_time=board.on_time(asked.only(visible, me.today()), me.today()) if me.is_hr else None,
        target=board.ON_TIME_TARGET,
        may_start=access.can_start(me),
        may_see_out=access.can_see_what_is_out(me),
    )


def _filters() -> board.Filters:
    """What the address asks for; a word nobody knows asks for nothing."""
    transition = request.args.get("transition", "")
    return board.Filters(
        transition=transition if transition in board.GROUPS else "",
        team=_number("team"),
        plan=_number("plan"),
        finished=request.args.get("show") == "finished",
        person=_number("person"),
    )


def _number(name: str) -> int:
    return web.number(request.args.get(name, "")) or 0


@bp.get("/checklists/new")
@doors.signed_in
def new() -> Any:
    """A new starter: the form, and beside it what Start will do."""
    web.exists(access.can_start(viewer()))
    vacancy = starting.vacancy_of(request.args.get("vacancy", ""))
    known = vacancy.prefill() | {"vacancy": str(vacancy.id)} if vacancy else {}
    form = starting.offered(web.bind(StarterForm, known))
    return _starter_page(form, starting.preview(form, by=viewer()) if vacancy else None)


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
    shown = starting.preview(form, by=viewer())
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
        return _starter_page(form, starting.preview(form, by=me), 422)
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
        late=any(step.is_overdue(me.today()) for step in steps),
        may_nudge=access.can_nudge_all(me, checklist),
        may_attest=(
            may_attest := checklist.success_by is not None and access.can_attest(me, checklist)
        ),
        said=Attestation.last_of(checklist) if may_attest else None,
        may_welcome=access.can_welcome(me, checklist),
        welcome=welcome.last_sent(checklist) if access.can_end_welcome(me, checklist) else None,
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
