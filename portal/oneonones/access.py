"""Who may read a one-on-one: the two, and nobody else; who may add to it; who sees figures."""

from typing import Any

from portal.documents import access as documents
from portal.documents.models import Document
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.points import TalkPoint
from portal.people.dotted import DottedLine
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
    """Points of those one-on-ones, as a query: one that was taken off for whoever raised it alone,
    who may put it back."""
    mine = _own(viewer).select(OneOnOne.id)
    here = TalkPoint.removed_at.is_null() | (TalkPoint.by == viewer.id)
    return TalkPoint.select().where(TalkPoint.one_on_one.in_(mine), here)


def actions_visible_to(viewer: Person) -> Any:
    """Actions of those one-on-ones, as a query."""
    mine = _own(viewer).select(OneOnOne.id)
    return Action.whole(Action.select()).where(Action.one_on_one.in_(mine))


def can_add(viewer: Person, one_on_one: OneOnOne) -> bool:
    """Points, shared notes, actions, days: the two, as long as the line of report says so."""
    return one_on_one.goes_on and viewer.id in (one_on_one.report_id, one_on_one.lead_id)


def can_note(viewer: Person) -> bool:
    """One's own private notes, also beside talks that ended: whoever is here."""
    return can_have(viewer) and not viewer.has_left(viewer.today())


def can_change(viewer: Person, one_on_one: OneOnOne, point: TalkPoint) -> bool:
    """Whoever raised a point rewords it or takes it off; the other one can tick it off. What
    was talked about stays as it was."""
    return can_add(viewer, one_on_one) and point.by_id == viewer.id and point.done_in_id is None


def can_settle(viewer: Person, one_on_one: OneOnOne, action: Action) -> bool:
    """Whoever said they would do it, also when another leads by now; until then the other, too."""
    return action.duty.person_id == viewer.id or can_add(viewer, one_on_one)


def leads_directly(lead: Person, report: Person) -> bool:
    held = report.held_now
    return held is not None and held.manager_id == lead.id


def pair_of(viewer: Person, person: Person) -> tuple[Person, Person] | None:
    """The two as report and lead, where one leads the other directly today, by a dotted line as
    well, and both are here."""
    if not _both_here(viewer, person):
        return None
    return _in_line(viewer, person) or _by_dots(viewer, person)


def _both_here(viewer: Person, person: Person) -> bool:
    if not can_have(viewer) or not person.is_staff or person.withdrawn_at is not None:
        return False
    return not any(each.has_left(each.today()) for each in (viewer, person))


def _in_line(viewer: Person, person: Person) -> tuple[Person, Person] | None:
    if leads_directly(person, viewer):
        return viewer, person
    return (person, viewer) if leads_directly(viewer, person) else None


def _by_dots(viewer: Person, person: Person) -> tuple[Person, Person] | None:
    either = (DottedLine.person == person.id) | (DottedLine.lead == person.id)
    line = _dotted_lines(viewer).where(either).first()
    if line is None:
        return None
    return (viewer, person) if line.person_id == viewer.id else (person, viewer)


def _dotted_lines(viewer: Person) -> Any:
    """Those the viewer is at either end of today."""
    mine = (DottedLine.person == viewer.id) | (DottedLine.lead == viewer.id)
    return DottedLine.select().where(mine, DottedLine.is_held(viewer.today()))


def can_open(viewer: Person, person: Person) -> bool:
    """For the link on a page about somebody: whether one of the two leads the other. It asks
    nothing beyond what the viewer has at hand; a dotted line is offered on the list alone."""
    return _both_here(viewer, person) and _in_line(viewer, person) is not None


def could_begin(viewer: Person, known: list[OneOnOne]) -> list[Person]:
    """Whom the viewer leads, and who leads them, where no talk goes on yet."""
    if not can_have(viewer) or viewer.has_left(viewer.today()):
        return []
    people = []
    held = viewer.held_now
    if held is not None and held.manager is not None:
        people.append(held.manager)
    if viewer.has_reports:
        people += Person.reports_of(viewer, Person.select())
    near = {each for line in _dotted_lines(viewer) for each in (line.person_id, line.lead_id)}
    if near:
        people.extend(Person.select().where(Person.id.in_(near), Person.withdrawn_at.is_null()))
    with_whom = {one.other(viewer).id for one in known if one.ended_at is None} | {viewer.id}
    today = viewer.today()
    found = {one.id: one for one in people if not one.has_left(today)}
    return [one for one in found.values() if one.id not in with_whom]


def agendas_for(viewer: Person) -> list[Document]:
    """Ready agendas in force that are meant for the viewer."""
    found = documents.visible_to(viewer).where(Document.kind == AGENDA, Document.is_published())
    return list(Document.with_current(found).order_by(Document.folded))


def can_write_agendas(viewer: Person) -> bool:
    """Ready agendas are documents."""
    return documents.can_write(viewer)


def can_see_frequency(viewer: Person) -> bool:
    """How often people meet, by department: HR."""
    return viewer.is_hr


def never(viewer: Person, duty: Any) -> bool:
    """What two people have between them nobody else waives, hands over or opens again."""
    return False
