"""The player's page: what opens a run and what does not, who may, and what the report shows."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from portal.audit import Event
from portal.documents.models import Document
from portal.documents.reading import check
from portal.learning import taking
from portal.learning.models import Attempt
from portal.scorm import content, runs
from portal.scorm.models import Run
from tests.reach import knock
from tests.scorm import builders, playing

COURSE = """---
kind: course
title: {title}
summary: What to do
owner: @hr
audience: everyone
format: scorm
package: {package}
passes-when: {rule}
---
What it is about.
"""


@pytest.fixture
def hosted(database: Any) -> Iterator[Any]:
    """A content host beside the portal's: its application."""
    yield content.create(playing.both_hosts(database))
    runs.configure("", "http")


@pytest.fixture
def publish(hosted: Any, who: SimpleNamespace) -> Callable[..., Document]:
    """`publish(made)`: a course in force that is this package."""

    def make(
        made: bytes, rule: str = "completed", slug: str = "fire", audience: str = "everyone"
    ) -> Document:
        package = playing.ready(made, who.helen, slug)
        title = f"Course {slug}"
        document = Document.start("course", title, by=who.helen)
        text = COURSE.format(title=title, package=package.name, rule=rule)
        text = text.replace("audience: everyone", f"audience: {audience}")
        document.publish(text, by=who.helen)
        return Document.get_by_id(document.id)  # type: ignore[no-any-return]

    return make


@pytest.fixture
def course(publish: Callable[..., Document]) -> Document:
    return publish(builders.several("2004"))


def here(course: Document, more: str = "") -> str:
    return f"/learning/courses/{course.id}/player{more}"


def window(hosted: Any, page: str) -> playing.Window:
    """The wrapper that an answer's frame leads to, loaded."""
    token = page.partition("/run/")[2].partition("/")[0]
    opened = playing.Window(hosted, token)
    opened.load()
    return opened


def test_looking_at_the_page_opens_nothing(as_, course, who) -> None:
    client = as_("erin")
    assert client.get(here(course)).status_code == 303
    assert Attempt.select().count() == 0
    answer = client.post(f"/learning/courses/{course.id}/attempt")
    assert answer.location.endswith("/player")
    page = client.get(here(course))
    assert page.status_code == 200
    assert "One" in page.text or "Part" in page.text
    assert Run.select().count() == 0
    assert "frame-src http://content.foo.localhost" in page.headers["Content-Security-Policy"] or (
        "frame-src" not in page.headers["Content-Security-Policy"]
    )


def test_the_frame_is_asked_for_and_a_second_one_ends_the_first(as_, course, hosted) -> None:
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    stage = client.hx(here(course, "/run"), "stage")
    assert f'src="http://{playing.CONTENT}/run/' in stage.text
    assert "allow-top-navigation" not in stage.text
    first = window(hosted, stage.text)
    first.commit({"cmi.completion_status": "completed"}, ended=True)
    second = window(hosted, client.hx(here(course, "/run"), "stage").text)
    assert second.state["item"] == first.state["item"]
    assert first.send(first.payload({"cmi.location": "2"})).status_code == 409
    contents = client.get(here(course, "/contents")).text
    assert "1 of 3 parts done" in contents


def test_in_a_window_of_its_own_a_page_leads_there(as_, course) -> None:
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    answer = client.post(here(course, "/run"))
    assert answer.status_code == 200
    assert answer.headers["Refresh"].startswith(f"0; url=http://{playing.CONTENT}/run/")


def test_continue_previous_and_the_contents_follow_the_course(as_, course, hosted) -> None:
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    opened = window(hosted, client.hx(here(course, "/run"), "stage").text)
    first = opened.state["item"]
    rows = opened.state["contents"]
    leaves = [row["id"] for row in rows if row["is_leaf"]]
    assert first == leaves[0]
    opened.commit({"cmi.exit": "suspend"})
    answer = opened.commit(left=True, wish="choice", target=leaves[2])
    assert answer["next"] == {"launch": leaves[2]}
    contents = client.get(here(course, "/contents")).text
    assert contents.count("data-current") == 1


