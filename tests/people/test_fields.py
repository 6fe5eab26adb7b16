"""No page, in any form, holds a field its reader may not see: canary words, crawled for."""

import re
from datetime import date
from typing import Any

import pytest

from portal import db
from portal.people import access
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast

READERS = ("helen", "dora", "mara", "erin", "ben", "otto", "olga", "ida", "adam", "audrey", "nia")
TARGETS = ("helen", "mara", "erin", "ben", "otto", "olga", "nia", "lev", "audrey")
LINK = re.compile(r'(?:href|hx-get)="(/(?:people|me|settings)[^"#]*)"')
MOST_PAGES = 150


def canaries(name: str) -> dict[str, str]:
    """A word for each field that is not for everyone at work."""
    return {
        "second_email": f"canary-private-{name}@elsewhere.example",
        "number": f"CANARY-NO-{name}",
        "level": f"CLV-{name}",
        "departure": f"canary-reason-{name}",
    }


@pytest.fixture
def planted(who: Any) -> None:
    with db.write():
        for name in TARGETS:
            person, words = getattr(who, name), canaries(name)
            Person.update(
                second_email=words["second_email"],
                number=words["number"],
                departure_reason=words["departure"],
                probation_ends_on=date(2031, 3, 3),
                language="xq",
            ).where(Person.id == person.id).execute()
            Position.update(level=words["level"]).where(Position.person == person).execute()


def may_see(reader: str, target: str, field: str) -> bool:
    viewer, person = cast.person(reader), cast.person(target)
    seen = access.visible_to(viewer).where(Person.id == person.id).exists()
    return seen and field in access.fields(viewer, person)


def crawl(client: Any) -> dict[str, str]:
    """Every page that links lead to from the directory, the search and one's own page."""
    people = [f"/people/{person.id}" for person in Person.select()]
    searches = [f"/people?q={word}" for word in ("canary", "CLV", "a", "e", "elsewhere", "xq")]
    open_, read = ["/people", "/people?all=1", "/me", *searches, *people], {}
    while open_ and len(read) < MOST_PAGES:
        address = open_.pop(0)
        if address in read:
            continue
        answer = client.get(address)
        read[address] = answer.text
        open_ += LINK.findall(answer.text)
    return read


def fragments(client: Any) -> dict[str, str]:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    searches = ("", "?q=canary", "?q=CLV", "?all=1", "?q=e&page=1")
    return {
        f"fragment {query}": client.get(f"/people{query}", headers=headers).text
        for query in searches
    }


@pytest.mark.parametrize("reader", READERS)
def test_no_page_holds_a_field_its_reader_may_not_see(reader: str, as_: Any, planted: Any) -> None:
    client = as_(reader)
    pages = {**crawl(client), **fragments(client)}
    seen = set()
    for target in TARGETS:
        for field, word in canaries(target).items():
            allowed = may_see(reader, target, field)
            leaks = [address for address, page in pages.items() if word in page]
            assert allowed or not leaks, (field, target, leaks)
            if leaks:
                seen.add(field)
    # The alarm rings: whoever has rights does find the words that were planted.
    assert seen >= {"helen": {*canaries("")}, "mara": {"number", "level"}}.get(reader, set())


def test_search_finds_nobody_by_what_the_searcher_may_not_see(as_: Any, planted: Any) -> None:
    for reader in ("erin", "otto", "helen"):
        for word in ("canary-private", "CANARY-NO", "CLV-erin", "canary-reason"):
            page = as_(reader).get(f"/people?q={word}").text
            assert "/people/" + str(cast.person("erin").id) not in page


@pytest.mark.parametrize(
    ("reader", "target", "relation"),
    [
        ("erin", "erin", "self"),
        ("mara", "erin", "manager"),
        ("dora", "erin", "manager"),
        ("dora", "nia", "manager"),
        ("helen", "erin", "hr"),
        ("ben", "nia", "buddy"),
        ("ben", "erin", "colleague"),
        ("erin", "mara", "colleague"),
        ("otto", "erin", "colleague"),
        ("adam", "erin", "colleague"),
    ],
)
def test_a_relation_decides_what_a_file_shows(
    reader: str, target: str, relation: str, who: Any, as_: Any
) -> None:
    viewer, person = getattr(who, reader), getattr(who, target)
    assert access.relation(viewer, person) == relation
    page = as_(reader).get(f"/people/{person.id}").text
    words = access.WORDS[relation].format(name=person.first_name)
    assert words.replace("’", "’") in page
    assert ("First day" in page) == ("hired_on" in access.BY_RELATION[relation])
    assert ("Positions" in page) == ("history" in access.BY_RELATION[relation])


def test_everything_else_is_no_more_than_everyone_sees() -> None:
    """Sensitive is off by default: a field that nobody lists is shown to nobody."""
    listed = set().union(*access.BY_RELATION.values())
    assert "theme" not in listed and "access_ends_at" not in listed
    for relation in access.BY_RELATION.values():
        assert relation >= access.EVERYONE
    assert not access.EVERYONE & {"second_email", "number", "level", "departure", "hired_on"}
