"""What an erasure of one person would take and what it would leave, in two questions."""

from dataclasses import dataclass
from typing import Any

import peewee

from portal import db, privacy
from portal.privacy import Column, RecordClass, records
from portal.retention.models import LegalHold
from portal.retention.records import YES, of_person


@dataclass(frozen=True)
class Line:
    """One class: how many rows there are of the person, how many would go, and why not the rest."""

    kept: RecordClass
    total: int
    goes: int
    is_held: bool

    @property
    def stays(self) -> int:
        return self.total - self.goes


@dataclass(frozen=True)
class Trace:
    """A column in which their number stays, and in how many rows; None where that is not told."""

    column: Column
    count: int | None


@dataclass(frozen=True)
class Outlook:
    lines: list[Line]
    traces: list[Trace]

    @property
    def goes(self) -> int:
        return sum(line.goes for line in self.lines if not line.is_held)


def outlook(person_id: int) -> Outlook:
    """By class what goes and what stays, then every column in which their number stays."""
    held = LegalHold.classes()
    asked = [
        kept
        for kept in records.values()
        if (kept.goes is not None or kept.people) and not kept.is_private
    ]
    counts = _counts(asked, person_id)
    lines = [
        Line(kept, counts.get(f"{kept.name} all", 0), counts.get(f"{kept.name} goes", 0),
             kept.name in held)
        for kept in asked
        if kept.name != "leavers"
    ]  # fmt: skip
    lines = [line for line in lines if line.total]
    return Outlook(sorted(lines, key=lambda line: line.kept.title), _traces(person_id))


def _counts(asked: list[RecordClass], person_id: int) -> dict[str, int]:
    """How many rows of each class there are of them, and how many would go, in one question.
    What is private is not counted, so that nobody learns of it here."""
    parts = []
    for kept in asked:
        key = kept.model._meta.primary_key
        shown = kept.shown() if kept.shown else YES
        rows = of_person(kept, person_id).where(shown)
        parts.append(rows.select(peewee.Value(f"{kept.name} all"), peewee.fn.COUNT(key)))
        if kept.goes is not None:
            gone = kept.select().where(kept.goes(person_id), shown)
            parts.append(gone.select(peewee.Value(f"{kept.name} goes"), peewee.fn.COUNT(key)))
    return dict(_all(parts))


def _traces(person_id: int) -> list[Trace]:
    """Where their number stays, in one question over all columns of the register."""
    parts, named = [], {column.name: column for column in privacy.columns.values()}
    found = [Trace(column, None) for column in named.values() if not column.is_counted]
    for field in person_columns():
        name = f"{field.model._meta.table_name}.{field.name}"
        column = named.get(name)
        if column is None or column.erasure == privacy.DELETE or not column.is_counted:
            continue
        mine = field.model.select(peewee.Value(name), peewee.fn.COUNT(peewee.SQL("1")))
        parts.append(mine.where(field == person_id, column.shown() if column.shown else YES))
    found += [Trace(named[name], count) for name, count in _all(parts) if count]
    return sorted(found, key=lambda trace: trace.column.name)


def _all(parts: list[Any]) -> list[Any]:
    query: Any = None
    for part in parts:
        query = part if query is None else query.union_all(part)
    return list(db.database.execute(query).fetchall()) if parts else []


def person_columns() -> list[Any]:
    """Every column of the register, as a field of its model."""
    tables = {model._meta.table_name: model for model in _models(db.Model)}
    found = []
    for column in privacy.columns.values():
        table, _, name = column.name.partition(".")
        model = tables.get(table)
        if model is not None and name in model._meta.fields:
            found.append(model._meta.fields[name])
    return found


def _models(base: Any) -> list[Any]:
    below = base.__subclasses__()
    return below + [deeper for model in below for deeper in _models(model)]
