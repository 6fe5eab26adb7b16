"""The control page of a cycle: who is where, who is late, and what HR does about it."""

from typing import Any

from flask import Response, render_template, request

from portal import audit, db, doors, web
from portal.assignments import nudges
from portal.hx import go
from portal.mail.jobs import send_letters
from portal.people.session import viewer
from portal.people.tables import write_table
from portal.reviews import access, control, figures, gathering, standing, steering
from portal.reviews.control import Filters
from portal.reviews.forms import DaysForm, EndForm, PersonForm, ReasonForm
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.views import bp

MAX_WORDS = 100
# A row has a cell for each step: more of them make a slow page.
PEOPLE = 25


def cycle_or_404(cycle_id: int) -> Cycle:
    """A cycle the viewer steers, with its steps."""
    cycle = access.cycle_to_steer(viewer(), cycle_id)
    web.exists(cycle)
    return cycle  # type: ignore[return-value]


def _filters() -> Filters:
    show = request.args.get("show", "")
    words = request.args.get("q", "")[:MAX_WORDS].strip()
    return Filters(show if show in control.SHOWN else "", words)


@bp.get("/reviews/cycles/<int:cycle_id>")
@doors.signed_in
def show_cycle(cycle_id: int) -> Any:
    """Its steps as a line, and everybody in it by step."""
    cycle = cycle_or_404(cycle_id)
    return _page(cycle, PersonForm())


def _page(cycle: Cycle, form: PersonForm, status: int = 200) -> Any:
    me, filters = viewer(), _filters()
    summary = control.of(cycle, viewer())
    page = web.Page(filters.apply(control.reviews_of(cycle), me), web.page_number(), PEOPLE)
    return render_template(
        "reviews/cycle.html",
        cycle=cycle,
        summary=summary,
        page=page,
        found=standing.of_many(page.rows, cycle.phases),
        filters=filters,
        shown=control.SHOWN,
        may_go_on=steering.can_go_on(cycle),
        form=form,
        today=me.today(),
    ), status


@bp.get("/reviews/cycles/<int:cycle_id>/figures")
@doors.signed_in
def show_figures(cycle_id: int) -> Any:
    """Participation, how much was written, how long it took, and who has most before them."""
    me = viewer()
    cycle = access.cycle_to_steer(me, cycle_id, with_forms=True)
    web.exists(cycle)
    assert cycle is not None
    summary = control.of(cycle, viewer())
    return render_template(
        "reviews/figures.html",
        cycle=cycle,
        summary=summary,
        comments=figures.comments(cycle, me),
        closing=figures.closing(cycle, me, summary.people - summary.skipped),
        writers=figures.writers(cycle, me),
        target=control.PARTICIPATION_TARGET,
        short=figures.SHORT_WORDS,
        least=figures.LEAST_COMMENTED,
        today=me.today(),
    )


@bp.post("/reviews/cycles/<int:cycle_id>/export")
@doors.signed_in
def export_cycle(cycle_id: int) -> Any:
    """Who is where, as a file; never what anybody wrote or how they were rated."""
    me, cycle = viewer(), cycle_or_404(cycle_id)
    reviews = list(Filters().apply(control.reviews_of(cycle), me))
    own = {review.id for review in reviews if review.person_id == me.id}
    rows = control.table(standing.of_many(reviews, cycle.phases), own, me.today())
    data = write_table(control.columns(cycle), rows)
    with db.write():
        audit.record(me, "exported", cycle, data={"rows": len(reviews)})
    headers = {"Content-Disposition": f'attachment; filename="cycle-{cycle.id}-{me.today()}.csv"'}
    return Response(data, 200, headers, mimetype="text/csv")


# -- reminding ---------------------------------------------------------------------------------


