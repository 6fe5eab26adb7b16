"""The pages of people: what they show, both ways of asking, and how few queries they take."""

from typing import Any

import pytest

from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.people.test_import_size import file_of

MOST_QUERIES = 8
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def names_on(page: str) -> list[str]:
    return [
        part.partition(">")[2].partition("<")[0] for part in page.split('<a class="row__title"')[1:]
    ]


# -- the directory -------------------------------------------------------------------------------


def test_the_directory_lists_colleagues_by_name(as_: Any) -> None:
    names = names_on(as_("erin").get("/people").text)
    assert names == [
        "Adam Farouk", "Ben Hartmann", "Dora Lindqvist", "Erin Castellanos", "Helen Brandt",
        "Ida Sørensen", "Mara Okafor", "Olga Søndergaard", "Otto Weiß",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sondergaard", ["Olga Søndergaard"]),
        ("SØREN", ["Ida Sørensen"]),
        ("weiss otto", ["Otto Weiß"]),
        ("erin@halden.example", []),
        ("erin", ["Erin Castellanos"]),
        ("  ca   er ", ["Erin Castellanos"]),
        ("nobody", []),
        ("nia", []),
    ],
)
def test_a_search_disregards_accents_and_case(words: str, found: list[str], as_: Any) -> None:
    erin = as_("erin")
    whole = erin.get("/people", query_string={"q": words})
    part = erin.get("/people", query_string={"q": words}, headers=PARTIAL)
    assert names_on(whole.text) == names_on(part.text) == found
    assert part.text.lstrip().startswith('<div id="people">') and "<html" not in part.text
    assert {"HX-Request", "HX-Request-Type"} <= {*part.vary}


def test_hr_sees_joiners_and_on_demand_who_has_left(as_: Any) -> None:
    helen = as_("helen")
    assert "Nia Novak" in helen.get("/people").text
    assert "Lev Abramov" not in helen.get("/people").text
    assert "Left Fri 30 Oct" in helen.get("/people?all=1").text
    assert "Lev Abramov" not in as_("erin").get("/people?all=1&q=lev").text


# -- the person file -----------------------------------------------------------------------------


def test_everybody_has_a_file_that_opens(as_: Any) -> None:
    """Joiners, leavers, guests, people without a position: for whoever may see them."""
    helen = as_("helen")
    for person in Person.select():
        if person.first_name == "Helen":
            continue
        page = helen.get(f"/people/{person.id}")
        assert page.status_code == 200
        assert "You see this as HR." in page.text
        for step in ("edit", "position", "departure"):
            assert helen.get(f"/people/{person.id}/{step}").status_code == 200
    for name in ("erin", "mara", "otto", "nia", "audrey", "adam", "helen"):
        client = as_(name)
        own = client.get(f"/people/{cast.person(name).id}").text
        assert "This is your file" in own
        assert client.get("/me").status_code == 200


def test_a_file_shows_the_history_newest_first(as_: Any, who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, role="Senior Engineer")
    Position.take(who.erin, by=who.helen, starts_on=cast.MONDAY, role="Lead Engineer")
    for name in ("erin", "mara", "dora", "helen"):
        page = as_(name).get(f"/people/{who.erin.id}").text.partition("<h2>Positions</h2>")[2]
        roles = ["Lead Engineer", "Senior Engineer", "<b>Engineer</b>"]
        assert sorted(roles, key=page.index) == roles, name
        assert "Sun 22 Nov" in page and "Fri 1 Mar 2024 to Tue 17 Nov" in page
    page = as_("otto").get(f"/people/{who.erin.id}").text
    assert "<h2>Positions</h2>" not in page and "Lead Engineer" not in page


def test_me_shows_my_own_devices_and_saves_what_i_say_of_myself(as_: Any, who: Any) -> None:
    as_("mara")
    erin = as_("erin")
    assert erin.get("/me").text.count('id="device-') == 1
    data = {
        "preferred_name": "Rin", "pronouns": "she/her", "zone": "Europe/Lisbon", "theme": "dark",
        "phone": "+49 30 1", "pronunciation": "RIN",
    }  # fmt: skip
    assert erin.post("/me", data=data).location == "/me"
    erin_now = cast.person("erin")
    assert (erin_now.called, erin_now.zone, erin_now.theme) == (
        "Rin Castellanos", "Europe/Lisbon", "dark",
    )  # fmt: skip
    assert 'data-theme="dark"' in erin.get("/me").text
    assert names_on(as_("otto").get("/people?q=rin").text) == ["Rin Castellanos"]


# -- how few queries -----------------------------------------------------------------------------

ADDRESSES = {
    "otto": ("/people/tree", "/people/vacancies"),
    "dora": ("/people/{erin}", "/people/{mara}", "/people/{erin}/history"),
    "erin": (
        "/people?team=1&place=1&q=a", "/teams", "/teams/1", "/people", "/people?q=an",
        "/people/{mara}", "/people/{erin}", "/me"),
    "mara": ("/people", "/people/{erin}", "/people/{mara}", "/people/{nia}"),
    "ben": ("/people/{nia}",),
    "helen": (
        "/people/tree", "/teams", "/teams/1", "/people/{erin}/history?on=2026-01-01",
        "/people/quality", "/people/vacancies", "/people/vacancies/new", "/people/leave",
        "/people/{erin}/employment", "/people/{erin}/leave", "/people/{erin}/dotted",
        "/people/{lev}/return",
        "/people", "/people?all=1", "/people/{erin}", "/people/{lev}", "/people/{erin}/edit",
        "/people/{erin}/position", "/people/{erin}/departure", "/people/import", "/settings",
    ),
    "adam": ("/people", "/settings"),
    "audrey": ("/people/{audrey}", "/me"),
}  # fmt: skip


def counts(as_: Any, queries: Any, who: Any) -> dict[str, int]:
    counted = {}
    ids = {name: getattr(who, name).id for name in cast.NAMES}
    for name, addresses in ADDRESSES.items():
        client = as_(name)
        for address in addresses:
            with queries() as seen:
                answer = client.get(address.format(**ids))
            assert answer.status_code == 200, (name, address)
            counted[f"{name} {address}"] = len(seen)
    return counted


def test_a_page_takes_eight_queries_at_most(as_: Any, queries: Any, who: Any) -> None:
    taken = counts(as_, queries, who)
    assert {page: n for page, n in taken.items() if n > MOST_QUERIES} == {}


def test_a_page_takes_no_more_queries_with_three_hundred_people(
    as_: Any, queries: Any, who: Any
) -> None:
    counts(as_, queries, who)  # That HR reads of a leaver is noted once an hour.
    before = counts(as_, queries, who)
    from portal.people.importing import Import

    Import.keep(file_of(300), "many.csv", by=who.helen).apply(by=who.helen)
    for number in range(1, 80):
        person = Person.get(Person.number == f"N{number}")
        Position.take(person, by=None, starts_on=person.hired_on, manager=who.mara)
    assert counts(as_, queries, who) == before
    assert "page=2" in as_("helen").get("/people").text


def test_the_sign_in_page_with_its_sample_people_takes_few_queries(
    stranger: Any, queries: Any
) -> None:
    with queries() as seen:
        page = stranger.get("/sign-in").text
    assert page.count("/sign-in/demo") == 10 and "Starts Mon 23 Nov as Engineer" in page
    assert len(seen) <= 3
