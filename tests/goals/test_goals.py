"""A goal from its setting to its end: what is kept, what follows, what is refused."""

from typing import Any

import peewee
import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.goals import asking, shares
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import (
    CHECK_IN,
    EVERYONE,
    GIVEN,
    CircleError,
    Conflict,
    Goal,
    KeyResult,
    Measured,
)
from portal.goals.personal import RECORDS
from portal.trust import access as trust
from tests import cast
from tests.goals.conftest import counted


def _same(goal: Goal) -> list[Measured]:
    """Its key results as a form says them that changes none."""
    return [
        Measured(row.title, row.unit, row.start, row.target, row.direction, row.id)
        for row in goal.results()
    ]


def _open(kind: str) -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == kind, Assignment.is_open()))


# -- setting and changing ----------------------------------------------------------------------


def test_a_goal_is_set_with_its_numbers(as_: Any, who: Any, filled: Any) -> None:
    answer = as_("erin").post("/goals/new", data=filled())
    made = Goal.get()
    assert answer.status_code == 303 and answer.location.endswith(made.url)
    assert (made.person, made.set_by, made.period) == (who.erin, who.erin, "2026 Q4")
    (row,) = made.results()
    assert (row.start, row.target, row.current, row.direction) == (9, 5.5, 9, "down")
    page = as_("erin").get(made.url).text
    assert "from 9 to 5.5 %" in page and "You have not said yet how it goes." in page
    assert "those you report to read it" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Say what is to be reached."),
        ({"start_1": "many"}, "Write a number"),
        ({"target_1": ""}, "Say where it starts"),
        ({"title_1": ""}, "Say what is counted."),
        ({"sort": "kpi", "title_1": "", "start_1": "", "target_1": "", "unit_1": ""},
         "A measure is exactly one line"),
        ({"starts_on": "2027-01-01"}, "That is before it begins."),
        ({"ends_on": "soon"}, "This is not a date"),
        ({"parent": "999999"}, "Not a valid choice"),
        ({"sort": "wish"}, "Not a valid choice"),
        ({"title": "x" * 201}, "At most 200 characters"),
        ({"period": "x" * 21}, "At most 20 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(
    as_: Any, filled: Any, changed: dict[str, str], said: str
) -> None:
    answer = as_("erin").post("/goals/new", data=filled(**changed))
    assert answer.status_code == 422 and said in answer.text
    assert "<title>Error: " in answer.text and Goal.select().count() == 0


def test_a_field_the_form_does_not_know_is_refused(as_: Any, who: Any, filled: Any) -> None:
    for more in ({"person": who.ben.id}, {"set_by": 1}, {"title_6": "x"}):
        assert as_("erin").post("/goals/new", data=filled(**more)).status_code == 400


def test_who_gets_a_goal_finds_it_in_today_and_has_the_last_word(
    as_: Any, who: Any, filled: Any
) -> None:
    as_("mara").post(f"/goals/new?for=person-{who.erin.id}", data=filled())
    made, (duty,) = Goal.get(), _open(GIVEN)
    assert made.set_by == who.mara and duty.person == who.erin
    today = as_("erin").get("/").text
    assert "Look at a goal Mara Okafor has set: Customers stay" in today and "Seen" in today
    assert "Mara Okafor, " in as_("erin").get(made.url).text
    page = as_("erin").get(f"{made.url}/edit").text
    row = made.results()[0]
    assert f'value="{row.id}"' in page
    changed = filled(title="Customers stay longer", visibility="everyone", id_1=row.id)
    assert as_("erin").post(f"{made.url}/edit", data=changed).status_code == 303
    made = Goal.get()
    assert (made.title, made.visibility, made.set_by) == (
        "Customers stay longer", EVERYONE, who.mara,
    )  # fmt: skip
    fragment = as_("erin").hx(f"{made.url}/look", f"assignment-{duty.id}", data={"from": "today"})
    assert f'id="assignment-{duty.id}"' in fragment.text and _open(GIVEN) == []
    assert as_("erin").post(f"{made.url}/look", data={"from": "today"}).status_code == 303


def test_only_its_owner_is_asked_who_reads_it(as_: Any, who: Any, filled: Any) -> None:
    address = f"/goals/new?for=person-{who.erin.id}"
    assert 'name="visibility"' not in as_("mara").get(address).text
    assert as_("mara").post(address, data=filled(visibility="everyone")).status_code == 400
    assert 'name="visibility"' in as_("erin").get("/goals/new").text


