"""Saying where somebody stands: kept for ever with its words, and never overwritten."""

from datetime import date
from typing import Any

import peewee
import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.competencies import gaps
from portal.competencies.asking import AssessmentRequest
from portal.competencies.models import SAID, Assessment, AssessmentNote
from portal.documents.models import Document
from portal.mail.models import Letter
from portal.mail.models import kinds as letter_kinds
from portal.people.positions import Position
from portal.privacy import records
from tests import cast
from tests.competencies import written
from tests.competencies.conftest import moved


def page(who: Any, name: str = "erin", rest: str = "") -> str:
    return f"/competencies/people/{getattr(who, name).id}{rest}"


# -- the row -----------------------------------------------------------------------------------


def test_an_assessment_says_who_whom_on_which_level_and_by_which_text(
    say: Any, stands: Any
) -> None:
    one = say("mara", "erin", 2, "Her changes are small.")
    assert (one.relation, one.level, one.value) == ("manager", "L2", 2)
    assert one.revision_id == stands.code.current.id
    assert one.given_on == cast.TODAY and one.by == cast.person("mara")
    kept = Assessment.listing(Assessment.select()).get()
    assert kept.note == "Her changes are small." and kept.label == "2 Proficient"
    assert kept.row.text == "hands in what one can read in one sitting"


@pytest.mark.parametrize(
    ("by", "relation"),
    [("erin", "self"), ("mara", "manager"), ("dora", "manager"), ("ben", "peer"),
     ("otto", "peer"), ("helen", "peer")],
)  # fmt: skip
def test_how_the_author_stands_to_them_is_read_off_the_line(
    say: Any, by: str, relation: str
) -> None:
    assert say(by, "erin", 1).relation == relation


def test_the_words_stay_as_they_were_when_the_text_changes(say: Any, stands: Any, who: Any) -> None:
    say("mara", "erin", 2)
    changed = written.CODE.replace("hands in what one can read", "writes like a poet")
    stands.code.publish(changed, by=who.helen)
    first = Assessment.listing(Assessment.select()).get()
    assert first.row.text == "hands in what one can read in one sitting"
    second = say("mara", "erin", 2)
    assert second.id != first.id and second.revision_id != first.revision_id


def test_nothing_is_overwritten_and_the_newest_of_each_counts(
    say: Any, who: Any, move_clock: Any
) -> None:
    say("mara", "erin", 1)
    move_clock(days=30)
    say("mara", "erin", 2)
    assert [one.value for one in Assessment.select().order_by(Assessment.id)] == [1, 2]
    found = {gap.slug: gap for gap in gaps.of(who.erin)}["code-quality"]
    assert found.manager == 2 and found.assessed_on == date(2026, 12, 18)


def test_the_same_said_twice_on_a_day_is_said_once(say: Any) -> None:
    first = say("mara", "erin", 1, "Slow.")
    assert say("mara", "erin", 1, "Slow.").id == first.id
    assert say("mara", "erin", 1, "Slower.").id != first.id
    assert Event.select().where(Event.tag == "assessment.given").count() == 2


@pytest.mark.parametrize("change", [Assessment.update(value=3), Assessment.delete()])
def test_the_database_refuses_to_change_what_was_said(say: Any, change: Any) -> None:
    one = say("mara", "erin", 1)
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        change.execute()
    assert Assessment.get_by_id(one.id).value == 1


def test_a_row_that_is_not_there_or_a_text_out_of_force_is_refused(
    say: Any, stands: Any, who: Any
) -> None:
    with pytest.raises(ValueError, match="no row 7"):
        say("mara", "erin", 7)
    stands.talk.retire(by=who.helen)
    with pytest.raises(ValueError, match="not in force"):
        say("mara", "erin", 1, document=stands.talk)
    assert not Assessment.select().exists()


def test_its_event_binds_it_and_tells_neither_the_rating_nor_the_sentence(say: Any) -> None:
    one = say("mara", "erin", 1, "CANARY")
    event = Event.get(Event.tag == "assessment.given")
    assert event.facts["record"] == Assessment.get_by_id(one.id).record
    assert "value" not in event.facts and "CANARY" not in event.data
    note = AssessmentNote.get()
    assert note.commitment == one.personal_hash


# -- the form ----------------------------------------------------------------------------------


