"""What HR found when it looked at a certificate: a row of its own, superseded and never changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
from portal.audit.models import spelled
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.certificates.models import Certificate

CONFIRMED, SENT_BACK = "confirmed", "sent_back"


class CertificateCheck(db.Model):
    """That somebody in HR has confirmed a certificate, or sent it back with a reason.

    One stands at a time; taken back, it is superseded, so what counted on a day stays readable.
    """

    # `Certificate` stands on this file, so the key to it is tied when that is defined.
    certificate = peewee.DeferredForeignKey("Certificate", backref="checks")
    outcome = peewee.CharField(max_length=10)
    reason = peewee.CharField(max_length=300, default="")
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    @classmethod
    def is_known(cls, known_at: datetime | None = None, alias: Any = None) -> Any:
        """It stood at that moment (now)."""
        return db.is_known(alias or cls, known_at)

    @classmethod
    def put_down(
        cls, certificate: "Certificate", outcome: str, *, by: Any, reason: str = ""
    ) -> "CertificateCheck":
        """A new row; only the certificate's verbs do."""
        return cls.create(
            certificate=certificate, outcome=outcome, reason=reason[:300],
            recorded_at=clock.now(), recorded_by=by,
        )  # fmt: skip

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids, dates and words of the portal."""
        return {
            "id": self.id,
            "certificate": self.certificate_id,
            "outcome": self.outcome,
            "recorded_at": spelled(self.recorded_at),
            "recorded_by": self.recorded_by_id,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


GUARDS = [
    db.partial_unique("certificate_check", "certificate_id", "superseded_at IS NULL"),
    db.only_superseded(
        "certificate_check",
        ("certificate_id", "outcome", "recorded_at", "recorded_by_id"),
        "what was found stays as it was found",
    ),
]
