"""What a package reports, and what the server makes of it: both standards, without a database.

Elements go by their name (`cmi.core.score.raw`), values are strings, as in the standards. Nothing
a browser says is believed as it is: what may be written is on a list, and status, score and time
are reckoned anew from all that was reported, at every commit.

| 1.2 `lesson_status` | completion | success |     | 2004 | |
|---|---|---|---|---|---|
| passed | completed | passed | | completion_status, by the threshold where there is one | |
| completed | completed | unknown | | success_status, by the passing score where there is one | |
| failed | incomplete | failed | | | |
| incomplete, browsed | incomplete | unknown | | | |
| not attempted | unknown | unknown | | | |
"""

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from portal.learning.models import COMPLETED, FAILED, INCOMPLETE, PASSED, UNKNOWN

V12, V2004 = "1.2", "2004"
SUSPEND = "cmi.suspend_data"
MAX_SUSPEND_CHARS = 1024 * 1024
# The standard's own cases write twice its least in one answer.
MAX_VALUE_CHARS = 256 * 1024
MAX_NAME_CHARS = 120
# All of one item's elements together, but for its suspend data.
MAX_DATA_CHARS = 2 * 1024 * 1024
TOO_MUCH = "What this course keeps is too much: two million characters are the most."

# How an item was left. "open": it runs, or its browser went away without a word.
OPEN, SUSPENDED, LEFT = "open", "suspend", "normal"

_INDEX = r"\d{1,4}"
_SCORE = r"score\.(raw|min|max)"
WRITABLE = {
    V12: re.compile(
        rf"cmi\.(core\.(lesson_location|lesson_status|exit|session_time|{_SCORE})"
        r"|suspend_data|comments"
        rf"|objectives\.{_INDEX}\.(id|status|{_SCORE})"
        r"|student_preference\.(audio|language|speed|text)"
        rf"|interactions\.{_INDEX}\.(id|time|type|weighting|student_response|result|latency"
        rf"|objectives\.{_INDEX}\.id|correct_responses\.{_INDEX}\.pattern))"
    ),
    V2004: re.compile(
        r"cmi\.(completion_status|success_status|exit|location|progress_measure|session_time"
        rf"|suspend_data|score\.(scaled|raw|min|max)"
        rf"|comments_from_learner\.{_INDEX}\.(comment|location|timestamp)"
        r"|learner_preference\.(audio_level|language|delivery_speed|audio_captioning)"
        rf"|objectives\.{_INDEX}\.(id|success_status|completion_status|progress_measure"
        r"|description|score\.(scaled|raw|min|max))"
        rf"|interactions\.{_INDEX}\.(id|type|timestamp|weighting|learner_response|result|latency"
        rf"|description|objectives\.{_INDEX}\.id|correct_responses\.{_INDEX}\.pattern))"
        rf"|adl\.data\.{_INDEX}\.store"
    ),
}
# Said of one session; the next begins without them.
PASSING = {"cmi.core.exit", "cmi.core.session_time", "cmi.exit", "cmi.session_time"}

STATUS_12 = {
    "passed": (COMPLETED, PASSED),
    "completed": (COMPLETED, UNKNOWN),
    "failed": (INCOMPLETE, FAILED),
    "incomplete": (INCOMPLETE, UNKNOWN),
    "browsed": (INCOMPLETE, UNKNOWN),
}


class Refused(ValueError):
    """What came cannot be taken at all; the message says why."""


@dataclass(frozen=True)
class Reported:
    """What an item's elements amount to. `score` is out of 100, `measure` from -1 to 1, `progress`
    from 0 to 1; `objectives` are rows as `learning.sequencing.Progress` wants them."""

    completion: str = UNKNOWN
    success: str = UNKNOWN
    score: float | None = None
    measure: float | None = None
    progress: float | None = None
    exit: str = OPEN
    session_seconds: int | None = None
    objectives: list[dict[str, Any]] = field(default_factory=list)
    # Whether the item has spoken at all, if only to say that it does not know.
    says_completion: bool = True
    says_success: bool = True


