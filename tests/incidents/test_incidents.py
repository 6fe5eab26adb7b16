"""A report on its way: told, answered, measures taken, closed, and let go in time."""

from datetime import date, timedelta
from typing import Any

from portal import clock, privacy
from portal.assignments.models import Assignment
from portal.audit import Event, Personal
from portal.incidents.models import DUTY, MEASURE, Incident, IncidentNote, Measure
from portal.uploads.models import Upload
from tests import cast
from tests.cast import TODAY


def owed(kind: str) -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == kind, Assignment.is_open()))


def test_a_report_with_its_photo_is_kept_and_asks_for_an_answer(
    as_: Any, who: Any, filled: Any
) -> None:
    erin = as_("erin")
    answer = erin.post("/incidents/new/safety", data=filled())
    incident = Incident.get()
    assert answer.headers["Location"] == incident.url
    assert (incident.reporter_id, incident.at, incident.outcome) == (
        who.erin.id,
        "09:05",
        "first_aid",
    )
    assert incident.file_name == "ladder.png" and not Upload.select().exists()
    (duty,) = owed(DUTY)
    assert duty.function.slug == "hr" and duty.due_on == TODAY + timedelta(days=2)
    assert "ladder" not in duty.title and "Erin" not in duty.title
    assert f"/incidents/{incident.id}" in as_("helen").get("/").text
    page = erin.get(incident.url).text
    assert 'data-draft-gone="incident-safety"' in page and "It is with HR" in page


def test_a_report_that_lacks_something_keeps_every_word_and_the_photo(
    as_: Any, filled: Any
) -> None:
    answer = as_("erin").post("/incidents/new/safety", data=filled(place="", at="half past"))
    assert answer.status_code == 422
    for word in (
        "The ladder gave way.", "Say where it was", "Write it like 14:30", "ladder.png",
        "is here already", "data-draft-paused",
    ):  # fmt: skip
        assert word in answer.text, word
    assert not Incident.select().exists()
    assert as_("erin").post("/incidents/new/safety", data={"oucome": "x"}).status_code == 400


def test_strange_days_sorts_and_outcomes_are_refused(as_: Any, filled: Any) -> None:
    erin = as_("erin")
    for wrong in ({"happened_on": "2026-11-19"}, {"outcome": "others"}, {"at": "25:00"}):
        assert erin.post("/incidents/new/safety", data=filled(**wrong)).status_code == 422, wrong
    assert erin.post("/incidents/new/fire", data=filled()).status_code == 404
    assert erin.get("/incidents/new/fire").status_code == 404


def test_who_holds_safety_is_asked_instead_of_hr(who: Any, told: Any, safety: Any) -> None:
    told(who.erin)
    told(who.erin, sort="data", outcome="others")
    assert {duty.function.slug for duty in owed(DUTY)} == {"safety", "hr"}
    assert {duty.due_on for duty in owed(DUTY)} == {
        TODAY + timedelta(days=2), TODAY + timedelta(days=1)
    }  # fmt: skip


def test_an_answer_settles_the_duty_and_a_new_note_of_the_reporter_asks_again(
    as_: Any, who: Any, told: Any
) -> None:
    incident = told(who.erin)
    sent = as_("helen").post(f"/incidents/{incident.id}/notes", data={"text": "Was it wet?"})
    assert sent.status_code == 303 and owed(DUTY) == []
    assert "Was it wet?" in as_("erin").get(f"/incidents/{incident.id}").text
    as_("erin").post(f"/incidents/{incident.id}/notes", data={"text": "It was."})
    assert len(owed(DUTY)) == 1
    empty = as_("erin").post(f"/incidents/{incident.id}/notes", data={"text": " "})
    assert empty.status_code == 422 and IncidentNote.select().count() == 2


def test_a_measure_is_a_duty_of_whoever_takes_it(as_: Any, who: Any, told: Any) -> None:
    incident, helen = told(who.erin), as_("helen")
    data = {"title": "Put a mat there", "person": "Ida Sørensen", "due_on": "2026-11-30"}
    assert helen.post(f"/incidents/{incident.id}/measures", data=data).status_code == 303
    (duty,) = owed(MEASURE)
    assert (duty.person_id, duty.due_on) == (who.ida.id, date(2026, 11, 30))
    today = as_("ida").get("/").text
    assert "Put a mat there" in today and "canary" not in today.lower()
    page = as_("ida").get(duty.url).text
    assert "Put a mat there" in page and "CANARY" not in page and "Erin" not in page
    assert as_("ida").post(f"{duty.url}/completion").status_code == 303
    assert owed(MEASURE) == [] and Measure.get().duty.outcome == "done"
    assert "done" in as_("erin").get(f"/incidents/{incident.id}").text
    as_("ida").post(f"{duty.url}/reopening")
    assert len(owed(MEASURE)) == 1
    for wrong in ({"person": "Nobody"}, {"due_on": "2026-11-17"}, {"title": ""}):
        refused = helen.post(f"/incidents/{incident.id}/measures", data=data | wrong)
        assert refused.status_code == 422 and len(owed(MEASURE)) == 1, wrong


