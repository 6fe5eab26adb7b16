"""What a certificate says of its person: a row beside it, which an erasure may remove."""

from typing import TYPE_CHECKING

import peewee

from portal import audit, db
from portal.blobs import Blob
from portal.certificates.checks import CertificateCheck

if TYPE_CHECKING:
    from portal.certificates.models import Certificate


class CertificateDetails(audit.Committed, db.Model):
    """What a certificate says of its person: erasable, and bound by a salted hash."""

    # `Certificate` stands on this file, so the key to it is tied when that is defined.
    certificate = peewee.DeferredForeignKey("Certificate", unique=True)
    salt = peewee.CharField(max_length=32)
    number = peewee.CharField(max_length=80, default="")
    issuer = peewee.CharField(max_length=120, default="")
    note = peewee.CharField(max_length=500, default="")
    blob = peewee.ForeignKeyField(Blob, null=True)
    file_name = peewee.CharField(max_length=140, default="")
    media_type = peewee.CharField(max_length=100, default="")

    SAID = ("number", "issuer", "note", "file_name", "media_type")

    @classmethod
    def of(cls, certificate: "Certificate") -> "CertificateDetails | None":
        """With the file's content; None once they were erased."""
        whole = cls.select(cls, Blob).join(Blob, peewee.JOIN.LEFT_OUTER)
        return whole.where(cls.certificate == certificate).first()  # type: ignore[no-any-return]

    @classmethod
    def erase(cls, ids: list[int]) -> int:
        """Let go number, issuer, note and file, and why one was sent back; what is bound stays.

        Returns how many that were.
        """
        with db.write():
            rows = list(cls.select().where(cls.id.in_(ids)))
            CertificateCheck.update(reason="").where(
                CertificateCheck.certificate.in_([row.certificate_id for row in rows])
            ).execute()
            for row in rows:
                audit.forget(cls.certificate.rel_model(id=row.certificate_id))
            return int(cls.delete().where(cls.id.in_(ids)).execute())
