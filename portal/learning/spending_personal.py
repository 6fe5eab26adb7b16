"""Costs, and whether a course helped: who wrote it down, and how long an answer has a name."""

from datetime import date
from typing import Any

from portal.learning.helped import Helped
from portal.learning.models import Completion
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

COLUMNS = [
    *acted("spending", "recorded_by", purpose="Who wrote it down"),
    *acted("budget", "recorded_by", purpose="Who set it"),
    Column(
        "helped.manager", "Who said whether a course helped, so that they can take it back",
        "its class’s time; then the answer has no name", PSEUDONYMISE,
    ),
]  # fmt: skip


def _rows() -> Any:
    return Helped.select().join(Completion)


def _past(before: date | None) -> Any:
    if before is None:
        return Helped.id.is_null()
    return Helped.answered_at < midnight(before)


RECORDS = [
    RecordClass(
        name="did_it_help",
        title="Whether a course helped, by name",
        holds="Which manager said of whom whether a course had helped, and the sentence beside it.",
        model=Helped,
        people=(Completion.person,),
        counted_from="the day it was answered",
        day=Helped.answered_at,
        rows=_rows,
        is_past=_past,
        goes=lambda person_id: (Completion.person == person_id) | (Helped.manager == person_id),
        erase=lambda ids, by: Helped.unname(ids),
        months=6,
        floor_months=1,
        advice="The name is only needed to take an answer back.",
        stays="The answer itself stays in the sums of its course, without anybody’s name.",
    ),
]
