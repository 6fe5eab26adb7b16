"""Did it help: what was taken on is asked about in the next review, and summed up without names."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.documents.models import Document
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import COURSE, MENTOR, READ, TASK, Choice
from portal.learning import helped, taking
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews import effects, following, reading
from portal.reviews.effects import Effect
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.growth.conftest import COMPETENCY, PAGE, mentor, publish
from tests.growth.conftest import COURSE as TEXT
from tests.reach import knock
from tests.reviews.conftest import part_of, plan, review_of

ASKS = "skills: talking\nask-after: 6 weeks"


@pytest.fixture
def things(forms: Any) -> dict[str, Any]:
    """A competency with a course and a page, and Otto, who mentors."""
    competency = COMPETENCY.format(title="Talking", helps="")
    found: dict[str, Any] = {
        "talking": publish("competency", "talking", "Talking", competency),
        "page": publish("page", "how-we-talk", "How we talk", PAGE),
        "course": publish(
            "course", "speaking-up", "Speaking up",
            TEXT.format(title="Speaking up", audience="everyone", skills="talking")
            .replace("skills: talking", ASKS),
        ),
    }  # fmt: skip
    return found | {"otto": mentor("otto", capacity=9)}


def take_on(things: Any, name: str, ago: int, *sorts: str) -> DevelopmentPlan:
    """So many days ago they accepted a plan; the one before is over."""
    choices = {
        COURSE: Choice(COURSE, document=things["course"]),
        READ: Choice(READ, document=things["page"]),
        MENTOR: Choice(MENTOR, mentor=things["otto"]),
        TASK: Choice(TASK, words="Tell the team each Monday"),
    }
    person = cast.person(name)
    with clock.shifted(timedelta(days=-ago)):
        if before := DevelopmentPlan.open_of(person, things["talking"]):
            before.end(by=person)
        picked = [choices[sort] for sort in sorts]
        return DevelopmentPlan.take_on(person, things["talking"], "L1", picked)


def begin(*names: str, ago: int = 0, title: str = "") -> Cycle:
    document = Document.named("review", "annual-review") or plan()
    with clock.shifted(timedelta(days=-ago)):
        people = [cast.person(name) for name in names]
        cycle = Cycle.begin(document, people, clock.today(), by=cast.person("helen"), title=title)
        following.run()
    return cycle


def asked(submission: Submission) -> list[str]:
    return [q.title for q in submission.questionnaire.questions if q.key.startswith("helped-")]


def say(submission: Submission, *said: str) -> None:
    """Its own two questions, then those of what was taken on."""
    keys = [question.key for question in submission.questionnaire.questions]
    answers: Any = dict(zip(keys, ("2", "All of it.", *said), strict=False))
    submission.submit(answers, submission.version, by=Person.get_by_id(submission.person_id))


def sums(side: str = SELF) -> dict[str, tuple[int, list[int]]]:
    return {row.title: (row.shown, row.counts) for row in effects.table(side)}


def test_what_was_taken_on_is_asked_of_the_person_and_of_whoever_leads_them(
    who: Any, things: Any, as_: Any, move_clock: Any
) -> None:
    take_on(things, "erin", 60, COURSE, MENTOR, TASK)
    take_on(things, "ben", 10, TASK)
    cycle = begin("erin", "ben")
    own = part_of(cycle, "erin", SELF)
    titles = [
        "The course “Speaking up”", "Mentoring for “Talking”", "Tell the team each Monday",
        "What made the difference, or was missing?",
    ]  # fmt: skip
    assert asked(own) == titles
    assert asked(part_of(cycle, "ben", SELF)) == [], "nobody can tell after ten days"
    move_clock(days=11)
    following.run()
    theirs = part_of(cycle, "erin", MANAGER)
    assert asked(theirs) == titles
    page = as_("mara").get(f"/forms/{theirs.id}").text
    assert "Erin took this on since the review before" in page and "Otto" not in page
    page = as_("erin").get(f"/forms/{own.id}").text
    assert "Did it help?" in page and page.count("It did not help") == 3
    fields = {question.name: "" for question in own.questionnaire.questions}
    tapped = next(q.name for q in own.questionnaire.questions if "Speaking" in q.title)
    first, words = list(fields)[:2]
    fields |= {first: "2", words: "All.", tapped: "somewhat", "version": "0"}
    bad = {**fields, tapped: "wonderful"}
    assert as_("erin").post(f"/forms/{own.id}/submission", data=bad).status_code == 400
    assert as_("erin").post(f"/forms/{own.id}/submission", data=fields).status_code == 303
    sent = as_("erin").get(f"/forms/{own.id}/answers").text
    assert "The course “Speaking up”" in sent and "Somewhat" in sent


def test_each_step_is_asked_about_once_and_what_was_left_out_never(who: Any, things: Any) -> None:
    take_on(things, "erin", 300, READ)
    first = begin("erin", ago=200, title="Spring")
    assert asked(part_of(first, "erin", SELF))[0] == "Reading “How we talk”"
    with clock.shifted(timedelta(days=-190)):
        say(part_of(first, "erin", SELF), "not")
    taken = take_on(things, "erin", 100, COURSE, TASK)
    taken.steps()[1].leave_out(by=who.erin)
    titles = asked(part_of(begin("erin", title="Autumn"), "erin", SELF))
    assert titles[:-1] == ["The course “Speaking up”"]


def test_a_manager_whom_learning_asked_about_a_course_is_not_asked_again(
    who: Any, things: Any, move_clock: Any
) -> None:
    take_on(things, "erin", 60, COURSE)
    course = things["course"]
    on = cast.TODAY - timedelta(days=42)
    taking.complete(course, course.current, who.erin, how="recorded", by=who.helen, done_on=on)
    assert helped.ask() == 1
    cycle = begin("erin")
    assert asked(part_of(cycle, "erin", SELF))[:-1] == ["The course “Speaking up”"]
    move_clock(days=11)
    following.run()
    assert asked(part_of(cycle, "erin", MANAGER)) == []


def test_an_answer_counts_once_everybody_has_it_before_them(
    who: Any, things: Any, move_clock: Any
) -> None:
    take_on(things, "erin", 60, TASK)
    cycle = begin("erin")
    say(part_of(cycle, "erin", SELF), "helped", "Because of the Mondays.")
    following.run()
    assert Effect.select().count() == 0, "it is not shared"
    reading.share(review_of(cycle, "erin"), by=who.erin)
    for _ in range(2):
        following.run()
        assert [(one.sort, one.side, one.answer) for one in Effect.select()] == [
            (TASK, SELF, "helped")
        ]
    move_clock(days=11)
    following.run()
    say(part_of(cycle, "erin", MANAGER), "undone")
    following.run()
    assert Effect.select().count() == 1, "it is not released"
    move_clock(days=16)
    following.run()
    assert review_of(cycle, "erin").released_at and Effect.select().count() == 2
    assert Effect.select().where(Effect.side == MANAGER).get().answer == "undone"
    assert not ReviewPart.select().where(ReviewPart.is_to_count).exists()


def test_sums_move_in_fives_name_nobody_and_are_not_added_up(who: Any, things: Any) -> None:
    assert set(Effect._meta.refs.values()) == {Document}, "it leads to nobody"
    course = things["course"].id

    def put(sort: str, answer: str, how_many: int, side: str = SELF) -> None:
        for _ in range(how_many):
            Effect.create(
                sort=sort, course=course if sort == COURSE else None, side=side, answer=answer
            )

    with db.write():
        put(COURSE, "helped", 4)
        put(TASK, "not", 7)
        put(TASK, "undone", 2, MANAGER)
    assert sums() == {"Speaking up": (0, [0, 0, 0, 0]), "Tasks of their own": (5, [0, 0, 5, 0])}
    assert sums(MANAGER) == {"Tasks of their own": (0, [0, 0, 0, 0])}
    with db.write():
        put(COURSE, "undone", 1)
        put(TASK, "helped", 2)
    assert sums()["Speaking up"] == (5, [4, 0, 0, 1])
    assert sums()["Tasks of their own"] == (5, [0, 0, 5, 0]), "nine are shown as five"


@pytest.mark.one_database
def test_hr_reads_the_sums_and_nobody_else(as_: Any, who: Any) -> None:
    table = {**dict.fromkeys(cast.NAMES, 404), "helen": 200, "lev": 303}
    knock(as_, table, "/reviews/cycles/helped", nowhere="/reviews/cycles/999999")


def test_what_only_one_person_was_asked_goes_with_their_answers(who: Any, things: Any) -> None:
    take_on(things, "erin", 60, TASK)
    own = part_of(begin("erin"), "erin", SELF)
    say(own, "helped")
    own.purge(by=who.helen)
    kept = Submission.get_by_id(own.id)
    assert "Monday" not in kept.shown + kept.answers
