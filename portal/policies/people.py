"""Whom a policy asks and where each of them stands: counted by team, listed, asked for, as a file.

Whoever requires it (its own text, HR, or both), each person stands here once: overdue if anything
is, and signed only when nothing is outstanding.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access as compliance_access
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.compliance.people import AHEAD, DONE, EXCUSED, OPEN, OVERDUE, Tally, state
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.people.org import Company, Teams
from portal.people.positions import Position
from portal.people.tables import write_table
from portal.policies import access
from portal.policies.models import KIND, Acknowledgment

# From what is worst to what is best, as the list shows them.
RANKS = (OVERDUE, OPEN, DONE, EXCUSED, AHEAD)
WORDS = {
    OVERDUE: "Overdue",
    OPEN: "Not signed yet",
    DONE: "Signed",
    EXCUSED: "Excused",
    AHEAD: "Not here yet",
}
FILTERS = {
    "": ("Everyone", RANKS),
    "outstanding": ("Outstanding", (OVERDUE, OPEN)),
    "overdue": ("Overdue", (OVERDUE,)),
    "signed": ("Signed", (DONE,)),
    "exempt": ("Excused", (EXCUSED,)),
    "ahead": ("Not here yet", (AHEAD,)),
}
MOST_ROWS = 50_000


# -- who may -----------------------------------------------------------------------------------


def can_see(viewer: Person, document: Document) -> bool:
    """Where people stand: HR, an auditor, and whoever leads somebody it means."""
    return documents_of(viewer).where(Document.id == document.id).exists()  # type: ignore[no-any-return]


def documents_of(viewer: Person) -> Any:
    """The policies of which the viewer follows who has signed, as a query."""
    if compliance_access.can_see(viewer):
        policies = access.visible_to(viewer)
        return policies if viewer.is_hr else policies.where(Document.is_published())
    followed = (
        compliance_access.followed_by(viewer)
        .select(Requirement.target)
        .join(Requirement)
        .where(Requirement.kind == KIND, Coverage.is_ahead(viewer.today()))
    )
    policies = Document.select().where(Document.kind == KIND, Document.is_published())
    return policies.where(db.among(Document.id, followed))


def find(viewer: Person, policy_id: int) -> Document | None:
    """The policy, if the viewer follows who has signed it, with whoever requires it: one query."""
    asks = (Requirement.target == Document.id) & (Requirement.kind == KIND)
    # As an expression, so that it becomes the document's own.
    number = peewee.fn.COALESCE(Requirement.id, 0).alias("asking")
    rows = list(
        documents_of(viewer)
        .select(Document, number)
        .join(Requirement, peewee.JOIN.LEFT_OUTER, on=asks)
        .where(Document.id == policy_id)
    )
    if not rows:
        return None
    document: Document = rows[0]
    document.__dict__["_asking"] = [row.asking for row in rows if row.asking]
    return document


def can_sign_for(viewer: Person, row: "Row") -> bool:
    """As `access.can_sign_for`, asked of somebody it is known to mean."""
    return viewer.is_hr and viewer.id != row.person.id and row.state in (OVERDUE, OPEN)


# -- where they stand --------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    words: str = ""
    state: str = ""
    team: int | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address says it."""
        said = {"q": self.words, "state": self.state, "team": self.team}
        return {name: value for name, value in said.items() if value}


@dataclass
class Row:
    """One person: where they stand, by when, and what they signed last."""

    person: Person
    state: str
    due_on: date | None
    late_on: date | None
    since: date | None
    excused_until: date | None
    team_id: int | None
    duty_id: int
    duty_due_on: date | None
    is_asked_today: bool
    signed: Acknowledgment | None = None

    def may_be_asked(self, today: date) -> bool:
        """They owe it, it is near or late, and nobody has asked today."""
        near = today + timedelta(days=nudges.NEAR_DAYS)
        is_ripe = self.duty_due_on is not None and self.duty_due_on <= near
        return bool(self.duty_id) and is_ripe and not self.is_asked_today


def _standing(document: Document, on: date, *more: Any) -> Any:
    """Each person it means now or later, once, as a subquery, with `more` of all that asks them;
    `rank` counts into RANKS."""
    theirs = (Exemption.requirement == Coverage.requirement) & (Exemption.person == Coverage.person)
    covers = (Exemption.since <= on) & (Exemption.until.is_null() | (Exemption.until >= on))
    rank = peewee.fn.MIN(_rank(on)).alias("rank")
    return (
        Coverage.select(Coverage.person.alias("person_id"), rank, *more)
        .join(Exemption, peewee.JOIN.LEFT_OUTER, on=(theirs & covers & Exemption.is_known()))
        .where(
            Coverage.requirement.in_(_asking(document)), Coverage.is_known(), Coverage.is_ahead(on)
        )
        .group_by(Coverage.person)
        .alias("standing")
    )


