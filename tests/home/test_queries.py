"""Pages ask the database a handful of questions, however many rows they show."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment, Cause
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document
from portal.mail.models import Letter
from portal.people.functions import Function
from portal.people.models import Person
from portal.people.org import Location
from tests import cast

MOST = 8

PAGE = "---\nkind: page\ntitle: Page {0}\n---\nWords.\n"


def fill(who: SimpleNamespace, plan: Document, rows: int) -> None:
    """A company in which every page has `rows` rows more."""
    berlin = Location.get()
    it = Function.named("it")
    with db.write():
        for n in range(rows):
            newcomer = Person.hire(
                by=None, name=f"New {n:03}", email=f"new{n}@halden.example", details={},
                starts_on=cast.MONDAY, role="Engineer", manager=who.mara, location=berlin,
                buddy=who.ben if n % 2 else None,
            )  # fmt: skip
            for holder in ({"person": who.mara}, {"function": it}, {"person": newcomer}):
                Assignment.assign(
                    kind="step", target=100_000 + n * 3 + len(holder), title=f"Late {n}",
                    cause=Cause("test", n), by=None, due_on=cast.TODAY - timedelta(days=3),
                    **holder,
                )  # fmt: skip
            Document.start("page", f"Page {n}", by=who.helen, source=PAGE.format(n)).publish(
                PAGE.format(n), by=who.helen
            )
            Letter.write("digest", f"digest-{n}", newcomer.id)
            Checklist.start(plan.current, newcomer, cast.MONDAY, by=who.helen)
        who.erin.depart(
            by=who.helen,
            last_day_on=date(2026, 12, 1),
            access_ends_at=cast.NOW + timedelta(days=30),
        )


@pytest.fixture
def addresses(plan: Document, who: SimpleNamespace) -> dict[str, list[tuple[str, str]]]:
    """Each page with those who open it."""
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    laptop, week = Step.of(running)[:2]
    return {
        "today": [("helen", "/"), ("mara", "/"), ("ida", "/"), ("nia", "/"), ("audrey", "/")],
        "team": [("mara", "/team")],
        "hr": [("helen", "/hr")],
        "checklists": [("helen", "/checklists"), ("mara", "/checklists"), ("nia", "/checklists")],
        "checklist": [(who_, f"/checklists/{running.id}") for who_ in ("helen", "dora", "nia")],
        "step": [
            *((name, f"/checklists/steps/{laptop.id}") for name in ("helen", "ida", "mara", "nia")),
            ("mara", f"/checklists/steps/{week.id}"),
        ],
        "new starter": [("helen", "/checklists/new")],
        "documents": [("helen", "/documents"), ("erin", "/documents")],
        "editor": [("helen", f"/documents/checklist/{plan.slug}/edit")],
        "audit": [("helen", "/audit"), ("audrey", "/audit"), ("adam", "/audit")],
        "letters": [("helen", "/letters"), ("adam", "/letters")],
    }


def asked(client: Any, address: str, queries: Any) -> int:
    client.get(address)  # the first one may build what is kept
    with queries() as seen:
        assert client.get(address).status_code == 200, address
    return len(seen)


def test_no_page_asks_more_than_eight_times_and_none_asks_for_each_row(
    as_: Any, queries: Any, addresses: Any, plan: Document, who: SimpleNamespace
) -> None:
    pairs = [pair for pages in addresses.values() for pair in pages]
    fill(who, plan, 5)
    clients = {name: as_(name) for name in {name for name, _ in pairs}}
    few = {pair: asked(clients[pair[0]], pair[1], queries) for pair in pairs}
    assert {pair: count for pair, count in few.items() if count > MOST} == {}
    with db.write():
        for row in range(1, 6):
            fill_more(who, plan, row * 40)
    many = {pair: asked(clients[pair[0]], pair[1], queries) for pair in pairs}
    assert many == few


def fill_more(who: SimpleNamespace, plan: Document, start: int) -> None:
    """Forty rows more on every page."""
    for n in range(start, start + 40):
        newcomer = Person.hire(
            by=None, name=f"More {n:03}", email=f"more{n}@halden.example", details={},
            starts_on=cast.MONDAY, role="Engineer", manager=who.mara,
        )  # fmt: skip
        for target, owner in enumerate((who.mara, newcomer)):
            Assignment.assign(
                kind="step", target=200_000 + n * 2 + target, title=f"More {n}", by=None,
                cause=Cause("test", n), due_on=cast.TODAY - timedelta(days=2), person=owner,
            )  # fmt: skip
        Document.start("page", f"More {n}", by=who.helen, source=PAGE.format(n))
        Letter.write("digest", f"more-{n}", newcomer.id)
        Checklist.start(plan.current, newcomer, cast.MONDAY, by=who.helen)
