"""Access and equipment: what one person has, and what is out by system."""

from typing import Any

from flask import Response, render_template, request

from portal import doors, text, web
from portal.checklists import access, proofs
from portal.checklists.forms import GiveForm, ProofForm
from portal.checklists.holdings import KINDS, Holding
from portal.checklists.views import bp
from portal.hx import go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.tables import write_table
from portal.uploads import handing


@bp.get("/people/<int:person_id>/holdings")
@doors.signed_in
def show_holdings(person_id: int) -> Any:
    """What somebody has, and had, with the proof of both ends."""
    return _person_page(_person(person_id))


def _person(person_id: int) -> Person:
    me = viewer()
    person: Person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(access.can_see_holdings(me, person))
    return person


def _person_page(
    person: Person, status: int = 200, form: GiveForm | None = None, refused: Any = None
) -> Any:
    me = viewer()
    rows = Holding.history_of(access.holdings_visible_to(me), person)
    return render_template(
        "checklists/holdings.html",
        person=person,
        out=[row for row in rows if row.is_held],
        back=[row for row in rows if not row.is_held],
        form=_offered(form or GiveForm()),
        proof_form=ProofForm(),
        refused=refused,
        may_see_out=access.can_see_what_is_out(me),
        may_hand_out=access.can_hand_out(me, person),
        may_take_back=lambda holding: access.can_take_back(me, holding),
        knows_last_day=access.knows_last_day_of(me)(person),
    ), status


def _offered(form: GiveForm) -> GiveForm:
    form.kind.choices = list(KINDS.items())
    return form


@bp.post("/people/<int:person_id>/holdings")
@doors.signed_in
def hand_out(person_id: int) -> Any:
    """Somebody has something although no list says so."""
    me, person = viewer(), _person(person_id)
    web.permit(access.can_hand_out(me, person))
    form = _offered(web.bind(GiveForm))
    if not form.validate():
        return _person_page(person, 422, form=form)
    position = person.position()
    given = Holding.give(
        person,
        form.kind.data,
        text.slugify(form.name.data),
        by=me,
        proof=form.proof.data,
        location=position.location if position else None,
    )
    return go(
        f"/people/{person.id}/holdings",
        say=f"{person.first_name} has {given.words}.",
        undo=f"/holdings/{given.id}/withdrawal",
    )


def _holding(holding_id: int) -> Holding:
    me = viewer()
    return web.get_or_404(access.holdings_visible_to(me), id=holding_id)  # type: ignore[no-any-return]


@bp.post("/holdings/<int:holding_id>/return")
@doors.signed_in
def take_back(holding_id: int) -> Any:
    me, holding = viewer(), _holding(holding_id)
    web.permit(access.can_take_back(me, holding))
    form = web.bind(ProofForm)
    if not form.validate():
        return _person_page(holding.person, 422, refused=(holding.id, form))
    proofs.take_back(holding, form.proof.data, by=me)
    undo = f"/holdings/{holding.id}/reopening"
    return go(_page_of(holding), say=f"Taken back: {holding.words}.", undo=undo)


@bp.post("/holdings/<int:holding_id>/reopening")
@doors.signed_in
def leave_out(holding_id: int) -> Any:
    """Undo: it is still out."""
    me, holding = viewer(), _holding(holding_id)
    web.permit(access.can_leave_out(me, holding))
    proofs.leave_out(holding, by=me)
    return go(_page_of(holding), say=f"Still out: {holding.words}.")


@bp.post("/holdings/<int:holding_id>/withdrawal")
@doors.signed_in
def withdraw(holding_id: int) -> Any:
    """Undo: it was never handed out."""
    me, holding = viewer(), _holding(holding_id)
    web.permit(access.can_withdraw(me, holding))
    proofs.withdraw(holding, by=me)
    undo = f"/holdings/{holding.id}/restoration"
    return go(_page_of(holding), say=f"Never handed out: {holding.words}.", undo=undo)


@bp.post("/holdings/<int:holding_id>/restoration")
@doors.signed_in
def restore(holding_id: int) -> Any:
    me, holding = viewer(), _holding(holding_id)
    web.permit(access.can_restore(me, holding))
    holding.restore(by=me)
    return go(_page_of(holding), say=f"Out again: {holding.words}.")


def _page_of(holding: Holding) -> str:
    """The person's page; a function that has no such page goes to its Today."""
    sees = access.can_see_holdings(viewer(), holding.person)
    return f"/people/{holding.person_id}/holdings" if sees else "/"


@bp.get("/holdings")
@doors.signed_in
def show_out() -> Any:
    """What is out, system by system."""
    me = viewer()
    web.exists(access.can_see_what_is_out(me))
    visible = access.holdings_visible_to(me)
    kind, name = _asked()
    page = web.Page(Holding.out_now(visible, kind, name), web.page_number())
    leavers = Holding.with_leavers(visible, me.today())
    return render_template(
        "checklists/out.html",
        counts=Holding.counted(visible),
        page=page,
        kind=kind,
        name=name,
        kinds=KINDS,
        leavers=leavers,
        knows_last_day=access.knows_last_day_of(me),
        pages=access.pages_open_to(me, [*page.rows, *leavers]),
    )


def _asked() -> tuple[str, str]:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS else "", request.args.get("name", "")[:80]


@bp.get("/holdings.csv")
@doors.signed_in
def export_out() -> Any:
    me = viewer()
    web.exists(access.can_see_what_is_out(me))
    knows_last_day = access.knows_last_day_of(me)
    rows = [
        [
            KINDS[row.kind],
            row.name,
            row.person.called,
            row.person.email,
            str((knows_last_day(row.person) and row.person.last_day_on) or ""),
            str(row.given_at.date()),
            row.given_by.called if row.given_by_id else "",
            row.given_proof,
        ]
        for row in Holding.out_now(access.holdings_visible_to(me), *_asked())
    ]
    head = ["kind", "name", "person", "e-mail", "last day", "given on", "given by", "proof"]
    return Response(
        write_table(head, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=what-is-out.csv"},
    )


@bp.get("/holdings/<int:holding_id>/<end>/file")
@doors.signed_in
def fetch_proof(holding_id: int, end: str) -> Any:
    """The photo or file that came with a proof, always as a download."""
    holding = _holding(holding_id)
    web.exists(end in ("given", "taken"))
    file = holding.file_of(end)
    web.exists(file is not None)
    assert file is not None
    return handing.hand_out(file.blob, file.name, file.media_type)
