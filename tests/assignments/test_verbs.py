"""What one can do to a duty: open, settle, take back, put off, hand on, let go, end."""

import threading
from datetime import UTC, date, datetime, timedelta

import peewee
import pytest

from portal import clock, db
from portal.assignments.models import Assignment, Cause, CauseRow, kinds
from portal.audit import Event
from portal.people.functions import Function, Holder
from portal.people.org import Location
from tests import cast
from tests.cast import NAMES, NOW, TODAY


def tags(assignment):
    rows = Event.select(Event.tag).where(
        Event.subject_kind == "assignment", Event.subject_id == str(assignment.id)
    )
    return [tag for (tag,) in rows.order_by(Event.seq).tuples()]


def causes(assignment):
    rows = CauseRow.select(CauseRow.kind, CauseRow.ref).where(CauseRow.assignment == assignment)
    return sorted(rows.tuples())


# -- opening -----------------------------------------------------------------------------------


def test_the_same_duty_is_open_once_and_its_causes_add_up(owe, who):
    first = owe(who.erin, target=7, cause=Cause("checklist", 1))
    second = owe(who.erin, target=7, cause=Cause("policy", 2))
    assert owe(who.erin, target=7, cause=Cause("policy", 2)).id == second.id == first.id
    assert causes(first) == [("checklist", 1), ("policy", 2)]
    assert tags(first) == ["assignment.opened"]


def test_another_person_target_or_period_is_another_duty(owe, who):
    opened = [
        owe(who.erin, target=7), owe(who.ben, target=7), owe(who.erin, target=8),
        owe(who.erin, target=7, period="2027"),
    ]  # fmt: skip
    assert len({duty.id for duty in opened}) == 4


def test_once_settled_the_same_may_be_owed_again(owe, who):
    first = owe(who.erin, target=7)
    first.settle(by=who.erin)
    again = owe(who.erin, target=7)
    assert again.id != first.id
    assert (again.settled_at, causes(again)) == (None, [("test", 1)])


@pytest.mark.parametrize("owner", ["person", "function"])
def test_the_database_itself_refuses_a_second_open_one(owe, who, owner):
    it = Function.named("it")
    duty = owe(None, target=7, function=it) if owner == "function" else owe(who.erin, target=7)
    row = dict(duty.__data__)
    row.pop("id")
    with pytest.raises(peewee.IntegrityError), db.write():
        Assignment.insert(**row).execute()
    duty.settle(by=who.erin)
    with db.write():
        Assignment.insert(**row).execute()


def test_eight_who_open_the_same_at_once_open_one(owe, who, database):
    found, start = [], threading.Barrier(8)

    def open_one(ref):
        clock_stands = clock.now()
        assert clock_stands == NOW
        start.wait()
        try:
            found.append(owe(who.erin, target=7, cause=Cause("test", ref)).id)
        finally:
            db.database.close()

    threads = [threading.Thread(target=open_one, args=(ref,)) for ref in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(causes(Assignment.get_by_id(found[0]))) == 8


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Europe/Berlin", datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)),
        ("America/Toronto", datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC)),
    ],
)
def test_it_is_due_at_the_end_of_the_day_where_its_owner_is(owe, who, zone, end):
    duty = owe(who.erin, due=date(2026, 11, 20), zone=zone)
    assert Assignment.get_by_id(duty.id).due_at == end


# -- settling ----------------------------------------------------------------------------------


def test_settling_twice_is_settling_once(owe, who):
    duty = owe(who.erin)
    assert duty.settle(by=who.erin) is True
    assert Assignment.get_by_id(duty.id).settle(by=who.ben) is False
    assert duty.settle(by=who.ben) is False
    row = Assignment.get_by_id(duty.id)
    assert (row.settled_by_id, row.outcome, row.settled_at) == (who.erin.id, "done", NOW)
    assert tags(duty) == ["assignment.opened", "assignment.settled"]


