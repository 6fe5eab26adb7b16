"""One-on-ones of the sample company: two pairs in the middle of things, and others that meet."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.oneonones import holding, planning
from portal.oneonones.actions import Action
from portal.oneonones.frequency import TalkFigure
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person
from portal.people.positions import Position

FIRST_DAYS_AGO = 45
# By talk: points with who raised them and whether they were talked about, the notes of both.
ERIN_AND_MARA = (
    (
        ("erin", "The on-call week was heavy", True),
        ("mara", "How the new deployment feels", True),
        ("erin", "A place at the spring conference", False),
    ),
    (
        ("mara", "Your review of Ben’s change: that was kind and clear", True),
        ("erin", "Who looks after the build when I am away?", False),
    ),
)
NOTES = (
    "On-call: two people a week from December on. Deployment: fine, but slow on Mondays.",
    "Erin would like to lead the next small project. We look for one until we meet again.",
)
NEXT = (
    ("erin", "The project of the spring: shall I write a page?"),
    ("mara", "What you want to learn next year"),
)


def fill() -> None:
    """By the verbs the portal has: Erin and Mara every two weeks, Mara and Dora every month."""
    erin, mara, dora = _person("erin"), _person("mara"), _person("dora")
    with clock.shifted(timedelta(days=-FIRST_DAYS_AGO)):
        one = OneOnOne.begin(erin, mara, by=mara, weeks=2, next_on=_workday(clock.today()))
        upward = OneOnOne.begin(mara, dora, by=mara, weeks=4, next_on=_workday(clock.today()))
        _others(mara, dora)
    people = {"erin": erin, "mara": mara}
    for number, (points, notes) in enumerate(zip(ERIN_AND_MARA, NOTES, strict=True), 1):
        with clock.shifted(timedelta(days=14 * number - FIRST_DAYS_AGO)):
            for who, words, is_done in points:
                TalkPoint.raise_for(one, [words], by=people[who])
                if is_done:
                    TalkPoint.get(TalkPoint.words == words).tick(by=mara)
            one.coming().write_notes(notes, 0, by=mara)
            PrivateNote.write(one.coming(), "Ask about the move to Hamburg.", 0, by=mara)
            _meet(one, mara)
    for who, words in NEXT:
        TalkPoint.raise_for(one, [words], by=people[who])
    soon = _workday(clock.today() + timedelta(days=3))
    planning.move(one, soon, by=mara)
    Action.set_for(one, "Find a small project to lead", mara, soon, by=erin)
    Action.set_for(one, "Write down how the build is mended", erin, soon, by=mara)
    PrivateNote.write(one.coming(), "Say that the on-call week still worries me.", 0, by=erin)
    with clock.shifted(timedelta(days=28 - FIRST_DAYS_AGO)):
        TalkPoint.raise_for(upward, ["A second engineer for Platform"], by=mara)
        _meet(upward, dora)
    TalkPoint.raise_for(upward, ["Erin is ready for more"], by=mara)
    TalkFigure.take_if_due()


def _others(mara: Person, dora: Person) -> None:
    """Those who lead elsewhere talk, too; so there are figures."""
    today = clock.today()
    rows: Any = Position.select(Position.person, Position.manager).where(
        Position.is_held(today), Position.manager.is_null(False)
    )
    people = {person.id: person for person in Person.select().where(Person.is_here(today))}
    led = rows.where(Position.manager.not_in([mara.id, dora.id])).tuples()
    for number, (report, lead) in enumerate(led):
        if number % 4 == 3 or report not in people or lead not in people:
            continue
        pair = people[report], people[lead]
        day = _workday(today + timedelta(days=number % 5))
        one = OneOnOne.begin(*pair, by=pair[1], weeks=(1, 2, 4)[number % 3], next_on=day)
        with clock.shifted(timedelta(days=10 + number % 20)):
            _meet(one, pair[1])


def _meet(one: OneOnOne, by: Person) -> Talk | None:
    return holding.hold(one, clock.today(), by=by, number=one.coming().number)


def _workday(day: date) -> date:
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
