"""What this room adds to the portal's lists."""

from typing import Any

from portal.documents.models import Document
from portal.documents.passages import with_places
from portal.learning.formats import Format
from portal.learning.models import Attempt
from portal.people.models import Person
from portal.scorm import access, packages, playing, reporting, runs

UPLOADS = [packages.upload_kind(access.can_manage)]


def _shown(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    revision = attempt.revision if attempt else course.current
    last = attempt or playing.attempt_of(course, viewer)
    return {
        "text": with_places(revision.html) if revision and revision.html.strip() else "",
        "package": playing.of_text(revision) if viewer.is_hr else None,
        "has_host": bool(runs.content_origin()),
        "no_host": playing.NO_HOST,
        "is_begun": attempt is not None and attempt.kept != {},
        "is_through": attempt is not None and playing.is_through(attempt),
        "report": last.id if last else None,
    }


FORMATS = [
    Format(
        name=playing.FORMAT,
        title="Course package",
        icon="package",
        panel="scorm/_panel.html",
        keys=frozenset({playing.PACKAGE_KEY}),
        read=playing.read,
        shown=_shown,
        reasons=reporting.reasons,
        offered=playing.offered,
        url=lambda course: f"/learning/courses/{course.id}/player",
        report=lambda attempt: f"/learning/attempts/{attempt.id}/report",
    )
]
