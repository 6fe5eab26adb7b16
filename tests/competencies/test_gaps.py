"""Gap tables: of a person, of a team, of departments and roles."""

import re
from datetime import date
from typing import Any

import pytest

from portal import db
from portal.competencies import gaps
from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.competencies import written
from tests.competencies.conftest import crowd


def in_force(kind: str, slug: str) -> None:
    more = "minutes: 10\n" if kind == "course" else ""
    head = f"---\nkind: {kind}\ntitle: {slug}\nsummary: S.\naudience: everyone\n{more}---\n"
    written.publish(kind, slug, f"{head}## Read\nThis.\n")


def code(name: str) -> gaps.Gap:
    return {gap.slug: gap for gap in gaps.of(cast.person(name))}["code-quality"]


def test_expected_is_proficient_on_ones_level(stands: Any) -> None:
    assert [gap.title for gap in gaps.of(cast.person("erin"))] == ["Code quality", "Communication"]
    one = code("erin")
    assert (one.level, one.expected, one.label(one.expected)) == ("L2", 2, "2 Proficient")
    assert (one.own, one.manager, one.peers, one.gap) == (None, None, None, None)
    assert one.words == "Nobody has said yet" and one.section == "Craft"


@pytest.mark.parametrize(
    ("said", "gap", "words"),
    [
        ([("erin", 1)], 1, "1 step below"),
        ([("erin", 2)], 0, "As expected"),
        ([("erin", 1), ("mara", 2)], 0, "As expected"),
        ([("mara", 1), ("erin", 3)], 1, "1 step below"),
        ([("mara", 3)], 0, "More than expected"),
        ([("mara", 1), ("dora", 2)], 0, "As expected"),
        ([("ben", 1), ("olga", 3)], None, "Nobody has said yet"),
    ],
)
def test_the_gap_is_what_the_manager_says_or_else_they_themselves(
    say: Any, said: list[tuple[str, int]], gap: int | None, words: str
) -> None:
    for by, value in said:
        say(by, "erin", value)
    assert (code("erin").gap, code("erin").words) == (gap, words)


def test_colleagues_are_a_number_and_a_range_and_each_counts_once(say: Any) -> None:
    for by, value in (("ben", 1), ("olga", 2), ("ben", 3)):
        say(by, "erin", value)
    peers = code("erin").peers
    assert (peers.count, peers.low, peers.high) == (2, 2, 3)
    assert peers.words == "2 to 3, by 2"


def test_who_has_no_matrix_has_no_gaps(stands: Any) -> None:
    found = gaps.of_many([cast.person(name) for name in ("erin", "ben", "otto", "helen", "lev")])
    assert set(found) == {cast.person("erin").id, cast.person("ben").id}
    assert gaps.of(cast.person("otto")) == []


def test_the_widest_gap_comes_first_then_what_nobody_has_said(say: Any, stands: Any) -> None:
    say("mara", "erin", 2)
    assert [gap.slug for gap in gaps.widest_first(gaps.of(cast.person("erin")))] == [
        "communication", "code-quality",
    ]  # fmt: skip
    say("mara", "erin", 1)
    assert gaps.widest_first(gaps.of(cast.person("erin")))[0].slug == "code-quality"


def test_the_page_tells_what_helps_and_where_it_stands(
    as_: Any, who: Any, stands: Any, say: Any
) -> None:
    say("mara", "erin", 1)
    in_force("course", "clean-code")
    in_force("page", "how-we-review")
    shown = as_("erin").get(f"/competencies/people/{who.erin.id}").text
    assert "1 course, 1 page to read" in shown and "/competencies/code-quality#level-l2" in shown
    assert "1 step below" in shown and "Read what is expected" in shown
    for name, words in (("erin", "Make a plan"), ("mara", "Propose a plan"), ("helen", "")):
        client = as_(name)
        page = client.get(f"/competencies/people/{who.erin.id}").text
        assert (words in page) if words else ("plan</span>" not in page)
        assert client.get(f"/growth/people/{who.erin.id}").status_code == 200
    mentors = "/growth/mentors?competency=code-quality"
    assert f'href="{mentors}"' in as_("otto").get("/competencies/code-quality").text
    assert as_("otto").get(mentors).status_code == 200


