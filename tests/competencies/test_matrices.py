"""Whose matrix is which, what it says on a level, and what of it can be read at once."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest

from portal.competencies import grid, matrices, reach, texts
from portal.documents import exchange
from portal.documents.models import Document, kinds
from portal.people.models import Position
from tests import cast
from tests.competencies import written
from tests.competencies.written import CODE, MATRIX


@pytest.fixture
def code(who: SimpleNamespace) -> Document:
    return written.competencies()[0]


REACH = "/competencies/people/matrices"


def matrix_of(name: str) -> str:
    found = matrices.of(cast.person(name))
    return found.title if found else ""


def test_everybody_has_the_matrix_that_means_them(code: Document) -> None:
    written.matrix()
    names = ("erin", "mara", "nia", "otto", "audrey")
    assert {name: matrix_of(name) for name in names} == {
        "erin": "Engineering",
        "mara": "Engineering",
        "nia": "Engineering",
        "otto": "",
        "audrey": "",
    }


def test_of_two_that_mean_somebody_the_newest_counts_and_correcting_changes_nothing(
    code: Document, who: SimpleNamespace
) -> None:
    old = written.matrix()
    written.matrix('team = "Platform"', "Platform")
    assert (matrix_of("erin"), matrix_of("dora")) == ("Platform", "Engineering")
    source = old.revision.source.replace("Read it together.", "Read it alone.")
    old.document.publish(source, by=who.helen)
    assert matrix_of("erin") == "Platform"


def test_one_for_everyone_counts_only_where_no_other_does(code: Document) -> None:
    written.matrix()
    written.matrix("everyone", "All of us")
    assert (matrix_of("erin"), matrix_of("otto")) == ("Engineering", "All of us")


def test_a_retired_matrix_is_nobodys_and_its_people_have_the_next(
    code: Document, who: SimpleNamespace
) -> None:
    written.matrix("everyone", "All of us")
    own = written.matrix()
    own.document.retire(by=who.helen)
    assert matrix_of("erin") == "All of us"


def test_how_many_people_a_matrix_means_and_which_roles_have_none(as_: Any, code: Document) -> None:
    own = written.matrix()
    written.matrix("department = Nowhere", "Lost")
    here = [one for one in map(cast.person, cast.NAMES) if one.is_staff and one.id != lev()]
    having = [one for one in here if matrices.of(one)]
    found = reach.of(matrices.all_of_them()).roles
    assert found[own.id].total() == len(having)
    assert found[None].total() == len(here) - len(having)
    helen = as_("helen")
    assert helen.get("/competencies").text.count(REACH) == 1
    page = helen.get(REACH).text
    assert f"{len(having)} people" in page and "means nobody today" in page
    assert "No matrix" in page and "Write a matrix" in page
    assert REACH not in as_("mara").get("/competencies").text
    written.matrix("everyone", "All of us")
    assert "Write a matrix" not in helen.get(REACH).text


def test_a_matrix_says_before_it_is_published_whose_people_it_takes(
    as_: Any, code: Document, who: Any
) -> None:
    engineering = written.matrix()
    many = reach.of(matrices.all_of_them()).roles[engineering.id].total()
    assert reach.change(engineering.document, engineering.rule) == f"Means {many} people."
    source = exchange.template_for(kinds["matrix"], "Finance")
    finance = Document.start("matrix", "Finance", by=who.helen, source=source)
    taken = "all of them have Engineering now and would have this one instead."
    said = reach.change(finance, "department = Engineering")
    assert said == f"Means {many} people; {taken}"
    editor = as_("helen").get(f"{finance.url}/edit").text
    assert "Means nobody." in editor and "It means nobody yet. Say whose matrix it is" in editor
    finance.publish(MATRIX.format(title="Finance", rule="department = Engineering"), by=who.helen)
    older = reach.change(engineering.document, engineering.rule)
    assert older == f"Means nobody. {many} it names have Finance, which comes before this one."
    page = as_("helen").get(REACH).text
    assert "means nobody today: its people have Finance, which comes before it" in page
    assert reach.change(finance, "department = Nowhere") == (
        f"Means nobody. {many} people with this one now would have it no more."
    )
    assert "Means " not in as_("erin").get(engineering.document.url).text


def lev() -> int:
    return int(cast.person("lev").id)


def test_a_person_who_changes_roles_changes_matrices(code: Document, who: Any) -> None:
    written.matrix()
    Position.take(cast.person("otto"), by=None, starts_on=cast.TODAY, team=None)
    assert matrix_of("otto") == ""
    team = who.erin.position().team
    Position.take(cast.person("otto"), by=None, starts_on=cast.TODAY, team=team)
    assert matrix_of("otto") == "Engineering"


def test_what_is_expected_stands_at_each_level(code: Document) -> None:
    matrix = written.matrix()
    drawn = grid.draw(matrix, texts.all_of_them())
    assert [part.title for part in drawn.parts] == ["Craft", "With others"]
    [row] = drawn.parts[0].rows
    second = matrix.at("l2")
    assert second is not None and second.called == "L2 Engineer"
    assert row.at(second).said == "Hands in what one can read in one sitting"
    assert row.at(None) is None


@pytest.mark.parametrize(
    ("names", "level", "found"),
    [
        (["L1", "L2", "L4"], "l2", "L2"),
        (["L1", "L2", "L4"], "L3", "L2"),
        (["L4", "L10", "L9"], "L11", "L10"),
        (["L2", "L3"], "L1", None),
        (["L2", "L3"], "M4", None),
        (["L2", "L3"], "", None),
        (["Junior", "Senior"], "Staff", None),
        (["Junior", "Senior"], "senior", "Senior"),
    ],
)
def test_a_level_of_which_nothing_is_said_has_the_next_one_below(
    names: list[str], level: str, found: str | None
) -> None:
    assert texts.nearest(names, level) == found


def test_a_matrix_goes_out_as_the_table_it_is(as_: Any, code: Document) -> None:
    matrix = written.matrix()
    answer = as_("otto").get(f"{matrix.url}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.lstrip("\ufeff").splitlines()[:2] == [
        "section,competency,L1 Junior,L2 Engineer",
        "Craft,Code quality,Hands in small changes,Hands in what one can read in one sitting",
    ]
    assert f'href="{matrix.url}.csv"' in as_("otto").get(matrix.url).text


def test_a_retired_competency_is_left_out_and_told_to_hr(code: Document, who: Any) -> None:
    matrix = written.matrix()
    code.retire(by=who.helen)
    drawn = grid.draw(matrix, texts.all_of_them())
    assert drawn.missing == ["code-quality"] and len(drawn.parts) == 1


def test_texts_are_read_at_once_and_fall_back_to_the_lowest_level(
    code: Document, queries: Any
) -> None:
    with queries() as seen:
        found = texts.of(["code-quality", "communication", "charm"])
        assert set(found) == {"code-quality", "communication"}
        text = found["code-quality"]
        assert text.at("L2").probes == ("Tell me about the last change you split.",)
        assert [text.at(level).level for level in ("L9", "L1", "", "M9")] == [
            "L2",
            "L1",
            "L1",
            "L1",
        ]
        assert text.named("L9") is None
    assert len(seen) == 1
    course, page = text.at("l2").helps
    assert (course.kind, course.target, page.kind) == ("course", "clean-code", "page")
    assert page.words == "the part about small changes"


def test_a_text_from_before_there_were_questions_and_helps_is_read_as_it_is(
    code: Document,
) -> None:
    revision = code.current
    assert revision is not None
    old = [{"level": "L1", "intro": "", "anchors": [[1, "Developing", "a"], [2, "Good", ""]]}]
    revision.structure = '{"summary": "", "levels": ' + str(old).replace("'", '"') + "}"
    [level] = texts.Text(code, revision).levels
    assert (level.probes, level.helps, level.said) == ((), (), "Good")


def test_a_matrix_goes_out_and_comes_in_unchanged(as_: Any, code: Document) -> None:
    written.matrix()
    archive = zipfile.ZipFile(io.BytesIO(as_("helen").get("/documents/export.zip").data))
    assert archive.read("matrix/engineering.md").decode() == MATRIX.format(
        title="Engineering", rule="department = Engineering"
    )
    assert archive.read("competency/code-quality.md").decode() == CODE


def test_a_matrix_comes_in_with_the_competencies_it_names(as_: Any) -> None:
    files = io.BytesIO()
    with zipfile.ZipFile(files, "w") as archive:
        archive.writestr("matrices/engineering.md", MATRIX.format(title="E", rule="everyone"))
        archive.writestr("competencies/code-quality.md", CODE)
    alone = io.BytesIO(files.getvalue())
    refused = as_("helen").post("/documents/import", data={"file": (alone, "all.zip")})
    assert refused.status_code == 422 and "no competency “communication”" in refused.text
    assert "no competency “code-quality”" not in refused.text, "it comes along"
