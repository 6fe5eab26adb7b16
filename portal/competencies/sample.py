"""Assessments of the sample company: a team that talks about where it stands."""

from datetime import timedelta

from portal import clock
from portal.competencies import gaps
from portal.competencies.asking import AssessmentRequest
from portal.competencies.models import Assessment
from portal.people.models import Person

# Who of whom, how many days ago, and how far each competency of the matrix is seen, in its order:
# 0 says nothing of it. The sentence stands beside the first that is rated.
TOLD = (
    ("mara", "erin", 190, "121000", "Good changes, but large ones: reviewing them takes an hour."),
    ("erin", "erin", 41, "222210", "Small changes are a habit by now."),
    ("mara", "erin", 38, "212220", "Her last five changes were read in one sitting each."),
    ("dora", "erin", 20, "000003", "Took the outage in October on herself and saw it through."),
    ("ben", "erin", 18, "230300", "She asks the question I did not dare to ask."),
    ("priya", "erin", 16, "200220", ""),
    ("ben", "ben", 33, "122120", ""),
    ("mara", "ben", 30, "121120", "Finds causes quickly; says too late that he is stuck."),
    ("erin", "ben", 12, "200200", "Reviews within the hour."),
    ("minhanh", "minhanh", 9, "121212", "Everything is new, and I like it."),
    ("helen", "helen", 15, "222222", ""),
)
# What managers of these departments say of everybody else, so that there is something to count.
COUNTED = ("Engineering", "Customer Support")
USUAL = (2, 2, 1, 2, 3, 2, 0, 2, 1, 2, 2)


def fill() -> None:
    """By the verbs the portal has. Two colleagues are still asked."""
    for by, about, ago, values, note in TOLD:
        with clock.shifted(timedelta(days=-ago)):
            _say(_person(by), _person(about), [int(value) for value in values], note)
    with clock.shifted(timedelta(days=-27)):
        _usual({_person(about).id for _, about, *_ in TOLD})
    with clock.shifted(timedelta(days=-3)):
        AssessmentRequest.ask(_person("erin"), _person("lukasz"), by=_person("mara"))
        AssessmentRequest.ask(_person("ben"), _person("erin"), by=_person("ben"))


def _usual(without: set[int]) -> None:
    people = Person.listing(Person.select().where(Person.is_here(clock.today())), clock.today())
    for number, person in enumerate(people):
        boss, stands = person.stands.manager_id, person.stands
        if person.id in without or not boss or stands.department not in COUNTED:
            continue
        values = [USUAL[(number + place * 3) % len(USUAL)] for place in range(8)]
        _say(person.stands.boss, person, values, "")


def _say(by: Person, about: Person, values: list[int], note: str) -> None:
    for gap, value in zip(gaps.of(about), values, strict=False):
        if value:
            Assessment.give(about, by, gap.text.document, value, note)
            note = ""


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
