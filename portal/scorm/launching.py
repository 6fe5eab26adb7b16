"""What an item finds when it begins: its data model as the wrapper loads it. Without a database."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.people.models import Person
from portal.scorm.datamodel import (
    OPEN,
    PASSING,
    SUSPENDED,
    V12,
    number,
    passing_of,
    threshold_of,
    time_12,
    time_2004,
)
from portal.scorm.models import ItemState, Run

NORMAL, REVIEW, BROWSE = "normal", "review", "browse"
MODES = {"learn": NORMAL, "review": REVIEW, "preview": BROWSE}
# Of what an interaction says, the standard wants this first.
_FIRST = {"id": 0, "type": 1}
_OF_OBJECTIVES = (
    ("success_status", "success"), ("completion_status", "completion"),
    ("progress_measure", "progress"), ("score.scaled", "measure"), ("score.raw", "raw"),
    ("score.min", "min"), ("score.max", "max"),
)  # fmt: skip


@dataclass(frozen=True)
class Learner:
    """Who takes it, as the package is told: a number that leads nowhere, and what they are
    called."""

    number: str
    name: str

    @classmethod
    def of(cls, person: Person) -> "Learner":
        """As both standards' examples write it, and courses take it apart: family name first."""
        given, _, family = person.called.rpartition(" ")
        return cls(str(person.id), f"{family}, {given}" if given else family)


def mode_of(run: Run) -> str:
    return MODES[run.purpose]


def starts_anew(standard: str, state: ItemState | None, is_resumed: bool) -> bool:
    """Whether nothing of what was reported before comes back.

    2004: a new attempt at an item begins with nothing; `is_resumed` says that the former one goes
    on, and so it does where no word of its end ever came. 1.2 keeps everything.
    """
    if state is None or not state.launches:
        return True
    return standard != V12 and not is_resumed and state.exit != OPEN


def entry_of(standard: str, state: ItemState | None, is_resumed: bool) -> str:
    """`resume` where it was left to come back to, or no word of its end ever came."""
    if state is None or starts_anew(standard, state, is_resumed):
        return "ab-initio"
    return "resume" if standard != V12 or state.exit in (SUSPENDED, OPEN) else ""


def launch_state(
    standard: str,
    node: Mapping[str, Any],
    learner: Learner,
    mode: str,
    state: ItemState | None,
    is_resumed: bool,
    objectives: list[dict[str, Any]] | None = None,
) -> list[list[str]]:
    """The elements in the order in which they are loaded, but for the suspend data.

    `state` is what the item has reported before, None where that is not to come back; `objectives`
    what is known of its objectives from elsewhere in the package.
    """
    data: dict[str, str] = json.loads(state.data) if state else {}
    seconds = state.claimed_seconds if state else 0
    entry = entry_of(standard, state, is_resumed)
    kept = {name: data[name] for name in data if name not in PASSING}
    build = _fixed_12 if standard == V12 else _fixed_2004
    fixed = build(node, learner, mode, entry, seconds)
    if standard != V12:
        kept = _objective_rows(node, objectives or []) | kept
    kept = {name: value for name, value in kept.items() if not name.startswith("adl.")}
    if standard == V12:
        kept.setdefault("cmi.core.lesson_status", "not attempted")
    return [[name, value] for name, value in fixed.items() if value != ""] + [
        [name, kept[name]] for name in sorted(kept, key=_in_order)
    ]


def _fixed_12(
    node: Mapping[str, Any], learner: Learner, mode: str, entry: str, seconds: int
) -> dict[str, str]:
    mastery = number(node.get("mastery"))
    return {
        "cmi.core.student_id": learner.number,
        "cmi.core.student_name": learner.name,
        "cmi.core.credit": "credit" if mode == NORMAL else "no-credit",
        "cmi.core.lesson_mode": mode,
        "cmi.core.entry": entry,
        "cmi.core.total_time": time_12(seconds),
        "cmi.launch_data": str(node.get("launch_data") or ""),
        "cmi.student_data.mastery_score": "" if mastery is None else f"{mastery:g}",
        "cmi.student_data.max_time_allowed": str(node.get("max_time") or ""),
        "cmi.student_data.time_limit_action": str(node.get("time_limit_action") or ""),
    }


def _fixed_2004(
    node: Mapping[str, Any], learner: Learner, mode: str, entry: str, seconds: int
) -> dict[str, str]:
    passing, threshold = passing_of(dict(node)), threshold_of(dict(node))
    limits = (node.get("seq") or {}).get("limits") or {}
    most = node.get("max_time") or limits.get("attemptAbsoluteDurationLimit") or ""
    return {
        "cmi.learner_id": learner.number,
        "cmi.learner_name": learner.name,
        "cmi.credit": "credit" if mode == NORMAL else "no-credit",
        "cmi.mode": mode,
        "cmi.entry": entry,
        "cmi.total_time": time_2004(seconds),
        "cmi.launch_data": str(node.get("launch_data") or ""),
        "cmi.scaled_passing_score": "" if passing is None else f"{passing:g}",
        "cmi.completion_threshold": "" if threshold is None else f"{threshold:g}",
        "cmi.max_time_allowed": str(most),
        "cmi.time_limit_action": str(node.get("time_limit_action") or ""),
    }


def _objective_rows(node: Mapping[str, Any], known: list[dict[str, Any]]) -> dict[str, str]:
    """A row for each objective the manifest names: they stand there when the item begins."""
    seq = node.get("seq") or {}
    named = [seq.get("primary") or {}, *(seq.get("objectives") or [])]
    ids = list(dict.fromkeys(row.get("objectiveID") or "" for row in named))
    of = {row["id"]: row for row in known}
    rows = {}
    for index, name in enumerate(name for name in ids if name):
        prefix = f"cmi.objectives.{index}."
        rows[f"{prefix}id"] = name
        said = of.get(name, {})
        for element, key in _OF_OBJECTIVES:
            value = said.get(key)
            if value not in (None, "", "unknown"):
                rows[f"{prefix}{element}"] = f"{value:g}" if isinstance(value, float) else value
    return rows


def _in_order(name: str) -> tuple[Any, ...]:
    """Rows by their number, and in a row what the others need first."""
    parts = re.split(r"\.(?=\d+(?:\.|$))", name)
    key: list[Any] = [parts[0]]
    for part in parts[1:]:
        index, _, rest = part.partition(".")
        key += [int(index), _FIRST.get(rest, 2), rest]
    return tuple(key)


def shared_data(node: Mapping[str, Any], stores: Mapping[str, str]) -> dict[str, Any]:
    """The stores the item shares with others, as it may read and write them."""
    maps = [
        {
            "targetID": row["targetID"],
            "readSharedData": str(row.get("readSharedData", "true")).lower() != "false",
            "writeSharedData": str(row.get("writeSharedData", "true")).lower() != "false",
        }
        for row in node.get("data") or []
    ]
    ids = {row["targetID"] for row in maps}
    return {"maps": maps, "stores": {name: stores[name] for name in ids if name in stores}}
