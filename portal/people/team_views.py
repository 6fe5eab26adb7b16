"""The tree of teams: everyone at work reads it, HR reorganizes."""

from typing import Any

from flask import render_template

from portal import doors, text, web
from portal.hx import go
from portal.people import access, teams
from portal.people.models import Person
from portal.people.org import Team, Teams
from portal.people.org_forms import MergeForm, TeamForm
from portal.people.races import twins
from portal.people.session import viewer
from portal.people.views import bp

TWIN = "There is a team of this name already."


@bp.get("/teams")
@doors.signed_in
def list_teams() -> Any:
    return _tree_page()


def _tree_page(status: int = 200, form: TeamForm | None = None) -> Any:
    me = viewer()
    web.exists(access.can_see_directory(me))
    tree = Teams()
    heads = teams.heads(access.visible_to(me), me.today())
    if form is None:
        form = TeamForm()
        form.offer(tree.choices())
    return render_template(
        "people/teams.html",
        nodes=tree.nodes(heads),
        form=form,
        may_administer=access.can_administer(me),
        see_vacancies=access.can_see_vacancies(me),
    ), status


def _administers() -> Person:
    me = viewer()
    web.exists(access.can_see_directory(me))
    web.permit(access.can_administer(me))
    return me


@bp.post("/teams")
@doors.signed_in
def found_team() -> Any:
    me, form, tree = _administers(), web.bind(TeamForm), Teams()
    form.offer(tree.choices())
    if not form.validate():
        return _tree_page(422, form)
    try:
        with twins(form, folded=TWIN):
            team = teams.found(form.name.data, _chosen(tree, form.parent.data), by=me)
    except ValueError as error:
        form.name.errors = [str(error)]
    if form.errors:
        return _tree_page(422, form)
    return go(f"/teams/{team.id}", say=f"{team.name} is a team now.")


def _chosen(tree: Teams, team_id: str) -> Team | None:
    return tree.by_id[int(team_id)] if team_id else None


@bp.get("/teams/<int:team_id>")
@doors.signed_in
def show_team(team_id: int) -> Any:
    return _team_page(_team(team_id))


def _team(team_id: int) -> Team:
    me = viewer()
    web.exists(access.can_see_directory(me))
    return web.get_or_404(access.teams_visible_to(me), id=team_id)  # type: ignore[no-any-return]


def _team_page(
    team: Team, status: int = 200, form: TeamForm | None = None, merging: MergeForm | None = None
) -> Any:
    me, tree = viewer(), Teams()
    may_administer = access.can_administer(me)
    others = [pair for pair in tree.choices() if int(pair[0]) not in tree.below(team.id)]
    form = form or TeamForm(data={"name": team.name, "parent": str(team.parent_id or "")})
    merging = merging or MergeForm(data={"from_on": me.today()})
    form.offer(others)
    merging.offer(others)
    people = teams.members(access.visible_to(me), team, me.today())
    return render_template(
        "people/team.html",
        team=team,
        path=tree.path(team.id),
        parent=tree.by_id.get(team.parent_id),
        below=[
            one for one in tree.by_id.values() if one.parent_id == team.id and not one.closed_at
        ],
        people=web.Page(Person.cards(people, me.today()), web.page_number()),
        form=form,
        merging=merging,
        may_administer=may_administer,
        in_the_way=teams.in_the_way(team) if may_administer else [],
    ), status


@bp.post("/teams/<int:team_id>")
@doors.signed_in
def change_team(team_id: int) -> Any:
    """Another name, or another place in the tree."""
    team, me, tree = _team(team_id), _administers(), Teams()
    form = web.bind(TeamForm)
    form.offer([pair for pair in tree.choices() if int(pair[0]) not in tree.below(team.id)])
    if not form.validate():
        return _team_page(team, 422, form)
    try:
        with twins(form, folded=TWIN):
            teams.change(team, form.name.data, _chosen(tree, form.parent.data), by=me)
    except ValueError as error:
        form.name.errors = [str(error)]
    if form.errors:
        return _team_page(web.get_or_404(access.teams_visible_to(me), id=team_id), 422, form)
    return go(f"/teams/{team.id}", say="Saved. Positions, rules and history go on with it.")


@bp.post("/teams/<int:team_id>/merging")
@doors.signed_in
def merge_team(team_id: int) -> Any:
    team, me, tree = _team(team_id), _administers(), Teams()
    form = web.bind(MergeForm)
    form.offer([pair for pair in tree.choices() if int(pair[0]) not in tree.below(team.id)])
    if not form.validate():
        return _team_page(team, 422, merging=form)
    into = tree.by_id[int(form.into.data)]
    try:
        moved = teams.merge(team, into, by=me, on=form.from_on.data)
    except ValueError as error:
        form.into.errors = [str(error)]
        return _team_page(team, 422, merging=form)
    say = f"{text.count(moved, 'person')} of {team.name} in {into.name} now."
    return go(f"/teams/{into.id}", say=say)


@bp.post("/teams/<int:team_id>/closing")
@doors.signed_in
def close_team(team_id: int) -> Any:
    team, me = _team(team_id), _administers()
    try:
        teams.close(team, by=me)
    except ValueError:
        return _team_page(team, 422)
    return go("/teams", say=f"{team.name} is closed.", undo=f"/teams/{team.id}/opening")


@bp.post("/teams/<int:team_id>/opening")
@doors.signed_in
def reopen_team(team_id: int) -> Any:
    team, me = _team(team_id), _administers()
    teams.reopen(team, by=me)
    return go(f"/teams/{team.id}", say=f"{team.name} is open again.")
