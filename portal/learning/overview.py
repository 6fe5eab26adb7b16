"""What can be read off a package's activity tree: contents, what is allowed, what it comes to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.learning import prerequisites
from portal.learning.activities import Activity, Objective, Tree, identifier
from portal.learning.rolling import TIMED, is_barred, lesson_status, rule_of

STATUS_WORDS = {True: "passed", False: "failed", None: "unknown"}
COMPLETION_WORDS = {True: "completed", False: "incomplete", None: "unknown"}


@dataclass(frozen=True)
class Row:
    """An item in the table of contents.

    `status` is `new`, `open`, `done`, `passed`, `failed` or `barred`.
    """

    id: str
    title: str
    depth: int
    status: str
    is_current: bool
    can_choose: bool
    is_visible: bool
    is_leaf: bool = True


def rows(tree: Tree, choices: dict[str, bool]) -> list[Row]:
    """The table of contents: everything below the root, or the one activity there is."""
    current = tree.current
    return [
        Row(
            id=activity.id,
            title=activity.title,
            depth=max(activity.depth - 1, 0),
            status=status_of(activity),
            is_current=current is activity and activity.is_leaf,
            can_choose=choices.get(activity.id, False),
            is_visible=_is_shown(activity),
            is_leaf=activity.is_leaf,
        )
        for activity in tree.order
        if activity.parent or activity.is_leaf
    ]


def _is_shown(activity: Activity) -> bool:
    """What is hidden from choice is not shown, nor what lies in it."""
    hidden = any(rule_of(one, "pre", "hiddenFromChoice") for one in activity.path())
    return activity.is_visible and not hidden


def status_of(activity: Activity) -> str:
    """In one word, for whoever looks at the list."""
    satisfied, completion = activity.satisfied(), activity.completion
    if activity.tree.is_list and activity.children:
        word = lesson_status(activity)
        satisfied = {"passed": True, "failed": False}.get(word)
        completion = word in prerequisites.DONE
    if satisfied is False:
        return "failed"
    if completion:
        return "passed" if satisfied else "done"
    if is_barred(activity):
        return "barred"
    return "open" if activity.attempts else "new"


# -- what an item finds ------------------------------------------------------------------------


def objectives_of(activity: Activity) -> list[dict[str, Any]]:
    """What is known of its objectives when it begins; the primary one, which may be without an
    id, comes first."""
    return [_objective(activity, objective) for objective in activity.objectives]


def _objective(activity: Activity, objective: Objective) -> dict[str, Any]:
    done = activity.completion if objective.is_primary else activity.value(objective, "completion")
    row = {
        "id": objective.id,
        "success": STATUS_WORDS[activity.satisfied(objective)],
        "completion": COMPLETION_WORDS[done],
    }
    for what in ("measure", "raw", "min", "max", "progress"):
        row[what] = activity.value(objective, what)
    return row


# -- what it has come to -----------------------------------------------------------------------


def outcome(tree: Tree) -> tuple[bool | None, bool | None, float | None, float | None]:
    """Completion, success, score out of 100 and measure of the whole."""
    if tree.is_list:
        return _list_outcome(tree)
    root = tree.root
    measure = root.measure() if _weighs(tree) else None
    if measure is None:
        known = [found for leaf in _counted(tree) if (found := leaf.measure()) is not None]
        measure = sum(known) / len(known) if known else None
    score = max(0.0, measure * 100) if measure is not None else _raw(tree)
    return root.completion, root.satisfied(), score, measure


def _counted(tree: Tree) -> list[Activity]:
    return [leaf for leaf in tree.leaves if leaf.is_tracked]


def _weighs(tree: Tree) -> bool:
    """Whether the manifest says how items count; else those without a score do not."""
    return any("objectiveMeasureWeight" in (a.seq.get("rollupAttrs") or {}) for a in tree.order)


def _raw(tree: Tree) -> float | None:
    scores = [leaf.value(leaf.primary, "raw") for leaf in _counted(tree)]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None


def _list_outcome(tree: Tree) -> tuple[bool | None, bool | None, float | None, float | None]:
    """Of a 1.2 package: all items done; failed if one is, passed if those that say so are."""
    leaves = tree.leaves
    done = all(leaf.completion or leaf.satisfied() for leaf in leaves)
    said = [found for leaf in leaves if (found := leaf.satisfied()) is not None]
    success = False if False in said else True if said and done else None
    begun = any(leaf.attempts for leaf in leaves)
    score = _raw(tree)
    return done or (False if begun else None), success, score, None


# -- what is not followed ----------------------------------------------------------------------


def unsupported(root: dict[str, Any]) -> list[str]:
    """What the tree of a manifest asks for that is not followed, in sentences."""
    tree = Tree(root)
    said: list[str] = []
    for activity in tree.order:
        said += _not_followed(activity, set(tree.by_id))
    if len(tree.by_id) < len(tree.order):
        said.append("Two items have the same identifier. Only the first can be chosen.")
    return list(dict.fromkeys(said))


def _not_followed(activity: Activity, known: set[str]) -> Iterator[str]:
    seq, title = activity.seq, f"“{activity.title}”"
    if seq.get("randomization"):
        yield f"{title} asks for items drawn or ordered by chance. They come in their order."
    limits = set(seq.get("limits") or {}) - {"attemptLimit", "attemptAbsoluteDurationLimit"}
    if limits:
        yield f"{title} has limits of time. They are not followed."
    if any(one in TIMED for one in _conditions(seq)):
        yield f"{title} has a rule about time. It never applies."
    shared = [one for objective in activity.objectives for one in objective.maps]
    if shared and not activity.tree.is_list:
        yield (
            "Items share objectives with one another. That holds within an attempt, not from one"
            " course or attempt to the next."
        )
    script = str(activity.node.get("prerequisites") or "")
    try:
        named = prerequisites.named_in(script)
    except prerequisites.Unreadable as problem:
        yield f"The prerequisites of {title} cannot be read near “{problem}”. They bar nobody."
        return
    for name in named:
        if identifier(name) not in known:
            yield f"The prerequisites of {title} name “{name}”, which is no item of this package."


def _conditions(seq: dict[str, Any]) -> Iterator[str]:
    ruled = [rule for rules in (seq.get("rules") or {}).values() for rule in rules]
    for rule in [*ruled, *(seq.get("rollup") or [])]:
        for one in rule.get("conditions") or ():
            yield str(one.get("condition"))
