"""Who knows of a form, who reads it, and who may do what: tables, and both shapes of each rule."""

from typing import Any

import pytest

from portal.audit.looks import Look
from portal.documents.models import Document
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from portal.questionnaires import access
from portal.questionnaires.models import Submission
from tests import cast
from tests.questionnaires.conftest import MONTH, given
from tests.reach import knock

NOBODY = dict.fromkeys([name for name in cast.NAMES if name != "lev"], 404)
KNOWS = NOBODY | {"helen": 200, "dora": 200, "mara": 200, "nia": 200}
PAY = (
    MONTH.replace("title: Thirty days", "title: Pay details")
    .replace("readers: hr, manager", 'readers: none\nhand-over: "@finance"')
)  # fmt: skip
SUBJECT = MONTH.replace("readers: hr, manager", "readers: hr, subject")


@pytest.fixture
def finance(who: Any) -> Function:
    """Finance, which Olga holds."""
    function = Function.set_up("finance", "Finance", by=None)
    Holder.appoint(function, who.olga, by=None, starts_on=cast.TODAY)
    return function


def sent(submission: Submission) -> Submission:
    submission.submit(given(), submission.version, by=submission.person)
    return Submission.get_by_id(submission.id)  # type: ignore[no-any-return]


def test_that_there_is_a_form_is_known_to_its_person_their_line_and_hr(
    as_: Any, nias: Submission
) -> None:
    knock(as_, KNOWS, f"/forms/{nias.id}", nowhere="/forms/999999")


def test_nobody_sees_a_draft_but_whoever_writes_it(as_: Any, nias: Submission) -> None:
    nias.save_draft({"what-should-we-have-told-you-earlier": "CANARY"}, 0)
    for name in ("helen", "dora", "mara"):
        assert "CANARY" not in as_(name).get(f"/forms/{nias.id}").text, name
    table = KNOWS | dict.fromkeys(("helen", "dora", "mara", "nia"), 403)
    knock(as_, table, f"/forms/{nias.id}/answers", nowhere="/forms/999999/answers")
    knock(as_, table, f"/forms/{nias.id}/answers.csv", nowhere="/forms/999999/answers.csv")


def test_only_whoever_it_was_given_to_fills_it(as_: Any, nias: Submission) -> None:
    table = KNOWS | {"helen": 403, "dora": 403, "mara": 403, "nia": 303}
    for where in ("draft", "submission"):
        data = {f"q-{key}": value for key, value in given().items()} | {"version": "0"}
        nowhere = f"/forms/999999/{where}"
        knock(as_, table, f"/forms/{nias.id}/{where}", data=data, nowhere=nowhere)


def test_what_was_sent_is_read_by_those_whom_its_terms_name(as_: Any, nias: Submission) -> None:
    sent(nias)
    knock(as_, KNOWS, f"/forms/{nias.id}/answers", nowhere="/forms/999999/answers")


def test_a_reading_is_noted_and_ones_own_is_not(as_: Any, nias: Submission, who: Any) -> None:
    sent(nias)
    as_("nia").get(f"/forms/{nias.id}/answers")
    assert Look.select().count() == 0 and Submission.get_by_id(nias.id).read_at is None
    for name in ("mara", "helen"):
        as_(name).get(f"/forms/{nias.id}/answers")
    looks = [(look.person_id, look.subject_kind, look.about_id) for look in Look.select()]
    assert looks == [(person.id, "submission", who.nia.id) for person in (who.mara, who.helen)]
    assert Submission.get_by_id(nias.id).read_by_id == who.mara.id


def test_pay_data_is_read_by_the_function_alone(
    as_: Any, publish: Any, give: Any, finance: Function
) -> None:
    pay = sent(give(publish(PAY), "nia"))
    knock(as_, KNOWS | {"olga": 200}, f"/forms/{pay.id}", nowhere="/forms/999999")
    table = KNOWS | {"helen": 403, "dora": 403, "mara": 403, "olga": 200}
    for end in ("answers", "answers.csv"):
        knock(as_, table, f"/forms/{pay.id}/{end}", nowhere=f"/forms/999999/{end}")
    for name in ("helen", "mara"):
        page = as_(name).get(f"/forms/{pay.id}").text
        assert "Where the coffee is" not in page and "You see that it was sent" in page