def check(standard: str, elements: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The elements of a commit that may be written, and of the others why not, by their names.

    One that cannot be kept takes none of the others with it. Raises Refused for what is no list of
    elements at all.
    """
    if not isinstance(elements, dict):
        raise Refused("A commit carries its elements by name.")
    good, refused = {}, {}
    for name, value in elements.items():
        if why := _why_not(standard, name, value):
            refused[name] = why
        else:
            good[name] = value
    return good, refused


def _why_not(standard: str, name: str, value: Any) -> str:
    if len(name) > MAX_NAME_CHARS or not WRITABLE[standard].fullmatch(name):
        return f"“{name[:60]}” is no element a course may write."
    if not isinstance(value, str):
        return f"The value of {name} is not text."
    if len(value) > (MAX_SUSPEND_CHARS if name == SUSPEND else MAX_VALUE_CHARS):
        return f"The value of {name} is too long: {len(value)} characters."
    return ""


def fitting(kept: dict[str, str], said: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was kept with what was said since, as far as all of it stays within bounds, and why not
    the rest: short values come first, and status, score and time are short."""
    data, refused, size = dict(kept), {}, len(json.dumps(kept))
    for name, value in sorted(said.items(), key=lambda one: len(one[1])):
        grown = size + len(json.dumps({name: value}))
        if name in kept:
            grown -= len(json.dumps({name: kept[name]}))
        if grown > MAX_DATA_CHARS:
            refused[name] = TOO_MUCH
        else:
            data[name], size = value, grown
    return data, refused


# ── What was reported ──────────────────────────────────────────────────────────────────────────


def reckon(
    standard: str, node: dict[str, Any], data: dict[str, str], ended: bool, counts: bool = True
) -> Reported:
    """What the elements of an item say, by the rules of its standard and its manifest.

    `ended`: the item itself said that it is through. `counts`: it is taken for credit.
    """
    return (_reckon_12 if standard == V12 else _reckon_2004)(node, data, ended, counts)


def _reckon_12(node: dict[str, Any], data: dict[str, str], ended: bool, counts: bool) -> Reported:
    status = data.get("cmi.core.lesson_status", "")
    left = exit_of(data.get("cmi.core.exit", ""), ended)
    is_through = ended and left != SUSPENDED
    completion, success = STATUS_12.get(status, (UNKNOWN, UNKNOWN))
    if is_through and status in ("", "not attempted"):
        # The standard: whoever finishes without having said anything has completed.
        completion = COMPLETED
    raw, mastery = number(data.get("cmi.core.score.raw")), number(node.get("mastery"))
    decided = status in ("passed", "failed")
    is_time = is_through or status == "completed"
    if counts and is_time and not decided and raw is not None and mastery is not None:
        completion, success = (COMPLETED, PASSED) if raw >= mastery else (INCOMPLETE, FAILED)
    score = percent(data, "cmi.core.score")
    return Reported(
        completion=completion,
        success=success,
        score=score,
        measure=None if score is None else score / 100,
        exit=left,
        session_seconds=seconds_12(data.get("cmi.core.session_time", "")),
        objectives=_objectives_12(data),
    )


def _reckon_2004(node: dict[str, Any], data: dict[str, str], ended: bool, counts: bool) -> Reported:
    completion = _one_of(data.get("cmi.completion_status"), (COMPLETED, INCOMPLETE))
    if data.get("cmi.completion_status") == "not attempted":
        completion = INCOMPLETE
    progress, threshold = _within(data.get("cmi.progress_measure"), 0), threshold_of(node)
    if counts and threshold is not None and progress is not None:
        completion = COMPLETED if progress >= threshold else INCOMPLETE
    success = _one_of(data.get("cmi.success_status"), (PASSED, FAILED))
    scaled, passing = _within(data.get("cmi.score.scaled"), -1), passing_of(node)
    if counts and passing is not None and scaled is not None:
        success = PASSED if scaled >= passing else FAILED
    score = max(0.0, scaled * 100) if scaled is not None else percent(data, "cmi.score")
    return Reported(
        completion=completion,
        success=success,
        score=score,
        measure=scaled,
        progress=progress,
        says_completion=completion != UNKNOWN or "cmi.completion_status" in data,
        says_success=success != UNKNOWN or "cmi.success_status" in data,
        exit=exit_of(data.get("cmi.exit", ""), ended),
        session_seconds=seconds_2004(data.get("cmi.session_time", "")),
        objectives=_objectives_2004(data),
    )


def exit_of(said: str, ended: bool) -> str:
    """How it was left: what was said, but only where it was left at all."""
    if not ended:
        return OPEN
    return said if said in (SUSPENDED, "logout", "time-out") else LEFT


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else UNKNOWN


def percent(data: dict[str, str], prefix: str) -> float | None:
    """The raw score out of 100: between its least and most where both are said."""
    raw, least, most = (number(data.get(f"{prefix}.{name}")) for name in ("raw", "min", "max"))
    if raw is None:
        return None
    if least is not None and most is not None and most > least:
        raw = (raw - least) / (most - least) * 100
    elif most is not None and most > 0 and least is None:
        raw = raw / most * 100
    return min(100.0, max(0.0, raw))


def number(value: Any) -> float | None:
    """A finite number, or None; written as both standards do, not as Python takes it as well."""
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _within(value: Any, least: int) -> float | None:
    """A number from `least` to 1; what lies outside is no measure, and was never said."""
    found = number(value)
    return found if found is not None and least <= found <= 1 else None


def threshold_of(node: dict[str, Any]) -> float | None:
    """The progress from which an item counts as completed, where the manifest says one."""
    ct = node.get("ct") or {}
    if str(ct.get("completedByMeasure", "true" if ct.get("text") else "")).lower() != "true":
        return None
    if ct.get("text"):
        return number(ct["text"])
    found = number(ct.get("minProgressMeasure"))
    return 1.0 if found is None else found


def passing_of(node: dict[str, Any]) -> float | None:
    """The scaled score from which an item counts as passed, where its objective is measured."""
    primary = (node.get("seq") or {}).get("primary") or {}
    if str(primary.get("satisfiedByMeasure", "")).lower() != "true":
        return None
    found = number(primary.get("minNormalizedMeasure"))
    return 1.0 if found is None else found


def _rows(data: dict[str, str], prefix: str) -> dict[int, dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for name, value in data.items():
        if name.startswith(prefix):
            index, _, rest = name[len(prefix) :].partition(".")
            rows.setdefault(int(index), {})[rest] = value
    return dict(sorted(rows.items()))


def _objectives_12(data: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for row in _rows(data, "cmi.objectives.").values():
        completion, success = STATUS_12.get(row.get("status", ""), (UNKNOWN, UNKNOWN))
        raw = number(row.get("score.raw"))
        found.append(
            {
                "id": row.get("id", ""),
                "completion": completion,
                "success": success,
                "measure": None if raw is None else min(100.0, max(0.0, raw)) / 100,
            }
        )
    return [row for row in found if row["id"]]


def _objectives_2004(data: dict[str, str]) -> list[dict[str, Any]]:
    found = [
        {
            "id": row.get("id", ""),
            "completion": _one_of(row.get("completion_status"), (COMPLETED, INCOMPLETE)),
            "success": _one_of(row.get("success_status"), (PASSED, FAILED)),
            "measure": _within(row.get("score.scaled"), -1),
            "raw": number(row.get("score.raw")),
            "min": number(row.get("score.min")),
            "max": number(row.get("score.max")),
            "progress": _within(row.get("progress_measure"), 0),
        }
        for row in _rows(data, "cmi.objectives.").values()
    ]
    return [row for row in found if row["id"]]


# ── Times ──────────────────────────────────────────────────────────────────────────────────────

_CLOCK = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})(\.\d{1,2})?")
_PERIOD = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,2})?S)?)?"
)


def seconds_12(said: str) -> int | None:
    """`0001:02:03.4` in seconds."""
    found = _CLOCK.fullmatch(said)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def seconds_2004(said: str) -> int | None:
    """`PT1H2M3.4S` in seconds."""
    found = _PERIOD.fullmatch(said)
    if not found or len(said) < 3:
        return None
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    days += years * 365 + months * 30
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def time_12(seconds: int) -> str:
    return f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def time_2004(seconds: int) -> str:
    """As short as it can be said; nothing at all is said in full."""
    if not seconds:
        return "PT0H0M0S"
    days, rest = divmod(seconds, 86_400)
    parts = [f"P{days}D" if days else "P"]
    of_day = ((rest // 3600, "H"), (rest // 60 % 60, "M"), (rest % 60, "S"))
    if rest:
        parts += ["T", *(f"{count}{letter}" for count, letter in of_day if count)]
    return "".join(parts)
