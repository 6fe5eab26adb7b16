"""Persons with where they stand: the joins that every list of people is made of."""

from datetime import date
from typing import Any

import peewee

from portal.people.org import Location, Team
from portal.people.positions import Position


class Standing:
    """Queries of `Person` that bring the position of a day with them."""

    @classmethod
    def listing(cls: Any, query: Any, on: date) -> Any:
        """`query` of persons by name, whole, with `.stands` (position, places) and its `.boss`."""
        manager = cls.alias()
        return (
            cls._where_they_stand(query.select(cls, Position, Team, Location, manager), on)
            .switch(Position)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id), attr="boss")
        )

    @classmethod
    def cards(cls: Any, query: Any, on: date) -> Any:
        """`query` of persons as lists show them: name, dates, and `.stands` with role and place."""
        chosen = query.select(
            cls.id, cls.name, cls.preferred_name, cls.email, cls.folded_email, cls.hired_on,
            cls.last_day_on, cls.access_ends_at, Position.id, Position.role, Team.id,
            Team.name, Location.id, Location.name, Position.team, Position.location,
        )  # fmt: skip
        return cls._where_they_stand(chosen, on)

    @classmethod
    def _where_they_stand(cls: Any, query: Any, on: date) -> Any:
        """`query` of persons joined with the position held that day and its places, by name."""
        held = (Position.person == cls.id) & Position.is_held(on)
        return (
            query.join(Position, peewee.JOIN.LEFT_OUTER, on=held, attr="stands")
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(Position)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .order_by(cls.folded, cls.id)
        )

    @staticmethod
    def names(person: Any) -> list[Any]:
        """What is selected of a person (or an alias) who is only named or written to."""
        shown = "id name preferred_name email zone hired_on last_day_on access_ends_at"
        return [getattr(person, name) for name in shown.split()]
