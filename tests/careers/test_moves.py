"""Moves: proposed, looked at again, written into the position; and what refuses them."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event, Personal
from portal.careers import move_lists, move_personal, moving, rotating
from portal.careers.models import Move, MoveCheck
from portal.careers.moving import NotPossible
from portal.careers.proposing import AlreadyAsked
from portal.checklists import firings
from portal.checklists.models import Checklist
from portal.checklists.rules import Rule
from portal.mail.models import Letter
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.careers import moved
from tests.careers.moved import DECEMBER, MARCH, agreed, held, proposed

A_DAY = timedelta(days=1)


def owed(move: Move) -> list[str]:
    """Who has it as a duty."""
    rows = Assignment.select().where(Assignment.kind == "move", Assignment.target == move.id)
    return sorted(row.person.first_name for row in rows.where(Assignment.is_open()))


def told() -> set[str]:
    rows = Letter.select().where(Letter.kind == "move_decided")
    return {name for name in cast.NAMES if cast.person(name).id in {row.person_id for row in rows}}


def tags(move: Move) -> list[str]:
    mine = (Event.subject_kind == "move") & (Event.subject_id == str(move.id))
    return [event.tag for event in Event.select().where(mine).order_by(Event.seq)]


def test_a_promotion_from_the_form_to_the_position(as_: Any, who: Any) -> None:
    rung, plan = moved.track(), moved.plan()
    mara, helen = as_("mara"), as_("helen")
    base = f"/careers/people/{who.erin.id}/moves/new"
    page = mara.get(base).text
    assert "Senior engineer, L2" in page and "0 of 2 criteria met" in page
    here = f"{base}?sort=promotion&rung=engineering/senior-engineer"
    page = mara.get(here).text
    assert "A change that others build on" in page and "L2" in page
    assert "“Plan for a promotion” starts, with 2 steps." in page
    asked = {"starts_on": "2026-12-01", "reason": "She leads the release.", "shown": "0"}
    answer = mara.post(here, data=asked | {"shown": str(rung.revision.id)})
    assert answer.status_code == 422 and "Say how it is met" in answer.text
    asked |= {"note0": "Nine months, and more than that.", "note1": "The release train."}
    answer = mara.post(here, data=asked)
    assert answer.status_code == 422 and "changed meanwhile" in answer.text
    assert not Move.select().exists()
    asked["shown"] = str(rung.revision.id)
    looked = mara.post(here, data=asked | {"look": "1"})
    assert looked.status_code == 200 and not Move.select().exists()
    assert mara.post(here, data=asked).status_code == 303
    move = Move.get()
    assert (move.role, move.level, move.rung) == ("Senior Engineer", "L2", "senior-engineer")
    assert (owed(move), told()) == (["Helen"], set())
    checks = [(row.is_met, row.note) for row in move.checks.order_by(MoveCheck.place)]
    assert checks == [(False, asked["note0"]), (None, asked["note1"])]

    page = helen.get(move.url).text
    for words in ("You decide", "She leads the release.", "The release train."):
        assert words in page
    assert mara.post(f"{move.url}/agreement", data={}).status_code == 403
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = helen.post(f"{move.url}/agreement", data={"seen": seen, "answer": "Well deserved."})
    assert answer.status_code == 303
    assert "Erin reads this now" in helen.get(answer.location).text
    before, after = held("erin", DECEMBER - A_DAY), held("erin", DECEMBER)
    assert (before.role, before.level) == ("Engineer", "L1")
    assert (after.role, after.level, after.team) == ("Senior Engineer", "L2", "Platform")
    assert (owed(move), told()) == ([], {"erin", "mara"})
    running = Checklist.get(Checklist.person == who.erin)
    assert (running.title, running.anchor_on) == (plan.title, DECEMBER)
    assert tags(move) == ["move.proposed", "move.agreed"]
    assert "Well deserved." in mara.get(move.url).text
    page = as_("erin").get(move.url).text
    assert "Senior Engineer" in page and plan.title in page
    assert "She leads the release." not in page and "Well deserved." not in page


def test_its_event_binds_the_proposal_with_its_criteria(who: Any) -> None:
    rung = moved.track()
    notes = {one.key: f"Note {place}" for place, one in enumerate(rung.criteria)}
    with pytest.raises(NotPossible, match="each criterion"):
        proposed(rung=rung, notes={rung.criteria[0].key: "Only one."})
    move = proposed(rung=rung, notes=notes)
    event = Event.get(Event.tag == "move.proposed")
    said = json.loads(Personal.get(Personal.event == event.seq).payload)
    rows = list(move.checks)
    assert event.facts["hash"] == move.hash_with(said["salt"], rows)
    rows[0].note = "Another note"
    assert event.facts["hash"] != move.hash_with(said["salt"], rows)
    assert "CANARY" not in event.data and said["reason"] == "CANARY reason"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "one's own": ({"name": "mara"}, "nobody does so for themselves"),
    "not one's line": ({"by": "otto"}, "do not lead"),
    "HR's own": ({"name": "helen", "by": "helen"}, "nobody does so"),
    "a leaver": ({"name": "lev", "by": "helen"}, "does not work here any more"),
    "a joiner": ({"name": "nia"}, "has not begun"),
    "long ago": ({"starts_on": date(2026, 10, 1)}, "31 days back"),
    "far ahead": ({"starts_on": date(2028, 1, 1)}, "a year ahead"),
    "nothing": ({"level": "", "role": "Engineer"}, "nothing would change"),
    "a rotation without an end": ({"sort": "rotation", "level": "L2"}, "Say on which day it ends"),
    "an end before the start": (
        {"sort": "rotation", "level": "L2", "ends_on": date(2026, 11, 30)}, "end before it begins",
    ),
    "for ever": (
        {"sort": "rotation", "level": "L2", "ends_on": date(2029, 11, 30)}, "two years at most",
    ),
}  # fmt: skip


def test_what_cannot_be_is_refused_and_leaves_no_trace(who: Any) -> None:
    events = Event.select().count()
    for why, (said, words) in REFUSED.items():
        with pytest.raises(NotPossible, match=words):
            proposed(**said)
        assert Event.select().count() == events, why
    for manager, words in (("erin", "Nobody reports to themselves"), ("lev", "not here")):
        with pytest.raises(NotPossible, match=words):
            proposed(sort="transfer", manager=cast.person(manager))
    with pytest.raises(NotPossible, match="that would be a circle"):
        proposed("mara", "dora", sort="transfer", manager=who.ben)
    moved.leaves("erin", date(2026, 11, 27))
    with pytest.raises(NotPossible, match="The last day is Fri 27 Nov"):
        proposed()


def test_one_waits_at_a_time_and_sent_twice_is_one(as_: Any, who: Any) -> None:
    move = proposed()
    assert proposed().id == move.id
    with pytest.raises(AlreadyAsked):
        proposed(by="dora")
    with pytest.raises(AlreadyAsked):
        proposed(level="L3")
    base = f"/careers/people/{who.erin.id}/moves/new?sort=transfer"
    sales = Team.named("Sales").id
    answer = as_("dora").post(
        base, data={"starts_on": "2026-12-01", "reason": "x", "team": str(sales)}
    )
    assert answer.status_code == 303 and answer.location == move.url
    assert Move.select().count() == 1


def test_taken_back_by_whoever_proposed_it_and_brought_back(as_: Any, who: Any) -> None:
    move, mara = proposed(), as_("mara")
    assert as_("helen").post(f"{move.url}/withdrawal").status_code == 403
    assert "Undo" in mara.get(mara.post(f"{move.url}/withdrawal").location).text
    assert owed(move) == []
    assert mara.post(f"{move.url}/restoration").status_code == 303
    move = Move.get_by_id(move.id)
    assert (move.state, owed(move)) == ("open", ["Helen"])
    assert move.withdraw(by=who.mara) and not move.withdraw(by=who.mara)
    proposed(level="L3")
    assert not move.restore(by=who.mara), "another one waits"
    assert tags(move) == ["move.proposed", "move.withdrawn", "move.restored", "move.withdrawn"]


def test_a_declined_one_is_answered_to_whoever_proposed_it(as_: Any, who: Any) -> None:
    move, helen = proposed(), as_("helen")
    before = held("erin", MARCH)
    assert helen.post(f"{move.url}/refusal", data={"why": " "}).status_code == 422
    assert helen.post(f"{move.url}/refusal", data={"why": "Not this year."}).status_code == 303
    assert held("erin", MARCH).id == before.id
    assert (told(), owed(move)) == ({"mara"}, [])
    page = as_("mara").get(move.url).text
    assert "Declined by Helen Brandt" in page and "Not this year." in page
    assert as_("erin").get(move.url).status_code == 404
    again = helen.post(f"{move.url}/agreement", data={})
    assert again.status_code == 303 and Move.get_by_id(move.id).state == "declined"
    assert not Move.get_by_id(move.id).agree(by=who.helen)


def test_who_may_decide_and_what_is_said_where_nobody_may(as_: Any, who: Any) -> None:
    move = proposed(by="helen")
    assert owed(move) == []
    assert "Nobody may decide this at the moment" in as_("helen").get(move.url).text
    moved.executive("dora")
    assert [one.first_name for one in move.deciders()] == ["Dora"]
    assert Move.follow_all() == 1 and owed(move) == ["Dora"]
    assert "You decide" in as_("dora").get(move.url).text
    moved.grant("ida")
    Move.follow_all()
    assert owed(move) == ["Ida"], "HR goes before the executives"
    with pytest.raises(NotPossible, match="may not decide"):
        move.agree(by=who.dora)
    moved.ungrant("ida")
    Move.follow_all()
    assert owed(move) == ["Dora"]
    assert cast.person("dora") in move.deciders() and move.agree(by=who.dora)
    assert as_("dora").get(move.url).status_code == 200


def test_the_decision_asks_everything_anew(who: Any) -> None:
    move = proposed(sort="transfer", manager=cast.person("otto"))
    Position.take(who.otto, by=None, starts_on=date(2026, 11, 20), manager=who.erin)
    with pytest.raises(NotPossible, match="circle"):
        move.agree(by=who.helen)
    Position.take(who.otto, by=None, starts_on=date(2026, 11, 20), manager=who.dora)
    mark = moving.read(move).mark
    Position.take(who.erin, by=None, starts_on=date(2026, 11, 19), level="L5")
    with pytest.raises(NotPossible, match="changed meanwhile"):
        move.agree(by=who.helen, seen=mark)
    Position.take(who.erin, by=None, starts_on=date(2026, 11, 18), manager=who.ida)
    with pytest.raises(NotPossible, match="Mara Okafor does not lead Erin"):
        move.agree(by=who.helen)
    assert Move.get_by_id(move.id).state == "open" and move.lapse()
    assert Move.get_by_id(move.id).state == "lapsed" and told() == {"mara"}
    late = proposed("ben")
    moved.leaves("ben", date(2026, 11, 25))
    with pytest.raises(NotPossible, match="leaves before that day"):
        late.agree(by=who.helen)
    assert Move.follow_all() == 1


def test_a_day_that_is_long_over_is_not_agreed_to(who: Any, move_clock: Any) -> None:
    move = proposed()
    move_clock(days=60)
    with pytest.raises(NotPossible, match="31 days back"):
        move.agree(by=cast.person("helen"))


def test_a_rotation_leads_back_ends_early_and_lasts_longer(as_: Any, who: Any) -> None:
    sales = Team.named("Sales")
    end = date(2027, 2, 28)
    move = agreed(sort="rotation", team=sales, manager=who.otto, ends_on=end)
    there, back = held("erin", DECEMBER), held("erin", MARCH)
    assert (there.team, there.manager, there.ends_on) == ("Sales", "Otto", end)
    assert (back.team, back.manager, back.ends_on) == ("Platform", "Mara", None)
    assert (move.position_id, move.back_position_id) == (there.id, back.id)
    assert moving.stands(move) and told() == {"erin", "mara", "otto"}
    assert "is back where the way began" in as_("erin").get(move.url).text

    with pytest.raises(NotPossible, match="after the end"):
        rotating.lengthen(move, by=who.mara, ends_on=end, reason="x")
    until = date(2027, 4, 30)
    asked = {"ends_on": "2027-04-30", "reason": "It goes well."}
    assert as_("mara").post(f"{move.url}/extension", data=asked).status_code == 303
    longer = Move.get(Move.reverses == move)
    page = as_("helen").get(longer.url).text
    assert "Longer rotation of Erin" in page and "cannot be agreed" not in page
    assert longer.agree(by=who.helen)
    longer = Move.get_by_id(longer.id)
    assert held("erin", until).team == "Sales" and held("erin", until).starts_on == DECEMBER
    assert held("erin", until + A_DAY).team == "Platform"
    assert "Another decision has followed it." in as_("mara").get(move.url).text

    early = rotating.take_back(
        longer, by=who.mara, starts_on=date(2027, 3, 15), reason="She is needed here."
    )
    assert early.agree(by=who.helen)
    assert held("erin", date(2027, 3, 14)).team == "Sales"
    home = held("erin", date(2027, 3, 15))
    assert (home.team, home.manager, home.ends_on) == ("Platform", "Mara", None)
    assert held("erin", date(2027, 6, 1)).id == home.id, "one row, not two alike"
    with pytest.raises(NotPossible, match="followed already"):
        rotating.take_back(longer, by=who.mara, starts_on=DECEMBER, reason="x")


def test_a_promotion_is_taken_back_by_another_decision(as_: Any, who: Any) -> None:
    move = agreed(level="L2", role="Senior Engineer")
    asked = {"starts_on": "2026-12-01", "reason": "It was a mistake."}
    assert as_("mara").post(f"{move.url}/return", data=asked).status_code == 303
    back = Move.get(Move.reverses == move)
    assert back.is_way_back and held("erin", DECEMBER).level == "L2"
    assert back.agree(by=who.helen)
    now = held("erin", MARCH)
    assert (now.role, now.level) == ("Engineer", "")
    mine = as_("erin")
    for page in (mine.get("/careers/moves").text, mine.get(back.url).text):
        assert "Taking back: your promotion" in page and "promotion of Erin" not in page
    again = agreed(level="L2")
    Position.get_by_id(again.position_id).withdraw(by=who.helen)
    assert not moving.stands(again)
    page = as_("mara").get(again.url).text
    assert "withdrawn or corrected since" in page and "Propose to take it back" not in page
    assert Move.get_by_id(again.id).state == "agreed", "a decision never changes"


def test_the_list_starts_once_whoever_starts_it(who: Any, move_clock: Any) -> None:
    plan = moved.plan("transfer")
    moved.plan("promotion", "department = Sales")
    move = proposed()
    said = move_lists.starting(move, moving.read(move)).sentence
    assert said == "No plan for a promotion is published, so no list starts."
    move.withdraw(by=who.mara)
    rule = Rule.write(
        by=who.helen, event="moved", plan=plan, action="start", rule="", offset_days=-3
    )
    rule.switch_on(cast.TODAY, by=who.helen)
    move = agreed(sort="transfer", team=Team.named("Sales"))
    assert not Checklist.select().exists() and move.checklist is None
    move_clock(days=11)
    firings.fire_all()
    assert Checklist.select().count() == 1
    rule.switch_off(by=who.helen)
    move_clock(days=20)
    second = agreed("ben", sort="transfer", team=Team.named("Sales"), starts_on=date(2026, 12, 20))
    assert second.checklist.person_id == who.ben.id
    rule.switch_on(cast.TODAY, by=who.helen)
    firings.fire_all()
    assert Checklist.select().where(Checklist.person == who.ben).count() == 1


def test_an_erasure_takes_the_case_and_leaves_the_position(who: Any) -> None:
    move = agreed(level="L2", role="Senior Engineer")
    back = rotating.take_back(move, by=who.mara, starts_on=MARCH, reason="CANARY again")
    kept = next(one for one in move_personal.RECORDS if one.name == "moves")
    with db.write():
        ids = [row.id for row in Move.select().where(kept.goes(who.erin.id))]
        assert set(ids) == {move.id, back.id} and kept.shown_among(ids) == 1
        kept.erase(ids, who.helen)
    assert not Move.select().exists() and not MoveCheck.select().exists()
    assert owed(back) == [] and held("erin", DECEMBER).level == "L2"
    payloads = " ".join(row.payload for row in Personal.select())
    assert "CANARY" not in payloads


def test_pages_ask_a_bounded_number_of_queries(as_: Any, who: Any, queries: Any) -> None:
    rung = moved.track()
    notes = {one.key: "A word." for one in rung.criteria}
    move = proposed(rung=rung, notes=notes)
    proposed("ben", by="mara")
    for name, address, most in (
        ("helen", move.url, 13), ("mara", "/careers/moves", 6), ("helen", "/careers/moves", 5),
    ):  # fmt: skip
        client = as_(name)
        client.get(address)
        with queries() as counted:
            assert client.get(address).status_code == 200
        assert len(counted) <= most, (name, address, len(counted), counted)
