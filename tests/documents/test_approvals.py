"""A text goes to whoever has to agree, exactly as it is; nobody agrees to their own."""

from datetime import date, timedelta
from typing import Any

import peewee
import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents import jobs
from portal.documents.approvals import Approval, NeedsApproval
from portal.documents.head import Named, NotTheirs, find
from portal.documents.models import Document, Draft, Revision
from portal.mail.models import Letter
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from tests import cast
from tests.documents.conftest import page_source
from tests.reach import knock

BASE = "/documents/page/welcome"
NOWHERE = "/documents/approvals/999999"
HERE = [name for name in cast.NAMES if name != "lev"]


@pytest.fixture
def asked(write: Any, who: Any) -> Approval:
    """A page in force, and a change of it before IT, which Ida holds."""
    document = write("Words in force.")
    source = page_source("Words to approve.", approver="@it")
    return Approval.ask(document, source, find("@it"), by=who.helen, note="Shorter")


def duty(approval: Approval) -> Assignment:
    return Assignment.get(Assignment.kind == "approval", Assignment.target == approval.id)


def ask(client: Any, source: str, version: int = 2, **more: str) -> Any:
    data = {"source": source, "version": str(version), **more}
    return client.post(f"{BASE}/approvals", data=data)


def test_a_text_that_names_an_approver_is_not_published_directly(as_: Any, write: Any) -> None:
    document = write()
    source = page_source("New.", approver="@it")
    helen = as_("helen")
    helen.post(f"{BASE}/draft", data={"source": source, "version": "2"})
    page = helen.get(f"{BASE}/edit").text
    assert "Ask IT for approval" in page and f'formaction="{BASE}/publication"' not in page
    answer = helen.post(f"{BASE}/publication", data={"source": source, "version": "3"})
    assert answer.status_code == 422 and "IT has to agree" in answer.text
    with pytest.raises(NeedsApproval):
        document.publish(source, by=document.draft().saved_by)
    assert Revision.select().count() == 1


def test_leaving_the_approver_out_does_not_go_round_them(
    as_: Any, asked: Approval, who: Any
) -> None:
    asked.approve(by=who.ida)
    without = page_source("Sneaky.")
    document = Document.get_by_id(asked.document_id)
    with pytest.raises(NeedsApproval):
        document.publish(without, by=who.helen)


def test_asking_freezes_the_text_and_says_with_whom_it_is(as_: Any, write: Any, who: Any) -> None:
    write()
    source = page_source("New.", approver="@it")
    helen = as_("helen")
    answer = ask(helen, source, note="Clearer", weight="material")
    approval = Approval.get()
    assert answer.location == f"/documents/approvals/{approval.id}"
    assert (approval.source, approval.note, approval.is_material) == (source, "Clearer", True)
    assert duty(approval).function.slug == "it" and duty(approval).title == "Approve “Welcome”"
    for address in (f"{BASE}/edit", BASE):
        assert "ith IT since" in helen.get(address).text
    assert "Published as soon as they approve." in helen.get(f"{BASE}/edit").text
    listed = helen.get("/documents?list=approval").text
    assert "Changes in approval" in listed and "Welcome" in listed
    event = Event.get(Event.tag == "document.put_before")
    assert event.facts == {"approval": approval.id, "hash": approval.hash, "whom": "IT"}


def test_the_writer_may_pick_somebody(as_: Any, write: Any) -> None:
    write()
    helen = as_("helen")
    for typed, sentence in (
        ("", "Say who has to agree."), ("Nobody", "Nobody here is called that"),
        ("helen@halden.example", "nobody approves their own text"),
        ("@hr", "nobody but its writer"),
    ):  # fmt: skip
        answer = ask(helen, page_source("New."), approver=typed)
        assert answer.status_code == 422 and sentence in answer.text, typed
    assert not Approval.select().exists()
    assert ask(helen, page_source("New."), approver="Dora Lindqvist").status_code == 303
    assert duty(Approval.get()).person.name == "Dora Lindqvist"


