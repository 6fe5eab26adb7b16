"""Improvement plans: started, looked at together, decided; and what follows who leads whom."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.audit import Event, Personal
from portal.people.org import PLAIN_WEEK
from portal.people.positions import Position
from portal.people.workdays import WorkCalendar
from portal.privacy import records
from portal.reviews import following, reading, steering
from portal.reviews.improvement import (
    CHECK,
    DECIDE,
    NEWS,
    Improvement,
    ImprovementCheck,
    UnderWay,
    days,
)
from portal.reviews.improvement_said import (
    EXTENDED,
    MET,
    NOT_MET,
    Changed,
    ImprovementOutcome,
    ImprovementWord,
    TooLate,
)
from portal.reviews.models import Cycle
from tests import cast
from tests.reviews.improving import afresh, at_check, form_of, publish, running, started, write

SAID = {"state": "partly", "words": "Three of five."}


def owed(kind: str) -> dict[str, str]:
    """By first name what each owes of that kind now."""
    rows = Assignment.select().where(Assignment.kind == kind, Assignment.is_open())
    return {duty.person.first_name: duty.title for duty in rows}


def decide(plan: Improvement, sort: str, by: Any, **more: Any) -> ImprovementOutcome:
    last = ImprovementOutcome.of(plan)
    after = more.pop("after", last[0].id if last else 0)
    until = more.pop("until", None)
    return ImprovementOutcome.decide(plan, sort, "Because.", until, after=after, by=by)


# -- starting ---------------------------------------------------------------------------------


def test_whoever_leads_starts_it_and_writes_at_once(as_: Any, who: Any) -> None:
    publish()
    mara = as_("mara")
    page = mara.get(f"/reviews/improvement/new?person={who.erin.id}").text
    assert "An improvement plan for Erin Castellanos" in page
    data = {"person": who.erin.email, "weeks": "2", "ends_on": str(cast.TODAY + timedelta(60))}
    answer = mara.post(f"/reviews/improvement/new?person={who.erin.id}", data=data)
    plan = Improvement.get()
    assert answer.status_code == 303 and answer.location == f"/forms/{form_of(plan).id}"
    assert "What is missing?" in mara.get(answer.location).text
    again = mara.post("/reviews/improvement/new", data=data)
    assert again.location == plan.review.url and Cycle.select().count() == 1
    assert [check.due_on for check in plan.checks()] == [
        cast.TODAY + timedelta(weeks=number) for number in (2, 4, 6, 8)
    ]
    # Erin knows that it is being written, and reads it from the moment it is sent.
    page = as_("erin").get(plan.review.url).text
    assert "Mara writes" in page and "Wed 2 Dec" in page
    write(plan, "CANARY")
    assert "CANARY" in as_("erin").get(plan.review.url).text
    assert owed(reading.READ) == {"Erin": "Read your review: Improvement plan"}
    duty = Assignment.get(Assignment.kind == reading.READ)
    assert duty.due_on == PLAIN_WEEK.add(cast.TODAY, 3), "on Today, and not among what is later"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"ends_on": "2026-11-20"}, "two weeks at least"),
        ({"ends_on": "2028-01-01"}, "A year ahead at most"),
        ({"ends_on": ""}, "Say until when"),
        ({"weeks": "3"}, "Not a valid choice"),
        ({"person": "nobody at all"}, "Nobody"),
        ({"person": "otto@halden.example"}, "somebody you lead"),
        ({"person": "mara@halden.example"}, "somebody you lead"),
    ],
)
def test_what_cannot_be_started_is_said(as_: Any, data: dict[str, str], said: str) -> None:
    publish()
    fine = {"person": "erin@halden.example", "weeks": "2", "ends_on": "2027-01-20"}
    answer = as_("mara").post("/reviews/improvement/new", data=fine | data)
    assert answer.status_code == 422 and said in answer.text
    assert Improvement.select().count() == 0


def test_hr_or_somebody_above_starts_it_and_the_manager_writes(as_: Any, who: Any) -> None:
    plan = started(by="helen")
    assert form_of(plan).person_id == who.mara.id
    with pytest.raises(ValueError, match="Nobody leads"):
        started("dora", by="helen")
    data = {"person": "ben@halden.example", "weeks": "1", "ends_on": "2027-01-20"}
    answer = as_("dora").post("/reviews/improvement/new", data=data, follow_redirects=True)
    assert "Mara Okafor has it on Today" in answer.text


def test_started_by_mistake_it_is_taken_back_until_it_is_read(as_: Any, who: Any) -> None:
    plan = started()
    assert as_("mara").post(f"{plan.url}/undoing").status_code == 303
    assert not form_of(plan).is_open
    assert Improvement.open_of(who.erin) is None
    second = running()
    as_("mara").post(f"{second.url}/undoing")
    assert Improvement.open_of(who.erin) == second


def test_two_who_press_at_once_start_one(who: Any) -> None:
    publish()
    found: list[Any] = []

    def press(name: str) -> None:
        try:
            found.append(started(by=name))
        except UnderWay as error:
            found.append(error.plan)
        finally:
            db.database.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in ("mara", "dora", "helen")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({plan.id for plan in found}) == 1 and Cycle.select().count() == 1


@pytest.mark.one_database
def test_check_ins_fall_on_days_that_are_worked() -> None:
    friday = date(2026, 12, 11)
    assert days(friday, date(2027, 1, 10), 2, PLAIN_WEEK) == [
        date(2026, 12, 25),
        date(2027, 1, 8),
    ]
    holidays = WorkCalendar(holidays=frozenset({date(2026, 12, 25)}))
    assert days(friday, date(2027, 1, 8), 2, holidays) == [date(2026, 12, 28)]
    assert days(friday, date(2026, 12, 25), 2, PLAIN_WEEK) == []


# -- check-ins --------------------------------------------------------------------------------


def test_both_are_asked_a_week_before_and_each_says_it_once(
    as_: Any, who: Any, move_clock: Any
) -> None:
    plan = running()
    assert owed(CHECK) == {}
    move_clock(days=7)
    following.run()
    check = plan.checks()[0]
    assert owed(CHECK) == {
        "Erin": "Say how it goes: your improvement plan",
        "Mara": "Say how it goes: Erin Castellanos",
    }
    assert "Say how it goes: your improvement plan" in as_("erin").get("/").text
    for _ in range(2):
        assert as_("erin").post(check.url, data=SAID).status_code == 303
    assert ImprovementWord.select().count() == 1 and set(owed(CHECK)) == {"Mara"}
    refused = as_("mara").post(check.url, data={"words": "As she says."})
    assert refused.status_code == 422 and "As she says." in refused.text
    as_("mara").post(check.url, data={"state": "on", "words": "All five, by now."})
    assert owed(CHECK) == {}
    for name in ("erin", "mara", "dora", "helen"):
        page = as_(name).get(plan.review.url).text
        assert "Three of five." in page and "All five, by now." in page, name
        assert "Partly there" in page and "On track" in page


def test_what_is_asked_stands_on_nobody_elses_page(as_: Any, who: Any, move_clock: Any) -> None:
    plan = running()
    at_check(plan, move_clock, place=3)
    assert set(owed(CHECK)) == {"Erin", "Mara"} and set(owed(DECIDE)) == {"Mara"}
    for name in ("dora", "helen", "otto", "audrey", "adam", "ida", "ben"):
        for address in ("/", "/team", "/team?who=line", "/trail"):
            page = as_(name).get(address).text
            assert "how it goes" not in page and "how it ended" not in page, (name, address)


def test_it_is_said_from_a_week_before_its_day_on(as_: Any, who: Any, move_clock: Any) -> None:
    plan = running()
    check, erin = plan.checks()[0], as_("erin")
    with db.write():
        plan.review.mark("read_at", "read", by=who.erin)
    seen = erin.get(plan.review.url).text
    assert "You have read it. Next you say how it goes, by Wed 2 Dec: a week before" in seen
    page = erin.get(check.url).text
    assert "Both can say how it goes from Wed 25 Nov on" in page and 'name="state"' not in page
    early = erin.post(check.url, data=SAID)
    assert early.status_code == 422 and SAID["words"] in early.text
    assert "Too early: you can say it from Wed 25 Nov on." in early.text
    assert ImprovementWord.select().count() == 0
    move_clock(days=7)
    assert "Next you say how it goes, by Wed 2 Dec." in erin.get(plan.review.url).text
    assert erin.post(check.url, data=SAID).status_code == 303
    assert "Next you say how it goes, by Wed 16 Dec: a week" in erin.get(plan.review.url).text


def test_a_check_in_moves_with_what_is_owed(as_: Any, who: Any, move_clock: Any) -> None:
    plan = running()
    check = at_check(plan, move_clock)
    day = check.due_on + timedelta(days=3)
    assert as_("mara").post(f"{check.url}/day", data={"day": str(day)}).status_code == 303
    assert {duty.due_on for duty in Assignment.select().where(Assignment.kind == CHECK)} == {day}
    second = plan.checks()[1].due_on
    for wrong in (second, plan.ends_on + timedelta(1), cast.TODAY):
        answer = as_("mara").post(f"{check.url}/day", data={"day": str(wrong)})
        assert answer.status_code == 422, wrong
    assert ImprovementCheck.get_by_id(check.id).due_on == day


def test_days_before_it_was_read_are_not_asked_for(move_clock: Any) -> None:
    plan = started()
    move_clock(days=20)
    write(plan)
    assert owed(CHECK) == {}
    move_clock(days=2)
    following.run()
    assert set(owed(CHECK)) == {"Erin", "Mara"}
    assert {duty.due_on for duty in Assignment.select().where(Assignment.kind == CHECK)} == {
        plan.checks()[1].due_on
    }


# -- how it ended -----------------------------------------------------------------------------


def test_it_is_decided_with_a_reason_and_the_person_reads_and_answers(
    as_: Any, who: Any, move_clock: Any
) -> None:
    plan = running()
    at_check(plan, move_clock, place=3)
    assert owed(DECIDE) == {"Mara": "Decide how it ended: improvement plan of Erin Castellanos"}
    address = f"{plan.url}/outcome"
    for data, said in (
        ({"sort": "met", "words": ""}, "Say why"),
        ({"words": "All there."}, "Choose how it ended"),
        ({"sort": "extended", "words": "Nearly."}, "Say until when"),
        ({"sort": "extended", "words": "Nearly.", "until": str(cast.TODAY)}, "a day to come"),
    ):
        refused = as_("mara").post(address, data=data)
        assert refused.status_code == 422 and said in refused.text, said
    data = {"sort": "met", "words": "All there.", "after": "0"}
    for _ in range(2):
        assert as_("mara").post(address, data=data).status_code == 303
    assert owed(DECIDE) == owed(CHECK) == {}
    assert owed(NEWS) == {"Erin": "Read what was decided: your improvement plan"}
    erin, outcome = as_("erin"), ImprovementOutcome.get()
    page = erin.get(plan.review.url).text
    assert "Met: decided by Mara Okafor" in page and "I have read this" in page
    erin.post(f"/reviews/improvement/outcomes/{outcome.id}/reading")
    assert owed(NEWS) == {} and ImprovementOutcome.get().read_at is not None
    assert erin.post(f"{plan.url}/words", data={"words": "Thank you."}).status_code == 303
    assert erin.post(f"{plan.url}/words", data={"words": " "}).status_code == 422
    assert "Thank you." in as_("mara").get(plan.review.url).text
    move_clock(days=31)
    assert as_("erin").post(f"{plan.url}/words", data={"words": "Late."}).status_code == 403


def test_what_was_decided_stays_and_a_later_word_counts(
    as_: Any, who: Any, move_clock: Any
) -> None:
    plan = running()
    first = decide(plan, NOT_MET, who.mara)
    assert afresh(plan).closed_at is not None
    until = plan.ends_on + timedelta(days=60)
    second = decide(plan, EXTENDED, who.helen, until=until)
    fresh = afresh(plan)
    assert fresh.closed_at is None and fresh.ends_on == until
    assert max(check.due_on for check in plan.checks()) > plan.ends_on
    assert not first.mark_read(by=who.erin) and second.mark_read(by=who.erin)
    page = as_("erin").get(plan.review.url).text
    assert "Not met" in page and "Extended" in page and "a later word counts" in page
    third = decide(plan, MET, who.mara)
    assert [one.id for one in ImprovementOutcome.of(plan)] == [third.id, second.id, first.id]
    for change in ({"sort": MET}, {"words": "Otherwise."}, {"by": who.dora}):
        with pytest.raises(Exception, match="not changed"), db.write():
            ImprovementOutcome.update(change).where(ImprovementOutcome.id == first.id).execute()
    with pytest.raises(Exception, match="not changed"), db.write():
        ImprovementOutcome.delete().execute()


def test_who_decides_while_another_does_reads_theirs_first(as_: Any, who: Any) -> None:
    plan = running()
    decide(plan, MET, who.dora)
    data = {"sort": "not_met", "words": "I see it otherwise.", "after": "0"}
    answer = as_("mara").post(f"{plan.url}/outcome", data=data)
    assert answer.status_code == 409
    assert "Because." in answer.text and "I see it otherwise." in answer.text
    newest = ImprovementOutcome.get().id
    assert f'value="{newest}"' in answer.text
    assert as_("mara").post(f"{plan.url}/outcome", data=data | {"after": newest}).status_code == 303


def test_two_decisions_at_once_are_one_and_a_refusal(who: Any) -> None:
    plan = running()
    found: list[str] = []

    def press(name: str, sort: str) -> None:
        try:
            decide(plan, sort, cast.person(name), after=0)
            found.append("decided")
        except Changed:
            found.append("changed")
        finally:
            db.database.close()

    pairs = (("mara", MET), ("dora", NOT_MET))
    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["changed", "decided"] and ImprovementOutcome.select().count() == 1


def test_its_cycle_goes_on_as_long_as_it_does_and_ends_with_it(
    as_: Any, who: Any, move_clock: Any
) -> None:
    plan = running()
    at_check(plan, move_clock, place=1)
    assert plan.review.cycle.last_day < clock.today() and afresh(plan).goes_on
    assert set(owed(CHECK)) == {"Erin", "Mara"}
    decide(plan, MET, who.mara)
    following.run()
    assert afresh(plan).review.cycle.ended_at is not None
    decide(plan, EXTENDED, who.mara, until=clock.today() + timedelta(days=60))
    assert afresh(plan).goes_on
    assert afresh(plan).review.cycle.end(by=who.helen)
    following.run()
    assert owed(CHECK) == owed(DECIDE) == {}
    assert "HR ended it" in as_("erin").get(plan.review.url).text
    # Nobody in the line takes it up again.
    assert as_("mara").get(f"{plan.url}/outcome").status_code == 403
    with pytest.raises(TooLate):
        decide(plan, EXTENDED, who.mara, until=clock.today() + timedelta(days=90))
    assert ImprovementWord.say(plan, "I would have gone on.", by=who.erin)
    move_clock(days=31)
    with pytest.raises(TooLate):
        ImprovementWord.say(plan, "Still.", by=who.erin)


def test_what_another_plan_has_followed_is_not_taken_up_again(who: Any) -> None:
    plan = running()
    met = ImprovementOutcome.decide(plan, MET, "It is there.", None, after=0, by=who.mara)
    following.run()
    started()
    later = clock.today() + timedelta(days=80)
    with pytest.raises(TooLate):
        ImprovementOutcome.decide(plan, EXTENDED, "No.", later, after=met.id, by=who.mara)


def test_nothing_is_decided_before_it_is_read(as_: Any, who: Any) -> None:
    plan = started()
    assert as_("mara").get(f"{plan.url}/outcome").status_code == 403
    with pytest.raises(TooLate):
        decide(plan, MET, who.mara)
    with pytest.raises(TooLate):
        ImprovementWord.say(plan, "Too soon.", by=who.erin)


# -- people come and go -----------------------------------------------------------------------


def test_what_is_owed_goes_to_whoever_leads_them_now(as_: Any, who: Any, move_clock: Any) -> None:
    plan = running()
    check = at_check(plan, move_clock, place=3)
    Position.take(who.erin, by=who.helen, starts_on=clock.today(), manager=who.otto)
    with pytest.raises(TooLate):
        decide(plan, NOT_MET, who.mara)
    following.run()
    assert set(owed(CHECK)) == {"Erin", "Otto"} and set(owed(DECIDE)) == {"Otto"}
    assert as_("mara").get(check.url).status_code == 404
    assert as_("otto").post(check.url, data=SAID).status_code == 303
    assert decide(plan, MET, who.otto).by_id == who.otto.id


def test_when_another_leads_before_it_is_written_they_write_it(who: Any) -> None:
    plan = started()
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    following.run()
    assert form_of(plan).person_id == who.otto.id
    write(plan)
    assert afresh(plan).goes_on


def test_whoever_said_it_before_is_not_asked_again(who: Any, move_clock: Any) -> None:
    plan = running()
    ImprovementWord.say(plan, "Early.", by=who.dora, check_in=plan.checks()[0], state="on")
    at_check(plan, move_clock)
    assert set(owed(CHECK)) == {"Erin"}
    until = plan.checks()[1].due_on
    decide(plan, EXTENDED, who.mara, until=until)
    assert max(check.due_on for check in plan.checks()) < until


def test_without_anybody_who_leads_hr_decides(who: Any, move_clock: Any) -> None:
    plan = running()
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=None)
    at_check(plan, move_clock, place=3)
    assert set(owed(CHECK)) == {"Erin"} and owed(DECIDE) == {}
    assert decide(plan, MET, who.helen)


def test_it_ends_when_they_leave_or_hr_leaves_it_out(who: Any, move_clock: Any) -> None:
    plan, other = running(), started("ben")
    assert steering.skip(other.review, "By mistake.", by=who.helen)
    at_check(plan, move_clock)
    assert set(owed(CHECK)) == {"Erin", "Mara"}
    who.erin.depart(by=who.helen, last_day_on=clock.today(), access_ends_at=clock.now())
    move_clock(days=2)
    following.run()
    assert owed(CHECK) == owed(DECIDE) == {}
    assert afresh(plan).closed_at is not None
    assert Event.select().where(Event.tag == "improvement.ended").count() == 1


# -- what is kept -----------------------------------------------------------------------------


def test_the_trail_has_that_it_was_said_and_never_what(as_: Any, who: Any) -> None:
    plan = started()
    write(plan, "CANARY plan")
    ImprovementWord.say(plan, "CANARY word", by=who.erin)
    check = plan.checks()[0]
    ImprovementWord.say(plan, "CANARY check", by=who.mara, check_in=check, state="off")
    ImprovementOutcome.decide(plan, NOT_MET, "CANARY why", None, after=0, by=who.mara)
    tags = {event.tag for event in Event.select() if event.subject_kind == "improvement"}
    assert tags == {f"improvement.{tag}" for tag in ("begun", "answered", "checked_in", "decided")}
    kept = [event.data for event in Event.select()] + [one.payload for one in Personal.select()]
    assert not [one for one in kept if "CANARY" in str(one) or "not_met" in str(one)]
    page = as_("helen").get("/audit").text
    assert "decided how the improvement plan of Erin Castellanos ended" in page


def test_words_go_when_their_time_is_over_and_that_they_were_said_stays(who: Any) -> None:
    plan = running()
    ImprovementWord.say(plan, "How it goes.", by=who.erin)
    decide(plan, MET, who.mara)
    for name in ("improvement_words", "improvement_outcomes"):
        kept = records[name]
        old, new = clock.today(), clock.today() + timedelta(days=1)
        assert kept.select().where(kept.is_past(old)).count() == 0, name
        ids = [row.id for row in kept.select().where(kept.is_past(new))]
        assert len(ids) == 1 and kept.select().where(kept.goes(who.erin.id)).count() == 1
        kept.erase(ids, who.helen)
        assert kept.select().where(kept.is_past(new)).count() == 0
    assert ImprovementWord.get().words == "" and ImprovementOutcome.get().words == ""


def test_the_page_asks_few_questions_more(as_: Any, who: Any, queries: Any) -> None:
    plan = running()
    counts = []
    for number in (1, 8):
        for each in range(number):
            ImprovementWord.say(plan, f"Word {number} {each}", by=who.mara)
        as_("erin").get(plan.review.url)
        with queries() as seen:
            assert as_("erin").get(plan.review.url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 32, counts
