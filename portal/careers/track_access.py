"""Who reads tracks, and who writes them."""

from typing import NamedTuple

from portal import db
from portal.careers import tracks
from portal.careers.access import can_enter
from portal.careers.band_access import can_keep
from portal.careers.tracks import Track
from portal.documents import access as documents_access
from portal.documents.drafts import Draft
from portal.documents.models import Document
from portal.people.models import Person


def can_read(viewer: Person) -> bool:
    """Tracks in force: everybody who works here or is about to, and HR."""
    return can_enter(viewer)


def tracks_for(viewer: Person) -> list[Track]:
    """The tracks the viewer may read, by title: what is in force and nothing else. One query."""
    return tracks.all_in_force() if can_read(viewer) else []


def can_write(viewer: Person) -> bool:
    """Write tracks: whoever writes documents."""
    return documents_access.can_write(viewer) and not viewer.came_by_pass


def being_written(viewer: Person) -> list[Document]:
    """Tracks with a draft, by title, for whoever may write them."""
    if not can_write(viewer):
        return []
    drafts = db.among(Document.id, Draft.select(Draft.document))
    rows = Document.select().where(
        Document.kind == tracks.KIND, Document.retired_at.is_null(), drafts
    )
    return list(rows.order_by(Document.folded, Document.id))


def can_keep_bands(viewer: Person) -> bool:
    """Go on to pay bands."""
    return can_keep(viewer)


class Entry(NamedTuple):
    """A line of a search."""

    title: str
    url: str
    icon: str
    summary: str


def entries(viewer: Person) -> list[Entry]:
    """Every track and rung the viewer may read, for the palette: one query."""
    found = tracks_for(viewer)
    lines = [Entry(one.title, one.url, "signpost", one.summary) for one in found]
    return lines + [
        Entry(rung.called, rung.url, "signpost", f"{rung.role}, {track.title}")
        for track in found
        for rung in track.rungs
    ]
