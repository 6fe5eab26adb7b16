"""What HR found when it looked at a certificate: a row of its own, superseded and never changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
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
        return is_known(alias or cls, known_at)

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
            "recorded_at": moment_of(self.recorded_at),
            "recorded_by": self.recorded_by_id,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


def is_known(model: Any, known_at: datetime | None) -> Any:
    """Recorded by then and not yet superseded; None is now."""
    if known_at is None:
        return model.superseded_at.is_null()
    later = model.superseded_at.is_null() | (model.superseded_at > known_at)
    return (model.recorded_at <= known_at) & later


def moment_of(at: datetime) -> str:
    """One spelling of a time, whichever database kept it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def may_only_be_superseded(table: str, kept: tuple[str, ...], words: str) -> db.Guard:
    """Rows are never deleted, and of these columns none ever changes; a row is superseded once."""
    sqlite = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in kept)
    postgres = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in kept)
    twice = "OLD.superseded_at IS NOT NULL"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    return db.Guard(
        table,
        f"{table}_is_only_superseded",
        sqlite=(
            f"DROP TRIGGER IF EXISTS {table}_no_update",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN {sqlite} OR ({twice} AND OLD.superseded_at IS NOT NEW.superseded_at) {refuse}",
            f"DROP TRIGGER IF EXISTS {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        ),
        postgres=(
            f"CREATE OR REPLACE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{words}'; END $$",
            f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({postgres} OR ({twice} AND OLD.superseded_at IS DISTINCT FROM "
            f"NEW.superseded_at)) EXECUTE FUNCTION refuse_{table}_change()",
            f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()",
        ),
    )


GUARDS = [
    db.partial_unique("certificate_check", "certificate_id", "superseded_at IS NULL"),
    may_only_be_superseded(
        "certificate_check",
        ("certificate_id", "outcome", "recorded_at", "recorded_by_id"),
        "what was found stays as it was found",
    ),
]
