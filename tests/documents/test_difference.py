"""Exactly what changed is told: every changed clause, and nothing that stayed."""

import random
import re
import time
from collections import Counter
from html import unescape
from pathlib import Path

import nh3
import pytest

from portal import text
from portal.documents import parser
from portal.documents.clauses import clauses, plain
from portal.documents.difference import difference, difference_of
from tests.documents.test_hostile import COSTLY, MARKUP, SCHEMES

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
TEXTS = {path.stem: parser.read(path.read_text()).body for path in CONTENT.glob("p*/*.md")}

GIFTS = """# Gifts

You may accept a gift worth up to 50 euro, if you tell your manager within a week.

## 1. Allowed

- Coffee
- A pen
- Lunch up to 20 euro

## 2. Forbidden

You must never take:

1. cash
2. a car

| Country | Limit |
|---|---|
| Germany | 50 |
| France | 60 |

> Nothing is free.

## 3. Questions

Ask Legal.
"""


GERMANY, FRANCE = "| Germany | 50 |\n", "| France | 60 |\n"


def told(before, after):
    return [(c.what, c.text) for c in difference(before, after).changes]


# -- what has not changed ----------------------------------------------------------------------


def test_the_same_text_has_no_difference():
    same = difference(GIFTS, GIFTS)
    assert same.is_empty and not same.is_much
    assert (same.html, same.text, same.sentence) == ("", "", "Nothing has changed.")


@pytest.mark.parametrize(
    ("old", "new"),
    {
        "broken into other lines": ("a week.\n", "a\nweek.\n"),
        "set in bold": ("worth up to", "worth **up to**"),
        "another sign before an item": ("- Coffee\n- A pen\n- L", "* Coffee\n* A pen\n* L"),
        "items in another order": ("- Coffee\n- A pen\n", "- A pen\n- Coffee\n"),
        "numbers of headings": ("## 1. Allowed", "## 7. Allowed"),
        "rows in another order": (GERMANY + FRANCE, FRANCE + GERMANY),
        "a rule between": ("> Nothing", "***\n\n> Nothing"),
    }.values(),
)  # fmt: skip
def test_what_is_only_set_otherwise_has_not_changed(old, new):
    assert old in GIFTS
    after = GIFTS.replace(old, new)
    if "7." in new:
        after = after.replace("## 2. ", "## 8. ").replace("## 3. ", "## 9. ")
    assert told(GIFTS, after) == []


def test_a_section_that_moved_as_a_whole_has_not_changed():
    allowed = GIFTS[GIFTS.index("## 1.") : GIFTS.index("## 2.")]
    after = GIFTS.replace(allowed, "") + "\n" + allowed
    after = after.replace("## 2.", "## 1.").replace("## 3.", "## 2.")
    after = after.replace("## 1. Allowed", "## 3. Allowed")
    assert told(GIFTS, after) == []


@pytest.mark.parametrize("head", ["3.2 ", "§ 4 ", "Section 4: ", "4) "])
def test_counting_on_by_another_number_is_no_change(head):
    number = re.search(r"\d(?=\D*$)", head)[0]

    def numbered(first):
        heads = [head.replace(number, str(first + n)) for n in range(3)]
        return "\n\n".join(
            f"## {h}{w}\n\n{w}." for h, w in zip(heads, ("Cash", "Cars", "Pens"), strict=True)
        )

    assert told(numbered(2), numbered(5)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## 3 days of notice", "## 5 days of notice"),
        ("## Day 1: laptop\n\n## Day 2: desk", "## Day 2: laptop\n\n## Day 3: desk"),
        ("1.5 percent of pay\n\n1.6 percent of it", "2.5 percent of pay\n\n2.6 percent of it"),
        ("Within 2 weeks", "Within 3 weeks"),
        ("## 4. May", "## 5. May"),
    ],
)  # fmt: skip
def test_a_number_that_says_something_is_not_taken_for_one_that_counts(old, new):
    whole = difference(old, new)
    assert len(whole.changes) == len(clauses(old))


# -- what has changed --------------------------------------------------------------------------


def test_the_words_that_went_and_came_stand_in_their_sentence():
    (change,) = difference(GIFTS, GIFTS.replace("50 euro", "75 euro")).changes
    assert (change.what, change.path, change.leads) == ("changed", ("Gifts",), ())
    assert change.text == (
        "You may accept a gift worth up to [-50-] {+75+} euro, if you tell your manager within a "
        "week."
    )
    assert "worth up to <del>50</del> <ins>75</ins> euro, if" in change.html


