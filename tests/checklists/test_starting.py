"""The new-starter form: five fields, one preview, one Start."""

import random
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document
from portal.people.models import Person

FIVE = {
    "name": "Tove Østergård", "email": "tove@halden.example", "starts_on": "2026-12-01",
    "role": "Engineer", "manager": "mara@halden.example",
}  # fmt: skip


def nothing_happened() -> bool:
    return not Checklist.select().exists() and Person.by_email("tove@halden.example") is None


def test_five_fields_hire_somebody_and_hand_out_their_steps(as_: Any, plan: Document) -> None:
    answer = as_("helen").post("/checklists", data=FIVE)
    checklist = Checklist.get()
    assert answer.location == f"/checklists/{checklist.id}"
    tove = Person.by_email("tove@halden.example")
    assert tove is not None and checklist.person_id == tove.id
    position = tove.position()
    assert position is not None and position.manager.email == "mara@halden.example"
    assert (position.team.name, position.location.name) == ("Platform", "Berlin")
    assert tove.zone == "Europe/Berlin"
    assert Step.select().count() == 6


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Type the name."),
        ("name", "x" * 121, "At most 120 characters"),
        ("email", "tove", "not an e-mail address"),
        ("email", "ERIN@halden.example", "Erin Castellanos has this address already."),
        ("starts_on", "", "Say when they start."),
        ("starts_on", "29.02.2027", "not a date"),
        ("starts_on", "2027-02-29", "not a date"),
        ("starts_on", "0001-01-01", "out of reach"),
        ("role", "", "Type the role."),
        ("manager", "", "Type the manager"),
        ("manager", "nobody@halden.example", "Nobody here, or more than one"),
        ("manager", "lev@halden.example", "Nobody here, or more than one"),
        ("manager", "audrey@halden.example", "Nobody here, or more than one"),
        ("manager", "a\0b@halden.example", "NUL"),
        ("buddy", "lev@halden.example", "Nobody here, or more than one"),
        ("team", "999999", "valid choice"),
        ("team", "abc", "valid choice"),
        ("location", "-1", "valid choice"),
        ("plan", "999999", "valid choice"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_changes_nothing(
    as_: Any, plan: Document, field: str, value: str, sentence: str
) -> None:
    answer = as_("helen").post("/checklists", data=FIVE | {field: value})
    assert answer.status_code == 422
    page = answer.text.replace("&#39;", "’")
    assert sentence.lower() in page.lower()
    assert f'id="{field}-error"' in page and "<title>Error:" in page
    assert nothing_happened()
    preview = as_("helen").post("/checklists/new/preview", data=FIVE | {field: value})
    assert preview.status_code == 200


def test_without_a_published_plan_nobody_is_hired(as_: Any, plan: Document, who: Any) -> None:
    plan.retire(by=who.helen)
    answer = as_("helen").post("/checklists", data=FIVE)
    assert answer.status_code == 422 and "No onboarding plan is published" in answer.text
    assert nothing_happened()


def test_a_plan_that_was_retired_meanwhile_cannot_be_chosen(
    as_: Any, publish: Any, who: Any
) -> None:
    publish("- [ ] One @hr due:start", title="The one in force")
    gone = publish("- [ ] Two @hr due:start", title="The one that goes")
    gone.retire(by=who.helen)
    answer = as_("helen").post("/checklists", data=FIVE | {"plan": str(gone.id)})
    assert answer.status_code == 422 and nothing_happened()


def test_the_form_sent_twice_hires_once(as_: Any, plan: Document) -> None:
    helen = as_("helen")
    assert helen.post("/checklists", data=FIVE).status_code == 303
    assert helen.post("/checklists", data=FIVE).status_code == 422
    assert Checklist.select().count() == 1


def test_a_running_plan_is_not_started_again_for_the_same_person(
    as_: Any, plan: Document, running: Checklist, who: Any
) -> None:
    data = {"plan": str(plan.id), "anchor_on": "2026-11-23"}
    answer = as_("helen").post(f"/people/{who.nia.id}/checklists", data=data)
    assert answer.status_code == 422 and "is running for them already" in answer.text
    assert Checklist.select().count() == 1
    running.stop(by=who.helen, reason="Begun with the wrong date")
    assert as_("helen").post(f"/people/{who.nia.id}/checklists", data=data).status_code == 303


def test_the_plan_made_for_role_and_place_is_proposed_first(as_: Any, publish: Any) -> None:
    publish("- [ ] General @hr due:start", title="A general plan", audience="everyone")
    publish("- [ ] Sales @hr due:start", title="Sales", audience="department = Sales")
    publish("- [ ] Eng @hr due:start", title="Zengineering", audience="department = Engineering")
    helen = as_("helen")
    for manager, step in (("mara", "Eng"), ("otto", "Sales"), ("adam", "General")):
        data = FIVE | {"manager": f"{manager}@halden.example"}
        shown = helen.post("/checklists/new/preview", data=data).text
        assert f"<span>{step}</span>" in shown, manager


def test_looking_ahead_scolds_nobody_for_what_is_still_empty(as_: Any, plan: Document) -> None:
    page = as_("helen").post("/checklists/new/preview", data={"name": "Tove"}).text
    assert "Please correct" not in page and "once the first day and the manager" in page


# -- the preview tells the truth ---------------------------------------------------------------

OWNERS = ("@employee", "@manager", "@buddy", "@hr", "@it", "@facilities", "@ben@halden.example",
          "@employee @manager", "@it @hr", "")  # fmt: skip
DUES = ("start", "start-5", "start+1", "start+5w", "start-10w", "start+1m", "start-2m", "today",
        "today+3", "today+2w", "start+90")  # fmt: skip


def a_plan(chance: random.Random) -> str:
    """A plan of up to four phases with whatever the grammar knows."""
    lines = []
    for phase in range(chance.randint(0, 4)):
        lines.append(f"## Phase {phase}")
        for step in range(chance.randint(0, 5)):
            due = f" due:{chance.choice(DUES)}" if chance.random() < 0.9 else ""
            optional = " optional" if chance.random() < 0.2 else ""
            lines.append(f"- [ ] Step {phase}.{step} {chance.choice(OWNERS)}{due}{optional}")
            if chance.random() < 0.3:
                lines.append("      What *done* looks like.")
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(25))
def test_what_the_preview_shows_is_what_start_does(
    as_: Any, publish: Any, who: SimpleNamespace, seed: int
) -> None:
    chance = random.Random(seed)
    publish(a_plan(chance))
    starts_on = date(2026, chance.randint(1, 12), chance.randint(1, 28))
    data = FIVE | {"starts_on": str(starts_on)}
    if chance.random() < 0.5:
        data["buddy"] = "ben@halden.example"
    helen = as_("helen")
    shown = helen.post("/checklists/new/preview", data=data).text
    assert helen.post("/checklists", data=data).status_code == 303
    steps = Step.of(Checklist.get())
    assert rows_of(shown) == [
        (f"{step.due_on:%d %b}".lstrip("0") if step.due_on else "any day", step.title,
         f"Owner missing ({step.missing})" if step.missing else step.owner_words)
        for step in steps
    ]  # fmt: skip
    assert Assignment.select().count() == len(steps)


