"""The steps of a review in their order, pure: what each is called, and what belongs to it."""

from dataclasses import dataclass
from datetime import date, timedelta

SELF, PEERS, UPWARD, MANAGER = "self", "peers", "upward", "manager"
CALIBRATION, RELEASE, REPLY = "calibration", "release", "reply"


@dataclass(frozen=True)
class Step:
    """`asks`: it is written in a form. `is_anonymous`: nobody learns who wrote what in it.
    `noun` is what the line of a cycle calls it, `title` what a page does."""

    name: str
    title: str
    noun: str
    asks: bool = False
    is_anonymous: bool = False


STEPS = {
    step.name: step
    for step in (
        Step(SELF, "Self-review", "looking back", asks=True),
        Step(PEERS, "Colleagues", "what colleagues say", asks=True, is_anonymous=True),
        Step(UPWARD, "Upward", "what reports say", asks=True, is_anonymous=True),
        Step(MANAGER, "Manager’s review", "the manager’s review", asks=True),
        Step(CALIBRATION, "Calibration", "calibration"),
        Step(RELEASE, "Release", "release and conversation"),
        Step(REPLY, "Reply", "reading and reply"),
    )
}
ORDER = tuple(STEPS)

# What a cycle can begin with by itself: the fact in somebody's history, and its day in words.
EVENTS = {
    "hired": "the first day",
    "probation": "the end of probation",
    "promoted": "the day of the new level",
    "moved": "the day of the change",
    "role": "the first day in another role",
    "return": "the first day back",
}


@dataclass(frozen=True)
class Planned:
    """A step as a plan says it: how many days after the cycle's day it opens and closes."""

    name: str
    form: str
    opens: int
    closes: int | None

    def days(self, day: date) -> tuple[date, date | None]:
        """The first and the last day of it, where the cycle counts from `day`."""
        last = None if self.closes is None else day + timedelta(days=self.closes)
        return day + timedelta(days=self.opens), last


def planned(structure: dict[str, object]) -> list[Planned]:
    """The steps of a plan, in their order."""
    rows: list[dict[str, object]] = structure.get("steps", [])  # type: ignore[assignment]
    return [
        Planned(str(row["name"]), str(row["form"]), int(row["opens"]), row["closes"])  # type: ignore[arg-type, call-overload]
        for row in rows
    ]
