"""Texts that would cost too much, and texts that would run."""

import re
import time
from html import unescape
from typing import Any

import pytest

from portal.checklists.models import Checklist
from portal.documents.models import Document, Draft, Revision
from tests.documents.conftest import page_source

BASE = "/documents/page/welcome"
# Of the processor, for two requests: far below what an unguarded parser needs.
SECONDS = 4

COSTLY = {
    "1 MB of words": "word " * 200_000,
    "a list 300 deep": "\n".join("  " * n + "- x" for n in range(300)),
    "a quote 300 deep": "> " * 300 + "x",
    "20 kB of brackets": "[" * 20_000,
    "20 kB of parentheses": "[a](" * 5_000,
    "20 kB of stars": "*a **b " * 3_000,
    "20 kB of ticks": "`" * 20_000,
    "20 kB of marks": "_*" * 10_000,
    "6,000 lines": "line\n\n" * 6_000,
    "a wide table": "|" * 20_000 + "\n" + "-|" * 10_000,
    "links of links": "[a]" * 8_000,
    "tags": "<div>" * 4_000,
    "angles": "<" * 20_000,
    "images": "![" * 10_000,
    "references": "\n".join(f"[{n}]: http://x" for n in range(4_000)),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_text_is_refused_in_time_or_drawn_in_time(as_: Any, write: Any, name: str) -> None:
    write()
    helen = as_("helen")
    began = time.process_time()
    for to in ("publication", "draft"):
        data = {"source": page_source(COSTLY[name]), "version": "2"}
        answer = helen.post(f"{BASE}/{to}", data=data)
        assert answer.status_code in (422, 303, 409), (to, answer.status_code)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", ["1 MB of words", "a list 300 deep", "20 kB of brackets"])
def test_what_is_too_much_is_a_problem_and_is_not_published(
    as_: Any, write: Any, name: str
) -> None:
    write()
    data = {"source": page_source(COSTLY[name]), "version": "2"}
    answer = as_("helen").post(f"{BASE}/publication", data=data)
    assert answer.status_code == 422
    assert Revision.select().count() == 1 and not Draft.select().exists()


# -- what would run ----------------------------------------------------------------------------

SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)",
    "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "javascript&colon;alert(1)",
    "javascript&#58;alert(1)", " javascript:alert(1)", "\x01javascript:alert(1)",
    "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg/>",
    "file:///etc/passwd", "blob:x", "ms-word:ofe|u|http://x", "javascript://%0aalert(1)",
]  # fmt: skip
MARKUP = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)></iframe>", "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<form action=javascript:alert(1)><button>x</form>",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>", "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>", "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<style>@import 'javascript:alert(1)'</style>", "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<base href=//evil.example/>",
    "<p style='background:url(javascript:alert(1))'>x</p>", "<x onclick=alert(1)>x</x>",
    "<img src=`x`onerror=alert(1)>", "<<script>alert(1)//<</script>", "<scr<script>ipt>alert(1)",
    "</div><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</pre></div></main><script>alert(1)</script>", "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>", "<?xml?><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<template><script>x</script>",
    "<button hx-get='/evil' hx-trigger=load>x</button>", "<div data-hx-get=/evil>x</div>",
    "<div hx-on:click='alert(1)'>x</div>", "<hx-partial hx-target='#main'>x</hx-partial>",
    "<a name=main id=main>x</a>", "<input name=attributes>", "<img name=cookie>",
]  # fmt: skip
WRAPS = [
    "[x](<{0}>)", "[x]({0})", "![x]({0})", "<{0}>", "[x][r]\n\n[r]: {0}", "[x]({0} \"t\")",
]  # fmt: skip
TEXTS = [
    "**<b onmouseover=alert(1)>**", "`<script>alert(1)</script>`",
    "```html\n<script>1</script>\n```",
    '[x](http://x "\\" onmouseover=alert(1) y=\\"")', "[x](http://x\" onmouseover=\"alert(1))",
    "|a|\n|-|\n|<img src=x onerror=alert(1)>|", "> <script>alert(1)</script>",
    "- <script>alert(1)</script>", "# <script>alert(1)</script>", "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<http://x/\" onmouseover=alert(1)>",
    "[<img src=x onerror=alert(1)>](http://x)", "![<script>alert(1)</script>](http://x)",
    "{{7*7}} {% raw %} ${7*7}", "\u202e<script>alert(1)</script>", "<ｓcript>alert(1)</ｓcript>",
]  # fmt: skip
CORPUS = [
    *MARKUP, *TEXTS, *(wrap.format(scheme) for scheme in SCHEMES for wrap in WRAPS),
]  # fmt: skip