def test_a_renamed_heading_is_a_change_and_what_stands_under_it_is_none():
    assert told(GIFTS, GIFTS.replace("2. Forbidden", "2. Not allowed")) == [
        ("changed", "2. [-Forbidden-] {+Not allowed+}")
    ]


def test_what_is_new_and_what_is_gone_is_told_in_its_place():
    after = GIFTS.replace("- A pen\n", "").replace("2. a car\n", "2. a car\n3. a house\n")
    after = after.replace("Ask Legal.", "Ask Legal.\n\nThey answer in two days.")
    found = difference(GIFTS, after).changes
    assert [(c.what, c.text, c.path[-1], c.leads) for c in found] == [
        ("removed", "A pen", "1. Allowed", ()),
        ("added", "a house", "2. Forbidden", ("You must never take:",)),
        ("added", "They answer in two days.", "3. Questions", ()),
    ]
    assert '<ol start="3"><li><ins>a house</ins></li></ol>' in found[1].html
    assert "<ul><li><del>A pen</del></li></ul>" in found[0].html


def test_a_row_is_told_under_the_head_of_its_table():
    (change,) = difference(GIFTS, GIFTS.replace("| France | 60 |", "| France | 65 |")).changes
    assert change.text == "France | [-60-]{+65+}"
    assert change.html == (
        "<table><thead><tr><th>Country</th><th>Limit</th></tr></thead><tbody><tr><td>France</td>"
        "<td><del>60</del><ins>65</ins></td></tr></tbody></table>"
    )


def test_a_new_column_changes_each_row():
    wider = re.sub(r"^(\|.*\|)$", r"\1 x |", GIFTS, flags=re.M).replace(
        "|---|---| x |", "|---|---|---|"
    )
    assert len(difference(GIFTS, wider).changes) == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("> Nothing is free.", "> Nothing is for free."),
        ("Ask Legal.", "Ask [Legal](https://legal.example)."),
        ("Ask Legal.", "    Ask Legal."),
        ("a gift", "an gift"),
        ("week.", "week?"),
        ("Coffee", "coffee"),
    ],
)
def test_one_clause_in_which_anything_is_read_otherwise_is_told(old, new):
    found = difference(GIFTS, GIFTS.replace(old, new, 1))
    assert {c.clause.text for c in found.changes} & {
        c.text for c in clauses(GIFTS.replace(old, new, 1))
    }
    assert 1 <= len(found.changes) <= 2


def test_where_a_link_leads_is_told_because_nobody_sees_it():
    one, other = "See [there](https://a.example/).", "See [there](https://b.example/)."
    (change,) = difference(one, other).changes
    assert change.text == ("See [-there (https://a.example/)-] {+there (https://b.example/)+}.")


def test_an_item_that_now_stands_in_another_list_is_told_because_it_means_something_else():
    after = GIFTS.replace("- A pen\n", "").replace("2. a car\n", "2. a car\n3. A pen\n")
    (change,) = difference(GIFTS, after).changes
    assert (change.what, change.text) == ("moved", "A pen")
    assert change.label == "Moved: it stood under “1. Allowed”"
    assert change.leads == ("You must never take:",)


def test_a_line_put_above_a_list_is_told_with_the_items_it_now_governs():
    after = GIFTS.replace("- Coffee", "Only from friends:\n\n- Coffee")
    assert told(GIFTS, after) == [
        ("added", "Only from friends:"),
        ("moved", "Coffee"),
        ("moved", "A pen"),
        ("moved", "Lunch up to 20 euro"),
    ]


def test_the_same_words_in_many_places_are_told_where_they_changed():
    def table(*cells):
        return "| Who | Says |\n|---|---|\n" + "".join(f"| {c} | Yes |\n" for c in cells)

    before = f"# A\n\nAsk Legal.\n\n# B\n\nAsk Legal.\n\n# C\n\nAsk Legal.\n\n{table('x', 'y')}"
    after = before.replace("# B\n\nAsk Legal.", "# B\n\nAsk HR.")
    (change,) = difference(before, after).changes
    assert (change.path, change.text) == (("B",), "Ask [-Legal-] {+HR+}.")


