"""Sign the difference: who signed before sees exactly what changed, and signs that."""

from types import SimpleNamespace
from typing import Any

import peewee
import pytest

from portal import db
from portal.documents.models import Document
from portal.policies.differences import ShownDifference, between
from portal.policies.models import Acknowledgment, hash_of
from portal.policies.reading import Reading, answered
from tests.policies.conftest import CONDUCT, RIGHT, republish, sealed, signs
from tests.reach import knock

NEW_LIMIT = CONDUCT.replace("50 euros.", "75 euros, and tell your manager.")
NEW_QUESTION = """
Whom do you tell of a gift? (new)
- (x) My manager
- ( ) Nobody
see: Gifts
"""
ASKING = NEW_LIMIT + NEW_QUESTION
TOLD = {"q-whom-do-you-tell-of-a-gift": "my-manager"}


def page_of(as_: Any, document: Document, name: str = "erin", query: str = "") -> str:
    return str(as_(name).get(f"/policies/{document.id}{query}").text)


def reading_of(document: Document, person: Any) -> Reading:
    found = Reading.of(Document.get_by_id(document.id), person)
    assert found is not None
    return found


@pytest.fixture
def changed(conduct: Document, who: SimpleNamespace, move_clock: Any) -> Document:
    """Erin has signed; then the limit for gifts has changed, and one question is new."""
    signs(conduct, who.erin)
    move_clock(days=3)
    republish(conduct, ASKING, who.helen, is_material=True, note="A new limit for gifts")
    return conduct


def test_who_signed_before_sees_what_changed_and_the_new_question_alone(
    as_: Any, changed: Document
) -> None:
    page = page_of(as_, changed)
    assert "What has changed since you signed" in page
    assert "<del>50</del> <ins>75</ins> euros<ins>, and tell your manager</ins>." in page
    shown = page.partition("</section></div>")[0]
    assert "Everyone who works here." not in shown
    assert "Whom do you tell of a gift?" in page
    assert "What is the most a gift may be worth?" not in page
    assert "A new limit for gifts" in page


def test_the_whole_text_is_one_tap_away_on_the_same_page(as_: Any, changed: Document) -> None:
    page = page_of(as_, changed)
    closed = '<details class="disclosure" id="whole">'
    assert closed in page and "Everyone who works here." in page.partition(closed)[2]
    assert '<details class="disclosure" id="whole" open>' in page_of(as_, changed, query="?full=1")


def test_who_never_signed_gets_the_whole_text_and_every_question_that_stands_in_it(
    as_: Any, changed: Document
) -> None:
    page = page_of(as_, changed, "ben")
    assert "What has changed" not in page
    assert "What is the most a gift may be worth?" in page and "Whom do you tell" in page


def test_the_difference_is_signed_with_the_same_button_and_its_bytes_are_bound(
    as_: Any, changed: Document, who: SimpleNamespace
) -> None:
    erin = as_("erin")
    page = erin.get(f"/policies/{changed.id}").text
    data = {"seal": sealed(page), **TOLD}
    answer = erin.post(f"/policies/{changed.id}/signature", data=data)
    assert answer.status_code == 303, answer.text
    second, first = Acknowledgment.of(changed.id, who.erin.id)
    assert second.since_revision == first.revision and first.since_revision is None
    shown = ShownDifference.of(second.shown_hash)
    assert shown is not None and shown.html in page
    assert hash_of(shown.html) == second.shown_hash != first.shown_hash
    assert (shown.before, shown.after) == (first.revision, second.revision)
    assert answered(second) == [("Whom do you tell of a gift?", "My manager")]
    assert reading_of(changed, who.erin).is_owed is False


