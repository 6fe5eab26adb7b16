"""HR's side: adding courses, asking people to take them, and writing down what was completed."""

from datetime import timedelta
from io import BytesIO

import pytest

from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.learning import quizzing
from portal.learning.course_files import CourseFile
from portal.learning.models import Completion
from tests import cast
from tests.learning.conftest import READING, SAFETY

DUE = str(cast.TODAY + timedelta(days=14))
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8
COURSE = READING.replace("topic: Culture", "format: file\nfile: fire-drill")


@pytest.fixture
def helen(as_):
    return as_("helen")


def send_file(client, name="drill.mp4", content=FILM, title="Fire drill"):
    data = {"title": title, "file": (BytesIO(content), name)}
    return client.post("/learning/files", data=data, content_type="multipart/form-data")


# -- adding ------------------------------------------------------------------------------------


def test_a_course_begins_with_the_text_of_its_format(helen):
    made = helen.post("/learning/manage/courses", data={"title": "Fire drill", "format": "link"})
    course = Document.get(Document.kind == "course")
    assert made.location == "/documents/course/fire-drill/edit"
    assert "format: link" in course.draft().source and "title: Fire drill" in course.draft().source
    assert helen.get(made.location).status_code == 200
    refused = helen.post("/learning/manage/courses", data={"title": "", "format": "page"})
    assert refused.status_code == 422 and "Give it a title." in refused.text


def test_a_text_that_comes_with_the_portal_becomes_a_draft_once(helen):
    assert "Safety basics" in helen.get("/learning/manage/new").text
    made = helen.post("/learning/manage/starters/safety-basics")
    assert made.status_code == 303
    assert Document.named("course", "safety-basics").draft().source.startswith("---\nkind: course")
    assert "Safety basics" not in helen.get("/learning/manage/new").text
    assert helen.post("/learning/manage/starters/safety-basics").status_code == 404


def test_the_list_says_how_many_are_under_way_and_have_done_it(
    helen, who, safety, reading, queries
):
    quizzing.begin(safety, who.erin, by=who.erin)
    quizzing.finish(quizzing.begin(reading, who.otto, by=who.otto), by=who.otto)
    with queries() as seen:
        page = helen.get("/learning/manage").text
    assert len(seen) <= 8
    rows = [row.split("</tr>")[0] for row in page.split("<tr>")[2:]]
    assert ['data-label="Under way" class="number">0' in row for row in rows] == [True, False]
    assert ['data-label="Completed by" class="number">1' in row for row in rows] == [True, False]
    for course, row in zip((reading, safety), rows, strict=True):
        found = helen.get("/learning/manage", query_string={"q": course.title}).text
        assert found.split("<tr>")[2].split("</tr>")[0] == row


# -- asking ------------------------------------------------------------------------------------


def test_a_preview_names_whom_it_reaches_and_asks_nobody(helen, who, safety):
    address = f"/learning/manage/{safety.id}/assign/preview"
    data = {"people": "", "rule": "department = Engineering", "due_on": DUE}
    page = helen.post(address, data=data).text
    assert "Whom it reaches" in page and "Erin" in page and "Ask them now" in page
    assert not Assignment.select().where(Assignment.kind == "course").exists()


