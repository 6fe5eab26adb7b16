"""Who reads which document, and who writes."""

import io
from typing import Any

import peewee
import pytest

from portal import db
from portal.audit import Event
from portal.documents.models import Document, Revision
from tests import cast
from tests.documents.conftest import page_source
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
STAFF = dict.fromkeys(HERE, 200) | {"audrey": 404}
ONLY_HR = dict.fromkeys(HERE, 404) | {"helen": 200}
# Colleagues who may read it are told that they may not; for others it does not exist.
WRITERS = dict.fromkeys(HERE, 403) | {"helen": 200, "audrey": 404}
NOWHERE = "/documents/page/nothing"


def edited(source: str, version: int = 2, **more: str) -> dict[str, str]:
    return {"source": source, "version": str(version), **more}


def test_a_page_in_force_is_for_everyone_at_work(as_: Any, write: Any) -> None:
    write()
    knock(as_, STAFF, "/documents/page/welcome", nowhere=NOWHERE)


def test_a_page_for_some_is_not_there_for_others(as_: Any, write: Any) -> None:
    write(title="Quotas", audience="department = Sales")
    table = ONLY_HR | {"otto": 200, "olga": 200}
    knock(as_, table, "/documents/page/quotas", nowhere=NOWHERE)
    for name, status in table.items():
        listed = "Quotas" in as_(name).get("/documents").text
        assert listed == (status == 200), name


def test_drafts_retired_pages_and_plans_are_hrs(as_: Any, write: Any, who: Any, plan: Any) -> None:
    write(title="A draft", publish=False)
    write(title="A past").retire(by=who.helen)
    for address in ("page/a-draft", "page/a-past", f"checklist/{plan.slug}"):
        knock(as_, ONLY_HR, f"/documents/{address}", nowhere=NOWHERE)
        knock(as_, ONLY_HR, f"/documents/{address}/edit", nowhere=NOWHERE)
        knock(as_, ONLY_HR, f"/documents/{address}/panes", nowhere=NOWHERE)
    for name in HERE:
        text = as_(name).get("/documents").text
        past = as_(name).get("/documents?list=retired").text
        assert "A past" not in text, name
        assert ("A draft" in text, "A past" in past) == (name == "helen", name == "helen")


def test_history_and_export_are_hrs(as_: Any, write: Any) -> None:
    write()
    knock(as_, ONLY_HR, "/documents/page/welcome/revisions/1", nowhere=NOWHERE)
    knock(as_, {"helen": 404}, "/documents/page/welcome/revisions/2", nowhere=NOWHERE)
    knock(as_, ONLY_HR, "/documents/new", nowhere="/nothing")
    knock(as_, ONLY_HR, "/documents/export.zip", nowhere="/nothing")
    assert "History" not in as_("erin").get("/documents/page/welcome").text


def test_writing_is_hrs(as_: Any, write: Any) -> None:
    def fresh() -> None:
        if Document.named("page", "welcome") is None:
            write()

    base = "/documents/page/welcome"
    fresh()
    for address in (f"{base}/edit", f"{base}/panes", f"{base}/source.md", f"{base}/asides"):
        knock(as_, WRITERS, address, nowhere=NOWHERE)
    changes = {
        f"{base}/draft": edited(page_source("New words.")),
        f"{base}/publication": edited(page_source("Newer words."), 3),
        f"{base}/draft/mine": edited(page_source("Newest words."), 4),
        f"{base}/draft/theirs": edited(page_source("Given up."), 4),
        f"{base}/draft/discarding": {},
        f"{base}/retirement": {},
    }
    for address, data in changes.items():
        table = WRITERS | {"helen": 303}
        others = {name: status for name, status in table.items() if name != "helen"}
        nowhere = address.replace("/welcome", "/nothing")
        knock(as_, others, address, data=data, nowhere=nowhere)
        knock(as_, {"helen": 303}, address, data=data, nowhere=nowhere)


def test_what_is_retired_is_put_back_by_hr_and_is_not_there_for_others(
    as_: Any, write: Any
) -> None:
    document = write()
    document.retire(by=document.owner)
    table = {name: 404 for name in HERE if name != "helen"} | {"helen": 303}
    address = "/documents/page/welcome/reinstatement"
    knock(as_, table, address, data={}, nowhere=address.replace("welcome", "nothing"))
    assert Document.get_by_id(document.id).state == "published"


def test_starting_and_importing_is_hrs(as_: Any) -> None:
    others = {name: 404 for name in HERE if name != "helen"}
    new = {"kind": "page", "title": "Canteen"}
    knock(as_, others | {"helen": 303}, "/documents", data=new, nowhere="/nothing")
    knock(as_, others | {"helen": 303}, "/documents/starters", data={}, nowhere="/nothing")
    for name, status in (others | {"helen": 303}).items():
        client = as_(name)
        before = Event.select().count()
        file = (io.BytesIO(page_source(title=f"By {name}").encode()), f"{name}.md")
        answer = client.post("/documents/import", data={"file": file})
        assert answer.status_code == status, name
        assert (Event.select().count() == before) == (status == 404)


def test_what_is_of_no_known_kind_does_not_exist(as_: Any) -> None:
    for path in ("unknown/welcome", "page/unknown", "unknown/unknown/edit"):
        assert as_("helen").get(f"/documents/{path}").status_code == 404
    answer = as_("helen").post("/documents", data={"kind": "spell", "title": "Abracadabra"})
    assert answer.status_code == 422 and not Document.select().exists()


def test_a_published_revision_cannot_be_changed_in_the_database(write: Any) -> None:
    write()
    with pytest.raises(peewee.DatabaseError, match="never changes"), db.write():
        Revision.update(source="forged").execute()


def test_an_empty_library_offers_hr_the_starter_texts_and_nobody_else(as_: Any) -> None:
    assert 'action="/documents/starters"' in as_("helen").get("/documents").text
    assert "starters" not in as_("erin").get("/documents").text
    as_("helen").post("/documents/starters")
    assert 'action="/documents/starters"' not in as_("helen").get("/documents").text


def test_texts_set_aside_are_hrs(as_: Any, write: Any, who: Any) -> None:
    document = write()
    document.set_aside(page_source("Given up."), by=who.helen)
    aside = document.asides.get()
    here, nowhere = f"{document.url}/asides/{aside.id}", "/documents/page/nothing/asides/1"
    knock(as_, WRITERS, here, nowhere=nowhere)
    table = {name: status for name, status in WRITERS.items() if name != "helen"}
    knock(as_, table, f"{here}/restoration", data={}, nowhere=f"{nowhere}/restoration")
    # One of another document is not there.
    other = write(title="Other")
    address = f"{other.url}/asides/{aside.id}"
    knock(as_, {"helen": 404}, address, nowhere=f"{other.url}/asides/999999")
    knock(as_, {"helen": 303}, f"{here}/restoration", data={}, nowhere=nowhere)
    assert document.draft().source == page_source("Given up.")
