"""A session as one viewer reads it: whose ratings stand beside their names, and their spread."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import peewee

from portal import db
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.questionnaires.questionnaire import Question
from portal.questionnaires.terms import HR
from portal.reviews import access
from portal.reviews.calibration import CalibrationSession, Placement, RatingChange
from portal.reviews.models import Cycle, Review
from portal.reviews.placing import question_of
from portal.reviews.spread import Rated, Spread, spread

COLUMNS = ("Name", "Group", "Reviewed by", "Given", "Now", "Changes")


@dataclass(frozen=True)
class Table:
    """Some of those whose ratings the viewer reads, by group and name. Their own is never in the
    spread, since from all of them they could tell theirs."""

    placements: list[Placement]
    spread: Spread
    scale: list[tuple[int, str]]

    @property
    def groups(self) -> list[tuple[str, list[Placement]]]:
        found: dict[str, list[Placement]] = defaultdict(list)
        for placement in self.placements:
            found[placement.team].append(placement)
        return list(found.items())

    def label(self, value: int) -> str:
        """A rating in words: `2 Good`."""
        return dict(self.scale).get(value, str(value))


def table_of(session: CalibrationSession, viewer: Person, placements: list[Placement]) -> Table:
    """What the viewer reads of a session now; `placements` are the ones on this page."""
    rated = _rated(session, viewer)
    return Table(placements, spread(rated), _scale(session) or _plain(rated))


def _rated(session: CalibrationSession, viewer: Person) -> list[Rated]:
    """Whose ratings are counted: to HR, who reads every name, everybody’s but their own.

    To all others the same people, none of whom has such a table: from two that differ by one person
    each, two managers who show them to each other could both tell their own.
    """
    columns = (Placement.id, Review.person, Placement.team, Placement.given, Placement.rating)
    rows: Any = Placement.select(*columns).join(Review).where(Placement.session == session)
    known: set[int] = set()
    if access.can_manage(viewer):
        rows = rows.where(Review.person != viewer.id)
    else:
        leads, hr = _who_open(session)
        rows = rows.where(~db.among(Review.person, leads), ~db.among(Review.person, hr))
        ids = access.all_placements_visible_to(viewer).where(Placement.session == session)
        known = {number for (number,) in ids.select(Placement.id).tuples()}
    found = list(rows.tuples())
    # Who leads somebody only since it began is counted in the tables of others.
    if any(person == viewer.id for _, person, *_ in found):
        return []
    return [Rated(*said, number in known) for number, _, *said in found]


def _who_open(session: CalibrationSession) -> tuple[Any, Any]:
    """Whoever led somebody when it began, and whoever was HR, as queries of ids: the same as long
    as it is there, whatever changes later."""
    on = session.begun_at.date()
    held = Position.is_held(on, known_at=session.begun_at) & Position.manager.is_null(False)
    hr = Grant.select(Grant.person).where(Grant.kind == HR, Grant.is_valid(on))
    return Position.select(Position.manager).where(held), hr


def _scale(session: CalibrationSession) -> list[tuple[int, str]]:
    """The ratings there are, as one of the forms asks for them."""
    rows = Submission.select().join(Placement).where(Placement.session == session)
    form = rows.order_by(Placement.id).first()
    return scale_of(question_of(form, session.cycle)) if form else []


def _plain(rated: list[Rated]) -> list[tuple[int, str]]:
    return [(one, str(one)) for one in sorted({row.rating for row in rated})]


def scale_of(question: Question | None) -> list[tuple[int, str]]:
    """The ratings there are, each in words."""
    return [(int(value), words) for value, words, _ in question.choices] if question else []


def changes_of(session: CalibrationSession, viewer: Person) -> Any:
    """What was changed of those the viewer reads, the newest first, as a query with `about`."""
    about = Person.alias()
    mine = access.all_placements_visible_to(viewer).select(Placement.id)
    return (
        RatingChange.listing(RatingChange.select())
        .select_extend(Review, *Person.names(about))
        .switch(Placement)
        .join(Review)
        .join(about, on=(Review.person == about.id), attr="person")
        .where(Placement.session == session, db.among(RatingChange.placement, mine))
    )


def rows_of(
    placements: list[Placement], table: Table, changes: Iterable[RatingChange]
) -> list[tuple[str, ...]]:
    """The table as a file, one person a row."""
    said: dict[int, list[str]] = defaultdict(list)
    for change in changes:
        words = f"{change.before} to {change.after} by {change.by.called}: {change.reason}"
        said[change.placement_id].insert(0, words)
    return [
        (
            one.review.person.called,
            one.team,
            one.review.lead.called if one.review.lead_id else "",
            table.label(one.given),
            table.label(one.rating),
            "; ".join(said[one.id]),
        )
        for one in placements
    ]


def questions_of(chosen: list[Placement], cycle: Cycle) -> list[tuple[str, list[str]]]:
    """Question by question what was written about each of them; what only some were asked stands
    with a dash for the others."""
    titles: dict[str, dict[int, str]] = {}
    for placement in chosen:
        form = placement.submission
        calibrated = question_of(form, cycle)
        for question in form.questionnaire.questions:
            words = question.words(form.given.get(question.key))
            if calibrated and question.key == calibrated.key:
                words = question.words(str(placement.rating))
            titles.setdefault(question.title, {})[placement.id] = words
    return [
        (title, [said.get(placement.id) or "—" for placement in chosen])
        for title, said in titles.items()
    ]


def sessions_of(cycle: Cycle, viewer: Person) -> list[CalibrationSession]:
    """The sessions of a cycle with how many people are in each (`people`) and how many ratings were
    changed (`changed`): without the viewer, to whom it would say that theirs is written."""
    others = Placement.select(Placement.id).join(Review).where(Review.person != viewer.id)
    here = others.where(Placement.session == CalibrationSession.id)
    people = here.select(peewee.fn.COUNT(Placement.id))
    changed = people.where(Placement.given != Placement.rating)
    columns = (CalibrationSession, people.alias("people"), changed.alias("changed"))
    return list(CalibrationSession.of_cycle(cycle).select(*columns))
