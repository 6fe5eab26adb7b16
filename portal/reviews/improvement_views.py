"""Starting an improvement plan, saying how it goes, deciding how it ended. What has to change, and
all that was said, stands on the page of its review."""

from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request

from portal import doors, web
from portal.hx import go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.reviews import improvement_access as access
from portal.reviews import improvement_sheet, steering
from portal.reviews.improvement import (
    USUAL_DAYS,
    Improvement,
    ImprovementCheck,
    UnderWay,
    calendar_of,
    lead_of,
)
from portal.reviews.improvement_forms import (
    CheckForm,
    DayForm,
    OutcomeForm,
    StartForm,
    WordForm,
)
from portal.reviews.improvement_said import (
    Changed,
    ImprovementOutcome,
    ImprovementWord,
    TooLate,
)
from portal.reviews.improvement_sheet import ImprovementSheet
from portal.reviews.models import Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER
from portal.reviews.views import bp

NOT_ANY_MORE = "Nothing was said: it is over, or another leads now."


@bp.app_template_global("improvement_of")
def improvement_of(review: Review) -> ImprovementSheet | None:
    """The block `reviews/_improvement.html`, for a page about a review; None where it is none."""
    return improvement_sheet.of(review, viewer(), web.viewer_today())


@bp.app_template_global("improvement_word_form")
def word_form() -> WordForm:
    """Empty, under a name of its own on a page with other texts to fill."""
    form = WordForm()
    form.words.id = "improvement-words"
    return form


@bp.app_template_global("may_start_improvement")
def may_start_improvement(person: Person) -> bool:
    return access.can_start(viewer(), person)


bp.add_app_template_global(
    lambda word: improvement_sheet.side_words(word, viewer()), "improvement_said_by"
)


@bp.get("/reviews/improvement")
@doors.signed_in
def list_improvements() -> Any:
    """Those of one's line, or of the house: what goes on first."""
    me = viewer()
    web.exists(access.can_list(me))
    page = web.Page(access.of_others(me), web.page_number())
    return render_template("reviews/improvements.html", page=page, today=web.viewer_today())


# -- starting ----------------------------------------------------------------------------------


def _start_page(form: StartForm, person: Person | None, status: int = 200) -> Any:
    me = viewer()
    reports = Person.reports_of(me, people_access.visible_to(me)) if person is None else []
    return render_template(
        "reviews/improvement_new.html",
        form=form,
        person=person,
        lead=lead_of(person) if person else None,
        reports=[one for one in reports if one.is_active],
        today=web.viewer_today(),
    ), status


@bp.get("/reviews/improvement/new")
@doors.signed_in
def new_improvement() -> Any:
    me = viewer()
    web.exists(access.can_list(me))
    person = None
    asked = web.number(request.args.get("person", ""))
    if asked is not None:
        person = web.get_or_404(people_access.visible_to(me), id=asked)
        web.permit(access.can_start(me, person))
    usual = web.viewer_today() + timedelta(days=USUAL_DAYS)
    days = {"weeks": "2", "ends_on": calendar_of(person or me).move(usual, earlier=False)}
    return _start_page(
        web.bind(StartForm, days | {"person": person.email if person else ""}), person
    )


@bp.post("/reviews/improvement/new")
@doors.signed_in
def start_improvement() -> Any:
    me = viewer()
    web.exists(access.can_list(me))
    form = web.bind(StartForm)
    valid, person = form.validate(), form.found
    if valid and person is not None and not access.can_start(me, person):
        valid, form.person.errors = False, ["You can start one for somebody you lead."]
    fixed = person if request.args.get("person") and person is not None else None
    if not valid or person is None:
        return _start_page(form, fixed, 422)
    try:
        plan = Improvement.start(person, form.ends_on.data, int(form.weeks.data), by=me)
    except UnderWay as error:
        return go(error.plan.review.url, say=f"{person.called} has one already: this is it.")
    except ValueError as error:
        form.ends_on.errors = [str(error)]
        return _start_page(form, fixed, 422)
    part = ReviewPart.of_step(plan.review, MANAGER)
    assert part is not None
    undo = f"{plan.url}/undoing"
    if part.author_id == me.id:
        said = f"Write down what has to change. {person.first_name} reads it once you send it."
        return go(f"/forms/{part.submission_id}", say=said, undo=undo)
    said = f"{part.author.called} has it on Today, and writes down what has to change."
    return go(plan.review.url, say=said, undo=undo)


@bp.post("/reviews/improvement/<int:plan_id>/undoing")
@doors.signed_in
def undo_improvement(plan_id: int) -> Any:
    """Started by mistake: as long as the person has not read it."""
    me, plan = viewer(), _plan(plan_id)
    web.permit(access.can_steer(me, plan.review))
    if plan.review.released_at or not steering.skip(plan.review, "Started by mistake.", by=me):
        return go(plan.review.url, say="It is too late for that.")
    return go("/reviews/improvement", say="Taken back: nobody is asked for it any more.")


# -- one plan ----------------------------------------------------------------------------------


def _plan(plan_id: int) -> Improvement:
    """A plan of which the viewer reads every word."""
    return web.get_or_404(access.visible_to(viewer()), id=plan_id)  # type: ignore[no-any-return]


@bp.get("/reviews/improvement/<int:plan_id>")
@doors.signed_in
def show_improvement(plan_id: int) -> Any:
    """A plan stands on the page of its review."""
    return redirect(f"{_plan(plan_id).review.url}#improvement", 303)


