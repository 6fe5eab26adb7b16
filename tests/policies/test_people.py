"""Where everyone stands with a policy: HR sees all, managers their line, auditors look on."""

import csv
import io
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.nudges import Nudge
from portal.audit import Event, Look
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage, Requirement
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Teams
from portal.policies import people
from portal.policies.people import Asked
from tests.policies.conftest import CONDUCT, republish, signs
from tests.reach import knock

EVERYONE_HERE = ["ben", "dora", "erin", "helen", "ida", "mara", "olga", "otto", "adam"]


def rows(viewer: Person, document: Document, **asked: Any) -> list[people.Row]:
    query = people.listed(viewer, document, Asked(**asked), viewer.today(), Teams())
    return people.rows_of(document, list(query))


def names(viewer: Person, document: Document, **asked: Any) -> set[str]:
    return {row.person.first_name.lower() for row in rows(viewer, document, **asked)}


def row_of(person: Person, document: Document, viewer: Person) -> people.Row:
    return next(row for row in rows(viewer, document) if row.person.id == person.id)


def counted(viewer: Person, document: Document) -> people.Counted:
    return people.counted(viewer, document, viewer.today(), Teams())


# -- who may -----------------------------------------------------------------------------------

TABLE = {
    "helen": 200, "audrey": 200, "dora": 200, "mara": 200, "otto": 200, "erin": 404, "ben": 404,
    "olga": 404, "ida": 404, "adam": 404, "nia": 404, "lev": 404,
}  # fmt: skip


def test_hr_auditors_and_whoever_leads_somebody_it_means_see_the_page(
    as_: Any, conduct: Document
) -> None:
    table = {name: status for name, status in TABLE.items() if name != "lev"}
    here, nowhere = f"/policies/{conduct.id}/people", "/policies/999/people"
    knock(as_, table, here, nowhere=nowhere)
    knock(as_, table, f"{here}/file", nowhere=f"{nowhere}/file", data={})


def test_only_hr_and_managers_may_ask(as_: Any, conduct: Document, move_clock: Any) -> None:
    move_clock(days=13)
    table = {name: status for name, status in TABLE.items() if name != "lev"} | {"audrey": 403}
    here, nowhere = f"/policies/{conduct.id}/people/nudge", "/policies/999/people/nudge"
    knock(as_, table, here, nowhere=nowhere)
    posted = {name: 303 if status == 200 else status for name, status in table.items()}
    knock(as_, posted, here, nowhere=nowhere, data={})


def test_who_leads_nobody_it_means_has_no_page(as_: Any, publish: Any) -> None:
    sales = publish(CONDUCT.replace("everyone", "department = Sales"))
    table = {"otto": 200, "dora": 404, "mara": 404, "helen": 200, "audrey": 200}
    knock(as_, table, f"/policies/{sales.id}/people", nowhere="/policies/999/people")


def test_managers_see_their_line_alone_and_hr_everyone(
    conduct: Document, who: SimpleNamespace
) -> None:
    assert names(who.mara, conduct) == {"erin", "ben"} | names(who.mara, conduct, state="ahead")
    assert names(who.otto, conduct) == {"olga"}
    assert {"mara", "erin", "ben"} <= names(who.dora, conduct)
    assert names(who.helen, conduct) == {*EVERYONE_HERE, "nia"} == names(who.audrey, conduct)
    assert counted(who.otto, conduct).total.meant == 1


def test_a_draft_and_a_page_have_no_people(as_: Any, who: SimpleNamespace, publish: Any) -> None:
    draft = Document.start("policy", "Draft", by=who.helen, source=CONDUCT)
    page = Document.start("page", "Page", by=who.helen)
    assert as_("audrey").get(f"/policies/{draft.id}/people").status_code == 404
    assert as_("helen").get(f"/policies/{page.id}/people").status_code == 404
    assert as_("helen").get(f"/policies/{draft.id}/people").status_code == 200


# -- where they stand --------------------------------------------------------------------------


