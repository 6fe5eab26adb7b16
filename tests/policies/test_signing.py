"""Signing: once, under the words that were shown, and settled wherever it was owed."""

import hashlib
import json
import threading
from datetime import date
from typing import Any

import peewee
import pytest

from portal import audit, clock, db
from portal.assignments.duties import Cause, Opening
from portal.assignments.duties import kinds as duty_kinds
from portal.assignments.models import Assignment, CauseRow
from portal.audit.models import Event, canonical
from portal.compliance import following
from portal.compliance.models import Coverage, Requirement
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from portal.policies.models import Acknowledgment, PolicyAttempt, Signature
from portal.policies.reading import Reading
from portal.policies.signing import Hand, Missed, TextChanged, sign
from tests import cast
from tests.policies.conftest import ANSWERS, CONDUCT, HAND, republish, signs

MATERIAL = CONDUCT.replace("50 euros.", "30 euros.").replace("(x) 50", "(x) 30")


def duties(document: Document, person: Person, *, is_open: bool = True) -> list[Assignment]:
    mine = (Assignment.kind == "policy") & (Assignment.target == document.id)
    rows = Assignment.select().where(mine, Assignment.person == person)
    return list(rows.where(Assignment.is_open()) if is_open else rows)


# -- who is asked ------------------------------------------------------------------------------


def test_publishing_asks_its_audience_and_nobody_else(publish, who):
    document = publish(CONDUCT.replace("audience: everyone", "audience: department = Sales"))
    assert [duty.due_on for duty in duties(document, who.olga)] == [date(2026, 12, 2)]
    assert duties(document, who.erin) == duties(document, who.audrey) == []
    assert duties(document, who.olga)[0].title == "Sign “Code of conduct”"


def test_a_joiner_has_a_deadline_of_their_own(conduct, who, move_clock):
    assert duties(conduct, who.nia) == []
    move_clock(days=5)
    following.follow_all()
    assert [duty.due_on for duty in duties(conduct, who.nia)] == [date(2026, 11, 30)]
    assert [duty.due_on for duty in duties(conduct, who.erin)] == [date(2026, 12, 2)]


def test_whoever_moves_is_asked_where_they_come_and_let_go_where_they_leave(
    publish, who, move_clock
):
    sales = publish(CONDUCT.replace("audience: everyone", "audience: department = Sales"))
    builders = publish(
        CONDUCT.replace("audience: everyone", "audience: department = Engineering").replace(
            "Code of conduct", "Safe changes"
        )
    )
    assert duties(builders, who.erin) and not duties(sales, who.erin)
    move_clock(days=3)
    team = Team.get(Team.name == "Sales")
    Position.take(who.erin, by=who.helen, starts_on=who.erin.today(), role="Seller", team=team)
    following.follow_all()
    (duty,) = duties(sales, who.erin)
    assert duty.due_on == date(2026, 11, 28)
    assert duties(builders, who.erin) == []
    assert duties(builders, who.erin, is_open=False)[0].outcome == "ended"


def test_what_a_leaver_owes_ends(conduct, who, move_clock):
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=clock.now())
    assert duties(conduct, who.erin)
    move_clock(days=2)
    following.follow_all()
    Assignment.end_of_leavers()
    assert duties(conduct, who.erin) == []


def test_retiring_ends_what_is_owed_and_coming_back_asks_again(conduct, who):
    conduct.retire(by=who.helen)
    following.follow_all()
    assert duties(conduct, who.erin) == []
    Document.get_by_id(conduct.id).reinstate(by=who.helen)
    following.follow_all()
    assert len(duties(conduct, who.erin)) == 1


# -- one signature -----------------------------------------------------------------------------


def test_a_signature_binds_person_words_and_time_and_settles_the_duty(conduct, who):
    row = signs(conduct, who.erin, hand=Hand("code", "10.0.0.9", "Firefox", typed_name="E. C."))
    assert row.text_hash == hashlib.sha256(CONDUCT.encode()).hexdigest()
    assert row.shown_hash == hashlib.sha256(conduct.current.html.encode()).hexdigest()
    assert (row.round, row.attempts, row.on_behalf, row.signed_on) == (0, 1, False, cast.TODAY)
    assert row.statement == "I have read this and will follow it."
    assert duties(conduct, who.erin) == []
    assert [duty.outcome for duty in duties(conduct, who.erin, is_open=False)] == ["done"]
    covered = Coverage.get(Coverage.person == who.erin)
    assert covered.ref == f"acknowledgment:{row.id}"


