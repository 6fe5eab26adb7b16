"""What was shown goes, in small writes, and nothing that a hold protects."""

import json
import time
from datetime import date
from typing import Any

import pytest

from portal import audit, db
from portal.audit import Event, Look
from portal.privacy import records
from portal.retention import purging
from portal.retention.models import LegalHold, RetentionRule, months_before
from portal.retention.purging import Changed, Purge, let_all_go, let_go
from portal.retention.records import DryRun, digest_of


def dry(name: str, by: Any) -> DryRun:
    return DryRun(records[name], RetentionRule.of(name), by)


def begin(name: str, by: Any) -> Purge:
    shown = dry(name, by)
    purge = Purge.begin(records[name], by=by, rule=shown.rule, shown=shown.digest)
    assert purge is not None
    return purge


def hold(who: Any, person: Any = None, name: str = "") -> LegalHold:
    kept = records[name] if name else None
    return LegalHold.place(person=person, kept=kept, reason="A dispute", counsel="", by=who.helen)


def test_without_a_rule_nothing_goes_by_its_age(app: Any, who: Any, looks: Any) -> None:
    looks(who.erin, 3, days=4_000)
    assert (dry("looks", who.helen).count, let_go("looks"), Look.select().count()) == (0, 0, 3)


def test_a_rule_says_what_is_over_to_the_day(
    who: Any, looks: Any, rule: Any, move_clock: Any
) -> None:
    rule("looks", 24)
    assert RetentionRule.of("looks").cut_off == date(2024, 11, 18)
    looks(who.erin, 2, days=(date(2026, 11, 18) - date(2024, 11, 18)).days)
    assert dry("looks", who.helen).count == 0
    move_clock(days=1)
    assert dry("looks", who.helen).count == 2


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 600, date(1976, 1, 15)),
    ],
)
def test_months_are_clamped(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_a_purge_takes_what_was_shown_and_leaves_its_evidence(
    who: Any, looks: Any, rule: Any
) -> None:
    looks(who.erin, 250, days=800)
    looks(who.ben, 3, days=10)
    said = rule("looks", 24)
    shown = dry("looks", who.helen)
    ids = list(shown.ids)
    purge = begin("looks", who.helen)
    assert begin("looks", who.helen).id == purge.id, "asked twice it is one"
    purge.work()
    assert Look.select().count() == 3
    assert (purge.count, purge.held_back, purge.ids) == (250, 0, "[]")
    assert purge.digest == purge.shown == digest_of(ids) == shown.digest
    assert (purge.rule_id, purge.cut_off, purge.by_id) == (said.id, said.cut_off, who.helen.id)
    event = Event.get(Event.tag == "purge.finished")
    assert (event.by_id, event.facts["count"]) == (who.helen.id, 250)
    assert event.facts["digest"] == purge.digest
    purge.work()
    assert Event.select().where(Event.tag == "purge.finished").count() == 1
    assert audit.verify().holds


def test_what_has_changed_since_it_was_shown_is_not_purged(who: Any, looks: Any, rule: Any) -> None:
    looks(who.erin, 3, days=800)
    rule("looks", 24)
    shown = dry("looks", who.helen)
    looks(who.ben, 1, days=900)
    with pytest.raises(Changed):
        Purge.begin(records["looks"], by=who.helen, rule=shown.rule, shown=shown.digest)
    old = shown.rule
    rule("looks", 25)
    fresh = dry("looks", who.helen)
    with pytest.raises(Changed):
        Purge.begin(records["looks"], by=who.helen, rule=old, shown=fresh.digest)
    assert (Purge.select().count(), Look.select().count()) == (0, 4)


def test_nothing_of_somebody_under_hold_goes_and_the_dry_run_says_why(
    who: Any, looks: Any, rule: Any
) -> None:
    looks(who.erin, 4, days=800)
    looks(who.ben, 2, days=800)
    rule("looks", 24)
    held = hold(who, who.erin)
    shown = dry("looks", who.helen)
    assert (shown.count, shown.held_back) == (2, 4)
    said = shown.held(LegalHold.select())
    assert [(one.person.id, one.count, one.why) for one in said] == [(who.erin.id, 4, "A dispute")]
    begin("looks", who.helen).work()
    assert {look.about_id for look in Look.select()} == {who.erin.id}
    held.lift(by=who.helen)
    begin("looks", who.helen).work()
    assert not Look.select().exists()


def test_a_hold_on_the_class_stops_every_purge_of_it(who: Any, looks: Any, rule: Any) -> None:
    looks(who.erin, 2, days=800)
    rule("looks", 24, is_automatic=True)
    hold(who, name="looks")
    shown = dry("looks", who.helen)
    assert (shown.count, shown.held_back) == (0, 2)
    assert [one.why for one in shown.held(LegalHold.select())] == ["A dispute"]
    assert let_go("looks") == 0 and Look.select().count() == 2


def test_a_hold_that_comes_in_the_middle_keeps_back_the_rest(
    who: Any, looks: Any, rule: Any
) -> None:
    looks(who.erin, 300, days=800)
    rule("looks", 24)
    purge = begin("looks", who.helen)
    purge.step()
    hold(who, who.erin)
    purge.work()
    assert (purge.count, purge.held_back, Look.select().count()) == (200, 100, 100)
    left = [look.id for look in Look.select()]
    assert purge.digest != purge.shown and not set(left) & set(json.loads(purge.ids))


def test_nobody_in_hr_purges_what_is_about_themselves_by_hand(
    who: Any, looks: Any, rule: Any
) -> None:
    looks(who.helen, 3, days=800)
    looks(who.erin, 2, days=800, by=who.helen)
    looks(who.ben, 1, days=800)
    rule("looks", 24)
    shown = dry("looks", who.helen)
    assert (shown.count, shown.held_back) == (1, 5)
    begin("looks", who.helen).work()
    assert Look.select().count() == 5
    rule("looks", 24, is_automatic=True)
    assert let_go("looks") == 5, "by night the portal does, for everybody alike"


def test_killed_in_the_middle_it_goes_on_where_it_was(
    who: Any, looks: Any, rule: Any, monkeypatch: Any
) -> None:
    """The batch that was interrupted has happened not at all, the ones before it wholly."""
    looks(who.erin, 700, days=800)
    rule("looks", 24)
    purge = begin("looks", who.helen)
    real, calls = purging.Purge._set, []

    def killed(self: Any, values: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        real(self, values)

    monkeypatch.setattr(purging.Purge, "_set", killed)
    with pytest.raises(SystemExit):
        purge.work()
    assert (Purge.get().done, Look.select().count()) == (400, 300)
    monkeypatch.undo()
    purging.go_on()
    done = Purge.get()
    assert (done.count, done.digest, Look.select().count()) == (700, done.shown, 0)
    assert audit.verify().holds


def test_automatic_rules_run_once_a_day_and_others_never(
    who: Any, looks: Any, rule: Any, move_clock: Any
) -> None:
    looks(who.erin, 2, days=800)
    rule("looks", 24)
    let_all_go()
    assert Look.select().count() == 2
    rule("looks", 24, is_automatic=True)
    let_all_go()
    assert (Look.select().count(), Purge.select().count()) == (0, 1)
    looks(who.ben, 2, days=800)
    let_all_go()
    assert Look.select().count() == 2, "once a day is enough"
    move_clock(days=1)
    let_all_go()
    assert Look.select().count() == 0
    assert Purge.get().by_id is None


def test_ten_thousand_rows_go_in_small_writes(who: Any, looks: Any, rule: Any) -> None:
    looks(who.erin, 10_000, days=800)
    rule("looks", 24)
    began = time.process_time()
    purge = begin("looks", who.helen)
    # Of this process's own time: what else runs on the machine does not make it longer. The dry run
    # is in it, which is no write.
    assert time.process_time() - began < 0.3
    spent = []
    while not purge.is_over:
        began = time.process_time()
        purge.step()
        spent.append(time.process_time() - began)
    assert (purge.count, Look.select().count(), len(spent)) == (10_000, 0, 51)
    assert sorted(spent)[-3] < 0.05, spent


def test_a_rule_is_superseded_and_never_overwritten(who: Any, rule: Any) -> None:
    first = rule("looks", 24)
    assert rule("looks", 24).id == first.id, "the same again is no news"
    second = rule("looks", 36)
    assert [one.months for one in RetentionRule.history("looks")] == [36, 24]
    assert RetentionRule.get_by_id(first.id).superseded_by_id == who.helen.id
    second.withdraw(by=who.helen)
    assert RetentionRule.of("looks") is None and not second.withdraw(by=who.helen)
    assert RetentionRule.select().count() == 2
    for name, months in (("looks", 5), ("looks", 601), ("papers", 24)):
        with pytest.raises(ValueError):
            rule(name, months)


def test_what_was_there_before_obeys_a_hold_as_well(
    who: Any, file_paper: Any, move_clock: Any
) -> None:
    file_paper(who.lev, kind="offer")
    file_paper(who.erin, keep_until=date(2026, 12, 1))
    held = hold(who, who.lev)
    move_clock(days=800)
    assert let_go("papers") == 1
    held.lift(by=who.helen)
    assert let_go("papers") == 1
    assert [purge.count for purge in Purge.select().order_by(Purge.id)] == [1, 1]
    assert db.is_writing() is False


def test_letters_lose_what_they_said_and_are_not_written_again(
    who: Any, rule: Any, move_clock: Any
) -> None:
    from portal.mail.models import Letter, Message

    Letter.write("note", "address:1:erin@halden.example", who.erin.id, old="erin@halden.example")
    Letter.get().mark_sent(Message("erin@halden.example", "Hello", "", ""))
    rule("letters", 12, is_automatic=True)
    move_clock(days=370)
    assert let_go("letters") == 1
    letter = Letter.get()
    assert (letter.address, letter.subject, letter.data) == ("", "", "{}")
    assert "@" not in letter.key and letter.sent_at
    assert let_go("letters") == 0
