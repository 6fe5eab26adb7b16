"""HR launches a cycle: what is said before, what follows, and who is left out."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import db
from portal.documents.models import Document
from portal.people.leave import Leave
from portal.people.models import Person
from portal.reviews import launching
from portal.reviews.launching import Hits
from portal.reviews.models import Cycle, Review
from tests import cast
from tests.reach import knock
from tests.reviews.conftest import plan

HERE = "/reviews/cycles/new/annual-review"
EVERYBODY = ["Adam", "Ben", "Dora", "Erin", "Helen", "Ida", "Mara", "Nia", "Olga", "Otto"]
UPWARD = """---
kind: review
title: Upward
---
- self form:annual opens:0 closes:14
- upward form:peers opens:0 closes:14
"""


@pytest.fixture
def annual(forms: Any) -> Document:
    return plan()


def hits(document: Document, rule: str = "everyone", without: Any = ()) -> Hits:
    return launching.hits(document, rule, cast.TODAY, without, cast.TODAY)


def first_names(people: Any) -> list[str]:
    return sorted(person.first_name for person in people)


def reasons(found: Hits) -> dict[str, str]:
    return {out.person.first_name: out.reason for out in found.out}


def sent(**more: Any) -> dict[str, Any]:
    return {"title": "Annual review 2026", "day": str(cast.TODAY), "rule": "everyone"} | more


def test_it_says_who_is_asked_who_writes_and_who_is_without_a_manager(annual: Document) -> None:
    found = hits(annual)
    assert first_names(found.people) == EVERYBODY
    assert first_names(found.alone) == ["Adam", "Dora", "Helen", "Ida", "Otto"]
    assert len(found.leads) == 3 and found.most == 3
    assert found.departments == [("Engineering", 5), ("People", 3), ("Sales", 2)]
    assert [title for title, _, _ in found.steps][:2] == ["Self-review", "Colleagues"]
    assert found.last_day == cast.TODAY + timedelta(days=40)


def test_whoever_leaves_or_is_away_or_was_named_is_left_out_with_the_reason(
    annual: Document, who: Any
) -> None:
    with db.write():
        leaves_on = cast.TODAY + timedelta(days=15)
        Person.update(last_day_on=leaves_on).where(Person.id == who.ben.id).execute()
        gone = Person.update(last_day_on=cast.TODAY - timedelta(days=1))
        gone.where(Person.id == who.mara.id).execute()
    Leave.record(who.olga, "other", by=who.helen, starts_on=cast.TODAY)
    found = hits(annual, without={who.otto.id})
    assert reasons(found) == {
        "Ben": "leaves on Thu 3 Dec",
        "Olga": "is away while it is written",
        "Otto": "you leave them out",
    }
    assert "Ben" not in first_names(found.people)
    assert "Erin" in first_names(found.alone), "Mara has left"


def test_a_rule_that_cannot_be_read_says_where(annual: Document) -> None:
    assert "column" in hits(annual, "department is Sales").problem


def test_upward_alone_asks_only_about_who_leads_enough(forms: Any) -> None:
    found = hits(plan(UPWARD))
    assert first_names(found.people) == ["Mara"]
    assert reasons(found)["Dora"] == "leads fewer than 3"


def test_hr_launches_it_and_everybody_has_a_review(as_: Any, annual: Document, who: Any) -> None:
    answer = as_("helen").post(HERE, data=sent(rule="department = Sales", without="olga"))
    assert answer.status_code == 422 and b"Nobody here" in answer.data
    answer = as_("helen").post(
        HERE, data=sent(rule="department = Engineering", without="Ben Hartmann")
    )
    assert answer.status_code == 303
    cycle = Cycle.get()
    assert answer.location == cycle.url
    people = [review.person for review in Review.select().where(Review.cycle == cycle)]
    assert first_names(people) == ["Dora", "Erin", "Mara", "Nia"]
    assert cycle.rule == "department = Engineering"


def test_launching_twice_launches_once(as_: Any, annual: Document) -> None:
    helen = as_("helen")
    first, second = (helen.post(HERE, data=sent()) for _ in range(2))
    assert first.location == second.location
    assert Cycle.select().count() == 1
    assert helen.post(HERE, data=sent(title="Another one")).location != first.location


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"day": "soon"},
        {"day": "2026-11-17"},
        {"day": "2028-01-01"},
        {"rule": "team ="},
        {"rule": "team = Nobody"},
        {"without": "Nobody Such"},
    ],
)
def test_what_cannot_be_launched_is_said_at_its_field(
    as_: Any, annual: Document, wrong: dict[str, str]
) -> None:
    answer = as_("helen").post(HERE, data=sent(**wrong))
    assert answer.status_code == 422 and b"Nothing was launched" in answer.data
    assert Cycle.select().count() == 0


def test_the_preview_is_a_fragment_and_works_without_javascript(as_: Any, annual: Any) -> None:
    helen = as_("helen")
    shown = helen.hx(f"{HERE}/preview", "hits", data=sent(rule="department = Sales"))
    assert b"2 people, reviewed by 1 manager" in shown.data and b"<html" not in shown.data
    assert b"Launch for 2 people" in shown.data, "the button says for how many it is now"
    shown = helen.hx(f"{HERE}/preview", "hits", data=sent(without="Nobody Such"))
    assert "Nobody Such" in shown.get_data(as_text=True)
    whole = helen.post(f"{HERE}/preview", data=sent(rule="department = Sales"))
    assert b"Launch for 2 people" in whole.data
    assert Cycle.select().count() == 0


def test_a_plan_whose_form_is_retired_says_so(as_: Any, annual: Any, forms: Any, who: Any) -> None:
    forms["peers"].retire(by=who.helen)
    answer = as_("helen").post(HERE, data=sent())
    assert answer.status_code == 422
    assert "The form “peers” is not in force." in answer.get_data(as_text=True)


def test_what_is_launched_by_mistake_is_taken_back(as_: Any, annual: Document) -> None:
    helen = as_("helen")
    helen.post(HERE, data=sent())
    page = helen.get(Cycle.get().url)
    assert f"{Cycle.get().url}/ending".encode() in page.data
    helen.post(f"{Cycle.get().url}/ending")
    assert Cycle.get().ended_at is not None


def test_only_hr_launches(as_: Any, annual: Document) -> None:
    table = {**dict.fromkeys(cast.NAMES, 404), "helen": 200, "lev": 303}
    nowhere = "/reviews/cycles/new/nothing"
    for address in ("/reviews/cycles", "/reviews/cycles/by-themselves", "/reviews/cycles/new"):
        knock(as_, table, address, nowhere="/reviews/cycles/999999")
    knock(as_, table, HERE, nowhere=nowhere)
    knock(as_, table, f"{HERE}/preview", nowhere=f"{nowhere}/preview", data=sent())
    knock(as_, table | {"helen": 303}, HERE, nowhere=nowhere, data=sent())


def test_the_first_of_january_is_a_day_like_any_other(annual: Document) -> None:
    found = launching.hits(annual, "everyone", date(2027, 1, 1), (), cast.TODAY)
    assert first_names(found.people) == EVERYBODY
