"""What somebody tries who means harm: texts that cost, and forms that say too much."""

import csv
import io
import time
from typing import Any

import pytest

from portal.audit import Event
from portal.careers import parser
from portal.careers.aspirations import NOBODY, Aspiration
from portal.careers.bands import HR, PayBand
from portal.careers.models import Move
from portal.documents import parser as documents
from tests import cast
from tests.careers import ladder, moved
from tests.reach import filled, routes

HEAD = "---\nkind: track\ntitle: Craft\n---\n"


def _rungs(count: int, to: str) -> str:
    return "".join(f"## R{n}\nrole: R{n}\nlevel: L{n}\nto: {to}\nx\n" for n in range(count))


@pytest.mark.parametrize(
    "body", ["## \n" * 60_000, "## A\n" * 40_000, _rungs(4_000, "r1"), _rungs(40, "ab," * 260)]
)
def test_a_text_of_headings_is_refused_at_once(body: str) -> None:
    start = time.process_time()
    track = parser.parse(documents.read(HEAD + body[:250_000]))
    assert time.process_time() - start < 1
    assert 0 < len(track.problems) < 1_000


def test_nobody_forges_a_decision(as_: Any, who: Any) -> None:
    """Neither the person, who proposed it, another manager nor a body that names who decides."""
    move = moved.proposed()
    clients = {
        name: as_(name) for name in ("erin", "mara", "otto", "audrey", "adam", "ben", "helen")
    }
    events = Event.select().count()
    for name in ("erin", "mara", "otto", "audrey", "adam", "ben"):
        for verb in ("agreement", "refusal"):
            said = {"answer": "x"} if verb == "agreement" else {"why": "x"}
            answer = clients[name].post(f"{move.url}/{verb}", data=said)
            assert answer.status_code in (403, 404), (name, verb)
    forged = {"answer": "", "decided_by": str(who.dora.id), "person": str(who.ben.id)}
    assert clients["helen"].post(f"{move.url}/agreement", data=forged).status_code == 400
    assert Event.select().count() == events
    assert Move.get_by_id(move.id).state == "open"


@pytest.mark.parametrize("typed", ["abc", "9" * 30, "-1", "\N{ARABIC-INDIC DIGIT THREE}", "1e400"])
def test_a_place_that_is_none_is_refused_also_where_one_only_looks(
    as_: Any, who: Any, typed: str
) -> None:
    """The page says what would change before all of it is valid."""
    address, mara = f"/careers/people/{who.erin.id}/moves/new?sort=transfer", as_("mara")
    said = {"starts_on": "2026-12-01", "reason": "Why."}
    for field in ("team", "location"):
        refused = mara.post(address, data=said | {field: typed})
        assert refused.status_code == 422 and b"Not a valid choice" in refused.data, field
        assert mara.post(address, data=said | {field: typed, "look": "y"}).status_code == 200
        looked = mara.hx(address, "preview", data=said | {field: typed, "look": "y"})
        assert looked.status_code == 200 and b"<html" not in looked.data
    assert not Move.select().exists()


AMOUNTS = (
    "60.000,00", "60,000", "60000.5", "-1", "0", "+-1", "NaN", "inf", "1e5", "1e400", "1_000",
    "0x1f", "9" * 400, "\N{ARABIC-INDIC DIGIT THREE}", "\N{SUPERSCRIPT TWO}", "=1+1", "",
)  # fmt: skip


def test_what_is_no_amount_is_refused_at_its_field_and_nothing_changes(as_: Any, who: Any) -> None:
    helen = as_("helen")
    good = {"role": "Engineer", "currency": "EUR", "low": "5", "high": "6", "shown_to": HR}
    good |= {"starts_on": "2026-12-01"}
    helen.post("/careers/bands", data=good)
    band, events = PayBand.get(), Event.select().count()
    for address in ("/careers/bands", f"/careers/bands/{band.id}"):
        said = {name: word for name, word in good.items() if name != "role" or address[-1] == "s"}
        for field in ("low", "high"):
            for typed in AMOUNTS:
                answer = helen.post(address, data=said | {field: typed})
                assert answer.status_code == 422, (address, field, typed)
                assert f'id="{field}-error"'.encode() in answer.data, (field, typed)
        for wrong in ({"shown_to": "all"}, {"currency": "=1+"}, {"starts_on": "1e5"}):
            assert helen.post(address, data=said | wrong).status_code == 422, wrong
        # The same once more is nothing new.
        assert helen.post(address, data=said).status_code == 303
    assert PayBand.select().count() == 1 and Event.select().count() == events


