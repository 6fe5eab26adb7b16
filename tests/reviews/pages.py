"""A review that is released and a calibration that goes on, for tests that open every page."""

from datetime import timedelta
from typing import Any

from portal import clock
from portal.documents.models import Document
from portal.reviews import following
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import form, part_of, plan, review_of, send


def reading_for_every_page(who: Any) -> dict[str, Any]:
    """Erin has hers before her, compared and released; those of Ben and Olga are compared."""
    for slug in ("annual", "peers"):
        _ = Document.named("form", slug) or form(slug)
    people = [who.erin, who.ben, who.olga]
    day = cast.TODAY - timedelta(days=30)
    cycle = Cycle.begin(plan(), people, day, by=who.helen, title="Last autumn")
    following.run()
    send(part_of(cycle, "erin", SELF), "3", "Mostly well.")
    send(part_of(cycle, "erin", MANAGER), "3", "What was promised is there.")
    CalibrationSession.begin(
        Cycle.get_by_id(cycle.id), by=who.helen, grouping="level", held_on=clock.today()
    ).lock(by=who.helen)
    following.run()
    erin = review_of(cycle, "erin")
    assert erin.released_at is not None
    part = ReviewPart.of_step(erin, MANAGER)
    assert part is not None
    Remark.add(part, "And one thing more.", by=who.mara)
    for name in ("ben", "olga"):
        send(part_of(cycle, name, MANAGER), "3")
    session = CalibrationSession.begin(
        Cycle.get_by_id(cycle.id), by=who.helen, grouping="level", held_on=clock.today()
    )
    first = Placement.get(Placement.session == session)
    first.change(2, "Compared with others.", 3, by=who.helen)
    two = [one.review_id for one in Placement.select().where(Placement.session == session)]
    return {
        "review": erin.id,
        "compared": review_of(cycle, "ben").id,
        "cycle": cycle.id,
        "calibration": session.id,
        "two": "&".join(f"person={one}" for one in two),
    }
