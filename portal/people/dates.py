"""Dates as people type them into spreadsheets."""

import calendar
import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2200
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
_DATE_FORMS = (
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"),
    re.compile(r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})"),
)
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def parse_date(s: str) -> date:
    """A date as 2026-11-21, 21.11.2026, or with slashes where only one reading is possible.

    Raises ValueError with a sentence.
    """
    typed = _MIDNIGHT.sub("", s.strip())
    for form in _DATE_FORMS:
        if found := form.fullmatch(typed):
            return _date(typed, int(found["y"]), int(found["m"]), int(found["d"]))
    if found := _SLASHED.fullmatch(typed):
        return _slashed(typed, *map(int, found.groups()))
    raise ValueError(f"“{typed[:40]}” is not a date such as 2026-11-21.")


def _slashed(typed: str, first: int, second: int, year: int) -> date:
    """Day or month first? Only a number above twelve, or two equal ones, can tell."""
    if second > 12 >= first:
        return _date(typed, year, first, second)
    if first > 12 or first == second:
        return _date(typed, year, second, first)
    one, other = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
    raise ValueError(f"{typed} can be {one} or {other}: write the year first.")


def _date(typed: str, year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(f"{typed} is not a date: there is no month {month}.")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{typed} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = calendar.month_name[month]
        raise ValueError(f"{typed} is not a date: {name} {year} has {days} days.")
    return date(year, month, day)
