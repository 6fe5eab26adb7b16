"""How far a key result has come, and numbers as people type them."""

import pytest

from portal.goals import shares

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("start", "target", "current", "share"),
    [
        (0, 10, 0, 0), (0, 10, 3, 30), (0, 10, 10, 100), (0, 10, 25, 100), (0, 10, -4, 0),
        (9, 5, 9, 0), (9, 5, 7, 50), (9, 5, 5, 100), (9, 5, 4, 100), (9, 5, 12, 0),
        (0, 1, 0.3, 30), (0, 3, 2.999, 99), (-5, 5, 0, 50),
    ],
)  # fmt: skip
def test_a_share_is_how_much_of_the_way_is_done(
    start: float, target: float, current: float, share: int
) -> None:
    way = shares.direction_of(start, target)
    assert shares.share(start, target, current, way) == share


def test_what_is_to_stay_is_held_or_not() -> None:
    for way, held, lost in (("up", 96, 94), ("down", 94, 96)):
        assert shares.share(95, 95, 95, way) == 100
        assert shares.share(95, 95, held, way) == 100
        assert shares.share(95, 95, lost, way) == 0


def test_a_goal_has_the_mean_of_its_key_results() -> None:
    assert shares.mean([100, 50, 51]) == 67 and shares.mean([]) is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        (" 4.5 ", 4.5),
        ("4,5", 4.5),
        ("-3", -3),
        ("−3", -3),
        ("1 200", 1200),
        ("0", 0),
        ("0.125", 0.125),
        ("1234,567", 1234.567),
        ("1 200.500", 1200.5),
        ("1.2000", 1.2),
        ("1 200 000", 1_200_000),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: float) -> None:
    assert shares.number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ten",
        "1e9",
        "nan",
        "inf",
        "1.23456",
        "12345678901",
        "1,200",
        "1.200",
        "-12.345",
        "1.200.000",
        "٣",
        "12 5",
        "1 2",
    ],
)
def test_what_could_be_two_numbers_or_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        shares.number(typed)


@pytest.mark.parametrize("typed", ["1.200", "1,200", "999.999", "1.200.000", "1,200.000"])
def test_a_mark_before_three_digits_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=shares.NO_THOUSANDS):
        shares.number(typed)


@pytest.mark.parametrize("value", [1.125, -12.345, 0.125, 1200, 1234.567, 4.5])
def test_what_a_form_shows_is_read_as_the_same_number(value: float) -> None:
    assert shares.number(shares.plain(value)) == value


def test_numbers_are_shown_as_short_as_they_can_be() -> None:
    said = [shares.shown(n) for n in (12.0, 4.5, 1200, 0.0001, -0.0, 100000.25)]
    assert said == ["12", "4.5", "1,200", "0.0001", "0", "100,000.25"]
    assert shares.plain(1200) == "1200" and shares.with_unit(40, "%") == "40 %"
