"""The pages: what stands on them, what is sent from them, and what never is."""

from html import unescape
from typing import Any

import pytest

from portal.audit import Look
from portal.compliance import following
from portal.documents.models import Document
from portal.people.signing import Device
from portal.policies.models import Acknowledgment, PolicyAttempt
from tests import cast
from tests.policies.conftest import CONDUCT, PLAIN, RIGHT, republish, sealed, signs

QUERIES_AT_MOST = 8


def page(client: Any, document: Document) -> str:
    return unescape(client.get(f"/policies/{document.id}").text)


def post(client: Any, document: Document, **fields: Any) -> Any:
    seal = fields.pop("seal", None) or sealed(client.get(f"/policies/{document.id}").text)
    return client.post(f"/policies/{document.id}/signature", data={"seal": seal, **fields})


def test_from_today_it_is_open_sign_receipt(as_, conduct):
    erin = as_("erin")
    today = unescape(erin.get("/").text)
    assert f'href="/policies/{conduct.id}"' in today and "Sign “Code of conduct”" in today
    shown = page(erin, conduct)
    assert shown.index("Take nothing worth more") < shown.index("What is the most a gift")
    button = "I have read this and will follow it."
    assert shown.index("What is the most a gift") < shown.index(button)
    answer = post(erin, conduct, **RIGHT)
    assert answer.status_code == 303
    receipt = unescape(erin.get(answer.location).text)
    for words in ("Erin Castellanos", button, Acknowledgment.get().record, "50 euros"):
        assert words in receipt
    # It is printed and kept: the company and the year stand on it.
    assert "Wed 18 Nov 2026, " in receipt and '<p class="only-print">Brightwater</p>' in receipt
    assert "Sign “Code of conduct”" not in unescape(erin.get("/").text).partition("Done since")[0]
    assert "You signed this on Wed 18 Nov." in page(erin, conduct)


def test_which_answers_are_right_never_leaves_the_server(as_, conduct):
    erin = as_("erin")
    pages = [
        f"/policies/{conduct.id}", "/policies", "/policies?q=euros", "/documents?q=euros",
        "/search?q=euros",
    ]  # fmt: skip
    for address in pages:
        shown = erin.get(address).text
        assert "(x)" not in shown and "right&#34;" not in shown and " checked" not in shown
    assert "500 euros" not in erin.get("/documents?q=euros").text


def test_a_wrong_answer_leads_to_its_passage_and_keeps_the_others(as_, conduct):
    erin = as_("erin")
    wrong = RIGHT | {"q-what-is-the-most-a-gift-may-be-worth": "500-euros"}
    answer = post(erin, conduct, **wrong)
    shown = unescape(answer.text)
    assert answer.status_code == 422 and "<title>Error:" in shown
    assert 'href="#passage-gifts">Gifts</a>' in shown and 'id="passage-gifts"' in shown
    assert 'href="#passage-whom-to-tell"' not in shown
    assert shown.count(" checked") == 3
    assert Acknowledgment.select().count() == 0 and PolicyAttempt.select().count() == 1
    answer = post(erin, conduct, **RIGHT)
    assert answer.status_code == 303 and Acknowledgment.get().attempts == 2


def test_for_htmx_the_fragment_comes_back_with_its_root(as_, conduct):
    erin = as_("erin")
    seal = sealed(erin.get(f"/policies/{conduct.id}").text)
    address = f"/policies/{conduct.id}/signature"
    answer = erin.hx(address, "reading", data={"seal": seal})
    assert answer.status_code == 422 and answer.text.lstrip().startswith(
        '<div class="reading" id="reading"'
    )
    answer = erin.hx(address, "reading", data={"seal": seal, **RIGHT})
    assert answer.headers["HX-Redirect"] == f"/policies/receipts/{Acknowledgment.get().id}"


