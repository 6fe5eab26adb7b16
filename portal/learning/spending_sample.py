"""Costs of the sample company: a budget and a year of invoices."""

from datetime import timedelta

from portal import clock
from portal.documents.models import Document
from portal.learning.models import KIND
from portal.learning.spending import Budget, Spending
from portal.people.models import Person

# Which course, how many days ago (ahead: below nought), hundredths, invoice and note.
COSTS = (
    ("safety-basics", 200, 180_000, "2026-0117", "Trainer, two days"),
    ("giving-feedback", 120, 95_000, "2026-0288", "Workshop for twelve"),
    ("data-protection", 40, 64_000, "2026-0410", "Review by the lawyers"),
    ("", 15, 240_000, "2026-0455", "Library of films, a year"),
    ("giving-feedback", -25, 95_000, "", "The second workshop"),
)


def fill() -> None:
    """By the verbs the portal has."""
    helen = Person.by_email("helen@halden.example")
    assert helen is not None
    today = clock.today()
    Budget.set(today.year, None, 1_200_000, by=helen)
    for slug, ago, cents, invoice, note in COSTS:
        Spending.record(
            by=helen, course=Document.named(KIND, slug) if slug else None, session=None, team=None,
            cents=cents, spent_on=today - timedelta(days=ago), invoice=invoice, note=note,
        )  # fmt: skip
