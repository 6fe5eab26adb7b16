"""Who reads which goal, and who may do what to it: the cast at every address."""

from datetime import date
from typing import Any

from portal.assignments.models import Assignment
from portal.goals import access, listing
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, Goal
from portal.people import teams as reorganizing
from portal.people.positions import Position
from tests import cast
from tests.reach import knock

NOWHERE = "/goals/999999"
NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
INSIDE: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}
# Erin herself, Mara who leads her, Dora above.
LINE = NOBODY | {"erin": 200, "mara": 200, "dora": 200}


def _to(table: dict[str, int], status: int) -> dict[str, int]:
    return {name: status if said == 200 else said for name, said in table.items()}


def _moves_away(who: Any) -> None:
    """Erin reports to Otto from now on: Mara led her before."""
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)


def test_goals_are_for_whoever_works_here(as_: Any) -> None:
    for address in ("/goals", "/goals/tree", "/goals/new", "/goals/templates", "/goals/log",
                    "/goals/file", "/goals/log/file"):  # fmt: skip
        knock(as_, INSIDE, address, nowhere="/goals/nothing/at/all")
    line = {"text": "A line", "on": str(cast.TODAY), "goal": "", "origin": ""}
    knock(as_, _to(INSIDE, 303), "/goals/log", data=line, nowhere="/goals/nothing/at/all")
    leads = NOBODY | {"mara": 200, "dora": 200, "otto": 200}
    knock(as_, leads, "/goals/team", nowhere="/goals/nothing/at/all")


def test_a_persons_goal_is_read_by_them_and_those_above(as_: Any, who: Any, goal: Any) -> None:
    knock(as_, LINE, goal(who.erin).url, nowhere=NOWHERE)


def test_an_opened_goal_is_read_by_everyone_at_work(as_: Any, who: Any, goal: Any) -> None:
    knock(as_, INSIDE, goal(who.erin, visibility=EVERYONE).url, nowhere=NOWHERE)


def test_goals_of_teams_and_the_company_are_read_by_everyone_at_work(
    as_: Any, who: Any, goal: Any, teams: Any
) -> None:
    for made in (goal(by=who.helen), goal(by=who.mara, team=teams["Platform"])):
        knock(as_, INSIDE, made.url, nowhere=NOWHERE)
        knock(as_, INSIDE, f"/goals/tree/{made.id}", nowhere="/goals/tree/999999")
        knock(as_, INSIDE, f"/goals/tree?from={made.id}", nowhere="/goals/tree?from=999999")


def test_who_led_before_reads_nothing_more_not_even_what_they_set(
    as_: Any, who: Any, goal: Any
) -> None:
    hers, given = goal(who.erin), goal(who.erin, by=who.mara)
    _moves_away(who)
    now = NOBODY | {"erin": 200, "otto": 200}
    for made in (hers, given):
        knock(as_, now, made.url, nowhere=NOWHERE)
    for verb in ("edit", "ending", "check-ins"):
        assert as_("mara").post(f"{given.url}/{verb}", data={}).status_code == 404
    page = as_("mara").get(f"/goals/people/{who.erin.id}").text
    assert f'"{given.url}"' not in page and "in your line" not in page
    # Whoever leads them now reads it, and changes nothing that another has set.
    assert as_("otto").get(f"{given.url}/edit").status_code == 403


def test_a_goal_is_found_by_whoever_may_read_it_and_by_nobody_else(
    as_: Any, who: Any, goal: Any
) -> None:
    hers = goal(who.erin, title="Ruhige Nächte für alle")
    open_ = goal(who.erin, title="Nächte ohne Anruf", visibility=EVERYONE)
    of_all = goal(by=who.helen, title="Calm nights")
    for name in cast.NAMES:
        viewer = cast.person(name)
        found = {one.id for one in listing.found(access.visible_to(viewer), "nachte", 9)}
        may = {hers.id, open_.id} if name in ("erin", "mara", "dora") else {open_.id}
        assert found == (set() if name in ("audrey",) else may), name
        if name in ("lev", "audrey"):
            continue
        page = as_(name).get("/goals/tree?q=NACHTE").text
        assert (hers.url in page) == (hers.id in may) and of_all.url not in page, name
    nearest = listing.found(access.visible_to(who.erin), "nächte", 1)
    assert [one.title for one in nearest] == ["Nächte ohne Anruf"]


