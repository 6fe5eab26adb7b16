"""What somebody tried against files, papers, links and the trail, and what is answered since."""

import io
import struct
import time
from datetime import date
from typing import Any

import pytest

from portal import audit
from portal.audit import Personal
from portal.demographics.models import DemographicRelease, Demographics
from portal.people import teams
from portal.people.org import Team
from portal.retention.purging import let_go
from portal.uploads.models import MAX_WAITING, Upload, UploadKind
from portal.uploads.sniffing import Refused, sort_of
from tests import cast
from tests.personnel.conftest import file_paper
from tests.uploads.conftest import small
from tests.uploads.files import PDF

__all__ = ["file_paper", "small"]


def test_a_second_end_of_a_zip_hides_no_list_of_millions() -> None:
    """The first said that there is one member; the second, which Python believes, 200,000."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = 200_000
    begin = b"PK\x03\x04" + bytes(26)
    size, at = len(entry) * count, len(begin)
    second = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at)
    where = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + size, 1)
    for remark in (b"", b"x" * 65_535):
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 47, at, len(remark)) + remark
        began = time.perf_counter()
        with pytest.raises(Refused):
            sort_of(io.BytesIO(begin + entry * count + second + where + end), "a.docx")
        assert time.perf_counter() - began < 3


def test_a_long_text_is_looked_through_in_a_moment() -> None:
    body = io.BytesIO(b"ten bytes\n" * 2_000_000)
    began = time.perf_counter()
    assert sort_of(body, "a.txt").title == "text"
    assert time.perf_counter() - began < 3


def test_a_form_refused_again_and_again_does_not_fill_the_disk(who: Any, small: UploadKind) -> None:
    for number in range(MAX_WAITING):
        body = io.BytesIO(PDF + b"%d" % number)
        Upload.of_file(body, f"{number}.pdf", small, by=who.erin)
    with pytest.raises(Refused, match="Many files of yours"):
        Upload.of_file(io.BytesIO(PDF), "more.pdf", small, by=who.erin)
    assert Upload.of_file(io.BytesIO(PDF), "mine.pdf", small, by=who.otto)


def test_a_renamed_team_or_a_moved_first_day_leaves_the_trail_readable(who: Any, as_: Any) -> None:
    """Their `to` is no person, and looking for one among numbers broke the whole page."""
    team = Team.select().first()
    teams.change(team, "Cartography", None, by=who.helen)
    who.erin.move_first_day(date(2025, 1, 7), by=who.helen)
    page = as_("helen").get("/audit")
    assert page.status_code == 200
    assert "renamed a team to Cartography" in page.text
    assert "corrected the first day of Erin" in page.text and "7 Jan 2025" in page.text


def test_hr_does_not_learn_from_the_trail_what_lies_in_her_own_file(
    who: Any, as_: Any, file_paper: Any
) -> None:
    paper = file_paper(who.helen, by=who.mara, kind="review")
    file_paper(who.erin, kind="permit")
    helen = as_("helen")
    assert helen.get(f"/papers/{paper.id}/file").status_code == 404
    for address in ("/audit", "/audit?kind=paper", f"/audit?about={who.helen.id}"):
        assert "into the file of Helen" not in helen.get(address).text
    assert "into the file of Erin" in helen.get("/audit?kind=paper").text


def test_a_paper_that_is_let_go_leaves_no_words_behind(
    who: Any, file_paper: Any, database: Any
) -> None:
    file_paper(who.erin, title="Warning of May", keep_until=date(2026, 1, 1))
    kept = file_paper(who.erin, title="Contract of June")
    assert let_go("papers") == 1
    said = [row.payload for row in Personal.select()]
    assert not any("Warning of May" in words for words in said)
    assert any(kept.title in words for words in said)
    assert audit.verify().holds


def test_one_answer_does_not_bring_new_figures_of_those_who_were_counted(
    who: Any, move_clock: Any
) -> None:
    """All of them answered on the very day of the figures; then one more did, a quarter later."""
    for name in ("erin", "ben", "mara", "dora", "olga", "otto"):
        Demographics.answer(cast.person(name), {"gender": "woman" if name < "m" else "man"})
    assert DemographicRelease.take_if_due()
    first = DemographicRelease.latest()
    move_clock(days=60)
    Demographics.answer(who.ida, {"gender": "woman"})
    assert not DemographicRelease.take_if_due()
    assert DemographicRelease.latest().id == first.id
