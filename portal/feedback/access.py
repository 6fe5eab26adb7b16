"""Who reads which feedback and which praise, and who may give, ask for and remove it.

A text is read by whoever gave it, whom it is about, and where its form said so those who lead them.
Nobody reads it by a grant: HR sees how often, and never what.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.assignments.models import Assignment
from portal.feedback.asking import FeedbackAsk, FeedbackRequest
from portal.feedback.check_ins import CHECK_IN
from portal.feedback.models import LINE, Note, NoteReader
from portal.feedback.praise import Praise, PraiseTo
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.people.org import Team
from portal.text import fold

COUNTED_DAYS = 365
MAX_TEAMS = 60


def can_use(viewer: Person) -> bool:
    """Everybody who works here: gives, asks, and reads what is theirs."""
    return viewer.is_staff and not viewer.came_by_pass


def can_see_wall(viewer: Person) -> bool:
    """Praise that is public: everybody who works here, and HR."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def can_write_about(viewer: Person, person: Person) -> bool:
    """Feedback for a colleague whom the viewer may know of (`colleagues` has asked that)."""
    is_here = person.is_staff and not person.has_left(person.today())
    return can_use(viewer) and person.id != viewer.id and is_here


def can_open(viewer: Person, person: Person) -> bool:
    """The page of one person: themselves, whoever leads them, and HR for the counts."""
    if viewer.came_by_pass or not person.is_staff:
        return False
    if viewer.id == person.id:
        return viewer.is_staff
    return viewer.is_hr or viewer.leads(person)


# -- persons -----------------------------------------------------------------------------------


def leaders_of(person: Person) -> list[Person]:
    """Whoever leads them today, by name: those who read what is shared with the line."""
    above = managers_above(person.id, person.today()) - {person.id}
    if not above:
        return []
    query = Person.select(*Person.names(Person)).where(Person.id.in_(sorted(above)))
    return list(query.order_by(Person.folded))


# -- feedback ----------------------------------------------------------------------------------


def notes_visible_to(viewer: Person) -> Any:
    """Feedback the viewer may read, as a query: their own, what they gave, what is shared with
    those who lead, of whom they lead now, and what was shared with them while they led."""
    if not can_use(viewer):
        return Note.select().where(Note.id.is_null())
    return Note.select().where(
        Note.stands(),
        (Note.about == viewer.id) | (Note.giver == viewer.id) | _is_shared_with(viewer),
    )


def _is_shared_with(viewer: Person) -> Any:
    kept = NoteReader.select(NoteReader.note).where(NoteReader.person == viewer.id)
    shared = db.among(Note.id, kept)
    if viewer.has_reports:
        shared |= (Note.readers == LINE) & db.among(Note.about, viewer.line())
    # What they were never to know of is not shared with them, should they lead their own lead.
    return shared & (Note.about != viewer.id)


def notes_for(viewer: Person) -> Any:
    """What others wrote to the viewer."""
    return notes_visible_to(viewer).where(Note.about == viewer.id)


def notes_from(viewer: Person) -> Any:
    """What the viewer wrote."""
    return notes_visible_to(viewer).where(Note.giver == viewer.id)


def notes_about(viewer: Person, person: Person) -> Any:
    """What the viewer may read about somebody, as somebody who leads or led them; their own whole.

    What they wrote themselves stands among it.
    """
    return notes_visible_to(viewer).where(Note.about == person.id)


def notes_shared_with(viewer: Person) -> Any:
    """What others wrote to people whom the viewer leads or led, and shared with them."""
    return notes_visible_to(viewer).where(_is_shared_with(viewer), Note.giver != viewer.id)


def has_shared(viewer: Person, person: Person) -> bool:
    """Whether something about them was shared with the viewer, who led them then."""
    if not can_use(viewer):
        return False
    shared = Note.select().where(Note.stands(), Note.about == person.id, _is_shared_with(viewer))
    return bool(shared.exists())


def notes_taken_back_by(viewer: Person) -> Any:
    """What the viewer took back, for whoever wants it to stand after all."""
    if not can_use(viewer):
        return Note.select().where(Note.id.is_null())
    return Note.select().where(Note.giver == viewer.id)


@dataclass(frozen=True)
class Counts:
    """How often within a year, and nothing of what: all that HR sees of somebody.

    Praise is counted as far as it is on the page: what is private is not, nor what they took off.
    """

    feedback: int
    praise: int


def counts_of(person: Person) -> Counts:
    since = clock.now() - timedelta(days=COUNTED_DAYS)
    notes = Note.select().where(Note.about == person.id, Note.stands(), Note.given_at > since)
    on_page = Praise.is_on_page(person.today())
    praised = (
        PraiseTo.select()
        .join(Praise)
        .where(PraiseTo.person == person.id, on_page, Praise.given_at > since)
    )
    return Counts(notes.count(), praised.count())


# -- requests ----------------------------------------------------------------------------------


def can_ask_about(viewer: Person, person: Person) -> bool:
    """Everybody about themselves; whoever leads somebody about them."""
    return can_use(viewer) and (viewer.id == person.id or viewer.leads(person))


def requests_visible_to(viewer: Person) -> Any:
    """Requests the viewer sent, and those sent about them: nobody is asked about in secret."""
    if not can_use(viewer):
        return FeedbackRequest.select().where(FeedbackRequest.id.is_null())
    mine = (FeedbackRequest.asker == viewer.id) | (FeedbackRequest.about == viewer.id)
    return FeedbackRequest.select().where(mine)


