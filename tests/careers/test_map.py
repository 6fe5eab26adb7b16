"""The map: rungs in columns by level, lines to where each leads, and the same in words."""

import random
import re
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from portal.careers import map as career_map
from portal.careers.map_edges import sort_of
from portal.careers.rungs import Ref, Rung
from tests.careers import written


def rung(slug: str, level: str, *to: str, kind: str = "individual", track: int = 1) -> Rung:
    document: Any = SimpleNamespace(id=track, slug=f"t{track}", title=f"Track {track}")
    refs = tuple(Ref(*one.split("/")) if "/" in one else Ref("", one) for one in to)
    return Rung(
        document=document, revision=document, place=0, line=1, slug=slug, title=slug.capitalize(),
        role=slug, level=level, kind=kind, to=refs, words_html=Markup(""), criteria=(),
    )  # fmt: skip


def test_rungs_stand_in_columns_by_level_and_nobody_stands_on_another() -> None:
    rungs = [
        rung("chief", ""),
        rung("senior", "L10", "chief", "deep"),
        rung("junior", "L2", "senior", "side"),
        rung("side", "L2", "junior"),
        rung("deep", "L11", kind="specialist"),
    ]
    drawn = career_map.of(rungs, rungs[2])
    at = {node.rung.slug: node for node in drawn.nodes}
    assert [column.name for column in drawn.columns] == ["L2", "L10", "L11"]
    assert at["junior"].x == at["side"].x < at["senior"].x < at["deep"].x == at["chief"].x
    assert len({(node.x, node.y) for node in drawn.nodes}) == 5
    assert (at["junior"].is_here, at["side"].is_next, at["chief"].is_next) == (True, True, False)
    sorts = sorted((edge.sort, edge.is_both) for edge in drawn.edges)
    # To each other is one line; into a specialist's work is told from a step up.
    assert sorts == [("branch", False), ("lateral", True), ("up", False), ("up", False)]
    assert drawn.title == "Where one may go from Junior, L2"
    assert drawn.said == (
        "You stand on Junior, L2. From there one may go to Senior, L10 and Side, L2."
    )
    assert at["junior"].said == "Junior, L2. You are here. Leads to Senior, L10 and Side, L2."


def test_around_somebody_stands_what_is_reached_in_two_steps() -> None:
    rungs = [
        rung("one", "L1", "two"), rung("two", "L2", "three", "t2/other"),
        rung("three", "L3", "four"), rung("four", "L4", "five"), rung("five", "L5"),
        rung("other", "L2", track=2), rung("alone", "L1"),
    ]  # fmt: skip
    found = career_map.around(rungs[1], {one.key: one for one in rungs})
    assert [one.slug for one in found] == ["two", "three", "other", "four"]
    notes = {node.rung.slug: node.note for node in career_map.of(found, rungs[1]).nodes}
    assert notes["other"] == "L2 · Track 2" and notes["two"] == "L2 · You are here"
    theirs = career_map.of(found, rungs[1], "Erin")
    assert theirs.nodes[0].note == "L2 · Erin is here"
    assert career_map.of(found, rungs[1], "Bartholomew").nodes[0].note == "L2 · here"
    assert theirs.here == "Erin is here" and theirs.said.startswith("Erin stands on Two, L2.")
    assert career_map.of([]).nodes == [] and career_map.of([rungs[6]]).edges == []


def test_a_level_of_nought_is_a_level() -> None:
    intern, first = rung("intern", "L0", "first"), rung("first", "L1", "intern")
    assert sort_of(first, intern) == "down" and sort_of(intern, first) == "up"


def test_any_track_can_be_drawn_inside_its_frame_and_always_alike() -> None:
    draw = random.Random(4)
    for _ in range(60):
        slugs = [f"r{number}" for number in range(draw.randint(1, 14))]
        levels = draw.choice([["L1", "L2", "L3"], ["junior", "senior", ""], [""]])
        rungs = [
            rung(
                slug, draw.choice(levels), *draw.sample(slugs, draw.randint(0, min(3, len(slugs))))
            )
            for slug in slugs
        ]
        drawn = career_map.of(rungs, draw.choice([None, *rungs]))
        assert drawn == career_map.of(rungs, next((n.rung for n in drawn.nodes if n.is_here), None))
        assert len({(node.x, node.y) for node in drawn.nodes}) == len(rungs)
        for node in drawn.nodes:
            assert node.x >= 0 and node.right <= drawn.width and node.bottom <= drawn.height
        for edge in drawn.edges:
            xs = [int(pair.split()[0]) for pair in re.findall(r"-?\d+ -?\d+", edge.path)]
            assert all(x >= 0 for x in xs) and not edge.path.count("-")


def test_the_drawing_is_an_image_with_words_and_links_and_a_list_of_the_same(
    as_: Any, database: Any
) -> None:
    track = written.engineering(
        written.ENGINEERING.replace("## Tester", "## <b>Tester & “friend”</b>").replace(
            "to: senior-engineer, tester", "to: senior-engineer"
        )
    )
    page = as_("nia").get(track.url).text
    start = page.index('<svg class="career__map')
    drawing, listed = page[start:].split('<ul class="rows career', 1)
    assert 'role="img" aria-labelledby="career-title career-said"' in drawing
    assert '<title id="career-title">Where one may go from Engineer, L1</title>' in drawing
    for rung in track.rungs:
        # Once in the drawing, once in the list.
        assert page.count(f'href="{rung.url}"') >= 2 and f'href="{rung.url}"' in drawing
    assert "<b>Tester" not in page and "&lt;b&gt;Tester" in drawing
    assert "style=" not in page
    assert "You are here" in listed and "leads to Staff engineer, L3, Engineering manager" in listed
