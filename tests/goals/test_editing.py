"""Two who change a goal at once, what is sent twice, and what hangs on what."""

import re
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.audit import Event
from portal.goals import shares
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import (
    EVERYONE,
    GIVEN,
    LINE,
    CircleError,
    Conflict,
    Goal,
    KeyResult,
    Measured,
)
from tests.goals.conftest import counted


@pytest.fixture
def typed(filled: Any) -> Any:
    """What a form sends that changes a goal made by `goal()`: its key result with it."""

    def form(goal: Goal, **changed: Any) -> dict[str, Any]:
        (row,) = goal.results()
        said = {
            "title": goal.title, "words": goal.words, "period": goal.period, "ends_on": "",
            "id_1": row.id, "title_1": row.title, "start_1": "9", "target_1": "5",
            "visibility": "line", "version": goal.version,
        }  # fmt: skip
        return filled(**said | changed)

    return form


# -- two at once -------------------------------------------------------------------------------


def test_of_two_who_edit_at_once_neither_overwrites_the_other(
    as_: Any, who: Any, goal: Any, typed: Any
) -> None:
    made = goal(who.erin, by=who.mara)
    page = as_("mara").get(f"{made.url}/edit").text
    assert '<input type="hidden" id="version" name="version" value="0">' in page
    hers = typed(made, title="Erin’s words", words="Hers\r\nalone")
    assert as_("erin").post(f"{made.url}/edit", data=hers).status_code == 303
    his = typed(made, title="Mara’s words", target_1="4")
    his.pop("visibility")
    answer = as_("mara").post(f"{made.url}/edit", data=his)
    assert answer.status_code == 409 and "Erin Castellanos changed it meanwhile" in answer.text
    for said in ('value="Mara’s words"', 'value="4"', ">Erin’s words<", ">Hers\nalone<",
                 "customers who leave, from 9 to 5 %", 'name="version" value="1"'):  # fmt: skip
        assert said in answer.text, said
    assert Goal.get_by_id(made.id).title == "Erin’s words"
    again = as_("mara").post(f"{made.url}/edit", data=his | {"version": "1"})
    assert again.status_code == 303
    made = Goal.get_by_id(made.id)
    assert (made.title, made.version, made.changed_by) == ("Mara’s words", 2, who.mara)
    assert "Mara Okafor, " in as_("erin").get(made.url).text


def test_the_same_form_sent_twice_is_saved_once(
    as_: Any, who: Any, goal: Any, typed: Any, filled: Any
) -> None:
    made = goal(who.erin)
    for _ in range(2):
        answer = as_("erin").post(f"{made.url}/edit", data=typed(made, title="New words"))
        assert answer.status_code == 303
    assert Goal.get_by_id(made.id).version == 1
    for _ in range(2):
        location = as_("erin").post("/goals/new", data=filled()).location
    assert Goal.select().where(Goal.title == "Customers stay").count() == 1
    assert location.endswith(Goal.get(Goal.title == "Customers stay").url)


def test_a_line_noted_twice_stands_once_in_the_log(as_: Any, who: Any, goal: Any) -> None:
    served, client = goal(who.erin), as_("erin")
    for _ in range(3):
        assert client.post("/goals/log", data={"text": "Sent it."}).status_code == 303
    (line,) = Accomplishment.select()
    assert Event.select().where(Event.tag == "accomplishment.noted").count() == 1
    # Another day, another goal, another person, or taken out before: that is another line.
    client.post("/goals/log", data={"text": "Sent it.", "on": "2026-10-01"})
    client.post("/goals/log", data={"text": "Sent it.", "goal": str(served.id)})
    Accomplishment.note("Sent it.", by=who.ben)
    line.remove(by=who.erin)
    client.post("/goals/log", data={"text": "Sent it."})
    assert Accomplishment.select().count() == 5


def test_opening_a_goal_is_a_change_that_no_older_form_takes_back(
    as_: Any, who: Any, goal: Any, typed: Any
) -> None:
    made, client = goal(who.erin, by=who.mara), as_("erin")
    old = typed(made, title="Typed for long")
    client.post(f"{made.url}/opening")
    answer = client.post(f"{made.url}/edit", data=old)
    assert answer.status_code == 409 and "You changed it meanwhile" in answer.text
    assert Goal.get_by_id(made.id).visibility == EVERYONE
    client.post(f"{made.url}/opening")
    assert Goal.get_by_id(made.id).version == 1, "it was open already"
    made = Goal.get_by_id(made.id)
    made.show_to(LINE, by=who.erin)
    made.change(by=who.erin, results=[], title="Shown, then changed")
    assert Goal.get_by_id(made.id).version == 3


