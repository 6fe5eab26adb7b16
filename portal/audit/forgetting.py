"""Erasing what the trail says of a person in words. Events, numbers and hashes stay as they are."""

import json
from collections.abc import Collection
from typing import Any

from portal import db
from portal.audit.models import Event, Personal


def said_about(person_id: int) -> Any:
    """The personal parts of every event that concerns a person, as a condition."""
    events = Event.select(Event.seq).where(
        (Event.about_id == person_id)
        | ((Event.subject_kind == "person") & (Event.subject_id == str(person_id)))
    )
    return db.among(Personal.event, events)


def naming(words: Collection[str], spared: Collection[int]) -> list[int]:
    """Ids of the personal parts in which one of these words stands, wherever it was said.

    What concerns one of the `spared` is not among them.
    """
    if not words:
        return []
    named: Any = None
    for word in words:
        spelled = json.dumps(word, ensure_ascii=False)[1:-1]
        here = Personal.payload.contains(spelled)
        named = here if named is None else named | here
    rows: Any = (
        Personal.select(Personal.id, Event.about_id)
        .join(Event, on=(Personal.event == Event.seq))
        .where(named)
        .order_by(Personal.id)
    )
    return [row_id for row_id, about in rows.tuples() if about not in spared]


def forget_words(ids: list[int], by: Any = None) -> None:
    """Erase these personal parts. Call it inside `db.write()`."""
    with db.write():
        Personal.delete().where(Personal.id.in_(ids)).execute()
