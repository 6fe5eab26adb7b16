"""What helped: for HR, how people and those who lead them answer it."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.learning.helped import FEWEST
from portal.people.session import viewer
from portal.reviews import access, effects
from portal.reviews.proposed import ANSWERS
from portal.reviews.steps import MANAGER, SELF
from portal.reviews.views import bp


@bp.get("/reviews/cycles/helped")
@doors.signed_in
def show_effects() -> Any:
    """By course and by sort of step, from five answers on."""
    web.exists(access.can_manage(viewer()))
    return render_template(
        "reviews/helped.html",
        sides=[
            ("What people say of it themselves", effects.table(SELF)),
            ("What whoever leads them says", effects.table(MANAGER)),
        ],
        answers=list(ANSWERS.values()),
        fewest=FEWEST,
    )
