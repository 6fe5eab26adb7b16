"""A synthetic company of any size in which a few people's pages hold the same at every size.

Everybody leads eight at most, so a manager's team, a newcomer's list and a page of the directory
are as long at 100 people as at 10,000: what grows is only what is *not* on the page.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from portal import audit, clock, db, seed, text
from portal.assignments.due import due_at
from portal.assignments.models import Assignment, CauseRow
from portal.checklists.duties import KIND
from portal.checklists.models import Checklist
from portal.checklists.planning import PlannedStep, lay_out
from portal.checklists.steps import Step
from portal.documents.models import Document, Revision
from portal.mail.models import Letter
from portal.people.functions import HR, Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person, Position
from portal.people.org import Company, Location, Team
from portal.people.signing import Device, Link
from portal.questionnaires.models import Submission
from tests.bench.rows import insert

SPAN = 8
LETTERS_EACH = 5
DEVICES_EACH = 2
EVERY_NEWCOMER = 25
EVERY_FINISHED = 6
EVERY_LEAVER = 12

FIRST = "Ada Björn Chloé Dmitri Elif Farid Grażyna Hugo Inès Jonas Kaya Łukasz Marta Nils".split()
LAST = "Almeida Berg Castro Duarte Eriksen Ferrari Gómez Hansen Ivanova Jäger Kowalski".split()
ROLES = "Engineer,Designer,Account Executive,Analyst,Technician,Recruiter".split(",")


@dataclass(frozen=True)
class Cast:
    """Whose pages are measured: first-run links by which they sign in, and what they look at."""

    links: dict[str, str]
    colleague: int
    newcomer: int
    checklist: int
    form: int
    duties: list[tuple[int, int]]
    policy: int = 0
    course: int = 0
    matrix: int = 0
    cycle: int = 0
    review: int = 0
    reviewing: int = 0
    track: int = 0
    rung: str = ""
    opening: int = 0
    move: int = 0


def fill(people: int, today: date) -> Cast:
    """A company of about that many people, its plans published, its lists running; one write.

    Rounded so that the last leader, whose pages are measured, leads eight at every size.
    """
    people = people // SPAN * SPAN + 1
    dice = random.Random(people)  # the same company every time
    with db.write():
        Company.change(by=None, name="Benchmark", zone="Europe/Berlin")
        places = _places()
        _hire(people, today, dice, places)
        _appoint(people, today, places)
        seed.publish_starters()
        plan = seed.plan("onboarding-engineering")
        newcomers = _welcome(people, today, plan)
        _remember(people, dice)
        return _cast(people, newcomers)


def _places() -> list[Location]:
    names = ("Berlin", "Lisbon", "Toronto", "Kraków")
    return [Location.open(by=None, name=name, zone="Europe/Berlin") for name in names]


def leader_of(number: int) -> int | None:
    """Person 1 leads 2 to 9, 2 leads 10 to 17, and so on."""
    return (number - 2) // SPAN + 1 if number > 1 else None


def _hire(people: int, today: date, dice: random.Random, places: list[Location]) -> None:
    tops = [Team.create(name=f"Department {n}", folded=f"department {n}") for n in range(SPAN)]
    leaders = [n for n in range(1, people + 1) if SPAN * (n - 1) + 2 <= people]
    insert(
        Team,
        (
            {"name": f"Team {n}", "folded": f"team {n}", "parent": tops[n % SPAN].id}
            for n in leaders
        ),
    )
    team_of = dict(Team.select(Team.name, Team.id).tuples())  # type: ignore[arg-type]
    insert(Person, (_person(n, people, today, dice) for n in range(1, people + 1)))
    insert(
        Position,
        (row for n in range(1, people + 1) for row in _positions(n, today, dice, places, team_of)),
    )
    for person in Person.select():
        audit.record(None, "hired", person, about=person, personal={"name": person.name})


def _person(number: int, people: int, today: date, dice: random.Random) -> dict[str, Any]:
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}-{number}"
    email = "helen@halden.example" if number == 2 else f"p{number}@halden.example"
    from_end = people - number
    is_new = from_end % EVERY_NEWCOMER == 0
    left = from_end % EVERY_LEAVER == 1 and number * SPAN > people + SPAN and from_end > SPAN
    return {
        "name": name,
        "email": email,
        "folded_email": email,
        "folded": text.fold(f"{name} {email.partition('@')[0]}"),
        "number": f"N{number}",
        "zone": "Europe/Berlin",
        "hired_on": today - timedelta(days=3 if is_new else dice.randint(200, 3_000)),
        "last_day_on": today - timedelta(days=60) if left else None,
    }


def _positions(
    number: int, today: date, dice: random.Random, places: list[Location], team_of: dict[str, int]
) -> Iterator[dict[str, Any]]:
    leader = leader_of(number)
    place = places[number % len(places)].id
    now = clock.now()
    stands = {
        "person": number,
        "team": team_of.get(f"Team {leader}"),
        "location": place,
        "manager": leader,
        "level": "L1",
        "buddy": max(number - 1, 1),
        "recorded_at": now,
    }
    moved = today - timedelta(days=100)
    yield stands | {"role": dice.choice(ROLES), "starts_on": moved, "ends_on": None}
    if number % 3 == 0:
        ended = moved - timedelta(days=1)
        began = moved - timedelta(days=90)
        yield stands | {"role": "Trainee", "starts_on": began, "ends_on": ended}


def _appoint(people: int, today: date, places: list[Location]) -> None:
    for slug in (HR, "it", "facilities", "finance", "legal"):
        function = Function.set_up(slug, slug.upper(), by=None)
        for number, place in enumerate(places if slug != HR else [], 3):
            Holder.appoint(
                function, Person.get_by_id(number), by=None, starts_on=today, location=place
            )
    for number in range(2, 4 + people // 1_000):
        Grant.give(Person.get_by_id(number), HR, by=None, starts_on=today)


def _welcome(people: int, today: date, plan: Revision) -> list[int]:
    """Running lists for the newest, finished ones for every sixth; returns who is new."""
    last = Person.get_by_id(people)
    pattern = lay_out(plan.parsed, last, last.position(), today)
    newcomers = [n for n in range(1, people + 1) if (people - n) % EVERY_NEWCOMER == 0]
    finished = [n for n in range(1, people + 1) if (people - n) % EVERY_FINISHED == 1]
    lists = sorted({*newcomers, *finished})
    insert(Checklist, (_checklist(n, plan, today, n in newcomers) for n in lists))
    ids = dict(Checklist.select(Checklist.person, Checklist.id).tuples())  # type: ignore[arg-type]
    new = set(newcomers)
    steps = [
        _step(ids[n], n, order, planned, today, n in new)
        for n in lists
        for order, planned in enumerate(pattern)
    ]
    insert(Step, iter(steps))
    insert(Assignment, (_duty(number, row, today) for number, row in enumerate(steps, 1)))
    insert(
        CauseRow,
        (
            {"assignment": number, "kind": "checklist", "ref": row["checklist"]}
            for number, row in enumerate(steps, 1)
        ),
    )
    _note(steps)
    return newcomers


def _checklist(number: int, plan: Revision, today: date, is_new: bool) -> dict[str, Any]:
    return {
        "person": number,
        "revision": plan.id,
        "title": plan.document.title,
        "transition": "onboarding",
        "anchor_on": today - timedelta(days=3 if is_new else 300),
        "started_at": clock.now(),
    }


def _step(
    checklist: int, number: int, order: int, planned: PlannedStep, today: date, is_new: bool
) -> dict[str, Any]:
    leader = leader_of(number) or number
    owner = {"employee": number, "manager": leader, "buddy": max(number - 1, 1)}.get(planned.role)
    due = planned.due_on or today
    due_on = due if is_new else due - timedelta(days=300)
    done = datetime.combine(due_on, time(12), clock.zone_of("UTC"))
    is_done = not is_new or due_on < today - timedelta(days=1)
    return {
        "checklist": checklist,
        "key": planned.key,
        "phase": planned.phase,
        "order": order,
        "title": planned.title,
        "detail": planned.detail_html,
        "minutes": planned.minutes,
        "role": planned.role,
        "owner": owner,
        "function": planned.function.id if planned.function and not owner else None,
        "due_on": due_on,
        "completed_at": done if is_done else None,
        "completed_by": (owner or 2) if is_done else None,
    }


def _duty(number: int, step: dict[str, Any], today: date) -> dict[str, Any]:
    return {
        "person": step["owner"],
        "function": None if step["owner"] else step["function"],
        "kind": KIND,
        "target": number,
        "about": step["owner"],
        "title": f"{step['title']} — somebody of the company",
        "minutes": step["minutes"],
        "opened_at": clock.now(),
        "due_on": step["due_on"],
        "due_at": due_at(step["due_on"], "Europe/Berlin"),
        "settled_at": step["completed_at"],
        "settled_by": step["completed_by"],
        "outcome": "done" if step["completed_at"] else "",
    }


def _note(steps: list[dict[str, Any]]) -> None:
    """An event for every step done, in the chain like any other."""
    thing = Step(id=0)
    for number, row in enumerate(steps, 1):
        if row["completed_at"]:
            thing.id = number
            by = Person(id=row["completed_by"])
            audit.record(by, "completed", thing, about=by, data={"key": row["key"]})


def _remember(people: int, dice: random.Random) -> None:
    """Browsers people signed in on, and letters that went out."""
    now = clock.now()
    insert(
        Device,
        (
            {
                "person": number,
                "token_hash": f"{dice.getrandbits(256):064x}",
                "how": "code",
                "created_at": now,
                "seen_at": now,
            }
            for number in range(1, people + 1)
            for _ in range(DEVICES_EACH)
        ),
    )
    insert(
        Letter,
        (
            {
                "kind": "digest",
                "key": f"digest:{number}:{day}",
                "person_id": number,
                "created_at": now,
                "due_at": now,
                "sent_at": now,
                "subject": "What is due",
            }
            for number in range(1, people + 1)
            for day in range(LETTERS_EACH)
        ),
    )


def _asked(newest: Person) -> int:
    """The newcomer has a form to fill: the one of the first thirty days."""
    document = Document.named("form", "thirty-days")
    assert document is not None and document.current is not None
    return int(Submission.open(document.current, newest, newest, by=None).target)


def _cast(people: int, newcomers: list[int]) -> Cast:
    newest = Person.get_by_id(people)
    manager = Person.get_by_id(leader_of(people) or 1)
    checklist = Checklist.get(Checklist.person == newest)
    duties = (
        Assignment.select(Assignment.id, Assignment.target)
        .where(Assignment.person == newest, Assignment.kind == KIND, Assignment.is_open())
        .order_by(Assignment.due_on)
        .tuples()
    )
    looking = {"newcomer": newest, "manager": manager, "hr": Person.get_by_id(2)}
    return Cast(
        links={name: Link.make(person) for name, person in looking.items()},
        colleague=people - 1,
        newcomer=people,
        checklist=checklist.id,
        form=_asked(newest),
        duties=list(duties),  # type: ignore[arg-type]
        matrix=Document.get(kind="matrix", slug="engineering").id,
    )
