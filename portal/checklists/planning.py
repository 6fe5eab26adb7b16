"""From a plan to dated steps with owners: what the preview shows is what Start does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import clock, text
from portal.assignments.due import Due
from portal.documents.models import Document, Revision
from portal.people.audience import RuleError, parse
from portal.people.functions import HR, Function
from portal.people.models import Person, Position
from portal.people.org import PLAIN_WEEK
from portal.people.workdays import NeverWorksError


@dataclass(frozen=True)
class PlannedStep:
    """A step before it runs: who will own it (or what is missing for that) and by when."""

    key: str
    phase: str
    title: str
    detail_html: str
    role: str
    person: Person | None
    function: Function | None
    missing: str
    due_on: date | None
    minutes: int | None
    is_optional: bool
    opens_kind: str = ""
    opens_slug: str = ""

    @property
    def owner_words(self) -> str:
        if self.missing:
            return f"Owner missing ({self.missing})"
        return self.person.called if self.person else self.function.name if self.function else ""


def lay_out(
    plan: dict[str, Any], person: Person, position: Position | None, anchor_on: date
) -> list[PlannedStep]:
    """Every step of the plan for this person, one for each owner, in the plan's order."""
    owners = _Owners(person, position)
    calendar = position.location.calendar() if position and position.location else PLAIN_WEEK
    started_on = person.today()
    steps = []
    for phase in plan.get("phases", []):
        for step in phase["steps"]:
            due_on = _due_on(step.get("due"), anchor_on, started_on, calendar)
            for role in step["owners"] or [HR]:
                opens = step.get("opens") or {}
                steps.append(
                    PlannedStep(
                        key=step["key"],
                        phase=phase["title"],
                        title=step["title"],
                        detail_html=text.render_markdown(step["detail"]) if step["detail"] else "",
                        role=role,
                        **owners.find(role),
                        due_on=due_on,
                        minutes=step.get("minutes"),
                        is_optional=bool(step.get("optional")),
                        opens_kind=opens.get("kind", ""),
                        opens_slug=opens.get("slug", ""),
                    )
                )
    return steps


def _due_on(rule: str | None, anchor_on: date, started_on: date, calendar: Any) -> date | None:
    """The day a step's rule means here; none where the place never works."""
    if not rule:
        return None
    due = Due.parse(rule)
    try:
        due_on = due.on(started_on if due.anchor == "today" else anchor_on, calendar)
        # Nobody is late for what they were not asked for yet.
        return max(due_on, calendar.move(started_on, earlier=False))
    except NeverWorksError:
        return None


class _Owners:
    """Who the words of a plan mean for one person: each word is looked up once."""

    def __init__(self, person: Person, position: Position | None) -> None:
        self.person, self.position = person, position
        self.functions = {function.slug: function for function in Function.select()}
        self.found: dict[str, dict[str, Any]] = {}

    def find(self, role: str) -> dict[str, Any]:
        """`person`, `function` and `missing` for a role; a word nobody answers to is missing."""
        if role not in self.found:
            owner = self._look_up(role)
            self.found[role] = {
                "person": owner if isinstance(owner, Person) else None,
                "function": owner if isinstance(owner, Function) else None,
                "missing": "" if owner else role.lstrip("@"),
            }
        return self.found[role]

    def _look_up(self, role: str) -> Person | Function | None:
        if role == "employee":
            return self.person
        if role in ("manager", "buddy"):
            return getattr(self.position, role) if self.position else None
        if "@" in role:
            named = Person.by_email(role.lstrip("@"))
            return named if named and named.is_active else None
        function = self.functions.get(role)
        if function is None:
            return None
        place = self.position.location_id if self.position else None
        return function if function.holders(place, clock.today()) else None


def published_plans() -> list[Document]:
    """Every plan in force with its revision, in one query."""
    revisions = (
        Revision.newest()
        .select(Revision, Document)
        .join(Document)
        .where(Document.kind == "checklist", Document.retired_at.is_null())
    )
    plans = []
    for revision in revisions:
        revision.document.current = revision
        plans.append(revision.document)
    return plans


def transition_of(plan: Document) -> str:
    assert plan.current is not None
    return str(plan.current.parsed.get("transition", "onboarding"))


def propose(transitions: Sequence[str], facts: dict[str, str]) -> list[Document]:
    """Published plans for these transitions, in their order: those that fit `facts` first,
    narrow before wide."""
    plans = [plan for plan in published_plans() if transition_of(plan) in transitions]
    return sorted(
        plans,
        key=lambda plan: (
            transitions.index(transition_of(plan)), _fit(plan.audience, facts), plan.folded
        ),
    )  # fmt: skip


def _fit(audience: str, facts: dict[str, str]) -> int:
    """0: made for these facts, 1: for everyone, 2: for others."""
    try:
        rule = parse(audience or "everyone")
    except RuleError:
        return 2
    if not rule.matches(facts):
        return 2
    return 1 if str(rule) == "everyone" else 0
