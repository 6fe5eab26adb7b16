"""What people say about themselves for the figures: kept while they are here, then gone."""

from typing import Any

from portal import db
from portal.demographics.models import Demographics
from portal.privacy import DELETE, Column, RecordClass

COLUMNS = [
    Column("demographics.person", "Whose answers they are", "an erasure, or their word", DELETE)
]


def _delete(ids: list[int], by: Any) -> None:
    with db.write():
        Demographics.delete().where(Demographics.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="demographics",
        title="Answers about oneself",
        holds="What somebody said about themselves for figures that name nobody.",
        model=Demographics,
        people=(Demographics.person,),
        goes=lambda person_id: Demographics.person == person_id,
        erase=_delete,
        is_private=True,
    ),
]
