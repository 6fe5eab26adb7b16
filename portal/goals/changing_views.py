"""Setting a goal, changing it, ending it, and saying who reads it."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.documents.models import Document
from portal.goals import access, parser
from portal.goals.forms import EndForm, GivenForm, GoalForm, typed
from portal.goals.listing import listed
from portal.goals.models import GIVEN, LINE, OUTCOMES, CircleError, Conflict, Goal, period_of
from portal.goals.views import bp, goal_or_404, inside, show_page
from portal.hx import answer, go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.org import Team
from portal.people.session import viewer

MOST_PARENTS = 300


@dataclass(frozen=True)
class Whose:
    """For whom a goal is set: a person, a team, or with neither the company."""

    person: Person | None = None
    team: Team | None = None

    @property
    def level(self) -> str:
        return "person" if self.person else "team" if self.team else "company"

    @property
    def key(self) -> str:
        """As the address says it."""
        if self.person:
            return f"person-{self.person.id}"
        return f"team-{self.team.id}" if self.team else "company"


def _whose(me: Person) -> Whose:
    """Whom `?for=` names: oneself when nobody. 404 for whoever is not there, 403 for whom one may
    not set a goal."""
    asked = request.args.get("for", "")
    if not asked:
        web.permit(access.can_set_for(me, me))
        return Whose(person=me)
    if asked == "company":
        web.permit(access.can_set_for_company(me))
        return Whose()
    sort, _, typed_id = asked.partition("-")
    wanted = web.number(typed_id)
    web.exists(sort in ("person", "team") and wanted)
    if sort == "person":
        person: Person = web.get_or_404(people_access.visible_to(me), id=wanted)
        web.permit(access.can_set_for(me, person))
        return Whose(person=person)
    team: Team = web.get_or_404(people_access.teams_visible_to(me), id=wanted)
    web.exists(team.closed_at is None)
    web.permit(access.can_set_for_team(me, team.id))
    return Whose(team=team)


def _form(whose: Whose, me: Person, data: dict[str, Any] | None = None) -> GoalForm:
    form = web.bind(GoalForm if whose.person == me else GivenForm, data)
    return form.of(_parents(access.parents_for(whose.level)), [])


def _parents(query: Any) -> list[Goal]:
    """What a goal may hang on: the company's first, then by team."""
    rows = listed(query).order_by(Goal.team.asc(nulls="first"), Goal.title)
    return list(rows.limit(MOST_PARENTS))


@bp.get("/goals/new")
@doors.signed_in
def new() -> Any:
    """An empty form, or one that a template has filled."""
    me = inside()
    whose = _whose(me)
    begun = {"period": period_of(me.today()), "parent": request.args.get("parent", "")}
    form = _form(whose, me, begun | _filled(me))
    return _form_page(me, whose, form)


def _filled(me: Person) -> dict[str, Any]:
    """What the chosen template says; nothing when none is chosen, or it is none of the viewer's."""
    document = web.number(request.args.get("template", ""))
    number = web.number(request.args.get("goal", ""))
    if document is None or number is None:
        return {}
    found: Document = web.get_or_404(access.templates_for(me), id=document)
    revision = found.current
    goals = parser.goals_of(revision.parsed) if revision else []
    web.exists(revision and number < len(goals))
    chosen = goals[number]
    said = {"title": chosen.title, "words": chosen.words, "sort": chosen.sort}
    if revision and revision.parsed.get("period"):
        said["period"] = revision.parsed["period"]
    return said | typed(chosen.results)


@bp.post("/goals/new")
@doors.signed_in
def create() -> Any:
    me = inside()
    whose = _whose(me)
    form = _form(whose, me)
    if not form.validate():
        return _form_page(me, whose, form, 422)
    facts = {"visibility": LINE} | form.facts
    try:
        goal = Goal.begin(
            by=me, results=form.results, person=whose.person, team=whose.team, **facts
        )
    except CircleError as error:
        form.parent.errors = [str(error)]
        return _form_page(me, whose, form, 422)
    mark_sent(f"goal-for-{whose.key}")
    say = "Your goal stands." if whose.person == me else "The goal stands."
    if whose.person and whose.person != me:
        say = f"The goal stands, and {whose.person.first_name} finds it in Today."
    return go(goal.url, say=say)


def _form_page(me: Person, whose: Whose, form: GoalForm, status: int = 200) -> Any:
    others = []
    if access.can_set_for_company(me):
        others = [("company", "The company")]
    if others or me.has_reports:
        others += [
            (f"team-{one}", path)
            for one, path in access.team_tree(me).choices()
            if access.can_set_for_team(me, int(one))
        ]
    return render_template(
        "goals/new.html",
        form=form,
        whose=whose,
        is_own=whose.person == me,
        others=[pair for pair in others if pair[0] != whose.key],
        who_reads=_who_reads(whose, me),
    ), status


def _who_reads(whose: Whose, me: Person) -> str:
    if whose.person:
        return access.who_reads_of(whose.person, LINE, me)
    return "Everybody at work reads it."


