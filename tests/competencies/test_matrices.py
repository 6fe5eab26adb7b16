"""Whose matrix is which, what it says on a level, and what of it can be read at once."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest

from portal.competencies import grid, matrices, texts
from portal.documents.models import Document
from portal.people.models import Person, Position
from tests import cast
from tests.competencies import written
from tests.competencies.written import CODE, MATRIX


@pytest.fixture
def code(who: SimpleNamespace) -> Document:
    return written.competencies()[0]


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


def test_many_people_have_the_same_as_one_by_one(code: Document) -> None:
    written.matrix()
    written.matrix("everyone", "All of us")
    ids = [cast.person(name).id for name in cast.NAMES]
    found = matrices.of_many(ids)
    assert set(found) == {cast.person(name).id for name in cast.NAMES} - {
        cast.person("audrey").id,
        cast.person("lev").id,
    }
    for name in ("erin", "otto", "nia", "helen"):
        assert found[cast.person(name).id].title == matrix_of(name)


@pytest.mark.parametrize("number", [2, 9])
def test_how_many_they_are_asks_no_more(code: Document, queries: Any, number: int) -> None:
    written.matrix()
    ids = [person.id for person in Person.select().order_by(Person.id).limit(number)]
    with queries() as seen:
        matrices.of_many(ids)
    assert len(seen) <= 5


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
        assert text.at("L9").level == text.at("").level == "L1"
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
