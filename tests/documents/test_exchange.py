"""Documents as files: what comes in, whole or not at all, and what goes out again unchanged."""

import io
import zipfile
from typing import Any

import pytest

from portal.audit import Event
from portal.documents import exchange
from portal.documents.models import Document, Draft
from portal.documents.parser import normal
from portal.people.functions import Function
from tests.documents.conftest import page_source


def zipped(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bring(client: Any, data: bytes, name: str = "files.zip") -> Any:
    return client.post("/documents/import", data={"file": (io.BytesIO(data), name)})


def refused(answer: Any, *sentences: str) -> bool:
    """422 with all these sentences, and nothing was taken in."""
    page = answer.text.replace("&#39;", "'")
    missing = [sentence for sentence in sentences if sentence not in page]
    assert not missing, (missing, page[page.find("Nothing was taken in") :][:800])
    return answer.status_code == 422 and not Draft.select().exists()


def test_a_file_becomes_the_draft_of_a_document_with_its_name(as_: Any) -> None:
    answer = bring(as_("helen"), page_source("Soup.").encode(), "the-canteen.md")
    assert answer.status_code == 303
    document = Document.get()
    assert (document.kind, document.slug, document.state) == ("page", "the-canteen", "draft")
    assert document.draft().source == page_source("Soup.")


def test_a_zip_is_taken_in_whole(as_: Any) -> None:
    files = {
        "pages/one.md": page_source(title="One"), "two.MD": page_source(title="Two"),
        "readme.txt": "not ours", "__MACOSX/pages/._one.md": b"\x00\x05\x16\x07",
    }  # fmt: skip
    assert bring(as_("helen"), zipped(files)).status_code == 303
    assert sorted(document.slug for document in Document.select()) == ["one", "two"]


def test_errors_are_named_by_file_and_line_and_nothing_is_taken_in(as_: Any) -> None:
    files = {
        "good.md": page_source(),
        "bare.md": "No front matter",
        "kind.md": "---\ntitle: X\nkind: spell\n---\n",
        "plan.md": "---\nkind: checklist\ntitle: P\n---\n- [ ] Do it @nobody due:start\n",
        "yaml.md": '---\nkind: page\ntitle: "open\n---\n',
    }
    assert refused(
        bring(as_("helen"), zipped(files)),
        "bare.md, line 1: A document begins with its front matter",
        "kind.md, line 3: “kind” must be one of: page, ",
        "plan.md, line 5: There is no owner “@nobody”.",
        "yaml.md, line 3:",
    )


def test_nothing_chosen_is_said(as_: Any) -> None:
    answer = as_("helen").post("/documents/import", data={})
    assert answer.status_code == 422 and "Choose a file." in answer.text


def test_a_draft_in_work_is_not_written_over(as_: Any, write: Any, who: Any) -> None:
    document = write()
    document.save_draft(page_source("Half a thought"), document.edits, by=who.helen)
    answer = bring(as_("helen"), page_source("From a file").encode(), "welcome.md")
    assert answer.status_code == 422 and "has a draft in work" in answer.text
    assert document.draft().source == page_source("Half a thought")


def test_what_is_exported_comes_in_again_byte_by_byte(as_: Any, write: Any, who: Any) -> None:
    bodies = {"one": "Ä “word” 🎉  \n\n\n", "two": "\n  code\n\n\ttab", "three": "x" * 20_000}
    for title, body in bodies.items():
        write(body, title=title)
    for slug in ("finance", "legal"):
        Function.set_up(slug, slug.title(), by=None)
    exchange.publish_starters(by=who.helen, note="")
    before = {(d.kind, d.slug): d.current.source for d in Document.select()}
    data = as_("helen").get("/documents/export.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{kind}/{slug}.md": source.encode() for (kind, slug), source in before.items()
        }
    events = Event.select().count()
    assert bring(as_("helen"), data).status_code == 303
    assert Event.select().count() == events + 1  # that she signed in; nothing was different
    assert not Draft.select().exists()
    assert {(d.kind, d.slug): d.current.source for d in Document.select()} == before


def test_a_long_name_finds_its_document_again(as_: Any) -> None:
    helen = as_("helen")
    for _ in range(2):
        assert bring(helen, page_source().encode(), f"{'long-name-' * 12}.md").status_code == 303
    assert Document.select().count() == 1


def test_a_new_company_takes_in_the_starter_texts_once(as_: Any) -> None:
    helen = as_("helen")
    for _ in range(2):
        assert helen.post("/documents/starters").status_code == 303
    slugs = {document.slug for document in Document.select()}
    assert {"onboarding-general", "offboarding", "welcome"} <= slugs
    assert Document.select().count() == len(list(exchange.starters()))
    assert {document.state for document in Document.select()} == {"draft"}
    for path in exchange.starters():
        kind = exchange.read(path.read_text()).meta["kind"]
        draft = Document.named(kind, path.stem).draft()
        assert draft.source == normal(path.read_text())


# -- hostile files -----------------------------------------------------------------------------


def lying_about_its_size() -> bytes:
    """The directory says ten bytes; inflating gives megabytes."""
    data = bytearray(zipped({"bomb.md": b"a" * 8_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def with_a_flipped_byte() -> bytes:
    data = bytearray(zipped({"a.md": page_source("Words, words, words.")}, zipfile.ZIP_STORED))
    data[data.index(b"Words, words")] ^= 1
    return bytes(data)


def with_broken_deflate() -> bytes:
    data = bytearray(zipped({"a.md": page_source("Words. " * 400)}))
    at = data.index(b"a.md") + 4
    data[at : at + 40] = b"\xff" * 40
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped({"a.md": page_source()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def with_two_of_one_name() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.md", page_source("One."))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", page_source("Two."))
    return buffer.getvalue()


HOSTILE = {
    "absurd size": (lambda: zipped({"big.md": b"a" * 400_000}), "big.md: longer than 256 kB."),
    "a lie": (lying_about_its_size, "damaged"),
    "a flipped byte": (with_a_flipped_byte, "damaged"),
    "a broken stream": (with_broken_deflate, "damaged"),
    "a password": (encrypted, "locked"),
    "cut off": (lambda: zipped({"a.md": page_source()})[:-30], "damaged"),
    "only a head": (lambda: b"PK\x03\x04" + b"\0" * 40, "damaged"),
    "nothing in it": (lambda: zipped({}), "There is no Markdown file"),
    "no text in it": (lambda: zipped({"a.png": b"x"}), "There is no Markdown file"),
    "a zip in a zip": (lambda: zipped({"in.zip": zipped({})}), "There is no Markdown file"),
    "one name twice": (with_two_of_one_name, "same address"),
    "one address twice": (
        lambda: zipped({"x/a.md": page_source(), "y/A.md": page_source()}),
        "y/A.md: x/a.md would have the same address",
    ),
    "501 files": (
        lambda: zipped({f"{n}.md": page_source() for n in range(501)}), "More than 500 files"
    ),
    "60,000 entries": (
        lambda: zipped({f"{n}.png": b"" for n in range(60_000)}), "lists more than 5,000 files"
    ),
    "too much text": (
        lambda: zipped({f"{n}.md": page_source("word " * 40_000) for n in range(20)}),
        "of text: bring it in parts",
    ),
    "not UTF-8": (lambda: zipped({"a.md": "kind: sídlo".encode("latin-1")}), "not UTF-8"),
    "UTF-16": (lambda: zipped({"a.md": page_source().encode("utf-16")}), "not UTF-8"),
    "NUL": (lambda: zipped({"a.md": page_source("a\0b")}), "NUL"),
}  # fmt: skip


@pytest.mark.parametrize("made", HOSTILE)
def test_a_hostile_zip_is_refused_with_a_sentence(as_: Any, made: str) -> None:
    build, sentence = HOSTILE[made]
    assert refused(bring(as_("helen"), build()), "Nothing was taken in", sentence)


def test_names_that_climb_out_of_the_folder_are_only_names(as_: Any) -> None:
    files = {"../../etc/evil.md": page_source(), "C:\\windows\\w.md": page_source()}
    assert bring(as_("helen"), zipped(files)).status_code == 303
    assert all("/" not in d.slug and ".." not in d.slug for d in Document.select())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a" * 1_000_000, b"\x00" * 5000])
def test_a_file_that_is_no_document_is_refused(as_: Any, data: bytes) -> None:
    assert refused(bring(as_("helen"), data, "x.md"), "Nothing was taken in", "x.md")


def test_a_zip_of_plans_and_the_forms_they_name_comes_into_an_empty_portal(
    database: Any, who: Any
) -> None:
    """All of them become drafts; a form that comes along is not missed."""
    plan = (
        "---\nkind: checklist\ntitle: A start\n---\n## First week\n"
        "- [ ] Fill in how it went form:how-it-went due:start+3\n"
    )
    form = "---\nkind: form\ntitle: How it went\n---\n> How did it go?\n"
    both = zipped({"checklist/a-start.md": plan, "form/how-it-went.md": form})
    assert exchange.read_upload("both.zip", both).problems == []
    alone = exchange.read_upload("a-start.md", plan.encode())
    assert alone.problems == ["a-start.md, line 6: There is no form “how-it-went”."]
