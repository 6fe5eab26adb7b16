"""A one-on-one on its way: begun, prepared, held, moved, skipped; what is open carries over."""

from datetime import date, timedelta
from typing import Any

from portal.assignments.models import Assignment
from portal.oneonones import holding
from portal.oneonones.actions import ACTION, Action
from portal.oneonones.models import DUTY, OneOnOne, Talk
from portal.oneonones.points import TalkPoint
from portal.people.org import Location
from tests.cast import TODAY
from tests.oneonones.conftest import TOMORROW, again, begin


def owed(kind: str) -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == kind, Assignment.is_open()))


def points(one: Any) -> list[tuple[str, int]]:
    talk = one.coming()
    found = [each for each in TalkPoint.agenda(talk) if each.done_in is None]
    return [(each.words, each.carried(talk)) for each in found]


def test_either_of_the_two_begins_it(as_: Any, who: Any) -> None:
    said = {"weeks": "1", "next_on": str(TOMORROW)}
    answer = as_("erin").post(f"/one-on-ones/with/{who.mara.id}", data=said)
    one = OneOnOne.get()
    assert answer.headers["Location"] == f"/one-on-ones/{one.id}"
    assert (one.report_id, one.lead_id, one.weeks) == (who.erin.id, who.mara.id, 1)
    as_("mara").post(f"/one-on-ones/with/{who.ben.id}", data=said)
    assert OneOnOne.select().where(OneOnOne.report == who.ben).exists()
    (duty,) = [each for each in owed(DUTY) if each.target == one.id]
    assert (duty.person_id, duty.due_on) == (who.mara.id, TOMORROW)
    assert duty.title == "One-on-one with Erin Castellanos"
    assert f"/one-on-ones/{one.id}" in as_("mara").get("/").text
    again_ = as_("mara").post(f"/one-on-ones/with/{who.erin.id}", data=said)
    assert again_.headers["Location"] == f"/one-on-ones/{one.id}" and OneOnOne.select().count() == 2


def test_a_day_that_is_over_or_missing_is_refused(as_: Any, who: Any) -> None:
    erin, address = as_("erin"), f"/one-on-ones/with/{who.mara.id}"
    for wrong in (
        {"weeks": "2", "next_on": ""}, {"weeks": "2", "next_on": "2026-11-17"},
        {"weeks": "2", "next_on": " "},
        {"weeks": "3", "next_on": str(TOMORROW)}, {"next_on": str(TOMORROW)},
        {"weeks": "1", "next_on": "2028-01-01"},
    ):  # fmt: skip
        assert erin.post(address, data=wrong).status_code == 422, wrong
    assert not OneOnOne.select().exists()
    assert erin.post(address, data={"weeks": "0", "next_on": ""}).status_code == 303


def test_both_prepare_it_and_it_is_there_at_once(as_: Any, pair: Any) -> None:
    as_("erin").post(f"{pair.url}/points", data={"words": "The on-call week"})
    as_("mara").post(f"{pair.url}/points", data={"words": "Your talk at the fair"})
    page = as_("erin").get(pair.url).text
    assert "The on-call week" in page and "Your talk at the fair" in page and "Mara" in page
    for wrong in ("", "  ", "x" * 301, "a\nb"):
        answer = as_("erin").post(f"{pair.url}/points", data={"words": wrong})
        assert answer.status_code == 422, wrong
    part = as_("erin").hx(f"{pair.url}/points", "agenda", data={"words": "A third"})
    assert part.status_code == 200 and 'id="agenda"' in part.text and "A third" in part.text
    assert "<html" not in part.text


def test_a_point_is_ticked_off_taken_off_and_put_back(as_: Any, who: Any, pair: Any) -> None:
    TalkPoint.raise_for(pair, ["One", "Two"], by=who.erin)
    one, two = TalkPoint.select().order_by(TalkPoint.id)
    mara, erin = as_("mara"), as_("erin")
    mara.post(f"/one-on-ones/points/{one.id}/tick")
    assert points(pair) == [("Two", 0)]
    # Both say so at the same moment: it is talked about, not open again.
    part = erin.hx(f"/one-on-ones/points/{one.id}/tick", f"talk-point-{one.id}")
    assert points(pair) == [("Two", 0)] and 'data-state="done"' in part.text
    assert "A point to talk about" not in part.text
    erin.post(f"/one-on-ones/points/{one.id}/untick")
    assert points(pair) == [("One", 0), ("Two", 0)]
    # It goes by whoever raised it.
    assert mara.post(f"/one-on-ones/points/{two.id}/removal").status_code == 403
    undo = erin.hx(f"/one-on-ones/points/{two.id}/removal", "agenda")
    assert f"/one-on-ones/points/{two.id}/restoring" in undo.text
    assert points(pair) == [("One", 0)]
    erin.post(f"/one-on-ones/points/{two.id}/restoring")
    assert points(pair) == [("One", 0), ("Two", 0)]


