"""What a kind may bring: advice beside its lines, help, keys of its own; and all of it as files."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.documents import exchange
from portal.documents.approvals import Approval
from portal.documents.head import find
from portal.documents.models import Document, kinds
from portal.documents.parser import Problem
from tests.documents.conftest import page_source

FRONT_MATTER = {
    "summary": "Plain words: with a colon", "audience": "department = Sales", "owner": "@it",
    "review-by": "2027-03-01", "review-every": "2 years", "approver": "@it",
}  # fmt: skip


def test_advice_stands_beside_its_line_and_stops_nothing(as_: Any, write: Any) -> None:
    document = write("Words.\n\nMore words.")
    page = kinds["page"]

    def advice(asked: Document) -> list[Problem]:
        assert asked == document
        return [Problem(7, "Nobody reads this far.", "warning")]

    kinds["page"] = replace(page, advice=advice)
    try:
        shown = as_("helen").get(f"{document.url}/edit").text
    finally:
        kinds["page"] = page
    said = shown.split("What running it has taught")[1]
    assert "Line 7" in said and "Nobody reads this far." in said and "More words." in said
    assert "Publish revision 2" in shown


def test_the_editor_leads_to_the_help_of_its_kind(as_: Any, write: Any, plan: Document) -> None:
    page = as_("helen").get(f"{write().url}/edit").text
    assert 'href="/help/writing-documents"' in page
    for kind in kinds.values():
        if kind.help:
            assert as_("helen").get(f"/help/{kind.help}").status_code == 200, kind.name


@pytest.mark.parametrize("name", ["page", "checklist", "form", "competency"])
def test_a_new_document_of_each_kind_begins_without_a_mistake(as_: Any, name: str) -> None:
    helen = as_("helen")
    assert helen.post("/documents", data={"kind": name, "title": "Brand new"}).status_code == 303
    page = helen.get(f"/documents/{name}/brand-new/edit").text
    assert "to correct" not in page


CONTENT = Path(__file__).resolve().parents[2] / "content"
NAMED_BY_TEMPLATES = (
    "policies/code-of-conduct.md", "courses/first-week.md", "courses/data-protection.md",
    "courses/giving-feedback.md", "competencies/code-quality.md", "competencies/communication.md",
    "forms/ninety-days.md",
)  # fmt: skip


def test_all_front_matter_of_all_kinds_goes_out_and_comes_in_unchanged(as_: Any, who: Any) -> None:
    """A file with every key, for every kind, is exported byte by byte and taken in as no change."""
    for name in NAMED_BY_TEMPLATES:
        exchange.publish_file(CONTENT / name, by=who.helen, note="Starter text")
    sources = {}
    for kind in kinds.values():
        source = exchange.template_for(kind, "Whole")
        head, _, body = source.removeprefix("---\n").partition("\n---\n")
        lines = [line for line in head.splitlines() if line.split(":")[0] not in FRONT_MATTER]
        more = [exchange.entry(key, value) for key, value in FRONT_MATTER.items()]
        sources[kind.name] = "\n".join(["---", *lines, *more, "---", body])
    files = io.BytesIO()
    with zipfile.ZipFile(files, "w") as archive:
        for name, source in sources.items():
            archive.writestr(f"{name}/whole.md", source)
    helen = as_("helen")
    answer = helen.post(
        "/documents/import", data={"file": (io.BytesIO(files.getvalue()), "all.zip")}
    )
    assert answer.status_code == 303, answer.text
    for name, source in sources.items():
        document = Document.named(name, "whole")
        assert document is not None and document.draft().source == source, name
        Approval.ask(document, source, find("@it"), by=who.helen).approve(by=who.ida)
    data = helen.get("/documents/export.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, source in sources.items():
            assert archive.read(f"{name}/whole.md").decode() == source
    again = helen.post("/documents/import", data={"file": (io.BytesIO(data), "all.zip")})
    assert again.status_code == 303
    assert not any(Document.named(name, "whole").draft().id for name in sources)


def test_pages_cost_few_queries(as_: Any, write: Any, queries: Any, who: Any) -> None:
    document = write(title="Costs", owner="@it", **{"review-by": "2027-03-01"})
    for number in range(8):
        document.publish(page_source(f"Text {number}.", title="Costs", owner="@it"), by=who.helen)
    helen = as_("helen")
    for path, most in (("", 8), ("/edit", 8), ("/panes", 8), ("/readers", 8)):
        helen.get(f"{document.url}{path}")
        with queries() as seen:
            assert helen.get(f"{document.url}{path}").status_code == 200
        assert len(seen) <= most, (path, len(seen), seen)
