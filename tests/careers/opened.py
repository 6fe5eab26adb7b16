"""An opening that somebody asks for, and a vacancy that is shown to nobody yet, for every page."""

from datetime import timedelta

from portal.careers.interests import Interest
from portal.careers.openings import Opening
from portal.people.vacancies import Vacancy
from tests import cast


def openings_for_every_page() -> dict[str, int]:
    helen, erin, otto = (cast.person(name) for name in ("helen", "erin", "otto"))
    shown = Vacancy.plan(by=helen, role="Account Executive", manager=otto)
    opening = Opening.post(
        shown, by=helen, words="You **sell**.", apply_by=cast.TODAY + timedelta(days=9)
    )
    Interest.ask(opening, erin, by=erin, wish="I would like to.", for_line=True)
    return {"opening": opening.id, "wanted": Vacancy.plan(by=helen, role="Buyer").id}
