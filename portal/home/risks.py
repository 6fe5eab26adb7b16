"""What is at risk, for HR's page: exceptions only, each with the one place to do something."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal.audit.alarms import ChainAlarm
from portal.compliance import access, owing
from portal.compliance.figures import GOAL_PERCENT, HORIZONS, Figures, Unit, is_within
from portal.compliance.models import Coverage, Requirement, Terms
from portal.documents import library
from portal.documents.models import Document
from portal.mail.models import Letter
from portal.metrics import reds
from portal.people.models import Person
from portal.reviews import needs
from portal.text import count

SOON_DAYS = HORIZONS[0]
DEPARTMENTS = 5


@dataclass(frozen=True)
class Risk:
    """Something HR has to look at, as a line, and where to go for it."""

    icon: str
    title: str
    note: str
    act: str
    url: str
    is_late: bool = False


def of(me: Person, today: date) -> list[Risk]:
    """The lines, the gravest first: two questions, however large the company is."""
    figures = Figures(access.followed_by(me), today, days=SOON_DAYS)
    alarms, letters, unchased, unmeant, reviews, red, *cycles = _counts(me, today)
    said = []
    if alarms:
        title, note = "The audit trail does not hold", "Something in it was changed or is gone."
        said.append(Risk("shield-alert", title, note, "See what", "/evidence/checkpoints", True))
    if letters:
        what = "A letter" if letters == 1 else f"{letters} letters"
        note = "A mail server refused it." if letters == 1 else "A mail server refused them."
        said.append(Risk("mail-x", f"{what} could not be delivered", note, "Outbox", "/letters"))
    if not figures.total.is_met:
        share = f"{figures.total.share:g} % of what is required is overdue"
        note = f"{figures.sentence} Under {GOAL_PERCENT} % is the goal."
        said.append(Risk("clock-alert", share, note, "See who", "/compliance/due", True))
    said += [_department(figures, unit) for unit in figures.at_risk[:DEPARTMENTS]]
    if unchased:
        ends = "ends" if unchased == 1 else "end"
        title = f"{count(unchased, 'thing')} {ends} within {SOON_DAYS} days, and nobody is asked"
        note = "No duty stands open for it yet, or whoever owes it is on leave."
        address = "/compliance/due?state=30&unchased=1"
        said.append(Risk("user-round-x", title, note, "See whose", address))
    if unmeant:
        reach = "requirement reaches" if unmeant == 1 else "requirements reach"
        note = "Its audience means no one who is here." if unmeant == 1 else "No one is meant."
        address = "/compliance/requirements"
        said.append(Risk("users", f"{unmeant} {reach} nobody", note, "See which", address))
    if reviews:
        title = f"{count(reviews, 'policy', 'policies')} to look at again"
        note = f"The day is near, within {SOON_DAYS} days, or has passed."
        said.append(Risk("file-clock", title, note, "See which", "/documents?list=due"))
    if red:
        title = f"{count(red, 'red number')} nobody explains"
        note = "Two letters went out, and no word of it came."
        said.append(Risk("chart-no-axes-column", title, note, "See which", "/metrics/red", True))
    said += [Risk(*need) for need in needs.of(*cycles)]
    return said


def _department(figures: Figures, unit: Unit) -> Risk:
    address = f"/compliance/due?department={unit.id}" if unit.id else "/compliance"
    if unit.tally.is_met and unit.id:
        address += "&state=30"
    icon = "calendar-clock" if unit.tally.is_met else "building"
    note = figures.why(unit, briefly=True)
    return Risk(icon, unit.name, note, "See who", address, not unit.tally.is_met)


def _counts(me: Person, today: date) -> tuple[Any, ...]:
    """Alarms about the trail, letters refused, what ends with nobody asked, requirements without
    anybody, policies to be looked at, red numbers, what cycles of reviews need: one question."""
    number = peewee.fn.COUNT
    due = is_within(str(SOON_DAYS), today) & owing.is_unchased(today)
    asked = Terms.select(Terms.requirement).where(Terms.is_known(), Terms.is_held(today))
    meant = Coverage.select(Coverage.id).where(
        Coverage.requirement == Requirement.id, Coverage.is_known(), Coverage.is_ahead(today)
    )
    # What was never looked at yet means nobody only for a minute.
    followed = Requirement.checked_on.is_null(False)
    questions = (
        ChainAlarm.ringing().order_by().select(number(ChainAlarm.id)),
        Letter.select(number(Letter.id)).where(Letter.failed_at.is_null(False)),
        access.followed_by(me).where(due).select(number(Coverage.id)),
        Requirement.select(number(Requirement.id)).where(
            followed, Requirement.id.in_(asked), ~peewee.fn.EXISTS(meant)
        ),
        access.reviews_visible_to(me)
        .where(Document.kind == access.POLICY, library.is_due(today))
        .select(number(Document.id)),
        reds.listed(),
        *needs.questions(me, today),
    )
    asked_at_once: Any = peewee.Select(columns=list(questions))
    rows = asked_at_once.bind(Coverage._meta.database).tuples()  # type: ignore[attr-defined]
    return next(iter(rows))  # type: ignore[no-any-return]
