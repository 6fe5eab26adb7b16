"""What a move changes, before and after; and whether it can be done at all.

The same is read for the page of a proposal, asked again when it is decided, and written then.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from portal import audit
from portal.people.models import Person
from portal.people.positions import Position

PROMOTION, TRANSFER, ROTATION = "promotion", "transfer", "rotation"
BACK_DAYS = 31
AHEAD_DAYS = 366
MAX_ROTATION_DAYS = 731
A_DAY = timedelta(days=1)
LABELS = {
    "role": "Role", "level": "Level", "team": "Team", "location": "Place", "manager": "Reports to",
}  # fmt: skip


class NotPossible(ValueError):
    """Why it cannot be, in a sentence for whoever pressed the button; `field` says where."""

    def __init__(self, said: str, field: str = "") -> None:
        super().__init__(said)
        self.field = field


@dataclass(frozen=True)
class Row:
    """One field of the position: what it is, what it will be."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """What a move does to a position: the row it cuts into, the next one, the new values.

    `back` is the way back of a rotation that this one ends or lengthens: it goes first.
    """

    move: Any
    before: Position | None
    following: Position | None
    values: dict[str, Any]
    back: Position | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether all of it is so already."""
        held = self.before
        return held is None or all(
            _key(value) == _key(held.__data__[name]) for name, value in self.values.items()
        )

    @property
    def until(self) -> date | None:
        """The last day before another change that is recorded already."""
        if self.move.ends_on:
            return self.move.ends_on  # type: ignore[no-any-return]
        return self.following.starts_on - A_DAY if self.following else None

    @property
    def rows(self) -> list[Row]:
        """Field by field, what changes first."""
        found = [
            Row(label, _word(getattr(self.before, name, "")), _word(self._after(name)))
            for name, label in LABELS.items()
        ]
        return sorted(found, key=lambda row: not row.is_changed)

    def _after(self, name: str) -> Any:
        return self.values[name] if name in self.values else getattr(self.before, name, "")

    @cached_property
    def position(self) -> Position:
        """Where they would stand, not saved."""
        kept = {name: getattr(self.before, name, None) for name in Position.FIELDS}
        kept["role"], kept["level"] = kept["role"] or "", kept["level"] or ""
        kept |= {"person": self.move.person, "starts_on": self.move.starts_on}
        return Position(**kept | self.values)

    @property
    def mark(self) -> str:
        """Names what was looked at: another one means that the position was changed meanwhile."""
        held = self.before.id if self.before else None
        later = [self.following.id, str(self.following.starts_on)] if self.following else None
        said = {name: _key(value) for name, value in self.values.items()}
        return audit.binding({"before": held, "following": later, "values": said})[:16]


def read(move: Any) -> Change:
    """What it would do as things are known now; of one that was decided what it did then."""
    then = move.decided_at or move.withdrawn_at
    history = Position.history_at(move.person, then) if then else Position.history_of(move.person)
    origin, back = move.reverses, None
    if not then and origin is not None and origin.ends_on:
        history, back = _without_way_back(history, origin)
    day = move.starts_on - A_DAY if move.is_agreed else move.starts_on
    before = next((row for row in history if row.covers(day)), None)
    later = [row for row in history if row.starts_on > move.starts_on]
    if move.is_agreed and move.back_position_id:
        later = []
    following = min(later, key=lambda row: row.starts_on, default=None)
    return Change(move, before, following, _values(move, history), back)


def _without_way_back(
    history: list[Position], origin: Any
) -> tuple[list[Position], Position | None]:
    """What holds if the way back of a rotation is withdrawn, and that way back if it is to come."""
    starts_on = origin.ends_on + A_DAY
    back = next((row for row in history if row.starts_on == starts_on), None)
    if back is None or starts_on <= origin.person.today():
        return history, None
    rest = [row for row in history if row is not back]
    for row in rest:
        if row.ends_on == origin.ends_on:
            row.ends_on = back.ends_on
    return rest, back