@bp.post("/reviews/improvement/<int:plan_id>/words")
@doors.signed_in
def say_word(plan_id: int) -> Any:
    """An answer, or anything else between two check-ins."""
    me, plan = viewer(), _plan(plan_id)
    web.permit(access.can_say(me, plan))
    form = web.bind(WordForm)
    if not form.validate():
        return _word_page(plan, form, 422)
    try:
        ImprovementWord.say(plan, form.words.data or "", by=me)
    except TooLate:
        return go(plan.review.url, say=NOT_ANY_MORE)
    mark_sent(f"improvement-{plan.id}")
    return go(f"{plan.review.url}#improvement", say="Said, with today’s date.")


def _word_page(plan: Improvement, form: WordForm, status: int) -> Any:
    """The word alone, with what stands in its way."""
    return render_template("reviews/improvement_word.html", plan=plan, form=form), status


# -- a check-in --------------------------------------------------------------------------------


def _check(check_id: int) -> ImprovementCheck:
    check = web.get_or_404(access.checks_visible_to(viewer()), id=check_id)
    check.plan = _plan(check.plan_id)
    return check  # type: ignore[no-any-return]


def _check_page(check: ImprovementCheck, status: int = 200, **forms: Any) -> Any:
    me, plan = viewer(), check.plan
    blank = {"check_form": CheckForm(), "day_form": DayForm(data={"day": check.due_on})}
    said = [word for word in ImprovementWord.of(plan) if word.check_in_id == check.id]
    return render_template(
        "reviews/improvement_check.html",
        check=check,
        plan=plan,
        said=said,
        is_own=me.id == plan.review.person_id,
        may_say=access.can_say(me, plan),
        may_steer=access.can_steer(me, plan.review) and not plan.is_over,
        has_said=any(word.author_id == me.id for word in said),
        is_open=check.is_open(web.viewer_today()),
        refused=next(iter(forms), ""),
        today=web.viewer_today(),
        **(blank | forms),
    ), status


@bp.get("/reviews/improvement/checks/<int:check_id>")
@doors.signed_in
def show_check(check_id: int) -> Any:
    return _check_page(_check(check_id))


@bp.post("/reviews/improvement/checks/<int:check_id>")
@doors.signed_in
def check_in(check_id: int) -> Any:
    """How it goes, as one side says it."""
    me, check = viewer(), _check(check_id)
    web.permit(access.can_say(me, check.plan))
    form = web.bind(CheckForm)
    if not form.validate():
        return _check_page(check, 422, check_form=form)
    if not check.is_open(web.viewer_today()):
        form.words.errors = [f"Too early: you can say it from {web.day(check.opens_on)} on."]
        return _check_page(check, 422, check_form=form)
    try:
        ImprovementWord.say(
            check.plan, form.words.data or "", by=me, check_in=check, state=form.state.data
        )
    except TooLate:
        return go(check.plan.review.url, say=NOT_ANY_MORE)
    mark_sent(f"improvement-check-{check.id}")
    return go(f"{check.plan.review.url}#improvement", say="Said. You both read it from now on.")


@bp.post("/reviews/improvement/checks/<int:check_id>/day")
@doors.signed_in
def move_check(check_id: int) -> Any:
    me, check = viewer(), _check(check_id)
    web.permit(access.can_steer(me, check.plan.review))
    form = web.bind(DayForm)
    if not form.validate():
        return _check_page(check, 422, day_form=form)
    try:
        check.move(form.day.data, by=me)
    except ValueError as error:
        form.day.errors = [str(error)]
        return _check_page(check, 422, day_form=form)
    return go(f"{check.plan.review.url}#improvement", say=f"It is on {web.day(check.due_on)}.")


# -- how it ended ------------------------------------------------------------------------------


def _outcome_page(plan: Improvement, form: OutcomeForm, status: int = 200) -> Any:
    outcomes = ImprovementOutcome.of(plan)
    form.after.data = str(outcomes[0].id if outcomes else 0)
    return render_template(
        "reviews/improvement_outcome.html", plan=plan, form=form, outcomes=outcomes,
        is_changed=status == 409, today=web.viewer_today(),
    ), status  # fmt: skip


@bp.get("/reviews/improvement/<int:plan_id>/outcome")
@doors.signed_in
def edit_outcome(plan_id: int) -> Any:
    me, plan = viewer(), _plan(plan_id)
    web.permit(access.can_decide(me, plan))
    return _outcome_page(plan, web.bind(OutcomeForm))


@bp.post("/reviews/improvement/<int:plan_id>/outcome")
@doors.signed_in
def decide(plan_id: int) -> Any:
    me, plan = viewer(), _plan(plan_id)
    web.permit(access.can_decide(me, plan))
    form = web.bind(OutcomeForm)
    if not form.validate():
        return _outcome_page(plan, form, 422)
    try:
        ImprovementOutcome.decide(
            plan,
            form.sort.data,
            form.words.data or "",
            form.until.data,
            after=form.follows,
            by=me,
        )
    except Changed:
        return _outcome_page(plan, form, 409)
    except TooLate:
        abort(403)
    mark_sent(f"improvement-end-{plan.id}")
    who = plan.review.person.first_name
    return go(f"{plan.review.url}#improvement", say=f"Decided. {who} has it on Today.")


@bp.post("/reviews/improvement/outcomes/<int:outcome_id>/reading")
@doors.signed_in
def read_outcome(outcome_id: int) -> Any:
    """“I have read this”, by the person it is about."""
    me = viewer()
    outcome = web.get_or_404(access.outcomes_visible_to(me), id=outcome_id)
    plan = _plan(outcome.plan_id)
    web.permit(plan.review.person_id == me.id)
    done = outcome.mark_read(by=me)
    said = "Noted: you have read it." if done else "Another word has followed: read that one."
    said = said if done or outcome.read_at is None else "You had read it."
    return go(f"{plan.review.url}#improvement", say=said)
