"""Where a learner is in a package, where they may go, and what it has come to.

After the pseudo-code of “SCORM 2004 4th Edition, Sequencing and Navigation” (its names are cited):
the overall process here, with navigation (NB.2.1); termination, attempts and delivery in
`attempting`; flow and choice in `traversal`, rules and rollup in `rolling`. A 1.2 package is a
list with prerequisites, walked by the same code. Pure: no database, no clock; JSON in and out.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.learning import overview
from portal.learning.activities import Activity, Objective
from portal.learning.attempting import Session
from portal.learning.overview import COMPLETION_WORDS, STATUS_WORDS, Row, unsupported
from portal.learning.rolling import is_open, roll_shared, roll_up, waits_for
from portal.learning.traversal import (
    BACKWARD,
    FORWARD,
    WAITS,
    Ended,
    Refused,
    check_delivery,
    choose,
    follow,
    jump,
    next_barred,
    retry,
    start,
)
from portal.text import enumerated

ENDING = {"exitAll", "suspendAll", "abandonAll"}

NOT_NOW = "This package does not allow that now."
FIRST = "First complete what comes before it."
OPENS_ONCE = "“{}” opens once {} {} done."
NO_SUCH = "This package has no such item."
NOT_BEGUN = "Nothing is under way. Choose where to begin."


@dataclass(frozen=True)
class Progress:
    """What an item says of itself. Status words are those of SCORM 2004, and "" where it has never
    said anything: who says `unknown` wants nothing concluded from its end. `score` is out of 100,
    `measure` from -1 to 1, `progress` from 0 to 1; `exit` is what it said when it left.

    `objectives` are rows with `id` and any of `success`, `completion` (words), `measure`, `raw`,
    `min`, `max` and `progress`.
    """

    completion: str = ""
    success: str = ""
    score: float | None = None
    measure: float | None = None
    exit: str = ""
    objectives: list[dict[str, Any]] = field(default_factory=list)
    progress: float | None = None


@dataclass(frozen=True)
class Step:
    """What is to be shown after a request: an item, the end, or why nothing has changed."""

    deliver: str | None = None
    ended: bool = False
    refused: str = ""


SUCCESS = {"passed": True, "failed": False}
COMPLETION = {"completed": True, "incomplete": False, "not attempted": False}


def _number(value: Any) -> float | None:
    try:
        return None if value in (None, "") else float(value)
    except (TypeError, ValueError):
        return None


class Navigator(Session):
    """One person's way through one organization of a package."""

    @property
    def state(self) -> dict[str, Any]:
        """To be kept with the attempt, and given back next time."""
        return self.tree.state

    @property
    def current(self) -> str | None:
        """The item that runs."""
        current = self.tree.current
        return current.id if current and current.is_active and current.is_leaf else None

    # -- the overall process (OP.1) --------------------------------------------------------

    def begin(self, target: str = "") -> Step:
        """Start, or go on where it was left. `target` is the item to begin with, where somebody
        chose one."""
        tree = self.tree
        if tree.current and tree.current.is_active:
            # Whoever left without a word is where they were.
            self._suspend_all()
        if target:
            tree.current = None
            return self._choose_first(target)
        if tree.suspended:
            return self._sequence("resumeAll", None)
        tree.current = None
        step = self._sequence("start", None)
        if step.refused and not step.deliver:
            # No flow at the root: what can be chosen first is where most would begin.
            for leaf in tree.leaves:
                step = self._sequence("choice", leaf) if self._may_choose(leaf) else step
                if step.deliver:
                    break
        return step

    def _choose_first(self, target: str) -> Step:
        wanted = self.tree.find(target)
        if wanted is None:
            return Step(refused=NO_SUCH)
        return self._sequence("choice", wanted)

    def request(self, kind: str, target: str = "") -> Step:
        """OP.1, Overall Sequencing Process: one navigation request, to its end."""
        try:
            termination, sequencing, wanted = self._navigate(kind, target)
        except Refused as refused:
            return Step(deliver=self.current, refused=self._words(refused, target))
        if termination:
            sequencing = self._terminate(termination, sequencing)
        return self._sequence(sequencing, wanted)

    def _words(self, refused: Refused, target: str) -> str:
        if refused.code == "NB.2.1-2":
            return NOT_BEGUN
        if refused.code == "NB.2.1-11":
            return NO_SUCH
        wanted = self.tree.find(target) or next_barred(self.tree)
        if not self.is_list or wanted is None or is_open(wanted):
            return NOT_NOW
        names = [f"“{one.title}”" for one in waits_for(wanted)]
        if not names:
            return FIRST
        return OPENS_ONCE.format(wanted.title, enumerated(names), "are" if names[1:] else "is")

    # -- navigation (NB.2.1) ---------------------------------------------------------------

    def _navigate(self, kind: str, target: str) -> tuple[str, str, Activity | None]:
        """NB.2.1, Navigation Request Process: what ends, what is asked next, and for what."""
        current = self.tree.current
        leaves = "exit" if current and current.is_active else ""
        if kind in ("continue", "previous"):
            self._may_flow(kind)
            return leaves, kind, None
        if kind in ("choice", "jump"):
            wanted = self.tree.find(target)
            if wanted is None:
                raise Refused("NB.2.1-11")
            if kind == "choice":
                self._may_leave(wanted)
            elif current is None:
                raise Refused("NB.2.1-2")
            return leaves, kind, wanted
        if current is None or kind not in ("exit", "abandon", *ENDING):
            raise Refused("NB.2.1-2")
        if kind in ("exit", "abandon") and not current.is_active:
            raise Refused("NB.2.1-12")
        return kind, "exit", None

    def _may_flow(self, kind: str) -> None:
        current = self.tree.current
        if current is None:
            raise Refused("NB.2.1-2")
        if current.parent is None or not current.parent.control("flow"):
            raise Refused("NB.2.1-4")
        if kind == "previous" and current.parent.control("forwardOnly"):
            raise Refused("NB.2.1-5")

    def _may_leave(self, wanted: Activity) -> None:
        """The part of NB.2.1 on choice: where one stands lets one go."""
        if wanted.parent and not wanted.parent.control("choice"):
            raise Refused("NB.2.1-10")
        current = self.tree.current
        if current is None or current is wanted:
            return
        common = current.common(wanted)
        way_out = current.path()[common.depth + (common is not wanted) :]
        if any(one.is_active and not one.control("choiceExit") for one in way_out):
            raise Refused("NB.2.1-8")

    # -- sequencing and delivery (SB.2.12, DB.2) -------------------------------------------

    def _sequence(self, kind: str, wanted: Activity | None) -> Step:
        """SB.2.12, Sequencing Request Process, then delivery."""
        tree = self.tree
        try:
            found = self._found(kind, wanted)
            if found is None:
                return self._ended()
            self._deliver(check_delivery(found))
            return Step(deliver=found.id)
        except Ended:
            self._exit_all()
            return self._ended()
        except Refused as refused:
            if kind == "choice" and wanted and wanted.children and tree.current:
                # SB.2.9, last part: the choice was made, and there was nothing to deliver.
                tree.current = wanted
            return Step(refused=self._words(refused, wanted.id if wanted else ""))

    def _found(self, kind: str, wanted: Activity | None) -> Activity | None:
        tree = self.tree
        if kind == "start":
            return start(tree)
        if kind == "resumeAll":
            return tree.suspended
        if kind in ("continue", "previous"):
            return follow(tree, FORWARD if kind == "continue" else BACKWARD)
        if kind == "retry":
            if tree.current is tree.root:
                self._forget_shared()
            with tree.counting_afresh():
                return retry(tree)
        if kind in ("choice", "jump"):
            assert wanted is not None
            return choose(tree, wanted) if kind == "choice" else jump(tree, wanted)
        # SB.2.11, Exit Sequencing Request Process.
        if tree.current is not tree.root:
            raise Refused("SB.2.11-2")
        return None

    def _ended(self) -> Step:
        self.tree.current = None
        return Step(ended=True)

    # -- what an item reports --------------------------------------------------------------

    def report(self, item: str, progress: Progress) -> None:
        """What an item has said of itself so far; the whole of it each time."""
        activity = self.tree.find(item)
        if activity is None or not activity.is_leaf:
            return
        activity.record["suspended"] = progress.exit == "suspend"
        if not activity.is_tracked:
            return
        own = {
            "success": progress.success,
            "completion": progress.completion,
            "measure": progress.measure,
            "raw": progress.score,
            "progress": progress.progress,
        }
        for row in progress.objectives:
            objective = activity.objective(str(row.get("id") or ""))
            if objective is not None and objective.is_primary:
                # Said of the item itself comes before said of the objective that stands for it.
                own = dict(row) | {
                    name: said for name, said in own.items() if said not in (None, "")
                }
            elif objective is not None:
                self._keep(activity, objective, row)
        self._keep(activity, activity.primary, own)
        activity.record["open"] = [
            name for name in ("completion", "success") if own.get(name) == "unknown"
        ]
        roll_up(activity)
        roll_shared(activity)

    def _keep(self, activity: Activity, objective: Objective, row: dict[str, Any]) -> None:
        for what in ("measure", "raw", "min", "max"):
            activity.put(objective, what, _number(row.get(what)))
        if not objective.by_measure:
            activity.put(objective, "satisfied", SUCCESS.get(row.get("success") or ""))
        completion = row.get("completion") or ""
        if self.is_list and completion == "not attempted":
            completion = ""
        activity.put(objective, "completion", COMPLETION.get(completion))
        activity.put(objective, "progress", _number(row.get("progress")))

    # -- what is allowed -------------------------------------------------------------------

    def valid(self) -> dict[str, Any]:
        """What may be asked now, and the controls that the item that runs does without."""
        current = self.tree.current
        leaves = [one for one in self.tree.order if one.parent or one.is_leaf]
        return {
            "continue": self._would("continue"),
            "previous": self._would("previous"),
            "choice": {one.id: self._may_choose(one) for one in self.tree.order},
            "jump": {one.id: current is not None and one.is_leaf for one in leaves},
            "hidden": list(current.node.get("hide") or ()) if current else [],
        }

    def _would(self, kind: str) -> bool:
        try:
            self._may_flow(kind)
            check_delivery(follow(self.tree, FORWARD if kind == "continue" else BACKWARD))
        except Refused as refused:
            # Into a cluster without flow one comes by choosing what in it is next. And an item may
            # say only as it is left that it is done, which opens what comes after it.
            return kind == "continue" and refused.code in ("SB.2.2-1", WAITS)
        except Ended:
            # Whoever goes on from the last item has come to the end.
            return True
        return True

    def _may_choose(self, activity: Activity) -> bool:
        try:
            self._may_leave(activity)
            check_delivery(choose(self.tree, activity))
        except (Refused, Ended):
            return False
        return True

    def contents(self) -> list[Row]:
        """The table of contents."""
        choices = {one.id: self._may_choose(one) for one in self.tree.order}
        return overview.rows(self.tree, choices)

    def objectives(self, item: str) -> list[dict[str, Any]]:
        """What is known of an item's objectives when it is launched, the primary one first."""
        activity = self.tree.find(item)
        return overview.objectives_of(activity) if activity else []

    def is_resumed(self, item: str) -> bool:
        """Whether what runs goes on with an attempt that was suspended, rather than a new one."""
        activity = self.tree.find(item)
        return bool(activity and activity.record.get("resumed"))

    def rollup(self) -> Progress:
        """What the whole package has come to."""
        completion, success, score, measure = overview.outcome(self.tree)
        return Progress(
            completion=COMPLETION_WORDS[completion],
            success=STATUS_WORDS[success],
            score=score,
            measure=measure,
            progress=self.tree.root.progress,
        )


__all__ = ["Navigator", "Progress", "Row", "Step", "unsupported"]
