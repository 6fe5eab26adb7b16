"""Who gets at evidence: HR, auditors by grant or by a link, and nobody else."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from portal import clock, doors
from portal.audit import Event, Look
from portal.evidence import auditors
from portal.evidence.models import Gift, Pack
from portal.home import nav
from portal.people.models import Person
from portal.people.passes import Pass
from tests import cast
from tests.reach import knock

KEY = "s" * 40
NOBODY = dict.fromkeys(
    ("dora", "mara", "erin", "ben", "otto", "olga", "ida", "adam", "nia", "audrey"), 404
)
HR = NOBODY | {"helen": 200}
READERS = HR | {"audrey": 200}
SAID = {
    "name": "Vera Outside", "firm": "Outside & Sons", "address": "vera@outside.example",
    "until": "2026-12-15", "pack": "",
}  # fmt: skip


@pytest.fixture
def browser(world: Any, database: Any) -> Any:
    from tests.conftest import Browser

    world.app.test_client_class = Browser
    return world.app.test_client


def come_in(browser: Any, given: Pass) -> Any:
    client = browser()
    assert client.post(f"/pass/{given.token(KEY)}").location == "/evidence/auditor"
    return client


@pytest.fixture
def link(as_: Any, signed: Any) -> Pass:
    assert as_("helen").post("/evidence/auditors", data=SAID).status_code == 303
    return Pass.select().order_by(Pass.id.desc()).get()  # type: ignore[no-any-return]


# -- who gets which answer ---------------------------------------------------------------------


def test_who_may_open_what(as_: Any, signed: Any, built: Any, who: Any) -> None:
    pack = built()
    nowhere = "/evidence/nowhere"
    for address in ("/evidence/as-of", "/evidence/as-of/facts.json", "/evidence/as-of/facts.csv",
                    "/evidence/as-of/names.csv", "/evidence/as-of?as_of=2026-11-19"):  # fmt: skip
        knock(as_, READERS, address, nowhere=nowhere)
    knock(as_, HR | {"audrey": 303}, "/evidence", nowhere=nowhere)
    knock(as_, NOBODY | {"audrey": 200, "helen": 404}, "/evidence/auditor", nowhere=nowhere)
    for address in ("/evidence/packs/new", "/evidence/auditors", f"/evidence/packs/{pack.id}",
                    f"/evidence/auditors/{who.audrey.id}",
                    f"/evidence/packs/{pack.id}/file"):  # fmt: skip
        knock(as_, HR, address, nowhere=nowhere)
    assert as_("helen").get(f"/evidence/auditors/{who.erin.id}").status_code == 404


def test_who_may_do_what(as_: Any, signed: Any, ask: Any) -> None:
    nowhere = "/evidence/packs/999/keeping"
    said = {"as_of": "2026-11-19", "people": "all", "names": "y"}
    done = NOBODY | {"helen": 303}
    knock(as_, done, "/evidence/packs", nowhere=nowhere, data=said)
    knock(as_, done, "/evidence/auditors", nowhere=nowhere, data=SAID)
    given = Pass.get(Pass.purpose == "audit")
    knock(as_, done, f"/evidence/auditors/links/{given.id}/revocation", nowhere=nowhere, data={})
    pack = ask()
    for verb in ("keeping", "gifts", "cancellation"):
        table = done | ({"helen": 404} if verb == "gifts" else {})
        knock(as_, table, f"/evidence/packs/{pack.id}/{verb}", nowhere=nowhere, data={})


def test_an_auditor_reads_a_pack_given_to_them_and_may_do_nothing_to_it(
    as_: Any, signed: Any, built: Any, who: Any
) -> None:
    pack = built()
    address = f"/evidence/packs/{pack.id}"
    helen, audrey = as_("helen"), as_("audrey")
    assert helen.post(f"{address}/gifts", data={"person": who.audrey.id}).status_code == 303
    assert address in audrey.get("/evidence/auditor").text
    page = audrey.get(address).text
    assert "Fetch the pack" in page and "Keep it longer" not in page and "Take back" not in page
    assert audrey.get(f"{address}/file").data[:2] == b"PK"
    for verb in ("keeping", "gifts", "cancellation"):
        assert audrey.post(f"{address}/{verb}").status_code == 403
    gift = Gift.get()
    end, nowhere = f"{address}/gifts/{gift.id}/end", "/evidence/packs/999999/gifts/1/end"
    knock(as_, NOBODY | {"audrey": 403}, end, nowhere=nowhere, data={})
    assert helen.post(end).status_code == 303
    assert audrey.get(address).status_code == 404
    assert helen.post(f"{address}/gifts", data={"person": who.erin.id}).status_code == 422


def test_fetching_is_an_event_and_a_look(as_: Any, signed: Any, built: Any, who: Any) -> None:
    pack = built()
    answer = as_("helen").get(f"/evidence/packs/{pack.id}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "private, no-store"
    event = Event.get(Event.tag == "pack.fetched")
    assert (event.by_id, event.facts["hash"]) == (who.helen.id, pack.blob.hash)
    assert Look.get(Look.subject_kind == "pack").person_id == who.helen.id


# -- by a link ---------------------------------------------------------------------------------


def test_the_link_opens_the_auditors_doors_and_no_others(
    browser: Any, link: Pass, world: Any
) -> None:
    client = come_in(browser, link)
    assert "For your audit" in client.get("/evidence/auditor").text
    assert client.get("/evidence/as-of").status_code == 200
    views = world.app.view_functions
    inside = [
        rule
        for rule in world.app.url_map.iter_rules()
        if getattr(views[rule.endpoint], "door", "") == doors.SIGNED_IN
        and "audit" not in getattr(views[rule.endpoint], "scopes", ())
    ]
    assert len(inside) > 100
    for rule in inside:
        values = {
            name: ("1" if "int" in str(rule._converters[name]) else "facts.json")
            for name in rule.arguments
        }
        address = rule.build(values, append_unknown=False)
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        if address is None or (address[1] == "/" and method == "GET"):
            continue
        assert client.open(address[1], method=method).status_code == 404, rule


def test_no_door_open_to_auditors_writes(world: Any) -> None:
    """What a link opens is read and never changed, but the check of a pack they bring along."""
    open_to_them = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if {"audit", "packs"} & set(getattr(world.app.view_functions[rule.endpoint], "scopes", ()))
        and "POST" in (rule.methods or ())
    }
    assert open_to_them == {"evidence.check_pack"}


def test_it_is_for_somebody_who_cannot_sign_in_otherwise(
    link: Pass, stranger: Any, who: Any
) -> None:
    vera = Person.by_email("vera@outside.example")
    assert vera is not None and not vera.is_active and not vera.is_staff
    assert vera.grants == frozenset()
    assert link.expires_at.date().isoformat() == "2026-12-15"


def test_each_page_leads_to_the_others_and_nowhere_else(browser: Any, link: Pass) -> None:
    client = come_in(browser, link)
    for address in ("/evidence/auditor", "/compliance/requirements"):
        page = client.get(address).text
        led_to = set(re.findall(r'class="(?:rail|bar)__link" href="([^"]+)"', page))
        assert led_to == {url for _, url, _ in nav.AUDIT}, address
        assert 'href="/search"' not in page and 'href="/me"' not in page, address
    for url in led_to:
        assert client.get(url).status_code == 200, url


def test_a_line_of_the_report_leads_to_its_signature(
    browser: Any, link: Pass, signed: Any, who: Any
) -> None:
    client = come_in(browser, link)
    page = client.get("/evidence/as-of?person=erin@halden.example").text
    receipt = re.search(r'href="(/policies/receipts/\d+)"[^>]*>Signature \d+</a>', page)
    assert receipt and "Erin Castellanos" in client.get(receipt[1]).text


def test_an_auditor_finds_the_audit_on_the_phone(as_: Any) -> None:
    bar = re.findall(r'class="bar__link" href="([^"]+)"', as_("audrey").get("/").text)
    assert "/evidence/auditor" in bar and len(bar) <= 5
    assert "/evidence/auditor" not in as_("helen").get("/").text


def test_for_one_pack_alone_it_opens_that_and_nothing_else(
    browser: Any, as_: Any, signed: Any, built: Any
) -> None:
    pack, other = built(), built()
    assert as_("helen").post("/evidence/auditors", data=SAID | {"pack": str(pack.id)}).location
    client = come_in(browser, Pass.get(Pass.purpose == "packs"))
    home = client.get("/evidence/auditor").text
    assert f"/evidence/packs/{pack.id}" in home and "/evidence/as-of" not in home
    assert "rail__link" not in home
    assert client.get(f"/evidence/packs/{pack.id}/file").status_code == 200
    assert client.get(f"/evidence/packs/{other.id}").status_code == 404
    assert client.get("/evidence").location == "/evidence/auditor"
    for address in ("/evidence/as-of", "/evidence/as-of/facts.json", "/policies"):
        assert client.get(address).status_code == 404, address


def test_it_ends_at_once_and_by_itself(browser: Any, as_: Any, link: Pass, move_clock: Any) -> None:
    client = come_in(browser, link)
    move_clock(to=link.expires_at - timedelta(minutes=1))
    assert client.get("/evidence/auditor").status_code == 200
    move_clock(minutes=2)
    assert client.get("/evidence/auditor").status_code == 303
    cast.stand_still()
    client = come_in(browser, link)
    assert as_("helen").post(f"/evidence/auditors/links/{link.id}/revocation").status_code == 303
    assert client.get("/evidence/auditor").status_code == 303
    assert browser().get(f"/pass/{link.token(KEY)}").status_code == 404


def test_every_page_they_open_is_written_down_for_hr(
    browser: Any, as_: Any, link: Pass, signed: Any, who: Any
) -> None:
    client = come_in(browser, link)
    for address in ("/evidence/auditor", "/evidence/as-of?as_of=2026-11-18", "/evidence/as-of"):
        assert client.get(address).status_code == 200
    client.get("/evidence/as-of/facts.csv")
    client.get("/evidence/packs/77")
    vera = Person.by_email("vera@outside.example")
    assert vera is not None
    read = {look.subject_id for look in Look.select().where(Look.person_id == vera.id)}
    assert read == {
        "/evidence/auditor", "/evidence/as-of?as_of=2026-11-18", "/evidence/as-of",
        "/evidence/as-of/facts.csv",
    }  # fmt: skip
    page = as_("helen").get(f"/evidence/auditors/{vera.id}").text
    assert all(address.split("?")[0] in page for address in read)
    as_("audrey").get("/evidence/as-of")
    assert Look.select().where(Look.person_id == who.audrey.id).count() == 1
    before = Look.select().count()
    as_("helen").get("/evidence/as-of")
    assert Look.select().count() == before, "HR at work is no auditor"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "who it is for"),
        ({"address": "vera"}, "not an e-mail address"),
        ({"address": "erin@halden.example"}, "grant instead"),
        ({"address": "audrey@halden.example"}, "grant instead"),
        ({"until": "2026-11-01"}, "over"),
        ({"until": "2028-01-01"}, "a year at most"),
        ({"until": ""}, "last day"),
        ({"pack": "99"}, "Not a valid choice"),
    ],
)
def test_a_wrong_word_sends_nothing(
    as_: Any, signed: Any, wrong: dict[str, str], told: str
) -> None:
    answer = as_("helen").post("/evidence/auditors", data=SAID | wrong)
    assert answer.status_code == 422 and told in answer.text
    assert Pass.select().where(Pass.purpose.in_(auditors.PURPOSES)).count() == 0


def test_a_second_link_ends_the_first(as_: Any, link: Pass) -> None:
    as_("helen").post("/evidence/auditors", data=SAID | {"until": "2027-01-31"})
    vera = Person.by_email("vera@outside.example")
    assert Pass.open_of(vera, "audit").count() == 1  # type: ignore[arg-type]
    assert not Pass.get_by_id(link.id).is_open
    assert Person.select().where(Person.folded_email == "vera@outside.example").count() == 1


# -- the pages ---------------------------------------------------------------------------------


def test_a_pack_is_asked_for_in_three_steps_and_grows_before_ones_eyes(
    as_: Any, signed: Any, build: Any
) -> None:
    helen = as_("helen")
    page = helen.get(f"/evidence/packs/new?policy={signed.id}").text
    assert "Code of conduct" in page and "checked" in page
    said = {"as_of": "2026-11-19", "people": "all", "names": "y", "requirements": "1"}
    here = helen.post("/evidence/packs", data=said).location
    waiting = helen.get(here).text
    assert 'hx-trigger="every 2s"' in waiting and "Look again" in waiting and "Cancel" in waiting
    assert helen.hx_get(here, "pack").text.lstrip().startswith('<div id="pack"')
    assert build() == 1
    assert "every 2s" not in helen.hx_get(here, "pack").text
    assert "Fetch the pack" in helen.get(here).text
    assert here in helen.get("/evidence").text
    helen.post(f"{here}/keeping", data={"wanted": "y"})
    assert "kept until you say otherwise" in helen.get(here).text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"as_of": "2027-01-01"}, "to come"),
        ({"as_of": ""}, "Choose a day"),
        ({"as_of": "tomorrow"}, "not a date"),
        ({"known_at": "2026-11-21T10:00"}, "nobody knows yet"),
        ({"known_at": "never"}, "not a moment"),
        ({"people": "person"}, "Nobody, or more than one"),
        ({"people": "person", "person": "Zed"}, "Nobody, or more than one"),
        ({"people": "department"}, "Choose the department"),
        ({"from_on": "2026-11-20"}, "after it ends"),
        ({"requirements": "99"}, "not a valid choice"),
    ],
)
def test_a_pack_that_cannot_be_is_not_asked_for(
    as_: Any, signed: Any, wrong: dict[str, str], told: str
) -> None:
    said = {"as_of": "2026-11-19", "people": "all", "names": "y"} | wrong
    answer = as_("helen").post("/evidence/packs", data=said)
    assert answer.status_code == 422 and told in answer.text, answer.text
    assert Pack.select().count() == 0


def test_the_state_of_a_day_shows_people_and_what_is_known_differently(
    as_: Any, signed: Any, who: Any
) -> None:
    helen = as_("helen")
    page = helen.get("/evidence/as-of?as_of=2026-11-19&person=erin@halden.example").text
    assert "Erin Castellanos" in page and "Otto" not in page and "Signature" in page
    then = helen.get("/evidence/as-of?as_of=2026-11-19&known_at=2026-11-18T12:00").text
    assert "2 lines are different" in then and "then: owed; today: valid" in then
    assert "Erin" not in helen.get("/evidence/as-of?department=3&as_of=2026-11-19").text
    only = helen.get("/evidence/as-of?as_of=2026-11-19&state=valid").text
    assert "Erin Castellanos" in only and "Helen Brandt" not in only.partition("<table")[2]
    for wrong in ("as_of=never", "as_of=2030-01-01", "known_at=2030-01-01T00:00", "person=Zed",
                  "requirement=x", "department=x", "known_at=9999-12-31T23:59"):  # fmt: skip
        assert helen.get(f"/evidence/as-of?{wrong}").status_code == 422, wrong
        assert helen.get(f"/evidence/as-of/facts.csv?{wrong}").status_code == 422, wrong
    assert helen.get("/evidence/as-of?page=99&state=nonsense").status_code == 200


def test_the_files_of_one_pair_are_the_same_bytes(
    as_: Any, signed: Any, who: Any, move_clock: Any
) -> None:
    asked = "as_of=2026-11-19&known_at=2026-11-19T12:00:00.000000Z"
    helen = as_("helen")
    files = [f"/evidence/as-of/{name}?{asked}" for name in ("facts.json", "facts.csv", "names.csv")]
    before = [helen.get(address).data for address in files]
    move_clock(days=2)
    who.erin.correct(by=who.helen, name="Erin New", quietly=True)
    helen = as_("helen")
    after = [helen.get(address).data for address in files]
    assert before[:2] == after[:2] and before[2] != after[2]


def test_pages_ask_few_questions(
    as_: Any, signed: Any, built: Any, publish: Any, queries: Any
) -> None:
    """None more for each pack or person; a report of a day asks its few once a requirement."""
    pack, helen = built(), as_("helen")
    addresses = {
        "/evidence": 8, "/evidence/auditors": 8, "/evidence/packs/new": 8,
        f"/evidence/packs/{pack.id}": 8, "/evidence/as-of": 16,
    }  # fmt: skip
    for address, limit in addresses.items():
        helen.get(address)
        with queries() as seen:
            assert helen.get(address).status_code == 200
        asked = [one for one in seen if one.startswith("SELECT")]
        assert len(asked) <= limit, (address, len(asked), asked)


def test_large_days_are_chosen_from_and_not_drawn(as_: Any, signed: Any, monkeypatch: Any) -> None:
    from portal.evidence import as_of_views

    monkeypatch.setattr(as_of_views, "MAX_LINES", 3)
    helen = as_("helen")
    assert "more than a page can hold" in helen.get("/evidence/as-of").text
    assert helen.get("/evidence/as-of/facts.csv").status_code == 422
    assert helen.get("/evidence/as-of?person=erin@halden.example").status_code == 200
    assert clock.now()


def test_every_link_an_auditor_meets_leads_somewhere(
    browser: Any, as_: Any, link: Pass, signed: Any, built: Any, who: Any
) -> None:
    """From their first page on, as far as links go: nothing that ends in a 404, and nothing odd."""
    pack = built()
    vera = Person.by_email("vera@outside.example")
    as_("helen").post(f"/evidence/packs/{pack.id}/gifts", data={"person": vera.id})  # type: ignore[union-attr]
    client = come_in(browser, link)
    waiting, seen, shapes, dead = ["/evidence/auditor"], {}, {"/evidence/auditor"}, []
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        seen[address] = answer.status_code
        if answer.status_code not in (200, 303):
            dead.append((address, answer.status_code))
        if answer.mimetype != "text/html":
            continue
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        for found in re.findall(r'href="(/[^"#]*)', main):
            plain = unescape(found)
            # Of what differs by a number or a filter alone, one stands for all.
            shape = re.sub(r"\d+", "0", plain.partition("?")[0])
            if shape not in shapes:
                shapes.add(shape)
                waiting.append(plain)
    assert dead == [], "\n".join(map(str, dead))
    assert {f"/policies/{signed.id}", f"/evidence/packs/{pack.id}/file"} <= set(seen)
    assert len(seen) > 15
