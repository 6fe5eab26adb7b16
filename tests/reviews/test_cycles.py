"""A cycle from launch to end: steps open and close by themselves, and who reads what when."""

from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires import access as forms_access
from portal.reviews import following, reading, receipts
from portal.reviews.answers import DUTY, Closed, Nominee, Response
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, PEERS, SELF
from tests import cast
from tests.reviews.conftest import after, part_of, review_of, send


def owes(name: str, kind: str = "form") -> list[str]:
    rows = Assignment.select().where(
        Assignment.person == cast.person(name), Assignment.kind == kind, Assignment.is_open()
    )
    return sorted(row.title for row in rows)


def can_read(name: str, submission: Any) -> bool:
    return forms_access.can_read(cast.person(name), submission)


def test_on_its_day_everybody_is_asked_about_themselves_and_later_their_managers(
    cycle: Cycle, move_clock: Any
) -> None:
    assert owes("erin") == []
    after(move_clock, 0)
    assert owes("erin") == ["Annual"]
    assert owes("dora") == []
    after(move_clock, 11)
    assert owes("dora") == ["Annual — Mara Okafor"]
    assert owes("mara") == ["Annual", "Annual — Ben Hartmann", "Annual — Erin Castellanos"]


def test_running_it_twice_asks_nobody_twice(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    following.run()
    assert ReviewPart.select().count() == 4
    assert owes("erin") == ["Annual"]


def test_a_self_review_is_nobodys_to_read_before_it_is_shared(
    cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF))
    sent = part_of(cycle, "erin", SELF)
    assert [can_read(name, sent) for name in ("erin", "mara", "helen", "dora")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert reading.share(review_of(cycle, "erin"), by=cast.person("erin"))
    shared = part_of(cycle, "erin", SELF)
    assert [can_read(name, shared) for name in ("mara", "helen", "dora", "otto", "ben")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_it_is_shared_at_the_end_of_the_step_at_the_latest(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF))
    after(move_clock, 10)
    assert not can_read("mara", part_of(cycle, "erin", SELF))
    after(move_clock, 11)
    assert can_read("mara", part_of(cycle, "erin", SELF))
    assert review_of(cycle, "ben").shared_at is None


def test_what_the_manager_writes_is_read_by_the_person_from_the_release_on(
    cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 11)
    send(part_of(cycle, "erin", MANAGER))
    assert not can_read("erin", part_of(cycle, "erin", MANAGER))
    assert can_read("helen", part_of(cycle, "erin", MANAGER))
    after(move_clock, 25)
    assert not can_read("erin", part_of(cycle, "erin", MANAGER))
    after(move_clock, 26)
    assert can_read("erin", part_of(cycle, "erin", MANAGER))
    assert review_of(cycle, "ben").released_at is None


def signs(cycle: Cycle, name: str, about: str = "erin") -> receipts.Receipt | None:
    return receipts.sign(
        review_of(cycle, about), "shown", clock.now(), now_shown=lambda: "shown",
        hand=receipts.Hand("test"), by=cast.person(name),
    )  # fmt: skip


def test_reading_is_signed_once_and_only_what_was_released(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 11)
    send(part_of(cycle, "erin", MANAGER))
    assert signs(cycle, "erin") is None
    after(move_clock, 26)
    first = signs(cycle, "erin")
    assert first is not None and signs(cycle, "erin") == first
    assert signs(cycle, "mara", "erin") is None
    assert review_of(cycle, "erin").read_at == first.signed_at


def test_another_manager_begins_afresh_and_the_former_keeps_their_words(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    draft = part_of(cycle, "erin", MANAGER)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    following.run()
    assert part_of(cycle, "erin", MANAGER).person_id == who.otto.id
    assert "Annual — Erin Castellanos" in owes("otto")
    assert "Annual — Erin Castellanos" not in owes("mara")
    assert forms_access.can_see(who.mara, draft)


def test_whoever_leaves_in_the_middle_is_skipped(cycle: Cycle, move_clock: Any, who: Any) -> None:
    after(move_clock, 0)
    with db.write():
        Person.update(last_day_on=cast.TODAY).where(Person.id == who.erin.id).execute()
    after(move_clock, 2)
    assert review_of(cycle, "erin").reason == "Erin Castellanos has left."


# -- without names ----------------------------------------------------------------------------


def asked(cycle: Cycle, names: tuple[str, ...]) -> list[Nominee]:
    review, phase = review_of(cycle, "erin"), cycle.phase(PEERS)
    assert phase is not None
    found = []
    for name in names:
        nominee = Nominee.name(review, phase, cast.person(name), by=cast.person("erin"))
        nominee.approve(by=cast.person("mara"))
        found.append(Nominee.get_by_id(nominee.id))
    following.run()
    return found


def say(nominee: Nominee, words: str) -> bool:
    nominee = Nominee.get_by_id(nominee.id)
    keys = [
        q["key"] for section in nominee.phase.form.parsed["sections"] for q in section["questions"]
    ]
    return nominee.answer({keys[0]: "2", keys[1]: words})


def test_three_answers_appear_together_when_the_step_closes(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = asked(cycle, ("ben", "olga", "otto"))
    assert owes("ben", DUTY) == ["What you say of Erin Castellanos"]
    for number, nominee in enumerate(named):
        assert say(nominee, f"Words {number}")
    assert not say(named[0], "Twice")
    review = review_of(cycle, "erin")
    assert Response.shown(review, Cycle.get_by_id(cycle.id).phases) == {}
    after(move_clock, 11)
    (shown,) = Response.shown(review, Cycle.get_by_id(cycle.id).phases).values()
    assert list(shown.values()) == [["2", "2", "2"], ["Words 0", "Words 1", "Words 2"]]


def test_two_answers_are_none(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = asked(cycle, ("ben", "olga", "otto"))
    for nominee in named[:2]:
        say(nominee, "Words")
    after(move_clock, 11)
    assert Response.select().count() == 0
    assert owes("otto", DUTY) == []


def test_after_the_step_nobody_answers(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = asked(cycle, ("ben", "olga", "otto"))
    after(move_clock, 11)
    with pytest.raises(Closed):
        say(named[0], "Late")


def test_no_row_tells_when_somebody_answered(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = asked(cycle, ("ben", "olga", "otto"))
    move_clock(hours=30)
    say(named[1], "Words")
    opened = Cycle.get_by_id(cycle.id).phase(PEERS).opened_at
    duty = Assignment.get(Assignment.kind == DUTY, Assignment.target == named[1].id)
    assert duty.settled_at == opened
    columns = {column.name for model in (Nominee, Response) for column in db_columns(model)}
    assert not {name for name in columns if "answered_at" in name or "sent" in name}


def db_columns(model: Any) -> Any:
    return db.database.get_columns(model._meta.table_name)


def test_a_plan_without_a_form_in_force_begins_nothing(cycle: Cycle, who: Any) -> None:
    document = cycle.document
    Document.named("form", "peers").retire(by=who.helen)  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="not in force"):
        Cycle.begin(document, [who.erin], cast.TODAY, by=who.helen)
