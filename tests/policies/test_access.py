"""Who knows of a policy, who signs, for whom, and who sees who has signed: tables, whole cast."""

from typing import Any

import pytest

from portal import clock
from portal.compliance import following
from portal.documents.models import Document
from portal.people.grants import Grant
from portal.policies import access
from portal.policies.models import Acknowledgment
from portal.policies.reading import Reading
from tests import cast
from tests.policies.conftest import CONDUCT, RIGHT, republish, sealed, signs
from tests.reach import knock

NOBODY = dict.fromkeys([name for name in cast.NAMES if name != "lev"], 404)
STAFF = [name for name in NOBODY if name != "audrey"]
SALES = CONDUCT.replace("audience: everyone", "audience: department = Sales")


@pytest.fixture
def sales(publish: Any) -> Document:
    """A policy for Sales alone, which are Otto and Olga."""
    return publish(SALES)  # type: ignore[no-any-return]


def test_a_policy_is_known_to_its_audience_to_hr_and_to_auditors(as_, sales):
    table = NOBODY | dict.fromkeys(("otto", "olga", "helen", "audrey"), 200)
    knock(as_, table, f"/policies/{sales.id}", nowhere="/policies/999999")
    leads = {name: 303 if status == 200 else 404 for name, status in table.items()}
    knock(as_, leads, f"/documents/policy/{sales.slug}", nowhere="/documents/policy/nothing")


def test_a_draft_is_known_to_hr_alone(as_, who):
    draft = Document.start("policy", "Secrets", by=who.helen, source=SALES)
    table = NOBODY | {"helen": 200}
    knock(as_, table, f"/policies/{draft.id}", nowhere="/policies/999999")


def test_only_those_it_is_meant_for_sign_it(as_, sales, who):
    table = NOBODY | {"helen": 403, "audrey": 403, "otto": 400, "olga": 400}
    address = f"/policies/{sales.id}/signature"
    knock(as_, table, address, nowhere="/policies/999999/signature", data={"seal": "x"})
    assert Acknowledgment.select().count() == 0


def test_who_keeps_a_policy_reads_it_and_signs_only_what_is_meant_for_them(as_, publish):
    kept = publish(SALES.replace("audience:", "owner: ida@halden.example\naudience:"))
    knock(as_, {"ida": 200}, f"/policies/{kept.id}", nowhere="/policies/999999")
    assert "it is not for you to sign" in as_("ida").get(f"/policies/{kept.id}").text


def test_what_somebody_was_asked_to_sign_is_theirs_whatever_the_audience(as_, sales, who):
    from portal.assignments.duties import Cause, Opening
    from portal.assignments.duties import kinds as duty_kinds

    opening = Opening(cause=Cause("checklist", 7), about=who.erin)
    duty_kinds["policy"].open(who.erin, sales.slug, opening)
    erin = as_("erin")
    page = erin.get(f"/policies/{sales.id}")
    answer = erin.post(f"/policies/{sales.id}/signature", data={"seal": sealed(page.text), **RIGHT})
    assert answer.status_code == 303
    # Signed, it stays hers to read.
    assert erin.get(f"/policies/{sales.id}").status_code == 200


def test_a_receipt_is_for_its_person_hr_and_auditors(as_, sales, who):
    row = signs(sales, who.olga)
    table = NOBODY | dict.fromkeys(("olga", "helen", "audrey"), 200)
    knock(as_, table, f"/policies/receipts/{row.id}", nowhere="/policies/receipts/999999")


def test_an_exact_text_is_for_whoever_signed_it_hr_and_auditors(as_, sales, who):
    signs(sales, who.olga)
    republish(sales, SALES.replace("Take nothing", "Accept nothing"), who.helen)
    table = NOBODY | dict.fromkeys(("olga", "helen", "audrey"), 200)
    knock(as_, table, f"/policies/{sales.id}/texts/1", nowhere=f"/policies/{sales.id}/texts/99")


def test_who_has_signed_is_for_hr_and_auditors(as_, sales):
    table = NOBODY | dict.fromkeys(("helen", "audrey"), 200)
    knock(as_, table, f"/policies/{sales.id}/signatures", nowhere="/policies/999999/signatures")


def test_only_hr_signs_on_behalf(as_, sales, who):
    table = NOBODY | {"helen": 200}
    address = f"/policies/{sales.id}/on-behalf"
    knock(as_, table, address, nowhere="/policies/999999/on-behalf")
    table = NOBODY | {"helen": 400}
    where = f"{address}/{who.olga.id}"
    nowhere = "/policies/999999/on-behalf/1"
    knock(as_, table, where, nowhere=nowhere, data={"note": "On paper."})
    assert Acknowledgment.select().count() == 0


def test_somebody_in_hr_signs_for_another_in_hr_and_never_for_themselves(as_, publish, who):
    conduct = publish()
    Grant.give(who.ida, "hr", by=None, starts_on=cast.TODAY)
    assert access.can_sign_for(cast.person("ida"), who.helen, conduct)
    assert not access.can_sign_for(cast.person("helen"), who.helen, conduct)


def test_an_admin_who_is_not_hr_is_a_colleague_here_like_any_other(as_, publish, who):
    conduct = publish()
    adam = as_("adam")
    assert adam.get(f"/policies/{conduct.id}").status_code == 200
    assert adam.get(f"/policies/{conduct.id}/signatures").status_code == 404


def test_an_auditor_reads_what_was_ever_in_force_and_writes_nothing(as_, sales, who):
    signs(sales, who.olga)
    sales.retire(by=who.helen)
    audrey = as_("audrey")
    page = audrey.get(f"/policies/{sales.id}")
    assert page.status_code == 200 and "Put it back in force" not in page.text
    assert "Edit" not in page.text and "on-behalf" not in page.text
    assert audrey.get(f"/policies/{sales.id}/texts/1").status_code == 200


def test_a_leaver_signs_nothing_and_nobody_signs_for_them(sales, who, move_clock):
    who.olga.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=clock.now())
    move_clock(days=2)
    following.follow_all()
    olga = cast.person("olga")
    assert not access.can_sign(olga, sales)
    assert not access.can_sign_for(cast.person("helen"), olga, sales)


@pytest.mark.parametrize("name", STAFF)
def test_both_shapes_of_reach_agree(sales, who, name):
    person = cast.person(name)
    reaches = access.visible_to(person).where(Document.id == sales.id).exists()
    assert not access.can_sign(person, sales) or reaches
    assert bool(Reading.of(sales, person).is_owed)
