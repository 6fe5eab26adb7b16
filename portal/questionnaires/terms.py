"""The terms under which a form is filled: its front matter, read.

`readers: hr, manager` says who reads what was sent, `hand-over: @finance` who takes it over,
`keep: 30 days` how long it stays after that (or after sending), `about: other` that it concerns
somebody else than whoever fills it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal import text
from portal.assignments.due import add_months
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.questionnaires.parser import Known

HR, MANAGER, SUBJECT, NONE = "hr", "manager", "subject", "none"
READERS = (HR, MANAGER, SUBJECT, NONE)
ABOUT = ("self", "other")
FORM_KEYS = COMMON_KEYS | {"readers", "hand-over", "keep", "about"}
MAX_KEEP = {"day": 3_650, "week": 520, "month": 240, "year": 20}

_KEEP = re.compile(r"(?P<number>[0-9]{1,4}) (?P<unit>day|week|month|year)s?")


@dataclass(frozen=True)
class Keep:
    """How long something is kept: a number of days, weeks, months or years."""

    number: int
    unit: str

    def __str__(self) -> str:
        return text.count(self.number, self.unit)

    def after(self, day: date) -> date:
        """The day on which it is erased."""
        if self.unit in ("month", "year"):
            return add_months(day, self.number * (12 if self.unit == "year" else 1))
        return day + timedelta(days=self.number * (7 if self.unit == "week" else 1))


def parse_keep(typed: str) -> Keep:
    """`30 days`, `6 months`. Raises ValueError with a sentence."""
    found = _KEEP.fullmatch(text.fold(typed))
    if found is None:
        raise ValueError(f"“{typed[:40]}” is no length of time: write “30 days” or “6 months”.")
    number, unit = int(found["number"]), found["unit"]
    if not 1 <= number <= MAX_KEEP[unit]:
        raise ValueError(f"Something is kept for 1 to {text.count(MAX_KEEP[unit], unit)}.")
    return Keep(number, unit)


@dataclass(frozen=True)
class Terms:
    """Who reads it, who takes it over, how long it stays, and whom it is about."""

    readers: tuple[str, ...] = (HR,)
    hand_over: str = ""
    keep: str = ""
    about: str = "self"

    def structure(self) -> dict[str, Any]:
        return {
            "readers": list(self.readers),
            "hand_over": self.hand_over,
            "keep": self.keep,
            "about": self.about,
        }


def read_terms(source: Source, known: Known) -> tuple[Terms, list[Problem]]:
    """The terms, and every problem at the line of its key."""
    problems = unknown_keys(source, FORM_KEYS)

    def wrong(key: str, message: str, level: Any = "error") -> None:
        problems.append(Problem(source.line_of(key), message, level))

    readers = _readers(source.meta.get("readers", ""), wrong)
    hand_over = _function(source.meta.get("hand-over", ""), known, wrong)
    keep = ""
    if typed := source.meta.get("keep", ""):
        try:
            keep = str(parse_keep(typed))
        except ValueError as error:
            wrong("keep", str(error))
    about = text.fold(source.meta.get("about", "")) or ABOUT[0]
    if about not in ABOUT:
        wrong("about", f"“{about[:40]}” is nobody: a form is about “self” or about “other”.")
        about = ABOUT[0]
    if readers == () and not source.meta.get("hand-over"):
        wrong(
            "readers", "Nobody would read this: say who takes it over, as in “hand-over: @finance”."
        )
    return Terms(readers, hand_over, keep, about), problems


def _readers(typed: str, wrong: Any) -> tuple[str, ...]:
    named = [text.fold(name) for name in typed.split(",") if name.strip()]
    for name in named:
        if name not in READERS:
            wrong("readers", f"“{name[:40]}” cannot read a form. There are {', '.join(READERS)}.")
    if NONE in named:
        if len(set(named)) > 1:
            wrong("readers", "“none” stands alone: nobody reads it but whoever takes it over.")
        return ()
    return tuple(name for name in READERS if name == HR or name in named)


def _function(typed: str, known: Known, wrong: Any) -> str:
    slug = typed.strip().removeprefix("@").lower()
    if not slug:
        return ""
    if slug not in known.functions:
        names = ", ".join(f"@{name}" for name in sorted(known.functions))
        wrong("hand-over", f"There is no function “@{slug[:40]}”. There are {names}.")
        return ""
    if slug in known.vacant:
        said = f"Nobody holds @{slug} today: what is sent waits until somebody does."
        wrong("hand-over", said, "warning")
    return slug
