"""The career track as a kind of document."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from portal.careers import overlaps, parser, tracks
from portal.careers.criteria_parser import Known
from portal.careers.rungs import COURSE
from portal.certificates.types import CertificateType
from portal.competencies import texts
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.people.positions import Position

TEMPLATE = """---
kind: track
title: A career track
summary: One sentence that says for whom it is
owner: @hr
review-every: 12 months
---
What one does here, and how one moves on.

## Engineer
role: Software Engineer
level: L2
to: senior-engineer

Builds what was agreed on, and says early when something else is needed.

## Senior engineer
role: Senior Software Engineer
level: L3

Takes on what nobody has built here yet, and brings others along.
- [ ] months:18
- [ ] competency:communication
- [ ] A change that others have built on
"""

RUNG_TEMPLATE = (
    "\n## Name of the rung\nrole: Role as positions say it\nlevel: L3\n\n"
    "What one does here.\n- [ ] months:12\n- [ ] competency:communication\n"
)


def parse_track(source: Source) -> Parsed:
    """Rungs with what is asked for each, every mistake at its line."""
    return parser.parse(source, _known())


def _known() -> Known:
    """What other rooms have, each asked once a text and only where it is named."""
    competencies, others = cache(_competencies), cache(_tracks)
    courses = cache(lambda: Document.slugs_in_force(COURSE))
    types = cache(lambda: {one.slug: str(one.name) for one in CertificateType.in_use()})
    return Known(
        rows=lambda slug: competencies().get(slug),
        course=lambda slug: slug in courses(),
        certificate=lambda slug: types().get(slug),
        tracks=lambda slug: others().get(slug),
        roles=cache(_roles),
    )


def _competencies() -> Mapping[str, Mapping[str, int]]:
    """For each competency in force, by its address, how many rows each of its levels has."""
    return {
        one.slug: {level.level: len(level.anchors) for level in one.levels}
        for one in texts.all_of_them()
    }


def _tracks() -> Mapping[str, frozenset[str]]:
    """The addresses of the rungs of each track in force, by its own address."""
    return {
        track.slug: frozenset(rung.slug for rung in track.rungs) for track in tracks.all_in_force()
    }


def _roles() -> list[str]:
    """The roles of people's positions: those of today, before and to come."""
    rows: Any = Position.select(Position.role).where(Position.is_known(), Position.role != "")
    return [role for (role,) in rows.distinct().tuples()]


DOCUMENTS = [
    DocumentKind(
        name=tracks.KIND,
        title="Career track",
        plural="Career tracks",
        parse=parse_track,
        preview="careers/_preview.html",
        template=TEMPLATE,
        icon="signpost",
        folder="tracks",
        help="career-tracks",
        inserts={
            "Rung": RUNG_TEMPLATE,
            "Competency": "- [ ] competency:communication\n",
            "Row of a competency": "- [ ] competency:communication=3\n",
            "Time on the rung before": "- [ ] months:12\n",
            "Course": "- [ ] course:address-of-the-course\n",
            "Certificate": "- [ ] certificate:address-of-the-type\n",
            "Reviews": "- [ ] review:2 of 3 at 4\n",
            "Own words": "- [ ] What whoever proposes it has to say something about\n",
        },
        readers="Everybody at work reads this under Careers.",
        advice=overlaps.advise,
    )
]
