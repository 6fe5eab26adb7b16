"""Words: comparing them, naming by them, rendering them, and what changed in them."""

import re
import sys
import time
from functools import partial
from html import unescape

import pytest

from portal import text
from portal.text import Change, TooComplex, render_markdown

# What runs away takes minutes; a machine that is shared takes three times as long now and then.
SECONDS = 3.0
PROSE = re.compile(r'\A<div class="prose" hx-ignore>(.*)</div>\Z', re.DOTALL)


def inner(source):
    return PROSE.match(render_markdown(source))[1].strip()


def costs(work):
    began = time.process_time()
    work()
    return time.process_time() - began


# ---------------------------------------------------------------- fold, slugify, count, clean


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jürgen", "JURGEN"), ("Groß", "gross"), ("Søren", "soren"), ("Łukasz", "lukasz"),
        ("Đorđe", "dorde"), ("Æther œuvre", "aether oeuvre"), ("İstanbul", "istanbul"),
        ("  two\t\nwords ", "two words"), ("O’Brien", "o'brien"), ("Sales\u200b", "sales"),
        ("E\u2011Mail", "e-mail"), ("ﬁne", "fine"), ("e\u0301", "é"),
    ],
)  # fmt: skip
def test_two_spellings_fold_to_one(one, other):
    assert text.fold(one) == text.fold(other)


def test_folding_twice_changes_nothing():
    every = [chr(n) for n in range(0x20000) if not 0xD800 <= n < 0xE000]
    assert [c for c in every if text.fold(text.fold(c)) != text.fold(c)] == []


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Code of Conduct", "code-of-conduct"), ("Größe & Maße", "grosse-masse"),
        ("30 / 60 / 90 days", "30-60-90-days"), ("it’s", "its"), ("", "untitled"),
        ("--", "x-d8156bae"), ("a" * 200, "a" * 80),
    ],
)  # fmt: skip
def test_a_slug_is_plain_latin(words, slug):
    assert text.slugify(words) == slug


def test_words_without_a_latin_letter_still_get_different_slugs():
    assert text.slugify("Отпуск") != text.slugify("Политика")
    assert re.fullmatch(r"x-[0-9a-f]{8}", text.slugify("Политика"))


def test_numbers_agree_with_their_noun():
    assert text.count(1, "step") == "1 step"
    assert text.count(0, "step") == "0 steps"
    assert text.count(3, "working day") == "3 working days"
    assert text.count(2, "policy") == "2 policies"
    assert text.count(1200, "person") == "1,200 people"
    assert text.count(2, "new person") == "2 new people"
    assert text.count(2, "address") == "2 addresses"
    assert text.count(2, "datum", "data") == "2 data"


def test_what_no_database_can_keep_is_refused():
    assert text.clean("fine\r\n") == "fine\r\n"
    for bad in ("a\0b", "a\ud800b", "\udfff"):
        with pytest.raises(ValueError, match="cannot be stored"):
            text.clean(bad)


# ---------------------------------------------------------------- Markdown


def test_markdown_becomes_prose_that_htmx_ignores():
    assert render_markdown("# Hi\n\n*there*").startswith('<div class="prose" hx-ignore>')
    assert inner("# Hi\n\n*there*") == "<h1>Hi</h1>\n<p><em>there</em></p>"


def test_tables_align_by_attribute_and_not_by_style():
    html = inner("a | b\n--|--:\n1 | 2")
    assert '<td align="right">2</td>' in html and "style" not in html


def test_links_leave_without_a_way_back():
    html = inner("[a](https://a.example) [b](/people) [c](mailto:h@x.example)")
    assert html.count('rel="noopener noreferrer"') == 3
    assert 'href="https://a.example"' in html and 'href="/people"' in html