def test_a_goal_that_ended_meanwhile_keeps_what_was_typed(
    as_: Any, who: Any, goal: Any, typed: Any
) -> None:
    made = goal(who.erin, by=who.mara)
    made.end("met", "", by=who.mara)
    client = as_("erin")
    edited = client.post(f"{made.url}/edit", data=typed(made, title="Typed for long"))
    said = {"state": "off", "sentence": "Typed for long"}
    ended = {"outcome": "missed", "said": "Typed for long"}
    for answer in (
        edited,
        client.post(f"{made.url}/check-ins", data=said),
        client.hx(f"{made.url}/check-ins", f"goal-{made.id}", data=said | {"origin": "list"}),
        client.post(f"{made.url}/ending", data=ended),
    ):
        assert answer.status_code == 409
        assert "It has ended meanwhile" in answer.text and "Typed for long" in answer.text
    assert Goal.get_by_id(made.id).outcome == "met" and CheckIn.select().count() == 0


def test_a_key_result_taken_out_meanwhile_stops_no_check_in(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin, results=[counted("calls", 0, 10), counted("visits", 0, 4)])
    calls, visits = made.results()
    made.change(by=who.erin, results=[Measured("calls", "", 0, 10, "up", calls.id)])
    said = {"state": "on_track", f"value_{calls.id}": "4", f"value_{visits.id}": "3"}
    assert as_("erin").post(f"{made.url}/check-ins", data=said).status_code == 303
    assert [KeyResult.get_by_id(row.id).current for row in (calls, visits)] == [4, 0]


def test_a_tap_too_many_is_one_check_in(as_: Any, who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin)
    (row,) = made.results()
    for _ in range(2):
        tap = {"state": "on_track", f"value_{row.id}": "7"}
        assert as_("erin").post(f"{made.url}/check-ins", data=tap).status_code == 303
    assert len(CheckIn.of(made)) == 1
    move_clock(minutes=1)
    CheckIn.say(made, "on_track", by=who.erin)
    assert len(CheckIn.of(made)) == 2


def test_what_was_said_of_an_end_waits_for_the_next_one(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin)
    made.end("partly", "A long story.", by=who.erin)
    made.reopen(by=who.erin)
    page = as_("erin").get(made.url).text
    assert "“A long story.”" not in page and 'value="A long story."' in page


def test_what_is_changed_for_somebody_is_named_as_it_is_now(who: Any, goal: Any) -> None:
    made = goal(who.erin, by=who.mara)
    made.change(by=who.mara, results=[], title="In other words")
    (duty,) = Assignment.select().where(Assignment.kind == GIVEN)
    assert duty.title == "Look at a goal Mara Okafor has changed: In other words"


# -- drafts on the device ----------------------------------------------------------------------


def _drafts(page: str, attribute: str = "data-draft") -> set[str]:
    return set(re.findall(rf'{attribute}="([^"]+)"', page))


def test_whatever_is_typed_for_a_goal_has_a_draft(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin)
    check_in, end = f"check-in-{made.id}", f"goal-end-{made.id}"
    pages = {
        "/goals": {check_in},
        f"/goals/people/{who.erin.id}": {check_in},
        made.url: {check_in, end},
        "/": {"goal-log-today"},
    }
    for page, names in pages.items():
        text = as_("erin").get(page).text
        assert _drafts(text) == names and text.count("<template data-draft-offer") == len(names)


@pytest.mark.parametrize("origin", ["", "list", "person"])
def test_a_check_in_that_was_sent_is_no_draft_any_more(
    as_: Any, who: Any, goal: Any, origin: str
) -> None:
    made, client = goal(who.erin), as_("erin")
    said, name = {"state": "off", "origin": origin, "sentence": "x"}, {f"check-in-{made.id}"}
    lands = client.post(f"{made.url}/check-ins", data=said).location.partition("#")[0]
    assert _drafts(client.get(lands).text, "data-draft-gone") == name
    assert _drafts(client.get(lands).text, "data-draft-gone") == set()
    if origin:
        row = client.hx(f"{made.url}/check-ins", f"goal-{made.id}", data=said)
        assert _drafts(row.text, "data-draft-gone") == name
        assert _drafts(client.get(lands).text, "data-draft-gone") == set()


