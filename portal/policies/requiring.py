"""A policy in force requires itself: of whom, by when and how often stands in its front matter."""

from collections.abc import Collection
from datetime import date

from portal import clock
from portal.assignments.duties import Opening
from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.models import A_DAY, Requirement
from portal.compliance.needs import Fact, Moment
from portal.compliance.schedule import Rhythm, next_turn
from portal.compliance.texts import RequiredText
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.people.org import Company
from portal.policies.models import KIND, Acknowledgment

LEAD_DAYS = 30
TEXT = RequiredText(KIND, noun="A policy", asks="Sign “{}”")


def rhythm_of(revision: Revision) -> Rhythm:
    """How soon and how often it is signed, as its text says."""
    said = revision.parsed
    return Rhythm(
        every_months=said["sign_again"],
        first_days=said["sign_within"],
        joiner_days=said["joiners_within"],
        lead_days=LEAD_DAYS,
    )


def require(document: Document, revision: Revision, by: Person | None) -> None:
    """It is asked of its audience from now on; after a minor change just as it was before."""
    Requirement.set(
        kind=KIND,
        target=document.id,
        source=KIND,
        audience=document.audience or "everyone",
        rhythm=rhythm_of(revision),
        starts_on=_first_day(document),
        by=by,
    )
    # Whatever else requires the same policy asks for its new text too.
    following.refresh(KIND, document.id)


def _first_day(document: Document) -> date:
    """The day from which it is asked: that of its first text, or of coming back into force."""
    today = clock.today(Company.settings().zone)
    kept = Requirement.of(KIND, document.id, KIND)
    terms = kept.last_terms() if kept else None
    if terms is None or (terms.holds_until and terms.holds_until < today - A_DAY):
        return today
    return terms.starts_on


def require_no_more(document: Document, by: Person | None) -> None:
    """Retired, it is asked of nobody; put back in force, of its audience again."""
    if not document.retired_at:
        if document.current:
            require(document, document.current, by)
        return
    kept = Requirement.of(KIND, document.id, KIND)
    if kept:
        kept.end(clock.today(Company.settings().zone), by=by)
    following.let_go(KIND, document.id, by=by, reason="Retired.")


# -- as something that can be required ---------------------------------------------------------


def facts(target: int, people: Collection[int] | None, moment: Moment) -> dict[int, Fact]:
    """Who has signed the text that counted then, or a later one, and when last."""
    material = Revision.material_at(target, moment.latest)
    if material is None:
        return {}
    newest = Acknowledgment.newest(target, material.number, people, moment.latest)
    return {
        person: Fact(row.signed_on, f"acknowledgment:{row.id}", row.record)
        for person, row in newest.items()
    }


# -- as a duty ---------------------------------------------------------------------------------


def open_planned(person: Person, slug: str, opening: Opening) -> Assignment | None:
    """The duty a plan asks for; None where they have signed and need not yet sign again."""
    document = TEXT.named(slug)
    today = person.today()
    fact = facts(document.id, [person.id], Moment(today)).get(person.id)
    if fact is not None:
        turn = next_turn(
            rhythm_of(document.current), asked_on=today, meant_on=today, event_on=today, fact=fact
        )
        if turn is None or turn.opens_on > today:
            return None
    minutes = document.current.parsed["minutes"]
    return TEXT.open(document.id, document.title, minutes, person, opening)
