"""Who may see evidence: HR, who has it put together, and auditors, who read it."""

from collections.abc import Collection
from datetime import date
from typing import Any

from portal import clock, db
from portal.certificates.types import CertificateType
from portal.compliance.models import Requirement
from portal.documents.models import Document, Revision
from portal.evidence.as_of import Held, Line
from portal.evidence.auditors import PURPOSES
from portal.evidence.facts import cell
from portal.evidence.models import Gift, Pack
from portal.evidence.pack_checks import MAX_OPEN, PackCheck
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company, Team, Teams
from portal.people.passes import Pass
from portal.people.positions import Position

# What is required most is named in one query; of another kind, each is asked for its title.
TITLED: dict[str, Any] = {
    "policy": (Document, Document.title),
    "checklist": (Document, Document.title),
    "course": (Document, Document.title),
    "certificate": (CertificateType, CertificateType.name),
}


def can_see_evidence(viewer: Person) -> bool:
    """The state on any day: HR and auditors, by grant or by a link that carries it."""
    return viewer.is_hr or viewer.is_auditor


def can_ask_for_packs(viewer: Person) -> bool:
    """Have packs built, kept, canceled, given away: HR. An auditor reads and has no power."""
    return viewer.is_hr


def can_admit_auditors(viewer: Person) -> bool:
    """Send and end auditors' links, and see what they read."""
    return viewer.is_hr


def can_see_auditors_home(viewer: Person) -> bool:
    """An auditor's first page, also where a link is for given packs alone."""
    return viewer.is_auditor or viewer.came_by_pass


def packs_visible_to(viewer: Person) -> Any:
    """HR sees every pack; an auditor those that were given to them, once they are ready."""
    if viewer.is_hr:
        return Pack.select()
    if not can_see_auditors_home(viewer):
        return Pack.select().where(Pack.id == 0)
    given = Gift.select(Gift.pack).where(Gift.person == viewer.id, Gift.is_open())
    return Pack.select().where(db.among(Pack.id, given), Pack.state == "ready")


def links_visible_to(viewer: Person) -> Any:
    """Auditors' links, ended ones too: for HR."""
    found = Pass.select().where(Pass.purpose.in_(PURPOSES))
    return found if can_admit_auditors(viewer) else found.where(Pass.id == 0)


def departments() -> list[tuple[int, str]]:
    """The top teams there are, closed ones too: the past was in them."""
    teams = sorted(Teams().by_id.values(), key=lambda team: team.folded)
    return [(team.id, team.name) for team in teams if not team.parent_id]


def team(team_id: int) -> Team | None:
    return Team.get_or_none(Team.id == team_id)  # type: ignore[no-any-return]


def people_in(team_id: int, on: date, known_at: Any) -> list[int]:
    """Who stood in a team or below it that day, as known then; the tree is the one of today."""
    below = sorted(Teams().below(team_id))
    held = Position.is_held(on, known_at=known_at) & Position.team.in_(below)
    rows: Any = Position.select(Position.person).where(held).distinct().order_by(Position.person)
    return [person for (person,) in rows.tuples()]


def person_called(typed: str) -> Person | None:
    """Somebody by address, by employee number, by id or by whole name; also who has left."""
    words = typed.strip()
    if words.isascii() and words.isdecimal() and len(words) < 18:
        found = Person.select().where((Person.number == words) | (Person.id == int(words)))
    elif "@" in words:
        return Person.by_email(words)
    else:
        found = Person.select().where(Person.matches(words), Person.hired_on.is_null(False))
    people = list(found.limit(2)) if words else []
    return people[0] if len(people) == 1 else None


def requirements(ids: Collection[int] | None = None) -> list[Requirement]:
    """Every requirement there ever was, or these, in the order of ids."""
    found = Requirement.select().order_by(Requirement.id)
    return list(found if ids is None else found.where(Requirement.id.in_(list(ids))))


def titles_of(asked: Collection[Requirement]) -> dict[int, str]:
    """What these requirements are called today, by their ids: a query a kind of target."""
    named: dict[tuple[str, int], str] = {}
    by_kind: dict[str, set[int]] = {}
    for one in asked:
        by_kind.setdefault(one.kind, set()).add(one.target)
    for kind, targets in by_kind.items():
        if kind in TITLED:
            model, title = TITLED[kind]
            rows: Any = model.select(model.id, title).where(model.id.in_(sorted(targets)))
            named |= {(kind, target): said for target, said in rows.tuples()}
    return {one.id: named.get((one.kind, one.target)) or one.title for one in asked}


def requirements_of_policies(documents: list[int]) -> list[int]:
    """What asks people to sign these texts."""
    rows: Any = Requirement.select(Requirement.id).where(
        Requirement.kind == "policy", Requirement.target.in_(documents)
    )
    return [number for (number,) in rows.tuples()]


def titles(documents: list[int]) -> list[tuple[int, str]]:
    """What these texts are called today."""
    rows: Any = Document.select(Document.id, Document.title).where(Document.id.in_(documents))
    return list(rows.order_by(Document.id).tuples())


def texts(revisions: Any) -> list[Any]:
    """These texts with the title of today, by document and number."""
    of_them = revisions.select(Revision, Document.id, Document.title).join(Document)
    return list(of_them.order_by(Revision.document, Revision.number))


def names_of(ids: Any) -> dict[int, str]:
    """Names of these people as they are today."""
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    for first in range(0, len(wanted), 500):
        rows = Person.select().where(Person.id.in_(wanted[first : first + 500]))
        found |= {person.id: person.called for person in rows}
    return found


def names_file(lines: list[Line], held: list[Held]) -> bytes:
    """Who and what the numbers of a report stand for today, as CSV: a file that may be erased."""
    called = names_of({line.person for line in lines})
    rows = [("kind", "id", "name")]
    rows += [("person", str(number), name) for number, name in sorted(called.items())]
    titles = titles_of([one.requirement for one in held])
    rows += [("requirement", str(number), title) for number, title in sorted(titles.items())]
    return "".join(",".join(cell(one, "text") for one in row) + "\r\n" for row in rows).encode()


def can_see_checkpoints(viewer: Person) -> bool:
    """The checkpoints tell of no person: whoever answers for the trail, or reads it."""
    return bool(viewer.grants & {"hr", "auditor", "admin"})


def auditors_now() -> int:
    """How many auditors sign in here, and so are mailed the checkpoints."""
    return int(Grant.holders_of("auditor", clock.today()).count())


def addresses_outside() -> int:
    """How many addresses the settings name for the checkpoints."""
    return len(Company.settings().checkpoint_addresses)


def pack_checks_visible_to(viewer: Person) -> Any:
    """Packs the viewer sent to be checked, the newest first: one's own and nobody else's."""
    mine = PackCheck.select().where(PackCheck.asked_by == viewer.id)
    return mine.order_by(PackCheck.id.desc())


def can_check_pack(viewer: Person) -> bool:
    """Anybody, a few at a time."""
    return PackCheck.open_of(viewer).count() < MAX_OPEN
