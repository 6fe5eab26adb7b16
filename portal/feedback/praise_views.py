"""The praise page, praising, and who takes what off it."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.feedback import access, colleagues, values
from portal.feedback.forms import PUBLIC, PraiseForm, RemoveForm
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise
from portal.feedback.values import MAX_NAME_CHARS, Value
from portal.feedback.views import GONE, bp
from portal.hx import go, mark_sent
from portal.people.org import Teams
from portal.people.session import viewer

PAGE_ROWS = 20


@bp.get("/praise")
@doors.signed_in
def wall() -> Any:
    """What is public, the newest first; by value and by the team of whoever is praised."""
    me = viewer()
    web.exists(access.can_see_wall(me))
    value, team_id = request.args.get("value", ""), web.number(request.args.get("team", ""))
    is_removed = me.is_hr and request.args.get("show") == "removed"
    found = access.removed_for(me) if is_removed else access.on_page_for(me)
    if value:
        found = found.where(Praise.value == value)
    if team_id is not None:
        found = found.where(Praise.is_to_team(Teams().below(team_id), me.today()))
    offered = values.current()
    page = web.Page(Praise.whole(found), web.page_number(), PAGE_ROWS)
    Praise.with_people(page.rows)
    return render_template(
        "feedback/wall.html",
        page=page,
        values=_offered(value, offered),
        may_add_values=values.may_add(me, offered),
        teams=access.teams_for(me, team_id),
        value=value,
        team=team_id,
        may_praise=access.can_use(me),
        may_remove=me.is_hr,
        is_removed=is_removed,
    )


def _offered(chosen: str, current: list[Value]) -> list[str]:
    """Names of the values to choose from, with the chosen one though it be of an older text."""
    names = [value.name for value in current]
    return names if chosen in ("", *names) else [*names, chosen[:MAX_NAME_CHARS]]


@bp.get("/praise/new")
@doors.signed_in
def new_praise() -> Any:
    me = viewer()
    web.exists(access.can_use(me))
    number = web.number(request.args.get("to", ""))
    form = PraiseForm(data={"people": colleagues.name_of(me, number)}).of(values.current())
    return _form_page(form)


@bp.post("/praise")
@doors.signed_in
def praise() -> Any:
    me = viewer()
    web.exists(access.can_use(me))
    form = web.bind(PraiseForm).of(values.current())
    form.find(me, lambda typed: colleagues.called(me, typed))
    if not form.validate():
        return _form_page(form, 422)
    is_public = form.shown.data == PUBLIC
    given = Praise.give(form.found, form.text.data, form.chosen, is_public=is_public, by=me)
    mark_sent("praise")
    say = "Sent. You can take it back for a day."
    if is_public and not given.is_shown:
        say = "Sent to them alone: somebody it praises is not praised on the page, or is new."
    back = "/praise" if given.is_shown else given.url
    return go(back, say=say, undo=f"{given.url}/withdrawal")


def _form_page(form: PraiseForm, status: int = 200) -> Any:
    me = viewer()
    return render_template(
        "feedback/praise_form.html",
        form=form,
        colleagues=colleagues.offered(me),
        may_add_values=values.may_add(me, form.values),
    ), status


def _praise_or_404(praise_id: int, visible: Any = None) -> Praise:
    query = access.praise_visible_to(viewer()) if visible is None else visible
    return web.get_or_404(Praise.whole(query), id=praise_id)  # type: ignore[no-any-return]


@bp.get("/praise/<int:praise_id>")
@doors.signed_in
def show_praise(praise_id: int) -> Any:
    return _praise_page(_praise_or_404(praise_id))


def _praise_page(found: Praise, form: RemoveForm | None = None, status: int = 200) -> Any:
    me = viewer()
    return render_template(
        "feedback/praise.html",
        praise=found,
        may_remove=access.can_remove(me, found),
        may_put_back=access.can_put_back(me, found),
        form=form or RemoveForm(),
        is_refused=form is not None,
    ), status


@bp.post("/praise/<int:praise_id>/withdrawal")
@doors.signed_in
def withdraw_praise(praise_id: int) -> Any:
    me, found = viewer(), _praise_or_404(praise_id)
    web.permit(found.giver_id == me.id)
    if not found.withdraw(by=me):
        return go("/feedback?show=given", say=GONE)
    say = "Taken back. Nobody reads it any more."
    return go("/feedback?show=given", say=say, undo=f"{found.url}/restoration")


@bp.post("/praise/<int:praise_id>/restoration")
@doors.signed_in
def restore_praise(praise_id: int) -> Any:
    me = viewer()
    found = _praise_or_404(praise_id, access.praise_taken_back_by(me))
    if not found.restore(by=me):
        return go("/feedback?show=given", say="It stays taken back.")
    return go(found.url, say="It stands again.")


@bp.post("/praise/<int:praise_id>/hiding")
@doors.signed_in
def hide_praise(praise_id: int) -> Any:
    me, found = viewer(), _praise_or_404(praise_id)
    web.permit(access.can_hide(me, found))
    found.hide(by=me)
    say = "It is off the page. You keep it here."
    return go("/feedback?show=praise", say=say, undo=f"{found.url}/showing")


@bp.post("/praise/<int:praise_id>/showing")
@doors.signed_in
def show_again(praise_id: int) -> Any:
    me, found = viewer(), _praise_or_404(praise_id)
    web.permit(access.can_hide(me, found))
    found.show(by=me)
    return go("/feedback?show=praise", say="It may stand on the page again.")


@bp.post("/praise/<int:praise_id>/removal")
@doors.signed_in
def remove_praise(praise_id: int) -> Any:
    """HR, with a reason that whoever gave it and whom it praises are told."""
    me, found = viewer(), _praise_or_404(praise_id)
    web.permit(access.can_remove(me, found))
    form = web.bind(RemoveForm)
    if not form.validate():
        return _praise_page(found, form, 422)
    found.remove(form.reason.data, by=me)
    return go(
        found.url, say="It is off the page, and they are told why.", undo=f"{found.url}/return"
    )


@bp.post("/praise/<int:praise_id>/return")
@doors.signed_in
def put_back_praise(praise_id: int) -> Any:
    me, found = viewer(), _praise_or_404(praise_id)
    web.permit(access.can_put_back(me, found))
    found.put_back(by=me)
    if not found.is_shown:
        return go("/praise", say="It may stand on the page again, and is not wanted there now.")
    return go(found.url, say="It is on the page again.")


@bp.post("/feedback/praise-page/closing")
@doors.signed_in
def opt_out() -> Any:
    """No praise of oneself on the page, however it is sent."""
    return _choose(out=True, say="None of it stands on the page.", back="opening")


@bp.post("/feedback/praise-page/opening")
@doors.signed_in
def opt_in() -> Any:
    return _choose(out=False, say="Public praise of you stands on the page.", back="closing")


def _choose(*, out: bool, say: str, back: str) -> Any:
    me = viewer()
    web.exists(access.can_use(me))
    PraiseOptOut.choose(me, out=out)
    return go("/feedback?show=praise", say=say, undo=f"/feedback/praise-page/{back}")
