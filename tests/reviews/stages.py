"""The review of Erin, carried from one stage to the next."""

from typing import Any

from portal import clock
from portal.reviews import reading, receipts
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import after, part_of, review_of, send

OWN, THEIRS, REPLY, ADDED, REASON = (
    "CANARY-own", "CANARY-theirs", "CANARY-reply", "CANARY-added", "CANARY-reason",
)  # fmt: skip


class Stages:
    """The review of Erin, carried from one stage to the next."""

    def __init__(self, cycle: Cycle, move_clock: Any) -> None:
        self.cycle, self.move, self.who = cycle, move_clock, cast.person

    @property
    def review(self) -> Review:
        return review_of(self.cycle, "erin")

    def part(self, step: str) -> ReviewPart:
        part = ReviewPart.of_step(self.review, step)
        assert part is not None
        return part

    def asked(self) -> None:
        after(self.move, 0)

    def sent(self) -> None:
        send(part_of(self.cycle, "erin", SELF), "2", OWN)

    def shared(self) -> None:
        assert reading.share(self.review, by=self.who("erin"))

    def writing(self) -> None:
        after(self.move, 11)

    def written(self) -> None:
        send(part_of(self.cycle, "erin", MANAGER), "3", THEIRS)

    def added(self) -> None:
        self.move(days=2)
        Remark.add(self.part(MANAGER), ADDED, by=self.who("mara"))

    def compared(self) -> None:
        after(self.move, 21)
        CalibrationSession.begin(
            Cycle.get_by_id(self.cycle.id), by=self.who("helen"), grouping="level",
            held_on=clock.today(),
        )  # fmt: skip
        Placement.get().change(1, REASON, 3, by=self.who("dora"))

    def locked(self) -> None:
        CalibrationSession.get().lock(by=self.who("helen"))

    def released(self) -> None:
        after(self.move, 26)
        assert self.review.released_at

    def signed(self) -> None:
        receipts.sign(
            self.review, "shown", clock.now(), now_shown=lambda: "shown",
            hand=receipts.Hand("test"), by=self.who("erin"),
        )  # fmt: skip

    def replied(self) -> None:
        Remark.reply(self.review, REPLY, by=self.who("erin"))

    def closed(self) -> None:
        after(self.move, 41)


ORDER = (
    "asked", "sent", "shared", "writing", "written", "added", "compared", "locked", "released",
    "signed", "replied", "closed",
)  # fmt: skip


def up_to(stages: Stages, last: str) -> None:
    for name in ORDER[: ORDER.index(last) + 1]:
        getattr(stages, name)()
