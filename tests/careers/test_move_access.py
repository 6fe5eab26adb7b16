"""Who reads, proposes, decides and follows a move: the cast at every address."""

from datetime import date
from typing import Any

from portal.careers import move_access
from portal.careers.models import Move
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.careers import moved
from tests.careers.moved import proposed
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
ABOVE = NOBODY | dict.fromkeys(("mara", "dora", "helen"), 200)
NOWHERE = "/careers/moves/999999"


def clear() -> None:
    for move in Move.select().where(Move.is_open()):
        move.withdraw(by=move.proposed_by)


def waiting() -> Move:
    clear()
    return proposed()


def agreed() -> Move:
    clear()
    for move in Move.select().where(Move.is_agreed):
        Move.update(is_agreed=False).where(Move.id == move.id).execute()
    for row in Position.to_come(cast.person("erin"), cast.TODAY):
        row.withdraw(by=None)
    return moved.agreed(
        sort="rotation", team=Team.named("Sales"), ends_on=date(2027, 2, 28), starts_on=cast.TODAY
    )


def posts(table: dict[str, int], **others: int) -> dict[str, int]:
    return {name: 303 if status == 200 else status for name, status in table.items()} | others


def test_the_list_is_for_everybody_at_work(as_: Any) -> None:
    proposed()
    knock(as_, STAFF, "/careers/moves", nowhere="/careers/moves/nothing/at/all")


def test_a_move_is_proposed_by_those_above_and_hr(as_: Any, who: Any) -> None:
    address = f"/careers/people/{who.erin.id}/moves/new"
    nowhere = "/careers/people/999999/moves/new"
    knock(as_, ABOVE, address, nowhere=nowhere)
    knock(as_, ABOVE, f"{address}?sort=rotation", nowhere=nowhere)
    knock(as_, dict.fromkeys(("helen", "lev"), 404) | {"lev": 303},
          f"/careers/people/{who.helen.id}/moves/new", nowhere=nowhere)  # fmt: skip
    sales = str(Team.named("Sales").id)
    data = {"starts_on": "2026-12-01", "reason": "Why.", "team": sales}
    knock(as_, posts(ABOVE), f"{address}?sort=transfer", data=data, before=clear, nowhere=nowhere)


def test_it_is_read_by_whoever_leads_them_and_decided_by_hr(as_: Any, who: Any) -> None:
    knock(as_, ABOVE, waiting().url, nowhere=NOWHERE)
    decides = NOBODY | {"helen": 303, "mara": 403, "dora": 403}
    takes_back = NOBODY | {"mara": 303, "helen": 403, "dora": 403}
    for verb, table, data in (
        ("refusal", decides, {"why": "No."}), ("withdrawal", takes_back, {}),
        ("restoration", takes_back, {}),
    ):  # fmt: skip
        knock(
            as_, table, "", data=data, before=lambda v=verb: f"{waiting().url}/{v}",
            nowhere=f"{NOWHERE}/{verb}",
        )  # fmt: skip

    def anew() -> str:
        for row in Position.to_come(cast.person("erin"), cast.TODAY):
            row.withdraw(by=None)
        return f"{waiting().url}/agreement"

    knock(as_, decides, "", data={}, before=anew, nowhere=f"{NOWHERE}/agreement")


def test_an_agreed_one_is_read_by_them_and_followed_by_those_above(as_: Any, who: Any) -> None:
    move = agreed()
    reads = ABOVE | {"erin": 200}
    knock(as_, reads, move.url, nowhere=NOWHERE)
    follows = ABOVE | {"erin": 403}
    for verb, data in (
        ("return", {"starts_on": "2026-12-20", "reason": "Why."}),
        ("extension", {"ends_on": "2027-05-31", "reason": "Why."}),
    ):  # fmt: skip
        nowhere = f"{NOWHERE}/{verb}"
        knock(as_, follows, f"{move.url}/{verb}", nowhere=nowhere)
        knock(
            as_, posts(follows), f"{move.url}/{verb}", data=data, before=clear, nowhere=nowhere
        )  # fmt: skip


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
