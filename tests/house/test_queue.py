"""The worker as a real process: it beats, wakes, stops, dies and goes on; nothing lost or twice."""

import json
import socket
import time
import urllib.request
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from portal import clock, db, queue
from portal.assignments.jobs import send_digests
from portal.assignments.models import Assignment, Cause
from portal.mail.jobs import send_letters
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company, Team
from tests import servers
from tests.conftest import ON_POSTGRES
from tests.house.processes import Portal, wait_until

pytestmark = pytest.mark.servers


@pytest.fixture
def sink():
    with servers.SmtpSink() as sink:
        yield sink


@pytest.fixture
def start(database, tmp_path, sink):
    """`start()` runs a worker, `start("serve")` the dyno; all are gone afterwards."""
    clock.set_source(None)
    # Nobody audits here: they would be mailed the checkpoint of the day beside what is counted.
    with db.write():
        Grant.delete().where(Grant.kind == "auditor").execute()
    running = []

    def start(*command, **env):
        if len(command) == 1 and command[0].isalpha():
            command = ("-m", "portal", *command)
        running.append(Portal(database, tmp_path, *command, SMTP_URL=sink.url, **env))
        return running[-1]

    yield start
    for each in running:
        each.kill()


def beats():
    beat = queue.Beat.get_or_none(queue.Beat.name == "worker")
    return beat is not None and (clock.now() - beat.at).total_seconds() < 30


# -- starting and stopping ---------------------------------------------------------------------


def test_it_beats_within_seconds_and_stops_when_told(start):
    worker = start()
    wait_until(beats)
    assert worker.process.poll() is None
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in worker.text


def test_what_was_missed_is_done_at_the_start_and_not_at_the_next_full_hour(start, owed, sink):
    owed(3)
    start()
    assert wait_until(lambda: len(sink.messages) == 3, 15) < 10


PLANTED = """
import sys, time
from pathlib import Path
from portal import cli, queue

@queue.sweep(minutes=1)
def planted():
    {body}

# First of all, before the portal's own.
queue._sweeps = {{"planted": planted, **queue._sweeps}}
sys.exit(cli.main(["worker"]))
"""


def test_a_sweep_that_always_fails_stops_no_other(start, owed, sink):
    owed(2)
    worker = start("-c", PLANTED.format(body="raise ZeroDivisionError('planted')"))
    wait_until(lambda: len(sink.messages) == 2, 15)
    assert "planted" in worker.text
    assert worker.process.poll() is None
    assert worker.stop() == 0


def test_told_to_stop_in_the_middle_it_finishes_what_it_began(start, tmp_path):
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    body = f"Path({str(begun)!r}).touch(); time.sleep(3); Path({str(ended)!r}).touch()"
    worker = start("-c", PLANTED.format(body=body))
    wait_until(begun.exists)
    assert not ended.exists()
    assert worker.stop() == 0
    assert ended.exists()


def test_told_to_stop_while_the_mail_server_hangs_it_is_gone_in_time(start, sink, owed):
    owed(5)
    sink.hang = True
    start_at = time.monotonic()
    worker = start()
    wait_until(lambda: Letter.select().where(Letter.claimed_at.is_null(False)).exists(), 15)
    assert worker.stop() == 0
    assert time.monotonic() - start_at < 25


# -- waking ------------------------------------------------------------------------------------


