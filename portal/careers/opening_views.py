"""Openings as everybody here meets them: finding one, asking for it, taking that back."""

from typing import Any

from flask import abort, render_template, request

from portal import doors, web
from portal.careers import opening_access as access
from portal.careers import opening_lists as lists
from portal.careers.interests import ANSWERED, Interest
from portal.careers.moving import NotPossible
from portal.careers.opening_forms import AskForm
from portal.careers.openings import Opening
from portal.careers.views import bp
from portal.hx import go, mark_sent
from portal.people.session import viewer
from portal.people.vacancies import Vacancy


@bp.app_template_global("opening_beside")
def opening_beside(vacancy: Vacancy) -> dict[str, Any] | None:
    """For the page of a vacancy: its opening, or where it is shown to everybody; None where the
    viewer may do neither."""
    me = viewer()
    opening = Opening.of_vacancy(vacancy)
    if opening is not None and access.visible_to(me).where(Opening.id == opening.id).exists():
        opening.vacancy = vacancy
        if opening.closed_at is None or not access.can_post(me, vacancy):
            return {"opening": opening, "url": opening.url, "state": opening.state(me.today())}
    if access.can_post(me, vacancy):
        return {"opening": None, "url": f"/careers/openings/new/{vacancy.id}"}
    return None


@bp.get("/careers/openings")
@doors.signed_in
def list_openings() -> Any:
    me = viewer()
    web.exists(access.is_inside(me))
    is_over = request.args.get("list") == "over"
    page = lists.listed(me, web.page_number(), is_over=is_over)
    return render_template(
        "careers/openings/index.html",
        page=page,
        mine=lists.own(me, page.rows),
        is_over=is_over,
        may_post=me.is_hr,
        today=me.today(),
    )


def opening_or_404(opening_id: int) -> Opening:
    """One that the viewer may see, with its vacancy and places."""
    seen = access.visible_to(viewer()).where(Opening.id == opening_id)
    return Opening.whole(seen).first() or abort(404)


@bp.get("/careers/openings/<int:opening_id>")
@doors.signed_in
def show_opening(opening_id: int) -> Any:
    return opening_page(opening_or_404(opening_id))


def opening_page(opening: Opening, status: int = 200, form: AskForm | None = None) -> Any:
    """The opening, what one asks of it oneself, and for whoever chooses who asks."""
    me = viewer()
    asked = lists.asked(me, opening)
    mine = asked.mine
    may_ask = access.can_ask(me, opening) and _may_say(opening, mine)
    if form is None and may_ask:
        form = AskForm(data={"wish": mine.wish, "for_line": mine.for_line} if mine else None)
    return render_template(
        "careers/openings/show.html",
        opening=opening,
        state=opening.state(me.today()),
        mine=mine,
        form=form,
        may_ask=may_ask or status == 422,
        may_keep=access.can_keep(me, opening, has_asked=mine is not None),
        read_by=lists.read_by(opening, me.today()) if form is not None else "",
        asked=asked,
        placed=lists.placed(me, opening),
        today=me.today(),
    ), status


def _may_say(opening: Opening, mine: Interest | None) -> bool:
    """Whether there is anything to say: while it is open, and to change it while nobody has
    answered."""
    if mine is not None and mine.state not in ("asked", "withdrawn"):
        return False
    is_open = opening.state(viewer().today()) == "open"
    return is_open or (mine is not None and mine.state == "asked" and opening.closed_at is None)


@bp.post("/careers/openings/<int:opening_id>/interest")
@doors.signed_in
def ask_for_opening(opening_id: int) -> Any:
    """Ask, or say anew what one asks."""
    me, opening = viewer(), opening_or_404(opening_id)
    web.permit(access.can_ask(me, opening))
    form = web.bind(AskForm)
    if not form.validate():
        return opening_page(opening, 422, form)
    try:
        Interest.ask(
            opening, me, by=me, wish=form.wish.data or "", for_line=bool(form.for_line.data)
        )
    except NotPossible as error:
        form.wish.errors = [str(error)]
        return opening_page(opening, 422, form)
    mark_sent(f"opening-{opening.id}-wish")
    return go(opening.url, say="You have asked. The answer stands here, and you get a letter.")


@bp.post("/careers/openings/<int:opening_id>/interest/withdrawal")
@doors.signed_in
def withdraw_interest(opening_id: int) -> Any:
    """One's own, whatever stands there: there is no number that would count the others."""
    me, opening = viewer(), opening_or_404(opening_id)
    mine = Interest.of(me, opening) or abort(404)
    said = "Taken back. You may ask again while it is open." if mine.withdraw(by=me) else ANSWERED
    return go(opening.url, say=said)
