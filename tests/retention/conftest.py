"""Records of an age: looks by the hundred, papers, and a rule over them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import peewee
import pytest

from portal import clock, db
from portal.audit import Look
from portal.blobs import Blob
from portal.personnel.models import Paper
from portal.privacy import records
from portal.retention.models import RetentionRule


@pytest.fixture
def file_paper(who: Any) -> Callable[..., Paper]:
    def file(person: Any, kind: str = "contract", **facts: Any) -> Paper:
        return Paper.file(
            person, by=who.helen, blob=Blob.put(kind.encode()), file_name=f"{kind}.pdf",
            kind=kind, media_type="application/pdf", title=kind.capitalize(), **facts,
        )  # fmt: skip

    return file


@pytest.fixture
def looks(who: Any) -> Callable[..., None]:
    """`looks(who.erin, 30, days=800)`: so many readings of hers, so long ago, by Mara."""

    def write(person: Any, count: int, days: int, by: Any = None) -> None:
        first = clock.now() - timedelta(days=days)
        rows = [
            {
                "person_id": (by or who.mara).id,
                "subject_kind": "paper",
                "subject_id": f"{person.id}-{number}",
                "about_id": person.id,
                "hour": first,
            }
            for number in range(count)
        ]
        with db.write():
            for batch in peewee.chunked(rows, 400):
                Look.insert_many(batch).execute()

    return write


@pytest.fixture
def rule(who: Any, database: Any) -> Callable[..., RetentionRule]:
    """`rule("looks", 24)`: set by Helen."""

    def set_rule(name: str, months: int, **more: Any) -> RetentionRule:
        values = {"reason": "Our policy", "is_automatic": False, "by": who.helen, **more}
        return RetentionRule.set(records[name], months=months, **values)

    return set_rule
