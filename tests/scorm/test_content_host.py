"""The content host answers what a course needs and nothing else; the portal takes nothing of it."""

import gzip
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from portal.audit import Event
from portal.people.signing import Device
from portal.scorm import runs
from tests import cast
from tests.scorm import builders, playing
from tests.scorm.playing import CONTENT, PORTAL, Window, begun

pytestmark = pytest.mark.one_database


@pytest.fixture
def both(database) -> Iterator[Flask]:
    with playing.whole_app(database) as app:
        yield app


@pytest.fixture
def opened(both: Flask, who: SimpleNamespace) -> SimpleNamespace:
    taken = begun(builders.single(), who)
    return SimpleNamespace(window=Window(both, taken.token), **vars(taken))


def policy(answer: Any) -> dict[str, str]:
    parts = [part.partition(" ") for part in answer.headers["Content-Security-Policy"].split("; ")]
    return {name: value for name, _, value in parts}


def test_each_host_name_reaches_its_own_application(both: Flask, opened) -> None:
    client = both.test_client()
    at = {"base_url": f"http://{CONTENT}"}
    for path in ("/", "/sign-in", "/healthz", "/learning", "/assets/x/app.js", "/run/", "/people"):
        assert client.get(path, **at).status_code == 404, path
    assert client.get("/healthz", base_url=f"http://{PORTAL}").status_code in (200, 503)
    assert opened.window.get("").status_code == 200
    there = client.get(f"/run/{opened.token}/", base_url=f"http://{PORTAL}")
    assert there.status_code == 404
    strange = client.get(f"/run/{opened.token}/", base_url="http://evil.example")
    assert strange.status_code >= 400


def test_no_answer_sets_a_cookie_or_may_be_framed_by_others(opened) -> None:
    window = opened.window
    window.load()
    answers = [
        window.get(""),
        window.get("f/index.html"),
        window.get("f/nothing.html"),
        window.send(window.payload()),
        window.send(b"nonsense"),
        window.client.get("/", base_url=window.base),
        window.client.get("/run/" + "x" * 22 + "/", base_url=window.base),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert f"http://{PORTAL}" in policy(answer)["frame-ancestors"]
        assert "http://evil" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Permissions-Policy"].startswith("unload=*")
        assert "allow-top-navigation" not in answer.headers["Content-Security-Policy"]
        assert "allow-popups-to-escape-sandbox" not in answer.headers["Content-Security-Policy"]
        assert "Service-Worker-Allowed" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_wrapper_runs_nothing_inline_and_its_state_is_data(opened) -> None:
    window = opened.window
    window.load()
    window.commit({"cmi.suspend_data": "</script><script>alert(1)</script>"})
    answer = window.get("")
    assert policy(answer)["script-src"] == "'self'"
    assert policy(answer)["default-src"] == "'none'"
    assert "</script><script>" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert window.load()["suspend"] == "</script><script>alert(1)</script>"


def test_no_service_worker_can_be_registered(opened) -> None:
    window = opened.window
    for path in ("f/index.html", "", "f/sw.js"):
        assert window.get(path, headers={"Service-Worker": "script"}).status_code == 403


def test_a_commit_from_another_page_is_refused(opened) -> None:
    window = opened.window
    window.load()
    for headers in (
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{PORTAL}"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
    ):
        assert window.send(window.payload(), **headers).status_code == 403, headers
    good = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{CONTENT}"}
    assert window.send(window.payload(), **good).status_code == 200


def test_the_portal_takes_no_request_from_the_content_host(both: Flask, opened) -> None:
    """Its name is a sibling's, so a browser sends the portal's cookie along."""
    client = both.test_client()
    base = f"http://{PORTAL}"
    token = Device.sign_in(cast.person("erin"), how="test", agent="x", address="127.0.0.1")
    with client.session_transaction(base_url=base) as session:
        session["_user_id"], session["_fresh"] = token, True
    events = Event.select().count()
    posts = [rule for rule in both.url_map.iter_rules() if "POST" in (rule.methods or ())]
    for rule in posts:
        address = rule.rule
        for name in rule.arguments:
            address = address.replace(f"<int:{name}>", "1").replace(f"<{name}>", "x")
        for headers in ({"Sec-Fetch-Site": "same-site"}, {"Origin": f"http://{CONTENT}"}):
            answer = client.post(address, base_url=base, headers=headers)
            assert answer.status_code == 403, (address, headers)
    assert len(posts) > 50
    assert Event.select().count() == events


def test_only_a_page_that_plays_may_frame_and_only_the_content_host(both: Flask, opened) -> None:
    plain = both.test_client().get("/sign-in", base_url=f"http://{PORTAL}")
    assert "frame-src" not in policy(plain)
    assert "unload" not in plain.headers["Permissions-Policy"]
    playing_views = [
        name for name, view in both.view_functions.items() if getattr(view, "frames_content", False)
    ]
    for name in playing_views:
        with both.test_request_context("/", base_url=f"http://{PORTAL}") as context:
            context.request.url_rule = next(
                rule for rule in both.url_map.iter_rules() if rule.endpoint == name
            )
            answer = both.process_response(both.response_class(""))
        assert policy(answer)["frame-src"] == f"http://{CONTENT}"
        assert answer.headers["Permissions-Policy"].startswith("unload=*")


def test_the_runtime_is_immutable_packed_and_not_the_portals(both: Flask, opened) -> None:
    window = opened.window
    content = both.extensions["content"]
    shelf = content.extensions["runtime"]
    for name in ("run.js", "guard.js", "scorm12.js", "scorm2004.js", "run.css"):
        answer = window.client.get(
            shelf.url(name), base_url=window.base, headers={"Accept-Encoding": "gzip"}
        )
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        plain = window.client.get(shelf.url(name), base_url=window.base)
        assert gzip.decompress(answer.data) == plain.data
    old = window.client.get("/assets/0000/run.js", base_url=window.base)
    assert old.headers["Cache-Control"] == "no-cache"
    assert window.client.get("/assets/x/nothing.js", base_url=window.base).status_code == 404
    assert "scorm" not in "".join(both.extensions["assets"])


def test_files_come_from_their_own_package_alone(opened, who) -> None:
    window = opened.window
    other = playing.ready(builders.single(files={"other.txt": b"secret"}), who.helen, "other")
    assert other.id != opened.package.id
    answer = window.get("f/index.html")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    for path in (
        "f/other.txt", "f/../f/other.txt", "f/%2e%2e/other.txt", "f//etc/passwd", "f/",
        "f/..%5c..%5cetc", "f/imsmanifest.xml%00",
    ):  # fmt: skip
        assert window.get(path).status_code == 404, path


def test_an_address_that_opens_nothing_says_so_without_saying_why(opened) -> None:
    client, base = opened.window.client, opened.window.base
    texts = {
        client.get(f"/run/{token}/", base_url=base).data
        for token in ("x" * 22, "A" * 22, runs.secrets.token_urlsafe(16))
    }
    assert len(texts) == 1
    for token in ("", "x", "x" * 500, "a b", "%00" * 22, "' OR 1=1 --"):
        assert client.get(f"/run/{token}/", base_url=base).status_code == 404