def can_close(viewer: Person, request: FeedbackRequest) -> bool:
    return request.asker_id == viewer.id and request.closed_at is None


def asks_of(requests: Collection[FeedbackRequest]) -> dict[int, list[FeedbackAsk]]:
    """Whom each of these requests asks, with how far they are: one query."""
    found: dict[int, list[FeedbackAsk]] = {}
    if requests:
        rows = FeedbackAsk.select().where(FeedbackAsk.request.in_([one.id for one in requests]))
        for ask in FeedbackAsk.whole(rows):
            found.setdefault(ask.request_id, []).append(ask)
    return found


def asks_visible_to(viewer: Person) -> Any:
    """What the viewer was asked."""
    if not can_use(viewer):
        return FeedbackAsk.select().where(FeedbackAsk.id.is_null())
    return FeedbackAsk.select().where(FeedbackAsk.person == viewer.id)


def asked_of(viewer: Person) -> list[FeedbackAsk]:
    """What the viewer still owes an answer to, the most urgent first."""
    rows = FeedbackAsk.whole(asks_visible_to(viewer).where(Assignment.is_open()))
    return list(rows.order_by(Assignment.due_on, FeedbackAsk.id))


def never(viewer: Person, duty: Assignment) -> bool:
    """It is asked of one person, and ends with their answer or their no."""
    return False


# -- the question to managers ------------------------------------------------------------------


def check_ins_of(viewer: Person) -> Any:
    """Whom the viewer was asked to say something to, as a query of duties."""
    asked = Assignment.kind == CHECK_IN
    if not can_use(viewer):
        return Assignment.select().where(Assignment.id.is_null())
    about = Person.alias()
    query = Assignment.select(Assignment, *Person.names(about))
    query = query.join(about, on=(Assignment.about == about.id), attr="about")
    return query.where(asked, Assignment.person == viewer.id)


def can_reopen_check_in(viewer: Person, duty: Assignment) -> bool:
    """Whoever answered it and leads them still."""
    return duty.outcome == "done" and viewer.leads(duty.about_id)


# -- praise ------------------------------------------------------------------------------------


def on_page_for(viewer: Person) -> Any:
    """The company's page, as a query."""
    if not can_see_wall(viewer):
        return Praise.select().where(Praise.id.is_null())
    return Praise.select().where(Praise.is_on_page(viewer.today()))


def removed_for(viewer: Person) -> Any:
    """What HR took off the page, as a query for HR."""
    if not viewer.is_hr or viewer.came_by_pass:
        return Praise.select().where(Praise.id.is_null())
    return Praise.select().where(Praise.stands(), Praise.removed_at.is_null(False))


def teams_for(viewer: Person, chosen: int | None) -> list[tuple[int, str]]:
    """Teams to choose from on the page, by name: all where they are few, else the departments, with
    one's own team and the one that is chosen."""
    open_ones = Team.select(Team.id, Team.name, Team.parent).where(Team.closed_at.is_null())
    found = list(open_ones.limit(MAX_TEAMS + 1))
    if len(found) > MAX_TEAMS:
        own = viewer.held_now.team_id if viewer.held_now else None
        few = Team.parent.is_null() | Team.id.in_([one for one in (own, chosen) if one])
        found = list(open_ones.where(few).order_by(Team.folded).limit(MAX_TEAMS))
    by_id = {team.id: team for team in found}
    named = []
    for team in found:
        above = by_id.get(team.parent_id)
        named.append((team.id, f"{above.name} / {team.name}" if above else str(team.name)))
    return sorted(named, key=lambda one: fold(one[1]))


def praise_for(viewer: Person) -> Any:
    """Praise of the viewer, public or not."""
    if not can_use(viewer):
        return Praise.select().where(Praise.id.is_null())
    mine = PraiseTo.select(PraiseTo.praise).where(PraiseTo.person == viewer.id)
    return Praise.select().where(Praise.stands(), db.among(Praise.id, mine))


def praise_from(viewer: Person) -> Any:
    """Praise the viewer gave."""
    if not can_use(viewer):
        return Praise.select().where(Praise.id.is_null())
    return Praise.select().where(Praise.stands(), Praise.giver == viewer.id)


def praise_visible_to(viewer: Person) -> Any:
    """Praise the viewer may read: the page, their own, what they gave; HR what it removed."""
    if not can_see_wall(viewer):
        return Praise.select().where(Praise.id.is_null())
    mine = PraiseTo.select(PraiseTo.praise).where(PraiseTo.person == viewer.id)
    seen = Praise.is_on_page(viewer.today())
    if viewer.is_staff:
        seen |= (Praise.giver == viewer.id) | db.among(Praise.id, mine)
    if viewer.is_hr:
        seen |= Praise.removed_at.is_null(False)
    return Praise.select().where(Praise.stands(), seen)


def praise_taken_back_by(viewer: Person) -> Any:
    """Praise the viewer gave, taken back or not."""
    if not can_use(viewer):
        return Praise.select().where(Praise.id.is_null())
    return Praise.select().where(Praise.giver == viewer.id)


def can_remove(viewer: Person, praise: Praise) -> bool:
    """HR, what is on the page."""
    return viewer.is_hr and not viewer.came_by_pass and praise.is_shown


def can_put_back(viewer: Person, praise: Praise) -> bool:
    return viewer.is_hr and not viewer.came_by_pass and praise.removed_at is not None


def can_hide(viewer: Person, praise: Praise) -> bool:
    """Whoever it praises."""
    return praise.is_public and praise.to(viewer) is not None
