"""Pages to read, written by Helen."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document


def page_source(body: str = "Words.", title: str = "Welcome", **meta: str) -> str:
    """The text of a page."""
    head = "".join(f"{key}: {value}\n" for key, value in meta.items())
    return f"---\nkind: page\ntitle: {title}\n{head}---\n{body}\n"


@pytest.fixture
def write(who: SimpleNamespace) -> Callable[..., Document]:
    """`write("Words.")`: a page in force; with `publish=False` only its draft."""

    def make(body: str = "Words.", publish: bool = True, **meta: Any) -> Document:
        source = page_source(body, **meta)
        document = Document.start("page", meta.get("title", "Welcome"), by=who.helen, source=source)
        if publish:
            document.publish(source, by=who.helen)
        return document

    return make
