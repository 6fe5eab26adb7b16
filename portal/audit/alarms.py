"""Alarms: the chain does not hold. One stays until the same stretch is found whole again.

Every hour the worker walks over what is new and over a stretch of what is old: so the whole trail
is looked at again and again, and nobody waits for it.
"""

import logging
from typing import Any

import peewee

from portal import audit, clock, db
from portal.audit.chain import Verdict, Walk
from portal.audit.checkpoints import Broken, Checkpoint, between, verify
from portal.audit.cursors import Cursor

log = logging.getLogger(__name__)

# So many old events an hour, at some thirty thousand a second.
STRETCH = 20_000
CURSOR = "chain"


class ChainAlarm(db.Model):
    """What does not hold, since when we know, and from which checkpoint on to walk to see it."""

    problem = peewee.CharField(max_length=300)
    since = peewee.BigIntegerField()
    raised_at = db.UtcField()
    ended_at = db.UtcField(null=True)

    @classmethod
    def ringing(cls) -> Any:
        """Those that have not ended, the newest first."""
        return cls.select().where(cls.ended_at.is_null()).order_by(cls.id.desc())

    @classmethod
    def sound(cls, problem: str, since: int) -> "ChainAlarm | None":
        """A new alarm; None while the same one rings already."""
        with db.write():
            if cls.ringing().where(cls.problem == problem[:300]).exists():
                return None
            chain_alarm = cls.create(problem=problem[:300], since=since, raised_at=clock.now())
            audit.record(None, "raised", chain_alarm, data={"since": since})
        log.error("The audit chain does not hold: %s", problem)
        return chain_alarm

    def end(self) -> None:
        """The same stretch holds again: a backup was put back, say."""
        with db.write():
            self.ended_at = clock.now()
            self.save()
            audit.record(None, "ended", self, data={"since": self.since})


def watch() -> list[ChainAlarm]:
    """Walk over what is new and a stretch of what is old; returns the alarms that were raised."""
    for alarm in ChainAlarm.ringing():
        if _again(alarm.since).holds:
            alarm.end()
    verdicts = [verify(), _stretch()]
    raised = [ChainAlarm.sound(each.problem, each.since) for each in verdicts if not each.holds]
    return [alarm for alarm in raised if alarm is not None]


def make_checkpoint() -> Checkpoint | None:
    """The checkpoint over all there is; or an alarm, where what came since does not hold."""
    try:
        return Checkpoint.make()
    except Broken as broken:
        ChainAlarm.sound(str(broken), broken.since)
        return None


def _again(since: int) -> Verdict:
    """The stretch from that checkpoint to the next one, or to the end."""
    marks = list(Checkpoint.upto(since).order_by(Checkpoint.size.desc()).limit(1))
    start = marks[0] if marks else None
    if start is not None and (problem := start.problem()):
        return Verdict(0, start.head, problem, since)
    after = Checkpoint.select().where(Checkpoint.size > since).order_by(Checkpoint.size).limit(1)
    walk = start.walk() if start else Walk()
    return between(walk, list(after), to_the_end=not after)


def _stretch() -> Verdict:
    """Old events from where it stopped the last time, checkpoint by checkpoint; then anew."""
    cursor = Cursor.get_or_none(Cursor.name == CURSOR)
    begun = cursor.seq if cursor else 0
    start = Checkpoint.get_or_none(Checkpoint.size == begun) if begun else None
    walk = start.walk() if start else Walk()
    ahead = Checkpoint.select().where(Checkpoint.size > walk.seq).order_by(Checkpoint.size)
    verdict = walk.verdict()
    for mark in ahead:
        verdict = between(walk, [mark])
        if not verdict.holds or walk.seq - walk.begun >= STRETCH:
            break
    newest = Checkpoint.newest()
    Cursor.has_read(CURSOR, 0 if newest is None or walk.seq >= newest.size else walk.seq)
    return verdict
