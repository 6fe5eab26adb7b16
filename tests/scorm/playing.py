"""A package in play: brought in, put into an attempt, and a browser's part of it by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface

from portal import clock, db
from portal.app import create_app
from portal.blobs import Blob
from portal.config import Config
from portal.documents.models import Document
from portal.learning import taking
from portal.learning.models import Attempt
from portal.people.models import Person
from portal.people.signing import Device
from portal.scorm import checking, content, runs
from portal.scorm.models import Package
from tests import cast

PORTAL, CONTENT = "portal.foo.localhost", "content.foo.localhost"

_COURSE = """---
kind: course
title: {title}
summary: What to do
owner: @hr
audience: everyone
format: scorm
package: {package}
passes-when: {rule}
certificate: 12 months
---
Read this.
"""


def ready(made: bytes, by: Person, slug: str = "fire") -> Package:
    """The zip as a package that was checked and found good."""
    blob = Blob.put(made)
    with db.write():
        package = Package.create(
            slug=slug, version=1, title="Fire safety", file_name="fire.zip", upload=blob,
            created_at=clock.now(), created_by=by,
        )  # fmt: skip
    checking.check_due()
    package = Package.get_by_id(package.id)
    assert package.is_ready, package.problems
    return package


def course(package: Package, by: Person, rule: str = "completed", title: str = "") -> Document:
    """A course in force that is this package."""
    title = title or f"Fire safety ({package.slug})"
    document = Document.start("course", title, by=by)
    document.publish(_COURSE.format(title=title, rule=rule, package=package.name), by=by)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


def both_hosts(database: Config, port: int = 80) -> Config:
    """The configuration with a content host beside the portal's."""
    end = "" if port == 80 else f":{port}"
    return replace(database, app_url=f"http://{PORTAL}{end}", content_host=f"{CONTENT}{end}")


@contextmanager
def content_app(database: Config) -> Iterator[Flask]:
    """The content host's application alone."""
    try:
        yield content.create(both_hosts(database))
    finally:
        runs.configure("", "http")


@contextmanager
def whole_app(database: Config) -> Iterator[Flask]:
    """The portal with the content host beside it."""
    try:
        yield create_app(both_hosts(database))
    finally:
        runs.configure("", "http")


class Window:
    """What the wrapper does in a browser: it loads, then commits with numbers that count up."""

    def __init__(self, app: Flask, token: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.token, self.sequence = token, 0
        self.base = f"http://{CONTENT}"
        self.state: dict[str, Any] = {}

    def load(self) -> dict[str, Any]:
        answer = self.get("")
        assert answer.status_code == 200, answer.text
        written = answer.text.partition('id="state" hidden>')[2].partition("</div>")[0]
        self.state, self.sequence = json.loads(written), 0
        return self.state

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(f"/run/{self.token}/{path}", base_url=self.base, **more)

    def send(self, payload: Any, **headers: str) -> Any:
        body = payload if isinstance(payload, bytes | str) else json.dumps(payload)
        path = f"/run/{self.token}/commit"
        return self.client.post(path, data=body, base_url=self.base, headers=headers)

    def payload(self, elements: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        self.sequence += 1
        state = self.state
        base = {"session": state["session"], "item": state["item"], "sequence": self.sequence}
        return base | {"elements": elements or {}} | more

    def commit(self, elements: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        answer = self.send(self.payload(elements, **more))
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[no-any-return]

    def loaded(self, name: str) -> str | None:
        """An element of the state it was loaded with."""
        return dict(self.state["elements"]).get(name)


def begun(
    made: bytes, who: SimpleNamespace, rule: str = "completed", slug: str = "fire"
) -> SimpleNamespace:
    """Erin has begun a course with this package: `package`, `attempt`, `run`, `token`."""
    package = ready(made, who.helen, slug)
    attempt = taking.begin(course(package, who.helen, rule), who.erin, by=who.erin)
    run, token = runs.open_run(package, who.erin, runs.LEARN, attempt)
    return SimpleNamespace(package=package, attempt=attempt, run=run, token=token)


def again(attempt: Attempt) -> Attempt:
    return Attempt.get_by_id(attempt.id)  # type: ignore[no-any-return]


def signed_in(name: str, url: str) -> dict[str, str]:
    """The cookie with which somebody's browser comes."""
    token = Device.sign_in(cast.person(name), how="test", agent="pytest", address="127.0.0.1")
    signer = SecureCookieSessionInterface().get_signing_serializer(current_app)
    assert signer is not None
    value = signer.dumps({"_user_id": token, "_fresh": True})
    return {"name": "portal", "value": str(value), "url": url}
