"""Growth in the sample company: mentors, tasks on the board, and plans at different places."""

from datetime import timedelta

from portal import clock
from portal.documents.models import Document
from portal.growth import proposing
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import Choice
from portal.growth.stretches import Stretch
from portal.people.models import Person

# Who, for what, for how many, and the line they wrote.
MENTORS = (
    ("dora", ("communication", "code-quality"), 2,
     "Grew from one engineer to forty. Ask me how to say no early."),
    ("otto", ("communication",), 2, "Fifteen years of hard talks with customers."),
    ("gustav", ("communication",), 1, "I have led shifts in Hall 1 since 2009."),
    ("ben", ("code-quality",), 1, "Happy to look at your tests with you."),
)  # fmt: skip
# Who offers it, what, about how long, which competency, seats, days ahead.
TASKS = (
    ("mara", "Run the demo day in December", "two days of preparation", "communication", 2, 21),
    ("otto", "Write up three customer visits", "an hour a week for six weeks", "communication",
     1, 35),
    ("dora", "Make the slowest test suite fast", "half a day a week in winter", "code-quality",
     1, 45),
)  # fmt: skip
TEXT = "What good looks like: somebody else could do it next year from what you leave behind."


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    with clock.shifted(timedelta(days=-40)):
        mentors = {name: _mentor(name, *said) for name, *said in MENTORS}
        tasks = [_task(*each) for each in TASKS]
    erin, ben, mara = _person("erin"), _person("ben"), _person("mara")
    if mentors.get("otto") is None or not (erin and ben and mara):
        return
    with clock.shifted(timedelta(days=-30)):
        first = Mentorship.ask(
            mentors["otto"], mara, by=mara, competency=_competency("communication"),
            wish="I lead since spring, and I put off the hard talks.",
        )  # fmt: skip
    with clock.shifted(timedelta(days=-28)):
        first.accept("Gladly. Thursdays after lunch?", by=first.mentor)
    with clock.shifted(timedelta(days=-12)):
        seat = StretchSeat.ask(tasks[0], ben, "I have never stood on a stage.", by=ben)
    with clock.shifted(timedelta(days=-11)):
        seat.accept(by=mara)
    with clock.shifted(timedelta(days=-9)):
        _plan(erin, "communication")
    with clock.shifted(timedelta(days=-2)):
        _plan(ben, "code-quality", proposed_by=mara)


def _mentor(name: str, slugs: tuple[str, ...], capacity: int, line: str) -> Mentor | None:
    person = _person(name)
    documents = [one for one in map(_competency, slugs) if one]
    if person is None or not documents:
        return None
    return Mentor.offer(person, by=person, capacity=capacity, line=line, competencies=documents)


def _task(name: str, title: str, takes: str, slug: str, seats: int, days: int) -> Stretch:
    poster = _person(name)
    assert poster is not None
    until = clock.today() + timedelta(days=40 + days)
    return Stretch.post(
        by=poster, title=title, text=TEXT, takes=takes, competency=_competency(slug), seats=seats,
        until=until, audience="everyone",
    )  # fmt: skip


def _plan(person: Person, slug: str, proposed_by: Person | None = None) -> None:
    """The first of each place, as most people take it."""
    found = proposing.of(person, slug)
    if found is None or found.is_empty:
        return
    picked: list[Choice] = [place.options[0].choice for place in found.places if place.options]
    document, level = found.text.document, found.level.level
    if proposed_by is None:
        DevelopmentPlan.take_on(person, document, level, picked)
    else:
        note = "You are nearly there, and I would like you to get the credit for it."
        DevelopmentPlan.propose(person, document, level, picked, note=note, by=proposed_by)


def _competency(slug: str) -> Document | None:
    return Document.named("competency", slug)


def _person(name: str) -> Person | None:
    return Person.by_email(f"{name}@halden.example")
