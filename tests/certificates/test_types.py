"""Types of certificate: kept by HR, retired with undo, never pulled from under a requirement."""

from typing import Any

import pytest

from portal.assignments.duties import Cause, Opening
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.certificates import holding
from portal.certificates.types import CertificateType
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from tests.cast import TODAY

SAID = {"name": "Crane licence", "months": "60", "needs_file": "y", "note": "Class C"}


def test_hr_sets_up_changes_retires_and_brings_back(as_: Any) -> None:
    helen = as_("helen")
    assert helen.post("/certificates/types", data=SAID).status_code == 303
    kept = CertificateType.get()
    assert (kept.slug, kept.months, kept.needs_number) == ("crane-licence", 60, False)
    address = f"/certificates/types/{kept.id}"
    assert 'value="60"' in helen.get(f"{address}/edit").text
    helen.post(f"{address}/edit", data=SAID | {"name": "Crane licence C", "months": ""})
    kept = CertificateType.get()
    assert (kept.name, kept.slug, kept.months) == ("Crane licence C", "crane-licence", 0)
    page = helen.post(f"{address}/retirement", follow_redirects=True).text
    assert f'action="{address}/restoration"' in page and "Retired" in page
    assert "Crane" not in as_("erin").get("/certificates/new").text
    helen.post(f"{address}/retirement")
    helen.post(f"{address}/restoration")
    helen.post(f"{address}/restoration")
    assert "Crane" in as_("erin").get("/certificates/new").text
    told = Event.select().where(Event.subject_kind == "certificate_type").order_by(Event.seq)
    tags = [event.tag.partition(".")[2] for event in told]
    assert tags == ["set_up", "changed", "retired", "restored"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 81}, "At most 80 characters"),
        ({"name": "a\nb"}, "Write this on one line"),
        ({"name": "FIRST AID certificate"}, "There is one of this name already."),
        ({"months": "many"}, "This is not a whole number."),
        ({"months": "-1"}, "A number from 0 to 600"),
        ({"months": "1" * 30}, "This is not a whole number."),
        ({"note": "x" * 501}, "At most 500 characters"),
    ],
)
def test_bad_input_is_said_at_its_field(
    as_: Any, first_aid: CertificateType, changed: dict[str, str], sentence: str
) -> None:
    for address in ("/certificates/types", f"/certificates/types/{first_aid.id}/edit"):
        if "certificate" in changed.get("name", "") and address.endswith("edit"):
            continue
        answer = as_("helen").post(address, data=SAID | changed)
        assert answer.status_code == 422 and sentence in answer.text
        assert "<title>Error: " in answer.text
        assert as_("helen").post(address, data=SAID | {"slug": "x"}).status_code == 400
    assert [one.name for one in CertificateType.select()] == ["First aid certificate"]


def test_two_names_that_read_alike_have_two_addresses(who: Any) -> None:
    slugs = [
        CertificateType.set_up(by=who.helen, name=name).slug
        for name in ("First aid!", "First aid?", "First aid", "急救", "x" * 80, "x" * 79)
    ]
    assert slugs[:3] == ["first-aid", "first-aid-2", "first-aid-3"]
    assert len(set(slugs)) == 6 and max(map(len, slugs)) <= 60


def test_what_is_required_is_not_retired(as_: Any, who: Any, first_aid: CertificateType) -> None:
    required = Requirement.set(
        kind="certificate", target=first_aid.id, audience="everyone", rhythm=Rhythm(),
        starts_on=TODAY, by=who.helen,
    )  # fmt: skip
    helen, address = as_("helen"), f"/certificates/types/{first_aid.id}/retirement"
    page = helen.post(address, follow_redirects=True).text
    assert "First aid certificate is required. End the requirement first." in page
    assert CertificateType.get().retired_at is None
    required.end(TODAY, by=who.helen)
    helen.post(address)
    assert CertificateType.get().retired_at is None  # it holds until the end of today


def test_retiring_ends_what_is_owed_and_undo_brings_it_back(
    who: Any, first_aid: CertificateType
) -> None:
    opening = Opening(cause=Cause("letter", 1), about=who.erin, due_on=TODAY)
    duty = holding.open_named(who.erin, first_aid.slug, opening)
    assert duty is not None
    first_aid.retire(by=who.helen)
    assert Assignment.get_by_id(duty.id).outcome == "ended"
    first_aid.restore(by=who.helen)
    assert Assignment.get_by_id(duty.id).settled_at is None
