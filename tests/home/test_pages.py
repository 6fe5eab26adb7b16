"""Today, my team, and what needs HR."""

from datetime import date, timedelta
from typing import Any

from portal.assignments.models import Assignment, Cause
from portal.audit.alarms import ChainAlarm
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.home import digest
from portal.mail.models import Letter
from portal.people.models import Person
from tests import cast
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]


def owe(person: Person, title: str, due_on: date | None, target: int = 0, **more: Any) -> Any:
    return Assignment.assign(
        kind="step", target=target or hash(title) % 10**6, title=title, cause=Cause("test", 1),
        by=None, person=person, due_on=due_on, zone="Europe/Berlin", **more,
    )  # fmt: skip


def in_days(days: int) -> date:
    return cast.TODAY + timedelta(days=days)


# -- who ---------------------------------------------------------------------------------------


def test_today_is_for_everyone_team_for_managers_and_hr_for_hr(as_: Any) -> None:
    managers = dict.fromkeys(HERE, 404) | dict.fromkeys(("dora", "mara", "otto"), 200)
    knock(as_, dict.fromkeys(HERE, 200), "/", nowhere="/nothing")
    knock(as_, managers, "/team", nowhere="/nothing")
    knock(as_, dict.fromkeys(HERE, 404) | {"helen": 200}, "/hr", nowhere="/nothing")


def test_the_rail_leads_only_where_one_may_go(as_: Any) -> None:
    """What stands in the rail opens, and nobody's rail names a page of others."""
    for name in HERE:
        client = as_(name)
        page = client.get("/").text
        for address in ("/documents", "/people", "/team", "/hr", "/checklists", "/checklists/new",
                        "/audit", "/letters", "/settings", "/me"):  # fmt: skip
            if f'href="{address}"' in page:
                assert client.get(address).status_code == 200, (name, address)


# -- Today -------------------------------------------------------------------------------------


def test_what_needs_me_stands_under_its_urgency(who: Any) -> None:
    for title, days in (("late", -1), ("now", 0), ("near", 7), ("far", 8)):
        owe(who.erin, title, in_days(days))
    owe(who.erin, "some day", None)
    owe(who.erin, "asleep", in_days(1)).snooze(in_days(3), by=who.erin)
    found = {group.name: [row.title for row in group.rows] for group in digest.groups(who.erin)}
    assert found == {
        "late": ["late"], "today": ["now"], "soon": ["near"], "later": ["far", "some day"],
        "snoozed": ["asleep"],
    }  # fmt: skip


def test_a_day_begins_where_the_person_is(who: Any, move_clock: Any) -> None:
    owe(who.erin, "for today", cast.TODAY)
    move_clock(hours=14, minutes=30)  # 23:30 in UTC, half past midnight in Berlin
    assert [group.name for group in digest.groups(who.erin)] == ["late"]


def test_each_row_says_when_how_long_and_what_to_press(as_: Any, steps: Any) -> None:
    page = as_("ida").get("/").text
    assert "Order the laptop — Nia Novak" in page
    assert "10 min" in page and "today" in page
    step = steps["order-the-laptop"]
    assert f'action="/checklists/steps/{step.id}/completion"' in page


def test_an_empty_today_says_so_and_names_what_comes_next(as_: Any, who: Any) -> None:
    owe(who.erin, "Far away", in_days(30))
    page = as_("erin").get("/").text
    assert "Nothing is due this week." in page and "Next comes" in page
    assert "Far away" in page.split("Next comes")[1][:200]
    nothing = as_("olga").get("/").text
    assert "Nothing is due this week." in nothing and "Next comes" not in nothing


def test_what_was_done_since_yesterday_stands_quietly_at_the_end(
    as_: Any, who: Any, move_clock: Any
) -> None:
    owe(who.erin, "Finished", cast.TODAY).settle(by=who.erin)
    owe(who.erin, "Called off", cast.TODAY).settle(by=who.erin, outcome="ended")
    page = as_("erin").get("/").text
    assert "Finished" in page.split("Done since yesterday")[1] and "Called off" not in page
    move_clock(hours=25)
    assert "Finished" not in as_("erin").get("/").text


# -- my team -----------------------------------------------------------------------------------


def test_the_team_page_has_a_row_for_each_report_with_the_late_ones_first(
    as_: Any, who: Any, steps: Any
) -> None:
    owe(who.erin, "late one", in_days(-2))
    rows = digest.team(who.mara)
    assert [row.person.name for row in rows] == ["Erin Castellanos", "Ben Hartmann", "Nia Novak"]
    assert [(row.open, row.late) for row in rows] == [(1, 1), (1, 0), (2, 0)]
    page = as_("mara").get("/team").text
    assert "1 late" in page and "Starts" in page and "See the steps" in page
    assert "Olga" not in page and "Lev" not in page


# -- HR ----------------------------------------------------------------------------------------


