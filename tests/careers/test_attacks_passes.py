"""Careers to whoever came by a pass, to auditors and to whoever runs the portal: there are none."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.careers import access, band_access, move_access, opening_access, track_access
from portal.careers.aspirations import LINE_AND_HR, Aspiration
from portal.careers.bands import EVERYONE, PayBand
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.people.models import Person
from portal.people.passes import kinds
from tests import cast
from tests.careers import ladder, moved
from tests.careers.test_every_access import asked
from tests.reach import by_pass, opens_nothing, routes

CANARY = "CANARY"
# Each holds what would open most: HR, a manager, the auditor, whoever it is about.
BY_PASS = (("helen", "audit"), ("mara", "welcome"), ("audrey", "audit"), ("erin", "papers"))


@pytest.fixture
def things(who: Any, as_: Any) -> SimpleNamespace:
    """Everything there is of Erin, open, shared as far as can be, and said with a canary."""
    made = ladder.make()
    found = SimpleNamespace(slug="builder", key=ladder.KEYS["months"], track_id=made.track.id)
    found.aspiration_id = Aspiration.aim(ladder.rung("lead"), CANARY, LINE_AND_HR, by=who.erin).id
    step = f"{made.track.url}/builder/steps"
    as_("erin").post(step, data={"words": CANARY, "due_on": "2027-01-01"})
    found.plan_id = found.step_id = 1
    band = {"currency": "EUR", "low": 61_379, "high": 87_143, "shown_to": EVERYONE}
    found.band_id = PayBand.settle(
        "Engineer", "L2", by=who.helen, starts_on=cast.TODAY, **band
    ).id  # fmt: skip
    vars(found).update(asked(for_line=True)())
    Interest.ask(Interest.get().opening, who.erin, by=who.erin, wish=CANARY, for_line=True)
    found.vacancy_id = Interest.get().opening.vacancy_id
    found.move_id = moved.proposed().id
    return found


@pytest.mark.parametrize(("name", "purpose"), BY_PASS)
def test_a_pass_opens_nothing_of_careers(
    world: Any, stranger: Any, things: Any, name: str, purpose: str
) -> None:
    client = by_pass(stranger, world.config.secret_key, name, purpose)
    opens_nothing(client, sorted(routes(world.app, "careers")), vars(things))
    for address in ("/search?q=craft", "/palette?q=craft", "/search?q=canary"):
        assert client.get(address).status_code == 404, address


def test_every_kind_of_pass_that_lets_somebody_in_is_tried() -> None:
    assert {purpose for _, purpose in BY_PASS} | {"packs"} == {
        kind.name for kind in kinds.values() if kind.home
    }


def test_no_rule_of_careers_gives_whoever_came_by_a_pass_anything(things: Any) -> None:
    """Asked of the rules themselves: a page that forgot its door would still hold nothing."""
    erin = cast.person("erin")
    for name, carried in (("helen", ""), ("mara", ""), ("erin", ""), ("audrey", "auditor")):
        came: Person = cast.person(name)
        came.come_by_pass(carried)
        seen = (
            access.aspirations_of(came), access.aspirations_visible_to(came),
            access.plans_visible_to(came), access.steps_visible_to(came),
            band_access.visible_to(came), move_access.visible_to(came),
            opening_access.visible_to(came), opening_access.own_interests(came),
            opening_access.interests_visible_to(came),
            opening_access.line_interests_visible_to(came),
        )  # fmt: skip
        assert [rows.count() for rows in seen] == [0] * len(seen), name
        assert track_access.tracks_for(came) == track_access.entries(came) == []
        assert band_access.bands_of(came, [ladder.rung()]) == {}
        move, interest = Move.get(), Interest.get()
        for may in (
            access.can_enter(came), access.can_open(came, erin), access.can_see_team(came),
            access.can_aspire(came), access.can_take_on(came), band_access.can_keep(came),
            move_access.can_propose(came, erin), move_access.can_decide(came, move),
            move_access.can_withdraw(came, move), move_access.can_restore(came, move),
            move_access.can_follow(came, move), opening_access.can_keep(came, interest.opening),
            opening_access.can_post(came, interest.opening.vacancy),
            opening_access.can_ask(came, interest.opening),
            opening_access.can_choose(came, interest), track_access.can_write(came),
        ):  # fmt: skip
            assert not may, name


def test_neither_an_auditor_nor_an_admin_finds_a_word_anywhere(
    world: Any, stranger: Any, as_: Any, who: Any, things: Any
) -> None:
    """At every address of the portal that is read, also of other rooms: search, trail, evidence."""
    by_link = by_pass(stranger, world.config.secret_key, "audrey", "audit")
    ids = (things.move_id, who.erin.id, 1)
    addresses = set()
    for rule in world.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("assets"):
            for number in ids:
                _, address = rule.build(dict.fromkeys(rule.arguments, number)) or ("", "")
                addresses.add(address)
    for client, least in ((by_link, 5), (as_("audrey"), 10), (as_("adam"), 50)):
        opened = 0
        for address in [*sorted(addresses), "/search?q=canary", "/search?q=craft"]:
            answer = client.get(address)
            assert answer.status_code < 500, address
            opened += answer.status_code == 200
            # What everybody here may see of pay stands on the track, where Adam reads it.
            assert CANARY not in answer.text, address
            assert "61,379" not in answer.text or address.startswith("/careers/tracks/"), address
        assert opened >= least, "something was looked at"
