"""The review of a quarter: drafted from numbers and notes, then a text like any other.

The draft says of each number what it is, how it moved, why and what is done. It holds the company's
numbers alone, and only those that may be read by somebody who may not open their rows: what is
published is read by others than HR.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Problem, Source
from portal.metrics import owning, reds, snapshots, words
from portal.metrics.cohorts import quarter_of
from portal.metrics.measure import Measure, measures, quarter_end_before, quarter_start
from portal.metrics.models import RedNote, Snapshot
from portal.metrics.owner_access import without_names
from portal.people.org import Company

KIND = "quarterly"
# What Markdown would read as more than words.
MARKS = re.compile(r"([\\`*_\[\]])")
# So many quarters back one may be drafted of.
QUARTERS = 4
THE_QUARTER_BEFORE = "the quarter before"
# Of a review that was retired the address is taken, so the next one has a number behind it.
ADDRESS = re.compile(r"review-of-(\d{4})-q([1-4])(?:-\d+)*$")
# What a draft leaves to whoever publishes it: as long as it stands there, it cannot be.
NOBODY_YET = 'role = "Whom it is for"'
IN_SHORT = "What stands out of this quarter, in three sentences."
TEMPLATE = f"""---
kind: quarterly
title: Review of the quarter
audience: {NOBODY_YET}
owner: @hr
---
Write here what the quarter was, in Markdown.
"""


def parse(source: Source) -> Parsed:
    """A review has no structure beyond its text; what the draft left open is an error."""
    problems = []
    if source.meta.get("audience") == NOBODY_YET:
        whom = "Say whom it is for, such as “audience: role = Head of Finance”, or “everyone”."
        problems.append(Problem(source.line_of("audience"), whom))
    for number, line in enumerate(source.body.splitlines(), source.body_line):
        if line.strip() == IN_SHORT:
            problems.append(Problem(number, "Say here what stands out, or take the line out."))
    return Parsed({"summary": source.meta.get("summary", "")}, problems)


DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Quarterly review",
        plural="Quarterly reviews",
        parse=parse,
        preview="documents/_page.html",
        template=TEMPLATE,
        icon="chart-line",
        is_for_all=True,
        folder="quarterly",
        help="quarterly-review",
        keys=frozenset(),
    )
]


def quarters() -> dict[str, date]:
    """The quarters that are over, the newest first: what they are called, and their last day."""
    last = quarter_end_before(clock.today(Company.settings().zone))
    found = {}
    for _ in range(QUARTERS):
        found[quarter_of(last)] = last
        last = quarter_start(last) - timedelta(days=1)
    return found


def by_quarter() -> dict[str, Document]:
    """The reviews there are, by the quarter of their address: a title may be written anew."""
    rows = Document.select().where(Document.kind == KIND, Document.retired_at.is_null())
    found = ((ADDRESS.match(one.slug), one) for one in rows.order_by(Document.id))
    return {f"{said[1]} Q{said[2]}": one for said, one in found if said}


def draft(quarter: str, *, by: Any) -> Document:
    """The review of a quarter as a draft; the one there is, if somebody drafted it before."""
    with db.write():
        if known := by_quarter().get(quarter):
            return known
        source = text_of(quarter, quarters()[quarter])
        return Document.start(KIND, f"Review of {quarter}", by=by, source=source)


def text_of(quarter: str, last: date) -> str:
    """The Markdown of a review: value, trend, why and action of each measure that has a number."""
    now, before = _told_on(last, quarter_start(last) - timedelta(days=1))
    terms, notes = owning.all_terms(), _notes(quarter_start(last), last)
    lines = [
        "---", f"kind: {KIND}", f"title: Review of {quarter}",
        f"summary: The numbers of {quarter}, why they are so and what is done",
        f"audience: {NOBODY_YET}", "owner: @hr", "---", IN_SHORT, "",
    ]  # fmt: skip
    for group, title in words.GROUP_TITLES.items():
        told = [
            line
            for measure in measures.values()
            if measure.group == group
            for line in _section(
                measure,
                without_names(measure, now.get(measure.name)),
                without_names(measure, before.get(measure.name)),
                owning.target_of(measure, terms.get(measure.name)),
                notes.get(measure.name, []),
            )
        ]
        if told:
            lines += [f"## {title}", *told]
    return "\n".join(lines)


def _told_on(*days: date) -> list[dict[str, Snapshot]]:
    """What was told of each measure at the ends of these quarters, the newest first: one query. A
    closed measure of a quarter stands under its last day, though it is told later."""
    points = snapshots.trends(measures, days[0])
    return [
        {name: row for name, rows in points.items() for row in rows if row.on == day}
        for day in days
    ]


def _section(
    measure: Measure,
    row: Snapshot | None,
    before: Snapshot | None,
    target: float | None,
    notes: list[RedNote],
) -> Iterator[str]:
    """The lines of one measure; none where nothing of it may be told."""
    if row is None or (row.value is None and row.low is None):
        return
    is_red = measure.is_red(row.value, target)
    said = words.value(measure, row)
    wanted = words.target(measure, target)
    yield f"### {measure.title}: {said}{' (red)' if is_red else ''}"
    if wanted:
        yield f"Target: {wanted}."
    # Whatever a number is compared with elsewhere, here it is the quarter before.
    if sentence := words.sentence(measure, row, before, target, THE_QUARTER_BEFORE):
        yield sentence
    if notes or is_red:
        yield ""
        yield from _said(notes)
    yield ""


def _said(notes: list[RedNote]) -> Iterator[str]:
    """Why, and what is done; lines to fill where nobody has said."""
    for note in notes:
        yield f"- **Why**: {_one_line(note.why)}"
        if note.action:
            yield f"- **What is done**: {_one_line(note.action)}"
    if not notes:
        yield "- **Why**: nobody has said yet."
        yield "- **What is done**: …"


def _one_line(said: str) -> str:
    """What somebody typed, as a part of a line: its own line breaks would end the list, and what
    looks like Markdown is no link of the review's."""
    return MARKS.sub(r"\\\1", " ".join(said.split()))


def _notes(first: date, last: date) -> dict[str, list[RedNote]]:
    """What was said of each measure in these days, the oldest first: one query."""
    found: dict[str, list[RedNote]] = {}
    for name, note in reds.notes_between(first, last):
        found.setdefault(name, []).append(note)
    return found
