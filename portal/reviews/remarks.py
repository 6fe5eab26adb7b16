"""What is said after a form was sent: the person's reply, and what an author adds instead of
changing what they wrote."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.reviews.models import Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import REPLY, SELF

ANSWER, ADDENDUM = "reply", "addendum"
MAX_CHARS = 4_000
REPLY_DAYS = 14
MOST_ADDENDA = 20


class TooLate(Exception):
    """It is not the time for it: not released yet, over, or another's to write."""


class Remark(db.Model):
    """A reply to a review, or what was added to one form of it by its author; never changed.

    `lead` is who reviewed the person when it was said: they keep reading what was said to them.
    """

    review = peewee.ForeignKeyField(Review, backref="remarks")
    part = peewee.ForeignKeyField(ReviewPart, null=True)
    author = peewee.ForeignKeyField(Person)
    lead = peewee.ForeignKeyField(Person, null=True)
    sort = peewee.CharField(max_length=10)
    words = peewee.TextField()
    at = db.UtcField()

    @classmethod
    def of(cls, review: Review) -> "list[Remark]":
        """All of one review in their order, with their authors."""
        rows = cls.select(cls, *Person.names(Person)).join(
            Person, on=(cls.author == Person.id), attr="author"
        )
        return list(rows.where(cls.review == review).order_by(cls.id))

    @classmethod
    def replied_in(cls, reviews: list[int]) -> set[int]:
        """Ids of those among them whose person has replied."""
        rows = cls.select(cls.review).where(cls.review.in_(reviews), cls.sort == ANSWER)
        return {review for (review,) in rows.tuples()}

    @property
    def is_reply(self) -> bool:
        return bool(self.sort == ANSWER)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def reply(cls, review: Review, words: str, *, by: Person) -> "Remark | None":
        """What the person answers, once. None when they have. Raises TooLate."""
        with db.write():
            fresh = Review.get_by_id(review.id)
            if by.id != fresh.person_id or not may_reply(fresh):
                raise TooLate
            if cls.select().where(cls.review == review, cls.sort == ANSWER).exists():
                return None
            return cls._say(fresh, ANSWER, None, words, by)

    @classmethod
    def add(cls, part: ReviewPart, words: str, *, by: Person) -> "Remark | None":
        """What an author adds to what they wrote. None for the same words again. Raises TooLate."""
        with db.write():
            part = ReviewPart.get_by_id(part.id)
            review = Review.get_by_id(part.review_id)
            above = managers_above(review.person_id, by.today())
            is_theirs = by.id == review.person_id or by.id in above
            if by.id != part.author_id or not is_theirs or not may_add_to(part, review):
                raise TooLate
            before = cls.select().where(cls.part == part).order_by(cls.id.desc())
            last = before.first()
            if last is not None and last.words == words:
                return None
            if before.count() >= MOST_ADDENDA:
                raise TooLate
            return cls._say(review, ADDENDUM, part, words, by)

    @classmethod
    def _say(
        cls, review: Review, sort: str, part: ReviewPart | None, words: str, by: Person
    ) -> "Remark":
        remark = cls.create(
            review=review, part=part, author=by, lead=review.lead_id, sort=sort, words=words,
            at=clock.now(),
        )  # fmt: skip
        about = Person(id=review.person_id)
        audit.record(by, "given", remark, about=about, data={"review": review.id, "sort": sort})
        return remark  # type: ignore[no-any-return]

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Their words go; that something was said, by whom and when, stays."""
        with db.write():
            cls.update(words="").where(cls.id.in_(ids)).execute()


def may_reply(review: Review) -> bool:
    """From the release until the step “reply” has closed; without one, as long as the cycle. Who
    was late with a review takes nobody’s reply: there are always some days for it."""
    if review.released_at is None or review.skipped_at:
        return False
    step = review.cycle.phase(REPLY)
    is_open = step.closed_at is None if step else review.cycle.ended_at is None
    return is_open or clock.now() - review.released_at < timedelta(days=REPLY_DAYS)


def may_add_to(part: ReviewPart, review: Review) -> bool:
    """Once it is sent for good, by whoever still has it: the person, or who reviews them now."""
    submission = part.submission
    if submission.submitted_at is None or submission.may_be_taken_back or submission.purged_at:
        return False
    if part.replaced_at or review.skipped_at:
        return False
    return part.phase.name == SELF or part.author_id == review.lead_id


_KEPT = ("review_id", "part_id", "author_id", "lead_id", "sort", "at")
_REFUSAL = "what was said is not changed"


def _changes(differs: str) -> str:
    kept = [f"OLD.{name} {differs} NEW.{name}" for name in _KEPT]
    # Words may go, and never become others.
    return " OR ".join([*kept, f"(OLD.words {differs} NEW.words AND NEW.words <> '')"])


def _guard() -> Any:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    return db.Guard(
        "remark",
        "remark_is_append_only",
        sqlite=(
            "DROP TRIGGER IF EXISTS remark_no_update",
            f"CREATE TRIGGER remark_no_update BEFORE UPDATE ON remark WHEN {_changes('IS NOT')} "
            f"{refuse}",
            "DROP TRIGGER IF EXISTS remark_no_delete",
            f"CREATE TRIGGER remark_no_delete BEFORE DELETE ON remark {refuse}",
        ),
        postgres=(
            "CREATE OR REPLACE FUNCTION refuse_remark_change() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
            "DROP TRIGGER IF EXISTS remark_no_update ON remark",
            "CREATE TRIGGER remark_no_update BEFORE UPDATE ON remark FOR EACH ROW "
            f"WHEN ({_changes('IS DISTINCT FROM')}) EXECUTE FUNCTION refuse_remark_change()",
            "DROP TRIGGER IF EXISTS remark_no_delete ON remark",
            "CREATE TRIGGER remark_no_delete BEFORE DELETE ON remark "
            "FOR EACH ROW EXECUTE FUNCTION refuse_remark_change()",
        ),
    )


GUARDS = [_guard(), db.partial_unique("remark", "review_id", "sort = 'reply'")]
