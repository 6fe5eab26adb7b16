"""After the last day: papers by a link, and whether we may keep in touch."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit import Event, Look
from portal.mail import jobs as mail
from portal.mail.models import Letter
from portal.people.passes import Pass
from portal.people.signing import Device
from portal.personnel.consents import AlumniConsent
from tests import cast, servers
from tests.cast import TODAY
from tests.reach import knock

ADDRESS = "lev.private@mail.example"


@pytest.fixture
def given(as_: Any, who: Any, file_paper: Any) -> Pass:
    """Lev, who has left, was sent his papers; two are shared with him."""
    file_paper(who.lev, kind="payslip", body=b"payslip", seen_by="person", title="Payslip October")
    file_paper(who.lev, kind="reference", body=b"reference", seen_by="manager", title="Reference")
    file_paper(who.lev, kind="contract", body=b"secret", seen_by="hr", title="Canary internal")
    answer = as_("helen").post(f"/people/{who.lev.id}/papers/link", data={"address": ADDRESS})
    assert answer.status_code == 303
    return Pass.get()


@pytest.fixture
def link(world: Any, given: Pass) -> str:
    return f"/pass/{given.token(world.app.config['SECRET_KEY'])}"


@pytest.fixture
def lev(stranger: Any, link: str) -> Any:
    """A browser in which the link was opened."""
    assert stranger.get(link).status_code == 200
    answer = stranger.post(link)
    assert (answer.status_code, answer.location) == (303, "/papers")
    return stranger


def test_the_letter_carries_the_link_and_the_outbox_does_not(
    world: Any, given: Pass, link: str, who: Any
) -> None:
    with servers.SmtpSink() as sink:
        mail.configure(sink.url, "People portal", "portal@localhost")
        with world.app.app_context():
            assert mail.send_letters() == 1
        mail.configure("", "People portal", "portal@localhost")
    (message,) = sink.messages
    body = message.get_body(("plain",)).get_content()
    assert (message["To"], message["Subject"]) == (ADDRESS, "Your papers")
    assert link in body and "Canary" not in body and "Payslip" not in body
    letter = Letter.get(Letter.kind == "papers")
    assert link.rpartition("-")[2] not in str(letter.__data__)


def test_the_leaver_finds_what_is_shared_and_nothing_else(lev: Any, who: Any) -> None:
    page = lev.get("/papers").text
    assert "Payslip October" in page and "Reference" in page
    assert "Canary" not in page and "/people/" not in page
    papers = {paper.title: paper for paper in who.lev.papers}
    assert lev.get(f"/papers/{papers['Payslip October'].id}/file").data == b"payslip"
    assert lev.get(f"/papers/{papers['Canary internal'].id}/file").status_code == 404
    # One's own papers are no look at somebody.
    assert Look.select().count() == 0


def test_nothing_else_of_the_portal_exists_for_them(lev: Any, who: Any) -> None:
    paper = who.lev.papers[0].id
    for address in (
        "/people", f"/people/{who.lev.id}", f"/people/{who.lev.id}/papers", "/me", "/documents",
        "/personnel/expiring", f"/papers/{paper}/edit", "/me/demographics", "/demographics",
    ):  # fmt: skip
        assert lev.get(address).status_code == 404, address
    for address in (
        "/uploads", f"/papers/{paper}/removal", f"/people/{who.lev.id}/papers/link", "/me",
    ):  # fmt: skip
        assert lev.post(address).status_code == 404, address
    assert lev.get("/").location == "/papers"


def test_the_link_ends_with_its_days_and_when_hr_ends_it(
    lev: Any, as_: Any, who: Any, link: str, move_clock: Any
) -> None:
    move_clock(days=29)
    assert lev.get("/papers").status_code == 200
    helen = as_("helen")
    assert helen.post(f"/people/{who.lev.id}/papers/link/revocation").status_code == 303
    assert lev.get("/papers").status_code == 303
    assert lev.get(link).status_code == 404


def test_after_thirty_days_it_opens_nothing(lev: Any, link: str, move_clock: Any) -> None:
    move_clock(days=31)
    assert lev.get("/papers").status_code == 303
    assert lev.get(link).status_code == 404


def test_a_new_link_ends_the_old_one(lev: Any, as_: Any, who: Any, link: str) -> None:
    as_("helen").post(f"/people/{who.lev.id}/papers/link", data={"address": ADDRESS})
    assert lev.get("/papers").status_code == 303
    assert Pass.open_of(who.lev, "papers").count() == 1


def test_hr_sees_when_it_was_sent_and_opened(as_: Any, who: Any, given: Pass, link: str) -> None:
    address = f"/people/{who.lev.id}/papers"
    page = as_("helen").get(address).text
    assert ADDRESS in page and "has not opened it yet" in page and "It works until" in page
    as_("nia").post(link)
    assert "opened it on" in as_("helen").get(address).text


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a\nb@mail.example", "x" * 250 + "@m.io"])
def test_a_wrong_address_sends_nothing(as_: Any, who: Any, address: str) -> None:
    answer = as_("helen").post(f"/people/{who.lev.id}/papers/link", data={"address": address})
    assert answer.status_code == 422 and "The link is not sent yet" in answer.text
    assert (Pass.select().count(), Letter.select().where(Letter.kind == "papers").count()) == (0, 0)


def test_only_hr_sends_it_and_only_to_somebody_who_leaves(as_: Any, who: Any) -> None:
    table = dict.fromkeys((name for name in cast.NAMES if name != "lev"), 404)
    nowhere = "/people/999999/papers/link"
    data = {"address": ADDRESS}
    lev = f"/people/{who.lev.id}/papers/link"
    erin = f"/people/{who.erin.id}/papers/link"
    knock(as_, table | {"helen": 303}, lev, data=data, nowhere=nowhere)
    refused = table | {"helen": 403, "erin": 403, "mara": 403}
    knock(as_, refused, erin, data=data, nowhere=nowhere)
    ends = refused | {"helen": 303}
    knock(as_, ends, f"{erin}/revocation", data={}, nowhere=f"{nowhere}/revocation")
    assert "Send the papers by link" not in as_("helen").get(erin.removesuffix("/link")).text


def test_consent_is_given_changed_and_withdrawn_and_never_overwritten(
    lev: Any, as_: Any, who: Any, given: Pass, move_clock: Any
) -> None:
    said = [("yes", "a@mail.example"), ("yes", "b@mail.example"), ("no", ""), ("no", "")]
    for agreed, address in said:
        move_clock(hours=1)
        answer = lev.post("/papers/consent", data={"agreed": agreed, "address": address})
        assert (answer.status_code, answer.location) == (303, "/papers")
    rows = AlumniConsent.of(who.lev)
    assert [(row.agreed, row.address) for row in rows] == [
        (False, ""), (True, "b@mail.example"), (True, "a@mail.example"),
    ]  # fmt: skip
    assert {row.given_id for row in rows} == {given.id}
    tags = Event.select(Event.tag).where(Event.subject_kind == "alumni_consent").order_by(Event.seq)
    assert [event.tag for event in tags] == [
        "alumni_consent.given", "alumni_consent.given", "alumni_consent.refused",
    ]  # fmt: skip
    page = as_("helen").get(f"/people/{who.lev.id}/papers").text
    assert "Yes, at b@mail.example" in page and page.index("No") < page.index("Yes, at")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Say yes or no."),
        ({"agreed": "maybe"}, "Not a valid choice"),
        ({"agreed": "yes"}, "Type the address we may write to."),
        ({"agreed": "yes", "address": "nowhere"}, "This is not an e-mail address"),
        ({"agreed": "yes", "address": "a@mail.example, b@mail.example"}, "not an e-mail address"),
    ],
)
def test_half_an_answer_is_none(lev: Any, data: dict[str, str], sentence: str) -> None:
    answer = lev.post("/papers/consent", data=data)
    assert answer.status_code == 422 and sentence in answer.text
    assert AlumniConsent.select().count() == 0


def test_somebody_who_stays_is_not_asked(as_: Any, who: Any) -> None:
    said = {"agreed": "yes", "address": ADDRESS}
    nobody = dict.fromkeys(cast.NAMES, 404) | {"lev": 303}
    knock(as_, nobody, "/papers/consent", data=said, nowhere="/papers/nothing/at/all")
    knock(as_, dict.fromkeys(cast.NAMES, 303), "/papers", nowhere="/papers/nothing/at/all")
    assert as_("erin").get("/papers").location == f"/people/{who.erin.id}/papers"
    who.erin.depart(
        by=who.helen,
        last_day_on=TODAY + timedelta(days=9),
        access_ends_at=clock.now() + timedelta(9),
    )
    assert as_("erin").post("/papers/consent", data=said).status_code == 303


def test_a_pass_for_something_else_does_not_open_papers(
    stranger: Any, who: Any, world: Any
) -> None:
    given = Pass.give(who.nia, "welcome", by=who.helen)
    token = Device.sign_in(who.nia, how="pass", agent="", address="", given=given)
    with stranger.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    assert stranger.get("/papers").status_code == 404
    assert stranger.post("/papers/consent", data={"agreed": "no"}).status_code == 404


def test_a_link_can_be_ended_when_somebody_stays_after_all(as_: Any, who: Any, given: Pass) -> None:
    cast.person("lev").stay(by=who.helen)
    base = f"/people/{who.lev.id}/papers"
    page = as_("helen").get(base).text
    assert "End the link" in page and "Send a new link" not in page
    as_("helen").post(f"{base}/link/revocation")
    assert "End the link" not in as_("helen").get(base).text
