"""Moves: proposing one, the second look, and what another decision does to it."""

from datetime import timedelta
from typing import Any

from flask import render_template

from portal import audit, doors, web
from portal.careers import (
    deciders,
    move_access,
    move_lists,
    move_words,
    moving,
    refusing,
    rotating,
)
from portal.careers.models import Move
from portal.careers.move_forms import AgreeForm, BackForm, DeclineForm, LongerForm
from portal.careers.move_new_views import ELSEWHERE, asked_words, refuse_form
from portal.careers.moving import NotPossible
from portal.careers.proposing import AlreadyAsked
from portal.careers.views import bp
from portal.hx import go, mark_sent
from portal.people.models import Person
from portal.people.session import viewer

DECIDED = "It was decided or taken back a moment ago: this is how it stands."


@bp.app_template_global("may_propose_move")
def may_propose_move(person: Person) -> bool:
    """For a button on somebody's career page: the same rule as the page it leads to."""
    return move_access.can_propose(viewer(), person)


@bp.get("/careers/moves")
@doors.signed_in
def list_moves() -> Any:
    """What waits for the viewer first, then what they proposed, and what else they may read."""
    me = viewer()
    web.exists(move_access.is_inside(me))
    seen = Move.whole(move_access.visible_to(me))
    page = web.Page(Move.open_first(seen), web.page_number())
    return render_template(
        "careers/moves/index.html",
        page=page,
        groups=_groups(page.rows, me),
        words=move_words,
        may_propose=me.has_reports or me.is_hr,
        today=me.today(),
    )


def _groups(rows: list[Move], me: Person) -> list[tuple[str, str, list[Move]]]:
    """The page's rows under what the viewer has to do with them."""
    found: dict[str, list[Move]] = {"decide": [], "mine": [], "about": [], "rest": []}
    asked = deciders.of_many([move for move in rows if move.state == "open"])
    for move in rows:
        name = "rest"
        if move.person_id == me.id:
            name = "about"
        elif move.proposed_by_id == me.id:
            name = "mine"
        elif me.id in {one.id for one in asked.get(move.id, ())}:
            name = "decide"
        found[name].append(move)
    titles = {
        "decide": "For you to decide", "mine": "Proposed by you", "about": "About you",
        "rest": "Others",
    }  # fmt: skip
    return [(name, titles[name], rows) for name, rows in found.items() if rows]


# -- one move ----------------------------------------------------------------------------------


def _move(move_id: int) -> Move:
    """A move the viewer may read, with everybody it names."""
    return web.get_or_404(Move.whole(move_access.visible_to(viewer())), id=move_id)  # type: ignore[no-any-return]


@bp.get("/careers/moves/<int:move_id>")
@doors.signed_in
def show_move(move_id: int) -> Any:
    me, move = viewer(), _move(move_id)
    if me.id not in (move.person_id, move.proposed_by_id):
        audit.looked(me, move, about=move.person)
    return _move_page(move)


def _move_page(move: Move, status: int = 200, **forms: Any) -> Any:
    me = viewer()
    change = moving.read(move)
    asked = move.deciders() if move.state == "open" else []
    may_decide = move_access.is_inside(me) and me.id in {one.id for one in asked}
    trouble = _trouble(move, change) if may_decide else ""
    may_follow = move_access.can_follow(me, move) and not rotating.why_not(move)
    blank = {"agree": AgreeForm(data={"seen": change.mark}), "decline": DeclineForm()}
    return render_template(
        "careers/moves/show.html",
        move=move,
        change=change,
        plan=move_lists.starting(move, change) if move.state == "open" else None,
        checklist=move.checklist,
        trouble=trouble,
        checks=list(move.checks.order_by(move.checks.model.place)),
        said=move_words.state(move, me, asked),
        since=move_words.since_then(move),
        words=move_words,
        may_decide=may_decide,
        may_withdraw=move_access.can_withdraw(me, move),
        may_restore=move_access.can_restore(me, move),
        may_follow=may_follow,
        may_read_case=move_access.can_read_case(me, move),
        may_read_answer=move_access.can_read_answer(me, move),
        **(blank | forms),
    ), status


def _trouble(move: Move, change: moving.Change) -> str:
    """Why it cannot be agreed to as things stand; empty where it can."""
    if why := move.why_over():
        return why  # type: ignore[no-any-return]
    try:
        refusing.refuse(move, change)
    except NotPossible as error:
        return str(error)
    return ""


def _to_decide(move_id: int) -> Move:
    """A move that is to be decided by the viewer; one that was decided meanwhile is told so."""
    me, move = viewer(), _move(move_id)
    web.permit(move.state != "open" or move_access.can_decide(me, move))
    web.permit(move.state == "open" or me.is_hr or deciders.is_executive(me))
    web.permit(me.id not in (move.person_id, move.proposed_by_id))
    return move


