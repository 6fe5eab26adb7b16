"""Reviews of the sample company: one cycle that is behind everybody in Engineering, one in its
middle for the whole house, and one that began by itself."""

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import ONE, RATING, TEXT
from portal.reviews import (
    answer_sample,
    effect_sample,
    following,
    launching,
    reading,
    receipts,
    sheet,
)
from portal.reviews.answers import Nominee
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.receipts import Hand
from portal.reviews.steps import MANAGER, PEERS, SELF

# What people write, by the beginning of the question; the next of three each time.
TEXTS = {
    "What went best": (
        "The new calibration run. It took three weeks less than planned, because the questions "
        "came early and not in the last week. Two customers have asked for it since.",
        "We ship every other Thursday now, and nobody stays late for it. In spring a release took "
        "four people two days; in October it took one person an afternoon.",
        "The handover to Lisbon. Everything was written down before the first call, and the desk "
        "there answered its first case alone after nine days.",
    ),
    "What did not work": (
        "I said yes to the second trade fair too quickly. Somebody else had to finish my part of "
        "the manual. Next time I ask for a day before I answer.",
        "The estimate for the sensor board was wrong by half. We had left out testing, again, and "
        "now it stands on the list we begin with.",
        "Two of the talks with the supplier went in circles, because nobody had the numbers. I "
        "bring them now.",
    ),
    "Which two or three goals": (
        "Finish the self-test by March: a technician runs it without us. Hand the on-call plan to "
        "Emre by summer. Write up what we learned from the recall.",
        "Cut the time from order to first measurement to two weeks. Bring one colleague to where "
        "they can run a release alone.",
        "Answer nine of ten cases within a day. Get the price list into the portal so that nobody "
        "asks for it by mail.",
    ),
    "What is worth getting better at": (
        "Saying early that a date will not hold. An hour a month with somebody from another team "
        "would help, and one project that is mine from beginning to end.",
        "Explaining measurements to people who do not measure. I would like to hold the demo in "
        "spring.",
        "Leaving things to others. I know it, and I still look over shoulders on Fridays.",
    ),
    "What went well": (
        "The first delivery of the year was complete and on its day, and the customer wrote to say "
        "so. Everybody knew a week ahead what was missing.",
        "The move of the measuring stand. Nothing was lost, and we measured again after four days.",
        "Working with Sales on the tender: one list, one call a week, no surprises.",
    ),
    "What gets in the way": (
        "Waiting for parts. Half of my open tasks wait for the same supplier.",
        "Two meetings a day in which I only listen. I would rather read what was decided.",
        "The build. When it breaks on a Monday the day is gone.",
    ),
    "What will each of you": (
        "I send a list of what is open each Friday; you answer by Monday noon what may wait.",
        "I take over the call with Lisbon. You keep my back free in the week of the fair.",
        "We look at the goals once a month instead of once a quarter.",
    ),
    "What should they go on": (
        "Saying before the date that it will not hold. In June that saved us the whole week.",
        "Asking why before asking how long. Most of our good ideas began there.",
        "The notes after each call: five lines, and I know what I have to do.",
        "Staying calm when the line stops. Everybody else looks at how they look.",
    ),
    "What one thing": (
        "Say no sooner. I would rather plan without than wait and hope.",
        "Answer in the channel, not in private: three of us ask the same.",
        "Let somebody else present now and then.",
        "Half an hour less of every meeting.",
    ),
    "What should they stop": (
        "Changing what comes first on a Friday afternoon.",
        "Taking the difficult customers alone. We can carry some of it.",
        "Rereading everything before it goes out. Trust us with the small things.",
        "Nothing to stop. More time for each of us, if there were any.",
    ),
}
SAID = (
    "Promises are kept here, and a change of plan is said before the date. Please go on like that."
)
PEERS_OF = {
    "erin": ("ben", "lukasz", "matteo", "rajesh"),
    "ben": ("erin", "lukasz", "joao"),
    "otto": ("danielle", "helen", "rui", "teresa"),
}


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen = person("helen")
    with days_ago(52):
        # Eight weeks later a review of it begins by itself.
        rui = person("rui")
        Position.take(rui, by=helen, starts_on=clock.today(), role="Head of Service Desk")
    with days_ago(50):
        past = _begin("mid-year-review", "department = Engineering", helen)
    with days_ago(45):
        effect_sample.fill()
    with days_ago(43):
        for number, review in enumerate(reviews_of(past)):
            send(review, SELF, number)
            if number % 3 == 0:
                reading.share(review, by=review.person)
    with days_ago(38):
        for number, review in enumerate(reviews_of(past)):
            send(review, MANAGER, number + 1)
    with days_ago(34):
        following.run()
        for review in reviews_of(past):
            sign(review)
    with days_ago(18):
        _annual(_begin("annual-review", "everyone", helen))
    with days_ago(3):
        answer_sample.fill()
    following.run()


