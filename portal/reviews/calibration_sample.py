"""A cycle of the sample company in which ratings were compared: released, signed and answered."""

from datetime import timedelta

from portal import clock
from portal.documents.models import Document
from portal.people.models import Person
from portal.reviews import following, launching, sample
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.placing import DEPARTMENT
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF

RULE = 'department = Operations or department = Sales or department = "Customer Support"'
TITLE = "Annual review, Operations, Sales and Support"
REASONS = (
    "Beside the others who opened a new market this year, the examples are of the same kind.",
    "The delay was the supplier’s. What was in their own hands was done, and done early.",
    "Good work on a job one level below: the rows of their own level say a little less.",
)
REPLIES = (
    "Thank you. I see the second point differently: the date was moved by the customer, twice. "
    "About the goals we agree.",
    "I read it with pleasure. Let us begin with the talk to Lisbon in January.",
)
ADDED = "I had left out the fair in June: without your list nobody would have known whom to call."


def fill() -> None:
    """By the verbs the portal has, with the clock moved back. Before any cycle that still runs."""
    plan, helen = Document.named("review", "annual-review"), sample.person("helen")
    assert plan is not None
    with sample.days_ago(80):
        today = clock.today()
        people = launching.hits(plan, RULE, today, (), today).people
        cycle = Cycle.begin(plan, people, today, by=helen, title=TITLE, rule=RULE)
        following.run()
    with sample.days_ago(71):
        for number, review in enumerate(sample.reviews_of(cycle)):
            sample.send(review, SELF, number)
    with sample.days_ago(57):
        following.run()
        for number, review in enumerate(sample.reviews_of(cycle)):
            sample.send(review, MANAGER, number + 2)
    with sample.days_ago(50):
        following.run()
        _compare(cycle, helen)
    with sample.days_ago(43):
        following.run()
        for number, review in enumerate(sample.reviews_of(cycle)):
            if number % 4:
                sample.sign(review)
    with sample.days_ago(41):
        _answer(cycle)
    with sample.days_ago(29):
        following.run()


def _compare(cycle: Cycle, helen: Person) -> None:
    session = CalibrationSession.begin(
        Cycle.get_by_id(cycle.id),
        by=helen,
        grouping=DEPARTMENT,
        held_on=clock.today() + timedelta(days=2),
        title="Operations, Sales and Support",
    )
    for number, placement in enumerate(list(Placement.of(session))[3::8]):
        above = placement.review.lead or helen
        step = 1 if number % 3 < 2 and placement.rating < 4 else -1
        by = Person.get_by_id(above.id)
        placement.change(placement.rating + step, REASONS[number % 3], placement.rating, by=by)
    session.lock(by=helen)


def _answer(cycle: Cycle) -> None:
    reviews = sample.reviews_of(cycle)
    for review, words in zip(reviews[1::6], REPLIES, strict=False):
        Remark.reply(review, words, by=review.person)
    part = ReviewPart.of_step(reviews[2], MANAGER)
    if part is not None:
        Remark.add(part, ADDED, by=part.author)
