"""Red numbers under the floor, late steps of the clock, targets, and what a review says."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.documents.models import Document
from portal.metrics import owning, quarterly, reds
from portal.metrics.measure import Measure, measures
from portal.metrics.models import RedNote
from tests import cast
from tests.metrics.test_owning import executive, red, render, sent, tell


@pytest.fixture
def share() -> Measure:
    """A number that is to be at least its target."""
    return measures["onboarding_on_time"]


def test_that_a_number_is_red_is_told_to_nobody_who_may_not_read_it(
    as_: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    """Red or not says on which side of the target a number of four people lies."""
    executive("dora")
    owning.settle(share, by=who.helen, owner=who.erin, target=None)
    red(share)
    tell(share, 10, people=4)
    reds.say(share, by=who.helen, why="One of them moved.", action="", look_again_on=None)

    notes = f"/metrics/{share.name}/notes"
    page = as_("erin").get(notes).text
    assert "Too few people" in page and "Red since" not in page and "One of them" not in page
    assert "is written to" not in page and "<textarea" not in page
    answer = as_("erin").post(notes, data={"why": "It rained."})
    assert answer.status_code == 403 and RedNote.select().count() == 1
    assert "One of them moved." in as_("helen").get(notes).text
    move_clock(days=32)
    assert share.title in as_("helen").get("/metrics/red").text
    assert share.title not in as_("dora").get("/metrics/red").text


def test_a_letter_of_a_red_number_goes_to_nobody_who_may_not_read_it(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    owning.settle(share, by=who.helen, owner=who.erin, target=None)
    red(share)
    tell(share, 10, people=4)
    move_clock(days=7)
    assert reds.remind_due() == 1 and sent() == ["helen"]
    assert render(reds.LETTER)[0] is not None

    # One that was written while it was of enough people leaves only while it is.
    tell(share, 10, people=9)
    move_clock(days=7)
    reds.remind_due()
    assert sent() == ["helen", "mara"] and render(reds.LETTER)[-1] is not None
    tell(share, 10, people=4)
    assert render(reds.LETTER)[-1] is None


def test_a_step_that_comes_late_does_not_bring_the_next_with_it(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    owning.settle(share, by=who.helen, owner=who.erin, target=None)
    red(share)
    move_clock(days=30)
    assert [reds.remind_due() for _ in range(3)] == [1, 0, 0] and sent() == ["erin"]

    # Whoever answers for it from now on hears of it before whoever leads them.
    owning.settle(share, by=who.helen, owner=who.olga, target=None)
    assert [reds.remind_due() for _ in range(2)] == [1, 0] and sent() == ["erin", "olga"]
    move_clock(days=7)
    assert [reds.remind_due() for _ in range(2)] == [1, 0] and sent()[-1] == "otto"
    assert reds.listed().scalar() == 0
    move_clock(days=7)
    reds.remind_due()
    assert reds.listed().scalar() == 1


def test_the_same_words_a_month_later_are_another_note(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    red(share)
    said = {"by": who.helen, "why": "We still wait for IT.", "action": "", "look_again_on": None}
    first = reds.say(share, **said)
    assert reds.say(share, **said) == first
    move_clock(days=reds.NOTE_DAYS + 1)
    assert reds.say(share, **said) != first
    assert reds.unexplained(who.helen, clock.today()) == []


def test_whoever_left_and_whoever_leads_nobody_is_replaced_by_hr(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    owning.settle(share, by=who.helen, owner=who.lev, target=None)
    red(share)
    move_clock(days=7)
    reds.remind_due()
    move_clock(days=7)
    reds.remind_due()
    assert sent() == ["helen", "helen"]
    assert all(message is not None for message in render(reds.LETTER))


def test_a_review_holds_the_numbers_of_its_own_quarter_and_words_without_marks(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    last = date(2026, 9, 30)
    assert measures["headcount"].days == 0 and measures["turnover"].days == 365
    for day, hits in ((date(2026, 6, 30), 31), (last, 47)):
        tell(measures["headcount"], hits, day)
        tell(measures["turnover"], hits, day)
        tell(measures["goals_met"], hits, day, people=100)
        tell(share, 10, day)
    reds.follow()
    move_clock(to=cast.NOW - timedelta(days=60))
    reds.say(
        share, by=who.helen, why="See [here](https://evil.example) and *now*, a_b.", action="",
        look_again_on=None,
    )  # fmt: skip
    move_clock(to=cast.NOW)
    text = quarterly.text_of("2026 Q3", last)
    assert "### Goals achieved: 47" in text
    # A state of the day and a number of a year, too: it is the quarter before they stand beside.
    assert text.count("p 16 points on the quarter before") == 2
    assert "Up 16 people on the quarter before" in text
    assert "month before" not in text and "year before" not in text
    assert r"See \[here\](https://evil.example) and \*now\*, a\_b." in text

    document = quarterly.draft("2026 Q3", by=who.helen)
    with db.write():
        Document.update(title="The third quarter").where(Document.id == document.id).execute()
    assert quarterly.draft("2026 Q3", by=who.helen) == document


def test_a_share_is_to_be_under_its_target_and_none_at_all_always_is() -> None:
    overdue = measures["compliance_overdue"]
    assert overdue.is_red(5) and not overdue.is_red(4.99)
    assert not overdue.is_red(0, 0) and overdue.is_red(0.1, 0)
    days = measures["time_to_productivity"]
    assert not days.is_red(90) and days.is_red(90.5)


def test_a_target_lies_where_a_share_may(as_: Any, who: Any, share: Measure) -> None:
    helen, terms = as_("helen"), f"/metrics/{share.name}/terms"
    for wrong in ("101", "-1", "1e9"):
        assert helen.post(terms, data={"target": wrong}).status_code == 422
    assert helen.post(terms, data={"target": "90.25"}).status_code == 303
    assert 'value="90.25"' in helen.get(terms).text


def test_the_page_says_explained_as_long_as_no_letter_asks(
    as_: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    red(share)
    tell(share, 10, people=9)
    notes, explained = f"/metrics/{share.name}/notes", "It is explained for now"
    assert explained not in as_("helen").get(notes).text
    reds.say(share, by=who.helen, why="It rained.", action="", look_again_on=None)
    assert explained in as_("helen").get(notes).text
    move_clock(days=32)
    assert explained not in as_("helen").get(notes).text
