"""Packages built in memory: SCORM 1.2 and 2004, from a tree of parts, and bad zips on purpose.

A tree is a list of nodes in the shape of `scorm/manifest.py`: `page()` makes the usual ones. The
pages of a package carry the JavaScript that is given for them; `HOOK` makes one that a test drives.
"""

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape, quoteattr

# The page finds its API as courses do, and hands it to the test: `window.sco.call("GetValue", …)`.
FINDER = """
function findApi(name) {
  var at = window, tries = 0;
  while (at && tries++ < 20) {
    try { if (at[name]) return at[name]; } catch (e) { return null; }
    if (at.parent && at.parent !== at) at = at.parent;
    else if (at.opener && at.opener !== at) at = at.opener;
    else return null;
  }
  return null;
}
"""
HOOK_12 = (
    FINDER
    + """
window.sco = { standard: "1.2", api: findApi("API"), call: function () {
  var args = Array.prototype.slice.call(arguments), name = args.shift();
  var long = name.indexOf("LMS") === 0 ? name : "LMS" + name;
  if (long === "LMSInitialize" || long === "LMSFinish" || long === "LMSCommit") args = [""];
  return String(this.api[long].apply(this.api, args)); } };
"""
)
HOOK_2004 = (
    FINDER
    + """
window.sco = { standard: "2004", api: findApi("API_1484_11"), call: function () {
  var args = Array.prototype.slice.call(arguments), name = args.shift();
  if (name === "Initialize" || name === "Terminate" || name === "Commit") args = [""];
  return String(this.api[name].apply(this.api, args)); } };
"""
)
HOOKS = {"1.2": HOOK_12, "2004": HOOK_2004}
# Goes through with it at once: begun, read, done.
COMPLETE_12 = HOOK_12 + (
    'sco.call("Initialize"); sco.call("SetValue", "cmi.core.lesson_status", "completed");'
    'sco.call("Commit"); window.addEventListener("pagehide", function () { sco.call("Finish"); });'
)
COMPLETE_2004 = HOOK_2004 + (
    'sco.call("Initialize"); sco.call("SetValue", "cmi.completion_status", "completed");'
    'sco.call("Commit");'
    'window.addEventListener("pagehide", function () { sco.call("Terminate"); });'
)

_HEAD_12 = (
    '<manifest identifier="M" version="1.1"'
    ' xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"'
    ' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
)
_HEAD_2004 = (
    '<manifest identifier="M" version="1"'
    ' xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"'
    ' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'
    ' xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"'
    ' xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"'
    ' xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
    "<metadata><schema>ADL SCORM</schema><schemaversion>{edition}</schemaversion></metadata>"
)
EDITION = "2004 4th Edition"
_GLOBAL = (("adlseq", "objectivesGlobalToSystem"), ("adlcp", "sharedDataGlobalToSystem"))


def html(script: str, title: str = "Page", body: str = "", head: str = "") -> bytes:
    """A page that runs this script."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{head}</head><body><h1>{escape(title)}</h1>{body}<script>{script}</script></body></html>"
    ).encode()


def page(name: str = "one", title: str = "", **more: Any) -> dict[str, Any]:
    """A part with a page of its own; `more` is whatever else a node says."""
    return {
        "id": name,
        "title": title or name.capitalize(),
        "isVisible": True,
        "href": f"{name}.html",
        "type": "sco",
        "children": [],
    } | more


def folder(name: str, children: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.capitalize(), "isVisible": True, "children": children} | more


def root(children: list[dict[str, Any]], title: str = "Fire safety", **more: Any) -> dict[str, Any]:
    return {"id": "org", "title": title, "isVisible": True, "children": children} | more


# -- whole packages ----------------------------------------------------------------------------


def package(
    tree: list[dict[str, Any]] | dict[str, Any] | None = None,
    standard: str = "1.2",
    *,
    script: str | None = None,
    scripts: dict[str, str] | None = None,
    files: dict[str, bytes] | None = None,
    title: str = "Fire safety",
    edition: str = EDITION,
    under: str = "",
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A zip of the tree (parts, or a root with its rules), each page with its `script`.

    `scripts` gives one page its own, by path; `files` adds members, or replaces them. `under` is a
    folder all of it lies in.
    """
    whole = tree if isinstance(tree, dict) else root(tree or [page()], title)
    plain = HOOKS[standard] if script is None else script
    members = {"imsmanifest.xml": manifest(whole, standard, edition=edition)}
    for node in walk(whole):
        if path := node.get("href"):
            members[path] = html((scripts or {}).get(path, plain), node["title"])
    members |= files or {}
    return zipped({f"{under}{name}": content for name, content in members.items()}, method)


