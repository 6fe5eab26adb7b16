"""What is required, asked for, settled, asked for again: and who had it on any day."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.duties import Cause, NothingToOpen, Opening
from portal.assignments.models import Assignment
from portal.certificates import duties, holding
from portal.certificates.checks import CertificateCheck
from portal.certificates.jobs import end_checks_of_leavers
from portal.certificates.models import Certificate
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.compliance import following
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import Moment, kinds
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from tests.cast import NOW, TODAY

PLAN = """---
kind: checklist
title: Workshop
transition: onboarding
audience: everyone
---
## First week
- [ ] Show your certificate @employee due:start+5 certificate:first-aid-certificate
"""


@pytest.fixture
def required(who: Any, first_aid: Any) -> Requirement:
    """Everyone in Platform holds a first aid certificate; asked 60 days before it ends."""
    return Requirement.set(
        kind="certificate", target=first_aid.id, audience="team = Platform",
        rhythm=Rhythm(first_days=14, lead_days=60), starts_on=TODAY, by=who.helen,
    )  # fmt: skip


def owed(person: Any) -> list[Assignment]:
    return duties.owed(person)


def opening(person: Any, due_on: date | None = None) -> Opening:
    return Opening(cause=Cause("letter", 1), about=person, due_on=due_on)


def test_what_is_required_is_asked_for_and_settled_by_the_confirmation(
    who: Any, required: Requirement, bring: Any
) -> None:
    following.follow_all()
    (duty,) = owed(who.erin)
    assert duty.title == "Bring your First aid certificate"
    assert duty.due_on == TODAY + timedelta(days=14)
    assert (duty.minutes, duty.url) == (3, f"/certificates/new?type={duty.target}")
    assert owed(who.olga) == []
    made = bring(who.erin)
    assert [one.id for one in owed(who.erin)] == [duty.id]
    made.confirm(by=who.helen)
    assert Assignment.get_by_id(duty.id).outcome == "done" and owed(who.erin) == []
    stood = Coverage.get(Coverage.person == who.erin, Coverage.is_known())
    assert stood.ref == f"certificate:{made.id}"
    assert (stood.due_on, stood.opened_for) == (made.expires_on, None)


def test_whoever_has_brought_one_is_left_in_peace_while_hr_looks(
    as_: Any, who: Any, required: Requirement, bring: Any
) -> None:
    following.follow_all()
    made = bring(who.erin)
    (duty,) = owed(who.erin)
    assert duty.snoozed_until == TODAY + timedelta(days=14)
    assert "Snoozed" in as_("erin").get("/").text
    page = as_("erin").get(duty.url).text
    assert "One of these is with HR already." in page
    made.send_back("Unreadable", by=who.helen)
    assert owed(who.erin)[0].snoozed_until is None
    assert "Snoozed" not in as_("erin").get("/").text


def test_it_is_asked_for_again_before_it_ends(
    who: Any, required: Requirement, bring: Any, move_clock: Any
) -> None:
    made = bring(who.erin, days=100, by=who.helen)
    following.follow_all()
    assert owed(who.erin) == []
    move_clock(days=41)
    following.follow_all()
    (duty,) = owed(who.erin)
    assert (duty.title, duty.due_on) == ("Renew your First aid certificate", made.expires_on)
    same = bring(who.erin, days=100, by=who.helen)
    assert owed(who.erin)[0].id == duty.id, "the same end again answers nothing"
    same.take_out(by=who.helen)
    bring(who.erin, days=900, by=who.helen)
    assert owed(who.erin) == []


def test_a_confirmation_taken_back_is_owed_again(
    who: Any, required: Requirement, bring: Any
) -> None:
    following.follow_all()
    made = bring(who.erin)
    made.confirm(by=who.helen)
    made.reconsider(by=who.helen)
    assert len(owed(who.erin)) == 1
    made.confirm(by=who.helen)
    assert owed(who.erin) == []
    made.take_out(by=who.helen)
    assert len(owed(who.erin)) == 1


def test_one_that_ended_long_ago_settles_nothing(
    who: Any, required: Requirement, bring: Any
) -> None:
    following.follow_all()
    (before,) = owed(who.erin)
    old = bring(who.erin, days=-5, by=who.helen)
    (duty,) = owed(who.erin)
    assert (duty.due_on, old.stands.outcome) == (before.due_on, "confirmed")


def test_one_that_never_ends_is_shown_again_when_the_requirement_says_so(
    who: Any, first_aid: Any, bring: Any, move_clock: Any
) -> None:
    rhythm = Rhythm(every_months=12, lead_days=30)
    Requirement.set(
        kind="certificate", target=first_aid.id, audience="everyone", rhythm=rhythm,
        starts_on=TODAY, by=who.helen,
    )  # fmt: skip
    bring(who.erin, days=None, by=who.helen)
    following.follow_all()
    assert owed(who.erin) == []
    move_clock(days=320)
    following.follow_all()
    assert [duty.title for duty in owed(who.erin)] == ["Renew your First aid certificate"]


def test_a_step_of_a_checklist_may_ask_for_one(who: Any, first_aid: Any, bring: Any) -> None:
    assert holding.slugs() == {"first-aid-certificate"}
    duty = holding.open_named(who.erin, "first-aid-certificate", opening(who.erin, TODAY))
    again = holding.open_named(who.erin, "first-aid-certificate", opening(who.erin, TODAY))
    assert duty is not None and again is not None and duty.id == again.id
    bring(who.ben, days=10, by=who.helen)
    assert holding.open_named(who.ben, "first-aid-certificate", opening(who.ben, TODAY)) is None
    late = opening(who.ben, TODAY + timedelta(days=30))
    assert holding.open_named(who.ben, "first-aid-certificate", late) is not None
    with pytest.raises(NothingToOpen):
        holding.open_named(who.erin, "flying", opening(who.erin))


def test_confirming_ticks_the_step_and_taking_it_back_opens_it(
    who: Any, first_aid: Any, bring: Any
) -> None:
    plan = Document.start("checklist", "Workshop", by=who.helen)
    plan.publish(PLAN, by=who.helen)
    checklist = Checklist.start(plan.current, who.erin, TODAY, by=who.helen)

    def state() -> str:
        return str(Step.of(checklist)[0].state)

    (duty,) = owed(who.erin)
    assert (duty.title, state()) == ("Bring your First aid certificate", "open")
    made = bring(who.erin)
    assert state() == "open"
    made.confirm(by=who.helen)
    assert (owed(who.erin), state()) == ([], "done")
    made.reconsider(by=who.helen)
    assert ([one.id for one in owed(who.erin)], state()) == ([duty.id], "open")


def test_one_that_is_not_needed_is_excused_for_this_turn(
    as_: Any, who: Any, required: Requirement
) -> None:
    following.follow_all()
    (duty,) = owed(who.erin)
    assert "Erin" in as_("helen").get(f"/assignments/{duty.id}").text
    duty.waive("Works from home", by=who.helen)
    following.follow_all()
    assert owed(who.erin) == []
    Assignment.get_by_id(duty.id).unwaive(by=who.helen)
    assert len(owed(who.erin)) == 1


def test_the_past_is_told_as_it_was_known(who: Any, first_aid: Any, bring: Any) -> None:
    """For one pair of day and knowledge the answer is the same for ever."""
    kind = kinds["certificate"]

    def told(on: date, known_at: datetime | None) -> list[tuple[int, str, date | None]]:
        found = kind.facts(first_aid.id, None, Moment(on, known_at))
        return sorted((person, fact.ref, fact.holds_until) for person, fact in found.items())

    march = date(2026, 3, 31)
    moments = []
    made = []

    def then(hours: int) -> None:
        moment = NOW + timedelta(hours=hours)
        clock.set_source(lambda: moment)
        moments.append(moment + timedelta(minutes=30))

    then(1)
    made.append(bring(who.erin, issued_on=date(2026, 1, 1), expires_on=date(2026, 12, 31)))
    then(2)
    made[0].confirm(by=who.helen)
    then(3)
    made.append(
        made[0].correct(by=who.helen, issued_on=date(2026, 1, 1), expires_on=date(2026, 6, 30))
    )
    then(4)
    made[1].reconsider(by=who.helen)
    then(5)
    made[1].confirm(by=who.helen)
    then(6)
    made[1].take_out(by=who.helen)
    first, second = (f"certificate:{one.id}" for one in made)
    erin, expected = who.erin.id, [
        [], [(who.erin.id, first, date(2026, 12, 31))],
        [(who.erin.id, second, date(2026, 6, 30))], [],
        [(who.erin.id, second, date(2026, 6, 30))], [],
    ]  # fmt: skip
    assert [told(march, moment) for moment in moments] == expected
    assert told(date(2025, 12, 31), moments[1]) == []
    clock.set_source(lambda: NOW + timedelta(days=90))
    bring(who.erin, issued_on=date(2026, 2, 1), expires_on=date(2028, 1, 1), by=who.helen)
    assert [told(march, moment) for moment in moments] == expected
    assert told(march, None)[0][0] == erin


def test_of_several_the_one_that_reaches_furthest_counts(
    who: Any, first_aid: Any, bring: Any
) -> None:
    rows = [bring(who.erin, days=days, by=who.helen) for days in (300, 500, 400)]
    rows.append(bring(who.erin, days=500, by=who.helen, issued_on=TODAY))
    found = kinds["certificate"].facts(first_aid.id, [who.erin.id], Moment(TODAY))
    assert found[who.erin.id].ref == f"certificate:{rows[3].id}"
    last = list(Certificate.select().where(Certificate.is_last()))
    assert [row.id for row in last] == [rows[3].id]
    never = bring(who.erin, days=None, by=who.helen)
    found = kinds["certificate"].facts(first_aid.id, None, Moment(TODAY))
    assert found[who.erin.id].ref == f"certificate:{never.id}"
    assert [row.id for row in Certificate.select().where(Certificate.is_last())] == [never.id]
    assert found[who.erin.id].record == Certificate.get_by_id(never.id).record


def test_twenty_confirmations_at_once_are_one(database: Any, who: Any, bring: Any) -> None:
    made = bring(who.erin)
    answers: list[bool] = []

    def confirm() -> None:
        db.database.connect(reuse_if_open=True)
        try:
            answers.append(Certificate.get_by_id(made.id).confirm(by=who.helen))
        finally:
            db.database.close()

    threads = [threading.Thread(target=confirm) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 19 + [True]
    assert CertificateCheck.select().count() == 1


def test_nobody_checks_what_a_leaver_had_brought(who: Any, bring: Any, move_clock: Any) -> None:
    bring(who.erin)
    who.erin.depart(
        by=who.helen, last_day_on=TODAY, access_ends_at=datetime(2026, 11, 18, 22, tzinfo=UTC)
    )
    move_clock(days=2)
    end_checks_of_leavers()
    assert Assignment.get(Assignment.kind == "certificate_check").outcome == "ended"


def test_hr_is_not_asked_twice_and_a_decision_ends_it(who: Any, bring: Any) -> None:
    made = bring(who.erin)
    duties.ask_to_check(made)
    asked = Assignment.select().where(Assignment.kind == "certificate_check")
    assert asked.count() == 1
    made.send_back("No", by=who.helen)
    assert Assignment.get_by_id(asked.get().id).outcome == "done"


def test_what_a_newer_one_answers_is_not_owed_again_when_an_older_one_is_looked_at_anew(
    who: Any, required: Requirement, bring: Any, move_clock: Any
) -> None:
    following.follow_all()
    older = bring(who.erin, days=100, by=who.helen)
    move_clock(days=80)
    following.follow_all()
    assert len(owed(who.erin)) == 1
    bring(who.erin, days=465, by=who.helen)
    assert owed(who.erin) == []
    Certificate.get_by_id(older.id).reconsider(by=who.helen)
    following.follow_all()
    assert owed(who.erin) == []
