"""Who reaches which page of learning; each refusal leaves no trace."""

from datetime import timedelta

import pytest

from portal.learning import quizzing
from portal.learning.course_files import CourseFile
from portal.learning.models import Completion
from portal.people.passes import Pass
from portal.people.signing import Device
from tests import cast
from tests.learning.conftest import RIGHT, SAFETY
from tests.learning.test_managing import COURSE, send_file
from tests.reach import knock

pytestmark = pytest.mark.one_database

HERE = dict.fromkeys(("helen", "erin", "mara", "dora", "otto"), 200)
NOBODY = dict.fromkeys(cast.NAMES, 404) | {"lev": 303}


def test_the_catalog_is_for_everyone_who_works_here_and_the_auditor(as_, safety):
    knock(as_, HERE | {"audrey": 200}, "/learning", nowhere="/learning/courses/999")


def test_a_course_is_found_by_its_audience_and_by_hr(as_, publish):
    source = SAFETY.replace("audience: everyone", "audience: department = Sales")
    course = publish(source)
    table = {"helen": 200, "otto": 200, "erin": 404, "mara": 404, "audrey": 200}
    address = f"/learning/courses/{course.id}"
    knock(as_, table, address, nowhere="/learning/courses/999")


def test_a_course_s_address_among_the_documents_leads_whoever_may_know_of_it(as_, publish):
    course = publish(SAFETY.replace("audience: everyone", "audience: department = Sales"))
    table = {"helen": 303, "otto": 303, "audrey": 303, "erin": 404, "mara": 404}
    address = f"/documents/course/{course.slug}"
    knock(as_, table, address, nowhere="/documents/course/nothing")
    led = as_("otto").get(address).location
    assert led == f"/learning/courses/{course.id}"


@pytest.mark.parametrize("address", ["/learning", "/learning/record", "/learning/record/file"])
def test_whoever_came_by_a_link_for_something_else_finds_no_learning(
    as_, stranger, who, safety, address
):
    given = Pass.give(who.nia, "welcome", by=who.helen)
    token = Device.sign_in(who.nia, how="pass", agent="", address="", given=given)
    with stranger.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    assert stranger.get(address).status_code == 404
    assert as_("nia").get(address).status_code == 200


def test_a_draft_is_hrs_alone(as_, who):
    from portal.documents.models import Document

    course = Document.start("course", "Draft", by=who.helen, source=SAFETY)
    table = {"helen": 200, "erin": 404, "mara": 404, "audrey": 404}
    knock(as_, table, f"/learning/courses/{course.id}", nowhere="/learning/courses/999")


VERBS = ("attempt", "attempt/anew", "completion")


@pytest.mark.parametrize("verb", VERBS)
def test_taking_it_is_for_whom_the_course_is_meant(as_, publish, verb):
    source = SAFETY.replace("audience: everyone", "audience: department = Sales")
    course = publish(source)
    table = NOBODY | {"otto": 303, "olga": 303, "helen": 403, "audrey": 403}
    address, nowhere = (f"/learning/courses/{number}/{verb}" for number in (course.id, 999))
    knock(as_, table, address, nowhere=nowhere, data={})
    assert not Completion.select().exists()


def test_whoever_has_left_takes_nothing_though_they_may_still_sign_in(as_, who, safety):
    yesterday, later = cast.TODAY - timedelta(days=1), cast.NOW + timedelta(days=7)
    who.erin.depart(by=who.helen, last_day_on=yesterday, access_ends_at=later)
    for verb in VERBS:
        address, nowhere = (f"/learning/courses/{number}/{verb}" for number in (safety.id, 999))
        knock(as_, {"erin": 403}, address, nowhere=nowhere, data={})


