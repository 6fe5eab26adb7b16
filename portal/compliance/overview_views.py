"""The overview: figures, forecast and departments at risk; the names behind them; and reminders."""

from typing import Any

from flask import Response, render_template, request

from portal import audit, db, doors, web
from portal.assignments import nudges
from portal.compliance import access, owing, required
from portal.compliance.figures import COLUMNS, GOAL_PERCENT, WAVE_PERCENT, Figures
from portal.compliance.models import Coverage
from portal.compliance.titles import titles
from portal.compliance.views import bp
from portal.compliance.year import days_of
from portal.hx import answer, go
from portal.mail.jobs import send_letters
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.tables import write_table


def _figures(me: Person) -> Figures:
    web.exists(access.can_see_overview(me))
    return Figures(access.followed_by(me), me.today(), by_team=not access.can_see(me))


@bp.get("/compliance")
@doors.signed_in
@doors.also_for("audit")
def show_overview() -> Any:
    """One figure, who is at risk, and what comes due in 30, 60 and 90 days."""
    me = viewer()
    return render_template(
        "compliance/overview.html",
        figures=_figures(me),
        goal=GOAL_PERCENT,
        wave=WAVE_PERCENT,
        is_company=access.can_see(me),
        may_keep_windows=access.can_keep_windows(me),
        today=me.today(),
    )


@bp.get("/compliance/figures.csv")
@doors.signed_in
@doors.also_for("audit")
def export_figures() -> Any:
    """What comes due of each requirement in each department. Numbers, no names."""
    me = viewer()
    figures = _figures(me)
    unit = "department" if access.can_see(me) else "team"
    return _file(write_table((unit, "required", *COLUMNS), figures.table()), f"due-{me.today()}")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _asked() -> owing.Asked:
    """What the address or the form asks for; a word nobody knows asks for what is overdue."""
    given = request.values
    state = given.get("state", "")
    numbers = {
        name: web.number(given.get(name, "")) or 0 for name in ("requirement", "department", "team")
    }
    return owing.Asked(
        state if state in owing.STATES else owing.LATE,
        days_of(given.get("on", "")),
        unchased=given.get("unchased") == "1",
        **numbers,
    )


@bp.get("/compliance/due")
@doors.signed_in
@doors.also_for("audit")
def list_due() -> Any:
    """Who owes what: overdue, or due within 30, 60, 90 days."""
    me = viewer()
    web.exists(access.can_see_overview(me))
    asked = _asked()
    query = asked.apply(access.followed_by(me), me.today())
    page = web.Page(owing.rows(query, me.today()), web.page_number())
    heading = owing.heading(query, asked, names_all=access.can_see(me))
    things = {(row.requirement.kind, row.requirement.target) for row in page}
    return render_template(
        "compliance/due.html",
        page=page,
        asked=asked,
        heading=heading,
        states=owing.STATES,
        titles=titles(things | ({heading.thing} if heading.thing else set())),
        may_remind=access.can_remind(me),
        near=nudges.NEAR_DAYS,
    )


@bp.post("/compliance/due/export")
@doors.signed_in
def export_due() -> Any:
    """The same list as a file. It holds names, so it is recorded."""
    me = person = viewer()
    web.exists(access.can_see_overview(me))
    asked = _asked()
    query = asked.apply(access.followed_by(me), me.today())
    found = list(owing.rows(query, me.today()).limit(owing.MAX_EXPORTED))
    named = titles((row.requirement.kind, row.requirement.target) for row in found)
    with db.write():
        audit.record(me, "exported_owing", person, about=me, data={"rows": len(found)})
    return _file(write_table(owing.COLUMNS, owing.table(found, named)), f"owing-{me.today()}")


def _round(asked: owing.Asked) -> tuple[Person, list[Any]]:
    """Who asks, and the overdue duties that one round of reminders would ask for."""
    me = viewer()
    web.exists(access.can_see_overview(me))
    web.permit(access.can_remind(me))
    query = asked.apply(access.followed_by(me), me.today())
    return me, owing.duties(query, access.duties_to_nudge(me))


@bp.get("/compliance/due/nudge")
@doors.signed_in
def preview_reminders() -> Any:
    """Whom “Remind all” would reach, before it is done."""
    asked = _asked()
    me, duties = _round(asked)
    return render_template(
        "compliance/remind.html",
        found=nudges.plan(duties, by=me),
        asked=asked,
        is_full=len(duties) == nudges.MAX_DUTIES,
        most=nudges.MAX_DUTIES,
    )


@bp.post("/compliance/due/nudge")
@doors.signed_in
def remind_all() -> Any:
    asked = _asked()
    me, duties = _round(asked)
    told = nudges.send(duties, by=me)
    send_letters.wake()
    return go(_address(asked), say=told.done)


def _address(asked: owing.Asked) -> str:
    said = {**asked.when, **asked.filters}
    return "/compliance/due?" + "&".join(f"{name}={value}" for name, value in said.items())


@bp.post("/compliance/due/<int:coverage_id>/nudge")
@doors.signed_in
def remind_one(coverage_id: int) -> Any:
    """Ask one person for one thing."""
    me = viewer()
    visible = owing.one(access.followed_by(me), coverage_id)
    row = _row(visible, me)
    web.exists(row is not None)
    web.permit(access.can_remind(me))
    told = nudges.send(owing.duties(visible, access.duties_to_nudge(me)), by=me)
    send_letters.wake()
    return answer(
        "compliance/_due_row.html",
        back=_address(owing.Asked(requirement=row.requirement_id)),
        say=told.done,
        row=_row(visible, me),
        titles=titles([(row.requirement.kind, row.requirement.target)]),
        asked=owing.Asked(),
        may_remind=True,
        near=nudges.NEAR_DAYS,
    )


def _row(visible: Any, me: Person) -> Coverage | None:
    return owing.rows(visible, me.today()).first()  # type: ignore[no-any-return]


# -- of one person -----------------------------------------------------------------------------


@bp.app_template_global("may_see_required")
def may_see_required(person: Person) -> bool:
    """For the link on a person's page: the same rule as the page it leads to."""
    return access.can_see_required(viewer(), person)


@bp.get("/compliance/mine")
@doors.signed_in
def show_mine() -> Any:
    """Everything that is required of me."""
    me = viewer()
    web.exists(access.can_see_required(me, me))
    return _required_page(me, me)


@bp.get("/compliance/people/<int:person_id>")
@doors.signed_in
def show_required(person_id: int) -> Any:
    """The same of somebody else, for their line, HR and auditors."""
    me = viewer()
    person = web.get_or_404(access.people_with_required(me), id=person_id)
    if me.is_auditor:
        audit.looked(me, person, about=person)
    return _required_page(me, person)


def _required_page(me: Person, person: Person) -> Any:
    return render_template(
        "compliance/required.html",
        person=person,
        groups=required.of(person, person.today()),
        names=required.GROUPS,
        is_own=person.id == me.id,
        has_file=people_access.can_see_directory(me),
    )