def test_what_is_not_done_carries_over_with_how_often_it_did(
    as_: Any, who: Any, pair: Any, move_clock: Any
) -> None:
    TalkPoint.raise_for(pair, ["Salary", "Holiday"], by=who.erin)
    TalkPoint.get(TalkPoint.words == "Holiday").tick(by=who.mara)
    for number in (1, 2):
        assert holding.hold(again(pair), TODAY, by=who.mara, number=number)
    assert points(pair) == [("Salary", 2)]
    page = as_("erin").get(pair.url).text
    assert "carried over twice" in page and "Holiday" not in page
    first = Talk.get(Talk.number == 1)
    past = as_("erin").get(first.url).text
    assert "Holiday" in past and "talked about" in past and "carried over" in past


def test_we_met_closes_it_and_the_next_follows_the_rhythm(
    as_: Any, who: Any, pair: Any, move_clock: Any
) -> None:
    move_clock(days=1)
    said = {"held_on": str(TOMORROW), "number": "1"}
    answer = as_("mara").post(f"{pair.url}/meeting", data=said)
    assert answer.status_code == 303
    talk = again(pair).next
    assert (talk.number, talk.planned_on) == (2, TOMORROW + timedelta(weeks=2))
    (duty,) = owed(DUTY)
    assert duty.due_on == talk.planned_on
    done = Assignment.get(Assignment.kind == DUTY, Assignment.outcome == "done")
    assert done.settled_by_id == who.mara.id
    # Pressed twice, it is held once.
    as_("erin").post(f"{pair.url}/meeting", data=said)
    assert Talk.select().count() == 2
    later = {"held_on": str(TOMORROW + timedelta(days=9)), "number": "2"}
    assert as_("erin").post(f"{pair.url}/meeting", data=later).status_code == 422


def test_we_met_can_be_taken_back_with_all_that_came_since(
    as_: Any, who: Any, pair: Any, move_clock: Any
) -> None:
    move_clock(days=1)
    TalkPoint.raise_for(pair, ["Before"], by=who.erin)
    first = holding.hold(again(pair), TOMORROW, by=who.mara, number=1)
    assert first
    TalkPoint.raise_for(pair, ["After"], by=who.mara)
    Talk.get(Talk.number == 2).write_notes("Written since", 0, by=who.erin)
    answer = as_("mara").post(f"{first.url}/taking-back")
    assert answer.status_code == 303
    one = again(pair)
    assert (one.next.id, one.next.notes, Talk.select().count()) == (first.id, "Written since", 1)
    assert points(one) == [("Before", 0), ("After", 0)]
    (duty,) = owed(DUTY)
    assert (
        duty.due_on == TOMORROW and Assignment.select().where(Assignment.kind == DUTY).count() == 2
    )


def test_a_talk_is_moved_and_skipped_with_one_tap_and_put_back(as_: Any, pair: Any) -> None:
    mara, friday = as_("mara"), TODAY + timedelta(days=2)
    mara.post(f"{pair.url}/day", data={"next_on": str(friday)})
    assert again(pair).next.planned_on == friday and owed(DUTY)[0].due_on == friday
    mara.post(f"{pair.url}/day/undo")
    assert again(pair).next.planned_on == TOMORROW and owed(DUTY)[0].due_on == TOMORROW
    skipping = {"planned_on": str(TOMORROW)}
    # Both at once skip one talk, not two.
    for name in ("erin", "mara"):
        as_(name).post(f"{pair.url}/skipping", data=skipping)
    skipped = TOMORROW + timedelta(weeks=2)
    assert again(pair).next.planned_on == skipped and owed(DUTY)[0].due_on == skipped
    mara.post(f"{pair.url}/day/undo")
    assert again(pair).next.planned_on == TOMORROW
    for wrong in ("", " ", "2026-11-17", "soon"):
        assert mara.post(f"{pair.url}/day", data={"next_on": wrong}).status_code == 422, wrong
    assert Talk.select().count() == 1


def test_the_next_day_is_one_on_which_both_work(who: Any, pair: Any, move_clock: Any) -> None:
    Location.get().keep_holidays([(TOMORROW + timedelta(weeks=2), "A feast")], by=None)
    move_clock(days=1)
    holding.hold(again(pair), TOMORROW, by=who.erin, number=1)
    assert again(pair).next.planned_on == TOMORROW + timedelta(weeks=2, days=1)
    move_clock(days=15)
    holding.hold(again(pair), TOMORROW + timedelta(days=15), by=who.erin, number=2)
    # The feast moved one talk and not the rhythm.
    assert again(pair).next.planned_on == TOMORROW + timedelta(weeks=4)