def test_only_its_owner_says_how_a_persons_goal_goes(as_: Any, who: Any, goal: Any) -> None:
    table = _to(LINE, 403) | {"erin": 303}

    def anew() -> str:
        return f"{goal(who.erin, by=who.mara).url}/check-ins"

    knock(as_, table, "", data={"state": "off"}, before=anew, nowhere=f"{NOWHERE}/check-ins")

    def opened() -> str:
        return f"{goal(who.erin, visibility=EVERYONE).url}/check-ins"

    table = _to(INSIDE, 403) | {"erin": 303}
    knock(as_, table, "", data={"state": "off"}, before=opened, nowhere=f"{NOWHERE}/check-ins")


def test_a_check_in_is_taken_back_by_whoever_said_it(as_: Any, who: Any, goal: Any) -> None:
    def anew() -> str:
        made = CheckIn.say(goal(who.erin, visibility=EVERYONE), "off", by=who.erin)
        return f"/goals/check-ins/{made.id}/taking-back"

    nowhere = "/goals/check-ins/999999/taking-back"
    knock(as_, NOBODY | {"erin": 303}, "", data={}, before=anew, nowhere=nowhere)


def test_a_goal_is_changed_by_its_owner_and_who_set_it_while_they_lead(
    as_: Any, who: Any, goal: Any
) -> None:
    own = _to(LINE, 403) | {"erin": 200}
    knock(as_, own, f"{goal(who.erin).url}/edit", nowhere=f"{NOWHERE}/edit")
    given = f"{goal(who.erin, by=who.mara).url}/edit"
    knock(as_, own | {"mara": 200}, given, nowhere=f"{NOWHERE}/edit")
    acts = _to(LINE, 403) | {"erin": 303, "mara": 303}
    for verb, data in (("ending", {"outcome": "met"}), ("reopening", {})):

        def anew(verb: str = verb) -> str:
            made = goal(who.erin, by=who.mara)
            return f"{made.url}/{verb}"

        knock(as_, acts, "", data=data, before=anew, nowhere=f"{NOWHERE}/{verb}")


def test_only_its_owner_opens_it_or_has_seen_it(as_: Any, who: Any, goal: Any) -> None:
    for verb in ("opening", "closing", "look"):

        def anew(verb: str = verb) -> str:
            return f"{goal(who.erin, by=who.mara).url}/{verb}"

        table = _to(LINE, 403) | {"erin": 303}
        knock(as_, table, "", data={}, before=anew, nowhere=f"{NOWHERE}/{verb}")


def test_nobody_sets_a_goal_for_a_closed_team(as_: Any, who: Any, teams: Any, goal: Any) -> None:
    made = goal(by=who.otto, team=teams["Sales"])
    reorganizing.merge(teams["Sales"], teams["People"], by=who.helen, on=cast.TODAY)
    assert as_("helen").get(f"/goals/new?for=team-{teams['Sales'].id}").status_code == 404
    # What it had set out for stays, for HR to end.
    page = as_("helen").get(made.url).text
    assert "Sales (closed)" in page and "The team is closed." in page and "End it" in page
    assert "End it" not in as_("otto").get(made.url).text


def test_who_may_set_a_goal_for_whom(as_: Any, who: Any, teams: Any, filled: Any) -> None:
    refused = _to(INSIDE, 403)
    for whose, may in (
        (f"person-{who.erin.id}", ("erin", "mara", "dora")),
        (f"team-{teams['Platform'].id}", ("mara", "dora", "helen")),
        (f"team-{teams['Engineering'].id}", ("dora", "helen")),
        (f"team-{teams['Sales'].id}", ("otto", "helen")),
        ("company", ("helen",)),
    ):
        nowhere = "/goals/nothing/at/all"
        knock(as_, refused | dict.fromkeys(may, 200), f"/goals/new?for={whose}", nowhere=nowhere)
        knock(as_, refused | dict.fromkeys(may, 303), f"/goals/new?for={whose}", data=filled(),
              nowhere=nowhere)  # fmt: skip
    for whose in ("person-999999", "team-999999", "person-", "nobody", "person-x"):
        assert as_("helen").get(f"/goals/new?for={whose}").status_code == 404


def test_a_teams_goal_is_changed_by_who_leads_it_and_hr(
    as_: Any, who: Any, goal: Any, teams: Any
) -> None:
    made = goal(by=who.mara, team=teams["Platform"])
    table = _to(INSIDE, 403) | {"mara": 200, "dora": 200, "helen": 200}
    knock(as_, table, f"{made.url}/edit", nowhere=f"{NOWHERE}/edit")
    says = _to(table, 303) | {}
    knock(as_, says, f"{made.url}/check-ins", data={"state": "off"}, nowhere=f"{NOWHERE}/check-ins")


