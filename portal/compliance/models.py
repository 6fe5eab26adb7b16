"""Requirements: what an audience has to do, in which rhythm, and who was meant from when to when.

Terms and coverages are history: a row never changes except that a later one supersedes it, so what
held on a day, as known at any moment, can be read for ever.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.compliance.needs import Moment, RequirementKind, kinds
from portal.compliance.schedule import COMPLETION, Rhythm
from portal.compliance.spans import Span
from portal.people.models import Person
from portal.people.org import Company

CAUSE = "requirement"
A_DAY = timedelta(days=1)


class Requirement(db.Model):
    """That something is required: one thing, of one audience. What exactly stands in its terms.

    `source` tells who keeps it: "" for HR on its page, or the kind whose own text says it (a
    policy names its audience in its front matter).
    """

    kind = peewee.CharField(max_length=30)
    target = peewee.BigIntegerField()
    source = peewee.CharField(max_length=30, default="")
    created_at = db.UtcField()
    # Everyone is to be looked at anew: its terms changed, or what it asks.
    is_stale = peewee.BooleanField(default=True)
    checked_on = peewee.DateField(null=True)
    # When everyone was last begun to be looked at, and was to the end.
    followed_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("kind", "target"), False),)

    @property
    def kind_of(self) -> RequirementKind:
        return kinds[self.kind]

    @property
    def title(self) -> str:
        return self.kind_of.title_of(self.target)

    @property
    def is_in_force(self) -> bool:
        """Whether what it asks can be done now: what was retired is asked of nobody."""
        return self.target in dict(self.kind_of.targets())

    @classmethod
    def of(cls, kind: str, target: int, source: str) -> "Requirement | None":
        """The one that a text keeps for itself."""
        return cls.get_or_none((cls.kind == kind) & (cls.target == target) & (cls.source == source))

    def terms(self) -> "Terms | None":
        """What it asks now; None once it has ended."""
        return self.terms_at(None)

    def terms_at(self, on: date | None, known_at: datetime | None = None) -> "Terms | None":
        """What it asked on a day (None: now and from now on), as known now or at a moment."""
        mine = (Terms.requirement == self) & Terms.is_known(known_at)
        held = Terms.holds_until.is_null() if on is None else Terms.is_held(on)
        return Terms.select().where(mine, held).first()  # type: ignore[no-any-return]

    def last_terms(self) -> "Terms | None":
        """The present terms, or those it ended with."""
        known = Terms.select().where(Terms.requirement == self, Terms.is_known())
        return known.order_by(Terms.holds_from.desc()).first()  # type: ignore[no-any-return]

    def asked_on(self, moment: Moment) -> date | None:
        """Since when it is asked as it is: its own beginning, or that of what it asks.

        None where that is not in force.
        """
        terms = self.terms_at(moment.on, moment.known_at)
        since = self.kind_of.since(self.target, moment)
        return max(terms.starts_on, since) if terms and since else None

    @classmethod
    def set(
        cls,
        *,
        kind: str,
        target: int,
        audience: str,
        rhythm: Rhythm,
        starts_on: date,
        by: Any,
        source: str = "",
    ) -> "Requirement":
        """Require it from a day on; where a text keeps it already, by these terms from today."""
        with db.write():
            requirement = cls.of(kind, target, source) if source else None
            if requirement is None:
                requirement = cls.create(
                    kind=kind, target=target, source=source, created_at=clock.now()
                )
                audit.record(by, "set", requirement, data={"kind": kind, "target": target})
            requirement.change(audience=audience, rhythm=rhythm, starts_on=starts_on, by=by)
        return requirement

    def change(self, *, audience: str, rhythm: Rhythm, starts_on: date, by: Any) -> bool:
        """Other terms from today on; what was asked until yesterday stays as it was.

        False when they are the same. Everyone is looked at anew in any case: what is asked may have
        changed though the terms have not.
        """
        values = {"audience": audience, "starts_on": starts_on, **rhythm.__dict__}
        with db.write():
            self._look_again()
            today = clock.today(Company.settings().zone)
            # What ended goes on first, so that its terms follow each other without overlapping.
            resumed = self.resume(by=by)
            before = self.terms()
            if before is not None and before.says(values):
                return resumed
            holds_from, audience_from = self.would_hold(audience, starts_on, today)
            self._close(holds_from - A_DAY, by=by)
            Terms.put(self, values, by=by, holds_from=holds_from, audience_from=audience_from)
        return True

    def end(self, on: date, *, by: Any) -> bool:
        """Not required any more after that day; what it opened ends. False when it has ended."""
        with db.write():
            if self.terms() is None:
                return False
            self._close(on, by=by)
            self._look_again()
            audit.record(by, "ended", self, data={"on": on})
        return True

    def would_hold(self, audience: str, starts_on: date, today: date) -> tuple[date, date]:
        """From which day other terms would hold, and since when the audience would be this one.

        What has not begun to be asked is put off, or brought forward, as a whole.
        """
        now = self.terms_at(today)
        if now is None or now.starts_on > today:
            return min(today, starts_on), starts_on
        holds_from = max(today, starts_on)
        before = self.terms_at(holds_from)
        is_same = before is not None and before.audience == audience
        return holds_from, before.audience_from if before and is_same else holds_from

    def _close(self, on: date, *, by: Any) -> None:
        """Nothing that was said holds after that day: neither what holds now nor what was to."""
        reaches = Terms.holds_until.is_null() | (Terms.holds_until > on)
        known = Terms.select().where(Terms.requirement == self, Terms.is_known(), reaches)
        for terms in list(known.order_by(Terms.holds_from)):
            terms.close(on, by=by)

    def resume(self, *, by: Any) -> bool:
        """Required again as it was last, from today on. False while it is required.

        Where it ended only today or yesterday it was never not required.
        """
        with db.write():
            last, today = self.last_terms(), clock.today(Company.settings().zone)
            if last is None or last.holds_until is None:
                return False
            goes_on = last.holds_until >= today - A_DAY
            if goes_on:
                Terms.update(superseded_at=clock.now()).where(Terms.id == last.id).execute()
            Terms.put(
                self,
                {name: getattr(last, name) for name in Terms.SAID},
                by=by,
                holds_from=last.holds_from if goes_on else today,
                audience_from=last.audience_from if goes_on else today,
            )
            self._look_again()
            audit.record(by, "resumed", self)
        return True

    def _look_again(self) -> None:
        Requirement.update(is_stale=True).where(Requirement.id == self.id).execute()
        self.is_stale = True


class Terms(db.Model):
    """What a requirement asked between two days; the present terms have no last one.

    Whoever was meant by the audience before `starts_on` is asked from then on. `audience_from` is
    the day since which the audience is this one.
    """

    requirement = peewee.ForeignKeyField(Requirement, backref="history")
    audience = peewee.CharField(max_length=500, default="everyone")
    every_months = peewee.IntegerField(default=0)
    counted_from = peewee.CharField(max_length=10, default=COMPLETION)
    fixed_on = peewee.DateField(null=True)
    first_days = peewee.IntegerField(default=14)
    joiner_days = peewee.IntegerField(default=14)
    lead_days = peewee.IntegerField(default=30)
    grace_days = peewee.IntegerField(default=0)
    starts_on = peewee.DateField()
    audience_from = peewee.DateField()
    holds_from = peewee.DateField()
    holds_until = peewee.DateField(null=True)
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    RHYTHM = (
        "every_months", "counted_from", "fixed_on", "first_days", "joiner_days", "lead_days",
        "grace_days",
    )  # fmt: skip
    SAID = ("audience", "starts_on", *RHYTHM)

    class Meta:
        indexes = ((("requirement", "superseded_at"), False),)

    @classmethod
    def is_known(cls, known_at: datetime | None = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        return db.is_known(cls, known_at)

    @classmethod
    def is_held(cls, on: date) -> Any:
        """In force on that day."""
        return (cls.holds_from <= on) & (cls.holds_until.is_null() | (cls.holds_until >= on))

    @classmethod
    def put(cls, requirement: Requirement, values: dict[str, Any], **more: Any) -> "Terms":
        """A new row, known from now on, with its event. Call it inside a write."""
        by = more.pop("by")
        terms = cls.create(
            requirement=requirement, recorded_at=clock.now(), recorded_by=by, **values, **more
        )
        audit.record(by, "set", terms, data={"record": terms.record} | terms.bound)
        return terms

    def close(self, on: date, *, by: Any) -> None:
        """They held until that day: this row is superseded by one that says so.

        Terms that never came to hold leave nothing behind.
        """
        Terms.update(superseded_at=clock.now()).where(Terms.id == self.id).execute()
        if self.holds_from <= on:
            kept = {name: getattr(self, name) for name in self.SAID}
            more = {"holds_from": self.holds_from, "audience_from": self.audience_from}
            Terms.put(self.requirement, kept, by=by, holds_until=on, **more)

    def says(self, values: dict[str, Any]) -> bool:
        """Whether it would ask the very same."""
        return all(getattr(self, name) == value for name, value in values.items())

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(**{name: getattr(self, name) for name in self.RHYTHM})

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids, dates and words of the portal."""
        names = (*self.SAID, "audience_from", "holds_from", "holds_until", "recorded_at")
        said = {name: getattr(self, name) for name in names}
        return {"id": self.id, "requirement": self.requirement_id} | said

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


