"""Publishing: an immutable revision with its hash, its history and its difference."""

import hashlib
from typing import Any

import pytest

from portal.audit import Event
from portal.documents.models import Document, Revision
from tests.documents.conftest import page_source

BASE = "/documents/page/welcome"


def publish(client: Any, source: str, version: int = 2, **more: str) -> Any:
    return client.post(
        f"{BASE}/publication", data={"source": source, "version": str(version), **more}
    )


def test_publishing_makes_the_next_revision_with_the_hash_of_its_text(
    as_: Any, write: Any, who: Any
) -> None:
    document = write()
    source = page_source("Newer words.")
    answer = publish(as_("helen"), source, note="Shorter", weight="material")
    assert answer.location == BASE
    revision = Revision.get(Revision.number == 2)
    assert revision.hash == hashlib.sha256(source.encode()).hexdigest()
    assert (revision.source, revision.note, revision.is_material) == (source, "Shorter", True)
    assert revision.published_by_id == who.helen.id
    assert Document.get_by_id(document.id).draft().id is None
    event = Event.select().where(Event.tag == "revision.published").order_by(Event.seq.desc()).get()
    assert event.facts["hash"] == revision.hash
    assert "Newer words." in as_("erin").get(BASE).text


def test_publishing_the_same_text_makes_no_revision_and_no_event(as_: Any, write: Any) -> None:
    write()
    before = Event.select().where(Event.subject_kind == "revision").count()
    helen = as_("helen")
    assert publish(helen, page_source()).status_code == 303
    assert "Nothing was different" in helen.get(BASE).text
    assert Revision.select().count() == 1
    assert Event.select().where(Event.subject_kind == "revision").count() == before


def test_the_button_pressed_twice_publishes_once(as_: Any, write: Any) -> None:
    write()
    helen = as_("helen")
    for _ in range(2):
        assert publish(helen, page_source("New.")).status_code == 303
    assert Revision.select().count() == 2


def test_a_text_with_errors_is_not_published_and_nothing_is_stored(as_: Any, write: Any) -> None:
    document = write()
    answer = publish(as_("helen"), "---\nkind: page\n---\nNo title.")
    assert answer.status_code == 422 and "lacks" in answer.text and "<title>Error:" in answer.text
    assert Revision.select().count() == 1 and document.draft().id is None


def test_the_kind_of_a_document_does_not_change(as_: Any, write: Any) -> None:
    write()
    for kind in ("checklist", "spell"):
        source = page_source().replace("kind: page", f"kind: {kind}")
        answer = publish(as_("helen"), source)
        assert answer.status_code == 422 and "must be page" in answer.text
    assert Revision.select().count() == 1


def test_a_wrong_audience_is_said_at_its_line(as_: Any, write: Any) -> None:
    write()
    answer = publish(as_("helen"), page_source(audience="departmnt = Sales"))
    assert answer.status_code == 422
    assert "Line 4" in answer.text and "The audience cannot be read at column 1" in answer.text


def test_title_and_audience_follow_the_front_matter(write: Any, who: Any) -> None:
    document = write()
    document.publish(page_source(title="Hello", audience="team = Platform"), by=who.helen)
    again = Document.get_by_id(document.id)
    assert (again.title, again.audience, again.slug) == ("Hello", "team = Platform", "welcome")


def test_what_was_retired_is_published_again_with_the_same_text(
    as_: Any, write: Any, who: Any
) -> None:
    write()
    helen, erin = as_("helen"), as_("erin")
    for _ in range(2):
        assert helen.post(f"{BASE}/retirement").status_code == 303
    assert Event.select().where(Event.tag == "document.retired").count() == 1
    assert erin.get(BASE).status_code == 404
    assert "Retired on" in helen.get(BASE).text
    assert publish(helen, page_source()).status_code == 303
    assert erin.get(BASE).status_code == 200
    assert [revision.number for revision in Revision.select().order_by(Revision.id)] == [1, 2]


def test_the_history_names_every_revision_and_each_reads_as_it_was(
    as_: Any, write: Any, who: Any
) -> None:
    document = write("The first words.")
    document.publish(page_source("The second words."), by=who.helen, note="Clearer")
    helen = as_("helen")
    page = helen.get(BASE).text
    assert "Revision 1" in page and "Revision 2" in page and "Clearer" in page
    first = helen.get(f"{BASE}/revisions/1").text
    assert "The first words." in first and "The second words." not in first
    assert "Revision 2 is in force" in first
    for revision in Revision.select():
        assert revision.hash[:12] in page


def test_the_editor_shows_what_differs_from_the_published_text(as_: Any, write: Any) -> None:
    write("Stays.\n\nGoes.")
    helen = as_("helen")
    helen.post(f"{BASE}/draft", data={"source": page_source("Stays.\n\nComes."), "version": "2"})
    page = helen.get(f"{BASE}/edit").text
    assert "<del>Goes.</del>" in page and "<ins>Comes.</ins>" in page
    assert "Changes since revision 1" in page


@pytest.mark.parametrize("place", ["source.md", "export.zip"])
def test_what_is_downloaded_is_what_was_published(as_: Any, write: Any, place: str) -> None:
    write("Ä “word” 🎉")
    address = f"{BASE}/{place}" if place == "source.md" else f"/documents/{place}"
    answer = as_("helen").get(address)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    if place == "source.md":
        assert answer.data.decode() == page_source("Ä “word” 🎉")