def _rank(on: date) -> Any:
    return peewee.Case(state(on), [(name, number) for number, name in enumerate(RANKS)], len(RANKS))


def _dates(on: date) -> list[Any]:
    """What the list says beside where they stand; due is only what is asked of them."""
    owed = peewee.Case(None, [(_rank(on) <= RANKS.index(DONE), Coverage.due_on)], None)
    least = peewee.fn.MIN
    return [
        least(owed).alias("due_on"),
        least(Coverage.late_on).alias("late_on"),
        least(Coverage.since).alias("since"),
        peewee.fn.MAX(Exemption.until).alias("excused_until"),
    ]


def _asking(document: Document) -> list[int]:
    """Whoever requires it: named one by one, so that the index of each is used. Asked once."""
    if "_asking" not in document.__dict__:
        rows: Any = Requirement.select(Requirement.id).where(
            Requirement.kind == KIND, Requirement.target == document.id
        )
        document.__dict__["_asking"] = [number for (number,) in rows.tuples()]
    return document.__dict__["_asking"] or [0]


def _people(viewer: Person, standing: Any, chosen: list[Any], on: date) -> Any:
    """`chosen` of whom it means and the viewer follows, each with where they stand."""
    held = (Position.person == Person.id) & Position.is_held(on)
    rows = (
        Person.select(*chosen)
        .join(standing, on=(standing.c.person_id == Person.id))
        .switch(Person)
        .join(Position, peewee.JOIN.LEFT_OUTER, on=held)
    )
    if compliance_access.can_see(viewer):
        return rows
    return rows.where(db.among(Person.id, viewer.line()))


@dataclass
class Counted:
    """How many stand how: all of them, and by team, the least signed first."""

    total: Tally
    teams: list[tuple[int | None, str, Tally]] = field(default_factory=list)

    def of(self, name: str) -> int:
        """How many a filter shows."""
        return sum(getattr(self.total, each) for each in FILTERS[name][1])


def counted(viewer: Person, document: Document, on: date, teams: Teams) -> Counted:
    """One query; by department, and within the one where there is only one."""
    standing = _standing(document, on)
    chosen = [Position.team, standing.c.rank, peewee.fn.COUNT(Person.id)]
    rows = list(
        _people(viewer, standing, chosen, on).group_by(Position.team, standing.c.rank).tuples()
    )
    tops = {team: teams.top(team) for team, _, _ in rows}
    if len(set(tops.values())) == 1:
        tops = {team: team for team in tops}
    found = Counted(Tally())
    by_team: dict[int | None, Tally] = {}
    for team, rank, number in rows:
        for tally in (found.total, by_team.setdefault(tops[team], Tally())):
            tally.add(RANKS[rank], number)
    named = [
        (team, teams.by_id[team].name if team in teams.by_id else "Without a team", tally)
        for team, tally in by_team.items()
    ]
    found.teams = sorted(named, key=lambda one: (one[2].percent, -one[2].overdue, one[1]))
    return found


def listed(viewer: Person, document: Document, asked: Asked, on: date, teams: Teams) -> Any:
    """Whom the address asks for, as a query of dicts for `web.Page`: the most overdue first."""
    standing = _standing(document, on, *_dates(on))
    left = peewee.JOIN.LEFT_OUTER
    owed = (Assignment.person == Person.id) & Assignment.is_open()
    owed &= (Assignment.kind == KIND) & (Assignment.target == document.id)
    today = (nudges.Nudge.assignment == Assignment.id) & (nudges.Nudge.on == clock.today())
    chosen = [
        *Person.names(Person),
        *(getattr(standing.c, name) for name in ("rank", "due_on", "late_on", "since")),
        standing.c.excused_until,
        Position.team.alias("team_id"),
        Assignment.id.alias("duty_id"),
        Assignment.due_on.alias("duty_due_on"),
        nudges.Nudge.id.alias("nudge_id"),
    ]
    rows = (
        _people(viewer, standing, chosen, on)
        .switch(Person)
        .join(Assignment, left, on=owed)
        .join(nudges.Nudge, left, on=today)
        .order_by(standing.c.rank, standing.c.due_on, Person.folded, Person.id)
    )
    if asked.state:
        wanted = [RANKS.index(name) for name in FILTERS[asked.state][1]]
        rows = rows.where(standing.c.rank.in_(wanted))
    if asked.team:
        rows = rows.where(Position.team.in_(list(teams.below(asked.team)) or [0]))
    return rows.where(Person.matches(asked.words)).dicts() if asked.words else rows.dicts()


