"""What courses cost: recorded, corrected by superseding, and added up against a budget."""

from datetime import date
from typing import Any

import peewee
import pytest

from portal import db
from portal.audit import Event
from portal.documents.models import Document
from portal.learning import amounts, spending_sums, taking
from portal.learning.spending import Budget, Spending
from portal.people.org import Company, Team
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

COURSE = """---
kind: course
title: {title}
format: page
minutes: 10
audience: everyone
---
Read this.
"""
HR_ONLY = {**dict.fromkeys(cast.NAMES, 404), "helen": 200, "lev": 303}


@pytest.fixture
def course(who: Any) -> Document:
    document = Document.start("course", "First aid", by=who.helen)
    document.publish(COURSE.format(title="First aid"), by=who.helen)
    return document


def cost(who: Any, cents: int, on: date = TODAY, **more: Any) -> Spending:
    said = {"course": None, "session": None, "team": None, "invoice": "", "note": ""} | more
    return Spending.record(by=who.helen, cents=cents, spent_on=on, **said)


def test_amounts_are_read_as_people_type_them() -> None:
    for typed, cents in {
        "12": 1200, "1250.5": 125050, "1,250.00": 125000, "1.250,00": 125000, "1 250": 125000,
        "1,250": 125000, "0.01": 1, "1’000’000": 100_000_000,
    }.items():  # fmt: skip
        assert amounts.parse_amount(typed) == cents, typed
    for wrong in ("", "0", "-5", "12.3.4", "1e3", "twelve", "1,25,000", "９"):
        with pytest.raises(ValueError):
            amounts.parse_amount(wrong)
    assert amounts.said(125000, "EUR") == "1,250 EUR" and amounts.said(-150, "CHF") == "−1.50 CHF"


def test_a_cost_is_recorded_and_taken_out_and_put_back(
    as_: Any, who: Any, course: Document
) -> None:
    helen = as_("helen")
    said = {
        "amount": "1,250.00", "spent_on": "2026-11-02", "course": str(course.id), "session": "7",
        "team": "", "invoice": "R-77", "note": "Two trainers",
    }  # fmt: skip
    assert helen.post("/learning/spending", data=said).status_code == 303
    made = Spending.get()
    assert (made.cents, made.currency, made.session) == (125000, "EUR", 7)
    page = helen.get(f"/learning/spending/costs?year=2026&course={course.id}").text
    assert "1,250 EUR" in page and "R-77" in page and "session 7" in page
    helen.post(f"/learning/spending/{made.id}/withdrawal")
    assert not Spending.select().where(Spending.stands()).exists()
    helen.post(f"/learning/spending/{made.id}/restoration")
    helen.post(f"/learning/spending/{made.id}/restoration")
    assert Spending.select().where(Spending.stands()).get().replaces_id == made.id
    assert Spending.select().count() == 2


def test_a_correction_supersedes_and_never_overwrites(as_: Any, who: Any) -> None:
    first, helen = cost(who, 100), as_("helen")
    said = {"amount": "2.00", "spent_on": str(TODAY)}
    assert helen.post(f"/learning/spending/{first.id}/edit", data=said).status_code == 303
    again = helen.post(f"/learning/spending/{first.id}/edit", data=said)
    assert again.status_code == 303 and Spending.select().count() == 2
    assert Spending.get_by_id(first.id).cents == 100
    assert Spending.select().where(Spending.stands()).get().cents == 200
    assert "corrected or taken out" in helen.get(f"/learning/spending/{first.id}/edit").text
    with pytest.raises(peewee.DatabaseError), db.write():
        Spending.update(cents=5).where(Spending.id == first.id).execute()


def test_what_cannot_be_is_refused(as_: Any, course: Document) -> None:
    helen, said = as_("helen"), {"amount": "5", "spent_on": "2026-11-02"}
    for wrong in (
        {"amount": ""}, {"amount": "-5"}, {"spent_on": "1950-01-01"}, {"course": "999"},
        {"team": "999"}, {"session": "3"}, {"session": "x"}, {"invoice": "R" * 61},
    ):  # fmt: skip
        assert helen.post("/learning/spending", data=said | wrong).status_code == 422, wrong
    budget = {"year": "2026", "amount": "100"}
    for wrong in ({"year": "1800"}, {"amount": "x"}, {"team": "999"}):
        answer = helen.post("/learning/spending/budget", data=budget | wrong)
        assert answer.status_code == 422, wrong
    assert not Spending.select().exists() and not Budget.select().exists()


