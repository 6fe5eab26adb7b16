"""Types and certificates as people bring them and HR enters them."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from portal.blobs import Blob
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.people.grants import Grant
from tests.cast import TODAY
from tests.uploads.files import PNG


@pytest.fixture
def first_aid(who: Any) -> CertificateType:
    return CertificateType.set_up(
        by=who.helen, name="First aid certificate", months=24, needs_file=True,
        note="The course of two days.",
    )  # fmt: skip


@pytest.fixture
def forklift(who: Any) -> CertificateType:
    return CertificateType.set_up(
        by=who.helen, name="Forklift licence", needs_file=False, needs_number=True,
        needs_issuer=True,
    )  # fmt: skip


@pytest.fixture
def bring(first_aid: CertificateType) -> Callable[..., Certificate]:
    """`bring(who.erin, days=100)`: brought by herself, waiting; `by=who.helen` counts at once."""

    def brought(person: Any, days: int | None = 365, by: Any = None, **more: Any) -> Certificate:
        kind = more.pop("type", first_aid)
        body = more.pop("body", PNG)
        said: dict[str, Any] = {
            "issued_on": TODAY - timedelta(days=30),
            "expires_on": None if days is None else TODAY + timedelta(days=days),
            "number": "CANARY-77",
            "issuer": "Canary Cross",
            "note": "Canary note",
        }
        if body:
            said |= {"blob": Blob.put(body), "file_name": "card.png", "media_type": "image/png"}
        return Certificate.bring(kind, person, by=by or person, **(said | more))

    return brought


@pytest.fixture
def filled(first_aid: CertificateType) -> Callable[..., dict[str, Any]]:
    """`filled(expires_on="")`: what somebody sends who brings one."""

    def form(**changed: Any) -> dict[str, Any]:
        said = {
            "type": str(first_aid.id), "issued_on": "2026-10-01", "expires_on": "2028-10-01",
            "number": "", "issuer": "Red Cross", "note": "",
            "file": (io.BytesIO(PNG), "card.png"),
        }  # fmt: skip
        return said | changed

    return form


@pytest.fixture
def second_hr(who: Any) -> Any:
    """Ida works in HR as well."""
    Grant.give(who.ida, "hr", by=None, starts_on=date(2024, 3, 1))
    return who.ida
