"""Improvement plans of the sample company: one in its middle, one that was reached."""

from datetime import timedelta
from typing import Any

from portal import clock
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews import following, sample
from portal.reviews.improvement import Improvement
from portal.reviews.improvement_said import MET, ImprovementOutcome, ImprovementWord
from portal.reviews.models import Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER

MISSING = (
    "Two deliveries left without their papers, on the 9th and the 22nd, and on the 30th a customer "
    "had to ask twice for the test report."
)
DIFFERENT = (
    "Every delivery leaves with its papers, checked against the list. Questions of customers have "
    "a first answer within a day. One sees both in the log of the desk."
)
HELP = (
    "An hour a week with me for the open cases. The list of papers is on one page from Monday "
    "on. I keep the phone for you on Thursday mornings."
)
MET_WORDS = "Both points are there: ten deliveries with their papers, and no case waited a day."
SAID = (
    ("partly", "Five of six with their papers. The sixth I noticed only in the evening.",
     "Five of six: that is most of it. The list is used now."),
    ("on", "All of them this time. Thursdays help a lot.",
     "Complete, two weeks in a row. Customers have noticed."),
)  # fmt: skip


def fill() -> None:
    """By the verbs the portal has, with the clock moved back. Whoever the company has not is left
    out."""
    for email, begun, is_met in (("sean", 100, True), ("beatriz", 33, False)):
        person = Person.by_email(f"{email}@halden.example")
        position = person.position() if person else None
        if person is not None and position is not None and position.manager_id:
            _one(person, position.manager, begun, is_met)


def _one(person: Person, lead: Person, begun: int, is_met: bool) -> None:
    with sample.days_ago(begun):
        until = clock.today() + timedelta(days=60)
        plan = Improvement.start(person, until, 2, by=lead)
    with sample.days_ago(begun - 1):
        _write(plan, lead)
        following.run()
    with sample.days_ago(begun - 2):
        sample.sign(Review.whole(Review.select()).where(Review.id == plan.review_id).get())
    for place, check in enumerate(plan.checks()[:2]):
        with clock.shifted(check.due_on - clock.today()):
            following.run()
            _say(plan, check, person, lead, SAID[place])
    if is_met:
        with sample.days_ago(begun - 60):
            made = ImprovementOutcome.decide(plan, MET, MET_WORDS, None, after=0, by=lead)
            made.mark_read(by=person)
    following.run()


def _write(plan: Improvement, lead: Person) -> None:
    part = ReviewPart.of_step(plan.review, MANAGER)
    assert part is not None
    form = Submission.get_by_id(part.submission_id)
    asked = form.questionnaire.questions
    answers: dict[str, Any] = dict(
        zip((q.key for q in asked), (MISSING, DIFFERENT, HELP), strict=False)
    )
    last: Any = asked[-1].key
    answers.setdefault(last, "Reached: it ends. If not: we talk with HR about another task.")
    form.submit(answers, form.version, by=lead)


def _say(plan: Improvement, check: Any, person: Person, lead: Person, said: Any) -> None:
    state, own, theirs = said
    ImprovementWord.say(plan, own, by=person, check_in=check, state=state)
    ImprovementWord.say(plan, theirs, by=lead, check_in=check, state=state)
