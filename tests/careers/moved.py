"""Moves for tests: what is in force, who proposes what, and how a position reads."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from portal import db
from portal.careers import tracks
from portal.careers.models import Move
from portal.careers.rungs import Rung
from portal.documents.models import Document
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.careers import written

DECEMBER = date(2026, 12, 1)
MARCH = date(2027, 3, 1)
TRACK = """---
kind: track
title: Engineering
---
## Engineer
role: Engineer
level: L1
to: senior-engineer

Builds.

## Senior engineer
role: Senior Engineer
level: L2

Builds what nobody has.
- [ ] months:12
- [ ] A change that others build on
"""
PLAN = """---
kind: checklist
title: Plan for a {transition}
transition: {transition}
audience: {audience}
---
## The change
- [ ] Announce it @manager due:start
- [ ] Read what is expected @employee due:start+5
"""


def track() -> Rung:
    """A track in force, and the rung Erin may go to; she stands on the one before since spring."""
    found = written.engineering(TRACK)
    Position.take(cast.person("erin"), by=None, starts_on=date(2026, 3, 1), level="L1")
    rung = found.rung("senior-engineer")
    assert rung is not None
    return rung


def plan(transition: str = "promotion", audience: str = "everyone") -> Document:
    helen = cast.person("helen")
    document = Document.start("checklist", f"Plan for a {transition}", by=helen)
    document.publish(PLAN.format(transition=transition, audience=audience), by=helen)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


def rung_of(slug: str = "senior-engineer") -> Rung:
    rung = tracks.by_key().get(f"engineering/{slug}")
    assert rung is not None
    return rung


def grant(name: str, kind: str = "hr") -> Person:
    """One more in HR."""
    Grant.give(cast.person(name), kind, by=None, starts_on=date(2025, 1, 1))
    return cast.person(name)


def ungrant(name: str) -> None:
    for row in Grant.select().where(Grant.person == cast.person(name)):
        row.end(by=None)


def executive(name: str) -> Person:
    function = Function.set_up("executive", "Executive", by=None)
    Holder.appoint(function, cast.person(name), by=None, starts_on=date(2025, 1, 1))
    return cast.person(name)


def proposed(name: str = "erin", by: str = "mara", sort: str = "promotion", **more: Any) -> Move:
    said: dict[str, Any] = {"starts_on": DECEMBER, "reason": "CANARY reason"}
    if sort == "promotion" and not {"role", "level", "rung"} & more.keys():
        said["level"] = "L9"
    return Move.propose(  # type: ignore[no-any-return]
        cast.person(name), sort, by=cast.person(by), **(said | more)
    )


def agreed(name: str = "erin", by: str = "mara", sort: str = "promotion", **more: Any) -> Move:
    move = proposed(name, by, sort, **more)
    assert move.agree(by=cast.person("helen"))
    return Move.get_by_id(move.id)  # type: ignore[no-any-return]


def held(name: str, on: date) -> SimpleNamespace:
    """What somebody holds on a day, as plain words."""
    row = Position.of(cast.person(name).id, on)
    assert row is not None
    return SimpleNamespace(
        role=row.role, level=row.level, team=row.team.name if row.team else "",
        manager=row.manager.first_name if row.manager else "", starts_on=row.starts_on,
        ends_on=row.ends_on, id=row.id,
    )  # fmt: skip


def leaves(name: str, on: date) -> None:
    with db.write():
        person = cast.person(name)
        person.depart(by=None, last_day_on=on, access_ends_at=None)


def moves_for_every_page() -> dict[str, int]:
    """A promotion that waits, with criteria, and a rotation that was agreed to."""
    rung = rung_of("engineering-manager")
    waits = proposed("ben", rung=rung, notes={one.key: "She does." for one in rung.criteria})
    turned = agreed(sort="rotation", manager=cast.person("dora"), ends_on=date(2027, 2, 28))
    return {"move": waits.id, "turned": turned.id}
