"""Reads a document's source into front matter and body, and says line by line what is wrong.

Never raises over what a person typed, and never changes the source: whoever stores a document
stores the text itself. What a body means is the business of its kind's own parser.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import yaml
from frontmatter.default_handlers import YAMLHandler

from portal import text
from portal.documents.terms import COMMON_KEYS, COMPLAINTS, MAX_SUMMARY_CHARS

FENCE = "---"
REQUIRED_KEYS = ("kind", "title")
MAX_FRONT_MATTER_CHARS = 8_000
MAX_VALUE_CHARS = 2_000
# Reading a list of lists of lists costs a second before it is found to be too deep.
MAX_BRACKETS = 100
MAX_TITLE_CHARS = 200
_LIMITS = {"title": MAX_TITLE_CHARS, "summary": MAX_SUMMARY_CHARS}


@dataclass(frozen=True, order=True)
class Problem:
    """A sentence about one line of the source. An error stops publishing, a warning does not.

    `needs` is the text that is not there yet, as `form:thirty-days`, where that is all the trouble.
    """

    line: int
    message: str
    level: Literal["error", "warning"] = "error"
    needs: str = ""


@dataclass(frozen=True)
class Source:
    """A document taken apart: `body_line` and `lines` (key → line) count from 1 in the source."""

    meta: dict[str, str]
    body: str
    body_line: int
    problems: list[Problem]
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    def line_of(self, key: str) -> int:
        """Where the key is written; the first line when it is not."""
        return self.lines.get(key, 1)


def read(source: str) -> Source:
    """The source taken apart, with every problem of its front matter and of its size and depth.

    Values are the words as typed ("1.10" stays "1.10"); a list of words becomes "a, b". Keys are
    folded: `Review by` and `review_by` are `review-by`.
    """
    refusals = _refusals(source)
    if refusals:
        return Source({}, "", 1, refusals)
    lines = normal(source).split("\n")
    if not _is_fence(lines[0]):
        return _without_front_matter(lines)
    end = next((n for n in range(1, len(lines)) if _is_fence(lines[n])), None)
    if end is None:
        message = f"The front matter never ends: put {FENCE} on a line of its own under it."
        return Source({}, "", len(lines), [Problem(1, message)])
    head = _Head(lines[1:end])
    body = "\n".join(lines[end + 1 :])
    return Source(
        head.meta, body, end + 2, sorted([*head.problems, *_too_much(body, end + 1)]), head.lines
    )


def normal(source: str | None) -> str:
    """The text as every system writes it: line feeds end lines, and no mark stands before it."""
    return (source or "").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _refusals(source: str) -> list[Problem]:
    """What makes the text not worth taking apart: its size, or characters nobody can store."""
    try:
        text.clean(source)
        if len(source.encode()) <= text.MAX_SOURCE_BYTES:
            return []
    except ValueError:
        pass
    return [Problem(line, message) for line, message in text.problems_of(source)]


def _too_much(body: str, lines_above: int) -> list[Problem]:
    found = text.problems_of(body)
    return [Problem(line + lines_above, message) for line, message in found]


def _is_fence(line: str) -> bool:
    return YAMLHandler.FM_BOUNDARY.fullmatch(line) is not None


def _without_front_matter(lines: list[str]) -> Source:
    keys = ", ".join(f"“{key}: …”" for key in REQUIRED_KEYS)
    message = f"A document begins with its front matter: {FENCE}, then {keys}, then {FENCE}."
    body = "\n".join(lines)
    return Source({}, body, 1, [Problem(1, message), *_too_much(body, 0)])


class _Head:
    """The front matter while it is read: the first line of `lines` is line 2 of the source."""

    def __init__(self, lines: list[str]) -> None:
        self.raw = lines
        self.meta: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._read()

    def _read(self) -> None:
        source = "\n".join(_quoted_at(line) for line in self.raw)
        if len(source) > MAX_FRONT_MATTER_CHARS:
            limit = f"{MAX_FRONT_MATTER_CHARS:,} characters"
            return self._problem(0, f"The front matter is longer than {limit}.")
        if source.count("[") + source.count("{") > MAX_BRACKETS:
            return self._problem(0, "The front matter is nested too deeply.")
        try:
            node = yaml.compose(source, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            return self._unreadable(error, source)
        except RecursionError:
            return self._problem(0, "The front matter is nested too deeply.")
        if node is not None and not isinstance(node, yaml.MappingNode):
            return self._problem(
                node.start_mark.line, "The front matter is lines of the form “title: Welcome”."
            )
        for key, value in node.value if node else ():
            self._take(key, value)
        self._ask_for_required()
        return self._check_common()

    def _take(self, key: yaml.Node, value: yaml.Node) -> None:
        at = key.start_mark.line
        if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
            return self._problem(at, "A key is one word, as in “title: Welcome”.")
        name = _key(key.value)
        if name in self.meta:
            return self._problem(at, f"“{name}” is given twice; line {self.lines[name]} has it.")
        words = _words(value)
        if words is None:
            return self._problem(at, f"“{name}” takes words on its own line, or a list of words.")
        limit = _LIMITS.get(name, MAX_VALUE_CHARS)
        if len(words) > limit:
            return self._problem(at, f"“{name}” has {len(words):,} characters; {limit:,} at most.")
        self.meta[name], self.lines[name] = words, at + 2
        return None

    def _ask_for_required(self) -> None:
        known = set(self.meta) | {_key(line.partition(":")[0]) for line in self.raw}
        for name in REQUIRED_KEYS:
            if name not in known:
                self._problem(-1, f"The front matter lacks “{name}: …”.")
            elif name in self.meta and not self.meta[name]:
                self._problem(self.lines[name] - 2, _empty(name, self.raw[self.lines[name] - 2]))

    def _check_common(self) -> None:
        """The keys that mean the same for every kind; whether a name is known, `head.py` asks."""
        for name, complaint in COMPLAINTS.items():
            message = complaint(self.meta[name]) if self.meta.get(name) else ""
            if message:
                self._problem(self.lines[name] - 2, message)

    def _unreadable(self, error: yaml.YAMLError, source: str) -> None:
        at = min(_line_of(error, source), len(self.raw) - 1)
        self._problem(at, _advice(self.raw[at] if self.raw else ""))

    def _problem(self, at: int, message: str) -> None:
        self.problems.append(Problem(at + 2, message))


def _key(typed: str) -> str:
    return re.sub(r"[ _]+", "-", text.fold(typed))


def _words(value: yaml.Node) -> str | None:
    """A scalar as typed, or a flat list joined; None for anything deeper (or a bomb of aliases)."""
    if isinstance(value, yaml.ScalarNode):
        return "" if value.tag.endswith(":null") else str(value.value).strip()
    if isinstance(value, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) for item in value.value
    ):
        return ", ".join(str(item.value) for item in value.value)
    return None


# YAML gives @ no meaning and refuses it; people write it, so it is quoted for them.
_AT = re.compile(r"(\w[\w -]*:[ \t]+)(@[\w.-]+)([ \t]*|[ \t]+#.*)")


def _quoted_at(line: str) -> str:
    found = _AT.fullmatch(line)
    return f'{found[1]}"{found[2]}"{found[3]}' if found else line


def _empty(name: str, line: str) -> str:
    if "#" in line:
        return f"“{name}” is empty, because # begins a remark: put the words in quotes."
    return f"“{name}” is empty."


def _line_of(error: yaml.YAMLError, source: str) -> int:
    if isinstance(error, yaml.reader.ReaderError):
        return source.count("\n", 0, int(error.position))
    if not isinstance(error, yaml.MarkedYAMLError):
        return 0
    mark, context = error.problem_mark, error.context_mark
    # A quote that is never closed is noticed at the very end; it began where the context says.
    if context is not None and "scanning a quoted" in str(error.context):
        mark = context
    return mark.line if mark is not None else 0


_ENTRY = re.compile(r"\s*(?P<key>[\w -]+):\s*(?P<value>\S.*)")


def _advice(line: str) -> str:
    entry = _ENTRY.fullmatch(line.rstrip())
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "The line begins with a tab; begin it with its key."
    if entry is None:
        return "This line is not of the form “title: Welcome”."
    value = entry["value"].strip().strip("\"'")
    reason = "contains a colon" if ": " in value or value.endswith(":") else "begins or ends oddly"
    quoted = _quoted(value)
    return f"The value {reason}, so put it in quotes: {entry['key'].strip()}: {quoted}"


def _quoted(value: str) -> str:
    dumped: str = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9)
    return dumped.strip()


def unknown_keys(source: Source, allowed: Collection[str] = COMMON_KEYS) -> list[Problem]:
    """A warning for every key this kind of document does not read."""
    return [
        Problem(source.line_of(key), _unknown(key, allowed), "warning")
        for key in source.meta
        if key not in allowed
    ]


def _unknown(key: str, allowed: Collection[str]) -> str:
    close = get_close_matches(key, sorted(allowed), 1)
    if close:
        return f"“{key}” is not read here. Did you mean “{close[0]}”?"
    return f"“{key}” is not read here. Known are: {', '.join(sorted(allowed))}."


def join(meta: Mapping[str, str], body: str) -> str:
    """The source of a document, such that `read` gives the same meta and body again."""
    return "\n".join([FENCE, *(entry(*pair) for pair in meta.items()), FENCE, body])


def entry(key: str, value: str) -> str:
    """A line of front matter that means exactly this value."""
    return f"{key}: {value}" if _is_plain(key, value) else f"{key}: {_quoted(value)}"


def _is_plain(key: str, value: str) -> bool:
    """Whether the value means itself without quotes."""
    if "\n" in value:
        return False
    head = _Head([f"{key}: {value}"])
    return head.meta.get(key) == value