@bp.post("/careers/moves/<int:move_id>/agreement")
@doors.signed_in
def agree(move_id: int) -> Any:
    me, move = viewer(), _to_decide(move_id)
    form = web.bind(AgreeForm)
    if not form.validate():
        return _move_page(move, 422, agree=form)
    try:
        done = move.agree(by=me, answer=form.answer.data or "", seen=form.seen.data or "")
    except NotPossible as error:
        form.form_errors.append(str(error))
        form.seen.data = moving.read(move).mark
        return _move_page(move, 422, agree=form)
    if not done:
        return go(move.url, say=DECIDED)
    mark_sent(f"move-{move.id}-agree")
    return go(move.url, say=f"Agreed. {move.person.first_name} reads this now, and has a letter.")


@bp.post("/careers/moves/<int:move_id>/refusal")
@doors.signed_in
def decline(move_id: int) -> Any:
    me, move = viewer(), _to_decide(move_id)
    form = web.bind(DeclineForm)
    if not form.validate():
        return _move_page(move, 422, decline=form)
    try:
        done = move.decline(by=me, answer=form.why.data or "")
    except NotPossible as error:
        form.form_errors.append(str(error))
        return _move_page(move, 422, decline=form)
    if not done:
        return go(move.url, say=DECIDED)
    mark_sent(f"move-{move.id}-decline")
    return go(move.url, say="Declined. Whoever proposed it has a letter; nobody else is told.")


@bp.post("/careers/moves/<int:move_id>/withdrawal")
@doors.signed_in
def withdraw_move(move_id: int) -> Any:
    me, move = viewer(), _move(move_id)
    web.permit(me.id == move.proposed_by_id)
    if not move.withdraw(by=me):
        return go(move.url, say=DECIDED)
    return go(move.url, say="Taken back. Nobody is asked any more.", undo=f"{move.url}/restoration")


@bp.post("/careers/moves/<int:move_id>/restoration")
@doors.signed_in
def restore_move(move_id: int) -> Any:
    me, move = viewer(), _move(move_id)
    web.permit(me.id == move.proposed_by_id)
    is_back = move.restore(by=me)
    return go(move.url, say=asked_words(move) if is_back else "It cannot be brought back any more.")


# -- what another decision does to it ----------------------------------------------------------


def _to_follow(move_id: int) -> Move:
    move = _move(move_id)
    web.permit(move_access.can_follow(viewer(), move))
    return move


@bp.get("/careers/moves/<int:move_id>/return")
@doors.signed_in
def new_return(move_id: int) -> Any:
    move = _to_follow(move_id)
    first = rotating.first_day_back(move, move.person.today())
    return _again_page(move, BackForm(data={"starts_on": first}))


@bp.post("/careers/moves/<int:move_id>/return")
@doors.signed_in
def propose_return(move_id: int) -> Any:
    """They go back to where they were: taken back, or a rotation ends early."""
    move = _to_follow(move_id)
    form = web.bind(BackForm)
    return _proposed(move, form, lambda: rotating.take_back(
        move, by=viewer(), starts_on=form.starts_on.data, reason=form.reason.data or "",
    ))  # fmt: skip


@bp.get("/careers/moves/<int:move_id>/extension")
@doors.signed_in
def new_extension(move_id: int) -> Any:
    move = _to_follow(move_id)
    web.exists(move_words.may_lengthen(move))
    usual = move.ends_on + timedelta(days=91)  # type: ignore[operator]
    return _again_page(move, LongerForm(data={"ends_on": usual}))


@bp.post("/careers/moves/<int:move_id>/extension")
@doors.signed_in
def propose_extension(move_id: int) -> Any:
    move = _to_follow(move_id)
    web.exists(move_words.may_lengthen(move))
    form = web.bind(LongerForm)
    return _proposed(move, form, lambda: rotating.lengthen(
        move, by=viewer(), ends_on=form.ends_on.data, reason=form.reason.data or "",
    ))  # fmt: skip


def _proposed(move: Move, form: Any, propose: Any) -> Any:
    if not form.validate():
        return _again_page(move, form, 422)
    try:
        made = propose()
    except AlreadyAsked as error:
        seen = move_access.visible_to(viewer()).where(Move.id == error.move.id).first()
        return go(seen.url if seen else move.url, say=ELSEWHERE)
    except NotPossible as error:
        refuse_form(form, error)
        return _again_page(move, form, 422)
    mark_sent(f"move-{move.id}-{'return' if made.is_way_back else 'extension'}")
    return go(made.url, say=asked_words(made), undo=f"{made.url}/withdrawal")


def _again_page(move: Move, form: Any, status: int = 200) -> Any:
    return render_template(
        "careers/moves/again.html",
        move=move,
        form=form,
        words=move_words,
        is_longer=isinstance(form, LongerForm),
        today=web.viewer_today(),
    ), status
