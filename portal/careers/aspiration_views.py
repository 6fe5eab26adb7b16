"""Where I would like to go: said, shown to whom I choose, changed and forgotten."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.careers import access, tracks
from portal.careers.aspirations import MOST, NOBODY, Aspiration, TooMany
from portal.careers.forms import AspirationForm, SharingForm
from portal.careers.views import asked_rung, bp
from portal.hx import go, mark_sent
from portal.people.session import viewer

SAID = {
    NOBODY: "Kept for you alone.",
    "line": "Those you report to can read it from now on.",
    "line and hr": "Those you report to and HR can read it from now on.",
}


@bp.get("/careers/aspirations/new")
@doors.signed_in
def new_aspiration() -> Any:
    me = viewer()
    web.exists(access.can_aspire(me))
    return _new_page(_form({"rung": asked_rung(), "shared": NOBODY}))


def _form(data: dict[str, Any] | None = None) -> AspirationForm:
    known = tracks.all_in_force()
    return web.bind(AspirationForm, data).of(known, tracks.of(viewer(), known))


def _new_page(form: AspirationForm, status: int = 200) -> Any:
    count = access.aspirations_of(viewer()).count()
    return render_template("careers/aspiration_new.html", form=form, is_full=count >= MOST), status


@bp.post("/careers/aspirations")
@doors.signed_in
def set_aspiration() -> Any:
    me = viewer()
    web.exists(access.can_aspire(me))
    form = _form()
    if not form.validate():
        return _new_page(form, 422)
    try:
        Aspiration.aim(form.chosen, form.note.data or "", form.shared.data, by=me)
    except TooMany as error:
        form.rung.errors = [str(error)]
        return _new_page(form, 422)
    mark_sent("aspiration-new")
    return go("/careers#aspirations", say=SAID[form.shared.data])


def _own(aspiration_id: int) -> Aspiration:
    """One's own: of anybody else's nobody learns here that it is."""
    visible = Aspiration.whole(access.aspirations_of(viewer()))
    return web.get_or_404(visible, id=aspiration_id)  # type: ignore[no-any-return]


@bp.get("/careers/aspirations/<int:aspiration_id>")
@doors.signed_in
def edit_aspiration(aspiration_id: int) -> Any:
    aspiration = _own(aspiration_id)
    data = {"note": aspiration.note, "shared": aspiration.shared}
    return _edit_page(aspiration, web.bind(SharingForm, data))


def _edit_page(aspiration: Aspiration, form: SharingForm, status: int = 200) -> Any:
    rung = tracks.find(aspiration.document_id, aspiration.rung)
    return render_template(
        "careers/aspiration.html", aspiration=aspiration, rung=rung, form=form
    ), status


@bp.post("/careers/aspirations/<int:aspiration_id>")
@doors.signed_in
def change_aspiration(aspiration_id: int) -> Any:
    aspiration = _own(aspiration_id)
    form = web.bind(SharingForm)
    if not form.validate():
        return _edit_page(aspiration, form, 422)
    aspiration.change(form.note.data or "", form.shared.data)
    mark_sent(f"aspiration-{aspiration.id}")
    return go("/careers#aspirations", say=SAID[form.shared.data])


@bp.post("/careers/aspirations/<int:aspiration_id>/end")
@doors.signed_in
def forget_aspiration(aspiration_id: int) -> Any:
    _own(aspiration_id).forget()
    return go("/careers#aspirations", say="It is gone, with what you wrote.")
