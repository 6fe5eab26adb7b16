"""Handing over and erasing: collect, hand over, purge; and the sweep that does it by the clock."""

from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.audit import Event
from portal.people.functions import Function, Holder
from portal.questionnaires import access
from portal.questionnaires.models import Submission
from portal.retention.purging import let_go
from tests import cast
from tests.questionnaires.conftest import MONTH, given
from tests.questionnaires.test_access import PAY, sent


@pytest.fixture
def pay(publish: Any, give: Any, who: Any) -> Submission:
    """Nia's details for her first pay, sent to Finance, which Olga holds."""
    function = Function.set_up("finance", "Finance", by=None)
    Holder.appoint(function, who.olga, by=None, starts_on=cast.TODAY)
    return sent(give(publish(PAY), "nia"))


def fresh(one: Submission) -> Submission:
    return Submission.get_by_id(one.id)  # type: ignore[no-any-return]


def test_what_is_sent_waits_for_the_function_as_a_duty(as_: Any, pay: Submission) -> None:
    duty = pay.duties("handover").first()
    assert (duty.function.slug, duty.url) == ("finance", f"/forms/{pay.id}/answers")
    assert duty.title == "Take over: Pay details — Nia Novak"
    assert duty.title in as_("olga").get("/").text
    assert str(fresh(pay).purge_on) == "2027-03-18", "kept until somebody has it, not for ever"


def test_the_filler_is_told_that_only_finance_reads_it(as_: Any, publish: Any, give: Any) -> None:
    Function.set_up("finance", "Finance", by=None)
    page = as_("nia").get(f"/forms/{give(publish(PAY), 'nia').id}").text
    assert "Only Finance reads it once you have sent it." in page
    assert "Finance takes it over; 30 days after that it is erased here." in page
    assert "If nobody does, it is erased 30 days and 90 days after you sent it." in page
    assert "Send to Finance" in page


def test_taken_over_it_is_settled_and_erased_when_its_time_is_over(
    as_: Any, pay: Submission, move_clock: Any
) -> None:
    answer = as_("olga").post(f"/forms/{pay.id}/handover")
    assert answer.status_code == 303
    assert pay.duties("handover").first().outcome == "done"
    assert str(fresh(pay).purge_on) == "2026-12-18"
    move_clock(days=29)
    let_go("forms")
    assert fresh(pay).given == given()
    move_clock(days=1)
    let_go("forms")
    gone = fresh(pay)
    assert (gone.given, gone.state) == ({}, "erased")
    assert gone.submitted_at and gone.handed_over_at, "that it was there stays on record"
    event = Event.select().where(Event.tag == "submission.purged").get()
    assert (event.by_id, event.about_id) == (None, pay.about_id)
    let_go("forms")
    assert Event.select().where(Event.tag == "submission.purged").count() == 1


def test_what_nobody_takes_over_is_erased_in_the_end(
    as_: Any, pay: Submission, move_clock: Any
) -> None:
    as_("olga").post(f"/forms/{pay.id}/handover")
    as_("olga").post(f"/forms/{pay.id}/handover/undoing")
    move_clock(days=119)
    let_go("forms")
    assert fresh(pay).state == "sent"
    move_clock(days=1)
    let_go("forms")
    assert (fresh(pay).state, fresh(pay).given) == ("erased", {})
    assert Event.select().where(Event.tag == "submission.purged").count() == 1
    assert pay.duties("handover").first().outcome == "ended", "nobody is asked for what is gone"


def test_giving_back_late_erases_nothing_on_the_spot(pay: Submission, move_clock: Any) -> None:
    move_clock(days=119)
    fresh(pay).take_over(by=cast.person("olga"))
    move_clock(days=10)
    fresh(pay).give_back(by=cast.person("olga"))
    let_go("forms")
    assert fresh(pay).given == given()


def test_erased_nobody_reads_it_and_its_page_says_so(as_: Any, pay: Submission) -> None:
    fresh(pay).purge()
    for name in ("nia", "olga"):
        assert as_(name).get(f"/forms/{pay.id}/answers").status_code in (403, 404), name
    assert "The answers were erased" in as_("nia").get(f"/forms/{pay.id}").text
    assert "coffee" not in as_("nia").get(f"/forms/{pay.id}").text


def test_taking_over_is_undone_by_one_tap(as_: Any, pay: Submission) -> None:
    olga = as_("olga")
    olga.post(f"/forms/{pay.id}/handover")
    assert olga.post(f"/forms/{pay.id}/handover/undoing").status_code == 303
    assert (fresh(pay).state, str(fresh(pay).purge_on)) == ("sent", "2027-03-18")
    assert pay.duties("handover").first().settled_at is None
    assert olga.post(f"/forms/{pay.id}/handover/undoing").status_code == 303
    assert pay.duties("handover").count() == 1


