"""Conditions, limits and rollup: what the rules of a manifest make of what is tracked.

After the pseudo-code of “SCORM 2004 4th Edition, Sequencing and Navigation”: UP.1, UP.2, UP.5 and
RB.1.1 to RB.1.5. Three values: True, False, and None for unknown.
"""

from collections.abc import Iterable
from typing import Any

from portal.learning import prerequisites
from portal.learning.activities import Activity, number

Known = bool | None

SATISFYING = {"satisfied": "requiredForSatisfied", "notSatisfied": "requiredForNotSatisfied"}
COMPLETING = {"completed": "requiredForCompleted", "incomplete": "requiredForIncomplete"}

# Conditions about clock and calendar, which nothing here measures.
TIMED = {"timeLimitExceeded", "outsideAvailableTimeRange"}


def _combined(results: Iterable[Known], how: str) -> Known:
    """`all` or `any` of three-valued results; of none nothing is known."""
    bag = list(results)
    if not bag:
        return None
    decides = how != "all"
    if decides in bag:
        return decides
    return None if None in bag else not decides


def _not(value: Known) -> Known:
    return None if value is None else not value


def is_over_limit(activity: Activity) -> bool:
    """UP.1, Limit Conditions Check Process: the attempts a manifest allows are used up."""
    if not activity.is_tracked or activity.is_active or activity.is_suspended:
        return False
    limit = activity.attempt_limit
    return limit is not None and activity.attempts >= limit


def is_barred(activity: Activity) -> bool:
    """UP.5, Check Activity Process: it is disabled, or its limit is reached; in a 1.2 package, what
    comes before it is not done."""
    if activity.tree.is_list:
        return not is_open(activity)
    return bool(rule_of(activity, "pre", "disabled")) or is_over_limit(activity)


def is_skipped(activity: Activity) -> bool:
    """Whether whoever goes on, or back, passes by it."""
    if activity.tree.is_list:
        return not is_open(activity)
    return bool(rule_of(activity, "pre", "skip"))


def is_open(activity: Activity) -> bool:
    """Whether the prerequisites a 1.2 manifest names are met, its own and those above it."""
    tree = activity.tree

    def status_of(name: str) -> str:
        found = tree.find(name)
        return lesson_status(found) if found else "not attempted"

    return all(
        prerequisites.are_met(str(one.node.get("prerequisites") or ""), status_of)
        for one in activity.path()
    )


def waits_for(activity: Activity) -> list[Activity]:
    """What its prerequisites, and those above it, name and is not done; each once."""
    texts = [str(one.node.get("prerequisites") or "") for one in activity.path()]
    try:
        names = [name for text in texts for name in prerequisites.named_in(text)]
    except prerequisites.Unreadable:
        return []
    found = (activity.tree.find(name) for name in dict.fromkeys(names))
    return [one for one in found if one and lesson_status(one) not in prerequisites.DONE]


def lesson_status(activity: Activity) -> str:
    """What 1.2 says of an item in one word; of a block, what its items come to."""
    if activity.children:
        words = [lesson_status(leaf) for leaf in activity.tree.leaves if leaf.is_within(activity)]
        if all(word in prerequisites.DONE for word in words):
            return "passed" if "passed" in words else "completed"
        if all(word == "not attempted" for word in words):
            return "not attempted"
        return "failed" if "failed" in words else "incomplete"
    satisfied = activity.satisfied()
    if satisfied is not None:
        return "passed" if satisfied else "failed"
    if activity.completion:
        return "completed"
    return "incomplete" if activity.attempts else "not attempted"


def rule_of(activity: Activity, kind: str, *actions: str) -> str:
    """UP.2, Sequencing Rules Check Process: the first action of these whose rule holds, or ""."""
    for rule in activity.rules(kind):
        action = str(rule.get("action") or "")
        if action in actions and _holds(activity, rule):
            return action
    return ""


def _holds(activity: Activity, rule: dict[str, Any]) -> bool:
    """UP.2.1, Sequencing Rule Check Subprocess."""
    results = (_condition(activity, one) for one in rule.get("conditions") or ())
    return _combined(results, rule.get("conditionCombination") or "all") is True


def _condition(activity: Activity, condition: dict[str, Any]) -> Known:
    """One condition of a rule, of an activity's objective or its progress."""
    name = str(condition.get("condition") or "")
    referenced = condition.get("referencedObjective")
    objective = activity.objective(referenced) if referenced else activity.primary
    if not activity.is_tracked:
        objective = None
    result: Known
    if name == "always":
        result = True
    elif name == "satisfied":
        result = activity.satisfied(objective) if objective else None
    elif name == "objectiveStatusKnown":
        result = bool(objective) and activity.satisfied(objective) is not None
    elif name == "objectiveMeasureKnown":
        result = bool(objective) and activity.measure(objective) is not None
    elif name in ("objectiveMeasureGreaterThan", "objectiveMeasureLessThan"):
        measure = activity.measure(objective) if objective else None
        threshold = number((condition.get("parameters") or {}).get("threshold"), 0.0)
        greater = name == "objectiveMeasureGreaterThan"
        result = (
            None if measure is None else measure > threshold if greater else measure < threshold
        )
    else:
        result = _state(activity, name)
    return _not(result) if condition.get("operator") == "not" else result