def test_what_helps_is_counted_in_words(stands: Any, who: Any) -> None:
    more = (
        written.CODE + "- read:names\n- read:more-names\n- task: split a change\n- task: read one\n"
    )
    stands.code.publish(more, by=who.helen)
    Document.start("page", "Names", by=who.helen, slug="names")
    assert code("erin").helps == "2 tasks", "what is a draft or not written helps nobody"
    in_force("course", "clean-code")
    in_force("page", "how-we-review")
    assert code("erin").helps == "1 course, 1 page to read, 2 tasks"
    in_force("page", "more-names")
    assert code("erin").helps == "1 course, 2 pages to read, 2 tasks"


@pytest.mark.parametrize(
    ("level", "said"), [("Senior", "level, Senior, is not in"), ("", "no level")]
)
def test_on_a_level_that_is_not_in_the_matrix_nothing_is_expected_on_any_page(
    as_: Any, who: Any, stands: Any, level: str, said: str
) -> None:
    Assessment.give(who.erin, who.mara, stands.code, 1)
    Position.take(who.erin, by=None, starts_on=cast.TODAY, level=level)
    assert gaps.of(cast.person("erin")) == gaps.asked_of(cast.person("erin")) == []
    base = f"/competencies/people/{who.erin.id}"
    for name in ("erin", "mara"):
        client = as_(name)
        for page in (base, f"{base}/assessment"):
            shown = client.get(page).text
            assert said in shown and "HR can" in shown, page
            assert "Expected" not in shown and "/assessment" not in shown.split("<main")[1], page
        assert client.post(f"{base}/assessment", data={}).status_code == 403
        assert client.post(f"{base}/requests", data={"peer": "Ben Hartmann"}).status_code == 403
    assert said in as_("erin").get("/competencies").text
    assert "Counts for you" not in as_("erin").get("/competencies/code-quality").text
    team = as_("mara").get("/competencies/people/team").text
    assert "Their level is not in Engineering" in team and "Erin Castellanos (" in team
    reach = as_("helen").get("/competencies/people/matrices").text
    assert "A level that is not in their matrix" in reach and f"/people/{who.erin.id}" in reach


def test_what_nobody_has_said_is_said_quietly(as_: Any, who: Any, stands: Any) -> None:
    shown = as_("erin").get(f"/competencies/people/{who.erin.id}").text
    assert "Nobody has said yet" not in shown and 'class="badge' not in shown.split("<main")[1]


def test_a_page_without_a_matrix_or_a_level_says_what_is_missing(as_: Any, who: Any) -> None:
    url = f"/competencies/people/{who.erin.id}"
    assert "None of the competency matrices is for your role yet" in as_("erin").get(url).text
    written.competencies()
    written.matrix()
    assert "Your position has no level" in as_("erin").get(url).text


def test_a_team_is_a_table_and_a_list(as_: Any, who: Any, say: Any) -> None:
    say("mara", "erin", 1)
    say("ben", "ben", 2)
    page = as_("mara").get("/competencies/people/team").text
    assert "Below in 1 of 2" in page and "own word" in page
    assert page.index("Ben Hartmann") < page.index("Erin Castellanos")
    assert "Mara" not in page.split("<main")[1].split("visibility")[0]


def test_the_whole_line_is_one_tap_away(as_: Any, who: Any, stands: Any) -> None:
    dora = as_("dora")
    assert "Erin" not in dora.get("/competencies/people/team").text
    whole = dora.get("/competencies/people/team?who=line").text
    assert "Erin" in whole and "Mara" in whole and "Olga" not in whole


