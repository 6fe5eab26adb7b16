"""The activity tree of a package: what its manifest asks of each activity, and what is tracked.

After “SCORM 2004 4th Edition, Sequencing and Navigation”, chapters 3 and 4 (sequencing definition
model, tracking model). Pure: the tree is what the manifest says, the state is a dict that goes into
JSON as it is. Whatever is unknown is None.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

# What an objective knows, with the parts of a map that read and write it.
MAPPED = {
    "satisfied": "SatisfiedStatus",
    "measure": "NormalizedMeasure",
    "raw": "RawScore",
    "min": "MinScore",
    "max": "MaxScore",
    "completion": "CompletionStatus",
    "progress": "ProgressMeasure",
}

KIND_OF = {"completion": "progress", "progress": "progress"}

CONTROLS = {
    "choice": True,
    "choiceExit": True,
    "flow": False,
    "forwardOnly": False,
    "useCurrentAttemptObjectiveInfo": True,
    "useCurrentAttemptProgressInfo": True,
}


def fresh() -> dict[str, Any]:
    """The state of an attempt that has not begun."""
    return {"items": {}, "shared": {}, "current": None, "suspended": None}


def is_true(value: Any, default: bool) -> bool:
    """A manifest's yes or no, which may come as a word."""
    if value is None:
        return default
    return value if isinstance(value, bool) else str(value).strip().lower() == "true"


def number(value: Any, default: float) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def identifier(value: Any) -> str:
    """As XML reads identifiers: the space around them is no part of them."""
    return " ".join(str(value or "").split())


def objective_id(value: Any) -> str:
    """As URIs are compared: what is escaped in one may be plain in the other."""
    return identifier(unquote(str(value or "")))


@dataclass(frozen=True)
class Objective:
    """An objective of an activity; `maps` tie it to those the activities share."""

    id: str
    is_primary: bool
    by_measure: bool
    minimum: float
    maps: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, given: dict[str, Any], is_primary: bool) -> "Objective":
        return cls(
            id=objective_id(given.get("objectiveID")),
            is_primary=is_primary,
            by_measure=is_true(given.get("satisfiedByMeasure"), False),
            minimum=number(given.get("minNormalizedMeasure"), 1.0),
            maps=tuple(given.get("mapInfo") or ()),
        )

    def targets(self, verb: str, what: str) -> Iterator[str]:
        """The shared objectives from which a value is read, or to which it is written."""
        # A map that says nothing reads status and measure, and writes nothing.
        default = verb == "read" and what in ("satisfied", "measure")
        for one in self.maps:
            if is_true(one.get(verb + MAPPED[what]), default):
                yield objective_id(one.get("targetObjectiveID"))