def test_without_a_rhythm_there_is_no_day_until_somebody_sets_one(as_: Any, who: Any) -> None:
    one = begin(who.erin, who.mara, weeks=0, next_on=None)
    assert owed(DUTY) == [] and "No day is set" in as_("erin").get(one.url).text
    as_("erin").post(f"{one.url}/day", data={"next_on": str(TOMORROW)})
    assert owed(DUTY)[0].due_on == TOMORROW
    as_("erin").post(f"{one.url}/skipping", data={"planned_on": str(TOMORROW)})
    assert owed(DUTY) == [] and again(one).next.planned_on is None


def test_the_rhythm_changes_for_both(as_: Any, pair: Any) -> None:
    monday = date(2026, 11, 30)
    as_("erin").post(f"{pair.url}/rhythm", data={"weeks": "4", "next_on": str(monday)})
    one = again(pair)
    assert (one.weeks, one.next.planned_on, owed(DUTY)[0].due_on) == (4, monday, monday)
    assert "Every four weeks" in as_("mara").get(pair.url).text
    assert as_("erin").get(f"{pair.url}/rhythm").status_code == 200
    answer = as_("erin").post(f"{pair.url}/rhythm", data={"weeks": "9", "next_on": ""})
    assert answer.status_code == 422


def test_both_read_it_when_nobody_has_met_for_twice_the_rhythm(
    as_: Any, pair: Any, move_clock: Any
) -> None:
    move_clock(days=27)
    assert "You have not met" not in as_("erin").get(pair.url).text
    move_clock(days=2)
    for name in ("erin", "mara"):
        said = "You have not met for 4 weeks. You wanted to talk every two weeks."
        assert said in as_(name).get(pair.url).text
        assert said in as_(name).get("/one-on-ones").text


def test_a_point_becomes_an_action_on_today_and_stays_until_it_is_done(
    as_: Any, who: Any, pair: Any, move_clock: Any
) -> None:
    TalkPoint.raise_for(pair, ["Order a second screen"], by=who.erin)
    point = TalkPoint.get()
    said = {"title": point.words, "whose": str(who.mara.id), "due_on": str(TOMORROW)}
    as_("erin").post(f"/one-on-ones/points/{point.id}/action", data=said)
    action = Action.get()
    (duty,) = owed(ACTION)
    assert (duty.person_id, duty.due_on, duty.title) == (who.mara.id, TOMORROW, point.words)
    assert points(pair) == [] and point.words in as_("mara").get("/").text
    assert point.words not in as_("erin").get("/").text
    holding.hold(again(pair), TODAY, by=who.mara, number=1)
    assert point.words in as_("erin").get(pair.url).text
    row = as_("mara").hx(
        f"/one-on-ones/actions/{action.id}/completion", "x", data={"from": "today"}
    )
    assert "Done" in row.text and f'id="assignment-{duty.id}"' in row.text
    assert owed(ACTION) == []
    as_("mara").post(f"/one-on-ones/actions/{action.id}/reopening")
    assert len(owed(ACTION)) == 1
    as_("erin").post(f"/one-on-ones/actions/{action.id}/letting-go")
    page = as_("mara").get(pair.url).text
    assert owed(ACTION) == [] and point.words not in as_("mara").get("/").text
    # Whose it was reads that it was let go, and takes it up again where they do not agree.
    assert f"To be done again: {point.words}" in page and "let go" in page
    for wrong in ("2020-01-01", "", " ", "soon"):
        answer = as_("mara").post(f"/one-on-ones/actions/{action.id}/day", data={"due_on": wrong})
        assert answer.status_code == 422, wrong
    as_("mara").post(f"/one-on-ones/actions/{action.id}/reopening")
    as_("mara").post(f"/one-on-ones/actions/{action.id}/day", data={"due_on": "2026-12-01"})
    assert owed(ACTION)[0].due_on == date(2026, 12, 1)


def test_a_point_becomes_one_action_however_often_and_by_whom_it_is_pressed(
    as_: Any, who: Any, pair: Any
) -> None:
    TalkPoint.raise_for(pair, ["Order a second screen"], by=who.erin)
    point = TalkPoint.get()
    said = {"title": point.words, "due_on": str(TOMORROW)}
    for name, whose in (("erin", who.mara), ("mara", who.mara), ("mara", who.erin)):
        data = said | {"whose": str(whose.id)}
        answer = as_(name).hx(f"/one-on-ones/points/{point.id}/action", "points", data=data)
        assert answer.status_code == 200 and "#agreed" in answer.text
    plain = said | {"whose": str(who.mara.id)}
    as_("mara").post(f"{pair.url}/actions", data=plain)
    assert Action.select().count() == 1 and len(owed(ACTION)) == 1
    wrong = as_("erin").hx(f"{pair.url}/actions", "agree", data=plain | {"due_on": "2020-01-01"})
    assert wrong.status_code == 422 and "Order a second screen" in wrong.text
    assert "That day is over." in wrong.text and "<html" not in wrong.text


