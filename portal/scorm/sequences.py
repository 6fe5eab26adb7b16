"""SCORM 2004's sequencing as its manifest writes it: `imsss:sequencing` as a plain dictionary.

Only what is written is in it; what is missing has the standard's default. Rules, objectives and
their maps are complete, each with its defaults, for a rule makes no sense in part.
"""

import re
from typing import Any

from portal.scorm.elements import Element

_CONTROLS = (
    "choice",
    "choiceExit",
    "flow",
    "forwardOnly",
    "useCurrentAttemptObjectiveInfo",
    "useCurrentAttemptProgressInfo",
)
_DELIVERY = ("tracked", "completionSetByContent", "objectiveSetByContent")
_RULES = {
    "preConditionRules": "preConditionRule",
    "exitConditionRules": "exitConditionRule",
    "postConditionRules": "postConditionRule",
}
_FIGURE = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?|\.[0-9]{1,30}")
# Name and default of what an objective's map says.
_MAP = {
    "readSatisfiedStatus": True,
    "readNormalizedMeasure": True,
    "writeSatisfiedStatus": False,
    "writeNormalizedMeasure": False,
}
_MAP_MORE = {
    "readRawScore": True,
    "writeRawScore": False,
    "readMinScore": True,
    "writeMinScore": False,
    "readMaxScore": True,
    "writeMaxScore": False,
    "readCompletionStatus": True,
    "writeCompletionStatus": False,
    "readProgressMeasure": True,
    "writeProgressMeasure": False,
}
_CONSIDERATIONS = (
    "requiredForSatisfied",
    "requiredForNotSatisfied",
    "requiredForCompleted",
    "requiredForIncomplete",
    "measureSatisfactionIfActive",
)
_ROLLUP = ("rollupObjectiveSatisfied", "rollupProgressCompletion", "objectiveMeasureWeight")


def read(element: Element, collection: dict[str, Element]) -> dict[str, Any] | None:
    """The rules of an `item` or `organization`; None where it says nothing."""
    own = element.first("sequencing")
    if own is None:
        return None
    return _sequencing(_merged(own, collection))


def collected(manifest: Element) -> dict[str, Element]:
    """The rules that several items may refer to, by their ID."""
    found = manifest.first("sequencingCollection")
    return {rules.get("ID"): rules for rules in found.all("sequencing")} if found else {}


def _merged(own: Element, collection: dict[str, Element]) -> Element:
    """What an item says itself comes before what it refers to, element by element."""
    common = collection.get(own.get("IDRef"))
    if common is None:
        return own
    said = {_key(child) for child in own.children}
    more = [child for child in common.children if _key(child) not in said]
    return Element(own.name, own.space, own.attributes, [*own.children, *more])


def _key(child: Element) -> tuple[str, bool]:
    return child.name.lower(), _is_adlseq(child)


def _is_adlseq(element: Element) -> bool:
    return "adlseq" in element.space.lower()


def _sequencing(found: Element) -> dict[str, Any]:
    seq: dict[str, Any] = {}
    if mode := found.first("controlMode"):
        seq["controls"] = _flags(mode, _CONTROLS)
    if rules := found.first("sequencingRules"):
        seq["rules"] = {
            key: [_rule(rule) for rule in rules.all(name)] for key, name in _RULES.items()
        }
    if limits := found.first("limitConditions"):
        seq["limits"] = figures(limits.attributes, "attemptLimit")
    if rollup := found.first("rollupRules"):
        seq["rollupAttrs"] = figures(_given(rollup, _ROLLUP), "objectiveMeasureWeight")
        seq["rollup"] = [_rollup(rule) for rule in rollup.all("rollupRule")]
    seq |= _objectives(found)
    if random := found.first("randomizationControls"):
        seq["randomization"] = _values(random)
    if delivery := found.first("deliveryControls"):
        seq["delivery"] = _flags(delivery, _DELIVERY)
    if constrained := found.first("constrainedChoiceConsiderations"):
        seq["constrained"] = _flags(constrained, ("constrainChoice", "preventActivation"))
    if considerations := found.first("rollupConsiderations"):
        seq["considerations"] = _given(considerations, _CONSIDERATIONS)
    return seq


def _objectives(found: Element) -> dict[str, Any]:
    seq: dict[str, Any] = {}
    more = _more_maps(found)
    for objectives in found.all("objectives"):
        if _is_adlseq(objectives):
            continue
        for primary in objectives.all("primaryObjective"):
            seq["primary"] = _objective(primary, True, more)
        others = [_objective(other, False, more) for other in objectives.all("objective")]
        if others:
            seq["objectives"] = others
    return seq


