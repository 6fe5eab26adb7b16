"""The kind of document that belongs to no other domain: a page to read."""

from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Source

PAGE_TEMPLATE = """---
kind: page
title: A page to read
summary: One sentence that says what this is for
---
Write here, in Markdown.
"""


def parse_page(source: Source) -> Parsed:
    """A page has no structure beyond its text."""
    return Parsed({"summary": source.meta.get("summary", "")})


DOCUMENTS = [
    DocumentKind(
        name="page",
        title="Page",
        plural="Pages",
        parse=parse_page,
        preview="documents/_page.html",
        template=PAGE_TEMPLATE,
        icon="book-open",
        is_for_all=True,
    )
]
