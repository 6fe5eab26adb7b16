"""How somebody comes to have a form: a plan, a review or HR gives it to them."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.questionnaires import anchors, ratings
from portal.questionnaires.keeping import FORM
from portal.questionnaires.withdrawing import SENDING


class Opening:
    """The part of a submission that comes before anything is written."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def open(
        cls: Any,
        revision: Revision,
        person: Person,
        about: Person,
        *,
        by: Any,
        cause: Cause | None = None,
        due_on: date | None = None,
        minutes: int | None = None,
        readers: tuple[str, ...] | None = None,
        level: str | None = None,
    ) -> Assignment:
        """A form to fill, with the duty to do it. The same one that is still open is that one.

        Without a `cause` somebody has sent it by hand. `readers`: who reads it once it is sent,
        where that is not for the form to say; `level`: whose rows of ratings it shows, where that
        is not the level of today.
        """
        with db.write():
            submission = cls._same(revision, person, about)
            submission = submission or cls._new(revision, person, about, by, readers, level)
            return Assignment.assign(
                kind=FORM,
                target=submission.id,
                title=submission.duty_title(person),
                cause=cause or Cause(SENDING, submission.id),
                by=by,
                person=person,
                about=about,
                due_on=due_on,
                zone=person.zone or "UTC",
                minutes=minutes or submission.structure.get("minutes"),
            )

    @classmethod
    def send(
        cls: Any,
        document: Document,
        people: list[Person],
        about: Person | None,
        *,
        due_on: date | None,
        by: Person,
    ) -> int:
        """Give a form out by hand, about one person or each about themselves.

        Returns the id of the first, by which all of them can be taken back.
        """
        revision = document.current
        assert revision is not None
        with db.write():
            cause = None
            for person in people:
                subject = about or person
                duty = cls.open(revision, person, subject, by=by, cause=cause, due_on=due_on)
                cause = cause or Cause(SENDING, duty.target)
        assert cause is not None
        return cause.ref

    @classmethod
    def _same(cls: Any, revision: Revision, person: Person, about: Person) -> Any:
        """The one still to be filled, of any revision of this form."""
        siblings = Revision.select(Revision.id).where(Revision.document == revision.document_id)
        owed = Assignment.select(Assignment.target).where(
            Assignment.kind == FORM, Assignment.person == person, Assignment.is_open()
        )
        return (
            cls.select()
            .where(cls.person == person, cls.about == about, cls.submitted_at.is_null())
            .where(cls.withdrawn_at.is_null(), db.among(cls.revision, siblings))
            .where(db.among(cls.id, owed))
            .first()
        )

    @classmethod
    def _new(
        cls: Any,
        revision: Revision,
        person: Person,
        about: Person,
        by: Any,
        readers: tuple[str, ...] | None = None,
        level: str | None = None,
    ) -> Any:
        structure = revision.parsed
        named = structure.get("readers", ()) if readers is None else readers
        if level is None:
            position = about.position()
            level = position.level if position else ""
        submission = cls.create(
            revision=revision,
            person=person,
            about=about,
            readers=" ".join(named),
            shown=json.dumps(_shown(structure, level), ensure_ascii=False),
            opened_at=clock.now(),
            opened_by=by,
        )
        audit.record(by, "opened", submission, **submission.said)
        return submission

    def duty_title(self, person: Person) -> str:
        """What Today calls it: with the person concerned, unless that is whose Today it is."""
        if person.id == self.about_id:
            return self.title
        return f"{self.title} — {self.about.called}"[:320]


def _shown(structure: dict[str, Any], level: str) -> dict[str, Any]:
    """The rows of ratings that are kept elsewhere, as they are today for somebody on `level`."""
    asked = [question for section in structure["sections"] for question in section["questions"]]
    found = {}
    for question in asked:
        if source := question.get("source"):
            shown = anchors.shown(source["name"], source["slug"], level)
            found[question["key"]] = {
                "rows": ratings.to_rows(list(shown.rows)),
                "note": shown.note,
            }
    return found
