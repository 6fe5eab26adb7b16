"""Functions (IT, Finance …): who holds what the company needs done, and so owns its steps."""

from collections.abc import Callable
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.grants import Grant, is_from_before
from portal.people.models import Person
from portal.people.org import Location
from portal.prepared import Prepared, blank

HR = "hr"


# What a new portal begins with: the words the starter plans use.
STANDARD = {
    HR: "HR",
    "it": "IT",
    "finance": "Finance",
    "legal": "Legal",
    "facilities": "Facilities",
    "executive": "Executive",
}


class Function(db.Model):
    """Something the company needs done by whoever holds it now. `hr` is held by the HR grants."""

    slug = peewee.CharField(max_length=40, unique=True)
    name = peewee.CharField(max_length=80)

    @classmethod
    def by_name(cls) -> Any:
        return cls.select().order_by(cls.name)

    @classmethod
    def named(cls, slug: str) -> "Function | None":
        return cls.get_or_none(cls.slug == slug)

    @classmethod
    def vacant(cls, on: date) -> list["Function"]:
        """Functions that nobody holds that day; HR's holders are the HR grants."""
        held = Holder.select(Holder.function).join(Person)
        held = held.where(Holder.is_held(on), Person.is_here(on))
        return list(cls.by_name().where(cls.id.not_in(held), cls.slug != HR))

    @classmethod
    def begin(cls) -> None:
        """The standard functions, in a portal that has none yet."""
        if not cls.select().exists():
            for slug, name in STANDARD.items():
                cls.set_up(slug, name, by=None)

    @classmethod
    def set_up(cls, slug: str, name: str, *, by: Any) -> "Function":
        with db.write():
            function, is_new = cls.get_or_create(slug=slug, defaults={"name": name})
            if is_new:
                audit.record(by, "set_up", function, data={"slug": slug})
        return function  # type: ignore[no-any-return]

    def holders(self, location_id: int | None, on: date) -> list[Person]:
        """Who holds it that day for a location: its own holders, else those for everywhere."""
        if self.slug == HR:
            return list(Grant.holders_of(HR, on))
        rows = list(
            Holder.select(Holder, Person)
            .join(Person)
            .where(Holder.function == self, Holder.is_held(on), Person.is_here(on))
            .order_by(Person.folded)
        )
        local = [row.person for row in rows if row.location_id and row.location_id == location_id]
        return local or [row.person for row in rows if row.location_id is None]


class Holder(db.Model):
    """A person who holds a function between two dates, everywhere or for one location."""

    function = peewee.ForeignKeyField(Function, backref="held")
    person = peewee.ForeignKeyField(Person, backref="functions")
    location = peewee.ForeignKeyField(Location, null=True)
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)

    class Meta:
        indexes = ((("person", "starts_on"), False),)

    @classmethod
    def is_held(cls, on: date) -> Any:
        is_held = (cls.starts_on <= on) & (cls.ends_on.is_null() | (cls.ends_on >= on))
        return is_held & ~is_from_before(cls, on)

    @classmethod
    def from_now_on(cls, on: date) -> Any:
        """Who holds what that day or will, with person and function, by function."""
        return (
            cls.select(cls, Person, Function, Location)
            .join(Person)
            .switch(cls)
            .join(Function)
            .switch(cls)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .where(cls.ends_on.is_null() | (cls.ends_on >= on), ~is_from_before(cls, on))
            .order_by(Function.name, Person.folded, cls.starts_on)
        )

    @classmethod
    def appoint(
        cls,
        function: Function,
        person: Person,
        *,
        by: Any,
        starts_on: date,
        ends_on: date | None = None,
        location: Any = None,
    ) -> "Holder":
        """They hold it between two days. Who does already on the first of them goes on as is."""
        place = cls.location.is_null() if location is None else cls.location == location
        with db.write():
            held = cls.select().where(
                cls.function == function, cls.person == person, place, cls.is_held(starts_on)
            )
            if already := held.first():
                return already  # type: ignore[no-any-return]
            holder = cls.create(
                function=function,
                person=person,
                location=location,
                starts_on=starts_on,
                ends_on=ends_on,
            )
            audit.record(
                by,
                "appointed",
                holder,
                about=person,
                data={"function": function.slug, "starts_on": starts_on, "ends_on": ends_on},
            )
        return holder

    def release(self, *, by: Any, ends_on: date) -> None:
        """They hold it until that day, and no longer than was said before."""
        if self.ends_on is not None and self.ends_on <= ends_on:
            return
        with db.write():
            self.ends_on = ends_on
            self.save()
            audit.record(by, "released", self, about=self.person, data={"ends_on": ends_on})


def functions_of(person: Person) -> list[tuple[int, int | None]]:
    """What a person holds today, as pairs of function id and location id (None: everywhere).

    Asked once a request: the answer is kept on the person.
    """
    if "_functions" not in person.__dict__:
        person.__dict__["_functions"] = _held_by(person)
    return list(person.__dict__["_functions"])


def owns(
    person: Person, owner_id: int | None, function_id: int | None, location_id: int | None
) -> bool:
    """Whether something is the person's own: directly, or by a function they hold where it is.

    `is_owned_by` says the same of rows, and a test holds the two against each other.
    """
    if owner_id is not None:
        return owner_id == person.id
    return function_id is not None and any(
        held == function_id and place in (None, location_id) for held, place in functions_of(person)
    )


def is_owned_by(person: Person, owner: Any, function: Any, at: Callable[[int], Any]) -> Any:
    """`owns` as a condition: `owner` and `function` are columns, `at(place)` says where it is."""
    owned = owner == person.id
    if functions_of(person):
        owned |= owner.is_null() & is_held_by(person, function, at)
    return owned


def is_held_by(person: Person, function: Any, at: Callable[[int], Any]) -> Any:
    """That the function in this column is one the person holds, where it is."""
    held = function.is_null() & function.is_null(False)
    for function_id, place in functions_of(person):
        here = function == function_id
        held |= here if place is None else here & at(place)
    return held


def _held_by(person: Person) -> list[tuple[int, int | None]]:
    # Rights go by one calendar, not by a zone that whoever has them chooses.
    today = clock.today()
    if person.is_past_rights:
        return []
    held = [(function, place) for function, place in _held(person=person.id, on=today)]
    if person.is_hr:
        held += [(function, None) for (function,) in _hr_function()]
    return held


_held = Prepared(
    lambda: (
        Holder.select(Holder.function, Holder.location)
        .where(Holder.person == blank("person"), Holder.is_held(blank("on")))
        .tuples()
    )
)
_hr_function = Prepared(lambda: Function.select(Function.id).where(Function.slug == HR).tuples())
