"""What automation rules did: for each person and fact once, and what HR said to it."""

import logging
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.checklists.happenings import Happening
from portal.checklists.models import AlreadyRuns, Checklist
from portal.checklists.planning import transition_of
from portal.checklists.rules import Rule
from portal.documents.models import Document
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.people.org import Company

log = logging.getLogger(__name__)

KIND = "proposal"
DECIDE_WITHIN_DAYS = 3
# What a worker that was down slept through is made up for; what is older than this is history.
CATCH_UP_DAYS = 30
PAST_DAYS, AHEAD_DAYS = 90, 30


# Plans without a transition of their own may well run beside each other.
OTHER = "other"


class Firing(db.Model):
    """That a rule acted for a person and a fact: UNIQUE, so once for ever."""

    WORDS = {
        "started": "Started",
        "proposed": "HR was asked",
        "accepted": "HR was asked and started it",
        "dismissed": "HR was asked and said no",
        "running": "It ran already",
    }

    rule = peewee.ForeignKeyField(Rule, backref="firings")
    person = peewee.ForeignKeyField(Person)
    fact = peewee.CharField(max_length=60)
    fact_on = peewee.DateField()
    fired_at = db.UtcField()
    outcome = peewee.CharField(max_length=10)
    checklist = peewee.ForeignKeyField(Checklist, null=True)
    decided_at = db.UtcField(null=True)
    decided_by = peewee.ForeignKeyField(Person, null=True)
    reason = peewee.CharField(max_length=300, default="")

    class Meta:
        indexes = ((("rule", "person", "fact"), True),)

    @classmethod
    def known(cls, rule: Rule, found: list[Happening]) -> dict[tuple[int, str], str]:
        """What the rule did for these before: outcome by person and fact."""
        if not found or not rule.id:
            return {}
        rows: Any = cls.select(cls.person, cls.fact, cls.outcome).where(cls.rule == rule)
        return {(person, fact): outcome for person, fact, outcome in rows.tuples()}

    @classmethod
    def history_of(cls, rule: Rule) -> list["Firing"]:
        """What the rule did, the newest first."""
        rows = cls.select(cls, Person).join(Person, on=(cls.person == Person.id))
        return list(rows.where(cls.rule == rule).order_by(cls.id.desc()).limit(50))

    @classmethod
    def find(cls, firing_id: int) -> "Firing | None":
        """One with its rule, plan and person."""
        return (  # type: ignore[no-any-return]
            cls.select(cls, Rule, Document, Person)
            .join(Rule)
            .join(Document)
            .switch(cls)
            .join(Person, on=(cls.person == Person.id))
            .where(cls.id == firing_id)
            .first()
        )

    @classmethod
    def make(cls, rule: Rule, one: Happening) -> bool:
        """Act for one person and fact. False when another worker was faster."""
        with db.write():
            row = cls.insert(
                rule=rule,
                person=one.person,
                fact=one.key,
                fact_on=one.on,
                fired_at=clock.now(),
                outcome="proposed",
            ).on_conflict_ignore()
            if not row.as_rowcount().execute():
                return False
            firing = cls.get(rule=rule, person=one.person, fact=one.key)
            firing._record(None, "made", event=rule.event, title=rule.plan.title)
            running = _running(rule, [one]).get(one.person.id)
            if running is not None:
                # Somebody in the middle of an onboarding needs no second one, whatever its plan.
                firing.checklist = running
                firing._decide("running", by=None)
            elif rule.starts_for(one.person):
                firing._start("started", by=None)
            else:
                firing._ask()
        return True

    def _ask(self) -> None:
        """HR's duty to say yes or no, in a few days or before the day itself."""
        today = _today()
        due_on = max(today, min(today + timedelta(days=DECIDE_WITHIN_DAYS), self.fact_on))
        Assignment.assign(
            kind=KIND,
            target=self.id,
            title=f"Start “{self.rule.plan.title[:200]}” for {self.person.called}?",
            cause=Cause("rule", self.rule_id),
            by=None,
            function=Function.named(HR),
            about=self.person,
            due_on=due_on,
            zone=Company.settings().zone,
            minutes=2,
        )

    def _start(self, outcome: str, *, by: Person | None) -> None:
        plan = self.rule.plan.current
        assert plan is not None
        try:
            self.checklist = Checklist.start(plan, self.person, self.fact_on, by=by)
        except AlreadyRuns as error:
            self.checklist, outcome = error.checklist, "running"
        self._decide(outcome, by=by)

    def _decide(self, outcome: str, *, by: Person | None, reason: str = "") -> None:
        self.outcome, self.reason = outcome, reason[:300]
        self.decided_at, self.decided_by = clock.now(), by
        self.save()

    def accept(self, *, by: Person) -> bool:
        """Yes: the plan starts. False when it was decided already, or the plan is not in force."""
        with db.write():
            if not self._is_open() or self.rule.trouble:
                return False
            self._start("accepted", by=by)
            Assignment.settle_all(KIND, self.id, by=by)
            self._record(by, "accepted")
        return True

    def dismiss(self, reason: str, *, by: Person) -> bool:
        """No, and why. False when it was decided already."""
        with db.write():
            if not self._is_open():
                return False
            self._decide("dismissed", by=by, reason=reason)
            Assignment.settle_all(KIND, self.id, by=by, outcome="waived", reason=reason)
            self._record(by, "dismissed", personal={"reason": reason})
        return True

    def reconsider(self, *, by: Person) -> bool:
        """A no is taken back: it is to be decided again."""
        with db.write():
            fresh = Firing.get_by_id(self.id)
            if fresh.outcome != "dismissed":
                return False
            self.outcome, self.reason, self.decided_at, self.decided_by = "proposed", "", None, None
            self.save()
            duty = (
                Assignment.select()
                .where(Assignment.kind == KIND, Assignment.target == self.id)
                .order_by(Assignment.id.desc())
                .first()
            )
            if duty is not None:
                duty.reopen(by=by)
            self._record(by, "reconsidered")
        return True

    def _is_open(self) -> bool:
        """Asked inside the write: two in HR may answer at once."""
        self.outcome = Firing.get_by_id(self.id).outcome
        return bool(self.outcome == "proposed")

    def _record(
        self, by: Any, answered: str, personal: dict[str, Any] | None = None, **facts: Any
    ) -> None:
        data = {"title": self.rule.plan.title, "rule": self.rule_id, **facts}
        audit.record(by, answered, self, about=self.person, data=data, personal=personal)


