"""The database: one doorway for writing, and the one place that tells SQLite from PostgreSQL.

Every change happens inside `with db.write():`. What is written elsewhere is a mistake that
`tests/conftest.py` turns into a failure.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import peewee
from playhouse.cysqlite_ext import CySqliteDatabase
from playhouse.pool import PooledPostgresqlDatabase

from portal.config import Config
from portal.turnstile import Turnstile

log = logging.getLogger(__name__)

database = peewee.DatabaseProxy()

# Any number that nothing else on the same PostgreSQL server locks.
WRITE_LOCK_KEY = 7_041_976
MAX_PAUSE_SECONDS = 0.1

_one_writer = threading.RLock()
_gives_way = False


class _State(threading.local):
    depth = 0

    def __init__(self) -> None:
        self.last: list[tuple[Callable[[list[Any]], None], Any]] = []
        self.after: list[Callable[[], None]] = []


_state = _State()


def open_database(config: Config) -> peewee.Database:
    """The database that `config` names, bound to the models but not yet connected."""
    if config.is_sqlite:
        opened: peewee.Database = CySqliteDatabase(
            str(config.sqlite_path),
            rank_functions=False,
            lock_type="IMMEDIATE",
            timeout=5,
            pragmas=[
                ("foreign_keys", 1),
                ("busy_timeout", 5000),
                # What is signed or acknowledged must survive a power cut.
                ("synchronous", "FULL"),
                # Without it INSERT OR REPLACE would slip past the triggers that guard the events.
                ("recursive_triggers", 1),
            ],
        )
        opened.turnstile = Turnstile(config.sqlite_path.with_suffix(".turn"))  # type: ignore[attr-defined]
    else:
        # Each kept connection is asked whether it lives before it is given out, so a restarted
        # server fails no request.
        opened = PooledPostgresqlDatabase(
            config.database_url.replace("postgres://", "postgresql://", 1),
            max_connections=12,
            stale_timeout=300,
            timeout=10,
            prefer_psycopg3=True,
        )
    database.initialize(opened)
    return opened


def is_sqlite() -> bool:
    """Whether the open database is SQLite (else it is PostgreSQL)."""
    return isinstance(database.obj, peewee.SqliteDatabase)


@contextmanager
def write(*, is_lasting: bool = True) -> Iterator[None]:
    """The doorway: one writer at a time, all or nothing.

    A `write` inside another is a savepoint of it. Items given to `at_the_end` are handed over just
    before the outermost commit, functions given to `after_commit` run just after it, in order.

    One that is not `is_lasting` does not wait for the disk: it survives a crash of ours, and a
    power cut may take its last moments. As soon as it records an event it waits like any other.
    """
    if _state.depth:
        with _savepoint():
            yield
        return
    with _one_writer, _turn():
        began = time.monotonic()
        with _waiting(is_lasting), database.atomic():
            if not is_sqlite():
                database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITE_LOCK_KEY,))
            _state.depth = 1
            try:
                yield
                records = bool(_state.last)
                if not (is_lasting or records or is_sqlite()):
                    database.execute_sql("SET LOCAL synchronous_commit TO off")
                _hand_over()
                after = _state.after
            finally:
                _state.depth, _state.last, _state.after = 0, [], []
        if records and not is_lasting and is_sqlite():
            # A checkpoint writes the log to the disk before all else.
            database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)")
        took = time.monotonic() - began
    for function in after:
        _run_hook(function)
    if _gives_way:
        time.sleep(min(took, MAX_PAUSE_SECONDS))


def give_way() -> None:
    """From now on this process writes half of the time at most: nobody waits for what it does."""
    global _gives_way
    _gives_way = True


def _turn() -> AbstractContextManager[None]:
    return database.obj.turnstile.passed() if is_sqlite() else nullcontext()


@contextmanager
def _waiting(is_lasting: bool) -> Iterator[None]:
    """How long SQLite waits for the disk; it may be told only outside a transaction."""
    if is_lasting or not is_sqlite():
        yield
        return
    database.execute_sql("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        database.execute_sql("PRAGMA synchronous = FULL")


def _run_hook(function: Callable[[], None]) -> None:
    # What is committed is true: a hook that fails must neither deny it nor silence the next one.
    try:
        function()
    except Exception:
        log.exception("A function to be called after the commit failed.")


@contextmanager
def _savepoint() -> Iterator[None]:
    last, after = len(_state.last), len(_state.after)
    _state.depth += 1
    try:
        with database.atomic():
            yield
    except BaseException:
        del _state.last[last:], _state.after[after:]
        raise
    finally:
        _state.depth -= 1


def _hand_over() -> None:
    handed: dict[Callable[[list[Any]], None], list[Any]] = {}
    for receiver, item in _state.last:
        handed.setdefault(receiver, []).append(item)
    for receiver, items in handed.items():
        receiver(items)


def overwrite_deleted() -> None:
    """What is deleted from here on by this connection is overwritten in SQLite’s file: nobody who
    holds it finds in its gaps what was there before. PostgreSQL clears up by itself, later."""
    if is_sqlite():
        database.execute_sql("PRAGMA secure_delete = ON")


def look_at_the_tables() -> None:
    """Many rows came. PostgreSQL counts them by itself some time later: before it has, questions
    over everybody take minutes. SQLite answers ours as they are written, and keeps no statistics.
    """
    if not is_sqlite():
        database.execute_sql("ANALYZE")


def is_writing() -> bool:
    """Whether this thread stands inside `write()`."""
    return _state.depth > 0


def at_the_end(receiver: Callable[[list[Any]], None], item: Any) -> None:
    """Give `item` to `receiver` (with the others it got) as the last act of this write."""
    if not is_writing():
        raise RuntimeError("Nothing can be recorded outside db.write().")
    _state.last.append((receiver, item))


def after_commit(function: Callable[[], None]) -> None:
    """Call `function` once the outermost write has been committed; at once outside of one."""
    if is_writing():
        _state.after.append(function)
    else:
        _run_hook(function)


def among(field: Any, query: Any) -> Any:
    """`field IN (query)`, for a query of ids.

    peewee's own `in_` writes a subquery once more to see whether it is empty, and so each one that
    is nested in it four times, eight times …: most of the cost of a permission.
    """
    return peewee.Expression(field, "in", query)


class IdField(peewee.AutoField):
    """A number that is never given out twice: SQLite would reuse a deleted row's without this."""

    def ddl(self, ctx: Any) -> Any:
        nodes = super().ddl(ctx)
        if ctx.state.field_types.get("AUTO") == "INTEGER":
            return peewee.NodeList((nodes, peewee.SQL("AUTOINCREMENT")))
        return nodes


