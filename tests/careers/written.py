"""Tracks in force, for tests that need some."""

from portal.careers.aspirations import Aspiration
from portal.careers.bands import EVERYONE, PayBand
from portal.careers.tracks import Track
from portal.documents.models import Document
from tests import cast
from tests.competencies.written import publish

ENGINEERING = """---
kind: track
title: Engineering
summary: From the first change to leading many
---
Two ways lead on from senior.

## Engineer
role: Engineer
level: L1
to: senior-engineer, tester

Builds what was agreed on.

## Senior engineer
role: Engineer
level: L2
to: staff-engineer, engineering-manager

Takes on what nobody has built here yet.
- [ ] months:18
- [ ] competency:code-quality
- [ ] competency:communication=2 Others understand hard matters
- [ ] course:giving-feedback
- [ ] certificate:forklift
- [ ] review:2 of 3 at 3
- [ ] A change that others build on

## Staff engineer
role: Staff Engineer
level: L3
kind: specialist
to: engineering-manager

Goes deeper.
- [ ] months:24

## Engineering manager
role: Engineering Manager
level: L3
kind: lead
to: staff-engineer

Answers for what a team delivers.
- [ ] months:24
- [ ] Wants it

## Tester
role: Tester
level: L1
to: engineer, sales/account-executive

Finds out what goes wrong.
- [ ] months:6
"""
SALES = """---
kind: track
title: Sales
---
## Account executive
role: Account Executive
level: L1
to: engineering/engineer

Sells what is there.
- [ ] A customer who came back
"""


def engineering(source: str = ENGINEERING) -> Track:
    """The track of Engineering; competencies, courses and Sales may be published later."""
    return _track("engineering", source)


def sales() -> Track:
    return _track("sales", SALES)


def _track(slug: str, source: str) -> Track:
    document: Document = publish("track", slug, source)
    assert document.current is not None
    return Track(document, document.current)


def careers_for_every_page() -> dict[str, int]:
    """A track that leads into another one, and a band everybody sees."""
    sales()
    band = PayBand.settle(
        "Engineer", "L2", by=cast.person("helen"), currency="EUR", low=60_000, high=80_000,
        shown_to=EVERYONE, starts_on=cast.TODAY,
    )  # fmt: skip
    track = engineering()
    [rung] = [one for one in track.rungs if one.slug == "staff-engineer"]
    wish = Aspiration.aim(rung, "Deeper rather than wider.", "line", by=cast.person("erin"))
    return {"track": track.id, "band": band.id, "aspiration": wish.id}