def test_words_of_the_page_are_counted():
    after = GIFTS.replace("50 euro", "75 euro").replace("- A pen\n", "") + "\nNew here.\n"
    found = difference(GIFTS, after)
    assert found.sentence == "3 passages: 1 changed, 1 new, 1 no longer there."
    assert found.text.startswith("Gifts\nChanged: You may accept")
    assert "Gifts › 3. Questions\nNew: New here." in found.text


# -- properties --------------------------------------------------------------------------------


def unmarked(html, without):
    kept = re.sub(rf"<{without}>.*?</{without}>", "", html, flags=re.S)
    return "".join(unescape(nh3.clean(kept, tags=set())).split())


def hold(before, after):
    """Whatever the two texts: taking what is told from both leaves the same clauses."""
    found = difference(before, after)
    assert not found.is_much
    old, new = Counter(), Counter()
    for clause in clauses(before):
        old[clause.text] += 1
    for clause in clauses(after):
        new[clause.text] += 1
    for change in found.changes:
        if change.before:
            old[change.before.text] -= 1
        if change.after:
            new[change.after.text] -= 1
        if change.what == "changed" and change.after.kind not in ("row", "code"):
            was = "".join(plain(change.before.words).split())
            now = "".join(plain(change.after.words).split())
            assert unmarked(change.html, "ins") == was
            assert unmarked(change.html, "del") == now
    assert +old == +new
    return found


def blocks_of(source):
    return [block for block in re.split(r"\n\s*\n", source.strip()) if block.strip()]


def in_one_line(block):
    return re.sub(r"\s*\n\s*", " ", block)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_words_changed_at_random_are_told_and_no_others(name):
    rnd = random.Random(name)
    source = TEXTS[name]
    words = list(re.finditer(r"(?<=\s)[a-z]{3,}(?=[ ,.])", source))
    for _ in range(3):
        chosen = rnd.sample(words, k=min(rnd.randint(1, 5), len(words)))
        after = source
        for number, word in enumerate(sorted(chosen, key=lambda m: -m.start())):
            after = after[: word.start()] + f"zqx{number}" + after[word.end() :]
        found = hold(source, after)
        marked = [c.text for c in clauses(after) if "zqx" in c.text]
        assert [c.after.text for c in found.changes] == marked
        assert {c.what for c in found.changes} == {"changed"}
        assert not any("zqx" in unmarked(c.html, "ins") for c in found.changes)


def plain_blocks_of(name):
    """Paragraphs that stand alone: not lists, and nothing that leads into one."""
    return [b for b in blocks_of(TEXTS[name]) if re.match(r"[A-Z]", b) and b[-1] != ":"]


@pytest.mark.parametrize("name", [name for name in sorted(TEXTS) if len(plain_blocks_of(name)) > 1])
def test_blocks_cut_out_put_in_and_wrapped_at_random_are_told_and_no_others(name):
    rnd = random.Random(name)
    source, plain_blocks = TEXTS[name], plain_blocks_of(name)
    for turn in range(3):
        gone = rnd.choice(plain_blocks)
        here = rnd.choice([b for b in plain_blocks if b != gone] or plain_blocks)
        wrapped = [
            re.sub(r"\s*\n\s*", " ", b) if b in plain_blocks else b for b in blocks_of(source)
        ]
        gone_flat, here_flat = (re.sub(r"\s*\n\s*", " ", b) for b in (gone, here))
        wrapped = [b for b in wrapped if b != gone_flat]
        fresh = f"Zqx {turn} wholly unheard sentences."
        if here_flat in wrapped:
            wrapped.insert(wrapped.index(here_flat) + 1, fresh)
        found = hold(source, "\n\n".join(wrapped))
        kept = {c.what: c.clause.text for c in found.changes if "Zqx" in c.clause.text}
        removed = [c.before.text for c in found.changes if c.what == "removed"]
        assert removed == [clauses(gone)[0].text] or here == gone
        assert kept in ({"added": fresh}, {})
        assert {c.what for c in found.changes} <= {"added", "removed"}


