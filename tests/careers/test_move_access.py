"""Who reads a move when it is not as usual: another manager since, and HR about themselves.

Who is answered what at which address stands in `test_every_access.py`.
"""

from typing import Any

from portal.careers import move_access
from portal.people.positions import Position
from tests import cast
from tests.careers import moved
from tests.careers.moved import proposed
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
ABOVE = NOBODY | dict.fromkeys(("mara", "dora", "helen"), 200)
NOWHERE = "/careers/moves/999999"


def test_every_sort_of_move_is_proposed_by_those_above_and_hr(as_: Any, who: Any) -> None:
    address, nowhere = (f"/careers/people/{number}/moves/new" for number in (who.erin.id, 999_999))
    for asked in ("", "?sort=promotion", "?sort=rotation", "?sort=nothing"):
        knock(as_, ABOVE, f"{address}{asked}", nowhere=f"{nowhere}{asked}")


def test_who_led_them_once_reads_what_they_proposed_and_nothing_else(as_: Any, who: Any) -> None:
    move = proposed(by="dora")
    Position.take(who.erin, by=None, starts_on=cast.TODAY, manager=who.otto)
    now = NOBODY | {"dora": 200, "otto": 200, "helen": 200}
    knock(as_, now, move.url, nowhere=NOWHERE)
    assert not move_access.can_propose(cast.person("mara"), who.erin)
    assert move_access.can_propose(cast.person("otto"), who.erin)


def test_nobody_in_hr_reads_or_decides_what_is_about_themselves(as_: Any, who: Any) -> None:
    moved.grant("erin")
    move = proposed()
    erin = as_("erin")
    for address in (move.url, f"{move.url}/agreement", f"{move.url}/refusal"):
        answer = erin.get(address) if address == move.url else erin.post(address, data={})
        assert answer.status_code == 404, address
    assert move.decline(by=who.helen, answer="No.")
    assert erin.get(move.url).status_code == 404
    assert move_access.hidden(cast.person("erin")) == [str(move.id)]
    assert move_access.hidden(who.helen) == []
