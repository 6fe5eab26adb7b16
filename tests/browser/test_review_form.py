"""A review is written on a phone: eight taps, nothing lost, with or without help."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.documents.models import Document
from portal.questionnaires.models import Submission
from portal.reviews import following
from portal.reviews.models import Cycle
from portal.reviews.steps import MANAGER, SELF
from tests import servers
from tests.browser.conftest import DESKTOP, die, says_error
from tests.cast import TODAY
from tests.reviews.conftest import part_of, review_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

CONTENT = Path(__file__).resolve().parents[2] / "content"
GOALS = "#q-which-goals-count-for-the-next-six-months"
OTHERWISE = re.compile("^What will the new colleague")
CHOICES = ("3 Can be used", "3 It flows", "Yes", "4 Gladly")
MAX_BYTES = 60_000


def publish(kind: str, by: Any) -> Document:
    document = Document.start(kind, "After 90 days", by=by, slug="ninety-days")
    document.publish((CONTENT / f"{kind}s" / "ninety-days.md").read_text(), by=by)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.fixture
def cycle(who: SimpleNamespace) -> Cycle:
    """Erin’s, which began 85 days ago: both sides are asked."""
    publish("form", who.helen)
    plan, first = publish("review", who.helen), TODAY - timedelta(days=85)
    begun = Cycle.begin(plan, [who.erin], first, by=None, person=who.erin, fact="hire:0")
    following.run()
    return begun


@pytest.fixture
def leads(cycle: Cycle) -> Submission:
    return part_of(cycle, "erin", MANAGER)


def fresh(submission: Submission) -> Submission:
    return Submission.get_by_id(submission.id)  # type: ignore[no-any-return]


def until(page: Any, words: str) -> None:
    page.locator("#draft-state", has_text=re.compile(words)).wait_for()


def kept(page: Any, count: int) -> None:
    servers.holds(
        page,
        "n => Object.keys(localStorage).filter(k => k.startsWith('draft:')).length === n",
        arg=count,
    )


def complete(page: Any) -> None:
    for words in CHOICES:
        page.get_by_text(words, exact=words == "Yes").first.click()
    page.locator(GOALS).fill("Run the on-call week alone by March.")
    page.get_by_label(OTHERWISE).fill("I ask before I explain.")


def test_a_ninety_day_review_takes_eight_taps(
    visit: Any, site: SimpleNamespace, leads: Submission, cycle: Cycle
) -> None:
    page = visit("mara", "/", has_touch=True)
    taps = []

    def tap(found: Any, words: str = "") -> None:
        found.tap()
        taps.append(found)
        if words:
            page.keyboard.type(words)

    tap(page.get_by_role("link", name="After 90 days — Erin Castellanos").first)
    for words in CHOICES:
        tap(page.get_by_text(words, exact=words == "Yes").first)
    tap(page.locator(GOALS), "Run the on-call week alone by March.")
    tap(page.get_by_label(OTHERWISE), "I ask before I explain.")
    tap(page.get_by_role("button", name="Send it, and share it with Erin that day"))
    page.get_by_text("You talk on Wed 25 Nov; Erin reads it that day").wait_for()
    assert len(taps) == 8
    assert fresh(leads).submitted_at and review_of(cycle, "erin").talk_on is not None
    assert servers.faults(page) == []
    page.get_by_role("link", name="Go to the review").click()
    page.get_by_role("heading", name="Review of Erin Castellanos").wait_for()


def test_the_network_goes_the_tab_dies_and_the_choice_stays(visit: Any, leads: Submission) -> None:
    page = visit("mara", f"/forms/{leads.id}")
    page.wait_for_load_state("networkidle")
    page.locator(GOALS).fill("Before the tunnel.")
    page.get_by_text("Not yet").click()
    until(page, "^Saved")
    assert fresh(leads).choice["share"] == "later"
    page.context.set_offline(True)
    page.locator(GOALS).fill("Before the tunnel, and in it.")
    page.get_by_text("On the day we talk").click()
    page.locator("#with-talk-on").fill("2026-11-26")
    until(page, "Not saved yet. It is kept on this device")
    kept(page, 1)
    die(page)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(page.url)
    expect(again.get_by_role("radio", name="Not yet")).to_be_checked()
    again.get_by_role("button", name="Use it").click()
    until(again, "^Saved")
    expect(again.locator("#with-talk-on")).to_have_value("2026-11-26")
    assert fresh(leads).choice == {"share": "talk", "talk-on": "2026-11-26"}
    assert list(fresh(leads).given.values()) == ["Before the tunnel, and in it."]
    kept(again, 0)


def test_two_devices_are_both_shown_and_the_choice_is_not_lost(
    visit: Any, leads: Submission, cycle: Cycle
) -> None:
    phone = visit("mara", f"/forms/{leads.id}")
    laptop = visit("mara", f"/forms/{leads.id}", viewport=DESKTOP)
    complete(laptop)
    until(laptop, "^Saved")
    complete(phone)
    phone.locator(GOALS).fill("From the phone.")
    phone.get_by_text("Not yet").click()
    phone.get_by_role("heading", name="You wrote here on another device").wait_for()
    expect(phone.get_by_text("Run the on-call week alone")).to_be_visible()
    expect(phone.get_by_role("radio", name="Not yet")).to_be_checked()
    expect(phone.get_by_role("button", name="Choose above before sending")).to_be_disabled()
    phone.get_by_role("button", name="Keep all of this device").click()
    until(phone, "^Saved")
    phone.get_by_role("button", name="Send it to HR and Erin’s managers").click()
    phone.get_by_text("Sent. This is your receipt.").wait_for()
    assert fresh(leads).given[GOALS.removeprefix("#q-")] == "From the phone."
    assert review_of(cycle, "erin").talk_on is None


def test_without_javascript_it_is_sent_with_its_day(
    visit: Any, leads: Submission, cycle: Cycle
) -> None:
    page = visit("mara", f"/forms/{leads.id}", javascript=False)
    complete(page)
    expect(page.get_by_text("Ways to begin").first).to_be_hidden()
    page.get_by_text("On the day we talk").click()
    page.locator("#with-talk-on").fill("2026-11-10")
    page.get_by_role("button", name="Send it, and share it with Erin that day").click()
    says_error(page)
    page.get_by_role("link", name="This day is over: choose today or later.").click()
    expect(page.locator(GOALS)).to_have_value("Run the on-call week alone by March.")
    page.locator("#with-talk-on").fill("2026-11-26")
    page.get_by_role("button", name="Send it, and share it with Erin that day").click()
    page.get_by_text("You talk on Thu 26 Nov; Erin reads it that day").wait_for()
    assert str(review_of(cycle, "erin").talk_on) == "2026-11-26"


def test_it_helps_by_the_keyboard_and_never_blocks(visit: Any, cycle: Cycle) -> None:
    own = part_of(cycle, "erin", SELF)
    page = visit("erin", f"/forms/{own.id}", viewport=DESKTOP)
    hint = page.locator(f"[data-few={GOALS.removeprefix('#')}]")
    assert servers.faults(page) == []
    page.locator(GOALS).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("March")
    expect(page.locator(GOALS)).to_have_value("By the end of March")
    hint.wait_for()
    until(page, "^Saved")
    assert fresh(own).given == {GOALS.removeprefix("#q-"): "By the end of March"}
    assert servers.faults(page) == []
    page.keyboard.type(" I know it" + " and it" * 8)
    hint.wait_for(state="hidden")
    complete(page)
    expect(page.get_by_text("Nobody reads it before you share it.").first).to_be_visible()
    page.get_by_role("radio", name="Not yet").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Send it to Mara").press("Enter")
    page.get_by_text("Sent. Mara reads it from now on.").wait_for()
    assert fresh(own).readers == "hr manager"
    assert servers.faults(page) == []


def test_the_last_ratings_show_when_one_has_chosen_and_all_of_it_is_small(
    visit: Any, leads: Submission, who: SimpleNamespace, site: SimpleNamespace
) -> None:
    answers = {q.key: (q.choices[1][0] if q.choices else "Words.") for q in
               leads.questionnaire.questions}  # fmt: skip
    with clock.shifted(timedelta(days=-60)):
        leads.submit(answers, leads.version, by=who.mara)
    plan = Document.named("review", "ninety-days")
    assert plan is not None
    second = Cycle.begin(plan, [who.erin], TODAY - timedelta(days=85), by=None, person=who.erin,
                         fact="hire:1")  # fmt: skip
    following.run()
    form = part_of(second, "erin", MANAGER)
    page = visit("mara", "/me")
    sizes: list[int] = []
    watch = page.context.new_cdp_session(page)
    watch.send("Network.enable")
    watch.send("Network.setCacheDisabled", {"cacheDisabled": True})
    watch.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    page.goto(f"{site.url}/forms/{form.id}", wait_until="networkidle")
    assert sum(sizes) < MAX_BYTES, f"{sum(sizes):,.0f} bytes in {len(sizes)} answers"
    last = page.get_by_text("you chose 2 Has to be checked")
    expect(last).to_be_hidden()
    page.get_by_text("3 Can be used").click()
    last.wait_for()
    # At its end, where the drawer covers nothing.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert servers.faults(page) == []
