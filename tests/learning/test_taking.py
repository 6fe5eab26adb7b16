"""Taking a course: finding it, reading it, failing a question, passing, and what is kept of it."""

from datetime import timedelta

from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.learning import managing, taking
from portal.learning.models import Attempt, Completion
from tests import cast
from tests.learning.conftest import RIGHT, SAFETY, WRONG
from tests.learning.test_catalog import owe


def begin(client, course):
    return client.post(f"/learning/courses/{course.id}/attempt")


def open_try(course, person):
    found = Attempt.open_of(course.id, person.id)
    assert found is not None
    return found


def send(client, attempt, answers):
    return client.post(f"/learning/attempts/{attempt.id}/grading", data=answers)


def test_a_course_without_questions_is_completed_by_the_word_that_it_was_read(as_, who, reading):
    erin = as_("erin")
    page = erin.get(f"/learning/courses/{reading.id}").text
    assert "Begin" in page and "You may take it" in page
    assert begin(erin, reading).status_code == 303
    assert "I have read it to the end" in erin.get(f"/learning/courses/{reading.id}").text
    answer = erin.post(f"/learning/courses/{reading.id}/completion", follow_redirects=True)
    assert "You completed it on" in answer.text
    done = Completion.get(Completion.person == who.erin)
    assert (done.how, done.course_id, done.code) == ("taken", reading.id, None)
    assert Attempt.get().is_done and Attempt.get().ended_at


