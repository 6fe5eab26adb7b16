"""The one clock. Everything that asks for the time asks here, so that a test can move it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _source()


def today(zone: str = "UTC") -> date:
    """The date it is now in `zone` (an IANA name)."""
    return now().astimezone(zone_of(zone)).date()


@cache
def zone_of(name: str) -> ZoneInfo:
    """The time zone called `name`; UTC when nobody knows it (a zone can be withdrawn)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def set_source(source: Callable[[], datetime] | None) -> None:
    """Let `source` say what time it is; None gives the system's clock back."""
    global _source
    _source = source or _system


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Inside, it is `by` later (or earlier) than it was."""
    before = _source
    set_source(lambda: before() + by)
    try:
        yield
    finally:
        set_source(before)


def end_of_day(on: date, zone: str) -> datetime:
    """The last second of that day in `zone`, aware, in UTC."""
    return datetime.combine(on, time(23, 59, 59), zone_of(zone)).astimezone(UTC)