def test_a_text_that_changed_meanwhile_is_shown_anew_and_not_signed(as_, conduct, who):
    erin = as_("erin")
    seal = sealed(erin.get(f"/policies/{conduct.id}").text)
    changed = CONDUCT.replace("Take nothing", "Accept nothing").partition("\nWhom may you")[0]
    republish(conduct, changed, who.helen)
    answer = post(erin, conduct, seal=seal, **RIGHT)
    shown = unescape(answer.text)
    assert answer.status_code == 409 and "changed while you were reading" in shown
    assert "Accept nothing worth more" in shown and Acknowledgment.select().count() == 0
    fresh = {name: value for name, value in RIGHT.items() if "gift" in name}
    again = erin.post(
        f"/policies/{conduct.id}/signature", data={"seal": sealed(answer.text), **fresh}
    )
    assert again.status_code == 303


def test_what_no_page_of_ours_sends_is_refused(as_, conduct, who):
    erin, ben = as_("erin"), as_("ben")
    bens = sealed(ben.get(f"/policies/{conduct.id}").text)
    own = sealed(erin.get(f"/policies/{conduct.id}").text)
    for fields in (
        {},
        {"seal": "nonsense", **RIGHT},
        {"seal": bens, **RIGHT},
        {"seal": own, "q-nothing": "1", **RIGHT},
        {"seal": own, **RIGHT, "q-what-is-the-most-a-gift-may-be-worth": "a million"},
        {"seal": own, **RIGHT, "signed_at": "2020-01-01"},
    ):
        answer = erin.post(f"/policies/{conduct.id}/signature", data=fields)
        assert answer.status_code == 400, fields
    assert Acknowledgment.select().count() == 0


def test_a_name_that_is_typed_stands_on_the_receipt(as_, conduct):
    erin = as_("erin")
    answer = post(erin, conduct, typed_name="E. <Castellanos>", **RIGHT)
    assert "E. &lt;Castellanos&gt;" in erin.get(answer.location).text
    assert post(as_("ben"), conduct, typed_name="x" * 121, **RIGHT).status_code == 422


def test_the_library_says_what_is_to_be_signed_and_what_changed(as_, conduct, publish, who):
    publish(PLAIN.replace("Code of conduct", "Remote work"))
    erin = as_("erin")
    signs(conduct, who.erin)
    shown = unescape(erin.get("/policies").text)
    assert shown.index("To sign") < shown.index("Remote work") < shown.index("Signed by you")
    republish(conduct, CONDUCT.replace("Take nothing", "Accept nothing"), who.helen)
    assert "wording changed since, nothing to do" in erin.get("/policies").text
    found = unescape(erin.get("/policies?q=confidential").text)
    assert "No policy has these words" in found
    assert "Remote work" in erin.hx_get("/policies?q=manager", "policies").text


def test_hr_sees_how_many_have_signed_and_who(as_, conduct, who):
    signs(conduct, who.erin)
    helen = as_("helen")
    shown = unescape(helen.get("/policies?list=all").text)
    assert "1 of 9 signed, 11 %" in shown
    rows = unescape(helen.get(f"/policies/{conduct.id}/signatures").text)
    assert "Erin Castellanos" in rows and "Text 1" in rows
    assert "Nobody of this name" in helen.get(f"/policies/{conduct.id}/signatures?q=zoe").text


def test_a_draft_stands_in_the_library_of_hr_alone(as_, who):
    document = Document.start("policy", "Secrets", by=who.helen, source=CONDUCT)
    assert "Secrets" in as_("helen").get("/policies?list=all").text
    assert "Continue the draft" in as_("helen").get(f"/policies/{document.id}").text
    assert "Secrets" not in as_("erin").get("/policies").text
    assert "Secrets" not in as_("audrey").get("/policies").text


def test_the_page_of_the_document_leads_to_the_policy(as_, conduct):
    answer = as_("erin").get(f"/documents/policy/{conduct.slug}")
    assert (answer.status_code, answer.location) == (303, f"/policies/{conduct.id}")


