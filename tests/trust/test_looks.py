"""Reading something sensitive is noted, once an hour, and HR sees by whom."""

from typing import Any

from portal import audit
from tests.reach import knock


def test_one_reading_an_hour_is_noted_and_ones_own_is_not(
    database: Any, who: Any, move_clock: Any, queries: Any
) -> None:
    audit.looked(who.helen, who.erin, about=who.erin)
    for _ in range(2):
        with queries() as asked:
            audit.looked(who.helen, who.erin, about=who.erin)
        assert len(asked) == 1 and asked[0].startswith("SELECT"), "it waits for no writer"
    audit.looked(who.erin, who.erin, about=who.erin)
    assert audit.Look.select().count() == 1
    move_clock(hours=1)
    audit.looked(who.helen, who.erin, about=who.erin)
    assert audit.Look.newest(who.erin.id).count() == 2
    assert audit.Look.newest(who.otto.id).count() == 0


def test_hr_reads_who_looked(database: Any, who: Any, as_: Any) -> None:
    audit.looked(who.mara, who.erin, about=who.erin)
    page = as_("helen").get("/audit/looks").text
    assert who.mara.called in page and who.erin.called in page
    assert who.mara.called not in as_("helen").get(f"/audit/looks?about={who.otto.id}").text
    assert as_("helen").get("/audit/looks?about=x%00").status_code == 400
    assert "/audit/looks" in as_("helen").get("/audit").text


def test_nobody_else_does(database: Any, as_: Any) -> None:
    others = dict.fromkeys("mara dora erin otto ben nia ida adam audrey".split(), 404)
    knock(as_, {"helen": 200, **others}, "/audit/looks", nowhere="/audit/nothing")
