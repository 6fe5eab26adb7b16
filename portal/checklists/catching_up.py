"""What was handed out after a list to take it back had begun becomes a step of that list."""

from typing import Any

import peewee

from portal import db
from portal.checklists.holdings import Holding
from portal.checklists.models import Checklist
from portal.checklists.planning import Layout
from portal.checklists.steps import Step
from portal.checklists.words import ALL, TAKEN_BACK
from portal.documents.models import Revision
from portal.people.models import Person

AT_ONCE = 200


def add_late_holdings() -> int:
    """A step for each thing that is out and that no step of its person's list asks for yet.

    Only where the plan takes back such things. Returns how many steps came.
    """
    return sum(_add_to(checklist) for checklist in _lists_behind())


def _lists_behind() -> list[Checklist]:
    """Lists that take things back, with something handed out since they began."""
    one = peewee.SQL("1")
    asks = Step.select(one).where(Step.checklist == Checklist.id, Step.thing.in_(list(TAKEN_BACK)))
    known = Step.select(one).where(Step.checklist == Checklist.id, Step.holding == Holding.id)
    new = Holding.select(one).where(
        Holding.person == Checklist.person,
        Holding.is_out(),
        Holding.given_at > Checklist.started_at,
        ~peewee.fn.EXISTS(known),
    )
    # A leaver's list is never so finished that a laptop could be forgotten.
    goes_on = Checklist.is_running() | (
        Checklist.stopped_at.is_null() & (Checklist.transition == "offboarding")
    )
    return list(
        Checklist.select(Checklist, Person, Revision)
        .join(Person, on=(Checklist.person == Person.id))
        .switch(Checklist)
        .join(Revision)
        .where(goes_on, peewee.fn.EXISTS(asks), peewee.fn.EXISTS(new))
        .order_by(Checklist.id)
        .limit(AT_ONCE)
    )


def _add_to(checklist: Checklist) -> int:
    layout = Layout(checklist.person, checklist.person.position(), checklist.anchor_on)
    lines = [
        (phase["title"], line)
        for phase in checklist.revision.parsed.get("phases", [])
        for line in phase["steps"]
        if (line.get("thing") or {}).get("verb") in TAKEN_BACK
    ]
    with db.write():
        asked = {
            held
            for (held,) in Step.select(Step.holding)
            .where(Step.checklist == checklist, Step.holding.is_null(False))
            .tuples()
        }
        last = Step.select(peewee.fn.MAX(Step.order)).where(Step.checklist == checklist).scalar()
        added = 0
        for kind in sorted(set(TAKEN_BACK.values())):
            for holding in Holding.out_of(checklist.person_id, kind):
                found = _line_for(lines, holding)
                if found is None or holding.id in asked:
                    continue
                added += 1
                for planned in layout.taking_back(*found, [holding]):
                    Step.open(checklist, planned, (last or 0) + added, by=None)
    return added


def _line_for(lines: list[tuple[str, Any]], holding: Holding) -> tuple[str, Any] | None:
    """The line of the plan that takes this back: by its name before “all”."""
    fits = [
        (phase, line)
        for phase, line in lines
        if TAKEN_BACK[line["thing"]["verb"]] == holding.kind
        and line["thing"]["name"] in (holding.name, ALL)
    ]
    return min(fits, key=lambda found: found[1]["thing"]["name"] == ALL, default=None)
