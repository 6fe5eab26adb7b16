"""Sweeps that are killed, run twice or run beside each other: nothing lost, nothing twice."""

import threading
from datetime import timedelta

import pytest

from portal import db
from portal.assignments import reminders
from portal.assignments.models import Assignment, Reminder
from portal.assignments.reminders import write_digests
from portal.mail.models import Letter
from tests.cast import TODAY


class Killed(BaseException):
    pass


@pytest.fixture
def owed(owe, who):
    """Something due today for six persons."""
    names = ("erin", "ben", "mara", "otto", "olga", "ida")
    return {name: owe(getattr(who, name), f"For {name}", due=TODAY) for name in names}


def in_parallel(work, times):
    failed, start = [], threading.Barrier(times)

    def run():
        start.wait()
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            db.database.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_two_workers_at_once_write_one_letter_each(owed):
    in_parallel(write_digests, 4)
    keys = [letter.key for letter in Letter.select().order_by(Letter.id)]
    assert len(keys) == len(set(keys)) == 6
    assert Reminder.select().count() == 6


@pytest.mark.parametrize("after", range(7))
def test_killed_between_two_persons_the_next_run_does_the_rest(owed, digests, monkeypatch, after):
    written = []
    write = reminders._write

    def killed(*arguments):
        if len(written) == after:
            raise Killed
        written.append(arguments)
        return write(*arguments)

    monkeypatch.setattr(reminders, "_write", killed)
    try:
        write_digests()
    except Killed:
        assert after < 6
    monkeypatch.setattr(reminders, "_write", write)
    assert Letter.select().count() == min(after, 6)
    assert set(digests()) == set(owed)
    assert digests() == {}


@pytest.mark.parametrize("where", ["letter", "reminder", "assignment"])
def test_killed_inside_a_transaction_nothing_of_it_remains(owed, digests, where):
    """The process dies after the n-th statement of a person's write, whichever it is."""
    verbs = {"letter": 'INTO "letter"', "reminder": 'INTO "reminder"', "assignment": '"assignment"'}

    def die(event):
        sql = event.sql.lstrip()
        if sql.startswith(("INSERT", "UPDATE")) and verbs[where] in sql:
            raise Killed

    db.database.query_hooks.append(die)
    with pytest.raises(Killed):
        write_digests()
    db.database.query_hooks.remove(die)
    assert Letter.select().count() == Reminder.select().count() == 0
    assert Assignment.select().where(Assignment.remind_on > TODAY).count() == 0
    assert set(digests()) == set(owed)


def test_a_sweep_told_to_stop_leaves_the_rest_for_the_next(owed, digests, monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr(reminders.queue, "must_stop", lambda: next(answers))
    assert write_digests() == 2
    monkeypatch.undo()
    assert set(digests()) == set(owed)


def test_a_duty_handed_on_while_the_sweep_writes_is_news_for_its_new_owner(
    owe, who, digests, monkeypatch, move_clock
):
    duty = owe(who.erin, "Handed on", due=TODAY + timedelta(days=5))
    write = reminders._write

    def meanwhile(*arguments):
        duty.reassign(who.ben, by=who.mara)
        return write(*arguments)

    monkeypatch.setattr(reminders, "_write", meanwhile)
    write_digests()
    monkeypatch.undo()
    assert "Handed on" in digests()["ben"].text