@bp.get("/reviews/cycles/<int:cycle_id>/reminders")
@doors.signed_in
def preview_reminders(cycle_id: int) -> Any:
    """Whom a reminder would reach, before it does."""
    me, cycle = viewer(), cycle_or_404(cycle_id)
    duties = access.late_duties(me, cycle)
    return render_template(
        "reviews/remind.html",
        cycle=cycle,
        found=nudges.plan(duties, by=me),
        is_full=len(duties) == nudges.MAX_DUTIES,
        most=nudges.MAX_DUTIES,
    )


@bp.post("/reviews/cycles/<int:cycle_id>/reminders")
@doors.signed_in
def remind(cycle_id: int) -> Any:
    me, cycle = viewer(), cycle_or_404(cycle_id)
    told = nudges.send(access.late_duties(me, cycle), by=me)
    send_letters.wake()
    return go(cycle.url, say=told.done)


@bp.post("/reviews/<int:review_id>/reminder")
@doors.signed_in
def remind_of_one(review_id: int) -> Any:
    """Ask for what is missing of one review."""
    me, review = viewer(), _review(review_id)
    told = nudges.send(access.late_duties(me, review.cycle, review), by=me)
    send_letters.wake()
    return go(_back(review), say=told.done)


# -- days --------------------------------------------------------------------------------------


def _phase(cycle: Cycle, name: str) -> Phase:
    phase = cycle.phase(name)
    web.exists(phase)
    return phase  # type: ignore[return-value]


@bp.get("/reviews/cycles/<int:cycle_id>/steps/<name>")
@doors.signed_in
def edit_days(cycle_id: int, name: str) -> Any:
    cycle = cycle_or_404(cycle_id)
    phase = _phase(cycle, name)
    days = {"opens_on": phase.opens_on, "closes_on": phase.closes_on, "with_later": True}
    return _days_page(cycle, phase, web.bind(DaysForm, days))


def _days_page(cycle: Cycle, phase: Phase, form: DaysForm, status: int = 200) -> Any:
    later = [one for one in cycle.phases if one.place > phase.place and not one.opened_at]
    if not later:
        del form.with_later
    return render_template(
        "reviews/days.html", cycle=cycle, phase=phase, form=form, later=later
    ), status


@bp.post("/reviews/cycles/<int:cycle_id>/steps/<name>")
@doors.signed_in
def move_days(cycle_id: int, name: str) -> Any:
    me, cycle = viewer(), cycle_or_404(cycle_id)
    phase = _phase(cycle, name)
    web.permit(cycle.ended_at is None)
    form = web.bind(DaysForm)
    valid = form.validate()
    closes_on = form.closes_on.data
    if valid and closes_on is None and phase.step.asks:
        valid, form.closes_on.errors = False, ["What is asked for needs a last day."]
    if valid:
        try:
            steering.move(
                cycle, name, form.opens_on.data, closes_on, with_later=form.with_later.data, by=me
            )
        except ValueError as error:
            valid, form.closes_on.errors = False, [str(error)]
    if not valid:
        return _days_page(cycle, phase, form, 422)
    steering.follow_some_days()
    return go(cycle.url, say="Moved. Whoever is asked already reads the new day within minutes.")


@bp.post("/reviews/cycles/<int:cycle_id>/steps/<name>/reminder")
@doors.signed_in
def remind_in_step(cycle_id: int, name: str) -> Any:
    """Those asked without a name: whoever has not answered hears of it, and nobody sees who."""
    cycle = cycle_or_404(cycle_id)
    phase = _phase(cycle, name)
    web.permit(phase.step.is_anonymous and cycle.ended_at is None)
    done = gathering.remind(phase, by=viewer())
    said = "Whoever has not answered reads it in their next daily letter."
    return go(cycle.url, say=said if done else "This step is not under way.")


# -- people ------------------------------------------------------------------------------------


def _review(review_id: int) -> Review:
    """A review the viewer steers: never their own."""
    me = viewer()
    review = web.get_or_404(Review.whole(access.visible_to(me)), id=review_id)
    web.exists(access.can_manage(me))
    web.permit(access.can_manage_review(me, review))
    return review  # type: ignore[no-any-return]