@dataclass(eq=False)
class Activity:
    """One activity of the tree, with what is tracked of it in the tree's state."""

    tree: "Tree"
    node: dict[str, Any]
    parent: "Activity | None"
    id: str
    depth: int
    children: "list[Activity]" = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    place: int = 0

    def __post_init__(self) -> None:
        seq = self.seq
        self.controls = CONTROLS | (seq.get("controls") or {})
        self.objectives.append(Objective.of(seq.get("primary") or {}, True))
        self.objectives += [Objective.of(one, False) for one in seq.get("objectives") or ()]
        delivery = seq.get("delivery") or {}
        self.is_tracked = is_true(delivery.get("tracked"), True)
        self.completion_by_content = is_true(delivery.get("completionSetByContent"), False)
        self.objective_by_content = is_true(delivery.get("objectiveSetByContent"), False)
        threshold = self.node.get("ct") or {}
        self.by_progress = is_true(threshold.get("completedByMeasure"), False)
        self.least_progress = number(threshold.get("minProgressMeasure"), 1.0)
        self.progress_weight = number(threshold.get("progressWeight"), 1.0)
        attrs = seq.get("rollupAttrs") or {}
        self.rolls_satisfied = is_true(attrs.get("rollupObjectiveSatisfied"), True)
        self.rolls_completion = is_true(attrs.get("rollupProgressCompletion"), True)
        self.weight = number(attrs.get("objectiveMeasureWeight"), 1.0)
        limit = (seq.get("limits") or {}).get("attemptLimit")
        self.attempt_limit = int(number(limit, 0)) if limit not in (None, "") else None
        constrained = seq.get("constrained") or {}
        self.prevents_activation = is_true(constrained.get("preventActivation"), False)
        self.constrains_choice = is_true(constrained.get("constrainChoice"), False)

    @property
    def seq(self) -> dict[str, Any]:
        return self.node.get("seq") or {}

    @property
    def title(self) -> str:
        return str(self.node.get("title") or self.id)

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def is_visible(self) -> bool:
        return is_true(self.node.get("isVisible"), True)

    def control(self, name: str) -> bool:
        """A sequencing control mode of a cluster; one walks freely through a list."""
        if self.tree.is_list:
            return name != "forwardOnly"
        return is_true(self.controls.get(name), CONTROLS[name])

    def rules(self, kind: str) -> list[dict[str, Any]]:
        """Its rules: of pre, exit or post conditions."""
        return (self.seq.get("rules") or {}).get(f"{kind}ConditionRules") or []

    # -- where it is -----------------------------------------------------------------------

    def path(self) -> "list[Activity]":
        """From the root down to it."""
        return [*(self.parent.path() if self.parent else ()), self]

    def common(self, other: "Activity") -> "Activity":
        """The deepest activity that holds both."""
        mine, theirs = self.path(), other.path()
        return [a for a, b in zip(mine, theirs, strict=False) if a is b][-1]

    def sibling(self, step: int) -> "Activity | None":
        if self.parent is None:
            return None
        beside = self.parent.children
        at = beside.index(self) + step
        return beside[at] if 0 <= at < len(beside) else None

    def is_within(self, other: "Activity") -> bool:
        return other in self.path()

    # -- what is tracked (TM.1) ------------------------------------------------------------

    @property
    def record(self) -> dict[str, Any]:
        items = self.tree.state["items"]
        if self.id not in items:
            items[self.id] = {
                "attempts": 0,
                "active": False,
                "suspended": False,
                "completion": None,
                "progress": None,
                "objectives": {},
                # What it said is unknown, so that nothing is concluded from its end.
                "open": [],
                # What is left from an earlier attempt at what holds it.
                "stale": [],
            }
        return items[self.id]  # type: ignore[no-any-return]

    @property
    def is_active(self) -> bool:
        return bool(self.record["active"])

    @property
    def is_suspended(self) -> bool:
        return bool(self.record["suspended"])

    @property
    def attempts(self) -> int:
        return int(self.record["attempts"])

    @property
    def primary(self) -> Objective:
        return self.objectives[0]

    def objective(self, name: str) -> Objective | None:
        wanted = objective_id(name)
        return next((one for one in self.objectives if one.id == wanted), None)

    def _local(self, objective: Objective) -> dict[str, Any]:
        return self.record["objectives"].setdefault(objective.id, {})  # type: ignore[no-any-return]

    def value(self, objective: Objective, what: str) -> Any:
        """What is known of an objective: what is shared comes before what is its own."""
        for target in objective.targets("read", what):
            shared = self.tree.state["shared"].get(target, {}).get(what)
            if shared is not None or what in ("satisfied", "measure"):
                return shared
        if self.tree.afresh and self.is_stale(what):
            return None
        if objective.is_primary and what in ("completion", "progress"):
            return self.record[what]
        return self._local(objective).get(what)

    def put(self, objective: Objective, what: str, value: Any) -> None:
        """Track a value, and share it where the activity's maps say so."""
        if value is not None and self.record["stale"]:
            kind = KIND_OF.get(what, "objectives")
            self.record["stale"] = [one for one in self.record["stale"] if one != kind]
        if objective.is_primary and what in ("completion", "progress"):
            self.record[what] = value
        else:
            self._local(objective)[what] = value
        if value is not None:
            for target in objective.targets("write", what):
                self.tree.share(target, what, value)
        if what == "measure" and objective.by_measure:
            self.put(objective, "satisfied", None if value is None else value >= objective.minimum)
        if what == "progress" and objective.is_primary and self.by_progress and value is not None:
            self.put(objective, "completion", value >= self.least_progress)

    def satisfied(self, objective: Objective | None = None) -> bool | None:
        """Objective Satisfied Status, by the measure where the objective asks for it."""
        objective = objective or self.primary
        if not objective.by_measure:
            return self.value(objective, "satisfied")  # type: ignore[no-any-return]
        measure = self.measure(objective)
        if measure is None or (self.children and self.is_active and not self.judges_active):
            return None
        return measure >= objective.minimum

    @property
    def judges_active(self) -> bool:
        """Measure Satisfaction If Active."""
        considered = self.seq.get("considerations") or {}
        return is_true(considered.get("measureSatisfactionIfActive"), True)

    def measure(self, objective: Objective | None = None) -> float | None:
        return self.value(objective or self.primary, "measure")  # type: ignore[no-any-return]

    @property
    def completion(self) -> bool | None:
        """Attempt Completion Status, by the amount where there is a threshold."""
        if self.by_progress:
            progress = self.progress
            return None if progress is None else progress >= self.least_progress
        return self.value(self.primary, "completion")  # type: ignore[no-any-return]

    @property
    def progress(self) -> float | None:
        """Attempt Completion Amount."""
        return self.value(self.primary, "progress")  # type: ignore[no-any-return]

    def forget(self) -> None:
        """A new attempt begins without what the last one knew."""
        self.record["objectives"] = {}
        self.record["completion"] = self.record["progress"] = None
        self.record["open"], self.record["stale"] = [], []

    def is_stale(self, what: str) -> bool:
        return KIND_OF.get(what, "objectives") in self.record["stale"]