def test_key_results_are_said_anew_added_and_taken_out(who: Any, goal: Any) -> None:
    made = goal(who.erin, results=[counted("calls", 0, 10), counted("visits", 0, 4)])
    calls, visits = made.results()
    CheckIn.say(made, "on_track", values={calls.id: 4}, by=who.erin)
    again = [counted("letters", 0, 2), counted("calls", 0, 8)]
    again[1] = Measured("calls", "", 0, 8, "up", calls.id)
    made.change(by=who.erin, results=again)
    assert [row.title for row in made.results()] == ["letters", "calls"]
    assert KeyResult.get_by_id(calls.id).current == 4
    assert KeyResult.get_by_id(visits.id).removed_at is not None
    assert Event.select().where(Event.tag == "personal_goal.changed").count() == 1
    made.change(by=who.erin, results=_same(made), title=made.title)
    assert Event.select().where(Event.tag == "personal_goal.changed").count() == 1


def test_a_goal_never_hangs_on_itself(as_: Any, who: Any, goal: Any, teams: Any) -> None:
    top = goal(by=who.helen, title="Top")
    middle = goal(by=who.helen, title="Middle", parent=top)
    low = goal(by=who.helen, title="Low", parent=middle)
    for below in (top, middle, low):
        with pytest.raises(CircleError):
            top.change(by=who.helen, results=[], parent=below)
    form = {"title": "Top", "sort": "okr", "words": "", "period": ""}
    answer = as_("helen").post(f"{top.url}/edit", data=form | {"parent": str(low.id)})
    assert answer.status_code == 422 and "hangs on this one already" in answer.text
    assert Goal.get_by_id(top.id).parent_id is None
    own = as_("helen").post(f"{top.url}/edit", data=form | {"parent": str(top.id)})
    assert own.status_code == 422


def test_a_goal_hangs_on_a_teams_or_the_companys_alone(
    as_: Any, who: Any, goal: Any, teams: Any, filled: Any
) -> None:
    company, team = goal(by=who.helen), goal(by=who.mara, team=teams["Platform"])
    hers = goal(who.erin, visibility=EVERYONE)
    ok = {"person": (company, team), "team": (company, team), "company": (company,)}
    whose = {
        "person": ("erin", "/goals/new"),
        "team": ("mara", f"/goals/new?for=team-{teams['Platform'].id}"),
        "company": ("helen", "/goals/new?for=company"),
    }
    for level, (name, address) in whose.items():
        for parent in (company, team, hers):
            answer = as_(name).post(address, data=filled(parent=str(parent.id)))
            expected = 303 if parent in ok[level] else 422
            assert answer.status_code == expected, (level, parent.level)


def test_its_owner_opens_it_and_takes_that_back(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin, by=who.mara)
    client = as_("erin")
    assert "Open it to everybody at work" in client.get(made.url).text
    client.post(f"{made.url}/opening")
    page = client.get(made.url).text
    assert "You have opened it" in page and f'action="{made.url}/closing"' in page
    assert as_("otto").get(made.url).status_code == 200
    client.post(f"{made.url}/closing")
    assert as_("otto").get(made.url).status_code == 404
    shown = Event.select().where(Event.tag == "personal_goal.shown")
    assert [event.facts["visibility"] for event in shown] == ["everyone", "line"]


def test_what_a_leaver_had_opened_is_open_no_more(
    as_: Any, who: Any, goal: Any, move_clock: Any
) -> None:
    made = goal(who.erin, visibility=EVERYONE)
    who.erin.depart(
        by=who.helen, last_day_on=cast.TODAY, access_ends_at=None, voluntary=True, regretted=False
    )
    assert as_("otto").get(made.url).status_code == 200
    move_clock(days=1)
    assert as_("otto").get(made.url).status_code == 404


def test_the_owners_change_says_they_have_seen_it(who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin, by=who.mara)
    move_clock(days=28)
    asking.ask()
    assert len(_open(GIVEN)) == 1
    made.change(by=who.erin, results=[], title="In my words")
    assert _open(GIVEN) == [] and _open(CHECK_IN)[0].title == "How does it go: In my words"
    made.change(by=who.mara, results=[], title="In hers")
    assert len(_open(GIVEN)) == 1


# -- checking in -------------------------------------------------------------------------------


def test_one_tap_says_how_it_goes_in_the_list(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin)
    page = as_("erin").get("/goals").text
    assert page.count('name="state"') == 3 and f'hx-post="{made.url}/check-ins"' in page
    tap = {"state": "on_track", "origin": "list"}
    fragment = as_("erin").hx(f"{made.url}/check-ins", f"goal-{made.id}", data=tap)
    assert f'<li class="row" id="goal-{made.id}"' in fragment.text
    assert "On track" in fragment.text and "taking-back" in fragment.text
    plain = as_("erin").post(f"{made.url}/check-ins", data=tap | {"state": "off"})
    assert plain.status_code == 303 and plain.location.endswith(f"/goals#goal-{made.id}")
    assert [one.state for one in CheckIn.of(made)] == ["off", "on_track"]


