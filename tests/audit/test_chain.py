"""Whoever changes the trail with the database in hand is found, and the event is named."""

import pytest

from portal import audit, db
from portal.audit import Event, Personal
from portal.audit.models import GENESIS, hash_of
from portal.people.org import Company


@pytest.fixture
def tamper(database):
    """Runs statements as somebody who dropped the triggers first."""

    def run(*statements):
        with db.write():
            if db.is_sqlite():
                db.database.execute_sql("DROP TRIGGER event_no_update")
                db.database.execute_sql("DROP TRIGGER event_no_delete")
            else:
                db.database.execute_sql("ALTER TABLE event DISABLE TRIGGER ALL")
            for statement in statements:
                db.database.execute_sql(statement)

    return run


def problem():
    return audit.verify().problem


def test_the_trail_of_the_cast_holds(database):
    verdict = audit.verify()
    last = Event.select().order_by(Event.seq.desc()).first()
    assert verdict.holds
    assert (verdict.checked, verdict.head) == (last.seq, last.hash)


def test_an_empty_trail_holds(tamper):
    tamper("DELETE FROM event_personal", "DELETE FROM event")
    assert (audit.verify().holds, audit.verify().head) == (True, GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        "tag = 'forged.done'", "by_id = 99", "by_id = NULL", "about_id = 99", "subject_id = '99'",
        "subject_kind = 'forged'", "data = '{}'", "data = 'not json'",
        "at = '2020-01-01 00:00:00.000000'", f"personal_hash = '{'0' * 64}'", "personal_hash = ''",
        f"hash = '{'f' * 64}'",
    ],
)  # fmt: skip
def test_any_change_names_its_event(tamper, change):
    Company.change(by=None, name="Other")
    with db.write():
        audit.record(
            Company.settings(), "noted", Company.settings(), data={"a": 1}, personal={"b": 2},
            about=Company.settings(),
        )  # fmt: skip
    seq = Event.select().count()
    Company.change(by=None, name="Another")
    tamper(f"UPDATE event SET {change} WHERE seq = {seq}")
    assert problem() == f"Event {seq} was changed after it was written."


def test_a_broken_link_names_its_event(tamper):
    tamper(f"UPDATE event SET previous = '{'e' * 64}' WHERE seq = 5")
    assert problem() == "Event 5 does not follow the one before it."


def test_a_time_that_is_none_is_a_finding_and_no_crash(tamper):
    if not db.is_sqlite():
        pytest.skip("PostgreSQL keeps nothing but times there")
    tamper("UPDATE event SET at = 'yesterday' WHERE seq = 5")
    assert problem() == "Event 5 was changed after it was written."


def test_a_removal_in_the_middle_names_the_missing_one(tamper):
    tamper("DELETE FROM event WHERE seq = 7")
    assert problem() == "Event 7 is missing."


def test_a_removal_closed_up_by_new_numbers_is_found(tamper):
    last = Event.select().count()
    moves = [f"UPDATE event SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(8, last + 1)]
    tamper("DELETE FROM event WHERE seq = 7", *moves)
    assert problem() == "Event 7 does not follow the one before it."


def test_two_events_that_changed_places_are_found(tamper):
    tamper(
        "UPDATE event SET seq = -1 WHERE seq = 5",
        "UPDATE event SET seq = 5 WHERE seq = 6",
        "UPDATE event SET seq = 6 WHERE seq = -1",
    )
    assert problem() == "Event 5 does not follow the one before it."


@pytest.mark.parametrize("seq", [0, -3])
def test_an_event_planted_before_the_first_is_found(tamper, seq):
    columns = "at, tag, subject_kind, subject_id, data, personal_hash, previous, hash"
    tamper(f"INSERT INTO event (seq, {columns}) SELECT {seq}, {columns} FROM event WHERE seq = 1")
    assert problem() == f"Event {seq} was never written by the portal."


def test_an_event_planted_at_the_end_is_found(tamper):
    last = Event.select().count()
    columns = "at, tag, subject_kind, subject_id, data, personal_hash, previous, hash"
    tamper(
        f"INSERT INTO event (seq, {columns}) "
        f"SELECT {last + 1}, {columns} FROM event WHERE seq = {last}"
    )
    assert problem() == f"Event {last + 1} does not follow the one before it."


def test_rehashing_the_changed_event_alone_does_not_hide_it(tamper):
    row = Event.select().where(Event.seq == 5).dicts().get()
    forged = hash_of({**row, "tag": "forged.done"})
    tamper(f"UPDATE event SET tag = 'forged.done', hash = '{forged}' WHERE seq = 5")
    assert problem() == "Event 6 does not follow the one before it."


@pytest.mark.parametrize("change", ['payload = \'{"name":"Somebody"}\'', "salt = 'x'"])
def test_a_changed_personal_part_names_its_event(tamper, change):
    seq = Personal.select().order_by(Personal.id).first().event
    tamper(f"UPDATE event_personal SET {change} WHERE event = {seq}")
    assert problem() == f"The personal part of event {seq} was changed after it was written."


def test_a_personal_part_where_there_was_none_is_found(tamper):
    bare = Event.select().where(Event.personal_hash == "").first().seq
    tamper(f"INSERT INTO event_personal (event, salt, payload) VALUES ({bare}, 'x', '{{}}')")
    assert problem() == f"The personal part of event {bare} was changed after it was written."


def test_an_erasure_leaves_the_chain_as_it_was(database):
    before = audit.verify()
    with db.write():
        Personal.delete().execute()
    assert audit.verify() == before


def test_the_walk_is_the_same_in_small_steps(database, monkeypatch, tamper):
    whole = audit.verify()
    monkeypatch.setattr("portal.audit.chain.BATCH", 7)
    assert audit.verify() == whole
    tamper("DELETE FROM event WHERE seq = 15")
    assert problem() == "Event 15 is missing."