def test_whoever_is_asked_sees_the_text_the_changes_and_the_note(as_: Any, asked: Approval) -> None:
    ida = as_("ida")
    assert f"/documents/approvals/{asked.id}" in ida.get("/").text
    page = ida.get(f"/documents/approvals/{asked.id}").text
    assert "<p>Words to approve.</p>" in page
    assert "<ins>Words to approve.</ins>" in page and "<del>Words in force.</del>" in page
    assert "Shorter" in page and "Helen Brandt" in page and asked.hash[:12] in page
    assert ida.get(f"{BASE}/edit").status_code == 403
    assert "Words to approve." not in ida.get(BASE).text


def test_agreeing_publishes_exactly_that_text(as_: Any, asked: Approval, who: Any) -> None:
    answer = as_("ida").post(f"/documents/approvals/{asked.id}/agreement")
    assert answer.status_code == 303
    revision = Revision.get(Revision.number == 2)
    assert (revision.hash, revision.source, revision.note) == (asked.hash, asked.source, "Shorter")
    assert revision.published_by == who.helen
    approval = Approval.get_by_id(asked.id)
    assert (approval.revision, approval.decided_by, approval.outcome) == (
        revision, who.ida, "approved",
    )  # fmt: skip
    assert not Draft.select().exists() and duty(asked).outcome == "done"
    assert "Words to approve." in as_("erin").get(BASE).text
    assert "approved by Ida Sørensen" in as_("helen").get(BASE).text
    tags = [event.tag for event in Event.select().order_by(Event.seq.desc()).limit(5)]
    assert {"revision.published", "document.approved", "assignment.settled"} <= set(tags)
    assert Letter.get(Letter.kind == "approval").person_id == who.helen.id


def test_agreeing_twice_publishes_once(as_: Any, asked: Approval, who: Any) -> None:
    once, again = Approval.get_by_id(asked.id), Approval.get_by_id(asked.id)
    assert once.approve(by=who.ida) is not None
    assert again.approve(by=who.ida) is None and not again.send_back("No.", by=who.ida)
    assert as_("ida").post(f"/documents/approvals/{asked.id}/agreement").status_code == 403
    assert Revision.select().count() == 2


def test_sending_back_needs_words_and_leaves_the_draft(as_: Any, asked: Approval, who: Any) -> None:
    ida, helen = as_("ida"), as_("helen")
    here = f"/documents/approvals/{asked.id}"
    answer = ida.post(f"{here}/return", data={"comment": " "})
    assert answer.status_code == 422 and "Say what has to change" in answer.text
    assert answer.text.count("<title>Error:") == 1
    ida.post(f"{here}/return", data={"comment": "Say <b>until when</b>."})
    assert Draft.get().source == asked.source and Revision.select().count() == 1
    page = helen.get(f"{BASE}/edit").text
    assert "Sent back by Ida Sørensen" in page and "Say &lt;b&gt;until when&lt;/b&gt;." in page
    assert Letter.get(Letter.kind == "approval").person_id == who.helen.id
    assert "Sent back by Ida" in ida.get(here).text


def test_the_letter_says_what_came_of_it(world: Any, app: Any, asked: Approval, who: Any) -> None:
    from portal.documents.letters import write_answer

    asked.send_back("Until when?", by=who.ida)
    message = write_answer(Letter.get(Letter.kind == "approval"))
    assert message is not None and message.to == "helen@halden.example"
    assert "Welcome" not in message.subject
    for part in (message.text, message.html):
        assert "Until when?" in part and f"{BASE}/edit" in part
    grant = Grant.get(Grant.person == who.helen)
    grant.end(by=None)
    assert write_answer(Letter.get(Letter.kind == "approval")) is None


def test_nobody_approves_what_they_asked_for_or_wrote(as_: Any, write: Any, who: Any) -> None:
    Holder.appoint(Function.named("it"), who.helen, by=None, starts_on=cast.TODAY)
    document = write()
    source = page_source("By Helen.", approver="@it")
    approval = Approval.ask(document, source, find("@it"), by=who.helen)
    here = f"/documents/approvals/{approval.id}"
    assert "You wrote this, so somebody else who holds IT" in as_("helen").get(here).text
    assert as_("helen").post(f"{here}/agreement").status_code == 403
    # Who typed it cannot approve it either, whoever asked.
    Grant.give(who.ida, "hr", by=None, starts_on=cast.TODAY)
    typed = page_source("By Ida.", approver="mara@halden.example")
    document = Document.get_by_id(document.id)
    document.save_draft(typed, document.edits, by=who.ida)
    with pytest.raises(NotTheirs):
        Approval.ask(document, typed, Named("", person=cast.person("ida")), by=who.helen)
    assert Approval.ask(document, typed, find("mara@halden.example"), by=who.helen).waits


