"""What a move changes, before and after: read for the page of a proposal, read again when it is
decided, and written then."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from portal import audit
from portal.people.circles import CircleError
from portal.people.models import Person
from portal.people.positions import Position

PROMOTION, TRANSFER, ROTATION = "promotion", "transfer", "rotation"
A_DAY = timedelta(days=1)
CIRCLE = "From {} on they would report to somebody who reports to them: that would be a circle."
LABELS = {
    "role": "Role", "level": "Level", "team": "Team", "location": "Place", "manager": "Reports to",
}  # fmt: skip


class NotPossible(ValueError):
    """Why it cannot be, in a sentence for whoever pressed the button; `field` says where. One that
    `is_private` tells what only HR and those above the person know of them."""

    def __init__(self, said: str, field: str = "", *, is_private: bool = False) -> None:
        super().__init__(said)
        self.field, self.is_private = field, is_private


@dataclass(frozen=True)
class Row:
    """One field of the position: what it is, what it will be."""

    name: str
    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Change:
    """What a move does to a position: the row it cuts into, those that begin later, the new values.

    `back` is the way back of a rotation that this one ends or lengthens: it goes first.
    """

    move: Any
    before: Position | None
    later: list[Position]
    values: dict[str, Any]
    back: Position | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether all of it is so already."""
        held = self.before
        return held is None or not self._differs

    @property
    def following(self) -> Position | None:
        """What begins next after it."""
        return self.later[0] if self.later else None

    @cached_property
    def onward(self) -> list[tuple[Position, dict[str, Any]]]:
        """The later rows in which it holds as well, each with what of it: a change that is recorded
        for later was written without knowing of this one, and leaves alone what it says nothing
        about."""
        found: list[tuple[Position, dict[str, Any]]] = []
        going = {} if self.move.ends_on else self._differs
        for row in self.later:
            going = {name: value for name, value in going.items() if self._leaves(row, name)}
            if row.is_hire or not going:
                break
            found.append((row, going))
        return found

    @property
    def _differs(self) -> dict[str, Any]:
        held = self.before
        if held is None:
            return {}
        return {name: one for name, one in self.values.items() if _key(one) != held.__data__[name]}

    def _leaves(self, row: Position, name: str) -> bool:
        return self.before is not None and row.__data__[name] == self.before.__data__[name]

    @property
    def until(self) -> date | None:
        """The last day on which all of it holds, before another change that is recorded already."""
        if self.move.ends_on:
            return self.move.ends_on  # type: ignore[no-any-return]
        whole = [row for row, going in self.onward if len(going) == len(self._differs)]
        row = next((row for row in self.later if row not in whole), None)
        return row.starts_on - A_DAY if row else None

    @property
    def rows(self) -> list[Row]:
        """Field by field, what changes first."""
        found = [
            Row(name, label, _word(getattr(self.before, name, "")), _word(self._after(name)))
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
        later = [[row.id, str(row.starts_on)] for row in self.later]
        said = {name: _key(value) for name, value in self.values.items()}
        return audit.binding({"before": held, "following": later, "values": said})[:16]


def read(move: Any) -> Change:
    """What it would do as things are known now; of one that was decided what it did then."""
    then = move.decided_at or move.withdrawn_at
    if move.is_agreed:
        # Just before it was written.
        then -= timedelta(microseconds=1)
    history = Position.history_at(move.person, then) if then else Position.history_of(move.person)
    origin, back = move.reverses, None
    if origin is not None and origin.ends_on:
        on = then.date() if then else move.person.today()
        history, back = _without_way_back(history, origin, on)
    before = next((row for row in history if row.covers(move.starts_on)), None)
    later = sorted(
        (row for row in history if row.starts_on > move.starts_on), key=lambda row: row.starts_on
    )
    if move.is_agreed and move.back_position_id:
        later = []
    return Change(move, before, later, _values(move, history), back)


def _without_way_back(
    history: list[Position], origin: Any, on: date
) -> tuple[list[Position], Position | None]:
    """What holds if the way back of a rotation is withdrawn, and that way back if it is to come on
    that day and nothing else begins with it."""
    starts_on = origin.ends_on + A_DAY
    back = next((row for row in history if row.starts_on == starts_on), None)
    there = next((row for row in history if row.covers(origin.ends_on)), None)
    if back is None or there is None or starts_on <= on:
        return history, None
    besides = set(Position.FIELDS) - set(fields_of(origin))
    if any(back.__data__[name] != there.__data__[name] for name in besides):
        return history, None
    rest = [row for row in history if row is not back]
    for row in rest:
        if row.ends_on == origin.ends_on:
            row.ends_on = back.ends_on
    return rest, back


def first(move: Any) -> Any:
    """Where a rotation began that was lengthened; any other move is its own beginning."""
    lengthens = move.reverses_id and move.ends_on
    return first(move.reverses) if lengthens else move


def fields_of(move: Any) -> list[str]:
    """Which columns of the position it is about."""
    if move.is_way_back:
        return fields_of(move.reverses)
    return list(move.named)


def _values(move: Any, history: list[Position]) -> dict[str, Any]:
    if not move.is_way_back:
        return {name: getattr(move, name) for name in move.named}
    began = first(move.reverses).starts_on - A_DAY
    held = next((row for row in history if row.covers(began)), None)
    return {name: getattr(held, name, None) for name in fields_of(move)} if held else {}


def _key(value: Any) -> Any:
    return getattr(value, "id", value)


def _word(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, Person):
        return value.called
    return str(getattr(value, "name", None) or value)


# -- writing it --------------------------------------------------------------------------------


def write(move: Any, change: Change, *, by: Person) -> tuple[Position, Position | None]:
    """The position it becomes, and the way back where it has an end. Call it in the write that
    decides it, after `refuse`. Raises NotPossible for a circle on a day to come."""
    person = Person.get_by_id(move.person_id)
    home, onward = _home(move, change), change.onward
    if change.back is not None:
        change.back.withdraw(by=by)
    back = None
    try:
        Position.take(person, by=by, starts_on=move.starts_on, **change.values)
        for row, values in onward:
            Position.take(person, by=by, starts_on=row.starts_on, **values)
        if move.ends_on is not None:
            back = Position.take(person, by=by, starts_on=move.ends_on + A_DAY, **home)
    except CircleError as error:
        raise NotPossible(CIRCLE.format(error.on)) from None
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
    return now is not None and is_held(move, now)


def is_held(move: Any, row: Position) -> bool:
    """Whether that row says what a move that was agreed to made of the position."""
    became = move.position
    return became is not None and all(
        row.__data__[name] == became.__data__[name] for name in fields_of(move)
    )