class UtcField(peewee.DateTimeField):
    """An aware datetime, kept in UTC without its zone, so both databases sort it alike."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("A time without a zone cannot be stored.")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        value = super().python_value(value)
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


class Model(peewee.Model):
    """A table. Its name is the class's in snake case, singular."""

    id = IdField()

    if TYPE_CHECKING:
        # peewee's stubs know neither these two nor the `x_id` beside a foreign key.
        _pk: Any

        def __getattr__(self, name: str) -> Any: ...

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True

    @classmethod
    def create_table(cls, safe: bool = True, **options: Any) -> None:
        """Only SQLite numbers rows by itself, so only it is told not to (`without_rowid`)."""
        wanted = cls._meta.without_rowid
        cls._meta.without_rowid = wanted and is_sqlite()
        try:
            super().create_table(safe, **options)
        finally:
            cls._meta.without_rowid = wanted


def is_known(model: Any, known_at: datetime | None) -> Any:
    """Of rows that are only ever superseded, those that stood at that moment (now): recorded by
    then, and not yet superseded."""
    if known_at is None:
        return model.superseded_at.is_null()
    later = model.superseded_at.is_null() | (model.superseded_at > known_at)
    return (model.recorded_at <= known_at) & later


@dataclass(frozen=True)
class Guard:
    """Something of the schema that peewee cannot say: a trigger, a partial index.

    `python -m portal migrate` creates each anew from the list in `portal/models.py`.
    """

    table: str
    name: str
    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]

    def create(self) -> None:
        for statement in self.sqlite if is_sqlite() else self.postgres:
            database.execute_sql(statement)


def partial_unique(table: str, columns: str, where: str) -> Guard:
    """A unique index over `columns` of the rows for which `where` holds."""
    name = f"{table}_one_{columns.replace(', ', '_').replace('(', '').replace(')', '')}"[:60]
    statements = (
        f"DROP INDEX IF EXISTS {name}",
        f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {where}",
    )
    return Guard(table, name, statements, statements)


def immutable(table: str, words: str) -> Guard:
    """Rows of this table are neither changed nor deleted; `words` are what the database answers."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    return Guard(
        table,
        f"{table}_is_immutable",
        sqlite=(
            f"DROP TRIGGER IF EXISTS {table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
            f"DROP TRIGGER IF EXISTS {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ),
        postgres=(
            _refusal(table, words),
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()",
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}_change()",
        ),
    )


def only_superseded(table: str, kept: tuple[str, ...], words: str) -> Guard:
    """Rows are never deleted, and of these columns none ever changes; a row is superseded once."""
    sqlite = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in kept)
    postgres = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in kept)
    twice = "OLD.superseded_at IS NOT NULL"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    return Guard(
        table,
        f"{table}_is_only_superseded",
        sqlite=(
            f"DROP TRIGGER IF EXISTS {table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN {sqlite} OR ({twice} AND OLD.superseded_at IS NOT NEW.superseded_at) {refuse}",
            f"DROP TRIGGER IF EXISTS {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ),
        postgres=(
            _refusal(table, words),
            f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({postgres} OR ({twice} AND OLD.superseded_at IS DISTINCT FROM "
            f"NEW.superseded_at)) EXECUTE FUNCTION refuse_{table}_change()",
            f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()",
        ),
    )


def _refusal(table: str, words: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$"
    )
