"""A year of costs added up: against the budget, by course, by department, per completion."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal.learning.spending import Budget, Spending, completed_in, departments
from portal.people.models import Person
from portal.people.org import Company
from portal.people.tables import write_table

COLUMNS = (
    "day", "course", "session", "department", "amount", "currency", "state", "invoice", "note",
)  # fmt: skip


@dataclass
class Line:
    """What one course or department has cost, and what is planned for it."""

    name: str
    id: int | None = None
    spent: int = 0
    planned: int = 0
    budget: int | None = None
    done: int = 0

    @property
    def left(self) -> int | None:
        return None if self.budget is None else self.budget - self.spent - self.planned

    @property
    def each(self) -> int | None:
        """What a completion has cost, rounded."""
        return round(self.spent / self.done) if self.done else None


@dataclass
class Year:
    """`strange` is how many costs are in another currency, and in no sum."""

    year: int
    currency: str
    whole: Line
    heads: int
    courses: list[Line] = field(default_factory=list)
    departments: list[Line] = field(default_factory=list)
    strange: int = 0

    @property
    def per_head(self) -> int | None:
        return round(self.whole.spent / self.heads) if self.heads else None

    @property
    def share(self) -> int:
        """Percent of the budget that is spent or planned."""
        used = self.whole.spent + self.whole.planned
        return min(100, used * 100 // self.whole.budget) if self.whole.budget else 0


def year_of(year: int, today: date, company: Company | None = None) -> Year:
    """The sums of a year, as it stands today."""
    currency = (company or Company.settings()).currency
    rows = list(Spending.of_year(year))
    budgets = {
        team: row.cents for team, row in Budget.of_year(year).items() if row.currency == currency
    }
    whole = Line("The company", budget=_whole(budgets))
    done = completed_in(year)
    courses: dict[int | None, Line] = {}
    teams = {
        team.id: Line(team.name, team.id, budget=budgets.get(team.id)) for team in departments()
    }
    nobodys = Line("No department")
    for row in rows:
        if row.currency != currency:
            continue
        title = row.course.title if row.course_id else "Not for one course"
        course = courses.setdefault(row.course_id, Line(title, row.course_id))
        course.done = done.get(row.course_id, 0)
        team = teams.setdefault(row.team_id, Line(row.team.name)) if row.team_id else nobodys
        for line in (whole, course, team):
            if row.spent_on > today:
                line.planned += row.cents
            else:
                line.spent += row.cents
    whole.done = sum(line.done for line in courses.values())
    used = [
        line for line in (*teams.values(), nobodys) if line.budget or line.spent or line.planned
    ]
    return Year(
        year,
        currency,
        whole,
        _heads(min(today, date(year, 12, 31))),
        sorted(courses.values(), key=lambda line: (-line.spent - line.planned, line.name)),
        used if len(used) > 1 or used != [nobodys] else [],
        sum(row.currency != currency for row in rows),
    )


def _whole(budgets: dict[int | None, int]) -> int | None:
    """The company's budget; without one, that of its departments together."""
    if None in budgets:
        return budgets[None]
    return sum(budgets.values()) if budgets else None


def _heads(on: date) -> int:
    rows: Any = Person.select(peewee.fn.COUNT(Person.id)).where(Person.is_here(on))
    return int(rows.scalar())


def as_csv(year: int, today: date) -> tuple[bytes, int]:
    """Every cost of a year, one a line, and how many those are."""
    found = Spending.of_year(year)
    rows = [
        (
            str(row.spent_on),
            row.course.title if row.course_id else "",
            str(row.session or ""),
            row.team.name if row.team_id else "",
            f"{row.cents / 100:.2f}",
            row.currency,
            "planned" if row.spent_on > today else "spent",
            row.invoice,
            row.note,
        )
        for row in found
    ]
    return write_table(COLUMNS, rows), len(rows)