@bp.get("/goals/templates")
@doors.signed_in
def choose() -> Any:
    """Goals to begin with, and one button each that fills the form."""
    me = inside()
    whose = _whose(me)
    found = Document.with_current(access.templates_for(me)).order_by(Document.folded)
    texts = [
        (document, parser.goals_of(document.current.parsed))
        for document in found
        if document.current
    ]
    return render_template(
        "goals/templates.html",
        texts=texts,
        whose=whose,
        drafts=list(access.drafts_for(me).order_by(Document.folded)) if me.is_hr else [],
    )


# -- changing ----------------------------------------------------------------------------------


def _to_change(goal_id: int) -> Goal:
    goal = goal_or_404(goal_id)
    web.permit(access.can_change(viewer(), goal))
    return goal


def _edit_form(goal: Goal, me: Person, data: dict[str, Any] | None = None) -> GoalForm:
    form = web.bind(GoalForm if goal.person_id == me.id else GivenForm, data)
    parents = _parents(access.parents_for(goal.level, goal))
    if goal.parent_id and all(one.id != goal.parent_id for one in parents):
        # What it hangs on has ended: it may stay there.
        parents.append(goal.parent)
    return form.of(parents, goal.results())


@bp.get("/goals/<int:goal_id>/edit")
@doors.signed_in
def edit(goal_id: int) -> Any:
    me, goal = viewer(), _to_change(goal_id)
    web.permit(goal.ended_at is None)
    names = (
        "title", "words", "sort", "period", "starts_on", "ends_on", "visibility", "version",
    )  # fmt: skip
    data = {name: getattr(goal, name) for name in names}
    data["parent"] = str(goal.parent_id or "")
    return _edit_page(goal, _edit_form(goal, me, data | typed(goal.results())))


@bp.post("/goals/<int:goal_id>/edit")
@doors.signed_in
def update(goal_id: int) -> Any:
    """Save it; 409 with both texts when somebody changed or ended it meanwhile."""
    me, goal = viewer(), _to_change(goal_id)
    form = _edit_form(goal, me)
    if not form.validate():
        return _edit_page(goal, form, 422)
    try:
        goal.change(by=me, results=form.results, version=form.on_version, **form.facts)
    except CircleError as error:
        form.parent.errors = [str(error)]
        return _edit_page(goal, form, 422)
    except Conflict:
        fresh = goal_or_404(goal_id)
        form.version.data = str(fresh.version)
        return _edit_page(fresh, form, 409, theirs=form.unlike(fresh))
    mark_sent(f"goal-{goal.id}")
    return go(goal.url, say="Saved.")


def _edit_page(goal: Goal, form: GoalForm, status: int = 200, theirs: Any = None) -> Any:
    me = viewer()
    return render_template(
        "goals/edit.html", form=form, goal=goal, who_reads=access.who_reads(goal, me), theirs=theirs
    ), status


@bp.post("/goals/<int:goal_id>/opening")
@doors.signed_in
def open_to_all(goal_id: int) -> Any:
    return _show_to(goal_id, "everyone", "Everybody at work reads it now.", "closing")


@bp.post("/goals/<int:goal_id>/closing")
@doors.signed_in
def close_to_all(goal_id: int) -> Any:
    return _show_to(goal_id, LINE, "Only you and those you report to read it now.", "opening")


def _show_to(goal_id: int, visibility: str, say: str, undo: str) -> Any:
    me, goal = viewer(), goal_or_404(goal_id)
    web.permit(access.can_show(me, goal))
    goal.show_to(visibility, by=me)
    return go(goal.url, say=say, undo=f"{goal.url}/{undo}")


# -- its end -----------------------------------------------------------------------------------


@bp.post("/goals/<int:goal_id>/ending")
@doors.signed_in
def end(goal_id: int) -> Any:
    goal = _to_change(goal_id)
    form = web.bind(EndForm)
    if not form.validate():
        return show_page(goal, 422, end=form)
    if not goal.end(form.outcome.data, form.said.data, by=viewer()):
        return show_page(goal_or_404(goal_id), 409, end=form)
    mark_sent(f"goal-end-{goal.id}")
    say = f"Ended: {OUTCOMES[form.outcome.data].lower()}."
    return go(goal.url, say=say, undo=f"{goal.url}/reopening")


@bp.post("/goals/<int:goal_id>/reopening")
@doors.signed_in
def reopen(goal_id: int) -> Any:
    goal = _to_change(goal_id)
    goal.reopen(by=viewer())
    return go(goal.url, say="It is open again.")


@bp.post("/goals/<int:goal_id>/look")
@doors.signed_in
def look_at(goal_id: int) -> Any:
    """Whose goal it is has seen what somebody else set."""
    me, goal = viewer(), goal_or_404(goal_id)
    web.permit(goal.person_id == me.id)
    goal.look_at(by=me)
    if request.form.get("from") == "today" and (row := goal.duty(GIVEN)):
        return answer("home/_row.html", back="/", say="Seen.", row=row)
    return go(goal.url, say="Seen.")