def test_somebody_says_where_they_stand_in_part(as_: Any, who: Any, filled: Any) -> None:
    erin = as_("erin")
    form = erin.get(page(who, rest="/assessment")).text
    assert "hands in what one can read in one sitting" in form, "the rows of her level"
    assert "rereads each change" not in form, "and of no other"
    assert "everybody above you in the line and HR read this" in form
    answer = erin.post(
        page(who, rest="/assessment"), data=filled("erin", code=2, why="Small ones."),
        follow_redirects=True,
    )  # fmt: skip
    assert "Noted in 1 of 2." in answer.text and "2 Proficient" in answer.text
    assert Assessment.get().relation == "self"
    again = erin.get(page(who, rest="/assessment")).text
    assert "You said 2 Proficient on Wed 18 Nov: “Small ones.”" in again
    assert 'value="2" checked' not in again, "what was said last is no choice of today"


@pytest.mark.parametrize(("first", "then"), [("mara", "erin"), ("erin", "mara")])
def test_what_the_other_side_said_is_hidden_until_one_has_chosen(
    as_: Any, who: Any, say: Any, filled: Any, first: str, then: str
) -> None:
    say(first, "erin", 1, "CANARY sentence")
    client = as_(then)
    form = client.get(page(who, rest="/assessment")).text
    assert "CANARY" not in form and "You said" not in form
    client.post(page(who, rest="/assessment"), data=filled("erin", code=3))
    after = client.get(page(who)).text
    assert "1 Developing" in after and "3 Advanced" in after


