"""Who opens which careers page and does what there: the cast at every address of this slice."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.audit import Look
from portal.careers.aspirations import LINE_AND_HR, Aspiration
from portal.careers.plans import CareerPlan, CareerStep
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import KEYS
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
LINE = NOBODY | {"erin": 303, "mara": 200, "dora": 200, "helen": 200}
LEADS = NOBODY | dict.fromkeys(("dora", "mara", "otto"), 200)
OWN = NOBODY | {"erin": 303, "mara": 403, "dora": 403, "helen": 403}
NOWHERE = "/careers/nothing/at/all"


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def test_the_room_is_for_everybody_at_work(as_: Any, who: Any, things: Any) -> None:
    for address in ("/careers", "/careers/file", "/careers/aspirations/new"):
        knock(as_, STAFF, address, nowhere=NOWHERE)
    knock(as_, LEADS, "/careers/team", nowhere=NOWHERE)
    knock(as_, LINE, f"/careers/people/{who.erin.id}", nowhere="/careers/people/999999")
    looked = {(look.person_id, look.about_id) for look in Look.newest()}
    assert looked == {(one.id, who.erin.id) for one in (who.helen, who.mara, who.dora)}


def test_an_aspiration_is_opened_by_its_owner_alone(as_: Any, who: Any, things: Any) -> None:
    only = NOBODY | {"erin": 200}

    def anew() -> str:
        return Aspiration.aim(ladder.rung("lead"), "CANARY", LINE_AND_HR, by=who.erin).url

    knock(as_, only, "", before=anew, nowhere="/careers/aspirations/999999")
    posts = NOBODY | {"erin": 303}
    data = {"note": "x", "shared": "nobody"}
    knock(as_, posts, "", before=anew, data=data, nowhere="/careers/aspirations/999999")
    knock(
        as_, posts, "", before=lambda: f"{anew()}/end", data={},
        nowhere="/careers/aspirations/999999/end",
    )  # fmt: skip
    staff = {name: 303 if status == 200 else status for name, status in STAFF.items()}
    data = {"note": "x", "shared": "nobody", "rung": "craft/lead"}
    knock(as_, staff, "/careers/aspirations", data=data, nowhere=NOWHERE)


def test_everybody_takes_points_on_for_themselves(as_: Any, who: Any, things: Any) -> None:
    staff = {name: 303 if status == 200 else status for name, status in STAFF.items()}
    base = f"/careers/tracks/{things.track.id}/builder"
    nowhere = "/careers/tracks/999999/builder"
    knock(as_, staff, f"{base}/points/{KEYS['own']}", data={}, nowhere=f"{nowhere}/points/months")
    assert {plan.person_id for plan in CareerPlan.select()} == {
        cast.person(name).id for name, status in STAFF.items() if status == 200
    }
    data = {"words": "Do it", "due_on": "2027-01-01"}
    knock(as_, staff, f"{base}/steps", data=data, nowhere=f"{nowhere}/steps")
    for address in (f"{base}/points/nothing", f"{nowhere}/points/months", f"{nowhere}/steps"):
        assert as_("erin").post(address).status_code == 404


def test_a_plan_is_read_by_the_line_and_hr_and_changed_by_nobody_but_its_owner(
    as_: Any, who: Any, things: Any
) -> None:
    def taken() -> CareerStep:
        if plan := CareerPlan.open_of(who.erin):
            plan.end(by=None)
        as_("erin").post(f"/careers/tracks/{things.track.id}/builder/points/{KEYS['own']}")
        return CareerStep.select().order_by(CareerStep.id.desc()).get()  # type: ignore[no-any-return]

    step = taken()
    reads = NOBODY | dict.fromkeys(("erin", "mara", "dora", "helen"), 303)
    knock(as_, reads, f"/careers/steps/{step.id}", nowhere="/careers/steps/999999")
    for verb in ("completion", "reopening", "omission"):
        nowhere = f"/careers/steps/999999/{verb}"
        knock(as_, OWN, f"/careers/steps/{taken().id}/{verb}", data={}, nowhere=nowhere)
    for verb in ("end", "reopening"):
        nowhere = f"/careers/plans/999999/{verb}"
        knock(as_, OWN, f"/careers/plans/{taken().plan_id}/{verb}", data={}, nowhere=nowhere)


def test_whoever_leads_them_no_more_opens_nothing(as_: Any, who: Any, things: Any) -> None:
    as_("erin").post(f"/careers/tracks/{things.track.id}/builder/points/{KEYS['own']}")
    step = CareerStep.get()
    ladder.move_under("erin", "otto")
    mara = as_("mara")
    assert mara.get(f"/careers/people/{who.erin.id}").status_code == 404
    assert mara.get(f"/careers/steps/{step.id}").status_code == 404
    assert "Erin" not in mara.get("/careers/team?show=line").text
    assert as_("otto").get(f"/careers/people/{who.erin.id}").status_code == 200
