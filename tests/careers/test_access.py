"""What opening a careers page leaves behind, and what ends with leading somebody.

Who is answered what at which address stands in `test_every_access.py`.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.audit import Look
from portal.careers.plans import CareerPlan, CareerStep
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import KEYS


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def test_whoever_opens_somebodys_career_is_noted(as_: Any, who: Any, things: Any) -> None:
    for name in cast.NAMES:
        as_(name).get(f"/careers/people/{who.erin.id}")
    looked = {(look.person_id, look.about_id) for look in Look.newest()}
    assert looked == {(one.id, who.erin.id) for one in (who.helen, who.mara, who.dora)}


def test_points_are_taken_on_for_oneself(as_: Any, who: Any, things: Any) -> None:
    base, nowhere = (f"/careers/tracks/{number}/builder" for number in (things.track.id, 999_999))
    for name in ("mara", "helen"):
        as_(name).post(f"{base}/points/{KEYS['own']}")
    assert {plan.person_id for plan in CareerPlan.select()} == {who.mara.id, who.helen.id}
    for address in (f"{base}/points/nothing", f"{nowhere}/points/months", f"{nowhere}/steps"):
        assert as_("erin").post(address).status_code == 404


def test_whoever_leads_them_no_more_opens_nothing(as_: Any, who: Any, things: Any) -> None:
    as_("erin").post(f"/careers/tracks/{things.track.id}/builder/points/{KEYS['own']}")
    step = CareerStep.get()
    ladder.move_under("erin", "otto")
    mara = as_("mara")
    assert mara.get(f"/careers/people/{who.erin.id}").status_code == 404
    assert mara.get(f"/careers/steps/{step.id}").status_code == 404
    assert "Erin" not in mara.get("/careers/team?show=line").text
    assert as_("otto").get(f"/careers/people/{who.erin.id}").status_code == 200
