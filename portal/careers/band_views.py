"""Pay bands as HR keeps them: all of them, one role over time, and as a file."""

from typing import Any

from flask import Response, abort, render_template, request

from portal import audit, db, doors, web
from portal.careers import band_access as access
from portal.careers import band_lists, tracks
from portal.careers.band_forms import TOLD, AmountsForm, BandForm, EndForm
from portal.careers.bands import HR, MAX_LEVEL, MAX_ROLE, PayBand
from portal.careers.views import bp
from portal.hx import go
from portal.people.models import Person
from portal.people.session import viewer
from portal.people.tables import write_table

LIST = "/careers/bands"
COLUMNS = (
    "role", "level", "counts from", "currency", "from", "to", "shown to", "state", "recorded on",
)  # fmt: skip


@bp.get("/careers/bands")
@doors.signed_in
def list_bands() -> Any:
    """Every rung with what is paid there, and what has none yet."""
    me = _keeper()
    return render_template(
        "careers/bands.html",
        parts=band_lists.parts(tracks.all_in_force(), me.today()),
        shown=TOLD,
        today=me.today(),
    )


@bp.post("/careers/bands/export")
@doors.signed_in
def export_bands() -> Any:
    """Every row ever recorded. That somebody took it along is in the trail, and no amount."""
    me = _keeper()
    rows = [_exported(past) for past in band_lists.all_of_them(me.today())]
    person = me
    with db.write():
        audit.record(me, "exported_pay_bands", person, about=me, data={"rows": len(rows)})
    headers = {"Content-Disposition": f"attachment; filename=pay-bands-{me.today()}.csv"}
    return Response(write_table(COLUMNS, rows), mimetype="text/csv", headers=headers)


def _exported(past: band_lists.Past) -> list[str]:
    band = past.band
    amounts = ["", ""] if band.is_end else [str(band.low), str(band.high)]
    shown = "" if band.is_end else TOLD[band.shown_to]
    return [
        band.role, band.level, str(band.starts_on), band.currency, *amounts, shown, past.state,
        str(band.recorded_at.date()),
    ]  # fmt: skip


@bp.get("/careers/bands/new")
@doors.signed_in
def new_band() -> Any:
    """The form, filled with the role and level it was asked for, and the usual currency."""
    me = _keeper()
    asked = {
        "role": request.args.get("role", "")[:MAX_ROLE],
        "level": request.args.get("level", "")[:MAX_LEVEL],
        "currency": PayBand.usual_currency(),
        "starts_on": me.today(),
        "shown_to": HR,
    }
    return _new_page(web.bind(BandForm, asked))


def _new_page(form: BandForm, status: int = 200) -> Any:
    roles = sorted({one.role for track in tracks.all_in_force() for one in track.rungs})
    return render_template("careers/band_new.html", form=form, roles=roles), status


@bp.post("/careers/bands")
@doors.signed_in
def create_band() -> Any:
    me = _keeper()
    form = web.bind(BandForm)
    if not form.validate():
        return _new_page(form, 422)
    role, level = form.role.data or "", form.level.data or ""
    band = PayBand.settle(role, level, by=me, **form.amounts())
    return go(f"{LIST}/{band.id}", say=f"The band for {band.called} is kept.")


@bp.get("/careers/bands/<int:band_id>")
@doors.signed_in
def show_band(band_id: int) -> Any:
    """A role on a level: what is paid, what was, and what is to come."""
    band = _band(band_id)
    names = ("currency", "low", "high", "shown_to")
    given = {} if band.is_end else {name: getattr(band, name) for name in names}
    return _page(band, AmountsForm(data=_again(band) | given), EndForm())


@bp.post("/careers/bands/<int:band_id>")
@doors.signed_in
def change_band(band_id: int) -> Any:
    """Other amounts from a day on."""
    band = _band(band_id)
    form = web.bind(AmountsForm)
    if not form.validate():
        return _page(band, form, EndForm(), 422)
    made = PayBand.settle(band.role, band.level, by=viewer(), **form.amounts())
    return go(f"{LIST}/{made.id}", say=f"It counts from {web.day(made.starts_on)}.")


@bp.post("/careers/bands/<int:band_id>/end")
@doors.signed_in
def end_band(band_id: int) -> Any:
    """No band any more from a day on."""
    band = _band(band_id)
    form = web.bind(EndForm)
    form.band = band
    if not form.validate() or form.ends_on.data is None:
        return _page(band, AmountsForm(data=_again(band)), form, 422)
    band.end(form.ends_on.data, by=viewer())
    say = f"From {web.day(form.ends_on.data)} there is no band for {band.called}."
    return go(f"{LIST}/{band.id}", say=say)


@bp.post("/careers/bands/<int:band_id>/withdrawal")
@doors.signed_in
def withdraw_band(band_id: int) -> Any:
    """Take back what has not begun."""
    band = _band(band_id)
    said = "It is taken back: what counts today goes on." if band.withdraw(by=viewer()) else (
        "It counts already. Set another one from a day on."
    )  # fmt: skip
    return go(f"{LIST}/{band.id}", say=said)


def _again(band: PayBand) -> dict[str, Any]:
    return {"currency": band.currency, "starts_on": web.viewer_today(), "shown_to": HR}


def _page(band: PayBand, form: AmountsForm, end: EndForm, status: int = 200) -> Any:
    today = web.viewer_today()
    history = band_lists.history(band.place, today)
    current = next((past.band for past in history if past.state == "in force"), None)
    known = tracks.all_in_force()
    rung = band_lists.rung_of(band.place, known)
    page = render_template(
        "careers/band.html",
        band=band,
        current=current,
        history=history,
        rung=rung,
        is_own=rung is not None and rung == tracks.of(viewer(), known),
        form=form,
        end=end,
        shown=TOLD,
        today=today,
    )
    return page, status


def _band(band_id: int) -> PayBand:
    return web.get_or_404(access.visible_to(viewer()), id=band_id)  # type: ignore[no-any-return]


def _keeper() -> Person:
    me = viewer()
    return me if access.can_keep(me) else abort(404)
