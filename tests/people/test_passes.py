"""A pass opens one thing for one person, ends by itself, and never opens the rest."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock, doors
from portal.audit import Event
from portal.checklists.models import Checklist
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.signing import Device
from tests import cast

KEY = "s" * 40
PRIVATE = "nia@home.example"


@pytest.fixture
def running(plan: Any, who: Any) -> Checklist:
    """Nia's onboarding, which the welcome page shows."""
    return Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)


@pytest.fixture
def given(database: Any, who: Any) -> Pass:
    return Pass.give(who.nia, "welcome", by=who.helen, address=PRIVATE)


@pytest.fixture
def address(given: Pass) -> str:
    return f"/pass/{given.token(KEY)}"


def enter(client: Any, address: str) -> Any:
    assert client.post(address).status_code == 303
    return client


def test_looking_changes_nothing_and_the_button_opens_it_as_often_as_one_likes(
    given: Pass, address: str, browser: Any, running: Any
) -> None:
    before = Event.select().count()
    looking = browser()
    assert "Welcome, Nia" in looking.get(address).text
    assert looking.get("/welcome").status_code == 303
    assert Event.select().count() == before
    for _ in range(2):
        client = browser()
        assert client.post(address).location == "/welcome"
        assert client.get("/welcome").status_code == 200
    assert Pass.get_by_id(given.id).opened_at == clock.now()


def test_a_token_is_kept_nowhere_and_a_changed_one_opens_nothing(given: Pass, browser: Any) -> None:
    token = given.token(KEY)
    assert token.partition("-")[2] not in str(list(Pass.select().dicts()))
    wrong = [token[:-1], token + "0", f"{given.id}-", "-", "1", "٣-x", "9" * 40, f"0{token}-"]
    for one in wrong:
        assert browser().get(f"/pass/{one}").status_code == 404
        assert browser().post(f"/pass/{one}").status_code == 404
    other = f"{given.id + 1}-{token.partition('-')[2]}"
    assert browser().get(f"/pass/{other}").status_code == 404


def test_a_new_pass_ends_the_earlier_one_and_who_came_in_by_it(
    given: Pass, address: str, browser: Any, who: Any, running: Any
) -> None:
    client = enter(browser(), address)
    Pass.give(who.nia, "welcome", by=who.helen)
    assert client.get("/welcome").status_code == 303
    assert browser().get(address).status_code == 404


def test_it_ends_by_itself(
    given: Pass, address: str, browser: Any, move_clock: Any, running: Any
) -> None:
    client = enter(browser(), address)
    move_clock(days=59, hours=23)
    assert client.get("/welcome").status_code == 200
    move_clock(hours=2)
    assert client.get("/welcome").status_code == 303
    assert browser().post(address).status_code == 404


def test_nothing_else_exists_for_who_came_by_a_pass(
    address: str, browser: Any, world: Any, running: Any
) -> None:
    client = enter(browser(), address)
    assert client.get("/").location == "/welcome"
    inside = [
        rule
        for rule in world.app.url_map.iter_rules()
        if getattr(world.app.view_functions[rule.endpoint], "door", "") == doors.SIGNED_IN
        and "welcome" not in getattr(world.app.view_functions[rule.endpoint], "scopes", ())
    ]
    assert len(inside) > 50
    for rule in inside:
        values = dict.fromkeys(rule.arguments, "1")
        url = rule.build(values, append_unknown=False)
        assert url is not None
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        if url[1] == "/" and method == "GET":
            continue
        assert client.open(url[1], method=method).status_code == 404, rule


def test_no_right_comes_with_it_whoever_holds_it(browser: Any, who: Any) -> None:
    given = Pass.give(who.helen, "welcome", by=None)
    client = enter(browser(), f"/pass/{given.token(KEY)}")
    assert client.get("/hr").status_code == 404
    device = Device.select().order_by(Device.id.desc()).get()
    assert device.scope == "welcome"
    assert who.helen.is_hr
    came: Person = who.helen
    came.come_by_pass()
    assert not came.is_hr and not came.has_reports


def test_a_pass_is_no_device_of_ones_own(address: str, browser: Any, who: Any, as_: Any) -> None:
    enter(browser(), address)
    assert Device.open_of(who.nia).count() == 0


def test_signing_out_leaves_by_the_same_door(address: str, browser: Any, running: Any) -> None:
    client = enter(browser(), address)
    assert client.post("/sign-out").status_code == 303
    assert client.get("/welcome").status_code == 303


def test_a_departure_ends_the_welcome(address: str, browser: Any, who: Any, running: Any) -> None:
    client = enter(browser(), address)
    who.nia.depart(
        by=who.helen,
        last_day_on=who.nia.hired_on,
        access_ends_at=clock.now() - timedelta(seconds=1),
    )
    assert client.get("/welcome").status_code == 303
    assert browser().get(address).status_code == 404


def test_no_line_comes_with_it_either(who: Any) -> None:
    assert who.mara.has_reports and who.mara.leads(who.erin)
    came = cast.person("mara")
    came.come_by_pass()
    assert came.came_by_pass and not who.mara.came_by_pass
    assert not came.has_reports and not came.leads(who.erin) and came.grants == frozenset()


def test_whoever_came_by_a_pass_can_sign_out_and_sign_in(
    address: str, browser: Any, running: Any, as_: Any
) -> None:
    client = enter(browser(), address)
    page = client.get("/welcome").text
    assert page.count('action="/sign-out"') == 1
    assert client.get("/sign-in").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/sign-in").status_code == 200
    assert 'action="/sign-out"' not in as_("erin").get("/").text
