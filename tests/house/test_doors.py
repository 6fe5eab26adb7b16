"""Knocking on every door: unsigned, from a strange page, and as somebody from another line."""

import pytest
from flask import Flask

from portal import doors
from portal.audit import Event
from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.people.functions import Holder
from portal.people.grants import Grant
from portal.people.org import Location
from portal.people.signing import Device
from tests import cast

# What a stranger may open without signing in; a second list, so that opening one takes two hands.
OPEN = {
    "assets.serve", "assets.hue", "frame.health", "people.sign_in", "people.send_code",
    "people.enter_code", "people.check_code", "people.sign_in_demo", "home.design",
    "learning.check_certificate", "learning.verify_certificate",
}  # fmt: skip
LINKS = {
    "people.open_link", "people.use_link", "people.open_pass", "people.use_pass",
    "assignments.open_snooze", "assignments.snooze_all", "assignments.fetch_calendar",
    "compliance.fetch_compliance_calendar",
}  # fmt: skip


def routes(app: Flask, method: str) -> list[tuple[str, str]]:
    """Endpoint and an address for every route that takes this method."""
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or set()):
            address = rule.rule
            for name in rule.arguments:
                kind = "999999" if f"<int:{name}>" in address else "nothing"
                address = address.replace(f"<int:{name}>", kind).replace(f"<{name}>", kind)
            found.append((rule.endpoint, address))
    return found


def test_the_open_doors_are_these_and_no_others(app: Flask) -> None:
    opened = {name for name, view in app.view_functions.items() if view.door == doors.OPEN}
    linked = {name for name, view in app.view_functions.items() if view.door == doors.LINK}
    assert opened == OPEN
    assert linked == LINKS


def test_a_stranger_is_asked_to_sign_in_at_every_other_door(app: Flask, stranger) -> None:
    for method in ("GET", "POST"):
        for endpoint, address in routes(app, method):
            if endpoint in OPEN | LINKS:
                continue
            answer = stranger.open(address, method=method)
            assert answer.status_code == 303, (method, address, answer.status_code)
            assert answer.location.startswith("/sign-in"), address


def test_a_partial_request_of_a_stranger_is_sent_to_the_sign_in_page(stranger) -> None:
    answer = stranger.get("/people", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_no_post_passes_from_a_page_that_is_not_ours(app: Flask, as_, site: str) -> None:
    helen = as_("helen")
    before = Event.select().count()
    for _, address in routes(app, "POST"):
        answer = helen.post(address, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403, address
    assert Event.select().count() == before


def test_where_the_browser_says_no_site_the_origin_must_be_ours(as_) -> None:
    helen = as_("helen")
    ours = {"Sec-Fetch-Site": "", "Origin": "http://localhost"}
    theirs = {"Sec-Fetch-Site": "", "Origin": "https://evil.example"}
    for headers, status in ((theirs, 403), ({"Sec-Fetch-Site": ""}, 403)):
        assert helen.post("/me", headers=headers).status_code == status
    assert helen.post("/me", headers=ours, data={"zone": "UTC"}).status_code != 403


# What anybody who leads people may do with what is their own.
OWN = {
    "people.sign_out", "people.revoke_other_devices", "people.update_me", "people.export",
    "assignments.make_calendar_link", "assignments.end_calendar_link",
    "compliance.make_calendar_link", "compliance.end_calendar_link", "compliance.export_due",
    "compliance.remind_all", "demographics.answer", "demographics.withdraw",
    "feedback.opt_out", "feedback.opt_in",
}  # fmt: skip


def test_otto_changes_nothing_by_posting_everywhere(app: Flask, as_) -> None:
    """Every POST with ids of nothing: 404, 403 or an error at a field, and never a 500."""
    otto = as_("otto")
    before = Event.select().count()
    for endpoint, address in routes(app, "POST"):
        if endpoint in OWN | OPEN:
            continue
        assert otto.post(address).status_code in (403, 404, 422), address
    assert Event.select().count() == before


def real_routes(app: Flask, method: str) -> list[tuple[str, str]]:
    """Endpoint and an address that names something there is, for every route that takes this."""
    first = {
        "person_id": cast.person("erin").id,
        "location_id": Location.get().id,
        "holder_id": Holder.get().id,
        "grant_id": Grant.get().id,
        "device_id": Device.select().order_by(Device.id.desc()).first().id,
    }
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or set()):
            address = rule.rule
            for name in rule.arguments:
                address = address.replace(f"<int:{name}>", str(first.get(name, 1)))
                address = address.replace(f"<path:{name}>", "x").replace(f"<{name}>", "checklist")
            found.append((rule.endpoint, address))
    return found


def test_otto_changes_nothing_of_others_by_posting_to_what_there_is(
    app: Flask, as_, plan: Document, who
) -> None:
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    as_("erin")
    posts = real_routes(app, "POST")
    otto = as_("otto")
    before = Event.select().count()
    for endpoint, address in posts:
        if endpoint not in OWN | OPEN | LINKS:
            assert otto.post(address).status_code in (400, 403, 404, 422), address
    assert Event.select().count() == before


def test_looking_has_no_effect(app: Flask, as_, plan: Document, who) -> None:
    """HR opens every page there is: nothing is recorded, and nothing fails."""
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    helen = as_("helen")
    before = Event.select().count()
    for endpoint, address in real_routes(app, "GET"):
        status = helen.get(address).status_code
        assert status < 500 or endpoint == "frame.health", (address, status)
    assert Event.select().count() == before


def test_an_endpoint_without_a_door_stops_the_start() -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/planted", "planted.view", lambda: "open")
    with pytest.raises(RuntimeError, match="declares no door"):
        doors.check(app)


def test_a_door_that_is_opened_off_the_list_stops_the_start() -> None:
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/planted", "planted.view", doors.open_to_all(lambda: "open"))
    with pytest.raises(RuntimeError, match="list of open doors"):
        doors.check(app)


def test_every_answer_is_hardened(as_, stranger) -> None:
    for answer in (stranger.get("/sign-in"), as_("erin").get("/"), as_("erin").get("/nothing")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_strange_host_is_refused(stranger) -> None:
    assert stranger.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    for host in ("portal.foo.localhost:8000", "127.0.0.1:9", "localhost"):
        assert stranger.get("/sign-in", headers={"Host": host}).status_code == 200


def test_what_one_may_not_see_has_the_bytes_of_what_does_not_exist(as_) -> None:
    erin = as_("erin")
    nothing = erin.get("/checklists/999999")
    for address in (
        "/hr",
        "/team",
        "/audit",
        "/letters",
        "/settings",
        "/people/999999",
        "/nothing",
    ):
        answer = erin.get(address)
        assert (answer.status_code, answer.data) == (404, nothing.data), address