def test_eight_who_settle_at_once_write_one_event(owe, who, database):
    duty = owe(who.erin)

    def settle():
        try:
            Assignment.get_by_id(duty.id).settle(by=who.erin)
        finally:
            db.database.close()

    threads = [threading.Thread(target=settle) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tags(duty) == ["assignment.opened", "assignment.settled"]


def test_the_fact_settles_it_for_whoever_owed_it(owe, who):
    for person in (who.erin, who.ben):
        owe(person, target=7)
    other = owe(who.erin, target=8)
    Assignment.settle_all("errand", 7, by=who.erin)
    assert [a.id for a in Assignment.select().where(Assignment.is_open())] == [other.id]


def test_it_can_be_taken_back_unless_the_same_is_owed_anew(owe, who):
    duty = owe(who.erin, target=7)
    duty.settle(by=who.erin)
    assert duty.reopen(by=who.erin) is True
    assert duty.reopen(by=who.erin) is False
    duty.settle(by=who.erin)
    owe(who.erin, target=7)
    assert duty.reopen(by=who.erin) is False
    assert Assignment.get_by_id(duty.id).outcome == "done"


def test_a_waiver_keeps_its_reason_beside_the_chain_not_in_it(owe, who):
    duty = owe(who.erin)
    duty.waive("She did it elsewhere", by=who.helen)
    row = Assignment.get_by_id(duty.id)
    assert (row.outcome, row.reason) == ("waived", "She did it elsewhere")
    event = Event.select().order_by(Event.seq.desc()).first()
    assert "elsewhere" not in event.data
    assert event.personal_hash
    duty.unwaive(by=who.helen)
    row = Assignment.get_by_id(duty.id)
    assert (row.outcome, row.reason, row.settled_at, row.settled_by_id) == ("", "", None, None)


# -- putting off and handing on ----------------------------------------------------------------


@pytest.mark.parametrize("days", [-1, 0, 61, 400])
def test_it_is_put_off_to_a_day_ahead_and_not_beyond_sixty(owe, who, days):
    duty = owe(who.erin, due=TODAY)
    with pytest.raises(ValueError, match="within the next 60 days"):
        duty.snooze(TODAY + timedelta(days=days), by=who.erin)
    assert tags(duty) == ["assignment.opened"]


def test_putting_off_leaves_the_due_day_and_waking_undoes_it(owe, who):
    duty = owe(who.erin, due=TODAY)
    duty.snooze(TODAY + timedelta(days=60), by=who.erin)
    assert Assignment.get_by_id(duty.id).due_on == TODAY
    duty.wake(by=who.erin)
    duty.wake(by=who.erin)
    assert Assignment.get_by_id(duty.id).snoozed_until is None
    assert tags(duty)[1:] == ["assignment.snoozed", "assignment.woken"]


def test_what_was_settled_meanwhile_is_neither_put_off_nor_handed_on(owe, who):
    duty = owe(who.erin, due=TODAY)
    stale = Assignment.get_by_id(duty.id)
    duty.settle(by=who.erin)
    stale.snooze(TODAY + timedelta(days=1), by=who.erin)
    stale.hand_to(who.ben, by=who.mara)
    row = Assignment.get_by_id(duty.id)
    assert (row.person_id, row.snoozed_until) == (who.erin.id, None)
    assert tags(duty) == ["assignment.opened", "assignment.settled"]


def test_whoever_takes_it_over_has_it_until_the_end_of_their_day(owe, who):
    who.ben.correct(by=None, zone="America/Toronto")
    duty = owe(who.erin, due=date(2026, 11, 20))
    duty.reassign(who.ben, by=who.mara)
    row = Assignment.get_by_id(duty.id)
    assert row.person_id == who.ben.id
    assert row.due_at == datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC)


def test_handing_it_to_somebody_who_owes_it_already_makes_one_of_two(owe, who):
    hers = owe(who.erin, target=7, cause=Cause("policy", 1))
    his = owe(who.ben, target=7, cause=Cause("policy", 2))
    hers.reassign(who.ben, by=who.mara)
    assert causes(his) == [("policy", 1), ("policy", 2)]
    assert Assignment.get_by_id(hers.id).outcome == "ended"


