"""SCORM 2004's official cases through the real player: the data model, and choice and flow.

Each case is a package whose pages this test drives: it calls the API as the case says, compares
every answer and error code, and clicks in the portal what the learner would. The cases are ADL's
(`tests/scorm/scorm2004_cases.md`).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document
from tests import servers
from tests.scorm import builders, playing
from tests.scorm.playing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

CASES = json.loads((Path(__file__).parents[1] / "scorm" / "scorm2004_cases.json").read_text())
GROUPS = ("API", "DMI", "DMB")

NOT_YET = {
    "CM-04a": "a choice its parent forbids is expected to be delivered",
}

COURSE = """---
kind: course
title: {slug}
summary: A case
owner: @hr
audience: everyone
format: scorm
package: {slug}/1
---
A case.
"""

# What one launched activity does, in one go; each answer with its error code.
DRIVE = """
(cmds) => {
  const api = window.sco.api;
  const rows = (prefix, key, wanted) => {
    const count = Number(api.GetValue(`${prefix}._count`));
    for (let i = 0; i < count; i++) if (api.GetValue(`${prefix}.${i}.${key}`) === wanted) return i;
    return count;
  };
  const at = (element) => element
    .replace(/^(cmi\\.objectives|adl\\.data)\\.&(.+?)&/, (_, p, id) => `${p}.${rows(p, "id", id)}`);
  return cmds.map(({ m, el, val }) => {
    if (m === "compareObjIds") {
      const count = Number(api.GetValue("cmi.objectives._count"));
      const ids = Array.from({ length: count }, (_, i) => api.GetValue(`cmi.objectives.${i}.id`));
      return [ids.join(","), "0"];
    }
    const given = m === "SetValue" ? [at(el), val ?? ""] : [at(el)];
    const answer = m === "GetLastError" ? api.GetLastError() : api[m](...given);
    return [String(answer), String(api.GetLastError())];
  });
}
"""


def wanted() -> list[str]:
    """The groups of the data model, and the cases of choice and flow that need no rules."""
    found = [name for name in CASES if name.split("-")[0] in GROUPS]
    found.append("DDM")
    for name, case in CASES.items():
        if name.startswith("CM-") and _kinds(case["manifest"]) <= {"controls"}:
            found.append(name)
    return sorted(found)


def _kinds(node: dict[str, Any]) -> set[str]:
    own = set(node.get("seq") or {})
    return own.union(*(_kinds(child) for child in node.get("children", ())))


class Learner:
    """Erin at a course: what she sees, and what she clicks."""

    def __init__(self, page: Any, url: str, course: Document, manifest: dict[str, Any]) -> None:
        self.page, self.manifest = page, manifest
        self.here = f"{url}/learning/courses/{course.id}"
        self.launches: list[str] = []

    def open(self) -> None:
        self.page.goto(self.here)
        begin = self.page.get_by_role("button", name="Start", exact=True)
        if begin.count():
            begin.click()
        else:
            self.page.goto(f"{self.here}/player")
        self.page.locator("#run").wait_for()

    def sco(self, act: str, seconds: float = 8) -> Any:
        """The frame of the activity, once it is the one that was expected."""
        deadline = seconds * 1_000
        seen = ""
        while deadline > 0:
            frame = self.page.frame(name="course")
            try:
                if frame and frame.evaluate("Boolean(window.sco && !window.done)"):
                    seen = frame.evaluate("location.search")
                    if re.search(rf"act={re.escape(act)}(&|$)", seen):
                        return frame
            except Exception:  # the frame is on its way elsewhere
                pass
            self.page.wait_for_timeout(50)
            deadline -= 50
        raise AssertionError(f"activity {act} was expected, and it is {seen or 'none'}")

    def click(self, kind: str, target: str = "") -> None:
        self.page.keyboard.press("Escape")
        more = f'[data-target="{target}"]' if target else ""
        button = self.page.locator(f'[data-wish="{kind}"]{more}')
        button.click()

    def id_of(self, title: str) -> str:
        for node in builders.walk(self.manifest):
            if node["title"] == title:
                return str(node["id"]).strip()
        raise AssertionError(title)

    def leading_to(self, act: str) -> str:
        for node in builders.walk(self.manifest):
            if node.get("params", "").rpartition("act=")[2] == act:
                return str(node["id"]).strip()
        raise AssertionError(act)


def checked(act: dict[str, Any], answers: list[list[str]]) -> list[str]:
    """Where an answer or an error code differs from the case."""
    wrong = []
    for cmd, (answer, error) in zip(act["cmds"], answers, strict=True):
        said = f"{cmd['m']} {cmd['el'][:60]} {str(cmd.get('val', ''))[:40]!r}"
        if cmd["m"] == "compareObjIds":
            if sorted(answer.split(",")) != sorted(cmd["el"].split(",")):
                wrong.append(f"{said}: {answer}")
            continue
        if cmd["m"] in ("GetErrorString", "GetDiagnostic"):
            if len(answer) > 255 or (cmd["exp"] == "" and answer):
                wrong.append(f"{said}: {answer[:60]!r}")
            continue
        if cmd["el"] in ("cmi.learner_id", "cmi.learner_name") and cmd["m"] == "GetValue":
            # Every portal has its own.
            continue
        if cmd["exp"].startswith("Returned a valid value"):
            continue
        # An index is asked for by its id, whose answer is the id itself.
        is_id = re.search(r"&.+&\.id$", cmd["el"])
        if cmd["exp"] != "*" and not is_id and not same(cmd["el"], answer, cmd["exp"]):
            wrong.append(f"{said}: {answer[:60]!r}, not {cmd['exp'][:60]!r}")
        elif error != cmd["err"]:
            wrong.append(f"{said}: error {error}, not {cmd['err']}")
    return wrong


def same(element: str, answer: str, expected: str) -> bool:
    """Lists of children in any order, numbers by their value, all else to the letter."""
    if element.endswith("._children"):
        return sorted(answer.split(",")) == sorted(expected.split(","))
    if element.endswith((".pattern", ".learner_response")):
        return plain(answer) == plain(expected)
    try:
        return answer == expected or float(answer) == float(expected)
    except ValueError:
        return False


def plain(pattern: str) -> tuple[list[str], str]:
    """A pattern without what goes without saying, its rules in one order."""
    rules = []
    while found := re.match(r"\{(case_matters|order_matters|lang)=[^}]*\}", pattern):
        rules.append(found.group())
        pattern = pattern[found.end() :]
    usual = ("{case_matters=false}", "{order_matters=true}", "{lang=en}")
    return sorted(rule for rule in rules if rule not in usual), pattern


@pytest.fixture
def learn(hosts: Any, chromium: Any, who: SimpleNamespace) -> Iterator[Any]:
    contexts = []

    def start(name: str, tree: dict[str, Any] | None = None) -> Learner:
        slug = name.lower().replace("-", "")
        tree = tree or CASES[name]["manifest"]
        playing.ready(builders.from_case({"manifest": tree}), who.helen, slug)
        course = Document.start("course", slug, by=who.helen)
        course.publish(COURSE.format(slug=slug), by=who.helen)
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(servers.PATIENCE)
        contexts.append(context)
        context.add_cookies([signed_in("erin", hosts.url)])
        return Learner(context.new_page(), hosts.url, course, tree)

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", wanted())
def test_an_official_case(learn: Any, name: str) -> None:
    if name in NOT_YET:
        pytest.xfail(NOT_YET[name])
    if name == "DDM":
        share(learn)
        return
    learner: Learner = learn(name)
    acts = CASES[name]["acts"]
    begins = CASES[name]["meta"]["start"]
    learner.open()
    if begins != ".":
        reach(learner, begins, acts[0]["act"])
    wrong: list[str] = []
    for number, act in enumerate(acts):
        frame = learner.sco(act["act"])
        answers = frame.evaluate(DRIVE, act["cmds"])
        wrong += [f"{number}: {one}" for one in checked(act, answers)]
        following = acts[number + 1]["act"] if number + 1 < len(acts) else ""
        if not following:
            break
        go_on(learner, frame, act, following)
    assert wrong == [], f"{len(wrong)} answers differ: " + "; ".join(wrong[:400])


def share(learn: Any) -> None:
    """The case of stores that activities share: two packages in turn. Their trees are not in the
    data; they are as its answers need them to be. The first keeps what is in its stores from one
    attempt to the next; the second forgets, and its second activity may only read."""
    flow = {"controls": {"flow": True}}
    ids = [f"tarID_{n}" for n in range(1, 6)]
    whole = [{"targetID": name} for name in ids[:4]]
    read = [{"targetID": name, "writeSharedData": False} for name in ids]
    trees = {
        "DDMa": builders.root([_sharing("1a", whole), _sharing("2a", whole)], seq=flow),
        "DDMb": builders.root(
            [_sharing("1b", whole[:3]), _sharing("2b", read)],
            seq=flow,
            sharedDataGlobalToSystem=False,
        ),
    }
    learners = {slug: learn(slug, tree) for slug, tree in trees.items()}
    acts = CASES["DDM"]["acts"]
    wrong: list[str] = []
    is_open, ended = "", set[str]()
    for number, act in enumerate(acts):
        slug = f"DDM{act['act'][-1]}"
        learner: Learner = learners[slug]
        if is_open != slug:
            learner.page.goto(learner.here)
            if slug in ended:
                # Whoever opens a completed course again here only looks at it.
                learner.page.get_by_role("button", name="Begin anew").click()
                learner.page.locator("#run").wait_for()
            else:
                learner.open()
            reach(learner, "", act["act"])
            is_open = slug
        frame = learner.sco(act["act"])
        for cmd in act["cmds"]:
            # Of one value the data holds what its collection's own log says behind it, too.
            cmd["val"] = cmd.get("val", "").removesuffix("->0")
        wrong += [f"{number}: {one}" for one in checked(act, frame.evaluate(DRIVE, act["cmds"]))]
        frame.evaluate("window.done = true")
        frame.evaluate("window.sco.api.Terminate('')")
        if act["cui"]:
            if not any(cmd["el"] == "adl.nav.request" for cmd in act["cmds"]):
                learner.page.locator("[data-exit]").click()
            learner.page.wait_for_url(learner.here)
            is_open = ""
            is_over = slug == "DDMb" and any(cmd["val"] == "exitAll" for cmd in act["cmds"])
            (ended.add if is_over else ended.discard)(slug)
    assert wrong == [], f"{len(wrong)} answers differ: " + "; ".join(wrong)


def _sharing(act: str, stores: list[dict[str, Any]]) -> dict[str, Any]:
    return builders.page(f"item-{act}", f"Activity {act}", params=f"?act={act}", data=stores)


def reach(learner: Learner, title: str, act: str) -> None:
    """The case begins elsewhere than a course would by itself."""
    learner.page.frame_locator("#run").frame_locator("#course").locator("h1").wait_for()
    came = learner.page.frame(name="course").evaluate("location.search")
    if came.partition("act=")[2] != act:
        learner.click("choice", learner.id_of(title) if title else learner.leading_to(act))


def go_on(learner: Learner, frame: Any, act: dict[str, Any], following: str) -> None:
    """What ends this activity and leads to the next: the course's own wish, or a click."""
    asked = [cmd["val"] for cmd in act["cmds"] if cmd["el"] == "adl.nav.request"]
    cui = act["cui"]
    frame.evaluate("window.done = true")
    if cui == "" or cui.startswith(("Relaunch", "DMBx", "ExitCM09ba")):
        if asked or cui != "ExitCM09ba":
            frame.evaluate("window.sco.api.Terminate('')")
        if cui:
            learner.page.wait_for_url(learner.here)
            learner.open()
            reach(learner, "", following)
    elif cui.startswith("Choice~"):
        learner.click("choice", learner.id_of(cui.partition("~")[2]))
    elif cui in ("Continue", "Previous"):
        learner.click(cui.lower())
    elif cui.startswith(("APIt", "DMIt")):
        node = next(
            n
            for n in builders.walk(learner.manifest)
            if n.get("params", "").endswith(f"={following}")
        )
        learner.click("choice", node["id"])
    else:
        raise AssertionError(f"{cui}: no learner clicks that")