def test_taken_back_the_function_is_asked_no_more_and_then_anew(
    as_: Any, pay: Submission, who: Any
) -> None:
    as_("nia").post(f"/forms/{pay.id}/taking-back")
    assert pay.duties("handover").first().outcome == "ended"
    assert as_("olga").get(f"/forms/{pay.id}/answers").status_code == 404
    fresh(pay).submit(given(), fresh(pay).version, by=who.nia)
    open_ones = pay.duties("handover").where(Assignment.is_open())
    assert open_ones.count() == 1


def test_it_is_not_taken_back_once_it_was_taken_over(as_: Any, pay: Submission) -> None:
    fresh(pay).take_over(by=cast.person("olga"))
    as_("nia").post(f"/forms/{pay.id}/taking-back")
    assert fresh(pay).state == "taken over"


def test_it_is_downloaded_as_a_table_in_which_nothing_computes(
    as_: Any, publish: Any, give: Any, who: Any, pay: Submission
) -> None:
    key = "what-should-we-have-told-you-earlier"
    evil = give(publish(PAY.replace("Pay details", "More pay")), "ben")
    evil.submit(given(**{f"q-{key}": '=HYPERLINK("http://evil")'}), 0, by=who.ben)
    answer = as_("olga").get(f"/forms/{evil.id}/answers.csv")
    text = answer.data.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=more-pay-{evil.id}.csv"
    assert answer.mimetype == "text/csv"
    assert text.splitlines()[0] == "Section,Question,Answer"
    assert "Arriving,How well did you find your way?,2 At home" in text
    assert ",=HYPER" not in text and "'=HYPER" in text


def test_without_anybody_to_take_it_over_it_is_erased_after_sending(
    nias: Submission, move_clock: Any
) -> None:
    sent(nias)
    assert str(fresh(nias).purge_on) == "2026-12-18"
    move_clock(days=30)
    let_go("forms")
    assert fresh(nias).state == "erased"


def test_a_draft_that_nobody_is_asked_for_any_more_is_erased_in_the_end(
    as_: Any, nias: Submission, who: Any, move_clock: Any
) -> None:
    nias.save_draft({"what-should-we-have-told-you-earlier": "x"}, 0)
    move_clock(days=120)
    assert let_go("forms") == 0, "still asked for"
    fresh(nias).withdraw(by=who.helen)
    let_go("forms")
    assert fresh(nias).given == {} and fresh(nias).purged_at


# -- giving out, withdrawing, handing to another ----------------------------------------------


def give_out(as_: Any, **data: str) -> Any:
    data = {"people": "erin@halden.example", "due_on": "2026-12-01", **data}
    return as_("helen").post("/documents/form/thirty-days/sending", data=data)


def test_hr_gives_a_form_to_several_people_at_once(as_: Any, month: Any) -> None:
    answer = give_out(as_, people="erin@halden.example\nBen Hartmann, olga@halden.example")
    assert answer.status_code == 303
    found = {one.person.first_name: one for one in Submission.select()}
    assert set(found) == {"Erin", "Ben", "Olga"}
    assert all(one.about_id == one.person_id for one in found.values())
    assert str(found["Ben"].duties().first().due_on) == "2026-12-01"
    assert "Thirty days" in as_("ben").get("/").text


