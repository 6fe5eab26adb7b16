"""A review of which several do something at the same moment."""

from datetime import timedelta
from typing import Any

import pytest

from portal.audit import Event
from portal.people.positions import Position
from portal.reviews import following, reading
from portal.reviews.calibration import CalibrationSession
from portal.reviews.models import Cycle
from portal.reviews.receipts import Receipt
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import after, part_of
from tests.reviews.racing import at_once
from tests.reviews.stages import Stages, up_to


@pytest.fixture
def stages(cycle: Cycle, move_clock: Any) -> Stages:
    return Stages(cycle, move_clock)


def test_who_signs_many_times_at_once_signs_once(stages: Stages) -> None:
    up_to(stages, "released")
    at_once(*[stages.signed] * 6)
    assert Receipt.select().count() == 1
    assert Event.select().where(Event.tag == "review.read").count() == 1


PRESSED: dict[str, tuple[str, Any, str]] = {
    "share": ("sent", lambda one: reading.share(one.review, by=one.who("erin")), "review.shared"),
    "reply": (
        "released", lambda one: Remark.reply(one.review, "So.", by=one.who("erin")), "remark.given",
    ),
    "lock": (
        "compared", lambda one: CalibrationSession.get().lock(by=one.who("helen")),
        "calibration_session.locked",
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", PRESSED)
def test_what_is_pressed_many_times_at_once_happens_once(stages: Stages, verb: str) -> None:
    last, press, tag = PRESSED[verb]
    up_to(stages, last)
    before = Event.select().where(Event.tag == tag).count()
    at_once(*[lambda: press(stages)] * 6)
    assert Event.select().where(Event.tag == tag).count() == before + 1


def test_what_is_sent_as_its_step_closes_is_sent_and_shared(stages: Stages) -> None:
    up_to(stages, "asked")
    stages.move(days=11)
    works = iter((stages.sent, following.run))
    at_once(*works)
    following.run()
    sent = part_of(stages.cycle, "erin", SELF)
    assert sent.submitted_at and sent.readers.split() == ["hr", "manager"]
    assert stages.review.shared_at


def test_whoever_releases_leads_them_at_that_moment(stages: Stages, who: Any) -> None:
    up_to(stages, "written")
    reading.plan_talk(stages.review, cast.TODAY + timedelta(days=30), by=who.mara)
    after(stages.move, 26)
    review, mara, erin = stages.review, cast.person("mara"), cast.person("erin")
    assert mara.leads(review.person_id)
    works = iter(
        (
            lambda: reading.release(review, by=mara),
            lambda: Position.take(erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto),
        )
    )
    at_once(*works)
    moved = Event.select().where(Event.tag.startswith("position")).order_by(Event.seq.desc())
    released = Event.get_or_none(Event.tag == "review.released")
    assert (released is not None) == (stages.review.released_at is not None)
    assert released is None or released.seq < moved.get().seq


def test_who_releases_many_times_at_once_releases_once(stages: Stages, who: Any) -> None:
    up_to(stages, "written")
    reading.plan_talk(stages.review, cast.TODAY + timedelta(days=30), by=who.mara)
    after(stages.move, 26)
    review, mara = stages.review, cast.person("mara")
    at_once(*[lambda: reading.release(review, by=mara)] * 6)
    assert Event.select().where(Event.tag == "review.released").count() == 1


def test_who_leads_them_no_more_releases_nothing_that_was_on_their_page(
    as_: Any, stages: Stages, who: Any
) -> None:
    up_to(stages, "written")
    reading.plan_talk(stages.review, cast.TODAY + timedelta(days=30), by=who.mara)
    after(stages.move, 26)
    review, mara = stages.review, cast.person("mara")
    assert mara.leads(review.person_id)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    assert not reading.release(review, by=mara)
    with pytest.raises(ValueError, match="do not lead"):
        reading.plan_talk(review, cast.TODAY + timedelta(days=31), by=mara)
    assert as_("mara").post(f"{review.url}/release").status_code == 403
    assert reading.release(review, by=cast.person("otto"))


def test_taking_back_and_releasing_leave_one_of_the_two(stages: Stages, who: Any) -> None:
    up_to(stages, "writing")
    after(stages.move, 26)
    stages.written()
    form = part_of(stages.cycle, "erin", MANAGER)
    assert form.take_back(by=who.mara)
    assert not reading.release(stages.review, by=who.mara)
    assert stages.review.released_at is None
    stages.written()
    assert reading.release(stages.review, by=who.mara)
    assert not part_of(stages.cycle, "erin", MANAGER).take_back(by=who.mara)


def test_what_was_skipped_is_not_released(stages: Stages, who: Any) -> None:
    up_to(stages, "written")
    reading.plan_talk(stages.review, cast.TODAY + timedelta(days=30), by=who.mara)
    after(stages.move, 26)
    known = stages.review
    known.skip("On leave.", by=who.helen)
    assert not reading.release(known, by=who.mara)