def test_an_end_and_a_line_from_today_are_no_drafts_once_sent(
    as_: Any, who: Any, goal: Any
) -> None:
    made, client = goal(who.erin), as_("erin")
    refused = client.post(f"{made.url}/ending", data={"said": "x"}).text
    assert re.search(rf'data-draft="goal-end-{made.id}"[^>]* data-draft-paused', refused)
    client.post(f"{made.url}/ending", data={"outcome": "met", "said": "x"})
    assert _drafts(client.get(made.url).text, "data-draft-gone") == {f"goal-end-{made.id}"}
    today = {"origin": "today"}
    refused = client.post("/goals/log", data=today | {"text": ""}).text
    assert 'name="origin" value="today"' in refused and _drafts(refused) == {"goal-log-today"}
    assert client.post("/goals/log", data=today | {"text": "y"}).location.endswith("/")
    assert _drafts(client.get("/").text, "data-draft-gone") == {"goal-log-today"}
    client.post("/goals/log", data={"text": "z"})
    assert _drafts(client.get("/goals/log").text, "data-draft-gone") == {"goal-log"}


# -- what hangs on what ------------------------------------------------------------------------


def test_two_who_hang_goals_on_each_other_at_once_make_no_circle(who: Any, goal: Any) -> None:
    one, other = goal(by=who.helen, title="One"), goal(by=who.helen, title="Other")
    read_before = Goal.get_by_id(other.id)
    one.change(by=who.helen, results=[], parent=other)
    with pytest.raises(CircleError):
        read_before.change(by=who.helen, results=[], parent=one)
    assert Goal.get_by_id(other.id).parent_id is None
    # And nothing else is written over by whoever read it before.
    Goal.get_by_id(other.id).end("met", "", by=who.helen)
    with pytest.raises(Conflict):
        read_before.change(by=who.helen, results=[], title="Late")


def test_a_goal_too_deep_is_refused_at_its_field(
    as_: Any, who: Any, goal: Any, filled: Any
) -> None:
    above = None
    for level in range(12):
        above = goal(by=who.helen, title=f"Level {level}", parent=above)
    answer = as_("helen").post("/goals/new?for=company", data=filled(parent=str(above.id)))
    assert answer.status_code == 422 and "12 levels" in answer.text


def test_a_goal_stays_where_it_hangs_when_what_it_serves_ends(
    as_: Any, who: Any, goal: Any, typed: Any
) -> None:
    above = goal(by=who.helen, title="Above")
    hers = goal(who.erin, parent=above)
    above.end("dropped", "", by=who.helen)
    assert "Above</a> (ended)" in as_("erin").get(hers.url).text
    kept = typed(hers, title="Still hers", parent=str(above.id))
    assert as_("erin").post(f"{hers.url}/edit", data=kept).status_code == 303
    assert Goal.get_by_id(hers.id).parent == above
    assert "Above" in as_("erin").get("/goals/tree").text
    other = goal(who.erin)
    assert as_("erin").post(
        f"{other.url}/edit", data=typed(other, parent=str(above.id))
    ).status_code == 422  # fmt: skip


# -- numbers -----------------------------------------------------------------------------------


def test_each_number_that_is_to_stay_has_its_own_direction(as_: Any, who: Any, filled: Any) -> None:
    stays = {
        "title_2": "uptime", "start_2": "99.9", "target_2": "99.9", "unit_2": "%", "way_2": "up",
        "title_3": "overtime", "start_3": "5", "target_3": "5", "unit_3": "h", "way_3": "down",
    }  # fmt: skip
    as_("erin").post("/goals/new", data=filled(**stays))
    made = Goal.get()
    assert [row.direction for row in made.results()] == ["down", "up", "down"]
    page = as_("erin").get(made.url).text
    assert "stays at least at 99.9 %" in page and "stays at most at 5 h" in page
    form = as_("erin").get(f"{made.url}/edit").text
    ids = {f"id_{n}": row.id for n, row in enumerate(made.results(), 1)}
    again = filled(**stays, **ids, title="Other words", version=0)
    assert as_("erin").post(f"{made.url}/edit", data=again).status_code == 303
    assert [row.direction for row in made.results()] == ["down", "up", "down"]
    assert form.count('<details class="disclosure" open>') == 1


def test_a_mistake_in_a_later_key_result_is_not_hidden(as_: Any, filled: Any) -> None:
    answer = as_("erin").post("/goals/new", data=filled(start_3="7"))
    assert answer.status_code == 422 and '<details class="disclosure" open>' in answer.text


def test_large_numbers_are_written_out_in_templates() -> None:
    assert shares.way(250_000, 1_200_000, "€", "up") == "from 250,000 to 1,200,000 €"