WRONG = {
    "nobody": ({"people": ""}, "Say who fills it in."),
    "somebody unknown": ({"people": "zoe@halden.example"}, "zoe@halden.example"),
    "somebody who left": ({"people": "lev@halden.example"}, "lev@halden.example"),
    "a day that is none": ({"due_on": "soon"}, "not a date"),
    "only commas": ({"people": ",,;"}, "Say who fills it in."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_given_out_is_said_at_its_field(as_: Any, month: Any, what: str) -> None:
    changed, words = WRONG[what]
    answer = give_out(as_, **changed)
    assert answer.status_code == 422 and words in answer.text
    assert Submission.select().count() == 0


def test_a_form_about_somebody_else_asks_about_whom(as_: Any, publish: Any, who: Any) -> None:
    publish(MONTH.replace("keep: 30 days", "about: other"))
    assert give_out(as_).status_code == 422
    assert give_out(as_, about="Nobody Here").status_code == 422
    assert give_out(as_, about="Nia Novak").status_code == 303
    assert Submission.get().about_id == who.nia.id


def test_giving_out_is_undone_for_all_who_have_not_sent_it(
    as_: Any, month: Any, give: Any, who: Any
) -> None:
    asked_before = give(month, "olga")
    give_out(as_, people="ben@halden.example, erin@halden.example, olga@halden.example")
    first = Submission.get(Submission.person == who.ben)
    erins = Submission.get(Submission.person == who.erin)
    sent(erins)
    answer = as_("helen").post(f"/forms/{first.id}/sending/undoing")
    assert answer.status_code == 303
    assert fresh(first).state == "ended"
    assert fresh(erins).state == "sent"
    assert fresh(asked_before).is_open, "something else asks for it as well"


def test_a_form_that_is_withdrawn_is_filled_no_more_until_it_is_asked_for_again(
    as_: Any, nias: Submission
) -> None:
    nias.save_draft({"what-should-we-have-told-you-earlier": "x"}, 0)
    helen, nia = as_("helen"), as_("nia")
    assert helen.post(f"/forms/{nias.id}/withdrawal").status_code == 303
    assert nias.duties().first().outcome == "waived"
    assert "Nobody is asked for this any more" in nia.get(f"/forms/{nias.id}").text
    assert nia.post(f"/forms/{nias.id}/draft", data={"version": "1"}).status_code == 303
    assert fresh(nias).version == 1
    assert helen.post(f"/forms/{nias.id}/restoring").status_code == 303
    assert nias.duties().first().settled_at is None
    assert ">x</textarea>" in nia.get(f"/forms/{nias.id}").text.replace("\n", "")


def test_waiving_the_duty_withdraws_the_form(as_: Any, nias: Submission) -> None:
    duty = nias.duties().first()
    answer = as_("helen").post(f"/assignments/{duty.id}/waiver", data={"reason": "She told me."})
    assert answer.status_code == 303
    assert fresh(nias).state == "ended"
    as_("helen").post(f"/assignments/{duty.id}/reopening")
    assert fresh(nias).is_open


def test_handed_to_another_they_begin_afresh_and_never_see_the_first_ones_draft(
    as_: Any, month: Any, give: Any, who: Any
) -> None:
    mine = give(month, "mara", about="nia")
    mine.save_draft({"what-should-we-have-told-you-earlier": "CANARY"}, 0)
    duty = mine.duties().first()
    answer = as_("helen").post(
        f"/assignments/{duty.id}/owner", data={"email": "ben@halden.example"}
    )
    assert answer.status_code == 303
    again = Assignment.get_by_id(duty.id)
    assert (again.person_id, again.target) == (who.ben.id, mine.id + 1)
    assert "CANARY" not in as_("ben").get(again.url).text
    assert fresh(mine).state == "ended"


def test_hr_decides_nothing_about_a_form_that_another_fills_about_her(
    as_: Any, publish: Any, give: Any, who: Any
) -> None:
    for source in (MONTH, MONTH.replace("hr, manager", "hr, subject").replace("Thirty", "Forty")):
        one = give(publish(source), "mara", about="helen")
        duty, helen = one.duties().first(), as_("helen")
        here = f"/assignments/{duty.id}"
        for address, data in (
            (f"{here}/owner", {"email": who.helen.email}),
            (f"{here}/owner", {"email": "Ben Hartmann"}),
            (f"{here}/waiver", {"reason": "No."}), (f"/forms/{one.id}/withdrawal", {}),
        ):  # fmt: skip
            assert helen.post(address, data=data).status_code in (403, 404), address
        assert fresh(one).is_open and Assignment.get_by_id(duty.id).person_id == who.mara.id
        fresh(one).withdraw(by=who.dora)
        assert helen.post(f"/forms/{one.id}/restoring").status_code in (403, 404)
        assert not access.can_restore(who.helen, fresh(one))
        assert not access.can_hand_to(who.helen, fresh(one))


def test_a_form_about_somebody_is_not_handed_to_them(
    as_: Any, month: Any, give: Any, who: Any
) -> None:
    one = give(month, "mara", about="erin")
    duty = one.duties().first()
    answer = as_("dora").post(f"/assignments/{duty.id}/owner", data={"email": who.erin.email})
    assert answer.status_code == 422 and "so somebody else fills it" in answer.text
    assert fresh(one).is_open and Assignment.get_by_id(duty.id).person_id == who.mara.id
    assert Submission.select().where(Submission.person == who.erin).count() == 0


def test_nobody_fills_anothers_form_about_themselves(as_: Any, nias: Submission) -> None:
    duty = nias.duties().first()
    answer = as_("helen").post(
        f"/assignments/{duty.id}/owner", data={"email": "ben@halden.example"}
    )
    assert answer.status_code == 403


def test_the_trail_says_what_happened_in_words(as_: Any, pay: Submission) -> None:
    as_("olga").post(f"/forms/{pay.id}/handover")
    fresh(pay).purge()
    page = as_("helen").get("/audit").text
    for words in (
        "sent “Pay details”",
        "took “Pay details” for Nia Novak over",
        "erased the answers",
    ):
        assert words in page, words
