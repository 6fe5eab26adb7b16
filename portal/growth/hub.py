"""The hub: one's plans, where one stands, and a word of each other room. About oneself alone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import db
from portal.competencies import gaps
from portal.competencies.gaps import Gap
from portal.feedback import overview as feedback
from portal.goals import overview as goals
from portal.growth import overview
from portal.growth.overview import PlanShown
from portal.oneonones import overview as oneonones
from portal.people.models import Person


@dataclass(frozen=True)
class Standing:
    """Where one stands: each competency of one's matrix, and those with a gap, the widest first."""

    gaps: list[Gap]

    @property
    def said(self) -> int:
        """Of how many anybody whose word counts has said it."""
        return sum(gap.gap is not None for gap in self.gaps)

    @property
    def below(self) -> list[Gap]:
        return [gap for gap in gaps.widest_first(self.gaps) if gap.gap]


@dataclass(frozen=True)
class Hub:
    plans: list[PlanShown]
    standing: Standing
    # What each room counts, by the names it gives; no entry where it is not for them.
    counts: dict[str, Any]

    @property
    def to_plan(self) -> list[Gap]:
        """Gaps for which no plan is open."""
        planned = {shown.plan.competency_id for shown in self.plans}
        return [gap for gap in self.standing.below if gap.text.document.id not in planned]

    @property
    def next_talk_on(self) -> date | None:
        found = self.counts.get("next_talk_on")
        return date.fromisoformat(found) if isinstance(found, str) else found


def of(viewer: Person) -> Hub:
    """Of the viewer themselves."""
    return Hub(overview.open_plans(viewer), Standing(gaps.of(viewer)), _counts(viewer))


def _counts(viewer: Person) -> dict[str, Any]:
    """What the rooms count of the viewer, in one query."""
    columns = {
        name: column
        for room in (overview, goals, oneonones, feedback)
        for name, column in room.columns(viewer).items()
    }
    if not columns:
        return {}
    row: Any = peewee.Select(columns=list(columns.values())).bind(db.database).tuples()
    return dict(zip(columns, next(iter(row.execute())), strict=True))
