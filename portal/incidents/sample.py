"""Incidents of the sample company: a year in which people began to tell of near misses."""

from datetime import timedelta

from portal import clock
from portal.documents.models import Document
from portal.incidents.models import Incident
from portal.people.models import Person

# Who, which sort, how many days ago, where, what, how it came out.
TOLD = (
    ("petra", "safety", 58, "Hall 2", "The gate was down and a pallet slid off.", "first_aid"),
    ("viktor", "safety", 44, "Loading bay", "Oil on the floor; I nearly fell.", "near_miss"),
    ("zoe", "data", 37, "E-mail", "Sent a price list to the wrong customer.", "others"),
    ("kasia", "safety", 29, "Hall 1", "The ladder’s foot was loose.", "near_miss"),
    ("erin", "data", 16, "Train to Hamburg", "Left the laptop, got it back.", "near_miss"),
    ("birgit", "safety", 9, "Hall 2", "A cable across the walkway.", "near_miss"),
    ("ben", "safety", 1, "Stairs to the roof", "The handrail moves.", "near_miss"),
)


def fill() -> None:
    """By the verbs the portal has. The two newest wait for an answer."""
    helen = _person("helen")
    course = Document.named("course", "safety-basics")
    for name, sort, ago, place, what, outcome in TOLD:
        with clock.shifted(timedelta(days=-ago)):
            told = Incident.report(
                by=_person(name), sort=sort, happened_on=clock.today(), place=place, what=what,
                outcome=outcome,
            )  # fmt: skip
            if ago < 10:
                continue
            told.add("Thank you for telling us. We look at it today.", by=helen)
            if sort == "safety":
                told.assess(by=helen, outcome=outcome, course=course)
        if ago > 40:
            with clock.shifted(timedelta(days=7 - ago)):
                told.close("Every gate is looked at on Monday morning now.", by=helen)
        elif sort == "safety":
            due = clock.today() + timedelta(days=5)
            told.take_measure(
                "Have all ladders of Hall 1 checked", _person("gustav"), due, by=helen
            )


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