def rows_of(document: Document, found: list[dict[str, Any]]) -> list[Row]:
    """The people of one page, each with what they signed last; one query."""
    signed = _signed(document, [row["id"] for row in found])
    return [_row(row, signed.get(row["id"])) for row in found]


def _row(row: dict[str, Any], signed: Acknowledgment | None) -> Row:
    named = {field.name: row[field.name] for field in Person.names(Person)}
    return Row(
        person=Person(**named),
        state=RANKS[row["rank"]],
        due_on=_day(row["due_on"]),
        late_on=_day(row["late_on"]),
        since=_day(row["since"]),
        excused_until=_day(row["excused_until"]),
        team_id=row["team_id"],
        duty_id=row["duty_id"] or 0,
        duty_due_on=_day(row["duty_due_on"]),
        is_asked_today=row["nudge_id"] is not None,
        signed=signed,
    )


def _day(value: Any) -> date | None:
    # Out of a subquery SQLite gives a date as it keeps it.
    return date.fromisoformat(value) if isinstance(value, str) else value


def _signed(document: Document, people: list[int]) -> dict[int, Acknowledgment]:
    """The newest signature of each, with the number of its text."""
    if not people:
        return {}
    rows = (
        Acknowledgment.select(Acknowledgment, Revision.id, Revision.number)
        .join(Revision, on=(Acknowledgment.revision == Revision.id))
        .where(Acknowledgment.document == document, Acknowledgment.person.in_(people))
        .order_by(Acknowledgment.signed_at, Acknowledgment.id)
    )
    return {row.person_id: row for row in rows}


def asks(document: Document) -> str:
    """Whom a material text would ask to sign, and how many of them would read only what changed."""
    on = clock.today(Company.settings().zone)
    signs = (Acknowledgment.person == Coverage.person) & (Acknowledgment.document == document.id)
    distinct = [
        peewee.fn.COUNT(person.distinct()) for person in (Coverage.person, Acknowledgment.person)
    ]
    rows: Any = (
        Coverage.select(*distinct)
        .join(Acknowledgment, peewee.JOIN.LEFT_OUTER, on=signs)
        .where(Coverage.requirement.in_(_asking(document)), Coverage.is_known(), Coverage.is_on(on))
    )
    meant, before = rows.tuples().first()
    if not meant:
        return "A material text asks nobody to sign it today."
    said = f"A material text asks {text.count(meant, 'person', 'people')} to sign again"
    if not before:
        return f"{said}; nobody of them has signed yet."
    return f"{said}: {before} signed before and read only what changes, {meant - before} read all."


# -- as a file ---------------------------------------------------------------------------------


COLUMNS = (
    "name", "email", "department", "state", "due on", "overdue from", "excused until", "signed on",
    "text signed", "signature",
)  # fmt: skip


def export(viewer: Person, document: Document, asked: Asked, on: date) -> bytes:
    """Whom the page shows as a CSV file; that it was taken, and how many, is in the trail."""
    teams = Teams()
    query = listed(viewer, document, asked, on, teams).limit(MOST_ROWS)
    found = [_row(row, None) for row in query]
    signed = _signed_by_all(document)
    table = []
    for row in found:
        one = signed.get(row.person.id)
        is_owed = row.state in (OVERDUE, OPEN)
        table.append(
            [
                row.person.name,
                row.person.email,
                teams.department(row.team_id),
                WORDS[row.state].lower(),
                _said(row.due_on if row.state != EXCUSED else None),
                _said(row.late_on if is_owed else None),
                _said(row.excused_until),
                _said(one[0] if one else None),
                str(one[1]) if one else "",
                one[2] if one and access.can_see_signatures(viewer, document) else "",
            ]
        )
    with db.write():
        audit.record(viewer, "exported", document, data={"people": len(table)})
    return write_table(COLUMNS, table)


def _said(on: date | None) -> str:
    return str(on) if on else ""


def _signed_by_all(document: Document) -> dict[int, tuple[date, int, str]]:
    """Everybody's newest signature: its date, the number of its text, the hash of the text."""
    rows: Any = (
        Acknowledgment.select(
            Acknowledgment.person, Acknowledgment.signed_on, Revision.number,
            Acknowledgment.text_hash,
        )
        .join(Revision, on=(Acknowledgment.revision == Revision.id))
        .where(Acknowledgment.document == document)
        .order_by(Acknowledgment.signed_at, Acknowledgment.id)
        .tuples()
    )  # fmt: skip
    return {person: tuple(said) for person, *said in rows}
