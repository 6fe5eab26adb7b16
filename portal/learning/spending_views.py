"""What learning costs: the year against its budget, each cost, and the file of them."""

from typing import Any

from flask import Response, g, render_template, request

from portal import audit, db, doors, web
from portal.hx import go
from portal.learning import access, amounts, spending, spending_sums
from portal.learning.spending import Budget, Spending
from portal.learning.spending_forms import FIRST_YEAR, LAST_YEAR, BudgetForm, SpendingForm
from portal.learning.views import bp
from portal.people.org import Company
from portal.people.session import viewer

FASTER = "Somebody was faster: look at it again."

bp.add_app_template_filter(amounts.said, "amount")


def _hr() -> Any:
    me = viewer()
    web.exists(access.can_manage(me))
    return me


def _year() -> int:
    asked = web.number(request.args.get("year", "")) or 0
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else web.viewer_today().year


@bp.get("/learning/spending")
@doors.signed_in
def show_spending() -> Any:
    _hr()
    year, today = _year(), web.viewer_today()
    # The frame around the page shows the same row, so it is read once.
    company = g.company = Company.settings()
    near = {*range(today.year - 2, today.year + 2), year - 1, year, year + 1}
    return render_template(
        "learning/spending.html",
        sums=spending_sums.year_of(year, today, company),
        years=sorted(near, reverse=True),
    )


@bp.get("/learning/spending/costs")
@doors.signed_in
def list_costs() -> Any:
    """Each cost of a year, of one course where asked; with what each session has cost."""
    _hr()
    year, course_id = _year(), web.number(request.args.get("course", ""))
    course = None
    if course_id is not None:
        course = web.get_or_404(access.visible_to(viewer()), id=course_id)
    return render_template(
        "learning/spending_costs.html",
        page=web.Page(Spending.of_year(year, course), web.page_number()),
        sessions=Spending.by_session(course, year) if course else [],
        course=course,
        year=year,
    )


# -- one cost ----------------------------------------------------------------------------------


def _form(data: dict[str, Any] | None = None) -> SpendingForm:
    form = web.bind(SpendingForm, data)
    return form.offer(spending.courses(), spending.departments())


def _form_page(form: SpendingForm, cost: Spending | None = None, status: int = 200) -> Any:
    currency = cost.currency if cost else Company.settings().currency
    return render_template(
        "learning/spending_form.html", form=form, cost=cost, currency=currency
    ), status


@bp.get("/learning/spending/new")
@doors.signed_in
def new_cost() -> Any:
    _hr()
    asked = {
        "course": request.args.get("course", "")[:18],
        "session": web.number(request.args.get("session", "")),
        "spent_on": web.viewer_today(),
    }
    return _form_page(_form(asked))


@bp.post("/learning/spending")
@doors.signed_in
def record_cost() -> Any:
    me, form = _hr(), _form()
    if not form.validate():
        return _form_page(form, status=422)
    made = Spending.record(by=me, **form.facts())
    return go(
        f"/learning/spending?year={made.spent_on.year}",
        say=f"{amounts.said(made.cents, made.currency)} recorded.",
        undo=f"/learning/spending/{made.id}/withdrawal",
    )


def _cost(cost_id: int) -> Spending:
    _hr()
    return web.get_or_404(Spending.ever(), id=cost_id)  # type: ignore[no-any-return]


@bp.get("/learning/spending/<int:cost_id>/edit")
@doors.signed_in
def edit_cost(cost_id: int) -> Any:
    cost = _cost(cost_id)
    return _form_page(_form(SpendingForm.showing(cost)), cost)


@bp.post("/learning/spending/<int:cost_id>/edit")
@doors.signed_in
def correct_cost(cost_id: int) -> Any:
    cost, form = _cost(cost_id), _form()
    if not form.validate():
        return _form_page(form, cost, 422)
    made = cost.correct(by=viewer(), **form.facts())
    back = f"/learning/spending/costs?year={form.spent_on.data.year}"
    return go(back, say="Corrected. What stood before is kept." if made else FASTER)


@bp.post("/learning/spending/<int:cost_id>/withdrawal")
@doors.signed_in
def take_out_cost(cost_id: int) -> Any:
    cost = _cost(cost_id)
    back = f"/learning/spending/costs?year={cost.spent_on.year}"
    if not cost.take_out(by=viewer()):
        return go(back, say=FASTER)
    undo = f"/learning/spending/{cost.id}/restoration"
    return go(back, say="Taken out; it is in no sum.", undo=undo)


@bp.post("/learning/spending/<int:cost_id>/restoration")
@doors.signed_in
def put_back_cost(cost_id: int) -> Any:
    cost = _cost(cost_id)
    made = cost.put_back(by=viewer())
    back = f"/learning/spending/costs?year={cost.spent_on.year}"
    return go(back, say="It counts again." if made else FASTER)


# -- the budget, and the file ------------------------------------------------------------------


def _budget_page(form: BudgetForm, status: int = 200) -> Any:
    return render_template(
        "learning/spending_budget.html", form=form, currency=Company.settings().currency
    ), status


@bp.get("/learning/spending/budget")
@doors.signed_in
def edit_budget() -> Any:
    _hr()
    asked = {"year": _year(), "team": request.args.get("team", "")[:18]}
    return _budget_page(web.bind(BudgetForm, asked).offer(spending.departments()))


@bp.post("/learning/spending/budget")
@doors.signed_in
def set_budget() -> Any:
    me, form = _hr(), web.bind(BudgetForm).offer(spending.departments())
    if not form.validate():
        return _budget_page(form, 422)
    Budget.set(form.year.data, form.chosen, form.cents, by=me)
    return go(f"/learning/spending?year={form.year.data}", say="The budget is set.")


@bp.post("/learning/spending/export")
@doors.signed_in
def export_spending() -> Any:
    me, year = _hr(), _year()
    content, rows = spending_sums.as_csv(year, web.viewer_today())
    with db.write():
        person = me
        audit.record(me, "exported_spending", person, about=person, data={"rows": rows})
    headers = {"Content-Disposition": f'attachment; filename="learning-costs-{year}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)
