"""Somebody is erased: words go, numbers and proofs stay, and a restore brings nobody back."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from portal import audit, cli, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment, Reminder
from portal.audit import Event, Personal
from portal.demographics.models import Demographics
from portal.mail.models import Letter
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.signing import Device
from portal.personnel.consents import AlumniConsent
from portal.personnel.models import Paper
from portal.privacy import records
from portal.retention import erasing
from portal.retention.erasing import Erasure, listed, replay
from portal.retention.models import LegalHold
from portal.retention.outlook import outlook
from portal.retention.purging import let_go

NAMES = ("Lev", "Abramov", "lev@halden.example")


@pytest.fixture
def lev(who: Any, file_paper: Any, as_: Any) -> Person:
    """Lev as he left: papers, a letter, a browser, a leave, a duty that names him."""
    who.lev.correct(by=who.helen, phone="+49 30 1234567", pronouns="he", pronunciation="Lyev")
    for kind in ("contract", "payslip", "offer", "review"):
        file_paper(who.lev, kind=kind)
    Letter.write("note", "note:lev", who.lev.id, words="Dear Lev")
    AlumniConsent.say(who.lev, True, "lev@home.example", None)
    Device.sign_in(who.lev, how="test", agent="Lev's phone", address="10.0.0.9")
    with db.write():
        Leave.create(person=who.lev, kind="sick", starts_on=date(2026, 1, 5), note="Lev is ill")
        Assignment.assign(
            kind="step", target=1, title="Talk to Lev Abramov", cause=Cause("step", 1),
            by=who.helen, person=who.mara, about=who.lev, due_on=date(2026, 12, 1),
        )  # fmt: skip
        words = {"reason": "As Lev Abramov did"}
        audit.record(who.helen, "corrected", who.mara, about=who.mara, personal=words)
        audit.record(who.helen, "corrected", who.otto, about=who.otto, personal=words)
    return Person.get_by_id(who.lev.id)


def erase(person: Person, by: Any) -> Erasure:
    erasure = Erasure.begin(person, by=by, reason="They asked for it")
    assert erasure.work()
    return Erasure.get_by_id(erasure.id)


def everything() -> str:
    """Every word of every table, as one text."""
    from portal import models

    rows = [
        str(row) for model in models.MODELS for row in model.select().tuples()
        if model._meta.table_name not in ("blob", "blob_chunk")
    ]  # fmt: skip
    return "\n".join(rows)


def test_no_table_holds_a_word_of_somebody_who_was_erased(lev: Person, who: Any) -> None:
    """What the law asks for stays to its time: his contract and his payslips."""
    for name in NAMES:
        assert name in everything(), name
    erasure = erase(lev, who.helen)
    left = everything()
    for name in (*NAMES, "+49 30 1234567", "Lyev", "lev@home", "10.0.0.9", "is ill"):
        assert name not in left, name
    assert sorted(paper.kind for paper in Paper.select()) == ["contract", "payslip"]
    assert erasure.counts["papers"] == 2 and erasure.finished_at
    event = Event.get(Event.tag == "erasure.finished")
    assert (event.about_id, event.facts["classes"]) == (lev.id, erasure.counts)
    assert audit.verify().holds


def test_ids_dates_and_places_stay(lev: Person, who: Any) -> None:
    held = list(Position.select().where(Position.person == lev).dicts())
    ordered = Event.select().order_by(Event.seq)
    events = [(event.seq, event.hash) for event in ordered]
    erase(lev, who.helen)
    gone = Person.get_by_id(lev.id)
    assert (gone.name, gone.called) == (f"Former colleague {lev.id}",) * 2
    assert (gone.hired_on, gone.last_day_on) == (lev.hired_on, lev.last_day_on)
    assert list(Position.select().where(Position.person == lev).dicts()) == held
    assert [(event.seq, event.hash) for event in ordered.limit(len(events))] == events
    assert not gone.is_active and Person.by_email("lev@halden.example") is None
    duty = Assignment.get(Assignment.about == lev)
    assert (duty.outcome, duty.title) == ("ended", "Checklist step")


def test_who_names_them_elsewhere_in_the_trail_is_blanked_unless_held(
    lev: Person, who: Any
) -> None:
    LegalHold.place(person=who.otto, kept=None, reason="A dispute", counsel="", by=who.helen)
    erase(lev, who.helen)
    said = [row.payload for row in Personal.select() if "Lev Abramov" in row.payload]
    about = [Event.get(Event.seq == row.event).about_id for row in Personal.select()
             if row.payload in said]  # fmt: skip
    assert about == [who.otto.id]


def test_a_hold_protects_from_an_erasure_and_stops_one_that_runs(
    lev: Person, who: Any, monkeypatch: Any
) -> None:
    hold = LegalHold.place(person=lev, kept=None, reason="R", counsel="", by=who.helen)
    with pytest.raises(ValueError, match="legal hold"):
        Erasure.begin(lev, by=who.helen, reason="R")
    hold.lift(by=who.helen)
    erasure = Erasure.begin(lev, by=who.helen, reason="R")
    again = LegalHold.place(person=lev, kept=None, reason="R", counsel="", by=who.helen)
    assert not erasure.work() and Person.get_by_id(lev.id).name == "Lev Abramov"
    again.lift(by=who.helen)
    erasing.go_on()
    assert Person.get_by_id(lev.id).name.startswith("Former")


def test_a_class_under_hold_stays_whole(lev: Person, who: Any) -> None:
    LegalHold.place(person=None, kept=records["papers"], reason="R", counsel="", by=who.helen)
    erase(lev, who.helen)
    assert Paper.select().count() == 4


def test_killed_in_the_middle_it_goes_on(lev: Person, who: Any, monkeypatch: Any) -> None:
    def killed(*_: Any) -> None:
        raise SystemExit

    erasure = Erasure.begin(lev, by=who.helen, reason="R")
    monkeypatch.setattr(erasing, "pseudonymise", killed)
    with pytest.raises(SystemExit):
        erasure.work()
    monkeypatch.undo()
    assert Erasure.get().finished_at is None and Erasure.get().counts["papers"] == 2
    erasing.go_on()
    done = Erasure.get()
    assert done.finished_at and done.counts["papers"] == 2
    erasing.go_on()
    assert Event.select().where(Event.tag == "erasure.finished").count() == 1


def test_who_works_here_and_oneself_cannot_be_erased(who: Any) -> None:
    for name in ("erin", "helen", "audrey"):
        with pytest.raises(ValueError):
            Erasure.begin(getattr(who, name), by=who.helen, reason="R")


def test_a_joiner_who_never_comes_is_erased_and_expected_nowhere(who: Any) -> None:
    erase(who.nia, who.helen)
    gone = Person.get_by_id(who.nia.id)
    assert gone.withdrawn_at and gone.hired_on is None and "Nia" not in everything()


def test_leavers_go_after_their_months_and_only_once(
    lev: Person, who: Any, rule: Any, move_clock: Any
) -> None:
    rule("leavers", 6, is_automatic=True)
    assert let_go("leavers") == 0
    move_clock(to=datetime(2027, 5, 2, 9, tzinfo=UTC))
    assert let_go("leavers") == 1
    erasing.go_on()
    assert Person.get_by_id(lev.id).name == f"Former colleague {lev.id}"
    assert let_go("leavers") == 0 and Erasure.select().count() == 1


def test_after_a_restore_the_list_is_done_again(
    lev: Person, who: Any, tmp_path: Any, database: Any
) -> None:
    """The backup is of before: it brings Lev back, and knows nothing of any erasure."""
    before = {row.id: row.__data__ for row in [Person.get_by_id(lev.id)]}
    erase(lev, who.helen)
    kept = listed()
    assert kept[0][0] == lev.id and "Lev" not in json.dumps(kept)
    with db.write():
        Erasure.delete().execute()
        values = {name: value for name, value in before[lev.id].items() if name != "id"}
        Person.update(values).where(Person.id == lev.id).execute()
    assert Person.get_by_id(lev.id).name == "Lev Abramov"
    assert replay([person for person, _, _ in kept]) == (1, [])
    assert Person.get_by_id(lev.id).name == f"Former colleague {lev.id}"
    assert replay([lev.id, 999_999]) == (0, []), "twice is once"
    assert replay([who.erin.id]) == (0, [who.erin.id]), "who is here is not erased by a list"


def test_the_list_is_done_again_by_a_command(
    lev: Person, who: Any, as_: Any, tmp_path: Any, monkeypatch: Any, capsys: Any, world: Any
) -> None:
    """The file is the one that HR keeps with the backups."""
    erase(lev, who.helen)
    kept = tmp_path / "erasures.csv"
    kept.write_bytes(as_("helen").get("/retention/erasures.csv").data)
    assert erasing.read_list(kept.read_bytes()) == [lev.id]
    for wrong in (
        b"",
        b"person\nLev\n",
        b"\xff\xfe",
        b"name\nLev\n",
        b"person\n\0\n",
        b"person\n" + b"9" * 30,
    ):
        if wrong:
            with pytest.raises(ValueError, match="no erasure list"):
                erasing.read_list(wrong)
    monkeypatch.setattr(cli, "_open", lambda config: None)
    arguments = SimpleNamespace(file=kept)
    cli._erase_again(world.config, arguments)
    assert "1 on the list, 0 erased again." in capsys.readouterr().out
    kept.write_bytes(b"person,at,classes\n%d,x,y\n" % who.erin.id)
    with pytest.raises(cli.Refusal, match="Not erased"):
        cli._erase_again(world.config, arguments)
    with pytest.raises(cli.Refusal, match="cannot be read"):
        cli._erase_again(world.config, SimpleNamespace(file=tmp_path / "none.csv"))


def test_the_outlook_says_beforehand_what_goes(lev: Person, who: Any, queries: Any) -> None:
    with queries() as seen:
        found = outlook(lev.id)
    assert len(seen) <= 8
    lines = {line.kept.name: (line.goes, line.stays) for line in found.lines}
    assert lines["papers"] == (2, 2) and lines["leave"] == (1, 0)
    erasure = erase(lev, who.helen)
    for name, (goes, _) in lines.items():
        # The trail has grown by what the erasure itself says; the rest is what was shown.
        if name != "trail":
            assert erasure.counts.get(name, 0) == goes, name
    assert clock.now() == erasure.finished_at


def test_what_is_private_is_nowhere_counted(lev: Person, who: Any) -> None:
    """Not before, nor in what is kept of it: a number would tell that there is something."""
    before = outlook(lev.id)
    with db.write():
        for target in range(3):
            duty = Assignment.assign(
                kind="mentoring", target=target, title="Answer a request to be a mentor",
                cause=Cause("mentoring", target), by=who.helen, person=lev, about=lev,
                due_on=date(2026, 12, 1),
            )  # fmt: skip
            Reminder.create(assignment=duty, person=lev, rung="due", at=clock.now())
        duty.settle(by=lev)
    Demographics.answer(lev, {"gender": "man"})
    assert outlook(lev.id) == before
    erasure = erase(lev, who.helen)
    assert "demographics" not in erasure.counts and erasure.counts["duties"] == 1
    assert not Assignment.select().where(Assignment.is_open(), Assignment.person == lev).exists()
