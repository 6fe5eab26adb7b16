"""One's learning record: what it shows, to whom, on paper and as a file."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

from portal.audit import Event
from portal.learning import quizzing
from portal.learning.taking import withdraw
from tests import cast
from tests.learning.courses import (
    WRONG,
    feedback,
    publish,
    records,
    require,
    safety,
    takes,
    tries,
)
from tests.learning.test_certificates import words
from tests.reach import knock

__all__ = ["feedback", "safety"]

THIRD = """---
kind: course
title: Data protection
summary: Whose data it is.
audience: everyone
---
## Whose data
Theirs.
"""


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def full(who: Any, safety: Any, feedback: Any) -> None:
    """Olga has completed one, is in the midst of another, and owes a third."""
    takes(safety, who.olga)
    quizzing.begin(feedback, who.olga, by=who.olga)
    require(publish(THIRD), "department = Sales")


def test_it_shows_what_is_owed_under_way_and_completed(
    as_: Any, safety: Any, feedback: Any, who: Any
) -> None:
    full(who, safety, feedback)
    said = words(as_("olga").get("/learning/record").text)
    assert re.search(r"Asked of you 1 .*Data protection", said)
    assert re.search(r"Under way 1 .*Giving feedback", said)
    assert re.search(r"Completed 1 Safety basics .*valid until Sat 18 Nov 2028 100 %", said)


def test_what_is_asked_and_begun_stands_once(as_: Any, who: Any) -> None:
    third = publish(THIRD)
    require(third, "department = Sales")
    quizzing.begin(third, who.olga, by=who.olga)
    said = words(as_("olga").get("/learning/record").text)
    assert re.search(r"Asked of you 1 Take “Data protection” .*begun .*Go on", said)
    assert "Under way" not in said
    assert [row["state"] for row in table(as_("olga").get("/learning/record/file"))] == ["owed"]


def test_one_who_has_nothing_is_told_what_will_stand_here(as_: Any) -> None:
    said = words(as_("erin").get("/learning/record").text)
    assert "Whatever you complete stands here" in said and "Find a course" in said


def test_nothing_is_overwritten_and_the_last_one_is_offered_again(
    as_: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    takes(safety, who.erin)
    move_clock(days=700)
    page = as_("erin").get("/learning/record").text
    assert "Ends soon" in page and words(page).count("Take it again") == 1
    takes(safety, who.erin)
    move_clock(days=60)
    page = words(as_("erin").get("/learning/record").text)
    assert "Completed 2" in page and "Renewed since" in page and "Take it again" not in page
    assert "Courses completed 1" in page


def test_what_was_withdrawn_is_said_and_counts_for_nothing(as_: Any, safety: Any, who: Any) -> None:
    done = records(safety, who.erin, done_on=cast.TODAY - timedelta(days=3))
    withdraw(done, "It was Ben.", by=who.helen)
    said = words(as_("erin").get("/learning/record").text)
    assert "Withdrawn" in said and "Courses completed" not in said


# -- who sees it -------------------------------------------------------------------------------


def test_hr_and_the_line_open_somebodys_record_and_nobody_else(
    as_: Any, safety: Any, who: Any
) -> None:
    takes(safety, who.erin)
    may = {
        "erin": 200, "mara": 200, "dora": 200, "helen": 200, "otto": 404, "ben": 404,
        "olga": 404, "ida": 404, "adam": 404, "audrey": 404, "nia": 404,
    }  # fmt: skip
    here = f"/learning/people/{who.erin.id}"
    knock(as_, may, here, nowhere="/learning/people/999")
    knock(as_, may, f"{here}/file", nowhere="/learning/people/999/file", data={})


def test_what_was_answered_is_not_on_it_and_it_says_who_sees_what(
    as_: Any, safety: Any, who: Any
) -> None:
    quizzing.keep_answers(quizzing.begin(safety, who.erin, by=who.erin), WRONG, by=who.erin)
    tries(safety, who.erin, WRONG)
    takes(safety, who.erin)
    for path in (f"/learning/people/{who.erin.id}", f"/learning/courses/{safety.id}/people/"):
        path = path if path[-1] != "/" else f"{path}{who.erin.id}"
        page = as_("mara").get(path)
        assert page.status_code == 200
        assert "mail" not in words(page.text).lower().replace("e-mail", ""), path
    said = words(as_("mara").get(f"/learning/people/{who.erin.id}").text)
    assert "You see this because Erin is in your line" in said
    assert "What was answered you do not see" in said


def test_it_stands_as_a_tab_in_the_persons_file_for_those_who_may(as_: Any, who: Any) -> None:
    tab = f'href="/learning/people/{who.erin.id}"'
    for name in ("mara", "helen"):
        assert tab in as_(name).get(f"/people/{who.erin.id}").text
    assert tab not in as_("otto").get(f"/people/{who.erin.id}").text


# -- as a file ---------------------------------------------------------------------------------


def test_it_is_saved_as_a_file_and_the_trail_tells_of_others(
    as_: Any, safety: Any, feedback: Any, who: Any
) -> None:
    full(who, safety, feedback)
    found = table(as_("olga").get("/learning/record/file"))
    assert [(row["course"], row["state"]) for row in found] == [
        ("Take “Data protection”", "owed"),
        ("Giving feedback", "under way"),
        ("Safety basics", "valid"),
    ]
    assert found[2]["certificate"].count("-") == 2 and found[2]["score"] == "100"
    assert not [one for one in Event.select() if one.tag == "person.exported_learning"]
    as_("otto").post(f"/learning/people/{who.olga.id}/file", data={})
    tags = [event for event in Event.select() if event.tag == "person.exported_learning"]
    assert [(event.by_id, event.about_id) for event in tags] == [(who.otto.id, who.olga.id)]


def test_the_page_asks_the_database_little(
    as_: Any, safety: Any, feedback: Any, who: Any, queries: Any
) -> None:
    full(who, safety, feedback)
    for _ in range(5):
        takes(safety, who.olga)
    client = as_("olga")
    client.get("/learning/record")
    with queries() as seen:
        assert client.get("/learning/record").status_code == 200
    assert len(seen) <= 8, seen