def test_the_event_binds_the_row_and_names_nobody(conduct, who):
    row = signs(conduct, who.erin, hand=Hand("code", "10.0.0.9", "Firefox", typed_name="Erin C."))
    event = Event.get(Event.tag == "acknowledgment.signed")
    assert event.facts["record"] == row.record == audit.binding(row.bound)
    read_back = Acknowledgment.get_by_id(row.id)
    assert read_back.record == row.record
    assert "Erin" not in canonical(row.bound) + event.data
    signature = row.signature
    assert row.personal_hash == signature.commitment
    assert json.loads(signature.payload)["typed_name"] == "Erin C."


def test_what_names_the_person_can_go_and_the_proof_stays(conduct, who):
    row = signs(conduct, who.erin)
    with db.write():
        Signature.delete().where(Signature.acknowledgment == row).execute()
    assert row.signature is None
    assert Acknowledgment.get_by_id(row.id).record == row.record


def test_what_was_signed_is_neither_changed_nor_deleted(conduct, who):
    row = signs(conduct, who.erin)
    with db.write():
        Signature.delete().execute()
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        Acknowledgment.update(attempts=9).where(Acknowledgment.id == row.id).execute()
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        Acknowledgment.delete().where(Acknowledgment.id == row.id).execute()
    assert Acknowledgment.get_by_id(row.id).attempts == 1


def test_signing_twice_gives_the_first_one(conduct, who):
    seen = Reading.of(conduct, who.erin).seen(who.erin)
    first = signs(conduct, who.erin, seen=seen)
    again = signs(conduct, who.erin, seen=seen, answers={})
    assert first.id == again.id
    assert Event.select().where(Event.tag == "acknowledgment.signed").count() == 1


