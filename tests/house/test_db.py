"""The doorway: one writer at a time, all or nothing, hooks after the commit, lines that heal."""

# ruff: noqa: PT012 — what is written before the error is the point

import subprocess
import sys
import threading
import time

import psycopg
import pytest

from portal import audit, db
from portal.people.org import Company
from portal.queue import Beat
from tests.conftest import ON_POSTGRES

postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no server to lose")


def beat(name):
    from portal import clock

    Beat.create(name=name, at=clock.now())


def names():
    return {name for (name,) in Beat.select(Beat.name).tuples()}


def in_threads(work, times):
    """Runs `work(number)` in so many threads at once; returns what they raised."""
    failed, start = [], threading.Barrier(times)

    def run(number):
        start.wait()
        try:
            work(number)
        except BaseException as error:
            failed.append(error)
        finally:
            db.database.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


# -- one writer at a time ----------------------------------------------------------------------


def test_eight_threads_write_and_none_is_locked_out(database):
    def work(number):
        for turn in range(25):
            with db.write():
                # Read, then write: what peewee's own transactions would fail at under load.
                assert f"{number}-{turn}" not in names()
                beat(f"{number}-{turn}")

    assert in_threads(work, 8) == []
    assert len(names()) == 200


def test_there_is_one_writer_at_a_time(database):
    inside, most = [], []

    def work(number):
        for _ in range(5):
            with db.write():
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.002)
                inside.remove(number)

    assert in_threads(work, 6) == []
    assert max(most) == 1


def test_a_write_of_another_process_is_waited_for(database):
    """A second connection, as the worker's, holds the write lock for a moment."""
    held, release = threading.Event(), threading.Event()

    def other_process():
        if ON_POSTGRES:
            with psycopg.connect(database.database_url) as connection:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (db.WRITE_LOCK_KEY,))
                held.set()
                release.wait(5)
        else:
            import cysqlite

            connection = cysqlite.connect(str(database.sqlite_path), timeout=5)
            connection.execute("BEGIN IMMEDIATE")
            held.set()
            release.wait(5)
            connection.execute("ROLLBACK")
            connection.close()

    thread = threading.Thread(target=other_process)
    thread.start()
    assert held.wait(5)
    threading.Timer(0.5, release.set).start()
    began = time.monotonic()
    with db.write():
        beat("waited")
    assert time.monotonic() - began > 0.4
    thread.join()
    assert names() == {"waited"}


def test_a_write_that_fails_leaves_nothing_and_gives_the_lock_back(database):
    with pytest.raises(ZeroDivisionError), db.write():
        beat("lost")
        raise ZeroDivisionError
    assert not db.is_writing()

    def work(number):
        with db.write():
            beat(f"after {number}")

    assert in_threads(work, 2) == []
    assert names() == {"after 0", "after 1"}


def test_an_inner_write_that_fails_may_be_caught_and_the_outer_one_goes_on(database):
    with db.write():
        beat("outer")
        with pytest.raises(ZeroDivisionError), db.write():
            beat("inner")
            raise ZeroDivisionError
        assert db.is_writing()
        beat("after")
    assert names() == {"outer", "after"}


# -- hooks -------------------------------------------------------------------------------------


def test_hooks_run_after_the_commit_in_order_and_free_of_the_lock(database):
    seen = []
    with db.write():
        beat("written")
        db.after_commit(lambda: seen.append(("first", names(), db.is_writing())))
        with db.write():
            db.after_commit(lambda: seen.append(("second", names(), db.is_writing())))
        assert seen == []
    assert seen == [("first", {"written"}, False), ("second", {"written"}, False)]


