"""Legal holds, and the evidence of purges."""

from typing import Any

from flask import Response, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import doors, web
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.tables import write_table
from portal.privacy import records
from portal.retention import access
from portal.retention.forms import HoldForm
from portal.retention.models import LegalHold
from portal.retention.purging import Purge
from portal.retention.views import bp

Page = str | tuple[str, int] | WerkzeugResponse | Any

NOBODY = "Nobody, or more than one, is called that. Type their address."
ONE_OF_BOTH = "Say either a person or a class of record, one of them."


@bp.get("/retention/holds")
@doors.signed_in
def holds() -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    page = web.Page(LegalHold.listing(access.holds_visible_to(me)), web.page_number())
    return render_template(
        "retention/holds.html",
        page=page,
        may_manage=access.can_manage(me),
        may_read_counsel=access.can_read_for_counsel(me),
    )


@bp.get("/retention/holds.csv")
@doors.signed_in
def holds_table() -> Response:
    """The list of holds, for counsel."""
    me = viewer()
    web.exists(access.can_see(me))
    with_notes = access.can_read_for_counsel(me)
    head = ["Number", "Protects", "Why", "Placed", "Placed by", "Lifted", "Lifted by"]
    head += ["For counsel"] if with_notes else []
    rows = []
    for hold in LegalHold.listing(access.holds_visible_to(me)):
        row = [
            str(hold.id), hold.what, hold.reason, _at(hold.placed_at), _name(hold.placed_by),
            _at(hold.lifted_at), _name(hold.lifted_by),
        ]  # fmt: skip
        rows.append(row + ([hold.counsel] if with_notes else []))
    return as_table(head, rows, "holds.csv")


def _at(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _name(person: Any) -> str:
    return person.called if person else ""


def as_table(head: list[str], rows: list[list[str]], name: str) -> Response:
    """Rows as a file for a spreadsheet, in which nothing computes."""
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(write_table(head, rows), mimetype="text/csv", headers=disposition)


@bp.get("/retention/holds/new")
@doors.signed_in
def new_hold() -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    web.permit(access.can_manage(me))
    person = web.number(request.args.get("person", ""))
    found = access.people_visible_to(me).where(Person.id == person).first()
    known = {"person": found.email if found else ""}
    return render_template("retention/hold.html", form=web.bind(HoldForm, known))


@bp.post("/retention/holds")
@doors.signed_in
def place_hold() -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    web.permit(access.can_manage(me))
    form = web.bind(HoldForm)
    typed = form.person.data or ""
    person = access.find_person(me, typed)
    kept = records.get(form.record_class.data or "")
    is_valid = form.validate()
    if bool(typed) == bool(kept):
        form.person.errors = [*form.person.errors, ONE_OF_BOTH]
    elif typed and person is None:
        form.person.errors = [*form.person.errors, NOBODY]
    elif is_valid:
        try:
            reason, counsel = form.reason.data or "", form.counsel.data or ""
            hold = LegalHold.place(person=person, kept=kept, reason=reason, counsel=counsel, by=me)
        except ValueError as error:
            form.person.errors = [str(error)]
        else:
            undo = f"/retention/holds/{hold.id}/lifting"
            return go("/retention/holds", say=f"{hold.what} is under hold.", undo=undo)
    return render_template("retention/hold.html", form=form), 422


@bp.post("/retention/holds/<int:hold_id>/lifting")
@doors.signed_in
def lift_hold(hold_id: int) -> Page:
    me = viewer()
    hold = web.get_or_404(access.holds_visible_to(me), id=hold_id)
    web.permit(access.can_manage(me))
    hold.lift(by=me)
    said = f"{hold.what} may go again when its time has come."
    return go("/retention/holds", say=said)


@bp.get("/retention/purges")
@doors.signed_in
def purges() -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    page = web.Page(access.purges_visible_to(me), web.page_number())
    return render_template("retention/purges.html", page=page)


@bp.get("/retention/purges/<int:purge_id>")
@doors.signed_in
def show_purge(purge_id: int) -> Page:
    me = viewer()
    web.exists(access.can_see(me))
    purge: Purge = web.get_or_404(access.purges_visible_to(me), id=purge_id)
    return render_template("retention/purge.html", purge=purge, kept=purge.kept)
