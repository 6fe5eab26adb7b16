"""Openings as HR and whoever leads them handle them: showing, changing, closing, choosing."""

from typing import Any

from flask import abort, render_template

from portal import doors, web
from portal.careers import choosing, move_access
from portal.careers import opening_access as access
from portal.careers.interests import ANSWERED, Interest
from portal.careers.moving import NotPossible
from portal.careers.opening_forms import ChoiceForm, NoForm, OpeningForm, first_day, first_opening
from portal.careers.opening_views import opening_or_404
from portal.careers.openings import Opening
from portal.careers.views import bp
from portal.hx import go, mark_sent
from portal.people import access as people
from portal.people.session import viewer
from portal.people.vacancies import Vacancy


def _vacancy_to_post(vacancy_id: int) -> Vacancy:
    me = viewer()
    vacancy: Vacancy = web.get_or_404(people.vacancies_visible_to(me), id=vacancy_id)
    web.permit(access.can_post(me, vacancy))
    return vacancy


def _form_page(
    vacancy: Vacancy, form: OpeningForm, opening: Opening | None = None, status: int = 200
) -> Any:
    page = render_template(
        "careers/openings/form.html", vacancy=vacancy, form=form, opening=opening
    )
    return page, status


@bp.get("/careers/openings/new/<int:vacancy_id>")
@doors.signed_in
def new_opening(vacancy_id: int) -> Any:
    vacancy = _vacancy_to_post(vacancy_id)
    known = Opening.of_vacancy(vacancy)
    if known is not None and known.closed_at is None:
        return go(known.url)
    return _form_page(vacancy, OpeningForm(data=first_opening(vacancy, viewer().today())))


@bp.post("/careers/openings/new/<int:vacancy_id>")
@doors.signed_in
def post_opening(vacancy_id: int) -> Any:
    me, vacancy = viewer(), _vacancy_to_post(vacancy_id)
    form = web.bind(OpeningForm)
    if not form.validate():
        return _form_page(vacancy, form, status=422)
    try:
        opening = Opening.post(vacancy, by=me, **_facts(form))
    except NotPossible as error:
        form.words.errors = [str(error)]
        return _form_page(vacancy, form, status=422)
    mark_sent(f"opening-of-{vacancy.id}")
    return go(opening.url, say="Everybody here sees it now.", undo=f"{opening.url}/closing")


def _facts(form: OpeningForm) -> dict[str, Any]:
    return {"words": form.words.data, "apply_by": form.apply_by.data}


def _to_keep(opening_id: int) -> Opening:
    opening = opening_or_404(opening_id)
    web.permit(access.can_keep(viewer(), opening))
    return opening


@bp.get("/careers/openings/<int:opening_id>/edit")
@doors.signed_in
def edit_opening(opening_id: int) -> Any:
    opening = _to_keep(opening_id)
    form = OpeningForm(data={"words": opening.words, "apply_by": opening.apply_by})
    return _form_page(opening.vacancy, form, opening)


@bp.post("/careers/openings/<int:opening_id>/edit")
@doors.signed_in
def change_opening(opening_id: int) -> Any:
    opening = _to_keep(opening_id)
    form = web.bind(OpeningForm)
    form.kept = opening
    if not form.validate():
        return _form_page(opening.vacancy, form, opening, 422)
    opening.change(by=viewer(), **_facts(form))
    mark_sent(f"opening-{opening.id}")
    return go(opening.url, say="Saved.")


@bp.post("/careers/openings/<int:opening_id>/closing")
@doors.signed_in
def close_opening(opening_id: int) -> Any:
    opening = _to_keep(opening_id)
    opening.close(by=viewer())
    return go(opening.url, say="Nobody may ask any more.", undo=f"{opening.url}/reopening")


@bp.post("/careers/openings/<int:opening_id>/reopening")
@doors.signed_in
def reopen_opening(opening_id: int) -> Any:
    opening = _to_keep(opening_id)
    try:
        said = "It may be asked for again, and who had asked waits again."
        if not opening.reopen(by=viewer()):
            said = "Another opening of this vacancy stands."
    except NotPossible as error:
        said = str(error)
    return go(opening.url, say=said)


# -- who asks ----------------------------------------------------------------------------------


def _interest(opening_id: int, person_id: int) -> Interest:
    """What somebody asks, for whoever may choose; by the two, for numbers would count askers."""
    seen = access.interests_visible_to(viewer())
    seen = seen.where(Interest.opening == opening_id, Interest.person == person_id)
    return Interest.whole(seen).first() or abort(404)


@bp.get("/careers/openings/<int:opening_id>/people/<int:person_id>")
@doors.signed_in
def show_interest(opening_id: int, person_id: int) -> Any:
    return _interest_page(_interest(opening_id, person_id))


def _interest_page(interest: Interest, status: int = 200, **refused: Any) -> Any:
    me = viewer()
    forms = {
        "choice": ChoiceForm(data=first_day(interest.opening.vacancy, me.today())),
        "no": NoForm(),
    }
    move = choosing.proposed(interest)
    page = render_template(
        "careers/openings/person.html",
        interest=interest,
        opening=interest.opening,
        person=interest.person,
        held=interest.person.position(),
        move=move,
        may_read_answer=move is not None and move_access.can_read_answer(me, move),
        forms=forms | refused,
        refused=next(iter(refused), ""),
        today=me.today(),
    )
    return page, status


@bp.post("/careers/openings/<int:opening_id>/people/<int:person_id>/choice")
@doors.signed_in
def choose_person(opening_id: int, person_id: int) -> Any:
    """They are to have it: a move is proposed, and HR looks at it."""
    interest = _interest(opening_id, person_id)
    form = web.bind(ChoiceForm)
    if not form.validate():
        return _interest_page(interest, 422, choice=form)
    try:
        choosing.choose(
            interest, by=viewer(), starts_on=form.starts_on.data, reason=form.reason.data or ""
        )
    except NotPossible as error:
        form.starts_on.errors = [str(error)]
        return _interest_page(interest, 422, choice=form)
    mark_sent(f"opening-{opening_id}-{person_id}-choice")
    said = f"Proposed. {interest.person.first_name} hears of it once somebody else has agreed."
    return go(interest.url, say=said)


@bp.post("/careers/openings/<int:opening_id>/people/<int:person_id>/refusal")
@doors.signed_in
def decline_interest(opening_id: int, person_id: int) -> Any:
    interest = _interest(opening_id, person_id)
    form = web.bind(NoForm)
    if not form.validate():
        return _interest_page(interest, 422, no=form)
    try:
        is_said = interest.decline(form.answer.data, by=viewer())
    except NotPossible as error:
        form.answer.errors = [str(error)]
        return _interest_page(interest, 422, no=form)
    if is_said:
        mark_sent(f"opening-{opening_id}-{person_id}-no")
    said = f"{interest.person.first_name} reads your words." if is_said else ANSWERED
    return go(interest.opening.url, say=said)
