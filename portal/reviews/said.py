"""What colleagues and reports said of somebody, as its readers see it: all answers to a question
together, in an order that says nothing, at least three of them or none."""

from collections import Counter
from dataclasses import dataclass, field

import peewee

from portal import audit
from portal.documents.models import Revision
from portal.people.models import Person
from portal.questionnaires.questionnaire import Answer, Question
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews import answer_access
from portal.reviews.answers import Nominee, Response, questionnaire_of
from portal.reviews.models import Phase, Review
from portal.reviews.steps import PEERS
from portal.text import enumerated
from portal.web import day

READ = "The step is over, so all of it can be read together. No name stands with it."


@dataclass(frozen=True)
class Asked:
    """One question with what was said to it: how many chose each row, or the words themselves.
    Without either fewer than three answered it."""

    title: str
    count: int = 0
    chosen: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()


@dataclass
class Said:
    """One step of one review: how it stands for one viewer, and what they may read of it by now."""

    phase: Phase
    title: str
    sentence: str
    is_readable: bool = False
    asked: list[Asked] = field(default_factory=list)


def steps_of(review: Review, viewer: Person, phases: list[Phase] | None = None) -> list[Said]:
    """How each step without names stands: one query, or none where its `phases_of` are known.
    Nothing for whoever may not know of it."""
    if not answer_access.can_see_named(viewer, review):
        return []
    phases = phases_of(review, viewer) if phases is None else phases
    return [_stands(review, phase, viewer) for phase in phases if _is_said(phase)]


def of(review: Review, viewer: Person) -> list[Said]:
    """The same with what was said, for `reviews/_said.html`; that somebody has read it is noted."""
    found = steps_of(review, viewer)
    if any(one.is_readable for one in found):
        said = Response.shown(review, [one.phase for one in found if one.is_readable])
        for one in found:
            if one.is_readable:
                _add_words(one, review, said.get(one.phase.id, {}))
        audit.looked(viewer, review, about=review.person)
    return found


def phases_of(review: Review, viewer: Person) -> list[Phase]:
    """All steps of its cycle, each with its form; of those without names how many are `proposed`,
    how many of them agreed to (`named`), and whether the viewer was (`was_asked`)."""
    proposed = Nominee.select(peewee.fn.COUNT(Nominee.id)).where(
        Nominee.review == review, Nominee.phase == Phase.id, Nominee.removed_at.is_null()
    )
    named = proposed.where(Nominee.is_approved())
    mine = named.where(Nominee.person == viewer)
    counts = (proposed.alias("proposed"), named.alias("named"), mine.alias("was_asked"))
    rows = Phase.select(Phase, Revision, *counts)
    rows = rows.join(Revision, peewee.JOIN.LEFT_OUTER, on=(Phase.form == Revision.id), attr="form")
    return list(rows.where(Phase.cycle == review.cycle_id).order_by(Phase.place))


def _is_said(phase: Phase) -> bool:
    """Of somebody whose reports nobody asks, no word is said."""
    return phase.step.is_anonymous and bool(phase.name == PEERS or phase.named)  # type: ignore[attr-defined]


def _stands(review: Review, phase: Phase, viewer: Person) -> Said:
    about = "you" if viewer.id == review.person_id else review.person.first_name
    who = "colleagues" if phase.name == PEERS else "direct reports"
    title = f"What {who} say of {about}"
    was_asked = bool(phase.was_asked)  # type: ignore[attr-defined]
    if review.skipped_at or (review.cycle.ended_at and not phase.closed_at):
        return Said(phase, title, "This was left out: nobody reads what was said.")
    if phase.closed_at is None:
        begins = f"Asked from {day(phase.opens_on)} on."
        if phase.opened_at:
            begins = f"They answer until {day(phase.closes_on)}."
        return Said(phase, title, f"{begins} {_promise(review, phase, viewer)}")
    if answer_access.can_read(viewer, review, phase, was_asked=was_asked):
        return Said(phase, title, READ, is_readable=True)
    why = f"{reads(review, phase, viewer)} it."
    if was_asked:
        why = "You were asked yourself, so you do not read what the others said."
    return Said(phase, title, f"The step is over. {why}")


def _add_words(one: Said, review: Review, said: dict[str, list[Answer]]) -> None:
    if not said:
        one.sentence = (
            "Fewer than three were asked or answered: nobody reads any of it, and none is kept."
        )
        return
    questions = questionnaire_of(review, one.phase).questions
    one.asked = [_asked(question, said.get(question.key)) for question in questions]
    one.sentence = (
        "All answers to a question stand together, in the order of their letters. No name is kept"
        " with them."
    )


def _asked(question: Question, said: list[Answer] | None) -> Asked:
    if not said:
        return Asked(question.title)
    if not question.choices:
        words = sorted(question.words(one) for one in said)
        return Asked(question.title, len(said), words=tuple(words))
    given = Counter(value for one in said for value in (one if isinstance(one, list) else [one]))
    rows = [(words, given.pop(value, 0)) for value, words, _ in question.choices]
    # A row that the competency has lost since it was chosen.
    return Asked(question.title, len(said), chosen=(*rows, *sorted(given.items())))


def _promise(review: Review, phase: Phase, viewer: Person) -> str:
    return (
        f"{reads(review, phase, viewer)} it when the step is over: all of it together, without"
        " names, and only if at least three answered."
    )


def readers(review: Review, phase: Phase, viewer: Person) -> str:
    """Who reads it, as one says it to the viewer: “HR and Erin’s managers”."""
    first = review.person.first_name
    is_own = viewer.id == review.person_id
    said = {
        HR: "HR",
        LINE: "your managers" if is_own else f"{first}’s managers",
        SUBJECT: "you" if is_own else first,
    }
    named = answer_access.readers_of(phase)
    return enumerated([words for name, words in said.items() if name in named]) or "nobody"


def reads(review: Review, phase: Phase, viewer: Person) -> str:
    """The same as the beginning of a sentence: “HR and Erin read”, “HR reads”."""
    words = readers(review, phase, viewer)
    is_one = words in ("HR", "nobody", review.person.first_name)
    return f"{words[:1].upper()}{words[1:]} {'reads' if is_one else 'read'}"
