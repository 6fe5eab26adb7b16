"""No page, in any form, holds a field its reader may not see: canary words, crawled for."""

import re
from collections.abc import Collection
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from portal import db
from portal.people import access
from portal.people.dotted import DottedLine
from portal.people.leave import Leave
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast

READERS = tuple(name for name in cast.NAMES if name != "lev")
TARGETS = ("helen", "mara", "erin", "ben", "otto", "olga", "nia", "lev", "audrey")
LINK = re.compile(r'(?:href|action|hx-get)="(/[^"#]*)"')
# Pages of the frame that hold nobody's data, and addresses of every language of the world.
# The calendar has five hundred months that say the same, and spending a hundred years; the groups
# of all measures are drawn as those of these two.
SKIP = re.compile(
    r"/(assets|sign-out|sign-in|help|design|compliance/calendar\?|learning/spending(/\w+)?\?"
    r"|metrics/(?!headcount\b|compliance_overdue\b)[\w/]+(\.\w+)?\?)\b"
)
MOST_PAGES = 1_000
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def probation(name: str) -> date:
    return date(2031, 1, 1 + TARGETS.index(name))


def canaries(name: str) -> dict[str, tuple[str, ...]]:
    """Words for each field that is not for everyone at work, as pages and files write them."""
    ends = probation(name)
    return {
        "second_email": (f"canary-private-{name}@elsewhere.example",),
        "number": (f"CANARY-NO-{name}",),
        "level": (f"CLV-{name}",),
        "departure": (f"canary-reason-{name}",),
        "rehire": (f"canary-rehire-{name}",),
        "language": (f"xq-{name}",),
        "leave": (f"canary-kind-{name}",),
        "leave_note": (f"canary-note-{name}",),
        "dotted": (f"canary-dotted-{name}",),
        "superseded": (f"canary-stint-{name}", f"canary-was-{name}"),
        "probation_ends_on": (str(ends), f"{ends:%a} {ends.day} Jan 2031"),
    }


@pytest.fixture
def planted(who: Any) -> None:
    with db.write():
        for name in TARGETS:
            person, words = getattr(who, name), {k: v[0] for k, v in canaries(name).items()}
            Person.update(
                second_email=words["second_email"],
                number=words["number"],
                departure_reason=words["departure"],
                rehire_reason=words["rehire"],
                probation_ends_on=probation(name),
                language=words["language"],
            ).where(Person.id == person.id).execute()
            Position.update(level=words["level"]).where(Position.person == person).execute()
            Leave.create(
                person=person, kind=words["leave"][:20], note=words["leave_note"],
                starts_on=cast.TODAY, ends_on=date(2026, 12, 24),
            )  # fmt: skip
            DottedLine.create(
                person=person, lead=who.ida, purpose=words["dotted"], starts_on=cast.TODAY
            )
            Stint.create(
                person=person, hired_on=date(2011, 1, 1), last_day_on=date(2012, 1, 1),
                departure_reason=words["superseded"],
            )  # fmt: skip
            Position.create(
                person=person, role=f"canary-was-{name}", starts_on=date(2024, 3, 1),
                recorded_at=cast.NOW, superseded_at=cast.NOW,
            )  # fmt: skip
    Vacancy.plan(by=None, role="canary-wanted", note="canary-vacancy", manager=who.mara)


def seen_by(reader: str, target: str) -> Collection[str]:
    """The fields of one that the other may see."""
    viewer, person = cast.person(reader), cast.person(target)
    seen = access.visible_to(viewer).where(Person.id == person.id).exists()
    return access.fields(viewer, person) if seen else ()


def crawl(client: Any) -> dict[str, str]:
    """Every page that links lead to from anywhere, and every fragment a page would ask for."""
    people = [f"/people/{person.id}{page}" for person in Person.select() for page in ("", *PAGES)]
    words = ("canary", "CLV", "a", "e", "elsewhere", "xq", "was")
    searches = [f"{page}?q={word}" for word in words for page in ("/people", "/search")]
    open_, read = ["/", "/people", "/people?all=1", "/me", *searches, *people], {}
    while open_ and len(read) < MOST_PAGES:
        address = open_.pop(0).replace("&amp;", "&")
        if address in read or SKIP.match(address):
            continue
        answer = client.get(address)
        read[address] = words_of(answer)
        open_ += LINK.findall(read[address])
    return read


def words_of(answer: Any) -> str:
    """What can be read in it; a workbook's words lie in a zip."""
    if not answer.mimetype.endswith("spreadsheetml.sheet"):
        return answer.text  # type: ignore[no-any-return]
    with ZipFile(BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


PAGES = ("/history", "/history?known=2026-11-17&on=2026-01-01", "/leave", "/position", "/reports")


def other_formats(client: Any) -> dict[str, str]:
    """The same lists as fragments, and as the file one can save of them."""
    queries = ("", "?q=canary", "?q=CLV", "?all=1", "?q=e&page=1")
    read = {
        f"fragment {page}{query}": client.get(f"{page}{query}", headers=PARTIAL).text
        for query in queries
        for page in ("/people", "/search", "/")
    }
    branches = [f"/people/tree/{person.id}" for person in Person.select()]
    read |= {branch: client.get(branch, headers=PARTIAL).text for branch in branches}
    for data in ({}, {"all": "1"}, {"q": "canary"}):
        read[f"file {data}"] = client.post("/people/export", data=data).text
    return read


@pytest.mark.one_database
@pytest.mark.parametrize("reader", READERS)
def test_no_page_holds_a_field_its_reader_may_not_see(reader: str, as_: Any, planted: Any) -> None:
    client = as_(reader)
    pages = {**crawl(client), **other_formats(client)}
    assert len(pages) < MOST_PAGES, "the crawl ended before everything was read"
    seen = set()
    everything = "\n".join(pages.values())
    for target in TARGETS:
        shown = seen_by(reader, target)
        for field, words in canaries(target).items():
            allowed = field in shown
            leaks = [word for word in words if word in everything]
            if leaks and not allowed:
                leaks = [where for where, page in pages.items() if any(w in page for w in words)]
            assert allowed or not leaks, (field, target, leaks)
            if leaks:
                seen.add(field)
    wanted = [where for where, page in pages.items() if "canary-vacancy" in page]
    assert bool(wanted) == (reader in ("helen", "dora", "mara")), wanted
    # The alarm rings: whoever has rights does find the words that were planted.
    line = {"number", "level", "dotted", "probation_ends_on"}
    assert seen >= {"helen": {*canaries("helen")}, "mara": line}.get(reader, set())


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