def test_the_asked_text_stays_when_the_draft_goes_on(as_: Any, asked: Approval, who: Any) -> None:
    document = Document.get_by_id(asked.document_id)
    later = page_source("Later words.", approver="@it")
    document.save_draft(later, document.edits, by=who.helen)
    helen = as_("helen")
    assert "they still have the text as you sent it" in helen.get(f"{BASE}/edit").text
    edits = Document.get_by_id(document.id).edits
    as_("ida").post(f"/documents/approvals/{asked.id}/agreement")
    assert Revision.get(Revision.number == 2).source == asked.source
    # The draft that went on is left alone, and its editor is in conflict with nobody.
    document = Document.get_by_id(document.id)
    assert (document.draft().source, document.edits) == (later, edits)


def test_asking_again_replaces(as_: Any, asked: Approval, who: Any) -> None:
    document = Document.get_by_id(asked.document_id)
    newer = Approval.ask(document, page_source("Newer.", approver="@it"), find("@it"), by=who.helen)
    assert Approval.get_by_id(asked.id).outcome == "replaced" and duty(asked).outcome == "ended"
    page = as_("ida").get(f"/documents/approvals/{asked.id}").text
    assert "needs no answer" in page and "Words to approve." not in page
    assert duty(newer).settled_at is None
    assert Approval.select().where(Approval.is_open()).count() == 1


def test_publishing_without_approval_ends_the_wait(write: Any, who: Any) -> None:
    document = write()
    approval = Approval.ask(document, page_source("Asked."), find("@it"), by=who.helen)
    document.publish(page_source("Published."), by=who.helen)
    assert Approval.get_by_id(approval.id).outcome == "replaced"
    assert duty(approval).outcome == "ended" and document.current.number == 2


def test_withdrawing_ends_the_wait(as_: Any, asked: Approval) -> None:
    here = f"/documents/approvals/{asked.id}"
    assert as_("helen").post(f"{here}/withdrawal").location == f"{BASE}/edit"
    assert duty(asked).outcome == "ended" and Draft.get().source == asked.source
    assert as_("ida").post(f"{here}/agreement").status_code == 403
    page = as_("ida").get(here).text
    assert "Withdrawn on" in page and "Words to approve." not in page


def test_retiring_and_throwing_away_end_the_wait(as_: Any, asked: Approval, who: Any) -> None:
    Document.get_by_id(asked.document_id).retire(by=who.helen)
    assert Approval.get_by_id(asked.id).outcome == "withdrawn"
    fresh = Document.start("page", "Fresh", by=who.helen)
    source = page_source(title="Fresh")
    approval = Approval.ask(fresh, source, find("@it"), by=who.helen)
    assert Document.get_by_id(fresh.id).state == "in approval"
    owed = duty(approval)
    fresh.discard_draft(by=who.helen)
    assert not Document.select().where(Document.slug == "fresh").exists()
    assert Assignment.get_by_id(owed.id).outcome == "ended"


def test_an_approver_who_leaves_makes_it_hrs_to_name_another(
    as_: Any, write: Any, who: Any, move_clock: Any
) -> None:
    approval = Approval.ask(write(), page_source("New."), find("ben@halden.example"), by=who.helen)
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY,
        access_ends_at=clock.end_of_day(cast.TODAY, "Europe/Berlin"),
    )  # fmt: skip
    move_clock(days=2)
    jobs.find_orphaned_approvals()
    approval = Approval.get_by_id(approval.id)
    assert (approval.approver, approval.missing) == (None, "Ben Hartmann")
    owed = Assignment.get(Assignment.kind == "approval", Assignment.settled_at.is_null())
    assert (owed.function.slug, owed.title) == ("hr", "Find who approves “Welcome”")
    jobs.find_orphaned_approvals()
    helen, here = as_("helen"), f"/documents/approvals/{approval.id}"
    assert "somebody else has to be named" in helen.get(here).text
    for typed, sentence in (
        ("", "Say who should agree."), ("ben@halden.example", "Nobody here is called that"),
        ("@facilities", "Nobody holds Facilities"), ("@hr", "nobody but its writer"),
    ):  # fmt: skip
        answer = helen.post(f"{here}/approver", data={"approver": typed})
        assert answer.status_code == 422 and sentence in answer.text, typed
    assert (
        helen.post(f"{here}/approver", data={"approver": "dora@halden.example"}).status_code == 303
    )
    assert as_("dora").post(f"{here}/agreement").status_code == 303
    assert Revision.select().count() == 2