def test_a_year_is_added_up_against_its_budget(who: Any, course: Document) -> None:
    sales = Team.named("Sales")
    cost(who, 60_000, course=course)
    cost(who, 10_000, course=course, on=date(2026, 12, 15), team=sales)
    cost(who, 4_000)
    cost(who, 999, on=date(2025, 12, 31))
    cost(who, 555, currency="CHF")
    cost(who, 777).take_out(by=who.helen)
    Budget.set(2026, None, 80_000, by=who.helen)
    Budget.set(2026, None, 100_000, by=who.helen)
    Budget.set(2026, sales, 20_000, by=who.helen)
    for person in (who.erin, who.ben):
        assert course.current is not None
        taking.complete(course, course.current, person, how="recorded", by=who.helen)
    sums = spending_sums.year_of(2026, TODAY)
    assert (sums.whole.spent, sums.whole.planned, sums.whole.budget) == (64_000, 10_000, 100_000)
    assert (sums.whole.left, sums.share, sums.strange) == (26_000, 74, 1)
    assert (sums.courses[0].done, sums.courses[0].each) == (2, 30_000)
    assert sums.heads == 9 and sums.per_head == 7_111
    of_sales = next(line for line in sums.departments if line.id == sales.id)
    assert (of_sales.budget, of_sales.planned, of_sales.left) == (20_000, 10_000, 10_000)
    assert Budget.select().count() == 3
    assert spending_sums.year_of(2024, TODAY).courses == []


def test_without_one_for_the_company_departments_add_up(who: Any) -> None:
    Budget.set(2026, Team.named("Sales"), 20_000, by=who.helen)
    Budget.set(2026, Team.named("People"), 5_000, by=who.helen)
    assert spending_sums.year_of(2026, TODAY).whole.budget == 25_000


def test_the_companys_currency_is_a_setting(as_: Any, who: Any) -> None:
    settings = {
        "name": "Brightwater", "zone": "Europe/Berlin", "hue": "195", "digest_hour": "8",
        "currency": "chf",
    }  # fmt: skip
    assert as_("helen").post("/settings/company", data=settings).status_code == 303
    assert Company.settings().currency == "CHF" and cost(who, 5).currency == "CHF"
    wrong = as_("helen").post("/settings/company", data=settings | {"currency": "F1"})
    assert wrong.status_code == 422 and Company.settings().currency == "CHF"


def test_the_file_holds_every_cost_and_its_saving_is_written_down(
    as_: Any, who: Any, course: Document
) -> None:
    cost(who, 125_050, course=course, invoice="=1+1")
    answer = as_("helen").post("/learning/spending/export?year=2026")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert (
        lines[1].startswith("2026-11-18,First aid,,,1250.50,EUR,spent,") and ",=1+1" not in lines[1]
    )
    assert Event.select().where(Event.tag == "person.exported_spending").exists()


@pytest.mark.one_database
def test_costs_are_hrs_alone(as_: Any, who: Any, course: Document) -> None:
    nowhere = "/learning/spending/nothing"
    made = cost(who, 100, course=course)
    for address in (
        "/learning/spending", "/learning/spending/costs", "/learning/spending/new",
        "/learning/spending/budget", f"/learning/spending/{made.id}/edit",
    ):  # fmt: skip
        knock(as_, HR_ONLY, address, nowhere=nowhere)
    posts = {name: 303 if status == 200 else status for name, status in HR_ONLY.items()}
    said = {"amount": "5", "spent_on": "2026-11-02"}

    def again() -> str:
        return f"/learning/spending/{cost(who, 100).id}"

    for verb, data in (("edit", said), ("withdrawal", {}), ("restoration", {})):
        for name, status in posts.items():
            answer = as_(name).post(f"{again()}/{verb}", data=data)
            assert answer.status_code == status, (name, verb)
    budget = {"year": "2026", "amount": "5"}
    for address, data in (("/learning/spending", said), ("/learning/spending/budget", budget)):
        for name, status in posts.items():
            assert as_(name).post(address, data=data).status_code == status, (name, address)
    knock(as_, HR_ONLY, "/learning/spending/export", data={}, nowhere="/learning/nothing/at/all")


def test_a_year_of_many_costs_asks_few_questions(
    as_: Any, who: Any, course: Document, queries: Any
) -> None:
    for number in range(12):
        cost(who, 100 + number, course=course, team=Team.named("Sales"))
    helen = as_("helen")
    for address in (
        "/learning/spending", "/learning/spending/costs", "/learning/spending/new",
        f"/learning/spending/costs?course={course.id}",
    ):  # fmt: skip
        helen.get(address)
        with queries() as seen:
            assert helen.get(address).status_code == 200
        assert len(seen) <= 8, (address, len(seen), seen)
