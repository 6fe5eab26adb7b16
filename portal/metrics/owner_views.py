"""Who answers for which number, what they say of a red one, and the review of a quarter."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.hx import go, mark_sent
from portal.metrics import owner_access as access
from portal.metrics import owning, quarterly, reds, snapshots, words
from portal.metrics.measure import GROUPED, Measure, measures
from portal.metrics.owner_forms import NoteForm, TermsForm
from portal.metrics.views import bp
from portal.people.models import Person
from portal.people.session import viewer


@bp.get("/metrics/owners")
@doors.signed_in
def show_owners() -> Any:
    """Every measure with who answers for it and what it is to be."""
    web.exists(access.can_settle(viewer()))
    return _owners()


def _owners(form: TermsForm | None = None, of: str = "", status: int = 200) -> Any:
    terms = owning.all_terms()
    lines = [
        (one, terms.get(one.name), owning.target_of(one, terms.get(one.name)))
        for one in measures.values()
    ]
    return render_template(
        "metrics/owners.html", lines=lines, form=form, of=of, words=words, titles=words.GROUP_TITLES
    ), status


@bp.get("/metrics/<name>/terms")
@doors.signed_in
def edit_terms(name: str) -> Any:
    me, measure = viewer(), measure_or_404(name)
    web.exists(access.can_settle(me))
    return _terms(measure, web.bind(TermsForm, _typed(measure)))


@bp.post("/metrics/<name>/terms")
@doors.signed_in
def settle_terms(name: str) -> Any:
    me, measure = viewer(), measure_or_404(name)
    web.exists(access.can_settle(me))
    form = web.bind(TermsForm, _typed(measure))
    form.measure = measure
    if not form.validate():
        return _terms(measure, form, 422)
    owning.settle(measure, by=me, owner=form.person, target=form.target.number)
    who = f"{form.person.called} answers for it." if form.person else "Nobody answers for it yet."
    return go(f"/metrics/owners#{measure.name}", say=f"{measure.title}: {who}")


def _terms(measure: Measure, form: TermsForm, status: int = 200) -> Any:
    return render_template("metrics/terms.html", measure=measure, form=form, words=words), status


def _typed(measure: Measure) -> dict[str, Any]:
    terms = owning.terms_of(measure)
    target = owning.target_of(measure, terms)
    return {
        "owner": terms.owner.email if terms.owner_id else "",
        "target": "" if target is None else f"{target:.6f}".rstrip("0").rstrip("."),
    }


# -- red numbers -------------------------------------------------------------------------------


@bp.get("/metrics/red")
@doors.signed_in
def show_reds() -> Any:
    """What misses its target and has not been explained, the oldest first."""
    me = viewer()
    web.exists(access.can_open_reds(me))
    lines = [
        (measure, red, row if me.is_hr else access.without_names(measure, row), terms)
        for measure, red, row, terms in reds.unexplained(me, me.today())
    ]
    return render_template("metrics/red.html", lines=lines, words=words, today=me.today())


@bp.get("/metrics/<name>/notes")
@doors.signed_in
def show_notes(name: str) -> Any:
    """One number of the company with what was said of it, for whoever answers for it."""
    me, measure = viewer(), measure_or_404(name)
    web.exists(access.can_read_notes(me, measure))
    return _notes(me, measure, web.bind(NoteForm))


@bp.post("/metrics/<name>/notes")
@doors.signed_in
def explain(name: str) -> Any:
    me, measure = viewer(), measure_or_404(name)
    web.exists(access.can_read_notes(me, measure))
    told = snapshots.latest().get(measure.name)
    web.permit(access.can_answer(me, measure) and access.can_read_red(me, measure, told))
    form = web.bind(NoteForm)
    if not form.validate():
        return _notes(me, measure, form, 422)
    try:
        reds.say(
            measure,
            by=me,
            why=form.why.data,
            action=form.action.data,
            look_again_on=form.look_again_on.data,
        )
    except ValueError as error:
        form.why.errors = [str(error)]
        return _notes(me, measure, form, 409)
    mark_sent(f"note-{measure.name}")
    return go(f"/metrics/{measure.name}/notes", say="Noted. No letters until you look again.")


def _notes(me: Person, measure: Measure, form: NoteForm, status: int = 200) -> Any:
    row = snapshots.latest().get(measure.name)
    terms = owning.terms_of(measure)
    shown = row if me.is_hr else access.without_names(measure, row)
    may_know = access.can_read_red(me, measure, row)
    red, said = (reds.open_of(measure) if may_know else None), reds.notes_of(measure)
    last = next((one for one in said if red and one.red_id == red.id), None)
    return render_template(
        "metrics/notes.html",
        measure=measure,
        row=shown,
        is_withheld=row is not None and shown is None,
        is_hrs_alone=measure.privacy == GROUPED and measure.ready is None,
        terms=terms,
        target=owning.target_of(measure, terms),
        red=red,
        is_explained=bool(red and last and not reds.days_silent(red, last, me.today())),
        # What one wrote oneself one may read, also when the number has become one of a few people.
        notes=[one for one in said if may_know or one.by_id == me.id],
        form=form if may_know and access.can_answer(me, measure) else None,
        may_settle=access.can_settle(me),
        words=words,
        today=me.today(),
    ), status


def measure_or_404(name: str) -> Measure:
    web.exists(name in measures)
    return measures[name]


# -- the review of a quarter -------------------------------------------------------------------


@bp.get("/metrics/quarters")
@doors.signed_in
def show_quarters() -> Any:
    """The quarters one may draft a review of, and the reviews there are."""
    me = viewer()
    web.exists(access.can_settle(me))
    return render_template(
        "metrics/quarters.html", quarters=quarterly.quarters(), known=quarterly.by_quarter()
    )


@bp.post("/metrics/quarters")
@doors.signed_in
def draft_quarter() -> Any:
    """A review in Markdown from the numbers and notes of a quarter, opened in the editor."""
    me = viewer()
    web.exists(access.can_settle(me))
    quarter = request.form.get("quarter", "")
    web.exists(quarter in quarterly.quarters())
    document = quarterly.draft(quarter, by=me)
    return go(f"{document.url}/edit", say=f"The review of {quarter} is drafted.")