def test_asked_by_name_it_is_a_duty_of_theirs_once(helen, who, safety, reading):
    quizzing.finish(quizzing.begin(reading, who.otto, by=who.otto), by=who.otto)
    data = {"people": f"{who.erin.email}\n{who.otto.email}", "rule": "", "due_on": DUE}
    for _ in range(2):
        helen.post(f"/learning/manage/{reading.id}/assignments", data=data)
    duty = Assignment.get(Assignment.kind == "course")
    assert (duty.person_id, str(duty.due_on)) == (who.erin.id, DUE)
    assert Assignment.select().where(Assignment.kind == "course").count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"people": "Nobody Known"}, "Nobody here is called “Nobody Known”."),
        ({"people": "", "rule": ""}, "Name somebody, or write a rule below."),
        ({"rule": "tall = yes", "people": ""}, "At column 1:"),
        ({"rule": "everyone"}, "not both"),
        ({"due_on": "2020-01-01"}, "This day is past."),
        ({"due_on": "soon"}, "This is not a date"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(helen, who, safety, changed, sentence):
    data = {"people": who.erin.email, "rule": "", "due_on": DUE} | changed
    answer = helen.post(f"/learning/manage/{safety.id}/assignments", data=data)
    assert answer.status_code == 422 and sentence in answer.text
    assert not Assignment.select().where(Assignment.kind == "course").exists()


# -- writing down ------------------------------------------------------------------------------


def test_a_completion_from_before_the_portal_counts_and_can_be_taken_back(helen, who, safety):
    on = cast.TODAY - timedelta(days=40)
    data = {"person": who.erin.email, "done_on": str(on), "note": "Seen on paper"}
    helen.post(f"/learning/manage/{safety.id}/records", data=data)
    done = Completion.get()
    assert (done.how, done.done_on, done.recorded_by_id) == ("recorded", on, who.helen.id)
    assert done.details.note == "Seen on paper" and done.expires_on > cast.TODAY
    address = f"/learning/completions/{done.id}/withdrawal"
    assert "Seen on paper" in helen.get(address).text
    assert helen.post(address, data={"reason": ""}).status_code == 422
    helen.post(address, data={"reason": "The wrong Erin"})
    assert Completion.get().superseded_at
    assert "It was taken back on" in helen.get(address).text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person": "Nobody Known"}, "error"),
        ({"person": "helen@foo.example"}, "error"),
        ({"note": ""}, "Say how you know."),
        ({"done_on": "2100-01-01"}, "This day is still to come."),
    ],
)
def test_what_cannot_be_recorded_is_said_at_its_field(helen, who, safety, changed, sentence):
    data = {"person": who.erin.email, "done_on": str(cast.TODAY), "note": "Seen"} | changed
    if changed.get("person", "").startswith("helen"):
        data["person"] = who.helen.email
    answer = helen.post(f"/learning/manage/{safety.id}/records", data=data)
    assert answer.status_code == 422 and sentence in answer.text
    assert not Completion.select().exists()


# -- files -------------------------------------------------------------------------------------


def test_a_film_is_kept_shown_in_parts_and_completes_by_word(helen, as_, who, publish):
    assert send_file(helen).status_code == 303
    assert "file: fire-drill" in helen.get("/learning/files").text
    course, erin = publish(COURSE), as_("erin")
    address = f"/learning/courses/{course.id}/files/fire-drill"
    assert "<video" not in erin.get(f"/learning/courses/{course.id}").text
    erin.post(f"/learning/courses/{course.id}/attempt")
    page = erin.get(f"/learning/courses/{course.id}").text
    assert f'src="{address}"' in page and "I have watched it to the end" in page
    whole = erin.get(address)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, FILM, "video/mp4")
    part = erin.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, FILM[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(FILM)}"
    last = erin.get(address, headers={"Range": "bytes=-5"})
    assert (last.status_code, last.data) == (206, FILM[-5:])
    strange = erin.get(address, headers={"Range": f"bytes={len(FILM)}-"})
    assert strange.status_code == 416 and not strange.data
    assert "media-src 'self'" in whole.headers["Content-Security-Policy"]
    erin.post(f"/learning/courses/{course.id}/completion")
    assert Completion.get().person_id == who.erin.id


def test_a_file_is_shown_to_who_may_see_a_course_that_names_it(helen, as_, publish):
    send_file(helen)
    course = publish(COURSE.replace("audience: everyone", "audience: department = Sales"))
    other = publish(SAFETY)
    address = "/learning/courses/{}/files/fire-drill"
    shown = as_("otto").get(address.format(course.id))
    assert (shown.status_code, shown.data) == (200, FILM)
    shown.close()
    assert as_("erin").get(address.format(course.id)).status_code == 404
    assert as_("otto").get(address.format(other.id)).status_code == 404


def test_a_course_names_a_file_that_is_there_and_keeps_it(helen, publish):
    with pytest.raises(ValueError, match="There is no file “fire-drill”"):
        publish(COURSE)
    send_file(helen)
    publish(COURSE)
    kept = CourseFile.get()
    helen.post(f"/learning/files/{kept.id}/removal")
    assert CourseFile.get().removed_at is None
    send_file(helen, title="Another")
    other = CourseFile.named("another")
    helen.post(f"/learning/files/{other.id}/removal")
    assert (
        "Another"
        not in helen.get("/learning/files").text.partition("Send a file")[0].partition("<ul")[2]
    )
    helen.post(f"/learning/files/{other.id}/return")
    assert CourseFile.named("another").removed_at is None


def test_what_a_browser_would_run_is_no_file_of_a_course(helen):
    refused = send_file(helen, name="page.html", content=b"<script>")
    assert refused.status_code == 422 and not CourseFile.select().exists()
    refused = send_file(helen, name="film.mp4", content=b"<script>alert(1)</script>")
    assert refused.status_code == 422 and "its content is not MP4" in refused.text