class Exemption(db.Model):
    """That somebody need not do it: until a day, or never (None). Taken back by superseding."""

    requirement = peewee.ForeignKeyField(Requirement, backref="exemptions")
    person = peewee.ForeignKeyField(Person)
    since = peewee.DateField()
    until = peewee.DateField(null=True)
    reason = peewee.CharField(max_length=300, default="")
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("requirement", "person"), False), (("person", "superseded_at"), False))

    @classmethod
    def is_known(cls, known_at: datetime | None = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        return db.is_known(cls, known_at)

    @classmethod
    def of(cls, requirement: Requirement, people: Collection[int] | None, on: date) -> set[int]:
        """Ids of those who need not do it that day, of these people or of everyone."""
        covers = (cls.since <= on) & (cls.until.is_null() | (cls.until >= on))
        rows: Any = cls.select(cls.person).where(cls.requirement == requirement, covers)
        rows = rows.where(cls.is_known())
        if people is not None:
            rows = rows.where(cls.person.in_(list(people)))
        return {person for (person,) in rows.tuples()}

    @classmethod
    def ended(
        cls, requirement: Requirement, people: Collection[int] | None, on: date
    ) -> dict[int, date]:
        """The last excused day of those whose exemption is over, of these people or of everyone."""
        rows: Any = cls.select(cls.person, peewee.fn.MAX(cls.until)).where(
            cls.requirement == requirement, cls.is_known(), cls.until < on
        )
        if people is not None:
            rows = rows.where(cls.person.in_(list(people)))
        return dict(rows.group_by(cls.person).tuples())

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids and dates, and no reason."""
        return {
            "id": self.id,
            "requirement": self.requirement_id,
            "person": self.person_id,
            "since": self.since,
            "until": self.until,
            "recorded_at": self.recorded_at,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


class Coverage(db.Model):
    """That a person was meant by a requirement from one day to another, and since when we know.

    The lower half is where the person stands *now*: worked out from the facts by `following`, so
    that calendars, forecasts and figures are read off an index. Nothing about the past reads it.
    """

    requirement = peewee.ForeignKeyField(Requirement, backref="coverages")
    person = peewee.ForeignKeyField(Person)
    since = peewee.DateField()
    until = peewee.DateField(null=True)
    # The hire or the move by which they came to be meant, before the requirement was made or after.
    event_on = peewee.DateField()
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    done_on = peewee.DateField(null=True)
    ref = peewee.CharField(max_length=60, default="")
    opens_on = peewee.DateField(null=True)
    due_on = peewee.DateField(null=True)
    late_on = peewee.DateField(null=True)
    # The day for which a duty was opened: once for each turn.
    opened_for = peewee.DateField(null=True)

    class Meta:
        indexes = (
            (("requirement", "superseded_at", "due_on"), False),
            # How much each person owes is counted from the index alone.
            (("superseded_at", "person", "until", "since"), False),
            (("superseded_at", "due_on"), False),
            (("superseded_at", "opens_on"), False),
        )

    @classmethod
    def is_known(cls, known_at: datetime | None = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        return db.is_known(cls, known_at)

    @classmethod
    def is_on(cls, on: date) -> Any:
        """Whether the person is meant that day."""
        return (cls.since <= on) & (cls.until.is_null() | (cls.until >= on))

    @classmethod
    def is_ahead(cls, on: date) -> Any:
        """Meant that day or later: a joiner is before the first one."""
        return cls.until.is_null() | (cls.until >= on)

    @classmethod
    def has_turn(cls) -> Any:
        """Something is said to be owed or to come."""
        return cls.due_on.is_null(False) | cls.opened_for.is_null(False)

    @property
    def span(self) -> Span:
        return Span(self.since, self.until, self.event_on)

    @classmethod
    def record_span(
        cls, requirement: Requirement, person_id: int, span: Span, before: "Coverage | None"
    ) -> "Coverage":
        """A new row, known from now on; a duty opened under `before` stays the one it has."""
        coverage = cls.create(
            requirement=requirement,
            person=person_id,
            since=span.since,
            until=span.until,
            event_on=span.event_on,
            recorded_at=clock.now(),
            opened_for=before.opened_for if before else None,
        )
        audit.record(
            None,
            "recorded",
            coverage,
            about=Person(id=person_id),
            data={"record": coverage.record} | coverage.bound,
        )
        return coverage

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids and dates."""
        return {
            "id": self.id,
            "requirement": self.requirement_id,
            "person": self.person_id,
            "since": self.since,
            "until": self.until,
            "event_on": self.event_on,
            "recorded_at": self.recorded_at,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


GUARDS = [
    db.partial_unique(
        "coverage", "requirement_id, person_id", "superseded_at IS NULL AND until IS NULL"
    ),
    db.partial_unique("terms", "requirement_id", "superseded_at IS NULL AND holds_until IS NULL"),
    db.only_superseded(
        "terms",
        (
            "requirement_id", *Terms.SAID, "audience_from", "holds_from", "holds_until",
            "recorded_at", "recorded_by_id",
        ),
        "terms are only superseded",
    ),
    # Why somebody was excused may be erased.
    db.only_superseded(
        "exemption",
        ("requirement_id", "person_id", "since", "until", "recorded_at", "recorded_by_id"),
        "an exemption is only superseded",
    ),
]  # fmt: skip
