"""Help: every screen has its page, everyone reads theirs, and HR can put their own words there."""

from typing import Any

import pytest
from flask import Flask

from portal import db
from portal.documents.models import Document, check
from portal.home import access, guide
from portal.home.models import HelpCopy
from portal.people.models import Person
from tests import cast
from tests.conftest import counted
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]

# Answers to a GET that are no screen: fragments, files, redirects, and what machines ask for.
NO_SCREEN = {
    "assets.hue", "assets.serve", "frame.health", "home.design",
    "checklists.suggest", "documents.show_panes", "documents.download", "documents.export",
    "feedback.suggest", "feedback.export", "reviews.suggest_nominees",
    "compliance.export_figures", "compliance.export_calendar",
    "metrics.export_figures", "metrics.export_page",
    "checklists.export_out", "checklists.export_productivity", "checklists.fetch_event",
    "checklists.fetch_proof",
    "people.show_effect", "people.show_branch", "questionnaires.draft_key",
    "questionnaires.download_answers", "certificates.download", "personnel.download",
    "incidents.download", "goals.export", "goals.export_log", "goals.show_branch",
    "sessions.download", "learning.download_practice", "learning.show_file",
    "learning.export_record", "competencies.export_matrix",
    "competencies.suggest",
    "uploads.show",
    "home.show_help", "home.show_help_page",
    "evidence.download_as_of", "evidence.fetch_pack", "evidence.fetch_verifier", "scorm.fetch",
    "scorm.show_contents", "scorm.preview_contents",
}  # fmt: skip
# What stands outside the frame: whoever is here is not signed in, so the page explains itself.
OUTSIDE = {
    "people.sign_in", "people.enter_code", "people.open_link", "assignments.open_snooze",
    "people.open_pass", "assignments.fetch_calendar", "compliance.fetch_compliance_calendar",
    "personnel.mine",
}  # fmt: skip

OWN = """---
kind: help
title: {title}
summary: How we do it in Berlin
topic: People
for: {readers}
screens: people.index
---
Ask the wombat first.

## Only for some (for HR)
The wombat is called Kiki.
"""


def own_page(slug: str, by: Person, title: str = "Today here", readers: str = "everyone") -> Any:
    source = OWN.format(title=title, readers=readers)
    document = Document.named("help", slug) or Document.start(
        "help", title, by=by, slug=slug, source=source
    )
    document.publish(source, by=by)
    return document


# -- what ships ----------------------------------------------------------------------------------


def test_every_screen_has_its_page_of_help(app: Flask) -> None:
    """Whoever adds a screen names it in the front matter of a page in `content/help/`."""
    screens = {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
    } - (NO_SCREEN | OUTSIDE)
    assert screens - guide.screens() == set(), "screens that no page of help explains"
    named = {name for page in guide.shipped().values() for name in (*page.screens, *page.also)}
    assert named - screens == set(), "screens that are explained and do not exist"


def test_a_screen_is_explained_by_one_page(app: Flask) -> None:
    named = [name for page in guide.shipped().values() for name in page.screens]
    assert sorted(named) == sorted(set(named))


def test_every_page_says_what_it_helps_with_and_stands_under_a_topic() -> None:
    for page in guide.shipped().values():
        assert page.title and page.summary, page.slug
        assert page.topic in guide.TOPICS, page.slug
        assert page.readers <= set(access.READERS), page.slug


def test_pages_have_no_mistakes_that_the_editor_would_show(app: Flask) -> None:
    found = {
        page.slug: [problem.message for problem in check("help", page.source).problems]
        for page in guide.shipped().values()
    }
    assert {slug: problems for slug, problems in found.items() if problems} == {}


def test_everyone_reads_the_pages_written_for_them_and_hr_reads_all(as_: Any, who: Any) -> None:
    for name in HERE:
        client, roles = as_(name), access.roles_of(getattr(who, name))
        index = client.get("/help").text
        for slug, page in guide.shipped().items():
            may = bool(roles & page.readers) or name == "helen"
            assert (f'href="/help/{slug}"' in index) == (may or slug == "shortcuts"), (name, slug)
            assert client.get(f"/help/{slug}").status_code == (200 if may else 404), (name, slug)


def test_links_between_the_pages_lead_somewhere(as_: Any) -> None:
    helen = as_("helen")
    for slug in guide.shipped():
        page = helen.get(f"/help/{slug}").text
        prose = page[page.index('class="prose"') :]
        for href in {part.split('"')[0] for part in prose.split('href="')[1:]}:
            if href.startswith("/help"):
                assert helen.get(href).status_code == 200, (slug, href)


def test_a_page_for_everyone_leads_nobody_to_one_they_may_not_read() -> None:
    """A link in a text for all to a page for HR would be a dead end for most."""
    everyone = frozenset({"everyone"})
    for slug, page in guide.shipped().items():
        if "everyone" not in page.readers:
            continue
        drawn = str(page.drawn_for(everyone))
        for part in drawn.split('href="/help/')[1:]:
            target = part.split('"')[0].split("#")[0]
            assert "everyone" in guide.shipped()[target].readers, (slug, target)


