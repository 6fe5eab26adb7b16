"""The careers pages: one's own, somebody's one leads, a team's; and how little they ask."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.careers import tracks
from portal.careers.aspirations import NOBODY, Aspiration
from portal.careers.bands import HOLDERS, LEADS, PayBand
from portal.people.positions import Position
from portal.reviews.models import Cycle
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import KEYS, brings, says, takes
from tests.reviews import conftest as reviews
from tests.reviews.stages import Stages, up_to

KITCHEN = """---
kind: track
title: Kitchen
---
## Cook
role: Cook
level: L1
to: chef

## Chef
role: Chef
level: L2
"""


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def test_without_a_track_every_page_teaches_in_a_line(as_: Any, who: Any) -> None:
    page = as_("erin").get("/careers").text
    assert "No career track is written yet" in page
    assert "No track is in force" in as_("erin").get("/careers/aspirations/new").text
    assert "–" in as_("mara").get("/careers/team").text


def test_ones_own_page_says_where_one_stands_and_what_is_missing(
    as_: Any, who: Any, things: Any
) -> None:
    says("erin", "mara", 2)
    page = as_("erin").get("/careers").text
    assert "Engineer, L1" in page and "for 10 months" in page
    assert "What is missing for Builder, L2" in page and "0 of 6 points are there" in page
    assert "The manager says Proficient on L1" in page
    assert page.count("Take it on") == 4, "competency, certificate, course and own words"
    other = as_("erin").get("/careers?rung=craft/lead").text
    assert "What is missing for Lead, L2" in other
    assert "All that the portal can count is there." in other
    ida = cast.person("ida").position()
    assert ida is not None
    Position.take(cast.person("ida"), by=None, starts_on=cast.TODAY, role="")
    assert "Your position has no role yet" in as_("ida").get("/careers").text
    Position.take(cast.person("ida"), by=None, starts_on=cast.TODAY, role=ida.role or "Cook")
    assert "No track has your role yet" in as_("ida").get("/careers").text
    assert as_("erin").get("/careers?rung=nothing/at-all").status_code == 200


def test_a_competency_of_which_nobody_spoke_leads_to_where_one_says_it(
    as_: Any, who: Any, things: Any
) -> None:
    """No plan closes it while nobody has said where it stands, taken on or not."""
    erin, mara = as_("erin"), as_("mara")
    page = erin.get("/careers").text
    says_it = f'href="/competencies/people/{who.erin.id}/assessment"'
    assert "Nobody has said yet" in page and page.count(says_it) == 1
    assert mara.get(f"/careers/people/{who.erin.id}").text.count(says_it) == 1
    track = tracks.all_in_force()[0].document.id
    erin.post(f"/careers/tracks/{track}/builder/points/competency:talking")
    assert erin.get("/careers").text.count(says_it) == 1
    assert mara.get(f"/careers/people/{who.erin.id}").text.count(says_it) == 1
    says("erin", "mara", 1)
    assert says_it not in erin.get("/careers").text
    assert says_it not in mara.get(f"/careers/people/{who.erin.id}").text


def test_somebodys_page_shows_the_same_without_what_they_keep_to_themselves(
    as_: Any, who: Any, things: Any
) -> None:
    says("erin", "mara", 3)
    page = as_("mara").get(f"/careers/people/{who.erin.id}").text
    assert "Career of Erin" in page and "The manager says Advanced on L1" in page
    assert "Erin is here" in page and "Erin stands on Engineer, L1." in page
    assert "You stand" not in page and "You are here" not in page
    assert "Take it on" not in page and "See their learning" in page
    assert "/careers/people/" in as_("mara").get(f"/people/{who.erin.id}").text
    assert "would like to go" in as_("erin").get("/careers").text


def test_a_team_in_rows(as_: Any, who: Any, things: Any) -> None:
    says("ben", "mara", 3)
    page = as_("mara").get("/careers/team").text
    assert "Erin Castellanos" in page and "Builder, L2" in page and "5 points" in page
    assert "4 points" in page and "Mara" not in page.split("<table")[1]
    assert "Erin" not in as_("dora").get("/careers/team").text.split("<table")[1]
    assert "Erin" in as_("dora").get("/careers/team?show=line").text


def test_where_nothing_is_asked_nothing_is_met(as_: Any, who: Any) -> None:
    ladder.publish("track", "kitchen", "Kitchen", KITCHEN)
    Position.take(who.olga, by=None, starts_on=cast.TODAY, role="Cook", level="L1")
    page = as_("otto").get("/careers/team").text
    assert "Cook, L1" in page and "Chef, L2" in page and "nothing</span>" not in page


def test_nobody_reads_here_what_they_could_not_open_elsewhere(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    for slug in ("annual", "peers"):
        reviews.form(slug)
    cycle = Cycle.begin(reviews.plan(), [who.erin, who.ben], cast.TODAY, by=who.helen)
    up_to(Stages(cycle, move_clock), "written")
    says("erin", "ben", 3)
    brings("erin", things.type, by="erin")
    Aspiration.aim(ladder.rung("lead"), "CANARY-hope", NOBODY, by=who.erin)
    own = as_("erin").get("/careers").text
    theirs = as_("mara").get(f"/careers/people/{who.erin.id}").text
    seen = as_("helen").get(f"/careers/people/{who.erin.id}").text
    hidden = ("Annual review", "Advanced", "Issued", "CANARY-own", "CANARY-theirs")
    for page in (own, theirs, seen):
        for trace in hidden:
            assert trace not in page, trace
    assert "CANARY-hope" in own
    assert "CANARY" not in theirs and "CANARY" not in seen


def test_pages_ask_few_questions_however_much_there_is(
    as_: Any, who: Any, things: Any, queries: Any
) -> None:
    pages = {
        "erin": ("/careers", "/careers/aspirations/new", "/careers/file"),
        "mara": (f"/careers/people/{who.erin.id}", "/careers/team"),
    }

    def counted() -> dict[str, int]:
        found = {}
        for name, addresses in pages.items():
            client = as_(name)
            for page in addresses:
                client.get(page)
                with queries() as seen:
                    assert client.get(page).status_code == 200
                found[page] = len(seen)
        return found

    before = counted()
    for level, shown_to in (("L1", LEADS), ("L2", HOLDERS), ("L3", HOLDERS)):
        PayBand.settle(
            "Engineer", level, by=who.helen, currency="EUR", low=1, high=2, shown_to=shown_to,
            starts_on=cast.TODAY,
        )  # fmt: skip
    assert counted() == before, "bands are read with as many questions as none"
    for name in ("erin", "ben"):
        says(name, "mara", 3)
        takes(name, things.course)
        brings(name, things.type)
    assert counted() == before
    as_("erin").post(f"/careers/tracks/{things.track.id}/builder/points/months")
    for sort in ("own", "certificate"):
        as_("erin").post(f"/careers/tracks/{things.track.id}/builder/points/{KEYS[sort]}")
    after = counted()
    assert after["/careers"] == before["/careers"] + 1, "the points of the plan are one more"
    assert after["/careers/team"] == before["/careers/team"]
    assert after[f"/careers/people/{who.erin.id}"] <= 13 and after["/careers"] <= 9
    # Whoever looks at another asks for them, whether they lead them, and notes that they looked.
    beside = {f"/careers/people/{who.erin.id}": 4}
    assert all(number - beside.get(page, 0) <= 8 for page, number in before.items()), before


def test_the_form_of_a_promotion_asks_nothing_twice(
    as_: Any, who: Any, things: Any, queries: Any
) -> None:
    mara = as_("mara")
    for asked in ("", "?sort=promotion&rung=craft/builder"):
        address = f"/careers/people/{who.erin.id}/moves/new{asked}"
        mara.get(address)
        with queries() as seen:
            assert mara.get(address).status_code == 200
        assert len(seen) == len(set(seen)), address
