"""The forms and competencies that ship are read without one remark, and say who reads them."""

from pathlib import Path

import pytest

from portal.documents.models import check

CONTENT = Path(__file__).resolve().parents[2] / "content"
FORMS = sorted((CONTENT / "forms").glob("*.md"))
COMPETENCIES = sorted((CONTENT / "competencies").glob("*.md"))


@pytest.mark.parametrize("path", FORMS + COMPETENCIES, ids=lambda path: path.stem)
def test_it_is_read_without_a_remark(path: Path, app: object) -> None:
    from portal.people.functions import STANDARD, Function

    for slug, name in STANDARD.items():
        Function.set_up(slug, name, by=None)
    kind = "form" if path in FORMS else "competency"
    found = check(kind, path.read_text())
    # Which courses and pages help is held by the competencies' own tests: here none is in force.
    remarks = [p for p in found.problems if "Nobody holds" not in p.message and not p.needs]
    assert remarks == []
    if kind == "form":
        assert found.parsed.structure["minutes"] <= 15
        assert "readers" in found.source.meta, "say who reads it"
