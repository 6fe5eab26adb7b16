"""Who answers for a measure, and another target than it came with."""

from typing import Any

from portal import audit, clock, db
from portal.metrics.measure import Measure, measures
from portal.metrics.models import MeasureTerms, Red
from portal.people.models import Person


def terms_of(measure: Measure) -> MeasureTerms:
    """What was settled for a measure, with its owner; not saved where nothing was."""
    return all_terms().get(measure.name) or MeasureTerms(measure=measure.name)


def all_terms() -> dict[str, MeasureTerms]:
    """What was settled, by measure, each with its owner: one query."""
    rows = MeasureTerms.select(MeasureTerms, *Person.names(Person)).left_outer_join(
        Person, on=(MeasureTerms.owner == Person.id), attr="owner"
    )
    found = {row.measure: row for row in rows}
    return {name: row for name, row in found.items() if name in measures}


def target_of(measure: Measure, terms: MeasureTerms | None) -> float | None:
    """What it is to be: what HR settled, else what it came with."""
    return measure.target if terms is None or terms.target is None else terms.target


def settle(measure: Measure, *, by: Any, owner: Person | None, target: float | None) -> bool:
    """HR names who answers for it and what it is to be; returns whether that changed anything.

    Whoever answers for it from now on is written to before whoever leads them.
    """
    if target == measure.target:
        target = None
    with db.write():
        measure_terms = MeasureTerms.get_or_none(MeasureTerms.measure == measure.name)
        before = (measure_terms.owner_id, measure_terms.target) if measure_terms else (None, None)
        if before == (owner.id if owner else None, target):
            return False
        measure_terms = measure_terms or MeasureTerms(measure=measure.name)
        measure_terms.owner, measure_terms.target = owner, target
        measure_terms.changed_at = clock.now()
        measure_terms.save()
        data = {"measure": measure.name, "owner": measure_terms.owner_id, "target": target}
        audit.record(by, "settled", measure_terms, data=data)
        if measure_terms.owner_id != before[0]:
            anew = {"owner_told_at": None, "above_told_at": None, "listed_at": None}
            Red.update(anew).where(Red.measure == measure.name, Red.ended_on.is_null()).execute()
    return True


def owned_by(person: Person) -> Any:
    """Names of the measures somebody answers for, as a query."""
    return MeasureTerms.select(MeasureTerms.measure).where(MeasureTerms.owner == person.id)
