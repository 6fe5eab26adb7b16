"""HR decides, an auditor reads rules, holds and purges; for everybody else nothing of it exists."""

from typing import Any

import pytest

from portal.people.grants import Grant
from portal.privacy import records
from portal.retention.erasing import Erasure
from portal.retention.models import LegalHold, RetentionRule
from portal.retention.purging import Purge
from portal.retention.records import DryRun
from tests.cast import NAMES, TODAY
from tests.reach import knock

OTHERS = dict.fromkeys((name for name in NAMES if name not in ("helen", "audrey", "lev")), 404)
READ = {**OTHERS, "helen": 200, "audrey": 200}
HR_ONLY = {**OTHERS, "helen": 200, "audrey": 404}
DONE = {**OTHERS, "helen": 303, "audrey": 403}

NOWHERE = "/retention/nothing"


@pytest.mark.parametrize(
    "address",
    [
        "/retention", "/retention/register", "/retention/holds", "/retention/holds.csv",
        "/retention/purges", "/retention/looks", "/retention/looks/dry-run", "/retention/leavers",
        "/retention/papers/dry-run",
    ],
)  # fmt: skip
def test_what_an_auditor_may_read(as_: Any, address: str) -> None:
    knock(as_, READ, address, nowhere=NOWHERE)


@pytest.mark.parametrize("address", ["/retention/erasures", "/retention/erasures.csv"])
def test_who_was_erased_only_hr_reads(as_: Any, address: str) -> None:
    knock(as_, HR_ONLY, address, nowhere=NOWHERE)


def test_the_page_of_a_hold_to_be_placed(as_: Any) -> None:
    knock(as_, {**READ, "audrey": 403}, "/retention/holds/new", nowhere=NOWHERE)


def test_the_page_of_an_erasure(as_: Any, who: Any) -> None:
    nowhere = "/retention/people/999999"
    knock(as_, HR_ONLY, f"/retention/people/{who.lev.id}", nowhere=nowhere)
    # Nobody in HR looks at their own.
    knock(as_, {"helen": 404}, f"/retention/people/{who.helen.id}", nowhere=nowhere)


def test_rules_are_set_and_withdrawn_by_hr(as_: Any) -> None:
    said = {"months": "24", "reason": "A law"}
    knock(as_, DONE, "/retention/looks/rule", nowhere="/retention/nothing/rule", data=said)
    nowhere = "/retention/nothing/rule/withdrawal"
    knock(as_, DONE, "/retention/looks/rule/withdrawal", nowhere=nowhere, data={})
    # A class with its own time takes no rule, from nobody.
    knock(as_, {"helen": 403, "otto": 404}, "/retention/papers/rule",
          nowhere="/retention/nothing/rule", data=said)  # fmt: skip


def test_holds_are_placed_and_lifted_by_hr(as_: Any, who: Any) -> None:
    said = {"person": "erin@halden.example", "record_class": "", "reason": "R", "counsel": ""}
    knock(as_, DONE, "/retention/holds", nowhere="/retention/nothing/rule", data=said)
    hold = LegalHold.get()
    nowhere = "/retention/holds/999999/lifting"
    knock(as_, DONE, f"/retention/holds/{hold.id}/lifting", nowhere=nowhere, data={})


def test_a_hold_on_oneself_does_not_exist(as_: Any, who: Any) -> None:
    Grant.give(who.ben, "hr", by=None, starts_on=TODAY)
    hold = LegalHold.place(
        person=who.helen, kept=None, reason="Canary", counsel="Canary 2", by=who.ben
    )
    helen, ben = as_("helen"), as_("ben")
    for address in ("/retention", "/retention/holds", "/retention/holds.csv", "/audit"):
        assert "Canary" not in helen.get(address).text
    assert "placed a legal hold" not in helen.get("/audit").text
    assert "placed a legal hold" in ben.get("/audit").text
    knock(as_, {"helen": 404}, f"/retention/holds/{hold.id}/lifting",
          nowhere="/retention/holds/999999/lifting", data={})  # fmt: skip
    assert "Canary 2" in ben.get("/retention/holds").text
    assert "Canary 2" not in as_("audrey").get("/retention/holds").text
    assert "Canary 2" not in as_("audrey").get("/retention/holds.csv").text
    assert "Canary 2" in ben.get("/retention/holds.csv").text


def test_purging_is_hrs_and_its_evidence_an_auditor_reads(
    as_: Any, who: Any, looks: Any, rule: Any
) -> None:
    rule("looks", 24)
    looks(who.erin, 2, days=800)

    def said() -> dict[str, str]:
        run = DryRun(records["looks"], RetentionRule.of("looks"), who.helen)
        return {"typed": "2", "digest": run.digest, "rule": str(run.rule.id)}

    nowhere = "/retention/nothing/purges"
    knock(as_, DONE, "/retention/looks/purges", nowhere=nowhere, data=said())
    purge = Purge.get()
    knock(as_, READ, f"/retention/purges/{purge.id}", nowhere="/retention/purges/999999")


def test_erasing_is_hrs(as_: Any, who: Any) -> None:
    said = {"typed": str(who.lev.id), "reason": "Asked for it"}
    knock(as_, {**OTHERS, "audrey": 404}, f"/retention/people/{who.lev.id}",
          nowhere="/retention/people/999999", data=said)  # fmt: skip
    assert not Erasure.select().exists()
    knock(as_, {"helen": 303}, f"/retention/people/{who.lev.id}", nowhere=NOWHERE, data=said)
    assert Erasure.get().person_id == who.lev.id