def test_what_others_write_about_somebody_is_not_there_for_them(
    as_: Any, month: Document, give: Any
) -> None:
    """Not even for HR, and not for a manager about whom somebody below writes."""
    about_helen = sent(give(month, "ben", about="helen"))
    knock(as_, NOBODY | {"ben": 200, "mara": 200, "dora": 200}, f"/forms/{about_helen.id}",
          nowhere="/forms/999999")  # fmt: skip
    about_mara = sent(give(month, "ben", about="mara"))
    table = NOBODY | {"ben": 200, "dora": 200, "helen": 200}
    for end in ("", "/answers"):
        knock(as_, table, f"/forms/{about_mara.id}{end}", nowhere=f"/forms/999999{end}")


def test_whom_it_is_about_reads_it_where_its_terms_say_so_and_only_once_it_is_sent(
    as_: Any, publish: Any, give: Any
) -> None:
    about_ben = give(publish(SUBJECT), "mara", about="ben")
    assert as_("ben").get(f"/forms/{about_ben.id}").status_code == 404
    sent(about_ben)
    table = NOBODY | {"ben": 200, "mara": 200, "helen": 200, "dora": 403}
    knock(as_, table, f"/forms/{about_ben.id}/answers", nowhere="/forms/999999/answers")


def test_it_is_taken_over_by_the_functions_holders_and_not_about_themselves(
    as_: Any, publish: Any, give: Any, finance: Function, who: Any, move_clock: Any
) -> None:
    document = publish(PAY)
    ids = {}

    def another() -> str:
        one = sent(give(document, "nia"))
        ids["last"] = one.id
        return f"/forms/{one.id}/handover"

    table = KNOWS | dict.fromkeys(("helen", "dora", "mara", "nia"), 403) | {"olga": 303}
    knock(as_, table, "", data={}, before=another, nowhere="/forms/999999/handover")
    own = sent(give(document, "olga"))
    assert as_("olga").post(f"/forms/{own.id}/handover").status_code == 403

    def taken() -> str:
        one = sent(give(document, "nia"))
        one.take_over(by=who.olga)
        return f"/forms/{one.id}/handover/undoing"

    nowhere = "/forms/999999/handover/undoing"
    knock(as_, table | {"lev": 303}, "", data={}, before=taken, nowhere=nowhere)
    knock(as_, {"olga": 403}, f"/forms/{own.id}/handover/undoing", data={}, nowhere=nowhere)
    here = taken()
    Holder.get(Holder.person == who.olga).release(by=who.helen, ends_on=cast.TODAY)
    move_clock(days=1)
    knock(as_, {"olga": 404}, here, data={}, nowhere=nowhere)


def test_a_form_is_given_out_by_hr_alone(as_: Any, month: Document) -> None:
    only_hr = NOBODY | {"helen": 200}
    address, nowhere = "/documents/form/thirty-days/sending", "/documents/form/nothing/sending"
    knock(as_, only_hr, address, nowhere=nowhere)
    data = {"people": "erin@halden.example", "due_on": "2026-12-01"}
    knock(as_, only_hr | {"helen": 303}, address, data=data, nowhere=nowhere)


def test_a_form_is_withdrawn_by_hr_and_never_ones_own(as_: Any, month: Document, give: Any) -> None:
    def another() -> str:
        return f"/forms/{give(month, 'nia').id}/withdrawal"

    table = KNOWS | {"helen": 303, "dora": 403, "mara": 403, "nia": 403}
    knock(as_, table, "", data={}, before=another, nowhere="/forms/999999/withdrawal")
    own = give(month, "helen")
    assert as_("helen").post(f"/forms/{own.id}/withdrawal").status_code == 403


HRS = KNOWS | {"helen": 303, "dora": 403, "mara": 403, "nia": 403, "lev": 303}


def test_a_form_is_asked_for_again_by_hr_and_never_ones_own(
    as_: Any, month: Document, give: Any, who: Any
) -> None:
    def withdrawn(name: str = "nia") -> str:
        one = give(month, name)
        one.withdraw(by=who.helen)
        return f"/forms/{one.id}/restoring"

    nowhere = "/forms/999999/restoring"
    knock(as_, HRS, "", data={}, before=withdrawn, nowhere=nowhere)
    knock(as_, {"helen": 403}, withdrawn("helen"), data={}, nowhere=nowhere)