def test_a_function_nobody_holds_goes_to_hr_at_once(write: Any, who: Any) -> None:
    source = page_source("New.", approver="@facilities")
    approval = Approval.ask(write(), source, find("@facilities"), by=who.helen)
    assert (approval.missing, duty(approval).function.slug) == ("Facilities", "hr")


def test_what_cannot_be_published_any_more_says_so(as_: Any, write: Any, who: Any) -> None:
    source = page_source("New.", owner="ben@halden.example")
    approval = Approval.ask(write(), source, find("@it"), by=who.helen)
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY - timedelta(days=1),
        access_ends_at=clock.end_of_day(cast.TODAY - timedelta(days=1), "Europe/Berlin"),
    )  # fmt: skip
    answer = as_("ida").post(f"/documents/approvals/{approval.id}/agreement")
    assert answer.status_code == 422 and "Send it back" in answer.text
    assert Approval.get_by_id(approval.id).waits and Revision.select().count() == 1


def test_a_text_with_errors_or_without_news_is_not_asked_for(as_: Any, write: Any) -> None:
    write()
    helen = as_("helen")
    for source, sentence in (
        ("---\nkind: page\n---\n", "lacks"), (page_source(), "Nothing is different"),
    ):  # fmt: skip
        answer = ask(helen, source, approver="@it")
        assert answer.status_code == 422 and sentence in answer.text
    assert not Approval.select().exists()


def test_two_who_write_at_once_notice_each_other_when_asking(
    as_: Any, write: Any, who: Any
) -> None:
    document = write()
    document.save_draft(page_source("Theirs."), 2, by=who.mara)
    assert ask(as_("helen"), page_source("Mine."), 2, approver="@it").status_code == 409
    assert not Approval.select().exists()


# -- who ---------------------------------------------------------------------------------------


def test_who_opens_an_approval_and_who_answers(as_: Any, asked: Approval) -> None:
    here = f"/documents/approvals/{asked.id}"
    table = dict.fromkeys(HERE, 404) | {"helen": 200, "ida": 200}
    knock(as_, table, here, nowhere=NOWHERE)
    for verb, data in (("agreement", {}), ("return", {"comment": "No."})):
        refused = dict.fromkeys(HERE, 404) | {"helen": 403}
        del refused["ida"]
        knock(as_, refused, f"{here}/{verb}", data=data, nowhere=f"{NOWHERE}/{verb}")
    for verb, data in (("withdrawal", {}), ("approver", {"approver": "@it"})):
        refused = dict.fromkeys(HERE, 404) | {"ida": 403}
        del refused["helen"]
        knock(as_, refused, f"{here}/{verb}", data=data, nowhere=f"{NOWHERE}/{verb}")


def test_asking_is_hrs(as_: Any, write: Any) -> None:
    write()
    table = dict.fromkeys(HERE, 403) | {"audrey": 404}
    del table["helen"]
    data = {"source": page_source("New."), "version": "2", "approver": "@it"}
    knock(as_, table, f"{BASE}/approvals", data=data, nowhere="/documents/page/nothing/approvals")


def test_an_approval_is_neither_waived_nor_handed_over_by_its_duty(
    as_: Any, asked: Approval, who: Any
) -> None:
    owed = duty(asked)
    assert (
        as_("helen").post(f"/assignments/{owed.id}/waiver", data={"reason": "x"}).status_code == 403
    )
    data = {"email": "mara@halden.example"}
    assert as_("helen").post(f"/assignments/{owed.id}/owner", data=data).status_code == 403
    assert as_("ida").get(f"/assignments/{owed.id}").status_code == 200
    assert isinstance(owed.due_on, date)


