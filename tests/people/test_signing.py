"""Being signed in: links, sessions that end, rights that change, cookies that stay at home."""

from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.audit import Event
from portal.people.grants import Grant
from portal.people.session import safe_next
from portal.people.signing import Device, Link
from tests import cast

ERIN = "erin@halden.example"


def is_in(browser: Any) -> bool:
    return bool(browser.get("/me").status_code == 200)


def cookie_of(client: Any, name: str = "portal") -> str:
    found = client.get_cookie(name)
    return found.value if found else ""


# -- the link from the command line --------------------------------------------------------------


def test_looking_at_a_link_has_no_effect_and_using_it_signs_in_once(browser: Any, who: Any) -> None:
    address = f"/sign-in/link/{Link.make(who.erin)}"
    before = Event.select().count()
    for _ in range(3):
        looking = browser()
        assert "Sign in as Erin Castellanos" in looking.get(address).text
        assert looking.head(address).status_code == 200
        assert not is_in(looking)
    assert Event.select().count() == before
    erin, late = browser(), browser()
    assert erin.post(address).location == "/"
    assert is_in(erin)
    assert late.post(address).status_code == 404
    assert late.get(address).status_code == 404 and not is_in(late)


def test_a_link_is_good_for_a_day(browser: Any, who: Any, move_clock: Any) -> None:
    token = Link.make(who.erin)
    move_clock(hours=24)
    assert browser().get(f"/sign-in/link/{token}").status_code == 200
    move_clock(seconds=1)
    assert browser().get(f"/sign-in/link/{token}").status_code == 404
    assert browser().post(f"/sign-in/link/{token}").status_code == 404


def test_a_link_of_somebody_who_has_left_and_a_made_up_one_are_the_same(
    browser: Any, who: Any
) -> None:
    token = Link.make(who.erin)
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    answers = {browser().get(f"/sign-in/link/{one}").data for one in (token, "x", "y" * 2_000)}
    assert len(answers) == 1
    assert token not in str(list(Link.select().dicts()))


# -- the demo ------------------------------------------------------------------------------------


def test_with_demo_one_is_a_sample_person(browser: Any) -> None:
    erin = browser()
    assert ERIN in erin.get("/sign-in").text
    assert erin.post("/sign-in/demo", data={"email": ERIN}).status_code == 303
    assert is_in(erin)
    for email in ("nobody@x.yy", "lev@halden.example", ""):
        assert browser().post("/sign-in/demo", data={"email": email}).status_code == 422


def test_without_demo_there_is_no_such_route(built: Any) -> None:
    with built(demo=False) as app:
        client = app.test_client()
        page = client.get("/sign-in")
        assert page.status_code == 200 and "halden.example" not in page.text
        answer = client.post("/sign-in/demo", data={"email": ERIN})
        assert answer.status_code == 404
        assert answer.data == client.post("/sign-in/nothing", data={"email": ERIN}).data
        assert not is_in(client)


# -- the end of a session ------------------------------------------------------------------------


def test_a_cookie_kept_from_before_signing_out_opens_nothing(browser: Any, as_: Any) -> None:
    erin, thief = as_("erin"), browser()
    erin.get("/me")
    kept = cookie_of(erin)
    thief.set_cookie("portal", kept)
    assert is_in(thief)
    erin.post("/sign-out")
    assert not is_in(erin) and not is_in(thief)
    assert thief.post("/me", data={"zone": "UTC"}).location.startswith("/sign-in")
    # Going back in the browser asks the server again.
    assert as_("erin").get("/me").headers["Cache-Control"] == "no-store"


def test_each_sign_in_has_a_token_of_its_own(browser: Any, who: Any) -> None:
    """A cookie planted before signing in is worth nothing afterwards, to nobody."""
    erin, attacker = browser(), browser()
    attacker.get("/sign-in?next=/me")
    planted = cookie_of(attacker)
    erin.set_cookie("portal", planted)
    tokens = set()
    for _ in range(2):
        erin.post("/sign-in/demo", data={"email": ERIN})
        with erin.session_transaction() as session:
            tokens.add(session["_user_id"])
    assert len(tokens) == 2
    assert cookie_of(erin) != planted and not is_in(attacker)
    assert not tokens & {str(device.token_hash) for device in Device.select()}


def test_a_revoked_device_is_out_at_the_next_request(as_: Any) -> None:
    phone, laptop = as_("erin"), as_("erin")
    device = Device.select().order_by(Device.id).first()
    assert is_in(phone)
    answer = laptop.post(f"/me/devices/{device.id}/revocation")
    assert answer.status_code == 303
    assert not is_in(phone) and is_in(laptop)


def test_signing_out_everywhere_else_keeps_only_this_browser(as_: Any) -> None:
    one, other, here = as_("erin"), as_("erin"), as_("erin")
    mara = as_("mara")
    here.post("/me/devices/revocation")
    assert [is_in(client) for client in (one, other, here, mara)] == [False, False, True, True]


def test_the_row_of_a_device_says_that_it_is_out(as_: Any) -> None:
    as_("erin")
    device = Device.select().order_by(Device.id.desc()).first()
    target = f"device-{device.id}"
    fragment = as_("erin").hx(f"/me/devices/{device.id}/revocation", target)
    assert fragment.status_code == 200
    assert f'id="{target}"' in fragment.text and "Signed out" in fragment.text


def test_a_leaver_is_out_within_one_request(as_: Any, who: Any) -> None:
    erin = as_("erin")
    assert is_in(erin)
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    assert not is_in(erin)


