"""What the benchmark's company said of where its people stand: everybody in every competency."""

from datetime import date

from portal import clock
from portal.competencies import texts
from portal.competencies.models import MANAGER, SELF, Assessment
from portal.documents.models import Document
from portal.people.models import Person
from tests.bench.company import leader_of
from tests.bench.rows import insert

MATRIX = """---
kind: matrix
title: Everybody
for: everyone
levels: L1, L2, L3, L4
---
## Work
"""
# So many of the competencies that ship with the portal.
COMPETENCIES = 6


def fill(today: date) -> None:
    """A matrix that means everybody, and two ratings of each competency for each of them."""
    by = Person.get_by_id(2)
    known = texts.all_of_them()[:COMPETENCIES]
    lines = "\n".join(f"- competency:{one.slug}" for one in known)
    Document.start("matrix", "Everybody", by=by).publish(MATRIX + lines, by=by)
    now = clock.now()
    insert(
        Assessment,
        (
            {
                "about": number, "by": author, "relation": relation,
                "value": (number + place) % 3 + 1,
                "document": one.document.id, "revision": one.revision.id,
                "level": one.levels[0].level, "given_on": today, "given_at": now,
                "personal_hash": "0" * 64,
            }
            for number in range(1, Person.select().count() + 1)
            for place, one in enumerate(known)
            for relation, author in ((SELF, number), (MANAGER, leader_of(number) or 1))
        ),
    )  # fmt: skip