def test_an_action_is_set_by_either_for_either_and_for_nobody_else(
    as_: Any, who: Any, pair: Any
) -> None:
    said = {"title": "Call them", "whose": str(who.erin.id), "due_on": str(TOMORROW)}
    assert as_("mara").post(f"{pair.url}/actions", data=said).status_code == 303
    for wrong in (
        {"whose": str(who.ben.id)}, {"whose": ""}, {"title": ""}, {"due_on": ""},
        {"due_on": " "}, {"due_on": "\t"},
        {"due_on": "2020-01-01"},
    ):  # fmt: skip
        answer = as_("mara").post(f"{pair.url}/actions", data=said | wrong)
        assert answer.status_code == 422, wrong
    assert Action.select().count() == 1 and owed(ACTION)[0].person_id == who.erin.id


def test_the_two_put_points_in_order_and_off_until_the_next_time(
    as_: Any, who: Any, pair: Any
) -> None:
    TalkPoint.raise_for(pair, ["One", "Two"], by=who.erin)
    TalkPoint.raise_for(pair, ["Three"], by=who.mara)
    one, two, three = TalkPoint.select().order_by(TalkPoint.id)
    mara = as_("mara")
    part = mara.hx(f"/one-on-ones/points/{three.id}/place", "points", data={"steps": "-1"})
    assert part.text.index("Three") < part.text.index("Two")
    # Beyond the end is the end; what is no number moves nothing.
    for steps in ("-50", "x", "", "101"):
        mara.post(f"/one-on-ones/points/{two.id}/place", data={"steps": steps})
    assert [words for words, _ in points(pair)] == ["Two", "One", "Three"]
    put_off = mara.hx(f"/one-on-ones/points/{two.id}/putting-off", "points")
    assert "put off until" in put_off.text and "/putting-on" in put_off.text
    assert [words for words, _ in points(pair)] == ["One", "Three", "Two"]
    TalkPoint.raise_for(pair, ["Four"], by=who.mara)
    holding.hold(again(pair), TODAY, by=who.mara, number=1)
    assert [words for words, _ in points(pair)] == ["Two", "One", "Three", "Four"]
    assert "put off until" not in mara.get(pair.url).text
    mara.post(f"/one-on-ones/points/{one.id}/putting-off")
    as_("erin").post(f"/one-on-ones/points/{one.id}/putting-on")
    assert [words for words, _ in points(pair)] == ["Two", "One", "Three", "Four"]


def test_whoever_raised_a_point_rewords_it(as_: Any, who: Any, pair: Any) -> None:
    TalkPoint.raise_for(pair, ["The on-cal week"], by=who.erin)
    address = f"/one-on-ones/points/{TalkPoint.get().id}"
    assert "The on-cal week" in as_("erin").get(address).text
    wrong = as_("erin").post(address, data={"words": "x" * 301})
    assert wrong.status_code == 422 and "Error: " in wrong.text
    as_("erin").post(address, data={"words": "The on-call week"})
    assert "The on-call week" in as_("mara").get(pair.url).text


def test_a_page_left_open_overnight_closes_the_talk_on_the_day_it_is_pressed(
    as_: Any, pair: Any, move_clock: Any
) -> None:
    page = as_("mara").get(pair.url).text
    assert f'name="held_on" value="{TODAY}"' not in page
    move_clock(days=1)
    as_("mara").post(f"{pair.url}/meeting", data={"number": "1"})
    assert Talk.get(Talk.number == 1).held_on == TOMORROW


def test_they_say_on_which_day_they_met(as_: Any, pair: Any, move_clock: Any) -> None:
    move_clock(days=5)
    day = TODAY + timedelta(days=3)
    as_("erin").post(f"{pair.url}/meeting", data={"number": "1", "held_on": str(day)})
    assert Talk.get(Talk.number == 1).held_on == day


def test_we_met_stands_on_top_from_the_day_itself_on(as_: Any, pair: Any, move_clock: Any) -> None:
    pressed = f'<form class="post" method="post" action="{pair.url}/meeting"'
    for days, is_on_top in ((0, False), (1, True), (2, True)):
        move_clock(days=days)
        page = as_("mara").get(pair.url).text
        above, below = page.split('id="agenda"')
        assert (pressed in above, pressed in below) == (is_on_top, not is_on_top), days
