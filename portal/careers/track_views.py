"""Tracks as everybody reads them: all of them, and each with its rungs side by side."""

from typing import Any

from flask import abort, render_template
from markupsafe import Markup

from portal import doors, web
from portal.careers import ladders, tracks
from portal.careers import track_access as access
from portal.careers.views import bp
from portal.people.session import viewer


@bp.get("/careers/tracks")
@doors.signed_in
def list_tracks() -> Any:
    """Every track in force, the own one first; for whoever writes them also what is drafted."""
    me = viewer()
    web.exists(access.can_read(me))
    found = access.tracks_for(me)
    own = tracks.of(me, found)
    return render_template(
        "careers/tracks.html",
        tracks=sorted(found, key=lambda track: own is None or track.id != own.document.id),
        own=own,
        position=me.held_now,
        drafts=access.being_written(me),
        may_write=access.can_write(me),
        may_keep_bands=access.can_keep_bands(me),
    )


@bp.get("/careers/tracks/<int:track_id>")
@doors.signed_in
def show_track(track_id: int) -> Any:
    """Its rungs from level to level: what one does there, what is asked, where each leads."""
    me = viewer()
    found = access.tracks_for(me)
    track = next((one for one in found if one.id == track_id), None) or abort(404)
    ladder = ladders.of(me, track, found)
    return render_template(
        "careers/track.html",
        track=track,
        ladder=ladder,
        map=ladder.map,
        may_write=access.can_write(me),
        may_keep_bands=access.can_keep_bands(me),
    )


@bp.app_template_global("words_of_a_track")
def words_of_a_track(html: str) -> Markup:
    """Words of a track as its parser made them, for the preview."""
    # Sanitized by `render_markdown`.
    return Markup(html)  # noqa: S704