@pytest.mark.parametrize("seed", range(25))
def test_texts_shuffled_and_mixed_at_random_lose_no_clause(seed):
    rnd = random.Random(seed)
    one, other = (blocks_of(TEXTS[name]) for name in rnd.sample(sorted(TEXTS), 2))
    before = rnd.sample(one, len(one) // 2) + rnd.sample(other, min(6, len(other)))
    after = [block for block in before if rnd.random() > 0.2] + rnd.sample(one, min(5, len(one)))
    rnd.shuffle(after)
    before_text, after_text = "\n\n".join(before), "\n\n".join(after)
    if not difference(before_text, after_text).is_much:
        hold(before_text, after_text)


@pytest.mark.parametrize("seed", range(20))
def test_sentences_made_of_few_words_are_put_together_again(seed):
    """Where nearly everything is alike, both sentences can still be read off the difference."""
    rnd = random.Random(seed)
    one, other = (" ".join(rnd.choices("a b c d ,".split(), k=rnd.randint(1, 30))) for _ in "ab")
    hold(f"x {one}", f"x {other}")


def test_the_same_two_texts_give_the_same_bytes_in_another_process():
    """Nothing of it may hang on an order that Python does not promise."""
    import subprocess
    import sys

    program = (
        "import sys, hashlib; from portal.documents.difference import difference as d;"
        "a, b = sys.stdin.read().split('\\f');"
        "print(hashlib.sha256(d(a, b).html.encode()).hexdigest())"
    )
    after = "\n\n".join(reversed(blocks_of(GIFTS.replace("euro", "dollar"))))
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=f"{GIFTS}\f{after}",
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(CONTENT.parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(hashes) == 1


# -- hostile and large -------------------------------------------------------------------------


@pytest.mark.parametrize("source", [*MARKUP, *(f"[x]({scheme})" for scheme in SCHEMES)])
def test_nothing_that_runs_is_in_a_difference(source):
    """The page's own tags and classes apart, the sanitizer finds nothing to take away."""
    tags = set(
        "div section h3 p ins del strong em code a ul ol li blockquote pre table thead tbody tr th "
        "td br".split()
    )
    more = f"words\n\n{source}"
    for html in (difference("words", more).html, difference(source, "words").html):
        clean = nh3.clean(
            html,
            tags=tags,
            attributes={"*": {"class"}, "div": {"hx-ignore"}, "ol": {"start"}, "a": {"href"}},
            url_schemes={"http", "https", "mailto"},
        )
        assert flat(clean) == flat(str(html))


def flat(html):
    return "".join(unescape(html).replace('hx-ignore=""', "hx-ignore").split())


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_text_is_compared_or_refused_in_time(name):
    began = time.process_time()
    for before, after in ((GIFTS, COSTLY[name]), (COSTLY[name], COSTLY[name][:-2] + "zz")):
        try:
            difference(before, after)
        except text.TooComplex:
            pass
    assert time.process_time() - began < 5


def words_at_random(seed, blocks, words):
    rnd = random.Random(seed)
    stock = ["".join(rnd.choices("abcdefgh", k=rnd.randint(2, 8))) for _ in range(2_000)]
    return ["- " + " ".join(rnd.choices(stock, k=words)) for _ in range(blocks)]


@pytest.mark.parametrize(
    ("blocks", "words"), [(900, 40), (8, 4_500), (2_400, 1), (2_400, 6)], ids=str
)
def test_two_large_texts_without_anything_in_common_are_told_as_much_in_time(blocks, words):
    drawn = [
        text.render_markdown("\n\n".join(words_at_random(seed, blocks, words))) for seed in (1, 2)
    ]
    began = time.process_time()
    found = difference_of(*drawn)
    assert time.process_time() - began < 6
    assert found.is_much and not found.changes and not found.is_empty
    assert found.html == "" and found.sentence == "Much has changed: please read the full text."


def test_a_few_changes_in_a_large_text_are_told_in_time():
    before = words_at_random(1, 900, 40)
    after = [b.replace(" ", " zqx ", 2) if n % 90 == 7 else b for n, b in enumerate(before)]
    after.insert(400, "- an item that was not there")
    drawn = [text.render_markdown("\n\n".join(each)) for each in (before, after)]
    began = time.process_time()
    found = difference_of(*drawn)
    assert time.process_time() - began < 2
    assert [c.what for c in found.changes].count("changed") == 10
    assert len(found.changes) == 11


def test_a_few_words_said_thousands_of_times_are_compared_in_time():
    one, other = "a b " * 7_000, "b a " * 7_000
    began = time.process_time()
    difference_of(*(text.render_markdown("\n\n".join([each] * 8)) for each in (one, other)))
    assert time.process_time() - began < 5
