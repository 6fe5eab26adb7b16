"""What ends is asked for in time, and what is past its time is let go."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.blobs import Blob
from portal.people.grants import Grant
from portal.personnel.jobs import look_after_papers
from portal.personnel.models import AHEAD_DAYS, DUTY, Paper
from portal.personnel.papers import KINDS, years_after, years_before
from portal.retention.purging import let_go
from tests.cast import TODAY


def duties() -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == DUTY).order_by(Assignment.id))


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def test_hr_owes_the_next_one_sixty_days_before_a_paper_ends(
    as_: Any, who: Any, file_paper: Any
) -> None:
    for kind in KINDS:
        file_paper(who.erin, kind=kind, body=kind.encode(), expires_on=in_days(AHEAD_DAYS))
    file_paper(who.ben, kind="permit", expires_on=in_days(AHEAD_DAYS + 1))
    file_paper(who.ben, kind="contract")
    look_after_papers()
    look_after_papers()
    opened = duties()
    assert [duty.title.split(" of ")[0] for duty in opened] == [
        "Contract",
        "Work permit",
        "Licence",
    ]
    assert {duty.due_on for duty in opened} == {in_days(AHEAD_DAYS)}
    assert {duty.function.slug for duty in opened} == {"hr"}
    page = as_("helen").get("/").text
    assert "Work permit of Erin Castellanos ends" in page
    assert f'href="/people/{who.erin.id}/papers#paper-{opened[1].target}"' in page
    assert "Work permit of Erin" not in as_("mara").get("/").text


def test_a_newer_paper_of_the_kind_settles_it(who: Any, file_paper: Any) -> None:
    old = file_paper(who.erin, kind="permit", expires_on=in_days(30))
    look_after_papers()
    file_paper(who.erin, kind="licence", expires_on=in_days(400))
    assert duties()[0].settled_at is None
    old.replace_with(
        by=who.helen, blob=old.blob, file_name="a.pdf", title="P", expires_on=in_days(400),
        media_type="application/pdf",
    )  # fmt: skip
    assert (duties()[0].outcome, duties()[0].settled_by_id) == ("done", who.helen.id)
    look_after_papers()
    assert len(duties()) == 1


def test_added_beside_the_old_one_it_settles_as_well_and_is_not_asked_again(
    who: Any, file_paper: Any
) -> None:
    file_paper(who.erin, kind="permit", expires_on=in_days(30))
    look_after_papers()
    file_paper(who.erin, kind="permit", body=b"next", expires_on=in_days(400))
    look_after_papers()
    assert [duty.outcome for duty in duties()] == ["done"]


def test_hr_says_that_it_is_not_needed_any_more(as_: Any, who: Any, file_paper: Any) -> None:
    file_paper(who.erin, kind="permit", expires_on=in_days(30))
    look_after_papers()
    duty = duties()[0]
    helen = as_("helen")
    answer = helen.post(f"/assignments/{duty.id}/waiver", data={"reason": "Got a passport"})
    assert answer.status_code == 303, answer.text
    look_after_papers()
    assert [(d.outcome, d.reason) for d in duties()] == [("waived", "Got a passport")]


def test_nobody_in_hr_waives_what_is_about_themselves(as_: Any, who: Any, file_paper: Any) -> None:
    Grant.give(who.ben, "hr", by=None, starts_on=TODAY)
    file_paper(who.helen, by=who.ben, kind="permit", expires_on=in_days(30))
    look_after_papers()
    address = f"/assignments/{duties()[0].id}/waiver"
    assert as_("helen").post(address, data={"reason": "Never mind"}).status_code == 403
    assert as_("ben").post(address, data={"reason": "Has one"}).status_code == 303


def test_another_date_asks_anew_and_removing_ends_it(who: Any, file_paper: Any) -> None:
    paper = file_paper(who.erin, kind="permit", expires_on=in_days(30))
    look_after_papers()
    paper.change(by=who.helen, expires_on=in_days(50))
    look_after_papers()
    assert [(d.outcome, d.due_on) for d in duties()] == [("ended", in_days(30)), ("", in_days(50))]
    paper.remove(by=who.helen)
    assert duties()[1].outcome == "ended"
    paper.restore(by=who.helen)
    look_after_papers()
    assert [d.outcome for d in duties()] == ["ended", ""]


def test_the_permit_of_a_leaver_is_nobodys_duty(who: Any, file_paper: Any, move_clock: Any) -> None:
    file_paper(who.erin, kind="permit", expires_on=in_days(40))
    file_paper(who.lev, kind="permit", expires_on=in_days(40))
    look_after_papers()
    assert [duty.about_id for duty in duties()] == [who.erin.id]
    who.erin.depart(by=who.helen, last_day_on=in_days(3), access_ends_at=clock.now())
    look_after_papers()
    assert duties()[0].settled_at is None
    move_clock(days=4)
    look_after_papers()
    assert (len(duties()), duties()[0].outcome) == (1, "ended")


def test_hr_sees_what_ends_within_thirty_sixty_and_ninety_days(
    as_: Any, who: Any, file_paper: Any
) -> None:
    for days in (-3, 0, 30, 31, 60, 61, 90, 91):
        file_paper(who.erin, title=f"Paper {days}d", expires_on=in_days(days))
    file_paper(who.lev, title="Paper of a leaver", expires_on=in_days(5))
    Paper.get(Paper.title == "Paper 0d").remove(by=who.helen)
    page = as_("helen").get("/personnel/expiring").text
    order = ["Ended", "Paper -3d", "Within 30 days", "Paper 30d", "Within 60 days", "Paper 31d"]
    order += ["Paper 60d", "Within 90 days", "Paper 61d", "Paper 90d"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    for absent in ("Paper 91d", "Paper of a leaver", "Paper 0d"):
        assert absent not in page


def test_a_paper_is_kept_to_the_day_that_was_said(
    who: Any, file_paper: Any, move_clock: Any
) -> None:
    paper = file_paper(who.erin, keep_until=in_days(10), kind="permit", expires_on=in_days(5))
    look_after_papers()
    move_clock(days=10)
    assert let_go("papers") == 0
    move_clock(days=1)
    assert let_go("papers") == 1
    assert Paper.select().count() == 0
    event = Event.get(Event.tag == "paper.purged")
    assert (event.by_id, event.about_id, event.facts) == (None, who.erin.id, {"kind": "permit"})
    assert event.subject_id == str(paper.id)
    assert [duty.outcome for duty in duties()] == ["ended"]
    move_clock(days=2)
    assert Blob.sweep() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_else_it_is_kept_for_years_after_the_departure(
    who: Any, file_paper: Any, move_clock: Any, kind: str
) -> None:
    """Lev left on 30 October 2026; Erin is here, so hers are kept."""
    mine = file_paper(who.lev, kind=kind)
    file_paper(who.erin, kind=kind)
    end = date(2026 + KINDS[kind].years_kept, 10, 30)
    assert mine.kept_until() == end
    move_clock(to=clock.now().replace(year=end.year, month=10, day=30))
    assert let_go("papers") == 0
    move_clock(days=1)
    assert let_go("papers") == 1
    assert Paper.get().person_id == who.erin.id


def test_what_was_removed_goes_after_thirty_days(
    who: Any, file_paper: Any, move_clock: Any
) -> None:
    file_paper(who.erin).remove(by=who.helen)
    move_clock(days=30)
    assert let_go("papers") == 0
    move_clock(minutes=1)
    assert let_go("papers") == 1


def test_an_earlier_paper_goes_without_the_newer_one(
    who: Any, file_paper: Any, move_clock: Any
) -> None:
    old = file_paper(who.erin, keep_until=in_days(5))
    new = old.replace_with(
        by=who.helen, blob=old.blob, file_name="a.pdf", title="N", media_type="application/pdf"
    )
    move_clock(days=6)
    assert let_go("papers") == 1
    fresh = Paper.get_by_id(new.id)
    assert (fresh.state, fresh.replaces_id) == ("current", None)


def test_leap_days_have_their_years_too() -> None:
    leap = date(2028, 2, 29)
    assert years_after(leap, 1) == date(2029, 2, 28) and years_after(leap, 4) == date(2032, 2, 29)
    assert years_before(date(2029, 3, 1), 1) == date(2028, 3, 1)


def test_the_list_of_what_ends_costs_no_more_for_more(
    as_: Any, who: Any, file_paper: Any, queries: Any
) -> None:
    helen, counts = as_("helen"), []
    for more in (1, 30):
        for number in range(more):
            file_paper(who.erin, body=f"{more} {number}".encode(), expires_on=in_days(number))
        with queries() as seen:
            assert helen.get("/personnel/expiring").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
