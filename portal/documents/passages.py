"""The headings of a drawn text as places one can be led to."""

import re
from html import unescape

from markupsafe import Markup

from portal import text

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def with_places(html: str) -> Markup:
    """The sanitized text, each heading with an id made of its words; twice the same is numbered."""
    taken: set[str] = set()

    def place(found: re.Match[str]) -> str:
        stem = place_of(unescape(_TAG.sub("", found[2])))
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name)
        # Only letters, digits and dashes stand in an id that `slugify` made.
        return f'<h{found[1]} id="{name}" tabindex="-1">{found[2]}</h{found[1]}>'

    return Markup(_HEADING.sub(place, html))  # noqa: S704


def place_of(heading: str) -> str:
    """The id under which a heading is found."""
    return f"passage-{text.slugify(heading)}"
