"""What of a class is over: found the same way for the dry run, the purge and its evidence."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import and_, or_
from typing import Any

import peewee

from portal import db
from portal.people.models import Person
from portal.privacy import RecordClass, records
from portal.retention.models import LegalHold, RetentionRule

__all__ = ["DryRun", "RecordClass", "digest_of", "due", "records"]

# One purge takes so many, the oldest first; what is left is the next one's.
MOST = 10_000
SAMPLE = 8
MOST_HELD = 50

YOURS = "These are yours: somebody else in HR purges them."

YES: Any = peewee.Value(1) == 1


def past(kept: RecordClass, cut_off: date | None) -> Any:
    """Everything of the class that is over, held or not, as a query."""
    assert kept.is_past is not None
    return kept.select().where(kept.is_past(cut_off))


def free(kept: RecordClass, by: Any = None) -> Any:
    """Rows that no hold protects, nor are about whoever purges by hand, as a condition."""
    clear = [~peewee.fn.EXISTS(LegalHold.on_class(kept.name))]
    clear += [column.is_null() | _not_among(column, LegalHold.people()) for column in kept.people]
    return reduce(and_, clear, _of_others(kept, by))


def _of_others(kept: RecordClass, by: Any) -> Any:
    """Rows that are not about whoever purges by hand, as a condition."""
    people = kept.people if by is not None else ()
    return reduce(and_, (column.is_null() | (column != by.id) for column in people), YES)


def _not_among(field: Any, query: Any) -> Any:
    return peewee.Expression(field, "not in", query)


def due(kept: RecordClass, cut_off: date | None, by: Any = None) -> list[tuple[int, Any]]:
    """The oldest that would go now, with the day each is counted from."""
    query = past(kept, cut_off).where(free(kept, by))
    rows = query.select(kept.model._meta.primary_key, kept.day).order_by(
        kept.day, kept.model._meta.primary_key
    )
    return list(rows.limit(MOST).tuples())


def still(kept: RecordClass, ids: list[int], cut_off: date | None, by: Any = None) -> set[int]:
    """Which of these are still over and free."""
    key = kept.model._meta.primary_key
    rows: Any = past(kept, cut_off).where(free(kept, by), key.in_(ids)).select(key).tuples()
    return {row_id for (row_id,) in rows}


def digest_of(ids: Any) -> str:
    """SHA-256 over the ids, sorted, one a line: anybody who has them can work it out again."""
    return hashlib.sha256("\n".join(map(str, sorted(ids))).encode()).hexdigest()


@dataclass(frozen=True)
class Held:
    """Whose records are over and stay, how many, and why."""

    person: Person | None
    count: int
    why: str


class DryRun:
    """What a purge would take now, and what it would leave. Changes nothing."""

    def __init__(self, kept: RecordClass, rule: RetentionRule | None, by: Any) -> None:
        self.kept, self.rule, self.by = kept, rule, by
        self.cut_off = rule.cut_off if rule else None
        found = due(kept, self.cut_off, by)
        self.ids = [row_id for row_id, _ in found]
        self.digest = digest_of(self.ids)
        days = [_date(day) for _, day in found if day is not None]
        self.oldest = min(days) if days else None
        self.by_year = sorted(Counter(day.year for day in days).items())
        self.is_capped = len(found) == MOST
        # Of what is private nobody learns that there is some of their own.
        self.own = by.id if by is not None and not kept.is_private else None
        counted = YES if self.own else _of_others(kept, by)
        self.all_past: int = past(kept, self.cut_off).where(counted).count()

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def held_back(self) -> int:
        """How many are over and stay; a purge of the most it can take may leave more."""
        return 0 if self.is_capped else self.all_past - self.count

    def sample(self) -> list[tuple[int, str]]:
        """Some of the oldest: their number and what they are, without what stands in them."""
        ids = self.ids[:SAMPLE]
        titles = self.kept.titles(ids) if self.kept.titles and ids else {}
        return [(row_id, titles.get(row_id, self.kept.title)) for row_id in ids]

    def held(self, visible: Any) -> list[Held]:
        """Who is held, as far as the viewer may know: `visible` are the holds they see."""
        if not self.all_past - self.count:
            return []
        holds = list(LegalHold.listing(visible.where(LegalHold.is_on())).limit(MOST_HELD))
        found = [
            Held(None, self.all_past, hold.reason)
            for hold in holds
            if hold.record_class == self.kept.name
        ]
        people = {hold.person_id: hold for hold in holds if hold.person_id}
        for person, count in self._counts([*people, *([self.own] if self.own else [])]).items():
            if person == self.own:
                found.append(Held(None, count, YOURS))
            else:
                found.append(Held(people[person].person, count, people[person].reason))
        return found

    def _counts(self, ids: list[int]) -> dict[int, int]:
        if not ids or not self.kept.people:
            return {}
        named = reduce(or_, (column.in_(ids) for column in self.kept.people))
        rows: Any = past(self.kept, self.cut_off).where(named).select(*self.kept.people)
        counts: Counter[int] = Counter()
        for row in rows.limit(MOST).tuples():
            counts.update(set(row) & set(ids))
        return dict(counts)


def _date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def of_person(kept: RecordClass, person_id: int) -> Any:
    """Every row of the class about one person, as a query."""
    if not kept.people:
        return kept.select().where(kept.goes(person_id) if kept.goes else ~YES)
    return kept.select().where(reduce(or_, (column == person_id for column in kept.people)))


def totals(classes: list[RecordClass]) -> dict[str, int]:
    """How many rows each of these classes has, over or not, in one question: of those that others
    may learn of, and none of a class that is private."""
    query: Any = None
    for kept in classes:
        if kept.is_private:
            continue
        key = kept.model._meta.primary_key
        rows = kept.select().where(kept.shown() if kept.shown else YES)
        one = rows.select(peewee.Value(kept.name), peewee.fn.COUNT(key))
        query = one if query is None else query.union_all(one)
    if query is None:
        return {}
    return dict(db.database.execute(query).fetchall())
