"""Signing: one write, in which the text is the one that was shown and the answers are right."""

from dataclasses import dataclass
from datetime import datetime

from portal import db
from portal.assignments.models import Assignment
from portal.audit.models import canonical
from portal.compliance import following
from portal.documents.models import Document
from portal.people.models import Person
from portal.policies.differences import ShownDifference
from portal.policies.models import KIND, Acknowledgment, PolicyAttempt, Signature
from portal.policies.reading import Reading, Seen
from portal.questionnaires.questionnaire import Answers
from portal.questionnaires.quiz import chosen


class TextChanged(RuntimeError):
    """What was put before them is not what is asked any more. Nothing was signed."""


@dataclass(frozen=True)
class Missed:
    """The keys of the questions that were not answered rightly. Nothing was signed."""

    wrong: frozenset[str]


@dataclass(frozen=True)
class Hand:
    """How somebody signs: known to the portal by what, from where, and with what they typed."""

    identified_by: str
    address: str = ""
    agent: str = ""
    typed_name: str = ""
    note: str = ""

    def signature_of(self, person: Person) -> Signature:
        return Signature.draft(
            name=person.called,
            typed_name=self.typed_name,
            address=self.address[:64],
            agent=self.agent[:200],
            note=self.note,
        )


def sign(
    document: Document,
    person: Person,
    seen: Seen,
    answers: Answers,
    *,
    hand: Hand,
    agreed_at: datetime,
    by: Person,
) -> Acknowledgment | Missed:
    """The signature of `person` under what they have `seen`; by somebody else, on their behalf.

    Who signs twice at once gets the first of both. Raises TextChanged when the text is another by
    now, or is in force no more. A wrong answer is noted, and nothing is signed.
    """
    with db.write():
        document.read_again()
        reading = Reading.of(document, person)
        if reading is None or document.retired_at:
            raise TextChanged
        if found := _signed_already(reading, seen):
            return found
        if not seen.is_still(reading):
            raise TextChanged
        if wrong := reading.sheet.grade(answers):
            PolicyAttempt.note(
                reading.revision, person, reading.round, _keys(reading, answers), wrong, by=by
            )
            return Missed(frozenset(wrong))
        return _put_down(reading, seen, answers, hand, agreed_at, by)


def _signed_already(reading: Reading, seen: Seen) -> Acknowledgment | None:
    """The signature that this page asked for, when it is there already."""
    same = (seen.revision, seen.round)
    return next((one for one in reading.signed if (one.revision_id, one.round) == same), None)


def _keys(reading: Reading, answers: Answers) -> dict[str, list[str]]:
    """What was chosen, by question, alike for one and for several."""
    return {q.key: sorted(chosen(answers, q.key)) for q in reading.sheet.questions}


def _put_down(
    reading: Reading, seen: Seen, answers: Answers, hand: Hand, agreed_at: datetime, by: Person
) -> Acknowledgment:
    person, document = reading.person, reading.document
    if reading.since:
        ShownDifference.keep(reading.since, reading.revision, reading.shown)
    missed = PolicyAttempt.made(reading.revision, person, seen.round)
    row = Acknowledgment.put_down(
        hand.signature_of(person),
        by=by,
        document=document,
        revision=reading.revision,
        person=person,
        round=seen.round,
        since_revision=reading.since,
        text_hash=reading.revision.hash,
        shown_hash=seen.shown_hash,
        statement=reading.statement,
        answers=canonical(_keys(reading, answers)),
        attempts=missed + 1 if reading.sheet.questions else 0,
        identified_by=hand.identified_by,
        shown_at=seen.shown_at,
        agreed_at=agreed_at,
        signed_on=person.today(),
        on_behalf=by.id != person.id,
    )
    Assignment.settle_all(KIND, document.id, by=by, person=person)
    following.refresh(KIND, document.id, [person.id])
    return row
