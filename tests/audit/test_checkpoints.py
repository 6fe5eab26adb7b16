"""Checkpoints: what was signed stays what it was, and whoever changes the past is found."""

import json

import pytest

from portal import audit, clock, db
from portal.audit import Event, alarms, keys, merkle
from portal.audit.alarms import ChainAlarm
from portal.audit.checkpoints import Broken, Checkpoint, root_at
from portal.audit.models import hash_of
from portal.evidence import verify
from portal.people.org import Company


def happen(times=1):
    for number in range(times):
        Company.change(by=None, name=f"Other {number} of {clock.now()}")


def hashes(size=None):
    rows = Event.select(Event.hash).order_by(Event.seq).limit(size)
    return [bytes.fromhex(event.hash) for event in rows]


@pytest.fixture
def line(database, move_clock):
    """Three checkpoints with a day and some events between them, and some events after."""
    made = []
    for count in (3, 5, 1):
        happen(count)
        made.append(Checkpoint.make())
        move_clock(days=1)
    happen(2)
    return made


@pytest.fixture
def tamper(database):
    """Runs statements as somebody who dropped every trigger first."""

    def run(*statements):
        with db.write():
            for table in ("event", "checkpoint"):
                if db.is_sqlite():
                    db.database.execute_sql(f"DROP TRIGGER IF EXISTS {table}_no_update")
                    db.database.execute_sql(f"DROP TRIGGER IF EXISTS {table}_no_delete")
                else:
                    db.database.execute_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for statement in statements:
                db.database.execute_sql(statement)

    return run


def test_a_checkpoint_says_how_many_events_there_are_and_what_they_say(database):
    made = Checkpoint.get_by_id(Checkpoint.make().id)
    assert made.size == Event.select().count()
    assert made.root == merkle.root(hashes()).hex()
    assert made.head == hashes()[-1].hex()
    assert made.at == clock.now()
    assert made.key == keys.current().id and made.problem() == ""


def test_what_others_read_in_it_is_what_was_signed(line):
    """The verifier for outside has no code in common with the portal."""
    before = None
    for made in line:
        (note,) = verify.mailed(made.block.encode())
        assert note.problem(verify.is_signed) == ""
        assert note.text == made.text and note.size == made.size
        proof = [bytes.fromhex(part) for part in json.loads(made.proof)]
        if before is not None:
            roots = bytes.fromhex(before.root), bytes.fromhex(made.root)
            assert verify.is_consistent(before.size, made.size, *roots, proof)
        before = made


def test_the_proof_is_the_one_over_the_whole_tree_though_only_new_events_were_read(line, queries):
    first, second, third = line
    whole = merkle.consistency(hashes(), second.size, third.size)
    assert [part.hex() for part in whole] == json.loads(third.proof)
    assert json.loads(first.proof) == []
    happen()
    with queries() as seen:
        Checkpoint.make()
    read = [sql for sql in seen if 'FROM "event"' in sql]
    assert read and all("WHERE" in sql or "LIMIT" in sql for sql in read)


def test_nothing_new_makes_no_second_one(line):
    made = Checkpoint.make()
    assert Checkpoint.make() == made
    assert Checkpoint.select().count() == 4


def test_events_are_proved_to_be_in_it(line):
    made = line[1]
    proofs = made.proofs([1, 4, made.size])
    root = bytes.fromhex(made.root)
    for seq, proof in proofs.items():
        leaf = merkle.leaf(hashes()[seq - 1])
        proof = [bytes.fromhex(part) for part in proof]
        assert verify.includes(leaf, seq - 1, made.size, proof, root)


def test_the_root_at_any_size_is_found_from_the_checkpoint_before(line):
    for size in (1, line[0].size - 1, line[0].size, line[1].size + 1, Event.select().count()):
        assert root_at(size) == merkle.root(hashes(size)).hex()
    assert root_at(Event.select().count() + 1) == ""


def test_a_checkpoint_never_changes_and_is_never_removed(line):
    for change in (Checkpoint.update(size=1), Checkpoint.delete()):
        with pytest.raises(Exception, match="a checkpoint"), db.write():
            change.execute()
    assert Checkpoint.select().count() == 3


# -- keys ----------------------------------------------------------------------------------------


def test_the_key_follows_from_the_secret_and_tells_nothing_of_it():
    one, other = keys.signing_key("s" * 40), keys.signing_key("t" * 40)
    assert one.public == keys.signing_key("s" * 40).public != other.public
    assert "s" * 40 not in repr(one) and one.id in repr(one)
    assert keys.is_signed(one.public, one.sign("words"), "words")
    assert not keys.is_signed(one.public, one.sign("words"), "other words")
    assert not keys.is_signed(other.public, one.sign("words"), "words")
    assert not keys.is_signed("no hex", "no hex either", "words")


def test_another_secret_key_makes_another_signing_key_and_the_old_checkpoints_stay_good(line):
    before = keys.current()
    keys.configure("n" * 40)
    try:
        made = Checkpoint.make()
        assert made.key != before.id and made.problem() == ""
        assert [each.problem() for each in Checkpoint.select()] == [""] * 4
        assert audit.verify(whole=True).holds
        assert {before.public, made.public_key} == Checkpoint.public_keys()
    finally:
        keys.configure("s" * 40)


# -- from the last checkpoint on -----------------------------------------------------------------