def ask(port, path, data=None):
    headers = {"Sec-Fetch-Site": "same-origin"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def healthy(port):
    try:
        return json.loads(ask(port, "/healthz"))
    except OSError:
        return {}


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_the_dyno_is_well_within_five_seconds_and_a_code_arrives_within_three(start, sink, port):
    dyno = start("serve", PORT=str(port))
    wait_until(lambda: healthy(port).get("worker") == "ok", 8)
    assert healthy(port) == {
        "process": "ok", "database": "ok", "migrations": "current", "worker": "ok",
    }  # fmt: skip
    # Once it is awake for the first time the queue's file is there.
    ask(port, "/sign-in", b"email=erin@halden.example")
    assert wait_until(lambda: sink.messages, 8) < 3
    assert sink.messages[0]["To"] == "erin@halden.example"
    assert dyno.stop() == 0
    assert "Traceback" not in dyno.text


def test_a_wake_that_fails_fails_nobody(database, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(queue, "_built", None)
    broken = replace(database, data_dir=tmp_path / "not there")
    if ON_POSTGRES:
        broken = replace(database, database_url="postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(queue, "_config", broken)
    with db.write():
        Letter.write("note", "key")
        send_letters.wake()
    assert Letter.get(Letter.key == "key").state == "waiting"
    assert "could not be woken" in caplog.text


def test_nothing_is_enqueued_for_a_write_that_is_rolled_back(database, tmp_path, monkeypatch):
    monkeypatch.setattr(queue, "_built", None)
    huey = queue.build(replace(database, data_dir=tmp_path), nullcontext)
    with pytest.raises(ZeroDivisionError), db.write():  # noqa: PT012
        send_letters.wake()
        raise ZeroDivisionError
    assert huey.pending_count() == 0
    with db.write():
        send_letters.wake()
    assert huey.pending_count() == 1
    # A heap of old wakes is one run of each.
    for _ in range(20):
        send_letters.wake()
    queue.catch_up(huey)
    assert huey.pending_count() == len(queue._sweeps)
    huey.storage.close()


# -- dying -------------------------------------------------------------------------------------


@pytest.fixture
def owed(database):
    """`owed(40)` hires so many people and gives each one thing due today, whatever today is."""

    def owed(count):
        clock.set_source(None)
        Company.change(by=None, digest_hour=0)
        today = clock.today("Europe/Berlin")
        team = Team.named("Sales")
        people = []
        for number in range(count):
            person = Person.hire(
                by=None, name=f"Person {number}", email=f"p{number}@halden.example",
                starts_on=date(2024, 1, 1), details={"zone": "Europe/Berlin"}, team=team,
            )  # fmt: skip
            # A step, as the worker knows it: its kind stands in the portal's own list.
            Assignment.assign(
                kind="step", target=1_000 + number, title=f"Errand {number}", by=None,
                cause=Cause("test", 1), person=person, due_on=today, zone="Europe/Berlin",
            )  # fmt: skip
            people.append(person.email)
        return people

    return owed


def told(sink):
    return Counter(to for (to,) in sink.recipients)


def forget_claims():
    """The ten minutes after which a claim is a crash's are over."""
    with db.write():
        Letter.update(claimed_at=clock.now() - timedelta(minutes=11)).where(
            Letter.claimed_at.is_null(False), Letter.is_open()
        ).execute()


@pytest.mark.parametrize("kill_after", [0, 7, 25])
def test_killed_in_the_middle_it_goes_on_nothing_lost_nothing_twice(start, owed, sink, kill_after):
    people = owed(40)
    worker = start()
    wait_until(
        lambda: len(sink.messages) >= kill_after and (kill_after or Letter.select().exists()), 20
    )
    worker.kill()
    forget_claims()
    start()
    wait_until(lambda: set(told(sink)) == set(people), 20)
    wait_until(lambda: not Letter.select().where(Letter.is_open()).exists())
    repeated = Letter.select().where(Letter.repeats > 0).count()
    # Sent twice is only what was in hand at that moment, and it is counted.
    assert told(sink).total() - len(people) <= repeated <= 1
    assert Letter.select().count() == len(people)


def test_two_workers_beside_each_other_send_everything_once(start, owed, sink, database):
    people = owed(40)
    first, second = start(), start()
    wait_until(lambda: set(told(sink)) == set(people), 30)
    wait_until(lambda: not Letter.select().where(Letter.is_open()).exists())
    assert set(told(sink).values()) == {1}
    for worker in (first, second):
        assert worker.stop() == 0
        assert "Traceback" not in worker.text


def test_down_for_three_days_it_sends_one_digest_each(start, owed, sink):
    people = owed(5)
    with db.write():
        before = clock.today("Europe/Berlin") - timedelta(days=2)
        Assignment.update(remind_on=before, opened_at=datetime.now(UTC)).where(
            Assignment.kind == "step"
        ).execute()
    start()
    wait_until(lambda: set(told(sink)) == set(people), 15)
    time.sleep(1)
    assert set(told(sink).values()) == {1}


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no server to lose")
def test_it_goes_on_after_the_database_server_hung_up(start, owed, sink, database):
    worker = start()
    wait_until(beats)
    time.sleep(1)
    with psycopg.connect(database.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    db.database.close()
    people = owed(2)
    huey = queue.build(database, nullcontext)
    send_digests.wake()  # as a web process would
    wait_until(lambda: set(told(sink)) == set(people), 30)
    assert worker.process.poll() is None
    huey.storage.close()
