"""Careers in the benchmark's company: a way on for every role, what is hoped for, paid and asked,
moves that were decided and some that wait.

Whatever stands on a page that is measured is as long at every size.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from portal import clock
from portal.careers import standing, tracks
from portal.careers.aspirations import LINE_AND_HR, Aspiration
from portal.careers.bands import SHOWN_TO, PayBand
from portal.careers.interests import Interest
from portal.careers.models import PROMOTION, Move
from portal.careers.openings import CLOSED, Opening
from portal.careers.plan_steps import CareerStep, Choice
from portal.careers.plans import CareerPlan
from portal.careers.rungs import OWN, Rung
from portal.careers.tracks import Track
from portal.competencies import texts
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests.bench.company import ROLES, SPAN, leader_of
from tests.bench.rows import insert

LEVELS = ("L1", "L2", "L3")
YEARS_OF_BANDS = 3
EVERY_HOPING, EVERY_PLANNING = 3, 4
# More than a page of them.
MOVED = 60
WAITING = range(4, 9)
OPEN, OVER = 30, 60
# Who asks for the opening that is looked at, and for each other one.
ASKING_FIRST, ASKING = 12, 3
SAID = "What was promised was there on its day, and two others could build on it. " * 2

TRACK = """---
kind: track
title: {title}
summary: From the first day to whoever others ask, and over to what lies beside it.
owner: @hr
---
One after another, and from one to the other.
{rungs}"""
RUNG = """
## {role} {level}
role: {role}
level: {level}
to: {to}