def test_hr_sees_who_starts_and_who_leaves_with_their_lists(
    as_: Any, who: Any, running: Checklist, move_clock: Any
) -> None:
    who.erin.depart(
        by=who.helen, last_day_on=in_days(10), access_ends_at=cast.NOW + timedelta(days=11)
    )
    found = digest.needs_hr(who.helen)
    assert [(m.person.name, m.total, m.settled) for m in found["starters"]] == [("Nia Novak", 6, 0)]
    assert [(m.person.name, m.checklist) for m in found["leavers"]] == [
        ("Lev Abramov", None),
        ("Erin Castellanos", None),
    ]
    page = as_("helen").get("/hr").text
    assert page.count("No checklist yet") == 2 and "0 of 6" in page


def test_who_has_started_without_a_list_is_not_forgotten(who: Any, move_clock: Any) -> None:
    move_clock(days=20)
    assert [m.person.name for m in digest.needs_hr(who.helen)["starters"]] == ["Nia Novak"]
    move_clock(days=40)
    assert digest.needs_hr(who.helen)["starters"] == []


def test_a_starter_whose_list_runs_leaves_the_page_after_the_first_day(
    who: Any, running: Checklist, move_clock: Any
) -> None:
    move_clock(days=6)
    assert digest.needs_hr(who.helen)["starters"] == []


def test_what_is_late_is_counted_in_full_and_shown_in_part(as_: Any, who: Any) -> None:
    for n in range(30):
        owe(who.erin, f"late {n}", in_days(-3), target=n + 1)
    found = digest.needs_hr(who.helen)
    assert (len(found["late"]), found["late_count"]) == (digest.EXCEPTIONS, 30)
    page = as_("helen").get("/hr").text
    assert "The 20 things that are late the longest are shown." in page


def test_one_thing_that_many_are_late_with_is_one_line(as_: Any, who: Any, queries: Any) -> None:
    for n, person in enumerate((who.erin, who.ben, who.mara)):
        owe(person, "Sign the code", in_days(n - 9))
    owe(who.olga, "Order a chair", in_days(-2))
    # What is owed about HR's own reader is not theirs to count.
    owe(who.ida, "Sign the code", in_days(-20), about=who.helen)
    found = digest.needs_hr(who.helen)
    piles = [(pile.first.title, pile.first.person.name, pile.count) for pile in found["late"]]
    assert piles == [
        ("Sign the code", "Erin Castellanos", 3),
        ("Order a chair", "Olga Søndergaard", 1),
    ]
    assert found["late_count"] == 4
    helen = as_("helen")
    address = f"/hr/late/{found['late'][0].first.id}"
    assert f'href="{address}"' in helen.get("/hr").text
    with queries() as seen:
        page = helen.get(address).text
    assert len(seen) <= 8
    names = [page.index(name) for name in ("Erin C", "Ben H", "Mara O")]
    assert names == sorted(names) and "Olga" not in page and "Ida" not in page


def test_who_is_late_with_something_is_for_hr(as_: Any, who: Any) -> None:
    late = owe(who.erin, "Sign the code", in_days(-3))
    about_her = owe(who.ida, "Sign the code", in_days(-3), about=who.helen)
    sees = dict.fromkeys(HERE, 404) | {"helen": 200}
    knock(as_, sees, f"/hr/late/{late.id}", nowhere="/hr/late/999999")
    assert as_("helen").get(f"/hr/late/{about_her.id}").status_code == 404


def test_a_step_without_an_owner_is_listed_once(
    who: Any, steps: dict[str, Step], move_clock: Any
) -> None:
    Step.get_by_id(steps["order-the-laptop"].id).lose_owner()
    move_clock(days=5)
    found = digest.needs_hr(who.helen)
    assert [step.title for step in found["missing"]] == ["Order the laptop"]
    assert "Order the laptop" not in " ".join(pile.first.title for pile in found["late"])


def test_letters_that_failed_are_said_first(as_: Any, who: Any) -> None:
    assert "could not be delivered" not in as_("helen").get("/hr").text
    Letter.write("digest", "one", who.erin.id)
    Letter.get().mark_failed("550 no such mailbox", for_good=True)
    assert "A letter could not be delivered" in as_("helen").get("/hr").text


def test_the_lists_hr_keeps_are_found_from_the_page_of_hr(as_: Any) -> None:
    helen = as_("helen")
    page = helen.get("/hr").text
    for address in ("/compliance", "/people/quality", "/people/leave", "/personnel/expiring",
                    "/holdings", "/forms?show=read", "/demographics"):  # fmt: skip
        assert f'href="{address}"' in page
        assert helen.get(address).status_code == 200, address


def test_a_trail_that_does_not_hold_is_said_before_all_else(as_: Any) -> None:
    assert "The audit trail does not hold" not in as_("helen").get("/hr").text
    ChainAlarm.sound("Event 12 was changed after it was written.", 1)
    page = as_("helen").get("/hr").text
    assert "The audit trail does not hold" in page and "/evidence/checkpoints" in page