def test_by_the_door_of_the_duty_it_is_asked_for_again_by_the_same_people(
    as_: Any, month: Document, give: Any, who: Any
) -> None:
    def waived(name: str = "nia") -> str:
        one = give(month, name)
        one.withdraw(by=who.dora)
        return f"/assignments/{one.duties().first().id}/reopening"

    nowhere = "/assignments/999999/reopening"
    knock(as_, {"mara": 403, "nia": 403, "helen": 303}, "", data={}, before=waived, nowhere=nowhere)
    knock(as_, {"helen": 403}, waived("helen"), data={}, nowhere=nowhere)


def test_a_sending_is_undone_by_whoever_in_hr_sent_it(as_: Any, month: Document, who: Any) -> None:
    Grant.give(who.ida, "hr", by=None, starts_on=cast.TODAY)

    def given_out() -> str:
        first = Submission.send(month, [who.nia], None, due_on=cast.MONDAY, by=who.helen)
        return f"/forms/{first}/sending/undoing"

    nowhere = "/forms/999999/sending/undoing"
    knock(as_, HRS | {"ida": 403}, "", data={}, before=given_out, nowhere=nowhere)


def test_what_was_sent_is_taken_back_by_whoever_sent_it_alone(
    as_: Any, month: Document, give: Any
) -> None:
    def unread() -> str:
        return f"/forms/{sent(give(month, 'nia')).id}/taking-back"

    table = HRS | {"helen": 403, "nia": 303}
    knock(as_, table, "", data={}, before=unread, nowhere="/forms/999999/taking-back")


def test_reach_and_power_never_disagree(
    publish: Any, give: Any, finance: Function, who: Any
) -> None:
    """Asked as a query and asked of the loaded row, for everybody and every kind of form."""
    documents = [publish(MONTH), publish(PAY), publish(SUBJECT.replace("Thirty", "Forty"))]
    pairs = [("nia", ""), ("mara", "nia"), ("ben", "mara"), ("ben", "helen"), ("helen", ""),
             ("helen", "olga"), ("olga", ""), ("dora", "olga")]  # fmt: skip
    for document in documents:
        for name, about in pairs:
            sent(give(document, name, about))
            give(document, name, about)
        give(document, "adam").withdraw(by=who.helen)
        give(document, "ida").duties().first().settle(by=None, outcome="ended")
        erased = sent(give(document, "erin"))
        erased.purge()
    everything = list(Submission.select())
    assert len(everything) == 57
    for name in cast.NAMES:
        viewer = cast.person(name)
        seen = {one.id for one in access.visible_to(viewer)}
        readable = {one.id for one in access.readable_to(viewer)}
        assert {one.id for one in everything if access.can_see(viewer, one)} == seen, name
        assert {one.id for one in everything if access.can_read(viewer, one)} == readable, name
        assert readable <= seen, name
        listed = {one.id for one in access.sent_to(viewer)}
        assert listed == {
            one for one in readable if Submission.get_by_id(one).person_id != viewer.id
        }


def test_a_holder_for_one_place_reads_what_comes_from_there(
    publish: Any, give: Any, who: Any
) -> None:
    from portal.people.org import Location

    function = Function.set_up("finance", "Finance", by=None)
    other = Location.open(by=None, name="Porto", zone="Europe/Lisbon")
    Holder.appoint(function, who.olga, by=None, starts_on=cast.TODAY, location=other)
    Holder.appoint(
        function, who.otto, by=None, starts_on=cast.TODAY, location=Location.get(name="Berlin")
    )
    pay = sent(give(publish(PAY), "nia"))
    assert access.can_read(cast.person("otto"), pay) and not access.can_read(
        cast.person("olga"), pay
    )


def test_the_index_lists_what_is_ones_own_and_what_one_may_read(
    as_: Any, publish: Any, give: Any, nias: Submission
) -> None:
    sent(nias)
    table = {"nia": (1, 0), "mara": (0, 1), "helen": (0, 1), "otto": (0, 0), "audrey": (0, 0)}
    for name, counts in table.items():
        client = as_(name)
        pages = [client.get("/forms").text, client.get("/forms?show=read").text]
        assert tuple(page.count(f'href="/forms/{nias.id}') for page in pages) == counts, name