Takes on what is described, then what is not, and then says what there is to do.
{criteria}"""


def fill(today: date) -> dict[str, Any]:
    """All of it, as after some years; returns the track, the rung, the opening and the move whose
    pages are measured.

    Call it inside `db.write()`, when people have learned and their reviews are released.
    """
    at = datetime.combine(today, time(0, 0, 1), clock.zone_of("UTC"))
    newest = Person.select().order_by(Person.id.desc()).get()
    here = Person.select(Person.id).where(Person.last_day_on.is_null(), Person.id < newest.id)
    people = [row.id for row in here.order_by(Person.id.desc())]
    known = _publish()
    insert(PayBand, _bands(today, at))
    insert(Aspiration, (_hope(known, one, at) for one in people[::EVERY_HOPING]))
    planning = people[::EVERY_PLANNING]
    insert(CareerPlan, (_plan(known, one, at) for one in planning))
    insert(CareerStep, (_step(plan, at) for plan in range(1, len(planning) + 1)))
    rung = tracks.next_of(tracks.of(newest, known), known)[0]
    CareerPlan.take_on(rung, Choice(OWN, words="Lead what we ship next."), by=newest)
    insert(Move, _moved(people[:MOVED], at))
    move = _propose(newest, rung, today)
    for number in WAITING:
        _propose(Person.get_by_id(number), None, today)
    opening = _open(leader_of(newest.id) or 1, people[SPAN:], today, at)
    # What the worker would do as soon as it runs, or figures would change while they are taken.
    Interest.end_of_leavers()
    return {"track": known[0].id, "rung": rung.key, "opening": opening, "move": move}


def _publish() -> list[Track]:
    """A track for every two roles; every rung but a first one asks for something of every sort."""
    by = Person.get_by_id(2)
    competencies = "".join(f"- [ ] competency:{one.slug}\n" for one in texts.all_of_them()[:3])
    asks = f"{competencies}- [ ] months:12\n- [ ] course:course-1\n- [ ] review:1 of 2 at 3\n"
    asks += "- [ ] Something that others build on\n"
    for pair in zip(ROLES[::2], ROLES[1::2], strict=True):
        rungs = "".join(
            RUNG.format(
                role=role, level=level, to=", ".join(_after(role, other, place)),
                criteria=asks if place else "",
            )
            for role, other in (pair, pair[::-1])
            for place, level in enumerate(LEVELS)
        )  # fmt: skip
        title = " and ".join(pair)
        Document.start("track", title, by=by).publish(TRACK.format(title=title, rungs=rungs), by=by)
    return tracks.all_in_force()


def _after(role: str, other: str, place: int) -> Iterator[str]:
    """A level higher, and over to the other role of the track."""
    if place + 1 < len(LEVELS):
        yield _slug(role, LEVELS[place + 1])
    yield _slug(other, LEVELS[place])


def _slug(role: str, level: str) -> str:
    return f"{role} {level}".lower().replace(" ", "-")


def _bands(today: date, at: datetime) -> Iterator[dict[str, Any]]:
    for year in range(YEARS_OF_BANDS):
        for number, (role, level) in enumerate((r, v) for r in ROLES for v in LEVELS):
            yield {
                "role": role, "level": level, "currency": "EUR", "low": 50_000, "high": 70_000,
                "shown_to": SHOWN_TO[number % len(SHOWN_TO)], "recorded_at": at,
                "starts_on": date(today.year - year, 1, 1),
            }  # fmt: skip


def _rung(known: list[Track], person: int) -> Rung:
    rungs = known[person % len(known)].rungs
    return rungs[person % len(rungs)]


def _hope(known: list[Track], person: int, at: datetime) -> dict[str, Any]:
    rung = _rung(known, person)
    return {
        "person": person, "document": rung.document.id, "rung": rung.slug, "note": SAID,
        "shared": LINE_AND_HR, "set_at": at,
    }  # fmt: skip


def _plan(known: list[Track], person: int, at: datetime) -> dict[str, Any]:
    rung = next(one for one in known[person % len(known)].rungs if one.level != LEVELS[0])
    return {
        "person": person, "document": rung.document.id, "rung": rung.slug, "made_by": person,
        "made_at": at,
    }  # fmt: skip


def _step(plan: int, at: datetime) -> dict[str, Any]:
    return {"plan": plan, "place": 1, "sort": OWN, "words": "Done before.", "settled_at": at}


# -- moves -------------------------------------------------------------------------------------


def _moved(people: list[int], at: datetime) -> Iterator[dict[str, Any]]:
    """What they hold today they came to by a promotion."""
    held = Position.select().where(Position.person.in_(people), Position.ends_on.is_null())
    for row in list(held):
        proposed_at = at - timedelta(days=130)
        yield {
            "sort": PROMOTION, "person": row.person_id, "role": row.role, "level": row.level,
            "starts_on": row.starts_on, "reason": SAID, "proposed_by": row.manager_id,
            "proposed_at": proposed_at, "decided_by": 2, "is_agreed": True, "answer": "Yes.",
            "decided_at": proposed_at + timedelta(days=9), "position": row.id,
        }  # fmt: skip


def _propose(person: Person, rung: Rung | None, today: date) -> int:
    """One that waits, by whoever leads them; to a rung with a word on whatever is missing."""
    points = standing.points(person, rung) if rung else []
    move = Move.propose(
        person, PROMOTION, by=Person.get_by_id(leader_of(person.id) or 1), reason=SAID, rung=rung,
        starts_on=today + timedelta(days=40), notes={one.key: SAID for one in points},
        **({} if rung else {"level": LEVELS[-1]}),
    )  # fmt: skip
    return int(move.id)


# -- openings ----------------------------------------------------------------------------------


def _open(manager: int, people: list[int], today: date, at: datetime) -> int:
    """Some that people ask for, and some that are over; returns the first, which is the manager's
    whose pages are measured."""
    every = range(1, OPEN + OVER + 1)
    long_ago = at - timedelta(days=90)
    ended = {number: None if number <= OPEN else long_ago + timedelta(days=30) for number in every}
    insert(
        Vacancy,
        (
            {"role": ROLES[n % len(ROLES)], "level": LEVELS[n % len(LEVELS)], "note": "",
             "manager": manager if n == 1 else n % SPAN + 1, "opened_at": long_ago,
             "closed_at": ended[n]}
            for n in every
        ),
    )  # fmt: skip
    insert(
        Opening,
        (
            {"vacancy": n, "words": SAID, "words_html": f"<p>{SAID}</p>", "posted_by": 2,
             "apply_by": today + timedelta(days=n % 30), "posted_at": long_ago,
             "closed_at": ended[n]}
            for n in every
        ),
    )  # fmt: skip
    insert(
        Interest,
        (
            {"opening": n, "person": one, "wish": SAID, "asked_at": long_ago,
             "outcome": CLOSED if ended[n] else "", "answered_at": ended[n]}
            for n in every
            for one in (people[:ASKING_FIRST] if n == 1 else people[n % 8 * ASKING :][:ASKING])
        ),
    )  # fmt: skip
    return 1
