"""One's own reviews, and those of whoever one leads: where each stands, and what is next."""

from typing import Any

from flask import Blueprint, render_template, request

from portal import doors, web
from portal.people.models import Person
from portal.people.session import viewer
from portal.reviews import access, sentences, standing
from portal.reviews.standing import Standing
from portal.reviews.steps import EVENTS, STEPS, Step

bp = Blueprint("reviews", __name__)


@bp.app_template_filter("review_step")
def step_named(name: str) -> Step:
    """A step of a plan, for whoever reads it."""
    return STEPS[name]


@bp.app_template_filter("review_event")
def event_words(name: str) -> str:
    """What a plan’s days count from."""
    return EVENTS.get(name, name)


@bp.app_template_global("review_sentence")
def review_sentence(one: Standing) -> str:
    """How a review stands, as one says it to whoever looks."""
    return sentences.sentence(one, viewer(), web.viewer_today())


@bp.app_template_global("review_action")
def review_action(one: Standing) -> tuple[str, str] | None:
    """What the viewer does next in a review, and where."""
    return sentences.action(one, viewer())


@bp.get("/reviews")
@doors.signed_in
def index() -> Any:
    """Mine: what is asked of me, what I am asked to say of others, and what was before."""
    me = viewer()
    web.exists(access.can_enter(me))
    page = web.Page(access.own(me), web.page_number())
    found = standing.of_many(page.rows)
    standing.note_replies(found)
    return render_template(
        "reviews/index.html",
        page=page,
        going_on=[one for one in found if not one.is_over],
        earlier=[one for one in found if one.is_over],
        to_answer=access.to_answer(me),
        has_team=access.has_team(me),
        may_manage=access.can_manage(me),
    )


@bp.get("/reviews/team")
@doors.signed_in
def show_team() -> Any:
    """Those the viewer writes, or those of everybody below them, in cycles that go on."""
    me: Person = viewer()
    web.exists(access.can_enter(me) and access.has_team(me))
    is_whole = request.args.get("who") == "line"
    page = web.Page(access.to_lead(me, whole_line=is_whole), web.page_number())
    found = standing.of_many(page.rows)
    cycles: dict[int, list[Standing]] = {}
    for one in found:
        cycles.setdefault(one.review.cycle_id, []).append(one)
    return render_template(
        "reviews/team.html", page=page, cycles=list(cycles.values()), is_whole=is_whole
    )
