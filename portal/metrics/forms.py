"""What an address of the explorer asks for: a day, one filter, one group of it, whose rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from portal.metrics.cohorts import DIMENSIONS

# Whose rows: everybody’s, or of those who count against a number, or for it.
ALL, AGAINST, FOR = "all", "against", "for"
MAX_CELL_CHARS = 120
MAX_DAY_CHARS = 10
FIRST, LAST = date(1970, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Asked:
    """One filter at a time. What nobody knows counts as not asked for."""

    on: date | None = None
    by: str = ""
    cell: str | None = None
    only: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str], dimensions: Collection[str] = DIMENSIONS) -> "Asked":
        by = args.get("by", "")
        by = by if by in dimensions else ""
        cell = args.get("cell") if by else None
        only = args.get("only", "")
        return cls(
            on=day_of(args.get("on", "")),
            by=by,
            cell=cell[:MAX_CELL_CHARS] if cell is not None else None,
            only=only if only in (ALL, AGAINST, FOR) else "",
        )

    def query(self, **changed: object) -> str:
        """The same as the end of an address, `?` and all; with some of it changed."""
        asked = replace(self, **changed)  # type: ignore[arg-type]
        said = {
            "on": asked.on.isoformat() if asked.on else "",
            "by": asked.by,
            "only": asked.only,
        }
        pairs = {name: value for name, value in said.items() if value}
        if asked.by and asked.cell is not None:
            pairs["cell"] = asked.cell
        return f"?{urlencode(pairs)}" if pairs else ""


def day_of(typed: str) -> date | None:
    """A day as addresses write it; None for anything else."""
    try:
        day = date.fromisoformat(typed) if len(typed) == MAX_DAY_CHARS else None
    except ValueError:
        return None
    # Days are counted back from it, and a calendar ends.
    return day if day and FIRST <= day <= LAST else None


def month_of(typed: str) -> date | None:
    """The first day of `2026-10`; None for anything else."""
    return day_of(f"{typed}-01") if len(typed) == len("2026-10") else None
