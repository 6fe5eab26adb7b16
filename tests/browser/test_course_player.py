"""The portal's page around a package, on a phone: into it, through it, out of it, and back."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.documents.models import Document
from portal.learning.models import Attempt
from tests import servers
from tests.browser.test_scorm2004 import COURSE, Learner
from tests.scorm import builders, playing
from tests.scorm.playing import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

PHONE = {"width": 390, "height": 844}


def test_whoever_goes_on_too_early_is_told_what_it_waits_for(
    hosts: Any, chromium: Any, who: SimpleNamespace
) -> None:
    parts = [builders.page("one"), builders.page("two", prerequisites="one")]
    playing.ready(builders.package(parts), who.helen, "inorder")
    course = Document.start("course", "inorder", by=who.helen)
    course.publish(COURSE.format(slug="inorder"), by=who.helen)
    context = chromium.new_context()
    context.set_default_timeout(servers.PATIENCE)
    context.add_cookies([signed_in("erin", hosts.url)])
    page = context.new_page()
    learner = Learner(page, hosts.url, course, {})
    learner.open()
    course_page = page.frame_locator("#run").frame_locator("#course")
    course_page.get_by_role("heading", name="One").wait_for()
    page.get_by_role("button", name="Continue").click()
    said = page.frame_locator("#run").get_by_role("status")
    said.get_by_text("“Two” opens once “One” is done.").wait_for()
    # What it waited for comes to be: nothing is said any more, and the way is free.
    course_page.get_by_role("heading", name="One").wait_for()
    frame = page.frame(name="course")
    frame.wait_for_function("window.sco")
    calls = ["Initialize"], ["SetValue", "cmi.core.lesson_status", "completed"], ["Commit"]
    for call in calls:
        frame.evaluate("given => window.sco.call(...given)", call)
    said.wait_for(state="hidden")
    page.get_by_role("button", name="Continue").click()
    course_page.get_by_role("heading", name="Two").wait_for()
    context.close()


def test_a_course_is_left_and_gone_on_with_on_a_phone(
    hosts: Any, chromium: Any, who: SimpleNamespace
) -> None:
    playing.ready(builders.several("2004"), who.helen, "several")
    course = Document.start("course", "several", by=who.helen)
    course.publish(COURSE.format(slug="several"), by=who.helen)
    context = chromium.new_context(viewport=PHONE)
    context.set_default_timeout(servers.PATIENCE)
    context.add_cookies([signed_in("erin", hosts.url)])
    page = context.new_page()
    learner = Learner(page, hosts.url, course, {})
    learner.open()
    frame = page.frame_locator("#run").frame_locator("#course")
    frame.get_by_role("heading", name="Part 1").wait_for()
    # The whole screen is the course's, but for the bar and the controls.
    assert page.locator("#run").bounding_box()["height"] > 600
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Contents").click()
    page.get_by_role("button", name="Part 3").click()
    frame.get_by_role("heading", name="Part 3").wait_for()
    expect(page.locator(".player__toc")).to_be_hidden()
    page.get_by_role("link", name="Exit").click()
    page.wait_for_url(learner.here)
    page.get_by_role("link", name="Go on").click()
    frame.get_by_role("heading", name="Part 3").wait_for()
    # In a second tab it goes on there, and the first one is told.
    other = context.new_page()
    other.goto(f"{learner.here}/player")
    other.frame_locator("#run").frame_locator("#course").get_by_role(
        "heading", name="Part 3"
    ).wait_for()
    page.get_by_role("button", name="Contents").click()
    page.get_by_role("button", name="Part 1").click()
    page.get_by_role("alert").get_by_text("another window").wait_for()
    assert Attempt.select().count() == 1
    context.close()
