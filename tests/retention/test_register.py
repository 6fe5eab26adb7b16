"""The privacy register: no column points at a person without saying why and until when."""

from typing import Any

import peewee
import pytest

from portal import kinds, models, privacy
from portal.people.models import Person
from portal.privacy import EFFECTS, records
from portal.retention.outlook import person_columns

# Ids of people without a foreign key: rooms below know nobody.
PLAIN = ("person_id", "by_id", "about_id")


def pointing(model: Any) -> list[str]:
    """Columns of a model that say who: keys to a person, ids of one, and whatever ends so."""
    found = []
    for field in model._meta.sorted_fields:
        is_key = isinstance(field, peewee.ForeignKeyField) and field.rel_model is Person
        is_id = field.name in PLAIN or (
            isinstance(field, peewee.BigIntegerField) and field.name.endswith("_by")
        )
        if is_key or is_id:
            found.append(f"{model._meta.table_name}.{field.name}")
    return found


def test_every_column_that_points_at_a_person_is_declared(app: Any) -> None:
    found = {name for model in models.MODELS for name in pointing(model)}
    undeclared = sorted(found - set(privacy.columns))
    assert undeclared == [], "say why in the room’s personal.py"
    assert sorted(set(privacy.columns) - found) == [], "these are gone"


def test_an_undeclared_column_would_be_found() -> None:
    class Planted(peewee.Model):
        seen_by = peewee.ForeignKeyField(Person)
        read_by = peewee.BigIntegerField()

    assert pointing(Planted) == ["planted.seen_by", "planted.read_by"]
    del Person._meta.backrefs[Planted.seen_by]


def test_each_says_why_until_when_and_what_an_erasure_does(app: Any) -> None:
    for column in privacy.columns.values():
        assert column.purpose and column.until and column.erasure in EFFECTS, column.name


def test_the_page_counts_in_every_declared_column(app: Any) -> None:
    assert len(person_columns()) == len(privacy.columns)


@pytest.mark.parametrize("name", sorted(kept.name for room in kinds.PERSONAL
                                        for kept in getattr(room, "RECORDS", ())))  # fmt: skip
def test_every_class_can_be_asked_and_says_what_it_is(name: str, app: Any, who: Any) -> None:
    kept = records[name]
    assert kept.title and kept.holds.endswith("."), name
    assert kept.ages or kept.goes is not None, "it would never end"
    if kept.ages:
        assert kept.counted_from and kept.day is not None, name
        list(kept.select().where(kept.is_past(None)).limit(1))
        list(kept.select().where(kept.is_past(who.erin.hired_on)).limit(1))
        assert kept.own_time or (kept.takes_rule and kept.months and kept.advice), name
    if kept.goes is not None:
        list(kept.select().where(kept.goes(who.erin.id)).limit(1))