def test_handing_it_to_its_owner_changes_nothing(owe, who):
    duty = owe(who.erin)
    duty.reassign(who.erin, by=who.mara)
    assert tags(duty) == ["assignment.opened"]


def test_the_near_future_is_put_off_at_once_and_what_is_late_stays(owe, who):
    late, today, near, far = (owe(who.erin, due=TODAY + timedelta(days=d)) for d in (-1, 0, 7, 8))
    assert Assignment.snooze_near(who.erin, TODAY + timedelta(days=3)) == 2
    asleep = {a.id for a in Assignment.select().where(Assignment.snoozed_until.is_null(False))}
    assert asleep == {today.id, near.id}
    assert not {late.id, far.id} & asleep


# -- leaving -----------------------------------------------------------------------------------


def test_what_a_leaver_owes_ends_when_the_day_is_over_where_they_are(owe, who, move_clock):
    who.erin.correct(by=None, zone="America/Toronto")
    who.erin.depart(
        by=who.helen, last_day_on=TODAY, access_ends_at=datetime(2026, 11, 19, 5, tzinfo=UTC)
    )
    duty, other = owe(who.erin, due=TODAY), owe(who.ben, due=TODAY)
    move_clock(to=datetime(2026, 11, 19, 4, 59, tzinfo=UTC))
    assert Assignment.end_of_leavers() == 0
    move_clock(minutes=1)
    assert Assignment.end_of_leavers() == 1
    assert Assignment.end_of_leavers() == 0
    assert Assignment.get_by_id(duty.id).outcome == "ended"
    assert Assignment.get_by_id(other.id).settled_at is None


def test_many_duties_of_a_leaver_end_one_short_write_each(owe, who, queries):
    for _ in range(30):
        owe(who.lev, due=TODAY)
    with queries() as seen:
        assert Assignment.end_of_leavers() == 30
    # What one write holds the lock for: begin, the change, its event, commit.
    assert len(seen) / 30 < 8


# -- kinds keep duty and fact in agreement -----------------------------------------------------


def test_a_kind_whose_fact_lives_in_its_domain_is_asked_to_do_it(owe, who, monkeypatch):
    called = []
    verbs = {
        "waive": lambda duty, reason, by: called.append(("waive", reason, by.id)),
        "reopen": lambda duty, by: called.append(("reopen", by.id)),
        "hand_to": lambda duty, person, by: called.append(("hand_to", person.id, by.id)),
    }
    duty = owe(who.erin)
    for name, verb in verbs.items():
        object.__setattr__(kinds["errand"], name, verb)
    duty.waive("Not here", by=who.helen)
    duty.unwaive(by=who.helen)
    duty.reassign(who.ben, by=who.mara)
    assert called == [
        ("waive", "Not here", who.helen.id),
        ("reopen", who.helen.id),
        ("hand_to", who.ben.id, who.mara.id),
    ]
    assert tags(duty) == ["assignment.opened"]


def test_whose_a_duty_is_reads_the_same_from_the_row_and_from_the_query(owe, who):
    it = Function.named("it")
    berlin = Location.get(Location.name == "Berlin")
    lisbon = Location.open(by=None, name="Lisbon", zone="Europe/Lisbon")
    Holder.appoint(it, who.ben, by=None, starts_on=TODAY, location=berlin)
    duties = [
        owe(who.erin),
        owe(None, function=it),
        owe(None, function=it, location=berlin),
        owe(None, function=it, location=lisbon),
        owe(None, function=Function.named("hr")),
    ]
    for name in NAMES:
        viewer = cast.person(name)
        listed = set(Assignment.select().where(Assignment.is_owed_by(viewer)))
        assert listed == {duty for duty in duties if duty.is_owner(viewer)}, name
    assert len([duty for duty in duties if duty.is_owner(cast.person("ben"))]) == 1
