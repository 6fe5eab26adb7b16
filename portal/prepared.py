"""Queries whose SQL is written once: for the few that every page asks.

peewee writes a query's SQL anew each time, which costs several times what running it does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import peewee

from portal import db


@dataclass(frozen=True)
class _Blank:
    name: str


def blank(name: str) -> Any:
    """A place in a query that is filled in when it runs, by that name.

    The value goes to the database as it is, so it must be what a column holds: a number, a string,
    a date.
    """
    return peewee.Value(_Blank(name), converter=False)


class Prepared:
    """`found = Prepared(lambda: M.select().where(M.x == blank("x")))`; then `found(x=1)`."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._written: dict[bool, tuple[Any, str, list[Any]]] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """The rows, as the query makes them (models, tuples), with the blanks filled in."""
        query, sql, params = self._sql()
        filled = [values[p.name] if isinstance(p, _Blank) else p for p in params]
        # The query's own way of turning a cursor into rows; public API only offers it for a
        # query that writes its SQL again.
        rows = query._get_cursor_wrapper(db.database.execute_sql(sql, filled))
        rows.fill_cache()
        return list(rows.row_cache)

    def change(self, **values: Any) -> int:
        """How many rows an UPDATE has changed, with the blanks filled in."""
        _, sql, params = self._sql()
        filled = [values[p.name] if isinstance(p, _Blank) else p for p in params]
        return int(db.database.rows_affected(db.database.execute_sql(sql, filled)))

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        rows = self(**values)
        return rows[0] if rows else None

    def _sql(self) -> tuple[Any, str, list[Any]]:
        dialect = db.is_sqlite()
        if dialect not in self._written:
            query = self._build()
            sql, params = query.bind(db.database.obj).sql()
            self._written[dialect] = (query, sql, params)
        return self._written[dialect]
