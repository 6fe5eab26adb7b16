"""On PostgreSQL: one database for many tests, put back as it was after each.

Copying a database takes a tenth of a second, and there are thousands of tests. Most write to a few
tables, which a hook on the connection notices; those alone are filled again from copies that
lie in a schema of their own. Whatever else happens to a database (tables made, another connection
opened, a process let loose on it) makes it spoiled, and the next test gets a new one.

Connections are kept as well, as long as the database is: a new one forks a process, which reads the
catalog and opens the file of every table anew. That took longer than most tests.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

from portal import db
from tests import servers

# Rows that were written over stay in their files: after so many tests a new copy is faster.
TESTS_A_COPY = 80
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) (?:ONLY )?"?(\w+)"?', re.I)
_READS = re.compile(
    r"[\s(]*(?:SELECT|WITH|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET LOCAL|EXPLAIN|VALUES)\b",
    re.I,
)
_CASCADES = """
    SELECT child.relname, parent.relname FROM pg_constraint f
    JOIN pg_class child ON child.oid = f.conrelid JOIN pg_class parent ON parent.oid = f.confrelid
    WHERE f.contype = 'f' AND f.confdeltype = 'c'
"""


def lay_up(url: str) -> None:
    """Keep a copy of every table in the schema `pristine` of this database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA pristine")
        for table in _tables(connection):
            connection.execute(
                f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"'.encode()
            )
        connection.execute(
            "CREATE TABLE pristine.sequence_values AS SELECT sequencename, last_value "
            "FROM pg_sequences WHERE schemaname = 'public'"
        )


def _tables(connection: Any) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return sorted(name for (name,) in rows)


class Pristine:
    """The database of one test process, made from its template when there is none, or none fit."""

    def __init__(self, server: str, template: str, name: str) -> None:
        self.server, self.template, self.name = server, template, name
        self.url = ""
        self.pool: Any = None
        self.connection: Any = None
        self.tests = 0
        self.is_spoiled = True
        self.touched: set[str] = set()
        self.tables: list[str] = []
        self.cascades: list[tuple[str, str]] = []

    def ready(self) -> str:
        """The URL of a database that is as the template is."""
        self.tests += 1
        if self.is_spoiled or self.tests > TESTS_A_COPY:
            self.drop()
            self.url = servers.create_database(self.server, self.name, template=self.template)
            self.is_spoiled, self.tests, self.touched = False, 0, set()
            self.connection = psycopg.connect(self.url)
            # Whoever still holds a row when it is put back is somebody nobody knew of.
            self.connection.execute("SET lock_timeout = 500")
            self.connection.execute("SET session_replication_role = replica")
            self.tables = _tables(self.connection)
            self.cascades = list(self.connection.execute(_CASCADES))
            self.connection.commit()
        return self.url

    def open(self, anew: Callable[[], Any]) -> Any:
        """The pool of connections of the test before, while it is the same database; else what
        `anew` opens."""
        if self.pool is None:
            self.pool = anew()
        else:
            self.pool.query_hooks.clear()
            db.database.initialize(self.pool)
        return self.pool

    def let_go(self, pool: Any) -> None:
        """After a test: its one connection waits for the next, where nothing else was begun."""
        is_calm = pool is self.pool and not self.is_spoiled and not pool._in_use
        if not is_calm or len(pool._connections) > 1:
            pool.close_all()
            self.pool = None

    def drop(self) -> None:
        if self.pool is not None:
            self.pool.close_all()
            self.pool = None
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.url:
            servers.drop_database(self.server, self.name)
            self.url = ""

    def watch(self, event: Any) -> None:
        """Called with every statement: what it writes to is to be put back."""
        sql = event.sql
        if _READS.match(sql):
            return
        written = _WRITES.match(sql)
        if written:
            self.touched.add(written[1])
        else:
            self.is_spoiled = True

    def put_back(self) -> None:
        """Everything that was written to says again what it said."""
        if self.is_spoiled:
            return
        try:
            with self.connection.transaction():
                self._put_back(self.connection)
        except psycopg.errors.LockNotAvailable:
            self.is_spoiled = True

    def _put_back(self, connection: Any) -> None:
        if _tables(connection) != self.tables:
            # Somebody made tables beside the portal's own, as a queue does.
            self.is_spoiled = True
            return
        for table in sorted(self._and_below(self.touched)):
            connection.execute(f'DELETE FROM public."{table}"'.encode())
            connection.execute(
                f'INSERT INTO public."{table}" SELECT * FROM pristine."{table}"'.encode()
            )
        connection.execute(
            "SELECT setval(format('public.%I', s.sequencename)::regclass, "
            "coalesce(p.last_value, 1), p.last_value IS NOT NULL) FROM pg_sequences s "
            "JOIN pristine.sequence_values p USING (sequencename) "
            "WHERE s.schemaname = 'public' AND s.last_value IS DISTINCT FROM p.last_value"
        )
        self.touched = set()

    def _and_below(self, touched: Iterable[str]) -> set[str]:
        """With every table whose rows go when theirs do."""
        found = set(touched)
        while more := {child for child, parent in self.cascades if parent in found} - found:
            found |= more
        return found
