"""What an erasure leaves: the same report for ever, proofs that hold, and pages that stand."""

from datetime import timedelta
from typing import Any

from portal import audit, clock, db
from portal.audit import Event
from portal.certificates.checks import CertificateCheck
from portal.certificates.details import CertificateDetails
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.compliance import exemptions, following
from portal.compliance.models import Exemption, Requirement
from portal.compliance.needs import Moment
from portal.evidence import as_of
from portal.people.models import Person
from portal.policies.models import Acknowledgment, PolicyAttempt, Signature
from portal.retention.erasing import Erasure
from portal.retention.purging import let_go
from tests.cast import TODAY
from tests.policies.conftest import conduct, publish, signs

__all__ = ["conduct", "publish"]


def report(moment: Moment) -> bytes:
    held = as_of.held_on(moment)
    return b"".join(as_of.as_json(moment, held)) + b"".join(as_of.as_csv(moment, held))


def test_an_erasure_changes_no_byte_of_the_past_and_no_proof(
    conduct: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    """Erin has signed, brought a certificate that was sent back, was exempt; then she left."""
    signed = signs(conduct, who.erin)
    signs(conduct, who.ben)
    kind = CertificateType.set_up(by=who.helen, name="First aid", needs_file=False)
    brought = Certificate.bring(
        kind, who.erin, by=who.erin, issued_on=TODAY, expires_on=TODAY + timedelta(days=300),
        number="CANARY-77", issuer="Erin’s school", note="",
    )  # fmt: skip
    brought.send_back("Erin’s name is not on it", by=who.helen)
    with db.write():
        PolicyAttempt.create(
            person=who.erin, revision=conduct.current, answers="{}", wrong="[]", at=clock.now()
        )
        exemptions.exempt(
            Requirement.get(), [who.erin], reason="Erin is ill", until=None, by=who.helen
        )
    following.follow_all()
    move_clock(days=2)
    moment = Moment(TODAY, as_of.pin(clock.now() - timedelta(days=1)))
    before, bound = report(moment), signed.bound
    hashes = [event.hash for event in Event.select().order_by(Event.seq)]
    assert b'"person":%d' % who.erin.id in before.replace(b" ", b"")

    who.erin.depart(by=who.helen, last_day_on=clock.today(), access_ends_at=clock.now())
    move_clock(days=40)
    erasure = Erasure.begin(Person.get_by_id(who.erin.id), by=who.helen, reason="A request")
    assert erasure.work()

    assert report(moment) == before
    kept = Acknowledgment.get_by_id(signed.id)
    assert kept.bound == bound
    assert {row.acknowledgment.person_id for row in Signature.select()} == {who.ben.id}
    assert not CertificateDetails.select().exists() and Certificate.get().person_id == who.erin.id
    assert (CertificateCheck.get().reason, PolicyAttempt.select().count()) == ("", 0)
    assert {row.reason for row in Exemption.select()} <= {""}
    assert [event.hash for event in Event.select().order_by(Event.seq).limit(len(hashes))] == hashes
    assert audit.verify().holds

    helen = as_("helen")
    for address in (
        f"/policies/receipts/{signed.id}",
        f"/policies/{conduct.id}/people",
        f"/policies/{conduct.id}/signatures",
        f"/certificates/{brought.id}",
        "/certificates",
        "/compliance",
        f"/people/{who.erin.id}",
        f"/people/{who.erin.id}/papers",
        "/audit",
        f"/retention/people/{who.erin.id}",
    ):
        answer = helen.get(address)
        assert answer.status_code in (200, 404), (address, answer.status_code)
        assert "Castellanos" not in answer.text and "CANARY" not in answer.text, address


def test_details_of_signatures_go_by_their_rule_and_the_proof_stays(
    conduct: Any, who: Any, rule: Any, move_clock: Any
) -> None:
    signed = signs(conduct, who.erin)
    bound = signed.bound
    rule("signatures", 72, is_automatic=True)
    move_clock(days=72 * 30)
    assert let_go("signatures") == 0
    move_clock(days=72)
    assert let_go("signatures") == 1
    assert not Signature.select().exists()
    assert Acknowledgment.get_by_id(signed.id).bound == bound
