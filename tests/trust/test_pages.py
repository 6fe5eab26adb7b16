"""The trail and the outbox: who reads them, how far, and what they never show."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal import audit, db
from portal.assignments.reminders import write_digests
from portal.audit import Event
from portal.checklists.models import Checklist
from portal.mail.models import Letter
from portal.trust import access
from tests import cast
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
NOBODY = dict.fromkeys(HERE, 404)
TRAIL = NOBODY | dict.fromkeys(("helen", "audrey", "adam"), 200)
LETTERS = NOBODY | dict.fromkeys(("helen", "adam"), 200)


@pytest.fixture
def no_demo(app: Flask) -> Iterator[None]:
    """As outside the sample company."""
    app.config["DEMO"] = False
    yield
    app.config["DEMO"] = True


def shown(client: Any, address: str = "/audit") -> set[str]:
    """What tells events apart on all pages: never their number, whose gaps would tell of others."""
    found: set[str] = set()
    for number in range(1, 20):
        joint = "&" if "?" in address else "?"
        page = client.get(f"{address}{joint}page={number}").text
        seen = {part.split('"')[0] for part in page.split('id="event-')[1:]}
        if not seen:
            break
        found |= seen
    return found


# -- the trail ---------------------------------------------------------------------------------


def test_the_trail_is_for_hr_auditors_and_the_admin(as_: Any) -> None:
    knock(as_, TRAIL, "/audit", nowhere="/nothing")
    knock(as_, TRAIL, "/audit/verification", data={}, nowhere="/nothing")


def test_each_sees_events_of_the_kinds_within_reach(as_: Any, running: Checklist, who: Any) -> None:
    running.revision.document.retire(by=who.helen)
    clients = {name: as_(name) for name in ("helen", "audrey", "adam")}
    tags = {event.hash[:16]: event.tag for event in Event.select()}
    seen = {name: {tags[key] for key in shown(client)} for name, client in clients.items()}
    assert seen["audrey"] == {"revision.published", "document.retired"}
    assert {tag.partition(".")[0] for tag in seen["adam"]} <= access.ADMIN_KINDS
    assert seen["helen"] == set(tags.values())
    for name in ("audrey", "adam"):
        page = clients[name].get("/audit").text
        assert "Nia Novak" not in page and "Duties" not in page


def test_an_event_of_an_unknown_kind_is_hidden_from_everyone(as_: Any, who: Any) -> None:
    letter = Letter(id=7)
    with db.write():
        audit.record(who.helen, "opened", letter, data={"canary": "kanarienvogel"})
    for name in ("helen", "audrey", "adam"):
        client = as_(name)
        for address in ("/audit", "/audit?kind=letter"):
            assert "kanarienvogel" not in client.get(address).text


def test_the_filters_narrow_and_never_widen(as_: Any, running: Checklist, who: Any) -> None:
    helen, audrey = as_("helen"), as_("audrey")
    steps = shown(helen, "/audit?kind=checklist")
    assert len(steps) == 1
    about = shown(helen, f"/audit?about={who.nia.id}")
    assert len(about) == Event.select().where(Event.about_id == who.nia.id).count()
    assert shown(audrey, f"/audit?about={who.nia.id}") == set()
    assert shown(audrey, "/audit?kind=assignment") == set()


@pytest.mark.parametrize(
    "query", ["about=abc", "about=٣", "about=-1", "about=" + "9" * 30, "kind=' OR 1=1",
              "page=0", "page=99999999999", "page=x", "kind=" + "x" * 5000]
)  # fmt: skip
def test_a_strange_filter_is_no_error(as_: Any, query: str) -> None:
    assert as_("helen").get(f"/audit?{query}").status_code == 200


def test_what_is_personal_in_an_event_stays_out_of_the_page(
    as_: Any, running: Checklist, who: Any
) -> None:
    running.stop(by=who.helen, reason="kanarienvogel")
    who.erin.correct(by=who.helen, phone="0170 555 0199")
    page = as_("helen").get("/audit").text
    assert "ended the checklist of Nia Novak early" in page
    assert "corrected the details of Erin Castellanos: phone" in page
    assert "kanarienvogel" not in page and "0199" not in page


def test_the_chain_is_walked_and_a_forged_event_is_found(as_: Any, running: Checklist) -> None:
    helen = as_("helen")
    assert "The chain holds" in helen.post("/audit/verification").text
    if not db.is_sqlite():
        pytest.skip("The triggers of PostgreSQL are lifted another way.")
    db.database.execute_sql("DROP TRIGGER event_no_update")
    with db.write():
        db.database.execute_sql("UPDATE event SET tag = 'step.forged' WHERE seq = 9")
    page = helen.post("/audit/verification").text
    assert "The chain is broken" in page and "9" in page


# -- letters -----------------------------------------------------------------------------------


def a_letter(who: Any) -> Letter:
    write_digests()
    return Letter.get(Letter.person_id == who.mara.id)


def test_the_outbox_is_for_hr_and_the_admin(as_: Any, who: Any, running: Checklist) -> None:
    letter = a_letter(who)
    knock(as_, LETTERS, "/letters", nowhere="/nothing")
    knock(as_, LETTERS, f"/letters/{letter.id}", nowhere="/letters/999999")


def test_outside_the_sample_a_letter_has_headers_and_no_body(
    as_: Any, who: Any, running: Checklist, no_demo: None
) -> None:
    letter = a_letter(who)
    knock(as_, NOBODY, f"/letters/{letter.id}", nowhere="/letters/999999")
    page = as_("helen").get("/letters").text
    assert "Digest" in page and "Mara Okafor" in page
    assert f"/letters/{letter.id}" not in page and "Plan the first week" not in page


def test_in_the_sample_its_words_can_be_read(as_: Any, who: Any, running: Checklist) -> None:
    assert "Plan the first week" in as_("helen").get(f"/letters/{a_letter(who).id}").text
