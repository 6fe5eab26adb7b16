"""The queue only wakes us: every promise is a row of our own, and a sweep finds its own work.

Huey delivers at most once and forgets what it held when killed, so nothing may depend on a
message arriving: each sweep runs by the clock as well, and a wake merely makes it sooner.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
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
        try:
            if _huey() is not None:
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

_config: Config | None = None
_built: Huey | None = None
_building = threading.Lock()
_told_to_stop = threading.Event()


def use(config: Config) -> None:
    """From now on sweeps can be woken in this process and those forked from it. Opens nothing."""
    global _config
    _config = config


def _huey() -> Huey | None:
    """The queue of this process, opened when first needed; None where nobody called `use`."""
    with _building:
        if _built is None and _config is not None:
            build(_config, nullcontext)
    return _built


def build(config: Config, context: Context) -> Huey:
    """Huey over this portal's store, with every sweep registered to run inside `context()`."""
    global _built
    try:
        huey = _open(config)
    except Exception:
        # Two processes that make its tables at the same moment: the slower one finds them made.
        huey = _open(config)
    for each in _sweeps.values():
        every = "*" if each.minutes == 1 else f"*/{each.minutes}" if each.minutes < 60 else "0"
        run = _inside(context, each.run)
        each.task = huey.periodic_task(crontab(minute=every), name=each.name)(run)
    _built = huey
    return huey


def _open(config: Config) -> Huey:
    signed = SignedSerializer(secret=config.secret_key)
    if config.is_sqlite:
        return CySqliteHuey("portal", filename=str(config.queue_path), serializer=signed)
    url = config.database_url.replace("postgres://", "postgresql://", 1)
    return PostgresHuey("portal", dsn=url, table_prefix="huey", serializer=signed)


def catch_up(huey: Huey) -> None:
    """Begin with every sweep once: what they find is all that was missed, however long."""
    # What piled up while nobody worked asks for the same sweeps, only often.
    huey.flush()
    for each in _sweeps.values():
        each.task()


def stop_with(told: threading.Event) -> None:
    """`told` is set when this process shall end (`must_stop`)."""
    global _told_to_stop
    _told_to_stop = told


def must_stop() -> bool:
    """Whether a sweep shall leave the rest of its work: between two rows it costs nothing."""
    return _told_to_stop.is_set()


def _inside(context: Context, run: Callable[[], Any]) -> Callable[[], None]:
    def with_context() -> None:
        with context():
            db.database.connect(reuse_if_open=True)
            run()

    return with_context
