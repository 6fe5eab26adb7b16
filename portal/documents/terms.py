"""The keys of front matter that mean the same for every kind, and what their values look like.

Whether somebody is really called so is another question, which `head.py` asks the database.
"""

import re
from datetime import date

from portal.people import audience

COMMON_KEYS = frozenset(
    {"kind", "title", "summary", "audience", "owner", "review-by", "review-every", "approver"}
)
MAX_SUMMARY_CHARS = 400
MAX_MONTHS = 120

_FUNCTION = re.compile(r"@[a-z0-9-]{1,40}")
_ADDRESS = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>.]+")
_SPAN = re.compile(r"(\d{1,3}) ?(month|year)s?")


def is_function(value: str) -> bool:
    """Whether the words name a function: `@legal`."""
    return _FUNCTION.fullmatch(value) is not None


def months_of(value: str) -> int:
    """How many months `12 months` or `2 years` are; 0 for what is no such span."""
    found = _SPAN.fullmatch(" ".join(value.split()))
    return int(found[1]) * (12 if found[2] == "year" else 1) if found else 0


def _bad_audience(rule: str) -> str:
    try:
        audience.parse(rule)
    except audience.RuleError as error:
        return f"The audience cannot be read at column {error.column}. {error.message}"
    return ""


def _bad_date(value: str) -> str:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return ""
    except ValueError:
        pass
    return f"“{value}” is not a date such as 2026-01-31."


def _bad_name(value: str) -> str:
    if is_function(value) or _ADDRESS.fullmatch(value):
        return ""
    return f"“{value}” is neither an address nor a function such as @legal."


def _bad_span(value: str) -> str:
    if 1 <= months_of(value) <= MAX_MONTHS:
        return ""
    return f"“{value}” is no time between reviews, such as 12 months or 2 years."


COMPLAINTS = {
    "audience": _bad_audience,
    "review-by": _bad_date,
    "review-every": _bad_span,
    "owner": _bad_name,
    "approver": _bad_name,
}
