"""A package in a real browser: it finds its API, what it says is kept, and it goes on there."""

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from portal.scorm import runs
from portal.scorm.models import ItemState
from tests import servers
from tests.scorm import builders, playing

SAVER = servers.ROOT / "static/run/saver.js"

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def play(hosts: Any, chromium: Any, who: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """`play(package)`: Erin's browser with the course open; `again()` opens it once more."""
    contexts, browsers = [], []

    def start(
        made: bytes, flags: list[str] | None = None, has_heading: bool = True
    ) -> SimpleNamespace:
        taken = playing.begun(made, who)
        browser = chromium
        if flags:
            path = servers.chromium_path()
            args = [*servers.CHROMIUM_FLAGS, *flags]
            browser = chromium.browser_type.launch(executable_path=path, args=args)
            browsers.append(browser)
        context = browser.new_context()
        context.set_default_timeout(servers.PATIENCE)
        contexts.append(context)

        def again(purpose: str = runs.LEARN) -> Any:
            _, token = runs.open_run(taken.package, who.erin, purpose, taken.attempt)
            page = context.new_page()
            page.goto(runs.player_url(token))
            if has_heading:
                page.frame_locator("#course").locator("h1").wait_for()
                page.frame(name="course").wait_for_function("window.sco")
            return page

        return SimpleNamespace(**vars(taken), again=again, page=again(), context=context)

    yield start
    for opened in [*contexts, *browsers]:
        opened.close()


def call(page: Any, *given: str) -> str:
    """What the course gets when it calls its API."""
    frame = page.frame(name="course")
    return str(frame.evaluate("given => window.sco.call(...given)", list(given)))


def stored(taken: Any) -> ItemState:
    return ItemState.get(ItemState.attempt == taken.attempt)


def until(true: Callable[[], Any], seconds: float = 8) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to be")


# Of each standard: where one is, how it began, the last call.
NAMES = {
    "1.2": ("cmi.core.lesson_location", "cmi.core.entry", "Finish"),
    "2004": ("cmi.location", "cmi.entry", "Terminate"),
}


@pytest.mark.parametrize("standard", ["1.2", "2004"])
def test_a_course_saves_and_resumes(play, standard: str) -> None:
    place, entry, _ = NAMES[standard]
    taken = play(builders.single(standard))
    page = taken.page
    assert call(page, "Initialize") == "true"
    assert call(page, "GetValue", entry) == "ab-initio"
    assert call(page, "SetValue", place, "page 3") == "true"
    assert call(page, "SetValue", "cmi.suspend_data", "é" * 70_000) == "true"
    assert call(page, "Commit") == "true"
    assert "page 3" in stored(taken).data
    # Said a moment before the tab is closed, without a Finish.
    assert call(page, "SetValue", place, "page 4") == "true"
    page.close()
    until(lambda: "page 4" in stored(taken).data)

    page = taken.again()
    assert call(page, "Initialize") == "true"
    assert call(page, "GetValue", entry) == "resume"
    assert call(page, "GetValue", place) == "page 4"
    assert call(page, "GetValue", "cmi.suspend_data") == "é" * 70_000
    # Of a browser that is killed, no more is lost than was said in the last three seconds.
    call(page, "SetValue", place, "page 5")
    page.frame(name="course").evaluate(
        "sco.call('SetValue', 'cmi.suspend_data', '\\ud800x'.repeat(512 * 1024))"
    )
    until(lambda: len(json.loads(stored(taken).suspend)) == 1024 * 1024)
    until(lambda: "page 5" in stored(taken).data)
    # By itself, and so soon after it was said.
    soon = re.search(r"SOON_MS = (\d+);", SAVER.read_text())
    assert soon and int(soon[1]) <= 2_000
    # What no database could be asked to hold is refused, and the course is told.
    assert call(page, "SetValue", "cmi.suspend_data", "x" * (1024 * 1024 + 1)) == "false"


@pytest.mark.parametrize("standard", ["1.2", "2004"])
def test_the_guard_answers_where_the_library_would_break(play, standard: str) -> None:
    place, _, last = NAMES[standard]
    page = play(builders.single(standard)).page
    is_12 = standard == "1.2"
    early = call(page, "SetValue", place, "1"), call(page, "GetLastError")
    assert early == ("false", "301" if is_12 else "132")
    call(page, "Initialize")
    for name, code in {
        "cmi": "201" if is_12 else "401",
        "cmi.objectives.0": "201" if is_12 else "401",
        "cmi.core" if is_12 else "cmi.score": "201" if is_12 else "401",
        "cmi.__proto__.polluted": "401",
        "__proto__": "401",
        "constructor": "401",
        "cmi.objectives.__proto__": "401",
        "cmi.reset": "401",
        "cmi.startTime": "401",
        "cmi.nothing": "401",
    }.items():
        assert call(page, "SetValue", name, "x") == "false", name
        assert call(page, "GetLastError") == code, name
        assert call(page, "GetValue", name) == "", name
        assert call(page, "GetErrorString", code), name
    assert page.evaluate("({}).polluted === undefined")
    if not is_12:
        assert call(page, "GetValue", "cmi.objectives.0.id") == ""
        assert call(page, "GetLastError") == "301"
    assert call(page, "SetValue", place, "1") == "true"
    assert call(page, "GetLastError") == "0"
    assert call(page, "GetValue", place) == "1"
    # After its last call the page is taken away, so this is asked in one breath.
    late = page.frame(name="course").evaluate(
        "([last, name]) => [last, 'SetValue', 'GetLastError'].map(m => sco.call(m, name, '2'))",
        [last, place],
    )
    assert late == ["true", "false", "301" if is_12 else "133"]


def test_a_refusal_gives_up_nothing_that_was_written(play) -> None:
    taken = play(builders.single("2004"))
    page = taken.page
    call(page, "Initialize")
    refusal = {"status": 422, "json": {"refused": "Not like this.", "why": "invalid"}}
    taken.context.route("**/commit", lambda route: route.fulfill(**refusal))
    call(page, "SetValue", "cmi.location", "page 7")
    assert call(page, "Commit") == "false"
    taken.context.unroute("**/commit")
    call(page, "SetValue", "cmi.score.raw", "9")
    assert call(page, "Commit") == "true"
    assert {"cmi.location": "page 7", "cmi.score.raw": "9"}.items() <= (
        json.loads(stored(taken).data).items()
    )


def test_without_a_connection_the_truth_is_told_and_nothing_is_lost(play) -> None:
    taken = play(builders.single("2004"))
    page = taken.page
    call(page, "Initialize")
    taken.context.set_offline(True)
    call(page, "SetValue", "cmi.location", "on the train")
    assert call(page, "Commit") == "false"
    assert call(page, "GetLastError") == "391"
    page.get_by_text("Not saved yet").wait_for()
    taken.context.set_offline(False)
    until(lambda: ItemState.select().first() and "on the train" in stored(taken).data)
    page.get_by_text("Not saved yet").wait_for(state="hidden")

    # Opened once more elsewhere, it goes on there, and here one is told.
    newer = taken.again()
    call(newer, "Initialize")
    assert call(newer, "GetValue", "cmi.location") == "on the train"
    call(page, "SetValue", "cmi.location", "in the old window")
    assert call(page, "Commit") == "false"
    page.get_by_text("in another window").wait_for()
    assert "old window" not in stored(taken).data

    # Done, it is looked at again, and nothing of that counts.
    call(newer, "SetValue", "cmi.completion_status", "completed")
    call(newer, "SetValue", "cmi.exit", "suspend")
    assert call(newer, "Terminate") == "true"
    newer.get_by_text("What you did is saved").wait_for()
    assert playing.again(taken.attempt).is_done
    before = stored(taken).__data__
    review = taken.again("review")
    call(review, "Initialize")
    assert call(review, "GetValue", "cmi.mode") == "review"
    assert call(review, "SetValue", "cmi.completion_status", "incomplete") == "true"
    assert call(review, "Terminate") == "true"
    review.get_by_text("What you did is saved").wait_for()
    assert stored(taken).__data__ == before


LATE = (
    'sco.call("Initialize"); sco.call("SetValue", "cmi.core.lesson_location", "9");'
    'window.addEventListener("unload", function () {'
    ' sco.call("SetValue", "cmi.core.lesson_status", "completed"); sco.call("Finish"); });'
)


@pytest.mark.parametrize("flags", [[], ["--enable-features=DeprecateUnload"]])
def test_a_course_that_finishes_in_unload_is_heard(play, flags: list[str]) -> None:
    """By closing the tab, by its button in a window of its own, and by going on to the next."""
    script = builders.HOOK_12 + LATE
    taken = play(builders.several(count=2, script=script), flags=flags)
    page = taken.page
    page.get_by_role("button", name="Continue").click()
    page.frame_locator("#course").get_by_text("Part 2").wait_for()
    first = ItemState.get(ItemState.item == "part-1")
    assert (first.completion, first.exit) == ("completed", "normal")
    page.close()
    until(lambda: playing.again(taken.attempt).is_done)


def test_a_course_in_frames_finds_its_api(play) -> None:
    taken = play(builders.frameset(), has_heading=False)
    taken.page.wait_for_function(
        "() => document.getElementById('course').contentWindow?.frames.main?.sco"
    )
    frame = taken.page.frame(name="main")
    said = "given => window.sco.call(...given)"
    assert frame.evaluate(said, ["Initialize"]) == "true"
    assert frame.evaluate(said, ["SetValue", "cmi.core.lesson_status", "completed"]) == "true"
    assert frame.evaluate(said, ["Commit"]) == "true"
    assert playing.again(taken.attempt).is_done


def test_a_course_that_opens_a_window_of_its_own_finds_its_api(play) -> None:
    taken = play(builders.popup("2004"), has_heading=False)
    with taken.context.expect_page() as opened:
        taken.page.frame_locator("#course").get_by_role("button", name="Open the course").click()
    window = opened.value
    window.wait_for_function("window.sco")
    said = "given => window.sco.call(...given)"
    assert window.evaluate(said, ["Initialize"]) == "true"
    assert window.evaluate(said, ["SetValue", "cmi.completion_status", "completed"]) == "true"
    assert window.evaluate(said, ["Terminate"]) == "true"
    until(lambda: playing.again(taken.attempt).is_done)


def test_what_a_killed_browser_had_said_is_kept(play, chromium, tmp_path) -> None:
    taken = play(builders.single())
    taken.page.close()
    _, token = runs.open_run(taken.package, taken.attempt.person, runs.LEARN, taken.attempt)
    own = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=servers.chromium_path(),
        args=servers.CHROMIUM_FLAGS,
    )
    page = own.new_page()
    page.goto(runs.player_url(token))
    page.frame_locator("#course").locator("h1").wait_for()
    page.frame(name="course").wait_for_function("window.sco")
    call(page, "Initialize")
    call(page, "SetValue", "cmi.core.lesson_location", "page 7")
    until(lambda: ItemState.select().where(ItemState.data.contains("page 7")).exists())
    subprocess.run(["pkill", "-9", "-f", f"user-data-dir={tmp_path}"], check=True)
    page = taken.again()
    assert call(page, "Initialize") == "true"
    assert call(page, "GetValue", "cmi.core.entry") == "resume"
    assert call(page, "GetValue", "cmi.core.lesson_location") == "page 7"
