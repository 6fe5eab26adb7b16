"""Random companies with real rows, for holding measures against a slow count of the same rows.

`with company(7) as made:` puts one beside the cast and takes it out again. Their rows are as odd as
rows of years can be: who came back or never came, what was corrected, settled late, taken back.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal import db
from portal.assignments.models import Assignment, CauseRow
from portal.checklists.attestations import Attestation
from portal.checklists.duties import KIND, OPENED
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.compliance.models import CAUSE, Coverage, Exemption, Requirement, Terms
from portal.documents.models import Document, Revision
from portal.people.leave import Leave
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast

# Above every number the cast has, so that nothing collides.
FIRST_ID = 1_000_000
# Of these there is nobody, or everybody has left.
NOBODY, ALL_LEFT = 0, 1
A_DAY = timedelta(days=1)


class Rows:
    """Rows of any table, numbered here, put down in a few statements; tables in order of `add`."""

    def __init__(self) -> None:
        self._of: dict[Any, list[dict[str, Any]]] = defaultdict(list)

    def add(self, model: Any, **values: Any) -> int:
        """One more row of that table; returns its number."""
        rows = self._of[model]
        rows.append({"id": FIRST_ID + len(rows), **values})
        return FIRST_ID + len(rows) - 1

    def put(self) -> None:
        """Everything added since the last time; call it inside a write."""
        for model, rows in self._of.items():
            if waiting := [row for row in rows if not row.pop("_is_put", False)]:
                self._insert(model, waiting)
            for row in rows:
                row["_is_put"] = True

    @staticmethod
    def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
        fields = model._meta.sorted_fields
        defaults = model._meta.get_default_dict()
        known = {one.name for one in fields}
        assert all(set(row) <= known for row in rows), f"{model}: {set().union(*rows) - known}"
        mark = "?" if db.is_sqlite() else "%s"
        columns = ", ".join(f'"{one.column_name}"' for one in fields)
        marks = ", ".join(mark for _ in fields)
        db.database.cursor().executemany(
            f'INSERT INTO "{model._meta.table_name}" ({columns}) VALUES ({marks})',
            [
                tuple(one.db_value(row.get(one.name, defaults.get(one.name))) for one in fields)
                for row in rows
            ],
        )


@dataclass
class Company:
    """What was made: ids, and when each person was here (`stints`, the earliest first)."""

    dice: random.Random
    today: date
    rows: Rows = field(default_factory=Rows)
    people: list[int] = field(default_factory=list)
    teams: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    stints: dict[int, list[tuple[date, date | None]]] = field(default_factory=dict)
    policies: list[int] = field(default_factory=list)
    plans: list[int] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), UTC)

    def day(self, first: date, last: date) -> date:
        """Any day between two, both included."""
        return first + timedelta(days=self.dice.randint(0, max(0, (last - first).days)))

    def at(self, day: date) -> datetime:
        """Any moment of that day, but not later than now."""
        seconds = self.dice.choice((0, 1, 30_000, 43_200, 82_800, 86_399))
        return min(datetime.combine(day, time(), UTC) + timedelta(seconds=seconds), self.now)

    def is_so(self, chance: float) -> bool:
        return self.dice.random() < chance

    @property
    def staff(self) -> list[int]:
        return [person for person in self.people if self.stints.get(person)]

    def document(self, kind: str, slug: str) -> tuple[int, int]:
        """A published text with one revision; their numbers."""
        at = self.now - timedelta(days=1_200)
        document = self.rows.add(
            Document, kind=kind, slug=slug, title=slug, folded=slug, created_at=at
        )
        revision = self.rows.add(
            Revision, document=document, number=1, source="", hash="0" * 64, published_at=at
        )
        return document, revision


class _Gone(Exception):
    """Leaves the write without keeping it."""


@contextmanager
def company(seed: int, today: date = cast.TODAY) -> Iterator[Company]:
    """A company for as long as the block lasts. Seed 0 has nobody, of seed 1 all have left."""
    try:
        with db.write():
            made = build(seed, today)
            yield made
            raise _Gone
    except _Gone:
        pass


def build(seed: int, today: date = cast.TODAY) -> Company:
    """The rows of one company; call it inside a write."""
    made = Company(random.Random(seed), today)
    _places(made)
    size = 0 if seed == NOBODY else made.dice.randint(5, 60)
    _people(made, size, all_left=seed == ALL_LEFT)
    _positions(made)
    _leaves(made)
    _lists(made)
    _required(made)
    _signatures(made)
    _vacancies(made)
    made.rows.put()
    return made


# -- who, where ----------------------------------------------------------------------------------


def _places(made: Company) -> None:
    for number in range(made.dice.randint(1, 3)):
        made.places.append(made.rows.add(Location, name=f"Place {number}", zone="Europe/Berlin"))
    for number in range(made.dice.randint(1, 6)):
        parent = made.dice.choice([None, *made.teams])
        name = f"team {number}"
        made.teams.append(made.rows.add(Team, name=name, folded=name, parent=parent))


def _people(made: Company, size: int, *, all_left: bool) -> None:
    years = made.dice.randint(1, 3)
    begin = made.today - timedelta(days=365 * years + 200)
    for number in range(size):
        sort = "left" if all_left else made.dice.choices(
            ("here", "left", "leaving", "back", "coming", "guest", "withdrawn"),
            (55, 16, 5, 8, 6, 5, 5),
        )[0]  # fmt: skip
        stints = _stints(made, sort, begin)
        person = made.rows.add(Person, **_person(made, number, sort, stints))
        for first, last in stints[:-1]:
            said = _departure(made)
            made.rows.add(Stint, person=person, hired_on=first, last_day_on=last, **said)
        made.people.append(person)
        made.stints[person] = stints


def _stints(made: Company, sort: str, begin: date) -> list[tuple[date, date | None]]:
    today = made.today
    if sort in ("guest", "withdrawn"):
        return []
    if sort == "coming":
        return [(made.day(today + A_DAY, today + timedelta(days=60)), None)]
    first = made.day(begin, today)
    if sort == "here":
        # Some begin today, the first day of all.
        return [(today if made.is_so(0.05) else first, None)]
    if sort == "leaving":
        return [(first, made.day(today, today + timedelta(days=90)))]
    # Whoever leaves at once has been here for one day.
    left = made.day(first, max(first, today - A_DAY))
    if sort == "left":
        return [(first, left)]
    again = made.day(left + A_DAY, max(left + A_DAY, today + timedelta(days=10)))
    ends = made.day(again, again + timedelta(days=300)) if made.is_so(0.3) else None
    return [(first, left), (again, ends)]


def _departure(made: Company) -> dict[str, Any]:
    return {
        "departure_voluntary": made.dice.choice((True, False, None)),
        "departure_regretted": made.dice.choice((True, False, None)),
        "departure_reason": made.dice.choice(("", "Another town")),
    }


def _person(
    made: Company, number: int, sort: str, stints: list[tuple[date, date | None]]
) -> dict[str, Any]:
    email = f"r{number}@random.example"
    row = {"name": f"R {number}", "email": email, "folded_email": email, "folded": f"r {number}"}
    if sort == "withdrawn":
        row["withdrawn_at"] = made.now - timedelta(days=made.dice.randint(1, 400))
    if stints:
        row["hired_on"], row["last_day_on"] = stints[-1]
        if stints[-1][1]:
            row |= _departure(made)
    return row


LEVELS = ("L1", "L2", "L3", "L4", "l5", "S1", "S2", "Senior", "")
ROLES = ("Engineer", "Analyst", "engineer", "Lead", "")


def _stands(made: Company, person: int) -> dict[str, Any]:
    others = [one for one in made.people[:12] if one != person]
    return {
        "role": made.dice.choice(ROLES),
        "level": made.dice.choice(LEVELS),
        "team": made.dice.choice([None, *made.teams]),
        "location": made.dice.choice([None, *made.places]),
        "manager": made.dice.choice([None, *others, *others]),
    }


def _positions(made: Company) -> None:
    for person, stints in made.stints.items():
        for first, last in stints:
            _career(made, person, first, last)
        if not stints or made.is_so(0.3):
            # Corrected since, or brought by an import that was taken back.
            day = made.day(made.today - timedelta(days=500), made.today)
            _position(made, person, day, None, _stands(made, person), is_known=False)


def _career(made: Company, person: int, first: date, last: date | None) -> None:
    """What they held from their first day to their last (or on), changing some of it each time."""
    until = last or made.today + timedelta(days=40)
    begins = {made.day(first, until) for _ in range(made.dice.randint(0, 5))} - {first}
    starts = [first, *sorted(begins)]
    stands = _stands(made, person)
    for place, day in enumerate(starts):
        ends = starts[place + 1] - A_DAY if place + 1 < len(starts) else last
        _position(made, person, day, ends, stands, is_hire=place == 0)
        other = _stands(made, person)
        names = made.dice.sample(sorted(stands), made.dice.randint(1, 2))
        stands = stands | {name: other[name] for name in names}
        if made.is_so(0.4) and stands["level"][1:].isdigit():
            level = int(stands["level"][1:])
            stands = stands | {"level": f"{stands['level'][0]}{level + 1}"}
        if made.is_so(0.2):
            _position(made, person, day, None, other, is_known=False)


def _position(
    made: Company, person: int, first: date, last: date | None, stands: dict[str, Any],
    *, is_hire: bool = False, is_known: bool = True,
) -> None:  # fmt: skip
    recorded_at = made.at(min(first, made.today) - A_DAY)
    superseded_at = None if is_known else made.at(made.day(recorded_at.date(), made.today))
    made.rows.add(
        Position, person=person, starts_on=first, ends_on=last, is_hire=is_hire,
        recorded_at=recorded_at, superseded_at=superseded_at, **stands,
    )  # fmt: skip


def _leaves(made: Company) -> None:
    for person in made.staff:
        if made.is_so(0.15):
            first = made.day(made.today - timedelta(days=300), made.today + timedelta(days=30))
            last = made.dice.choice((None, first + timedelta(days=made.dice.randint(0, 200))))
            canceled = made.now if made.is_so(0.2) else None
            made.rows.add(
                Leave, person=person, kind="parental", starts_on=first, ends_on=last,
                canceled_at=canceled,
            )  # fmt: skip


# -- lists ---------------------------------------------------------------------------------------


def _lists(made: Company) -> None:
    revisions = []
    for number in range(2):
        document, revision = made.document("checklist", f"plan-{number}")
        made.plans.append(document)
        revisions.append(revision)
    for person, stints in made.stints.items():
        for first, _ in stints:
            if made.is_so(0.8):
                _list(made, person, first, "onboarding", made.dice.choice(revisions))
            if made.is_so(0.15):
                _list(made, person, first, "transfer", made.dice.choice(revisions))


def _list(made: Company, person: int, anchor: date, transition: str, revision: int) -> None:
    started_at = made.at(min(anchor, made.today) - timedelta(days=made.dice.randint(0, 20)))
    stopped_at = success_by = None
    if made.is_so(0.1):
        stopped_at = made.at(made.day(started_at.date(), made.today))
    if made.is_so(0.7):
        success_by = anchor + timedelta(days=90)
    checklist = made.rows.add(
        Checklist, person=person, revision=revision, title="List", transition=transition,
        success_by=success_by, anchor_on=anchor, started_at=started_at, stopped_at=stopped_at,
    )  # fmt: skip
    is_kept = made.is_so(0.4)
    for order in range(made.dice.randint(0, 5)):
        _step(made, checklist, person, anchor, order, is_kept=is_kept)
    if success_by:
        _attestations(made, checklist, anchor)


def _step(
    made: Company, checklist: int, person: int, anchor: date, order: int, *, is_kept: bool
) -> None:
    due_on = None if made.is_so(0.1) else anchor + timedelta(days=made.dice.randint(-10, 60))
    settled_on = (due_on or anchor) + timedelta(days=made.dice.randint(-9, 0 if is_kept else 9))
    settled_at = None if settled_on > made.today else made.at(settled_on)
    if not is_kept and made.is_so(0.3):
        settled_at = None
    is_skipped = made.is_so(0.15)
    step = made.rows.add(
        Step, checklist=checklist, key=f"s{order}", phase="Phase", order=order, title="Step",
        role="employee", owner=person, due_on=due_on,
        completed_at=None if is_skipped else settled_at,
        skipped_at=settled_at if is_skipped else None,
    )  # fmt: skip
    if made.is_so(0.9):
        outcome = made.dice.choice(("done", "done", "waived", "ended")) if settled_at else ""
        if made.is_so(0.8):
            _duty(made, person, KIND, step, due_on, settled_at, outcome)
        else:
            duty = _duty(made, person, "form", 1, due_on, settled_at, outcome)
            made.rows.add(CauseRow, assignment=duty, kind=OPENED, ref=step)


def _duty(
    made: Company, person: int, kind: str, target: int, due_on: date | None,
    settled_at: datetime | None, outcome: str,
) -> int:  # fmt: skip
    """A duty of its own: its period keeps it apart from every other one."""
    due_at = datetime.combine(due_on, time(22, 59, 59), UTC) if due_on else None
    began = min(due_on or made.today, settled_at.date() if settled_at else made.today, made.today)
    number = made.rows.add(
        Assignment, person=person, kind=kind, target=target, title="Duty",
        opened_at=made.at(began - timedelta(days=made.dice.randint(0, 40))),
        due_on=due_on, due_at=due_at, settled_at=settled_at, outcome=outcome,
    )  # fmt: skip
    row = made.rows._of[Assignment][-1]
    row["period"] = str(number)
    # Some were asked for only after their day, and some settled long after what they ask was done.
    if number % 7 == 0 and settled_at:
        row["opened_at"] = settled_at - timedelta(hours=1)
    elif number % 5 == 0 and settled_at:
        row["settled_at"] = min(settled_at + timedelta(days=9), made.now)
    return number


def _attestations(made: Company, checklist: int, anchor: date) -> None:
    day = anchor
    for _ in range(made.dice.randint(0, 3)):
        day = day + timedelta(days=made.dice.randint(0, 60))
        if day > made.today:
            return
        since_on = made.day(anchor - timedelta(days=3), day) if made.is_so(0.6) else None
        gone = made.at(made.day(day, made.today)) if made.is_so(0.2) else None
        made.rows.add(
            Attestation, checklist=checklist, said_at=made.at(day), since_on=since_on,
            role="Engineer", level="L1", withdrawn_at=gone,
        )  # fmt: skip


# -- what is required ----------------------------------------------------------------------------


def _required(made: Company) -> None:
    for number in range(3):
        made.policies.append(made.document("policy", f"policy-{number}")[0])
    for _ in range(made.dice.randint(0, 4)):
        kind = made.dice.choice(("policy", "policy", "course"))
        at = made.at(made.today - timedelta(days=made.dice.randint(30, 900)))
        requirement = made.rows.add(
            Requirement, kind=kind, target=made.dice.choice(made.policies), created_at=at
        )
        grace = _terms(made, requirement, at.date())
        for person in made.staff:
            if made.is_so(0.8):
                _covered(made, requirement, kind, person, at.date(), grace)


def _terms(made: Company, requirement: int, first: date) -> int:
    """Terms that hold from its first day on, some with others before them; their days of grace."""
    grace, held = made.dice.choice((0, 0, 7)), first
    if made.is_so(0.3):
        held = made.day(first, made.today)
        _term(made, requirement, grace, first, held - A_DAY)
    ends = made.day(held, made.today) if made.is_so(0.15) else None
    _term(made, requirement, grace, held, ends)
    if made.is_so(0.3):
        _term(made, requirement, 99, first, None, superseded_at=made.now)
    return grace


def _term(
    made: Company, requirement: int, grace: int, first: date, last: date | None, **more: Any
) -> None:
    made.rows.add(
        Terms, requirement=requirement, grace_days=grace, starts_on=first, audience_from=first,
        holds_from=first, holds_until=last, recorded_at=made.at(min(first, made.today)), **more,
    )  # fmt: skip


def _covered(
    made: Company, requirement: int, kind: str, person: int, first: date, grace: int
) -> None:
    for began, left in made.stints[person]:
        since = max(began, first)
        if left and left < since:
            continue
        until = left
        if left is None and made.is_so(0.1):
            until = made.day(since, max(since, made.today + timedelta(days=50)))
        is_over = until is not None and until < made.today
        turn = {} if is_over else _turn(made, since, grace)
        made.rows.add(
            Coverage, requirement=requirement, person=person, since=since, until=until,
            event_on=since, recorded_at=made.at(min(since, made.today)), **turn,
        )  # fmt: skip
        if made.is_so(0.2):
            made.rows.add(
                Coverage, requirement=requirement, person=person, since=since, event_on=since,
                recorded_at=made.at(min(since, made.today)), superseded_at=made.now,
                **_turn(made, since, grace),
            )  # fmt: skip
        _duties_for(made, requirement, kind, person, since, turn.get("due_on"))
    if made.is_so(0.1):
        since = made.day(made.today - timedelta(days=200), made.today)
        until = made.dice.choice((None, since + timedelta(days=30)))
        gone = made.now if made.is_so(0.3) else None
        made.rows.add(
            Exemption, requirement=requirement, person=person, since=since, until=until,
            recorded_at=made.at(since), superseded_at=gone,
        )  # fmt: skip


def _turn(made: Company, since: date, grace: int) -> dict[str, Any]:
    """The lower half of a coverage: done or not, due or never again."""
    done_on = made.day(since - timedelta(days=100), made.today) if made.is_so(0.6) else None
    if done_on and made.is_so(0.4):
        return {"done_on": done_on}
    due_on = max(since, done_on or since) + timedelta(days=made.dice.randint(0, 400))
    if made.is_so(0.5):
        due_on = made.day(made.today - timedelta(days=60), made.today + timedelta(days=100))
        due_on = max(due_on, since)
    late_on = due_on + timedelta(days=grace + 1)
    return {"done_on": done_on, "opens_on": due_on, "due_on": due_on, "late_on": late_on}


def _duties_for(
    made: Company, requirement: int, kind: str, person: int, since: date, due_on: date | None
) -> None:
    """Duties that were settled, early or late, and one that is open for what is owed now."""
    for _ in range(made.dice.randint(0, 2)):
        due = made.day(since, made.today + timedelta(days=20))
        settled = made.at(made.day(due - timedelta(days=20), due + timedelta(days=60)))
        outcome = made.dice.choice(("done", "done", "done", "waived", "ended"))
        duty = _duty(made, person, kind, requirement, due, settled, outcome)
        made.rows.add(CauseRow, assignment=duty, kind=CAUSE, ref=requirement)
    if due_on and made.is_so(0.7):
        duty = _duty(made, person, kind, requirement, due_on, None, "")
        made.rows.add(CauseRow, assignment=duty, kind=CAUSE, ref=requirement)


def _signatures(made: Company) -> None:
    """Policies that are owed for other reasons: signed early, late or not at all."""
    for person in made.staff:
        for _ in range(made.dice.randint(0, 2)):
            due = made.day(made.today - timedelta(days=500), made.today + timedelta(days=30))
            settled_at = made.at(made.day(due - timedelta(days=30), due + timedelta(days=9)))
            outcome = made.dice.choice(("done", "done", "done", "waived", "ended"))
            if made.is_so(0.3):
                settled_at, outcome = None, ""
            target = made.dice.choice(made.policies)
            _duty(made, person, "policy", target, due, settled_at, outcome)


def _vacancies(made: Company) -> None:
    for number in range(made.dice.randint(0, 12)):
        opened = made.day(made.today - timedelta(days=700), made.today)
        row: dict[str, Any] = {"role": "Engineer", "opened_at": made.at(opened)}
        filled = made.at(made.day(opened, made.today))
        if made.people and made.is_so(0.7):
            row |= {"filled_by": made.dice.choice(made.people), "filled_at": filled}
            if made.is_so(0.1):
                row["filled_by"] = None
        elif made.is_so(0.4):
            row["closed_at"] = filled
        began = [first for first, _ in made.stints.get(row.get("filled_by"), [])]
        if began and number % 2 and began[0] <= filled.date():
            row["opened_at"] = datetime.combine(began[0], time(), UTC)
        made.rows.add(Vacancy, **row)
