"""What two releases tell together: subtracting the earlier from the later names nobody either."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from portal.demographics.disclosure import SMALLEST, Figures, changes, may_follow, release
from portal.demographics.models import DemographicRelease, Demographics
from portal.people.models import Person
from portal.people.org import Team
from tests.demographics.test_disclosure import Row, reduced

CHOICES = ["c0", "c1", "c2"]
Company = dict[int, tuple[str, str]]


def company(rng: random.Random) -> Company:
    """Who answered: their department and what they said."""
    made: Company = {}
    for number in range(rng.randint(2, 3)):
        for _ in range(rng.randint(5, 14)):
            made[len(made)] = (f"d{number}", rng.choice(CHOICES))
    return made


def later(before: Company, rng: random.Random) -> Company:
    """A quarter on: some have come, some gone, some moved, some changed their mind."""
    now = dict(before)
    for number in range(rng.choice([1, 2, 6, 9, 14])):
        person = rng.choice(list(now))
        department = now[person][0] if rng.random() < 0.7 else "d1"
        what = rng.choice(["come", "come", "go", "change"])
        if what == "come":
            now[1000 + number] = (department, rng.choice(CHOICES))
        elif what == "go":
            del now[person]
        else:
            now[person] = (department, rng.choice(CHOICES))
    return now


def places(of: Company) -> dict[int, str]:
    return {person: department for person, (department, _) in of.items()}


def figures_of(of: Company) -> Figures:
    counts: dict[str, Counter[str]] = {}
    for department, choice in of.values():
        counts.setdefault(department, Counter())[choice] += 1
    return release(counts, CHOICES)


def published(before: Company, now: Company, first: Figures, *, careful: bool) -> Figures:
    """What is shown the second time, as `take_if_due` has it."""
    touched = {
        person for person in before.keys() & now.keys() if before[person][1] != now[person][1]
    }
    if careful and 0 < changes(places(before), places(now), touched) < SMALLEST:
        return first
    second = figures_of(now)
    if careful and first.departments and not may_follow(places(before), places(now), touched):
        return Figures(second.company, {})
    return second


def told(before: Company, now: Company, first: Figures, second: Figures) -> int:
    """How many people's answers are solved for, each number shown taken as an equation."""
    columns: list[tuple[Any, ...]] = []
    for person in sorted(before.keys() | now.keys()):
        same = before.get(person, ("", ""))[1] == now.get(person, ("", ""))[1]
        moments = (
            [("both",)] if same else [("then",)] * (person in before) + [("now",)] * (person in now)
        )
        columns += [(person, moment[0], choice) for moment in moments for choice in CHOICES]
    rows: list[Row] = []
    for figures, company_then, moment in ((first, before, "then"), (second, now, "now")):
        if figures is first and moment == "now":
            continue
        for group, table in [("", figures.company), *figures.departments.items()]:
            if table is None:
                continue
            inside = {p for p, (d, _) in company_then.items() if group in ("", d)}
            rows.append(tuple(int(p in inside and m in ("both", moment)) for p, m, _ in columns))
            rows += [
                tuple(int(p in inside and m in ("both", moment) and c == choice)
                      for p, m, c in columns)
                for choice, count in table.counts.items() if count is not None
            ]  # fmt: skip
    return sum(1 for row in reduced(rows) if sum(1 for x in row if x) == 1)


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(50))
def test_nobodys_answer_is_solved_for_from_two_releases(seed: int) -> None:
    rng = random.Random(seed)
    before = company(rng)
    now = later(before, rng)
    first = figures_of(before)
    assert told(before, now, first, published(before, now, first, careful=True)) == 0


@pytest.mark.one_database
def test_without_the_rule_it_would_be() -> None:
    caught = 0
    for seed in range(50):
        rng = random.Random(seed)
        before = company(rng)
        now = later(before, rng)
        first = figures_of(before)
        caught += bool(told(before, now, first, published(before, now, first, careful=False)))
    assert caught > 5


@pytest.mark.one_database
def test_departments_follow_when_none_and_no_two_of_them_changed_by_a_few() -> None:
    before = {n: "A" if n < 20 else "B" for n in range(40)}
    assert may_follow(before, before, set())
    assert not may_follow(before, before | {99: "A"}, set())
    assert not may_follow(before, {n: d for n, d in before.items() if n}, set())
    assert not may_follow(before, before, {3})
    assert may_follow(before, before, {0, 1, 2, 3, 4})
    assert may_follow(before, before | dict.fromkeys(range(5), "B"), set())
    # Five in each, and in both together only two: four have just changed sides.
    moved = {n: d for n, d in before.items() if n} | dict.fromkeys(range(1, 5), "B")
    assert not may_follow(before, moved, {39})


@pytest.fixture
def firm(who: Any) -> list[Person]:
    """Engineering, all of whom have answered but the last, and Sales."""
    people = []
    for n in range(25):
        person = Person.hire(
            by=None, name=f"P {n:02}", email=f"p{n}@halden.example", details={},
            starts_on=date(2025, 1, 1), role="Somebody",
            team=Team.named("Engineering" if n < 13 or n == 24 else "Sales"),
        )  # fmt: skip
        people.append(person)
    for n, person in enumerate(people[:24]):
        Demographics.answer(person, {"gender": "woman" if n % 2 else "man"})
    return people


def test_a_newcomer_among_many_changes_is_not_told_by_their_department(
    firm: list[Person], move_clock: Any
) -> None:
    assert DemographicRelease.take_if_due()
    first = DemographicRelease.latest()
    assert set(first.content["gender"].departments) == {"Engineering", "Sales"}
    move_clock(days=60)
    Demographics.answer(firm[-1], {"gender": "woman"})
    for person in firm[13:18]:
        Demographics.answer(person, {"gender": "unsaid"})
    assert DemographicRelease.take_if_due()
    second = DemographicRelease.latest().content["gender"]
    assert second.company.answered == 25 and second.departments == {}
    # Once four more have changed in Engineering since it was shown, it is shown again.
    move_clock(days=100)
    for person in firm[:4]:
        Demographics.answer(person, {"gender": "unsaid"})
    Demographics.answer(firm[19], {"gender": "unsaid"})
    assert DemographicRelease.take_if_due()
    assert "Engineering" in DemographicRelease.latest().content["gender"].departments


def test_a_question_that_one_person_answered_otherwise_keeps_its_figures(
    firm: list[Person], move_clock: Any
) -> None:
    assert DemographicRelease.take_if_due()
    first = DemographicRelease.latest()
    move_clock(days=60)
    Demographics.answer(firm[0], {"gender": "woman"})
    for person in firm[1:9]:
        said = Demographics.of(person)
        Demographics.answer(person, {"gender": said.gender, "caring": "unsaid"})
    assert DemographicRelease.take_if_due()
    again = DemographicRelease.latest()
    assert again.content["gender"] == first.content["gender"]
    assert again.taken("gender") == first.taken_on < again.taken_on - timedelta(days=59)
    assert again.content["caring"].company.answered == 8 and again.taken("caring") == again.taken_on
