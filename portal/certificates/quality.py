"""What can be wrong with certificates: the paper is missing."""

from datetime import date
from typing import Any

from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.people.models import Person
from portal.people.quality import DUTIES, Check, said

NO_FILE = "no-file"


def _without_file(today: date) -> Any:
    rows = Certificate.select(*said(NO_FILE, Certificate.id, Person.name, CertificateType.name))
    return (
        rows.join(CertificateType)
        .switch(Certificate)
        .join(Person, on=(Certificate.person == Person.id))
        .where(
            Certificate.is_known(),
            Certificate.file_hash == "",
            CertificateType.needs_file,
            Certificate.expires_on.is_null() | (Certificate.expires_on >= today),
            Person.is_here(today),
        )
    )


CHECKS = [
    Check(
        NO_FILE, DUTIES, "Certificates without their paper",
        "An auditor asks for it; whoever was at the course can still send it.",
        "Add the paper", url="/certificates/{ref}/edit", rows=_without_file,
    )
]  # fmt: skip