def test_a_pass_opens_ones_own_forms_and_no_others(
    as_: Any, world: Any, month: Document, give: Any, who: Any, publish: Any
) -> None:
    """Nia, before her first day, by the link she was sent."""
    from portal.people.passes import Pass
    from portal.people.signing import Device

    own, other = give(month, "nia"), sent(give(publish(SUBJECT), "mara", about="nia"))
    given_pass = Pass.give(who.nia, "welcome", by=who.helen)
    token = Device.sign_in(who.nia, how="pass", agent="", address="", given=given_pass)
    client = as_("nia")
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.get(f"/forms/{own.id}").status_code == 200
    assert client.get("/me/draft-key").status_code == 200
    data = {f"q-{key}": value for key, value in given().items()} | {"version": "0"}
    assert client.post(f"/forms/{own.id}/draft", data=data).status_code == 303
    assert (
        client.post(f"/forms/{own.id}/submission", data=data | {"version": "1"}).status_code == 303
    )
    assert client.get(f"/forms/{own.id}").status_code == 200
    assert "Ben" not in client.get(f"/forms?show=read&person={who.ben.id}").text
    for address in (f"/forms/{other.id}", f"/forms/{other.id}/answers", f"/forms/{own.id}/answers"):
        assert client.get(address).status_code == 404, address


def test_the_forms_about_a_person_are_listed_for_those_who_may_read_them(
    as_: Any, month: Document, give: Any, nias: Submission, who: Any
) -> None:
    sent(nias)
    sent(give(month, "erin"))
    page = as_("mara").get(f"/forms?show=read&person={who.nia.id}").text
    assert f"/forms/{nias.id}/answers" in page and page.count("/answers") == 1
    assert (
        "Nothing that you may read" in as_("otto").get(f"/forms?show=read&person={who.ben.id}").text
    )
    assert as_("otto").get("/forms?show=read&person=999999").status_code == 404


def test_who_can_see_it_names_exactly_those_who_can(
    as_: Any, publish: Any, give: Any, finance: Function
) -> None:
    from portal.questionnaires import promise

    documents = [publish(MONTH), publish(PAY), publish(SUBJECT.replace("Thirty", "Forty"))]
    pairs = [("nia", ""), ("mara", "nia"), ("ben", "mara"), ("helen", ""), ("ben", "helen")]
    for document in documents:
        for name, about in pairs:
            one = give(document, name, about)
            before = {person.id for person, _ in promise.people(one)}
            one = sent(one)
            after = {person.id for person, _ in promise.people(one)}
            viewers = [cast.person(each) for each in cast.NAMES if each != "lev"]
            can = {v.id for v in viewers if v.id != one.person_id and access.can_read(v, one)}
            assert before == after == can, (document.title, name, about)
    about_ben = sent(give(documents[2], "mara", about="ben"))
    page = as_("mara").get(f"/forms/{about_ben.id}/readers").text
    assert "Helen Brandt" in page and "Ben Hartmann" in page and "It is about them" in page
    table = NOBODY | {"helen": 200, "ben": 200, "mara": 200, "dora": 200}
    nowhere = "/forms/999999/readers"
    knock(as_, table, f"/forms/{about_ben.id}/readers", nowhere=nowhere)


def test_every_page_of_a_form_asks_little(
    as_: Any, publish: Any, give: Any, finance: Function, queries: Any
) -> None:
    one, other = give(publish(PAY), "ben"), give(publish(PAY.replace("Pay", "More")), "nia")
    sent(other)
    pages = [("ben", f"/forms/{one.id}"), ("ben", "/forms"), ("olga", f"/forms/{other.id}/answers"),
             ("helen", f"/forms/{other.id}"), ("olga", "/forms?show=read"),
             ("ben", f"/forms/{one.id}/readers"), ("mara", f"/forms/{one.id}"),
             ("helen", "/documents/form/pay-details/sending")]  # fmt: skip
    for name, address in pages:
        client = as_(name)
        client.get(address)
        with queries() as seen:
            assert client.get(address).status_code == 200, (name, address)
        reads = [sql for sql in seen if sql.startswith("SELECT")]
        assert len(reads) <= 9, (name, address, len(reads), reads)
