"""The migrations make exactly what the models say, on whichever database this runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee
import pytest

from portal import db, models
from portal.audit import Event
from portal.config import Config
from portal.documents.models import Document, Revision
from tests import cast, servers
from tests.conftest import ON_POSTGRES


def catalog() -> dict[str, Any]:
    """Every table, index, trigger and constraint of the open database, as it describes itself."""
    if db.is_sqlite():
        rows = db.database.execute_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        )
        made = {f"{kind} {name}": clauses(sql or "") for kind, name, sql in rows}
    else:
        made = {}
        for query in POSTGRES_CATALOG:
            made.update(dict(iter(db.database.execute_sql(query))))
    return {name: said for name, said in made.items() if "schema_migration" not in name}


def clauses(sql: str) -> Any:
    """A CREATE TABLE as the set of its clauses: their order means nothing, and peewee's varies."""
    said = " ".join(sql.split())
    if not said.startswith("CREATE TABLE"):
        return said
    found = []
    for clause in said.partition("(")[2].removesuffix(")").split(", "):
        # A key that was added later stands beside its column instead of at the end.
        column, points, there = clause.partition(" REFERENCES ")
        if points and not column.startswith("FOREIGN KEY"):
            name = column.split()[0]
            found += [column, f"FOREIGN KEY ({name}) REFERENCES {there}"]
        else:
            found.append(clause)
    return sorted(found)


POSTGRES_CATALOG = (
    "SELECT 'column ' || table_name || '.' || column_name, data_type || is_nullable || "
    "coalesce(character_maximum_length::text, '') FROM information_schema.columns "
    "WHERE table_schema = 'public'",
    "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'constraint ' || conrelid::regclass || conname, pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
)


@contextmanager
def empty_database(config: Config, tmp_path: Path) -> Iterator[None]:
    """Another database, open instead of the test's own."""
    before = db.database.obj
    name = "test_empty"
    if ON_POSTGRES:
        url = servers.create_database(config.database_url, name)
    else:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    opened = db.open_database(Config(secret_key="s" * 40, data_dir=tmp_path, database_url=url))
    try:
        db.database.connect()
        yield
    finally:
        opened.close()
        if ON_POSTGRES:
            opened.close_all()
            servers.drop_database(config.database_url, name)
        db.database.initialize(before)


def test_a_migrated_database_is_the_one_the_models_describe(
    database: Config, tmp_path: Path
) -> None:
    migrated = catalog()
    with empty_database(database, tmp_path):
        db.database.create_tables(models.MODELS)
        for guard in models.GUARDS:
            guard.create()
        fresh = catalog()
    assert migrated == fresh


def test_migrating_twice_changes_nothing(database: Config) -> None:
    before = catalog()
    assert models.migrate() == []
    assert catalog() == before
    assert models.pending() == []


def test_an_event_can_be_neither_changed_nor_removed(database: Config) -> None:
    for statement in (
        "UPDATE event SET tag = 'forged' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 1",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 1"
        if db.is_sqlite()
        else "TRUNCATE event",
    ):
        with pytest.raises(peewee.DatabaseError, match="append-only"), db.write():
            db.database.execute_sql(statement)
    assert Event.get_by_id(1).tag == "function.set_up"


def test_a_published_revision_never_changes(database: Config) -> None:
    helen = cast.person("helen")
    document = Document.start("page", "Welcome", by=helen)
    revision = document.publish("---\nkind: page\ntitle: Welcome\n---\nHello\n", by=helen)
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        Revision.update(source="forged").where(Revision.id == revision.id).execute()


def test_ids_are_never_given_out_twice(database: Config) -> None:
    helen = cast.person("helen")
    first = Document.start("page", "First", by=helen)
    first.discard_draft(by=helen)
    assert Document.start("page", "Second", by=helen).id > first.id


def test_the_conftest_notices_a_write_outside_the_doorway(database: Config) -> None:
    with pytest.raises(AssertionError, match=r"outside db\.write"):
        Document.update(title="stray").execute()


def test_a_filled_database_of_the_first_release_comes_along_unharmed(
    database: Config, tmp_path: Path, plan: Document
) -> None:
    """Every row that the first release knew is there afterwards, in the schema of today."""
    today = catalog()
    tables = [model._meta.table_name for model in models.MODELS]  # type: ignore[attr-defined]
    filled = {table: rows_of(table, columns_of(table)) for table in tables}
    columns = {table: columns_of(table) for table in tables}
    with empty_database(database, tmp_path):
        with db.write():
            models.runner().up("0001_first")
        known = [table for table in tables if db.database.table_exists(table)]
        old = {
            table: [name for name in columns_of(table) if name in columns[table]] for table in known
        }
        assert "person" in known and len(known) < len(tables)
        with db.write():
            for table in known:
                chosen = [columns[table].index(name) for name in old[table]]
                put(table, old[table], [[row[i] for i in chosen] for row in filled[table]])
        before = {table: rows_of(table, old[table]) for table in known}
        assert len(before["person"]) == len(filled["person"]) and before["event"]
        models.migrate()
        assert {table: rows_of(table, old[table]) for table in known} == before
        assert catalog() == today


def columns_of(table: str) -> list[str]:
    return sorted(column.name for column in db.database.get_columns(table))


def rows_of(table: str, columns: list[str]) -> list[Any]:
    named = ", ".join(f'"{name}"' for name in columns)
    rows = db.database.execute_sql(f'SELECT {named} FROM "{table}"')
    return sorted((list(row) for row in rows), key=repr)


def put(table: str, columns: list[str], rows: list[Any]) -> None:
    named = ", ".join(f'"{name}"' for name in columns)
    mark = "?" if db.is_sqlite() else "%s"
    marks = ", ".join([mark] * len(columns))
    for row in sorted(rows, key=lambda row: row[columns.index("id")] if "id" in columns else 0):
        db.database.execute_sql(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', row)
