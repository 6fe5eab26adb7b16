"""The pages everybody reads: what is expected of oneself, a matrix, a competency."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document, check, kinds
from portal.people.models import Position
from tests import cast
from tests.competencies import written


@pytest.fixture
def matrix(who: SimpleNamespace) -> Any:
    written.competencies()
    return written.matrix()


def on_level(name: str, level: str) -> None:
    held = cast.person(name).position()
    assert held is not None
    Position.take(
        cast.person(name), by=None, starts_on=date(2026, 1, 1), level=level,
        team=held.team, manager=held.manager, role=held.role,
    )  # fmt: skip


def test_without_a_matrix_the_page_says_what_one_is(as_: Any, who: SimpleNamespace) -> None:
    erin, helen = as_("erin").get("/competencies").text, as_("helen").get("/competencies").text
    assert "No matrix is published yet." in erin and "/documents/new" not in erin
    assert "says for a family of roles" in helen and "/documents/new?kind=matrix" in helen
    assert 'action="/documents/starters"' in helen
    assert "Take in all starter texts (drafts)" in helen
    as_("helen").post("/documents/starters")
    page = as_("helen").get("/competencies").text
    assert "publish the competencies before the matrices" in page
    assert "/documents/matrix/engineering/edit" in page and "that only HR sees" in page
    assert "/edit" not in as_("erin").get("/competencies").text


def test_ones_own_matrix_comes_first_with_what_is_expected_on_ones_level(
    as_: Any, matrix: Any
) -> None:
    on_level("erin", "L2")
    written.matrix("department = Sales", "Accounts")
    page = as_("erin").get("/competencies").text
    assert "Expected of you on L2 Engineer" in page
    assert "Hands in what one can read in one sitting" in page
    assert "Hands in small changes" not in page, "of the other levels nothing"
    assert page.index("Expected of you") < page.index("Accounts")
    assert 'href="/competencies/code-quality#level-l2"' in page


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("erin", "", "Your position has no level"),
        ("erin", "L9", "says nothing for it, so the next level below counts: L2 Engineer."),
        ("erin", "M1", "Your level, M1, is not in your matrix"),
        ("otto", "L2", "None of the matrices is for your role yet."),
    ],
)
def test_whoever_cannot_be_told_learns_why(
    as_: Any, matrix: Any, name: str, level: str, words: str
) -> None:
    on_level(name, level)
    page = as_(name).get("/competencies").text
    assert words in page and "Engineering" in page


def test_the_matrix_is_a_table_with_ones_own_level_marked(as_: Any, matrix: Any) -> None:
    on_level("erin", "L2")
    page = as_("erin").get(matrix.url).text
    heads = re.findall(r'<th scope="col"([^>]*)>([^<]*)', page)
    assert [words.strip() for _, words in heads] == ["Competency", "L1 Junior", "L2 Engineer"]
    assert ["matrix__own" in marks for marks, _ in heads] == [False, False, True]
    assert "Hands in small changes" in page and "Tells those concerned" in page
    assert 'href="/competencies/communication#level-l1"' in page
    assert "Read it together." in page and "How one builds." in page


def test_whoever_is_above_the_last_level_has_the_last_one(as_: Any, matrix: Any) -> None:
    on_level("erin", "L6")
    erin = as_("erin")
    page = erin.get(matrix.url).text
    assert "the next level below, L2 Engineer, counts for you" in page
    assert page.count("Counts for you") == 2 and "Your level" not in page
    assert "Counts for you" in erin.get("/competencies/code-quality").text
    assert "Hands in what one can read in one sitting" in erin.get("/competencies").text
    stands = erin.get(f"/competencies/people/{cast.person('erin').id}").text
    assert "Where nothing is written for level L6, what is expected on L2 counts." in stands
    form = erin.get(f"/competencies/people/{cast.person('erin').id}/assessment").text
    assert "hands in what one can read in one sitting" in form and "rereads" not in form
    assert "Where nothing is written for level L6, what is expected on L2 counts." in form


def test_a_competency_of_no_concern_to_somebody_says_nothing_of_their_level(
    as_: Any, matrix: Any
) -> None:
    on_level("otto", "L2")
    assert "Your level" not in as_("otto").get("/competencies/code-quality").text


def test_a_phone_shows_one_level_first_ones_own_and_then_the_one_asked_for(
    as_: Any, matrix: Any
) -> None:
    on_level("erin", "L2")
    erin = as_("erin")
    for asked, shown in (("", "L2"), ("?level=L1", "L1"), ("?level=L7", "L2")):
        page = erin.get(matrix.url + asked).text
        [current] = re.findall(r'class="tabs__link" href="[^"]*" aria-current="page">([^<]*)', page)
        assert current == shown
        assert page.count("matrix__shown") == 2, "a cell for each competency"
    assert "L1" in re.findall(r'aria-current="page">([^<]*)', as_("otto").get(matrix.url).text)


def test_a_level_of_which_a_competency_says_nothing_is_left_open(as_: Any, matrix: Any) -> None:
    source = matrix.revision.source.replace("L2 = Engineer", "L2 = Engineer, L3 = Senior")
    matrix.document.publish(source, by=cast.person("helen"))
    assert "Nothing is written for L3." in as_("erin").get(matrix.url).text


def test_hr_learns_of_a_line_that_leads_nowhere_and_others_do_not(as_: Any, matrix: Any) -> None:
    code = Document.named("competency", "code-quality")
    assert code is not None
    code.retire(by=cast.person("helen"))
    assert "Named here and not in force: code-quality." in as_("helen").get(matrix.url).text
    erin = as_("erin").get(matrix.url).text
    assert "code-quality" not in erin and "Tells those concerned" in erin


def test_a_competency_has_all_its_levels_and_where_it_counts(as_: Any, matrix: Any) -> None:
    on_level("erin", "L2")
    page = as_("erin").get("/competencies/code-quality").text
    assert 'id="level-l1"' in page and 'id="level-l2"' in page
    assert "Where everybody begins." in page and "Tidies the code around a change" in page
    assert page.count("Your level") == 1 and "L2 Engineer" in page
    assert "Your matrix" in page and matrix.url in page
    mara = as_("mara").get("/competencies/code-quality").text
    assert "Tell me about the last change you split." in mara


def test_the_editor_draws_a_matrix_and_says_what_is_wrong_at_its_line(
    as_: Any, matrix: Any
) -> None:
    helen = as_("helen")
    page = helen.get("/documents/matrix/engineering").text
    assert "department Engineering" in page and "L1 (Junior), L2 (Engineer)" in page
    assert "Everybody at work reads this under Competencies." in page
    assert "HR reads this" not in page
    readers = helen.get("/documents/matrix/engineering/readers").text
    assert "Everybody at work reads this under Competencies." in readers
    source = matrix.revision.source + "- competency:charm\n"
    version = str(matrix.document.edits)
    told = helen.hx(
        "/documents/matrix/engineering/draft", "panes", data={"source": source, "version": version}
    )
    assert told.status_code == 200
    page = helen.get("/documents/matrix/engineering/edit").text
    assert "There is no competency “charm” in force." in page and 'data-line="14"' in page


def test_the_editor_draws_questions_and_helps(as_: Any, matrix: Any) -> None:
    page = as_("helen").get("/documents/competency/code-quality").text
    assert "Tell me about the last change you split." in page
    assert "Course: clean-code" in page
    assert "Page to read: how-we-review, the part about small changes" in page


def test_what_the_editor_inserts_is_no_mistake(who: SimpleNamespace) -> None:
    written.competencies()
    written.publish("competency", "ownership", written.TALK.replace("Communication", "Ownership"))
    for name in ("competency", "matrix"):
        kind = kinds[name]
        whole = kind.template + "".join(kind.inserts.values())
        assert check(name, kind.template).errors == check(name, whole).errors == []


@pytest.mark.parametrize("more", [0, 6])
def test_how_much_is_written_asks_no_more(as_: Any, matrix: Any, queries: Any, more: int) -> None:
    for number in range(more):
        written.publish(
            "competency", f"more-{number}", written.CODE.replace("Code quality", f"More {number}")
        )
        written.matrix(f"team = T{number}", f"Other {number}")
    asked = {}
    for name in ("erin", "mara", "helen"):
        client = as_(name)
        client.get("/competencies")
        pages = ["/competencies", matrix.url, f"{matrix.url}.csv", "/competencies/code-quality"]
        for address in pages + ["/competencies/people/matrices"] * (name == "helen"):
            with queries() as seen:
                assert client.get(address).status_code == 200
            asked[name, address] = len(seen)
    assert max(asked.values()) <= 8, asked
