"""The help pages: Markdown that ships in `content/help/`, drawn once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from portal import text
from portal.documents.parser import read

FOLDER = Path(__file__).resolve().parents[2] / "content" / "help"
FIRST = ("today", "signing-in", "whats-new")


@dataclass(frozen=True)
class Help:
    """One page of help."""

    slug: str
    title: str
    summary: str
    html: Markup


@cache
def pages() -> dict[str, Help]:
    """Every help page by its address, those a newcomer needs first."""
    found = {}
    for path in FOLDER.glob("*.md"):
        source = read(path.read_text())
        # Ours, and sanitized by `render_markdown` all the same.
        html = Markup(text.render_markdown(source.body))  # noqa: S704
        meta = source.meta
        found[path.stem] = Help(path.stem, meta.get("title", ""), meta.get("summary", ""), html)
    order = [*FIRST, *sorted(set(found) - set(FIRST))]
    return {slug: found[slug] for slug in order if slug in found}
