"""A rating, as it is written and as it is kept: `( ) 2 Proficient: leaves it better than found`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MIN_ROWS, MAX_ROWS = 2, 7
MAX_LABEL_CHARS = 80
MAX_TEXT_CHARS = 600

_ROW = re.compile(r"\(\s?(?P<mark>[xX]?)\s?\)(?P<rest>.*)", re.DOTALL)
_VALUE = re.compile(r"(?P<value>[0-9]{1,3})[.)]?(?:\s+|$)")


@dataclass(frozen=True)
class Anchor:
    """One row of a rating: its number, its name, and what it looks like when it is so."""

    value: int
    label: str
    text: str = ""


def is_row(line: str) -> bool:
    """Whether the line is meant as a row of a rating: it begins with ( )."""
    return _ROW.match(line.strip()) is not None


def rest_of(line: str) -> str:
    """What stands behind the ( ) of a row."""
    found = _ROW.match(line.strip())
    return found["rest"].strip() if found else ""


def read_row(line: str, complain: Callable[[str], Any]) -> Anchor | None:
    """The row on that line; None, after `complain(sentence)`, when it is none."""
    found = _ROW.match(line.strip())
    rest = " ".join(found["rest"].split()) if found else ""
    value = _VALUE.match(rest)
    if found is None or value is None:
        complain(
            "A row of a rating is a number and a name, as in “( ) 1 Developing: needs help”. "
            "An option to choose begins with “- ( )”."
        )
        return None
    if found["mark"]:
        complain("A rating has no right answer: write ( ) in place of (x).")
    label, _, text = rest[value.end() :].partition(":")
    label, text = label.strip(), text.strip()
    if not label:
        complain(f"This row has no name: write “( ) {int(value['value'])} Developing”.")
        return None
    for what, words, limit in (("name", label, MAX_LABEL_CHARS), ("text", text, MAX_TEXT_CHARS)):
        if len(words) > limit:
            complain(f"The {what} of a row has {limit} characters at most.")
    return Anchor(int(value["value"]), label[:MAX_LABEL_CHARS], text[:MAX_TEXT_CHARS])


def follows(anchor: Anchor, before: list[Anchor]) -> str:
    """Why the row cannot follow those before it; empty when it can."""
    expected = len(before) + 1
    if anchor.value != expected:
        return f"The rows of a rating are numbered 1, 2, 3 …: this one is {expected}."
    if expected > MAX_ROWS:
        return f"A rating has {MAX_ROWS} rows at most."
    if any(anchor.label.casefold() == other.label.casefold() for other in before):
        return f"“{anchor.label}” is the name of another row already."
    return ""


def to_rows(anchors: list[Anchor]) -> list[list[Any]]:
    """As it is kept in JSON."""
    return [[anchor.value, anchor.label, anchor.text] for anchor in anchors]


def from_rows(rows: list[list[Any]]) -> tuple[Anchor, ...]:
    return tuple(Anchor(*row) for row in rows)