def test_access_that_ends_in_mid_session_ends_it(as_: Any, who: Any, move_clock: Any) -> None:
    ends = cast.NOW + timedelta(minutes=5)
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=ends)
    erin = as_("erin")
    move_clock(minutes=4, seconds=59)
    assert is_in(erin)
    move_clock(seconds=1)
    assert not is_in(erin)
    assert erin.post("/me", data={"zone": "UTC"}).location.startswith("/sign-in")


def test_a_right_that_ends_in_mid_session_is_gone_at_the_next_request(as_: Any, who: Any) -> None:
    helen = as_("helen")
    address = f"/people/{who.erin.id}/edit"
    assert helen.get(address).status_code == 200
    Grant.get(Grant.kind == "hr").end(by=who.adam)
    assert helen.get(address).status_code == 403
    assert helen.get("/people/import").status_code == 404
    data = {"name": "Changed", "email": ERIN}
    assert helen.post(address, data=data).status_code == 403
    assert cast.person("erin").name == "Erin Castellanos"


def test_a_grant_that_runs_out_takes_the_right_with_it(as_: Any, who: Any, move_clock: Any) -> None:
    with db.write():
        Grant.update(ends_on=cast.TODAY).where(Grant.kind == "hr").execute()
    helen = as_("helen")
    assert helen.get("/people/import").status_code == 200
    move_clock(days=1)
    helen = as_("helen")
    assert helen.get("/people/import").status_code == 404


@pytest.mark.parametrize(
    ("name", "idle", "inside"),
    [
        ("helen", timedelta(hours=12), True),
        ("helen", timedelta(hours=12, seconds=1), False),
        ("erin", timedelta(days=30), True),
        ("erin", timedelta(days=30, seconds=1), False),
        ("adam", timedelta(days=29), True),
    ],
)
def test_who_is_idle_too_long_is_out(
    name: str, idle: timedelta, inside: bool, as_: Any, move_clock: Any
) -> None:
    client = as_(name)
    move_clock(days=idle.days, seconds=idle.seconds)
    assert is_in(client) == inside


def test_whoever_keeps_coming_is_out_after_ninety_days(as_: Any, move_clock: Any) -> None:
    erin = as_("erin")
    for _ in range(9):
        move_clock(days=10)
        assert is_in(erin)
    move_clock(seconds=1)
    assert not is_in(erin)


def test_only_where_one_is_signed_in_now_is_listed(as_: Any, move_clock: Any, who: Any) -> None:
    as_("erin")
    move_clock(days=31)
    erin = as_("erin")
    assert erin.get("/me").text.count('id="device-') == 1
    assert Device.open_of(who.erin).count() == 1


def test_reading_writes_at_most_every_ten_minutes(as_: Any, queries: Any, move_clock: Any) -> None:
    erin = as_("erin")
    with queries() as seen:
        erin.get("/me")
    assert not [sql for sql in seen if sql.startswith("UPDATE")]
    move_clock(minutes=10, seconds=1)
    with queries() as seen:
        erin.get("/me")
    assert len([sql for sql in seen if sql.startswith("UPDATE")]) == 1


# -- where one goes afterwards -------------------------------------------------------------------

OURS = ("/", "/people", "/people?q=a&page=2", "/documents/page/welcome#top")
THEIRS = (
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "http:evil.example",
    "javascript:alert(1)", " //evil.example", "evil.example", "", "/x\r\nSet-Cookie: a=b", "/\x00",
    "//[", "/a\\..\\//evil.example", "/" + "a" * 5_000, "HTTPS://evil.example", "/\x7f/evil",
    "\t//evil.example", "%2F%2Fevil.example",
)  # fmt: skip


def test_a_path_of_ours_is_kept_and_anything_else_is_the_first_page() -> None:
    assert [safe_next(path) for path in OURS] == list(OURS)
    assert {path: safe_next(path) for path in THEIRS} == dict.fromkeys(THEIRS, "/")


@pytest.mark.parametrize("target", THEIRS)
def test_signing_in_never_leaves_the_portal(target: str, browser: Any) -> None:
    client = browser()
    client.get("/sign-in", query_string={"next": target.replace("\0", "")})
    answer = client.post("/sign-in/demo", data={"email": ERIN})
    assert (answer.status_code, answer.location) == (303, "/")


def test_one_arrives_where_one_wanted_to_go(browser: Any) -> None:
    client = browser()
    asked = client.get("/people?q=ben")
    assert asked.status_code == 303
    client.get(asked.location)
    assert client.post("/sign-in/demo", data={"email": ERIN}).location == "/people?q=ben"


# -- the cookie ----------------------------------------------------------------------------------


def test_in_production_the_cookie_stays_at_home(built: Any) -> None:
    with built(app_url="https://people.example.com", demo=True) as app:
        client = app.test_client()
        answer = client.post(
            "/sign-in/demo", data={"email": ERIN}, base_url="https://people.example.com"
        )
        assert answer.status_code == 303
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-portal=")
        parts = {part.strip().partition("=")[0] for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite", "Path"} <= parts and "Domain" not in parts
        assert "SameSite=Lax" in cookie and "Path=/" in cookie
        assert answer.headers["Strict-Transport-Security"]
        strange = client.get("/sign-in", base_url="https://evil.example")
        assert strange.status_code == 400


def test_in_development_it_works_over_plain_http(browser: Any) -> None:
    cookie = browser().post("/sign-in/demo", data={"email": ERIN}).headers["Set-Cookie"]
    assert cookie.startswith("portal=") and "Secure" not in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
