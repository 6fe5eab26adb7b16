"""Who reads which goal, who changes it, and who says how it goes.

A person's goal is read by them and by everyone they report to today, at any height; its owner may
open it to everybody at work. Whoever no longer leads them reads none of it any more, not even what
they set: what is said of it since is not theirs. HR reads a person's goals where it leads them, and
nowhere else. Goals of teams and of the company are read by everybody at work; HR changes
them, and a team's whoever most of the team reports to and nobody in it stands above.
"""

from typing import Any

import peewee

from portal import db
from portal.documents import access as documents_access
from portal.documents.models import Document
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, Goal
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position

DOCUMENT = "goals"


def is_inside(viewer: Person) -> bool:
    """Goals are for whoever works here: no guest, and nobody who came by a pass."""
    return (viewer.is_staff or viewer.is_hr) and not viewer.came_by_pass


def visible_to(viewer: Person) -> Any:
    """Goals the viewer may read, as a query."""
    query = Goal.select().where(Goal.forgotten_at.is_null())
    if not is_inside(viewer):
        return query.where(Goal.id == 0)
    here = Person.select(Person.id).where(Person.is_here(viewer.today()))
    # Whoever has left is known to nobody at work any more, and neither are their goals.
    seen = Goal.person.is_null() | ((Goal.visibility == EVERYONE) & db.among(Goal.person, here))
    seen |= Goal.person == viewer.id
    if viewer.has_reports:
        seen |= db.among(Goal.person, viewer.line())
    return query.where(seen)


def can_open(viewer: Person, person: Person) -> bool:
    """The page of somebody's goals; it shows of them what the viewer may read."""
    return is_inside(viewer) and person.is_staff


def can_set_for(viewer: Person, person: Person) -> bool:
    """For oneself, and for everybody below."""
    if not is_inside(viewer) or not person.is_staff:
        return False
    return viewer.id == person.id or viewer.leads(person)


def can_set_own(viewer: Person) -> bool:
    return can_set_for(viewer, viewer)


def can_set_for_company(viewer: Person) -> bool:
    return viewer.is_hr and not viewer.came_by_pass


def can_set_for_team(viewer: Person, team_id: int) -> bool:
    """HR, and whoever most of the team (with the teams below it) reports to, directly or not,
    unless somebody in it stands above them."""
    return can_set_for_company(viewer) or team_id in teams_led(viewer)


def teams_led(viewer: Person) -> frozenset[int]:
    """Ids of the teams of which most people, the viewer aside, are in the viewer's line, and nobody
    stands above the viewer."""
    if not viewer.has_reports or viewer.came_by_pass:
        return frozenset()
    if "_teams_led" not in viewer.__dict__:
        viewer.__dict__["_teams_led"] = _led(viewer)
    return viewer.__dict__["_teams_led"]  # type: ignore[no-any-return]


def team_tree(viewer: Person) -> Teams:
    """All teams, read once a request."""
    if "_team_tree" not in viewer.__dict__:
        viewer.__dict__["_team_tree"] = Teams()
    return viewer.__dict__["_team_tree"]  # type: ignore[no-any-return]


def _led(viewer: Person) -> frozenset[int]:
    over = managers_above(viewer.id, viewer.today())
    theirs = peewee.Case(None, [(db.among(Position.person, viewer.line()), 1)], 0)
    higher = peewee.Case(None, [(Position.person.in_(over), 1)], 0)
    rows: Any = (
        Position.select(
            Position.team, peewee.fn.COUNT(Position.id), peewee.fn.SUM(theirs),
            peewee.fn.SUM(higher),
        )
        .where(
            Position.is_held(viewer.today()),
            Position.team.is_null(False),
            Position.person != viewer.id,
        )
        .group_by(Position.team)
        .tuples()
    )  # fmt: skip
    heads = {team: (all_, led, above) for team, all_, led, above in rows}
    tree = team_tree(viewer)
    # Only a team in which, or below which, somebody of the line stands can be led.
    near = {team for start, (_, led, _) in heads.items() if led for team in _upward(tree, start)}
    found = set()
    for team in near:
        within = [heads[one] for one in tree.below(team) if one in heads]
        is_most = sum(led for _, led, _ in within) * 2 > sum(all_ for all_, _, _ in within)
        if is_most and not any(above for _, _, above in within):
            found.add(team)
    return frozenset(found)


