"""What somebody tried against the portal once, and what it answers since."""

import io
from typing import Any

import pytest

from portal.assignments.access import visible_to as duties_visible_to
from portal.assignments.listing import late_below
from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.mail.models import Letter, kinds
from portal.people.importing import Import
from portal.people.signing import CODES_AN_HOUR, Code, Device
from tests import cast
from tests.personnel.conftest import file_paper
from tests.uploads.files import PDF

__all__ = ["file_paper"]


def test_a_browser_known_from_before_gets_its_allowance_once(database: Any) -> None:
    """Dropping a cookie between two requests made it new each time."""
    helen = cast.person("helen")
    token = Device.sign_in(helen, how="test", agent="", address="10.0.0.1")

    def ask(n: int) -> Code | None:
        return Code.ask(helen.email, browser=f"b{n}", address=f"10.0.0.{n}", last_token=token)

    codes = [ask(n) for n in range(CODES_AN_HOUR + 3)]
    assert [code is not None for code in codes] == [True] * CODES_AN_HOUR + [False] * 3


def test_hr_does_not_raise_herself_by_an_import(as_: Any, who: Any) -> None:
    text = "email,name,start,role\nhelen@halden.example,Helen Brandt,2024-03-01,Chief of all\n"
    answer = as_("helen").post("/people/import", data={"pasted": text})
    assert answer.status_code == 422 and "This is you" in answer.text
    for kept in Import.select():
        as_("helen").post(f"/people/imports/{kept.id}/application")
    assert cast.person("helen").position().role == "HR Generalist"
    assert not Import.select().where(Import.applied_at.is_null(False)).exists()


@pytest.mark.parametrize("body", ["a&" * 60_000, "email=" + "%22" * 60_000])
def test_a_stranger_cannot_send_a_form_worth_of_memory(stranger: Any, body: str) -> None:
    kind = "application/x-www-form-urlencoded"
    assert stranger.post("/sign-in", data=body, content_type=kind).status_code == 413


def test_an_hr_person_is_nobody_special_on_her_own_list(plan: Any, who: Any, as_: Any) -> None:
    helen = as_("helen")
    data = {"plan": str(plan.id), "anchor_on": "2026-11-20"}
    assert helen.post(f"/people/{who.helen.id}/checklists", data=data).status_code == 403
    own = Checklist.start(plan.current, who.helen, cast.TODAY, by=who.mara)
    step = own.steps.where(Step.key == "order-the-laptop").get()
    assert helen.post(f"/checklists/steps/{step.id}/completion").status_code == 403
    end = helen.post(f"/checklists/{own.id}/end", data={"reason": "Enough"})
    assert end.status_code == 403


def test_a_manager_does_not_read_of_their_own_leaving_in_a_reports_duty(
    plan: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    leaving = Checklist.start(plan.current, who.mara, cast.TODAY, by=who.helen)
    step = leaving.steps.where(Step.key == "order-the-laptop").get()
    step.hand_to(who.erin, by=who.helen)
    duty = step.assignments().where(Assignment.is_open()).get()
    assert as_("mara").get(f"/assignments/{duty.id}").status_code == 404
    assert duty not in list(duties_visible_to(cast.person("mara")))
    move_clock(days=10)
    mara = cast.person("mara")
    assert duty.id not in [row.id for row in late_below(mara, mara.today()).shown]


def test_naming_an_owner_tells_nobody_of_a_joiner_they_may_not_know(
    plan: Any, who: Any, as_: Any
) -> None:
    running = Checklist.start(plan.current, who.olga, cast.TODAY, by=who.helen)
    step = running.steps.where(Step.key == "order-the-laptop").get()
    otto = as_("otto")
    for name in ("Nia Novak", "nia@halden.example", "Nobody Here"):
        answer = otto.post(f"/checklists/steps/{step.id}/owner", data={"email": name})
        assert answer.status_code == 422 and "more than one" in answer.text
    assert Step.get_by_id(step.id).owner_id is None


def test_who_came_back_signs_in_anew(as_: Any, who: Any) -> None:
    erin = as_("erin")
    assert erin.get("/").status_code == 200
    helen = as_("helen")
    dates = {"last_day_on": "2026-11-30", "access_ends_on": "2026-11-30"}
    assert helen.post(f"/people/{who.erin.id}/departure", data=dates).status_code == 303
    assert helen.post(f"/people/{who.erin.id}/departure/withdrawal").status_code == 303
    assert erin.get("/").status_code == 303


def test_a_changed_address_is_told_to_the_old_one_too(as_: Any, who: Any, app: Any) -> None:
    form = {"name": "Adam Farouk", "email": "adam.private@evil.example"}
    assert as_("helen").post(f"/people/{who.adam.id}/edit", data=form).status_code == 303
    letters = [kinds["address_changed"].render(letter) for letter in Letter.newest_first()]
    assert {letter.to for letter in letters if letter} == {"adam@halden.example", form["email"]}
    assert all(form["email"] in letter.text for letter in letters if letter)


@pytest.mark.parametrize(
    ("name", "address", "field"),
    [
        ("", "/sign-in", "email"),
        ("", "/sign-in/demo", "email"),
        ("erin", "/me", "phone"),
        ("helen", "/people/2/papers", "title"),
        ("helen", "/people/import", "pasted"),
    ],
)
def test_words_that_come_as_a_file_are_refused(
    as_: Any, stranger: Any, name: str, address: str, field: str
) -> None:
    client = as_(name) if name else stranger
    answer = client.post(address, data={field: (io.BytesIO(b"erin@halden.example"), "x.txt")})
    assert answer.status_code == 400


def test_a_form_with_a_file_is_large_only_where_it_brings_one(
    as_: Any, who: Any, file_paper: Any
) -> None:
    paper = file_paper(who.erin)
    helen, kind = as_("helen"), "application/x-www-form-urlencoded"
    for address in (f"/people/{who.erin.id}/papers", f"/papers/{paper.id}/replacement"):
        assert helen.post(address, data="a&" * 60_000, content_type=kind).status_code == 413
        data = {"file": (io.BytesIO(PDF + b"x" * 90_000), "a.pdf")}
        assert helen.post(address, data=data).status_code in (303, 422)
