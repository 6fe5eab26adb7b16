"""What running a plan has taught: steps nobody finishes on time, and steps that are skipped."""

from dataclasses import dataclass
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.checklists.duties import KIND
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document, Revision
from portal.documents.parser import Problem
from portal.documents.reading import check
from portal.text import count

# Fewer runs than this say nothing.
MIN_RUNS = 5
SKIPPED_PERCENT = 30


@dataclass(frozen=True)
class Record:
    """How one line of a plan has fared over all lists that ran it, whatever the revision."""

    settled: int
    skipped: int
    dated: int
    on_time: int

    @property
    def remark(self) -> str:
        """What to think about, with its number; empty when there is nothing."""
        if self.settled >= MIN_RUNS and self.skipped * 100 > SKIPPED_PERCENT * self.settled:
            share = self.skipped * 100 // self.settled
            runs = count(self.settled, "run")
            return f"Skipped in {share} % of {runs}: does it have to be here?"
        if self.dated >= MIN_RUNS and not self.on_time:
            runs = count(self.dated, "run")
            return f"Nobody finished this on time in {runs}: is the day right, and the owner?"
        return ""


def records(document: Document) -> dict[str, Record]:
    """By the key of a step: one query over all revisions of the plan."""
    done = Step.completed_at.is_null(False)
    skipped = Step.skipped_at.is_null(False)
    dated = Step.due_on.is_null(False) & done
    in_time = done & (Assignment.settled_at <= Assignment.due_at)

    def number(condition: Any) -> Any:
        return peewee.fn.COUNT(peewee.fn.DISTINCT(peewee.Case(None, [(condition, Step.id)], None)))

    duty = (Assignment.kind == KIND) & (Assignment.target == Step.id)
    rows: Any = (
        Step.select(
            Step.key, number(done | skipped), number(skipped), number(dated), number(in_time)
        )
        .join(Checklist, on=(Step.checklist == Checklist.id))
        .join(Revision, on=(Checklist.revision == Revision.id))
        .switch(Step)
        .join(
            Assignment,
            peewee.JOIN.LEFT_OUTER,
            on=duty & Assignment.outcome.in_(["done", "waived"]),
        )
        # What stands for a duty of another domain is timed there.
        .where(Revision.document == document, Step.opens_kind == "")
        .group_by(Step.key)
        .tuples()
    )
    return {key: Record(*numbers) for key, *numbers in rows}


def advise(document: Document) -> list[Problem]:
    """Remarks beside the lines of the text as it stands in the editor."""
    found = {key: record.remark for key, record in records(document).items()}
    if not any(found.values()):
        return []
    structure = check(document.kind, document.draft().source, draw=False).parsed.structure
    return [
        Problem(line["line"], found[line["key"]], "warning")
        for phase in structure.get("phases", [])
        for line in phase["steps"]
        if found.get(line["key"])
    ]
