"""A new starter who fills a vacancy: the form knows what the vacancy says."""

from datetime import date
from typing import Any

import pytest

from portal.people.models import Person
from portal.people.org import Team
from portal.people.vacancies import Vacancy


@pytest.fixture
def vacancy(who: Any, plan: Any) -> Vacancy:
    return Vacancy.plan(
        by=who.helen,
        role="Data Engineer",
        level="L2",
        team=Team.named("Engineering", "Platform"),
        manager=who.mara,
        wanted_from=date(2026, 12, 7),
    )


def data(place: Vacancy, **more: str) -> dict[str, str]:
    return {
        "name": "Tove Østergård", "email": "tove@halden.example", "starts_on": "2026-12-07",
        "role": "Data Engineer", "manager": "mara@halden.example", "vacancy": str(place.id),
    } | more  # fmt: skip


def test_the_form_begins_with_what_the_vacancy_says(as_: Any, vacancy: Vacancy) -> None:
    page = as_("helen").get(f"/checklists/new?vacancy={vacancy.id}").text
    for said in ("Data Engineer", "2026-12-07", "mara@halden.example", "Order the laptop"):
        assert said in page, said


def test_starting_fills_it_with_its_level(as_: Any, vacancy: Vacancy) -> None:
    assert as_("helen").post("/checklists", data=data(vacancy)).status_code == 303
    tove = Person.by_email("tove@halden.example")
    filled = Vacancy.get_by_id(vacancy.id)
    assert (filled.state, filled.filled_by) == ("filled", tove)
    assert tove.position().level == "L2"


def test_a_vacancy_filled_meanwhile_is_said_and_one_may_go_on_without(
    as_: Any, vacancy: Vacancy, who: Any
) -> None:
    vacancy.fill(who.erin, by=who.helen)
    refused = as_("helen").post("/checklists", data=data(vacancy))
    assert refused.status_code == 422 and "filled or closed" in refused.text
    assert Person.by_email("tove@halden.example") is None
    assert as_("helen").post("/checklists", data=data(vacancy, vacancy="")).status_code == 303


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 30, "0"])
def test_a_number_of_no_vacancy_is_no_500(as_: Any, vacancy: Vacancy, typed: str) -> None:
    assert as_("helen").get(f"/checklists/new?vacancy={typed}").status_code == 200
    refused = as_("helen").post("/checklists", data=data(vacancy, vacancy=typed))
    assert refused.status_code == 422
