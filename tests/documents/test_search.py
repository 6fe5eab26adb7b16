"""Finding texts by their words: only what one may read, in the same order on both databases."""

from typing import Any

import pytest
from markupsafe import Markup

from portal import db, models
from portal.documents.findable import Findable
from portal.documents.models import Document
from portal.documents.search import excerpt, find, index_missing
from tests import cast
from tests.documents.conftest import page_source

CANARY = "zanzibarquux"
HERE = [name for name in cast.NAMES if name != "lev"]


def titles(viewer: Any, words: str) -> list[str]:
    return [hit.title for hit in find(viewer, words)]


def test_every_word_begins_a_word_whatever_the_accents(write: Any, who: Any) -> None:
    write("Die Reisekosten für Münchner Straßen.", title="Spesen")
    for words in (
        "reise", "REISEKOSTEN", "munch strass", "münchner", "straße", "spes kost" "", "für",
    ):  # fmt: skip
        expected = [] if words == "spes kost" else ["Spesen"]
        assert titles(who.erin, words) == expected, words
    assert titles(who.erin, "kosten") == titles(who.erin, "reise paris") == []


def test_titles_come_first_then_the_alphabet(write: Any, who: Any) -> None:
    write("All about travel.", title="Émigration")
    write("Travel is nice.", title="Zoo")
    write("Trains.", title="Travel policy")
    write("Boats.", title="A traveller’s guide")
    write("Travel by donkey.", title="Donkeys")
    expected = ["A traveller’s guide", "Travel policy", "Donkeys", "Émigration", "Zoo"]
    assert titles(who.erin, "trave") == expected


def test_a_canary_is_found_by_nobody_who_may_not_read_it(
    as_: Any, write: Any, who: Any, plan: Any
) -> None:
    document = write(f"For Sales {CANARY}.", title="Quotas", audience="department = Sales")
    write(f"Draft {CANARY}.", title="A draft", publish=False)
    write(f"Past {CANARY}.", title="A past").retire(by=who.helen)
    open_page = write("Open.", title="Open page")
    open_page.save_draft(page_source(f"{CANARY}"), open_page.edits, by=who.helen)
    plan.publish(cast.ENGINEERING_PLAN.replace("Order the laptop", f"Order {CANARY}"), by=who.helen)
    sales, hr = {"otto", "olga"}, {"helen"}
    index_missing()
    for name in HERE:
        viewer, page = cast.person(name), as_(name).get(f"/documents?q={CANARY[:9]}").text
        found = titles(viewer, CANARY)
        if name in hr:
            assert len(found) == 5 and "<mark>" in page
        elif name in sales:
            assert found == ["Quotas"] and f"<mark>{CANARY}</mark>" in page
        else:
            assert found == [] and CANARY not in page and "Quotas" not in page, name
            assert "documents have" not in page and "document has" not in page
    assert as_("helen").get("/documents?q=zanzibar").text.count("In the draft") == 2
    document.retire(by=who.helen)
    assert titles(who.otto, CANARY) == []


def test_what_was_changed_is_found_by_its_new_words(write: Any, who: Any) -> None:
    document = write("Old words.")
    document.publish(page_source("Fresh paint."), by=who.helen)
    assert (titles(who.erin, "old"), titles(who.erin, "fresh")) == ([], ["Welcome"])
    document.save_draft(page_source("Half a thought."), document.edits, by=who.helen)
    index_missing()
    assert titles(who.helen, "thought") == ["Welcome"] and titles(who.erin, "thought") == []
    document.discard_draft(by=who.helen)
    assert titles(who.helen, "thought") == []


def test_a_text_with_published_words_and_a_draft_is_one_hit(write: Any, who: Any) -> None:
    document = write("Common words.")
    document.save_draft(page_source("Common words, more."), document.edits, by=who.helen)
    index_missing()
    hits = find(who.helen, "common")
    assert [(hit.title, hit.is_draft, hit.url) for hit in hits] == [
        ("Welcome", False, "/documents/page/welcome")
    ]
    drafted = find(who.helen, "more")[0]
    assert drafted.is_draft and drafted.url.endswith("/edit")


