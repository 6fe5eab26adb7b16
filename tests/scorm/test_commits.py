"""What a browser reports is reckoned anew on the server, and nothing of it is lost or believed."""

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask

from portal.audit import Event
from portal.learning import taking
from portal.learning.models import Completion
from portal.scorm import runs, tracking
from portal.scorm.models import ItemState, Run
from tests.scorm import builders, playing
from tests.scorm.playing import Window, again, begun

MASTERY = builders.package([builders.page("index", mastery=80)])


@pytest.fixture
def host(database) -> Iterator[Flask]:
    with playing.content_app(database) as app:
        yield app


@pytest.fixture
def open_(host: Flask, who: SimpleNamespace):
    """`open_(package)`: Erin's window on a course with it, loaded."""

    def made(
        content: bytes, rule: str = "completed", slug: str = "fire"
    ) -> tuple[SimpleNamespace, Window]:
        taken = begun(content, who, rule, slug)
        window = Window(host, taken.token)
        window.load()
        return taken, window

    return made


def row(taken: SimpleNamespace) -> ItemState:
    return ItemState.get(ItemState.attempt == taken.attempt)


def again_run(taken: SimpleNamespace) -> Run:
    return Run.get_by_id(taken.run.id)


# -- what completes ----------------------------------------------------------------------------


def test_the_rule_of_the_course_decides(open_) -> None:
    for number, (rule, elements, is_done) in enumerate(
        (
            ("completed", {"cmi.core.lesson_status": "completed"}, True),
            ("completed", {"cmi.core.lesson_status": "passed"}, True),
            ("completed", {"cmi.core.lesson_status": "failed"}, False),
            ("completed", {"cmi.core.lesson_status": "incomplete"}, False),
            ("passed", {"cmi.core.lesson_status": "completed"}, False),
            ("passed", {"cmi.core.lesson_status": "passed"}, True),
            ("score 80", {"cmi.core.score.raw": "80"}, True),
            ("score 80", {"cmi.core.score.raw": "79"}, False),
            ("score 80", {"cmi.core.score.raw": "nan"}, False),
            ("score 80", {"cmi.core.score.raw": "1e999"}, False),
        )
    ):
        taken, window = open_(builders.single(), rule, slug=f"fire-{number}")
        assert window.commit(elements)["status"]["done"] is is_done, (rule, elements)
        found = Completion.select().where(Completion.attempt == taken.attempt).count()
        assert found == is_done


def test_a_score_that_comes_after_the_status_counts(open_) -> None:
    taken, window = open_(builders.single(), "score 80")
    window.commit({"cmi.core.lesson_status": "completed"})
    assert window.commit({"cmi.core.score.raw": "92"})["status"]["done"] is True
    assert again(taken.attempt).score == 92


def test_a_mastery_score_decides_where_the_course_did_not(open_) -> None:
    _taken, window = open_(MASTERY, "passed")
    assert window.loaded("cmi.student_data.mastery_score") == "80"
    said = {"cmi.core.score.raw": "76", "cmi.core.lesson_status": "completed"}
    assert window.commit(said)["status"]["success"] == "failed"
    assert window.commit({"cmi.core.score.raw": "81"})["status"]["success"] == "passed"


def test_a_mastery_score_does_not_overrule_what_the_course_decided(open_) -> None:
    taken, window = open_(MASTERY, "passed")
    window.commit({"cmi.core.score.raw": "76", "cmi.core.lesson_status": "passed"}, ended=True)
    assert again(taken.attempt).success == "passed"


def test_whoever_finishes_without_a_word_has_completed_by_the_standard(open_) -> None:
    taken, window = open_(builders.single())
    window.commit({})
    assert again(taken.attempt).completion != "completed"
    window.commit({}, ended=True)
    assert again(taken.attempt).completion == "completed"


