"""Gap tables: of one person, of a team, of departments and roles; and what was said, day by day."""

from typing import Any

from flask import Response, render_template, request

from portal import audit, doors, text, web
from portal.competencies import assessment_access as access
from portal.competencies import exporting, gaps, groups
from portal.competencies.access import can_write
from portal.competencies.models import Assessment
from portal.competencies.texts import KIND as COMPETENCY
from portal.competencies.views import bp
from portal.documents.models import Document
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.session import viewer


@bp.app_template_global("may_open_competencies")
def may_open_competencies(person: Person) -> bool:
    """For links in a person's file: the same rule as the page they lead to."""
    return access.can_open(viewer(), person)


def known(person_id: int) -> Person:
    """Somebody the viewer may know of at all."""
    me = viewer()
    if me.id == person_id:
        return me
    return web.get_or_404(people_access.visible_to(me), id=person_id)  # type: ignore[no-any-return]


def opened(person: Person) -> Person:
    """Somebody whose gap table the viewer may read; that HR has read it is noted."""
    me = viewer()
    web.exists(access.can_open(me, person))
    if me.id != person.id and not me.leads(person):
        audit.looked(me, person, about=person)
    return person


@bp.get("/competencies/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """What is expected, what was said, and what helps; for an earlier manager what they keep."""
    me, person = viewer(), known(person_id)
    if not access.can_open(me, person):
        kept = web.Page(Assessment.listing(access.kept_for(me, person)), web.page_number())
        web.exists(kept.rows)
        return render_template("competencies/kept.html", person=person, page=kept)
    opened(person)
    tables, _ = gaps.tables_of([person])
    found = gaps.widest_first(tables[0].gaps.get(person.id, [])) if tables else []
    level = tables[0].facts[person.id].get("level", "") if tables else ""
    return render_template(
        "competencies/person.html",
        person=person,
        is_own=person.id == me.id,
        has_left=person.has_left(person.today()),
        matrix=tables[0].matrix if tables else None,
        level=level,
        counting=gaps.other_levels(found, level),
        gaps=found,
        may_assess=access.can_assess(me, person),
        may_ask=access.can_ask(me, person),
        may_write=can_write(me),
        today=me.today(),
    )


@bp.get("/competencies/people/<int:person_id>/history")
@bp.get("/competencies/people/<int:person_id>/history/<slug>")
@doors.signed_in
def show_history(person_id: int, slug: str = "") -> Any:
    """Everything that was ever said of somebody, in one competency or in all, in the words of its
    day: of levels and of matrices they had before, too."""
    me, person = viewer(), opened(known(person_id))
    competency = Document.named(COMPETENCY, slug)
    # What was never published does not exist here; what is retired was said in its words.
    web.exists(not slug or (competency and competency.current))
    mine = access.visible_to(me).where(Assessment.about == person.id)
    if competency:
        mine = mine.where(Assessment.document == competency)
    return render_template(
        "competencies/history.html",
        person=person,
        is_own=person.id == me.id,
        competency=competency,
        page=web.Page(Assessment.listing(mine), web.page_number()),
    )


@bp.post("/competencies/people/<int:person_id>/file")
@doors.signed_in
def export_person(person_id: int) -> Any:
    """The gap table as CSV."""
    me, person = viewer(), opened(known(person_id))
    return _file(exporting.table(me, person), f"competencies-{text.slugify(person.called)}")


@bp.post("/competencies/people/<int:person_id>/history/file")
@doors.signed_in
def export_history(person_id: int) -> Any:
    """Everything that was said, as CSV."""
    me, person = viewer(), opened(known(person_id))
    return _file(exporting.history(me, person), f"assessments-{text.slugify(person.called)}")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}-{viewer().today()}.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


# -- teams, departments, roles -----------------------------------------------------------------


@bp.get("/competencies/people/team")
@doors.signed_in
def show_team() -> Any:
    """The viewer's people by competencies: those who report to them, or everybody below."""
    me = viewer()
    web.exists(access.can_see_team(me))
    is_whole = request.args.get("who") == "line"
    people = Person.cards(access.team_of(me, is_whole=is_whole), me.today())
    page = web.Page(people, web.page_number())
    tables, without = gaps.tables_of(page.rows)
    return render_template(
        "competencies/team.html",
        is_whole=is_whole,
        page=page,
        tables=tables,
        without=without,
        may_see_company=access.can_see_company(me),
    )


@bp.get("/competencies/people/departments")
@doors.signed_in
def show_groups() -> Any:
    """One department, or everybody in one role, in numbers."""
    me = viewer()
    web.exists(access.can_see_company(me))
    by = "role" if "role" in request.args else "department"
    teams = {} if by == "role" else groups.departments(Teams())
    names = groups.roles(access.positions(me)) if by == "role" else list(teams)
    asked = request.args.get(by, "")[:120]
    chosen = asked if asked in names else next(iter(names), "")
    people = access.in_group(me, role=chosen if by == "role" else "", teams=teams.get(chosen))
    return render_template(
        "competencies/groups.html",
        by=by,
        names=names,
        group=groups.of(chosen, people),
        least=groups.LEAST,
    )


@bp.get("/competencies/people/given")
@doors.signed_in
def show_given() -> Any:
    """What one said of others, and whom one led when something was said."""
    me = viewer()
    web.exists(access.can_have_said(me))
    return render_template(
        "competencies/given.html",
        page=web.Page(Assessment.listing(access.given_by(me)), web.page_number()),
        led_before=list(access.led_before(me).limit(web.PAGE_ROWS)),
    )
