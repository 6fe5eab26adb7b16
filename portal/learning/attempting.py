"""Attempts at the activities of a package: how they begin, are suspended, and end.

After the pseudo-code of “SCORM 2004 4th Edition, Sequencing and Navigation”: the termination
request process (TB.2), the ends of attempts (UP.3, UP.4) and delivery (DB.2).
"""

from typing import Any

from portal.learning.activities import Activity, Tree, is_true
from portal.learning.rolling import roll_shared, roll_up, rule_of

POST = ("exitParent", "exitAll", "retry", "retryAll", "continue", "previous")


class Session:
    """What runs in a tree, from the first delivery to the last end."""

    def __init__(self, tree: dict[str, Any], state: dict[str, Any] | None, standard: str) -> None:
        self.is_list = standard == "1.2"
        self.tree = Tree(tree, state, is_list=self.is_list)

    # -- how they end (TB.2, UP.3, UP.4) ---------------------------------------------------

    def _terminate(self, kind: str, sequencing: str) -> str:
        """TB.2.3, Termination Request Process: returns what is asked next."""
        tree, current = self.tree, self.tree.current
        assert current is not None
        if kind == "suspendAll":
            self._suspend_all()
            return "exit"
        if kind in ("abandon", "abandonAll"):
            left = current.path() if kind == "abandonAll" else [current]
            for one in left:
                one.record["active"] = False
            # What was said in an attempt that is given up does not count.
            current.forget()
            if kind == "abandonAll":
                tree.current = tree.root
            return sequencing
        if kind == "exitAll":
            self._exit_all()
            return "exit"
        self._end_attempt(current)
        self._exit_by_rule()
        return self._exit_on(sequencing)

    def _exit_on(self, sequencing: str) -> str:
        """The part of TB.2.3 that repeats: rules evaluated after an exit move it further up."""
        while True:
            current = self.tree.current
            assert current is not None
            action = "" if current.is_suspended else rule_of(current, "post", *POST)
            if action in ("exitAll", "retryAll"):
                self._exit_all()
                return "exit" if action == "exitAll" else "retry"
            if action == "exitParent" and current.parent:
                self.tree.current = current.parent
                self._end_attempt(current.parent)
                continue
            if action in ("retry", "continue", "previous"):
                sequencing = action
            if current.parent is None and sequencing != "retry":
                return "exit"
            return sequencing

    def _exit_by_rule(self) -> None:
        """TB.2.1, Sequencing Exit Action Rules Subprocess."""
        current = self.tree.current
        assert current is not None
        for one in current.path()[:-1]:
            if rule_of(one, "exit", "exit"):
                self._end_descendants(one)
                self._end_attempt(one)
                self.tree.current = one
                return

    def _exit_all(self) -> None:
        tree = self.tree
        if tree.current and tree.current.is_active:
            self._end_attempt(tree.current)
        self._end_descendants(tree.root)
        if tree.current is not tree.root:
            self._end_attempt(tree.root)
        tree.current = tree.root

    def _suspend_all(self) -> None:
        tree, current = self.tree, self.tree.current
        assert current is not None
        if current.is_active or current.is_suspended:
            roll_up(current)
            roll_shared(current)
            tree.suspended = current
        elif current.parent:
            tree.suspended = current.parent
        for one in (tree.suspended or current).path():
            one.record["active"], one.record["suspended"] = False, True
        tree.current = tree.root

    def _end_descendants(self, activity: Activity) -> None:
        """UP.3, Terminate Descendent Attempts Process."""
        current = self.tree.current
        if current is None:
            return
        common = current.common(activity)
        for one in reversed(current.path()[common.depth + 1 : -1]):
            self._end_attempt(one)

    def _end_attempt(self, activity: Activity) -> None:
        """UP.4, End Attempt Process."""
        if activity.is_leaf:
            if activity.is_tracked and not activity.is_suspended and not self.is_list:
                self._conclude(activity)
        else:
            below = any(child.is_suspended for child in activity.children)
            activity.record["suspended"] = below
        activity.record["active"] = False
        roll_up(activity)
        roll_shared(activity)

    def _conclude(self, activity: Activity) -> None:
        """The part of UP.4 on what an item leaves unsaid: it was gone through, and well."""
        primary, left_open = activity.primary, activity.record["open"]
        is_said = activity.completion_by_content or activity.by_progress
        if not is_said and "completion" not in left_open and activity.record["completion"] is None:
            activity.put(primary, "completion", True)
        is_said = activity.objective_by_content or primary.by_measure
        if not is_said and "success" not in left_open and activity.satisfied() is None:
            activity.put(primary, "satisfied", True)

    # -- how they begin (DB.2) -------------------------------------------------------------

    def _deliver(self, activity: Activity) -> None:
        """DB.2, Content Delivery Environment Process."""
        tree = self.tree
        if tree.suspended is not activity:
            self._clear_suspended(activity)
        self._end_descendants(activity)
        for one in activity.path():
            if one.is_active:
                continue
            if one.is_tracked:
                one.record["resumed"] = one.is_suspended
                if one.is_suspended:
                    one.record["suspended"] = False
                else:
                    one.record["attempts"] += 1
                    self._begin_attempt(one)
            one.record["active"] = True
        tree.current = activity
        tree.suspended = None

    def _clear_suspended(self, activity: Activity) -> None:
        """DB.2.1, Clear Suspended Activity Subprocess."""
        suspended = self.tree.suspended
        if suspended is None:
            return
        common = suspended.common(activity)
        for one in reversed(suspended.path()[common.depth :]):
            if one.is_leaf:
                one.record["suspended"] = False
            else:
                one.record["suspended"] = any(child.is_suspended for child in one.children)
        self.tree.suspended = None

    def _begin_attempt(self, activity: Activity) -> None:
        """What a new attempt starts without: a list forgets nothing."""
        if self.is_list:
            return
        activity.forget()
        if activity is self.tree.root:
            self._forget_shared()
        self._make_stale(activity)

    def _forget_shared(self) -> None:
        """Objectives the manifest shares within an attempt at the whole, and no longer."""
        if not is_true(self.tree.root.node.get("objectivesGlobalToSystem"), True):
            self.state["shared"] = {}

    def _make_stale(self, activity: Activity) -> None:
        """What lies in it keeps what it knows, which counts for nothing above it any more."""
        stale = []
        if activity.control("useCurrentAttemptObjectiveInfo"):
            stale.append("objectives")
        if activity.control("useCurrentAttemptProgressInfo"):
            stale.append("progress")
        for child in activity.children:
            child.record["stale"] = sorted({*child.record["stale"], *stale})
            self._make_stale(child)
