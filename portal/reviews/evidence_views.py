"""The drawer beside a form of a review: what is known of the time, for whoever writes in it."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.people.session import viewer
from portal.questionnaires import access as forms
from portal.reviews import access, drift, evidence
from portal.reviews.parts import ReviewPart
from portal.reviews.views import bp

bp.add_app_template_global(drift.sentence, "review_drift")


@bp.get("/reviews/evidence/<int:submission_id>")
@doors.signed_in
def show_evidence(submission_id: int) -> Any:
    """What the viewer could open of that time: in the drawer, or as a page of its own. It is there
    for whoever writes the form, for as long as they do."""
    me = viewer()
    part: ReviewPart | None = access.part_to_write(me, submission_id)
    web.exists(part is not None and forms.can_fill(me, part.submission))
    assert part is not None
    review = part.review
    of = evidence.time_of(me, review)
    is_drawer = bool(request.htmx.partial)  # type: ignore[attr-defined]
    return render_template(
        "reviews/_evidence_groups.html" if is_drawer else "reviews/evidence.html",
        submission=part.submission,
        review=review,
        groups=evidence.groups(me, review, of),
        of=of,
        is_drawer=is_drawer,
        is_own=review.person_id == me.id,
    )