def _upward(tree: Teams, team_id: int) -> set[int]:
    """The team and those it is a part of."""
    found: set[int] = set()
    team = tree.by_id.get(team_id)
    while team is not None and team.id not in found:
        found.add(team.id)
        team = tree.by_id.get(team.parent_id)
    return found


def can_change(viewer: Person, goal: Goal) -> bool:
    """Its words, key results, end: its owner; of a goal they set, whoever leads the owner; of a
    team's or the company's as above."""
    if not is_inside(viewer) or goal.forgotten_at is not None:
        return False
    if goal.person_id is None:
        if goal.team_id is None:
            return can_set_for_company(viewer)
        return can_set_for_team(viewer, goal.team_id)
    if goal.person_id == viewer.id:
        return True
    return goal.set_by_id == viewer.id and viewer.leads(goal.person_id)


def can_speak(viewer: Person, goal: Goal) -> bool:
    """Of a person's goal its owner alone says how it goes; else whoever may change it."""
    if goal.person_id is not None:
        return is_inside(viewer) and goal.person_id == viewer.id
    return can_change(viewer, goal)


def can_check_in(viewer: Person, goal: Goal) -> bool:
    """The same, while it is open."""
    return goal.ended_at is None and can_speak(viewer, goal)


def own_check_ins(viewer: Person) -> Any:
    """What one has said oneself, as a query."""
    return CheckIn.select().where(CheckIn.by == viewer.id)


def can_show(viewer: Person, goal: Goal) -> bool:
    """Open it to everyone, or close it again: its owner alone, whoever set it."""
    return is_inside(viewer) and goal.person_id == viewer.id


def who_reads(goal: Goal, viewer: Person) -> str:
    """Who reads it, as a sentence on its page."""
    if goal.person is None:
        return "Everybody at work reads this goal and its check-ins."
    return who_reads_of(goal.person, goal.visibility, viewer)


def who_reads_of(person: Person, visibility: str, viewer: Person) -> str:
    """The same of a person's goal that may not be there yet."""
    is_own = person.id == viewer.id
    name = "You have" if is_own else f"{person.first_name} has"
    if visibility == EVERYONE:
        return f"{name} opened it: everybody at work reads this goal and its check-ins."
    who = "You and those you report" if is_own else f"{person.first_name} and those they report"
    lead = "leads you" if is_own else "leads them"
    return f"{who} to read it, at any height; HR does not, nor does who no longer {lead}."


# -- the log -----------------------------------------------------------------------------------


def log_visible_to(viewer: Person) -> Any:
    """Lines of accomplishment logs the viewer may read: their own, and those of their line."""
    query = Accomplishment.select().where(Accomplishment.stands())
    if not is_inside(viewer):
        return query.where(Accomplishment.id == 0)
    seen = Accomplishment.person == viewer.id
    if viewer.has_reports:
        seen |= db.among(Accomplishment.person, viewer.line())
    return query.where(seen)


def can_read_log(viewer: Person, person: Person) -> bool:
    """Whoever it is, and those they report to."""
    return is_inside(viewer) and (viewer.id == person.id or viewer.leads(person))


def own_log(viewer: Person) -> Any:
    """One's own lines, also those taken out: they can be put back."""
    return Accomplishment.select().where(Accomplishment.person == viewer.id)


# -- what a goal may hang on, and templates ----------------------------------------------------


def parents_for(level: str, besides: Goal | None = None) -> Any:
    """Open goals on which one of this level may hang: the company's on the company's, the others
    also on a team's. Everybody at work may read each of them."""
    query = Goal.select().where(Goal.is_open(), Goal.person.is_null())
    if level == "company":
        query = query.where(Goal.team.is_null())
    return query.where(Goal.id != besides.id) if besides else query


def templates_for(viewer: Person) -> Any:
    """Texts of goal templates in force that are meant for the viewer."""
    documents = documents_access.visible_to(viewer)
    if not is_inside(viewer):
        return documents.where(Document.id == 0)
    return documents.where(Document.kind == DOCUMENT, Document.is_published())


def drafts_for(viewer: Person) -> Any:
    """Such texts that were begun and are in force nowhere yet: for whoever writes them."""
    documents = documents_access.visible_to(viewer)
    if not is_inside(viewer) or not documents_access.can_write(viewer):
        return documents.where(Document.id == 0)
    begun = Document.retired_at.is_null() & ~Document.is_published()
    return documents.where(Document.kind == DOCUMENT, begun)
