"""Completions as evidence: in packs that prove themselves, in the as-of page, in the trail."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

from portal import db
from portal.evidence.models import Pack
from portal.learning.models import CompletionDetails
from portal.learning.taking import withdraw
from portal.trust import words
from portal.trust.access import visible_to
from tests.evidence.conftest import ask, build, built, content, unpacked, verified
from tests.learning.courses import records, require, safety, takes, tries

__all__ = ["ask", "build", "built", "safety"]


def members(pack: Pack) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content(pack)))


def rows(pack: Pack, name: str) -> list[dict[str, str]]:
    found = members(pack).read(f"facts/{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(found, newline="")))


def test_a_pack_holds_who_completed_which_text_and_proves_it(
    safety: Any, who: Any, built: Any, move_clock: Any, tmp_path: Path
) -> None:
    require(safety, "department = Sales")
    done = takes(safety, who.olga)
    wrong = records(safety, who.otto, note="On paper.")
    odd = records(safety, who.ben, score=200 / 3)
    withdraw(wrong, "It was Olga.", by=who.helen)
    move_clock(days=1)
    pack = built()
    kept = {row["id"]: row for row in rows(pack, "completions")}
    assert kept[str(done.id)]["code"] == done.code
    assert kept[str(odd.id)]["score"] == "66.67"
    assert [row["subject"] for row in rows(pack, "completions_withdrawn")] == [str(wrong.id)]
    assert f"texts/{safety.current.hash}.md" in members(pack).namelist()
    found = verified(unpacked(pack, tmp_path / "pack"))
    assert found.returncode == 0, found.stdout + found.stderr
    opened = members(pack).read("openings.csv").decode()
    assert "Olga Søndergaard" in opened and "On paper." in opened
    assert "Olga" not in members(pack).read("facts/completions.csv").decode()


def test_one_erased_leaves_its_proof_and_takes_its_words_along(
    safety: Any, who: Any, built: Any, move_clock: Any, tmp_path: Path
) -> None:
    require(safety, "department = Sales")
    takes(safety, who.olga)
    with db.write():
        CompletionDetails.delete().execute()
    move_clock(days=1)
    pack = built()
    assert len(rows(pack, "completions")) == 1
    assert "Olga Søndergaard" not in members(pack).read("openings.csv").decode()
    assert verified(unpacked(pack, tmp_path / "pack")).returncode == 0


def test_the_state_of_a_day_leads_to_the_completion(
    as_: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Sales")
    done = takes(safety, who.olga)
    move_clock(days=1)
    page = as_("audrey").get("/evidence/as-of?on=2026-11-18").text
    assert f"/learning/completions/{done.id}" in page


def test_the_trail_says_in_words_what_happened(app: Any, safety: Any, who: Any) -> None:
    tries(safety, who.erin, {})
    done = takes(safety, who.erin)
    withdraw(done, "It was Ben.", by=who.helen)
    said = [
        line.sentence for _, lines in words.by_day(list(visible_to(who.helen))) for line in lines
    ]
    assert "Erin Castellanos: began “Safety basics”, attempt 2" in said
    assert "Erin Castellanos: completed “Safety basics”" in said
    assert "Helen Brandt: took back that Erin Castellanos has completed “Safety basics”" in said
    assert not [one for one in said if "Ben" in one and "took back" in one]


def test_an_auditor_reads_what_was_completed_and_no_attempt(safety: Any, who: Any) -> None:
    tries(safety, who.erin, {})
    takes(safety, who.erin)
    tags = {event.tag for event in visible_to(who.audrey)}
    assert "completion.completed" in tags
    assert not [tag for tag in tags if tag.startswith("attempt.")]
