"""Bringing, checking, correcting, taking out: nothing is overwritten, and the trail binds it."""

import io
from datetime import date
from typing import Any

import peewee
import pytest

from portal import audit, db
from portal.assignments.models import Assignment
from portal.audit import Event, Personal
from portal.audit.models import canonical
from portal.certificates.checks import CertificateCheck
from portal.certificates.details import CertificateDetails
from portal.certificates.models import Certificate
from portal.uploads.models import Upload
from tests.uploads.files import HTML, PDF, PNG


def test_a_person_brings_one_and_it_counts_once_hr_confirmed_it(
    as_: Any, who: Any, filled: Any
) -> None:
    erin, helen = as_("erin"), as_("helen")
    answer = erin.post("/certificates", data=filled())
    made = Certificate.get()
    assert (answer.status_code, answer.location) == (303, f"/certificates/{made.id}")
    assert (made.person_id, made.recorded_by_id) == (who.erin.id, who.erin.id)
    assert (str(made.issued_on), str(made.expires_on)) == ("2026-10-01", "2028-10-01")
    assert Upload.select().count() == 0 and made.details.issuer == "Red Cross"
    assert "Being checked" in erin.get("/certificates").text
    duty = Assignment.get(Assignment.kind == "certificate_check")
    assert duty.title == "Check the First aid certificate of Erin Castellanos"
    assert (duty.function.slug, duty.url) == ("hr", f"/certificates/{made.id}")
    assert "Confirm: it counts" in helen.get(f"/certificates/{made.id}").text
    answer = helen.post(f"/certificates/{made.id}/confirmation")
    assert (answer.status_code, answer.location) == (303, f"/certificates/{made.id}")
    check = CertificateCheck.get()
    assert (check.outcome, check.recorded_by_id) == ("confirmed", who.helen.id)
    assert Assignment.get_by_id(duty.id).outcome == "done"
    page = erin.get("/certificates").text
    assert "Valid" in page and "Being checked" not in page
    assert "confirmed by Helen Brandt" in erin.get(f"/certificates/{made.id}").text


def test_what_hr_enters_for_somebody_counts_at_once(as_: Any, who: Any, filled: Any) -> None:
    said = filled(person="erin@halden.example")
    assert as_("helen").post("/certificates", data=said).status_code == 303
    made = Certificate.get()
    assert (made.person_id, made.recorded_by_id) == (who.erin.id, who.helen.id)
    assert made.stands.outcome == "confirmed"
    assert not Assignment.select().where(Assignment.kind == "certificate_check").exists()


def test_hrs_own_waits_for_somebody_else_in_hr(
    as_: Any, who: Any, filled: Any, second_hr: Any
) -> None:
    helen = as_("helen")
    helen.post("/certificates", data=filled(person="helen@halden.example"))
    made = Certificate.get()
    assert made.stands is None
    assert "Confirm: it counts" not in helen.get(f"/certificates/{made.id}").text
    for verb, data in (("confirmation", {}), ("return", {"reason": "No"})):
        assert helen.post(f"/certificates/{made.id}/{verb}", data=data).status_code == 403
    assert as_("ida").post(f"/certificates/{made.id}/confirmation").status_code == 303
    assert made.stands.recorded_by_id == second_hr.id
    assert helen.post(f"/certificates/{made.id}/reconsideration").status_code == 403
    assert helen.post(f"/certificates/{made.id}/withdrawal").status_code == 403


def test_it_is_sent_back_with_a_reason_that_the_person_reads(
    as_: Any, who: Any, bring: Any
) -> None:
    made, helen = bring(who.erin), as_("helen")
    answer = helen.post(f"/certificates/{made.id}/return", data={"reason": " "})
    assert answer.status_code == 422 and "it is all the person reads" in answer.text
    assert "<title>Error: " in answer.text and CertificateCheck.select().count() == 0
    helen.post(f"/certificates/{made.id}/return", data={"reason": "The date is cut off."})
    assert CertificateCheck.get().outcome == "sent_back"
    for page in ("/certificates", f"/certificates/{made.id}"):
        assert "The date is cut off." in as_("erin").get(page).text
        assert "The date is cut off." not in as_("mara").get(page).text
    event = Event.get(Event.tag == "certificate.sent_back")
    assert "cut off" not in event.data


def test_a_decision_is_taken_back_and_made_again(as_: Any, who: Any, bring: Any) -> None:
    made, helen = bring(who.erin), as_("helen")
    for _ in range(2):
        helen.post(f"/certificates/{made.id}/confirmation")
        helen.post(f"/certificates/{made.id}/reconsideration")
    assert [check.superseded_at is None for check in CertificateCheck.select()] == [False, False]
    duty = Assignment.get(Assignment.kind == "certificate_check", Assignment.settled_at.is_null())
    assert duty.target == made.id
    again = helen.post(f"/certificates/{made.id}/reconsideration", follow_redirects=True)
    assert "There is nothing to take back." in again.text


