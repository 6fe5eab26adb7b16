"""The catalog: what stands in whose, in which list, and what a page of fifty courses costs."""

import re
from datetime import timedelta

import pytest

from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.learning import quizzing
from tests import cast
from tests.learning.conftest import READING, SAFETY, WRONG, put_in_force


def rows(client, address="/learning"):
    """The titles that stand there, in their order."""
    page = client.get(address).text.partition('id="also"')[0]
    return re.findall(r'class="row__title" href="[^"]*">([^<]+)<', page)


def owe(course, person, days=3):
    return Assignment.assign(
        kind="course", target=course.id, title=f"Take “{course.title}”", about=person,
        cause=Cause("assigned", course.id), by=cast.person("helen"), person=person,
        due_on=cast.TODAY + timedelta(days=days),
    )  # fmt: skip


def test_it_begins_with_what_is_owed_and_what_is_under_way(as_, who, safety, reading):
    erin = as_("erin")
    assert (
        rows(erin) == [] and "You owe nothing and have begun nothing" in erin.get("/learning").text
    )
    owe(safety, who.erin)
    quizzing.begin(reading, who.erin, by=who.erin)
    page = erin.get("/learning").text
    assert rows(erin) == ["Safety basics", "First week"]
    assert page.index("To do") < page.index("In progress") and "in 3 days" in page
    assert "15 min" in page and "beginner" in page and "Go on" in page


def test_what_is_completed_says_when_and_until_when_it_counts(as_, who, publish, move_clock):
    course = publish(READING.replace("minutes: 10", "minutes: 10\ncertificate: 2 months"))
    attempt = quizzing.begin(course, who.erin, by=who.erin)
    quizzing.finish(attempt, by=who.erin)
    page = as_("erin").get("/learning").text
    assert "Completed" in page and "counts until" in page
    move_clock(days=80)
    assert "Expired" in as_("erin").get("/learning").text


def test_each_list_is_a_link_with_its_count(as_, who, publish):
    publish(SAFETY.replace("topic:", "for: department = Engineering\ntopic:"))
    publish(READING)
    erin, otto = as_("erin"), as_("otto")
    assert rows(erin, "/learning?list=role") == ["Safety basics"]
    assert rows(otto, "/learning?list=role") == []
    assert "No course says that it is for your role" in otto.get("/learning?list=role").text
    assert rows(erin, "/learning?list=all") == ["First week", "Safety basics"]
    assert "Nothing is required of you" in erin.get("/learning?list=required").text
    assert 'href="/learning?list=all"' in erin.get("/learning").text


def test_goals_are_what_ones_level_is_looked_at_for(as_, who, publish):
    source = (
        "---\nkind: competency\ntitle: Communication\n---\n"
        "## L2\n( ) 1 Developing: late\n( ) 2 Proficient: early\n"
    )
    from portal.documents.models import Document

    competency = Document.start("competency", "Communication", by=who.helen)
    competency.publish(source, by=who.helen)
    publish(READING.replace("topic:", "skills: communication\ntopic:"))
    erin = cast.person("erin")
    wanted = erin.held_now.level == "L2"
    assert rows(as_("erin"), "/learning?list=goals") == (["First week"] if wanted else [])


def test_one_finds_by_words_topic_and_level(as_, publish):
    publish(SAFETY)
    publish(READING.replace("First week", "Übergänge und Pausen"))
    erin = as_("erin")
    assert rows(erin, "/learning?list=all&q=ubergange") == ["Übergänge und Pausen"]
    assert rows(erin, "/learning?list=all&topic=compliance") == ["Safety basics"]
    assert rows(erin, "/learning?list=all&level=beginner") == ["Safety basics"]
    # The right answers are no words of the text.
    assert rows(erin, "/learning?list=all&q=neighbors") == []
    assert "No course fits" in erin.get("/learning?list=all&q=zebra").text
    fragment = erin.hx_get("/learning?list=all&q=saf", "courses")
    assert fragment.text.lstrip().startswith('<div id="courses">') and "Safety" in fragment.text


def test_what_comes_first_is_named_until_it_is_completed(as_, who, publish, reading):
    publish(SAFETY.replace("pass: 80", "pass: 80\nbefore: first-week"))
    assert "after First week" in as_("erin").get("/learning?list=all").text
    quizzing.finish(quizzing.begin(reading, who.erin, by=who.erin), by=who.erin)
    assert "after First week" not in as_("erin").get("/learning?list=all").text


def test_a_retired_course_stays_with_whoever_completed_it(as_, who, reading):
    quizzing.finish(quizzing.begin(reading, who.erin, by=who.erin), by=who.erin)
    reading.retire(by=who.helen)
    assert rows(as_("erin")) == ["First week"] and rows(as_("otto"), "/learning?list=all") == []
    page = as_("erin").get(f"/learning/courses/{reading.id}").text
    assert "Nobody begins it any more" in page and 'action="/learning/courses' not in page
    assert as_("otto").get(f"/learning/courses/{reading.id}").status_code == 404


def test_fifty_courses_cost_no_more_than_one(as_, who, publish, queries):
    publish(SAFETY)
    owe(publish(READING), who.erin)
    erin = as_("erin")
    erin.get("/learning?list=all")
    with queries() as few:
        erin.get("/learning?list=all")
    for number in range(48):
        source = READING.replace("First week", f"Course {number}")
        course = put_in_force(source.replace("minutes", "before: first-week\nminutes"), who.helen)
        if number % 3 == 0:
            owe(course, who.erin)
    with queries() as many:
        page = erin.get("/learning?list=all").text.partition('id="also"')[0]
    assert page.count('class="row__title"') == 50
    assert len(many) == len(few)
    assert len(many) <= 8, "\n".join(many)


@pytest.mark.parametrize("name", ["erin", "helen"])
def test_a_courses_page_costs_little(as_, who, safety, queries, name):
    quizzing.begin(safety, cast.person(name), by=cast.person(name))
    client = as_(name)
    client.get(f"/learning/courses/{safety.id}")
    with queries() as seen:
        client.get(f"/learning/courses/{safety.id}")
    assert len(seen) <= 8, "\n".join(seen)


def test_a_course_with_all_there_is_to_say_costs_little_too(as_, who, reading, publish, queries):
    asked = "minutes: 15\nattempts: 3\nbefore: first-week"
    for_few = SAFETY.replace("audience: everyone", "audience: level = IC3 or role = Engineer")
    course = publish(for_few.replace("minutes: 15", asked))
    owe(course, who.erin)
    quizzing.finish(quizzing.begin(reading, who.erin, by=who.erin), by=who.erin)
    tried = quizzing.grade(quizzing.begin(course, who.erin, by=who.erin), WRONG, by=who.erin)
    client = as_("erin")
    for address in (f"/learning/courses/{course.id}", f"/learning/attempts/{tried.id}"):
        client.get(address)
        with queries() as seen:
            assert "2 tries" in client.get(address).text
        assert len(seen) <= 8, (address, "\n".join(seen))
