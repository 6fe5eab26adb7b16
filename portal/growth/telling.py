"""A letter to whoever waits for an answer: that there is one, and not a word of it."""

from typing import Any

from portal import clock
from portal.mail.models import Letter
from portal.people.models import Person

ANSWER = "growth_answer"


def tell(row: Any, person: Person, by: Person | None) -> None:
    """They read it on the page of that mentorship or seat. Nobody is told what they did
    themselves; whoever has left hears nothing. Call it inside the write that decides it."""
    if by is not None and by.id == person.id:
        return
    table = row._meta.table_name
    key = f"growth:{table}:{row.id}:{person.id}:{clock.now().timestamp()}"
    Letter.write(ANSWER, key, person.id, of=table, id=row.id)
