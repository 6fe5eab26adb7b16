"""Moves: promotions, transfers and rotations, from the proposal to the position they become.

A move is a question until somebody else has agreed to it. What was decided never changes: another
position comes by another move.
"""

import secrets
from typing import Any

import peewee

from portal import audit, db
from portal.careers.deciding import Deciding
from portal.careers.openings import Opening
from portal.careers.proposing import Proposing
from portal.documents.models import Document
from portal.documents.revisions import Revision
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.positions import Position

PROMOTION, TRANSFER, ROTATION = "promotion", "transfer", "rotation"
SORTS = (PROMOTION, TRANSFER, ROTATION)
MAX_REASON = 2000
MAX_ID = 2**31 - 1


class Move(Proposing, Deciding, db.Model):
    """That somebody is to take another position from a day on: asked, looked at, decided.

    What is left empty of the position stays as it is then. A promotion names the rung it is to, by
    the text that was in force; a rotation ends, and leads back to where it began. A move that takes
    another back names it in `reverses`. `position` is what it became; `back_position` the way back
    of a rotation. Of those that wait for an answer there is one per person, and one per opening
    beside it: that somebody was chosen for an opening is not known to those who lead them.

    Its number is drawn by lot: one that is missing between two others would tell somebody in HR,
    who reads all but those about themselves, that there is one about them.
    """

    sort = peewee.CharField(max_length=12)
    person = peewee.ForeignKeyField(Person, backref="moves")
    document = peewee.ForeignKeyField(Document, null=True)
    revision = peewee.ForeignKeyField(Revision, null=True)
    rung = peewee.CharField(max_length=80, default="")
    opening = peewee.ForeignKeyField(Opening, null=True, backref="moves")
    reverses = peewee.ForeignKeyField("self", null=True, backref="reversed_by")
    role = peewee.CharField(max_length=120, default="")
    level = peewee.CharField(max_length=20, default="")
    team = peewee.ForeignKeyField(Team, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    manager = peewee.ForeignKeyField(Person, null=True, backref="moves_to")
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)
    reason = peewee.CharField(max_length=MAX_REASON, default="")
    proposed_by = peewee.ForeignKeyField(Person, null=True, backref="moves_proposed")
    proposed_at = db.UtcField()
    withdrawn_at = db.UtcField(null=True)
    decided_by = peewee.ForeignKeyField(Person, null=True, backref="moves_decided")
    decided_at = db.UtcField(null=True)
    is_agreed = peewee.BooleanField(null=True)
    answer = peewee.CharField(max_length=MAX_REASON, default="")
    position = peewee.ForeignKeyField(Position, null=True, backref="moves")
    back_position = peewee.ForeignKeyField(Position, null=True, backref="moves_back")

    class Meta:
        indexes = ((("person", "proposed_at"), False), (("decided_at", "withdrawn_at"), False))

    # What may be named of the position; the rest stays as it is.
    NAMED = ("role", "level", "team", "location", "manager")

    @classmethod
    def is_open(cls) -> Any:
        """Waits for an answer."""
        return cls.decided_at.is_null() & cls.withdrawn_at.is_null()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of moves with everybody and every place they name, in one query."""
        left, above = peewee.JOIN.LEFT_OUTER, Team.alias()
        manager, proposer, decider = Person.alias(), Person.alias(), Person.alias()
        return (
            query.select(
                cls, *Person.names(Person), Team, above, Location, *Person.names(manager),
                *Person.names(proposer), *Person.names(decider), Opening, Revision.id,
                Revision.number, Document.id, Document.title, Document.slug, Document.kind,
            )
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(Team, left, on=(cls.team == Team.id), attr="team")
            .join(above, left, on=(Team.parent == above.id), attr="parent")
            .switch(cls)
            .join(Location, left, on=(cls.location == Location.id), attr="location")
            .switch(cls)
            .join(manager, left, on=(cls.manager == manager.id), attr="manager")
            .switch(cls)
            .join(proposer, left, on=(cls.proposed_by == proposer.id), attr="proposed_by")
            .switch(cls)
            .join(decider, left, on=(cls.decided_by == decider.id), attr="decided_by")
            .switch(cls)
            .join(Opening, left, on=(cls.opening == Opening.id), attr="opening")
            .switch(cls)
            .join(Revision, left, on=(cls.revision == Revision.id), attr="revision")
            .switch(cls)
            .join(Document, left, on=(cls.document == Document.id), attr="document")
        )  # fmt: skip

    @classmethod
    def open_first(cls, query: Any) -> Any:
        """What waits for an answer first, the newest first."""
        return query.order_by(
            peewee.Case(None, [(cls.is_open(), 0)], 1), cls.proposed_at.desc(), cls.id.desc()
        )

    @classmethod
    def free_id(cls) -> int:
        """A number that no other has and that says nothing of when it was given."""
        while cls.select().where(cls.id == (drawn := secrets.randbelow(MAX_ID) + 1)).exists():
            continue
        return drawn

    @property
    def url(self) -> str:
        return f"/careers/moves/{self.id}"

    @property
    def state(self) -> str:
        """`open`, `agreed`, `declined`, `withdrawn`, or `lapsed` where nobody took it back."""
        if self.decided_at is not None:
            return "agreed" if self.is_agreed else "declined"
        if self.withdrawn_at is None:
            return "open"
        return "lapsed" if self.answer else "withdrawn"

    @property
    def is_way_back(self) -> bool:
        """Takes another move back, or ends a rotation before its day; it does not lengthen one."""
        return self.reverses_id is not None and self.ends_on is None

    @property
    def named(self) -> dict[str, Any]:
        """What it says of the position, by column; ids where it is a row."""
        found = {name: self.__data__.get(name) for name in self.NAMED}
        return {name: value for name, value in found.items() if value}

    def hash_with(self, salt: str, checks: "list[MoveCheck]") -> str:
        """What its event says of it: it binds the proposal with its criteria as they stood."""
        names = (
            "sort", "person", "document", "revision", "rung", "opening", "reverses", *self.NAMED,
            "starts_on", "ends_on", "reason",
        )  # fmt: skip
        rows = [
            [one.criterion, one.words, one.is_met, one.said, one.note]
            for one in sorted(checks, key=lambda one: one.place)
        ]
        said = {name: self.__data__.get(name) for name in names}
        return audit.binding({"salt": salt, "checks": rows, **said})


class MoveCheck(db.Model):
    """One criterion of the rung as it stood when the promotion was proposed, kept for ever.

    `is_met` is None where nothing the portal knows could say; `note` is what whoever proposed it
    said of a point that is not met.
    """

    move = peewee.ForeignKeyField(Move, backref="checks")
    place = peewee.IntegerField()
    criterion = peewee.CharField(max_length=80)
    words = peewee.CharField(max_length=500)
    is_met = peewee.BooleanField(null=True)
    said = peewee.CharField(max_length=500, default="")
    note = peewee.CharField(max_length=500, default="")

    class Meta:
        indexes = ((("move", "place"), True),)


GUARDS: list[db.Guard] = [
    db.partial_unique(
        "move",
        "person_id",
        "decided_at IS NULL AND withdrawn_at IS NULL AND opening_id IS NULL",
    ),
    db.partial_unique("move", "opening_id", "decided_at IS NULL AND withdrawn_at IS NULL"),
    db.partial_unique("opening", "vacancy_id", "closed_at IS NULL"),
    db.partial_unique("interest", "opening_id, person_id", "withdrawn_at IS NULL"),
    db.partial_unique("career_plan", "person_id", "ended_at IS NULL"),
]
