"""Filling a form on a phone and a desktop: nothing typed is lost, whatever happens meanwhile."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.documents.models import Document
from portal.people.signing import Device
from portal.questionnaires.models import Submission
from tests import servers
from tests.browser.conftest import DESKTOP, die, says_error
from tests.questionnaires.conftest import MONTH

pytestmark = pytest.mark.browser

KEY = "what-should-we-have-told-you-earlier"
TEXT = f"#q-{KEY}"
STATE = "#draft-state"


@pytest.fixture
def nias(who: SimpleNamespace) -> Submission:
    """Ben’s, in truth: somebody who can sign in today."""
    document = Document.start("form", "Thirty days", by=who.helen)
    document.publish(MONTH, by=who.helen)
    assert document.current is not None
    duty = Submission.open(document.current, who.ben, who.ben, by=who.helen)
    return Submission.get_by_id(duty.target)  # type: ignore[no-any-return]


@pytest.fixture
def bens(nias: Submission) -> Submission:
    return nias


def saved(submission: Submission) -> Any:
    return Submission.get_by_id(submission.id).given


def until(page: Any, words: str) -> None:
    page.locator(STATE, has_text=re.compile(words)).wait_for()


def wait_kept(page: Any, count: int = 1) -> None:
    """Until the device holds so many drafts."""
    servers.holds(
        page,
        "n => Object.keys(localStorage).filter(k => k.startsWith('draft:')).length === n",
        arg=count,
    )


def killed_in_a_tunnel(visit: Any, bens: Submission, words: str) -> Any:
    """The page on which Ben wrote this without a network until its tab was killed. It is closed;
    the network of its context is back."""
    page = visit("ben", f"/forms/{bens.id}")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator(TEXT).fill(words)
    wait_kept(page)
    die(page)
    page.context.set_offline(False)
    return page


def complete(page: Any) -> None:
    page.get_by_text("2 At home").click()
    page.locator(TEXT).fill("Where the coffee is.")
    page.get_by_role("group", name="Would you choose us again?").or_(
        page.get_by_role("radiogroup", name="Would you choose us again?")
    ).get_by_text("Yes").click()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_form_is_filled_saved_as_one_goes_sent_and_taken_back(
    visit: Any, bens: Submission, size: str
) -> None:
    options = {"viewport": DESKTOP} if size == "desktop" else {}
    page = visit("ben", **options)
    page.get_by_role("link", name="Thirty days").first.click()
    complete(page)
    until(page, r"^Saved \d\d:\d\d$")
    expect(page.get_by_text("3 of 8 answered")).to_be_visible()
    assert saved(bens)[KEY] == "Where the coffee is."
    page.get_by_role("button", name="Send to HR and your managers").click()
    page.get_by_text("Sent. This is your receipt.").wait_for()
    expect(page.get_by_text("Where the coffee is.")).to_be_visible()
    wait_kept(page, 0)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It is with you again").wait_for()
    expect(page.locator(TEXT)).to_have_value("Where the coffee is.")


def test_without_javascript_it_is_saved_for_later_and_sent(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}", javascript=False)
    page.locator(TEXT).fill("Half of it")
    page.get_by_role("button", name="Save for later").click()
    page.get_by_text("Saved. Nobody else sees it").wait_for()
    page.get_by_role("button", name="Send to HR").click()
    says_error(page)
    expect(page.locator(TEXT)).to_have_value("Half of it")
    page.get_by_role("link", name=re.compile("How well did you find your way")).click()
    complete(page)
    page.get_by_role("button", name="Send to HR").click()
    page.get_by_text("Sent. This is your receipt.").wait_for()


def test_without_javascript_two_devices_are_both_shown(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}", javascript=False)
    bens.save_draft({KEY: "From the laptop"}, 0)
    page.locator(TEXT).fill("From the phone")
    page.get_by_role("button", name="Save for later").click()
    page.get_by_role("heading", name="You wrote here on another device").wait_for()
    expect(page.get_by_text("From the laptop")).to_be_visible()
    expect(page.locator(TEXT)).to_have_value("From the phone")
    assert saved(bens) == {KEY: "From the laptop"}
    page.get_by_role("button", name="Keep what is in the field").click()
    page.get_by_text("Saved. Nobody else sees it").wait_for()
    assert saved(bens) == {KEY: "From the phone"}


def test_the_network_goes_the_tab_dies_and_nothing_is_lost(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}")
    page.locator(TEXT).fill("Saved before the tunnel.")
    until(page, "^Saved")
    page.context.set_offline(True)
    page.locator(TEXT).fill("Saved before the tunnel. And this in it.")
    until(page, "Not saved yet. It is kept on this device")
    wait_kept(page)
    die(page)
    assert saved(bens) == {KEY: "Saved before the tunnel."}
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(page.url)
    offer = again.locator(".draft-offer")
    offer.get_by_text("You wrote more on this device on").wait_for()
    expect(again.locator(TEXT)).to_have_value("Saved before the tunnel.")
    offer.get_by_role("button", name="Use it").click()
    expect(again.locator(TEXT)).to_have_value("Saved before the tunnel. And this in it.")
    until(again, "^Saved")
    assert saved(bens) == {KEY: "Saved before the tunnel. And this in it."}
    wait_kept(again, 0)


def test_a_tab_that_dies_at_once_has_lost_nothing(visit: Any, bens: Submission) -> None:
    """Well before the 800 ms after which the server hears of it."""
    page = visit("ben", f"/forms/{bens.id}")
    page.wait_for_load_state("networkidle")
    page.locator(TEXT).press_sequentially("abc")
    wait_kept(page)
    page.context.set_offline(True)
    die(page)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_role("button", name="Use it").click()
    assert again.locator(TEXT).input_value() in ("a", "ab", "abc")


def test_an_offer_that_cannot_be_read_yet_comes_with_the_network(
    visit: Any, bens: Submission
) -> None:
    page = killed_in_a_tunnel(visit, bens, "In the tunnel")
    page.context.route("**/me/draft-key", lambda route: route.abort())
    again = page.context.new_page()
    again.goto(page.url)
    again.wait_for_load_state("networkidle")
    expect(again.locator(".draft-offer")).to_have_count(0)
    page.context.unroute("**/me/draft-key")
    again.evaluate("dispatchEvent(new Event('online'))")
    again.get_by_role("button", name="Use it").click()
    expect(again.locator(TEXT)).to_have_value("In the tunnel")


def test_what_was_offered_is_not_lost_by_typing_on(visit: Any, bens: Submission) -> None:
    page = killed_in_a_tunnel(visit, bens, "In the tunnel")
    again = page.context.new_page()
    again.goto(page.url)
    again.locator(".draft-offer").wait_for()
    again.locator(TEXT).fill("Typed on without looking")
    until(again, "^Saved")
    again.reload()
    again.get_by_role("button", name="Use it").click()
    expect(again.locator(TEXT)).to_have_value("In the tunnel")


def test_two_tabs_on_one_device_never_write_over_each_other(visit: Any, bens: Submission) -> None:
    one = visit("ben", f"/forms/{bens.id}")
    other = one.context.new_page()
    other.goto(one.url)
    for page in (one, other):
        page.wait_for_load_state("networkidle")
    one.context.set_offline(True)
    one.locator(TEXT).fill("In the first tab")
    wait_kept(one, 1)
    other.locator(TEXT).fill("In the second tab")
    wait_kept(other, 2)
    die(one)
    die(other)
    context = one.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(one.url)
    again.get_by_role("button", name="Use it").click()
    until(again, "^Saved")
    expect(again.locator(TEXT)).to_have_value("In the second tab")
    again.get_by_role("button", name="Use it").click()
    again.get_by_role("heading", name="You wrote here on another device").wait_for()
    expect(again.locator(TEXT)).to_have_value("In the first tab")
    again.get_by_role("button", name="Keep all of this device").click()
    until(again, "^Saved")
    assert saved(bens) == {KEY: "In the first tab"}
    wait_kept(again, 0)


def test_what_is_sent_leaves_no_word_behind(visit: Any, bens: Submission) -> None:
    """No draft on the device, no late saving that says it was sent already."""
    page = visit("ben", f"/forms/{bens.id}")
    complete(page)
    page.locator("button[hx-post]").click()
    page.get_by_text("Sent. This is your receipt.").wait_for()
    wait_kept(page, 0)
    page.goto(page.url.split("/forms")[0] + "/me")
    expect(page.get_by_text("Nothing was changed")).to_have_count(0)


def test_an_offer_is_declined_and_forgotten(visit: Any, bens: Submission) -> None:
    page = killed_in_a_tunnel(visit, bens, "In the tunnel")
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_role("button", name="Keep the saved one").click()
    wait_kept(again, 0)
    expect(again.locator(".draft-offer")).to_have_count(0)
    expect(again.locator(TEXT)).to_have_value("")


def test_it_is_saved_by_itself_when_the_network_is_back(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator(TEXT).fill("On a train")
    until(page, "Not saved yet")
    page.get_by_role("button", name="Send to HR").click()
    page.get_by_text("No connection. Nothing you typed is lost").wait_for()
    page.context.set_offline(False)
    until(page, "^Saved")
    assert saved(bens) == {KEY: "On a train"}


def test_an_answer_that_is_not_the_portals_counts_as_none(visit: Any, bens: Submission) -> None:
    """The sign-in page of a hotel says 200 to everything."""
    page = visit("ben", f"/forms/{bens.id}")
    page.wait_for_load_state("networkidle")
    page.context.route(
        "**/draft", lambda route: route.fulfill(status=200, body="<p>Room and name?</p>")
    )
    page.locator(TEXT).fill("In a hotel")
    until(page, "Not saved yet")
    wait_kept(page)
    page.context.unroute("**/draft")
    until(page, "^Saved")
    assert saved(bens) == {KEY: "In a hotel"}


def test_signed_out_meanwhile_it_is_kept_and_saved_after_signing_in_again(
    visit: Any, bens: Submission, who: SimpleNamespace
) -> None:
    page = visit("ben", f"/forms/{bens.id}")
    page.wait_for_load_state("networkidle")
    for device in Device.open_of(who.ben):
        device.revoke(by=who.ben)
    page.locator(TEXT).fill("After lunch")
    until(page, "You are signed out. It is kept on this device")
    wait_kept(page)
    other = page.context.new_page()
    other.goto(page.url.split("/forms")[0] + "/sign-in")
    other.get_by_role("button", name="Be Ben").click()
    other.wait_for_url(re.compile(r"/$"))
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    until(page, "^Saved")
    assert saved(bens) == {KEY: "After lunch"}


def test_two_devices_disagree_and_one_tap_chooses(visit: Any, bens: Submission) -> None:
    laptop = visit("ben", f"/forms/{bens.id}", viewport=DESKTOP)
    phone = visit("ben", f"/forms/{bens.id}")
    laptop.locator(TEXT).fill("From the laptop")
    until(laptop, "^Saved")
    phone.locator(TEXT).fill("From the phone")
    phone.get_by_role("heading", name="You wrote here on another device meanwhile").wait_for()
    expect(phone.locator(TEXT)).to_have_value("From the phone")
    expect(phone.locator(f"#q-{KEY}-other").get_by_text("From the laptop")).to_be_visible()
    assert saved(bens) == {KEY: "From the laptop"}
    # Until then this device keeps its own: the tab may die.
    wait_kept(phone)
    phone.get_by_role("button", name="Use this answer").click()
    until(phone, "^Saved")
    expect(phone.locator(TEXT)).to_have_value("From the laptop")
    assert saved(bens) == {KEY: "From the laptop"}
    phone.get_by_text("1 Lost").click()
    until(phone, "^Saved")
    assert saved(bens)["how-well-did-you-find-your-way"] == "1"


def test_a_draft_on_the_device_and_a_newer_one_on_the_server_are_both_shown(
    visit: Any, bens: Submission
) -> None:
    page = killed_in_a_tunnel(visit, bens, "On the phone, in a tunnel")
    bens.save_draft({KEY: "On the laptop, meanwhile"}, 0)
    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_role("button", name="Use it").click()
    again.get_by_role("heading", name="You wrote here on another device meanwhile").wait_for()
    expect(again.locator(TEXT)).to_have_value("On the phone, in a tunnel")
    expect(again.get_by_text("On the laptop, meanwhile")).to_be_visible()
    again.get_by_role("button", name="Keep all of this device").click()
    until(again, "^Saved")
    assert saved(bens) == {KEY: "On the phone, in a tunnel"}


def test_on_a_shared_computer_nobody_reads_the_others_draft(
    visit: Any, bens: Submission, who: SimpleNamespace
) -> None:
    page = killed_in_a_tunnel(visit, bens, "CANARY for my eyes only")
    device = page.context.new_page()
    site = page.url.split("/forms")[0]
    device.goto(site + "/me")
    device.get_by_role("button", name="Sign out").first.click()
    device.wait_for_url(re.compile("sign-in"))
    device.goto(site + "/sign-in")
    device.get_by_role("button", name="Be Otto").click()
    device.wait_for_url(f"{site}/")
    kept = device.evaluate("Object.entries(localStorage).map(e => e.join(' ')).join(' ')")
    assert f"draft:{who.ben.id}:form-{bens.id}:" in kept, "it is still there for Ben"
    assert "CANARY" not in kept
    assert device.evaluate(TRY_TO_READ) == "unreadable"
    assert device.evaluate("indexedDB.databases().then(found => found.length)") == 0


# What the second person's own sign-in can do: fetch their key, and try it on the first one's draft.
TRY_TO_READ = """async () => {
  const name = Object.keys(localStorage).find((one) => one.startsWith("draft:"));
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { keys } = await (await fetch("/me/draft-key")).json();
  const { iv, data } = JSON.parse(localStorage.getItem(name));
  const key = await crypto.subtle.importKey("raw", bytes(keys[0]), "AES-GCM", false, ["decrypt"]);
  const how = { name: "AES-GCM", iv: bytes(iv), additionalData: new TextEncoder().encode(name) };
  try {
    await crypto.subtle.decrypt(how, key, bytes(data));
    return "read";
  } catch { return "unreadable"; }
}"""


def test_it_is_filled_by_the_keyboard_alone(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}", viewport=DESKTOP)
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="2 At home")).to_be_checked()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    until(page, "^Saved")
    assert saved(bens) == {"how-well-did-you-find-your-way": "2", KEY: "By keyboard"}
    page.locator("#q-what-do-you-call-your-project").focus()
    page.keyboard.type("Kilo")
    page.keyboard.press("Enter")
    until(page, "^Saved")
    page.wait_for_timeout(100)
    assert page.url.endswith(f"/forms/{bens.id}"), "Enter in a line saves, and sends nothing"
    assert Submission.get_by_id(bens.id).is_open


def test_an_incomplete_form_says_so_at_the_top_with_the_focus(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}")
    page.locator("button[hx-post]").click()
    summary = page.locator("#error-summary")
    summary.wait_for()
    expect(summary).to_be_focused()
    says_error(page)
    summary.get_by_role("link").first.click()
    expect(page.locator("#q-how-well-did-you-find-your-way")).to_be_focused()


def test_every_face_of_a_form_is_accessible_and_fits_a_phone(visit: Any, bens: Submission) -> None:
    """Being filled, refused, in conflict, sent, read, given out."""
    page = visit("ben", f"/forms/{bens.id}")
    assert servers.faults(page) == []
    page.locator("button[hx-post]").click()
    page.locator("#error-summary").wait_for()
    assert servers.faults(page) == []
    bens.save_draft({KEY: "Elsewhere"}, Submission.get_by_id(bens.id).version)
    page.locator(TEXT).fill("Here")
    page.locator(f"#q-{KEY}-other").wait_for()
    assert servers.faults(page) == []
    page.get_by_role("button", name="Keep all of this device").click()
    until(page, "^Saved")
    complete(page)
    until(page, "^Saved")
    page.locator("button[hx-post]").click()
    page.get_by_text("Sent. This is your receipt.").wait_for()
    assert servers.faults(page) == []
    helen = visit("helen", f"/forms/{bens.id}/answers")
    site = helen.url.split("/forms")[0]
    own, sending = f"/forms/{bens.id}", "/documents/form/thirty-days/sending"
    for address in (f"{own}/answers", own, "/forms?show=read", sending):
        helen.goto(site + address)
        assert servers.faults(helen) == []


def test_the_focus_is_never_hidden_under_the_bar(visit: Any, bens: Submission) -> None:
    page = visit("ben", f"/forms/{bens.id}")
    assert servers.focus_never_hidden(page, stops=30) == []


def test_hr_writes_a_form_and_sees_it_as_it_will_be(
    visit: Any, bens: Submission, who: SimpleNamespace
) -> None:
    """The preview's own fields never mix with the editor's; every button inserts what reads."""
    page = visit("helen", "/documents/form/thirty-days/edit", viewport=DESKTOP)
    buttons = page.locator("button[data-insert]")
    for n in range(buttons.count()):
        page.locator(".editor__tools summary").click()
        buttons.nth(n).click()
    panes = page.locator("#panes")
    panes.get_by_role("heading", name="A section").wait_for()
    panes.locator("legend", has_text="Which one?").wait_for()
    assert panes.get_by_text("What should we know?").count() >= 1
    expect(page.get_by_text("to correct")).to_have_count(0)
    expect(panes.locator(".questionnaire [name]")).to_have_count(0)
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_text("Published as revision 2").first.wait_for()
    page.get_by_role("link", name="Send it to somebody").click()
    page.get_by_label("Who fills it in").fill("Erin Castellanos")
    page.get_by_role("button", name="Give it out").click()
    page.get_by_text("went to Erin Castellanos").wait_for()
    erin = visit("erin", "/forms")
    erin.get_by_role("link", name="Thirty days").click()
    erin.get_by_role("radiogroup", name="Which one?").wait_for()