def single(standard: str = "1.2", script: str | None = None, **more: Any) -> bytes:
    """One SCO."""
    return package([page("index", "Fire safety")], standard, script=script, **more)


def several(standard: str = "1.2", count: int = 3, script: str | None = None, **more: Any) -> bytes:
    """Several SCOs, one after the other."""
    parts = [page(f"part-{n}", f"Part {n}") for n in range(1, count + 1)]
    return package(parts, standard, script=script, **more)


def frameset(standard: str = "1.2", script: str | None = None) -> bytes:
    """The SCO lies in a frame of a frameset, as older tools have it."""
    plain = HOOKS[standard] if script is None else script
    outer = (
        b"<html><head><title>Frames</title></head>"
        b'<frameset rows="40,*"><frame src="menu.html"><frame name="main" src="content.html">'
        b"</frameset></html>"
    )
    files = {
        "index.html": outer,
        "menu.html": html("", "Menu"),
        "content.html": html(plain, "Content"),
    }
    return package([page("index")], standard, files=files)


def popup(standard: str = "1.2", script: str | None = None) -> bytes:
    """The launch page opens the course in a window of its own."""
    plain = HOOKS[standard] if script is None else script
    files = {
        "index.html": html(
            'document.getElementById("go").onclick = function () {'
            ' window.open("course.html", "course", "width=800,height=600"); };',
            "Launch",
            '<button id="go">Open the course</button>',
        ),
        "course.html": html(plain, "Course"),
    }
    return package([page("index")], standard, files=files)


def from_case(case: dict[str, Any]) -> bytes:
    """An official test case as a package of the 4th edition, whose pages a test drives."""
    pages = {n["href"].partition("?")[0] for n in walk(case["manifest"]) if n.get("href")}
    script = HOOK_2004 + "sco.parameters = location.search;"
    files = {path: html(script, "Activity") for path in pages}
    return package(case["manifest"], "2004", files=files)


def walk(node: dict[str, Any]) -> Any:
    yield node
    for child in node.get("children", ()):
        yield from walk(child)


# -- manifests ---------------------------------------------------------------------------------


def manifest(
    whole: dict[str, Any], standard: str = "1.2", *, edition: str = EDITION, more: str = ""
) -> bytes:
    """The manifest of a tree; `more` goes in front of its end."""
    head = _HEAD_12 if standard == "1.2" else _HEAD_2004.format(edition=edition)
    flags = "".join(
        f' {prefix}:{name}="{str(whole.get(name, True)).lower()}"'
        for prefix, name in _GLOBAL
        if standard == "2004"
    )
    items = "".join(_item(child, standard) for child in whole["children"])
    resources = "".join(
        f'<resource identifier={quoteattr("R-" + node["id"])} type="webcontent"'
        f' adlcp:{"scormtype" if standard == "1.2" else "scormType"}="{node.get("type") or "sco"}"'
        f" href={quoteattr(node['href'])}><file href={quoteattr(node['href'])}/></resource>"
        for node in walk(whole)
        if node.get("href")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f"<organizations default={quoteattr(whole['id'])}>"
        f"<organization identifier={quoteattr(whole['id'])}{flags}>"
        f"<title>{escape(whole['title'])}</title>{items}{_rest(whole, standard)}"
        f"</organization></organizations><resources>{resources}</resources>{more}</manifest>"
    ).encode()


