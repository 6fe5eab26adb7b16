"""Going a path: steps open one after another, gates hold, and every change of mind is possible."""

import threading
from typing import Any

from portal import db
from portal.assignments.duties import Cause, Opening
from portal.assignments.duties import kinds as duty_kinds
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents.models import Document
from portal.learning.models import TAKEN, Completion
from portal.learning.taking import complete
from portal.paths import progress
from portal.paths.models import SELF, Enrollment, PathStep
from tests import cast
from tests.paths.conftest import FREE, STRICT, again, do, publish, put, standing


def owed(name):
    """What that person owes, by title."""
    rows = Assignment.select().where(Assignment.person == cast.person(name), Assignment.is_open())
    return {row.title: row.due_on for row in rows.order_by(Assignment.id)}


def sign(name):
    """As if the policy were signed: its duty is settled."""
    person = cast.person(name)
    duty = Assignment.get(Assignment.person == person, Assignment.kind == "policy")
    duty.settle(by=person)


def test_only_the_first_step_is_owed_when_somebody_begins(path):
    way = put(path, "erin")
    assert standing(way) == {"one": "open"}
    assert list(owed("erin")) == ["Take “One”"]
    assert str(owed("erin")["Take “One”"]) == "2026-12-02"
    assert str(way.due_on) == "2027-02-16"


def test_a_step_done_opens_the_next_in_the_same_write(path, things):
    way = put(path, "erin")
    do(things["one"], "erin")
    assert standing(way) == {"one": "done", "conduct": "open"}
    assert list(owed("erin")) == ["Sign “Conduct”"]


def test_what_is_optional_holds_nobody_up_and_has_no_day(path, things):
    way = put(path, "erin")
    do(things["one"], "erin")
    sign("erin")
    assert standing(way) == {"one": "done", "conduct": "done", "two": "open", "gate": "open"}
    assert owed("erin")["Take “Two”"] is None
    do(things["gate"], "erin")
    do(things["three"], "erin")
    assert again(way).state == "finished"
    assert owed("erin") == {}


def test_what_was_done_before_is_done_at_once(path, things):
    do(things["one"], "erin")
    do(things["gate"], "erin")
    do(things["three"], "erin")
    way = put(path, "erin")
    assert standing(way) == {"one": "done", "conduct": "open"}
    sign("erin")
    assert again(way).state == "finished"


def test_in_a_free_section_all_is_open_and_the_next_section_waits(things):
    way = put(publish(FREE), "erin")
    assert standing(way) == {"one": "open", "conduct": "open", "two": "open"}
    sign("erin")
    assert "three" not in standing(way)
    do(things["one"], "erin")
    assert standing(way)["three"] == "open"


def test_nobody_goes_past_a_gate_in_a_free_section_either(things):
    text = FREE.replace("- course:one due:14", "- course:one gate")
    way = put(publish(text), "erin")
    assert standing(way) == {"one": "open"}
    do(things["one"], "erin")
    assert set(standing(way)) == {"one", "conduct", "two"}


def test_what_is_undone_locks_what_came_after_it(path, things):
    way = put(path, "erin")
    duty = Assignment.get(Assignment.person == way.person, Assignment.kind == "course")
    do(things["one"], "erin")
    assert standing(way)["conduct"] == "open"
    Assignment.get_by_id(duty.id).reopen(by=cast.person("helen"))
    assert standing(way) == {"one": "open"}
    assert list(owed("erin")) == ["Take “One”"]


def test_a_finished_path_is_open_again_when_a_step_of_it_is(path, things):
    way = put(path, "erin")
    do(things["one"], "erin")
    sign("erin")
    do(things["gate"], "erin")
    do(things["three"], "erin")
    assert again(way).finished_on == cast.TODAY
    duty = Assignment.get(Assignment.title == "Take “Three”")
    duty.reopen(by=cast.person("helen"))
    assert again(way).state == "under way" and standing(way)["three"] == "open"


def test_a_step_that_is_owed_for_another_reason_stays_owed_when_the_path_ends(path, who, things):
    opening = Opening(cause=Cause("checklist", 7), about=who.erin)
    duty_kinds["course"].open(who.erin, "one", opening)
    way = put(path, "erin")
    assert len(owed("erin")) == 1
    way.end("Changed their mind.", by=who.helen)
    assert list(owed("erin")) == ["Take “One”"]


def test_who_is_taken_off_owes_nothing_more_and_goes_on_where_they_stood(path, who, things):
    way = put(path, "erin")
    do(things["one"], "erin")
    assert way.end("Other work first.", by=who.helen)
    assert owed("erin") == {} and again(way).state == "ended"
    assert not way.end("Twice.", by=who.helen)
    assert way.resume(by=who.helen)
    assert standing(way) == {"one": "done", "conduct": "open"}
    assert list(owed("erin")) == ["Sign “Conduct”"]


def test_nobody_is_on_a_path_twice(path, who):
    first = put(path, "erin")
    assert put(path, "erin").id == first.id
    first.end("Off.", by=who.helen)
    second = put(path, "erin")
    assert second.id != first.id
    assert not first.resume(by=who.helen), "the newer one is under way"


def test_a_skipped_step_lets_go_on_and_may_be_needed_after_all(path, who):
    way = put(path, "erin")
    step = PathStep.of(way)[0]
    assert step.skip("Taught it for years.", by=who.helen)
    assert not step.skip("Twice.", by=who.helen)
    assert standing(way) == {"one": "skipped", "conduct": "open"}
    assert list(owed("erin")) == ["Sign “Conduct”"]
    assert step.unskip(by=who.helen) and not step.unskip(by=who.helen)
    assert standing(way) == {"one": "open"} and list(owed("erin")) == ["Take “One”"]


