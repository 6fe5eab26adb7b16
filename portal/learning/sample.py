"""Courses of the sample company: the starter texts in force, required, and half of them taken."""

from datetime import timedelta
from itertools import cycle
from pathlib import Path

from portal import clock
from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from portal.documents import exchange
from portal.documents.models import Document
from portal.learning import access, helped, quizzing
from portal.learning.models import KIND, RECORDED, Completion
from portal.learning.taking import complete
from portal.people.models import Person
from portal.questionnaires.questionnaire import Answers

CONTENT = Path(__file__).resolve().parent.parent.parent / "content" / "courses"
BEGAN_DAYS_AGO = 36
MANAGERS = 'role in ("Engineering Manager", "Production Manager", "Sales Team Lead")'
# Which course is asked of whom, within how many days.
REQUIRED = (
    ("safety-basics", "everyone", 30),
    ("data-protection", "everyone", 60),
    ("anti-harassment-for-managers", MANAGERS, 45),
)
# How many take which, one after another; and who leaves something to do.
TAKEN = (("safety-basics", 16), ("data-protection", 7), ("giving-feedback", 9))
# What managers say of the last one some weeks later; the rest is still asked.
HELPED = (
    ("clearly", "Says what was seen before what it means. The stand-ups got shorter."),
    ("somewhat", ""), ("clearly", ""), ("hardly", "Too early to tell, really."), ("clearly", ""),
)  # fmt: skip
WAITING = ("erin", "ben", "gustav", "dora")
# The minutes they take, and which of them need a second try.
MINUTES, SECOND_TRY = (9, 14, 11, 22, 16, 12), 5


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen = _person("helen")
    with clock.shifted(timedelta(days=-BEGAN_DAYS_AGO)):
        for path in sorted(CONTENT.glob("*.md")):
            exchange.publish_file(path, by=helen, note="Starter text")
        for slug, audience, days in REQUIRED:
            _require(slug, audience, days, helen)
        following.follow_all()
    _on_paper(helen)
    for slug, many in TAKEN:
        course = _course(slug)
        people = Person.select().where(Person.is_here(clock.today())).order_by(Person.id)
        waiting = {f"{name}@halden.example" for name in WAITING}
        taking = [
            one for one in people if one.email not in waiting and access.can_take(one, course)
        ]
        minutes = cycle(MINUTES)
        for number, person in enumerate(taking[:many], 1):
            with clock.shifted(timedelta(days=number % 20 - 30, hours=-number)):
                _take(course, person, next(minutes), fails_first=number % SECOND_TRY == 0)
    with clock.shifted(timedelta(days=-2)):
        _under_way()
    with clock.shifted(timedelta(days=-1)):
        _helped()


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def _course(slug: str) -> Document:
    found = Document.named(KIND, slug)
    assert found is not None and found.current is not None, slug
    return found


def _require(slug: str, audience: str, days: int, helen: Person) -> None:
    Requirement.set(
        kind=KIND,
        target=_course(slug).id,
        audience=audience,
        rhythm=Rhythm(first_days=days, joiner_days=14),
        starts_on=clock.today(),
        by=helen,
    )


def _on_paper(helen: Person) -> None:
    """Dora did it last year, before there was a portal: her certificate ends soon."""
    course, dora = _course("safety-basics"), _person("dora")
    with clock.shifted(timedelta(days=3 - BEGAN_DAYS_AGO)):
        assert course.current is not None
        complete(
            course, course.current, dora, how=RECORDED, by=helen,
            done_on=clock.today() - timedelta(days=310), note="Signed list in the HR folder",
        )  # fmt: skip


def _take(course: Document, person: Person, minutes: int, *, fails_first: bool) -> None:
    if fails_first:
        attempt = quizzing.begin(course, person, by=person)
        with clock.shifted(timedelta(minutes=minutes)):
            quizzing.grade(attempt, _answers(course, misses=2), by=person)
    with clock.shifted(timedelta(minutes=2 * minutes)):
        attempt = quizzing.begin(course, person, by=person)
    with clock.shifted(timedelta(minutes=3 * minutes)):
        quizzing.grade(attempt, _answers(course), by=person)


def _answers(course: Document, misses: int = 0) -> Answers:
    """The right ones, but for the first few of the text: those are hard."""
    assert course.current is not None
    found: Answers = {}
    for number, question in enumerate(course.current.parsed["questions"]):
        right = [one["key"] for one in question["options"] if one["right"]]
        wrong = [one["key"] for one in question["options"] if not one["right"]]
        found[question["key"]] = wrong[:1] if number < misses * 3 else right
    return found


def _helped() -> None:
    """The question of some weeks later has been asked; most have answered."""
    helped.ask()
    duties = Assignment.select().where(Assignment.kind == helped.ASKED, Assignment.is_open())
    for duty, (answer, note) in zip(duties.order_by(Assignment.id), HELPED, strict=False):
        completion = Completion.get_by_id(duty.target)
        helped.Helped.say(completion, answer, note, by=duty.person)


def _under_way() -> None:
    """Ben has begun one; Erin did not pass it yet."""
    ben, erin, safety = _person("ben"), _person("erin"), _course("safety-basics")
    quizzing.begin(safety, ben, by=ben)
    attempt = quizzing.begin(safety, erin, by=erin)
    quizzing.grade(attempt, _answers(safety, misses=1), by=erin)