def rows_of(shown: str) -> list[tuple[str, str, str]]:
    """Day, words and owner of every line of the preview."""
    found = []
    for row in shown.split('<li class="preview__row">')[1:]:
        cells = [part.partition("</span>")[0] for part in row.split("<span>")[1:4]]
        day = " ".join(cells[0].split()[1:3]) if cells[0] != "any day" else cells[0]
        found.append((day, cells[1], cells[2]))
    return found


# -- suggestions -------------------------------------------------------------------------------


def test_colleagues_are_suggested_without_javascript(as_: Any, plan: Document) -> None:
    page = as_("helen").get("/checklists/new").text
    assert '<datalist id="colleagues">' in page and 'list="colleagues"' in page
    options = page.split("<datalist")[1].split("</datalist>")[0]
    assert "mara@halden.example" in options
    assert "lev@halden.example" not in options and "audrey@halden.example" not in options
    # Those with a team first: they are whom one types as a manager.
    assert options.index("otto@") < options.index("ben@")


def test_the_list_stays_short_in_a_large_company_and_typing_finds_everyone(
    as_: Any, who: Any
) -> None:
    for n in range(160):
        Person.hire(
            by=None, name=f"Zoe Zahl {n:03}", email=f"z{n}@halden.example",
            starts_on=date(2024, 1, 1), details={}, role="Clerk",
        )  # fmt: skip
    helen = as_("helen")
    page = helen.get("/checklists/new").text
    assert page.count('<option value="') < 170
    assert 'hx-get="/checklists/colleagues"' in page
    assert "z159@halden.example" not in page
    assert "z159@halden.example" in helen.get("/checklists/colleagues?manager=zahl 159").text
