"""Who sees a checklist and its steps, and who may move them."""

from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.checklists import access
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.people.models import Position
from tests import cast
from tests.reach import knock

LISTS = {
    "helen": 200, "dora": 200, "mara": 200, "nia": 200, "erin": 404, "ben": 404, "otto": 404,
    "olga": 404, "ida": 404, "adam": 404, "audrey": 404,
}  # fmt: skip
IN_CHARGE = {
    "helen": 303, "dora": 303, "mara": 303, "nia": 403, "erin": 404, "ben": 404, "otto": 404,
    "olga": 404, "ida": 404, "adam": 404, "audrey": 404,
}  # fmt: skip
ONLY_HR = {name: 404 for name in cast.NAMES if name not in ("helen", "lev")} | {"helen": 200}
STARTER = {
    "name": "Tove Østergård", "email": "tove@halden.example", "starts_on": "2026-12-01",
    "role": "Engineer", "manager": "mara@halden.example",
}  # fmt: skip
KEY = "meet-your-buddy"


def test_the_checklist_is_for_its_person_their_line_and_hr(as_: Any, running: Checklist) -> None:
    knock(as_, LISTS, f"/checklists/{running.id}", nowhere="/checklists/999999")


def test_reach_and_power_over_a_list_never_disagree(running: Checklist) -> None:
    """Who may open it, asked as a query and asked of the loaded list: one answer for each."""
    for transition in ("onboarding", "offboarding"):
        with db.write():
            running.transition = transition
            running.save()
        for name in cast.NAMES:
            viewer = cast.person(name)
            listed = access.visible_to(viewer).where(Checklist.id == running.id).exists()
            assert access.can_open(viewer, running) == listed, (name, transition)


def test_reach_and_power_over_a_step_never_disagree(
    running: Checklist, steps: dict[str, Step]
) -> None:
    for name in cast.NAMES:
        viewer = cast.person(name)
        seen = {step.id for step in access.steps_visible_to(viewer)}
        assert {s.id for s in steps.values() if access.can_see(viewer, s)} == seen, name


def test_everyone_may_ask_for_the_index_and_finds_only_what_is_theirs(
    as_: Any, running: Checklist
) -> None:
    for name, status in LISTS.items():
        page = as_(name).get("/checklists")
        assert page.status_code == 200
        assert (f"/checklists/{running.id}" in page.text) == (status == 200), name


def test_a_step_is_for_its_owner_too(as_: Any, steps: dict[str, Step]) -> None:
    table = LISTS | {"ida": 200}
    laptop = steps["order-the-laptop"]
    knock(as_, table, f"/checklists/steps/{laptop.id}", nowhere="/checklists/steps/999999")
    table = LISTS | {"ben": 200}
    buddy = steps["meet-your-buddy"]
    knock(as_, table, f"/checklists/steps/{buddy.id}", nowhere="/checklists/steps/999999")


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("order-the-laptop", {"helen": 303, "ida": 303, "dora": 403, "mara": 403, "nia": 403}),
        ("plan-the-first-week", {"helen": 303, "mara": 303, "dora": 403, "nia": 403}),
        ("meet-your-buddy", {"helen": 303, "ben": 303, "dora": 403, "mara": 403, "nia": 403}),
        ("read-the-welcome-page", {"helen": 303, "nia": 303, "dora": 403, "mara": 403}),
    ],
)
def test_a_step_is_ticked_by_its_owner_or_by_hr(
    as_: Any, steps: dict[str, Step], who: Any, key: str, allowed: dict[str, int]
) -> None:
    step = steps[key]
    table = dict.fromkeys(LISTS, 404) | allowed

    def again() -> None:
        step.reopen(by=who.helen)

    knock(
        as_, table, f"/checklists/steps/{step.id}/completion", data={}, before=again,
        nowhere="/checklists/steps/999999/completion",
    )  # fmt: skip


def test_it_is_opened_again_by_its_owner_within_a_day_and_by_those_in_charge(
    as_: Any, steps: dict[str, Step], who: Any, move_clock: Any
) -> None:
    step = steps["order-the-laptop"]
    address = f"/checklists/steps/{step.id}/reopening"

    def done() -> None:
        Step.get_by_id(step.id).complete(by=who.ida)

    table = IN_CHARGE | {"ida": 303}
    nowhere = "/checklists/steps/999999/reopening"
    knock(as_, table, address, data={}, before=done, nowhere=nowhere)
    done()
    move_clock(hours=25)
    knock(as_, {"ida": 403, "nia": 403}, address, data={}, before=done, nowhere=nowhere)


@pytest.mark.parametrize(
    ("verb", "data"),
    [("skip", {"reason": "Has one"}), ("owner", {"email": "erin@halden.example"})],
)
def test_skipping_and_handing_over_are_for_hr_and_the_line(
    as_: Any, running: Checklist, who: Any, verb: str, data: dict[str, str]
) -> None:
    def fresh() -> str:
        Step.update(owner=who.ben, missing="", skipped_at=None).where(Step.key == KEY).execute()
        return f"/checklists/steps/{Step.get(Step.key == KEY).id}/{verb}"

    table = IN_CHARGE | {"ben": 403}
    nowhere = f"/checklists/steps/999999/{verb}"

    def made() -> str:
        with db.write():
            return fresh()

    knock(as_, table, "", data=data, before=made, nowhere=nowhere)


def test_only_hr_ends_a_list_early(as_: Any, running: Checklist) -> None:
    table = LISTS | {"helen": 303, "dora": 403, "mara": 403, "nia": 403}
    knock(
        as_, table | {"helen": 422}, f"/checklists/{running.id}/end", data={"reason": ""},
        nowhere="/checklists/999999/end",
    )  # fmt: skip
    knock(
        as_, table, f"/checklists/{running.id}/end", data={"reason": "Never came"},
        nowhere="/checklists/999999/end",
    )  # fmt: skip


