"""The queue only wakes us: every promise is a row of our own, and a sweep finds its own work.

Huey delivers at most once and forgets what it held when killed, so nothing may depend on a
message arriving: each sweep runs by the clock as well, and a wake merely makes it sooner.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import peewee
from huey import CySqliteHuey, Huey, PostgresHuey, crontab
from huey.serializer import SignedSerializer

from portal import clock, db
from portal.config import Config

log = logging.getLogger(__name__)

BEAT_SECONDS = 60


class Beat(db.Model):
    """When the worker last showed that it lives."""

    name = peewee.CharField(max_length=40, unique=True)
    at = db.UtcField()


@dataclass
class Sweep:
    """A periodic job: a few lines that ask a model for due rows and call a verb on each."""

    name: str
    run: Callable[[], Any]
    minutes: int
    task: Any = None

    def __call__(self) -> Any:
        return self.run()

    def wake(self) -> None:
        """Ask for a run soon, once the present write is committed."""
        db.after_commit(self._enqueue)

    def _enqueue(self) -> None:
        if self.task is None:
            return
        try:
            self.task()
        except Exception:
            # The row is committed and the sweep comes by the clock: only the hurry is lost.
            log.exception("%s could not be woken", self.name)


_sweeps: dict[str, Sweep] = {}


def sweep(minutes: int) -> Callable[[Callable[[], Any]], Sweep]:
    """Declare a function as a sweep that runs every `minutes` (a divisor of 60)."""

    def declare(function: Callable[[], Any]) -> Sweep:
        declared = Sweep(function.__name__, function, minutes)
        _sweeps[declared.name] = declared
        return declared

    return declare


@sweep(minutes=1)
def beat() -> None:
    """Leave a sign of life for `/healthz`."""
    with db.write():
        Beat.insert(name="worker", at=clock.now()).on_conflict(
            conflict_target=[Beat.name], update={Beat.at: clock.now()}
        ).execute()


Context = Callable[[], AbstractContextManager[Any]]


def build(config: Config, context: Context, immediate: bool = False) -> Huey:
    """Huey over this portal's store, with every sweep registered to run inside `context()`."""
    signed = SignedSerializer(secret=config.secret_key)
    if config.is_sqlite:
        huey: Huey = CySqliteHuey(
            "portal", filename=str(config.queue_path), serializer=signed, immediate=immediate
        )
    else:
        huey = PostgresHuey(
            "portal",
            dsn=config.database_url,
            table_prefix="huey",
            serializer=signed,
            immediate=immediate,
        )
    for each in _sweeps.values():
        every = "*" if each.minutes == 1 else f"*/{each.minutes}" if each.minutes < 60 else "0"
        run = _inside(context, each.run)
        each.task = huey.periodic_task(crontab(minute=every), name=each.name)(run)
    return huey


def _inside(context: Context, run: Callable[[], Any]) -> Callable[[], None]:
    def with_context() -> None:
        with context():
            db.database.connect(reuse_if_open=True)
            run()

    return with_context