def test_what_is_no_page_does_not_exist(as_: Any) -> None:
    erin = as_("erin")
    nothing = erin.get("/nothing")
    for slug in ("nothing", "..%2Fpages%2Fwelcome", "needs-hr", "x" * 3000):
        assert erin.get(f"/help/{slug}").data == nothing.data


# -- beside a screen -----------------------------------------------------------------------------


def test_each_screen_leads_to_its_page(as_: Any, who: Any) -> None:
    helen = as_("helen")
    for address, slug in (
        ("/", "today"), ("/people", "people"), ("/hr", "needs-hr"), ("/me", "me"),
        (f"/people/{who.erin.id}", "people"), ("/documents/new", "writing-documents"),
    ):  # fmt: skip
        page = helen.get(address).text
        assert f'href="/help/{slug}?screen=' in page, address
        assert "data-helps" in page


def test_a_refused_form_keeps_the_help_of_its_screen(as_: Any) -> None:
    page = as_("erin").post("/me", data={"zone": ""})
    assert page.status_code == 422
    assert 'href="/help/me?screen=people.me"' in page.text


def test_where_no_page_is_for_the_viewer_help_leads_to_the_index(as_: Any, who: Any) -> None:
    assert guide.address_for("home.hr", who.erin) == "/help"
    assert guide.address_for("nothing.here", who.helen) == "/help"
    assert 'href="/help" data-helps' in as_("erin").get("/nothing").text


def test_help_needs_no_help(as_: Any) -> None:
    erin = as_("erin")
    assert "data-helps" not in erin.get("/help").text + erin.get("/help/today").text


def test_the_panel_gets_the_page_without_a_frame(as_: Any) -> None:
    erin = as_("erin")
    panel = erin.hx_get("/help/people?screen=people.show", "help-body").text
    assert 'id="help-page"' in panel and "<html" not in panel
    assert "More on this screen" in panel and 'href="/help/papers"' in panel
    index = erin.hx_get("/help", "help-body").text
    assert 'id="help-index"' in index and "<html" not in index
    page = erin.get("/help/people?screen=people.show").text
    assert "<html" in page and 'href="/help/papers"' in page


def test_strange_words_in_the_address_do_no_harm(as_: Any) -> None:
    erin = as_("erin")
    for screen in ("x" * 5000, "<script>", "%00", "%ff%fe", "people.show&screen=home.today"):
        answer = erin.get(f"/help/people?screen={screen}")
        assert answer.status_code in (200, 400)
        assert "<script>" not in answer.text


def test_help_asks_for_nothing_but_the_frame(as_: Any) -> None:
    for name, most in (("erin", 6), ("helen", 8)):
        client = as_(name)
        for address in ("/help", "/help/today?screen=home.today"):
            client.get(address)
            with counted() as seen:
                client.get(address)
            assert len(seen) <= most, (name, address, len(seen))


# -- sections ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "roles", "is_shown"),
    [
        ("## Secret (for HR)", {"everyone"}, False),
        ("## Secret (for HR)", {"everyone", "hr"}, True),
        ("## Secret (for managers)", {"everyone", "manager"}, True),
        ("## Secret (for managers)", {"everyone", "admin"}, False),
        ("## Secret (for auditors and admins)", {"everyone", "admin"}, True),
        ("## Secret (for the first week)", {"everyone"}, True),
    ],
)
def test_a_section_is_shown_to_those_it_is_for(
    heading: str, roles: set[str], is_shown: bool
) -> None:
    body = f"Above\n\n{heading}\nWombat\n\n### Below\nKoala\n\n## After\nEmu"
    source = f"---\nkind: help\ntitle: T\n---\n{body}"
    page = guide.page_of("t", source)
    drawn = str(page.drawn_for(frozenset(roles)))
    assert "Above" in drawn and "Emu" in drawn
    assert ("Wombat" in drawn) == ("Koala" in drawn) == is_shown
    assert ("wombat" in page.words_for(frozenset(roles))) == is_shown


def test_a_heading_in_an_example_is_no_section() -> None:
    page = guide.page_of("t", "---\ntitle: T\n---\n```\n## Not one (for HR)\n```\nEmu")
    assert "Not one" in str(page.drawn_for(frozenset({"everyone"})))


# -- HR's own words --------------------------------------------------------------------------------


def test_hr_begins_with_the_shipped_words_and_everyone_reads_theirs(as_: Any) -> None:
    helen = as_("helen")
    answer = helen.post("/help/today/edit")
    assert answer.headers["Location"] == "/documents/help/today/edit"
    document = Document.named("help", "today")
    assert document and document.draft().source == guide.shipped()["today"].source
    assert "The button on the line does it" in as_("erin").get("/help/today").text
    own_page("today", cast.person("helen"))
    page = as_("erin").get("/help/today").text
    assert "wombat first" in page and "The button on the line" not in page
    assert "Your own text" in helen.get("/help").text
    assert "Your own text" not in as_("erin").get("/help").text


def test_pressing_edit_twice_goes_on_with_the_same_text(as_: Any) -> None:
    helen = as_("helen")
    for _ in range(2):
        helen.post("/help/today/edit")
    assert Document.select().where(Document.kind == "help").count() == 1


