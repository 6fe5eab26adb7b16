"""Packs: asking for one, watching it grow, fetching it, giving it to an auditor."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.audit.checkpoints import Checkpoint
from portal.evidence import access, auditors, jobs
from portal.evidence.auditors import AUDIT, HOME, PACKS
from portal.evidence.forms import GiftForm, PackForm
from portal.evidence.models import Gift, Pack
from portal.evidence.views import bp
from portal.hx import answer, go
from portal.people.models import Person
from portal.people.session import viewer
from portal.uploads.handing import hand_out


@bp.get("/evidence")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def index() -> Any:
    """Packs so far, and the ways into evidence. Auditors have a page of their own."""
    me = viewer()
    if not access.can_ask_for_packs(me):
        web.exists(access.can_see_auditors_home(me))
        return go(HOME)
    page = web.Page(Pack.listing(access.packs_visible_to(me)), web.page_number())
    return render_template("evidence/index.html", page=page, checkpoint=Checkpoint.newest())


@bp.get("/evidence/packs/new")
@doors.signed_in
def new_pack() -> Any:
    """`?policy=` and `?requirement=` choose beforehand; so do `?as_of=` and `?from=`."""
    web.exists(access.can_ask_for_packs(viewer()))
    chosen = [number for number in request.args.getlist("requirement") if web.number(number)]
    policy = web.number(request.args.get("policy", ""))
    if policy:
        chosen += map(str, access.requirements_of_policies([policy]))
    form = PackForm(
        data={
            "as_of": web.viewer_today(),
            "requirements": chosen,
            "names": True,
            "people": "all",
        }
    )
    return render_template("evidence/pack_new.html", form=form)


@bp.post("/evidence/packs")
@doors.signed_in
def create_pack() -> Any:
    me = viewer()
    web.exists(access.can_ask_for_packs(me))
    form = web.bind(PackForm)
    if not form.validate():
        return render_template("evidence/pack_new.html", form=form), 422
    pack = form.ask(me)
    jobs.build_packs.wake()
    return go(f"/evidence/packs/{pack.id}")


def _pack(pack_id: int) -> Pack:
    found = Pack.listing(access.packs_visible_to(viewer()))
    return web.get_or_404(found, id=pack_id)  # type: ignore[no-any-return]


def _to_manage(pack_id: int) -> tuple[Person, Pack]:
    me, pack = viewer(), _pack(pack_id)
    web.permit(access.can_ask_for_packs(me))
    return me, pack


@bp.get("/evidence/packs/<int:pack_id>")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def show_pack(pack_id: int) -> Any:
    return _page(_pack(pack_id))


def _page(pack: Pack, form: GiftForm | None = None, status: int = 200) -> Any:
    manages = access.can_ask_for_packs(viewer())
    is_poll = request.htmx.partial and request.method == "GET"  # type: ignore[attr-defined]
    return render_template(
        "evidence/_pack.html" if is_poll else "evidence/pack.html",
        pack=pack,
        manages=manages,
        done=pack.done if pack.is_at_work else 0,
        titles=access.titles_of(access.requirements(pack.requirements)).values(),
        gifts=list(Gift.of_pack(pack)) if manages and pack.is_ready else [],
        form=form or (_gift_form() if manages and pack.is_ready else None),
    ), status


def _gift_form() -> GiftForm:
    return GiftForm(people=auditors.all_of_them())


@bp.post("/evidence/packs/<int:pack_id>/cancellation")
@doors.signed_in
def cancel_pack(pack_id: int) -> Any:
    me, pack = _to_manage(pack_id)
    if pack.cancel(by=me):
        return go("/evidence", say="The pack will not be built.")
    return go(f"/evidence/packs/{pack.id}", say="It was finished a moment before.")


@bp.post("/evidence/packs/<int:pack_id>/keeping")
@doors.signed_in
def keep_pack(pack_id: int) -> Any:
    """Keep it, or let it go with the others again: `wanted` says which."""
    me, pack = _to_manage(pack_id)
    wanted = request.form.get("wanted") == "y"
    pack.keep(wanted, by=me)
    said = "It is kept until you say otherwise." if wanted else "It goes when its days are over."
    return go(f"/evidence/packs/{pack.id}", say=said)


@bp.get("/evidence/packs/<int:pack_id>/file")
@doors.signed_in
@doors.also_for(AUDIT, PACKS)
def fetch_pack(pack_id: int) -> Any:
    pack = _pack(pack_id)
    web.exists(pack.is_ready)
    handed = hand_out(pack.blob, pack.file_name, "application/zip")
    pack.note_fetched(by=viewer())
    return handed


@bp.post("/evidence/packs/<int:pack_id>/gifts")
@doors.signed_in
def give_pack(pack_id: int) -> Any:
    me, pack = _to_manage(pack_id)
    web.exists(pack.is_ready)
    form = web.bind(GiftForm, people=auditors.all_of_them())
    if not form.validate():
        return _page(pack, form, 422)
    person = auditors.has_been(int(form.person.data))
    gift = Gift.give(pack, person, by=me)  # type: ignore[arg-type]
    return answer(
        "evidence/_gifts.html",
        back=f"/evidence/packs/{pack.id}",
        say=f"{gift.person.called} can fetch it now.",
        undo=f"/evidence/packs/{pack.id}/gifts/{gift.id}/end",
        pack=pack,
        gifts=list(Gift.of_pack(pack)),
        form=_gift_form(),
    )


@bp.post("/evidence/packs/<int:pack_id>/gifts/<int:gift_id>/end")
@doors.signed_in
def end_gift(pack_id: int, gift_id: int) -> Any:
    me, pack = _to_manage(pack_id)
    gift = web.get_or_404(Gift.of_pack(pack), id=gift_id)
    gift.end(by=me)
    return go(f"/evidence/packs/{pack.id}", say="It is not for them any more.")