def test_a_try_is_its_own_persons_and_seen_by_their_line_and_hr(as_, who, safety):
    attempt = quizzing.begin(safety, who.erin, by=who.erin)
    quizzing.grade(attempt, {}, by=who.erin)
    table = {"erin": 200, "mara": 200, "dora": 200, "helen": 200, "otto": 404}
    address = f"/learning/attempts/{attempt.id}"
    knock(as_, table, address, nowhere="/learning/attempts/999")
    assert "What comes first in a fire?" in as_("helen").get(address).text
    assert "What comes first in a fire?" not in as_("mara").get(address).text


@pytest.mark.parametrize("verb", ["grading", "answers"])
def test_nobody_answers_for_somebody_else(as_, who, safety, verb):
    attempt = quizzing.begin(safety, who.erin, by=who.erin)
    table = {"mara": 403, "helen": 403, "otto": 404}
    address = f"/learning/attempts/{attempt.id}/{verb}"
    knock(as_, table, address, nowhere=f"/learning/attempts/999/{verb}", data=RIGHT)
    assert not Completion.select().exists()


@pytest.mark.parametrize(
    "address",
    ["/learning/manage", "/learning/manage/new", "/learning/files"]
    + [f"/learning/manage/{{id}}{end}" for end in ("", "/assign", "/record")],
)
def test_keeping_courses_is_hrs(as_, safety, address):
    table = {"helen": 200, "erin": 404, "mara": 404, "otto": 404, "audrey": 404}
    knock(as_, table, address.format(id=safety.id), nowhere="/learning/courses/999")


@pytest.mark.parametrize(
    "address",
    [
        "/learning/manage/courses",
        "/learning/manage/starters/safety-basics",
        "/learning/manage/{id}/assign/preview",
        "/learning/manage/{id}/assignments",
        "/learning/manage/{id}/records",
        "/learning/manage/{id}/people/1/try",
        "/learning/files",
    ],
)
def test_no_verb_of_hrs_is_anybody_elses(as_, safety, address):
    table = {"erin": 404, "mara": 404, "otto": 404, "audrey": 404}
    knock(
        as_, table, address.format(id=safety.id), nowhere="/learning/courses/999/attempt", data={}
    )


def test_a_file_is_taken_away_and_brought_back_by_hr_alone(as_, who):
    send_file(as_("helen"))
    kept = CourseFile.get()
    for verb in ("removal", "return"):
        address, nowhere = (f"/learning/files/{number}/{verb}" for number in (kept.id, 999))
        knock(as_, NOBODY | {"helen": 303}, address, nowhere=nowhere, data={})
    assert CourseFile.get().removed_at is None


def test_a_file_is_shown_to_who_may_see_the_course_that_names_it(as_, publish):
    send_file(as_("helen"))
    course = publish(COURSE.replace("audience: everyone", "audience: department = Sales"))
    table = NOBODY | dict.fromkeys(("helen", "otto", "olga", "audrey"), 200)
    here, nowhere = (f"/learning/courses/{number}/files" for number in (course.id, 999))
    knock(as_, table, f"{here}/fire-drill", nowhere=f"{nowhere}/fire-drill")
    knock(as_, NOBODY | {"helen": 404}, f"{here}/another", nowhere=f"{nowhere}/another")


def test_taking_back_is_hrs_and_never_of_ones_own(as_, who, safety):
    def made(person=who.erin):
        attempt = quizzing.begin(safety, person, by=person)
        answers = {key.removeprefix("q-"): value for key, value in RIGHT.items()}
        quizzing.grade(attempt, answers, by=person)
        done = Completion.select().where(Completion.person == person).order_by(Completion.id.desc())
        return f"/learning/completions/{done.first().id}/withdrawal"

    table, nowhere = NOBODY | {"helen": 200}, "/learning/completions/999/withdrawal"
    knock(as_, table, made(), nowhere=nowhere)
    knock(as_, table | {"helen": 303}, "", before=made, nowhere=nowhere, data={})
    own = made(who.helen)
    assert as_("helen").get(own).status_code == 403
    assert as_("helen").post(own, data={"reason": "x"}).status_code == 403
