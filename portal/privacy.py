"""What the portal keeps about people, declared by each room in its `personal.py`.

`columns` is the privacy register: every column that points at somebody, why, until when, and what
an erasure does to it. `records` are the classes of record with their time; `retention` lets go.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from portal.registry import Registry

DELETE, PSEUDONYMISE, KEEP = "delete", "pseudonymise", "keep"
EFFECTS = {
    DELETE: "The row goes.",
    PSEUDONYMISE: "Only the number stays; it leads to “Former colleague”.",
    KEEP: "It stays.",
}
# Said of whoever made an entry, wherever no more is to be said.
TRACE = "as long as the row it stands in"


@dataclass(frozen=True)
class Column:
    """One column that points at a person, as `table.column`.

    `shown()` is a condition: in which rows others may learn that it does; None for all. Where
    `is_counted` is False, not even their number is anybody's to read.
    """

    name: str
    purpose: str
    until: str
    erasure: str = KEEP
    shown: Callable[[], Any] | None = None
    is_counted: bool = True


def midnight(day: date) -> datetime:
    """The first instant of a day, for comparing it with a time."""
    return datetime.combine(day, time(), UTC)


def acted(
    table: str,
    *names: str,
    purpose: str = "Who did it",
    shown: Callable[[], Any] | None = None,
) -> list[Column]:
    """Columns that say who acted: they keep a number, and it leads to nobody after an erasure."""
    return [Column(f"{table}.{name}", purpose, TRACE, PSEUDONYMISE, shown) for name in names]


@dataclass(frozen=True)
class RecordClass:
    """One class of record: what it holds, from when its time counts, and how a row of it ends.

    `people` are the columns naming whom a row is about: nothing of somebody under hold goes.
    `rows()` is a query of the model with whatever `day` and `is_past` need. `is_past(before)` says
    which rows are over: by their own time, and where a rule says so those counted before that day.
    `erase(ids, by)` deletes or pseudonymises them inside the caller's write, so that none is found
    again. `goes(person)` are the rows that go when one person is erased; where `is_past` is
    None they go only then.
    """

    name: str
    title: str
    holds: str
    model: Any
    erase: Callable[[list[int], Any], Any]
    people: tuple[Any, ...] = ()
    counted_from: str = ""
    day: Any = None
    rows: Callable[[], Any] | None = None
    is_past: Callable[[date | None], Any] | None = None
    goes: Callable[[int], Any] | None = None
    # What ends by itself without any rule, in a sentence; empty where nothing does.
    own_time: str = ""
    # Whether HR may set a time: not where each row, or its law, says its own.
    takes_rule: bool = True
    months: int | None = None
    floor_months: int = 1
    advice: str = ""
    # Why some of it stays though a person is erased.
    stays: str = ""
    titles: Callable[[list[int]], dict[int, str]] | None = None
    # That somebody has rows of it is nobody's to read, not even as a number; or `shown()` is a
    # condition: of which rows it is.
    is_private: bool = False
    shown: Callable[[], Any] | None = None
    batch: int = 100

    @property
    def ages(self) -> bool:
        """Whether its rows have a time of their own, or a rule can give them one."""
        return self.is_past is not None

    def select(self) -> Any:
        """Its rows, as a query."""
        return self.rows() if self.rows else self.model.select()

    def shown_among(self, ids: list[int]) -> int:
        """Of how many of these rows others may learn."""
        if self.is_private or self.shown is None:
            return 0 if self.is_private else len(ids)
        rows = self.select().where(self.model._meta.primary_key.in_(ids), self.shown())
        return int(rows.count())


columns: Registry[Column] = Registry("columns of the privacy register")
records: Registry[RecordClass] = Registry("classes of record")