def test_completed_never_falls_back(open_) -> None:
    taken, window = open_(builders.single(), "passed")
    window.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"})
    window.commit({"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "10"})
    kept = again(taken.attempt)
    assert (kept.completion, kept.success, kept.score) == ("completed", "passed", 90)
    assert row(taken).success == "passed"


def test_thresholds_of_2004_are_applied_by_the_server(open_) -> None:
    node = builders.page(
        "index",
        ct={"completedByMeasure": "true", "minProgressMeasure": "0.5"},
        seq={
            "primary": {
                "objectiveID": "goal", "isPrimary": True, "satisfiedByMeasure": True,
                "minNormalizedMeasure": 0.8,
            }
        },
    )  # fmt: skip
    taken, window = open_(builders.package([node], "2004"), "passed")
    assert window.loaded("cmi.completion_threshold") == "0.5"
    assert window.loaded("cmi.scaled_passing_score") == "0.8"
    assert window.loaded("cmi.objectives.0.id") == "goal"
    window.commit({"cmi.completion_status": "completed", "cmi.success_status": "passed",
                   "cmi.progress_measure": "0.4", "cmi.score.scaled": "0.7"})  # fmt: skip
    assert (row(taken).completion, row(taken).success) == ("incomplete", "failed")
    window.commit({"cmi.progress_measure": "0.5", "cmi.score.scaled": "0.8"}, ended=True)
    assert (row(taken).completion, row(taken).success) == ("completed", "passed")
    assert again(taken.attempt).is_done


# -- what is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [70_000, 1024 * 1024])
def test_suspend_data_comes_back_as_it_was(open_, size: int) -> None:
    # With what compressing courses write: NUL, half a surrogate pair, the end of a script.
    suspend = ("\x00\ud800</script>é" * (size // 12 + 1))[:size]
    taken, window = open_(builders.single("2004"))
    window.commit({"cmi.suspend_data": suspend, "cmi.exit": "suspend"}, ended=True, left=True)
    _, token = runs.open_run(taken.package, taken.attempt.person, runs.LEARN, taken.attempt)
    later = Window(window.client.application, token)
    assert later.load()["suspend"] == suspend
    assert later.loaded("cmi.entry") == "resume"


def test_a_missing_finish_is_a_suspend(open_) -> None:
    taken, window = open_(builders.single("2004"))
    window.commit({"cmi.location": "3"})
    assert row(taken).exit == "open"
    window.load()
    assert (window.loaded("cmi.entry"), window.loaded("cmi.location")) == ("resume", "3")


def test_who_left_2004_for_good_begins_anew_and_1_2_keeps_all(open_, who) -> None:
    for standard, place in (("2004", "cmi.location"), ("1.2", "cmi.core.lesson_location")):
        made = builders.several(standard, 2)
        taken = begun(made, who, slug=f"fire-{standard[0]}") if standard == "1.2" else None
        if taken is None:
            taken, window = open_(made)
        else:
            window = Window(window.client.application, taken.token)
            window.load()
        window.commit({place: "3"}, ended=True, wish="continue")
        state = window.load()
        if state["item"] != "part-1":
            window.commit({}, left=True, wish="choice", target="part-1")
            window.load()
        assert window.loaded(place) == (None if standard == "2004" else "3")


def test_time_is_what_the_course_says_but_never_more_than_the_clock(open_, move_clock) -> None:
    taken, window = open_(builders.single())
    move_clock(seconds=90)
    window.commit({"cmi.core.session_time": "0000:01:00"})
    assert row(taken).seconds == 60
    window.commit({"cmi.core.session_time": "0050:00:00"})
    assert (row(taken).seconds, row(taken).clock_seconds) == (90, 90)
    window.load()
    # The course hears what it has claimed, as its standard wants it.
    assert window.loaded("cmi.core.total_time") == "0050:00:00"
    move_clock(seconds=30)
    window.commit({"cmi.core.session_time": "0000:00:10"}, ended=True)
    assert row(taken).seconds == 100
    assert again(taken.attempt).seconds == 100


def test_the_same_minutes_do_not_count_for_each_item(open_, move_clock) -> None:
    """A package need not load its window anew to speak for the next item."""
    names = ("one", "two", "three")
    taken, window = open_(builders.package([builders.page(name) for name in names]))
    move_clock(seconds=60)
    said = {"cmi.core.session_time": "0010:00:00", "cmi.core.lesson_status": "completed"}
    for name in names:
        window.state["item"] = name
        window.commit(said, ended=True)
    assert again(taken.attempt).seconds == 60
    assert Completion.get().seconds <= 60


def test_commits_are_no_events_but_completing_is_one(open_) -> None:
    _taken, window = open_(builders.single())
    events = Event.select().count()
    for number in range(5):
        window.commit({"cmi.core.lesson_location": str(number)})
    assert Event.select().count() == events
    window.commit({"cmi.core.lesson_status": "completed"})
    assert Event.select().count() > events


# -- what is not believed ----------------------------------------------------------------------


def test_a_lower_number_and_the_same_one_again_change_nothing(open_) -> None:
    taken, window = open_(builders.single())
    first = window.payload({"cmi.core.lesson_location": "1"})
    second = window.payload({"cmi.core.lesson_location": "2"})
    for payload in (second, first, second):
        answer = window.send(payload)
        assert (answer.status_code, answer.json["saved"]) == (200, 2)
    assert json.loads(row(taken).data)["cmi.core.lesson_location"] == "2"


def test_an_element_that_cannot_be_kept_takes_none_of_the_others_with_it(open_) -> None:
    taken, window = open_(builders.single())
    for number, (name, value) in enumerate(
        (
            ("cmi.core.student_id", "1"),
            ("cmi.core.total_time", "0001:00:00"),
            ("cmi.core.credit", "credit"),
            ("cmi.student_data.mastery_score", "1"),
            ("cmi.__proto__.polluted", "1"),
            ("__proto__", "1"),
            ("constructor.prototype.x", "1"),
            ("cmi.objectives.99999.id", "a"),
            ("cmi.completion_status", "completed"),
            ("cmi.core.lesson_location", "x" * (256 * 1024 + 1)),
            ("cmi.core.lesson_location", 1),
            ("cmi.core.lesson_location", None),
            ("cmi.suspend_data", "x" * (1024 * 1024 + 1)),
            ("cmi.core.lesson_location\n", "1"),
        )
    ):
        answer = window.commit({name: value, "cmi.core.score.raw": str(number)})
        assert list(answer["left_out"]) == [name] and answer["left_out"][name].endswith(".")
        assert json.loads(row(taken).data) == {"cmi.core.score.raw": str(number)}
    assert json.loads(row(taken).suspend) == ""
    for elements in ([], "cmi", None, 1):
        answer = window.send(window.payload() | {"elements": elements})
        assert answer.status_code == 422 and answer.json["refused"].endswith("."), elements


def test_forged_commits_are_refused_in_words(open_) -> None:
    _taken, window = open_(builders.single())
    for change in (
        {"sequence": 0}, {"sequence": -1}, {"sequence": "1"}, {"sequence": True},
        {"sequence": 2**31}, {"session": 0}, {"session": None},
        {"ended": "yes"}, {"wish": "fly"}, {"wish": 1}, {"target": 1}, {"target": "x" * 300},
    ):  # fmt: skip
        answer = window.send(window.payload() | change)
        assert answer.status_code == 422, change
        assert answer.json["refused"].endswith(".")
    for body in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"[]", b"1" * 9_999):
        assert window.send(body).status_code == 422, body[:20]
    assert ItemState.select().count() == 0


def test_two_commits_at_the_same_time_both_count(open_) -> None:
    """The second was read before the first was stored: it goes on from there, not from before."""
    taken, window = open_(builders.single(), "score 80")
    first, second = runs.find(taken.token), runs.find(taken.token)
    passed = window.payload({"cmi.core.score.raw": "90", "cmi.core.lesson_status": "completed"})
    later = window.payload({"cmi.core.lesson_location": "9"})
    tracking.take_commit(first, passed)
    assert tracking.take_commit(second, later)["status"]["done"] is True
    attempt = again(taken.attempt)
    assert (attempt.is_done, attempt.completion, attempt.score) == (True, "completed", 90)
    assert json.loads(row(taken).data)["cmi.core.lesson_location"] == "9"
    tracking.take_commit(second, passed)
    assert Run.get().sequence == 2


def test_an_item_that_was_left_meanwhile_takes_no_more_commits(open_) -> None:
    taken, window = open_(builders.package([builders.page("one"), builders.page("two")]))
    first, second = runs.find(taken.token), runs.find(taken.token)
    done = {"cmi.core.lesson_status": "completed"}
    ends, late = window.payload(done, ended=True), window.payload(done, ended=True)
    assert tracking.take_commit(first, ends)["next"] == {"launch": "two"}
    with pytest.raises(tracking.Moved):
        tracking.take_commit(second, late)
    assert Run.get().sequence == 1


def test_an_attempt_that_ends_while_a_commit_is_on_its_way_says_so(open_, monkeypatch) -> None:
    taken, window = open_(builders.single())
    read_before = runs.find(taken.token)
    taking.end(taken.attempt, by=taken.attempt.person)
    monkeypatch.setattr(runs, "look_up", lambda token: read_before)
    monkeypatch.setattr(runs, "why_not", lambda run: "")
    answer = window.send(window.payload({"cmi.core.lesson_status": "completed"}))
    assert answer.status_code == 410, answer.text
    assert again(taken.attempt).completion == "unknown" and not ItemState.select().exists()


@pytest.mark.parametrize("said", ["5", "-3", "1e308", "1_0", "\u0663", "NaN", "inf"])
def test_a_measure_that_cannot_be_was_never_said(open_, said: str) -> None:
    taken, window = open_(builders.single(standard="2004"), "score 80")
    objective = {"cmi.objectives.0.id": "o", "cmi.objectives.0.score.scaled": said}
    answer = window.commit({"cmi.score.scaled": said, "cmi.progress_measure": said, **objective})
    assert (answer["status"]["score"], answer["status"]["done"]) == (None, False)
    assert window.commit({"cmi.score.scaled": "-0.5"})["status"]["score"] == 0
    assert again(taken.attempt).score == 0 and not Completion.select().exists()


def test_an_oversized_commit_is_refused_before_it_is_read(open_) -> None:
    _taken, window = open_(builders.single())
    answer = window.send(b"x" * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json["refused"]) == (
        413, "What this course wants to keep is too large."
    )  # fmt: skip


def test_all_that_is_kept_is_bounded(open_) -> None:
    taken, window = open_(builders.single())
    for index in range(40):
        name = f"cmi.interactions.{index}.student_response"
        answer = window.commit({name: "x" * 64_000, "cmi.core.score.raw": str(index)})
    assert "too much" in answer["left_out"][name] and len(answer["left_out"]) == 1
    assert len(row(taken).data) < 2 * 1024 * 1024
    assert row(taken).score == 39


# -- two windows, review, preview --------------------------------------------------------------


def test_a_newer_window_goes_on_and_the_older_is_told(open_) -> None:
    taken, older = open_(builders.single())
    older.commit({"cmi.core.lesson_location": "1"})
    _, token = runs.open_run(taken.package, taken.attempt.person, runs.LEARN, taken.attempt)
    newer = Window(older.client.application, token)
    newer.load()
    newer.commit({"cmi.core.lesson_location": "2"})
    answer = older.send(older.payload({"cmi.core.lesson_location": "3"}))
    assert (answer.status_code, answer.json["why"]) == (409, "replaced")
    assert "another window" in answer.json["refused"]
    assert json.loads(row(taken).data)["cmi.core.lesson_location"] == "2"


def test_whoever_missed_the_answer_that_led_on_is_told_where_the_course_is(open_) -> None:
    _taken, window = open_(builders.several(count=2))
    window.commit({"cmi.core.lesson_status": "completed"}, ended=True)
    answer = window.send(window.payload({}, ended=True))
    assert (answer.status_code, answer.json["why"]) == (409, "moved")


def test_two_tabs_that_load_at_once_are_two_windows(open_) -> None:
    taken, window = open_(builders.single())
    for run in [runs.look_up(taken.token) for _ in range(2)]:
        tracking.launch(run)
    assert again_run(taken).session == window.state["session"] + 2


def test_the_same_address_in_two_tabs_is_two_windows_too(open_) -> None:
    taken, older = open_(builders.single())
    newer = Window(older.client.application, taken.token)
    newer.load()
    # The last words of a page that was loaded anew may come late.
    older.commit({"cmi.core.lesson_location": "1"})
    newer.commit({"cmi.suspend_data": "b"})
    answer = older.send(older.payload({"cmi.core.lesson_location": "3"}))
    assert (answer.status_code, answer.json["why"]) == (409, "replaced")
    assert json.loads(row(taken).data)["cmi.core.lesson_location"] == "1"


def test_a_review_shows_what_was_and_writes_nothing(open_) -> None:
    taken, window = open_(builders.single(), "passed")
    window.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"})
    before = row(taken).__data__, again(taken.attempt).__data__
    _, token = runs.open_run(taken.package, taken.attempt.person, runs.REVIEW, taken.attempt)
    review = Window(window.client.application, token)
    review.load()
    assert review.loaded("cmi.core.lesson_mode") == "review"
    assert review.loaded("cmi.core.credit") == "no-credit"
    assert review.loaded("cmi.core.score.raw") == "90"
    review.commit({"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "1"}, ended=True)
    assert (row(taken).__data__, again(taken.attempt).__data__) == before


def test_a_preview_walks_through_all_and_leaves_nothing(host: Flask, who) -> None:
    package = playing.ready(builders.several(count=2), who.helen)
    _run, token = runs.open_run(package, who.helen, runs.PREVIEW)
    window = Window(host, token)
    window.load()
    assert window.loaded("cmi.core.lesson_mode") == "browse"
    answer = window.commit({"cmi.core.lesson_status": "completed"}, ended=True)
    assert answer["next"] == {"launch": "part-2"}
    assert window.load()["item"] == "part-2"
    assert window.commit({}, ended=True)["next"] == {"ended": True}
    assert ItemState.select().count() == 0
    assert Completion.select().count() == 0


# -- from one to the next ----------------------------------------------------------------------


def test_1_2_goes_on_to_the_next_item_and_ends_after_the_last(open_) -> None:
    taken, window = open_(builders.several(count=2))
    done = {"cmi.core.lesson_status": "completed"}
    answer = window.commit(done, ended=True)
    assert answer["next"] == {"launch": "part-2"}
    assert not again(taken.attempt).is_done
    assert window.load()["item"] == "part-2"
    answer = window.commit(done, ended=True)
    assert answer["next"] == {"ended": True}
    assert answer["status"]["done"] is True
    assert Run.get().why == "exited"
    assert window.get("").status_code == 410


def test_whoever_closes_the_window_does_not_go_on(open_) -> None:
    _taken, window = open_(builders.several(count=2))
    window.commit({"cmi.core.lesson_status": "completed"}, ended=True, left=True)
    assert Run.get().item == "part-1"


def test_a_2004_course_asks_where_to_go_and_the_server_says_whether(open_) -> None:
    flow = {"controls": {"choice": True, "flow": True}}
    tree = builders.root([builders.page("a"), builders.page("b")], seq=flow)
    _taken, window = open_(builders.package(tree, "2004"))
    assert window.state["valid"]["continue"] is True
    assert window.commit({}, ended=True)["next"] is None
    answer = window.commit({}, ended=True, left=True, wish="choice", target="nowhere")
    assert "refused" in answer["next"]
    answer = window.commit({}, ended=True, left=True, wish="choice", target="b")
    assert answer["next"] == {"launch": "b"}
    assert window.load()["item"] == "b"
