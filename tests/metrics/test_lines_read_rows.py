"""A number is for lines only where whoever leads opens each row of it by its own room's rules."""

from collections.abc import Callable
from typing import Any

from portal.certificates import access as certificates
from portal.certificates.models import Certificate
from portal.competencies import assessment_access as competencies
from portal.competencies.models import Assessment
from portal.growth import access as growth
from portal.growth import overview
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import CONFIRMED, StretchSeat
from portal.learning import access as learning
from portal.learning import record
from portal.learning.models import Attempt, Completion
from portal.metrics import engagement, growing, holding, outcomes, performance
from portal.metrics import learning as learning_measures
from portal.people.models import Person
from portal.reviews import access as reviews
from portal.reviews.models import Review
from tests.metrics import companies
from tests.metrics.companies_talk import fill
from tests.metrics.slowly import FEW

Opens = Callable[[Person, list[int]], bool]


def _reads(visible: Callable[[Person], Any], model: Any, person: Any, *which: Any) -> Opens:
    """Each of those rows about these people is among what the viewer may read."""

    def opens(viewer: Person, line: list[int]) -> bool:
        theirs = {row.id for row in model.select().where(person.in_(line), *which)}
        return theirs <= {row.id for row in visible(viewer)}

    return opens


def _all(*ways: Opens) -> Opens:
    return lambda viewer, line: all(opens(viewer, line) for opens in ways)


def _seats(viewer: Person, line: list[int]) -> bool:
    """Tasks that were done stand on the page of whoever did them, which the line opens."""
    for person in Person.select().where(Person.id.in_(line)):
        done = StretchSeat.select().where(
            StretchSeat.person == person, StretchSeat.outcome == CONFIRMED
        ).where(StretchSeat.accepted_at.is_null(False))  # fmt: skip
        listed = {seat.id for seat in overview.seats_of(person)}
        if not growth.can_open(viewer, person) or not {seat.id for seat in done} <= listed:
            return False
    return True


def _records(viewer: Person, line: list[int]) -> bool:
    """What they owe and when it was done stands in their record."""
    return all(record.can_see_record(viewer, person) for person in Person.select().where(
        Person.id.in_(line)
    ))  # fmt: skip


_reviews = _reads(reviews.visible_to, Review, Review.person)
_courses = _all(
    _reads(learning.attempts_visible_to, Attempt, Attempt.person),
    _reads(learning.completions_visible_to, Completion, Completion.person),
)
_certificates = _reads(
    certificates.visible_to, Certificate, Certificate.person, Certificate.is_known()
)
OPENS: dict[str, Opens] = {
    "review_participation": _reviews,
    "review_days": _reviews,
    "learning_enrolled": _courses,
    "courses_completed": _courses,
    "courses_on_time": _records,
    "learning_minutes": _courses,
    "competencies_risen": _reads(competencies.visible_to, Assessment, Assessment.about),
    "certificates_valid": _certificates,
    "certificates_ending": _certificates,
    # What is counted is what the page shows to everybody who works here.
    "praised": lambda viewer, line: True,
    "praising": lambda viewer, line: True,
    "stretch_done": _seats,
    "plans_under_way": _reads(
        growth.plans_visible_to, DevelopmentPlan, DevelopmentPlan.person
    ),
}  # fmt: skip


def test_whoever_leads_opens_each_row_that_is_counted_for_them(database: Any) -> None:
    files = (performance, outcomes, learning_measures, holding, engagement, growing)
    wanted = [one for each in files for one in each.MEASURES if one.for_lines]
    assert {one.name for one in wanted} == set(OPENS)
    leads = 0
    for seed in FEW[:5]:
        with companies.company(seed) as made:
            fill(made)
            for viewer in Person.select().where(Person.id.in_(made.staff[:6] or [0])):
                line = [] if not viewer.has_reports else [row[0] for row in viewer.line().tuples()]
                # Whoever leads themselves by some circle, or is HR, is another matter.
                if not line or viewer.id in line or viewer.is_hr:
                    continue
                leads += 1
                for one in wanted:
                    assert OPENS[one.name](viewer, line), (one.name, seed)
    assert leads > 3
