"""Measures of what people can and hold: competencies that rise, certificates in force.

Each row is read by the person, by whoever leads them, and by HR.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.certificates.checks import CONFIRMED, CertificateCheck
from portal.certificates.models import ENDING_DAYS, Certificate
from portal.certificates.types import CertificateType
from portal.competencies.models import MANAGER, Assessment
from portal.metrics.here import is_here, one_if
from portal.metrics.measure import COUNT, DOWN, Measure, Scope, Tally
from portal.people.models import Person

A_DAY = timedelta(days=1)
A_YEAR = 365
NUMBER, SUM, LAST = peewee.fn.COUNT, peewee.fn.SUM, peewee.fn.MAX


def progressed(scope: Scope) -> Iterator[Tally]:
    """Competencies in which whoever leads somebody has said anew where they stand, and how many of
    them stand higher than they did. The last word of a day counts, and each level by itself."""
    said = Assessment.alias()
    group = (said.about, said.document, said.level, said.given_on)
    of_days = said.select(LAST(said.id)).where(
        said.relation == MANAGER, said.given_on <= scope.last, scope.among(said.about)
    )
    over = {
        "partition_by": [Assessment.about, Assessment.document, Assessment.level],
        "order_by": [Assessment.given_on],
    }
    before = peewee.fn.LAG(Assessment.value).over(**over)
    after = peewee.fn.LEAD(Assessment.id).over(**over)
    words = (
        Assessment.select(
            Assessment.about.alias("about_id"),
            Assessment.value.alias("value"),
            Assessment.given_on.alias("given_on"),
            before.alias("before"),
            after.alias("after"),
        )
        .where(db.among(Assessment.id, of_days.group_by(*group)))
        .alias("words")
    )
    hits = SUM(one_if(words.c.value > words.c.before))
    rows: Any = (
        peewee.Select([words], [words.c.about_id, hits, NUMBER(words.c.value)])
        .where(words.c.after.is_null(), words.c.before.is_null(False))
        .where(words.c.given_on >= scope.first)
        .group_by(words.c.about_id)
    )
    found = rows.bind(db.database).tuples()
    return (Tally(person, higher, of) for person, higher, of in found)


def _held(scope: Scope) -> Any:
    """Of everybody here and each kind in use until when the confirmed certificate counts that
    reaches furthest, as a subquery. Recorded late it was held all the same."""
    return (
        Certificate.select(
            Certificate.person.alias("person_id"),
            LAST(peewee.fn.COALESCE(Certificate.expires_on, date.max)).alias("until"),
        )
        .join(CertificateCheck, on=(CertificateCheck.certificate == Certificate.id))
        .switch(Certificate)
        .join(CertificateType)
        .switch(Certificate)
        .join(Person, on=(Certificate.person == Person.id))
        .where(Certificate.is_known(), CertificateCheck.is_known())
        .where(CertificateCheck.outcome == CONFIRMED, CertificateType.is_in_use())
        .where(Certificate.issued_on <= scope.last, is_here(scope.last))
        .where(scope.among(Certificate.person))
        .group_by(Certificate.person, Certificate.type)
        .alias("held")
    )


def _of_held(scope: Scope, condition: Callable[[Any], Any]) -> Iterator[Tally]:
    held = _held(scope)
    hits = SUM(one_if(condition(held.c.until)))
    rows: Any = peewee.Select([held], [held.c.person_id, hits, NUMBER(held.c.until)])
    found = rows.group_by(held.c.person_id).bind(db.database).tuples()
    return (Tally(person, hits, of) for person, hits, of in found)


def certificates_valid(scope: Scope) -> Iterator[Tally]:
    """Kinds of certificate each person here holds or held, and how many have not ended."""
    return _of_held(scope, lambda until: until >= scope.last)


def certificates_ending(scope: Scope) -> Iterator[Tally]:
    """Of each person here how many of their certificates end within 90 days."""
    until = scope.last + A_DAY * ENDING_DAYS
    return _of_held(scope, lambda ends: ends.between(scope.last, until))


MEASURES = [
    Measure(
        name="competencies_risen",
        title="Competencies that rose",
        group="learning",
        definition="Of the competencies in which whoever leads somebody has said anew within a"
        " year where they stand, how many stand higher than the time before, on the same level."
        " What people say of themselves, and what colleagues say, does not count.",
        formula="competencies said higher than before ÷ competencies said anew",
        tallies=progressed,
        days=A_YEAR,
        for_lines=True,
        where=lambda person: f"/competencies/people/{person}",
        caution="After a promotion the table begins afresh, so nothing is compared with it.",
    ),
    Measure(
        name="certificates_valid",
        title="Certificates in force",
        group="learning",
        definition="Of the certificates people here brought and HR confirmed, the one that reaches"
        " furthest of each kind, how many have not ended.",
        formula="certificates that have not ended ÷ certificates",
        tallies=certificates_valid,
        for_lines=True,
        where=lambda person: f"/people/{person}/certificates",
    ),
    Measure(
        name="certificates_ending",
        title="Certificates that end soon",
        group="learning",
        definition="Certificates of people here that end within 90 days and are not renewed yet.",
        formula="number of certificates that end within 90 days",
        tallies=certificates_ending,
        kind=COUNT,
        unit="certificates",
        better=DOWN,
        for_lines=True,
        where=lambda person: f"/people/{person}/certificates",
    ),
]
