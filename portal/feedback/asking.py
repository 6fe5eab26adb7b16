"""Asking for feedback: who asks whom about whom, and how far each of those asked is."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.lines import managers_above
from portal.people.models import Person

MAX_QUESTION_CHARS = 300
MOST_ASKED = 5
DUE_DAYS = 7
MINUTES = 5
# Sent once more within this time, the same words are a button that was pressed twice.
TWICE_HOURS = 24
DUTY = "feedback"
DECLINED, ENDED = "declined", "ended"
OVER = "No answer is needed any more."


class FeedbackRequest(db.Model):
    """Somebody asks up to five people about themselves, or about somebody they lead."""

    asker = peewee.ForeignKeyField(Person, backref="feedback_requests")
    about = peewee.ForeignKeyField(Person, backref="feedback_asked_about")
    question = peewee.CharField(max_length=MAX_QUESTION_CHARS)
    asked_at = db.UtcField()
    closed_at = db.UtcField(null=True)

    @property
    def url(self) -> str:
        return f"/feedback/requests/{self.id}"

    @property
    def is_own(self) -> bool:
        """Whether somebody asks about themselves."""
        return bool(self.asker_id == self.about_id)

    @property
    def is_wanted(self) -> bool:
        """Whether an answer still reaches those whom its form names: nobody closed it, both are
        here, and who asks about a report leads them still."""
        if self.closed_at or any(one.has_left(one.today()) for one in (self.asker, self.about)):
            return False
        return self.is_own or self.asker_id in managers_above(self.about_id, self.about.today())

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of requests with who asks and about whom, the newest first."""
        asker, about = Person.alias(), Person.alias()
        rows = query.select(cls, *Person.names(asker), *Person.names(about))
        rows = rows.join(asker, on=(cls.asker == asker.id), attr="asker").switch(cls)
        rows = rows.join(about, on=(cls.about == about.id), attr="about")
        return rows.order_by(cls.asked_at.desc(), cls.id.desc())

    @classmethod
    def ask(
        cls, about: Person, people: list[Person], question: str, *, by: Person
    ) -> "FeedbackRequest":
        """Each of them owes an answer, or a no, within a week."""
        with db.write():
            if twin := cls._twin(about, people, question, by):
                return twin
            feedback_request = cls.create(
                asker=by, about=about, question=question, asked_at=clock.now()
            )
            data = {"people": len(people)}
            audit.record(by, "asked", feedback_request, data=data)
            for person in people:
                FeedbackAsk.open(feedback_request, person, by=by)
        return feedback_request

    @classmethod
    def _twin(
        cls, about: Person, people: list[Person], question: str, by: Person
    ) -> "FeedbackRequest | None":
        """The same question to the same people, just asked and still open."""
        since = clock.now() - timedelta(hours=TWICE_HOURS)
        same = cls.select().where(
            cls.asker == by, cls.about == about, cls.question == question,
            cls.closed_at.is_null(), cls.asked_at > since,
        )  # fmt: skip
        wanted = {person.id for person in people}
        return next((one for one in same if {ask.person_id for ask in one.asks} == wanted), None)

    def close(self, *, by: Any) -> bool:
        """No answer is needed any more: what is still owed ends."""
        with db.write():
            now = clock.now()
            closed = (
                FeedbackRequest.update(closed_at=now)
                .where(FeedbackRequest.id == self.id, FeedbackRequest.closed_at.is_null())
                .execute()
            )
            if closed:
                self.closed_at = now
                audit.record(by, "closed", self)
                asks = FeedbackAsk.select().where(FeedbackAsk.request == self)
                for ask in FeedbackAsk.whole(asks):
                    ask.duty.settle(by=by, outcome=ENDED, reason=OVER)
        return bool(closed)

    @classmethod
    def unwanted(cls) -> "list[FeedbackRequest]":
        """Those for which somebody still owes an answer that is wanted no more: of leavers, and of
        those who no longer lead whom they asked about."""
        asked = FeedbackAsk.select(FeedbackAsk.request).join(
            Assignment, on=(FeedbackAsk.duty == Assignment.id)
        )
        waiting = asked.where(Assignment.is_open())
        rows = cls.whole(cls.select().where(cls.closed_at.is_null(), db.among(cls.id, waiting)))
        return [one for one in rows if not one.is_wanted]

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Let the question go, and the names out of the titles of its duties."""
        with db.write():
            asks = FeedbackAsk.select(FeedbackAsk.id).where(FeedbackAsk.request.in_(ids))
            Assignment.update(title="Give feedback").where(
                Assignment.kind == DUTY, db.among(Assignment.target, asks)
            ).execute()
            cls.update(question="").where(cls.id.in_(ids)).execute()


class FeedbackAsk(db.Model):
    """One of those who were asked. Whether they answered or said no stands in their duty alone."""

    request = peewee.ForeignKeyField(FeedbackRequest, backref="asks")
    person = peewee.ForeignKeyField(Person)
    # Set as soon as its own number is known: it is null for no longer than `open` takes.
    duty: Any = peewee.ForeignKeyField(Assignment, null=True)

    class Meta:
        indexes = ((("request", "person"), True),)

    @property
    def url(self) -> str:
        return f"/feedback/asked/{self.id}"

    @property
    def state(self) -> str:
        """`waiting`, `answered`, `declined` or `ended`."""
        if self.duty.settled_at is None:
            return "waiting"
        return {"done": "answered", DECLINED: DECLINED}.get(self.duty.outcome, ENDED)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of asks with their duty, who is asked, and the request with both its people."""
        asker, about, asked = Person.alias(), Person.alias(), Person.alias()
        names = [*Person.names(asker), *Person.names(about), *Person.names(asked)]
        rows = query.select(cls, Assignment, FeedbackRequest, *names)
        rows = rows.join(Assignment, on=(cls.duty == Assignment.id), attr="duty").switch(cls)
        rows = rows.join(asked, on=(cls.person == asked.id), attr="person").switch(cls)
        rows = rows.join(FeedbackRequest, on=(cls.request == FeedbackRequest.id), attr="request")
        rows = rows.join(asker, on=(FeedbackRequest.asker == asker.id), attr="asker")
        rows = rows.switch(FeedbackRequest)
        rows = rows.join(about, on=(FeedbackRequest.about == about.id), attr="about")
        return rows.order_by(cls.id)

    @classmethod
    def now(cls, duty: Assignment) -> "FeedbackAsk":
        """The one that this duty stands for, as it is at this moment: inside a write."""
        return cls.whole(cls.select().where(cls.duty == duty.id)).get()  # type: ignore[no-any-return]

    @classmethod
    def open(cls, request: FeedbackRequest, person: Person, *, by: Person) -> "FeedbackAsk":
        ask = cls.create(request=request, person=person)
        about = request.about
        words = (
            f"Give {about.called} feedback"
            if request.is_own
            else f"Give feedback on {about.called}"
        )
        ask.duty = Assignment.assign(
            kind=DUTY,
            target=ask.id,
            title=words,
            cause=Cause(DUTY, request.id),
            by=by,
            person=person,
            about=about,
            due_on=person.today() + timedelta(days=DUE_DAYS),
            zone=person.zone or "UTC",
            minutes=MINUTES,
        )
        ask.save()
        return ask

    def decline(self, *, by: Person) -> bool:
        """No, without a reason: whoever asked sees that, and asks somebody else."""
        return bool(self.duty.settle(by=by, outcome=DECLINED))

    def reconsider(self, *, by: Person) -> bool:
        """They answer after all, while an answer is still wanted."""
        with db.write():
            now = FeedbackAsk.now(self.duty)
            if now.state != DECLINED or not now.request.is_wanted:
                return False
            return bool(now.duty.reopen(by=by))

    def answer_is_gone(self, *, by: Person) -> None:
        """It was taken back: they owe one anew, where one is still wanted. In a write."""
        self.duty.reopen(by=by)
        if not self.request.is_wanted:
            self.duty.settle(by=by, outcome=ENDED, reason=OVER)

    def answer_is_back(self, *, by: Person) -> None:
        """It stands after all. In a write."""
        if self.state == ENDED:
            self.duty.reopen(by=by)
        self.duty.settle(by=by)