def _begin(slug: str, rule: str, by: Person) -> Cycle:
    plan = Document.named("review", slug)
    assert plan is not None and plan.current is not None, slug
    today = clock.today()
    people = launching.hits(plan, rule, today, (), today).people
    title = f"{plan.title} {today.year}"
    cycle = Cycle.begin(plan, people, today, by=by, title=title, rule=rule)
    following.run()
    return cycle


def _annual(cycle: Cycle) -> None:
    """Two weeks of looking back are over, most have written; whoever leads has begun."""
    day = clock.today()
    with _since(day, 2):
        nominees = _colleagues(cycle)
        following.run()
    with _since(day, 9):
        for number, review in enumerate(reviews_of(cycle)):
            if number % 9 != 4 or review.person.first_name in ("Erin", "Mara"):
                send(review, SELF, number)
                if number % 2 or review.person.first_name == "Erin":
                    reading.share(review, by=review.person)
        for number, nominee in enumerate(nominees):
            _answer(nominee, number)
    with _since(day, 15):
        following.run()
    with _since(day, 17):
        for number, review in enumerate(reviews_of(cycle)):
            if number % 4 == 1 and review.person.first_name != "Erin":
                send(review, MANAGER, number)


def _colleagues(cycle: Cycle) -> list[Nominee]:
    phase, asked = cycle.phase(PEERS), []
    assert phase is not None
    for name, others in PEERS_OF.items():
        review = Review.whole(Review.select()).where(
            Review.cycle == cycle, Review.person == person(name)
        )
        for other in others:
            one = Nominee.name(review.get(), phase, person(other), by=person(name))
            one.approve(by=review.get().lead)
            asked.append(one)
    return asked


def reviews_of(cycle: Cycle) -> list[Review]:
    rows = Review.whole(Review.select()).where(Review.cycle == cycle, Review.counts())
    return list(rows.order_by(Review.id))


def send(review: Review, step: str, number: int) -> None:
    part = ReviewPart.of_step(review, step)
    if part is None or part.submission.submitted_at:
        return
    form = Submission.get_by_id(part.submission_id)
    answers = _answers(form.questionnaire, number)
    form.submit(answers, form.version, by=Person.get_by_id(form.person_id))


def sign(review: Review) -> None:
    shown = sheet.of(review, Person.get_by_id(review.person_id)).shown_hash
    receipts.sign(
        review, shown, clock.now(), now_shown=lambda: shown, hand=Hand("demo"), by=review.person
    )


def _answer(nominee: Nominee, number: int) -> None:
    fresh = Nominee.get_by_id(nominee.id)
    fresh.answer(_answers(fresh.questionnaire, number))


def _answers(questionnaire: Any, number: int) -> dict[str, Any]:
    """Something one could have said: mostly the better half of what is offered."""
    said: dict[str, Any] = {}
    for place, question in enumerate(questionnaire.questions):
        offered = [value for value, _, _ in question.choices]
        if question.kind == RATING:
            at = (2, 3, 2, 1, 2, 2, 3)[(number * 3 + place) % 7]
            said[question.key] = offered[min(at, len(offered) - 1)]
        elif question.kind == ONE:
            said[question.key] = offered[(0, 1, 0, 0, 2, 0, 1)[number % 7] % len(offered)]
        elif question.kind == TEXT:
            said[question.key] = _text(question.title, number)
    return said


def _text(title: str, number: int) -> str:
    for begins, texts in TEXTS.items():
        if title.startswith(begins):
            return texts[number % len(texts)]
    return SAID


def days_ago(days: float) -> AbstractContextManager[None]:
    return clock.shifted(timedelta(days=-days))


def _since(day: date, days: int) -> AbstractContextManager[None]:
    """So many days after `day`, whatever day it is made to be now."""
    return clock.shifted(day + timedelta(days=days) - clock.today())


def person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