def test_the_walk_begins_at_the_newest_checkpoint(line, queries):
    verdict = audit.verify()
    assert verdict.holds and verdict.since == line[2].size
    assert verdict.checked == Event.select().count() - line[2].size
    whole = audit.verify(whole=True)
    assert whole.holds and whole.checked == Event.select().count()
    assert whole.head == verdict.head


def problem(whole=False):
    return audit.verify(whole=whole).problem


def test_a_cut_tail_is_found_though_what_is_left_fits(line, tamper):
    size = line[2].size
    tamper(f"DELETE FROM event WHERE seq >= {size}")
    assert "counts more than there are: 1 are gone" in problem()
    assert "are gone" in problem(whole=True) or "changed" in problem(whole=True)


def test_a_change_after_the_checkpoint_names_its_event(line, tamper):
    seq = line[2].size + 1
    tamper(f"UPDATE event SET tag = 'forged.done' WHERE seq = {seq}")
    assert problem() == problem(whole=True) == f"Event {seq} was changed after it was written."


def test_a_change_of_old_is_found_by_the_whole_walk(line, tamper):
    tamper("UPDATE event SET tag = 'forged.done' WHERE seq = 3")
    assert problem() == ""
    assert problem(whole=True) == "Event 3 was changed after it was written."


def rewritten(since):
    """Statements that write all events from one on anew, so that the chain fits again."""
    rows = list(Event.select().where(Event.seq >= since).order_by(Event.seq).dicts())
    previous = rows[0]["previous"]
    for row in rows:
        row["tag"] = "forged.done" if row["seq"] == since else row["tag"]
        row["previous"] = previous
        previous = hash_of(row)
        yield (
            f"UPDATE event SET tag = '{row['tag']}', previous = '{row['previous']}', "
            f"hash = '{previous}' WHERE seq = {row['seq']}"
        )


def test_a_past_written_anew_as_a_whole_does_not_pass_a_checkpoint(line, tamper):
    tamper(*rewritten(line[0].size + 1))
    assert problem() == f"Event {line[2].size} is not the one that was signed on 2026-11-20."
    span = f"Events {line[0].size + 1} to {line[1].size}"
    found = problem(whole=True)
    assert found.startswith((span, f"Event {line[1].size} is not the one")), found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("root = '{0}'", "was changed after it was signed"),
        ("head = '{0}'", "was changed after it was signed"),
        ("size = size + 1", "was changed after it was signed"),
        ("signature = '{0}{0}'", "was changed after it was signed"),
        ("public_key = '{0}'", "was changed after it was signed"),
        ("peaks = '{0}'", "does not belong to the tree"),
        ("peaks = 'no hex'", "does not belong to the tree"),
    ],
)
def test_a_changed_checkpoint_is_found(line, tamper, change, said):
    tamper(f"UPDATE checkpoint SET {change.format('a' * 64)} WHERE id = {line[2].id}")
    assert said in problem() and said in problem(whole=True)
    with pytest.raises(Broken, match=said):
        Checkpoint.make()


def test_over_a_broken_chain_nothing_is_signed(line, tamper):
    tamper(f"UPDATE event SET tag = 'forged.done' WHERE seq = {line[2].size + 1}")
    with pytest.raises(Broken) as broken:
        Checkpoint.make()
    assert broken.value.since == line[2].size
    assert Checkpoint.select().count() == 3


# -- alarms --------------------------------------------------------------------------------------


def ringing():
    return [alarm.problem for alarm in ChainAlarm.ringing()]


def test_a_whole_chain_rings_no_alarm(line):
    assert alarms.watch() == [] and ringing() == []


def test_a_change_of_old_is_found_by_the_stretches_of_each_hour(line, tamper, monkeypatch):
    monkeypatch.setattr("portal.audit.alarms.STRETCH", 1)
    seq = line[1].size
    tamper(f"UPDATE event SET tag = 'forged.done' WHERE seq = {seq}")
    for _ in range(3):
        alarms.watch()
    assert ringing() == [f"Event {seq} was changed after it was written."]


def test_stretch_by_stretch_every_event_is_walked_over_and_then_again(line, monkeypatch):
    monkeypatch.setattr("portal.audit.alarms.STRETCH", 1)
    reached = []
    for _ in range(6):
        alarms.watch()
        reached.append(audit.Cursor.get(audit.Cursor.name == "chain").seq)
    assert reached == [line[0].size, line[1].size, 0] * 2


def test_an_alarm_rings_once_and_ends_when_the_events_are_whole_again(line, tamper, caplog):
    seq = line[2].size + 1
    tag = Event.get(Event.seq == seq).tag
    tamper(f"UPDATE event SET tag = 'forged.done' WHERE seq = {seq}")
    assert len(alarms.watch()) == 1 and alarms.watch() == []
    assert alarms.make_checkpoint() is None
    assert ringing() == [f"Event {seq} was changed after it was written."]
    assert "does not hold" in caplog.text
    tamper(f"UPDATE event SET tag = '{tag}' WHERE seq = {seq}")
    assert alarms.watch() == [] and ringing() == []
    assert alarms.make_checkpoint().size > line[2].size
    of_alarms = Event.select().where(Event.subject_kind == "chain_alarm")
    tags = [event.tag for event in of_alarms.order_by(Event.seq)]
    assert sorted(tags) == ["chain_alarm.ended", "chain_alarm.raised"]
