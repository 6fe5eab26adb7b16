"""The draft: what was typed is kept, and two who type notice each other."""

from typing import Any

import pytest

from portal.audit import Event
from portal.documents.models import Aside, Document, Draft
from portal.documents.parser import read
from tests.documents.conftest import page_source

BASE = "/documents/page/welcome"


def version_in(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def send(client: Any, to: str, source: str, version: str, **more: str) -> Any:
    return client.post(f"{BASE}/{to}", data={"source": source, "version": version, **more})


def test_what_is_typed_is_saved_with_the_next_version(as_: Any, write: Any) -> None:
    document = write()
    helen = as_("helen")
    version = version_in(helen.get(f"{BASE}/edit").text)
    answer = helen.hx(f"{BASE}/draft", "panes", data={
        "source": page_source("One."), "version": version,
    })  # fmt: skip
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "drafted")
    panes = helen.hx_get(f"{BASE}/panes", "panes").text
    assert "<p>One.</p>" in panes and 'id="version"' not in panes
    assert int(version_in(answer.text)) == int(version) + 1
    assert document.draft().source == page_source("One.")
    assert Document.get_by_id(document.id).current.source == page_source("Words.")


def test_what_cannot_be_published_is_saved_all_the_same(as_: Any, write: Any) -> None:
    document = write()
    answer = send(as_("helen"), "draft", "no front matter", "2")
    assert answer.status_code == 303 and document.draft().source == "no front matter"
    page = as_("helen").get(f"{BASE}/edit").text
    assert "Line 1" in page and "front matter" in page


def test_the_text_is_kept_to_the_last_space_and_line_end(as_: Any, write: Any) -> None:
    document = write()
    source = page_source("  Words.  \n\n\n")
    send(as_("helen"), "draft", source.replace("\n", "\r\n"), "2")
    assert document.draft().source == source


def test_two_editors_notice_each_other_and_both_texts_are_shown(
    as_: Any, write: Any, who: Any
) -> None:
    document = write()
    helen = as_("helen")
    version = version_in(helen.get(f"{BASE}/edit").text)
    document.save_draft(page_source("Of the other."), int(version), by=who.mara)
    for to in ("draft", "publication"):
        answer = send(helen, to, page_source("Of mine."), version)
        assert answer.status_code == 409, to
        assert "Of mine." in answer.text and "Of the other." in answer.text
        assert "Mara Okafor" in answer.text
    assert document.draft().source == page_source("Of the other.")
    partial = helen.hx(f"{BASE}/draft", "panes", data={
        "source": page_source("Of mine."), "version": version,
    })  # fmt: skip
    assert partial.status_code == 409 and "<html" not in partial.text


def test_keep_mine_keeps_mine(as_: Any, write: Any, who: Any) -> None:
    document = write()
    document.save_draft(page_source("Of the other."), 2, by=who.mara)
    helen = as_("helen")
    shown = send(helen, "draft", page_source("Of mine."), "2")
    keep = shown.text.split('id="conflict"')[1]
    theirs = keep.split('name="version" value="')[1].split('"')[0]
    # The button is sent before the hidden field that still has the old version.
    answer = helen.post(f"{BASE}/draft/mine", data={
        "source": page_source("Of mine."), "version": [theirs, "2"],
    })  # fmt: skip
    assert answer.status_code == 303
    assert document.draft().source == page_source("Of mine.")
    # And theirs is not lost: it is set aside, and can be taken again.
    assert f'href="{BASE}/asides"' in helen.get(f"{BASE}/edit").text
    assert "The text of Mara Okafor" in helen.get(f"{BASE}/asides").text
    aside = Aside.get()
    assert "Of the other." in helen.get(f"{BASE}/asides/{aside.id}").text
    helen.post(f"{BASE}/asides/{aside.id}/restoration")
    assert document.draft().source == page_source("Of the other.")
    assert {one.source for one in Aside.of(document)} == {
        page_source("Of the other."), page_source("Of mine."),
    }  # fmt: skip


def test_take_theirs_sets_mine_aside(as_: Any, write: Any, who: Any) -> None:
    document = write()
    document.save_draft(page_source("Of the other."), 2, by=who.mara)
    helen = as_("helen")
    shown = send(helen, "draft", page_source("Of mine."), "2").text
    assert "<del>Of the other.</del>" in shown and "<ins>Of mine.</ins>" in shown
    for _ in range(2):
        assert send(helen, "draft/theirs", page_source("Of mine."), "2").status_code == 303
    assert document.draft().source == page_source("Of the other.")
    assert [(one.source, one.written_by) for one in Aside.of(document)] == [
        (page_source("Of mine."), who.helen)
    ]


