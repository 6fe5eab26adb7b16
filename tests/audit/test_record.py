"""An event is written with its cause or not at all, numbered without gaps whoever writes."""

# ruff: noqa: PT012 — what is written before the error is the point

import threading

import pytest

from portal import audit, db
from portal.audit import Event, Personal
from portal.people.org import Company


def note(tag, **more):
    audit.record(None, tag, Company.settings(), **more)


def newest(count):
    rows = Event.select(Event.tag).order_by(Event.seq.desc()).limit(count).tuples()
    return [tag.partition(".")[2] for (tag,) in rows][::-1]


def test_nothing_is_recorded_outside_a_write(database):
    with pytest.raises(RuntimeError, match=r"outside db\.write"):
        note("noted")


def test_events_of_one_write_keep_their_order_and_follow_the_last_one(database):
    before = Event.select().count()
    with db.write():
        for tag in ("first", "second", "third"):
            note(tag)
        assert Event.select().count() == before, "they are the last act of the write"
    assert newest(3) == ["first", "second", "third"]
    assert audit.verify().checked == before + 3


def test_an_error_after_recording_leaves_nothing(database):
    before = Event.select().count(), Personal.select().count()
    with pytest.raises(ZeroDivisionError), db.write():
        note("noted", personal={"name": "Erin"})
        raise ZeroDivisionError
    assert (Event.select().count(), Personal.select().count()) == before
    with db.write():
        note("after")
    assert newest(1) == ["after"]
    assert audit.verify().holds


def test_an_inner_write_rolled_back_takes_only_its_own_events_along(database):
    with db.write():
        note("before")
        with pytest.raises(ZeroDivisionError), db.write():
            note("lost")
            with db.write():
                note("lost deeper")
            raise ZeroDivisionError
        note("after")
    assert newest(2) == ["before", "after"]
    assert audit.verify().holds


def test_an_inner_write_counts_only_when_the_outer_one_does(database):
    before = Event.select().count()
    with pytest.raises(ZeroDivisionError), db.write():
        with db.write():
            note("inner")
        raise ZeroDivisionError
    assert Event.select().count() == before


def test_numbers_have_no_gaps_when_eight_write_at_once(database):
    before = Event.select().count()

    def work():
        try:
            for number in range(10):
                try:
                    with db.write():
                        note("parallel", personal={"n": number})
                        if number % 3 == 2:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
        finally:
            db.database.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seqs = [seq for (seq,) in Event.select(Event.seq).order_by(Event.seq).tuples()]
    assert seqs == list(range(1, before + 8 * 7 + 1))
    assert audit.verify().holds


def test_what_is_personal_stands_beside_the_chain_and_not_in_it(database):
    with db.write():
        note("noted", data={"count": 2}, personal={"name": "Zoë Ångström"})
    event = Event.select().order_by(Event.seq.desc()).first()
    assert event.facts == {"count": 2}
    assert "Zo" not in "".join(map(str, event.__data__.values()))
    assert "Zoë Ångström" in Personal.get(Personal.event == event.seq).payload


def test_the_same_words_twice_have_two_commitments(database):
    with db.write():
        for _ in range(2):
            note("noted", personal={"name": "Erin"})
    hashes = [row.personal_hash for row in Event.select().order_by(Event.seq.desc()).limit(2)]
    assert len(set(hashes)) == 2
