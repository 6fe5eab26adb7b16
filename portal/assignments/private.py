"""What of a duty others than its owner may learn: nothing at all, where its kind is private."""

from typing import Any

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
    about: Any

    @classmethod
    def is_shared(cls) -> Any:
        """Of a kind that others than its owner may know of."""
        return cls.kind.not_in([kind.name for kind in kinds.values() if kind.is_private])

    @classmethod
    def is_about_others(cls, person: Person) -> Any:
        """Not about that person: what others owe about somebody may be their own leaving, or what
        a form asks of them, and is not theirs to read. Nor is what is private anybody's else."""
        return (cls.about.is_null() | (cls.about != person.id)) & cls.is_shared()

    @property
    def in_trail(self) -> Any:
        """What its events are recorded of: of a private one, something nobody's trail shows."""
        duty: Any = self
        return PrivateDuty(duty._pk) if kinds[self.kind].is_private else duty
