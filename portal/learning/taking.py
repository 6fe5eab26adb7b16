"""Taking a course: an attempt begins, goes on and ends; and what completes it, in one write."""

import json
from datetime import date
from typing import Any

from portal import audit, clock, db
from portal.assignments.due import add_months
from portal.assignments.models import Assignment, CauseRow
from portal.compliance import following
from portal.compliance.models import CAUSE as REQUIREMENT
from portal.documents.models import Document, Revision
from portal.learning.models import (
    COMPLETED,
    FAILED,
    KIND,
    PASSED,
    TAKEN,
    Attempt,
    Completion,
    CompletionDetails,
    new_code,
)
from portal.people.models import Person


class NotOffered(RuntimeError):
    """The course is not in force: nobody begins it."""


class NotYet(RuntimeError):
    """Other courses come first; `missing` are they."""

    def __init__(self, missing: list[Document]) -> None:
        titles = ", ".join(f"“{course.title}”" for course in missing)
        super().__init__(f"First complete {titles}.")
        self.missing = missing


def begin(course: Document, person: Person, *, by: Person) -> Attempt:
    """The attempt that is under way, or a new one with the text in force.

    Raises NotOffered, and NotYet where another course comes first.
    """
    with db.write():
        if under_way := Attempt.open_of(course.id, person.id):
            return under_way
        course.read_again()
        if course.state != "published" or course.current is None:
            raise NotOffered
        if missing := missing_before(course.current, person):
            raise NotYet(missing)
        now, before = clock.now(), Attempt.of(course.id, person.id)
        attempt = Attempt.create(
            course=course,
            revision=course.current,
            person=person,
            number=before[0].number + 1 if before else 1,
            format=course.current.parsed["format"],
            started_at=now,
            touched_at=now,
        )
        data = {"course": course.id, "text": course.current.number, "number": attempt.number}
        audit.record(by, "began", attempt, about=person, data=data)
    return attempt


def missing_before(revision: Revision, person: Person) -> list[Document]:
    """The courses that come before this one and that the person has not completed."""
    wanted: list[str] = revision.parsed.get("before", [])
    if not wanted:
        return []
    done = Completion.select(Completion.course).where(
        Completion.person == person.id, Completion.stands()
    )
    query = Document.select().where(
        Document.kind == KIND, Document.slug.in_(wanted), Document.is_published()
    )
    missing = query.where(~db.among(Document.id, done))
    return sorted(missing, key=lambda course: wanted.index(course.slug))


def is_met(rule: dict[str, Any], completion: str, success: str, score: float | None) -> bool:
    """Whether the course counts as completed: `rule` is the text's `passes_when`.

    `completed`: it was gone through, and was not failed; `passed`: it said so; `score`: at least
    so much out of 100.
    """
    if rule["rule"] == "passed":
        return success == PASSED
    if rule["rule"] == "score":
        return score is not None and score >= rule["score"]
    return completion == COMPLETED and success != FAILED


def keep(
    attempt: Attempt,
    *,
    by: Person | None,
    completion: str | None = None,
    success: str | None = None,
    score: float | None = None,
    seconds: int | None = None,
    state: dict[str, Any] | None = None,
) -> Completion | None:
    """Keep how far an open attempt has come; returns the completion when this has completed it.

    What was reached is never lost again: completed stays completed, and once the course counts as
    done neither its success nor its score gets worse.
    """
    with db.write():
        now = clock.now()
        attempt.read_again()
        if attempt.completion != COMPLETED and completion is not None:
            attempt.completion = completion
        if success is not None and not (attempt.is_done and success != PASSED):
            attempt.success = success
        if score is not None and not (attempt.is_done and score < (attempt.score or 0)):
            attempt.score = score
        if seconds is not None:
            attempt.seconds = max(attempt.seconds, seconds)
        if state is not None:
            attempt.state = json.dumps(state, ensure_ascii=False)
        attempt.touched_at = now
        done = None
        rule = attempt.revision.parsed["passes_when"]
        if not attempt.is_done and is_met(rule, attempt.completion, attempt.success, attempt.score):
            attempt.completed_at = now
            done = _complete_attempt(attempt, by)
        kept = Attempt.update(
            completion=attempt.completion,
            success=attempt.success,
            score=attempt.score,
            seconds=attempt.seconds,
            state=attempt.state,
            touched_at=now,
            completed_at=attempt.completed_at,
        ).where(Attempt.id == attempt.id, Attempt.is_open())
        if not kept.execute():
            raise RuntimeError("What has ended is not kept up to date.")
    return done