def test_after_it_was_completed_one_looks_at_it_and_nothing_is_written(
    as_, publish, hosted, who
) -> None:
    course = publish(builders.single("1.2"))
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    opened = window(hosted, client.hx(here(course, "/run"), "stage").text)
    opened.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "90"}, ended=True)
    attempt = Attempt.get()
    assert attempt.is_done
    page = client.get(here(course))
    assert "nothing is counted or saved" in page.text
    again = window(hosted, client.hx(here(course, "/run"), "stage").text)
    assert again.state["mode"] == "review"
    again.commit({"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "10"}, ended=True)
    kept = Attempt.get_by_id(attempt.id)
    assert (kept.success, kept.score) == ("passed", 90)
    # Begun anew, it is another attempt, and the first stays as it was.
    client.post(f"/learning/courses/{course.id}/attempt/anew")
    assert Attempt.select().count() == 2
    assert window(hosted, client.hx(here(course, "/run"), "stage").text).state["mode"] == "normal"


def test_an_attempt_that_has_ended_can_be_looked_at(as_, publish, hosted, who) -> None:
    course = publish(builders.single("2004"))
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    taking.end(Attempt.get(), by=who.erin)
    again = window(hosted, client.hx(here(course, "/run"), "stage").text)
    assert again.state["mode"] == "review"


def test_without_a_content_host_it_is_neither_published_nor_taken(
    database, as_, course, who
) -> None:
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    runs.configure("", "http")
    assert "CONTENT_HOST" in client.get(here(course)).text
    assert client.post(here(course, "/run")).status_code == 403
    text = COURSE.format(title="Another", package="fire/1", rule="completed")
    draft = Document.start("course", "Another", by=who.helen, source=text)
    with pytest.raises(ValueError, match="CONTENT_HOST"):
        draft.publish(text, by=who.helen)


@pytest.mark.parametrize("package", ["", "fire/2", "fire", "other/1", "fire/1e9"])
def test_a_package_that_is_not_there_is_said_at_its_line(publish, package) -> None:
    publish(builders.single())
    (problem,) = check(
        "course", COURSE.format(title="Other", package=package, rule="completed")
    ).errors
    assert problem.line == (8 if package else 7)
    assert "package" in problem.message


REPORTED = {
    "cmi.completion_status": "incomplete",
    "cmi.success_status": "failed",
    "cmi.score.scaled": "0.6",
    "cmi.interactions.0.id": "exit-doors",
    "cmi.interactions.0.type": "choice",
    "cmi.interactions.0.learner_response": "left[,]right",
    "cmi.interactions.0.result": "incorrect",
}


@pytest.fixture
def reported(as_, publish, hosted) -> Attempt:
    """Erin has answered a question wrongly."""
    course = publish(builders.single("2004"), "score 80", "reported")
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    opened = window(hosted, client.hx(here(course, "/run"), "stage").text)
    opened.commit(REPORTED | {"cmi.exit": "suspend"}, ended=True)
    return Attempt.get()  # type: ignore[no-any-return]


def test_the_report_says_what_is_missing_and_shows_answers_to_few(as_, reported) -> None:
    address = f"/learning/attempts/{reported.id}/report"
    own, manager, helen = (as_(name).get(address).text for name in ("erin", "mara", "helen"))
    for page in (own, manager, helen):
        assert "not passed" in page
        assert "60 %" in page
        assert "80 % on" in page
    for page in (own, helen):
        assert "left, right" in page
        assert "wrong" in page
    assert "exit-doors" not in manager
    assert "cmi.interactions" not in own
    assert "cmi.interactions.0.learner_response" in helen


def test_the_page_of_an_attempt_leads_to_what_the_package_has_reported(as_, reported) -> None:
    answer = as_("helen").get(f"/learning/attempts/{reported.id}")
    assert answer.status_code == 303
    assert answer.location == f"/learning/attempts/{reported.id}/report"
    assert as_("olga").get(f"/learning/attempts/{reported.id}").status_code == 404


def test_who_sees_which_report(as_, reported) -> None:
    knock(
        as_,
        {"erin": 200, "mara": 200, "dora": 200, "helen": 200, "audrey": 200, "otto": 404},
        f"/learning/attempts/{reported.id}/report",
        nowhere="/learning/attempts/999/report",
    )


def test_an_auditor_sees_no_answers(as_, reported) -> None:
    page = as_("audrey").get(f"/learning/attempts/{reported.id}/report").text
    assert "exit-doors" not in page


def test_only_hr_previews_a_package(as_, course, who) -> None:
    table = {"helen": 200, "erin": 404, "mara": 404, "audrey": 404, "otto": 404}
    for more in ("", "/contents"):
        knock(
            as_,
            table,
            f"/learning/packages/1/player{more}",
            nowhere=f"/learning/packages/999/player{more}",
        )
    knock(
        as_,
        table,
        "/learning/packages/1/player/run",
        nowhere="/learning/packages/999/player/run",
        data={},
    )


def test_a_preview_keeps_nothing(as_, course, hosted, who) -> None:
    client = as_("helen")
    before = Event.select().count()
    opened = window(hosted, client.hx("/learning/packages/1/player/run", "stage").text)
    leaves = [row["id"] for row in opened.state["contents"] if row["is_leaf"]]
    opened.commit({"cmi.completion_status": "completed"}, left=True, wish="continue")
    page = client.get("/learning/packages/1/player/contents").text
    assert "data-current" in page
    assert leaves[1] in page
    assert (Attempt.select().count(), Event.select().count()) == (0, before)


def test_the_player_plays_to_whoever_has_begun_the_course(as_, course, who) -> None:
    """Whoever has not is led to the course's page, from where it is begun."""
    taking.begin(course, who.erin, by=who.erin)
    opens = {"erin": 200, "mara": 303, "dora": 303, "helen": 303, "otto": 303, "audrey": 303}
    knock(as_, opens, here(course), nowhere="/learning/courses/999/player")
    parts = dict.fromkeys(opens, 404) | {"erin": 200}
    nowhere = "/learning/courses/999/player"
    knock(as_, parts, here(course, "/contents"), nowhere=f"{nowhere}/contents")
    knock(as_, parts, here(course, "/run"), nowhere=f"{nowhere}/run", data={})
    assert [run.person_id for run in Run.select()] == [who.erin.id]


def test_a_course_of_another_audience_has_no_player(as_, publish, who) -> None:
    made = builders.several("2004")
    course = publish(made, audience="department = Sales")
    opens = {"otto": 303, "helen": 303, "erin": 404, "mara": 404, "adam": 404}
    knock(as_, opens, here(course), nowhere="/learning/courses/999/player")
    assert as_("otto").post(here(course, "/run")).status_code == 404
    assert Run.select().count() == 0


def test_the_pages_ask_few_questions(as_, course, reported, queries) -> None:
    client = as_("erin")
    client.post(f"/learning/courses/{course.id}/attempt")
    addresses = (
        here(course), here(course, "/contents"), f"/learning/attempts/{reported.id}/report"
    )  # fmt: skip
    for address in addresses:
        client.get(address)
        with queries() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 8, (address, len(seen), seen)