class Tree:
    """The activities of one organization, and the state of an attempt at them."""

    def __init__(
        self, node: dict[str, Any], state: dict[str, Any] | None = None, *, is_list: bool = False
    ) -> None:
        # A 1.2 package is a list that is walked; nothing in it says how.
        self.is_list = is_list
        self.state = state if state else fresh()
        for key, value in fresh().items():
            self.state.setdefault(key, value)
        self.by_id: dict[str, Activity] = {}
        self.order: list[Activity] = []
        # While nothing counts that is left from an earlier attempt: in rollup, and when something
        # is tried again.
        self.afresh = False
        # Shared objectives that were written since somebody last asked.
        self.written: set[str] = set()
        self.root = self._grow(node, None, 0)

    def _grow(self, node: dict[str, Any], parent: Activity | None, depth: int) -> Activity:
        activity = Activity(self, node, parent, identifier(node.get("id")), depth)
        activity.place = len(self.order)
        self.by_id.setdefault(activity.id, activity)
        self.order.append(activity)
        for child in node.get("children") or ():
            activity.children.append(self._grow(child, activity, depth + 1))
        return activity

    def find(self, name: str | None) -> Activity | None:
        return self.by_id.get(identifier(name)) if name else None

    def share(self, target: str, what: str, value: Any) -> None:
        known = self.state["shared"].setdefault(target, {})
        if known.get(what) != value:
            known[what] = value
            self.written.add(target)

    @contextmanager
    def counting_afresh(self, afresh: bool = True) -> Iterator[None]:
        before, self.afresh = self.afresh, afresh
        try:
            yield
        finally:
            self.afresh = before

    @property
    def current(self) -> Activity | None:
        return self.find(self.state["current"])

    @current.setter
    def current(self, activity: Activity | None) -> None:
        self.state["current"] = activity.id if activity else None

    @property
    def suspended(self) -> Activity | None:
        return self.find(self.state["suspended"])

    @suspended.setter
    def suspended(self, activity: Activity | None) -> None:
        self.state["suspended"] = activity.id if activity else None

    @property
    def leaves(self) -> list[Activity]:
        return [activity for activity in self.order if activity.is_leaf]
