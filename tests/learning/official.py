"""An official case driven through the sequencer alone: what comes, and what is allowed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.learning.sequencing import Navigator, Progress, Step

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "scorm" / "scorm2004_cases.json").read_text()
)
# What stands in rows of the data model, by the name the sequencer has for it.
ROW = {
    "success_status": "success",
    "completion_status": "completion",
    "score.scaled": "measure",
    "score.raw": "raw",
    "score.min": "min",
    "score.max": "max",
    "progress_measure": "progress",
}
_TARGET = re.compile(r"\{target=(.*)\}(choice|jump)")
_OBJECTIVE = re.compile(r"cmi\.objectives\.&([^&]+)&\.(.*)")
_ASKED = re.compile(
    r"adl\.nav\.request_valid\.(?:(continue|previous)|(choice|jump)\.\{target=(.*)\})"
)


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from nodes(child)


class Case:
    """One case, from its first activity to its last."""

    def __init__(self, name: str, shared: dict[str, Any] | None = None) -> None:
        case = CASES[name]
        self.tree, self.acts = case["manifest"], case["acts"]
        self.begins = case["meta"]["start"]
        self.acts_of = {
            node["id"].strip(): node["params"].rpartition("act=")[2]
            for node in nodes(self.tree)
            if not node.get("children")
        }
        state = {"shared": shared} if shared else None
        self.navigator = Navigator(self.tree, state, "2004")
        self.wrong: list[str] = []

    def titled(self, title: str) -> str:
        if title.startswith("the activity that corresponds to the root"):
            return str(self.tree["id"])
        return next(node["id"].strip() for node in nodes(self.tree) if node["title"] == title)

    def leading_to(self, act: str) -> str:
        return next(item for item, number in self.acts_of.items() if number == act)

    def drive(self) -> list[str]:
        """What was otherwise than the case says."""
        begins = "" if self.begins == "." else self.titled(self.begins)
        step = self.navigator.begin(begins)
        for number, act in enumerate(self.acts):
            # As between two requests: only what goes through JSON is left.
            state = json.loads(json.dumps(self.navigator.state))
            self.navigator = Navigator(self.tree, state, "2004")
            came = self.acts_of.get(step.deliver or "")
            if came != act["act"]:
                return [*self.wrong, f"{number}: {came or step} came, not {act['act']}"]
            self.ask(number, act)
            wish = self.report(step.deliver or "", act)
            if number + 1 < len(self.acts):
                step = self.go_on(act["cui"], wish, self.acts[number + 1]["act"])
        return self.wrong

    # -- what is asked of the player --------------------------------------------------------

    def ask(self, number: int, act: dict[str, Any]) -> None:
        valid = self.navigator.valid()
        for cmd in act["cmds"]:
            asked = _ASKED.fullmatch(cmd["el"])
            if cmd["m"] == "GetValue" and asked and cmd["exp"] in ("true", "false"):
                control, kind, target = asked.groups()
                is_so = valid[control] if control else valid[kind].get(target.strip(), False)
                self.compare(number, cmd["el"], is_so, cmd["exp"] == "true")
        questions = [] if act["uiq"] == "click.button" else act["uiq"].split("~")
        for question, answer in zip(questions, act["uia"].split("~"), strict=False):
            if question:
                self.compare(number, question, self.shown(question, valid), answer == "Y")

    def shown(self, question: str, valid: dict[str, Any]) -> bool:
        rows = {row.id: row for row in self.navigator.contents()}
        what, _, title = question.partition("@")
        if what == "toc.enabled.selectable":
            item = self.titled(title)
            return valid["choice"][item] and (item not in rows or rows[item].is_visible)
        if what == "toc.visible":
            return rows[self.titled(title)].is_visible
        if what == "toc.enabled":
            return any(row.can_choose and not row.is_current for row in rows.values())
        control, _, state = what.partition(".")
        is_on = valid[control] and control not in valid["hidden"]
        return bool(is_on == (state == "enabled"))

    def compare(self, number: int, what: str, is_so: bool, should: bool) -> None:
        if is_so != should:
            self.wrong.append(f"{number}: {what} is {is_so}")

    # -- what the activity says -------------------------------------------------------------

    def report(self, item: str, act: dict[str, Any]) -> str:
        """Tell the sequencer what the activity has set; returns where it wants to go."""
        known = {
            row["id"]: {key: "" if value == "unknown" else value for key, value in row.items()}
            for row in self.navigator.objectives(item)
        }
        said: dict[str, str] = {}
        for cmd in act["cmds"]:
            if cmd["m"] != "SetValue" or cmd.get("exp") != "true":
                continue
            row = _OBJECTIVE.fullmatch(cmd["el"])
            if row and row.group(2) in ROW:
                name = row.group(1)
                known.setdefault(name, {"id": name})[ROW[row.group(2)]] = cmd["val"]
            else:
                said[cmd["el"]] = cmd["val"]
        self.navigator.report(
            item,
            Progress(
                completion=said.get("cmi.completion_status", ""),
                success=said.get("cmi.success_status", ""),
                score=_number(said.get("cmi.score.raw")),
                measure=_number(said.get("cmi.score.scaled")),
                exit=said.get("cmi.exit", ""),
                objectives=list(known.values()),
                progress=_number(said.get("cmi.progress_measure")),
            ),
        )
        return said.get("adl.nav.request", "")

    def go_on(self, cui: str, wish: str, following: str) -> Step:
        """What the learner does, or where the activity wants to go."""
        request = self.navigator.request
        kind, _, title = cui.partition("~")
        if kind == "Choice":
            return request("choice", self.titled(title))
        if kind in ("Continue", "Previous"):
            return request(kind.lower())
        if re.match("DMIt|APIt", kind):
            return request("choice", self.leading_to(following))
        if kind == "":
            return self.wished(wish)
        # All else leaves the course, by a way of its own, and opens it again.
        if kind == "ExitCM09ba":
            wish = "exitAll"
        if kind == "ContinueExitCM8":
            wish = "continue"
        if wish:
            self.wished(wish)
        else:
            request("suspendAll")
        if kind == "RootSX4b":
            return self.navigator.begin(self.tree["id"])
        if self.navigator.state["suspended"] or self.begins == ".":
            return self.navigator.begin()
        return self.navigator.begin(self.leading_to(following))

    def wished(self, wish: str) -> Step:
        target = _TARGET.fullmatch(wish)
        if target:
            return self.navigator.request(target.group(2), target.group(1))
        return self.navigator.request(wish)


def _number(value: str | None) -> float | None:
    return float(value) if value not in (None, "") else None
