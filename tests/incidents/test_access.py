"""Who reads which report, and who sees numbers alone: the cast at every address."""

from typing import Any

from portal.audit import Look
from portal.incidents import access
from portal.incidents.models import Incident
from tests import cast
from tests.reach import knock

NOWHERE = "/incidents/999999"
NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
SEES = NOBODY | {"helen": 200, "erin": 200}


def test_everybody_at_work_may_report(as_: Any, filled: Any) -> None:
    for address in ("/incidents", "/incidents/new", "/incidents/new/data"):
        knock(as_, STAFF, address, nowhere="/incidents/nothing/at/all")
    posts = {name: 303 if status == 200 else status for name, status in STAFF.items()}
    for name, status in posts.items():
        answer = as_(name).post("/incidents/new/safety", data=filled())
        assert answer.status_code == status, name


def test_a_report_is_read_by_whoever_told_it_and_hr(as_: Any, who: Any, told: Any) -> None:
    incident = told(who.erin)
    for part in ("", "/photo"):
        knock(as_, SEES, f"/incidents/{incident.id}{part}", nowhere=f"{NOWHERE}{part}")


def test_safety_and_legal_read_their_own_sort(as_: Any, who: Any, told: Any, safety: Any) -> None:
    knock(as_, SEES | {"otto": 200}, f"/incidents/{told(who.erin).id}", nowhere=NOWHERE)
    knock(as_, SEES, f"/incidents/{told(who.erin, sort='data').id}", nowhere=NOWHERE)
    page = as_("otto").get("/incidents").text
    assert "Safety incident" in page and "Data incident" not in page


def test_only_those_who_look_at_it_work_on_it(as_: Any, who: Any, told: Any, safety: Any) -> None:
    works = NOBODY | {"helen": 303, "otto": 303, "erin": 403}
    measure = {"title": "A mat", "person": "Ida Sørensen", "due_on": "2026-11-30"}
    for verb, data in (
        ("measures", measure), ("assessment", {"outcome": "doctor", "course": ""}),
        ("closing", {"learned": "Mats."}), ("reopening", {}),
    ):  # fmt: skip

        def again(verb: str = verb) -> str:
            return f"/incidents/{told(who.erin).id}/{verb}"

        knock(as_, works, "", data=data, before=again, nowhere=f"{NOWHERE}/{verb}")
    notes = works | {"erin": 303}

    def anew() -> str:
        return f"/incidents/{told(who.erin).id}/notes"

    knock(as_, notes, "", data={"text": "A word"}, before=anew, nowhere=f"{NOWHERE}/notes")


def test_a_measure_is_seen_by_whoever_takes_it_and_whoever_works_on_it(
    as_: Any, who: Any, told: Any
) -> None:
    measure = told(who.erin).take_measure("A mat", who.ida, cast.TODAY, by=who.helen)
    nowhere = "/incidents/measures/999999"
    sees = NOBODY | {"helen": 200, "ida": 200}
    knock(as_, sees, measure.url, nowhere=nowhere)
    acts = NOBODY | {"helen": 303, "ida": 303}
    for verb in ("completion", "reopening"):
        knock(as_, acts, f"{measure.url}/{verb}", data={}, nowhere=f"{nowhere}/{verb}")


def test_numbers_are_for_hr_and_the_auditor(as_: Any) -> None:
    sees = NOBODY | {"helen": 200, "audrey": 200}
    knock(as_, sees, "/incidents/numbers", nowhere="/incidents/nothing")


def test_numbers_are_for_whoever_leads_five_or_more(as_: Any, larger: None) -> None:
    sees = NOBODY | {"helen": 200, "audrey": 200, "dora": 200, "mara": 200}
    knock(as_, sees, "/incidents/numbers", nowhere="/incidents/nothing")


def test_no_word_of_a_report_reaches_anybody_else(as_: Any, who: Any, told: Any) -> None:
    incident = told(who.erin)
    incident.add("CANARY note", by=who.helen)
    incident.take_measure("A mat", who.ida, cast.TODAY, by=who.helen)
    for name in cast.NAMES:
        if name in ("helen", "erin", "lev"):
            continue
        client = as_(name)
        for address in (
            "/", "/incidents", "/incidents/numbers", f"/incidents/{incident.id}",
            f"/people/{who.erin.id}", "/team", "/audit", "/hr",
        ):  # fmt: skip
            said = client.get(address).text.replace('value="canary"', "")
            said = said.replace("canary”", "")
            assert "canary" not in said.lower(), (name, address)


def test_each_reading_by_somebody_else_is_noted(as_: Any, who: Any, told: Any) -> None:
    incident = told(who.erin)
    for name in ("helen", "helen", "erin", "mara", "otto"):
        as_(name).get(f"/incidents/{incident.id}")
        as_(name).get(f"/incidents/{incident.id}/photo")
    looks = [(look.person_id, look.subject_kind, look.about_id) for look in Look.newest()]
    assert looks == [(who.helen.id, "incident", who.erin.id)]
    assert "Incidents" in as_("helen").get("/audit/looks").text


def test_a_manager_counts_the_line_alone(as_: Any, who: Any, told: Any, larger: None) -> None:
    for person in (who.erin, who.ben, who.olga):
        told(person)
    counted = {
        name: access.counted_by(cast.person(name))[0].count()
        for name in ("helen", "audrey", "dora", "mara", "otto")
    }
    assert counted == {"helen": 3, "audrey": 3, "dora": 2, "mara": 2, "otto": 0}
    page = as_("mara").get("/incidents/numbers").text
    assert "in your line" in page and "Erin" not in page and "CANARY" not in page
    assert Incident.select().count() == 3
