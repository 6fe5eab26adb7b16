"""Which checklist a move starts, unless a rule does it or one runs already."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.careers.moving import PROMOTION, Change
from portal.checklists.firings import CATCH_UP_DAYS
from portal.checklists.models import Checklist
from portal.checklists.planning import propose, transition_of
from portal.checklists.rules import Rule
from portal.documents.models import Document
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person
from portal.people.positions import Position
from portal.text import count


@dataclass(frozen=True)
class Starting:
    """The plan that starts with the decision; or why none does."""

    transition: str = ""
    plan: Document | None = None
    rule: Rule | None = None
    running: Checklist | None = None

    @property
    def sentence(self) -> str:
        if not self.transition:
            said = "No list starts: it takes another decision back, or goes on with it."
            runs = self.running and f" “{self.running.title}” runs on: stop it on its own page."
            return f"{said}{runs or ''}"
        if self.running is not None:
            return f"“{self.running.title}” runs for them already, so no other list starts."
        if self.rule is not None:
            asks = "starts" if self.rule.action == "start" else "asks HR about"
            return f"A rule {asks} “{self.rule.plan.title}” on its day, so no list starts now."
        if self.plan is None:
            return f"No plan for a {self.transition} is published, so no list starts."
        steps = sum(len(phase["steps"]) for phase in self.plan.current.parsed["phases"])
        return f"“{self.plan.title}” starts, with {count(steps, 'step')}."

    def start(self, move: Any, *, by: Person) -> Checklist | None:
        """Start it, in the write that decides the move."""
        if self.plan is None or self.plan.current is None:
            return None
        person = Person.get_by_id(move.person_id)
        return Checklist.start(self.plan.current, person, move.starts_on, by=by)


def starting(move: Any, change: Change) -> Starting:
    """What would start if it were agreed to now."""
    transition = "promotion" if move.sort == PROMOTION else "transfer"
    running = Checklist.running_in(transition, [move.person_id]).get(move.person_id)
    if move.reverses_id:
        return Starting(running=running if move.is_way_back else None)
    if running is not None:
        return Starting(transition, running=running)
    facts = facts_of(move.person, change.position)
    rule = next((one for one in _rules(transition, change) if _hits(one.audience, facts)), None)
    if rule is not None:
        return Starting(transition, rule=rule)
    fits = (plan for plan in propose([transition], facts) if _hits(plan.audience, facts))
    return Starting(transition, plan=next(fits, None))


def _rules(transition: str, change: Change) -> list[Rule]:
    """Rules that would fire for the same change by themselves, with a plan of that transition."""
    happens = _happens(change.before, change.position)
    first = change.move.starts_on
    caught = change.move.person.today() - timedelta(days=CATCH_UP_DAYS)
    return [
        rule
        for rule in Rule.kept().where(Rule.on_from.is_null(False), Rule.on_from <= first)
        if rule.event in happens
        and not rule.trouble
        and first + timedelta(days=rule.offset_days) >= caught
        and transition_of(rule.plan) == transition
    ]


def _happens(before: Position | None, after: Position) -> set[str]:
    """What rules call this change."""
    if before is None:
        return set()
    is_moved = (before.team_id, before.location_id) != (after.team_id, after.location_id)
    is_promoted = after.level and after.level != before.level
    found = (("moved", is_moved), ("promoted", is_promoted))
    return {event for event, happens in found if happens}


def _hits(rule: str, facts: dict[str, str]) -> bool:
    try:
        return audience.parse(rule or "everyone").matches(facts)
    except audience.RuleError:
        return False


def started(move: Any) -> Checklist | None:
    """The list that its decision started: of its transition, around its day, by who decided."""
    if move.state != "agreed" or move.reverses_id:
        return None
    transition = "promotion" if move.sort == PROMOTION else "transfer"
    return (  # type: ignore[no-any-return]
        Checklist.select()
        .where(
            Checklist.person == move.person_id,
            Checklist.transition == transition,
            Checklist.anchor_on == move.starts_on,
            Checklist.started_at >= move.decided_at - timedelta(seconds=1),
            Checklist.started_by == move.decided_by_id,
        )
        .order_by(Checklist.id)
        .first()
    )
