"""The command palette finds what one may see, best first, and nothing else."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal import db
from portal.assets import icon
from portal.audit import Event
from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.goals.models import EVERYONE, LINE, OKR, Goal
from portal.home import actions, palette
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.signing import Device
from tests import cast
from tests.competencies import written
from tests.conftest import counted
from tests.goals.conftest import counted as measured
from tests.reach import knock

HERE = [name for name in cast.NAMES if name != "lev"]
# Who looks and with what rights (3), people (1), texts meant for them (3), goals (1), openings (1),
# career tracks (1), what they owe by themselves and by a function (2), and the help of HR’s own
# (1).
MOST = 13


def found(me: Person, words: str, group: str = "") -> list[str]:
    groups = palette.find(me, words)
    return [hit.title for one in groups if group in ("", one.title) for hit in one.hits]


def page(title: str, by: Person, body: str = "Words.", audience: str = "everyone") -> Document:
    source = f"---\nkind: page\ntitle: {title}\naudience: {audience}\n---\n{body}\n"
    document = Document.start("page", title, by=by, source=source)
    document.publish(source, by=by)
    return document


# -- what is found -------------------------------------------------------------------------------


def test_people_are_found_whatever_the_accents_and_the_nearest_stand_first(who: Any) -> None:
    assert found(who.erin, "sorensen", "People") == ["Ida Sørensen"]
    assert found(who.erin, "WEISS", "People") == ["Otto Weiß"]
    assert found(who.erin, "o", "People")[:2] == ["Olga Søndergaard", "Otto Weiß"]
    # The beginning of a name before its middle.
    assert found(who.erin, "er", "People")[0] == "Erin Castellanos"
    assert found(who.erin, "castellanos erin", "People") == ["Erin Castellanos"]


def test_documents_are_found_by_title_and_by_their_words(who: Any) -> None:
    page("Travel rules", who.helen, "Take the train.")
    page("A walk", who.helen, "Travel on foot.")
    assert found(who.erin, "travel", "Documents") == ["Travel rules", "A walk"]


def test_a_goal_is_found_by_whoever_may_read_it_and_by_nobody_else(who: Any) -> None:
    for person, title, seen in (
        (who.erin, "Quieter nights", LINE),
        (who.ben, "Quieter mornings", EVERYONE),
    ):
        results = [measured("calls", 9, 5)]
        Goal.begin(
            by=person, person=person, title=title, words="", sort=OKR, visibility=seen,
            results=results,
        )  # fmt: skip
    for name in ("erin", "mara", "dora"):
        assert "Quieter nights" in found(getattr(who, name), "quieter", "Goals"), name
    for name in ("ben", "otto", "olga", "helen", "adam", "audrey"):
        assert "Quieter nights" not in found(getattr(who, name), "quieter"), name
    assert found(who.olga, "quieter", "Goals") == ["Quieter mornings"]
    assert found(who.audrey, "quieter") == []


def test_competencies_are_found_by_title_by_everybody_who_works_here(who: Any) -> None:
    written.all_of_it()
    assert "Code quality" in found(who.olga, "quality", "Competencies")
    assert found(who.audrey, "quality", "Competencies") == []


def test_own_tasks_are_found_and_nobody_elses(who: Any, running: Checklist) -> None:
    assert found(who.ida, "laptop", "Waiting for you") == ["Order the laptop — Nia Novak"]
    for name in HERE:
        if name != "ida":
            assert found(getattr(who, name), "laptop", "Waiting for you") == [], name


def test_actions_are_found_by_their_other_names(who: Any) -> None:
    assert "New starter" in found(who.helen, "hire", "Go to")
    assert "Sign out everywhere else" in found(who.erin, "lost phone", "Go to")
    assert "Me" in found(who.erin, "dark", "Go to")


def test_help_is_found_by_its_words(who: Any) -> None:
    assert "Reminders" in found(who.erin, "snooze", "Help")
    assert "New starter" not in found(who.erin, "new starter", "Help")
    assert found(who.helen, "new starter", "Help")[0] == "New starter"


def test_the_group_with_the_nearest_hit_stands_first(who: Any) -> None:
    page("People who help", who.helen)
    groups = [group.title for group in palette.find(who.erin, "people")]
    assert groups[0] == "Go to"
    assert palette.find(who.erin, "mara")[0].title == "People"


def test_without_words_one_sees_what_waits_and_where_to_go(who: Any, running: Checklist) -> None:
    groups = {
        group.title: [hit.title for hit in group.hits] for group in palette.find(who.ida, " ")
    }
    assert list(groups) == ["Waiting for you", "Go to"]
    assert groups["Waiting for you"] == ["Order the laptop — Nia Novak"]
    assert groups["Go to"][0] == "Today"


def test_rows_are_bounded(who: Any) -> None:
    with db.write():
        for n in range(30):
            Person.hire(
                by=None, name=f"Wombat {n:02}", email=f"wombat{n}@halden.example",
                starts_on=date(2024, 1, 1), details={}, role="Digger",
            )  # fmt: skip
            page(f"Wombat {n:02}", who.helen)
    for group in palette.find(who.helen, "wombat"):
        assert len(group.hits) <= palette.ROWS


def test_who_has_left_is_last_and_known_to_hr_alone(who: Any) -> None:
    hits = {hit.title: hit.note for group in palette.find(who.helen, "lev") for hit in group.hits}
    assert hits["Lev Abramov"] == "Has left"
    assert "Lev Abramov" not in found(who.mara, "lev")


# -- and nothing else ----------------------------------------------------------------------------


@pytest.fixture
def canaries(who: SimpleNamespace, running: Checklist) -> dict[str, set[str]]:
    """Words planted where few may read, and who may find each."""
    with db.write():
        planted = {
            "pronouns": "xenopron",
            "phone": "0555-PHONEX",
            "second_email": "xeprivate@home.example",
            "number": "XENUMBER",
        }
        for name, value in planted.items():
            setattr(who.erin, name, value)
        who.erin.save()
        who.otto.depart(
            by=who.helen, last_day_on=date(2026, 12, 30),
            access_ends_at=cast.NOW.replace(year=2027), reason="xereason",
        )  # fmt: skip
    page("Xesales plan", who.helen, "xesalesbody", "department = Sales")
    Document.start(
        "page", "Xedraft", by=who.helen, source="---\nkind: page\ntitle: Xedraft\n---\nxedraftbody"
    )
    Document.start("help", "Xehelp", by=who.helen, source="").publish(
        "---\nkind: help\ntitle: Xehelp\nfor: admins\n---\n## Xesection (for HR)\nxehelpbody\n",
        by=who.helen,
    )
    retired = page("Xeretired", who.helen, "xeretiredbody")
    retired.retire(by=who.helen)
    nobody: set[str] = set()
    return {
        "xenopron": nobody, "0555": nobody, "xeprivate": nobody, "xenumber": nobody,
        "xereason": nobody, "xesales": {"helen", "otto", "olga"},
        "xesalesbody": {"helen", "otto", "olga"}, "xedraft": {"helen"}, "xedraftbody": {"helen"},
        "xehelp": {"helen", "adam"}, "xehelpbody": {"helen"}, "xesection": {"helen"},
        "xeretired": {"helen"}, "lev abramov": {"helen"}, "nia novak": {"helen", "mara", "dora",
        "ben", "nia", "ida"},
    }  # fmt: skip


def test_nobody_finds_what_they_may_not_see_not_even_as_a_number(
    as_: Any, canaries: dict[str, set[str]]
) -> None:
    for name in HERE:
        client = as_(name)
        for word, may in canaries.items():
            for answer in (
                client.get("/search", query_string={"q": word}),
                client.hx_get(f"/search?q={word}", "palette-hits"),
            ):
                assert answer.status_code == 200
                nothing = 'data-said="0 results"' in answer.text
                if word in ("xeretired",) and name == "helen":
                    continue
                assert nothing == (name not in may), (name, word)


def test_an_answer_does_not_tell_hidden_from_missing(as_: Any, canaries: Any) -> None:
    erin = as_("erin")
    hidden = erin.hx_get("/search?q=xedraft", "palette-hits").text
    missing = erin.hx_get("/search?q=zedraft", "palette-hits").text
    assert hidden.replace("xedraft", "zedraft") == missing


def test_a_guest_finds_no_people(as_: Any, who: Any) -> None:
    for word in ("erin", "audrey", "e"):
        assert found(who.audrey, word, "People") == []
    assert "People" not in found(who.audrey, "", "Go to")


def test_rights_count_at_every_search(as_: Any, who: Any, move_clock: Any) -> None:
    page("Xesales plan", who.helen, audience="department = Sales")
    helen = as_("helen")
    assert "Xesales" in helen.get("/search?q=xesales").text
    Grant.get(Grant.person == who.helen).end(by=who.adam)
    move_clock(days=1)
    assert "Xesales plan" not in helen.get("/search?q=xesales").text


def test_what_is_offered_opens_and_what_is_kept_back_would_be_refused(as_: Any, who: Any) -> None:
    for name in HERE:
        client, me = as_(name), getattr(who, name)
        offered = set(actions.for_viewer(me))
        for action in actions.ACTIONS:
            if action.is_post:
                continue
            status = client.get(action.url).status_code
            assert (status == 200) == (action in offered), (name, action.title, status)


def test_every_action_has_an_icon_and_a_title_of_its_own() -> None:
    assert all(icon(action.icon) for action in actions.ACTIONS)
    titles = [action.title for action in actions.ACTIONS]
    assert len(titles) == len(set(titles))


def test_everyone_signed_in_may_search_and_a_stranger_may_not(as_: Any, stranger: Any) -> None:
    knock(as_, dict.fromkeys(HERE, 200), "/search", nowhere="/nothing")
    assert stranger.get("/search?q=a").status_code == 303


def test_whoever_came_by_a_pass_finds_neither_search_nor_help(
    stranger: Any, who: Any, running: Checklist
) -> None:
    with db.write():
        given = Pass.give(who.nia, "welcome", by=who.helen, days=20)
    token = Device.sign_in(who.nia, how="pass", agent="pytest", address="", given=given)
    with stranger.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    welcome = stranger.get("/welcome")
    assert welcome.status_code == 200
    assert "/search" not in welcome.text and "/help" not in welcome.text
    for address in ("/search?q=erin", "/help", "/help/today"):
        assert stranger.get(address).status_code == 404, address


# -- odd input, cost -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["'", '"', "%", "_", "\\", "* OR 1", '"a', "a AND", "NEAR(", "<svg onload=alert(1)>", "{{7*7}}",
     "x" * 5000, "é" * 300, "\u202e", "🦘", "a " * 400, "\t\n", "-", "()", ":", "^"],
)  # fmt: skip
def test_any_words_are_answered(as_: Any, words: str) -> None:
    erin = as_("erin")
    for answer in (
        erin.get("/search", query_string={"q": words}),
        erin.get("/search", query_string={"q": words}, headers={"HX-Request-Type": "partial"}),
    ):
        assert answer.status_code == 200
        assert "<svg onload" not in answer.text
        assert 'data-query="49"' not in answer.text


def test_what_no_database_can_hold_is_refused(as_: Any) -> None:
    assert as_("erin").get("/search?q=%00").status_code == 400
    assert as_("erin").get("/search?q=%ff%fe%ed%a0%80").status_code == 200


def test_a_percent_sign_means_itself(who: Any) -> None:
    assert found(who.erin, "%", "People") == []
    assert found(who.erin, "_", "People") == []


def test_an_answer_asks_the_database_a_handful_of_times(
    as_: Any, who: Any, running: Checklist
) -> None:
    for n in range(8):
        page(f"Travel {n}", who.helen, audience="department = Engineering")
    for name in ("helen", "mara", "ida", "nia", "adam", "audrey"):
        client = as_(name)
        for words in ("", "e", "travel", "mara"):
            client.hx_get(f"/search?q={words}", "palette-hits")
            with counted() as seen:
                assert client.hx_get(f"/search?q={words}", "palette-hits").status_code == 200
            assert len(seen) <= MOST, (name, words, len(seen), seen)


def test_searching_leaves_no_trace(as_: Any, who: Any) -> None:
    erin = as_("erin")
    events = Event.select().count()
    erin.get("/search?q=mara")
    assert Event.select().count() == events


# -- the page ------------------------------------------------------------------------------------


def test_the_page_has_headings_and_links_and_the_palette_a_listbox(as_: Any) -> None:
    erin = as_("erin")
    whole = erin.get("/search?q=mara").text
    part = erin.hx_get("/search?q=mara", "palette-hits").text
    assert '<h2 class="hits__title">People</h2>' in whole and 'role="option"' not in whole
    assert 'role="listbox"' in part and 'role="option"' in part and "<html" not in part
    assert 'value="mara"' in whole and 'data-query="mara"' in part


def test_nothing_found_says_what_to_do(as_: Any) -> None:
    assert "Nothing you may see is called “qqqq”" in as_("erin").get("/search?q=qqqq").text


def test_the_search_stands_on_every_page_with_its_key(as_: Any) -> None:
    home = as_("erin").get("/").text
    assert 'href="/search" data-opens="palette"' in home and 'id="palette"' in home
    assert 'data-go="p"' in home and 'data-go="c"' not in home
    assert 'data-go="c"' in as_("mara").get("/").text


def test_single_keys_can_be_switched_off(as_: Any, who: Any) -> None:
    erin = as_("erin")
    assert "data-keys" not in erin.get("/").text
    erin.post("/me", data={"zone": "Europe/Berlin", "theme": "auto"})
    assert '<body class="shell" data-keys="off">' in erin.get("/").text
    erin.post("/me", data={"zone": "Europe/Berlin", "theme": "auto", "shortcuts": "y"})
    assert "data-keys" not in erin.get("/").text
