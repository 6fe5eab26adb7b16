"""Goals to read: one's own, a person's, the team's, the tree, and one with its check-ins."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from portal import doors, text, web
from portal.goals import access, exporting, listing, parser, tree
from portal.goals.checkins import STATES, CheckIn
from portal.goals.forms import CheckInForm, EndForm
from portal.goals.listing import Line
from portal.goals.log import Accomplishment
from portal.goals.models import OUTCOMES, Goal
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("goals", __name__)

MAX_PERIOD, MAX_ASKED = 20, 100
LOG_ROWS, HITS = 20, 50


@bp.app_template_global("goals_in")
def goals_in(structure: dict[str, Any]) -> list[parser.Template]:
    """The goals of a text of templates, for its preview."""
    return parser.goals_of(structure)


@bp.app_template_global("may_open_goals")
def may_open_goals(person: Person) -> bool:
    """For links to somebody's goals: the same rule as the page they lead to."""
    return access.can_open(viewer(), person)


def inside() -> Person:
    """The viewer, if goals are for them at all."""
    me = viewer()
    web.exists(access.is_inside(me))
    return me


def goal_or_404(goal_id: int) -> Goal:
    me = inside()
    return web.get_or_404(listing.whole(access.visible_to(me)), id=goal_id)  # type: ignore[no-any-return]


def period_asked() -> str:
    return request.args.get("period", "")[:MAX_PERIOD]


@bp.get("/goals")
@doors.signed_in
def index() -> Any:
    """One's own: open ones with their buttons, then what has ended."""
    me = inside()
    period = period_asked()
    every = listing.lines(listing.own(me, access.visible_to(me), access.teams_led(me)))
    lines = [line for line in every if not period or line.goal.period == period]
    return render_template(
        "goals/index.html",
        open_lines=[line for line in lines if line.goal.ended_at is None],
        ended_lines=[line for line in lines if line.goal.ended_at is not None],
        period=period,
        periods=sorted(({line.goal.period for line in every} | {period}) - {""}, reverse=True),
        powers=access,
        outcomes=OUTCOMES,
        states=STATES,
        form=None,
    )


@bp.get("/goals/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """Somebody's, as far as the viewer may read them."""
    me = inside()
    person: Person = web.get_or_404(people_access.visible_to(me), id=person_id)
    web.exists(access.can_open(me, person))
    lines = listing.lines(listing.of_person(person, access.visible_to(me)))
    reads_log = access.can_read_log(me, person)
    log = Accomplishment.listing(access.log_visible_to(me).where(Accomplishment.person == person))
    return render_template(
        "goals/person.html",
        person=person,
        is_own=person.id == me.id,
        open_lines=[line for line in lines if line.goal.ended_at is None],
        ended_lines=[line for line in lines if line.goal.ended_at is not None],
        log=web.Page(log, web.page_number(), LOG_ROWS) if reads_log else None,
        may_set=access.can_set_for(me, person),
        states=STATES,
        form=None,
        powers=access,
        outcomes=OUTCOMES,
    )


@bp.get("/goals/team")
@doors.signed_in
def show_team() -> Any:
    """What one's direct reports want to reach, and how it goes."""
    me = inside()
    web.exists(me.has_reports)
    members = listing.team(me, people_access.visible_to(me), access.visible_to(me))
    return render_template("goals/team.html", members=members, powers=access, outcomes=OUTCOMES)


@bp.get("/goals/tree")
@doors.signed_in
def show_tree() -> Any:
    """What hangs on what: the company's, the teams', the people's; or what is called so."""
    me = inside()
    visible, period = access.visible_to(me), period_asked()
    with_ended = request.args.get("all") == "1"
    start = web.number(request.args.get("from", ""))
    above = web.get_or_404(listing.listed(visible), id=start) if start else None
    found = tree.skeleton(visible, period, with_ended)
    words = request.args.get("q", "")[:MAX_ASKED].strip()
    return render_template(
        "goals/tree.html",
        words=words,
        hits=_hits(visible, words, period, with_ended) if words else [],
        drawn=tree.draw(found, visible, start, web.page_number()),
        above=above,
        period=period,
        periods=found.periods,
        with_ended=with_ended,
        powers=access,
        may_set=access.can_set_for_company(me),
        outcomes=OUTCOMES,
    )


def _hits(visible: Any, words: str, period: str, with_ended: bool) -> list[Line]:
    found = listing.matching(visible, words)
    if period:
        found = found.where(Goal.period == period)
    return listing.lines(found if with_ended else found.where(Goal.is_open()), HITS)


@bp.get("/goals/tree/<int:goal_id>")
@doors.signed_in
def show_branch(goal_id: int) -> Any:
    """What hangs on one goal, fetched when somebody opens it; without JavaScript its link leads to
    the tree that begins there."""
    me = inside()
    visible = access.visible_to(me)
    above = web.get_or_404(listing.listed(visible), id=goal_id)
    with_ended = request.args.get("all") == "1"
    found = tree.skeleton(visible, period_asked(), with_ended)
    drawn = tree.draw(found, visible, goal_id)
    return render_template(
        "goals/_branches.html", drawn=drawn, above=above, period=period_asked(),
        with_ended=with_ended, outcomes=OUTCOMES,
    )  # fmt: skip


@bp.get("/goals/<int:goal_id>")
@doors.signed_in
def show(goal_id: int) -> Any:
    return show_page(goal_or_404(goal_id))


def show_page(goal: Goal, status: int = 200, **refused: Any) -> Any:
    """The goal with what was said of it; `refused` carries the form that was."""
    me = viewer()
    visible = access.visible_to(me)
    every = goal.results_ever()
    newest = goal.__dict__.get("newest")
    line = Line(goal, newest, [row for row in every if row.removed_at is None])
    forms: dict[str, Any] = {"check_in": CheckInForm(), "end": EndForm(data={"said": goal.said})}
    return render_template(
        "goals/show.html",
        line=line,
        goal=goal,
        check_ins=CheckIn.of(goal),
        by_id={row.id: row for row in every},
        below=listing.below(goal, visible) if goal.person_id is None else [],
        powers=access,
        may_change=access.can_change(me, goal),
        outcomes=OUTCOMES,
        states=STATES,
        refused=next(iter(refused), ""),
        forms=forms | refused,
    ), status


@bp.get("/goals/file")
@doors.signed_in
def export() -> Any:
    """One's own as a CSV file, and nobody else's."""
    me = inside()
    content = exporting.goals(me, access.visible_to(me))
    name = f"goals-{text.slugify(me.called)}-{me.today()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype="text/csv", headers=headers)
