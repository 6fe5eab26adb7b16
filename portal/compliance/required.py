"""What is required of one person: everything, with where they stand and what comes next."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.compliance.needs import kinds
from portal.compliance.owing import is_its_duty
from portal.compliance.titles import titles
from portal.people.models import Person

LATE, OPEN, AHEAD, DONE, EXCUSED = "late", "open", "ahead", "done", "excused"
GROUPS = {
    LATE: "Overdue",
    OPEN: "To do",
    DONE: "In order",
    AHEAD: "Begins later",
    EXCUSED: "Excused",
}


@dataclass(frozen=True)
class Item:
    """One thing required of somebody."""

    row: Coverage
    title: str
    state: str
    duty: Assignment | None
    excused_until: date | None

    @property
    def requirement(self) -> Requirement:
        return self.row.requirement  # type: ignore[no-any-return]

    @property
    def icon(self) -> str:
        kind = kinds.get(self.requirement.kind)
        return kind.icon if kind else "file-text"

    @property
    def kind(self) -> str:
        """What sort of thing it is: `Policy`."""
        kind = kinds.get(self.requirement.kind)
        return kind.title if kind else self.requirement.kind

    @property
    def is_for_good(self) -> bool:
        """Done, and never asked again."""
        return self.state == DONE and self.row.due_on is None


def of(person: Person, on: date) -> dict[str, list[Item]]:
    """Everything required of the person now or soon, by state, the most urgent first."""
    found = list(_rows(person, on))
    named = titles((row.requirement.kind, row.requirement.target) for row in found)
    groups: dict[str, list[Item]] = {name: [] for name in GROUPS}
    for row in found:
        title = named[row.requirement.kind, row.requirement.target]
        item = Item(row, title, _state(row, on), _duty(row), row.excused_until)
        groups[item.state].append(item)
    return {name: items for name, items in groups.items() if items}


def _rows(person: Person, on: date) -> Any:
    covers = (Exemption.since <= on) & (Exemption.until.is_null() | (Exemption.until >= on))
    theirs = (Exemption.requirement == Requirement.id) & (Exemption.person == Coverage.person)
    left = peewee.JOIN.LEFT_OUTER
    return (
        Coverage.select(
            Coverage,
            Requirement,
            Assignment,
            # As expressions, so that they become the row's own and not another table's.
            peewee.fn.COALESCE(Exemption.id, 0).alias("exemption"),
            peewee.fn.COALESCE(Exemption.until, Exemption.until).alias("excused_until"),
        )
        .join(Requirement)
        .switch(Coverage)
        .join(Assignment, left, on=is_its_duty(), attr="duty")
        .switch(Coverage)
        .join(Exemption, left, on=theirs & covers & Exemption.is_known())
        .where(Coverage.person == person, Coverage.is_known(), Coverage.is_ahead(on))
        .order_by(Coverage.due_on.asc(nulls="last"), Coverage.id)
    )


def _state(row: Any, on: date) -> str:
    if row.exemption:
        return EXCUSED
    if row.since > on:
        return AHEAD
    if row.late_on is not None and row.late_on <= on:
        return LATE
    # Open already, or past its day and within its grace; else the last time still counts.
    if row.due_on is not None and (row.opens_on or row.due_on) <= on:
        return OPEN
    return DONE if row.done_on is not None else AHEAD


def _duty(row: Any) -> Assignment | None:
    duty = getattr(row, "duty", None)
    return duty if duty is not None and duty.id else None