def test_pictures_become_links():
    for source in ("![alt](https://a.example/x.png)", "![alt][x]\n\n[x]: https://a.example/x.png"):
        assert "<img" not in inner(source)
        assert "alt</a>" in inner(source)


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<svg><script>alert(1)</script></svg>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](<java\nscript:alert(1)>)",
    "[a](\x01javascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](java&NewLine;script:alert(1))",
    "[a]: java&Tab;script:alert(1)\n\n[a]",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "<javascript:alert(1)>",
    '[a](https://x.example "onmouseover=alert(1)")',
    '[a](https://x.example" onclick="alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<div hx-get="/x" hx-trigger="load">x</div>',
    '<p style="position:fixed">x</p>',
    "<iframe src=//evil.example></iframe>",
    "<math><mi xlink:href='javascript:alert(1)'>",
    "<style>*{display:none}</style>",
    "<!--<img src=x onerror=alert(1)>-->",
    "`<script>alert(1)</script>`",
    "[a]: javascript:alert(1)\n\n[a]",
    "![x](javascript:alert(1))",
    "<form action=/sign-out method=post><button>x",
    '<base href="https://evil.example/">',
    "<object data=x><embed src=x>",
    "<a name=forms id=csrf>x</a>",
    "a | b\n--|--\n<script>x</script> | <b onclick=x>",
    "</div><script>alert(1)</script>",
    "\x02wzxhzdk:0\x03<script>x</script>",
]
ALLOWED_TAG = re.compile(
    r"</?(?:p|br|hr|h[1-6]|strong|em|code|pre|blockquote|ul|ol|li|a|table|thead|tbody|tr|th|td)"
    r'(?: (?:href|title|align|start|rel)="[^"]*")*>'
)


@pytest.mark.parametrize("source", XSS)
def test_nothing_typed_becomes_active(source):
    html = inner(source)
    assert "<" not in ALLOWED_TAG.sub("", html)
    assert {_scheme(href) for href in re.findall(r'<a href="([^"]*)"', html)} <= SCHEMES


SCHEMES = {"https", None}


def _scheme(href):
    """As a browser reads it: spaces around and line breaks within do not count."""
    href = re.sub(r"[\t\r\n]", "", unescape(href)).lstrip("\0 ")
    found = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", href)
    return found and found[1].lower()


def test_html_is_shown_as_it_was_typed():
    assert inner("a <b>c</b>") == "<p>a &lt;b&gt;c&lt;/b&gt;</p>"


def test_a_stranger_to_the_text_cannot_close_the_wrapper():
    assert inner("x\n\n</div>\n\ny").count("</div>") == 0


# ---------------------------------------------------------------- limits, by behavior


