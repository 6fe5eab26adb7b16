"""A person's learning record: their own, and as whoever leads them and HR see it."""

from typing import Any

from flask import Response, render_template

from portal import doors, text, web
from portal.learning import access, certificates, record
from portal.learning.views import bp
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer


@bp.app_template_global("may_open_learning")
def may_open_learning(person: Person) -> bool:
    """For the tab in a person's file: the same rule as the page it leads to."""
    return person.is_staff and record.can_see_record(viewer(), person)


@bp.get("/learning/record")
@doors.signed_in
def show_record() -> Any:
    """One's own."""
    return _page(viewer())


@bp.get("/learning/people/<int:person_id>")
@doors.signed_in
def show_learner(person_id: int) -> Any:
    """Somebody's, for HR and their line."""
    return _page(_learner(person_id))


def _learner(person_id: int) -> Person:
    me = viewer()
    person: Person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(record.can_see_record(me, person))
    return person


def _page(person: Person) -> Any:
    me = viewer()
    return render_template(
        "learning/record.html",
        person=person,
        is_own=person.id == me.id,
        kept=record.of(me, person),
        states=certificates.STATES,
        spaced=certificates.spaced,
        is_failed=record.is_failed,
        may_see_team=access.can_see_people(me) and me.has_reports,
        today=me.today(),
    )


@bp.get("/learning/record/file")
@doors.signed_in
def export_record() -> Any:
    return _file(viewer())


@bp.post("/learning/people/<int:person_id>/file")
@doors.signed_in
def export_learner(person_id: int) -> Any:
    return _file(_learner(person_id))


def _file(person: Person) -> Any:
    me = viewer()
    content = record.export(me, person)
    name = f"learning-{text.slugify(person.called)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)
