"""Codes, links and devices of long ago go by themselves; what is in use stays."""

from typing import Any

from portal.people.signing import Code, Device, Link
from portal.retention.purging import let_go


def over() -> list[int]:
    return [let_go(name) for name in ("sign-in-codes", "sign-in-links", "devices")]


def test_what_is_over_goes_and_what_is_in_use_stays(
    app: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    Code.ask(who.erin.email, browser="b", address="127.0.0.1")
    Link.make(who.erin)
    as_("erin")
    assert over() == [0, 0, 0]
    move_clock(days=8)
    assert over() == [1, 1, 0]
    assert not Code.select().exists() and not Link.select().exists()
    assert Device.select().exists()
    as_("otto")
    move_clock(days=173)
    assert over() == [0, 0, 1]
    assert [device.person_id for device in Device.select()] == [who.otto.id]
    assert over() == [0, 0, 0]
