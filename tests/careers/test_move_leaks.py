"""What is proposed leaves no trace where it is not to be known: one walk through every stage."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.careers import move_access
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.careers.moving import NotPossible
from portal.careers.openings import Opening
from portal.mail.models import Letter
from portal.people.org import Team
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.careers import moved
from tests.careers.moved import DECEMBER, proposed

# Tokens of a page; how much was read by anybody, of whatever sort.
MAY_DIFFER = re.compile(rb"[A-Za-z0-9_.-]{40,}|Reading log.*?records?<", re.DOTALL)
# Pages that only ask something, and what tells nothing of people.
NO_NEED = re.compile(
    r"sign|/new|/edit|/import|/design|/help|static|/health|favicon|offline|/me/|csv|xlsx|export|file"
)


def addresses(as_: Any, who: Any) -> list[str]:
    """Every page that needs no number, and those about Erin."""
    rules = as_("helen").application.url_map.iter_rules()
    plain = [rule.rule for rule in rules if "GET" in rule.methods and not rule.arguments]
    erin = who.erin.id
    return [
        *sorted(one for one in plain if not NO_NEED.search(one)), "/search?q=canary",
        f"/people/{erin}", f"/people/{erin}/history", f"/careers/people/{erin}",
        f"/checklists?person={erin}", f"/audit?person={erin}",
    ]  # fmt: skip


def seen(client: Any, where: list[str]) -> dict[str, bytes]:
    found = {}
    for address in where:
        answer = client.get(address)
        found[address] = MAY_DIFFER.sub(b"", answer.data) if answer.status_code == 200 else b""
    return found


@pytest.mark.one_database
def test_until_it_is_agreed_no_page_of_theirs_changes(as_: Any, who: Any, move_clock: Any) -> None:
    """Erin is in HR herself; the others lead nobody here, led her once, audit, or run the portal.
    Every page she can open is the same to the byte, and so is what the others read of her."""
    moved.grant("erin")
    moved.plan()
    every = addresses(as_, who)
    few = ["/", "/team", "/audit", "/letters", "/careers", "/careers/moves", *every[-6:]]
    clients = {name: as_(name) for name in ("erin", "otto", "adam", "ben", "helen", "dora", "mara")}
    outsiders = ("otto", "adam", "ben")
    before = seen(clients["erin"], every)
    every = [one for one in every if before[one]]
    outside = {name: seen(clients[name], few) for name in outsiders}
    assert len(every) > 60

    def is_untold(stage: str) -> None:
        now = seen(clients["erin"], every)
        assert [one for one in every if now[one] != before[one]] == [], stage
        for name in outsiders:
            now = seen(clients[name], few)
            assert [one for one in few if now[one] != outside[name][one]] == [], (stage, name)

    move = proposed(role="CANARY role", level="")
    for name in ("mara", "dora", "helen"):
        assert "CANARY role" in clients[name].get(move.url).text
    assert "CANARY role" not in clients["dora"].get("/audit").text
    assert "proposed a promotion of Erin" in clients["helen"].get("/audit").text
    is_untold("proposed")
    assert move.decline(by=who.helen, answer="CANARY answer")
    # That Mara has a letter stands there like any other that is its reader's alone.
    few.remove("/letters")
    every = [one for one in every if one in few]
    is_untold("declined")
    assert not Letter.select().where(Letter.person_id == who.erin.id).exists()
    letters = clients["helen"].get("/letters").text
    assert "CANARY" not in letters and "Proposed move" not in letters


def test_the_person_reads_what_changes_once_it_is_agreed(as_: Any, who: Any) -> None:
    moved.grant("erin")
    move = proposed(role="CANARY role", level="")
    assert move.agree(by=who.helen, answer="CANARY answer")
    erin = as_("erin")
    page = erin.get(move.url).text
    assert "CANARY role" in page and "CANARY reason" not in page and "CANARY answer" not in page
    assert move.url in erin.get("/careers/moves").text
    for address in ("/audit", "/letters", "/audit/looks"):
        page = erin.get(address).text
        assert "CANARY reason" not in page and "CANARY answer" not in page, address
    for name in ("ben", "otto", "adam", "audrey", "olga"):
        client = as_(name)
        assert client.get(move.url).status_code == 404, name
        assert "CANARY" not in client.get("/careers/moves").text
    letter = Letter.get(Letter.person_id == who.erin.id, Letter.kind == "move_decided")
    assert "CANARY" not in letter.data


def opening_of(who: Any) -> Opening:
    place = Vacancy.plan(
        by=who.helen, role="CANARY place", level="L3", team=Team.named("Sales"), manager=who.otto
    )
    return Opening.post(
        place, by=who.helen, words="Come.", apply_by=cast.TODAY + timedelta(days=30)
    )


def test_whoever_is_chosen_for_an_opening_is_known_to_those_who_decide(as_: Any, who: Any) -> None:
    """Their own managers, and those in HR who ask for it, too, know of nothing; the one waits
    beside what the line proposes."""
    opening = opening_of(who)
    moved.grant("olga")
    moved.grant("mara")
    for name in ("erin", "olga"):
        Interest.ask(opening, cast.person(name), by=cast.person(name), wish="", for_line=False)
    with pytest.raises(NotPossible, match="chooses"):
        proposed(by="dora", sort="transfer", opening=opening)
    move = proposed(by="otto", sort="transfer", opening=opening)
    assert [one.first_name for one in move.deciders()] == ["Helen"]
    for name, status in (
        ("otto", 200), ("helen", 200), ("olga", 404), ("mara", 404), ("dora", 404), ("erin", 404),
    ):  # fmt: skip
        client = as_(name)
        assert client.get(move.url).status_code == status, name
        trail = client.get("/audit").text if name in ("olga", "mara") else ""
        assert "of Erin" not in trail and "CANARY reason" not in trail
    assert move_access.hidden(cast.person("olga")) == [str(move.id)]
    other = proposed(level="L2", starts_on=date(2027, 1, 1))
    assert other.id != move.id, "what the line proposes does not meet it"
    assert move.agree(by=who.helen)
    assert Vacancy.get().filled_by_id == who.erin.id and Opening.get().closed_at
    answers = {one.person_id: one.outcome for one in Interest.select()}
    assert answers == {who.erin.id: "chosen", who.olga.id: "filled"}
    assert Position.of(who.erin.id, DECEMBER).role == "CANARY place"
    assert as_("erin").get(move.url).status_code == 200
    assert as_("mara").get(move.url).status_code == 200, "whoever leads them hears of it now"


def test_who_does_not_ask_any_more_ends_it_and_learns_nothing(as_: Any, who: Any) -> None:
    opening = opening_of(who)
    moved.grant("erin")
    asked = Interest.ask(opening, who.erin, by=who.erin, wish="", for_line=False)
    move = proposed(by="otto", sort="transfer", opening=opening)
    assert asked.withdraw(by=who.erin)
    move = Move.get_by_id(move.id)
    assert move.state == "lapsed" and "does not ask for this opening" in move.answer
    assert not Assignment.select().where(Assignment.kind == "move", Assignment.is_open()).exists()
    assert "a proposed move" not in as_("erin").get("/audit").text
    assert "a proposed move" in as_("helen").get("/audit").text
    assert as_("otto").get(move.url).status_code == 200
