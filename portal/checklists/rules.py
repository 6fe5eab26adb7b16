"""Automation rules: when something happens to an audience, a plan is proposed or started."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.checklists import happenings
from portal.checklists.happenings import EVENTS, Happening
from portal.documents.models import Document
from portal.people import audience
from portal.people.models import Person

ACTIONS = {"propose": "Ask HR whether to start it", "start": "Start it at once"}
MAX_OFFSET_DAYS = 180


class Rule(db.Model):
    """What HR said once: on this event, for these people, this plan. Off until switched on."""

    event = peewee.CharField(max_length=12)
    audience = peewee.CharField(max_length=500, default="")
    plan = peewee.ForeignKeyField(Document)
    action = peewee.CharField(max_length=8)
    offset_days = peewee.IntegerField(default=0)
    on_from = peewee.DateField(null=True)
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    removed_at = db.UtcField(null=True)

    @classmethod
    def kept(cls) -> Any:
        """Rules that were not removed, each with its plan, by event."""
        return (
            cls.select(cls, Document)
            .join(Document)
            .where(cls.removed_at.is_null())
            .order_by(cls.event, cls.id)
        )

    @classmethod
    def with_plan(cls) -> Any:
        """Rules with their plans, the removed ones too."""
        return cls.select(cls, Document).join(Document)

    @property
    def is_on(self) -> bool:
        return self.on_from is not None and self.removed_at is None

    @property
    def sentence(self) -> str:
        """`When somebody of department = Engineering is hired, start “…” 14 days before the first
        day.`"""
        happens, day = EVENTS[self.event]
        rule = str(audience.parse(self.audience or "everyone"))
        who = "somebody" if rule == "everyone" else f"somebody with {rule}"
        does = "start" if self.action == "start" else "ask HR whether to start"
        return f"When {who} {happens}, {does} “{self.plan.title}” {self._when(day)}."

    def _when(self, day: str) -> str:
        if not self.offset_days:
            return f"on {day}"
        span = text.count(abs(self.offset_days), "day")
        return f"{span} {'before' if self.offset_days < 0 else 'after'} {day}"

    @property
    def trouble(self) -> str:
        """Why it does nothing although it is on; empty when it would."""
        if self.plan.retired_at:
            return "Its plan is retired, so it starts nothing until the plan is in force again."
        return ""

    def acts_on(self, happening: Happening) -> date:
        """The day on which the rule acts for it."""
        return happening.on + timedelta(days=self.offset_days)

    def hits(self, first: date, last: date) -> list[Happening]:
        """Whom it hits with what happens on these days."""
        rule = audience.parse(self.audience or "everyone")
        return happenings.matching(rule, happenings.between(self.event, first, last))

    def starts_for(self, person: Person) -> bool:
        """Whether it starts the plan by itself. For whoever wrote it another in HR decides."""
        return bool(self.action == "start" and self.created_by_id != person.id)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def write(
        cls, *, by: Person, event: str, plan: Document, action: str, rule: str, offset_days: int
    ) -> "Rule":
        """A new rule, off. Raises RuleError for an audience nobody understands."""
        audience.parse(rule or "everyone")
        with db.write():
            made = cls.create(
                event=event,
                audience=rule,
                plan=plan,
                action=action,
                offset_days=offset_days,
                created_at=clock.now(),
                created_by=by,
            )
            made._record(by, "written", event=event, action=action, plan=plan.id)
        return made

    def switch_on(self, on_from: date, *, by: Person) -> bool:
        """From that day on it acts; what happened before is not hit. False when it was on so."""
        if self.on_from == on_from:
            return False
        with db.write():
            self.on_from = on_from
            self.save()
            self._record(by, "switched_on", on_from=on_from)
        return True

    def switch_off(self, *, by: Person) -> bool:
        """It acts no more. What it began goes on."""
        if self.on_from is None:
            return False
        with db.write():
            self.on_from = None
            self.save()
            self._record(by, "switched_off")
        return True

    def remove(self, *, by: Person) -> bool:
        """Gone from the list; what it did stays said."""
        if self.removed_at is not None:
            return False
        with db.write():
            self.removed_at, self.on_from = clock.now(), None
            self.save()
            self._record(by, "removed")
        return True

    def restore(self, *, by: Person) -> bool:
        """Back in the list, off."""
        if self.removed_at is None:
            return False
        with db.write():
            self.removed_at = None
            self.save()
            self._record(by, "restored")
        return True

    def _record(self, by: Any, ruled: str, **facts: Any) -> None:
        audit.record(by, ruled, self, data={"title": self.plan.title, **facts})
