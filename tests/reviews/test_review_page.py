"""The page of one review: side by side once both may be read, the talk, the signature, replies."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.reviews import following, reading
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.receipts import Receipt, ReceiptReader
from portal.reviews.remarks import ADDENDUM, Remark
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import after, part_of, review_of, send


def seal_of(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found, "there is nothing to sign"
    return found.group(1)


@pytest.fixture
def written(cycle: Cycle, move_clock: Any) -> Review:
    """Erin has written and not shared; Mara has written."""
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF), "3", "Erin’s own words.")
    after(move_clock, 11)
    send(part_of(cycle, "erin", MANAGER), "2", "Mara’s words.")
    return review_of(cycle, "erin")


def released(cycle: Cycle, move_clock: Any) -> Review:
    after(move_clock, 26)
    return review_of(cycle, "erin")


# -- reading ----------------------------------------------------------------------------------


def test_the_person_shares_when_they_want_to(as_: Any, cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF), "3", "Erin’s own words.")
    review = review_of(cycle, "erin")
    assert "Share with Mara" in as_("erin").get(review.url).text
    assert "Erin’s own words." not in as_("mara").get(review.url).text
    answer = as_("erin").post(f"{review.url}/sharing")
    assert answer.status_code == 303
    assert "Erin’s own words." in as_("mara").get(review.url).text
    page = as_("erin").get(review.url).text
    assert "You have shared it." in page and "Share with Mara" not in page


def test_what_was_shared_is_not_taken_back(as_: Any, cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF))
    assert part_of(cycle, "erin", SELF).may_be_taken_back
    as_("erin").post(f"{review_of(cycle, 'erin').url}/sharing")
    sent = part_of(cycle, "erin", SELF)
    assert not sent.may_be_taken_back
    as_("erin").post(f"/forms/{sent.id}/taking-back")
    assert part_of(cycle, "erin", SELF).submitted_at is not None


def test_both_stand_side_by_side_once_both_may_be_read(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    before = as_("erin").get(written.url).text
    assert "Side by side" not in before and "Mara’s words." not in before
    review = released(cycle, move_clock)
    for name in ("erin", "mara", "dora", "helen"):
        page = as_(name).get(review.url).text
        assert "Side by side" in page, name
        assert "Erin’s own words." in page and "Mara’s words." in page, name
    assert "You two see this differently" in as_("erin").get(review.url).text


def test_the_conversation_guide_comes_with_the_release_to_the_person(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    assert "Begin with what went well." in as_("mara").get(written.url).text
    assert "Begin with what went well." not in as_("erin").get(written.url).text
    review = released(cycle, move_clock)
    assert "Begin with what went well." in as_("erin").get(review.url).text


def test_reading_what_another_wrote_is_in_the_log(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    as_("helen").get(written.url)
    sent = part_of(cycle, "erin", MANAGER)
    assert sent.read_by_id == cast.person("helen").id and not sent.may_be_taken_back


def test_a_page_asks_few_questions_however_much_stands_on_it(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review, queries: Any
) -> None:
    """All of it: compared, changed, released, signed, added to and replied."""
    after(move_clock, 21)
    CalibrationSession.begin(
        Cycle.get_by_id(cycle.id), by=None, grouping="level", held_on=cast.TODAY
    )
    helen = cast.person("helen")
    Placement.get().change(1, "Compared.", 2, by=helen)
    CalibrationSession.get().lock(by=helen)
    review, erin = released(cycle, move_clock), as_("erin")
    erin.post(f"{review.url}/signature", data={"seal": seal_of(erin.get(review.url).text)})
    Remark.reply(review, "So be it.", by=cast.person("erin"))
    part = ReviewPart.of_step(review, MANAGER)
    counts: dict[str, list[int]] = {}
    for rounds in (1, 6):
        for number in range(rounds):
            Remark.add(part, f"More {rounds} {number}", by=cast.person("mara"))
        for name in ("erin", "mara", "helen"):
            browser = as_(name)
            browser.get(review.url)
            with queries() as seen:
                assert browser.get(review.url).status_code == 200
            counts.setdefault(name, []).append(len(seen))
    assert all(few == many for few, many in counts.values()), counts
    assert max(few for few, _ in counts.values()) <= 12, counts


# -- the talk and the release -----------------------------------------------------------------


def test_the_day_of_the_talk_is_the_day_it_is_read(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    day = cast.TODAY + timedelta(days=30)
    assert as_("mara").post(f"{written.url}/talk", data={"day": str(day)}).status_code == 303
    after(move_clock, 29)
    assert review_of(cycle, "erin").released_at is None
    after(move_clock, 30)
    assert review_of(cycle, "erin").released_at is not None


def test_the_day_of_the_talk_stays_once_they_read_it(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review = released(cycle, move_clock)
    day = cast.TODAY + timedelta(days=30)
    answer = as_("mara").post(f"{review.url}/talk", data={"day": str(day)})
    assert answer.status_code == 303
    assert review_of(cycle, "erin").talk_on is None


def test_a_talk_that_is_put_off_just_then_is_not_released_by_the_clock(
    cycle: Cycle, move_clock: Any, written: Review
) -> None:
    after(move_clock, 26)
    send(part_of(cycle, "ben", MANAGER))
    found = review_of(cycle, "ben")
    day = cast.TODAY + timedelta(days=30)
    reading.plan_talk(review_of(cycle, "ben"), day, by=cast.person("mara"))
    assert not reading.release(found, by=None)
    assert review_of(cycle, "ben").released_at is None
    assert reading.release(review_of(cycle, "ben"), by=None)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_cannot_be_is_refused_with_a_sentence(
    as_: Any, cycle: Cycle, written: Review, days: int
) -> None:
    day = cast.TODAY + timedelta(days=11 + days)
    answer = as_("mara").post(f"{written.url}/talk", data={"day": str(day)})
    assert answer.status_code == 422 and "Please correct" in answer.text
    assert review_of(cycle, "erin").talk_on is None


def test_once_the_step_is_open_it_is_released_before_the_talk_as_well(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    as_("mara").post(f"{written.url}/release")
    assert review_of(cycle, "erin").released_at is None
    reading.plan_talk(written, cast.TODAY + timedelta(days=30), by=cast.person("mara"))
    after(move_clock, 27)
    assert review_of(cycle, "erin").released_at is None
    as_("mara").post(f"{written.url}/release")
    assert review_of(cycle, "erin").released_at is not None


def test_the_release_asks_the_person_to_read_without_a_word_of_who_or_what(
    cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review = released(cycle, move_clock)
    duty = Assignment.get(Assignment.kind == reading.READ, Assignment.target == review.id)
    assert duty.title == "Read your review: Annual review"
    assert duty.person_id == cast.person("erin").id and duty.settled_at is None


def test_what_was_released_is_not_taken_back(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    after(move_clock, 25)
    late = part_of(cycle, "ben", MANAGER)
    send(late)
    assert part_of(cycle, "ben", MANAGER).may_be_taken_back
    after(move_clock, 26)
    as_("mara").post(f"/forms/{late.id}/taking-back")
    sent = part_of(cycle, "ben", MANAGER)
    assert sent.submitted_at is not None and not sent.may_be_taken_back


# -- the signature ----------------------------------------------------------------------------


def test_the_person_signs_that_they_have_read_it(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review, erin = released(cycle, move_clock), as_("erin")
    sealed = seal_of(erin.get(review.url).text)
    assert erin.post(f"{review.url}/signature", data={"seal": sealed}).status_code == 303
    receipt = Receipt.get()
    assert ReceiptReader.get().name == "Erin Castellanos"
    said = json.loads(Event.get(Event.tag == "review.read").data)
    assert said["record"] == receipt.record
    assert Assignment.get(Assignment.kind == reading.READ).outcome == "done"
    page = erin.get(review.url).text
    assert "I have read this" in page and 'name="seal"' not in page
    assert receipt.record in erin.get(f"{review.url}/receipt").text


def test_signing_twice_is_signing_once(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review, erin = released(cycle, move_clock), as_("erin")
    sealed = seal_of(erin.get(review.url).text)
    for _ in range(2):
        assert erin.post(f"{review.url}/signature", data={"seal": sealed}).status_code == 303
    assert Receipt.select().count() == 1
    assert Event.select().where(Event.tag == "review.read").count() == 1


def test_what_was_added_meanwhile_is_shown_before_it_is_signed(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review, erin = released(cycle, move_clock), as_("erin")
    sealed = seal_of(erin.get(review.url).text)
    Remark.add(ReviewPart.of_step(review, MANAGER), "One more thing.", by=cast.person("mara"))
    answer = erin.post(f"{review.url}/signature", data={"seal": sealed})
    assert answer.status_code == 409 and "One more thing." in answer.text
    assert Receipt.select().count() == 0
    fresh = seal_of(answer.text)
    assert erin.post(f"{review.url}/signature", data={"seal": fresh}).status_code == 303
    assert Receipt.select().count() == 1


def test_a_seal_of_another_page_signs_nothing(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    after(move_clock, 12)
    send(part_of(cycle, "ben", MANAGER))
    review = released(cycle, move_clock)
    sealed = seal_of(as_("ben").get(review_of(cycle, "ben").url).text)
    for strange in (sealed, "", "x" * 50):
        answer = as_("erin").post(f"{review.url}/signature", data={"seal": strange})
        assert answer.status_code == 400
    assert Receipt.select().count() == 0


# -- what is said afterwards ------------------------------------------------------------------


def test_the_person_replies_once_and_it_stays(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review, erin = released(cycle, move_clock), as_("erin")
    assert erin.post(f"{review.url}/reply", data={"words": ""}).status_code == 422
    assert erin.post(f"{review.url}/reply", data={"words": "I see it so."}).status_code == 303
    assert erin.post(f"{review.url}/reply", data={"words": "Otherwise."}).status_code == 303
    # The device forgets the draft of what arrived.
    assert f'data-draft-gone="review-{review.id}-reply"' in erin.get(review.url).text
    erin.post(f"{review.url}/signature", data={"seal": seal_of(erin.get(review.url).text)})
    for address in (review.url, "/reviews"):
        seen = erin.get(address).text
        assert "You have read it, and replied." in seen and "You can reply" not in seen, address
    assert [remark.words for remark in Remark.select()] == ["I see it so."]
    for name in ("erin", "mara", "dora", "helen"):
        assert "I see it so." in as_(name).get(review.url).text, name


def test_after_the_step_nobody_replies_and_what_was_typed_is_kept(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review, erin = released(cycle, move_clock), as_("erin")
    after(move_clock, 41)
    answer = erin.post(f"{review.url}/reply", data={"words": "Too late."})
    assert answer.status_code == 409 and "Too late." in answer.text
    assert Remark.select().count() == 0


def test_who_reads_theirs_late_has_days_to_reply_as_well(
    as_: Any, cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 41)
    send(part_of(cycle, "ben", MANAGER))
    following.run()
    review = review_of(cycle, "ben")
    assert review.released_at is not None
    after(move_clock, 50)
    assert as_("ben").post(f"{review.url}/reply", data={"words": "I see."}).status_code == 303
    assert "I see." in as_("mara").get(review.url).text


def test_an_author_adds_and_changes_nothing(
    as_: Any, cycle: Cycle, move_clock: Any, written: Review
) -> None:
    part = ReviewPart.of_step(written, MANAGER)
    address = f"/reviews/parts/{part.id}/addenda"
    assert as_("mara").post(address, data={"words": "Too early."}).status_code == 409
    move_clock(days=2)
    assert as_("mara").post(address, data={"words": "And her talk."}).status_code == 303
    assert "And her talk." not in as_("erin").get(written.url).text
    for name in ("mara", "helen", "dora"):
        assert "And her talk." in as_(name).get(written.url).text, name
    review = released(cycle, move_clock)
    assert "And her talk." in as_("erin").get(review.url).text
    for name in ("dora", "helen", "erin"):
        assert as_(name).post(address, data={"words": "Mine."}).status_code == 404


def test_the_database_lets_nobody_change_what_was_said(
    cycle: Cycle, move_clock: Any, written: Review
) -> None:
    review = released(cycle, move_clock)
    remark = Remark.reply(review, "So it is.", by=cast.person("erin"))
    assert remark is not None
    for values in ({"words": "Otherwise."}, {"sort": ADDENDUM}, {"author": cast.person("mara")}):
        with pytest.raises(Exception, match="not changed"), db.write():
            Remark.update(values).where(Remark.id == remark.id).execute()
    Remark.forget([remark.id])
    assert Remark.get_by_id(remark.id).words == ""


# -- another leads ----------------------------------------------------------------------------


def transferred(who: Any, move_clock: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    following.run()


def test_who_led_them_reads_what_they_wrote_and_nothing_else(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any, written: Review
) -> None:
    transferred(who, move_clock)
    page = as_("mara").get(written.url).text
    assert "lead them no more" in page and "Mara’s words." in page
    assert "Erin’s own words." not in page and "The talk" not in page
    review = released(cycle, move_clock)
    Remark.reply(review, "To Otto.", by=who.erin)
    page = as_("mara").get(review.url).text
    assert "Mara’s words." in page
    for secret in ("Erin’s own words.", "To Otto.", "signed", "Calibration", "Begin with what"):
        assert secret not in page, secret
    assert "Mara’s words." in as_("otto").get(review.url).text


def test_who_reviewed_them_keeps_the_reply_that_was_given_to_them(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any, written: Review
) -> None:
    review = released(cycle, move_clock)
    Remark.reply(review, "To Mara.", by=who.erin)
    transferred(who, move_clock)
    assert "To Mara." in as_("mara").get(review.url).text
    assert "To Mara." in as_("otto").get(review.url).text


def test_who_led_them_adds_nothing_any_more(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any, written: Review
) -> None:
    part = ReviewPart.of_step(written, MANAGER)
    move_clock(days=2)
    transferred(who, move_clock)
    answer = as_("mara").post(f"/reviews/parts/{part.id}/addenda", data={"words": "Still."})
    assert answer.status_code == 409
    assert Remark.select().count() == 0
    assert Submission.get_by_id(part.submission_id).submitted_at is not None


def test_nor_in_a_cycle_that_is_over_and_follows_nobody(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any, written: Review
) -> None:
    part = ReviewPart.of_step(written, MANAGER)
    move_clock(days=2)
    Cycle.get_by_id(cycle.id).end(by=who.helen)
    assert "Add to what you wrote" in as_("mara").get(written.url).text
    transferred(who, move_clock)
    page = as_("mara").get(written.url).text
    assert "What you wrote" in page and "Add to what you wrote" not in page
    answer = as_("mara").post(f"/reviews/parts/{part.id}/addenda", data={"words": "Still."})
    assert answer.status_code == 409 and Remark.select().count() == 0
