"""Who reads competencies and matrices, and who sees the questions for interviews."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.competencies import access
from portal.documents.models import Document
from tests import cast
from tests.competencies import written
from tests.reach import knock

STAFF = dict.fromkeys(
    ("helen", "dora", "mara", "erin", "ben", "otto", "olga", "ida", "adam", "nia"), 200
)
TABLE = {**STAFF, "audrey": 404}
PROBE = "Tell me about a remark that you still think of."


@pytest.fixture
def matrix(who: SimpleNamespace) -> Any:
    written.competencies()
    return written.matrix()


def test_everybody_who_works_here_reads_them_and_an_auditor_does_not(as_: Any, matrix: Any) -> None:
    knock(as_, TABLE, "/competencies", nowhere="/nowhere")
    knock(as_, TABLE, matrix.url, nowhere="/competencies/matrices/999")
    knock(as_, TABLE, f"{matrix.url}.csv", nowhere="/competencies/matrices/999.csv")
    knock(as_, TABLE, "/competencies/code-quality", nowhere="/competencies/nothing")


def test_what_a_search_offers_is_what_one_may_read(as_: Any, matrix: Any, who: Any) -> None:
    Document.start("competency", "Charm", by=who.helen)
    for name in (*STAFF, "audrey"):
        found = access.entries(cast.person(name))
        assert [one.title for one in found] == (
            [] if name == "audrey" else ["Code quality", "Communication", "Engineering"]
        )
        assert all(as_(name).get(one.url).status_code == 200 for one in found)


def test_a_draft_and_what_is_retired_do_not_exist_here_for_anybody(
    as_: Any, matrix: Any, who: SimpleNamespace
) -> None:
    Document.start("competency", "Charm", by=who.helen)
    matrix.document.retire(by=who.helen)
    nobody = dict.fromkeys(TABLE, 404)
    knock(as_, nobody, "/competencies/charm", nowhere="/competencies/nothing")
    knock(as_, nobody, matrix.url, nowhere="/competencies/matrices/999")
    assert 'href="/documents/competency/charm/edit"' in as_("helen").get("/competencies").text
    for name in STAFF.keys() - {"helen"}:
        assert "Charm" not in as_(name).get("/competencies").text, name
    assert matrix.title not in as_("erin").get("/competencies").text


def test_an_address_names_a_thing_of_its_own_kind(as_: Any, matrix: Any) -> None:
    erin = as_("erin")
    assert erin.get("/competencies/engineering").status_code == 404
    competency = Document.named("competency", "code-quality")
    assert competency is not None
    assert erin.get(f"/competencies/matrices/{competency.id}").status_code == 404


def test_only_who_leads_somebody_and_hr_see_the_questions_on_any_page_and_in_the_search(
    as_: Any, matrix: Any
) -> None:
    seen = {}
    for name in STAFF:
        client = as_(name)
        pages = [
            client.get(address).text
            for address in (
                "/competencies", matrix.url, "/competencies/code-quality", "/search?q=remark",
                "/documents?q=remark", "/documents/competency/code-quality",
            )
        ]  # fmt: skip
        seen[name] = any(PROBE in page for page in pages)
    leading = {"helen", "dora", "mara", "otto"}
    assert {name for name in seen if seen[name]} == leading
    assert "Questions for an interview" not in as_("erin").get("/competencies/code-quality").text


@pytest.mark.parametrize("name", ["team", "people", "matrices", "departments", "given"])
def test_whatever_a_file_is_called_its_competency_has_a_page(
    as_: Any, matrix: Any, name: str
) -> None:
    written.publish("competency", name, written.CODE.replace("Code quality", "Playing together"))
    assert "Playing together" in as_("mara").get(f"/competencies/{name}").text


def test_only_hr_is_led_to_the_editor(as_: Any, matrix: Any) -> None:
    for name, is_led in (("helen", True), ("mara", False), ("erin", False), ("adam", False)):
        client = as_(name)
        for address in ("/competencies", matrix.url, "/competencies/code-quality"):
            page = client.get(address).text
            assert ("/edit" in page or "/documents/new" in page) is is_led, (name, address)


def test_nobody_who_came_by_a_pass_reads_them(as_: Any, matrix: Any) -> None:
    """Doors refuse a pass, and the rule does as well."""
    erin = cast.person("erin")
    assert access.can_read(erin) and access.with_matrices(erin, "code-quality")[0]
    assert len(access.matrices_for(erin)) == 1
    erin.come_by_pass()
    assert not access.can_read(erin) and access.matrices_for(erin) == []
    assert access.with_matrices(erin, "code-quality") == (None, [])


COURSE = """---
kind: course
title: Clean code
summary: Small changes.
audience: {audience}
minutes: 10
---
## Read
This.
"""
PAGE = """---
kind: page
title: How we review
summary: One page.
audience: {audience}
---
Words.
"""


@pytest.mark.parametrize(
    ("audience", "is_shown"), [("everyone", True), ("department = Sales", False)]
)
def test_what_helps_is_shown_to_whom_may_open_it(
    as_: Any, matrix: Any, audience: str, is_shown: bool
) -> None:
    before = as_("erin").get("/competencies/code-quality").text
    assert "Clean code" not in before and "clean-code" not in before
    written.publish("course", "clean-code", COURSE.format(audience=audience))
    written.publish("page", "how-we-review", PAGE.format(audience=audience))
    erin = as_("erin")
    page = erin.get("/competencies/code-quality").text
    for title, address in (
        ("Clean code", "/documents/course/clean-code"),
        ("How we review", "/documents/page/how-we-review"),
    ):
        assert (title in page) is is_shown
        assert (f'href="{address}"' in page) is is_shown
        found = erin.get(address, follow_redirects=True).status_code
        assert (found == 200) is is_shown, "the link and its page agree"
    assert ("the part about small changes" in page) is is_shown
    assert "reread each change once this month" in page, "a task is everybody's"
