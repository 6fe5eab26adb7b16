"""What a package's `imsmanifest.xml` says, as structure; and what is wrong with it, in sentences.

The structure, which the player, the sequencer and the tracking read:

`{"standard": "1.2"|"2004", "edition", "default": index, "organizations": [node…],
"objectives_global_to_system": bool, "unsupported": [sentence…]}`. A node has `id`, `title`,
`isVisible`, `children`, and where they are written `href` (a path within the package), `params`,
`type` (sco | asset), `prerequisites`, `max_time`, `time_limit_action`, `launch_data`, `mastery`,
`ct` (completion threshold), `hide` (controls), `data` (shared data) and `seq` (`sequences.py`).
An organization is a node with `objectivesGlobalToSystem` and `sharedDataGlobalToSystem`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from portal.learning.sequencing import unsupported
from portal.scorm import sequences
from portal.scorm.elements import Element, Unreadable, parse
from portal.scorm.zips import fold

NAME = "imsmanifest.xml"
MAX_ITEMS = 2_000
MAX_SAID = 20
MAX_TITLE_CHARS = 200
MAX_WORDS_CHARS = 64_000

_EDITIONS = {"cam 1.3": "2004 2nd Edition", "1.3": "2004 2nd Edition"}
_ELSEWHERE = (
    ("cmi5.xml", "a cmi5 package"),
    ("tincan.xml", "an xAPI (Tin Can) package"),
    (".crs", "an AICC package"),
)


@dataclass
class Manifest:
    """`problems`: why it cannot be played; `notes`: what is worth knowing."""

    structure: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(names: list[str]) -> str:
    """Where the manifest is: at the top, or one folder down. Raises Unreadable."""
    found = [name for name in names if name.rpartition("/")[2].lower() == NAME]
    found.sort(key=lambda name: (name.count("/"), name))
    if found and found[0].count("/") <= 1:
        return found[0]
    if found:
        raise Unreadable(
            f"The manifest is hidden too deep, at “{found[0]}”: zip the folder it is in."
        )
    for mark, called in _ELSEWHERE:
        if any(name.lower().endswith(mark) for name in names):
            raise Unreadable(
                f"This is {called}. The portal plays SCORM 1.2 and 2004: export it as one of these."
            )
    raise Unreadable(
        "There is no imsmanifest.xml in it, so it is no SCORM package. Export the course as SCORM"
        " 1.2 or 2004 and send that zip as it is."
    )


def read(content: bytes, at: str, members: Mapping[str, str]) -> Manifest:
    """The manifest that lies `at` this path; `members` gives each path by its folded form.

    Raises Unreadable where nothing can be said of it at all.
    """
    root = parse(content)
    if root.name.lower() != "manifest":
        raise Unreadable(f"The manifest begins with <{root.name[:60]}>, not with <manifest>.")
    return _Reader(root, at.rpartition("/")[0], members).read()


class _Reader:
    def __init__(self, root: Element, folder: str, members: Mapping[str, str]) -> None:
        self.root, self.members = root, members
        self.base = _joined(folder, root.get("xml:base"))
        self.made = Manifest()
        self.items = 0
        self.ids: set[str] = set()
        self.resources: dict[str, tuple[Element, str]] = {}
        self.collection = sequences.collected(root)

    # -- the whole -------------------------------------------------------------------------

    def read(self) -> Manifest:
        standard, edition = self._version()
        self.standard = standard
        self._read_resources()
        found, default = self._organizations()
        shared = all(root.get("objectivesGlobalToSystem", True) for root in found)
        not_followed = unsupported(found[default]) if found else []
        self.made.structure = {
            "standard": standard,
            "edition": edition,
            "default": default,
            "organizations": found,
            "objectives_global_to_system": shared,
            "unsupported": not_followed,
        }
        self.made.title = found[default]["title"] if found else ""
        if found and not any(_launched(root) for root in found):
            self._problem("None of its parts has a page to open.")
        self.made.notes += not_followed
        self.made.problems = _bounded(self.made.problems)
        self.made.notes = _bounded(self.made.notes)
        return self.made

    def _problem(self, sentence: str) -> None:
        self.made.problems.append(sentence)

    def _note(self, sentence: str) -> None:
        self.made.notes.append(sentence)

    def _version(self) -> tuple[str, str]:
        metadata = self.root.first("metadata")
        said = " ".join((metadata.words("schemaversion") if metadata else "").split())[:40]
        lower = said.lower().removeprefix("scorm ").strip()
        if lower == "1.2":
            return "1.2", "1.2"
        if "2004" in lower or lower in _EDITIONS:
            return "2004", _EDITIONS.get(lower, said)
        spaces = _spaces(self.root)
        if "adlcp_v1p3" in spaces or "imsss" in spaces:
            self._note("The manifest does not say which SCORM it is; it is read as 2004.")
            return "2004", "2004"
        if "commoncartridge" in spaces.replace("_", "") or "imscc" in spaces:
            raise Unreadable("This is a Common Cartridge, not a SCORM package.")
        if not said or "adlcp" in spaces:
            self._note("The manifest does not say which SCORM it is; it is read as 1.2.")
            return "1.2", "1.2"
        raise Unreadable(
            f"The manifest calls itself “{said}”. The portal plays SCORM 1.2 and 2004 (2nd to 4th"
            " edition): export the course as one of these."
        )

    def _organizations(self) -> tuple[list[dict[str, Any]], int]:
        around = self.root.first("organizations")
        elements = list(around.all("organization")) if around else []
        found = [self._organization(element) for element in elements]
        if not found and (only := self._without_organization()):
            found = [only]
        if not found:
            self._problem("The manifest has no organization, so there is nothing to open.")
        wanted = around.get("default") if around else ""
        names = [root["id"] for root in found]
        if wanted and found and wanted not in names:
            self._note(f"The manifest’s default organization “{wanted[:80]}” does not exist.")
        if len(found) > 1:
            self._note(f"It has {len(found)} organizations; the one in use is the default.")
        return found, names.index(wanted) if wanted in names else 0

    def _organization(self, element: Element) -> dict[str, Any]:
        root = self._node(element, is_root=True)
        root["objectivesGlobalToSystem"] = sequences.flag(
            element.get("objectivesGlobalToSystem"), True
        )
        root["sharedDataGlobalToSystem"] = sequences.flag(
            element.get("sharedDataGlobalToSystem"), True
        )
        return root

    def _without_organization(self) -> dict[str, Any] | None:
        """A package of resources alone is opened one after the other."""
        children = []
        for name, (element, _) in self.resources.items():
            if element.get("href") and _type_of(element) != "asset":
                node: dict[str, Any] = {"id": name, "title": name, "isVisible": True}
                children.append(node | self._launch(name, name, "") | {"children": []})
        if not children:
            return None
        self._note("The manifest has no organization; what can be opened is listed instead.")
        return {"id": "package", "title": "Package", "isVisible": True, "children": children}

    # -- items -----------------------------------------------------------------------------

    def _node(self, element: Element, is_root: bool = False) -> dict[str, Any]:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise Unreadable(f"The manifest has more than {MAX_ITEMS:,} items.")
        title = " ".join(element.words("title").split())[:MAX_TITLE_CHARS]
        node: dict[str, Any] = {
            "id": self._id(element),
            "title": title or ("Package" if is_root else "Untitled"),
            "isVisible": sequences.flag(element.get("isvisible"), True),
        }
        children = list(element.all("item"))
        wanted = element.get("identifierref").strip()
        if wanted and not is_root:
            node |= self._launch(node["title"], wanted, element.get("parameters"))
        elif not children and not is_root:
            self._note(f"“{node['title']}” has neither parts nor a page: it is left empty.")
        node |= self._words(element, node["title"])
        if self.standard == "2004":
            node |= _of_2004(element)
            seq = sequences.read(element, self.collection)
            if seq is not None:
                node["seq"] = seq
        node["children"] = [self._node(child) for child in children]
        return node

    def _id(self, element: Element) -> str:
        """Its own identifier, or one of ours where it has none, or another's."""
        name = element.get("identifier").strip()[:250] or f"item-{self.items}"
        if name in self.ids:
            self._note(f"Two parts have the identifier “{name[:80]}”.")
            name = f"{name[:230]}-{self.items}"
        self.ids.add(name)
        return name

    def _words(self, element: Element, title: str) -> dict[str, Any]:
        """What both standards let an item say to the learner's course."""
        said = {
            "prerequisites": element.words("prerequisites"),
            "max_time": element.words("maxtimeallowed"),
            "time_limit_action": element.words("timelimitaction"),
            "launch_data": _raw(element, "datafromlms"),
        }
        node: dict[str, Any] = {
            key: value[:MAX_WORDS_CHARS] for key, value in said.items() if value
        }
        if mastery := element.words("masteryscore"):
            score = sequences.number(mastery, -1)
            if 0 <= score <= 100:
                node["mastery"] = score
            else:
                self._note(f"“{title}” asks for a score of “{mastery[:20]}”, which is no score.")
        return node

    # -- resources -------------------------------------------------------------------------

    def _read_resources(self) -> None:
        around = self.root.first("resources")
        if around is None:
            return
        base = _joined(self.base, around.get("xml:base"))
        for element in around.all("resource"):
            name = element.get("identifier").strip()
            own = _joined(base, element.get("xml:base"))
            self.resources.setdefault(name, (element, own))
            for file in element.all("file"):
                self._check_file(file.get("href"), own)
        for element, _ in self.resources.values():
            for other in element.all("dependency"):
                wanted = other.get("identifierref").strip()
                if wanted not in self.resources:
                    self._note(f"The manifest needs a resource “{wanted[:80]}” it does not have.")

    def _check_file(self, href: str, base: str) -> None:
        path, _ = _address(href)
        if not path or _is_elsewhere(href):
            return
        if self._member(base, path) is None:
            self._note(f"The file “{_shown(href)}” is missing.")

    def _launch(self, title: str, wanted: str, params: str) -> dict[str, Any]:
        """How a part is opened; says what is wrong when it cannot be."""
        if wanted not in self.resources:
            self._problem(
                f"“{title}” points to a resource “{wanted[:80]}” that the manifest does not have."
            )
            return {}
        element, base = self.resources[wanted]
        href = element.get("href").strip()
        if not href:
            self._problem(f"The resource of “{title}” does not say which page to open.")
            return {}
        if _is_elsewhere(href):
            self._problem(
                f"“{title}” opens a page of another site, {_shown(href)}: a package must bring"
                " its own pages."
            )
            return {}
        path, query = _address(href)
        member = self._member(base, path)
        if member is None:
            self._problem(f"“{title}” opens “{_shown(href)}”, which is not in the package.")
            return {}
        kind = _type_of(element)
        if not kind:
            self._note(f"The manifest does not say whether “{title}” reports; it is played as if.")
        node = {"href": member, "type": kind or "sco"}
        if params := _parameters(query, params):
            node["params"] = params
        return node

    def _member(self, base: str, path: str) -> str | None:
        """The member's own path; with or without its escapes, whatever the case."""
        for each in (path, unquote(path)):
            joined = _resolved(base, each)
            if joined is not None and (found := self.members.get(fold(joined))):
                return found
        return None