def test_no_cell_of_a_file_is_computed_by_a_spreadsheet(as_: Any, who: Any) -> None:
    """In the file of bands and in one’s own; a spreadsheet that reads it back gives the words."""
    ladder.make()
    helen, erin = as_("helen"), as_("erin")
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1", "'=1",
            "\N{RIGHT-TO-LEFT OVERRIDE}=1", 'a","=1', "x;=1", "=" + "1" * 100)  # fmt: skip
    for place, role in enumerate(evil):
        data = {"role": role, "currency": "EUR", "low": "5", "high": "6", "shown_to": HR}
        data |= {"starts_on": "2026-12-01", "level": f"={place}"}
        assert helen.post("/careers/bands", data=data).status_code == 303, role
    Aspiration.aim(ladder.rung("lead"), '=1+1\r\n@two,"three"\n\t=4', NOBODY, by=who.erin)
    answers = (helen.post("/careers/bands/export"), erin.get("/careers/file"))
    for answer, marks in zip(answers, ((len(evil) * 2) - 3, 1), strict=True):
        text = answer.data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        cells = [cell for row in rows for cell in row]
        assert len({len(row) for row in rows}) == 1
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\uff1d"))]
        assert sum(cell.startswith("'") for cell in cells) == marks
    erin_is = cast.person("erin")
    erin_is.correct(by=who.helen, preferred_name='"\r\nX-Evil: 1; =')
    header = as_("erin").get("/careers/file").headers
    assert "X-Evil" not in header and header["Content-Disposition"].count('"') == 0


WORDS = (
    "", "x" * 10_000, "9" * 30, "-1", "\N{SUPERSCRIPT TWO}", "9999-99", "0001-01-01", "a/b/c",
    "craft/lead\n", "__class__", "\ufffe",
)  # fmt: skip
ASKED = ("rung", "show", "list", "page", "role", "level", "from", "group", "on", "by", "cell")


@pytest.mark.parametrize("name", ["helen", "erin"])
def test_no_page_breaks_whatever_its_address_asks(
    as_: Any, who: Any, world: Any, name: str
) -> None:
    track = ladder.make().track
    move, client = moved.proposed(), as_(name)
    values = {"track_id": track.id, "person_id": who.erin.id, "move_id": move.id}
    opened = 0
    for row in sorted(routes(world.app, "careers")):
        method, rule = row.split()
        address = filled(rule, values)
        if method == "POST" or client.get(address).status_code != 200:
            continue
        opened += 1
        for word in WORDS:
            answer = client.get(address, query_string=dict.fromkeys(ASKED, word))
            assert answer.status_code == 200, (address, word)
        nul = client.get(f"{address}?{ASKED[0]}=%00")
        assert nul.status_code == 400, address
    assert opened > 6


def test_nobody_is_named_as_manager_whom_one_may_not_know_of(as_: Any, who: Any) -> None:
    """Nia joins on Monday: HR and her line know, and Otto's line does not learn it by a form."""
    said = {"starts_on": "2026-12-01", "reason": "Why.", "manager": "nia@halden.example"}
    otto, address = as_("otto"), f"/careers/people/{who.olga.id}/moves/new?sort=transfer"
    assert otto.get(f"/people/{who.nia.id}").status_code == 404
    for more in ({}, {"look": "y"}):
        there, nowhere = (
            otto.post(address, data=said | more | {"manager": f"{name}@halden.example"})
            for name in ("nia", "zoe")
        )
        assert there.status_code == nowhere.status_code, more
        assert there.data.replace(b"nia@", b"zoe@") == nowhere.data and b"Nia" not in there.data
    assert not Move.select().exists()
    mara = as_("mara").post(f"/careers/people/{who.ben.id}/moves/new?sort=transfer", data=said)
    helen = as_("helen").post(address, data=said)
    assert (mara.status_code, helen.status_code) == (303, 303)
