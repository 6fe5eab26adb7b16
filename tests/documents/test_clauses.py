"""A text is cut into what it says: each clause once, with its headings and what it belongs to."""

import time
from pathlib import Path

import nh3
import pytest

from portal import text
from portal.documents import parser
from portal.documents.clauses import clauses, clauses_of
from tests.documents.test_hostile import COSTLY, MARKUP, SCHEMES

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"

EVERYTHING = """# Gifts *and* favors

You may accept
small   gifts: [ask](https://example.com/a "why") first.
Twice.

You must never take:

1. cash
2. a car

    not even for a day

    1. nor its key
    2. nor its lock

3. a house

> Nothing is free.
>
> Says who:
>
> - Otto

## Limits

| Country | Limit |
|---|--:|
| Germany | **50** |
| France | |

    gift = 50
      or less
"""


def cut(markdown):
    return [(c.kind, c.number, c.text) for c in clauses(markdown)]


def test_every_kind_of_clause_is_cut_in_the_order_of_the_text():
    assert cut(EVERYTHING) == [
        ("heading", "", "Gifts and favors"),
        ("paragraph", "", "You may accept small gifts: ask first. Twice."),
        ("paragraph", "", "You must never take:"),
        ("item", "1", "cash"),
        ("item", "2", "a car"),
        ("paragraph", "", "not even for a day"),
        ("item", "2.1", "nor its key"),
        ("item", "2.2", "nor its lock"),
        ("item", "3", "a house"),
        ("quote", "", "Nothing is free."),
        ("quote", "", "Says who:"),
        ("item", "", "Otto"),
        ("heading", "", "Limits"),
        ("row", "", "Country | Limit"),
        ("row", "", "Germany | 50"),
        ("row", "", "France | "),
        ("code", "", "gift = 50\n  or less"),
    ]


def test_nested_items_carry_the_numbers_above_them():
    nested = "1. one\n2. two\n\n    1. inner\n    2. other\n\n        1. deep\n"
    assert [c.number for c in clauses(nested)] == ["1", "2", "2.1", "2.2", "2.2.1"]
    assert [c.number for c in clauses("4. four\n5. five\n")] == ["4", "5"]


def test_a_clause_knows_its_headings():
    found = clauses("before\n\n# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n\n# E\n\ne\n")
    assert [(c.text, c.path) for c in found] == [
        ("before", ()),
        ("A", ()),
        ("B", ("A",)),
        ("b", ("A", "B")),
        ("C", ("A", "B")),
        ("c", ("A", "B", "C")),
        ("D", ("A",)),
        ("d", ("A", "D")),
        ("E", ()),
        ("e", ("E",)),
    ]


def test_a_clause_knows_what_it_belongs_to():
    found = clauses(EVERYTHING)
    owner = {c.text: None if c.parent is None else found[c.parent].text for c in found}
    assert owner["cash"] == "You must never take:"
    assert owner["not even for a day"] == owner["nor its key"] == "a car"
    assert owner["Otto"] == "Says who:"
    assert owner["Germany | 50"] == "Country | Limit"
    assert owner["Country | Limit"] == owner["gift = 50\n  or less"] == "Limits"
    assert owner["Limits"] == owner["You must never take:"] == "Gifts and favors"


def test_a_line_without_a_colon_or_further_up_does_not_lead_a_list():
    found = clauses("Never:\n\nBut first this.\n\n- a\n")
    assert found[-1].parent is None
    found = clauses("- x\n\n    y:\n\n***\n\n1. b\n")
    assert (found[-1].text, found[-1].parent) == ("b", None)


def test_words_keep_their_marks_and_no_others():
    (clause,) = clauses("A **bold *and* [link](https://a.example/?a=1&b=2)** `x<y` <b>&amp; it's")
    assert clause.html == (
        'A <strong>bold <em>and</em> <a href="https://a.example/?a=1&amp;b=2" '
        'rel="noopener noreferrer">link</a></strong> <code>x&lt;y</code> &lt;b&gt;&amp; it&#39;s'
    )
    assert clause.text == "A bold and link x<y <b>& it's"


def test_breaking_lines_otherwise_makes_the_same_words():
    one, other = clauses("A long\nline  of words.\n"), clauses("A\n  long line\nof words.\n")
    assert one[0].keys == other[0].keys
    assert one[0].html == other[0].html


def test_the_same_text_drawn_earlier_is_cut_the_same():
    assert clauses_of(text.render_markdown(EVERYTHING)) == clauses(EVERYTHING)


def test_letters_written_without_spaces_stand_alone():
    (clause,) = clauses("礼物不得超过50欧元。")
    assert [word.text for word in clause.words][:3] == ["礼", "物", "不"]
    assert clause.text == clause.html == "礼物不得超过50欧元。"


@pytest.mark.parametrize("path", sorted(CONTENT.glob("p*/*.md")), ids=lambda path: path.stem)
def test_no_word_of_a_shipped_text_is_lost(path):
    drawn = text.render_markdown(parser.read(path.read_text()).body)
    found = clauses_of(drawn)
    read = "".join(clause.text.replace(" | ", "") for clause in found)
    words = nh3.clean(drawn, tags=set()).replace("&lt;", "<").replace("&gt;", ">")
    assert "".join(read.split()) == "".join(words.replace("&amp;", "&").split())
    assert all(clause.parent is None or clause.parent < n for n, clause in enumerate(found))


@pytest.mark.parametrize("source", [*MARKUP, *(f"[x]({scheme})" for scheme in SCHEMES)])
def test_nothing_that_runs_is_drawn_again(source):
    html = "".join(clause.html for clause in clauses(source))
    allowed = {"a", "strong", "em", "code", "br"}
    again = nh3.clean(html, tags=allowed, attributes={"a": {"href"}}, url_schemes={"http", "https"})
    assert "".join(again.split()) == "".join(
        html.replace("&#39;", "'").replace("&#34;", '"').split()
    )


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_text_is_cut_or_refused_in_time(name):
    began = time.process_time()
    try:
        clauses(COSTLY[name])
    except text.TooComplex:
        pass
    assert time.process_time() - began < 3