def _state(activity: Activity, name: str) -> Known:
    completion = activity.completion if activity.is_tracked else None
    if name == "completed":
        return completion
    if name == "activityProgressKnown":
        return completion is not None
    if name == "attempted":
        return activity.attempts > 0
    if name == "attemptLimitExceeded":
        limit = activity.attempt_limit
        return limit is not None and activity.attempts >= limit
    return None if name in TIMED else False


# -- rollup ------------------------------------------------------------------------------------


def roll_up(activity: Activity) -> None:
    """RB.1.5, Overall Rollup Process: from an activity up to the root."""
    with activity.tree.counting_afresh():
        for one in reversed(activity.path()):
            if one.children:
                _roll_measure(one)
                _roll_progress(one)
                _roll_objective(one)
                _roll_completion(one)


def roll_shared(activity: Activity) -> None:
    """Then from every activity that reads a shared objective which this has changed."""
    tree = activity.tree
    for _ in range(len(tree.order)):
        written, tree.written = tree.written, set()
        if not written:
            return
        for one in tree.order:
            reads = {
                target
                for objective in one.objectives
                for what in ("satisfied", "measure", "completion", "progress")
                for target in objective.targets("read", what)
            }
            if one.parent and reads & written:
                roll_up(one.parent)


def _mean(pairs: Iterable[tuple[float, float | None]]) -> float | None:
    """The weighted mean; what is unknown counts with its weight and adds nothing."""
    counted, total, valid = 0.0, 0.0, False
    for weight, value in pairs:
        counted += weight
        if value is not None:
            total, valid = total + weight * value, True
    return total / counted if valid and counted > 0 else None


def _roll_measure(activity: Activity) -> None:
    """RB.1.1.a, Measure Rollup Process."""
    children = [child for child in activity.children if child.is_tracked]
    measure = _mean((child.weight, child.measure()) for child in children)
    activity.put(activity.primary, "measure", measure)


def _roll_progress(activity: Activity) -> None:
    """RB.1.1.b, Completion Measure Rollup Process."""
    children = [child for child in activity.children if child.is_tracked]
    amount = _mean((child.progress_weight, child.progress) for child in children)
    activity.put(activity.primary, "progress", amount)


def _roll_objective(activity: Activity) -> None:
    """RB.1.2, Objective Rollup Process: by measure, or by rules (the default ones if none)."""
    if activity.primary.by_measure:
        activity.put(activity.primary, "satisfied", activity.satisfied())
        return
    rules = _rules(activity, SATISFYING) or [
        _default("satisfied", "satisfied"),
        _default("notSatisfied", "objectiveStatusKnown"),
    ]
    for action, value in (("notSatisfied", False), ("satisfied", True)):
        if _applies(activity, rules, action):
            activity.put(activity.primary, "satisfied", value)


def _roll_completion(activity: Activity) -> None:
    """RB.1.3, Activity Progress Rollup Process: by amount, or by rules."""
    if activity.by_progress:
        amount = activity.progress
        done = None if amount is None else amount >= activity.least_progress
        activity.put(activity.primary, "completion", done)
        return
    rules = _rules(activity, COMPLETING) or [
        _default("completed", "completed"),
        _default("incomplete", "activityProgressKnown"),
    ]
    for action, value in (("incomplete", False), ("completed", True)):
        if _applies(activity, rules, action):
            activity.put(activity.primary, "completion", value)


def _default(action: str, condition: str) -> dict[str, Any]:
    return {"action": action, "consideration": "all", "conditions": [{"condition": condition}]}


def _rules(activity: Activity, actions: Iterable[str]) -> list[dict[str, Any]]:
    rules = activity.seq.get("rollup") or []
    return [rule for rule in rules if rule.get("action") in actions]


def _applies(activity: Activity, rules: list[dict[str, Any]], action: str) -> bool:
    """RB.1.4, Rollup Rule Check Subprocess."""
    return any(_rolls(activity, rule) for rule in rules if rule["action"] == action)


def _rolls(activity: Activity, rule: dict[str, Any]) -> bool:
    bag = [
        _child(child, rule)
        for child in activity.children
        if child.is_tracked and _contributes(child, rule["action"])
    ]
    considered = rule.get("consideration") or "all"
    if considered == "any":
        return True in bag
    if considered == "none":
        return True not in bag and None not in bag
    if considered == "atLeastCount":
        return bag.count(True) >= number(rule.get("minimumCount"), 0)
    if considered == "atLeastPercent":
        return bool(bag) and bag.count(True) / len(bag) >= number(rule.get("minimumPercent"), 0)
    return all(value is True for value in bag)


def _child(child: Activity, rule: dict[str, Any]) -> Known:
    """RB.1.4.1, Evaluate Rollup Conditions Subprocess."""
    results = (_condition(child, one) for one in rule.get("conditions") or ())
    return _combined(results, rule.get("conditionCombination") or "any")


def _contributes(child: Activity, action: str) -> bool:
    """RB.1.4.2, Check Child for Rollup Subprocess."""
    if not (child.rolls_satisfied if action in SATISFYING else child.rolls_completion):
        return False
    key = (SATISFYING | COMPLETING)[action]
    required = (child.seq.get("considerations") or {}).get(key) or "always"
    if required == "ifNotSuspended":
        return child.attempts > 0 and not child.is_suspended
    if required == "ifAttempted":
        return child.attempts > 0
    if required == "ifNotSkipped":
        with child.tree.counting_afresh(False):
            return not rule_of(child, "pre", "skip")
    return True