def _item(node: dict[str, Any], standard: str) -> str:
    refers = f" identifierref={quoteattr('R-' + node['id'])}" if node.get("href") else ""
    params = f" parameters={quoteattr(node['params'])}" if node.get("params") else ""
    hidden = ' isvisible="false"' if not node.get("isVisible", True) else ""
    children = "".join(_item(child, standard) for child in node.get("children", ()))
    return (
        f"<item identifier={quoteattr(node['id'])}{refers}{params}{hidden}>"
        f"<title>{escape(node['title'])}</title>{children}{_rest(node, standard)}</item>"
    )


_WORDS = {
    "prerequisites": ("prerequisites", ' type="aicc_script"'),
    "max_time": ("maxtimeallowed", ""),
    "time_limit_action": ("timelimitaction", ""),
    "launch_data": ("datafromlms", ""),
    "mastery": ("masteryscore", ""),
}
_WORDS_2004 = {"time_limit_action": ("timeLimitAction", ""), "launch_data": ("dataFromLMS", "")}
# As the cases call them.
ALSO = {"timeLimitAction": "time_limit_action", "dataFromLMS": "launch_data"}


def _rest(node: dict[str, Any], standard: str) -> str:
    node = {ALSO.get(key, key): value for key, value in node.items()}
    words = _WORDS if standard == "1.2" else _WORDS_2004
    said = "".join(
        f"<adlcp:{tag}{extra}>{escape(str(node[key]))}</adlcp:{tag}>"
        for key, (tag, extra) in words.items()
        if node.get(key) not in (None, "")
    )
    return said if standard == "1.2" else said + _rest_2004(node)


def _rest_2004(node: dict[str, Any]) -> str:
    said = ""
    if "ct" in node:
        given = {key: value for key, value in node["ct"].items() if key != "text"}
        said += f"<adlcp:completionThreshold{_attributes(given)}/>"
    if "data" in node:
        maps = "".join(f"<adlcp:map{_attributes(each)}/>" for each in node["data"])
        said += f"<adlcp:data>{maps}</adlcp:data>"
    if "seq" in node:
        said += sequencing(node["seq"])
    if "hide" in node:
        hidden = "".join(f"<adlnav:hideLMSUI>{word}</adlnav:hideLMSUI>" for word in node["hide"])
        said += (
            "<adlnav:presentation><adlnav:navigationInterface>"
            f"{hidden}</adlnav:navigationInterface></adlnav:presentation>"
        )
    return said


def _attributes(given: dict[str, Any]) -> str:
    return "".join(
        f" {key}={quoteattr(str(value).lower() if isinstance(value, bool) else str(value))}"
        for key, value in given.items()
    )


_SINGLE = {
    "preConditionRules": "preConditionRule",
    "exitConditionRules": "exitConditionRule",
    "postConditionRules": "postConditionRule",
}
_MAP = (
    "targetObjectiveID",
    "readSatisfiedStatus",
    "readNormalizedMeasure",
    "writeSatisfiedStatus",
    "writeNormalizedMeasure",
)


