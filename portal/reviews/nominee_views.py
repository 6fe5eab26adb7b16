"""Naming colleagues who are asked without names: the person proposes, who leads them decides."""

from typing import Any

from flask import render_template, request

from portal import doors, text, web
from portal.hx import answer, go
from portal.people.session import viewer
from portal.reviews import access, answer_access, nominating
from portal.reviews.answers import Closed, Nominee
from portal.reviews.models import Review
from portal.reviews.naming_forms import NomineeForm
from portal.reviews.nominating import Nominating
from portal.reviews.views import bp

MAX_NEAR = 6
OVER = "This step is over: nobody is named any more."
ASKED = "They are asked already, so they stay."


@bp.app_template_global("nominating_of")
def nominating_of(review: Review) -> Nominating | None:
    """The block `reviews/_nominees.html`, for a page about a review; None where there is none."""
    me = viewer()
    if not answer_access.can_see_named(me, review):
        return None
    is_own, decides = answer_access.can_propose(me, review), answer_access.can_decide(me, review)
    return nominating.of(review, me, is_own=is_own, decides=decides)


def _found(review_id: int) -> tuple[Review, Nominating]:
    """The review and who is named in it, or 404."""
    review = web.get_or_404(Review.whole(access.visible_to(viewer())), id=review_id)
    found = nominating_of(review)
    web.exists(found)
    return review, found  # type: ignore[return-value]


def _context(found: Nominating, form: NomineeForm) -> dict[str, Any]:
    review, named = found.review, {one.person_id for one in found.rows}
    people = answer_access.suggested(viewer(), review) if found.has_room else []
    others = [person for person in people if person.id not in named]
    return {
        "review": review,
        "nominating": found,
        "naming_form": form,
        "near": [person for person in others if person.is_near][:MAX_NEAR],
        "colleagues": others,
    }


def _draw(found: Nominating, form: NomineeForm | None = None, status: int = 200) -> Any:
    page = "_nominees" if request.htmx.partial else "nominees"  # type: ignore[attr-defined]
    context = _context(found, form or NomineeForm())
    return render_template(f"reviews/{page}.html", **context), status


@bp.get("/reviews/<int:review_id>/nominees")
@doors.signed_in
def show_nominees(review_id: int) -> Any:
    return _draw(_found(review_id)[1])


@bp.get("/reviews/<int:review_id>/nominees/colleagues")
@doors.signed_in
def suggest_nominees(review_id: int) -> Any:
    """Names to choose from while one is typed."""
    review, _ = _found(review_id)
    words = request.args.get("person", "")[:100]
    found = answer_access.suggested(viewer(), review, words)
    return render_template("reviews/_colleagues.html", colleagues=found)


@bp.post("/reviews/<int:review_id>/nominees")
@doors.signed_in
def nominate(review_id: int) -> Any:
    """The person proposes; whoever decides adds."""
    me = viewer()
    review, found = _found(review_id)
    form = web.bind(NomineeForm)
    person = None
    if form.validate():
        person = answer_access.colleague(me, review, form.person.data)
        if person is None:
            form.person.errors = [
                "Choose a colleague by the name that is offered: neither of the two in this review."
            ]
    if person is None:
        return _draw(found, form, 422)
    try:
        nominating.propose(review, found.phase, person, by=me, is_decided=found.decides)
    except Closed:
        return go(found.url, say=OVER)
    except ValueError as error:
        form.person.errors = [str(error)]
        return _draw(found, form, 422)
    verb = "is asked" if found.decides else "is proposed"
    return _done(review_id, say=f"{person.called} {verb}.")


def _done(review_id: int, say: str, undo: str = "") -> Any:
    """The block as it stands now."""
    _, found = _found(review_id)
    context = _context(found, NomineeForm())
    return answer("reviews/_nominees.html", back=found.url, say=say, undo=undo, **context)


@bp.post("/reviews/<int:review_id>/nominees/approval")
@doors.signed_in
def approve_nominees(review_id: int) -> Any:
    """Everybody who is proposed."""
    me = viewer()
    review, found = _found(review_id)
    web.permit(found.decides)
    try:
        count = nominating.approve_all(review, found.phase, by=me)
    except Closed:
        return go(found.url, say=OVER)
    return _done(review_id, say=f"You agreed to {text.count(count, 'colleague')}.")


# -- one of them -------------------------------------------------------------------------------


def _one(nominee_id: int) -> tuple[Nominee, Nominating]:
    """One nominee and the block they stand in, or 404."""
    me = viewer()
    nominee = web.get_or_404(answer_access.nominees_visible_to(me), id=nominee_id)
    _, found = _found(nominee.review_id)
    web.exists(nominee.phase_id == found.phase.id)
    return nominee, found


@bp.post("/reviews/nominees/<int:nominee_id>/approval")
@doors.signed_in
def approve_nominee(nominee_id: int) -> Any:
    nominee, found = _one(nominee_id)
    web.permit(found.decides)
    try:
        nominating.approve(nominee, by=viewer())
    except Closed:
        return go(found.url, say=OVER)
    return _done(nominee.review_id, say=f"{nominee.person.called} is asked.")


@bp.post("/reviews/nominees/<int:nominee_id>/removal")
@doors.signed_in
def remove_nominee(nominee_id: int) -> Any:
    me = viewer()
    nominee, found = _one(nominee_id)
    is_asked = nominee.id in found.asked
    web.permit(is_asked or not found.is_open or found.may_remove(nominee, me))
    if not found.is_open or not nominating.remove(nominee, by=me):
        return go(found.url, say=ASKED if found.is_open else OVER)
    undo = f"/reviews/nominees/{nominee.id}/restoration"
    return _done(nominee.review_id, say=f"{nominee.person.called} is not asked.", undo=undo)


@bp.post("/reviews/nominees/<int:nominee_id>/restoration")
@doors.signed_in
def restore_nominee(nominee_id: int) -> Any:
    """Undo a removal."""
    me = viewer()
    nominee, found = _one(nominee_id)
    is_own = nominee.nominated_by_id == me.id and nominee.approved_at is None
    web.permit(found.decides or is_own)
    try:
        is_back = nominating.restore(nominee, by=me)
    except Closed:
        return go(found.url, say=OVER)
    said = "is named again." if is_back else "stays out: there is no room any more."
    return _done(nominee.review_id, say=f"{nominee.person.called} {said}")
