"""Where a point is closed: for the person who has to do it, and for whoever leads them."""

from portal.careers.facts import Facts
from portal.careers.rungs import CERTIFICATE, COMPETENCY, COURSE, MONTHS, REVIEW, Criterion
from portal.competencies import assessment_access as competencies
from portal.growth import access as growth
from portal.people.models import Person

Way = tuple[str, str]
NOWHERE = ("", "")


def of(person: Person, criterion: Criterion, found: Facts, viewer: Person | None) -> Way:
    """An address and the verb of its link; two empty words where there is nothing to open."""
    if viewer is None or viewer.id == person.id:
        return _own(person, criterion, found)
    return _theirs(viewer, person, criterion, found)


def _own(person: Person, criterion: Criterion, found: Facts) -> Way:
    if criterion.sort == COMPETENCY:
        if (person.id, criterion.slug) in found.said:
            return f"/growth/people/{person.id}/plans/new/{criterion.slug}", "Make a plan"
        return f"/competencies/people/{person.id}/assessment", "Say where you stand"
    if criterion.sort == CERTIFICATE and criterion.slug in found.types:
        return f"/certificates/new?type={found.types[criterion.slug][0]}", "Bring it"
    if criterion.sort == COURSE and criterion.slug in found.courses:
        return f"/learning/courses/{found.courses[criterion.slug].id}", "Take the course"
    return ("/reviews", "See your reviews") if criterion.sort == REVIEW else NOWHERE


def _theirs(viewer: Person, person: Person, criterion: Criterion, found: Facts) -> Way:
    if criterion.sort == COMPETENCY:
        is_said = (person.id, criterion.slug) in found.said
        if not is_said and competencies.can_assess(viewer, person):
            return f"/competencies/people/{person.id}/assessment", "Say where they stand"
        if growth.can_make(viewer, person):
            url = f"/growth/people/{person.id}/plans/new/{criterion.slug}"
            return url, "Propose a plan"
        return f"/competencies/people/{person.id}", "See where they stand"
    return {
        CERTIFICATE: (f"/people/{person.id}/certificates", "See their certificates"),
        COURSE: (f"/learning/people/{person.id}", "See their learning"),
        REVIEW: (f"/reviews/people/{person.id}", "See their reviews"),
        MONTHS: (f"/people/{person.id}/history", "See their history"),
    }.get(criterion.sort, NOWHERE)