def test_a_measure_is_handed_over_and_let_go_like_any_duty(as_: Any, who: Any, told: Any) -> None:
    incident = told(who.erin)
    measure = incident.take_measure("Put a mat there", who.ida, TODAY, by=who.helen)
    helen = as_("helen")
    owner = {"email": "ben@halden.example"}
    assert helen.post(f"/assignments/{measure.duty_id}/owner", data=owner).status_code == 303
    assert as_("ben").get(measure.url).status_code == 200
    assert as_("ida").get(measure.url).status_code == 404
    helen.post(f"/assignments/{measure.duty_id}/waiver", data={"reason": "The floor is new."})
    assert "let go" in helen.get(f"/incidents/{incident.id}").text.lower()
    assert as_("ben").get(measure.url).status_code == 200


def test_closing_says_what_was_learned_and_can_be_undone(as_: Any, who: Any, told: Any) -> None:
    incident, helen = told(who.erin), as_("helen")
    assert helen.post(f"/incidents/{incident.id}/closing", data={}).status_code == 422
    helen.post(f"/incidents/{incident.id}/closing", data={"learned": "Mats at every door."})
    assert owed(DUTY) == []
    page = as_("erin").get(f"/incidents/{incident.id}").text
    assert "Mats at every door." in page and "Closed" in page and "Add something" not in page
    assert "Mats" in as_("erin").get(f"/incidents/{incident.id}").text
    late = as_("erin").post(f"/incidents/{incident.id}/notes", data={"text": "More"})
    assert late.status_code == 303 and not IncidentNote.select().exists()
    helen.post(f"/incidents/{incident.id}/reopening")
    assert Incident.get().state == "answered"
    tags = [event.tag for event in Event.select().order_by(Event.seq)]
    for tag in ("incident.reported", "incident.closed", "incident.reopened"):
        assert tag in tags


def test_the_trail_names_no_word_of_a_report(who: Any, told: Any) -> None:
    incident = told(who.erin)
    incident.add("CANARY note", by=who.helen)
    incident.close("CANARY learned", by=who.helen)
    said = "".join(event.data for event in Event.select())
    said += "".join(row.payload for row in Personal.select())
    assert "canary" not in said.lower()


def test_words_go_in_time_and_the_numbers_stay(
    as_: Any, who: Any, told: Any, move_clock: Any
) -> None:
    incident, other = told(who.erin), told(who.ben)
    incident.add("CANARY note", by=who.helen)
    incident.take_measure("CANARY measure", who.ida, TODAY, by=who.helen)
    incident.close("CANARY learned", by=who.helen)
    kept = privacy.records["incidents"]
    assert not kept.select().where(kept.is_past(TODAY)).exists()
    move_clock(days=2000)
    found = [row.id for row in kept.select().where(kept.is_past(clock.today()))]
    assert found == [incident.id]
    kept.erase(found, None)
    assert not kept.select().where(kept.is_past(clock.today())).exists()
    left = Incident.get_by_id(incident.id)
    assert (left.what, left.place, left.blob_id, left.learned) == ("", "", None, "")
    assert left.happened_on == TODAY and left.outcome == "near_miss"
    assert not IncidentNote.select().exists() and "CANARY" not in Measure.get().title
    assert not Assignment.select().where(Assignment.title.contains("CANARY")).exists()
    assert Incident.get_by_id(other.id).what
    move_clock(to=cast.NOW)
    page = as_("helen").get(f"/incidents/{incident.id}").text
    assert "has been let go" in page and "CANARY" not in page


def test_pages_ask_few_questions(as_: Any, who: Any, told: Any, queries: Any, larger: None) -> None:
    incident = told(who.erin)
    for number in range(8):
        incident.add(f"Note {number}", by=who.helen)
        told(who.ben, at="")
        incident.take_measure(f"Measure {number}", who.ida, TODAY, by=who.helen)
    incident.close("Mats", by=who.helen)
    counts = {}
    for name, address in (
        ("helen", "/incidents"), ("helen", f"/incidents/{incident.id}"), ("erin", "/incidents"),
        ("erin", f"/incidents/{incident.id}"), ("helen", "/incidents/numbers"),
        ("mara", "/incidents/numbers"), ("erin", "/incidents/new/safety"),
        ("ida", incident.measures()[0].url),
    ):  # fmt: skip
        client = as_(name)
        client.get(address)
        with queries() as seen:
            assert client.get(address).status_code == 200
        counts[name, address] = len([one for one in seen if one.lstrip().startswith("SELECT")])
    assert {key: count for key, count in counts.items() if count > 8} == {}


def test_saying_what_came_of_it_undoes_nothing_that_happened_meanwhile(who: Any, told: Any) -> None:
    incident = told(who.erin)
    read_before = Incident.get_by_id(incident.id)
    assert incident.close("Mind the canary.", by=who.helen)
    Incident.forget([incident.id])
    read_before.assess(by=who.helen, outcome="doctor", course=None)
    kept = Incident.get_by_id(incident.id)
    assert (kept.outcome, kept.what, kept.place) == ("doctor", "", "")
    assert kept.closed_at and kept.answered_at and kept.forgotten_at
