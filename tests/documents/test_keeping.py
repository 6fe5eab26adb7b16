"""Whoever keeps a text looks at it again by its day, and says so or changes it."""

from datetime import date
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents import jobs, keeping
from portal.documents.drafts import Conflict
from portal.documents.models import REVIEW, Document, Revision
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from tests import cast
from tests.documents.conftest import page_source
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
BASE = "/documents/page/welcome"
FAR, NEAR = "2027-06-01", "2026-12-10"
REVIEW_BY = "review-by"


def sweep() -> None:
    jobs.open_document_reviews()


def owed() -> Any:
    return Assignment.select().where(Assignment.kind == REVIEW, Assignment.settled_at.is_null())


def test_thirty_days_before_its_day_the_owner_is_asked_once(
    as_: Any, write: Any, who: Any, move_clock: Any
) -> None:
    document = write(owner="ida@halden.example", **{REVIEW_BY: FAR})
    sweep()
    assert not owed().exists()
    move_clock(to=clock.now().replace(year=2027, month=5, day=2))
    for _ in range(2):
        sweep()
    duty = owed().get()
    assert (duty.person, duty.due_on) == (who.ida, date(2027, 6, 1))
    assert duty.title == "Look at “Welcome” again: is it still right?"
    page = as_("ida").get(f"/documents/reviews/{document.id}").text
    assert "You keep this text." in page and "Words." in page
    assert "Reviewed, still right until Tue 2 May 2028" in page


@pytest.mark.parametrize(
    ("owner", "slug"), [("@it", "it"), ("", "hr"), ("@facilities", "hr"), ("lev", "hr")]
)
def test_a_function_owes_it_or_hr_where_nobody_does(
    write: Any, who: Any, owner: str, slug: str
) -> None:
    meta = {REVIEW_BY: NEAR} | ({"owner": owner} if owner.startswith("@") else {})
    document = write(**meta)
    if owner == "lev":
        document.owner = who.lev
        from portal import db

        with db.write():
            document.save()
    sweep()
    duty = owed().get()
    assert (duty.person, duty.function.slug) == (None, slug)


def test_still_right_moves_the_day_and_makes_no_revision(as_: Any, write: Any, who: Any) -> None:
    document = write(owner="@it", **{REVIEW_BY: NEAR, "review-every": "6 months"})
    sweep()
    ida = as_("ida")
    here = f"/documents/reviews/{document.id}/confirmation"
    for _ in range(2):
        assert ida.post(here, data={"number": "1"}).status_code == 303
    again = Document.get_by_id(document.id)
    assert again.review_on == date(2027, 5, 18) and Revision.select().count() == 1
    assert keeping.Confirmation.select().count() == 1
    assert not owed().exists()
    assert Event.select().where(Event.tag == "document.confirmed").count() == 1
    said = as_("erin").get(BASE).text
    assert "next review Tue 18 May 2027" in said and "Looked at and still right on" in said
    sweep()
    assert not owed().exists()


def test_what_was_published_meanwhile_is_not_confirmed_unseen(
    as_: Any, write: Any, who: Any
) -> None:
    document = write(owner="@it", **{REVIEW_BY: NEAR})
    document.publish(page_source("Newer.", owner="@it"), by=who.helen)
    here = f"/documents/reviews/{document.id}/confirmation"
    answer = as_("ida").post(here, data={"number": "1"})
    assert answer.status_code == 409 and "Newer." in answer.text
    for number in ("", "x", "-1", "99999999999"):
        assert as_("ida").post(here, data={"number": number}).status_code == 409
    with pytest.raises(Conflict):
        keeping.confirm(document, 1, by=who.ida)
    assert not keeping.Confirmation.select().exists()


def test_publishing_is_a_review_too(write: Any, who: Any) -> None:
    document = write(owner="@it", **{REVIEW_BY: NEAR})
    sweep()
    changed = page_source("Newer.", owner="@it", **{REVIEW_BY: NEAR})
    document.publish(changed, by=who.helen)
    assert not owed().exists()
    assert Document.get_by_id(document.id).review_on == date(2027, 11, 18)
    sweep()
    assert not owed().exists()
    later = page_source("Newest.", owner="@it", **{REVIEW_BY: "2026-12-20"})
    document.publish(later, by=who.helen)
    assert Document.get_by_id(document.id).review_on == date(2026, 12, 20)


def test_review_every_alone_counts_from_the_publication(write: Any) -> None:
    assert write(**{"review-every": "1 year"}).review_on == date(2027, 11, 18)