def _of_2004(element: Element) -> dict[str, Any]:
    node: dict[str, Any] = {}
    threshold = element.first("completionThreshold")
    if threshold is not None:
        node["ct"] = sequences.figures(threshold.attributes, "minProgressMeasure", "progressWeight")
        measure = {"minProgressMeasure": threshold.text.strip()}
        if not node["ct"] and sequences.figures(measure, *measure):
            # As the 2nd and 3rd edition write it: with a measure it is by measure.
            node["ct"] = {"completedByMeasure": "true", **measure}
    presentation = element.first("presentation")
    interface = presentation.first("navigationInterface") if presentation else None
    if interface is not None:
        node["hide"] = [hidden.text.strip() for hidden in interface.all("hideLMSUI")]
    data = element.first("data")
    if data is not None:
        node["data"] = [dict(each.attributes) for each in data.all("map")]
    return node


def _type_of(element: Element) -> str:
    """`sco`, `asset`, or "" where it does not say."""
    said = element.get("scormtype").strip().lower()
    return said if said in ("sco", "asset") else ""


def _raw(element: Element, name: str) -> str:
    """What is handed to the course is handed as it stands, margins and all."""
    child = element.first(name)
    return child.text if child and child.text.strip() else ""


def _launched(node: dict[str, Any]) -> bool:
    return bool(node.get("href")) or any(_launched(child) for child in node["children"])