def test_keeping_mine_after_a_third_text_shows_that_one(as_: Any, write: Any, who: Any) -> None:
    document = write()
    document.save_draft(page_source("Of the other."), 2, by=who.mara)
    document.save_draft(page_source("Of a third."), 3, by=who.mara)
    answer = send(as_("helen"), "draft/mine", page_source("Of mine."), "3")
    assert answer.status_code == 409 and "Of a third." in answer.text
    assert document.draft().source == page_source("Of a third.") and not Aside.select().exists()


def test_only_the_newest_texts_stay_aside(write: Any, who: Any) -> None:
    document = write()
    for number in range(25):
        document.set_aside(page_source(f"Try {number}."), by=who.helen)
    assert Aside.of(document)[0].source == page_source("Try 24.")
    assert Aside.select().count() == 20


def test_whoever_opened_before_the_other_published_overwrites_nothing(
    as_: Any, write: Any, who: Any
) -> None:
    """The draft is gone after publishing, and still the old version is old."""
    document = write()
    helen = as_("helen")
    version = version_in(helen.get(f"{BASE}/edit").text)
    document.publish(page_source("Of the other."), by=who.mara)
    for to in ("draft", "publication"):
        answer = send(helen, to, page_source("Of mine."), version)
        assert answer.status_code == 409 and "Of the other." in answer.text
    assert Document.get_by_id(document.id).current.source == page_source("Of the other.")


def test_a_discarded_draft_does_not_come_back_by_an_old_editor(
    as_: Any, write: Any, who: Any
) -> None:
    document = write()
    document.save_draft(page_source("First."), 2, by=who.helen)
    document.discard_draft(by=who.helen)
    assert send(as_("helen"), "draft", page_source("Second."), "3").status_code == 409


def test_the_same_words_are_no_conflict(write: Any, who: Any) -> None:
    document = write()
    document.save_draft(page_source("Same."), 2, by=who.mara)
    assert document.save_draft(page_source("Same."), 2, by=who.helen).saved_by == who.mara


def test_discarding_goes_back_to_what_is_published(as_: Any, write: Any) -> None:
    document = write()
    helen = as_("helen")
    send(helen, "draft", page_source("Half a thought"), "2")
    assert helen.post(f"{BASE}/draft/discarding").location == BASE
    assert not Draft.select().exists()
    assert "Half a thought" not in helen.get(f"{BASE}/edit").text
    assert Event.select().where(Event.tag == "document.discarded_draft").count() == 1
    helen.post(f"{BASE}/draft/discarding")
    assert Event.select().where(Event.tag == "document.discarded_draft").count() == 1
    assert document.draft().source == page_source("Words.")


def test_a_draft_that_was_never_published_goes_altogether(as_: Any, write: Any) -> None:
    write(publish=False)
    assert as_("helen").post(f"{BASE}/draft/discarding").location == "/documents"
    assert not Document.select().exists()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("x" * 300_000, "256 kB is the most"), ("a\0b", "NUL"), ("y" * 1_000_000, "256 kB")],
)
def test_what_no_database_should_keep_is_refused_at_once(
    as_: Any, write: Any, source: str, sentence: str
) -> None:
    document = write()
    answer = send(as_("helen"), "draft", source, "2")
    assert answer.status_code == 422 and sentence in answer.text
    assert document.draft().id is None


@pytest.mark.parametrize("version", ["", "-1", "abc", "99999999999"])
def test_without_a_version_nothing_is_saved(as_: Any, write: Any, version: str) -> None:
    document = write()
    assert send(as_("helen"), "draft", page_source("x"), version).status_code == 422
    assert document.draft().id is None


TITLES = [
    'The "best" of both: worlds', "Yes", "1.10", "- dash", "# hash", "@at", "*star*", "%percent",
    "`tick`", "& and", "! bang", "| pipe", "> more", "{braces}", "[brackets]", "'single'",
    "colon:", "null", "~", "🎉 Party 🎉", "مرحبا بالعالم", "Ünï: “quotes”", "a \\ b", "x" * 200,
    "---", "<script>alert(1)</script>", "{{7*7}}", "2026-01-31", "key: value # remark",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("kind", ["page", "checklist"])
def test_a_title_is_taken_as_it_is_typed(as_: Any, kind: str, title: str) -> None:
    helen = as_("helen")
    answer = helen.post("/documents", data={"kind": kind, "title": title})
    assert answer.status_code == 303
    document = Document.get()
    source = document.draft().source
    assert (read(source).meta["title"], read(source).problems) == (title, [])
    document.publish(source, by=None)
    assert Document.get().title == title
    page = helen.get(f"/documents/{kind}/{document.slug}")
    assert page.status_code == 200 and "<script>alert" not in page.text
    assert "49" not in page.text.partition("<h1>")[2].partition("</h1>")[0]