def _back(review: Review) -> str:
    return f"{review.cycle.url}#review-{review.id}"


@bp.get("/reviews/<int:review_id>/skipping")
@doors.signed_in
def new_skip(review_id: int) -> Any:
    return _skip_page(_review(review_id), web.bind(ReasonForm))


def _skip_page(review: Review, form: ReasonForm, status: int = 200) -> Any:
    return render_template("reviews/skip.html", review=review, form=form), status


@bp.post("/reviews/<int:review_id>/skipping")
@doors.signed_in
def skip(review_id: int) -> Any:
    review, form = _review(review_id), web.bind(ReasonForm)
    if not form.validate():
        return _skip_page(review, form, 422)
    return _left_out(review, form.reason.data, _back(review))


def _left_out(review: Review, reason: str, back: str) -> Any:
    name = review.person.called
    if not steering.skip(review, reason, by=viewer()) and review.released_at:
        return go(back, say=f"{name} can read it already, so nothing is left out.")
    return go(back, say=f"{name} is left out.", undo=f"/reviews/{review.id}/skipping/undo")


@bp.post("/reviews/<int:review_id>/skipping/undo")
@doors.signed_in
def undo_skip(review_id: int) -> Any:
    review = _review(review_id)
    back = steering.unskip(review, by=viewer())
    said = f"{review.person.called} is part of it again." if back else "Nobody was left out."
    return go(_back(review), say=said)


@bp.post("/reviews/cycles/<int:cycle_id>/people")
@doors.signed_in
def take_in(cycle_id: int) -> Any:
    """Somebody more, who joined or was left out by mistake."""
    me, cycle = viewer(), cycle_or_404(cycle_id)
    web.permit(not cycle.is_for_one)
    form = web.bind(PersonForm)
    valid = form.validate()
    if valid and form.found is not None:
        if form.found.id == me.id:
            valid, form.person.errors = False, ["Somebody else in HR takes you in."]
        else:
            try:
                review = steering.take_in(cycle, form.found, by=me)
            except ValueError as error:
                valid, form.person.errors = False, [str(error)]
    if not valid or form.found is None:
        return _page(cycle, form, 422)
    undo = f"/reviews/{review.id}/taking-out"
    return go(cycle.url, say=f"{form.found.called} is part of it.", undo=undo)


@bp.post("/reviews/<int:review_id>/taking-out")
@doors.signed_in
def take_out(review_id: int) -> Any:
    """Taken in by mistake."""
    review = _review(review_id)
    return _left_out(review, "Taken in by mistake.", review.cycle.url)


# -- the end -----------------------------------------------------------------------------------


@bp.get("/reviews/cycles/<int:cycle_id>/ending")
@doors.signed_in
def confirm_end(cycle_id: int) -> Any:
    cycle = cycle_or_404(cycle_id)
    web.permit(cycle.ended_at is None)
    return render_template(
        "reviews/end.html", cycle=cycle, summary=control.of(cycle, viewer()), form=web.bind(EndForm)
    )


@bp.post("/reviews/cycles/<int:cycle_id>/ending")
@doors.signed_in
def end(cycle_id: int) -> Any:
    me, cycle = viewer(), cycle_or_404(cycle_id)
    form = web.bind(EndForm)
    if not form.validate():
        return render_template(
            "reviews/end.html", cycle=cycle, summary=control.of(cycle, viewer()), form=form
        ), 422
    if not cycle.end(by=me, reason=form.reason.data or ""):
        return go(cycle.url, say="It was over already.")
    return go(cycle.url, say="Ended. Nobody is asked any more.", undo=f"{cycle.url}/ending/undo")


@bp.post("/reviews/cycles/<int:cycle_id>/ending/undo")
@doors.signed_in
def undo_end(cycle_id: int) -> Any:
    cycle = cycle_or_404(cycle_id)
    goes_on = steering.go_on(cycle, by=viewer())
    said = "It goes on." if goes_on else "It is too late for that: launch another one."
    return go(cycle.url, say=said)
