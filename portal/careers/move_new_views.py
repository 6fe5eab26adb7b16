"""Proposing a move: which sort, to which rung, from when, and what it would change."""

from typing import Any

from flask import abort, render_template, request

from portal import doors, web
from portal.careers import (
    move_access,
    move_lists,
    move_words,
    moving,
    refusing,
    standing,
    tracks,
)
from portal.careers.models import PROMOTION, ROTATION, SORTS, Move
from portal.careers.move_forms import MoveForm, first_values
from portal.careers.moving import NotPossible
from portal.careers.proposing import AlreadyAsked
from portal.careers.rungs import Rung
from portal.careers.views import bp
from portal.checklists import suggesting
from portal.hx import go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

ELSEWHERE = "Something for them waits for an answer already. HR knows of it."


def _whom(person_id: int) -> Person:
    me = viewer()
    web.exists(move_access.is_inside(me))
    person = web.get_or_404(people_access.visible_to(me), id=person_id)
    # Who may not propose does not learn that one could: the page is not there for them.
    web.exists(move_access.can_propose(me, person))
    return person  # type: ignore[no-any-return]


@bp.get("/careers/people/<int:person_id>/moves/new")
@doors.signed_in
def new_move(person_id: int) -> Any:
    person = _whom(person_id)
    sort = request.args.get("sort", "")
    if sort not in SORTS:
        return _choice_page(person)
    rung, points = _asked(person)
    form_class = MoveForm.of(points, rung)
    form = _offered(form_class(data=first_values(sort, rung, person.today())), person)
    return _form_page(person, sort, form)


def _choice_page(person: Person) -> Any:
    """Which sort, and for a promotion which rung, with how many of its criteria are met."""
    known = tracks.all_in_force()
    now = tracks.of(person, known)
    after = tracks.next_of(now, known) if now else []
    pairs = [(person, rung) for rung in after]
    found = standing.points_of_many(pairs, viewer(), among=known) if pairs else {}
    rest = [rung for track in known for rung in track.rungs if rung not in after and rung != now]
    return render_template(
        "careers/moves/choose.html",
        person=person,
        now=now,
        after=[(rung, found[person.id, rung.key]) for rung in after],
        rest=rest,
        has_tracks=bool(known),
        waiting=_waiting(person),
        words=move_words,
    )


def _waiting(person: Person) -> Move | None:
    """What waits for an answer for them, as far as the viewer may know of it."""
    seen = move_access.visible_to(viewer()).where(Move.person == person, Move.is_open())
    return seen.where(Move.opening.is_null()).first()  # type: ignore[no-any-return]


def _asked(person: Person) -> tuple[Rung | None, list[standing.Point]]:
    """The rung in the address, as it is in force, and how they stand there; 404 for one that is
    not."""
    key = request.args.get("rung", "")
    if request.args.get("sort") != PROMOTION or not key:
        return None, []
    known = tracks.all_in_force()
    rung = tracks.by_key(known).get(key) or abort(404)
    return rung, standing.points(person, rung, viewer(), known)


def _offered(form: MoveForm, person: Person) -> MoveForm:
    return form.offer(person.held_now, people_access.visible_to(viewer()))


@bp.post("/careers/people/<int:person_id>/moves/new")
@doors.signed_in
def propose_move(person_id: int) -> Any:
    me, person = viewer(), _whom(person_id)
    sort = request.args.get("sort", "")
    web.exists(sort in SORTS)
    rung, points = _asked(person)
    form = _offered(web.bind(MoveForm.of(points, rung)), person)
    is_valid = form.validate()
    if form.look.data:
        return _looked(person, sort, form)
    if not is_valid:
        return _form_page(person, sort, form, 422)
    try:
        move = Move.propose(
            person, sort, by=me, starts_on=form.starts_on.data, reason=form.reason.data or "",
            rung=rung, ends_on=form.ends_on.data if sort == ROTATION else None, notes=form.notes,
            **form.position(),
        )  # fmt: skip
    except AlreadyAsked as error:
        seen = move_access.visible_to(me).where(Move.id == error.move.id).first()
        return go(seen.url if seen else "/careers/moves", say=ELSEWHERE)
    except NotPossible as error:
        refuse_form(form, error)
        return _form_page(person, sort, form, 422)
    mark_sent(f"move-{person.id}-{sort}")
    return go(move.url, say=asked_words(move), undo=f"{move.url}/withdrawal")


def asked_words(move: Move) -> str:
    if not move.deciders():
        return "Proposed. Nobody may decide it at the moment: the page says why."
    return f"Proposed. HR looks at it; {move.person.first_name} does not know of it."


def refuse_form(form: Any, error: NotPossible) -> None:
    if error.field in form._fields:
        form[error.field].errors = [str(error)]
    else:
        form.form_errors.append(str(error))


def _form_page(person: Person, sort: str, form: MoveForm, status: int = 200) -> Any:
    return render_template(
        "careers/moves/new.html",
        person=person,
        sort=sort,
        form=form,
        rung=form.rung,
        colleagues=suggesting.colleagues(viewer()),
        words=move_words,
        **_preview(person, sort, form),
    ), status


def _looked(person: Person, sort: str, form: MoveForm) -> Any:
    """What would change, without proposing anything: what is still empty is no mistake yet."""
    if request.htmx.partial:  # type: ignore[attr-defined]
        return render_template(
            "careers/moves/_preview.html", person=person, **_preview(person, sort, form)
        )
    for field in form:
        field.errors = []
    return _form_page(person, sort, form)


def _preview(person: Person, sort: str, form: MoveForm) -> dict[str, Any]:
    """What the form says so far, before and after, and the list that would start."""
    if form.starts_on.data is None:
        return {"change": None, "plan": None, "trouble": "Say from which day on."}
    move = Move.draft(
        person, sort, by=viewer(), starts_on=form.starts_on.data, rung=form.rung,
        ends_on=form.ends_on.data if sort == ROTATION else None, **form.position(),
    )  # fmt: skip
    change = moving.read(move)
    try:
        refusing.refuse(move, change)
    except NotPossible as error:
        return {"change": change, "plan": None, "trouble": str(error)}
    return {"change": change, "plan": move_lists.starting(move, change), "trouble": ""}
