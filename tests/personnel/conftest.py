"""Papers in files, of each visibility."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from portal.blobs import Blob
from portal.personnel.models import Paper
from tests.uploads.files import PDF


@pytest.fixture
def file_paper(who: Any) -> Callable[..., Paper]:
    """`file_paper(who.erin, kind="permit", expires_on=…)`: filed by Helen unless said otherwise."""

    def file(person: Any, body: bytes = PDF, by: Any = None, **facts: Any) -> Paper:
        kind = facts.pop("kind", "contract")
        facts.setdefault("title", kind.capitalize())
        return Paper.file(
            person, by=by or who.helen, blob=Blob.put(body), file_name=f"{kind}.pdf", kind=kind,
            media_type="application/pdf", **facts,
        )  # fmt: skip

    return file


@pytest.fixture
def filled() -> Callable[..., dict[str, Any]]:
    """`filled(expires_on="")`: what HR sends when a paper is added."""

    def form(**changed: Any) -> dict[str, Any]:
        said = {
            "kind": "permit", "title": "Work permit", "issued_on": "2026-01-01",
            "expires_on": "2027-01-01", "seen_by": "person", "keep_until": "",
            "note": "Original seen",
            "file": (io.BytesIO(PDF), "permit.pdf"),
        }  # fmt: skip
        return said | changed

    return form