def test_a_sentence_and_new_numbers_come_with_it(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin, results=[counted("calls", 0, 10), counted("visits", 0, 4)])
    calls, visits = made.results()
    said = {"state": "at_risk", "sentence": "Two are ill.", f"value_{calls.id}": "2,5"}
    assert as_("erin").post(f"{made.url}/check-ins", data=said).location.endswith(made.url)
    page = as_("mara").get(made.url).text
    assert "“Two are ill.”" in page and "calls 0 → 2.5" in page and "25 %" in page
    assert KeyResult.get_by_id(visits.id).current == 0


@pytest.mark.parametrize("partial", [True, False])
def test_a_number_that_is_none_changes_nothing(
    as_: Any, who: Any, goal: Any, partial: bool
) -> None:
    made = goal(who.erin)
    (row,) = made.results()
    said = {"state": "off", "origin": "list", "sentence": "Kept", f"value_{row.id}": "some"}
    client, address = as_("erin"), f"{made.url}/check-ins"
    if partial:
        answer = client.hx(address, f"goal-{made.id}", data=said)
        assert answer.text.lstrip().startswith('<li class="row"')
    else:
        answer = client.post(address, data=said)
    assert answer.status_code == 422 and "Write a number" in answer.text
    assert 'value="Kept"' in answer.text and CheckIn.select().count() == 0
    if partial:
        assert answer.text.count("Write a number") == 1, "said where it stands, and only there"


def test_what_is_typed_in_the_list_stands_above_the_buttons_that_send_it(
    as_: Any, who: Any, goal: Any
) -> None:
    goal(who.erin)
    page = as_("erin").get("/goals").text
    assert page.index('name="sentence"') < page.index('name="state"')
    assert page.index("</details>", page.index('name="sentence"')) < page.index('name="state"')


@pytest.mark.parametrize("typed", ["1.200", "1,200"])
def test_a_number_that_could_be_two_becomes_no_history(
    as_: Any, who: Any, goal: Any, filled: Any, typed: str
) -> None:
    made = goal(who.erin)
    said = {"state": "off", f"value_{made.results()[0].id}": typed}
    for answer in (
        as_("erin").post(f"{made.url}/check-ins", data=said),
        as_("erin").post("/goals/new", data=filled(start_1=typed)),
    ):
        assert answer.status_code == 422 and shares.NO_THOUSANDS in answer.text
    assert CheckIn.select().count() == 0 and Goal.select().count() == 1


def test_a_strange_state_or_anothers_number_is_refused(as_: Any, who: Any, goal: Any) -> None:
    made, other = goal(who.erin), goal(who.ben)
    address = f"{made.url}/check-ins"
    assert as_("erin").post(address, data={"state": "great"}).status_code == 422
    assert as_("erin").post(address, data={}).status_code == 422
    foreign = {"state": "off", f"value_{other.results()[0].id}": "7"}
    assert as_("erin").post(address, data=foreign).status_code == 400


def test_undo_takes_a_check_in_back_with_its_numbers(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin)
    (row,) = made.results()
    CheckIn.say(made, "on_track", values={row.id: 8}, by=who.erin)
    last = CheckIn.say(made, "off", values={row.id: 6}, by=who.erin)
    assert last is not None
    undo = f"/goals/check-ins/{last.id}/taking-back"
    assert as_("erin").post(f"{undo}?from=list").location.endswith(f"/goals#goal-{made.id}")
    assert [one.state for one in CheckIn.of(made)] == ["on_track"]
    assert KeyResult.get_by_id(row.id).current == 8
    # A second time nothing happens.
    assert as_("erin").post(undo).status_code == 303
    assert KeyResult.get_by_id(row.id).current == 8


def test_after_ten_minutes_or_a_newer_one_it_stands(who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin)
    first = CheckIn.say(made, "off", by=who.erin)
    second = CheckIn.say(made, "on_track", by=who.erin)
    assert first and second and not first.take_back(by=who.erin)
    move_clock(minutes=11)
    assert not second.take_back(by=who.erin) and len(CheckIn.of(made)) == 2


def test_the_database_refuses_to_change_a_check_in(who: Any, goal: Any) -> None:
    made = CheckIn.say(goal(who.erin), "off", by=who.erin)
    for values in ({"state": "on_track"}, {"numbers": "{}x"}, {"by": who.ben}):
        with pytest.raises(peewee.DatabaseError), db.write():
            CheckIn.update(**values).where(CheckIn.id == made.id).execute()
    with pytest.raises(peewee.DatabaseError), db.write():
        made.delete_instance()


