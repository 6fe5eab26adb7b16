"""What a dry run found, as its page shows it: counts, the first rows of each kind, problems."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from portal.people.dry_run import Change, DryRun
from portal.people.tables import PARTS_OF_NAME

MOST_ROWS = 100


@dataclass
class Findings:
    """Plain words and numbers only, so that it can be kept until somebody looks."""

    sentence: str
    remark: str
    key_sentence: str
    joining: int
    changing: int
    errors: int
    problems: list[dict[str, Any]] = field(default_factory=list)
    joiners: list[dict[str, str]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    absent: int = 0
    absentees: list[dict[str, Any]] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    differs: bool = False

    @classmethod
    def of(cls, found: DryRun) -> "Findings":
        return cls(
            sentence=found.sentence,
            remark=found.remark,
            key_sentence=found.key_sentence,
            joining=len(found.joiners),
            changing=len(found.changes),
            errors=len(found.errors),
            problems=[asdict(problem) for problem in found.problems],
            joiners=[_joiner(change) for change in found.joiners[:MOST_ROWS]],
            changes=[_change(change) for change in found.changes[:MOST_ROWS]],
            absent=found.absent,
            absentees=[{"id": one.id, "name": one.called} for one in found.absentees],
            header=found.table.header,
            meant=found.table.meant,
            digest=digest_of(found),
            differs=found.differs,
        )

    def written(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, written: str) -> "Findings":
        return cls(**json.loads(written))

    @property
    def lacks_columns(self) -> bool:
        """Whether a column is missing that may be there under a foreign name."""
        named = set(self.meant.values())
        has_name = "name" in named or bool(named & set(PARTS_OF_NAME))
        return bool(self.foreign) and not (has_name and {"email", "start"} <= named)

    @property
    def foreign(self) -> list[str]:
        """Columns of the file that mean nothing here."""
        return [name for name in self.header if name and name not in self.meant]


def digest_of(found: DryRun) -> str:
    """What it would do, all of it and not only the rows that are shown, as one hash."""
    done = [
        (
            change.person.id if change.person else None,
            sorted(change.row.cells.items()),
            change.fields,
            str(change.starts_on),
            change.team,
            str(change.probation_ends_on),
        )
        for change in (*found.joiners, *found.changes)
    ]
    return hashlib.sha256(json.dumps(done).encode()).hexdigest()


def _joiner(change: Change) -> dict[str, str]:
    cells = change.row.cells
    names = ("email", "role", "location", "manager")
    row = {name: cells.get(name, "") for name in names}
    team = cells.get("team") or cells.get("department") or ""
    return {**row, "name": change.name, "team": team, "starts_on": str(change.starts_on or "")}


def _change(change: Change) -> dict[str, Any]:
    assert change.person is not None
    said = [[name.replace("_", " "), change.row.cells.get(name, "")] for name in change.fields]
    return {"id": change.person.id, "name": change.person.called, "fields": said}