def _first(move: Any) -> Any:
    """Where a rotation began that was lengthened; any other move is its own beginning."""
    lengthens = move.reverses_id and move.ends_on
    return _first(move.reverses) if lengthens else move


def fields_of(move: Any) -> list[str]:
    """Which columns of the position it is about."""
    if move.is_way_back:
        return fields_of(move.reverses)
    return list(move.named)


def _values(move: Any, history: list[Position]) -> dict[str, Any]:
    if not move.is_way_back:
        return {name: getattr(move, name) for name in move.named}
    began = _first(move.reverses).starts_on - A_DAY
    held = next((row for row in history if row.covers(began)), None)
    return {name: getattr(held, name, None) for name in fields_of(move)} if held else {}


def _day(value: date, move: Any) -> str:
    said = f"{value:%a} {value.day} {value:%b}"
    return said if value.year == move.person.today().year else f"{said} {value.year}"


def _key(value: Any) -> Any:
    return getattr(value, "id", value)


def _word(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, Person):
        return value.called
    return str(getattr(value, "name", None) or value)


# -- whether it can be -------------------------------------------------------------------------


def refuse(move: Any, change: Change) -> None:
    """Raises NotPossible for whatever stands against it, as it is known now."""
    _refuse_days(move, change)
    _refuse_manager(move, change)
    if change.before is None:
        raise NotPossible(f"{move.person.called} holds no position on that day.", "starts_on")
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
        raise NotPossible(f"The last day is {_day(last, move)}.", "starts_on")
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
    began = _first(origin).starts_on
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
        said = f"Another change is recorded for {_day(later.starts_on, move)}: it ends before that."
        raise NotPossible(said, "ends_on")


def _refuse_manager(move: Any, change: Change) -> None:
    manager = change.values.get("manager")
    if manager is None:
        return
    manager = Person.get_by_id(_key(manager))
    if manager.id == move.person_id:
        raise NotPossible("Nobody reports to themselves.", "manager")
    if not manager.is_staff or (manager.last_day_on and manager.last_day_on < move.starts_on):
        raise NotPossible(f"{manager.called} is not here on that day.", "manager")
    if change.before is not None and change.before.manager_id == manager.id:
        return
    on = Position.circle_on(move.person_id, manager.id, move.starts_on, change.until)
    if on is not None:
        said = f"{manager.called} reports to {move.person.called}: that would be a circle."
        raise NotPossible(said, "manager")


# -- writing it --------------------------------------------------------------------------------


def write(move: Any, change: Change, *, by: Person) -> tuple[Position, Position | None]:
    """The position it becomes, and the way back where it has an end. Call it in the write that
    decides it, after `refuse`."""
    person = Person.get_by_id(move.person_id)
    home = _home(move, change)
    if change.back is not None:
        change.back.withdraw(by=by)
    Position.take(person, by=by, starts_on=move.starts_on, **change.values)
    back = None
    if move.ends_on is not None:
        back = Position.take(person, by=by, starts_on=move.ends_on + A_DAY, **home)
    # What was cut again by the way back is another row by now.
    return _standing(person, move.starts_on), back


def _home(move: Any, change: Change) -> dict[str, Any]:
    """Where a rotation leads back to; one that is lengthened leads where it led before."""
    from_ = change.back if change.back is not None else change.before
    return {name: from_.__data__[name] for name in fields_of(move)} if from_ else {}


def _standing(person: Person, on: date) -> Position:
    rows = Position.select().where(Position.person == person, Position.is_known())
    return next(row for row in rows if row.covers(on))


def stands(move: Any) -> bool:
    """Whether the position it became is still there, with all it said: nobody has withdrawn or
    corrected it in people's pages."""
    became = move.position
    if became is None:
        return False
    now = Position.get_or_none(
        Position.person == move.person_id,
        Position.is_known(),
        Position.starts_on == became.starts_on,
    )
    names = fields_of(move)
    return now is not None and all(now.__data__[name] == became.__data__[name] for name in names)
