"""Who stands on which rung, where rungs lead, and how a track is read."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal.careers import overlaps, tracks
from portal.careers.rungs import nearest_of
from portal.documents import exchange
from portal.documents.models import Document
from portal.people.positions import Position
from tests import cast
from tests.careers import written
from tests.competencies.written import competencies, publish
from tests.reach import knock

STAFF = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}


@pytest.fixture
def track(database: Any) -> tracks.Track:
    """Engineering in force; Erin is an engineer on L1, Ben on L2, Mara manages on L5."""
    competencies()
    for name, level in (("erin", "L1"), ("ben", "L2"), ("mara", "L5")):
        Position.take(cast.person(name), by=None, starts_on=date(2026, 1, 1), level=level)
    return written.engineering()


def test_a_rung_is_found_by_role_and_level(track: Any, queries: Any) -> None:
    with queries() as seen:
        [found] = tracks.all_in_force()
    assert len(seen) == 1 and [rung.key for rung in found.rungs][:2] == [
        "engineering/engineer", "engineering/senior-engineer",
    ]  # fmt: skip
    stands = {name: tracks.of(cast.person(name)) for name in ("erin", "ben", "mara", "otto", "nia")}
    assert {name: rung and rung.slug for name, rung in stands.items()} == {
        "erin": "engineer",
        "ben": "senior-engineer",
        # L5 is not written: the highest below counts, and without a level the lowest.
        "mara": "engineering-manager",
        "nia": "engineer",
        "otto": None,
    }
    assert tracks.of(cast.person("audrey")) is None
    assert nearest_of(track.rungs, " ENGINEER ", "l2").slug == "senior-engineer"
    assert nearest_of(track.rungs, "", "L2") is None


def test_rungs_lead_to_what_is_in_force(track: Any) -> None:
    tester = track.rung("tester")
    assert [one.slug for one in tracks.next_of(tester)] == ["engineer"]
    sales = written.sales()
    assert [one.key for one in tracks.next_of(tester)] == [
        "engineering/engineer", "sales/account-executive",
    ]  # fmt: skip
    assert tracks.find(sales.document, "account-executive").title == "Account executive"
    assert tracks.find(sales.id, "nothing") is None
    sales.document.retire(by=cast.person("helen"))
    assert [one.slug for one in tracks.next_of(tester)] == ["engineer"]
    assert tracks.find(sales.document, "account-executive") is None


def test_of_two_tracks_with_a_role_the_older_counts_and_the_writer_is_told(track: Any) -> None:
    other = "---\nkind: track\ntitle: A\n---\n## Coder\nrole: engineer\nlevel: L1\n"
    newer = publish("track", "aaa", other + "## Chief\nrole: Engineer\nlevel: L5\n")
    assert tracks.of_position("Engineer", "L1").key == "engineering/engineer"
    # The very level comes before one that is only near.
    assert tracks.of_position("Engineer", "L5").key == "aaa/chief"
    # So does the nearest one below, whichever track is older.
    other = "---\nkind: track\ntitle: B\n---\n## Old\nrole: Cook\nlevel: L2\n"
    publish("track", "bbb", other + "## Head\nrole: Baker\nlevel: L6\n")
    other = "---\nkind: track\ntitle: C\n---\n## New\nrole: Cook\nlevel: L4\n"
    publish("track", "ccc", other + "## Baker\nrole: Baker\nlevel: L3\n")
    assert tracks.of_position("Cook", "L5").key == "ccc/new"
    assert tracks.of_position("Baker", "L5").key == "ccc/baker"
    [remark] = overlaps.advise(newer)
    assert (remark.line, remark.level) == (5, "warning") and "Engineering" in remark.message
    assert overlaps.advise(track.document) == []


def test_the_pages_are_for_everybody_at_work(track: Any, as_: Any, who: SimpleNamespace) -> None:
    knock(as_, STAFF, "/careers/tracks", nowhere="/careers/tracks/nothing")
    knock(as_, STAFF, track.url, nowhere="/careers/tracks/999999")
    draft = Document.start("track", "Later", by=who.helen, source="CANARY")
    nobody = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
    knock(as_, nobody, f"/careers/tracks/{draft.id}", nowhere="/careers/tracks/999999")
    for name in cast.NAMES:
        page = as_(name).get("/careers/tracks")
        assert (b"Being written" in page.data) is (name == "helen"), name


def test_a_track_is_read_side_by_side(track: Any, as_: Any, queries: Any) -> None:
    erin = as_("erin")
    erin.get(track.url)
    with queries() as seen:
        page = erin.get(track.url).text
    assert len(seen) <= 8, "\n".join(one[:170] for one in seen)
    assert "You stand on" in page and "Code quality: Proficient on L2" in page
    # What is not in force is named by its address, and leads nowhere.
    assert "Course: Giving feedback" in page and "/learning/courses/" not in page
    assert "2 of the last 3 reviews at 3 or better" in page
    order = re.findall(r'<li class="rung[^"]*" id="([a-z-]+)"', page)
    assert order == [
        "engineer", "tester", "senior-engineer", "staff-engineer", "engineering-manager",
    ]  # fmt: skip
    drawn = page[page.index('<svg class="career__map') :]
    assert "Engineer, L1. You are here. Leads to Senior engineer, L2 and Tester, L1." in drawn
    first = as_("otto").get("/careers/tracks").text
    assert "No track has your role yet, Sales Lead." in first


def test_rungs_are_found_by_their_names(track: Any, as_: Any) -> None:
    for name, finds in (("erin", True), ("otto", True), ("audrey", False)):
        page = as_(name).get("/search?q=staff eng").text
        assert ("Staff engineer, L3" in page and f"{track.url}#staff-engineer" in page) is finds


def test_the_writer_sees_a_preview_and_a_track_goes_out_and_comes_in_the_same(
    track: Any, as_: Any
) -> None:
    helen = as_("helen")
    shown = helen.get(f"{track.document.url}").text
    assert "Senior engineer" in shown and "2 of the last 3 reviews at 3 or better" in shown
    assert "Everybody at work reads this under Careers." in shown
    upload = exchange.read_upload("all.zip", exchange.export())
    assert upload.problems == []
    assert ("track", "engineering", track.revision.source) in upload.files
    template = exchange.template_for(track.document.kind_of, "Design")
    assert exchange.read_upload("design.md", template.encode()).problems == []
    assert as_("erin").get(track.document.url).status_code == 404


def test_what_ships_is_published_without_a_remark_on_what_it_says(database: Any) -> None:
    """Courses and competencies may be published later: those are the only remarks."""
    for path in sorted((exchange.CONTENT / "tracks").glob("*.md")):
        upload = exchange.read_upload(path.name, path.read_bytes())
        assert upload.problems == [] and upload.files[0][0] == "track"
