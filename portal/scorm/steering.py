"""Which item of a package comes next: the Navigator, with its state where this run keeps it.

What is learned keeps it with the attempt, and so does everyone who reads it; a review and a
preview keep theirs with the run and are gone with it.
"""

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from portal.learning.sequencing import Navigator, Progress, Step
from portal.scorm.datamodel import V12, Reported
from portal.scorm.models import Run
from portal.scorm.runs import LEARN, REVIEW

# What is kept of a way through a package: where one is, and what its items share.
NAVIGATOR, STORES = "navigator", "stores"
MAX_STORE_CHARS = 64_000


@lru_cache(maxsize=32)
def _read(structure: str) -> dict[str, Any]:
    return dict(json.loads(structure))


def structure_of(run: Run) -> dict[str, Any]:
    """What the manifest says; not to be changed: it is read once."""
    return _read(run.package.structure)


def organization_of(run: Run) -> dict[str, Any]:
    structure = structure_of(run)
    return structure["organizations"][structure.get("default", 0)]  # type: ignore[no-any-return]


def nodes(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and everything below it, in the order of the manifest."""
    yield root
    for child in root.get("children") or []:
        yield from nodes(child)


def node_of(run: Run, item: str) -> dict[str, Any] | None:
    return next((node for node in nodes(organization_of(run)) if node["id"] == item), None)


def items(run: Run) -> list[dict[str, Any]]:
    """What can be launched."""
    return [node for node in nodes(organization_of(run)) if node.get("href")]


class Steering:
    """One run's way; `save` values go back to where they came from."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.kept = _kept_by(run)
        state = self.kept.get(NAVIGATOR)
        self.standard: str = structure_of(run).get("standard") or V12
        self.navigator = Navigator(organization_of(run), state, self.standard)

    def state(self) -> dict[str, Any]:
        """All that is to be kept of it."""
        return self.kept | {NAVIGATOR: self.navigator.state}

    def report(self, item: str, reported: Reported, was_left: bool) -> None:
        """Tell what an item has come to. Who left without a word means to come back; an item that
        never said how it stands is not one that said it does not know."""
        said = reported.exit if reported.exit != "open" else ("suspend" if was_left else "")
        self.navigator.report(
            item,
            Progress(
                completion=reported.completion if reported.says_completion else "",
                success=reported.success if reported.says_success else "",
                score=reported.score,
                measure=reported.measure,
                exit=said,
                objectives=reported.objectives,
                progress=reported.progress,
            ),
        )

    def store(self, node: dict[str, Any], elements: dict[str, str]) -> None:
        """Keep what was written into the stores that items share."""
        maps = node.get("data") or []
        stores = dict(self.kept.get(STORES, {}))
        for name, value in elements.items():
            if not name.startswith("adl.data."):
                continue
            index = int(name.split(".")[2])
            if index >= len(maps) or not _may_write(maps[index]):
                continue
            if value:
                # As JSON: what a course writes may hold what no database takes as text.
                stores[maps[index]["targetID"]] = json.dumps(value[:MAX_STORE_CHARS])
            else:
                # One that was emptied is as one that nobody has written.
                stores.pop(maps[index]["targetID"], None)
        if stores or STORES in self.kept:
            self.kept[STORES] = stores

    def begin_anew(self) -> None:
        """What belongs to one attempt at the package alone is empty when the next one begins."""
        state = self.kept.get(NAVIGATOR) or {}
        goes_on = state.get("suspended") or state.get("current")
        if not goes_on and not organization_of(self.run).get("sharedDataGlobalToSystem", True):
            self.kept.pop(STORES, None)

    def stores(self) -> dict[str, str]:
        """What the items share, by the names of the manifest."""
        return {name: json.loads(value) for name, value in self.kept.get(STORES, {}).items()}

    def after(self, asked: str, target: str, reported: Reported, ended: bool) -> Step | None:
        """Where an item that was left leads: where it asked, or where its end leads by itself."""
        if not asked and ended:
            asked = self._by_itself(reported.exit)
        if not asked:
            return None
        return self.navigator.request(asked, target)

    def _by_itself(self, left: str) -> str:
        if left in ("suspend", "logout"):
            is_leaving = self.standard == V12 or left == "logout" or self._is_single()
            return "suspendAll" if is_leaving else ""
        if self.standard == V12:
            return "continue"
        return "exitAll" if left == "time-out" or self._is_single() else ""

    def _is_single(self) -> bool:
        return len(items(self.run)) == 1

    def picture(self) -> dict[str, Any]:
        """What one may do from here, and the table of contents, as the player draws it."""
        rows = [
            {
                "id": row.id,
                "title": row.title,
                "depth": row.depth,
                "status": row.status,
                "is_current": row.is_current,
                "can_choose": row.can_choose,
                "is_visible": row.is_visible,
                "is_leaf": row.is_leaf,
            }
            for row in self.navigator.contents()
        ]
        return {"valid": self.navigator.valid(), "contents": rows}


def _may_write(row: dict[str, Any]) -> bool:
    return str(row.get("writeSharedData", "true")).lower() != "false"


def _kept_by(run: Run) -> dict[str, Any]:
    if run.purpose == LEARN:
        return dict(run.attempt.kept)
    kept = json.loads(run.state)
    if not kept and run.purpose == REVIEW:
        # Whoever looks again finds open what was open, and leaves it as it was.
        kept = copy.deepcopy(run.attempt.kept)
    return dict(kept)