def test_each_person_stands_there_with_day_state_and_what_they_signed(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    receipt = signs(conduct, who.erin)
    signed, open_ = row_of(who.erin, conduct, who.helen), row_of(who.ben, conduct, who.helen)
    assert (signed.state, signed.signed) == ("done", receipt)
    assert (open_.state, open_.signed, str(open_.due_on)) == ("open", None, "2026-12-02")
    assert row_of(who.nia, conduct, who.helen).state == "ahead"
    page = as_("helen").get(f"/policies/{conduct.id}/people").text
    assert f"/policies/receipts/{receipt.id}" in page and f"/policies/{conduct.id}/texts/1" in page
    assert "1 of 9 people it asks today have signed, 11 %" in page
    move_clock(days=16)
    following.follow_all()
    assert row_of(who.ben, conduct, who.helen).state == "overdue"


def test_a_manager_sees_that_it_was_signed_but_no_receipt(
    as_: Any, conduct: Document, who: SimpleNamespace
) -> None:
    receipt = signs(conduct, who.erin)
    page = as_("mara").get(f"/policies/{conduct.id}/people").text
    assert "signed Wed 18 Nov, text 1" in page
    assert f"receipts/{receipt.id}" not in page and "/signatures" not in page
    assert "/evidence/" not in page and "on-behalf" not in page


def test_after_a_material_change_the_old_signature_is_told_and_does_not_count(
    conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    receipt = signs(conduct, who.erin)
    move_clock(days=1)
    republish(conduct, CONDUCT.replace("50", "75"), who.helen, is_material=True)
    row = row_of(who.erin, conduct, who.helen)
    assert (row.state, row.signed) == ("open", receipt)


def test_states_filter_and_names_are_searched(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(conduct, who.erin)
    requirement = Requirement.get()
    exemptions.exempt(requirement, [who.ben], until=None, reason="On a long leave", by=who.helen)
    assert names(who.helen, conduct, state="signed") == {"erin"}
    assert names(who.helen, conduct, state="exempt") == {"ben"}
    assert names(who.helen, conduct, state="outstanding") == set(EVERYONE_HERE) - {"erin", "ben"}
    assert names(who.helen, conduct, state="overdue") == set()
    assert names(who.helen, conduct, words="sorensen") == {"ida"}
    page = as_("helen").get(f"/policies/{conduct.id}/people?state=exempt").text
    assert "Ben Hartmann" in page and "Erin Castellanos" not in page
    partial = as_("helen").hx_get(f"/policies/{conduct.id}/people?q=erin", "people").text
    assert partial.lstrip().startswith('<div id="people">') and "Erin" in partial
    assert "Nobody of this name" in as_("helen").get(f"/policies/{conduct.id}/people?q=zz").text


def test_counts_are_by_department_and_by_team_where_there_is_one_department(
    as_: Any, conduct: Document, who: SimpleNamespace
) -> None:
    signs(conduct, who.erin)
    found = counted(who.helen, conduct)
    assert {name: (tally.done, tally.owing) for _, name, tally in found.teams} == {
        "Engineering": (1, 4), "Sales": (0, 2), "People": (0, 3),
    }  # fmt: skip
    assert found.total.percent == 11 and found.of("outstanding") == 8
    assert {name for _, name, _ in counted(who.dora, conduct).teams} == {"Platform"}
    sales = next(team for team, name, _ in found.teams if name == "Sales")
    assert names(who.helen, conduct, team=sales) == {"otto", "olga"}
    page = as_("helen").get(f"/policies/{conduct.id}/people?team={sales}&state=outstanding").text
    assert "Otto" in page and "Ben Hartmann" not in page


def test_who_is_meant_for_two_reasons_stands_there_once_as_the_worse_of_both(
    conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(conduct, who.erin)
    signs(conduct, who.ben)
    move_clock(days=400)
    Requirement.set(
        kind="policy", target=conduct.id, audience="department = Engineering",
        rhythm=Rhythm(every_months=12), starts_on=clock.today(), by=who.helen,
    )  # fmt: skip
    following.follow_all()
    assert Coverage.select().where(Coverage.person == who.erin).count() == 2
    # What she signed was over before it was asked: she has as long as anybody.
    assert [row.state for row in rows(who.helen, conduct, words="erin")] == ["open"]
    move_clock(days=20)
    following.follow_all()
    assert [row.state for row in rows(who.helen, conduct, words="erin")] == ["overdue"]
    assert [row.state for row in rows(who.helen, conduct, words="olga")] == ["overdue"]
    exemptions.exempt(Requirement.get_by_id(2), [who.erin], until=None, reason="x", by=who.helen)
    assert row_of(who.erin, conduct, who.helen).state == "done"
    assert counted(who.helen, conduct).total.meant == 10


def test_a_retired_policy_asks_nobody(as_: Any, conduct: Document, who: SimpleNamespace) -> None:
    conduct.retire(by=who.helen)
    following.follow_all()
    page = as_("helen").get(f"/policies/{conduct.id}/people")
    assert page.status_code == 200
    assert as_("mara").get(f"/policies/{conduct.id}/people").status_code == 404


# -- asked for ---------------------------------------------------------------------------------


def test_a_sentence_says_whom_asking_would_reach_and_asking_does_it(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    signs(conduct, who.erin)
    Leave.record(who.ben, "other", starts_on=clock.today(), by=who.helen)
    address = f"/policies/{conduct.id}/people/nudge"
    assert "Nobody to nudge" in as_("helen").get(address).text
    move_clock(days=12)
    following.follow_all()
    helen = as_("helen")
    assert "Nudge 7 people; 1 is on leave and is skipped" in helen.get(address).text
    assert helen.post(address, data={}).status_code == 303
    assert Nudge.select().count() == 7
    assert "7 were nudged today already and are skipped" in helen.get(address).text


def test_one_is_asked_from_their_row_and_the_row_says_so(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any
) -> None:
    move_clock(days=15)
    following.follow_all()
    address = f"/policies/{conduct.id}/people/nudge"
    data = {"person": str(who.erin.id)}
    page = as_("mara").get(f"/policies/{conduct.id}/people").text
    assert page.count(f'action="{address}"') == 3
    answer = as_("mara").hx(address, f"person-{who.erin.id}", data=data)
    assert answer.status_code == 200 and f'id="person-{who.erin.id}"' in answer.text
    assert "asked today" in answer.text and "Erin Castellanos was nudged" in answer.text
    assert Nudge.get().person == who.erin
    assert as_("mara").post(address, data=data).status_code == 303


@pytest.mark.parametrize("person", ["otto", "mara"])
def test_nobody_asks_themselves_or_another_line(
    as_: Any, conduct: Document, who: SimpleNamespace, move_clock: Any, person: str
) -> None:
    move_clock(days=15)
    following.follow_all()
    data = {"person": str(getattr(who, person).id)}
    as_("mara").post(f"/policies/{conduct.id}/people/nudge", data=data)
    assert not Nudge.select().exists()


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 19, "1e3", "0x1"])
def test_what_is_no_number_names_nobody(as_: Any, conduct: Document, typed: str) -> None:
    address = f"/policies/{conduct.id}/people/nudge"
    for name in ("person", "team"):
        assert as_("helen").post(address, data={name: typed}).status_code == 404
        assert as_("helen").get(f"{address}?{name}={typed}").status_code == 404
    for query in (f"team={typed}", f"state={typed}", f"page={typed}", f"q={typed}"):
        assert as_("helen").get(f"/policies/{conduct.id}/people?{query}").status_code == 200


def test_hr_signs_for_others_from_their_row_and_not_for_herself(
    as_: Any, conduct: Document, who: SimpleNamespace
) -> None:
    page = as_("helen").get(f"/policies/{conduct.id}/people").text
    found = re.findall(r"on-behalf\?person=([^\"]+)", page)
    assert "ben%40halden.example" in found and not any("helen" in one for one in found)
    answer = as_("helen").get(f"/policies/{conduct.id}/on-behalf?person={found[0]}")
    assert answer.status_code == 200 and "on behalf of" in answer.text


# -- as a file ---------------------------------------------------------------------------------


def test_the_list_is_saved_as_it_is_filtered_and_that_is_in_the_trail(
    as_: Any, conduct: Document, who: SimpleNamespace
) -> None:
    with db.write():
        who.erin.correct(by=who.helen, name="=cmd Castellanos")
    receipt = signs(conduct, who.erin)
    answer = as_("helen").post(f"/policies/{conduct.id}/people/file", data={"state": "signed"})
    assert answer.headers["Content-Disposition"].endswith("code-of-conduct-2026-11-18.csv")
    header, only = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    said = dict(zip(header, only, strict=True))
    assert said["name"] == "'=cmd Castellanos"
    assert (said["state"], said["signed on"], said["text signed"]) == ("signed", "2026-11-18", "1")
    assert said["signature"] == receipt.text_hash
    event = Event.select().order_by(Event.seq.desc()).get()
    assert (event.tag, json.loads(event.data)["people"]) == ("document.exported", 1)


def test_a_manager_saves_their_line_alone(as_: Any, conduct: Document) -> None:
    answer = as_("otto").post(f"/policies/{conduct.id}/people/file", data={})
    assert [row[0] for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))][1:] == [
        "Olga Søndergaard"
    ]


def test_that_an_auditor_looked_is_noted(as_: Any, conduct: Document) -> None:
    as_("helen").get(f"/policies/{conduct.id}/people")
    assert not Look.select().exists()
    as_("audrey").get(f"/policies/{conduct.id}/people")
    assert Look.select().count() == 1


# -- many --------------------------------------------------------------------------------------


def test_however_many_there_are_the_page_asks_the_database_as_often(
    as_: Any, conduct: Document, who: SimpleNamespace, queries: Any
) -> None:
    helen, mara = as_("helen"), as_("mara")
    for client in (helen, mara):
        client.get(f"/policies/{conduct.id}/people")
    for name in EVERYONE_HERE[:6]:
        signs(conduct, getattr(who, name))
    for client in (helen, mara):
        with queries() as seen:
            assert client.get(f"/policies/{conduct.id}/people").status_code == 200
        assert len(seen) <= 8, "\n\n".join(seen)


def test_whoever_publishes_reads_first_whom_a_material_text_asks(
    as_: Any, conduct: Document, who: SimpleNamespace
) -> None:
    assert people.asks(conduct) == (
        "A material text asks 9 people to sign again; nobody of them has signed yet."
    )
    signs(conduct, who.erin)
    signs(conduct, who.ben)
    said = "A material text asks 9 people to sign again: 2 signed before and read only what changes"
    assert people.asks(conduct) == f"{said}, 7 read all."
    assert said in as_("helen").get(f"{conduct.url}/edit").text
    draft = Document.start("policy", "Draft", by=who.helen, source=CONDUCT)
    assert "A material text asks" not in as_("helen").get(f"{draft.url}/edit").text