def fill(unit, chars, paragraph):
    """The unit again and again, with an empty line every so many characters."""
    block = unit * max(1, paragraph // len(unit)) + "\n\n"
    return (block * (chars // len(block) + 1))[:chars]


UNITS = [
    "[", "![", "[a ", "[a](", "[a][b] ", "[a](b 'c ", "(", "[[a]](", "`", "``a` ", "*a ", "**a",
    "***a*** ", "*a_b", "_a **b_ c** ", "<", "<a ", "<a href='", "<http://a> ", "<a@b.c> ", "<!-- ",
    "&", "&amp; ", "\\*", "<div>", "</div>", "|a", "- a\n", "- a\n\n", "    a\n", "# a\n",
    "a\n===\n", "> a\n", ">", "> - ", "- ", "1. a\n", "1. ", "[a]: http://x\n", "a  \n", "* * *\n",
    "- a\n    - b\n", "a|b\n", "[a]: b\\'", "\n#`|",
    ">- # a\n", "\n", "\t", "]", ")", "\x02", "é", "[a]\n[b]:",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_costs_a_second(unit):
    for chars, paragraph in ((20_000, 20_000), (250_000, 60), (250_000, 1_500), (250_000, 30_000)):
        source = fill(unit, chars, paragraph)
        assert costs(partial(rendered_or_refused, source)) < SECONDS


def rendered_or_refused(source):
    try:
        return render_markdown(source)
    except TooComplex as refusal:
        return refusal


def test_twenty_kilobytes_of_brackets_are_refused_at_once():
    with pytest.raises(TooComplex, match="brackets"):
        render_markdown("[" * 20_000)
    assert costs(lambda: text.problems_of("[" * 20_000)) < 0.2


@pytest.mark.parametrize(
    "source",
    [
        "\n".join("    " * n + "- x" for n in range(300)),
        "\n".join("\t" * n + "1. x" for n in range(300)),
        "- " * 300 + "x",
        ">" * 300 + "x",
        "> - " * 300 + "x",
        "> " * 300 + "x",
    ],
)
def test_a_list_three_hundred_deep_is_a_sentence_and_not_a_crash(source):
    with pytest.raises(TooComplex, match="deep"):
        render_markdown(source)


def test_whatever_depth_is_allowed_renders():
    limit = sys.getrecursionlimit()
    for line in ("> ", "- ", "> - "):
        depth = text.MAX_DEPTH // len(line.split())
        assert "x" in inner(line * depth + "x")
    nested = "\n".join("    " * n + "- x" for n in range(text.MAX_DEPTH))
    assert inner(nested).count("<ul>") == text.MAX_DEPTH
    assert sys.getrecursionlimit() == limit


def test_indented_code_is_not_deep_nesting():
    assert text.problems_of("- list\n\n" + " " * 100 + "code") == []


def test_each_limit_names_its_line():
    assert text.problems_of("ok\n\n" + "[" * 5_000)[0][0] == 3
    assert text.problems_of("ok\n" * 6_000)[0] == (
        5_001,
        "The text has 6,001 lines; 5,000 is the most.",
    )
    assert text.problems_of("a\n\n" + "b" * 40_000)[0][0] == 3
    assert text.problems_of("x" * 2**20)[0][1] == "The text has 1024 kB; 256 kB is the most."
    assert text.problems_of("a\nb\0")[0][0] == 2
    assert text.problems_of("a\n\nb\udc00")[0][0] == 3


def test_a_long_ordinary_policy_is_no_problem():
    section = (
        "## Section\n\nSome **bold** words, a [link](https://a.example/b_c) and `code`.\n\n"
        "- one (really)\n- two [sic\n\na | b | c\n--|--|--\n" + "1 | 2 | 3\n" * 20 + "\n"
    )
    long = section * 120
    assert len(long) > 30_000
    assert text.problems_of(long) == []
    assert costs(lambda: render_markdown(long)) < SECONDS


def test_two_texts_rendered_one_after_the_other_share_nothing():
    render_markdown("[a]: https://a.example\n\n[a]")
    assert inner("[a]") == "<p>[a]</p>"


# ---------------------------------------------------------------- changes


def test_changes_read_as_deleted_then_inserted_between_equal_lines():
    assert text.diff_lines("a\nb\nc", "a\nx\nc") == [
        Change("equal", "a"), Change("delete", "b"), Change("insert", "x"), Change("equal", "c"),
    ]  # fmt: skip


def test_long_equal_stretches_are_collapsed():
    old = "\n".join(map(str, range(30)))
    rows = text.diff_lines(old, old.replace("15", "x"))
    assert rows[0] == Change("gap", "12 unchanged lines")
    assert [row.tag for row in rows[1:]] == [
        *["equal"] * 3,
        "delete",
        "insert",
        *["equal"] * 3,
        "gap",
    ]
    assert rows[-1] == Change("gap", "11 unchanged lines")


def test_equal_texts_are_one_gap_and_line_ends_do_not_count():
    assert text.diff_lines("a\r\nb", "a\nb") == [Change("gap", "2 unchanged lines")]
    assert text.diff_lines("", "a") == [Change("delete", ""), Change("insert", "a")]


def test_changes_lose_no_line_even_in_long_repetitive_texts():
    old = [str(n * n % 97) for n in range(5_000)]
    new = [str(n * n % 89) for n in range(5_000)]
    for n in range(0, 5_000, 101):
        old[n] = new[n] = f"unique {n}"
    rows = []
    assert costs(lambda: rows.extend(text.diff_lines("\n".join(old), "\n".join(new)))) < SECONDS
    uncollapsed = text._changes(old, new)
    assert uncollapsed.count(Change("equal", "unique 101")) == 1
    assert [row.text for row in uncollapsed if row.tag != "insert"] == old
    assert [row.text for row in uncollapsed if row.tag != "delete"] == new


def test_plain_words_are_what_is_said_without_the_marks() -> None:
    source = "See [the **guide**](/documents/page/x) `now` & then.\n\n- One\n- Two"
    assert text.plain_words(source).split() == "See the guide now & then. One Two".split()
    assert text.plain_words("[" * 20_000)