def _complete_attempt(attempt: Attempt, by: Person | None) -> Completion:
    return complete(
        attempt.course,
        attempt.revision,
        attempt.person,
        how=TAKEN,
        by=by,
        attempt=attempt,
        score=attempt.score,
        seconds=attempt.seconds,
    )


def complete(
    course: Document,
    revision: Revision,
    person: Person,
    *,
    how: str,
    by: Person | None,
    attempt: Attempt | None = None,
    score: float | None = None,
    seconds: int = 0,
    note: str = "",
    done_on: date | None = None,
) -> Completion:
    """The fact that somebody has completed a course: it settles the duty and counts at once.

    One attempt completes once: asked again, it gives the same row.
    """
    with db.write():
        if attempt and (
            found := Completion.get_or_none((Completion.attempt == attempt) & Completion.stands())
        ):
            return found  # type: ignore[no-any-return]
        done_on = done_on or person.today()
        certificate = revision.parsed.get("certificate")
        months = certificate and certificate["months"]
        completion = Completion.put_down(
            CompletionDetails.draft(name=person.called, note=note),
            by=by,
            course=course,
            revision=revision,
            person=person,
            attempt=attempt,
            how=how,
            # As both databases give it back to the last digit: its hash is bound.
            score=None if score is None else round(score, 2),
            seconds=seconds,
            done_on=done_on,
            expires_on=add_months(done_on, months) if months else None,
            code=new_code() if certificate else None,
        )
        # Who finishes a text that has changed in earnest since has not done what is asked by now,
        # nor has somebody of whom a day is written down that counts no more.
        is_asked = revision.number >= _least_number(course.id)
        if is_asked and completion.is_valid(person.today()):
            Assignment.settle_all(KIND, course.id, by=by, person=person)
        following.refresh(KIND, course.id, [person.id])
    return completion


def end(attempt: Attempt, *, by: Person | None) -> None:
    """Nothing of it changes from here on; a new one may begin."""
    with db.write():
        now = clock.now()
        ended = Attempt.update(ended_at=now).where(Attempt.id == attempt.id, Attempt.is_open())
        if ended.execute():
            attempt.ended_at = now
            data = {"course": attempt.course_id, "done": attempt.is_done}
            audit.record(by, "ended", attempt, about=attempt.person, data=data)


def withdraw(completion: Completion, reason: str, *, by: Person) -> None:
    """It was recorded by mistake: from now on it counts as never done, and stays to be read.

    What it had settled is owed again, and who goes on with it begins anew.
    """
    with db.write():
        now = clock.now()
        changed = Completion.update(superseded_at=now).where(
            Completion.id == completion.id, Completion.stands()
        )
        if changed.execute():
            completion.superseded_at = now
            audit.record(
                by,
                "withdrawn",
                completion,
                about=completion.person,
                data={"course": completion.course_id},
                personal={"reason": reason},
            )
            if completion.attempt is not None:
                # It has completed once, and so never would again.
                end(completion.attempt, by=by)
            _owe_again(completion, by)
            following.refresh(KIND, completion.course_id, [completion.person_id])


def _owe_again(gone: Completion, by: Person) -> None:
    """What it had settled is open again, unless another completion answers it.

    What nothing but a requirement asked is left to `following`, which knows whether it still does.
    """
    reasons = CauseRow.select(CauseRow.assignment).where(CauseRow.kind != REQUIREMENT)
    settled = Assignment.select().where(
        Assignment.kind == KIND,
        Assignment.target == gone.course_id,
        Assignment.person == gone.person_id,
        Assignment.outcome == "done",
        Assignment.settled_at >= gone.recorded_at,
        db.among(Assignment.id, reasons),
    )
    for duty in list(settled.order_by(Assignment.id.desc())):
        if not _is_answered(duty):
            duty.reopen(by=by)


def _is_answered(duty: Assignment) -> bool:
    """Whether something completed since the duty was opened counts today."""
    since: Any = (
        Completion.select(Completion)
        .join(Revision, on=(Completion.revision == Revision.id))
        .where(
            Completion.course == duty.target,
            Completion.person == duty.person_id,
            Completion.stands(),
            Completion.recorded_at >= duty.opened_at,
            Revision.number >= _least_number(duty.target),
        )
    )
    today = duty.person.today()
    return any(row.is_valid(today) for row in since)


def _least_number(course_id: int) -> int:
    """The number of the text that is asked for today; a later one answers it as well."""
    material = Revision.material_at(course_id, clock.now())
    return material.number if material else 1
