"""What foreign column names mean: said once by HR, remembered by the header they stand in."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.people.models import Person


class ImportMapping(db.Model):
    """Which column each name of a header means here. One header, one mapping; it can change."""

    signature = peewee.CharField(max_length=64, unique=True)
    columns = peewee.TextField()
    changed_at = db.UtcField()
    changed_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        table_name = "people_import_mapping"

    @classmethod
    def of(cls, header: list[str]) -> Mapping[str, str]:
        """What was said of this header; empty when nobody said anything yet."""
        known = cls.get_or_none(cls.signature == signature_of(header))
        return json.loads(known.columns) if known else {}

    @classmethod
    def say(cls, header: list[str], columns: dict[str, str], *, by: Any) -> None:
        """From now on files with this header mean that ("" for a column to be left out)."""
        with db.write():
            signature = signature_of(header)
            import_mapping = cls.get_or_none(cls.signature == signature) or cls(signature=signature)
            said = json.dumps(columns, sort_keys=True)
            if import_mapping.id and import_mapping.columns == said:
                return
            import_mapping.columns, import_mapping.changed_at = said, clock.now()
            import_mapping.changed_by = by
            import_mapping.save()
            data = {"columns": sum(map(bool, columns.values()))}
            audit.record(by, "said", import_mapping, data=data)


def signature_of(header: list[str]) -> str:
    """The same for every file with these column names, in whatever order."""
    names = sorted(text.fold(name) for name in header)
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()