def test_whom_no_matrix_means_is_named_below(as_: Any, who: Any, stands: Any) -> None:
    page = as_("otto").get("/competencies/people/team").text
    assert "No matrix means them" in page and "Olga" in page


BY = "/competencies/people/departments"


def test_departments_and_roles_are_shown_from_five_people_on(as_: Any, stands: Any) -> None:
    for person in crowd(4):
        Assessment.give(person, cast.person("mara"), stands.code, 1)
    helen = as_("helen")
    few = helen.get(f"{BY}?department=Engineering").text
    assert "Fewer than five people" in few and "Below</th>" not in few
    Assessment.give(cast.person("erin"), cast.person("mara"), stands.code, 3)
    for chosen in ("department=Engineering", "role=Engineer"):
        page = helen.get(f"{BY}?{chosen}").text
        numbers = re.findall(r'class="number">(\d+)<', page)
        assert numbers == ["4", "0", "1", "5"] and "One more competency was" in page
    assert "No matrix means anybody here" in helen.get(f"{BY}?department=Sales").text
    assert helen.get(f"{BY}?department=Nowhere").status_code == 200


def test_no_number_of_fewer_than_five_and_no_sum_is_ever_drawn(as_: Any, stands: Any) -> None:
    for number, role in ((6, "Engineer"), (3, "Firmware Engineer")):
        for person in crowd_of(number, role):
            Assessment.give(person, cast.person("mara"), stands.code, 1)
    helen = as_("helen")
    assert 'class="number">6<' in helen.get(f"{BY}?role=Engineer").text
    few = helen.get(f"{BY}?role=Firmware+Engineer").text
    assert 'class="number">' not in few and "Fewer than five people" in few


def crowd_of(number: int, role: str) -> list[Person]:
    held = Position.of(cast.person("erin").id, cast.TODAY)
    return [
        Person.hire(
            by=None, name=f"{role} {each}", email=f"{role[:2]}{each}@halden.example", details={},
            starts_on=date(2025, 3, 1), role=role, level="L1", team=held.team,
            manager=cast.person("mara"),
        )
        for each in range(number)
    ]  # fmt: skip


PAGES = (
    ("mara", "/competencies/people/team"), ("dora", "/competencies/people/team?who=line"),
    ("erin", "/competencies/people/{}"), ("mara", "/competencies/people/{}"),
    ("helen", "/competencies/people/{}"), ("erin", "/competencies/people/{}/assessment"),
    ("mara", "/competencies/people/{}/assessment"), ("mara", "/competencies/people/given"),
    ("erin", "/competencies/people/{}/history/code-quality"),
    ("mara", "/competencies/people/{}/history/code-quality"),
    ("mara", "/competencies/people/{}/requests"), ("mara", "/competencies/people/given"),
    ("helen", "/competencies/people/departments?department=Engineering"),
    ("helen", "/competencies/people/departments?role=Engineer"),
)  # fmt: skip


def test_no_page_asks_more_than_eight_questions_with_five_people_or_with_sixty(
    as_: Any, who: Any, stands: Any, queries: Any
) -> None:
    clients = {name: as_(name) for name, _ in PAGES}
    few, many = [_counted(clients, who, stands, queries, number) for number in (3, 55)]
    assert few == many and max(many.values()) <= 8, [many[key] for key in PAGES]


def _counted(
    clients: Any, who: Any, stands: Any, queries: Any, number: int
) -> dict[tuple[str, str], int]:
    """How many questions each page asks, with so many more people in Mara's line."""
    mara = cast.person("mara")
    with db.write():
        for person in crowd_of(number, f"E{number} Engineer"):
            Assessment.give(person, mara, stands.code, 1, "Because.")
            Assessment.give(cast.person("erin"), person, stands.code, 2)
    found = {}
    for name, page in PAGES:
        address = page.format(who.erin.id)
        clients[name].get(address)
        with queries() as seen:
            assert clients[name].get(address).status_code == 200
        found[name, page] = len(seen)
    return found