def _more_maps(found: Element) -> dict[tuple[str, str], dict[str, bool]]:
    """What the 4th edition adds to maps, by objective and target."""
    maps = {}
    for objectives in found.all("objectives"):
        if _is_adlseq(objectives):
            for objective in objectives.all("objective"):
                for each in objective.all("mapInfo"):
                    key = (objective.get("objectiveID").strip(), each.get("targetObjectiveID"))
                    maps[key] = _all_flags(each, _MAP_MORE)
    return maps


def _objective(
    element: Element, is_primary: bool, more: dict[tuple[str, str], dict[str, bool]]
) -> dict[str, Any]:
    name = element.get("objectiveID")
    by_measure = flag(element.get("satisfiedByMeasure"), False)
    objective: dict[str, Any] = {
        "objectiveID": name,
        "isPrimary": is_primary,
        "satisfiedByMeasure": by_measure,
        "minNormalizedMeasure": number(element.words("minNormalizedMeasure"), 1.0),
    }
    maps = []
    targets = set()
    for each in element.all("mapInfo"):
        target = each.get("targetObjectiveID")
        targets.add(target)
        extra = more.get((name.strip(), target), {})
        maps.append({"targetObjectiveID": target, **_all_flags(each, _MAP), **extra})
    # A map may stand with the additions alone: then it carries nothing of the old kind.
    for (objective_id, target), extra in more.items():
        if objective_id == name.strip() and target not in targets:
            maps.append({"targetObjectiveID": target, **dict.fromkeys(_MAP, False), **extra})
    if maps:
        objective["mapInfo"] = maps
    return objective


def _rule(element: Element) -> dict[str, Any]:
    conditions = element.first("ruleConditions")
    action = element.first("ruleAction")
    return {
        "action": action.get("action") if action else "",
        "conditionCombination": conditions.get("conditionCombination", "all")
        if conditions
        else "all",
        "conditions": [_condition(each) for each in conditions.all("ruleCondition")]
        if conditions
        else [],
    }


def _condition(element: Element) -> dict[str, Any]:
    condition: dict[str, Any] = {"condition": element.get("condition")}
    if element.get("operator") == "not":
        condition["operator"] = "not"
    if objective := element.get("referencedObjective"):
        condition["referencedObjective"] = objective
    if threshold := element.get("measureThreshold"):
        condition["parameters"] = {"threshold": number(threshold, 0.0)}
    return condition


def _rollup(element: Element) -> dict[str, Any]:
    conditions = element.first("rollupConditions")
    action = element.first("rollupAction")
    return {
        "action": action.get("action") if action else "",
        "consideration": element.get("childActivitySet", "all"),
        "minimumCount": int(number(element.get("minimumCount"), 0)),
        "minimumPercent": number(element.get("minimumPercent"), 0.0),
        "conditionCombination": conditions.get("conditionCombination", "any")
        if conditions
        else "any",
        "conditions": [_condition(each) for each in conditions.all("rollupCondition")]
        if conditions
        else [],
    }


def _given(element: Element, names: tuple[str, ...]) -> dict[str, str]:
    """Those that are written, as they are written."""
    return {name: value for name in names if (value := element.get(name))}


def _flags(element: Element, names: tuple[str, ...]) -> dict[str, bool]:
    return {name: flag(value, False) for name, value in _given(element, names).items()}


def _all_flags(element: Element, defaults: dict[str, bool]) -> dict[str, bool]:
    return {name: flag(element.get(name), default) for name, default in defaults.items()}


def _values(element: Element) -> dict[str, Any]:
    """What is written about chance: flags, a count, and when."""
    found: dict[str, Any] = {}
    for name in ("randomizationTiming", "selectionTiming", "selectCount", "reorderChildren"):
        if value := element.get(name):
            found[name] = value
    if "selectCount" in found:
        found["selectCount"] = int(number(found["selectCount"], 0))
    if "reorderChildren" in found:
        found["reorderChildren"] = flag(found["reorderChildren"], False)
    return found


def flag(value: str, default: bool) -> bool:
    word = value.strip().lower()
    return word in ("true", "1") if word in ("true", "false", "1", "0") else default


def figures(given: dict[str, str], *names: str) -> dict[str, str]:
    """What is given, without what should be a figure and is none: it has its default then."""
    is_none = {name for name in names if not _FIGURE.fullmatch(given.get(name, "").strip())}
    return {name: value for name, value in given.items() if name not in is_none}


def number(value: str, default: float) -> float:
    try:
        found = float(value.strip() or default)
    except ValueError:
        return default
    # Neither “nan” nor “inf” is a measure.
    return found if abs(found) < 1e9 else default
