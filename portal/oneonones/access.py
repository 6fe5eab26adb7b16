"""Who may read a one-on-one: the two, and nobody else; who may add to it; who sees figures."""

from typing import Any

from portal.documents import access as documents
from portal.documents.models import Document
from portal.oneonones.actions import ACTION, Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.points import TalkPoint
from portal.people.models import Person

AGENDA = "agenda"


def can_have(viewer: Person) -> bool:
    """Everybody who works here."""
    return viewer.is_staff and not viewer.came_by_pass


def _own(viewer: Person) -> Any:
    found = OneOnOne.of(viewer)
    return found if can_have(viewer) else found.where(OneOnOne.id.is_null())


def visible_to(viewer: Person) -> Any:
    """One-on-ones the viewer is one of the two of, as a query: those that ended stay to be read by
    whoever was part of them, and whoever leads now sees nothing of them."""
    return OneOnOne.whole(_own(viewer), viewer.today())


def latest_with(viewer: Person, person: Person) -> OneOnOne | None:
    """The one with somebody that goes on, or else the newest that ended."""
    theirs = (OneOnOne.report == person.id) | (OneOnOne.lead == person.id)
    rows = visible_to(viewer).where(theirs, Talk.id.is_null(False))
    return rows.order_by(OneOnOne.ended_at.is_null(False), OneOnOne.id.desc()).first()  # type: ignore[no-any-return]


def listed_for(viewer: Person) -> list[OneOnOne]:
    """All of them: what goes on by its next day, then what ended, the newest first."""
    rows = visible_to(viewer).order_by(
        OneOnOne.ended_at.is_null(False), Talk.planned_on.asc(nulls="last"), OneOnOne.id.desc()
    )
    return list(rows.limit(200))


def talks_visible_to(viewer: Person) -> Any:
    """Talks of those one-on-ones, as a query."""
    mine = _own(viewer).select(OneOnOne.id)
    return Talk.select().where(Talk.one_on_one.in_(mine))


def points_visible_to(viewer: Person) -> Any:
    """Points of those one-on-ones, as a query."""
    mine = _own(viewer).select(OneOnOne.id)
    return TalkPoint.select().where(TalkPoint.one_on_one.in_(mine))


def actions_visible_to(viewer: Person) -> Any:
    """Actions of those one-on-ones, as a query."""
    mine = _own(viewer).select(OneOnOne.id)
    return Action.whole(Action.select()).where(Action.one_on_one.in_(mine))


def can_add(viewer: Person, one_on_one: OneOnOne) -> bool:
    """Points, notes, actions, days: the two, as long as the line of report says so."""
    return one_on_one.goes_on and viewer.id in (one_on_one.report_id, one_on_one.lead_id)


def can_remove(viewer: Person, one_on_one: OneOnOne, point: TalkPoint) -> bool:
    """A point goes by whoever raised it; the other one can tick it off."""
    return can_add(viewer, one_on_one) and point.by_id == viewer.id


def can_settle(viewer: Person, one_on_one: OneOnOne, action: Action) -> bool:
    """Whoever said they would do it, also when another leads by now; until then the other, too."""
    return action.duty.person_id == viewer.id or can_add(viewer, one_on_one)


def leads_directly(lead: Person, report: Person) -> bool:
    held = report.held_now
    return held is not None and held.manager_id == lead.id


def pair_of(viewer: Person, person: Person) -> tuple[Person, Person] | None:
    """The two as report and lead, where one leads the other directly today and both are here."""
    if not can_have(viewer) or not person.is_staff or person.withdrawn_at is not None:
        return None
    if person.has_left(person.today()):
        return None
    if leads_directly(person, viewer):
        return viewer, person
    return (person, viewer) if leads_directly(viewer, person) else None


def can_open(viewer: Person, person: Person) -> bool:
    """For the link on a page about somebody: whether the two talk, or could begin to."""
    return pair_of(viewer, person) is not None


def could_begin(viewer: Person, known: list[OneOnOne]) -> list[Person]:
    """Whom the viewer leads, and who leads them, where no talk goes on yet."""
    if not can_have(viewer):
        return []
    with_whom = {one.other(viewer).id for one in known if one.ended_at is None}
    people = []
    held = viewer.held_now
    if held is not None and held.manager is not None:
        people.append(held.manager)
    if viewer.has_reports:
        people += Person.reports_of(viewer, Person.select())
    today = viewer.today()
    return [one for one in people if one.id not in with_whom and not one.has_left(today)]


def agendas_for(viewer: Person) -> list[Document]:
    """Ready agendas in force that are meant for the viewer."""
    found = documents.visible_to(viewer).where(Document.kind == AGENDA, Document.is_published())
    return list(Document.with_current(found).order_by(Document.folded))


def can_see_frequency(viewer: Person) -> bool:
    """How often people meet, by department and in fives: HR."""
    return viewer.is_hr


def never(viewer: Person, duty: Any) -> bool:
    """What two people have between them nobody else waives, hands over or opens again."""
    return False


__all__ = ["ACTION", "AGENDA", "can_add", "can_open", "visible_to"]
