"""What HR’s page says of review cycles: exceptions only, and never what is about whoever looks."""

from datetime import timedelta
from typing import Any

from portal.home import risks
from portal.people.positions import Position
from portal.reviews import following, steering
from portal.reviews.models import Cycle
from portal.reviews.steps import SELF
from tests import cast
from tests.reviews.conftest import after, part_of, plan, review_of, send


def said(name: str = "helen") -> list[tuple[str, str]]:
    me = cast.person(name)
    return [(one.title, one.url) for one in risks.of(me, me.today()) if "/reviews/" in one.url]


def test_a_review_nobody_writes_and_a_step_in_which_too_little_is_sent(
    cycle: Cycle, move_clock: Any, who: Any, as_: Any
) -> None:
    after(move_clock, 1)
    assert said() == []
    steering.take_in(cycle, who.dora, by=who.helen)
    assert said() == [("1 review has nobody who writes it", f"{cycle.url}?show=alone")]
    assert "1 review has nobody" in as_("helen").get("/hr").get_data(as_text=True)
    assert "1 with nobody to write" in as_("helen").get("/reviews/cycles").get_data(as_text=True)
    steering.skip(review_of(cycle, "dora"), "She leads the company.", by=who.helen)
    assert said() == []
    after(move_clock, 7)
    send(part_of(cycle, "erin", SELF))
    slow = ("Annual review: Self-review", f"{cycle.url}?show=open")
    assert said() == [slow], "it closes in three days, and one of four has sent theirs"
    send(part_of(cycle, "ben", SELF))
    assert said() == []
    after(move_clock, 21)
    assert said() == [("Annual review: Manager’s review", f"{cycle.url}?show=open")]
    cycle.end(by=who.helen)
    assert said() == []


def test_what_is_about_whoever_looks_is_not_counted(forms: Any, move_clock: Any, who: Any) -> None:
    cycle = Cycle.begin(plan(), [who.helen, who.ida], cast.TODAY, by=None, title="Of People")
    Position.take(who.ida, by=who.helen, starts_on=cast.TODAY, manager=who.dora)
    after(move_clock, 8)
    send(part_of(cycle, "ida", SELF))
    assert said() == []
    own = Cycle.begin(cycle.document, [who.helen], cast.TODAY, by=None, person=who.helen, fact="x")
    move_clock(to=cast.NOW + timedelta(days=11))
    following.run()
    assert own.person_id == who.helen.id and said() == []