def test_an_excuse_in_the_room_of_the_step_skips_it(path, who):
    way = put(path, "erin")
    Assignment.get(Assignment.title == "Take “One”").waive("On long leave.", by=who.helen)
    assert standing(way) == {"one": "skipped", "conduct": "open"}


def test_what_is_not_in_force_any_more_is_passed_over_and_a_gate_waits_for_hr(path, who, things):
    things["gate"].retire(by=who.helen)
    things["one"].retire(by=who.helen)
    way = put(path, "erin")
    assert standing(way) == {"one": "missing", "conduct": "open"}
    sign("erin")
    gate = next(row for row in PathStep.of(way) if row.key == "course:gate")
    assert gate.is_stuck and again(way).state == "under way"
    shown = next(step for step in progress.of(again(way)).steps if step.is_gate)
    assert shown.state == "stuck" and "HR decides" in shown.why
    gate.skip("There is no such quiz any more.", by=who.helen)
    assert standing(way)["three"] == "open"


def test_what_is_retired_while_somebody_owes_it_is_passed_over(path, who, things):
    way = put(path, "erin")
    Document.get_by_id(things["one"].id).retire(by=who.helen)
    assert standing(way) == {"one": "missing", "conduct": "open"}


def test_beginning_again_counts_what_still_counts(path, who, things):
    way = put(path, "erin")
    do(things["one"], "erin")
    new = way.restart(by=who.helen)
    assert again(way).state == "ended" and new.id != way.id
    assert standing(new) == {"one": "done", "conduct": "open"}


def test_whoever_left_is_on_no_path_and_what_they_owed_opens_nothing(path, who, move_clock):
    from portal.paths import following

    way = put(path, "erin")
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    move_clock(days=3)
    Assignment.end_of_leavers()
    assert standing(way) == {"one": "open"}
    assert following.end_of_leavers() == 1
    assert again(way).ended_why == "left"


def test_those_under_way_stay_on_their_text_until_they_are_moved(path, who, things):
    from portal.paths import moving

    way = put(path, "erin")
    do(things["one"], "erin")
    newer = publish(
        STRICT.replace("- Read how we work policy:conduct due:7\n", "- course:two\n")
        .replace("- course:two (optional)\n", "")
        .replace("due: 90", "due: 60")
    )
    assert standing(way) == {"one": "done", "conduct": "open"}
    (move,) = moving.moves(newer)
    assert move.people == 1
    said = " ".join(move.lines)
    assert "Left out: “Read how we work”" in said
    assert "Asked otherwise (days, gate or optional): “Two”" in said
    assert "60 days in place of 90 days" in said
    assert moving.move_all(newer, {move.revision.id: 7}, by=who.helen) is None
    assert moving.move_all(newer, {move.revision.id: 1}, by=who.helen) == 1
    assert standing(way) == {"one": "done", "two": "open"}
    assert list(owed("erin")) == ["Take “Two”"]
    assert str(again(way).due_on) == "2027-01-17"
    assert moving.moves(newer) == []


def test_how_far_and_what_is_locked_is_said_in_words(path, things):
    way = progress.of(put(path, "erin"))
    assert (way.done, way.total, way.percent) == (0, 4, 0)
    assert way.next.title == "One"
    said = {step.title: step.why for step in way.steps}
    assert said["Read how we work"] == "Opens once “One” is done."
    do(things["one"], "erin")
    sign("erin")
    way = progress.of(again(way.enrollment))
    assert (way.percent, way.next.title) == (50, "Gate")
    assert [step.why for step in way.steps][-1] == "Opens once “Gate” is passed."


def test_two_settle_at_once_and_the_path_goes_on_once(things, database):
    """Two steps of one path, and the same step twice, in threads of their own."""
    way = put(publish(FREE), "erin")
    policy = Assignment.get(Assignment.person == way.person, Assignment.kind == "policy")
    start = threading.Barrier(3)
    wrong: list[Any] = []

    def run(what):
        try:
            start.wait(timeout=20)
            what()
        except Exception as error:
            wrong.append(error)
        finally:
            db.database.close()

    works = [
        lambda: complete(
            things["one"], things["one"].current, cast.person("erin"), how=TAKEN, by=None
        ),
        lambda: Assignment.get_by_id(policy.id).settle(by=None),
        lambda: Assignment.get_by_id(policy.id).settle(by=None),
    ]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert standing(way) == {"one": "done", "conduct": "done", "two": "open", "three": "open"}
    assert Completion.select().count() == 1
    unlocked = Event.select().where(Event.tag == "path_step.unlocked").count()
    assert unlocked == 4


def test_two_who_put_the_same_person_on_it_make_one_enrollment(path, database):
    start = threading.Barrier(2)
    made: list[int] = []

    def run():
        start.wait(timeout=20)
        try:
            made.append(put(path, "erin").id)
        finally:
            db.database.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1 and Enrollment.select().count() == 1


def test_every_change_stands_in_the_trail_without_a_name_or_a_reason(path, who, things):
    way = put(path, "erin", cause=SELF)
    PathStep.of(way)[0].skip("Secret reason.", by=who.helen)
    way.end("Another secret.", by=who.helen)
    rows = Event.select().where(Event.subject_kind.in_(["enrollment", "path_step"]))
    tags = {row.tag for row in rows}
    assert {"enrollment.begun", "path_step.unlocked", "path_step.skipped"} <= tags
    assert all("ecret" not in row.data and row.about_id == who.erin.id for row in rows)
