"""Values: a document HR writes, and praise that keeps its words."""

from typing import Any

from portal.documents.models import Document, check
from portal.feedback import values
from portal.feedback.praise import Praise
from portal.feedback.values import Value
from tests.feedback.conftest import VALUES

HEAD = "---\nkind: values\ntitle: Values\n---\n"


def test_each_heading_is_a_value_with_its_sentences() -> None:
    found = check("values", VALUES, draw=False)
    assert found.errors == []
    assert [one["name"] for one in found.parsed.structure["values"]] == [
        "We help first", "We say it early"
    ]  # fmt: skip
    assert found.parsed.structure["values"][0]["words"] == "Whoever is stuck gets half an hour."


def test_what_cannot_be_understood_is_said_at_its_line() -> None:
    for body, line, words in (
        ("Nothing yet.", 5, "no value yet"),
        ("## One\n\n## Two\nWords.", 5, "Say under “One”"),
        ("# One\nWords.", 5, "begins with ##"),
        ("## One\nWords.\n## one\nWords.", 7, "Line 5 has it already"),
        ("## " + "x" * 61 + "\nWords.", 5, "1 to 60 characters"),
        ("## One\n" + "x" * 401, 5, "400 characters at most"),
        ("".join(f"## V{n}\nWords.\n" for n in range(13)), 29, "12 values at most"),
    ):
        problems = check("values", HEAD + body, draw=False).errors
        assert any(p.line == line and words in p.message for p in problems), (body, problems)


def test_the_newest_published_text_counts_and_praise_keeps_the_words_it_had(
    who: Any, in_force: Document, praised: Any, move_clock: Any
) -> None:
    praise = praised(who.ben, who.erin)
    assert (praise.value, praise.value_words) == (
        "We help first", "Whoever is stuck gets half an hour."
    )  # fmt: skip
    in_force.publish(VALUES.replace("half an hour", "an hour"), by=who.helen)
    assert values.current()[0] == Value("We help first", "Whoever is stuck gets an hour.")
    assert Praise.get().value_words == "Whoever is stuck gets half an hour."
    move_clock(days=1)
    other = Document.start("values", "New ones", by=who.helen)
    assert values.current()[0].name == "We help first", "a draft counts for nobody"
    other.publish(HEAD + "## Care\nFor each other.", by=who.helen)
    assert [one.name for one in values.current()] == ["Care"]
    other.retire(by=who.helen)
    assert len(values.current()) == 2


def test_praise_names_one_of_the_values_where_there_are_some(as_: Any, who: Any) -> None:
    sent = {"people": "Erin Castellanos", "text": "Good.", "shown": "public"}
    assert "Which value" not in as_("ben").get("/praise/new").text
    assert as_("ben").post("/praise", data=sent).status_code == 303
    document = Document.start("values", "What we stand for", by=who.helen)
    document.publish(VALUES, by=who.helen)
    assert "We say it early: Bad news" in as_("ben").get("/praise/new").text
    assert as_("ben").post("/praise", data=sent).status_code == 422
    assert as_("ben").post("/praise", data=sent | {"value": "Made up"}).status_code == 422
    assert as_("ben").post("/praise", data=sent | {"value": "We say it early"}).status_code == 303