def test_a_correction_supersedes_and_keeps_what_was(as_: Any, who: Any, bring: Any) -> None:
    made, helen = bring(who.erin, by=who.helen), as_("helen")
    page = helen.get(f"/certificates/{made.id}/edit").text
    assert "CANARY-77" in page and "Choose another only to replace" in page
    said = {
        "issued_on": "2026-10-01", "expires_on": "2027-10-01", "number": "A-1", "issuer": "",
        "note": "",
    }  # fmt: skip
    answer = helen.post(f"/certificates/{made.id}/edit", data=said)
    newer = Certificate.get(Certificate.replaces == made.id)
    assert answer.location == f"/certificates/{newer.id}"
    assert (str(newer.expires_on), newer.details.number) == ("2027-10-01", "A-1")
    assert newer.file_hash == made.file_hash and newer.details.file_name == "card.png"
    assert newer.stands.outcome == "confirmed" and made.stands is None
    assert Certificate.get_by_id(made.id).superseded_at is not None
    page = as_("erin").get(f"/certificates/{newer.id}").text
    assert "History" in page and f"/certificates/{made.id}" in page
    assert helen.post(f"/certificates/{made.id}/edit", data=said).status_code == 403


def test_whoever_brought_one_corrects_it_until_it_counts(as_: Any, who: Any, bring: Any) -> None:
    made, erin = bring(who.erin), as_("erin")
    said = {"issued_on": "2026-10-01", "never": "y", "number": "", "issuer": "", "note": ""}
    erin.post(f"/certificates/{made.id}/edit", data=said)
    newer = Certificate.get(Certificate.replaces == made.id)
    assert newer.expires_on is None and newer.stands is None
    checks = Assignment.select().where(Assignment.kind == "certificate_check")
    assert [duty.target for duty in checks if duty.settled_at is None] == [newer.id]
    as_("helen").post(f"/certificates/{newer.id}/confirmation")
    assert erin.post(f"/certificates/{newer.id}/edit", data=said).status_code == 403
    assert erin.post(f"/certificates/{newer.id}/withdrawal").status_code == 403


def test_taking_out_is_undone_by_a_row_of_its_own(as_: Any, who: Any, bring: Any) -> None:
    made, helen = bring(who.erin, by=who.helen), as_("helen")
    page = helen.post(f"/certificates/{made.id}/withdrawal", follow_redirects=True).text
    assert f'action="/certificates/{made.id}/restoration"' in page and "Taken out" in page
    assert "Nothing fits." in helen.get("/certificates/everybody?q=erin").text
    helen.post(f"/certificates/{made.id}/restoration")
    helen.post(f"/certificates/{made.id}/restoration")
    back = Certificate.get(Certificate.replaces == made.id)
    assert Certificate.select().count() == 2 and back.stands.outcome == "confirmed"
    assert (back.details.number, back.details.blob_id) == ("CANARY-77", made.details.blob_id)


def test_nothing_of_a_row_changes_and_none_goes(who: Any, bring: Any) -> None:
    made = bring(who.erin, by=who.helen)
    check = CertificateCheck.get()

    def refused(write: Any) -> None:
        with pytest.raises(peewee.DatabaseError), db.write():
            write()

    refused(lambda: Certificate.update(expires_on=date(2030, 1, 1)).execute())
    refused(lambda: Certificate.update(person=who.ben).execute())
    refused(lambda: CertificateCheck.update(outcome="sent_back").execute())
    refused(lambda: CertificateCheck.delete().execute())
    made.take_out(by=who.helen)
    refused(lambda: Certificate.update(superseded_at=None).execute())
    refused(lambda: CertificateCheck.update(superseded_at=None).execute())
    assert CertificateCheck.get_by_id(check.id).outcome == "confirmed"


def test_events_bind_the_row_and_say_nothing_of_the_person(who: Any, bring: Any) -> None:
    made = bring(who.erin)
    made.confirm(by=who.helen)
    recorded, confirmed = (
        Event.get(Event.tag == f"certificate.{verb}") for verb in ("recorded", "confirmed")
    )
    fresh = Certificate.get_by_id(made.id)
    assert recorded.facts["record"] == fresh.record == audit.binding(fresh.bound)
    assert confirmed.facts["record"] == CertificateCheck.get().record
    assert fresh.bound["file_hash"] == fresh.details.blob.hash
    kept = fresh.details
    assert fresh.details_hash == audit.commitment(kept.salt, kept.payload)
    for event in Event.select().where(Event.subject_kind == "certificate"):
        assert "anary" not in event.data and "CANARY" not in event.data and "Erin" not in event.data
    assert "anary" not in canonical(fresh.bound)


def test_details_are_erased_and_the_certificate_stays(as_: Any, who: Any, bring: Any) -> None:
    made = bring(who.erin)
    made.send_back("Canary reason", by=who.helen)
    before = made.record
    assert CertificateDetails.erase([made.details.id]) == 1
    assert CertificateCheck.get().reason == ""
    assert not Personal.select().where(Personal.payload.contains("anary")).exists()
    assert Certificate.get_by_id(made.id).record == before
    page = as_("erin").get(f"/certificates/{made.id}")
    assert page.status_code == 200 and "were erased" in page.text
    assert as_("erin").get(f"/certificates/{made.id}/file").status_code == 404
    assert as_("helen").get(f"/certificates/{made.id}/edit").status_code == 200


