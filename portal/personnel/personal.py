"""Papers, and whether a leaver stays in touch: where they point and how long they are kept."""

from datetime import date
from typing import Any

from portal import clock, db
from portal.people.models import Person
from portal.personnel.consents import AlumniConsent
from portal.personnel.models import REMOVED_DAYS, Paper
from portal.personnel.papers import KINDS
from portal.privacy import DELETE, Column, RecordClass, acted

# Kinds that the law of most places asks for, years after somebody has left.
BY_LAW = ("contract", "permit", "payslip", "reference")

COLUMNS = [
    Column("paper.person", "Whose paper it is", "its kind’s years after they left", DELETE),
    *acted("paper", "added_by", "removed_by"),
    Column("alumni_consent.person", "Who wants to stay in touch", "an erasure", DELETE),
]


def _papers() -> Any:
    return Paper.select().join(Person, on=(Paper.person == Person.id))


def _past(before: date | None) -> Any:
    return Paper.is_past(clock.today())


def _purge(ids: list[int], by: Any) -> None:
    for paper in Paper.select().where(Paper.id.in_(ids)):
        paper.purge(by=by)


def _goes(person_id: int) -> Any:
    removed = Paper.removed_at.is_null(False)
    return (Paper.person == person_id) & (Paper.kind.not_in(BY_LAW) | removed)


def _forget_consents(ids: list[int], by: Any) -> None:
    with db.write():
        AlumniConsent.delete().where(AlumniConsent.id.in_(ids)).execute()


def _titles(ids: list[int]) -> dict[int, str]:
    rows: Any = Paper.select(Paper.id, Paper.kind).where(Paper.id.in_(ids)).tuples()
    return {paper_id: KINDS[kind].title for paper_id, kind in rows}


RECORDS = [
    RecordClass(
        name="papers",
        title="Papers",
        holds="Contracts, permits, payslips and whatever else is in somebody’s file, with the file"
        " itself.",
        model=Paper,
        people=(Paper.person,),
        counted_from="the person’s last day, or the day that was said when it was filed",
        day=Paper.added_at,
        rows=_papers,
        is_past=_past,
        goes=_goes,
        erase=_purge,
        own_time="After the last day: "
        + ", ".join(
            f"{kind.title.lower()} {kind.years_kept} year{'' if kind.years_kept == 1 else 's'}"
            for kind in KINDS.values()
        )
        + f"; a day said with the paper counts before that. What was removed goes after"
        f" {REMOVED_DAYS} days.",
        takes_rule=False,
        stays="Contracts, permits, payslips and references stay to their time: the law asks for"
        " them.",
        titles=_titles,
        batch=10,
    ),
    RecordClass(
        name="alumni",
        title="Staying in touch",
        holds="Whether a leaver wants to hear from us, and at which address.",
        model=AlumniConsent,
        people=(AlumniConsent.person,),
        goes=lambda person_id: AlumniConsent.person == person_id,
        erase=_forget_consents,
    ),
]