@pytest.mark.skipif(ON_POSTGRES, reason="PostgreSQL queues by itself")
def test_who_writes_again_and_again_lets_others_in(database):
    """Counted in turns and not in time: how many the other process took while we waited."""
    with db.write():
        beat("0")
    command = [sys.executable, "-c", BUSY, str(database.sqlite_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as busy:
        busy.stdout.readline()
        waited = []
        try:
            for _ in range(20):
                before = turns_taken()
                with db.write():
                    waited.append(turns_taken() - before)
                time.sleep(0.01)
        finally:
            busy.kill()
    assert turns_taken() > 20, "the other one did write"
    assert sum(waited) < 100, waited


def turns_taken():
    return int(Beat.get().name)


# Another process of the portal, in the middle of much work.
BUSY = """
import sys, time
from pathlib import Path
from portal import config, db
from portal.queue import Beat

path = Path(sys.argv[1])
named = f"sqlite:///{path}"
db.open_database(config.Config(secret_key="x" * 40, data_dir=path.parent, database_url=named))
for turn in range(1, 100_000):
    with db.write():
        Beat.update(name=str(turn)).execute()
        time.sleep(0.004)
    if turn == 1:
        print("begun", flush=True)
"""


def test_hooks_of_what_was_rolled_back_never_run(database):
    seen = []
    with db.write():
        db.after_commit(lambda: seen.append("outer"))
        with pytest.raises(ZeroDivisionError), db.write():
            db.after_commit(lambda: seen.append("inner"))
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), db.write():
        db.after_commit(lambda: seen.append("lost"))
        raise ZeroDivisionError
    assert seen == ["outer"]


def test_a_hook_that_fails_neither_denies_the_write_nor_silences_the_next(database, caplog):
    seen = []
    with db.write():
        beat("written")
        db.after_commit(lambda: 1 / 0)
        db.after_commit(lambda: seen.append("second"))
    assert (names(), seen) == ({"written"}, ["second"])
    assert "ZeroDivisionError" in caplog.text


def test_a_hook_outside_of_a_write_runs_at_once(database):
    seen = []
    db.after_commit(lambda: seen.append("now"))
    assert seen == ["now"]


def test_a_hook_may_write(database):
    def hook():
        with db.write():
            beat("by the hook")

    with db.write():
        db.after_commit(hook)
    assert names() == {"by the hook"}


# -- lines that heal ---------------------------------------------------------------------------


def hang_up(database):
    """The server ends every connection of this database, as a restart would."""
    with psycopg.connect(database.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    time.sleep(0.1)


@postgres_only
def test_every_request_after_a_lost_connection_works(database, as_):
    clients = [as_("erin"), as_("mara")]
    for client in clients:
        assert client.get("/").status_code == 200
    db.database.close()
    hang_up(database)
    for client in clients:
        assert client.get("/").status_code == 200
        assert client.post("/me", data={}).status_code != 500


@postgres_only
def test_several_kept_connections_lost_at_once_fail_nobody(database):
    in_threads(lambda number: names(), 6)
    db.database.close()
    hang_up(database)
    assert in_threads(lambda number: names(), 6) == []


@postgres_only
def test_a_connection_lost_inside_a_write_fails_that_write_alone(database):
    with pytest.raises(Exception, match=r"terminat|closed|lost|server"), db.write():
        beat("lost")
        hang_up(database)
        beat("lost too")
    assert not db.is_writing()
    db.database.close()
    with db.write():
        beat("after")
    assert names() == {"after"}


def spoken(database):
    said = []
    db.database.obj.query_hooks.append(lambda event: said.append(event.sql))
    return said


LAX = ("PRAGMA synchronous = NORMAL", "SET LOCAL synchronous_commit TO off")
CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


def test_a_write_that_need_not_last_does_not_wait_for_the_disk(database):
    said = spoken(database)
    with db.write(is_lasting=False):
        Company.update(name="Other").execute()
    assert [sql for sql in said if sql in LAX] and CHECKPOINT not in said
    assert Company.settings().name == "Other"
    said.clear()
    with db.write():
        Company.update(name="Another").execute()
    assert not [sql for sql in said if sql in LAX]


def test_a_write_that_records_an_event_lasts_whatever_was_said(database):
    said = spoken(database)
    with db.write(is_lasting=False):
        audit.record(None, "changed", Company.settings())
    if db.is_sqlite():
        assert CHECKPOINT in said
    else:
        assert LAX[1] not in said


def test_after_a_write_that_failed_the_next_one_waits_again(database):
    level = "PRAGMA synchronous" if db.is_sqlite() else "SHOW synchronous_commit"
    before = db.database.execute_sql(level).fetchone()
    with pytest.raises(ZeroDivisionError), db.write(is_lasting=False):
        Company.update(name=str(1 / 0)).execute()
    assert db.database.execute_sql(level).fetchone() == before