def test_the_file_is_a_download(as_: Any, who: Any, bring: Any) -> None:
    made = bring(who.erin)
    got = as_("erin").get(f"/certificates/{made.id}/file")
    assert got.data == PNG and got.headers["Content-Type"] == "image/png"
    assert got.headers["Content-Disposition"] == 'attachment; filename="card.png"'


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"type": ""}, "Say what it is."),
        ({"type": "999999"}, "Not a valid choice"),
        ({"type": "x" * 500}, "Not a valid choice"),
        ({"issued_on": ""}, "Say when it was issued."),
        ({"issued_on": "01.02.2026"}, "This is not a date"),
        ({"issued_on": "2026-12-01"}, "still to come"),
        ({"expires_on": "2026-09-30"}, "ends before it was issued"),
        ({"expires_on": "2026-11-01"}, "It has ended already"),
        ({"expires_on": "2028-02-30"}, "This is not a date"),
        ({"never": "y"}, "choose one"),
        ({"number": "x" * 81}, "At most 80 characters"),
        ({"issuer": "a\nb"}, "Write this on one line"),
        ({"note": "x" * 501}, "At most 500 characters"),
        ({"number": "half \x00"}, "Please correct"),
        ({"file": ""}, "Take a photo of it"),
        ({"file": "made-up-key"}, "Choose it again"),
        ({"file": (HTML, "a.html")}, "but not “.html” files"),
        ({"file": (HTML, "a.pdf")}, "its content is not PDF"),
    ],
)
def test_bad_input_is_said_at_its_field_and_changes_nothing(
    as_: Any, filled: Any, changed: dict[str, Any], sentence: str
) -> None:
    said = {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in changed.items()
    }
    answer = as_("erin").post("/certificates", data=filled(**said))
    assert answer.status_code == 422
    assert sentence in answer.text and "<title>Error: " in answer.text
    assert Certificate.select().count() == 0


def test_an_unknown_field_is_refused(as_: Any, filled: Any) -> None:
    """Not even whose it is: that field is HR's."""
    for name in ("person", "recorded_by", "confirmed_at"):
        assert as_("erin").post("/certificates", data=filled(**{name: "1"})).status_code == 400


def test_an_end_left_open_is_proposed_and_never_taken_for_granted(as_: Any, filled: Any) -> None:
    """Nobody's certificate counts for ever by an oversight."""
    erin = as_("erin")
    answer = erin.post("/certificates", data=filled(expires_on=""))
    assert answer.status_code == 422 and 'value="2028-10-01"' in answer.text
    assert "Usually 24 months" in answer.text
    key = Upload.get().key
    sent = filled(expires_on="", never="y", file=key)
    assert erin.post("/certificates", data=sent).status_code == 303
    assert Certificate.get().expires_on is None


def test_a_type_asks_for_what_it_needs(as_: Any, forklift: Any, filled: Any) -> None:
    erin = as_("erin")
    page = erin.get(f"/certificates/new?type={forklift.id}").text
    assert "Bring your Forklift licence" in page
    said = filled(type=str(forklift.id), issuer="", file="")
    answer = erin.post("/certificates", data=said)
    assert "Type its number." in answer.text and "Say who issued it." in answer.text
    said |= {"number": "F-1", "issuer": "TÜV", "expires_on": "2030-01-01"}
    assert erin.post("/certificates", data=said).status_code == 303
    assert Certificate.get().details.blob_id is None


def test_a_file_survives_a_mistake_beside_it_and_a_form_sent_twice_brings_one(
    as_: Any, filled: Any
) -> None:
    erin = as_("erin")
    assert "is here already" in erin.post("/certificates", data=filled(type="")).text
    key = Upload.get().key
    answers = [erin.post("/certificates", data=filled(file=key)).status_code for _ in range(3)]
    assert answers == [303, 422, 422] and Certificate.select().count() == 1


def test_a_newer_one_leaves_the_older_in_its_history(as_: Any, who: Any, bring: Any) -> None:
    old = bring(who.erin, days=10, by=who.helen)
    new = bring(who.erin, days=700, by=who.helen, body=PDF)
    page = as_("erin").get("/certificates").text
    assert f'href="/certificates/{new.id}"' in page and f'href="/certificates/{old.id}"' not in page
    assert f'href="/certificates/{old.id}"' in as_("erin").get(f"/certificates/{new.id}").text
    shown = as_("helen").get("/certificates/everybody?state=30").text
    assert "Nothing ends within 30 days." in shown


def test_states_are_read_off_the_dates(as_: Any, who: Any, bring: Any, move_clock: Any) -> None:
    bring(who.erin, days=100, by=who.helen)
    for days, state in ((0, "Valid"), (10, "Ending soon"), (90, "Ending soon"), (1, "Ended")):
        move_clock(days=days)
        heading = as_("erin").get("/certificates").text.partition("group__title")[2]
        assert state in heading.partition("</h2>")[0], days