def test_the_excerpt_marks_the_words_and_escapes_the_rest(write: Any, who: Any) -> None:
    write(f"{'before ' * 40}<b>Größe</b> & **maß** {'after ' * 60}")
    said = find(who.erin, "grosse")[0].excerpt
    assert "&lt;b&gt;<mark>Größe</mark>&lt;/b&gt; &amp;" in said and len(said) < 400
    assert said.startswith("… ") and said.endswith(" …")
    assert excerpt("", ["a"]) == Markup("")
    assert excerpt("nothing here", ["zoo"]) == Markup("nothing here")


@pytest.mark.parametrize(
    "words",
    ['"', "'", "*", "a*", '"a" OR "b"', "NEAR(a b)", "words:a", "-", "--", "%", "_", "\\", "(",
     ")",
     "'; DROP TABLE findable; --", "a & b | !c",
     "<->", ":*", "a:*", "x" * 10_000, "é" * 10_000,
     "ﷺ" * 300, "😀", "\u202e", "words AND", "{words}", "^a", "NULL", "$$", "\t\n",
     "ſ", "İ", "１２"],
)  # fmt: skip
def test_no_question_breaks_the_search(as_: Any, write: Any, who: Any, words: str) -> None:
    write("Words of no importance.")
    find(who.helen, words)
    answer = as_("erin").get("/documents", query_string={"q": words})
    assert answer.status_code == 200 and "<mark><" not in answer.text


def test_a_nul_is_refused_and_nothing_asked_for_shows_all(as_: Any, write: Any) -> None:
    write()
    assert as_("erin").get("/documents?q=a%00b").status_code == 400
    for words, shows_all in (("", True), ("%20", True), ("...", False), ('"', False)):
        page = as_("erin").get(f"/documents?q={words}").text
        assert ("/documents/page/welcome" in page) == shows_all, words


def test_the_live_answer_is_the_list_alone(as_: Any, write: Any) -> None:
    write("Canteen.")
    answer = as_("erin").hx_get("/documents?q=cant", "library")
    assert (
        answer.text.lstrip().startswith('<div id="library">')
        and "<mark>Canteen</mark>" in answer.text
    )
    assert "<html" not in answer.text
    assert "has the words “nowhere”" in as_("erin").get("/documents?q=nowhere").text


def test_texts_from_before_there_was_search_are_found_after_the_sweep(write: Any, who: Any) -> None:
    document = write("Ancient words.", owner="@it", summary="Old.")
    write("Drafted words.", title="Drafted", publish=False)
    with db.write():
        Findable.delete().execute()
        Document.update(summary="", owner_function=None).execute()
    assert titles(who.helen, "words") == []
    assert index_missing() == 2 and index_missing() == 0
    assert titles(who.helen, "words") == ["Drafted", "Welcome"]
    again = Document.get_by_id(document.id)
    assert (again.summary, again.owner_function.slug) == ("Old.", "it")


def test_migrating_again_keeps_everything_findable(write: Any, who: Any) -> None:
    write("Lasting words.")
    models.migrate()
    assert titles(who.erin, "lasting") == ["Welcome"]


def test_a_huge_text_is_saved_and_found(write: Any, who: Any) -> None:
    body = "\n\n".join("ﷺ " * 300 for _ in range(200)) + "\n\nneedle"
    document = write("Small.")
    document.save_draft(page_source(f"haystack\n\n{body}"), document.edits, by=who.helen)
    assert index_missing() == 1 and index_missing() == 0
    assert titles(who.helen, "haystack") == ["Welcome"]


def test_more_than_a_page_of_hits_says_so(as_: Any, write: Any) -> None:
    for number in range(31):
        write("Common words.", title=f"Page {number}")
    page = as_("erin").get("/documents?q=common").text
    assert "The first 30 documents with these words." in page
    assert page.count("<mark>") == 30


def test_searching_costs_few_queries(as_: Any, write: Any, queries: Any) -> None:
    for number in range(12):
        write("Common words.", title=f"Page {number}", owner="@it")
    for name, most in (("erin", 8), ("helen", 8)):
        client = as_(name)
        client.get("/documents")
        for address in ("/documents", "/documents?q=common"):
            with queries() as seen:
                assert client.get(address).status_code == 200
            assert len(seen) <= most, (name, address, len(seen), seen)