# -- its end -----------------------------------------------------------------------------------


def test_a_goal_ends_with_an_outcome_and_opens_again(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin, by=who.mara)
    client = as_("erin")
    assert client.post(f"{made.url}/ending", data={"said": "x"}).status_code == 422
    client.post(f"{made.url}/ending", data={"outcome": "partly", "said": "Nearly."})
    assert _open(GIVEN) == []
    page = client.get(made.url).text
    assert "partly met" in page and "“Nearly.”" in page and "Open it again" in page
    assert client.get(f"{made.url}/edit").status_code == 403
    assert CheckIn.say(made, "off", by=who.erin) is None
    assert not made.end("met", "", by=who.erin)
    with pytest.raises(Conflict):
        made.change(by=who.erin, results=[])
    assert "Ended" in client.get("/goals").text
    client.post(f"{made.url}/reopening")
    again = Goal.get_by_id(made.id)
    assert (again.ended_at, again.outcome) == (None, "")
    tags = [
        e.tag
        for e in Event.select().where(Event.subject_kind == "personal_goal").order_by(Event.seq)
    ]
    assert tags == [f"personal_goal.{verb}" for verb in ("set", "ended", "reopened")]


def test_nobody_learns_of_a_persons_goal_or_log_from_the_trail(
    as_: Any, who: Any, goal: Any
) -> None:
    def read() -> list[int]:
        """How many events about her each of those reads who read the trail."""
        readers = [cast.person(name) for name in ("helen", "adam", "audrey")]
        about_her = Event.about_id == who.erin.id
        return [trust.visible_to(reader).where(about_her).count() for reader in readers]

    before = read()
    made = goal(who.erin, by=who.mara)
    CheckIn.say(made, "off", by=who.erin)
    made.show_to(EVERYONE, by=who.erin)
    Accomplishment.note("A line", by=who.erin)
    made.end("met", "", by=who.erin)
    assert read() == before and "a goal" not in as_("helen").get("/audit").text
    goal(by=who.helen)
    assert "set a goal" in as_("helen").get("/audit").text


def test_the_trail_never_says_what_a_goal_is_about_or_how_it_goes(who: Any, goal: Any) -> None:
    made = goal(who.erin, by=who.mara, title="CANARY")
    CheckIn.say(made, "off", "CANARY", by=who.erin)
    made.change(by=who.erin, results=[], title="CANARY two", words="CANARY")
    made.end("missed", "CANARY", by=who.erin)
    Accomplishment.note("CANARY", by=who.erin, goal=made)
    for event in Event.select():
        assert "CANARY" not in event.data and "missed" not in event.data
        assert '"off"' not in event.data
    goals = Event.select().where(Event.subject_kind == "personal_goal")
    assert {event.personal_hash for event in goals} == {""}


# -- the log, and what is let go ---------------------------------------------------------------


def test_a_line_is_noted_from_today_and_can_be_taken_out(as_: Any, who: Any) -> None:
    client = as_("erin")
    assert 'action="/goals/log"' in client.get("/").text
    line = {"text": "Fixed the gate", "on": str(cast.TODAY), "origin": "today"}
    answer = client.post("/goals/log", data=line)
    assert answer.location.endswith("/") and "It stands in your log." in client.get("/").text
    (made,) = Accomplishment.select()
    client.post(f"/goals/log/{made.id}/removal")
    assert "Fixed the gate" not in client.get("/goals/log").text
    client.post(f"/goals/log/{made.id}/restoration")
    assert "Fixed the gate" in client.get("/goals/log").text
    for wrong in ({"text": ""}, {"text": "x", "on": "2026-11-19"}, {"text": "x", "goal": "9"}):
        assert client.post("/goals/log", data=wrong).status_code == 422


def test_words_go_once_their_time_is_over(who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin, words="CANARY words", by=who.mara)
    CheckIn.say(made, "off", "CANARY sentence", by=who.erin)
    Accomplishment.note("CANARY line", by=who.erin)
    made.end("met", "CANARY end", by=who.erin)
    goals, log = RECORDS
    for kept in (goals, log):
        ids = [row.id for row in kept.select().where(kept.goes(who.erin.id))]
        assert len(ids) == 1
        kept.erase(ids, None)
        assert list(kept.select().where(kept.goes(who.erin.id))) == []
    left = Goal.get_by_id(made.id)
    assert (left.title, left.words, left.said, left.outcome) == ("", "", "", "met")
    assert CheckIn.get().sentence == "" and Accomplishment.select().count() == 0
    titles = [duty.title for duty in Assignment.select()]
    assert titles and not any("CANARY" in title for title in titles)
