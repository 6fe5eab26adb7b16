"""The welcome link: what a joiner without an account sees before the first day."""

from typing import Any

import pytest

from portal.checklists import access, welcome
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.mail.models import Letter, kinds
from portal.people.models import Person
from portal.people.passes import Pass
from tests import cast
from tests.reach import knock

PRIVATE = "nia@home.example"
KEY = "s" * 40


@pytest.fixture
def reachable(running: Checklist, who: Any) -> Checklist:
    who.nia.correct(by=who.helen, second_email=PRIVATE)
    return Checklist.find(running.id)


@pytest.fixture
def nia(reachable: Checklist, who: Any, stranger: Any) -> Any:
    """Nia, who has come by the link."""
    given = welcome.send(reachable, by=who.helen)
    client = stranger
    assert client.post(f"/pass/{given.token(KEY)}").status_code == 303
    return client


def test_the_letter_goes_to_the_private_address_with_a_link_that_works(
    reachable: Checklist, who: Any, app: Any
) -> None:
    given = welcome.send(reachable, by=who.helen)
    letter = Letter.get(Letter.kind == "welcome")
    with app.test_request_context():
        message = kinds["welcome"].render(letter)
    assert message is not None and message.to == PRIVATE
    assert given.token(KEY) in message.text and given.token(KEY) in message.html
    assert given.token(KEY) not in letter.data
    given.revoke(by=who.helen)
    with app.test_request_context():
        assert kinds["welcome"].render(letter) is None


def test_it_lasts_until_a_week_after_the_first_day(reachable: Checklist, who: Any) -> None:
    given = welcome.send(reachable, by=who.helen)
    assert (given.expires_at.date() - reachable.anchor_on).days == welcome.GRACE_DAYS


def test_the_joiner_sees_their_own_early_steps_and_nobody_elses(nia: Any, running: Any) -> None:
    page = nia.get("/welcome").text
    packet = welcome.packet_of(running.person)
    own = [step.title for step in (*packet.open, *packet.settled)]
    assert own and all(title in page for title in own)
    theirs = running.steps.where(running.steps.model.owner != running.person)
    assert all(step.title not in page for step in theirs)
    assert "Mara" in page


def test_a_step_is_ticked_and_taken_back_there(nia: Any, running: Any) -> None:
    step = welcome.packet_of(running.person).open[0]
    assert nia.post(f"/checklists/steps/{step.id}/completion").status_code == 303
    assert [one.id for one in welcome.packet_of(running.person).settled] == [step.id]
    assert nia.post(f"/checklists/steps/{step.id}/reopening").status_code == 303
    assert welcome.packet_of(running.person).open[0].id == step.id


def test_the_link_opens_no_step_of_somebody_else(nia: Any, running: Any, who: Any) -> None:
    other = running.steps.where(running.steps.model.owner == who.mara).first()
    before = other.state
    answer = nia.post(f"/checklists/steps/{other.id}/completion")
    assert answer.status_code in (403, 404) and before == "open"
    assert nia.get(f"/checklists/{running.id}").status_code == 404


def test_who_may_send_it(reachable: Checklist, as_: Any) -> None:
    statuses = {
        "helen": 303, "mara": 403, "dora": 403, "nia": 403, "erin": 404, "otto": 404, "ben": 404,
        "ida": 404, "adam": 404, "audrey": 404,
    }  # fmt: skip
    here = f"/checklists/{reachable.id}/welcome"
    nowhere = "/checklists/999999/welcome"
    knock(as_, statuses, here, nowhere=nowhere, data={})
    knock(as_, statuses, f"{here}/revocation", nowhere=f"{nowhere}/revocation", data={})


def test_without_a_private_address_hr_is_sent_to_type_it(running: Checklist, as_: Any) -> None:
    answer = as_("helen").post(f"/checklists/{running.id}/welcome")
    assert answer.location == f"/people/{running.person_id}/edit"
    assert not Letter.select().where(Letter.kind == "welcome").exists()


def test_it_is_sent_at_the_start_where_the_private_address_is_typed(
    plan: Any, as_: Any, who: Any
) -> None:
    form = {
        "name": "Lina Berg", "email": "lina@halden.example", "starts_on": "2026-12-14",
        "role": "Engineer", "manager": "mara@halden.example", "second_email": "lina@home.example",
    }  # fmt: skip
    assert as_("helen").post("/checklists", data=form).status_code == 303
    assert Person.by_email("lina@halden.example").second_email == "lina@home.example"
    assert Letter.select().where(Letter.kind == "welcome").count() == 1


def test_after_the_first_week_there_is_nothing_to_send(
    reachable: Checklist, as_: Any, move_clock: Any
) -> None:
    move_clock(days=30)
    assert "welcome link" not in as_("helen").get(f"/checklists/{reachable.id}").text
    assert as_("helen").post(f"/checklists/{reachable.id}/welcome").status_code == 403


def test_hr_reads_on_the_list_whether_it_was_opened(nia: Any, running: Any, as_: Any) -> None:
    page = as_("helen").get(f"/checklists/{running.id}").text
    assert "Nia opened it on" in page
    assert "welcome link went" not in as_("mara").get(f"/checklists/{running.id}").text


def test_the_link_opens_no_page_of_a_step_that_it_or_the_manager_has(
    nia: Any, running: Any, steps: dict[str, Step], who: Any
) -> None:
    for step in steps.values():
        status = 200 if step.owner_id == who.nia.id else 404
        assert nia.get(f"/checklists/steps/{step.id}").status_code == status, step.key
    came = cast.person("nia")
    came.come_by_pass()
    seen = {step.id for step in access.steps_visible_to(came)}
    found = [Step.find(step.id) for step in steps.values()]
    assert {step.id for step in found if access.can_see(came, step)} == seen


def test_a_list_that_is_ended_early_ends_its_link(nia: Any, reachable: Checklist, who: Any) -> None:
    assert nia.get("/welcome").status_code == 200
    reachable.stop(by=who.helen, reason="Never came")
    assert nia.get("/welcome").status_code == 303
    assert not Pass.open_of(who.nia, "welcome").exists()


def test_a_link_behind_which_another_list_stands_outlives_the_first(
    reachable: Checklist, publish: Any, who: Any
) -> None:
    welcome.send(reachable, by=who.helen)
    other = publish("- [ ] Read @employee due:start", title="Another")
    Checklist.start(other.current, who.nia, cast.MONDAY, by=who.helen)
    reachable.stop(by=who.helen, reason="The other one is right")
    assert Pass.open_of(who.nia, "welcome").exists()


def test_hr_ends_the_link_for_as_long_as_it_opens_anything(
    reachable: Checklist, as_: Any, who: Any
) -> None:
    reachable.stop(by=who.helen, reason="Never came")
    Pass.give(who.nia, "welcome", by=who.helen, address=PRIVATE)
    page = as_("helen").get(f"/checklists/{reachable.id}").text
    assert "End the link" in page and "Send a new one" not in page
    assert as_("mara").post(f"/checklists/{reachable.id}/welcome/revocation").status_code == 403
    assert as_("helen").post(f"/checklists/{reachable.id}/welcome/revocation").status_code == 303
    assert not Pass.open_of(who.nia, "welcome").exists()
    assert "End the link" not in as_("helen").get(f"/checklists/{reachable.id}").text
