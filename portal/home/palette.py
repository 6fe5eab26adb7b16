"""One search over what somebody may see: people, texts, goals, own duties, actions, help.

Every group asks the access rule of its domain and reads a bounded number of rows, so nothing comes
back that its own page would hide, not as a row and not as a number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import peewee

from portal import text
from portal.assignments.models import Assignment
from portal.careers import opening_lists
from portal.careers import track_access as careers
from portal.competencies import access as competencies
from portal.documents import search
from portal.goals import access as goals
from portal.goals import listing as goal_listing
from portal.home import access, actions, digest, guide
from portal.people import access as people_access
from portal.people.models import Person

MAX_CHARS = 100
ROWS = 6
# What is offered before anything is typed.
FIRST_DUTIES, FIRST_ACTIONS = 4, 8
# A letter or two occur in every title, a syllable in every text, and say nothing there.
MIN_HELP_CHARS, MIN_TEXT_CHARS = 3, 4

EXACT, PREFIX, WORD, INSIDE, ELSEWHERE, NOWHERE = range(6)


@dataclass(frozen=True)
class Hit:
    """One line of the answer: a link, or (`is_post`) a button."""

    title: str
    url: str
    icon: str
    note: str = ""
    is_post: bool = False
    person: Person | None = None


@dataclass
class Group:
    """Hits of one sort, with how near its best one is to what was typed."""

    title: str
    rank: int = NOWHERE
    hits: list[Hit] = field(default_factory=list)


def find(viewer: Person, typed: str) -> list[Group]:
    """Groups of hits, the group with the nearest one first; without words, what is next."""
    wanted = text.fold(typed[:MAX_CHARS])
    if not wanted:
        return [group for group in _before_typing(viewer) if group.hits]
    groups = [
        _people(viewer, wanted),
        _documents(viewer, wanted),
        _competencies(viewer, wanted),
        _careers(viewer, wanted),
        _goals(viewer, wanted),
        _openings(viewer, wanted),
        _duties(viewer, wanted),
        _actions(viewer, wanted),
        _help(viewer, wanted),
    ]
    return sorted((group for group in groups if group.hits), key=lambda group: group.rank)


def _before_typing(viewer: Person) -> Iterator[Group]:
    owed = list(digest.owed(viewer).limit(FIRST_DUTIES))
    yield Group("Waiting for you", hits=[_duty(row) for row in owed])
    offered = actions.for_viewer(viewer)[:FIRST_ACTIONS]
    yield Group("Go to", hits=[_action(action) for action in offered])


def nearness(folded: str, wanted: str, more: str = "") -> int:
    """How well a folded title fits what was typed; every word must occur in it or in `more`."""
    if folded == wanted:
        return EXACT
    if folded.startswith(wanted):
        return PREFIX
    if f" {wanted}" in folded:
        return WORD
    if wanted in folded:
        return INSIDE
    # Elsewhere only the beginnings of words count.
    around = f" {folded} {more}"
    return ELSEWHERE if all(f" {word}" in around for word in wanted.split()) else NOWHERE


def _nearest(title: str, ranked: Iterable[tuple[int, Hit]]) -> Group:
    """The best few, in their own order where they are equally near."""
    near = sorted((pair for pair in ranked if pair[0] < NOWHERE), key=lambda pair: pair[0])[:ROWS]
    return Group(title, near[0][0] if near else NOWHERE, [hit for _, hit in near])


# -- people --------------------------------------------------------------------------------------


def _people(viewer: Person, wanted: str) -> Group:
    if not people_access.can_see_directory(viewer):
        return Group("People")
    today = viewer.today()
    left = peewee.Case(None, [(Person.last_day_on < today, 1)], 0)
    found = Person.cards(people_access.visible_to(viewer).where(Person.matches(wanted)), today)
    rows = found.order_by(left, _order(Person.folded, wanted), Person.folded, Person.id).limit(ROWS)
    ranked = [(_nearness_of(person, wanted), _person(person, viewer)) for person in rows]
    return _nearest("People", ranked)


def _order(column: Any, wanted: str) -> Any:
    """Prefix, then beginning of a word, then anywhere, as SQL."""
    return peewee.Case(
        None, [(column.startswith(wanted), PREFIX), (column.contains(f" {wanted}"), WORD)], INSIDE
    )


def _nearness_of(person: Person, wanted: str) -> int:
    named = (nearness(text.fold(name), wanted) for name in (person.called, person.name))
    return min(*named, ELSEWHERE)


def _person(person: Any, viewer: Person) -> Hit:
    stands = getattr(person, "stands", None)
    said = [stands.role, stands.team and stands.team.name] if stands else []
    if person.has_left(viewer.today()):
        said = ["Has left"]
    note = ", ".join(str(word) for word in said if word)
    return Hit(person.called, f"/people/{person.id}", "circle-user-round", note, person=person)


# -- documents -----------------------------------------------------------------------------------


def _documents(viewer: Person, wanted: str) -> Group:
    ranked = [
        (nearness(hit.document.folded, wanted, wanted), _document(hit, viewer))
        for hit in search.find(viewer, wanted, ROWS)
        # What HR has put in force as help is found as help.
        if hit.is_draft or hit.document.kind != guide.KIND
    ]
    return _nearest("Documents", ranked)


def _document(hit: search.Hit, viewer: Person) -> Hit:
    state = "draft" if hit.is_draft else "retired" if hit.document.retired_at else ""
    note = f"{hit.kind.title}, {state}" if state else hit.document.summary or hit.kind.title
    return Hit(hit.title, hit.url, hit.kind.icon, note)


# -- what grows ----------------------------------------------------------------------------------


def _competencies(viewer: Person, wanted: str) -> Group:
    ranked = [
        (
            nearness(text.fold(one.title), wanted, text.fold(one.summary)),
            Hit(one.title, one.url, one.icon, one.summary),
        )
        for one in competencies.entries(viewer)
    ]
    return _nearest("Competencies", ranked)


def _careers(viewer: Person, wanted: str) -> Group:
    ranked = [
        (
            nearness(text.fold(one.title), wanted, text.fold(one.summary)),
            Hit(one.title, one.url, one.icon, one.summary),
        )
        for one in careers.entries(viewer)
    ]
    return _nearest("Careers", ranked)


def _goals(viewer: Person, wanted: str) -> Group:
    found = goal_listing.found(goals.visible_to(viewer), wanted, ROWS)
    ranked = [
        (
            min(nearness(goal.folded, wanted), ELSEWHERE),
            Hit(goal.title, goal.url, "target", goal.owner_words),
        )
        for goal in found
    ]
    return _nearest("Goals", ranked)


def _openings(viewer: Person, wanted: str) -> Group:
    ranked = [
        (nearness(text.fold(one.role), wanted), Hit(one.role, one.url, "door-open", one.where))
        for one in opening_lists.found(viewer, wanted, ROWS)
    ]
    return _nearest("Openings", ranked)


# -- duties, actions, help -------------------------------------------------------------------------


def _duties(viewer: Person, wanted: str) -> Group:
    near = ((nearness(text.fold(row.title), wanted), row) for row in digest.owed(viewer))
    ranked = [(rank, _duty(row)) for rank, row in near if rank < NOWHERE]
    return _nearest("Waiting for you", ranked)


def _duty(row: Assignment) -> Hit:
    note = f"due {row.due_on:%a} {row.due_on.day} {row.due_on:%b}" if row.due_on else ""
    return Hit(row.title, row.url, row.kind_of.icon, note)


def _actions(viewer: Person, wanted: str) -> Group:
    near = [(nearness(text.fold(one.title), wanted, one.words), one) for one in actions.ACTIONS]
    # The right is asked last: most of them are not what was typed.
    ranked = [(rank, _action(one)) for rank, one in near if rank < NOWHERE and one.may(viewer)]
    return _nearest("Go to", ranked)


def _action(action: actions.Action) -> Hit:
    return Hit(action.title, action.url, action.icon, is_post=action.is_post)


def _help(viewer: Person, wanted: str) -> Group:
    if len(wanted) < MIN_HELP_CHARS:
        return Group("Help")
    roles = access.roles_of(viewer)
    looks_inside = len(wanted) >= MIN_TEXT_CHARS
    ranked = []
    for slug, page in guide.pages_for(roles).items():
        more = page.words_for(roles) if looks_inside else text.fold(page.summary)
        hit = Hit(page.title, f"/help/{slug}", "circle-question-mark", page.summary)
        ranked.append((nearness(text.fold(page.title), wanted, more), hit))
    return _nearest("Help", ranked)
