"""What is said while an improvement plan runs, and how it ended: each word once, never changed."""

from datetime import date, timedelta

import peewee

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.reviews.improvement import (
    CHECK,
    DECIDE,
    NEWS,
    Improvement,
    ImprovementCheck,
    duties,
    is_in_charge,
)
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import CAUSE

PERSON, LEAD = "person", "lead"
# How it goes, as either says it, with the kind of a badge.
STATES = {"on": ("On track", "good"), "partly": ("Partly there", "warn"), "off": ("Not yet", "bad")}
MET, EXTENDED, NOT_MET = "met", "extended", "not_met"
OUTCOMES = {MET: "Met", EXTENDED: "Extended", NOT_MET: "Not met"}
MAX_WORDS = 2_000
MOST_WORDS = 200
# So long after it was decided one can still answer.
ANSWER_DAYS = 30
NEWS_DAYS, NEWS_MINUTES = 7, 2


class TooLate(Exception):
    """It is not theirs to say, not yet or not any more."""


class Changed(Exception):
    """Somebody else has decided meanwhile: it is read before another word is added."""


class ImprovementWord(db.Model):
    """What one of the two sides said: at a check-in with a `state`, or in between without one."""

    plan = peewee.ForeignKeyField(Improvement, backref="words_said")
    check_in = peewee.ForeignKeyField(ImprovementCheck, null=True)
    author = peewee.ForeignKeyField(Person)
    side = peewee.CharField(max_length=10)
    state = peewee.CharField(max_length=10, default="")
    words = peewee.TextField()
    at = db.UtcField()

    @classmethod
    def of(cls, plan: Improvement) -> "list[ImprovementWord]":
        """All of one plan in their order, with their authors."""
        rows = cls.select(cls, *Person.names(Person)).join(
            Person, on=(cls.author == Person.id), attr="author"
        )
        return list(rows.where(cls.plan == plan).order_by(cls.id))

    @classmethod
    def authors_at(cls, check_in: ImprovementCheck) -> set[int]:
        """Ids of those who have said how it goes at that check-in."""
        rows = cls.select(cls.author).where(cls.check_in == check_in).tuples()
        return {author for (author,) in rows}

    @property
    def state_words(self) -> str:
        return STATES[self.state][0] if self.state else ""

    @property
    def badge(self) -> str:
        return STATES[self.state][1] if self.state else ""

    @classmethod
    def say(
        cls,
        plan: Improvement,
        words: str,
        *,
        by: Person,
        check_in: ImprovementCheck | None = None,
        state: str = "",
    ) -> "ImprovementWord | None":
        """One side says how it goes, or answers. None for the same words again. Raises TooLate."""
        with db.write():
            plan = fresh(plan)
            side = side_of(by, plan.review)
            if not side or not may_say(plan):
                raise TooLate
            before = cls.select().where(cls.plan == plan, cls.author == by).order_by(cls.id.desc())
            last = before.first()
            check_id = check_in.id if check_in else None
            if last and (last.words, last.state, last.check_in_id) == (words, state, check_id):
                return None
            if before.count() >= MOST_WORDS:
                raise TooLate
            said = cls.create(
                plan=plan, check_in=check_in, author=by, side=side, state=state, words=words,
                at=clock.now(),
            )  # fmt: skip
            plan.said(by, "answered" if check_in is None else "checked_in")
            if check_in is not None:
                _settle(check_in, side, plan.review.person_id, by)
        return said  # type: ignore[no-any-return]

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """The words go; that something was said, by whom and when, stays."""
        with db.write():
            cls.update(words="", state="").where(cls.id.in_(ids)).execute()


class ImprovementOutcome(db.Model):
    """How it ended, with the reason. What was decided is never taken back: a new word follows it,
    and the last one counts. `read_at`: the person has read it."""

    plan = peewee.ForeignKeyField(Improvement, backref="outcomes")
    sort = peewee.CharField(max_length=10)
    until = peewee.DateField(null=True)
    words = peewee.TextField()
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
    read_at = db.UtcField(null=True)

    @classmethod
    def of(cls, plan: Improvement) -> "list[ImprovementOutcome]":
        """All of one plan, the last one first, with who decided."""
        rows = cls.select(cls, *Person.names(Person)).join(
            Person, on=(cls.by == Person.id), attr="by"
        )
        return list(rows.where(cls.plan == plan).order_by(cls.id.desc()))

    @property
    def label(self) -> str:
        return OUTCOMES[self.sort] if self.sort else "Decided"

    @classmethod
    def decide(
        cls,
        plan: Improvement,
        sort: str,
        words: str,
        until: date | None,
        *,
        after: int,
        by: Person,
    ) -> "ImprovementOutcome":
        """How it ended, or until when it goes on. `after` is the number of the word before, 0 for
        none. The same once more is that one. Raises TooLate, or Changed."""
        until = until if sort == EXTENDED else None
        with db.write():
            plan = fresh(plan)
            if not may_decide(plan) or not is_in_charge(by, plan.review.person_id):
                raise TooLate
            last = cls.select().where(cls.plan == plan).order_by(cls.id.desc()).first()
            same = (sort, until, words, by.id)
            if last and (last.sort, last.until, last.words, last.by_id) == same:
                return last  # type: ignore[no-any-return]
            if (last.id if last else 0) != after:
                raise Changed
            made = cls.create(plan=plan, sort=sort, until=until, words=words, by=by, at=clock.now())
            _follow(plan, made, by)
            plan.said(by, "decided")
            _tell(plan, by)
        return made  # type: ignore[no-any-return]

    def mark_read(self, *, by: Person) -> bool:
        """The person has read it. False when they had, or another word has followed."""
        with db.write():
            plan = fresh(self.plan)
            last = ImprovementOutcome.select(peewee.fn.MAX(ImprovementOutcome.id))
            newest = last.where(ImprovementOutcome.plan == plan).scalar()
            if by.id != plan.review.person_id or newest != self.id:
                return False
            this = ImprovementOutcome.id == self.id, ImprovementOutcome.read_at.is_null()
            if not ImprovementOutcome.update(read_at=clock.now()).where(*this).execute():
                return False
            plan.said(by, "read")
            Assignment.settle_all(NEWS, plan.id, by=by)
        return True

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """The reasons go; that it was decided, by whom and when, stays."""
        with db.write():
            cls.update(words="", sort="").where(cls.id.in_(ids)).execute()