TAG = re.compile(r"<([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
BLANKS = "".join(map(chr, range(33)))
ATTRIBUTE = re.compile(r"([^\s=\"'<>/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
MAY_STAND = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre",
    "blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip
MAY_BE_SAID = {"href", "title", "rel", "align", "start", "class", "hx-ignore"}


def drawn(html: str) -> str:
    """The part of a page that was Markdown: from its box to the end of the article."""
    return html.partition('<div class="prose" hx-ignore>')[2].partition("</article>")[0]


def dangers(html: str) -> list[str]:
    """Tags, attributes and addresses in it that no text may have."""
    found = []
    for tag, inside in TAG.findall(html):
        if tag.lower() not in MAY_STAND:
            found.append(f"<{tag}>")
        for name, value in ATTRIBUTE.findall(inside):
            if name.lower() not in MAY_BE_SAID:
                found.append(f"{tag} {name}")
            # As browsers read it: tabs and line ends go wherever they are, the rest at the ends.
            address = unescape(value.strip("\"'")).strip(BLANKS).lower()
            address = re.sub(r"[\t\r\n]", "", address)
            scheme = re.match(r"[a-z][a-z0-9+.-]*(?=:)", address)
            if name == "href" and scheme and scheme[0] not in ("http", "https", "mailto"):
                found.append(f"{tag} href {address[:40]}")
    return found


def test_the_corpus_is_large_and_the_alarm_rings() -> None:
    assert len(CORPUS) >= 150
    for planted in (
        "<script>1</script>",
        "<p onclick=x>",
        '<a href="javascript:1">',
        "<svg/onload=1>",
    ):
        assert dangers(planted), planted
    assert dangers('<p>a <a href="https://x" rel="noopener noreferrer">b</a></p>') == []


@pytest.mark.parametrize("half", [0, 1, 2, 3])
def test_nothing_in_a_text_runs_on_the_page_in_the_preview_or_in_the_editor(
    as_: Any, write: Any, half: int
) -> None:
    """Each vector on its own in the preview; all together on the published page."""
    document = write()
    helen = as_("helen")
    vectors = CORPUS[half::4]
    for vector in vectors:
        version = str(type(document).get_by_id(document.id).edits)
        data = {"source": page_source(f"Before\n\n{vector}\n\nAfter"), "version": version}
        panes = helen.hx(f"{BASE}/draft", "panes", data=data)
        assert panes.status_code in (200, 422), vector
        if panes.status_code == 200:
            panes = helen.hx_get(f"{BASE}/panes", "panes")
            assert panes.status_code == 200, vector
            assert dangers(drawn(panes.text)) == [], vector
            assert "<script" not in panes.text.lower(), vector
    whole = page_source("\n\n".join(v for v in vectors if "\x01" not in v))
    version = str(type(document).get_by_id(document.id).edits)
    answer = helen.post(f"{BASE}/publication", data={"source": whole, "version": version})
    assert answer.status_code == 303, answer.text[:2000]
    page = as_("erin").get(BASE).text
    assert drawn(page) and dangers(drawn(page)) == []
    assert page.lower().count("<script") == as_("erin").get("/").text.lower().count("<script")
    editor = helen.get(f"{BASE}/edit").text
    assert editor.lower().count("<script") == page.lower().count("<script")


def test_what_a_plan_says_does_not_run_either(as_: Any, who: Any) -> None:
    vector = "<img src=x onerror=alert(1)>"
    body = f"## {vector}\n- [ ] {vector} @employee due:start\n      {vector}\n"
    plan = Document.start("checklist", "A plan", by=who.helen)
    plan.publish(f"---\nkind: checklist\ntitle: A plan\n---\n{body}", by=who.helen)
    running = Checklist.start(plan.current, who.nia, who.nia.hired_on, by=who.helen)
    step = running.steps.get()
    pages = [
        as_("helen").get(f"/documents/checklist/{plan.slug}").text,
        as_("helen").get(f"/checklists/{running.id}").text,
        as_("nia").get("/").text,
        as_("nia").get(f"/checklists/steps/{step.id}").text,
        as_("helen").get("/audit").text,
        as_("helen").get("/hr").text,
    ]
    for page in pages:
        assert "<img" not in page