def test_an_owner_who_cannot_write_asks_hr_to_change_it(as_: Any, write: Any) -> None:
    document = write(owner="@it", **{REVIEW_BY: NEAR})
    sweep()
    ida, here = as_("ida"), f"/documents/reviews/{document.id}"
    answer = ida.post(f"{here}/change", data={"reason": ""})
    assert answer.status_code == 422 and "Say what is not right." in answer.text
    assert ida.post(f"{here}/change", data={"reason": "The guide moved"}).status_code == 303
    duty = owed().get()
    assert (duty.function.slug, duty.title) == ("hr", "Change “Welcome”: The guide moved")
    sweep()
    assert owed().count() == 1


def test_a_waived_review_stays_waived_and_a_leavers_goes_to_hr(
    write: Any, who: Any, move_clock: Any
) -> None:
    write(owner="ben@halden.example", **{REVIEW_BY: NEAR})
    other = write(title="Other", owner="@it", **{REVIEW_BY: NEAR})
    sweep()
    owed().where(Assignment.target == other.id).get().waive("Not this year", by=who.helen)
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY,
        access_ends_at=clock.end_of_day(cast.TODAY, "Europe/Berlin"),
    )  # fmt: skip
    move_clock(days=2)
    Assignment.end_of_leavers()
    sweep()
    assert [duty.function.slug for duty in owed()] == ["hr"]


def test_a_function_that_nobody_holds_any_more_is_not_waited_for(
    write: Any, move_clock: Any
) -> None:
    write(owner="@it", **{REVIEW_BY: NEAR})
    sweep()
    for holder in Holder.select().where(Holder.function == Function.named("it")):
        holder.release(by=None, ends_on=cast.TODAY)
    move_clock(days=1)
    sweep()
    assert [duty.function.slug for duty in owed()] == ["hr"]


def test_retired_texts_and_drafts_are_not_reviewed(write: Any, who: Any) -> None:
    document = write(owner="@it", **{REVIEW_BY: NEAR})
    write(title="Draft", publish=False, **{REVIEW_BY: NEAR})
    sweep()
    document.retire(by=who.helen)
    assert not owed().exists()
    sweep()
    assert not owed().exists()


def test_the_library_lists_what_is_due_and_what_nobody_keeps(as_: Any, write: Any) -> None:
    write(title="Soon due", owner="@it", **{REVIEW_BY: NEAR})
    write(title="Far away", owner="@it", **{REVIEW_BY: FAR})
    write(title="Kept by nobody")
    helen = as_("helen")

    def listed(name: str) -> set[str]:
        page = helen.get(f"/documents?list={name}").text
        return {t for t in ("Soon due", "Far away", "Kept by nobody") if f">{t}</a>" in page}

    assert listed("due") == {"Soon due"}
    assert listed("unowned") == {"Kept by nobody"}
    assert listed("retired") == listed("approval") == set()
    assert len(listed("")) == len(listed("<script>")) == 3
    # For others there are no lists of HR's.
    assert "Kept by nobody" in as_("erin").get("/documents?list=due").text


def test_who_looks_at_a_text_again(as_: Any, write: Any) -> None:
    document = write(owner="@it", audience="department = Sales", **{REVIEW_BY: NEAR})
    here, nowhere = f"/documents/reviews/{document.id}", "/documents/reviews/999999"
    table = dict.fromkeys(HERE, 404) | {"helen": 200, "ida": 200}
    knock(as_, table, here, nowhere=nowhere)
    # Whoever keeps a text reads it, though it is for others.
    assert as_("ida").get(document.url).status_code == 200
    refused = dict.fromkeys(HERE, 404)
    del refused["helen"], refused["ida"]
    for verb, data in (("confirmation", {"number": "1"}), ("change", {"reason": "x"})):
        knock(as_, refused, f"{here}/{verb}", data=data, nowhere=f"{nowhere}/{verb}")


def test_keeping_a_text_gives_no_right_to_its_draft(as_: Any, write: Any, who: Any) -> None:
    document = write(owner="@it")
    document.save_draft(page_source("Secret draft."), document.edits, by=who.helen)
    ida = as_("ida")
    assert "Secret draft." not in ida.get(document.url).text
    assert ida.get(f"{document.url}/edit").status_code == 403
    plan = Document.start("checklist", "A plan", by=who.helen)
    plan.publish(
        "---\nkind: checklist\ntitle: A plan\nowner: @it\n---\n## D\n- [ ] Do @hr due:start\n",
        by=who.helen,
    )
    assert ida.get(plan.url).status_code == 200 and as_("erin").get(plan.url).status_code == 404


def test_a_review_stays_with_hr_when_nobody_is_hr(who: Any) -> None:
    source = page_source("Words.").replace("---\n", f"---\n{REVIEW_BY}: {NEAR}\n", 1)
    Document.start("page", "Ownerless", by=who.helen).publish(source, by=who.helen)
    with db.write():
        Grant.delete().execute()
    for _ in range(3):
        sweep()
    assert Assignment.select().where(Assignment.kind == REVIEW).count() == 1