def sequencing(seq: dict[str, Any], name: str = "") -> str:
    """`imsss:sequencing` as a manifest has it."""
    said = ""
    if "controls" in seq:
        said += f"<imsss:controlMode{_attributes(seq['controls'])}/>"
    if "rules" in seq:
        rules = "".join(
            _rule(_SINGLE[key], rule) for key, found in seq["rules"].items() for rule in found
        )
        said += f"<imsss:sequencingRules>{rules}</imsss:sequencingRules>"
    if "limits" in seq:
        said += f"<imsss:limitConditions{_attributes(seq['limits'])}/>"
    if "rollupAttrs" in seq or "rollup" in seq:
        rules = "".join(_rollup(rule) for rule in seq.get("rollup", ()))
        said += (
            f"<imsss:rollupRules{_attributes(seq.get('rollupAttrs', {}))}>{rules}"
            "</imsss:rollupRules>"
        )
    said += _objectives(seq)
    if "randomization" in seq:
        said += f"<imsss:randomizationControls{_attributes(seq['randomization'])}/>"
    if "delivery" in seq:
        said += f"<imsss:deliveryControls{_attributes(seq['delivery'])}/>"
    if "constrained" in seq:
        said += f"<adlseq:constrainedChoiceConsiderations{_attributes(seq['constrained'])}/>"
    if "considerations" in seq:
        said += f"<adlseq:rollupConsiderations{_attributes(seq['considerations'])}/>"
    own = f' ID="{name}"' if name else ""
    return f"<imsss:sequencing{own}>{said}</imsss:sequencing>"


def _conditions(tag: str, rule: dict[str, Any]) -> str:
    said = ""
    for each in rule["conditions"]:
        given = {k: v for k, v in each.items() if k != "parameters"}
        if "parameters" in each:
            given["measureThreshold"] = each["parameters"]["threshold"]
        said += f"<imsss:{tag}Condition{_attributes(given)}/>"
    joined = rule["conditionCombination"]
    return f'<imsss:{tag}Conditions conditionCombination="{joined}">{said}</imsss:{tag}Conditions>'


def _rule(tag: str, rule: dict[str, Any]) -> str:
    return (
        f"<imsss:{tag}>{_conditions('rule', rule)}"
        f'<imsss:ruleAction action="{rule["action"]}"/></imsss:{tag}>'
    )


def _rollup(rule: dict[str, Any]) -> str:
    given = {"childActivitySet": rule["consideration"]} | {
        key: rule[key] for key in ("minimumCount", "minimumPercent") if rule.get(key)
    }
    return (
        f"<imsss:rollupRule{_attributes(given)}>{_conditions('rollup', rule)}"
        f'<imsss:rollupAction action="{rule["action"]}"/></imsss:rollupRule>'
    )


def _objectives(seq: dict[str, Any]) -> str:
    found = [seq["primary"]] if "primary" in seq else []
    found += seq.get("objectives", [])
    if not found:
        return ""
    said = more = ""
    for objective in found:
        maps = objective.get("mapInfo", [])
        tag = "primaryObjective" if objective["isPrimary"] else "objective"
        own = f" objectiveID={quoteattr(objective['objectiveID'])}"
        if objective["isPrimary"] and not objective["objectiveID"]:
            own = ""
        by_measure = str(objective["satisfiedByMeasure"]).lower()
        measure = objective["minNormalizedMeasure"]
        plain = "".join(
            f"<imsss:mapInfo{_attributes({key: each[key] for key in _MAP})}/>" for each in maps
        )
        said += (
            f'<imsss:{tag}{own} satisfiedByMeasure="{by_measure}">'
            f"<imsss:minNormalizedMeasure>{measure}</imsss:minNormalizedMeasure>{plain}"
            f"</imsss:{tag}>"
        )
        extra = [
            {key: value for key, value in each.items() if key not in _MAP[1:]}
            for each in maps
            if len(each) > len(_MAP)
        ]
        if extra:
            added = "".join(f"<adlseq:mapInfo{_attributes(each)}/>" for each in extra)
            more += f"<adlseq:objective{own}>{added}</adlseq:objective>"
    whole = f"<imsss:objectives>{said}</imsss:objectives>"
    return whole + (f"<adlseq:objectives>{more}</adlseq:objectives>" if more else "")


# -- zips --------------------------------------------------------------------------------------


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members, named exactly so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as whole:
        for name, content in members.items():
            entry = zipfile.ZipInfo("x", (2026, 11, 22, 12, 0, 0))
            # Set afterwards: the constructor would mend what tests want wrong.
            entry.filename, entry.compress_type = name, method
            whole.writestr(entry, content)
    return file.getvalue()
