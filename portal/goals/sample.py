"""Goals of the sample company: what the year, the teams and people aim at, and how it goes."""

from datetime import timedelta
from functools import partial
from typing import Any

from portal import clock
from portal.documents import exchange
from portal.goals import asking, shares
from portal.goals.checkins import AT_RISK, OFF, ON_TRACK, CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, KPI, OKR, Goal, Measured, period_of
from portal.people.models import Person

# What was got done, how many days ago, by whom.
DONE = (
    ("erin", 2, "Wrote down how the night call of Tuesday came about, and what we changed."),
    ("erin", 11, "Showed Ben how the billing import works; he did the next one alone."),
    ("erin", 34, "Took the old report server out of service without anybody noticing."),
    ("camille", 4, "The institute in Porto signed for three more years."),
    ("mara", 6, "Two talks about next steps, both with a plan at the end."),
    ("mara", 25, "Handed the release meeting over to Erin."),
)


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    # Named now: with the clock moved back it would be another quarter.
    set_goal = partial(_goal, period=period_of(clock.today()))
    helen, dora, mara, erin, otto, camille = map(
        _person, ("helen", "dora", "mara", "erin", "otto", "camille")
    )
    with _ago(57):
        for path in sorted((exchange.CONTENT / "goals").glob("*.md")):
            exchange.publish_file(path, by=helen, note="Starter text")
        stay = set_goal(
            helen, "Customers stay because they want to", EVERYONE,
            [("customers who leave in a year", 9, 5, "%"), ("who recommend us", 31, 45, "%")],
        )  # fmt: skip
        calm = set_goal(
            helen, "Work is calm enough to be done well", EVERYONE,
            [("overtime a month and person", 11, 5, "hours")],
        )  # fmt: skip
    with _ago(55):
        nights = set_goal(
            dora, "Nobody is woken for the same thing twice", EVERYONE,
            [("calls outside working hours", 14, 6, ""), ("calls with a finding", 40, 100, "%")],
            team=_team(dora), parent=calm,
        )  # fmt: skip
        offers = set_goal(
            otto, "Offers go out within two days", EVERYONE,
            [("offers sent within two working days", 60, 90, "%")],
            team=_team(otto), parent=stay, sort=KPI,
        )  # fmt: skip
    with _ago(52):
        billing = set_goal(
            erin, "The billing import runs without me", EVERYONE,
            [("people who can run it", 1, 3, "people"), ("runs without help", 0, 8, "")],
            person=erin, parent=nights,
        )  # fmt: skip
        learn = set_goal(
            mara, "Lead the incident review once a month", "line",
            [("reviews led", 0, 3, "")], person=erin, parent=nights,
        )  # fmt: skip
        team_time = set_goal(
            mara, "Everybody in the team has my time", "line",
            [("one-on-ones that took place", 60, 95, "%")], person=mara,
        )  # fmt: skip
        institutes = set_goal(
            camille, "Five institutes for another year", EVERYONE,
            [("contracts renewed", 0, 5, "")], person=camille, parent=offers,
        )  # fmt: skip
    for days, goal, by, state, sentence, values in (
        (45, billing, erin, ON_TRACK, "Ben has run it once with me beside him.", (2, 2)),
        (40, nights, dora, AT_RISK, "The old scheduler still wakes us every week.", (12, 60)),
        (38, institutes, camille, AT_RISK, "Two of them have a new buyer.", (1,)),
        (35, team_time, mara, ON_TRACK, "", (72,)),
        (21, stay, helen, ON_TRACK, "Fewest cancellations since spring.", (7.5, 34)),
        (
            16,
            offers,
            otto,
            OFF,
            "Legal reads each large offer now: a day more.",
            (58,),
        ),
        (12, nights, dora, ON_TRACK, "The scheduler is gone; two quiet weeks.", (9, 85)),
        (9, institutes, camille, ON_TRACK, "Three signed, one promised.", (3,)),
        (3, billing, erin, ON_TRACK, "Ben alone, twice.", (2, 4)),
    ):
        with _ago(days):
            ids = [row.id for row in goal.results()]
            CheckIn.say(goal, state, sentence, dict(zip(ids, values, strict=False)), by=by)
    with _ago(50):
        learn.look_at(by=erin)
        old = set_goal(
            erin, "Read one book about how systems fail", "line", [("books", 0, 1, "")],
            person=erin,
        )  # fmt: skip
    with _ago(20):
        old.end("met", "Not the thick one. The thin one twice.", by=erin)
    asking.ask()
    for name, days, line in DONE:
        with _ago(days):
            by = _person(name)
            served = billing if name == "erin" and days == 11 else None
            Accomplishment.note(line, by=by, goal=served)


def _goal(by: Person, title: str, seen: str, counted: list[Any], **more: Any) -> Goal:
    results = [
        Measured(words, unit, start, target, shares.direction_of(start, target))
        for words, start, target, unit in counted
    ]
    said = {"sort": OKR, "visibility": seen} | more
    return Goal.begin(by=by, results=results, title=title, **said)


def _team(person: Person) -> Any:
    held = person.position()
    assert held is not None
    return held.team


def _ago(days: float) -> Any:
    return clock.shifted(timedelta(days=-days))


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
