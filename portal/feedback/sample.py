"""The sample company: values, a lively page of praise, feedback shared and not, questions open."""

from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

from portal import clock
from portal.documents import exchange
from portal.feedback.asking import FeedbackAsk, FeedbackRequest
from portal.feedback.models import LINE, THEM, Note
from portal.feedback.praise import Praise
from portal.feedback.values import current
from portal.people.models import Person

VALUES = Path(__file__).resolve().parents[2] / "content" / "values" / "our-values.md"
BEGAN_DAYS_AGO = 58

# Days ago, who, whom, which value (by its place), whether in public, what they did.
PRAISED = (
    (
        55, "dora", "lukasz", 4, True,
        "The memory leak in the spectrometer had been open for a year. You found it in a "
        "weekend of reading, and wrote down how, so the next one takes an hour."
    ),
    (
        52, "rui", "ben priya", 0, True,
        "You stayed on the line with Lisbon until the last instrument was updated, at ten "
        "in the evening, and made the on-call list kinder afterwards."
    ),
    (
        47, "chloe", "sofia matteo", 3, True,
        "Eleven customers in two weeks, and you brought back the one thing we were wrong "
        "about. The roadmap is shorter now, and better."
    ),
    (
        44, "kasia", "viktor", 4, True,
        "You sent back a lot that everybody else would have shipped. Nobody had seen the "
        "scratch."
    ),
    (
        40, "helen", "petra", 0, True,
        "The whole second floor moved on a Saturday and on Monday every desk worked."
    ),
    (
        36, "mara", "erin", 1, True,
        "You said on the first day that the date would not hold. We could still tell the "
        "customer in time, and they thanked us for it."
    ),
    (
        33, "erin", "ida", 0, True,
        "New laptop at 8:40, working at 9:05. I had given up on the day."
    ),
    (
        29, "otto", "camille", 2, True,
        "Your handover to Support was so complete that they had no question. That is a "
        "first."
    ),
    (
        25, "joao", "ines", 3, True,
        "Your talk on flaky tests was the best half hour of the month: you showed what "
        "did not work as well."
    ),
    (
        21, "annelie", "dieter renee", 2, True,
        "Month-end closed two days early, with one of us away. Thank you both."
    ),
    (
        17, "ben", "erin", 0, True,
        "Thank you for pairing on the driver although your own week was full. I learned "
        "more than in the course."
    ),
    (
        14, "teresa", "gustav emre", 1, True,
        "You called the customer before they called us. They renewed because of it."
    ),
    (
        11, "mara", "ben", 4, True,
        "The review comments on the calibration module were kind and merciless. Exactly "
        "right."
    ),
    (
        9, "dora", "mara", 1, False,
        "You told me something I did not want to hear, early and with numbers. Please go "
        "on."
    ),
    (
        6, "sofia", "rajesh helene", 3, True,
        "You let a designer into the optics lab and explained everything twice. The new "
        "mount exists because of that afternoon."
    ),
    (
        4, "marcus", "ismail", 4, True,
        "Three years without a single recalibration. Everybody here relies on your hands."
    ),
    (
        2, "priya", "lukasz", 0, True,
        "I asked a question I was ashamed of. You said you had asked the same one, and "
        "drew it."
    ),
    (
        0.2, "richard", "danielle jose", 2, True,
        "Toronto signed at last, and what was promised is what we can build."
    ),
)  # fmt: skip

# Days ago, who, about whom, who reads it; what they saw, what they would like more of.
SAID = (
    (
        30, "mara", "erin", LINE,
        "In the incident review you asked the question nobody dared to ask, and waited "
        "for the answer.",
        "Write such questions down before the meeting, so that the quieter ones can "
        "prepare.",
    ),
    (
        19, "ben", "erin", THEM,
        "Your pull requests tell me why, not only what. I review them first.",
        "Smaller ones on Fridays, please.",
    ),
    (
        12, "sofia", "erin", LINE,
        "You came to the user interviews and listened more than you talked.",
        "",
    ),
    (
        8, "erin", "mara", THEM,
        "You keep our planning to half an hour, and we leave it knowing what to do.",
        "More of why a thing matters before we estimate it.",
    ),
    (
        5, "dora", "mara", LINE,
        "The team’s plan is honest about what it leaves out.",
        "Let Erin and Ben present it themselves next time.",
    ),
)  # fmt: skip


def fill() -> None:
    """By the verbs the portal has. Erin has asked three people; one answered, one waits for her."""
    with _ago(BEGAN_DAYS_AGO):
        exchange.publish_file(VALUES, by=_person("helen"), note="Starter text")
    values = current()
    for days, giver, people, value, is_public, text in PRAISED:
        with _ago(days):
            Praise.give(
                [_person(name) for name in people.split()], text, values[value],
                is_public=is_public, by=_person(giver),
            )  # fmt: skip
    for days, giver, about, readers, saw, more in SAID:
        with _ago(days):
            note = Note.give(_person(about), by=_person(giver), saw=saw, more=more, readers=readers)
        if days > 15:
            with _ago(days - 1):
                note.acknowledge(by=_person(about))
    _questions()


def _questions() -> None:
    erin, mara = _person("erin"), _person("mara")
    with _ago(4):
        asked = FeedbackRequest.ask(
            erin, [_person(name) for name in ("lukasz", "sofia", "rui")],
            "What should I do more of when I review your work?", by=erin,
        )  # fmt: skip
    first, second, _ = FeedbackAsk.whole(FeedbackAsk.select().where(FeedbackAsk.request == asked))
    with _ago(3):
        Note.answer(
            first, by=first.person, readers=LINE,
            saw="You find the one line that will hurt us in a year.",
            more="Say which remarks are wishes and which are conditions.",
        )  # fmt: skip
        second.decline(by=second.person)
    with _ago(2):
        FeedbackRequest.ask(
            _person("ben"), [erin], "How did the handover of the driver go for you?", by=mara
        )


def _ago(days: float) -> AbstractContextManager[None]:
    return clock.shifted(timedelta(days=-days))


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