def test_somebodys_page_shows_each_what_they_may_read(as_: Any, who: Any, goal: Any) -> None:
    goal(who.erin, title="CANARY secret")
    goal(who.erin, title="For everyone", visibility=EVERYONE)
    Accomplishment.note("CANARY line", by=who.erin)
    address = f"/goals/people/{who.erin.id}"
    knock(as_, INSIDE, address, nowhere="/goals/people/999999")
    for name, status in INSIDE.items():
        said = as_(name).get(address).text
        assert ("CANARY" in said) == (name in ("erin", "mara", "dora")), name
        assert ("For everyone" in said) == (status == 200), name


def test_the_log_is_changed_by_its_owner_alone(as_: Any, who: Any) -> None:
    def anew(name: str) -> Any:
        return lambda: f"/goals/log/{Accomplishment.note('A line', by=who.erin).id}/{name}"

    for verb in ("removal", "restoration"):
        nowhere = f"/goals/log/999999/{verb}"
        knock(as_, NOBODY | {"erin": 303}, "", data={}, before=anew(verb), nowhere=nowhere)


def test_no_word_of_a_lines_goal_reaches_anybody_else(
    as_: Any, who: Any, goal: Any, teams: Any
) -> None:
    above = goal(by=who.helen, title="Above")
    made = goal(who.erin, by=who.mara, parent=above, title="CANARY goal", words="CANARY words")
    CheckIn.say(made, "off", "CANARY sentence", by=who.erin)
    Accomplishment.note("CANARY line", by=who.erin, goal=made)
    made.end("missed", "CANARY end", by=who.erin)
    made.reopen(by=who.erin)
    duties = [duty.id for duty in Assignment.select()]
    for name in cast.NAMES:
        if name in ("erin", "mara", "dora", "lev"):
            continue
        client = as_(name)
        for address in (
            "/", "/goals", "/goals/tree", "/goals/tree?all=1", f"/goals/tree/{above.id}",
            f"/goals/tree?from={above.id}", above.url, f"/goals/people/{who.erin.id}",
            "/goals/file", "/goals/log", "/goals/log/file", f"/people/{who.erin.id}", "/team",
            "/audit", "/audit?kind=goal", "/hr", "/letters", "/search?q=canary",
            *(f"/assignments/{duty}" for duty in duties),
        ):  # fmt: skip
            said = client.get(address).text.replace("q=canary", "").replace('"canary"', "")
            said = said.replace("“canary”", "")
            assert "canary" not in said.lower(), (name, address)


def test_counts_follow_the_same_rule(as_: Any, who: Any, goal: Any) -> None:
    above = goal(by=who.helen, title="Above")
    goal(who.erin, parent=above)
    goal(who.olga, parent=above, visibility=EVERYONE)
    for name, count in (("erin", 2), ("mara", 2), ("ben", 1), ("helen", 1), ("otto", 1)):
        said = as_(name).get("/goals/tree").text
        words = "1 goal hangs" if count == 1 else "2 goals hang"
        assert f"{words} on it" in said, name
    counted = {name: access.visible_to(cast.person(name)).count() for name in cast.NAMES}
    assert counted == {
        **dict.fromkeys(cast.NAMES, 2), "erin": 3, "mara": 3, "dora": 3, "audrey": 0,
    }  # fmt: skip


def test_a_file_holds_ones_own_alone(as_: Any, who: Any, goal: Any) -> None:
    goal(who.erin)
    goal(who.olga, visibility=EVERYONE, title="Olga’s")
    Accomplishment.note("CANARY line", by=who.erin)
    mine = as_("erin").get("/goals/file").text
    assert "CANARY goal" in mine and "Olga" not in mine
    assert "CANARY" in as_("erin").get("/goals/log/file").text
    for address in ("/goals/file", "/goals/log/file"):
        assert "CANARY" not in as_("mara").get(address).text


def test_a_leaver_is_led_by_nobody_any_more(who: Any, goal: Any) -> None:
    made = goal(who.erin)
    who.erin.depart(
        by=who.helen, last_day_on=date(2026, 11, 17),
        access_ends_at=cast.NOW, voluntary=True, regretted=False,
    )  # fmt: skip
    seen = listing.of_person(who.erin, access.visible_to(cast.person("mara")))
    assert list(seen) == [] and Goal.get_by_id(made.id).ended_at is None
