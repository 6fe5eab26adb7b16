"""Own ratings beside the company's: never below five, never so that one could be solved for."""

import random
from datetime import timedelta
from typing import Any

import pytest

from portal.people.models import Person
from portal.reviews import drift
from portal.reviews.drift import Rated, usable
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.spread import FEWEST
from portal.reviews.steps import MANAGER
from tests import cast
from tests.reviews.conftest import after, plan, send


def rated(values: str, authors: str = "abcde", **more: Any) -> list[Rated]:
    return [
        Rated(ord(authors[at % len(authors)]), float(value), **more)
        for at, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (rated("1234"), 0),
        (rated("12341"), 5),
        (rated("123412341"), 5),
        (rated("1234123412"), 10),
        # One other manager alone, or two: their way of rating would be told.
        (rated("12341", "a"), 0),
        (rated("12341", "ab"), 0),
        # All known, none known, some known.
        (rated("12341", is_known=True), 5),
        (rated("1", is_known=True) + rated("2341"), 0),
        (rated("1", is_known=True) + rated("2341") + rated("33333"), 5),
        # One's own review, and one whose words are erased.
        (rated("1234") + rated("1", is_own_review=True), 0),
        ([*rated("1234"), Rated(9, None)], 0),
    ],
)
def test_what_counts_of_the_company(rows: list[Rated], count: int) -> None:
    assert len(usable(rows)) == count


def test_no_two_looks_differ_by_fewer_than_five() -> None:
    """Whenever one looks, and whatever is erased meanwhile: what was counted and is not any more,
    or the other way round, are five each time."""
    draw = random.Random(7)
    for _ in range(200):
        rows = [
            # Powers of two, so that each sum says whose ratings are in it.
            Rated(draw.randrange(9), float(2**at), draw.random() < 0.2, draw.random() < 0.03)
            for at in range(draw.randrange(40))
        ]
        seen = [usable(rows[:at]) for at in range(len(rows) + 1)]
        erased = [
            Rated(row.author, None if draw.random() < 0.05 else row.value, row.is_known,
                  row.is_own_review)
            for row in rows
        ]  # fmt: skip
        for one in [*seen, usable(erased)]:
            for other in seen:
                assert len(set(one) - set(other)) % FEWEST == 0
                assert len(set(other) - set(one)) % FEWEST == 0


@pytest.mark.parametrize(
    ("mine", "company", "words"),
    [
        ([4, 4, 4, 3, 3], 3.0, "about 3. Higher can be right"),
        ([2, 3, 3, 3, 3], 3.2, "about 3. That is close"),
        ([2, 2, 2, 2, 1], 3.2, "about 3. Lower can be right"),
        ([3, 3, 3, 3, 3], 2.6, "the same: 3.0; elsewhere in the company it is about 2.5"),
        # A mean of 4 out of 4 would say what everybody was given.
        ([4, 4, 4, 4, 3], 4.0, "3.5 or more. That is close"),
        ([1, 2, 2, 2, 2], 4.0, "3.5 or more. Lower can be right"),
        ([1, 1, 1, 1, 2], 1.0, "1.5 or less. That is close"),
    ],
)
def test_what_is_said_is_calm_and_coarse(mine: list[int], company: float, words: str) -> None:
    assert words in drift._said([float(one) for one in mine], [company] * 5, (1, 4))


def hire(name: str, manager: Person | None) -> Person:
    return Person.hire(
        by=None, name=name, email=f"{name.lower().replace(' ', '.')}@halden.example", details={},
        starts_on=cast.TODAY - timedelta(days=400), role="Engineer", team=None, manager=manager,
    )  # fmt: skip


@pytest.fixture
def rating(forms: Any, who: Any, move_clock: Any) -> Any:
    """A cycle of Mara's seven people and of two each of three other managers, whose forms are
    open."""
    people = [hire(f"Own {at}", who.mara) for at in range(7)]
    for name in ("Otto", "Ida", "Adam"):
        people += [hire(f"{name} {at}", getattr(who, name.lower())) for at in range(2)]
    cycle = Cycle.begin(plan(), people, cast.TODAY, by=who.helen)
    after(move_clock, 11)
    return cycle


def forms_of(cycle: Cycle, name: str) -> list[Any]:
    rows = ReviewPart.whole(ReviewPart.select()).where(ReviewPart.author == cast.person(name))
    return [
        part.submission
        for part in rows.order_by(ReviewPart.id)
        if part.phase.name == MANAGER and part.phase.cycle_id == cycle.id
    ]


def test_it_is_said_from_five_of_ones_own_on_and_once_others_are_sealed(
    rating: Cycle, move_clock: Any, as_: Any
) -> None:
    own = forms_of(rating, "mara")
    for form in own[:4]:
        send(form, "3")
    for name in ("otto", "ida", "adam"):
        for form in forms_of(rating, name):
            send(form, "1")

    def said(name: str = "mara", at: int = 6) -> str:
        return drift.sentence(cast.person(name), forms_of(rating, "mara")[at])

    move_clock(days=2)
    assert said() == "", "four of her own"
    key = own[4].questionnaire.questions[0].key
    own[4].save_draft({key: "2"}, own[4].version)
    first = said()
    assert first.startswith("You have rated 5 people, 2.8 on average; elsewhere in the company it")
    assert "is 1.5 or less" in first and "Higher can be right" in first
    page = as_("mara").get(f"/forms/{own[6].id}").text
    assert "You have rated 5 people" in page
    # Not for anybody else, nor in a form about oneself.
    assert said("dora") == said("helen") == ""
    assert drift.sentence(cast.person("mara"), forms_of(rating, "otto")[0]) == ""


def test_what_could_be_taken_back_does_not_count(rating: Cycle, move_clock: Any) -> None:
    own = forms_of(rating, "mara")
    for form in own[:5]:
        send(form, "3")
    for name in ("otto", "ida", "adam"):
        for form in forms_of(rating, name):
            send(form, "3")
    mara = cast.person("mara")
    move_clock(hours=23)
    assert drift.sentence(mara, own[6]) == ""
    move_clock(hours=2)
    assert drift.sentence(mara, own[6]).startswith("You have given all 5 people the same: 3.0;")
