"""What elements amount to, by the rules of both standards; without a database."""

import pytest

from portal.scorm import datamodel, launching
from portal.scorm.datamodel import check, reckon

pytestmark = pytest.mark.one_database


def test_times_of_both_standards() -> None:
    assert datamodel.seconds_12("0001:02:03.45") == 3723
    assert datamodel.seconds_12("00:00:07") == 7
    assert datamodel.seconds_12("1:2") is None
    assert datamodel.seconds_12("-1:00:00") is None
    assert datamodel.seconds_2004("PT1H2M3.4S") == 3723
    assert datamodel.seconds_2004("P1DT1S") == 86_401
    for said in ("", "P", "PT", "1H", "PT1H2", "PT-1S", "PT" + "9" * 40 + "S"):
        assert not datamodel.seconds_2004(said)
    assert datamodel.time_12(360_007) == "0100:00:07"
    assert datamodel.time_2004(3723) == "PT1H2M3S"
    assert datamodel.time_2004(86_400 * 29) == "P29D"
    assert datamodel.time_2004(7220) == "PT2H20S"
    assert datamodel.time_2004(0) == "PT0H0M0S"


@pytest.mark.parametrize(
    ("status", "completion", "success"),
    [
        ("passed", "completed", "passed"),
        ("completed", "completed", "unknown"),
        ("failed", "incomplete", "failed"),
        ("incomplete", "incomplete", "unknown"),
        ("browsed", "incomplete", "unknown"),
        ("not attempted", "unknown", "unknown"),
        ("nonsense", "unknown", "unknown"),
    ],
)
def test_one_mapping_of_the_status_of_1_2(status: str, completion: str, success: str) -> None:
    said = reckon("1.2", {}, {"cmi.core.lesson_status": status}, ended=False)
    assert (said.completion, said.success) == (completion, success)


def test_a_mastery_score_waits_until_the_course_is_through() -> None:
    node, data = {"mastery": 80}, {"cmi.core.score.raw": "90"}
    assert reckon("1.2", node, data, ended=False).success == "unknown"
    assert reckon("1.2", node, data | {"cmi.core.exit": "suspend"}, True).success == "unknown"
    assert reckon("1.2", node, data, ended=True).success == "passed"
    assert reckon("1.2", node, data, ended=True, counts=False).success == "unknown"
    assert reckon("1.2", node, {}, ended=True).success == "unknown"


def test_a_score_is_brought_to_a_hundred() -> None:
    def score(**parts: str) -> float | None:
        data = {f"cmi.core.score.{name}": value for name, value in parts.items()}
        return reckon("1.2", {}, data, False).score

    assert score(raw="76") == 76
    assert score(raw="8", min="0", max="10") == 80
    assert score(raw="8", max="10") == 80
    assert score(raw="5", min="5", max="5") == 5
    assert score(raw="900") == 100
    assert score(raw="-3") == 0
    for strange in ("", "nan", "inf", "many"):
        assert score(raw=strange) is None
    assert reckon("2004", {}, {"cmi.score.scaled": "-0.5"}, False).score == 0
    assert reckon("2004", {}, {"cmi.score.scaled": "0.925"}, False).score == 92.5


def test_an_exit_counts_only_where_something_ended() -> None:
    said = {"cmi.exit": "suspend"}
    assert reckon("2004", {}, said, ended=False).exit == "open"
    assert reckon("2004", {}, said, ended=True).exit == "suspend"
    assert reckon("2004", {}, {"cmi.exit": ""}, ended=True).exit == "normal"


def test_rows_are_loaded_in_the_order_in_which_they_were_made() -> None:
    names = [
        "cmi.interactions.10.id", "cmi.interactions.2.result", "cmi.interactions.2.type",
        "cmi.interactions.2.id", "cmi.interactions.2.objectives.1.id",
        "cmi.interactions.2.objectives.0.id", "cmi.location",
    ]  # fmt: skip
    assert sorted(names, key=launching._in_order) == [
        "cmi.interactions.2.id", "cmi.interactions.2.type",
        "cmi.interactions.2.objectives.0.id", "cmi.interactions.2.objectives.1.id",
        "cmi.interactions.2.result", "cmi.interactions.10.id", "cmi.location",
    ]  # fmt: skip


def test_what_may_be_written_is_on_a_list() -> None:
    good = {
        "1.2": ["cmi.core.exit", "cmi.interactions.3.correct_responses.0.pattern", "cmi.comments"],
        "2004": ["cmi.exit", "cmi.objectives.0.score.scaled", "adl.data.1.store"],
    }
    for standard, names in good.items():
        assert check(standard, dict.fromkeys(names, "")) == (dict.fromkeys(names, ""), {})
    for standard in good:
        for name in (
            "cmi", "cmi.core", "cmi.objectives.0", "cmi.interactions._count", "__proto__",
            "cmi.constructor", "cmi.objectives.-1.id", "cmi.objectives.1e3.id", "cmi.mode", "",
        ):  # fmt: skip
            taken, refused = check(standard, {name: "x"})
            assert taken == {} and list(refused) == [name]
