"""How ratings are spread: no group under five, and none that could be worked out."""

import random
from fractions import Fraction

import pytest

from portal.reviews.spread import FEWEST, Rated, shown_groups, spread

pytestmark = pytest.mark.one_database


def rows(**groups: int) -> list[Rated]:
    return [Rated(name, 2, 2) for name, size in groups.items() for _ in range(size)]


def names(**groups: int) -> list[str]:
    return sorted(shown_groups(rows(**groups)))


def test_a_group_of_four_is_not_shown_and_neither_is_what_leaves_it_over() -> None:
    assert names(a=9, b=4) == []
    assert names(a=9, b=6) == ["a", "b"]
    assert names(a=9, b=6, c=4) == ["a"]
    assert names(a=9, b=6, c=4, d=3) == ["a", "b"]


def test_fewer_than_five_are_not_shown_at_all() -> None:
    assert spread(rows(a=4)).total is None
    assert spread(rows(a=2, b=2)).hidden == ["a", "b"]
    whole = spread(rows(a=5))
    assert whole.total is not None and whole.total.people == 5


def test_who_knows_some_of_a_group_does_not_learn_of_the_others_by_subtraction() -> None:
    """Mara reads four of the six in a: the sum would tell her of two."""
    known = [Rated("a", 2, 2, is_known=True)] * 4 + rows(a=2, b=9)
    assert shown_groups(known) == set()
    assert shown_groups([Rated("a", 2, 2, is_known=True)] * 6 + rows(b=9)) == {"a", "b"}


def test_all_of_them_are_not_shown_to_who_knows_all_but_a_few() -> None:
    mostly = [Rated("a", 2, 2, is_known=True)] * 8 + rows(a=2)
    assert spread(mostly).total is None


def test_before_and_after_are_counted_side_by_side() -> None:
    changed = [Rated("a", 3, 2)] * 2 + [Rated("a", 2, 2)] * 3
    total = spread(changed).total
    assert total is not None
    assert (total.before[3], total.after[3], total.after[2]) == (2, 0, 5)


def rank(vectors: list[list[int]]) -> int:
    """How many of these sums are independent of each other."""
    left = [[Fraction(x) for x in row] for row in vectors]
    found, width = 0, len(vectors[0]) if vectors else 0
    for column in range(width):
        pivot = next((i for i in range(found, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for i in range(len(left)):
            if i != found and left[i][column]:
                factor = left[i][column] / left[found][column]
                left[i] = [a - factor * b for a, b in zip(left[i], left[found], strict=True)]
        found += 1
    return found


def published(rated: list[Rated]) -> list[list[int]]:
    """Who is added up in each number that is shown, without those the viewer knows anyway."""
    seen = spread(rated)
    if seen.total is None:
        return []
    groups = [None, *(line.name for line in seen.lines)]
    return [[int(not r.is_known and group in (None, r.group)) for r in rated] for group in groups]


@pytest.mark.parametrize("seed", range(60))
def test_no_sum_of_what_is_shown_leads_to_fewer_than_five(seed: int) -> None:
    chance = random.Random(seed)
    rated = [
        Rated(chance.choice("abcdef"[: chance.randint(1, 6)]), 2, 2, chance.random() < 0.3)
        for _ in range(chance.randint(3, 40))
    ]
    sums = published(rated)
    for number, row in enumerate(rated):
        if row.is_known or not sums:
            continue
        alone = [int(i == number) for i in range(len(rated))]
        assert rank([*sums, alone]) == rank(sums) + 1, "one person's rating can be worked out"
    for group in {row.group for row in rated} - shown_groups(rated):
        unknown = [i for i, row in enumerate(rated) if row.group == group and not row.is_known]
        if not sums or not unknown or len(unknown) >= FEWEST:
            continue
        few = [int(i in unknown) for i in range(len(rated))]
        assert rank([*sums, few]) == rank(sums) + 1, "a small group can be worked out"


def test_the_alarm_rings_where_a_small_group_is_left_over() -> None:
    rated = rows(a=9, b=4)
    sums = [[1] * 13, [1] * 9 + [0] * 4]
    assert rank([*sums, [0] * 9 + [1] * 4]) == rank(sums) == 2
    assert published(rated) == [[1] * 13]
