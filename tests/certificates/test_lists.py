"""Lists: found by words, type, state and team; as a file; and none the slower for a thousand."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from portal import db
from portal.audit import Event
from portal.blobs import Blob
from portal.certificates.checks import CertificateCheck
from portal.certificates.details import CertificateDetails
from portal.certificates.models import Certificate
from portal.people.models import Person
from tests.cast import NOW, TODAY

ALL = "/certificates/everybody"


@pytest.fixture
def several(who: Any, bring: Any, forklift: Any) -> dict[str, Certificate]:
    return {
        "soon": bring(who.erin, days=20, by=who.helen),
        "later": bring(who.ben, days=80, by=who.helen),
        "ended": bring(who.olga, days=-3, by=who.helen),
        "waiting": bring(who.otto),
        "forklift": bring(who.erin, type=forklift, by=who.helen, number="F 12"),
    }


def shown(page: str, several: dict[str, Certificate]) -> set[str]:
    return {name for name, one in several.items() if f'href="/certificates/{one.id}"' in page}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"soon", "later", "ended", "waiting", "forklift"}),
        ("?state=30", {"soon"}),
        ("?state=90", {"soon", "later"}),
        ("?state=ended", {"ended"}),
        ("?state=waiting", {"waiting"}),
        ("?state=sent_back", set()),
        ("?q=castell%C3%A1nos", {"soon", "forklift"}),
        ("?q=forklift", {"forklift"}),
        ("?q=f%2012", {"forklift"}),
        ("?q=erin+aid", {"soon"}),
        ("?q=%25", set()),
        ("?type=999999", set()),
        ("?type=x&team=y&state=z&page=-1", {"soon", "later", "ended", "waiting", "forklift"}),
    ],
)
def test_the_list_is_narrowed(
    as_: Any, several: dict[str, Certificate], asked: str, found: set[str]
) -> None:
    answer = as_("helen").get(ALL + asked)
    assert answer.status_code == 200 and shown(answer.text, several) == found


def test_it_is_narrowed_by_type_and_team_and_by_whoever_left(
    as_: Any, who: Any, several: Any, first_aid: Any, bring: Any
) -> None:
    helen = as_("helen")
    assert shown(helen.get(f"{ALL}?type={first_aid.id}").text, several) == {
        "soon", "later", "ended", "waiting",
    }  # fmt: skip
    sales = who.otto.position().team_id
    assert shown(helen.get(f"{ALL}?team={sales}").text, several) == {"ended", "waiting"}
    gone = bring(who.lev, by=who.helen)
    assert f"/certificates/{gone.id}" not in helen.get(ALL).text
    assert f"/certificates/{gone.id}" in helen.get(f"{ALL}?all=1").text


def test_numbers_stand_beside_the_states(as_: Any, several: Any) -> None:
    page = as_("helen").get(ALL).text
    for words in ("Every state (5)", "To check (1)", "End in 30 days (1)", "In 90 days (2)"):
        assert words in page, words
    fragment = as_("helen").hx_get(f"{ALL}?state=ended", "certificates")
    assert fragment.text.lstrip().startswith('<div id="certificates">')


def test_the_file_holds_what_the_list_shows_and_is_in_the_trail(
    as_: Any, who: Any, several: Any
) -> None:
    answer = as_("helen").post("/certificates/export", data={"q": "erin", "state": ""})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("name,email,certificate,state,issued,expires,number,issuer")
    assert len(lines) == 3 and all("Erin Castellanos" in line for line in lines[1:])
    assert "CANARY-77,Canary Cross,Helen Brandt" in "".join(lines)
    event = Event.get(Event.tag == "person.exported_certificates")
    assert (event.by_id, event.facts) == (who.helen.id, {"rows": 2})


def test_a_formula_stays_text_in_the_file(as_: Any, who: Any, bring: Any) -> None:
    bring(who.erin, by=who.helen, number="=1+1", issuer="@SUM(A1)")
    assert "'=1+1,'@SUM(A1)" in as_("helen").post("/certificates/export").data.decode("utf-8-sig")


def test_markup_in_every_field_stays_text(as_: Any, who: Any, bring: Any, first_aid: Any) -> None:
    nasty = '"><svg onload=alert(1)>{{7*7}}'
    first_aid.change(by=who.helen, name=nasty[:80], note=nasty)
    made = bring(who.erin, number=nasty, issuer=nasty, note=nasty, file_name=f"{nasty}.png")
    made.send_back(nasty, by=who.helen)
    for name in ("helen", "erin"):
        for address in (
            f"/certificates/{made.id}", "/certificates", f"/certificates/{made.id}/edit",
            f"/certificates/new?type={first_aid.id}", f"{ALL}?q=%3Csvg", "/certificates/types",
        ):  # fmt: skip
            text = as_(name).get(address).text
            assert "<svg onload" not in text, address
            assert nasty[:80].replace('"', "") not in text and "onload=alert(1)>" not in text


def test_a_thousand_cost_no_more_questions_than_ten(
    as_: Any, who: Any, several: Any, first_aid: Any, queries: Any
) -> None:
    clients = {name: as_(name) for name in ("helen", "mara", "audrey", "erin")}
    addresses = {
        "helen": (ALL, f"{ALL}?state=30", "/certificates", "/certificates/types",
                  f"/certificates/{several['soon'].id}", f"/people/{who.erin.id}/certificates"),
        "mara": (ALL, "/certificates"), "audrey": (ALL,),
        "erin": ("/certificates", "/certificates/new"),
    }  # fmt: skip

    def cost() -> dict[tuple[str, str], int]:
        found = {}
        for name, client in clients.items():
            for address in addresses[name]:
                client.get(address)
                with queries() as seen:
                    assert client.get(address).status_code == 200
                # That an auditor reads is noted on each of their pages, which is no question.
                found[name, address] = len([sql for sql in seen if not is_noting(sql)])
        return found

    before = cost()
    fill(first_aid, [who.erin, who.ben, who.otto, who.olga], 1000)
    after = cost()
    assert after == before
    assert {key: number for key, number in after.items() if number > 8} == {}


def is_noting(sql: str) -> bool:
    return any(word in sql for word in ("INSERT", "BEGIN", "advisory"))


def fill(kind: Any, people: list[Person], many: int) -> None:
    """Many rows at once: half confirmed, each with an end of its own."""
    blob = Blob.put(b"%PDF-1.7\n%%EOF\n")
    with db.write():
        rows = [
            {
                "type": kind, "person": people[n % len(people)], "issued_on": TODAY,
                "expires_on": TODAY + timedelta(days=n), "file_hash": blob.hash,
                "details_hash": "0" * 64, "recorded_at": NOW, "recorded_by": people[0],
            }
            for n in range(many)
        ]  # fmt: skip
        for batch in peewee.chunked(rows, 50):
            Certificate.insert_many(batch).execute()
        ids = [row.id for row in Certificate.select().where(Certificate.details_hash == "0" * 64)]
        checks = [
            {"certificate": one, "outcome": "confirmed", "recorded_at": NOW} for one in ids[::2]
        ]
        for batch in peewee.chunked(checks, 50):
            CertificateCheck.insert_many(batch).execute()
        kept = [{"certificate": one, "salt": "s", "blob": blob} for one in ids]
        for batch in peewee.chunked(kept, 50):
            CertificateDetails.insert_many(batch).execute()