def test_the_exact_text_stays_for_whoever_signed_it(as_, conduct, who):
    first = signs(conduct, who.erin)
    republish(conduct, CONDUCT.replace("Take nothing", "Accept nothing"), who.helen)
    old = as_("erin").get(f"/policies/{conduct.id}/texts/1")
    assert "Take nothing" in old.text and first.text_hash in old.text
    conduct.retire(by=who.helen)
    following.follow_all()
    assert as_("erin").get(f"/policies/{conduct.id}/texts/1").status_code == 200
    assert "Retired on" in as_("erin").get(f"/policies/{conduct.id}").text
    assert as_("ben").get(f"/policies/{conduct.id}").status_code == 404


def test_hr_signs_for_somebody_with_a_note(as_, conduct, who):
    helen = as_("helen")
    address = f"/policies/{conduct.id}/on-behalf"
    assert "Nobody here" in helen.get(f"{address}?person=Nobody").text
    shown = helen.get(f"{address}?person=Ben Hartmann").text
    data = {"seal": sealed(shown), **RIGHT}
    refused = helen.post(f"{address}/{who.ben.id}", data=data)
    assert refused.status_code == 422 and "Say how they told you" in refused.text
    answer = helen.post(f"{address}/{who.ben.id}", data={**data, "note": "On paper, 12 May."})
    receipt = unescape(helen.get(answer.location).text)
    assert "Helen Brandt, on behalf of Ben Hartmann" in receipt and "On paper, 12 May." in receipt
    assert "Nothing is to be signed" in helen.get(f"{address}?person=Ben Hartmann").text
    assert Acknowledgment.get().person_id == who.ben.id


def test_hr_signs_for_nobody_it_is_not_meant_for_and_not_for_themselves(as_, publish, who):
    document = publish(CONDUCT.replace("audience: everyone", "audience: department != Sales"))
    helen = as_("helen")
    address = f"/policies/{document.id}/on-behalf"
    assert helen.get(f"{address}?person=Olga Søndergaard").status_code == 422
    assert "Your own signature" in helen.get(f"{address}?person=Helen Brandt").text
    for person in (who.olga, who.helen):
        assert helen.post(f"{address}/{person.id}", data={"note": "x"}).status_code == 403


def test_reading_somebodys_receipt_is_noted_and_ones_own_is_not(as_, conduct, who):
    row = signs(conduct, who.erin)
    as_("erin").get(f"/policies/receipts/{row.id}")
    assert Look.select().count() == 0
    as_("helen").get(f"/policies/receipts/{row.id}")
    assert Look.get().about_id == who.erin.id


@pytest.mark.parametrize("name", ["erin", "helen", "audrey"])
def test_no_page_asks_more_the_more_there_is(as_, publish, who, queries, name):
    document = publish()
    row = signs(document, who.erin)
    for number in range(6):
        publish(PLAIN.replace("Code of conduct", f"Policy {number}"))
    client = as_(name)
    client.get("/policies")
    addresses = [
        "/policies", "/policies?list=all", f"/policies/{document.id}",
        f"/policies/{document.id}/signatures",
        f"/policies/receipts/{row.id}", f"/policies/{document.id}/texts/1",
    ]  # fmt: skip
    for address in addresses:
        with queries() as seen:
            client.get(address)
        # That an auditor looked is noted beside, and is no question.
        asked = [sql for sql in seen if "pg_advisory" not in sql and '"look"' not in sql]
        assert len(asked) <= QUERIES_AT_MOST, (address, len(asked), asked)


def test_whoever_came_by_a_link_for_something_else_finds_no_policies(stranger, conduct, who):
    from portal.people.passes import Pass

    given = Pass.give(who.nia, "welcome", by=who.helen)
    token = Device.sign_in(who.nia, how="pass", agent="", address="", given=given)
    with stranger.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    for address in ("/policies", f"/policies/{conduct.id}"):
        assert stranger.get(address).status_code == 404
    assert cast.TODAY
