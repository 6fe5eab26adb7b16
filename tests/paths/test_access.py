"""Who finds a path, who sees how far somebody is, and who may do what: tables of the whole cast."""

import pytest

from portal.documents.models import Document
from portal.paths.models import SELF, Enrollment, PathStep
from tests import cast
from tests.paths.conftest import STRICT, publish, put
from tests.reach import knock

NOBODY = dict.fromkeys([name for name in cast.NAMES if name != "lev"], 404)
STAFF = [name for name in NOBODY if name != "audrey"]
EVERYONE = NOBODY | dict.fromkeys(STAFF, 200)
BASE = "/learning/paths"
LEADERS = ("dora", "mara", "otto", "helen")


@pytest.fixture
def way(path):
    """Erin is on the path, put there by Helen."""
    return put(path, "erin")


def test_the_catalog_is_for_everyone_who_works_here(as_, path):
    knock(as_, EVERYONE, BASE, nowhere="/learning/paths/999999")


def test_a_path_is_known_to_its_audience_to_hr_and_to_those_on_it(as_, things):
    sales = publish(STRICT.replace("audience: everyone", "audience: department = Sales"))
    put(sales, "erin")
    # Mara and Dora may put their people on it.
    seeing = ("otto", "olga", "helen", "erin", "mara", "dora")
    table = NOBODY | dict.fromkeys(seeing, 200)
    knock(as_, table, f"{BASE}/{sales.id}", nowhere=f"{BASE}/999999")
    leads = {name: 303 if status == 200 else 404 for name, status in table.items()}
    knock(as_, leads, f"/documents/path/{sales.slug}", nowhere="/documents/path/nothing")


def test_a_draft_is_known_to_hr_alone(as_, who):
    draft = Document.start("path", "Secrets", by=who.helen, source=STRICT)
    knock(as_, NOBODY | {"helen": 200}, f"{BASE}/{draft.id}", nowhere=f"{BASE}/999999")


def test_whoever_finds_a_path_begins_it_and_others_on_it_do_not(as_, things):
    sales = publish(STRICT.replace("audience: everyone", "audience: department = Sales"))
    put(sales, "erin").end("Off.", by=cast.person("helen"))
    table = NOBODY | {"otto": 303, "olga": 303, "helen": 403, "erin": 403}
    table |= {"mara": 403, "dora": 403}
    address = f"{BASE}/{sales.id}/enrollment"
    knock(as_, table, address, nowhere=f"{BASE}/999999/enrollment", data={})


def test_how_far_somebody_is_is_seen_by_them_their_managers_and_hr(as_, way):
    table = NOBODY | dict.fromkeys(("erin", "mara", "dora", "helen"), 200)
    here = f"{BASE}/enrollments/{way.id}"
    knock(as_, table, here, nowhere=f"{BASE}/enrollments/999999")


def test_who_is_on_it_is_seen_by_whoever_leads_and_hr(as_, path, way):
    table = NOBODY | dict.fromkeys(STAFF, 403) | dict.fromkeys(LEADERS, 200)
    for page in ("people", "people/new", "people/nudge"):
        knock(as_, table, f"{BASE}/{path.id}/{page}", nowhere=f"{BASE}/999999/{page}")
    asks = {name: 422 if status == 200 else status for name, status in table.items()}
    knock(as_, asks | {"lev": 303}, f"{BASE}/{path.id}/people/new", data={"people": "", "rule": ""},
          nowhere=f"{BASE}/999999/people/new")  # fmt: skip
    for page, data in (("people/file", {}), ("people/nudge", {"person": ""})):
        wanted = {k: 303 if v == 200 and "nudge" in page else v for k, v in table.items()}
        address = f"{BASE}/{path.id}/{page}"
        knock(as_, wanted, address, nowhere=f"{BASE}/999999/{page}", data=data)


def test_a_manager_sees_and_puts_on_only_their_own_line(as_, path, way):
    assert "Erin" in as_("mara").get(f"{BASE}/{path.id}/people").text
    assert "Erin" not in as_("otto").get(f"{BASE}/{path.id}/people").text
    assert b"Erin" not in as_("otto").post(f"{BASE}/{path.id}/people/file").data
    refused = as_("otto").post(f"{BASE}/{path.id}/people/new", data={"people": "Ben Hartmann"})
    assert refused.status_code == 422 and "in your line" in refused.text
    ruled = as_("otto").post(f"{BASE}/{path.id}/people/new", data={"rule": "everyone"})
    assert ruled.status_code == 422
    assert Enrollment.select().count() == 1


def test_only_hr_skips_a_step_and_never_their_own(as_, path, way):
    step = PathStep.of(way)[0]
    table = NOBODY | {"erin": 403, "mara": 403, "dora": 403, "helen": 200}
    here, nowhere = f"{BASE}/steps/{step.id}/skip", f"{BASE}/steps/999999/skip"
    knock(as_, table, here, nowhere=nowhere)
    knock(as_, table | {"helen": 422}, here, nowhere=nowhere, data={"reason": ""})
    need = f"{BASE}/steps/{step.id}/need"
    knock(as_, table | {"helen": 303}, need, nowhere=f"{BASE}/steps/999999/need", data={})
    own = PathStep.of(put(path, "helen"))[0]
    knock(as_, {"helen": 403}, f"{BASE}/steps/{own.id}/skip", nowhere=nowhere)


@pytest.mark.parametrize("verb", ["end", "resumption", "restart"])
def test_who_takes_somebody_off_back_on_and_begins_anew(as_, way, verb):
    """Helen put Erin on it, so Erin and her managers do not take her off."""
    table = NOBODY | {"erin": 403, "mara": 403, "dora": 403}
    table.pop("helen")
    table["helen"] = 303
    here = f"{BASE}/enrollments/{way.id}/{verb}"
    knock(as_, table, here, nowhere=f"{BASE}/enrollments/999999/{verb}", data={})


def test_what_one_began_oneself_one_may_leave_and_a_manager_what_they_began_for_another(
    as_, path, who
):
    own = Enrollment.begin(path, who.erin, cause=SELF, by=who.erin)
    knock(as_, {"mara": 403, "erin": 303}, f"{BASE}/enrollments/{own.id}/end", nowhere="", data={})
    ben = Enrollment.begin(path, who.ben, cause="hand", by=who.mara)
    table = {"ben": 403, "dora": 403, "mara": 303}
    knock(as_, table, f"{BASE}/enrollments/{ben.id}/end", nowhere="", data={})


def test_only_hr_moves_people_to_a_newer_text(as_, path, way):
    table = NOBODY | dict.fromkeys(STAFF, 403) | {"helen": 200}
    here, nowhere = f"{BASE}/{path.id}/texts", f"{BASE}/999999/texts"
    knock(as_, table, here, nowhere=nowhere)
    knock(as_, table | {"helen": 303}, here, nowhere=nowhere, data={"shown": "{}"})
    knock(as_, {"helen": 409}, here, nowhere=nowhere, data={"shown": "nonsense"})