def test_twenty_at_once_make_one_row(conduct, who):
    seen = Reading.of(conduct, who.erin).seen(who.erin)
    ids: list[int] = []
    ready = threading.Barrier(20)

    def try_it() -> None:
        # They wait without a connection: the pool has fewer than there are of them.
        ready.wait()
        with db.database.connection_context():
            ids.append(signs(conduct, who.erin, seen=seen).id)

    threads = [threading.Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 20 and len(set(ids)) == 1
    assert Acknowledgment.select().count() == Signature.select().count() == 1


def test_a_wrong_answer_signs_nothing_and_is_counted(conduct, who):
    reading = Reading.of(conduct, who.erin)
    wrong = {**ANSWERS, "what-is-the-most-a-gift-may-be-worth": "500-euros"}
    for answers in (wrong, {}, {**ANSWERS, "whom-may-you-tell": ["hr"]}):
        done = sign(
            conduct, who.erin, reading.seen(who.erin), answers,
            hand=HAND, agreed_at=clock.now(), by=who.erin,
        )  # fmt: skip
        assert isinstance(done, Missed)
    assert done.wrong == {"whom-may-you-tell"}
    assert Acknowledgment.select().count() == 0 and len(duties(conduct, who.erin)) == 1
    assert PolicyAttempt.select().count() == 3
    assert signs(conduct, who.erin).attempts == 4


# -- the text changes --------------------------------------------------------------------------


def test_what_changed_between_seeing_and_signing_is_not_signed(conduct, who):
    seen = Reading.of(conduct, who.erin).seen(who.erin)
    republish(conduct, CONDUCT.replace("Your manager, or HR.", "Your manager."), who.helen)
    with pytest.raises(TextChanged):
        signs(conduct, who.erin, seen=seen)
    conduct.retire(by=who.helen)
    with pytest.raises(TextChanged):
        signs(conduct, who.erin, seen=seen)
    assert Acknowledgment.select().count() == 0


def test_a_minor_change_bothers_nobody(conduct, who):
    signs(conduct, who.erin)
    before = duties(conduct, who.ben)[0]
    republish(conduct, CONDUCT.replace("Take nothing", "Accept nothing"), who.helen)
    assert duties(conduct, who.erin) == []
    assert [duty.id for duty in duties(conduct, who.ben)] == [before.id]
    assert not Reading.of(Document.get_by_id(conduct.id), who.erin).is_owed


def test_a_material_change_asks_everybody_anew(conduct, who, move_clock):
    signs(conduct, who.erin)
    move_clock(days=30)
    republish(conduct, MATERIAL, who.helen, is_material=True, note="Gifts up to 30 euros")
    assert [duty.due_on for duty in duties(conduct, who.erin)] == [date(2027, 1, 1)]
    assert len(duties(conduct, who.ben)) == 1
    reading = Reading.of(Document.get_by_id(conduct.id), who.erin)
    assert reading.since.number == 1 and reading.is_owed
    assert Reading.of(Document.get_by_id(conduct.id), who.ben).since is None


def test_a_text_that_was_signed_after_it_changed_is_not_asked_for_again(conduct, who):
    republish(conduct, CONDUCT.replace("Gifts", "Presents"), who.helen)
    signs(conduct, who.erin)
    assert Acknowledgment.get().revision.number == 2
    following.follow_all()
    assert duties(conduct, who.erin) == []


# -- again and again ---------------------------------------------------------------------------


def test_it_is_signed_again_after_its_period(publish, who, move_clock):
    document = publish(CONDUCT.replace("sign-within: 14", "sign-within: 14\nsign-again: 12 months"))
    first = signs(document, who.erin)
    move_clock(days=300)
    following.follow_all()
    assert duties(document, who.erin) == []
    move_clock(days=36)
    following.follow_all()
    assert [duty.due_on for duty in duties(document, who.erin)] == [date(2027, 11, 18)]
    reading = Reading.of(document, who.erin)
    assert reading.is_owed and reading.since is None and reading.round == 1
    second = signs(document, who.erin)
    assert (second.round, second.revision_id) == (1, first.revision_id)
    following.follow_all()
    assert duties(document, who.erin) == []
    assert Coverage.get(Coverage.person == who.erin).due_on == date(2028, 10, 20)


# -- one duty, however often it is asked for ---------------------------------------------------


def opening(person: Person, due_on: date | None = None) -> Opening:
    return Opening(cause=Cause("checklist", 7), about=person, due_on=due_on)


def test_three_reasons_are_one_duty_by_the_earliest_day(conduct, who):
    Requirement.set(
        kind="policy", target=conduct.id, audience="department = Engineering",
        rhythm=Rhythm(first_days=5), starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    following.follow_all()
    asked = duty_kinds["policy"].open(who.erin, conduct.slug, opening(who.erin, cast.TODAY))
    (duty,) = duties(conduct, who.erin)
    assert asked.id == duty.id
    assert CauseRow.select().where(CauseRow.assignment == duty).count() == 3
    assert duty.due_on == cast.TODAY


def test_signing_before_anybody_asks_settles_what_comes_later(conduct, who):
    signs(conduct, who.nia)
    assert duty_kinds["policy"].open(who.nia, conduct.slug, opening(who.nia)) is None
    following.follow_all()
    assert duties(conduct, who.nia, is_open=False) == []


def test_a_plan_asks_again_when_the_period_is_nearly_over(publish, who, move_clock):
    document = publish(CONDUCT.replace("sign-within: 14", "sign-within: 14\nsign-again: 12 months"))
    signs(document, who.nia)
    move_clock(days=340)
    assert duty_kinds["policy"].open(who.nia, document.slug, opening(who.nia)) is not None


def test_a_plan_may_name_a_policy_in_force_and_no_other(conduct, who):
    kind = duty_kinds["policy"]
    assert kind.has(conduct.slug) and not kind.has("nothing")
    assert kind.slugs() == {conduct.slug}
    conduct.retire(by=who.helen)
    assert not kind.has(conduct.slug)


def test_signed_on_behalf_says_by_whom_and_how(conduct, who):
    row = signs(conduct, who.ben, by=who.helen, hand=Hand("code", note="On paper, 12 May."))
    assert row.on_behalf and row.signed_by_id == who.helen.id and row.person_id == who.ben.id
    assert row.signature.note == "On paper, 12 May."
    assert duties(conduct, who.ben) == []


def test_what_was_known_at_a_moment_stays_known(conduct, who, move_clock):
    from portal.compliance.needs import Moment
    from portal.compliance.needs import kinds as required

    kind = required["policy"]
    before = clock.now()
    move_clock(days=1)
    row = signs(conduct, who.erin)
    move_clock(days=1)
    republish(conduct, MATERIAL, who.helen, is_material=True)

    def known(on: date, at: Any) -> Any:
        return kind.facts(conduct.id, None, Moment(on, at))

    assert known(cast.TODAY, before) == {}
    assert known(date(2026, 11, 19), None)[who.erin.id].ref == f"acknowledgment:{row.id}"
    assert known(date(2026, 11, 20), None) == {}
    assert kind.since(conduct.id, Moment(date(2026, 11, 19))) == cast.TODAY
    assert kind.since(conduct.id, Moment(date(2026, 11, 20))) == date(2026, 11, 20)