def fire_all() -> int:
    """Every rule that is on acts for whoever it hits and is due; returns for how many."""
    today, count = _today(), 0
    for rule in list(Rule.kept().where(Rule.on_from <= today)):
        try:
            count += fire(rule, today)
        except Exception:
            # The other rules are not to wait for this one.
            log.exception("rule %s did not fire", rule.id)
    return count


def fire(rule: Rule, today: date) -> int:
    """Never twice for one thing, and never for what happened before the rule was on."""
    if not rule.is_on or rule.trouble:
        return 0
    back = timedelta(days=rule.offset_days)
    first = max(today - back - timedelta(days=CATCH_UP_DAYS), rule.on_from)
    due = rule.hits(first, today - back)
    fired = Firing.known(rule, due)
    new = [
        one
        for one in due
        if (one.person.id, one.key) not in fired
        # Nobody arrives, moves or comes back who has left meanwhile.
        and (rule.event == "departure" or not one.person.has_left(today))
    ]
    return sum(_make(rule, one) for one in new)


def _make(rule: Rule, one: Happening) -> bool:
    """`Firing.make`. What fails for one person is tried again later, and stops nobody else's."""
    try:
        return Firing.make(rule, one)
    except Exception:
        log.exception("rule %s failed for person %s", rule.id, one.person.id)
        return False


def dry_run(rule: Rule) -> list[tuple[Happening, str]]:
    """Whom of the last 90 days and the next 30 it hits, and what it would do now. Does nothing."""
    today = _today()
    found = rule.hits(today - timedelta(days=PAST_DAYS), today + timedelta(days=AHEAD_DAYS))
    fired, running = Firing.known(rule, found), _running(rule, found)
    return [(one, _would(rule, one, today, fired, running)) for one in found]


def _running(rule: Rule, found: list[Happening]) -> dict[int, Checklist]:
    """By person: the list of the same transition that runs for them already."""
    transition = transition_of(rule.plan) if not rule.trouble else OTHER
    if transition == OTHER or not found:
        return {}
    people = sorted({one.person.id for one in found})
    return Checklist.running_in(transition, people)


def _would(
    rule: Rule,
    one: Happening,
    today: date,
    fired: dict[tuple[int, str], str],
    running: dict[int, Checklist],
) -> str:
    if said := fired.get((one.person.id, one.key)):
        return Firing.WORDS[said]
    if rule.trouble:
        return "Nothing: the plan is retired"
    # Where it is off: as if it were switched on today.
    if one.on < (rule.on_from or today):
        return "Nothing: it happened before the rule is on"
    if one.person.id in running:
        return f"Nothing: “{running[one.person.id].title}” runs already"
    does = "Start it" if rule.starts_for(one.person) else "Ask HR"
    acts_on = rule.acts_on(one)
    return (
        f"{does} at once"
        if acts_on <= today
        else f"{does} on {acts_on:%a} {acts_on.day} {acts_on:%b}"
    )


def _today() -> date:
    return clock.today(Company.settings().zone)
