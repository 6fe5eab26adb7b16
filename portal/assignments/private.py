"""Which duties others than their owner may know of, in lists, counts, digests and the trail."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from portal import db
from portal.assignments.duties import kinds
from portal.people.models import Person


class PrivateDuty:
    """A duty of a private kind, as the trail knows it: under a name that nobody may read."""

    class _meta:
        table_name = "private_duty"

    def __init__(self, pk: int) -> None:
        self._pk = pk


class Discreet:
    """What `Assignment` says of who may know of it."""

    # Columns of `Assignment`.
    kind: Any
    target: Any
    about: Any
    is_open: Any
    is_awake: Any

    @classmethod
    def is_shared(cls) -> Any:
        """Of a kind that others than its owner may know of."""
        return cls.kind.not_in([kind.name for kind in kinds.values() if kind.is_private])

    @classmethod
    def is_known_to(cls, viewer: Person) -> Any:
        """Of what others owe: nothing that is private, and nothing about the viewer, for that may
        be their own leaving, or what a form asks of them."""
        return (cls.about.is_null() | (cls.about != viewer.id)) & cls.is_shared()

    @classmethod
    def is_singly_told(cls, on: date) -> Any:
        """What letters of that day speak of as long as it is open and not put off."""
        alike = [kind.name for kind in kinds.values() if kind.alike]
        return cls.is_open() & cls.is_awake(on) & cls.kind.not_in(alike)

    @classmethod
    def is_told_alike(cls) -> Any:
        """What letters speak of to everybody who owes it, done or not, put off or not."""
        nothing: Any = cls.kind == ""
        alike = {kind.name: kind.alike() for kind in kinds.values() if kind.alike}
        towards = ((cls.kind == name) & db.among(cls.target, ids) for name, ids in alike.items())
        return reduce(or_, towards, nothing)

    @property
    def in_trail(self) -> Any:
        """What its events are recorded of: of a private one, something nobody's trail shows."""
        duty: Any = self
        return PrivateDuty(duty._pk) if kinds[self.kind].is_private else duty