def fresh(plan: Improvement) -> Improvement:
    """The plan with its review as they stand now."""
    return Improvement.whole(Improvement.select()).where(Improvement.id == plan.id).get()  # type: ignore[no-any-return]


def side_of(by: Person, review: Review) -> str:
    """Whether they are the person, or above them today; empty for anybody else."""
    if by.id == review.person_id:
        return PERSON
    return LEAD if by.id in managers_above(review.person_id, by.today()) else ""


def may_say(plan: Improvement) -> bool:
    """As long as it runs, and some weeks after it was decided, or HR ended it."""
    if plan.review.released_at is None or plan.review.skipped_at:
        return False
    over = plan.closed_at or plan.review.cycle.ended_at
    return over is None or clock.now() - over < timedelta(days=ANSWER_DAYS)


def may_decide(plan: Improvement) -> bool:
    """Once the person reads it: now, and once more later where it was decided wrongly. What HR has
    ended without a decision nobody takes up again, nor what another plan has followed."""
    is_ended = plan.closed_at is None and plan.review.cycle.ended_at is not None
    if plan.closed_at and Improvement.open_of(plan.review.person):
        return False
    return plan.review.released_at is not None and not plan.review.skipped_at and not is_ended


def _settle(check: ImprovementCheck, side: str, person_id: int, by: Person) -> None:
    for duty in duties(CHECK, check.id):
        if (duty.person_id == person_id) == (side == PERSON):
            duty.settle(by=by)


def _follow(plan: Improvement, made: ImprovementOutcome, by: Person) -> None:
    """What it means for the days: more of them, or none any more."""
    for duty in duties(DECIDE, plan.id):
        duty.settle(by=by)
    this = Improvement.update(closed_at=clock.now()).where(Improvement.id == plan.id)
    if made.sort == EXTENDED:
        Improvement.update(ends_on=made.until, closed_at=None).where(
            Improvement.id == plan.id
        ).execute()
        Cycle.update(ended_at=None, end_reason="").where(Cycle.id == plan.review.cycle_id).execute()
        plan.ends_on = made.until
        said = ImprovementWord.select(ImprovementWord.check_in).where(
            ImprovementWord.plan == plan, ImprovementWord.check_in.is_null(False)
        )
        ImprovementCheck.delete().where(
            ImprovementCheck.plan == plan,
            ImprovementCheck.asked_at.is_null(),
            ImprovementCheck.due_on >= made.until,
            ImprovementCheck.id.not_in(said),
        ).execute()
        last = max((one.due_on for one in plan.checks()), default=clock.today())
        plan.add_checks(max(last, clock.today()))
        return
    this.execute()
    for check in plan.checks():
        for duty in duties(CHECK, check.id):
            duty.settle(by=by, outcome="ended")


def _tell(plan: Improvement, by: Person) -> None:
    """On the person's Today, without a word of how it ended."""
    person = plan.review.person
    Assignment.assign(
        kind=NEWS,
        target=plan.id,
        title="Read what was decided: your improvement plan",
        cause=Cause(CAUSE, plan.review_id),
        by=by,
        person=person,
        about=person,
        due_on=clock.today() + timedelta(days=NEWS_DAYS),
        zone=person.zone or "UTC",
        minutes=NEWS_MINUTES,
    )


def _guard(table: str, kept: tuple[str, ...], wiped: tuple[str, ...]) -> db.Guard:
    """Rows stay: `kept` never changes, what is `wiped` becomes empty and nothing else."""

    def changes(differs: str) -> str:
        rows = [f"OLD.{name} {differs} NEW.{name}" for name in kept]
        rows += [f"(OLD.{name} {differs} NEW.{name} AND NEW.{name} <> '')" for name in wiped]
        return " OR ".join(rows)

    said = "what was said is not changed"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
    drops = tuple(f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete"))
    function = f"EXECUTE FUNCTION refuse_{table}_change()"
    return db.Guard(
        table,
        f"{table}_is_append_only",
        sqlite=(
            *drops,
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN {changes('IS NOT')} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ),
        postgres=(
            f"CREATE OR REPLACE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$",
            *(f"{drop} ON {table}" for drop in drops),
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({changes('IS DISTINCT FROM')}) {function}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {function}",
        ),
    )


GUARDS = [
    _guard(
        "improvement_word",
        ("plan_id", "check_in_id", "author_id", "side", "at"),
        ("words", "state"),
    ),
    _guard("improvement_outcome", ("plan_id", "until", "by_id", "at"), ("words", "sort")),
]
