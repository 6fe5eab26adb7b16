"""Who answers for a number: HR, and whoever HR named, who reads it of the whole company alone."""

from portal.metrics import owning
from portal.metrics.measure import FLOOR, GROUPED, Measure
from portal.metrics.models import Snapshot
from portal.people.models import Person


def can_settle(viewer: Person) -> bool:
    """Name owners and targets, and draft the quarterly review: HR."""
    return viewer.is_hr and not viewer.came_by_pass


def can_answer(viewer: Person, measure: Measure) -> bool:
    """Say why it is red: HR, and its owner while they work here."""
    if viewer.came_by_pass or viewer.has_left(viewer.today()):
        return False
    return viewer.is_hr or owning.terms_of(measure).owner_id == viewer.id


def can_read_notes(viewer: Person, measure: Measure) -> bool:
    """What was said of it, beside the number of the company: also whoever leads its owner, who is
    written to when the owner is silent."""
    if can_answer(viewer, measure):
        return True
    owner = owning.terms_of(measure).owner_id
    return owner is not None and not viewer.came_by_pass and viewer.leads(owner)


def without_names(measure: Measure, row: Snapshot | None) -> Snapshot | None:
    """A number of the company as somebody may read it who may not open its rows: of five people or
    more, or not at all. One that is grouped is HR's alone: told night by night, it would tell of
    the one person by whom two nights differ. What its room tells as a sum does not follow one."""
    if row is None or row.is_hidden or (row.people or 0) < FLOOR[GROUPED]:
        return None
    return None if measure.privacy == GROUPED and measure.ready is None else row


def can_read_red(viewer: Person, measure: Measure, row: Snapshot | None) -> bool:
    """That it misses its target, which says on which side of it a number lies: whoever reads the
    number itself."""
    return viewer.is_hr or without_names(measure, row) is not None


def can_open_reds(viewer: Person) -> bool:
    """The list of red numbers: HR and whoever holds the function “executive”."""
    return not viewer.came_by_pass and (viewer.is_hr or viewer.is_executive)
