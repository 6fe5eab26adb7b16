"""Packs: what is in them, that they prove it, and that a kill costs nothing but time."""

import csv
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal import clock, db, queue
from portal.audit import Event
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage
from portal.evidence import building
from portal.evidence.access import requirements
from portal.evidence.models import Pack, Part
from tests import cast
from tests.evidence.conftest import content, unpacked, verified
from tests.policies.conftest import republish, signs


def members(pack: Pack) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content(pack)))


def rows(pack: Pack, name: str) -> list[dict[str, str]]:
    words = members(pack).read(f"facts/{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(words, newline="")))


def test_a_pack_passes_its_own_verifier_in_an_empty_folder(
    signed: Any, built: Any, tmp_path: Path
) -> None:
    pack = built()
    found = verified(unpacked(pack, tmp_path / "pack"))
    assert found.returncode == 0, found.stdout + found.stderr


def test_it_holds_what_people_signed_word_for_word(signed: Any, built: Any, who: Any) -> None:
    pack = built()
    whole = members(pack)
    assert {row["person"] for row in rows(pack, "acknowledgments")} == {
        str(who.erin.id), str(who.otto.id),
    }  # fmt: skip
    text = rows(pack, "texts")[0]["hash"]
    assert whole.read(f"texts/{text}.md").decode() == signed.current.source
    for row in rows(pack, "acknowledgments"):
        assert row["text_hash"] == text
        assert f"texts/{row['statement_hash']}.txt" in whole.namelist()
        assert f"texts/{row['answers_hash']}.json" in whole.namelist()
    assert "Code of conduct" in whole.read("index.html").decode()
    assert "Erin Castellanos" in whole.read("people.html").decode()


def test_names_stand_in_files_of_their_own_and_can_be_taken_out(
    signed: Any, built: Any, who: Any, tmp_path: Path
) -> None:
    pack = built()
    folder = unpacked(pack, tmp_path / "pack")
    manifest = json.loads((folder / "manifest.json").read_text())
    erasable = {name for name, said in manifest["files"].items() if said.get("optional")}
    assert erasable == {"names.csv", "openings.csv", "people.html"}
    for name in erasable:
        (folder / name).unlink()
    assert verified(folder).returncode == 0
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for person in vars(who).values():
        assert person.name.encode() not in left, person.name


def test_without_names_there_are_none(signed: Any, built: Any, who: Any, tmp_path: Path) -> None:
    pack = built(has_names=False)
    assert not {"names.csv", "openings.csv", "people.html"} & set(members(pack).namelist())
    assert b"Castellanos" not in content(pack)
    assert verified(unpacked(pack, tmp_path / "pack")).returncode == 0


def test_one_changed_byte_is_named(signed: Any, built: Any, tmp_path: Path) -> None:
    folder = unpacked(built(), tmp_path / "pack")
    path = folder / "facts" / "acknowledgments.csv"
    path.write_bytes(path.read_bytes().replace(b",test,", b",fest,", 1))
    found = verified(folder)
    assert found.returncode == 1
    assert "acknowledgments.csv" in found.stdout


class Killed(BaseException):
    """The worker's end, at a moment of our choosing."""


@pytest.mark.parametrize("after", [0, 1, 9, "the parts"])
def test_a_kill_at_any_part_loses_none_and_changes_no_byte(
    signed: Any, built: Any, build: Any, monkeypatch: Any, move_clock: Any, after: Any
) -> None:
    pack = built()
    whole = content(pack)
    with db.write():
        again = {Pack.state: "waiting", Pack.blob: None, Pack.claimed_at: None}
        Pack.update(again).where(Pack.id == pack.id).execute()
    real, ending, written = building._write, building._put_together, []

    def write(section: Any, desk: Any) -> Any:
        if len(written) == after:
            raise Killed
        written.append(section.name)
        return real(section, desk)

    def put_together(desk: Any, into: Any) -> Any:
        raise Killed

    monkeypatch.setattr(building, "_write", write)
    monkeypatch.setattr(building, "_put_together", put_together)
    with pytest.raises(Killed):
        build()
    assert Pack.get_by_id(pack.id).done == len(written)
    assert build() == 0, "for all one knows its worker lives"
    move_clock(minutes=5)
    after = None
    monkeypatch.setattr(building, "_put_together", ending)
    assert build() == 1
    assert len(written) == len(set(written)), "no part is written twice"
    assert content(Pack.get_by_id(pack.id)) == whole


def test_a_worker_told_to_stop_hands_it_on_at_once(
    signed: Any, ask: Any, build: Any, monkeypatch: Any
) -> None:
    pack = ask()
    stop = iter([False] * 5 + [True] * 2)
    monkeypatch.setattr(queue, "must_stop", lambda: next(stop, False))
    assert build() == 0
    assert 0 < Pack.get_by_id(pack.id).done < Pack.get_by_id(pack.id).total
    assert build() == 1


def test_canceled_while_it_is_built_it_leaves_nothing(
    signed: Any, ask: Any, build: Any, who: Any, monkeypatch: Any
) -> None:
    pack, real = ask(), building._write

    def write(section: Any, desk: Any) -> Any:
        if section.name == "words":
            assert Pack.get_by_id(pack.id).cancel(by=who.helen)
        return real(section, desk)

    monkeypatch.setattr(building, "_write", write)
    assert build() == 0
    assert Pack.get_by_id(pack.id).state == "canceled"
    assert Part.select().count() == 0
    assert not Pack.get_by_id(pack.id).cancel(by=who.helen)


def test_two_workers_build_it_once(signed: Any, ask: Any, build: Any) -> None:
    pack = ask()
    assert pack.claim() and not Pack.get_by_id(pack.id).claim()
    assert build() == 0


def test_a_row_without_its_event_makes_no_pack(signed: Any, ask: Any, build: Any, who: Any) -> None:
    pack = ask()
    with db.write():
        Coverage.create(
            requirement=pack.requirements[0], person=who.ben, since=cast.TODAY,
            event_on=cast.TODAY, until=cast.TODAY, recorded_at=signed.current.published_at,
        )  # fmt: skip
    assert build() == 0
    pack = Pack.get_by_id(pack.id)
    assert pack.state == "failed" and "has no event" in pack.problem


def test_what_happens_after_it_was_asked_for_is_not_in_it(
    signed: Any, ask: Any, build: Any, who: Any, move_clock: Any, tmp_path: Path
) -> None:
    pack = ask(as_of=cast.TODAY + timedelta(days=2))
    move_clock(minutes=1)
    signs(signed, who.ben)
    assert build() == 1
    pack = Pack.get_by_id(pack.id)
    assert str(who.ben.id) not in {row["person"] for row in rows(pack, "acknowledgments")}
    assert verified(unpacked(pack, tmp_path / "pack")).returncode == 0


def test_one_department_or_person_is_all_there_is(
    signed: Any, built: Any, who: Any, tmp_path: Path
) -> None:
    pack = built(among=[who.erin.id], person=who.erin)
    assert {row["person"] for row in rows(pack, "coverages")} == {str(who.erin.id)}
    assert {row["person"] for row in rows(pack, "acknowledgments")} == {str(who.erin.id)}
    report = json.loads(members(pack).read("report.json"))
    assert {line["person"] for line in report["lines"]} == {who.erin.id}
    assert verified(unpacked(pack, tmp_path / "pack")).returncode == 0


def test_corrections_exemptions_and_a_second_text_are_in_it_and_hold(
    signed: Any, built: Any, who: Any, move_clock: Any, tmp_path: Path
) -> None:
    (asked,) = requirements()
    exemptions.exempt(asked, [who.ben], until=None, reason="On leave", by=who.helen)
    move_clock(days=1)
    exemptions.take_back(asked, [who.ben], by=who.helen)
    republish(signed, signed.current.source.replace("50 euros.", "30 euros."), who.helen,
              is_material=True)  # fmt: skip
    who.ben.depart(by=who.helen, last_day_on=date(2026, 11, 20), access_ends_at=clock.now())
    following.follow_all()
    move_clock(days=1)
    pack = built(as_of=date(2026, 11, 22))
    assert len(rows(pack, "texts")) == 2
    assert len(rows(pack, "exemptions")) == 2 and len(rows(pack, "exemptions_ended")) == 1
    assert rows(pack, "coverages_ended")
    found = verified(unpacked(pack, tmp_path / "pack"))
    assert found.returncode == 0, found.stdout


def test_it_goes_after_thirty_days_unless_hr_keeps_it(
    signed: Any, built: Any, who: Any, move_clock: Any
) -> None:
    going, kept = built(), built()
    assert kept.keep(True, by=who.helen) and not kept.keep(True, by=who.helen)
    move_clock(days=30)
    assert Pack.purge() == 0
    move_clock(days=2)
    assert Pack.purge() == 1
    assert (Pack.get_by_id(going.id).state, Pack.get_by_id(kept.id).state) == ("purged", "ready")
    assert Event.select().where(Event.tag == "pack.purged").count() == 1
