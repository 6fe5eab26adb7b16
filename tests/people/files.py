"""Files of people for tests: rows, how HR brings them, and everything an import could change."""

import io
from typing import Any

from portal.audit import Event
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.positions import Position

HEAD = "number,email,name,start,role,department,team,location,manager,buddy"


def rows(*lines: str, head: str = HEAD) -> str:
    return "\n".join((head, *lines)) + "\n"


def read(client: Any, content: str | bytes, name: str = "people.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/people/import", data={"file": (io.BytesIO(data), name)})


def apply(client: Any) -> Any:
    kept = Import.select().order_by(Import.id.desc()).first()
    return client.post(f"/people/imports/{kept.id}/application")


def state() -> list[Any]:
    tables: list[Any] = [Person, Position, Team, Location, Event, Import]
    return [list(table.select().order_by(table._meta.primary_key).tuples()) for table in tables]
