"""Openings: shown to everybody here, asked for, chosen, and who learns of it at each step."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.careers import choosing
from portal.careers import opening_access as access
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.careers.moving import NotPossible
from portal.careers.opening_jobs import (
    close_openings_of_filled_vacancies,
    end_interests_of_leavers,
    tell_who_asked,
)
from portal.careers.openings import Opening
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.reach import knock

UNTIL = cast.TODAY + timedelta(days=14)
START = date(2027, 1, 4)
CANARY = "CANARY wish"
NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
STAFF: dict[str, int] = {**dict.fromkeys(cast.NAMES, 200), "audrey": 404, "lev": 303}


def vacancy(role: str = "Account Executive", manager: str = "otto", **more: Any) -> Vacancy:
    otto = cast.person(manager)
    held = otto.position()
    said = {"team": held.team, "location": held.location, "manager": otto}
    return Vacancy.plan(by=cast.person("helen"), role=role, **(said | more))


def opening(of: Vacancy | None = None, **more: Any) -> Opening:
    said: dict[str, Any] = {"words": "Sell **well**.", "apply_by": UNTIL} | more
    return Opening.post(of or vacancy(), by=cast.person("helen"), **said)


def asks(name: str, for_: Opening, wish: str = CANARY, for_line: bool = False) -> Interest:
    person = cast.person(name)
    return Interest.ask(for_, person, by=person, wish=wish, for_line=for_line)


def chooses(name: str, interest: Interest) -> Move:
    return choosing.choose(interest, by=cast.person(name), starts_on=START, reason="The best.")


def again(row: Any) -> Any:
    return type(row).get_by_id(row.id)


def owed(name: str) -> list[str]:
    rows = Assignment.select().where(
        Assignment.is_open(), Assignment.person == cast.person(name),
        Assignment.kind == "opening_answer",
    )  # fmt: skip
    return [row.title for row in rows]


def letters(name: str) -> list[str]:
    rows = Letter.select().where(Letter.person_id == cast.person(name).id)
    return [row.kind for row in rows if row.kind in ("opening_answer", "move_decided")]


@pytest.fixture
def hr(who: Any) -> Person:
    """Ida is in HR, too."""
    Grant.give(who.ida, "hr", by=None, starts_on=date(2024, 3, 1))
    return cast.person("ida")


def test_hr_shows_a_vacancy_and_everybody_here_finds_it(as_: Any, who: Any) -> None:
    wanted, helen = vacancy(note="CANARY note", wanted_from=START), as_("helen")
    new = f"/careers/openings/new/{wanted.id}"
    assert new in helen.get(f"/people/vacancies/{wanted.id}").text
    assert new not in as_("otto").get(f"/people/vacancies/{wanted.id}").text
    for wrong, said in (
        ({"words": ""}, "what it is about"), ({"apply_by": "2026-01-01"}, "That day is over."),
        ({"apply_by": "2028-01-01"}, "A year ahead at most."), ({"words": ">" * 30}, "nested"),
    ):  # fmt: skip
        data = {"words": "Sell **well**.", "apply_by": str(UNTIL)} | wrong
        refused = helen.post(new, data=data)
        assert refused.status_code == 422 and said in refused.text, wrong
    assert not Opening.select().exists()
    data = {"words": "Sell **well**. <script>", "apply_by": str(UNTIL)}
    page = helen.post(new, data=data, follow_redirects=True).text
    assert "Everybody here sees it now." in page and "Nobody has asked yet" in page
    made = Opening.get()
    assert helen.get(new).status_code == 303, "there is one already"
    assert "Shown to everybody until" in helen.get(f"/people/vacancies/{wanted.id}").text
    erin = as_("erin")
    assert "Account Executive" in erin.get("/careers/openings").text
    page = erin.get(made.url).text
    assert "<strong>well</strong>" in page and "&lt;script" in page and "CANARY" not in page
    assert "with Otto" in page and "Ask for it" in page
    assert "Who asks" not in page and "Change it" not in page
    assert made.url in erin.get("/search?q=account+exec").text
    edit = helen.post(f"{made.url}/edit", data=data | {"words": "Anew."}, follow_redirects=True)
    assert "Anew." in edit.text


def test_somebody_asks_takes_it_back_and_asks_again(as_: Any, who: Any, move_clock: Any) -> None:
    made = opening()
    erin = as_("erin")
    page = erin.get(made.url).text
    assert "Otto Weiß, who leads it, and HR read this. Nobody else you report to does" in page
    ask = f"{made.url}/interest"
    too_long = erin.post(ask, data={"wish": "x" * 2001})
    assert too_long.status_code == 422 and not Interest.select().exists()
    page = erin.post(ask, data={"wish": "Let me sell."}, follow_redirects=True).text
    assert "You have asked." in page and "Otto or HR answers you" in page
    assert owed("otto") == ["Answer who asks for “Account Executive”"]
    assert "You asked" in erin.get("/careers/openings").text
    erin.post(ask, data={"wish": "Let me sell more.", "for_line": "y"})
    assert (again(Interest.get()).wish, Interest.select().count()) == ("Let me sell more.", 1)
    page = erin.post(f"{ask}/withdrawal", follow_redirects=True).text
    assert "Taken back." in page and "Let me sell more." in page, "offered to go on with"
    assert not owed("otto") and "Erin" not in as_("otto").get(made.url).text
    assert as_("otto").get(f"{made.url}/people/{who.erin.id}").status_code == 404
    erin.post(ask, data={"wish": "After all."})
    assert [row.state for row in Interest.select().order_by(Interest.id)] == ["withdrawn", "asked"]
    assert owed("otto") and "After all." in as_("otto").get(made.url).text
    move_clock(days=15)
    page = erin.get(made.url).text
    assert "Nobody new may ask" in page and "Take it back" in page
    assert as_("ben").get(made.url).status_code == 404, "it is over for who never asked"
    with pytest.raises(NotPossible):
        asks("ben", made)
    assert "After all." in as_("otto").get(made.url).text, "the list stays"


def test_no_is_read_by_whoever_asked_alone(as_: Any, who: Any) -> None:
    made = opening()
    mine = asks("erin", made)
    otto = as_("otto")
    no = f"{mine.url}/refusal"
    assert otto.post(no, data={"answer": ""}).status_code == 422
    page = otto.post(no, data={"answer": "Next year, gladly."}, follow_redirects=True).text
    assert "Erin reads your words." in page and not owed("otto")
    page = as_("erin").get(made.url).text
    assert "Not this time." in page and "Next year, gladly." in page and "Ask for it" not in page
    assert letters("erin") == ["opening_answer"]
    assert otto.post(no, data={"answer": "Again"}).status_code == 303
    assert letters("erin") == ["opening_answer"] and again(mine).answer == "Next year, gladly."
    with pytest.raises(NotPossible):
        asks("erin", made)


def test_somebody_is_chosen_and_nobody_learns_of_it_too_early(
    as_: Any, who: Any, hr: Person, move_clock: Any
) -> None:
    """The canary walks through every stage: whoever may not know finds it nowhere."""
    made = opening()
    mine, other = asks("erin", made), asks("olga", made, wish="CANARY other")
    quiet = ("mara", "dora", "ben", "adam", "audrey", "nia")

    def walk(stage: str) -> None:
        for name in quiet:
            client = as_(name)
            for address in (
                "/", "/team", "/hr", "/audit", "/letters", "/careers", "/careers/team",
                "/careers/openings", "/careers/openings?list=over", made.url, mine.url,
                f"/careers/people/{who.erin.id}", f"/people/{who.erin.id}",
                f"/people/{who.erin.id}/history", "/people/vacancies", "/search?q=canary",
                "/careers/moves", "/audit/looks", "/people/quality", "/retention",
                f"/people/vacancies/{made.vacancy_id}", "/checklists",
            ):  # fmt: skip
                page = client.get(address).text
                assert "CANARY" not in page and "The best." not in page, (stage, name, address)
                if address in ("/", "/team", "/careers/openings", made.url):
                    # Mara's own pages name Erin as her report, and nothing of this.
                    for word in ("asks for", "To be answered", "transfer", "Look at a proposed"):
                        assert word not in page, (stage, name, address, word)

    walk("asked")
    for name in ("helen", "adam", "audrey", "ida"):
        page = as_(name).get("/audit").text
        assert "asked for an opening" not in page and "interest" not in page.lower(), name
    assert set(owed("otto")) == {"Answer who asks for “Account Executive”"}
    move = chooses("otto", mine)
    walk("proposed")
    page = as_("erin").get(made.url).text
    assert "You asked" in page and "Proposed" not in page and "transfer" not in page
    assert "Proposed" in as_("otto").get(mine.url).text
    for refused in (lambda: chooses("helen", other), lambda: mine.decline("No", by=who.otto)):
        with pytest.raises(NotPossible):
            refused()
    assert {one.called for one in move.deciders()} == {"Helen Brandt", "Ida Sørensen"}
    assert move.agree(by=hr)
    assert (again(mine).outcome, again(other).outcome) == ("chosen", "filled")
    assert again(made).closed_at and again(made.vacancy).filled_by_id == who.erin.id
    held = Position.of(who.erin.id, START)
    assert held is not None and held.role == "Account Executive" and held.manager == who.otto
    assert letters("erin") == ["move_decided"], "one letter"
    assert not letters("olga") and "move_decided" in letters("mara")
    move_clock(hours=25)
    tell_who_asked()
    tell_who_asked()
    assert letters("olga") == ["opening_answer"], "in an hour of her own"
    assert not owed("otto")
    page = as_("olga").get(made.url).text
    assert "Somebody else has it." in page and "Thank you for asking" in page
    assert "Erin" not in page
    assert "It is yours." in as_("erin").get(made.url).text
    page = as_("mara").get(made.url).text
    assert "From your line" in page and "gets it." in page and "CANARY" not in page
    for name in ("ben", "adam"):
        assert as_(name).get(made.url).status_code == 404, name


def test_who_may_read_and_do_what(as_: Any, who: Any, hr: Person) -> None:
    wanted = vacancy(role="Buyer")
    new = f"/careers/openings/new/{wanted.id}"
    posts = NOBODY | {"otto": 403, "helen": 200, "ida": 200}
    knock(as_, posts, new, nowhere="/careers/openings/new/999999")
    made = opening()
    nowhere = "/careers/openings/999999"
    knock(as_, STAFF, "/careers/openings", nowhere="/careers/nothing/here")
    knock(as_, STAFF, made.url, nowhere=nowhere)
    keeps = {**dict.fromkeys(cast.NAMES, 403), "audrey": 404, "lev": 303}
    keeps |= {"otto": 200, "helen": 200, "ida": 200}
    knock(as_, keeps, f"{made.url}/edit", nowhere=f"{nowhere}/edit")
    data = {"words": "Anew.", "apply_by": str(UNTIL)}
    writes = {name: 303 if status == 200 else status for name, status in keeps.items()}
    knock(as_, writes, f"{made.url}/edit", data=data, nowhere=f"{nowhere}/edit")
    for verb in ("closing", "reopening"):
        knock(
            as_, writes, f"{made.url}/{verb}", data={}, before=lambda: _open(made),
            nowhere=f"{nowhere}/{verb}",
        )  # fmt: skip
    _open(made)
    mine = asks("erin", made)
    chooser = NOBODY | {"otto": 200, "helen": 200, "ida": 200}
    nobody = f"{nowhere}/people/{who.erin.id}"
    knock(as_, chooser, mine.url, nowhere=nobody)
    answers = NOBODY | {"otto": 422, "helen": 422, "ida": 422}
    for verb in ("refusal", "choice"):
        knock(as_, answers, f"{mine.url}/{verb}", data={}, nowhere=f"{nobody}/{verb}")
    asking = {name: 303 if status == 200 else status for name, status in STAFF.items()}
    # Who leads it does not ask, nor who has not begun.
    asking |= {"otto": 403, "nia": 403}
    knock(as_, asking, f"{made.url}/interest", data={"wish": ""}, nowhere=f"{nowhere}/interest")
    takes = asking | {"otto": 404, "nia": 404}
    back = f"{made.url}/interest/withdrawal"
    knock(as_, takes, back, data={}, nowhere=f"{nowhere}/interest/withdrawal")


def _open(made: Opening) -> None:
    with db.write():
        Opening.update(closed_at=None).where(Opening.id == made.id).execute()


def test_hr_who_asks_sees_and_decides_nothing_of_the_others(as_: Any, who: Any, hr: Person) -> None:
    made = opening()
    mine = asks("erin", made)
    asks("ida", made, wish="Mine.").withdraw(by=who.ida)
    ida = as_("ida")
    for _ in ("withdrawn", "asked"):
        page = ida.get(made.url).text
        assert "Erin" not in page and "CANARY" not in page and "Who asks" not in page
        assert ida.get(mine.url).status_code == 404
        assert ida.post(f"{made.url}/closing").status_code == 403
        asks("ida", made, wish="Mine.")
    assert "CANARY" in as_("helen").get(made.url).text
    move = chooses("helen", mine)
    assert who.ida not in move.deciders() and who.helen not in move.deciders()
    assert "Ida" in as_("otto").get(made.url).text


def test_the_own_line_learns_of_it_only_when_told(as_: Any, who: Any, hr: Person) -> None:
    """Also where they are HR: Ida leads Adam, and Adam asks."""
    made, places = opening(), vacancy(role="Buyer", manager="helen")
    Position.take(who.adam, by=None, starts_on=cast.TODAY, manager=who.ida)
    mine = asks("adam", made)
    for client in (as_("ida"),):
        assert client.get(mine.url).status_code == 404
        assert "Adam" not in client.get(made.url).text
    assert "CANARY" in as_("helen").get(mine.url).text
    asks("adam", made, for_line=True)
    assert as_("ida").get(mine.url).status_code == 200
    asks("adam", made)
    assert as_("ida").get(mine.url).status_code == 404, "at once"
    # Mara leads Erin and reads no word, though she is told that she asks.
    hers = asks("erin", made, for_line=True)
    page = as_("mara").get(made.url).text
    assert "asks for it, and let you know." in page and "CANARY" not in page
    assert as_("mara").get(hers.url).status_code == 404
    # Where nobody else could answer, that has to be ticked.
    Grant.select().where(Grant.person == who.helen, Grant.kind == "hr").get().end(by=None)
    free = Opening.post(vacancy(manager="ida"), by=who.ida, words="x", apply_by=UNTIL)
    with db.write():
        Vacancy.update(manager=None).where(Vacancy.id == free.vacancy_id).execute()
    said = as_("adam").post(f"{free.url}/interest", data={"wish": ""})
    assert said.status_code == 422 and "If they may know, tick that" in said.text
    assert as_("adam").post(f"{free.url}/interest", data={"for_line": "y"}).status_code == 303
    assert places.id


def test_the_two_shapes_of_the_rule_agree(who: Any, hr: Person) -> None:
    made, own = opening(), opening(vacancy(role="Lead", manager="mara"))
    Position.take(who.adam, by=None, starts_on=cast.TODAY, manager=who.ida)
    for name in ("erin", "adam", "olga", "ida"):
        asks(name, made, for_line=name == "olga")
    asks("ben", own)
    asks("helen", own).withdraw(by=who.helen)
    for name in cast.NAMES:
        viewer = cast.person(name)
        rows = Interest.whole(Interest.select().where(Interest.is_standing()))
        seen = {row.id for row in access.interests_visible_to(viewer)}
        assert seen == {row.id for row in rows if access.can_choose(viewer, row)}, name


def test_filled_from_outside_it_closes_by_itself_and_the_others_are_told(
    as_: Any, who: Any, move_clock: Any
) -> None:
    made = opening()
    mine = asks("erin", made)
    move = chooses("otto", mine)
    Person.hire(
        by=who.helen, name="New Person", email="new@halden.example", starts_on=cast.TODAY,
        details={}, vacancy=made.vacancy, role="Account Executive",
    )  # fmt: skip
    assert "Filled: nobody is looked for" in as_("erin").get(made.url).text, "before any sweep"
    assert as_("ben").get(made.url).status_code == 404
    with pytest.raises(NotPossible):
        asks("ben", made)
    close_openings_of_filled_vacancies()
    assert again(mine).outcome == "filled" and again(move).state == "lapsed"
    assert not letters("erin") and not owed("otto")
    move_clock(hours=25)
    for sweep in (close_openings_of_filled_vacancies, tell_who_asked, tell_who_asked):
        sweep()
    assert letters("erin") == ["opening_answer"]
    # Whoever filled it does not come: the vacancy is open again, and so may the opening be.
    again(made.vacancy).reopen(by=who.helen)
    helen = as_("helen")
    page = helen.post(f"{made.url}/reopening", follow_redirects=True).text
    assert "who had asked waits again" in page
    assert again(mine).state == "asked" and owed("otto")
    helen.post(f"{made.url}/closing")
    helen.post(f"{made.url}/reopening")
    move_clock(hours=25)
    tell_who_asked()
    assert letters("erin") == ["opening_answer"], "closed and open again, before she heard of it"
    assert again(mine).state == "asked" and again(mine).answered_at is None
    move_clock(days=15)
    helen = as_("helen")
    helen.post(f"{made.url}/closing")
    page = helen.post(f"{made.url}/reopening", follow_redirects=True).text
    assert "Its last day is over: change that first." in page


def test_who_leaves_asks_for_nothing_and_answers_nothing(who: Any, move_clock: Any) -> None:
    made = opening()
    mine, other = asks("erin", made), asks("ben", made)
    for person in (who.erin, who.otto):
        person.depart(by=None, last_day_on=cast.TODAY, access_ends_at=clock.now())
    end_interests_of_leavers()
    assert again(mine).state == "asked", "the day is not over everywhere"
    move_clock(days=2)
    end_interests_of_leavers()
    assert (again(mine).state, again(other).state) == ("withdrawn", "asked")
    assert owed("helen") and not owed("otto"), "HR answers"
    assert not letters("erin")


def test_two_choose_at_once_and_one_is_proposed(who: Any, hr: Person) -> None:
    made = opening()
    first, second = asks("erin", made), asks("ben", made)
    start, outcomes = threading.Barrier(2), []

    def go(name: str, interest: Interest) -> None:
        db.database.connect(reuse_if_open=True)
        try:
            start.wait(5)
            outcomes.append(chooses(name, interest).id)
        except NotPossible as error:
            outcomes.append(str(error))
        finally:
            db.database.close()

    threads = [
        threading.Thread(target=go, args=args) for args in (("otto", first), ("helen", second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Move.select().where(Move.is_open()).count() == 1
    assert [one for one in outcomes if isinstance(one, str)] == [choosing.ONE_PROPOSED]


def test_asking_beside_closing_leaves_nobody_waiting(who: Any) -> None:
    for _ in range(3):
        made = opening(vacancy(role="Racer"))
        start = threading.Barrier(2)

        def ask(made: Opening = made, start: Any = start) -> None:
            db.database.connect(reuse_if_open=True)
            try:
                start.wait(5)
                asks("erin", made)
            except NotPossible:
                pass
            finally:
                db.database.close()

        thread = threading.Thread(target=ask)
        thread.start()
        start.wait(5)
        again(made).close(by=who.helen)
        thread.join(20)
        waiting = Interest.select().where(Interest.opening == made.id, Interest.waits())
        assert not waiting.exists() and not owed("otto")


def test_taking_it_back_ends_what_was_proposed(who: Any, hr: Person) -> None:
    made = opening()
    mine = asks("erin", made)
    move = chooses("otto", mine)
    mine.withdraw(by=who.erin)
    assert again(move).state == "lapsed"
    assert not move.agree(by=hr) and again(made.vacancy).state == "open"


def test_a_page_takes_few_queries(as_: Any, who: Any, queries: Any) -> None:
    made = opening()
    for name in ("erin", "ben", "olga"):
        asks(name, made)
    for name in ("erin", "otto", "helen"):
        client = as_(name)
        for address in (made.url, "/careers/openings"):
            client.get(address)
            with queries() as seen:
                assert client.get(address).status_code == 200
            assert len(seen) <= 8, (name, address, len(seen), list(seen))


def test_events_carry_no_words(who: Any) -> None:
    mine = asks("erin", opening())
    mine.decline("CANARY answer", by=who.otto)
    rows = Event.select().where(Event.subject_kind.in_(("interest", "opening")))
    assert {row.tag for row in rows} == {"opening.posted", "interest.asked", "interest.answered"}
    assert not [row for row in rows if "CANARY" in str(row.facts)]


def test_the_outbox_shows_no_row_of_letters_to_all_who_asked(who: Any, move_clock: Any) -> None:
    """HR who asked too, and the admin, read there who was written to, one after the other."""
    made = opening()
    for name in ("erin", "ben", "olga", "ida", "adam"):
        asks(name, made)
    made.close(by=who.otto)
    written: list[int] = []
    for _ in range(24):
        move_clock(hours=1)
        before = len(letters_to_all())
        tell_who_asked()
        written.append(len(letters_to_all()) - before)
    assert sum(written) == 5 and sum(n > 0 for n in written) >= 3, written


def letters_to_all() -> list[Letter]:
    return list(Letter.select().where(Letter.kind == "opening_answer"))
