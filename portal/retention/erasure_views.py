"""Erasing one person: what would go, what stays and why; and the list for a restore."""

from typing import Any

from flask import Response, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, web
from portal.hx import go
from portal.people.forgetting import is_erased
from portal.people.models import Person
from portal.people.session import viewer
from portal.retention import access, jobs
from portal.retention.erasing import Erasure, listed, why_not
from portal.retention.forms import ErasureForm
from portal.retention.hold_views import as_table
from portal.retention.outlook import outlook
from portal.retention.views import bp

Page = str | tuple[str, int] | WerkzeugResponse | Any


@bp.app_template_global("may_erase")
def may_erase(person: Person) -> bool:
    """For the link on a person's page: only where something can be done."""
    me = viewer()
    return access.can_see_erasures(me) and me.id != person.id and not person.is_active


def _person(person_id: int) -> Person:
    return web.get_or_404(access.people_visible_to(viewer()), id=person_id)  # type: ignore[no-any-return]


@bp.get("/retention/people/<int:person_id>")
@doors.signed_in
def person(person_id: int) -> Page:
    found = _person(person_id)
    return _page(found, web.bind(ErasureForm, expected=found.id))


def _page(found: Person, form: ErasureForm, status: int = 200) -> Page:
    refused = why_not(found, viewer())
    return render_template(
        "retention/person.html",
        person=found,
        form=form,
        # Of who works here nobody learns by an erasure that cannot be what they have of what.
        outlook=None if refused else outlook(found.id),
        erasure=Erasure.of(found),
        is_erased=is_erased(found),
        why_not=refused,
    ), status


@bp.post("/retention/people/<int:person_id>")
@doors.signed_in
def erase(person_id: int) -> Page:
    found = _person(person_id)
    form = web.bind(ErasureForm, expected=found.id)
    if not form.validate():
        return _page(found, form, 422)
    try:
        Erasure.begin(found, by=viewer(), reason=form.reason.data or "")
    except ValueError as error:
        form.typed.errors = [str(error)]
        return _page(found, form, 422)
    jobs.go_on_purging.wake()
    return go(f"/retention/people/{found.id}", say="The erasure has begun.")


@bp.get("/retention/erasures")
@doors.signed_in
def erasures() -> Page:
    me = viewer()
    web.exists(access.can_see_erasures(me))
    page = web.Page(access.erasures_visible_to(me), web.page_number())
    return render_template("retention/erasures.html", page=page)


@bp.get("/retention/erasures.csv")
@doors.signed_in
def erasures_table() -> Response:
    """The erasure list, to be kept with the backups: numbers and times, no names."""
    web.exists(access.can_see_erasures(viewer()))
    rows = [[str(person), at, classes] for person, at, classes in listed()]
    return as_table(["person", "at", "classes"], rows, "erasures.csv")
