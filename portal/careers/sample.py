"""Careers in the sample company: the tracks that ship with the portal, and what is paid."""

from datetime import date, timedelta

from portal import clock
from portal.careers import tracks
from portal.careers.bands import EVERYONE, HOLDERS, HR, LEADS, PayBand
from portal.documents import exchange
from portal.people.models import Person

# Role, level, from, to, who may see it. Directors' are HR's alone.
BANDS = (
    ("Junior Software Engineer", "L1", 46_000, 54_000, EVERYONE),
    ("Software Engineer", "L2", 54_000, 64_000, HOLDERS),
    ("Software Engineer", "L3", 62_000, 74_000, HOLDERS),
    ("Senior Software Engineer", "L4", 72_000, 88_000, HOLDERS),
    ("Staff Software Engineer", "L5", 86_000, 104_000, HOLDERS),
    ("Test Engineer", "L2", 50_000, 60_000, HOLDERS),
    ("Test Engineer", "L3", 58_000, 70_000, HOLDERS),
    ("Engineering Manager", "L5", 88_000, 108_000, LEADS),
    ("VP Engineering", "L6", 118_000, 150_000, HR),
    ("Account Executive", "L2", 44_000, 54_000, LEADS),
    ("Account Executive", "L3", 52_000, 66_000, LEADS),
    ("Support Specialist", "L2", 38_000, 45_000, EVERYONE),
    ("Support Specialist", "L3", 43_000, 52_000, EVERYONE),
    ("HR Generalist", "L3", 50_000, 60_000, HR),
    ("HR Generalist", "L4", 58_000, 72_000, HR),
)
# What one of them was before this year.
BEFORE = ("Software Engineer", "L3", 59_000, 71_000, LEADS)


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen = Person.by_email("helen@halden.example")
    assert helen is not None
    with clock.shifted(timedelta(days=-50)):
        for path in sorted((exchange.CONTENT / f"{tracks.KIND}s").glob("*.md")):
            exchange.publish_file(path, by=helen, note="Starter text")
        year = clock.today().year
        _band(BEFORE, date(year - 1, 1, 1), helen)
        for band in BANDS:
            _band(band, date(year, 1, 1), helen)


def _band(said: tuple[str, str, int, int, str], starts_on: date, by: Person) -> None:
    role, level, low, high, shown_to = said
    PayBand.settle(
        role, level, by=by, currency="EUR", low=low, high=high, shown_to=shown_to,
        starts_on=starts_on,
    )  # fmt: skip
