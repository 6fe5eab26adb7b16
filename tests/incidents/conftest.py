"""Reports as people send them."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from portal.blobs import Blob
from portal.incidents.models import Incident
from portal.people.functions import Function, Holder
from portal.people.models import Person
from portal.people.positions import Position
from tests.cast import TODAY
from tests.uploads.files import PNG


@pytest.fixture
def larger(who: Any) -> None:
    """Three more in Mara's line, so that a number there tells of nobody."""
    held = Position.of(who.mara.id, TODAY)
    for name in ("Paula", "Quentin", "Rosa"):
        Person.hire(
            by=None, name=f"{name} Larger", email=f"{name}@halden.example", details={},
            starts_on=date(2025, 3, 1), role="Engineer", team=held.team,
            location=held.location, manager=who.mara,
        )  # fmt: skip


@pytest.fixture
def told() -> Callable[..., Incident]:
    """`told(who.erin, sort="data")`: reported by her, with a photo."""

    def report(person: Any, sort: str = "safety", **more: Any) -> Incident:
        said: dict[str, Any] = {
            "happened_on": TODAY, "at": "14:30", "place": "CANARY hall",
            "what": "A canary slipped.\nNobody saw it.", "outcome": "near_miss",
            "whom": "The canary", "blob": Blob.put(PNG), "file_name": "canary.png",
            "media_type": "image/png",
        }  # fmt: skip
        return Incident.report(by=person, sort=sort, **(said | more))

    return report


@pytest.fixture
def filled() -> Callable[..., dict[str, Any]]:
    """`filled(place="")`: what somebody sends."""

    def form(**changed: Any) -> dict[str, Any]:
        said = {
            "what": "The ladder gave way.", "happened_on": str(TODAY), "at": "9.05",
            "place": "Hall 2", "outcome": "first_aid", "whom": "Ben, his hand",
            "file": (io.BytesIO(PNG), "ladder.png"),
        }  # fmt: skip
        return said | changed

    return form


@pytest.fixture
def safety(who: Any) -> Any:
    """Otto holds Safety, which the company has set up."""
    function = Function.set_up("safety", "Safety", by=None)
    Holder.appoint(function, who.otto, by=None, starts_on=date(2024, 3, 1))
    return who.otto