def test_only_hr_starts_a_plan_for_somebody_new(as_: Any, plan: Any) -> None:
    knock(as_, ONLY_HR, "/checklists/new", nowhere="/nothing")
    knock(as_, ONLY_HR, "/checklists/new/preview", data=STARTER, nowhere="/nothing")
    knock(as_, ONLY_HR | {"helen": 303}, "/checklists", data=STARTER, nowhere="/nothing")


def test_only_hr_starts_a_plan_for_somebody_who_is_here(as_: Any, plan: Any, who: Any) -> None:
    """Others see that the colleague exists, so they are refused; guests see nobody."""
    seen = dict.fromkeys(("dora", "mara", "ben", "otto", "olga", "ida", "adam", "nia"), 403)
    table = seen | {"helen": 200, "audrey": 404}
    base = f"/people/{who.erin.id}/checklists"
    data = {"plan": str(plan.id), "anchor_on": "2026-12-01"}
    knock(as_, table, f"{base}/new", nowhere="/people/999999/checklists/new")
    knock(as_, table, f"{base}/preview", data=data, nowhere="/people/999999/checklists/preview")
    knock(as_, table | {"helen": 303}, base, data=data, nowhere="/people/999999/checklists")


def test_the_welcome_page_is_for_whoever_comes_alone(as_: Any, running: Checklist) -> None:
    table = {**dict.fromkeys(cast.NAMES, 404), "nia": 200, "lev": 303}
    knock(as_, table, "/welcome", nowhere="/nothing")


def test_suggestions_are_for_those_who_may_name_an_owner(as_: Any) -> None:
    table = dict.fromkeys(ONLY_HR, 404) | dict.fromkeys(("helen", "dora", "mara", "otto"), 200)
    knock(as_, table, "/checklists/colleagues?email=er", nowhere="/nothing")


def test_a_manager_is_out_with_the_transfer_and_keeps_only_their_own_steps(
    as_: Any, running: Checklist, steps: dict[str, Step], who: Any, move_clock: Any
) -> None:
    Position.take(who.nia, by=who.helen, starts_on=cast.MONDAY, manager=who.otto)
    move_clock(days=5)
    address = f"/checklists/{running.id}"
    knock(as_, {"otto": 200, "mara": 404, "dora": 404}, address, nowhere="/checklists/999999")
    own, other = steps["plan-the-first-week"], steps["meet-your-buddy"]
    mara = as_("mara")
    assert mara.get(f"/checklists/steps/{own.id}").status_code == 200
    assert mara.get(f"/checklists/steps/{other.id}").status_code == 404
    assert mara.post(f"/checklists/steps/{own.id}/completion").status_code == 303
    assert "Nia" not in mara.get("/team").text


def test_the_leaver_sees_their_own_steps_and_not_the_list_of_their_departure(
    as_: Any, publish: Any, who: Any
) -> None:
    body = "- [ ] Bring back the laptop @employee due:end\n- [ ] Close the accounts @it due:end"
    plan = publish(body, "offboarding")
    leaving = Checklist.start(plan.current, who.erin, cast.MONDAY, by=who.helen)
    own, closing = Step.of(leaving)
    table = {"helen": 200, "mara": 200, "dora": 200, "erin": 404, "ida": 404, "otto": 404}
    knock(as_, table, f"/checklists/{leaving.id}", nowhere="/checklists/999999")
    erin = as_("erin")
    assert f"/checklists/{leaving.id}" not in erin.get("/checklists").text
    assert "Bring back the laptop" in erin.get("/").text
    page = erin.get(f"/checklists/steps/{own.id}")
    assert page.status_code == 200 and f'href="/checklists/{leaving.id}"' not in page.text
    assert erin.get(f"/checklists/steps/{closing.id}").status_code == 404
    assert erin.post(f"/checklists/steps/{own.id}/completion").status_code == 303


def test_counts_on_the_team_page_are_of_ones_own_reports(as_: Any, running: Checklist) -> None:
    mara = as_("mara").get("/team").text
    assert "Nia Novak" in mara and f"/checklists/{running.id}" in mara
    for name in ("dora", "otto"):
        page = as_(name).get("/team").text
        assert "Nia Novak" not in page and f"/checklists/{running.id}" not in page


def test_today_shows_nobody_the_duties_of_others(as_: Any, running: Checklist) -> None:
    shown = {
        "ida": {"Order the laptop"}, "mara": {"Plan the first week", "Talk about the first month"},
        "ben": {"Meet your buddy"}, "nia": {"Read the welcome page", "Talk about the first month"},
        "helen": set(), "otto": set(), "dora": set(), "audrey": set(), "adam": set(),
    }  # fmt: skip
    titles = set.union(*shown.values())
    for name, own in shown.items():
        page = as_(name).get("/").text
        assert {title for title in titles if title in page} == own, name
    assert Assignment.select().count() == 6


def test_from_a_file_one_gets_to_the_lists_one_may_open(as_: Any, running: Checklist) -> None:
    nia = running.person_id
    for name in ("helen", "mara", "nia"):
        client = as_(name)
        assert f'href="/checklists?person={nia}"' in client.get(f"/people/{nia}").text
        assert f'href="/checklists/{running.id}"' in client.get(f"/checklists?person={nia}").text
    otto = as_("otto")
    assert f'href="/checklists/{running.id}"' not in otto.get(f"/checklists?person={nia}").text
    assert otto.get("/checklists?person=99999999999999999999999").status_code == 200
