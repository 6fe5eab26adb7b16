"""Whether a move can be: asked of a proposal before it is sent, and again when it is decided."""

from datetime import date, timedelta
from typing import Any

from portal.careers import moving
from portal.careers.moving import A_DAY, ROTATION, Change, NotPossible
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position

BACK_DAYS = 31
AHEAD_DAYS = 366
MAX_ROTATION_DAYS = 731
CHANGED_SINCE = "The position was changed since: change it again by another move."


def refuse(move: Any, change: Change) -> None:
    """Raises NotPossible for whatever stands against it, as it is known now."""
    _refuse_days(move, change)
    _refuse_manager(move, change)
    _refuse_team(move, change)
    if change.before is None:
        raise NotPossible(f"{move.person.called} holds no position on that day.", "starts_on")
    if move.reverses_id:
        _refuse_overtaken(move, change)
    lengthens = move.reverses_id and move.ends_on
    if change.says_nothing and not lengthens:
        said = f"That is {move.person.called}’s position on that day already: nothing would change."
        raise NotPossible(said)


def _refuse_days(move: Any, change: Change) -> None:
    person, first, today = move.person, move.starts_on, move.person.today()
    if person.hired_on is None or first <= person.hired_on:
        raise NotPossible(f"{person.called} has to begin first.", "starts_on")
    if first < today - timedelta(days=BACK_DAYS):
        raise NotPossible(f"At most {BACK_DAYS} days back. Choose a later day.", "starts_on")
    if first > today + timedelta(days=AHEAD_DAYS):
        raise NotPossible("At most a year ahead.", "starts_on")
    last = person.last_day_on
    if last is not None and first > last:
        said = f"The last day is {_day(last, move)}."
        raise NotPossible(said, "starts_on", is_private=True)
    if move.sort == ROTATION and not move.reverses_id and move.ends_on is None:
        raise NotPossible("Say on which day it ends.", "ends_on")
    if move.reverses_id:
        _refuse_order(move)
    if move.ends_on is not None:
        _refuse_end(move, change)


def _refuse_order(move: Any) -> None:
    origin = move.reverses
    if origin.state != "agreed" or origin.is_taken_back():
        raise NotPossible("It was taken back already.")
    if move.ends_on is not None and move.starts_on != origin.ends_on + A_DAY:
        raise NotPossible("It begins when the other one ends.", "ends_on")
    began = moving.first(origin).starts_on
    if move.ends_on is None and move.starts_on < began:
        raise NotPossible(f"It began on {_day(began, move)}.", "starts_on")
    if move.ends_on is None and origin.ends_on and move.starts_on > origin.ends_on:
        raise NotPossible(f"It ends on {_day(origin.ends_on, move)} by itself.", "starts_on")


def _refuse_end(move: Any, change: Change) -> None:
    person, first, last = move.person, move.starts_on, move.ends_on
    if last < first:
        raise NotPossible("It would end before it begins.", "ends_on")
    if last > first + timedelta(days=MAX_ROTATION_DAYS):
        raise NotPossible("A rotation lasts two years at most.", "ends_on")
    if last < person.today():
        raise NotPossible("That day is over.", "ends_on")
    if person.last_day_on is not None and last >= person.last_day_on:
        said = f"The last day is {_day(person.last_day_on, move)}: there is no way back after it."
        raise NotPossible(said, "ends_on")
    later = change.following
    if later is not None and later.starts_on <= last + A_DAY:
        said = f"Another change is recorded for {_day(later.starts_on, move)}: let it end before."
        raise NotPossible(said, "ends_on")


def _refuse_manager(move: Any, change: Change) -> None:
    manager = change.values.get("manager")
    if manager is None:
        return
    manager = Person.get_by_id(getattr(manager, "id", manager))
    if manager.id == move.person_id:
        raise NotPossible("Nobody reports to themselves.", "manager")
    if not manager.is_staff or (manager.last_day_on and manager.last_day_on < move.starts_on):
        raise NotPossible(f"{manager.called} is not here on that day.{_else(move)}", "manager")
    if change.before is not None and change.before.manager_id == manager.id:
        return
    on = Position.circle_on(move.person_id, manager.id, move.starts_on, change.until)
    if on is not None:
        said = f"{manager.called} reports to {move.person.called}: that would be a circle."
        raise NotPossible(said, "manager")


def _refuse_team(move: Any, change: Change) -> None:
    """A team may be closed between the proposal and the decision."""
    team = change.values.get("team")
    team = Team.get_by_id(getattr(team, "id", team)) if team is not None else None
    if team is not None and team.closed_at is not None:
        raise NotPossible(f"{team.name} is closed.{_else(move)}", "team")


def _refuse_overtaken(move: Any, change: Change) -> None:
    """What is taken back or goes on is what that decision made, not what another one did since."""
    goes_back = move.ends_on is None or change.back is not None
    if goes_back and change.before and not moving.is_held(move.reverses, change.before):
        raise NotPossible(CHANGED_SINCE)


def _else(move: Any) -> str:
    """Where the way back leads nowhere any more, another move does."""
    return " Propose a transfer instead." if move.is_way_back else ""


def _day(value: date, move: Any) -> str:
    said = f"{value:%a} {value.day} {value:%b}"
    return said if value.year == move.person.today().year else f"{said} {value.year}"