def test_whoever_it_is_about_learns_by_a_letter_that_there_is_something_to_read(
    world: Any, as_: Any, who: Any, filled: Any, move_clock: Any
) -> None:
    url = page(who, rest="/assessment")
    for name, value in (("erin", 1), ("mara", 2), ("mara", 1), ("dora", 3)):
        assert as_(name).post(url, data=filled("erin", value, why="CANARY")).status_code == 303
    mara, dora = Letter.select().where(Letter.kind == SAID).order_by(Letter.id)
    assert {mara.person_id, dora.person_id} == {who.erin.id}
    assert (mara.facts["by"], dora.facts["by"]) == (who.mara.id, who.dora.id), "once from each"
    kind = letter_kinds[SAID]
    with world.app.app_context():
        message, shown = kind.render(mara), kind.shown(mara)
        who.erin.depart(by=None, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
        move_clock(days=2)
        assert kind.render(dora) is None
    assert "Mara Okafor said where you stand" in message.text
    assert page(who) in message.text and page(who) in message.html
    for said in (message.text, message.html, message.subject):
        assert not [word for word in ("CANARY", "Proficient", "Developing") if word in said]
    assert "Mara" not in str(shown)


def test_a_form_without_a_choice_or_with_a_sentence_alone_is_refused_at_its_field(
    as_: Any, who: Any, filled: Any
) -> None:
    mara, url = as_("mara"), page(who, rest="/assessment")
    nothing = mara.post(url, data=filled("erin"))
    assert nothing.status_code == 422 and "Choose a row in at least one" in nothing.text
    alone = mara.post(url, data=filled("erin", why="Because."))
    assert alone.status_code == 422 and "Choose a row as well" in alone.text
    assert "<title>Error:" in alone.text and "Because." in alone.text
    strange = mara.post(url, data=filled("erin", code=9))
    assert strange.status_code == 422
    assert mara.post(url, data=filled("erin", code=1) | {"by": "1"}).status_code == 400
    assert not Assessment.select().exists()


def test_a_text_that_changed_meanwhile_is_shown_before_it_counts(
    as_: Any, who: Any, filled: Any, stands: Any
) -> None:
    sent = filled("erin", code=2, why="Kept.")
    stands.code.publish(written.CODE.replace("in one sitting", "in one minute"), by=who.helen)
    answer = as_("mara").post(page(who, rest="/assessment"), data=sent)
    assert answer.status_code == 422 and "was changed while you were choosing" in answer.text
    assert "in one minute" in answer.text and "Kept." in answer.text
    assert not Assessment.select().exists()


def test_after_a_promotion_the_rows_are_those_of_the_new_level(
    as_: Any, who: Any, say: Any, filled: Any
) -> None:
    Position.take(who.ben, by=None, starts_on=date(2026, 6, 1), level="L1")
    say("mara", "ben", 3)
    Position.take(cast.person("ben"), by=None, starts_on=cast.TODAY, level="L2")
    found = {gap.slug: gap for gap in gaps.of(who.ben)}["code-quality"]
    assert (found.level, found.manager, found.gap) == ("L2", None, None)
    form = as_("mara").get(page(who, "ben", "/assessment")).text
    assert "You said 3 Advanced on level L1" in form


# -- a colleague -------------------------------------------------------------------------------


def ask(as_: Any, who: Any, by: str = "erin", peer: str = "Olga Søndergaard") -> Any:
    return as_(by).post(page(who, rest="/requests"), data={"peer": peer})


def test_a_colleague_is_asked_answers_once_and_reads_their_own_alone(
    as_: Any, who: Any, say: Any, filled: Any
) -> None:
    say("mara", "erin", 1, "CANARY")
    assert "read the answer, with their name" in as_("erin").get(page(who, rest="/requests")).text
    assert ask(as_, who).status_code == 303
    request = AssessmentRequest.get()
    olga = as_("olga")
    assert "Say where Erin Castellanos stands" in olga.get("/").text
    form = olga.get(request.url).text
    assert "HR read your answer, with your name" in form and "CANARY" not in form
    assert "Developing" in form and "You said" not in form
    sent = olga.post(request.url, data=filled("erin", code=3, why="Clear."), follow_redirects=True)
    assert "Thank you. It is sent." in sent.text and "“Clear.”" in sent.text
    assert Assignment.get(Assignment.kind == "assessment").outcome == "done"
    assert olga.post(request.url, data=filled("erin", code=1)).status_code == 409
    assert [one.relation for one in Assessment.select().order_by(Assessment.id)][1:] == ["peer"]
    assert "3, by 1" in as_("erin").get(page(who)).text
    assert "Answered" in as_("mara").get(page(who, rest="/requests")).text


def test_a_manager_asks_and_the_colleague_may_say_that_they_cannot(
    as_: Any, who: Any, stands: Any
) -> None:
    ask(as_, who, "mara")
    request = AssessmentRequest.get()
    as_("olga").post(f"{request.url}/refusal")
    assert "Cannot say" in as_("erin").get(page(who, rest="/requests")).text
    assert "That is all they see" in as_("olga").get(request.url).text
    assert not Assessment.select().exists()


def test_asking_is_taken_back_by_whoever_asked_and_by_nobody_else(
    as_: Any, who: Any, stands: Any
) -> None:
    ask(as_, who, "mara")
    request = AssessmentRequest.get()
    url = page(who, rest=f"/requests/{request.id}/withdrawal")
    for name in ("erin", "dora", "helen"):
        client = as_(name)
        assert client.post(url).status_code == 403, name
        assert "Ask no longer" not in client.get(page(who, rest="/requests")).text
    assert "Ask no longer" in as_("mara").get(page(who, rest="/requests")).text
    assert "is not asked any more" in as_("mara").post(url, follow_redirects=True).text
    assert as_("olga").get("/").text.count("Say where Erin") == 0
    assert "not asked any more" in as_("olga").get(request.url).text
    assert "It is over already" in as_("mara").post(url, follow_redirects=True).text


def test_whom_one_waits_for_is_not_asked_twice(as_: Any, who: Any, stands: Any) -> None:
    ask(as_, who)
    ask(as_, who, "mara")
    assert AssessmentRequest.select().count() == 1


@pytest.mark.parametrize(
    ("peer", "why"),
    [("", "Say whom you ask"), ("Nobody Anywhere", "Nobody here"),
     ("Erin Castellanos", "their own assessment"), ("Dora Lindqvist", "without being asked")],
)  # fmt: skip
def test_some_cannot_be_asked(as_: Any, who: Any, stands: Any, peer: str, why: str) -> None:
    answer = ask(as_, who, peer=peer)
    assert answer.status_code == 422 and why in answer.text
    assert not AssessmentRequest.select().exists()


def test_names_are_offered_while_one_types_and_whom_one_does_not_know_cannot_be_asked(
    as_: Any, who: Any, stands: Any
) -> None:
    """Nia starts on Monday: HR, her line and her buddy know of her, and Olga does not."""
    erin, olga = as_("erin"), as_("olga")
    offered = erin.get(page(who, rest="/colleagues?peer=ol")).text
    assert 'value="Olga Søndergaard"' in offered and 'id="colleagues"' in offered
    for name in ("Erin", "Mara", "Dora", "Lev", "Audrey"):
        assert name not in erin.get(page(who, rest=f"/colleagues?peer={name}")).text
    team = who.erin.position().team
    Position.take(who.olga, by=None, starts_on=cast.TODAY, team=team, level="L1")
    url = page(who, "olga", "/requests")
    assert "Nia" not in olga.get(url).text
    refused = olga.post(url, data={"peer": "Nia Novak"})
    strange = olga.post(url, data={"peer": "Nobody Anywhere"})
    assert refused.status_code == strange.status_code == 422
    assert refused.text.replace("Nia Novak", "") == strange.text.replace("Nobody Anywhere", "")
    assert not AssessmentRequest.select().exists()


# -- later -------------------------------------------------------------------------------------


def test_the_history_tells_each_word_with_its_day_its_author_and_its_rows(
    as_: Any, who: Any, say: Any, stands: Any, move_clock: Any
) -> None:
    say("mara", "erin", 1, "At first.")
    stands.code.publish(written.CODE.replace("one sitting", "one minute"), by=who.helen)
    move_clock(days=40)
    say("dora", "erin", 2, "By now.")
    history = as_("erin").get(page(who, rest="/history/code-quality")).text
    assert history.index("By now.") < history.index("At first.")
    assert "Wed 18 Nov" in history and "Mara Okafor, as their manager" in history
    assert "in one sitting" in history and "in one minute" in history


def test_all_that_was_said_is_one_list_even_of_a_matrix_one_has_no_more(
    as_: Any, who: Any, say: Any, stands: Any
) -> None:
    say("mara", "erin", 1, "On changes.")
    say("mara", "erin", 2, "On words.", stands.talk)
    stands.matrix.document.retire(by=who.helen)
    for name in ("erin", "mara", "helen"):
        client = as_(name)
        assert page(who, rest="/history") in client.get(page(who)).text
        listed = client.get(page(who, rest="/history")).text
        assert (
            "1 Developing in Code quality" in listed and "2 Proficient in Communication" in listed
        )
        assert "On changes." in listed and "On words." in listed
    Document.start("competency", "Charm", by=who.helen)
    for name in ("nothing", "charm"):
        assert as_("erin").get(page(who, rest=f"/history/{name}")).status_code == 404


def test_of_somebody_who_has_left_nothing_is_asked_any_more(
    as_: Any, who: Any, say: Any, stands: Any, move_clock: Any
) -> None:
    say("mara", "erin", 1, "While she was here.")
    ask(as_, who)
    who.erin.depart(by=None, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    move_clock(days=3)
    request = AssessmentRequest.get()
    asked = as_("olga").get(request.url)
    assert asked.status_code == 200 and "does not work here any more" in asked.text
    assert as_("olga").post(request.url + "/refusal").status_code == 303
    helen = as_("helen").get(page(who)).text
    assert "What was said stays." in helen and "Assess" not in helen.split("<main")[1]
    assert "While she was here." in as_("helen").get(page(who, rest="/history")).text


def test_what_was_said_is_saved_as_a_file_and_that_others_did_is_in_the_trail(
    as_: Any, who: Any, say: Any
) -> None:
    say("mara", "erin", 1, "=HYPERLINK(1)")
    own = as_("erin").post(page(who, rest="/file"))
    assert own.mimetype == "text/csv" and "1 step below" in own.text
    assert not Event.select().where(Event.tag == "person.exported_competencies").exists()
    everything = as_("mara").post(page(who, rest="/history/file")).text
    assert "Mara Okafor" in everything and ",=HYPER" not in everything
    assert Event.get(Event.tag == "person.exported_competencies").about_id == who.erin.id


def test_an_erasure_takes_the_sentences_and_leaves_the_numbers(say: Any, who: Any) -> None:
    say("mara", "erin", 1, "CANARY")
    kept = records["assessment_notes"]
    rows = list(kept.select().where(kept.goes(who.erin.id)))
    with db.write():
        kept.erase([row.id for row in rows], who.helen)
    assert not AssessmentNote.select().exists()
    one = Assessment.listing(Assessment.select()).get()
    assert one.note == "" and one.value == 1


def test_who_was_moved_is_assessed_by_their_new_line(as_: Any, who: Any, say: Any) -> None:
    moved("erin", who.otto)
    assert as_("otto").get(page(who, rest="/assessment")).status_code == 200
    assert as_("mara").get(page(who, rest="/assessment")).status_code == 404