def test_retiring_returns_to_the_shipped_text_and_editing_begins_with_it_again(
    as_: Any, who: Any
) -> None:
    helen = as_("helen")
    helen.post("/help/today/edit")
    own_page("today", who.helen)
    helen.post("/documents/help/today/retirement")
    assert "wombat" not in as_("erin").get("/help/today").text
    helen.post("/help/today/edit")
    document = Document.named("help", "today")
    assert document and document.draft().source == guide.shipped()["today"].source


def test_a_page_of_their_own_stands_in_the_index_for_those_it_is_for(as_: Any, who: Any) -> None:
    own_page("wombats", who.helen, "Of wombats", readers="managers")
    assert "Of wombats" in as_("mara").get("/help").text
    assert as_("mara").hx_get("/help/people?screen=people.index", "x").text.count("Of wombats") == 1
    assert "Of wombats" not in as_("erin").get("/help").text
    assert "Of wombats" not in as_("erin").hx_get("/help/people?screen=people.index", "x").text
    assert as_("erin").get("/help/wombats").status_code == 404
    assert "Kiki" not in as_("mara").get("/help/wombats").text
    assert "Kiki" in as_("helen").get("/help/wombats").text


def test_help_of_hr_stands_in_nobodys_library_but_theirs(as_: Any, who: Any) -> None:
    own_page("wombats", who.helen, "Of wombats")
    table = dict.fromkeys(HERE, 404) | {"helen": 200}
    knock(as_, table, "/documents/help/wombats", nowhere="/documents/help/nothing")
    assert "Of wombats" not in as_("erin").get("/documents").text
    assert "Of wombats" in as_("helen").get("/documents").text


def test_the_editor_says_what_it_does_not_understand(as_: Any, who: Any) -> None:
    source = OWN.format(title="T", readers="wombats").replace("people.index", "people.indx")
    said = {problem.message: problem.level for problem in check("help", source).problems}
    assert any("Nobody is called “wombats”" in words for words in said)
    assert (
        said["There is no screen called “people.indx”. Did you mean “people.index”?"] == "warning"
    )


def test_the_editor_shows_help_as_it_will_be_read(as_: Any) -> None:
    helen = as_("helen")
    helen.post("/help/today/edit")
    page = helen.get("/documents/help/today/edit").text
    assert '<div class="prose"' in page and "the first page after you sign in" in page


def test_only_hr_changes_help(as_: Any, who: Any) -> None:
    refused = dict.fromkeys([name for name in HERE if name != "helen"], 403)
    knock(as_, refused | {"helen": 303}, "/help/today/edit", data={}, nowhere="/help/no/edit")
    knock(as_, refused, "/help/today/catching-up", data={}, nowhere="/help/no/catching-up")
    knock(as_, refused | {"helen": 200}, "/help/today/changes", nowhere="/help/no/changes")
    # For a page that is not theirs to read there is nothing to be refused.
    knock(as_, {"erin": 404, "mara": 404}, "/help/needs-hr/edit", data={}, nowhere="/help/no/edit")


# -- updates -------------------------------------------------------------------------------------


@pytest.fixture
def updated(as_: Any, who: Any) -> HelpCopy:
    """HR's own text of Today, and an update of the portal that brought another one since."""
    as_("helen").post("/help/today/edit")
    own_page("today", who.helen)
    copy = HelpCopy.of("today")
    assert copy
    with db.write():
        copy.shipped = copy.shipped.replace("The button on the line does it.", "Old words.")
        copy.save()
    return copy


def test_an_update_of_the_shipped_text_is_told_to_hr_with_the_difference(
    as_: Any, updated: HelpCopy
) -> None:
    helen, erin = as_("helen"), as_("erin")
    assert "The shipped text changed" in helen.get("/help").text
    assert "See what changed" in helen.get("/help/today").text
    assert "see what changed" in helen.get("/documents/help/today/edit").text
    page = helen.get("/help/today/changes").text
    assert "Old words." in page and "The button on the line does it." in page
    for address in ("/help", "/help/today"):
        page = erin.get(address).text
        assert "shipped text changed" not in page and "See what changed" not in page


def test_hr_keeps_their_text_and_is_not_told_again(as_: Any, updated: HelpCopy) -> None:
    helen = as_("helen")
    assert helen.post("/help/today/catching-up").status_code == 303
    assert "The shipped text changed" not in helen.get("/help").text
    assert "wombat" in as_("erin").get("/help/today").text
    # A second press finds nothing to do.
    assert helen.post("/help/today/catching-up").status_code == 303


def test_what_nobody_copied_has_no_changes_to_show(as_: Any) -> None:
    helen = as_("helen")
    assert helen.get("/help/today/changes").status_code == 404
    assert helen.post("/help/today/catching-up").status_code == 404


def test_a_draft_thrown_away_leaves_nothing_behind(as_: Any) -> None:
    helen = as_("helen")
    helen.post("/help/today/edit")
    helen.post("/documents/help/today/draft/discarding")
    assert Document.named("help", "today") is None
    assert HelpCopy.select().count() == 0
