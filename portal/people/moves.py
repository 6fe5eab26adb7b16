"""How positions change: taken, begun by many, ended, resumed, withdrawn, put back.

Whatever happens, a row is closed and another recorded; none is overwritten.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
from portal.people.circles import CircleError, Circles

if TYPE_CHECKING:
    from portal.people.models import Person

__all__ = ["CircleError", "Moves", "row_of"]

BATCH = 200
A_DAY = timedelta(days=1)


class Moves(Circles):
    """The verbs of `Position`, which has the columns."""

    # -- taking ----------------------------------------------------------------------------

    @classmethod
    def take(cls: Any, person: "Person", *, by: Any, starts_on: date, **values: Any) -> Any:
        """A person takes a position from a day on, until the next one that is known begins.

        What they held before ends the day before; what `values` leave out stays as it was. Taking
        what they hold already changes nothing. Raises ValueError for a day after their last one,
        and CircleError where the new manager would report to them on any day of it.
        """
        if person.last_day_on and starts_on > person.last_day_on:
            raise ValueError("Nobody takes a position after their last day.")
        with db.write():
            before, after = cls._standing(person, starts_on), cls._following(person, starts_on)
            is_hire = bool(values.pop("is_hire", False))
            if before is not None and not is_hire and before._says(values):
                return before
            ends_on = cls._until(person, before, after)
            if _differs(values.get("manager"), before):
                cls._refuse_circle(person.id, _key(values["manager"]), starts_on, ends_on)
            counts_from = values.pop("counts_from", None)
            if before is not None:
                if before.is_hire and before.starts_on == starts_on:
                    is_hire, counts_from = True, before.counts_from
                values = {name: before.__data__[name] for name in cls.FIELDS} | values
                before._supersede()
                before._repeat(ends_on=starts_on - A_DAY)
            elif after is not None and after.is_hire:
                # The first day moves forward: what counts before it starts is now the new row.
                is_hire, counts_from = True, after.counts_from
                after._supersede()
                after._repeat(is_hire=False, counts_from=None)
            position = cls.create(
                person=person,
                starts_on=starts_on,
                ends_on=ends_on,
                is_hire=is_hire,
                counts_from=counts_from,
                recorded_at=clock.now(),
                **values,
            )
            audit.record(
                by, "taken", position, about=person, data={"starts_on": starts_on, **position.facts}
            )
        return position

    @classmethod
    def begin(cls: Any, positions: list[Any], *, by: Any) -> None:
        """What many joiners are hired into, at once; none of them held anything before."""
        with db.write():
            for position in positions:
                position.is_hire, position.recorded_at = True, clock.now()
            for batch in peewee.chunked(positions, BATCH):
                cls.insert_many([row_of(position) for position in batch]).execute()
                people = [position.person_id for position in batch]
                rows: Any = cls.select(cls.person, cls.id).where(
                    cls.person.in_(people), cls.is_known()
                )
                ids = dict(rows.tuples())
                for position in batch:
                    position.id = ids[position.person_id]
            for position in positions:
                facts = {"starts_on": position.starts_on, **position.facts}
                audit.record(by, "taken", position, about=position.person, data=facts)

    @classmethod
    def take_many(
        cls: Any, changes: list[tuple["Person", date, dict[str, Any]]], *, by: Any
    ) -> None:
        """`take` for many at once, in a few statements; nobody is named twice.

        Whoever calls it has looked for circles: an import does, over the whole file.
        """
        with db.write():
            for batch in peewee.chunked(changes, BATCH):
                cls._take_batch(list(batch), by)

    @classmethod
    def _take_batch(
        cls: Any, changes: list[tuple["Person", date, dict[str, Any]]], by: Any
    ) -> None:
        known: dict[int, list[Any]] = {person.id: [] for person, _, _ in changes}
        for row in cls.select().where(cls.person.in_(list(known)), cls.is_known()):
            known[row.person_id].append(row)
        closed, new, taken = [], [], []
        for person, starts_on, values in changes:
            rows = known[person.id]
            before = max((r for r in rows if r.covers(starts_on)), key=_begin, default=None)
            after = min((r for r in rows if r.starts_on > starts_on), key=_begin, default=None)
            if before is None or (after is not None and after.is_hire):
                cls.take(person, by=by, starts_on=starts_on, **values)
                continue
            if before._says(values):
                continue
            same = before.starts_on == starts_on and before.is_hire
            position = cls(
                **{name: before.__data__[name] for name in cls.FIELDS} | values,
                person=person,
                starts_on=starts_on,
                ends_on=cls._until(person, before, after),
                is_hire=same,
                counts_from=before.counts_from if same else None,
                recorded_at=clock.now(),
            )
            closed.append(before.id)
            new += [position, *before._shortened(starts_on - A_DAY)]
            taken.append(position)
        cls.update(superseded_at=clock.now()).where(cls.id.in_(closed)).execute()
        if new:
            cls.insert_many([row_of(position) for position in new]).execute()
        ids = cls.select(cls.person, cls.starts_on, cls.id).where(
            cls.person.in_([position.person_id for position in taken]), cls.is_known()
        )
        id_of = {(person, starts_on): id_ for person, starts_on, id_ in ids.tuples()}
        for position in taken:
            position.id = id_of[position.person_id, position.starts_on]
            facts = {"starts_on": position.starts_on, **position.facts}
            audit.record(by, "taken", position, about=position.person, data=facts)

    def covers(self: Any, day: date) -> bool:
        """Whether the row holds that day by its dates alone."""
        return bool(self.starts_on <= day and (self.ends_on is None or self.ends_on >= day))

    def _shortened(self: Any, ends_on: date) -> list[Any]:
        """The same until that day, not saved yet; none where it would end before it begins."""
        if ends_on < self.starts_on:
            return []
        names = (*self.FIELDS, "starts_on", "is_hire", "counts_from")
        row = {name: self.__data__[name] for name in names}
        cls = type(self)
        return [cls(**row, person=self.person_id, ends_on=ends_on, recorded_at=clock.now())]

    @classmethod
    def _standing(cls: Any, person: "Person", on: date) -> Any:
        return (
            cls.select()
            .where(cls.person == person, cls.is_known(), cls.starts_on <= on)
            .where(cls.ends_on.is_null() | (cls.ends_on >= on))
            .order_by(cls.starts_on.desc())
            .first()
        )

    @classmethod
    def _following(cls: Any, person: "Person", on: date) -> Any:
        return (
            cls.select()
            .where(cls.person == person, cls.is_known(), cls.starts_on > on)
            .order_by(cls.starts_on)
            .first()
        )

    @staticmethod
    def _until(person: "Person", before: Any, after: Any) -> date | None:
        """The last day of what begins now: the row it cuts into, the next one, or a departure."""
        ends = [before.ends_on if before else None, person.last_day_on]
        ends.append(after.starts_on - A_DAY if after else None)
        return min((end for end in ends if end), default=None)

    def _says(self: Any, values: dict[str, Any]) -> bool:
        """Whether it has these values already."""
        return all(_key(value) == _key(self.__data__[name]) for name, value in values.items())

    # -- taking back -----------------------------------------------------------------------

    def withdraw(self: Any, *, by: Any) -> None:
        """A change that has not begun will not come: what holds the day before goes on."""
        with db.write():
            position = type(self).get_by_id(self.id)
            if position.superseded_at is not None or position.is_hire:
                return
            before = self._standing(position.person, position.starts_on - A_DAY)
            position._supersede()
            if before is not None and before.ends_on == position.starts_on - A_DAY:
                before._supersede()
                before._repeat(ends_on=position.ends_on)
            data = {"starts_on": position.starts_on, **position.facts}
            audit.record(by, "withdrawn", position, about=position.person, data=data)

    @classmethod
    def known_ids(cls: Any, person_ids: Iterable[int]) -> dict[int, set[int]]:
        """The rows that are known now, by person: what `put_back` can return to."""
        known: dict[int, set[int]] = {person_id: set() for person_id in person_ids}
        for batch in peewee.chunked(list(known), BATCH):
            rows = cls.select(cls.person, cls.id).where(cls.person.in_(batch), cls.is_known())
            for person_id, position_id in rows.tuples():
                known[person_id].add(position_id)
        return known

    @classmethod
    def put_back(cls: Any, person_id: int, ids: set[int]) -> None:
        """What is known becomes what these rows said; the rows between stay readable."""
        now = cls.known_ids([person_id])[person_id]
        for row in cls.select().where(cls.id.in_(now - ids)):
            row._supersede()
        for row in cls.select().where(cls.id.in_(ids - now)):
            row._repeat()

    # -- first and last days ---------------------------------------------------------------

    @classmethod
    def move_first(cls: Any, person: "Person", starts_on: date) -> None:
        """The position somebody was hired into begins on another day.

        Raises ValueError where that day is not before the end of it.
        """
        rows = cls.select().where(cls.person == person, cls.is_known(), cls.is_hire)
        first = rows.order_by(cls.starts_on.desc()).first()
        if first is None:
            return
        if first.ends_on is not None and starts_on > first.ends_on:
            raise ValueError(f"What they were hired into ends on {first.ends_on}.")
        first._supersede()
        first._repeat(starts_on=starts_on)

    @classmethod
    def end(cls: Any, person: "Person", on: date) -> None:
        """Every position of the person ends on that day; later ones wait, should they stay."""
        rows = cls.select().where(cls.person == person, cls.is_known())
        for position in rows.where(cls.ends_on.is_null() | (cls.ends_on > on)):
            position._supersede(is_suspended=True)
            position._repeat(ends_on=on)

    @classmethod
    def resume(cls: Any, person: "Person", last_day_on: date) -> None:
        """What their departure cut off holds again, as if they had never said they would leave."""
        suspended = list(cls.select().where(cls.person == person, cls.is_suspended))
        for row in suspended:
            cls.update(is_suspended=False).where(cls.id == row.id).execute()
            cut = cls._standing(person, last_day_on)
            # Somebody who moved while they were leaving goes on in the position they moved to.
            if cut is not None and row.starts_on <= last_day_on:
                cut._supersede()
                cut._repeat(ends_on=row.ends_on)
            else:
                row._repeat(ends_on=row.ends_on)

    @classmethod
    def let_go(cls: Any, person: "Person") -> None:
        """What a departure cut off does not come back: they were gone, and begin anew."""
        cls.update(is_suspended=False).where(cls.person == person, cls.is_suspended).execute()

    def _supersede(self: Any, is_suspended: bool = False) -> None:
        """Close this row as of now."""
        cls = type(self)
        changed = {"superseded_at": clock.now(), "is_suspended": is_suspended}
        cls.update(changed).where(cls.id == self.id).execute()

    def _repeat(self: Any, **changed: Any) -> None:
        """Record the same anew with other dates, unless it would end before it begins."""
        names = (*self.FIELDS, "starts_on", "ends_on", "is_hire", "counts_from")
        row = {name: self.__data__[name] for name in names} | changed
        if row["ends_on"] is None or row["ends_on"] >= row["starts_on"]:
            type(self).create(person=self.person_id, recorded_at=clock.now(), **row)


def row_of(thing: db.Model) -> dict[str, Any]:
    """What would be inserted for it, every column named: rows inserted together must be alike."""
    fields = thing._meta.sorted_field_names  # type: ignore[attr-defined]
    return {name: thing.__data__.get(name) for name in fields if name != "id"}


def _begin(position: Any) -> Any:
    return position.starts_on


def _key(value: Any) -> Any:
    """A row and its id are the same value of a foreign key."""
    return value._pk if isinstance(value, db.Model) else value


def _differs(manager: Any, before: Any) -> bool:
    """Whether this is a manager they do not have already."""
    return manager is not None and (before is None or _key(manager) != before.manager_id)
