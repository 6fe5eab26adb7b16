"""Who reads which number, and who may open the rows behind it.

HR reads all. Whoever leads somebody reads the measures that are meant for lines, of their line
alone. Holders of the function “executive” read one page. For everybody else there is none of it.
"""

from portal.metrics.measure import NAMED, Measure, measures
from portal.people.models import Person

# Nobody reads what was said of themselves, as in the rooms these come from.
OF_OTHERS = frozenset({"time_to_productivity", "review_participation"})


def can_see_company(viewer: Person) -> bool:
    """The whole company's numbers, group by group: HR."""
    return viewer.is_hr and not viewer.came_by_pass


def can_see_line(viewer: Person) -> bool:
    """One's own line's numbers. HR reads the company's instead."""
    return viewer.has_reports and not viewer.is_hr and not viewer.came_by_pass


def can_see(viewer: Person) -> bool:
    """Whether the page of metrics is there for the viewer."""
    return can_see_company(viewer) or can_see_line(viewer)


def can_see_executive(viewer: Person) -> bool:
    """Six numbers of the company: who holds the function “executive”, and HR."""
    return (viewer.is_executive or viewer.is_hr) and not viewer.came_by_pass


def can_see_leading(viewer: Person) -> bool:
    """What goes before leaving: HR alone."""
    return can_see_company(viewer)


def visible_to(viewer: Person) -> list[Measure]:
    """The measures the viewer may read, in the order they are declared."""
    if can_see_company(viewer):
        return list(measures.values())
    if can_see_line(viewer):
        return [one for one in measures.values() if one.for_lines]
    return []


def can_open_rows(viewer: Person, measure: Measure) -> bool:
    """See who the people behind a number are: HR where the rows are open to it, and managers of
    their line. A measure that is grouped or closed opens to nobody."""
    if measure.privacy != NAMED:
        return False
    return can_see_company(viewer) or (can_see_line(viewer) and measure.for_lines)


def left_out(viewer: Person, measure: Measure) -> frozenset[int]:
    """Whose row of a measure is not shown to a viewer who may open all others: their own, where its
    room keeps it from them. HR was not always HR, so a past day may hold it."""
    return frozenset({viewer.id}) if measure.name in OF_OTHERS else frozenset()
