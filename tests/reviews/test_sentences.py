"""The sentence on every review, to each of those who read it, from step to step."""

from typing import Any

from portal.people.positions import Position
from portal.reviews import reading, sentences, standing, steering
from portal.reviews.answers import Nominee
from portal.reviews.models import Cycle
from portal.reviews.steps import MANAGER, PEERS, SELF
from tests import cast
from tests.reach import knock
from tests.reviews.conftest import after, part_of, review_of, send


def said(cycle: Cycle, name: str, about: str = "erin") -> str:
    viewer = cast.person(name)
    return sentences.sentence(standing.of(review_of(cycle, about)), viewer, viewer.today())


def next_for(cycle: Cycle, name: str) -> str:
    found = sentences.action(standing.of(review_of(cycle, "erin")), cast.person(name))
    return found[0] if found else ""


def test_the_person_reads_whose_turn_it_is(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, -1)
    assert said(cycle, "erin").startswith("You write from Wed 18 Nov to Sat 28 Nov.")
    after(move_clock, 0)
    assert said(cycle, "erin") == (
        "You write until Sat 28 Nov. Nobody reads it before you share it, or before Sun 29 Nov. "
        "Name at least 3 colleagues until Sat 28 Nov. Mara writes from Sun 29 Nov to Tue 8 Dec; "
        "you read it from Mon 14 Dec on."
    )
    assert next_for(cycle, "erin") == "Write"
    send(part_of(cycle, "erin", SELF))
    assert "nobody else reads it before Sun 29 Nov, unless you share it sooner" in said(
        cycle, "erin"
    )
    assert next_for(cycle, "erin") == "Share"
    reading.share(review_of(cycle, "erin"), by=cast.person("erin"))
    assert said(cycle, "erin").startswith("You have shared it.")
    after(move_clock, 11)
    assert said(cycle, "erin") == (
        "You have shared it. Mara writes until Tue 8 Dec; you read it from Mon 14 Dec on."
    )
    assert next_for(cycle, "erin") == ""


def test_whoever_leads_reads_who_has_it(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    assert said(cycle, "mara").startswith("Erin writes until Sat 28 Nov. You write from")
    send(part_of(cycle, "erin", SELF))
    assert "sent it, not shared it: you read it on Sun 29 Nov at the latest" in said(cycle, "mara")
    after(move_clock, 11)
    assert said(cycle, "mara") == "Erin has shared it. You write until Tue 8 Dec."
    assert said(cycle, "dora") == "Erin has shared it. Mara writes until Tue 8 Dec."
    assert said(cycle, "helen") == said(cycle, "dora")
    assert next_for(cycle, "mara") == "Write" and next_for(cycle, "dora") == ""
    after(move_clock, 21)
    assert said(cycle, "mara").endswith("You are late: it was due on Tue 8 Dec.")
    send(part_of(cycle, "erin", MANAGER))
    assert said(cycle, "mara") == "You have sent it. Erin reads it from Mon 14 Dec on."


def test_the_person_does_not_learn_whether_it_is_written_yet(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 12)
    before = said(cycle, "erin"), as_("erin").get("/reviews").data
    send(part_of(cycle, "erin", MANAGER))
    assert (said(cycle, "erin"), as_("erin").get("/reviews").data) == before


def test_whoever_leads_agrees_to_the_names(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    phase = cycle.phase(PEERS)
    assert phase is not None
    for name in ("ben", "olga", "otto"):
        Nominee.name(review_of(cycle, "erin"), phase, cast.person(name), by=cast.person("erin"))
    assert "Name at least" not in said(cycle, "erin")
    assert "3 colleagues named: agree before they are asked." in said(cycle, "mara")
    assert "colleagues named" not in said(cycle, "dora")
    assert next_for(cycle, "mara") == "Agree"


def test_late_and_left_out_are_said(cycle: Cycle, move_clock: Any, who: Any) -> None:
    after(move_clock, 0)
    after(move_clock, 11)
    assert "You are late: it was due on Sat 28 Nov. It can still be sent" in said(cycle, "erin")
    steering.skip(review_of(cycle, "erin"), "Away until spring.", by=who.helen)
    assert said(cycle, "erin") == "You are left out of this cycle."
    assert said(cycle, "mara") == "Left out of this cycle: Away until spring."


def test_another_manager_is_named(cycle: Cycle, move_clock: Any, who: Any) -> None:
    after(move_clock, 11)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    after(move_clock, 12)
    assert "Otto writes until Tue 8 Dec" in said(cycle, "erin")
    assert said(cycle, "otto").endswith("You write until Tue 8 Dec.")


def test_each_sees_their_own_and_those_they_lead(cycle: Cycle, move_clock: Any, as_: Any) -> None:
    after(move_clock, 11)
    own = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
    knock(as_, own, "/reviews", nowhere="/reviews/cycles/999999")
    team = {**dict.fromkeys(cast.NAMES, 404), "lev": 303} | dict.fromkeys(
        ("mara", "dora", "otto"), 200
    )
    knock(as_, team, "/reviews/team", nowhere="/reviews/cycles/999999")
    shown = {"mara": {"Erin", "Ben"}, "dora": {"Mara"}, "otto": {"Olga"}}
    for name, people in shown.items():
        page = as_(name).get("/reviews/team").get_data(as_text=True)
        titles = page.split("row__title")
        assert {
            one
            for one in ("Erin", "Ben", "Mara", "Olga")
            if any(f">{one} " in title[:120] for title in titles)
        } == people, name
    whole = as_("dora").get("/reviews/team?who=line").get_data(as_text=True)
    assert "Erin Castellanos" in whole and "Olga" not in whole


def test_what_one_is_asked_to_say_of_others_stands_there_until_it_is_said(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    from tests.reviews.test_cycles import asked, say

    after(move_clock, 0)
    named = asked(cycle, ("ben", "olga", "otto"))
    assert f"/reviews/answers/{named[0].id}" in as_("ben").get("/reviews").get_data(as_text=True)
    assert f"/reviews/answers/{named[0].id}" not in as_("olga").get("/reviews").get_data(
        as_text=True
    )
    say(named[0], "Words")
    assert "/reviews/answers/" not in as_("ben").get("/reviews").get_data(as_text=True)


def test_a_list_of_many_asks_no_more(cycle: Cycle, move_clock: Any, as_: Any, queries: Any) -> None:
    after(move_clock, 11)
    counts = []
    for name in ("otto", "mara"):
        client = as_(name)
        client.get("/reviews/team")
        with queries() as seen:
            client.get("/reviews/team")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts
    erin = as_("erin")
    erin.get("/reviews")
    with queries() as seen:
        erin.get("/reviews")
    assert len(seen) <= 8, seen
