"""Key results: the numbers that say whether a goal is reached."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee

from portal import db
from portal.goals import shares

if TYPE_CHECKING:
    from portal.goals.models import Goal


@dataclass(frozen=True)
class Measured:
    """A key result as a form or a template gives it; `id` is the one it says anew."""

    title: str
    unit: str
    start: float
    target: float
    direction: str
    id: int | None = None

    @property
    def way(self) -> str:
        return shares.way(self.start, self.target, self.unit, self.direction)


SAID = ("title", "unit", "start", "target", "direction")


def is_same(one: Any, other: Any) -> bool:
    """Whether both say the same, whichever rows they are."""
    return all(getattr(one, name) == getattr(other, name) for name in SAID)


class KeyResult(db.Model):
    """One number. `current` follows the check-ins."""

    # `Goal` stands on this file, so the key to it is tied when that is defined.
    goal = peewee.DeferredForeignKey("Goal", backref="all_results")
    order = peewee.IntegerField(default=0)
    title = peewee.CharField(max_length=200)
    unit = peewee.CharField(max_length=20, default="")
    start = peewee.DoubleField()
    target = peewee.DoubleField()
    current = peewee.DoubleField()
    direction = peewee.CharField(max_length=4, default=shares.UP)
    removed_at = db.UtcField(null=True)

    @classmethod
    def stands(cls) -> Any:
        return cls.removed_at.is_null()

    @property
    def share(self) -> int:
        return shares.share(self.start, self.target, self.current, self.direction)

    @property
    def way(self) -> str:
        return shares.way(self.start, self.target, self.unit, self.direction)

    @property
    def now_words(self) -> str:
        return shares.with_unit(self.current, self.unit)

    @classmethod
    def begin(cls, goal: "Goal", order: int, said: Measured) -> None:
        cls.create(
            goal=goal, order=order, title=said.title, unit=said.unit, start=said.start,
            target=said.target, current=said.start, direction=said.direction,
        )  # fmt: skip

    def say(self, order: int, said: Measured) -> None:
        """Say it anew. What was reached stays, unless nothing was yet: then it begins where it
        begins now."""
        if self.current == self.start:
            self.current = said.start
        for name in SAID:
            setattr(self, name, getattr(said, name))
        self.order = order
        self.save()
