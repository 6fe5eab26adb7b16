"""What a person was handed out, system by system, piece by piece, with the proof of both ends."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.blobs import Blob
from portal.people.functions import Function
from portal.people.models import Person
from portal.people.org import Location

KINDS = {"access": "Access", "equipment": "Equipment"}
MAX_PROOF_CHARS = 300
LISTED = 500


@dataclass(frozen=True)
class ProofFile:
    """A photo or a paper that shows it, as it was stored."""

    blob: Blob
    name: str
    media_type: str

    def values(self, end: str) -> dict[str, Any]:
        """As columns of one end: `given` or `taken`."""
        return {f"{end}_blob": self.blob, f"{end}_file": self.name, f"{end}_type": self.media_type}


class Holding(db.Model):
    """An access or a piece of equipment somebody has: given with a proof, taken back with one.

    Rows stay: what was handed out by mistake is withdrawn, not deleted.
    """

    person = peewee.ForeignKeyField(Person, backref="holdings")
    kind = peewee.CharField(max_length=10)
    name = peewee.CharField(max_length=80)
    function = peewee.ForeignKeyField(Function, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    given_at = db.UtcField()
    given_by = peewee.ForeignKeyField(Person, null=True)
    given_proof = peewee.CharField(max_length=MAX_PROOF_CHARS)
    given_blob = peewee.ForeignKeyField(Blob, null=True, backref="+", on_delete="RESTRICT")
    given_file = peewee.CharField(max_length=140, default="")
    given_type = peewee.CharField(max_length=80, default="")
    taken_at = db.UtcField(null=True)
    taken_by = peewee.ForeignKeyField(Person, null=True)
    taken_proof = peewee.CharField(max_length=MAX_PROOF_CHARS, default="")
    taken_blob = peewee.ForeignKeyField(Blob, null=True, backref="+", on_delete="RESTRICT")
    taken_file = peewee.CharField(max_length=140, default="")
    taken_type = peewee.CharField(max_length=80, default="")
    withdrawn_at = db.UtcField(null=True)

    class Meta:
        indexes = (
            (("person", "kind", "name"), False),
            (("taken_at", "withdrawn_at", "kind", "name"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_out(cls) -> Any:
        """The person has it now."""
        return cls.taken_at.is_null() & cls.withdrawn_at.is_null()

    @property
    def is_held(self) -> bool:
        """`is_out` for one that is loaded."""
        return self.taken_at is None and self.withdrawn_at is None

    @property
    def words(self) -> str:
        """`github`, `macbook pro`: the name as one reads it."""
        return str(self.name).replace("-", " ")

    @property
    def icon(self) -> str:
        return "key-round" if self.kind == "access" else "laptop"

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of holdings with the person, who gave it, who took it and the function loaded."""
        giver, taker = Person.alias(), Person.alias()
        return (
            query.select(
                cls, *Person.names(Person), *Person.names(giver), *Person.names(taker), Function
            )
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(giver, peewee.JOIN.LEFT_OUTER, on=(cls.given_by == giver.id), attr="given_by")
            .switch(cls)
            .join(taker, peewee.JOIN.LEFT_OUTER, on=(cls.taken_by == taker.id), attr="taken_by")
            .switch(cls)
            .join(Function, peewee.JOIN.LEFT_OUTER, on=(cls.function == Function.id))
        )

    @classmethod
    def out_of(cls, person_id: int | None, kind: str) -> list["Holding"]:
        """What of that kind the person has now, the oldest first, with who gave it."""
        if person_id is None:
            return []
        query = cls.with_people(cls.select()).where(cls.person == person_id, cls.kind == kind)
        return list(query.where(cls.is_out()).order_by(cls.given_at, cls.id))

    @classmethod
    def was_recorded(cls, person_id: int | None, kind: str) -> bool:
        """Whether the portal ever knew of anything of that kind, in their hands or come back."""
        mine = (cls.person == person_id) & (cls.kind == kind) & cls.withdrawn_at.is_null()
        return person_id is not None and bool(cls.select().where(mine).exists())

    @classmethod
    def history_of(cls, query: Any, person: Person) -> list["Holding"]:
        """`query` of holdings about one person: what they have first, then what they had."""
        mine = cls.with_people(query).where(cls.person == person.id, cls.withdrawn_at.is_null())
        first = peewee.Case(None, [(cls.taken_at.is_null(), 0)], 1)
        return list(mine.order_by(first, cls.kind, cls.name, cls.id).limit(LISTED))

    @classmethod
    def out_now(cls, query: Any, kind: str = "", name: str = "") -> Any:
        """`query` of holdings that are out, by system and then by person."""
        found = cls.with_people(query).where(cls.is_out())
        if kind:
            found = found.where(cls.kind == kind)
        if name:
            found = found.where(cls.name == name)
        return found.order_by(cls.kind, cls.name, Person.folded, cls.id)

    @classmethod
    def counted(cls, query: Any) -> list[tuple[str, str, int, int]]:
        """Kind, name, how many are out, and how many of those with people who have left."""
        today = clock.today()
        gone = peewee.Case(None, [(Person.last_day_on < today, 1)], 0)
        out = query.select(cls.kind, cls.name, peewee.fn.COUNT(cls.id), peewee.fn.SUM(gone)).join(
            Person, on=(cls.person == Person.id)
        )
        out = out.where(cls.is_out()).group_by(cls.kind, cls.name)
        return list(out.order_by(cls.kind, cls.name).tuples())

    @classmethod
    def with_leavers(cls, query: Any, on: date) -> list["Holding"]:
        """What of `query` people who have left by that day still have: a list to keep short."""
        gone = cls.with_people(query).where(cls.is_out(), Person.last_day_on < on)
        return list(gone.order_by(Person.last_day_on, Person.folded, cls.kind, cls.name).limit(50))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def give(
        cls,
        person: Person,
        kind: str,
        name: str,
        *,
        by: Any,
        proof: str,
        function: Any = None,
        location: Any = None,
        file: ProofFile | None = None,
    ) -> "Holding":
        """The person has it from now on; the proof says which one (a number, an account)."""
        with db.write():
            holding = cls.create(
                person=person,
                kind=kind,
                name=name,
                function=function,
                location=location,
                given_at=clock.now(),
                given_by=by,
                given_proof=proof[:MAX_PROOF_CHARS],
                **(file.values("given") if file else {}),
            )
            holding._record(by, "given", proof)
        return holding

    def take(self, *, by: Any, proof: str, file: ProofFile | None = None) -> bool:
        """It was taken back. False when it was not out any more."""
        values: dict[str, Any] = {
            "taken_at": clock.now(),
            "taken_by": by,
            "taken_proof": proof[:MAX_PROOF_CHARS],
        }
        values |= file.values("taken") if file else {}
        return self._change(by, "taken_back", proof, Holding.is_out(), values)

    def leave_out(self, *, by: Any) -> bool:
        """Taking it back is undone: the person has it still."""
        values: dict[str, Any] = {"taken_at": None, "taken_by": None, "taken_proof": ""}
        values |= {"taken_blob": None, "taken_file": "", "taken_type": ""}
        return self._change(by, "left_out", "", Holding.taken_at.is_null(False), values)

    def withdraw(self, *, by: Any) -> bool:
        """It was never handed out: undo. False when it was taken back already."""
        values = {"withdrawn_at": clock.now()}
        return self._change(by, "withdrawn", "", Holding.is_out(), values)

    def restore(self, *, by: Any) -> bool:
        """Undo of the undo: it was handed out after all."""
        withdrawn = Holding.withdrawn_at.is_null(False)
        return self._change(by, "restored", "", withdrawn, {"withdrawn_at": None})

    def file_of(self, end: str) -> ProofFile | None:
        """What was stored with one end, `given` or `taken`."""
        blob = getattr(self, f"{end}_blob")
        if blob is None:
            return None
        return ProofFile(blob, getattr(self, f"{end}_file"), getattr(self, f"{end}_type"))

    def _change(
        self, by: Any, handed: str, proof: str, condition: Any, values: dict[str, Any]
    ) -> bool:
        with db.write():
            if not Holding.update(**values).where(Holding.id == self.id, condition).execute():
                return False
            for name, value in values.items():
                setattr(self, name, value)
            self._record(by, handed, proof)
        return True

    def _record(self, by: Any, handed: str, proof: str) -> None:
        audit.record(
            by,
            handed,
            self,
            about=self.person,
            data={"kind": self.kind, "name": self.name},
            personal={"proof": proof} if proof else None,
        )
