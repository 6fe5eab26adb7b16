"""A package that wants what is not its own: it gets nothing, and the course plays on."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.audit.models import Event
from portal.learning import taking
from portal.learning.models import Attempt
from tests import servers
from tests.scorm import builders, playing
from tests.scorm.playing import signed_in
from tests.servers import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SCRIPT = (ROOT / "tests/scorm/hostile.js").read_text()
PROBES = 40


@pytest.fixture
def erin(hosts: Any, chromium: Any, who: SimpleNamespace) -> Any:
    """Erin's browser, signed in, on the page of a course that is hostile."""
    files = {"worker.js": b"self.addEventListener('fetch', () => {});"}
    package = playing.ready(
        builders.single("1.2", builders.HOOK_12 + SCRIPT, files=files), who.helen
    )
    course = playing.course(package, who.helen)
    taking.begin(course, who.erin, by=who.erin)
    context = chromium.new_context()
    context.set_default_timeout(servers.PATIENCE)
    context.add_cookies([signed_in("erin", hosts.url)])
    page = context.new_page()
    page.goto(f"{hosts.url}/me")
    page.evaluate("localStorage.setItem('canary', 'canary-of-the-portal')")
    page.evaluate("indexedDB.open('canary-of-the-portal')")
    page.goto(f"{hosts.url}/learning/courses/{course.id}/player")
    yield SimpleNamespace(page=page, context=context, course=course, url=hosts.url)
    context.close()


def test_a_hostile_package_gets_nothing_and_plays_on(erin, who) -> None:
    page = erin.page
    page.frame_locator("#run").frame_locator("#course").locator("h1").wait_for()
    course = next(frame for frame in page.frames if frame.name == "course")
    call = "given => window.sco.call(...given)"
    assert course.evaluate(call, ["Initialize"]) == "true"
    before = Event.select().count()
    address = page.url
    found = course.evaluate("portal => window.hostile(portal)", erin.url)
    assert len(found) >= PROBES
    assert {name: got for name, got in found.items() if got} == {}
    # Nothing was done in Erin's name, the portal stands where it stood, and shows nothing foreign.
    assert Event.select().count() == before
    assert page.url == address
    assert page.evaluate("document.querySelector('#over').hidden")
    assert page.evaluate("window.owned") is None
    assert erin.context.new_page().goto(f"{erin.url}/me").status == 200
    # And the course plays on: what it says is kept.
    assert course.evaluate(call, ["SetValue", "cmi.core.lesson_status", "completed"]) == "true"
    assert course.evaluate(call, ["Commit"]) == "true"
    attempt = Attempt.get(Attempt.course == erin.course)
    assert attempt.completion == "completed"
    assert attempt.completed_at
