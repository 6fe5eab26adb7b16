"""The overview: its figures, the names behind them, reminders, and who sees how much."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment, Cause
from portal.audit import Event
from portal.certificates.types import CertificateType
from portal.compliance import access, following, owing, required
from portal.compliance.figures import Figures, Tally
from portal.compliance.models import CAUSE, Coverage, Exemption, Requirement
from portal.compliance.needs import Fact
from portal.documents.models import Document
from portal.mail.models import Letter
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.cast import TODAY
from tests.compliance.conftest import KIND, TARGET
from tests.reach import knock

MOST = 8
NOWHERE = "/compliance/nothing"
POLICY = """---
kind: policy
title: Travel policy
---
## How we travel
By train where there is one.
"""


def cover(person: Person, requirement: Requirement, due_in: int | None, **more: Any) -> Coverage:
    """Somebody who owes it in so many days (ago, where negative), overdue from the day after."""
    due = None if due_in is None else TODAY + timedelta(days=due_in)
    values = {
        "since": date(2025, 1, 1), "event_on": date(2025, 1, 1), "recorded_at": clock.now(),
        "due_on": due, "opens_on": due and due - timedelta(days=30),
        "late_on": due and due + timedelta(days=1), "opened_for": due,
    }  # fmt: skip
    with db.write():
        return Coverage.create(requirement=requirement, person=person, **{**values, **more})


def ask(person: Person, requirement: Requirement, due_on: date) -> Assignment:
    """The duty that stands open for it."""
    return Assignment.assign(
        kind=KIND, target=requirement.target, title="Take part in the drill", person=person,
        about=person, due_on=due_on, cause=Cause(CAUSE, requirement.id), by=None,
    )  # fmt: skip


@pytest.fixture
def requirement(drill: Any) -> Requirement:
    with db.write():
        made: Requirement = Requirement.create(
            kind=KIND, target=TARGET, created_at=clock.now(), is_stale=False, checked_on=TODAY
        )
    return made


@pytest.fixture
def another(requirement: Requirement) -> Any:
    """Requires the drill once more: `another()`."""

    def make(target: int = TARGET) -> Requirement:
        with db.write():
            return Requirement.create(  # type: ignore[no-any-return]
                kind=KIND, target=target, created_at=clock.now(), checked_on=TODAY
            )

    return make


def figures(viewer: Person, **how: Any) -> Figures:
    return Figures(access.followed_by(viewer), TODAY, **how)


# -- the figures -------------------------------------------------------------------------------


def slowly(on: date) -> tuple[int, dict[str, dict[str, int]], dict[int, Counter[str]]]:
    """The same as `Figures`, in Python, one person after the other."""
    owed = 0
    units: dict[str, dict[str, int]] = {}
    lines: dict[int, Counter[str]] = {}
    for row in Coverage.select():
        if row.superseded_at is not None:
            continue
        held = Position.of(row.person_id, on)
        team = held.team if held else None
        while team is not None and team.parent_id:
            team = team.parent
        unit = units.setdefault(team.name if team else "No department", Counter())
        if row.since <= on and (row.until is None or row.until >= on):
            owed += 1
            unit["owed"] += 1
        if row.due_on is None or (row.until is not None and row.until < on):
            continue
        days = (row.due_on - on).days
        if row.late_on <= on:
            bucket = "late"
        elif days > 90 or (row.until is not None and row.until < row.due_on):
            continue
        else:
            bucket = "30" if days <= 30 else "60" if days <= 60 else "90"
        unit[bucket] += 1
        lines.setdefault(row.requirement_id, Counter())[bucket] += 1
    return owed, units, lines


def said(tally: Tally) -> dict[str, int]:
    names = zip(("30", "60", "90"), tally.within, strict=True)
    return {"late": tally.late, **dict(names)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_those_of_a_slow_count(
    who: Any, requirement: Requirement, another: Any, seed: int
) -> None:
    chance = random.Random(seed)
    sub = Team.named("Engineering", "Tools")
    with db.write():
        others = [another() for _ in range(3)]
        people = [
            Person.hire(
                by=None, name=f"New {n}", email=f"new{n}@halden.example", details={},
                starts_on=date(2025, 1, 1), team=chance.choice([None, sub, Team.named("Sales")]),
            )
            for n in range(12)
        ]  # fmt: skip
    for person in [*people, who.erin, who.otto, who.nia]:
        for one in [requirement, *others]:
            due = chance.choice([None, *range(-12, 100)])
            grace = chance.choice([0, 0, 7])
            on = TODAY + timedelta(days=due) if due is not None else None
            cover(
                person, one, due,
                since=TODAY + timedelta(days=chance.choice([-300, -300, 3])),
                until=chance.choice([None, None, None, TODAY, TODAY + timedelta(days=25),
                                     TODAY - timedelta(days=1)]),
                late_on=on and on + timedelta(days=1 + grace),
                superseded_at=chance.choice([None, None, None, clock.now()]),
            )  # fmt: skip
    found = figures(who.helen)
    owed, units, lines = slowly(TODAY)
    assert found.total.owed == owed
    assert {unit.name: unit.tally.owed for unit in found.departments if unit.tally.owed} == {
        name: unit["owed"] for name, unit in units.items() if unit["owed"]
    }
    for name, unit in units.items():
        tally = next((one.tally for one in found.units.values() if one.name == name), Tally())
        assert said(tally) == {key: unit[key] for key in ("late", "30", "60", "90")}, name
    for number, line in lines.items():
        assert said(found.lines[number].tally) == {
            key: line[key] for key in ("late", "30", "60", "90")
        }
    for state in owing.STATES:
        rows = owing.Asked(state).apply(access.followed_by(who.helen), TODAY)
        assert rows.count() == said(found.total)[state], state


def test_the_figures_follow_what_really_happens(require: Any, drill: Any, who: Any) -> None:
    """From the requirement to the figure, with nothing put in by hand."""
    made = require("department = Engineering", starts_on=TODAY - timedelta(days=40), first_days=14)
    following.follow(made)
    found = figures(who.helen)
    # Nia, who comes on Monday, is not counted yet; what she owes then is ahead.
    assert (found.total.owed, found.total.late, found.total.within) == (4, 4, (1, 0, 0))
    drill.done[who.erin.id] = Fact(TODAY, "drill:1")
    following.refresh(KIND, TARGET, [who.erin.id])
    found = figures(who.helen)
    assert (found.total.owed, found.total.late) == (4, 3)
    assert found.sentence == "3 of 4 things owed are overdue."


def test_the_share_is_rounded_down_so_that_nothing_looks_better_than_the_goal() -> None:
    assert Tally(owed=1000, late=49).is_met and Tally(owed=1000, late=49).share == 4.9
    assert not Tally(owed=1000, late=50).is_met
    assert Tally(owed=10_000, late=499).share == 4.9
    assert Tally().is_met and Tally().share == 0


def test_departments_at_risk_are_ordered_and_say_why(who: Any, requirement: Requirement) -> None:
    for person, due in ((who.erin, -3), (who.ben, 40), (who.otto, -1), (who.olga, -9)):
        cover(person, requirement, due)
    for person in (who.helen, who.ida):
        cover(person, requirement, 5)
    for person in (who.dora, who.mara, who.adam):
        cover(person, requirement, 200)
    found = figures(who.helen)
    assert [unit.name for unit in found.at_risk] == ["Sales", "Engineering", "People"]
    assert [found.why(unit) for unit in found.at_risk] == [
        "2 of 2 overdue (100 %), all of it Fire drill.",
        "1 of 4 overdue (25 %), all of it Fire drill.",
        "2 things come due within 30 days, all of it Fire drill.",
    ]


def test_a_wave_through_the_whole_company_is_no_departments_own(
    as_: Any, who: Any, requirement: Requirement
) -> None:
    for person in (who.erin, who.ben, who.otto, who.olga):
        cover(person, requirement, 12)
    assert figures(who.helen).at_risk == []
    page = as_("helen").get("/compliance").text
    assert "Much is asked everywhere just now: 4 things come due within 30 days." in page


# -- who sees how much -------------------------------------------------------------------------

OVERVIEW = dict.fromkeys(("helen", "audrey", "dora", "mara", "otto"), 200) | dict.fromkeys(
    ("erin", "ben", "olga", "ida", "adam", "nia"), 404
)


@pytest.mark.parametrize(
    "address",
    ["/compliance", "/compliance/figures.csv", "/compliance/due", "/compliance/calendar",
     "/compliance/calendar?month=2026-12", "/compliance/calendar.ics",
     "/compliance/calendar/link"],
)  # fmt: skip
def test_the_overview_is_for_hr_auditors_and_whoever_leads(
    as_: Any, requirement: Requirement, address: str
) -> None:
    knock(as_, OVERVIEW, address, nowhere=NOWHERE)


def test_reminding_is_for_hr_and_whoever_leads(as_: Any, requirement: Requirement) -> None:
    table = OVERVIEW | {"audrey": 403}
    knock(as_, table, "/compliance/due/nudge", nowhere=NOWHERE)
    done = {name: 303 if status == 200 else status for name, status in table.items()}
    knock(as_, done, "/compliance/due/nudge", nowhere=NOWHERE, data={"state": "late"})
    knock(as_, OVERVIEW, "/compliance/due/export", nowhere=NOWHERE, data={"state": "late"})


def test_a_managers_overview_counts_nobody_elses_people(
    as_: Any, who: Any, requirement: Requirement, another: Any
) -> None:
    for person in (who.erin, who.ben, who.mara, who.dora):
        cover(person, requirement, 10)
    for one in (requirement, another()):
        cover(who.olga, one, -7)
    seen = {name: figures(getattr(who, name)).total for name in ("dora", "mara", "otto", "helen")}
    assert {name: (one.owed, one.late, one.soon) for name, one in seen.items()} == {
        "dora": (3, 0, 3), "mara": (2, 0, 2), "otto": (2, 2, 0), "helen": (6, 2, 4),
    }  # fmt: skip
    for name in ("dora", "mara"):
        for address in ("/compliance", "/compliance/due", "/compliance/figures.csv",
                        f"/compliance/due?requirement={requirement.id}",
                        f"/compliance/due?department={Team.named('Sales').id}",
                        f"/compliance/due?team={Team.named('Sales').id}"):  # fmt: skip
            page = as_(name).get(address).text
            assert "Olga" not in page, (name, address)
    assert "Olga" in as_("otto").get("/compliance/due").text
    export = as_("mara").post("/compliance/due/export", data={"state": "30"}).text
    assert "Erin" in export and "Dora" not in export and "Olga" not in export


def test_an_auditor_sees_names_and_no_button(as_: Any, who: Any, requirement: Requirement) -> None:
    row = cover(who.erin, requirement, -7)
    ask(who.erin, requirement, row.due_on)
    page = as_("audrey").get("/compliance/due").text
    assert "Erin Castellanos" in page and "Nudge" not in page
    assert "Nudge" not in as_("audrey").get("/compliance").text
    knock(
        as_, OVERVIEW | {"audrey": 403, "helen": 303, "dora": 303, "mara": 303, "otto": 404},
        f"/compliance/due/{row.id}/nudge", nowhere="/compliance/due/999999/nudge", data={},
    )  # fmt: skip


# -- by name, and reminders --------------------------------------------------------------------


def test_the_list_names_who_owes_what_and_is_filtered(
    as_: Any, who: Any, requirement: Requirement
) -> None:
    for person, due in ((who.erin, -7), (who.otto, -2), (who.ben, 45)):
        cover(person, requirement, due)
    helen = as_("helen")
    page = helen.get("/compliance/due").text
    assert page.index("Erin") < page.index("Otto") and "Ben" not in page
    sales = Team.named("Sales").id
    page = helen.get(f"/compliance/due?department={sales}").text
    assert "Otto" in page and "Erin" not in page and "Sales" in page
    assert "Ben" in helen.get("/compliance/due?state=60").text
    assert "Nothing comes due then" in helen.get("/compliance/due?state=90").text
    day = TODAY + timedelta(days=45)
    for on in (f"{day:%Y-%m}", str(day)):
        page = helen.get(f"/compliance/due?on={on}&requirement={requirement.id}").text
        assert "Ben" in page and "Otto" not in page and f"{day:%B}" in page, on
    for strange in ("state=x", "requirement=x", "department=99999999999999999999", "on=2026-13",
                    "on=2026-02-31", "on=x", "team=-1"):  # fmt: skip
        assert helen.get(f"/compliance/due?{strange}").status_code == 200, strange


def test_the_files_hold_what_the_pages_show(as_: Any, who: Any, requirement: Requirement) -> None:
    cover(who.erin, requirement, -7)
    cover(who.otto, requirement, 45)
    helen = as_("helen")
    rows = helen.get("/compliance/figures.csv").text.splitlines()
    assert rows[1:] == ["Engineering,Fire drill,1,0,0,0", "Sales,Fire drill,0,0,1,0"]
    before = Event.select().count()
    names = helen.post("/compliance/due/export", data={"state": "late"}).text
    assert "Erin Castellanos,erin@halden.example,Platform,Fire drill,2026-11-11" in names
    assert "Otto" not in names
    event = Event.select().order_by(Event.seq.desc()).first()
    assert (Event.select().count(), event.tag) == (before + 1, "person.exported_owing")


def test_one_is_asked_and_the_row_says_so(as_: Any, who: Any, requirement: Requirement) -> None:
    row = cover(who.erin, requirement, -7)
    ask(who.erin, requirement, row.due_on)
    mara = as_("mara")
    answer = mara.hx(f"/compliance/due/{row.id}/nudge", f"coverage-{row.id}")
    assert answer.status_code == 200 and f'id="coverage-{row.id}"' in answer.text
    assert "asked today" in answer.text and "Erin Castellanos was nudged." in answer.text
    again = mara.post(f"/compliance/due/{row.id}/nudge")
    assert again.status_code == 303
    assert [
        letter.person_id
        for letter in Letter.select().where(Letter.kind == "nudge").order_by(Letter.id)
    ] == [who.erin.id]


def test_all_are_asked_once_each_after_a_sentence_says_whom(
    as_: Any, who: Any, requirement: Requirement, another: Any
) -> None:
    other = another(TARGET + 1)
    for person in (who.erin, who.ben, who.olga, who.helen):
        for one in (requirement, other):
            ask(person, one, cover(person, one, -5).due_on)
    Leave.record(who.ben, "sick", by=who.helen, starts_on=TODAY)
    helen = as_("helen")
    page = helen.get("/compliance/due/nudge").text
    assert "Nudge 2 people; 1 is on leave and is skipped." in page
    sales = Team.named("Sales").id
    assert "Nudge 1 person." in helen.get(f"/compliance/due/nudge?department={sales}").text
    helen.post("/compliance/due/nudge", data={"state": "late"})
    asked = [
        letter.person_id
        for letter in Letter.select().where(Letter.kind == "nudge").order_by(Letter.id)
    ]
    assert sorted(asked) == sorted([who.erin.id, who.olga.id])
    assert "Nobody to nudge" in helen.get("/compliance/due/nudge").text


def test_whom_nobody_asks_can_be_listed(as_: Any, who: Any, requirement: Requirement) -> None:
    cover(who.erin, requirement, 20)
    cover(who.ben, requirement, 20, opened_for=None)
    cover(who.otto, requirement, 20)
    Leave.record(who.otto, "sick", by=who.helen, starts_on=TODAY)
    page = as_("helen").get("/compliance/due?state=30&unchased=1").text
    assert "Ben" in page and "Otto" in page and "Erin" not in page


# -- of one person -----------------------------------------------------------------------------


def test_what_is_required_of_me_stands_by_its_state(
    as_: Any, who: Any, requirement: Requirement, another: Any
) -> None:
    row = cover(who.erin, requirement, -7)
    duty = ask(who.erin, requirement, row.due_on)
    cover(who.erin, another(TARGET + 2), 200, done_on=date(2026, 6, 6), opened_for=None)
    cover(who.erin, another(TARGET + 2), None, done_on=date(2026, 1, 6))
    cover(who.erin, another(TARGET + 2), 60, since=TODAY + timedelta(days=46))
    excused = another(TARGET + 1)
    with db.write():
        Exemption.create(
            requirement=excused, person=who.erin, since=TODAY, until=date(2027, 3, 3),
            recorded_at=clock.now(), reason="On crutches.",
        )  # fmt: skip
    cover(who.erin, excused, None)
    groups = required.of(who.erin, TODAY)
    assert {name: len(items) for name, items in groups.items()} == {
        "late": 1, "done": 2, "ahead": 1, "excused": 1,
    }  # fmt: skip
    page = as_("erin").get("/compliance/mine").text
    for words in ("1 of 5 overdue.", "valid until", "for good", "excused until Wed 3 Mar 2027"):
        assert words in page, words
    assert f'href="{duty.url}"' in page
    # Why somebody is excused is not for this page.
    assert "crutches" not in page


def test_who_owes_nothing_yet_is_not_told_that_all_is_in_order(
    as_: Any, who: Any, requirement: Requirement
) -> None:
    cover(who.erin, requirement, 60, since=TODAY + timedelta(days=46))
    page = as_("erin").get("/compliance/mine").text
    assert "Nothing to do yet." in page and "Everything is in order." not in page
    assert "things come due within 30 days" not in as_("mara").get("/compliance").text
    assert 'href="/compliance/due?state=30"' in as_("mara").get("/compliance/due").text
    assert 'href="/compliance"' in as_("mara").get("/team").text.partition("<main")[2]


def test_whose_requirements_one_may_open(as_: Any, who: Any, requirement: Requirement) -> None:
    cover(who.erin, requirement, -7)
    table = dict.fromkeys(("helen", "audrey", "dora", "mara", "erin"), 200) | dict.fromkeys(
        ("ben", "otto", "olga", "ida", "adam", "nia"), 404
    )
    knock(as_, table, f"/compliance/people/{who.erin.id}", nowhere="/compliance/people/999999")
    own = dict.fromkeys(cast.NAMES, 200) | {"audrey": 404}
    del own["lev"]
    knock(as_, own, "/compliance/mine", nowhere=NOWHERE)
    for name, is_there in (("mara", True), ("otto", False)):
        link = f"/compliance/people/{who.erin.id}"
        assert (link in as_(name).get(f"/people/{who.erin.id}").text) == is_there, name


# -- how many questions ------------------------------------------------------------------------


def test_no_page_asks_more_than_eight_times_whatever_its_size(
    as_: Any, who: Any, requirement: Requirement, another: Any, queries: Any
) -> None:
    other = another()
    addresses = ("/compliance", "/compliance/due", "/compliance/calendar?year=2026",
                 "/compliance/calendar?month=2026-12", "/compliance/windows", "/hr",
                 "/compliance/mine", f"/compliance/people/{who.erin.id}")  # fmt: skip

    def asked() -> dict[str, int]:
        found = {}
        for address in addresses:
            helen.get(address)
            with queries() as seen:
                assert helen.get(address).status_code == 200, address
            found[address] = len(seen)
        return found

    helen = as_("helen")
    cover(who.erin, requirement, -7)
    cover(who.erin, other, 20)
    few = asked()
    assert {address: number for address, number in few.items() if number > MOST} == {}
    with db.write():
        people = [
            Person.hire(
                by=None, name=f"New {n}", email=f"new{n}@halden.example", details={},
                starts_on=date(2025, 1, 1), team=Team.named(f"Team {n % 7}"), manager=who.mara,
            )
            for n in range(30)
        ]  # fmt: skip
    for n, person in enumerate([*people, who.ben]):
        cover(person, requirement, -n)
        cover(person, other, n * 3)
    assert asked() == few


def test_every_kind_of_thing_is_named_in_eight_questions_for_a_manager_too(
    as_: Any, who: Any, requirement: Requirement, queries: Any
) -> None:
    """Policies, plans, certificates and drills, two of each, in force or not."""
    made = [(KIND, TARGET), (KIND, TARGET + 1)]
    for n in range(2):
        made.append(("certificate", CertificateType.set_up(by=who.helen, name=f"Aid {n}").id))
        for kind in ("policy", "checklist"):
            made.append((kind, Document.start(kind, f"{kind} {n}", by=who.helen).id))
    with db.write():
        for n, (kind, target) in enumerate(made):
            one = Requirement.create(kind=kind, target=target, created_at=clock.now())
            cover(who.erin, one, n - 20)
    for name, addresses in (
        ("helen", ("/compliance", "/compliance/due", "/compliance/calendar?year=2026", "/hr")),
        ("mara", ("/compliance", "/compliance/due", "/compliance/calendar?year=2026")),
        ("erin", ("/compliance/mine",)),
    ):
        client = as_(name)
        for address in addresses:
            client.get(address)
            with queries() as seen:
                page = client.get(address).text
            assert len(seen) <= MOST, (name, address, len(seen))
            if address != "/hr" and "year" not in address:
                assert "Aid 0" in page and "policy 0" in page, (name, address)


def test_hr_sees_only_what_is_at_risk(as_: Any, who: Any, requirement: Requirement) -> None:
    helen = as_("helen")
    cover(who.erin, requirement, 200)
    assert "At risk" not in helen.get("/hr").text
    cover(who.otto, requirement, -7)
    page = helen.get("/hr").text
    assert "50 % of what is required is overdue" in page and "Under 5 % is the goal." in page
    assert "1 of 1 overdue (100 %)." in page
    cover(who.ben, requirement, 12, opened_for=None)
    assert "1 thing ends within 30 days, and nobody is asked" in helen.get("/hr").text


def test_hr_hears_of_a_requirement_without_anybody_and_of_policies_to_look_at(
    as_: Any, who: Any, require: Any
) -> None:
    helen = as_("helen")
    following.follow(require("department = Research"))
    assert "1 requirement reaches nobody" in helen.get("/hr").text
    policy = Document.start("policy", "Travel policy", by=who.helen)
    policy.publish(POLICY, by=who.helen)
    with db.write():
        Document.update(review_on=TODAY + timedelta(days=31)).where(
            Document.id == policy.id
        ).execute()
    assert "to look at again" not in helen.get("/hr").text
    with db.write():
        Document.update(review_on=TODAY + timedelta(days=9)).where(
            Document.id == policy.id
        ).execute()
    page = helen.get("/hr").text
    assert "1 policy to look at again" in page and 'href="/documents?list=due"' in page
