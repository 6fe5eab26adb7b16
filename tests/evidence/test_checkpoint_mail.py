"""Checkpoints leave the portal: once a day, to whoever keeps them outside and to whoever audits."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal import clock, db, doctor
from portal.audit import Event
from portal.audit.alarms import ChainAlarm
from portal.audit.checkpoints import Checkpoint
from portal.evidence import jobs, verify
from portal.mail.jobs import envelope
from portal.mail.models import Letter, kinds
from portal.people.org import Company
from tests import cast
from tests.evidence.conftest import content
from tests.people.test_forms import COMPANY
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
READERS = dict.fromkeys(HERE, 404) | dict.fromkeys(("helen", "audrey", "adam"), 200)


@pytest.fixture
def kept_outside(who: Any) -> str:
    Company.change(by=who.helen, checkpoint_to="keeper@example.org")
    return "keeper@example.org"


@pytest.fixture
def render(world: Any) -> Any:
    """`render(letter)`: the message as it would be sent now. Not in the fixture `app`, because
    several people look in one test."""

    def draw(letter: Letter) -> Any:
        with world.app.app_context():
            return kinds[letter.kind].render(letter)

    return draw


def letters(kind: str = "checkpoint") -> list[Letter]:
    return list(Letter.select().where(Letter.kind == kind).order_by(Letter.id))


def forge(seq: int) -> None:
    with db.write():
        if db.is_sqlite():
            db.database.execute_sql("DROP TRIGGER IF EXISTS event_no_update")
        else:
            db.database.execute_sql("ALTER TABLE event DISABLE TRIGGER ALL")
        db.database.execute_sql(f"UPDATE event SET tag = 'forged.done' WHERE seq = {seq}")


# -- making and sending --------------------------------------------------------------------------


def test_one_a_day_is_made_and_sent_however_often_the_worker_looks(
    kept_outside: str, move_clock: Any, who: Any
) -> None:
    for _ in range(3):
        jobs.make_checkpoints()
    assert Checkpoint.select().count() == 1
    assert {letter.facts["to"] or letter.person_id for letter in letters()} == {
        kept_outside, who.audrey.id,
    }  # fmt: skip
    move_clock(days=3)
    jobs.make_checkpoints()
    # On a day on which nothing happened there is nothing new to sign.
    assert Checkpoint.select().count() == 1
    who.erin.correct(by=who.helen, phone="0170 555 0199")
    jobs.make_checkpoints()
    assert Checkpoint.select().count() == 2 and len(letters()) == 4


def test_one_that_was_made_for_a_pack_is_sent_as_well(kept_outside: str, who: Any) -> None:
    jobs.make_checkpoints()
    who.erin.correct(by=who.helen, phone="0170 555 0199")
    made = Checkpoint.make()
    assert jobs.make_checkpoints() == 2
    assert {letter.facts["size"] for letter in letters()[2:]} == {made.size}


def test_the_mail_brings_what_the_verifier_reads(kept_outside: str, render: Any) -> None:
    jobs.make_checkpoints()
    made = Checkpoint.newest()
    assert made is not None
    for letter in letters():
        message = render(letter)
        assert message is not None
        mail = envelope(letter, message).as_bytes()
        for saved in (mail, message.text.encode()):
            (note,) = verify.mailed(saved)
            assert note.text == made.text
            assert note.problem(verify.is_signed) == ""
        assert max(map(len, message.text.splitlines())) < 120


def test_who_has_gone_since_gets_no_letter(render: Any, who: Any, move_clock: Any) -> None:
    jobs.make_checkpoints()
    (letter,) = letters()
    who.audrey.depart(by=who.helen, last_day_on=clock.today(), access_ends_at=clock.now())
    move_clock(days=3)
    assert render(letter) is None


def test_nothing_secret_stands_in_letters_or_rows(kept_outside: str, database: Any) -> None:
    jobs.make_checkpoints()
    said = str(list(Checkpoint.select().dicts())) + str([letter.data for letter in letters()])
    assert database.secret_key not in said


# -- the addresses -------------------------------------------------------------------------------


def test_hr_names_who_keeps_them(as_: Any) -> None:
    helen = as_("helen")
    typed = {"checkpoint_to": " one@example.org, two@example.org;two@example.org "}
    assert helen.post("/settings/company", data=COMPANY | typed).status_code == 303
    assert Company.settings().checkpoint_addresses == ["one@example.org", "two@example.org"]
    event = Event.select().where(Event.tag == "company.changed").order_by(-Event.seq).first()
    # Whose addresses these are can be erased; that there are two cannot.
    assert "example.org" not in event.data and event.facts["checkpoint_to_count"] == 2
    assert "one@example.org two@example.org" in helen.get("/settings").text
    assert "mailed to 2 addresses" in as_("adam").get("/settings").text
    helen.post("/settings/company", data=COMPANY | {"checkpoint_to": ""})
    assert Company.settings().checkpoint_addresses == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a@example.org " * 1 + "b@x.org c@x.org d@x.org", "At most three"),
        ("nobody", "not an e-mail"),
    ],
)
def test_what_is_no_address_is_said_at_the_field(as_: Any, typed: str, said: str) -> None:
    answer = as_("helen").post("/settings/company", data=COMPANY | {"checkpoint_to": typed})
    assert answer.status_code == 422 and said in answer.text and typed in answer.text
    assert Company.settings().checkpoint_addresses == []


# -- pages ---------------------------------------------------------------------------------------


def test_checkpoints_are_read_by_whoever_answers_for_the_trail(as_: Any, database: Any) -> None:
    made = Checkpoint.make()
    knock(as_, READERS, "/evidence/checkpoints", nowhere="/nothing")
    one = f"/evidence/checkpoints/{made.size}"
    knock(as_, READERS, one, nowhere="/evidence/checkpoints/999999")
    assert made.block in as_("audrey").get(one).text


def test_the_page_teaches_while_there_is_none_and_warns_while_nobody_keeps_them(as_: Any) -> None:
    helen = as_("helen")
    assert "within ten minutes" in helen.get("/evidence/checkpoints").text
    page = helen.get("/evidence/checkpoints").text
    assert "Better still: name an address outside the company" in page
    Company.change(by=None, checkpoint_to="keeper@example.org")
    page = helen.get("/evidence/checkpoints").text
    assert "Mailed to 1 address outside and to whoever audits here (1)" in page


def test_a_page_asks_the_database_little_however_many_there_are(
    as_: Any, queries: Any, move_clock: Any
) -> None:
    for _ in range(5):
        Company.change(by=None, name=str(clock.now()))
        Checkpoint.make()
        move_clock(days=1)
    # Of an auditor the reading itself is noted, which is no question of the page.
    helen = as_("helen")
    helen.get("/evidence/checkpoints")
    with queries() as seen:
        helen.get("/evidence/checkpoints")
    assert len(seen) <= 8


# -- alarms --------------------------------------------------------------------------------------


def test_an_alarm_reaches_hr_and_whoever_runs_the_portal_and_ends_with_its_cause(
    as_: Any, render: Any, who: Any, kept_outside: str
) -> None:
    jobs.make_checkpoints()
    seq = Event.select().count()
    tag = Event.get(Event.seq == seq).tag
    forge(seq)
    assert jobs.watch_chain() == 1 and jobs.watch_chain() == 0
    told = letters("chain_alarm")
    assert {letter.person_id for letter in told} == {who.helen.id, who.adam.id}
    said = f"Event {seq} was changed after it was written."
    message = render(told[0])
    assert message is not None and said in message.text and said in message.html
    for reader in ("helen", "audrey", "adam"):
        assert said in as_(reader).get("/evidence/checkpoints").text
    with db.write():
        db.database.execute_sql(f"UPDATE event SET tag = '{tag}' WHERE seq = {seq}")
    jobs.watch_chain()
    assert ChainAlarm.ringing().count() == 0
    assert said not in as_("helen").get("/evidence/checkpoints").text
    assert render(told[0]) is None


# -- the doctor ----------------------------------------------------------------------------------


def examined(config: Any, **how: bool) -> str:
    lines = doctor.findings(config, **how)
    return "\n".join(f"{'ok' if is_well else 'FAULT'} {said}" for is_well, said in lines)


def test_the_doctor_walks_from_the_newest_checkpoint_and_says_so(
    app: Any, database: Any, move_clock: Any
) -> None:
    Checkpoint.make()
    Company.change(by=None, name="Other")
    said = examined(database)
    assert "ok The audit chain holds: 1 event since the checkpoint of 2026-11-18." in said
    assert "No address outside keeps the checkpoints" in said
    count = Event.select().count()
    assert f"ok The audit chain holds: {count:,} events." in examined(database, whole=True)
    Company.change(by=None, checkpoint_to="keeper@example.org")
    assert "mailed to 1 address outside" in examined(database)
    move_clock(days=4)
    assert "FAULT The newest checkpoint is of 2026-11-18" in examined(database)


def test_the_doctor_finds_a_cut_tail_and_what_rings(app: Any, database: Any) -> None:
    Company.change(by=None, name="Other")
    made = Checkpoint.make()
    ChainAlarm.sound("Event 3 was changed after it was written.", 0)
    forge(made.size)
    with db.write():
        if db.is_sqlite():
            db.database.execute_sql("DROP TRIGGER event_no_delete")
        db.database.execute_sql(f"DELETE FROM event WHERE seq >= {made.size}")
    said = examined(database)
    assert "FAULT The checkpoint over" in said and "are gone" in said
    assert "FAULT Event 3 was changed after it was written." in said


# -- from end to end -----------------------------------------------------------------------------


def test_a_mail_of_yesterday_checks_the_pack_of_today(
    kept_outside: str, render: Any, signed: Any, built: Any, tmp_path: Path, move_clock: Any
) -> None:
    jobs.make_checkpoints()
    letter = next(each for each in letters() if each.facts["to"])
    message = render(letter)
    assert message is not None
    move_clock(days=1)
    (tmp_path / "pack.zip").write_bytes(content(built()))
    (tmp_path / "mail.eml").write_bytes(envelope(letter, message).as_bytes())
    (tmp_path / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "pack.zip", "--checkpoint", "mail.eml"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "are what was mailed then" in done.stdout
