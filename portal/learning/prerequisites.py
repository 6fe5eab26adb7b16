"""What must come before an item of a SCORM 1.2 package: the script its manifest gives.

`aicc_script`, as the SCORM 1.2 Content Aggregation Model describes it: ids of items, `&` and `|`
or, `~` not, `=` and `<>` compare a status, `3*{A,B,C,D}` so many of a set, and parentheses.
"""

import re
from collections.abc import Callable

MAX_CHARS = 4000
DONE = {"completed", "passed"}

# The single letters are the short forms of the standard AICC gave them.
STATUS = {
    "p": "passed", "c": "completed", "f": "failed", "i": "incomplete", "b": "browsed",
    "n": "not attempted", "passed": "passed", "completed": "completed", "failed": "failed",
    "complete": "completed", "incomplete": "incomplete", "browsed": "browsed",
    "not attempted": "not attempted", "notattempted": "not attempted",
}  # fmt: skip

_PARTS = re.compile(r"""\s*(<>|[&|~=(){},*]|"[^"]*"|[^\s&|~=(){},*<>"]+(?:[ ]+attempted)?)""")


class Unreadable(ValueError):
    """The script does not follow the grammar."""


class _Script:
    """A recursive descent over the parts of a script."""

    def __init__(self, text: str, status_of: Callable[[str], str]) -> None:
        if len(text) > MAX_CHARS:
            raise Unreadable("too long")
        self.parts: list[str] = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = _PARTS.match(text, at)
            if not match:
                raise Unreadable(text[at : at + 20])
            self.parts.append(match.group(1))
            at = match.end()
        self.at, self.status_of, self.depth = 0, status_of, 0
        self.named: list[str] = []

    def value(self) -> bool:
        result = self.either()
        if self.at != len(self.parts):
            raise Unreadable(self.parts[self.at])
        return result

    def peek(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def take(self, wanted: str = "") -> str:
        part = self.peek()
        if not part or (wanted and part != wanted):
            raise Unreadable(part or "the end")
        self.at += 1
        return part

    def either(self) -> bool:
        result = self.both()
        while self.peek() == "|":
            self.take()
            # Both sides are always read, so that a mistake behind a true one is found too.
            result = self.both() or result
        return result

    def both(self) -> bool:
        result = self.one()
        while self.peek() == "&":
            self.take()
            result = self.one() and result
        return result

    def one(self) -> bool:
        self.depth += 1
        if self.depth > 50:
            raise Unreadable("too deep")
        part = self.take()
        if part == "~":
            result = not self.one()
        elif part == "(":
            result = self.either()
            self.take(")")
        elif part == "{":
            result = all(self.members())
        elif part.isdigit() and self.peek() == "*":
            self.take()
            self.take("{")
            result = sum(self.members()) >= int(part)
        elif part in "&|=<>)},*":
            raise Unreadable(part)
        else:
            result = self.compared(part.strip('"'))
        self.depth -= 1
        return result

    def members(self) -> list[bool]:
        found = [self.either()]
        while self.peek() == ",":
            self.take()
            found.append(self.either())
        self.take("}")
        return found

    def compared(self, item: str) -> bool:
        self.named.append(item)
        status = self.status_of(item)
        if self.peek() not in ("=", "<>"):
            return status in DONE
        is_equal = self.take() == "="
        wanted = STATUS.get(self.take().strip('"').lower())
        if wanted is None:
            raise Unreadable(self.parts[self.at - 1])
        return (status == wanted) is is_equal


def are_met(text: str, status_of: Callable[[str], str]) -> bool:
    """Whether it holds; `status_of(item)` is a 1.2 lesson status.

    A script that nobody can read bars nobody: the import has said so.
    """
    try:
        return not text.strip() or _Script(text, status_of).value()
    except Unreadable:
        return True


def named_in(text: str) -> list[str]:
    """The items it speaks of; raises Unreadable where it does not follow the grammar."""
    if not text.strip():
        return []
    script = _Script(text, lambda item: "not attempted")
    script.value()
    return script.named