def test_a_wrong_answer_leads_to_its_passage_and_the_next_try_may_pass(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    page = erin.get(f"/learning/courses/{safety.id}").text
    assert "What comes first in a fire?" in page and "80 %" in page
    answer = send(erin, open_try(safety, who.erin), WRONG)
    assert answer.status_code == 303
    result = erin.get(answer.location).text
    assert "1 of 2 answers were right, 50 %." in result
    assert 'href="#passage-fire"' in result and 'id="passage-fire"' in result
    assert not Completion.select().exists()
    page = erin.get(f"/learning/courses/{safety.id}").text
    assert "Why it is not complete" in page and "Try again" in page
    begin(erin, safety)
    answer = send(erin, open_try(safety, who.erin), RIGHT)
    assert "Every answer was right" in erin.get(answer.location).text
    done = Completion.get()
    assert done.score == 100 and done.code and done.expires_on.year == done.done_on.year + 1
    page = erin.get(f"/learning/courses/{safety.id}").text
    assert "You completed it on" in page and "Try 1: not enough yet" in page


def test_what_is_right_is_never_sent_before_it_is_graded(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    page = erin.get(f"/learning/courses/{safety.id}").text
    for mark in ("checked", "(x)", "[x]", '"right"', "is-right"):
        assert mark not in page, mark
    assert '"right"' not in Attempt.get().state


def test_a_question_left_open_costs_no_try_and_keeps_what_was_chosen(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    attempt = open_try(safety, who.erin)
    one = {"q-what-comes-first-in-a-fire": "leave-the-house"}
    answer = send(erin, attempt, one)
    assert answer.status_code == 422 and "One question is not answered" in answer.text
    assert "<title>Error: " in answer.text
    assert open_try(safety, who.erin).kept["answers"] == {
        "what-comes-first-in-a-fire": "leave-the-house"
    }


def test_answers_are_kept_with_each_choice_and_are_no_event(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    attempt, events = open_try(safety, who.erin), Event.select().count()
    kept = erin.post(f"/learning/attempts/{attempt.id}/answers", data=WRONG)
    assert kept.status_code == 204 and Event.select().count() == events
    page = as_("erin").get(f"/learning/courses/{safety.id}").text
    assert 'value="take-your-things" checked' in page


def test_a_field_nobody_drew_is_refused(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    answer = send(erin, open_try(safety, who.erin), RIGHT | {"score": "100"})
    assert answer.status_code == 400 and not Completion.select().exists()


def test_a_try_is_graded_once_however_often_it_is_sent(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    attempt = open_try(safety, who.erin)
    send(erin, attempt, WRONG)
    answer = send(erin, attempt, RIGHT)
    assert answer.status_code == 303 and not Completion.select().exists()
    assert Attempt.get_by_id(attempt.id).score == 50


def test_the_last_try_ends_it_until_hr_gives_another(as_, who, publish):
    course = publish(SAFETY.replace("pass: 80", "pass: 80\nattempts: 2"))
    erin, helen = as_("erin"), as_("helen")
    for number in (1, 2):
        begin(erin, course)
        send(erin, open_try(course, who.erin), WRONG)
        page = erin.get(f"/learning/courses/{course.id}").text
        assert ("One try is left" in page) == (number == 1)
    refused = begin(erin, course)
    assert refused.status_code == 422 and "All tries are used" in refused.text
    manage = helen.get(f"/learning/manage/{course.id}").text
    assert "Erin" in manage and "Give another try" in manage
    helen.post(f"/learning/manage/{course.id}/people/{who.erin.id}/try")
    begin(erin, course)
    send(erin, open_try(course, who.erin), RIGHT)
    assert Completion.get().person_id == who.erin.id


def test_questions_are_drawn_from_the_pool_and_kept_with_the_try(as_, who, publish):
    course = publish(SAFETY.replace("pass: 80", "pass: 80\nquestions: 1"))
    seen = set()
    erin = as_("erin")
    for _ in range(12):
        begin(erin, course)
        attempt = open_try(course, who.erin)
        drawn = attempt.kept["drawn"]
        assert len(drawn) == 1
        assert erin.get(f"/learning/courses/{course.id}").text.count("<fieldset") == 1
        seen.add(drawn[0]["key"])
        key = f"q-{drawn[0]['key']}"
        wrong = "nobody" if "accident" in key else "take-your-things"
        send(erin, attempt, {key: wrong})
    assert len(seen) == 2


def test_an_attempt_stays_on_its_text_and_may_begin_anew(as_, who, publish, safety):
    erin = as_("erin")
    begin(erin, safety)
    publish(SAFETY.replace("Leave the house, then call.", "Leave at once, then call."))
    page = erin.get(f"/learning/courses/{safety.id}").text
    assert "A newer version exists" in page and "Leave the house, then call." in page
    erin.post(f"/learning/courses/{safety.id}/attempt/anew")
    page = erin.get(f"/learning/courses/{safety.id}").text
    assert "Leave at once, then call." in page and "A newer version" not in page
    assert [one.revision.number for one in Attempt.of(safety.id, who.erin.id)] == [2, 1]


def test_nobody_begins_anew_until_they_like_what_was_drawn(as_, who, publish):
    course = publish(SAFETY.replace("pass: 80", "pass: 80\nquestions: 1"))
    erin = as_("erin")
    begin(erin, course)
    drawn = open_try(course, who.erin).kept["drawn"]
    for _ in range(12):
        answer = erin.post(f"/learning/courses/{course.id}/attempt/anew")
        assert answer.status_code == 303
    assert open_try(course, who.erin).kept["drawn"] == drawn
    assert Attempt.select().count() == 1


def test_the_duty_is_settled_and_today_forgets_it(as_, who, reading):
    duty = Assignment.assign(
        kind="course", target=reading.id, title="Take “First week”", cause=Cause("assigned", 1),
        by=who.helen, person=who.erin, about=who.erin,
    )  # fmt: skip
    erin = as_("erin")
    assert "You are asked to take it" in erin.get(f"/learning/courses/{reading.id}").text
    begin(erin, reading)
    erin.post(f"/learning/courses/{reading.id}/completion")
    assert Assignment.get_by_id(duty.id).outcome == "done"


def test_what_comes_first_is_said_and_held(as_, who, publish, reading):
    course = publish(SAFETY.replace("pass: 80", "pass: 80\nbefore: first-week"))
    erin = as_("erin")
    page = erin.get(f"/learning/courses/{course.id}").text
    assert "What comes first" in page and "First week" in page
    assert begin(erin, course).status_code == 422 and not Attempt.select().exists()
    begin(erin, reading)
    erin.post(f"/learning/courses/{reading.id}/completion")
    assert begin(erin, course).status_code == 303


def test_time_counts_from_begin_to_end_and_no_longer_than_is_likely(as_, who, reading, move_clock):
    erin = as_("erin")
    begin(erin, reading)
    move_clock(minutes=7)
    erin.post(f"/learning/courses/{reading.id}/completion")
    begin(erin, reading)
    move_clock(days=2)
    erin = as_("erin")
    erin.post(f"/learning/courses/{reading.id}/completion")
    assert [one.seconds for one in Attempt.of(reading.id, who.erin.id)] == [30 * 60, 7 * 60]


def test_a_graded_course_is_not_completed_by_word_alone(as_, who, safety):
    erin = as_("erin")
    begin(erin, safety)
    assert erin.post(f"/learning/courses/{safety.id}/completion").status_code == 403
    assert not Completion.select().exists()


def test_a_window_that_read_the_try_earlier_takes_nothing_back(as_, who, reading):
    taking.begin(reading, who.erin, by=who.erin)
    early = Attempt.open_of(reading.id, who.erin.id)
    late = Attempt.open_of(reading.id, who.erin.id)
    done = taking.keep(late, by=who.erin, completion="completed", score=90, seconds=600)
    assert done
    assert taking.keep(early, by=who.erin, completion="incomplete", score=10, seconds=5) is None
    kept = Attempt.open_of(reading.id, who.erin.id)
    assert (kept.completion, kept.score, kept.seconds) == ("completed", 90, 600)
    assert kept.completed_at
    assert Completion.select().where(Completion.person == who.erin).count() == 1


# -- recorded by mistake -----------------------------------------------------------------------


def recorded(course, person, by, on=cast.TODAY):
    return managing.put_on_record(course, person, on, "Seen on paper", by=by)


def test_what_is_taken_back_is_owed_again(who, safety):
    duty = owe(safety, who.erin)
    done = recorded(safety, who.erin, who.helen)
    assert Assignment.get_by_id(duty.id).outcome == "done"
    taking.withdraw(done, "The wrong Erin", by=who.helen)
    assert Assignment.get_by_id(duty.id).settled_at is None
    assert Event.select().where(Event.tag == "assignment.reopened").count() == 1


def test_what_another_completion_answers_stays_settled(who, safety):
    duty = owe(safety, who.erin)
    first, second = (recorded(safety, who.erin, who.helen) for _ in range(2))
    taking.withdraw(first, "Twice", by=who.helen)
    assert Assignment.get_by_id(duty.id).outcome == "done"
    taking.withdraw(second, "Both were wrong", by=who.helen)
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_what_was_completed_before_it_was_asked_again_answers_nothing(who, safety, move_clock):
    recorded(safety, who.erin, who.helen)
    move_clock(hours=1)
    duty = owe(safety, who.erin)
    again = recorded(safety, who.erin, who.helen)
    taking.withdraw(again, "The wrong Erin", by=who.helen)
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_a_day_that_counts_no_more_settles_nothing(who, safety):
    duty = owe(safety, who.erin)
    old = recorded(safety, who.erin, who.helen, cast.TODAY - timedelta(days=800))
    assert old.expires_on < cast.TODAY
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_who_goes_on_after_it_was_taken_back_begins_anew_and_may_complete_it(who, safety):
    attempt = taking.begin(safety, who.erin, by=who.erin)
    done = taking.keep(attempt, by=who.erin, completion="completed", success="passed")
    assert done is not None and attempt.is_done
    taking.withdraw(done, "Ben sat there", by=who.helen)
    later = taking.begin(safety, who.erin, by=who.erin)
    assert (later.number, later.is_done) == (2, False)
    assert taking.keep(later, by=who.erin, completion="completed", success="passed")
