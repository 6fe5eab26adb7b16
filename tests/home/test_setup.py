"""A new portal says what it still needs, until the company has its name."""

from typing import Any

from portal.home.setup import tasks
from portal.people.org import Company
from tests.conftest import counted


def test_hr_of_a_company_without_a_name_is_led_through_the_set_up(as_: Any, who: Any) -> None:
    Company.change(by=who.helen, name=Company().name)
    page = as_("helen").get("/hr").text
    assert "Set up" in page and "Take in the starter texts" in page
    done = {task.title.split()[0]: task.is_done for task in tasks(Company.settings())}
    # The cast has places, people and holders; no plan is published, and the name is missing.
    assert done == {"Name": False, "Bring": True, "Say": True, "Take": False}
    assert [task.is_done for task in tasks(Company.settings())] == [True, True, True, False, False]


def test_once_it_has_a_name_nothing_is_asked_or_shown(as_: Any, database: Any) -> None:
    company = Company.settings()
    with counted() as seen:
        assert tasks(company) == []
    assert seen == []
    assert "Set up" not in as_("helen").get("/hr").text
