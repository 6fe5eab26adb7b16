"""Vacancies and planned positions: HR keeps them, the line they would report to reads them."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.hx import go
from portal.people import access
from portal.people.models import Person
from portal.people.org import Location, Team, Teams
from portal.people.org_forms import VacancyForm
from portal.people.session import viewer
from portal.people.vacancies import Vacancy
from portal.people.views import bp


@bp.get("/people/vacancies")
@doors.signed_in
def list_vacancies() -> Any:
    me = viewer()
    web.exists(access.can_see_vacancies(me))
    return render_template(
        "people/vacancies.html",
        vacancies=web.Page(access.vacancies_visible_to(me), web.page_number()),
        today=me.today(),
        may_administer=access.can_administer(me),
        see_vacancies=True,
    )


@bp.get("/people/vacancies/new")
@doors.signed_in
def new_vacancy() -> Any:
    me = viewer()
    web.exists(access.can_administer(me))
    return _form_page(None, _offered(web.bind(VacancyForm)))


def _offered(form: VacancyForm) -> VacancyForm:
    places = [(str(place.id), place.name) for place in Location.by_name()]
    form.offer(Teams().choices(), places)
    return form


def _form_page(vacancy: Vacancy | None, form: VacancyForm, status: int = 200) -> Any:
    return render_template("people/vacancy_form.html", vacancy=vacancy, form=form), status


@bp.post("/people/vacancies")
@doors.signed_in
def plan_vacancy() -> Any:
    me = viewer()
    web.exists(access.can_administer(me))
    form = _offered(web.bind(VacancyForm))
    values = form.validate() and _values(form)
    if not values:
        return _form_page(None, form, 422)
    vacancy = Vacancy.plan(by=me, **values)
    return go(f"/people/vacancies/{vacancy.id}", say=f"{vacancy.role} is wanted.")


def _values(form: VacancyForm) -> dict[str, Any] | None:
    manager = Person.by_email(form.manager.data) if form.manager.data else None
    if form.manager.data and (manager is None or not manager.is_staff):
        form.manager.errors = ["Nobody here has this address."]
        return None
    return {
        "role": form.role.data,
        "level": form.level.data,
        "team": Team.get_or_none(Team.id == int(form.team.data or 0)),
        "location": Location.get_or_none(Location.id == int(form.location.data or 0)),
        "manager": manager,
        "wanted_from": form.wanted_from.data,
        "note": form.note.data,
    }


@bp.get("/people/vacancies/<int:vacancy_id>")
@doors.signed_in
def show_vacancy(vacancy_id: int) -> Any:
    me, vacancy = viewer(), _vacancy(vacancy_id)
    return render_template(
        "people/vacancy.html",
        vacancy=vacancy,
        planned=vacancy.is_planned(me.today()),
        may_administer=access.can_administer(me),
    )


def _vacancy(vacancy_id: int) -> Vacancy:
    found = access.vacancies_visible_to(viewer())
    return web.get_or_404(found, id=vacancy_id)  # type: ignore[no-any-return]


def _to_change(vacancy_id: int) -> Vacancy:
    vacancy = _vacancy(vacancy_id)
    web.permit(access.can_administer(viewer()))
    return vacancy


@bp.get("/people/vacancies/<int:vacancy_id>/edit")
@doors.signed_in
def edit_vacancy(vacancy_id: int) -> Any:
    vacancy = _to_change(vacancy_id)
    values = {**vacancy.prefill(), "wanted_from": vacancy.wanted_from, "note": vacancy.note}
    return _form_page(vacancy, _offered(web.bind(VacancyForm, values)))


@bp.post("/people/vacancies/<int:vacancy_id>")
@doors.signed_in
def change_vacancy(vacancy_id: int) -> Any:
    vacancy = _to_change(vacancy_id)
    form = _offered(web.bind(VacancyForm))
    values = form.validate() and _values(form)
    if not values:
        return _form_page(vacancy, form, 422)
    vacancy.change(by=viewer(), **values)
    return go(f"/people/vacancies/{vacancy.id}", say="Saved.")


@bp.post("/people/vacancies/<int:vacancy_id>/closing")
@doors.signed_in
def close_vacancy(vacancy_id: int) -> Any:
    vacancy = _to_change(vacancy_id)
    vacancy.close(by=viewer())
    address = f"/people/vacancies/{vacancy.id}"
    return go(address, say=f"{vacancy.role} is no longer wanted.", undo=f"{address}/opening")


@bp.post("/people/vacancies/<int:vacancy_id>/opening")
@doors.signed_in
def reopen_vacancy(vacancy_id: int) -> Any:
    vacancy = _to_change(vacancy_id)
    vacancy.reopen(by=viewer())
    return go(f"/people/vacancies/{vacancy.id}", say=f"{vacancy.role} is wanted again.")