def test_the_receipt_leads_to_the_very_bytes_even_if_they_would_be_told_otherwise_today(
    as_: Any, changed: Document, who: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_shown = reading_of(changed, who.erin).shown
    receipt = signs(changed, who.erin, answers={"whom-do-you-tell-of-a-gift": "my-manager"})
    monkeypatch.setattr("portal.documents.difference.LABELS", {})
    page = as_("erin").get(f"/policies/receipts/{receipt.id}").text
    assert f"/policies/receipts/{receipt.id}/shown" in page
    page = as_("helen").get(f"/policies/receipts/{receipt.id}/shown").text
    assert first_shown in page and receipt.shown_hash in page


def test_what_was_shown_is_seen_by_its_person_hr_and_auditors(
    as_: Any, changed: Document, who: SimpleNamespace
) -> None:
    receipt = signs(changed, who.erin, answers={"whom-do-you-tell-of-a-gift": "my-manager"})
    whole = Acknowledgment.of(changed.id, who.erin.id)[1]
    table = {"erin": 200, "helen": 200, "audrey": 200, "mara": 404, "dora": 404, "ben": 404,
             "otto": 404, "adam": 404, "nia": 404}  # fmt: skip
    knock(
        as_, table, f"/policies/receipts/{receipt.id}/shown", nowhere="/policies/receipts/99/shown"
    )
    everyone = dict.fromkeys(table, 404)
    knock(
        as_, everyone, f"/policies/receipts/{whole.id}/shown", nowhere="/policies/receipts/99/shown"
    )


def test_what_was_shown_never_changes(changed: Document, who: SimpleNamespace) -> None:
    signs(changed, who.erin, answers={"whom-do-you-tell-of-a-gift": "my-manager"})
    row = ShownDifference.get()
    for statement in (
        ShownDifference.update(html="x").where(ShownDifference.id == row.id),
        ShownDifference.delete(),
    ):
        with pytest.raises(peewee.DatabaseError), db.write():
            statement.execute()
    assert ShownDifference.get().html == row.html


def test_many_who_sign_the_same_difference_keep_it_once(
    changed: Document, who: SimpleNamespace, publish: Any
) -> None:
    other = publish(CONDUCT.replace("Code of conduct", "Other"), slug="other")
    for person in (who.ben, who.mara):
        signs(other, person)
    republish(other, NEW_LIMIT.replace("Code of conduct", "Other"), who.helen, is_material=True)
    for person in (who.ben, who.mara):
        assert signs(other, person).since_revision_id
    assert ShownDifference.select().count() == 1


def test_after_several_material_texts_it_is_the_difference_to_the_one_they_signed(
    conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    first = signs(conduct, who.erin).revision
    for words in ("60 euros.", "70 euros.", "75 euros."):
        move_clock(days=1)
        last = republish(conduct, CONDUCT.replace("50 euros.", words), who.helen, is_material=True)
    reading = reading_of(conduct, who.erin)
    assert reading.since == first
    assert "<del>50</del> <ins>75</ins>" in reading.shown and "60" not in reading.shown
    assert reading.shown == str(between(first, last).html)


def test_a_text_that_came_back_to_what_they_signed_is_shown_whole(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(conduct, who.erin)
    for source in (NEW_LIMIT, CONDUCT):
        move_clock(days=1)
        republish(conduct, source, who.helen, is_material=True)
    reading = reading_of(conduct, who.erin)
    assert reading.since is None and reading.shown == reading.revision.html
    assert len(reading.sheet.questions) == 2
    assert "Nothing has changed since you signed this on" in page_of(as_, conduct)


def test_after_a_year_an_unchanged_text_is_shown_whole_and_said_to_be_the_same(
    as_: Any, publish: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    from portal.compliance import following

    yearly = CONDUCT.replace("sign-within", "sign-again: 12 months\nsign-within")
    conduct = publish(yearly)
    signs(conduct, who.erin)
    move_clock(days=350)
    following.follow_all()
    page = page_of(as_, conduct)
    assert "Nothing has changed since you signed this on" in page
    assert "What has changed" not in page and "Everyone who works here." in page
    assert signs(conduct, who.erin).since_revision is None


def test_a_minor_change_shows_nobody_a_difference(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(conduct, who.erin)
    move_clock(days=1)
    republish(conduct, NEW_LIMIT, who.helen)
    reading = reading_of(conduct, who.erin)
    assert reading.since is None and not reading.is_owed


def test_where_much_has_changed_the_whole_text_is_to_be_read(
    as_: Any, publish: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    head = CONDUCT.partition("## Who")[0]

    def of(word: str) -> str:
        body = "\n\n".join(" ".join(f"{word}{n * m}x" for n in range(9)) for m in range(60))
        return f"{head}## All\n\n{body}\n"

    document = publish(of("a"))
    signs(document, who.erin)
    move_clock(days=1)
    republish(document, of("b"), who.helen, is_material=True)
    reading = reading_of(document, who.erin)
    assert reading.since is None and reading.shown == reading.revision.html
    assert "Much has changed since: please read all of it." in page_of(as_, document)


def test_a_question_that_was_asked_before_is_not_new_to_who_answered_it(
    changed: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(changed, who.erin, answers={"whom-do-you-tell-of-a-gift": "my-manager"})
    move_clock(days=1)
    again = ASKING.replace("75 euros", "80 euros")
    republish(changed, again, who.helen, is_material=True)
    assert reading_of(changed, who.erin).sheet.questions == ()
    # Olga never signed, so that it is one of all the questions for her.
    assert len(reading_of(changed, who.olga).sheet.questions) == 3


def test_a_wrong_answer_leads_to_its_passage_in_the_whole_text(as_: Any, changed: Document) -> None:
    erin = as_("erin")
    page = erin.get(f"/policies/{changed.id}").text
    data = {"seal": sealed(page), "q-whom-do-you-tell-of-a-gift": "nobody"}
    answer = erin.post(f"/policies/{changed.id}/signature", data=data)
    assert answer.status_code == 422
    assert 'id="whole" open' in answer.text and 'href="#passage-gifts"' in answer.text
    assert 'id="passage-gifts"' in answer.text


def test_a_text_published_while_reading_the_difference_is_a_409_with_the_new_difference(
    as_: Any, changed: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    erin = as_("erin")
    page = erin.get(f"/policies/{changed.id}").text
    move_clock(minutes=5)
    republish(changed, ASKING.replace("75 euros", "99 euros"), who.helen, is_material=True)
    answer = erin.post(f"/policies/{changed.id}/signature", data={"seal": sealed(page), **TOLD})
    assert answer.status_code == 409
    assert "<del>50</del> <ins>99</ins>" in answer.text
    assert Acknowledgment.select().count() == 1


def test_the_answers_of_the_whole_text_do_not_sign_the_difference(
    as_: Any, changed: Document
) -> None:
    erin = as_("erin")
    page = erin.get(f"/policies/{changed.id}").text
    data = {"seal": sealed(page), **RIGHT, **TOLD}
    assert erin.post(f"/policies/{changed.id}/signature", data=data).status_code == 400
    assert Acknowledgment.select().count() == 1


def test_reading_the_difference_costs_no_more_questions_of_the_database(
    as_: Any, changed: Document, queries: Any
) -> None:
    erin, ben = as_("erin"), as_("ben")
    with queries() as whole:
        ben.get(f"/policies/{changed.id}")
    with queries() as difference:
        erin.get(f"/policies/{changed.id}")
    assert len(difference) <= len(whole) + 1
