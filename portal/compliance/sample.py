"""The sample company's audits: one soon, one after the turn of the year."""

from datetime import date, timedelta

from portal import clock
from portal.compliance.windows import AuditWindow
from portal.people.models import Person


def fill() -> None:
    """Planned by HR, so that the calendar shows what an audit looks like in it."""
    helen = Person.by_email("helen@halden.example")
    soon = _monday(clock.today() + timedelta(days=14))
    AuditWindow.plan(
        by=helen,
        name="ISO 27001 audit",
        starts_on=soon,
        ends_on=soon + timedelta(days=4),
        note="Two auditors of the certifier. They look at access, training and what was signed.",
    )
    later = _monday(clock.today() + timedelta(days=90))
    AuditWindow.plan(
        by=helen, name="Annual accounts", starts_on=later, ends_on=later + timedelta(days=11)
    )


def _monday(on: date) -> date:
    return on + timedelta(days=-on.weekday() % 7)
