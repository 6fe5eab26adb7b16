"""Which activity comes next: flow, choice, jump and retry, and whether it may be delivered.

After the pseudo-code of “SCORM 2004 4th Edition, Sequencing and Navigation”: SB.2.1 to SB.2.13 and
DB.1.1. Nothing here changes what is tracked; a refusal is an exception with the standard's code.
"""

from dataclasses import dataclass

from portal.learning.activities import Activity, Tree
from portal.learning.rolling import is_barred, is_open, is_skipped, rule_of

FORWARD, BACKWARD = 1, -1

# Not the standard's: 1.2 has no word for a way on that only leads past items not open yet.
WAITS = "1.2"


class Refused(Exception):
    """A request the manifest does not allow now; `code` is the standard's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ended(Exception):
    """There is nothing further: the session ends."""


@dataclass(frozen=True)
class Found:
    """Where a walk has come to, and in which direction it goes on."""

    activity: Activity
    direction: int


def _is_last(activity: Activity) -> bool:
    return activity.sibling(1) is None


def _walk(
    activity: Activity, direction: int, considers_children: bool, before: int | None = None
) -> Found:
    """SB.2.1, Flow Tree Traversal Subprocess."""
    parent, is_reversed = activity.parent, False
    if before == BACKWARD and parent and _is_last(activity):
        # A cluster that only goes forward was entered from behind: it is walked from its first.
        direction, activity, is_reversed = BACKWARD, parent.children[0], True
    goes_in = activity.children and considers_children
    if direction == FORWARD:
        if activity is activity.tree.root and not goes_in:
            raise Ended
        if goes_in:
            return Found(activity.children[0], FORWARD)
        following = activity.sibling(1)
        if following is None:
            assert activity.parent is not None
            return _walk(activity.parent, FORWARD, False)
        return Found(following, FORWARD)
    return _walk_back(activity, bool(goes_in), is_reversed)


def _walk_back(activity: Activity, goes_in: bool, is_reversed: bool) -> Found:
    """The part of SB.2.1 on walking backward."""
    if activity.parent is None and not goes_in:
        raise Refused("SB.2.1-3")
    if goes_in:
        if activity.control("forwardOnly"):
            return Found(activity.children[0], FORWARD)
        return Found(activity.children[-1], BACKWARD)
    assert activity.parent is not None
    if not is_reversed and activity.parent.control("forwardOnly"):
        raise Refused("SB.2.1-4")
    previous = activity.sibling(-1)
    if previous is None:
        return _walk(activity.parent, BACKWARD, False)
    return Found(previous, BACKWARD)


def _settle(activity: Activity, direction: int, before: int | None = None) -> Activity:
    """SB.2.2, Flow Activity Traversal Subprocess: the leaf that may be delivered, from here."""
    if activity.parent and not activity.parent.control("flow"):
        raise Refused("SB.2.2-1")
    if is_skipped(activity):
        found = _walk(activity, direction, False, before)
        if before == BACKWARD and found.direction == BACKWARD:
            return _settle(found.activity, BACKWARD)
        return _settle(found.activity, direction, before)
    if is_barred(activity):
        raise Refused("SB.2.2-2")
    if activity.children:
        found = _walk(activity, direction, True)
        if direction == BACKWARD and found.direction == FORWARD:
            return _settle(found.activity, FORWARD, BACKWARD)
        return _settle(found.activity, direction)
    return activity


def flow(activity: Activity, direction: int, considers_children: bool) -> Activity:
    """SB.2.3, Flow Subprocess."""
    found = _walk(activity, direction, considers_children)
    return _settle(found.activity, found.direction if considers_children else direction)


def start(tree: Tree) -> Activity:
    """SB.2.5, Start Sequencing Request Process."""
    return tree.root if tree.root.is_leaf else flow(tree.root, FORWARD, True)


def follow(tree: Tree, direction: int) -> Activity:
    """SB.2.7 and SB.2.8, Continue and Previous Sequencing Request Process."""
    current = tree.current
    if current is None:
        raise Refused("SB.2.7-1")
    if current.parent and not current.parent.control("flow"):
        raise Refused("SB.2.7-2" if direction == FORWARD else "SB.2.8-2")
    try:
        return flow(current, direction, False)
    except Ended:
        # Not the end of a 1.2 package: somebody would be shown out of it in the middle.
        if next_barred(tree) is None:
            raise
        raise Refused(WAITS) from None


def next_barred(tree: Tree) -> Activity | None:
    """The first after the current one that waits for what comes before it, in a 1.2 package."""
    current = tree.current
    if current is None or not tree.is_list:
        return None
    after = (leaf for leaf in tree.leaves if leaf.place > current.place)
    return next((leaf for leaf in after if not is_open(leaf)), None)


def retry(tree: Tree) -> Activity:
    """SB.2.10, Retry Sequencing Request Process."""
    current = tree.current
    if current is None or current.is_active or current.is_suspended:
        raise Refused("SB.2.10-1")
    return current if current.is_leaf else flow(current, FORWARD, True)


def jump(tree: Tree, target: Activity) -> Activity:
    """SB.2.13, Jump Sequencing Request Process."""
    return target if target.is_leaf else flow(target, FORWARD, True)


# -- choice ------------------------------------------------------------------------------------


def choose(tree: Tree, target: Activity) -> Activity:
    """SB.2.9, Choice Sequencing Request Process: the leaf a choice leads to."""
    if any(rule_of(one, "pre", "hiddenFromChoice") for one in target.path()):
        raise Refused("SB.2.9-3")
    if target.parent and not target.parent.control("choice"):
        raise Refused("SB.2.9-4")
    current = tree.current
    common = current.common(target) if current else tree.root
    if current is not target:
        if current and current.parent and current.parent is target.parent:
            _pass_siblings(current, target)
        elif current is None or current is common:
            _go_down(common, target, checks_stops=True)
        elif target is common:
            _leave(current, target)
        else:
            _leave(current, common)
            _constrain(current, common, target)
            _go_down(common, target, checks_stops=target.place > current.place)
    return target if target.is_leaf else flow(target, FORWARD, True)


def _may_pass(activity: Activity, direction: int) -> None:
    """SB.2.4, Choice Activity Traversal Subprocess."""
    if direction == FORWARD:
        if rule_of(activity, "pre", "stopForwardTraversal"):
            raise Refused("SB.2.4-1")
    elif activity.parent is None:
        raise Refused("SB.2.4-3")
    elif activity.parent.control("forwardOnly"):
        raise Refused("SB.2.4-2")


def _pass_siblings(current: Activity, target: Activity) -> None:
    assert current.parent is not None
    beside = current.parent.children
    at, to = beside.index(current), beside.index(target)
    direction = FORWARD if to > at else BACKWARD
    for one in beside[at:to:direction]:
        _may_pass(one, direction)


def _go_down(common: Activity, target: Activity, *, checks_stops: bool) -> None:
    """From what holds both down to the target: nothing on the way stops, or must be begun first."""
    for one in target.path()[common.depth : -1]:
        if checks_stops:
            _may_pass(one, FORWARD)
        if not one.is_active and one is not common and one.prevents_activation:
            raise Refused("SB.2.9-6")


def _leave(current: Activity, common: Activity) -> None:
    """Every activity on the way out may be left by choice."""
    for one in current.path()[common.depth + 1 :]:
        if not one.control("choiceExit"):
            raise Refused("SB.2.9-7")


def _constrain(current: Activity, common: Activity, target: Activity) -> None:
    """An activity that constrains choice lets only its neighbor on the way be chosen."""
    way_out = reversed(current.path()[common.depth + 1 : -1])
    constrained = next((one for one in way_out if one.constrains_choice), None)
    if constrained is None:
        return
    direction = FORWARD if target.place > constrained.place else BACKWARD
    beside = _choice_flow(constrained, direction)
    if not target.is_within(beside) and target is not constrained:
        raise Refused("SB.2.9-8")


def _choice_flow(activity: Activity, direction: int) -> Activity:
    """SB.2.9.1 and SB.2.9.2, Choice Flow (Tree Traversal) Subprocess."""
    one: Activity | None = activity
    while one is not None:
        beside = one.sibling(direction)
        if beside is not None:
            return beside
        one = one.parent
    return activity


# -- delivery ----------------------------------------------------------------------------------


def check_delivery(activity: Activity) -> Activity:
    """DB.1.1, Delivery Request Process: a leaf, and nothing above it is disabled."""
    if activity.children:
        raise Refused("DB.1.1-1")
    if any(is_barred(one) for one in activity.path()):
        raise Refused("DB.1.1-3")
    return activity