def _spaces(root: Element) -> str:
    """Every namespace in use near the top, to tell one standard from another."""
    found = {root.space}
    level = [root]
    for _ in range(4):
        level = [child for element in level for child in element.children]
        found |= {child.space for child in level}
    return " ".join(sorted(found)).lower()


def _is_elsewhere(href: str) -> bool:
    """Another site's address; a drive letter is none."""
    return (
        href.startswith("//") or "://" in href or href.lower().startswith(("data:", "javascript:"))
    )


def _address(href: str) -> tuple[str, str]:
    """The path, and the rest from its `?` or `#` on."""
    href = href.strip().replace("\\", "/")
    ends = [at for mark in "?#" if (at := href.find(mark)) >= 0]
    end = min(ends, default=len(href))
    return href[:end], href[end:]


def _parameters(query: str, params: str) -> str:
    """What follows the page's address: its own query first, then the item's parameters."""
    params = params.strip()
    if not query:
        return params[:2_000]
    rest = params.lstrip("?&")
    if not rest:
        return query[:2_000]
    if rest.startswith("#"):
        return (query if "#" in query else query + rest)[:2_000]
    head, mark, anchor = query.partition("#")
    joined = f"{head}&{rest}" if len(head) > 1 else f"?{rest}"
    return f"{joined}{mark}{anchor}"[:2_000]


def _joined(base: str, more: str) -> str:
    """One `xml:base` after another; an address elsewhere changes nothing."""
    more = more.strip().replace("\\", "/")
    if not more or _is_elsewhere(more):
        return base
    return _resolved(base, unquote(more.rstrip("/"))) or base


def _resolved(base: str, path: str) -> str | None:
    """The path within the package, without `.` and `..`; None where it leads outside."""
    steps = base.split("/") if base and not path.startswith("/") else []
    for step in path.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _shown(href: str) -> str:
    return href if len(href) <= 120 else f"{href[:60]}…{href[-50:]}"


def _bounded(sentences: list[str]) -> list[str]:
    """Each once, and not more than one reads."""
    each = list(dict.fromkeys(sentences))
    left = len(each) - MAX_SAID
    return each if left <= 0 else [*each[:MAX_SAID], f"And {left} more of this kind."]
