"""Incidents by month beside what was learned: whether behavior changed."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from portal.documents.models import Document
from portal.incidents import access, figures
from portal.incidents.models import Incident
from portal.learning import taking
from tests.cast import TODAY

COURSE = """---
kind: course
title: Safe lifting
format: page
level: beginner
minutes: 10
audience: everyone
---
Bend your knees.
"""


@pytest.fixture
def course(who: Any) -> Document:
    document = Document.start("course", "Safe lifting", by=who.helen)
    document.publish(COURSE, by=who.helen)
    return document


def test_twelve_months_end_with_this_one() -> None:
    months = figures.months_until(date(2026, 2, 3))
    assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


def test_months_count_sorts_and_near_misses(who: Any, told: Any) -> None:
    told(who.erin)
    told(who.ben, outcome="doctor", happened_on=TODAY - timedelta(days=30))
    told(who.olga, sort="data", outcome="others")
    told(who.olga, sort="data", outcome="others", happened_on=TODAY - timedelta(days=800))
    found = figures.figures(Incident.select(), None, TODAY, None)
    last = found.months[-1]
    assert last.sorts == Counter(safety=1, data=1) and last.near == 1
    assert found.months[-2].sorts == Counter(safety=1) and found.months[-2].near == 0
    assert sum(month.total for month in found.months) == 3


def test_a_course_about_it_stands_beside_with_its_completions(
    as_: Any, who: Any, told: Any, course: Document, larger: None
) -> None:
    incident, helen = told(who.erin), as_("helen")
    said = {"outcome": "doctor", "course": str(course.id)}
    assert helen.post(f"/incidents/{incident.id}/assessment", data=said).status_code == 303
    for person in (who.erin, who.olga):
        assert course.current is not None
        taking.complete(course, course.current, person, how="recorded", by=who.helen)
    page = helen.get("/incidents/numbers").text
    assert "Safe lifting" in page and "<svg" in page
    everybody = figures.figures(Incident.select(), None, TODAY, course.id)
    assert everybody.months[-1].done == 2 and everybody.chosen == course
    line = figures.figures(*access.counted_by(who.mara), TODAY, None)
    assert line.months[-1].done == 1
    wrong = {"outcome": "doctor", "course": "999"}
    assert helen.post(f"/incidents/{incident.id}/assessment", data=wrong).status_code == 422


def test_who_sees_nothing_yet_reads_what_that_means(as_: Any) -> None:
    page = as_("helen").get("/incidents/numbers").text
    assert "Nobody has reported anything in these twelve months" in page and "<figure>" not in page