def test_who_is_no_longer_asked_does_not_decide(asked: Approval, who: Any) -> None:
    opened = Approval.get_by_id(asked.id)
    assert asked.put_before(Named("", person=who.dora), by=who.helen)
    assert opened.approve(by=who.ida) is None and not opened.send_back("No.", by=who.ida)
    assert Approval.get_by_id(asked.id).waits
    assert Revision.select().count() == 1


# -- whose word it is --------------------------------------------------------------------------


def test_the_approver_of_the_text_in_force_keeps_their_say_whoever_the_draft_names(
    as_: Any, asked: Approval, who: Any
) -> None:
    asked.approve(by=who.ida)
    document = Document.get_by_id(asked.document_id)
    other = page_source("Sneaky.", approver="olga@halden.example")
    with pytest.raises(ValueError, match="IT has to agree to this text"):
        Approval.ask(document, other, find("olga@halden.example"), by=who.helen)
    helen = as_("helen")
    version = str(document.edits)
    data = {"source": other, "version": version, "approver": "olga@halden.example"}
    assert helen.post(f"{BASE}/approvals", data=data).status_code == 303
    waiting = Approval.newest_of(document)
    assert waiting is not None and waiting.whom == "IT"
    assert as_("olga").get(f"/documents/approvals/{waiting.id}").status_code == 404
    # Nor is it put before another while somebody of IT can answer.
    answer = helen.post(
        f"/documents/approvals/{waiting.id}/approver", data={"approver": "olga@halden.example"}
    )
    assert answer.status_code == 422 and "as the text in force says, and can" in answer.text
    waiting.approve(by=who.ida)
    document = Document.get_by_id(document.id)
    # The line that was agreed to counts from now on.
    newer = page_source("Next.", approver="olga@halden.example")
    again = Approval.ask(document, newer, find("olga@halden.example"), by=who.helen)
    assert again.before_whom.person == who.olga


def test_hr_asks_another_openly_once_the_named_one_cannot_answer(
    asked: Approval, who: Any, move_clock: Any
) -> None:
    asked.approve(by=who.ida)
    document = Document.get_by_id(asked.document_id)
    waiting = Approval.ask(
        document, page_source("Next.", approver="@it"), find("@it"), by=who.helen
    )
    for held in Holder.select().where(Holder.function == Function.named("it")):
        held.release(by=None, ends_on=cast.TODAY)
    move_clock(days=2)
    jobs.find_orphaned_approvals()
    waiting = Approval.get_by_id(waiting.id)
    assert waiting.missing == "IT"
    assert waiting.put_before(Named("", person=who.dora), by=who.helen)


def test_everybody_who_saved_the_draft_is_its_writer(as_: Any, write: Any, who: Any) -> None:
    """Ida writes it, Mara changes a comma, Mara asks Ida: that would be one pair of eyes."""
    document = write()
    document.save_draft(page_source("By Ida"), document.edits, by=who.ida)
    document.save_draft(page_source("By Ida,"), document.edits, by=who.mara)
    with pytest.raises(NotTheirs):
        Approval.ask(document, page_source("By Ida."), find("ida@halden.example"), by=who.mara)
    with pytest.raises(NotTheirs):
        Approval.ask(document, page_source("By Ida,"), find("ida@halden.example"), by=who.mara)
    waiting = Approval.ask(
        document, page_source("By Ida,"), find("dora@halden.example"), by=who.mara
    )
    with pytest.raises(NotTheirs):
        waiting.put_before(Named("", person=who.ida), by=who.helen)
    assert waiting.is_writer(who.ida) and waiting.is_writer(who.mara)
    waiting.approve(by=who.dora)
    # With the next revision it begins anew: what Ida wrote is in force.
    fresh = Document.get_by_id(document.id)
    fresh.save_draft(page_source("By Mara."), fresh.edits, by=who.mara)
    assert Approval.ask(
        fresh, page_source("By Mara."), find("ida@halden.example"), by=who.mara
    ).waits


@pytest.mark.parametrize("column", ["source", "hash"])
def test_what_somebody_is_asked_to_agree_to_never_changes(asked: Approval, column: str) -> None:
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        Approval.update({column: "other"}).where(Approval.id == asked.id).execute()
    assert Approval.get_by_id(asked.id).source == asked.source
