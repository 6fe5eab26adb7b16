"""From a plan to dated steps with owners: what the preview shows is what Start does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import clock, text
from portal.assignments.due import Due
from portal.checklists.holdings import Holding
from portal.checklists.words import ALL, TAKEN_BACK
from portal.documents.models import Document, Revision
from portal.people.audience import RuleError, parse
from portal.people.functions import HR, Function
from portal.people.models import Person, Position
from portal.people.org import PLAIN_WEEK
from portal.people.workdays import NeverWorksError

# The owner of what is taken back where the plan names nobody: whoever handed it out.
GIVER = "giver"


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
    at: str = ""
    thing: str = ""
    thing_name: str = ""
    holding: Holding | None = None
    is_needless: bool = False

    @property
    def owner_words(self) -> str:
        if self.missing:
            return f"Owner missing ({self.missing})"
        return self.person.called if self.person else self.function.name if self.function else ""


def lay_out(
    plan: dict[str, Any], person: Person, position: Position | None, anchor_on: date
) -> list[PlannedStep]:
    """Every step of the plan for this person, one for each owner, in the plan's order."""
    return Layout(person, position, anchor_on).all_steps(plan)


class Layout:
    """The lines of a plan as steps of one person around one day."""

    def __init__(self, person: Person, position: Position | None, anchor_on: date) -> None:
        self.person, self.anchor_on = person, anchor_on
        self.owners = _Owners(person, position)
        place = position.location if position else None
        self.calendar = place.calendar() if place else PLAIN_WEEK
        self.started_on = person.today()

    def all_steps(self, plan: dict[str, Any]) -> list[PlannedStep]:
        """Every step of the plan, in its order."""
        return [
            planned
            for phase in plan.get("phases", [])
            for line in phase["steps"]
            for planned in self.steps(phase["title"], line)
        ]

    def due_on(self, rule: str | None) -> date | None:
        """The day a due date of the plan means here."""
        return _due_on(rule, self.anchor_on, self.started_on, self.calendar)

    def steps(self, phase: str, line: dict[str, Any]) -> list[PlannedStep]:
        """One for each owner; of a line that takes back, one for each thing that is held."""
        thing = line.get("thing") or {}
        if thing.get("verb") in TAKEN_BACK:
            return self.taking_back(phase, line, _held(self.person, thing))
        return [self._step(phase, line, role) for role in line["owners"] or [HR]]

    def taking_back(
        self, phase: str, line: dict[str, Any], held: list[Holding]
    ) -> list[PlannedStep]:
        """A step for each holding. Where all came back it is done at once; where nothing was ever
        recorded somebody looks: a portal that is new knows of no access that was given before it.
        """
        if not held:
            return [self._nothing_held(phase, line)]
        return [self._take_back(phase, line, holding) for holding in held]

    def _nothing_held(self, phase: str, line: dict[str, Any]) -> PlannedStep:
        came_back = Holding.was_recorded(self.person._pk, TAKEN_BACK[line["thing"]["verb"]])
        words = "nothing is held" if came_back else "nothing is recorded, please look"
        title = f"{line['title'][:250]}: {words}"
        role = (line["owners"] or [HR])[0]
        return self._step(phase, line, role, title=title, is_needless=came_back)

    def _take_back(self, phase: str, line: dict[str, Any], holding: Holding) -> PlannedStep:
        named: dict[str, Any] = {
            "title": f"{line['title'][:200]}: {holding.words}",
            "holding": holding,
            "thing_name": holding.name,
        }
        if line["owners"]:
            return self._step(phase, line, line["owners"][0], **named)
        return self._step(phase, line, GIVER, **named, **self.owners.giver(holding))

    def _step(self, phase: str, line: dict[str, Any], role: str, **said: Any) -> PlannedStep:
        opens, thing = line.get("opens") or {}, line.get("thing") or {}
        values = {
            "key": line["key"],
            "phase": phase,
            "title": line["title"],
            "detail_html": text.render_markdown(line["detail"]) if line["detail"] else "",
            "role": role,
            "due_on": self.due_on(line.get("due")),
            "minutes": line.get("minutes"),
            "is_optional": bool(line.get("optional")),
            "opens_kind": opens.get("kind", ""),
            "opens_slug": opens.get("slug", ""),
            "at": line.get("at") or "",
            "thing": thing.get("verb", ""),
            "thing_name": thing.get("name", ""),
        }
        owner = self.owners.find(role) if "missing" not in said else {}
        return PlannedStep(**{**values, **owner, **said})


def _held(person: Person, thing: dict[str, str]) -> list[Holding]:
    held = Holding.out_of(person._pk, TAKEN_BACK[thing["verb"]])
    return [one for one in held if thing["name"] in (ALL, one.name)]


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

    def giver(self, holding: Holding) -> dict[str, Any]:
        """Whoever handed it out: the function that did, else the person, if they are still here."""
        if holding.function:
            place, today = holding.location_id, clock.today()
            if holding.function.holders(place, today):
                return {"person": None, "function": holding.function, "missing": ""}
        giver = holding.given_by
        if giver and giver.is_active and not giver.has_left(giver.today()):
            return {"person": giver, "function": None, "missing": ""}
        return {"person": None, "function": None, "missing": "owner"}

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
