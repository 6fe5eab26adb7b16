"""What is said of a form before it is sent: who reads it, and how long it stays."""

from collections.abc import Iterable

from portal import clock
from portal.people.functions import Function
from portal.people.grants import Grant
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.questionnaires.companions import Beside
from portal.questionnaires.keeping import WAITS_DAYS
from portal.questionnaires.models import Submission
from portal.questionnaires.terms import HR, MANAGER, SUBJECT
from portal.text import fold


def readers(submission: Submission, viewer: Person) -> str:
    """Who reads what was sent, as one says it to the viewer: “HR and your managers”."""
    about, is_mine = submission.about, submission.about_id == viewer.id
    said = {
        HR: "HR",
        MANAGER: "your managers" if is_mine else f"{about.first_name}’s managers",
        SUBJECT: "you" if is_mine else about.called,
    }
    # Whoever fills it reads it anyway.
    named = [name for name in submission.readers.split() if name in said]
    named = [name for name in named if name != SUBJECT or submission.is_about_another]
    words = [said[name] for name in named] + [name for name in [submission.taker] if name]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def people(submission: Submission, beside: Beside | None = None) -> list[tuple[Person, str]]:
    """By name who can read it once it is sent, and why, besides whoever fills it; and who can from
    a later day on, where the room that stands beside it knows."""
    about, today = submission.about, submission.about.today()
    found: dict[int, tuple[Person, str]] = {}
    named = dict.fromkeys(submission.readers.split(), "")
    named = dict(beside.later if beside else {}) | named

    def add(some: Iterable[Person], why: str, when: str = "") -> None:
        for person in some:
            is_secret = person.id == about.id and SUBJECT not in named
            if person.is_active and person.id != submission.person_id and not is_secret:
                found.setdefault(person.id, (person, f"{why}, {when}" if when else why))

    if SUBJECT in named:
        add([about], "It is about them", named[SUBJECT])
    if MANAGER in named:
        above = sorted(managers_above(about.id, today))
        line = Person.select().where(Person.id.in_(above))
        add(line, f"Above {about.called} in the line", named[MANAGER])
    if HR in named:
        add(Grant.holders_of(HR, clock.today()), "HR", named[HR])
    if slug := submission.structure.get("hand_over"):
        function = submission.function if submission.function_id else Function.named(slug)
        if function:
            add(function.holders(submission.place_id, today), f"Holds {function.name}")
    return sorted(found.values(), key=lambda one: fold(one[0].called))


def who_reads(submission: Submission, viewer: Person, beside: Beside | None = None) -> str:
    """The sentence above the button: nobody before, and who afterwards; as the room says it that
    stands beside it, where that knows better."""
    if beside and beside.promise:
        return beside.promise
    words = readers(submission, viewer)
    if not words:
        return "Nobody else reads it yet."
    verb = "reads" if words and " and " not in words and words != "you" else "read"
    only = "Only " if not submission.readers else ""
    when = " once you have sent it" if viewer.id == submission.person_id else " once it is sent"
    when = "" if submission.submitted_at else when
    return f"{only}{words if only else _capital(words)} {verb} it{when}."


def how_long(submission: Submission, viewer: Person) -> str:
    """Until when it stays here."""
    function, keep = submission.taker, submission.structure.get("keep", "")
    when = "you sent it" if viewer.id == submission.person_id else "it was sent"
    if function and keep:
        takes = f"{function} takes it over; {keep} after that it is erased here."
        return f"{takes} If nobody does, it is erased {keep} and {WAITS_DAYS} days after {when}."
    if function:
        return f"{function} takes it over; what was sent stays on file here."
    return f"It is erased {keep} after {when}." if keep else "It stays on file."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
