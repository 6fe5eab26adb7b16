"""What somebody tries who means harm: texts that cost, and forms that say too much."""

import time
from typing import Any

import pytest

from portal.audit import Event
from portal.careers import parser
from portal.careers.models import Move
from portal.documents import parser as documents
from tests.careers import moved

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
