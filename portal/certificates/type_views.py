"""The kinds of certificate, as HR keeps them."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.certificates import access
from portal.certificates.forms import TypeForm
from portal.certificates.types import CertificateType, StillRequired
from portal.certificates.views import bp
from portal.hx import go
from portal.people.session import viewer

LIST = "/certificates/types"


def _keeper() -> Any:
    me = viewer()
    web.exists(access.can_keep(me))
    return me


def _type(type_id: int) -> CertificateType:
    _keeper()
    return web.get_or_404(CertificateType.by_name(), id=type_id)  # type: ignore[no-any-return]


@bp.get("/certificates/types")
@doors.signed_in
def list_types() -> Any:
    _keeper()
    types = list(CertificateType.by_name())
    return render_template(
        "certificates/types.html",
        in_use=[one for one in types if one.retired_at is None],
        retired=[one for one in types if one.retired_at is not None],
    )


@bp.get("/certificates/types/new")
@doors.signed_in
def new_type() -> Any:
    _keeper()
    return _form_page(web.bind(TypeForm))


def _form_page(form: TypeForm, kept: CertificateType | None = None, status: int = 200) -> Any:
    return render_template("certificates/type.html", form=form, kept=kept), status


@bp.post("/certificates/types")
@doors.signed_in
def create_type() -> Any:
    me = _keeper()
    form = web.bind(TypeForm)
    if not form.validate():
        return _form_page(form, status=422)
    made = CertificateType.set_up(by=me, **form.facts())
    return go(LIST, say=f"{made.name} can be brought and required now.")


@bp.get("/certificates/types/<int:type_id>/edit")
@doors.signed_in
def edit_type(type_id: int) -> Any:
    kept = _type(type_id)
    given = {name: getattr(kept, name) for name in CertificateType.SAID}
    return _form_page(web.bind(TypeForm, given | {"months": kept.months or None}), kept)


@bp.post("/certificates/types/<int:type_id>/edit")
@doors.signed_in
def change_type(type_id: int) -> Any:
    kept = _type(type_id)
    form = web.bind(TypeForm)
    form.besides = kept
    if not form.validate():
        return _form_page(form, kept, 422)
    kept.change(by=viewer(), **form.facts())
    return go(LIST, say="Saved.")


@bp.post("/certificates/types/<int:type_id>/retirement")
@doors.signed_in
def retire_type(type_id: int) -> Any:
    kept = _type(type_id)
    try:
        kept.retire(by=viewer())
    except StillRequired as error:
        return go(LIST, say=str(error))
    undo = f"{LIST}/{kept.id}/restoration"
    return go(LIST, say=f"{kept.name} is retired. What was recorded stays.", undo=undo)


@bp.post("/certificates/types/<int:type_id>/restoration")
@doors.signed_in
def restore_type(type_id: int) -> Any:
    kept = _type(type_id)
    kept.restore(by=viewer())
    return go(LIST, say=f"{kept.name} is in use again.")
