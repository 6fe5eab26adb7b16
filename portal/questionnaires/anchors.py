"""Where the rows of a rating come from when a form only names them: `( ) competency:slug`.

A room above declares a source, `portal/kinds.py` fills the list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.questionnaires.ratings import Anchor
from portal.registry import Registry

# What is asked where the source has lost what the form names.
PLAIN = (Anchor(1, "Developing"), Anchor(2, "Proficient"), Anchor(3, "Advanced"))


@dataclass(frozen=True)
class Shown:
    """The rows somebody is shown, and a sentence on whose they are."""

    rows: tuple[Anchor, ...]
    note: str = ""


@dataclass(frozen=True)
class AnchorSource:
    """`has(slug)` tells a form's writer whether there is such a thing; `anchors(slug, level)` gives
    its rows for somebody on that level ("" when nobody knows it), or None when it is gone.
    """

    name: str
    has: Callable[[str], bool]
    anchors: Callable[[str, str], Shown | None]


sources: Registry[AnchorSource] = Registry("sources of anchors")


def shown(source: str, slug: str, level: str) -> Shown:
    """The rows for a level: of the source, or plain ones where it has none any more."""
    found = sources[source].anchors(slug, level) if source in sources else None
    return found or Shown(PLAIN, "What each row looks like is not written down.")
