"""Mentors: offering, finding, asking, answering, ending; and room that is never given twice."""

import threading
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.growth.mentoring import Mentor, NotPossible
from portal.growth.mentorships import Mentorship
from portal.mail.models import Letter
from portal.mail.models import kinds as letter_kinds
from tests import cast
from tests.growth.conftest import again, asks, mentor, move_under


def owed(name: str, kind: str = "mentoring") -> list[Assignment]:
    rows = Assignment.select().where(
        Assignment.is_open(), Assignment.kind == kind, Assignment.person == cast.person(name)
    )
    return list(rows)


def test_somebody_offers_it_and_stands_on_the_list(as_: Any, things: Any) -> None:
    erin = as_("erin")
    assert "Be a mentor" in erin.get("/growth/mentors").text
    refused = erin.post("/growth/mentors/offer", data={"capacity": "6", "line": "x"})
    assert refused.status_code == 422
    assert "from 1 to 5" in refused.text and "Choose at least one." in refused.text
    data = {"competencies": [str(things.talking.id)], "capacity": "2", "line": "I was shy."}
    page = erin.post("/growth/mentors/offer", data=data, follow_redirects=True).text
    assert "You are a mentor now." in page and "You are a mentor for up to 2" in page
    seen = as_("otto").get("/growth/mentors").text
    assert "Erin" in seen and "I was shy." in seen and "Has room" in seen
    assert "Erin" not in as_("otto").get("/growth/mentors?competency=building").text
    assert "Erin" in as_("otto").get("/growth/mentors?competency=talking").text


def test_an_offer_is_changed_paused_and_taken_back(as_: Any, things: Any) -> None:
    mentor("erin")
    erin, otto = as_("erin"), as_("otto")
    data = {"competencies": [str(things.building.id)], "capacity": "1", "line": "New line."}
    assert "Saved." in erin.post("/growth/mentors/offer", data=data, follow_redirects=True).text
    assert Mentor.select().count() == 1
    for verb, is_there in (("pause", False), ("resumption", True), ("end", False)):
        erin.post(f"/growth/mentors/offer/{verb}")
        assert ("New line." in otto.get("/growth/mentors").text) is is_there, verb


def test_asking_becomes_a_duty_of_the_mentor_and_an_answer(as_: Any, who: Any, things: Any) -> None:
    offered = mentor("otto")
    erin = as_("erin")
    data = {"competency": str(things.talking.id), "wish": "Speak to customers."}
    page = erin.post(f"{offered.url}/request", data=data, follow_redirects=True).text
    assert "Otto has it on Today" in page and "Speak to customers." in page
    mine = Mentorship.get()
    duty = owed("otto")[0]
    assert duty.title == "Answer a request to be a mentor" and duty.about_id is None
    otto = as_("otto")
    assert "Answer a request to be a mentor" in otto.get("/").text
    page = otto.post(f"{mine.url}/acceptance", data={"word": "Monday?"}, follow_redirects=True).text
    assert "You meet since" in page and "Monday?" in erin.get(mine.url).text
    assert not owed("otto") and "No room now" in as_("ben").get("/growth/mentors").text
    assert "It is over." in erin.post(f"{mine.url}/end", follow_redirects=True).text
    mine = again(mine)
    assert (mine.state, mine.wish, mine.word) == ("ended", "", "")
    assert "Has room" in as_("ben").get("/growth/mentors").text


def test_no_comes_with_a_word_that_the_asker_alone_reads(as_: Any, things: Any) -> None:
    mine = asks("erin", mentor("otto"))
    refused = as_("otto").post(f"{mine.url}/refusal", data={"word": " "})
    assert refused.status_code == 422 and "Say why, in a few words." in refused.text
    as_("otto").post(f"{mine.url}/refusal", data={"word": "Too much on."})
    page = as_("erin").get(mine.url).text
    assert "Too much on." in page and "See who else has room" in page
    assert not owed("otto") and again(mine).state == "declined"
    assert (
        "not open any more"
        in as_("otto").post(f"{mine.url}/acceptance", data={"word": ""}, follow_redirects=True).text
    )


def test_who_asked_takes_it_back(as_: Any, things: Any) -> None:
    mine = asks("erin", mentor("otto"))
    assert "Taken back." in as_("erin").post(f"{mine.url}/withdrawal", follow_redirects=True).text
    assert not owed("otto") and again(mine).wish == ""


def test_nobody_asks_themselves_or_who_is_full_or_paused(who: Any, things: Any) -> None:
    offered = mentor("otto")
    with pytest.raises(NotPossible, match="That is you"):
        asks("otto", offered)
    first = asks("erin", offered)
    assert asks("erin", offered).id == first.id, "asking twice is asking once"
    with pytest.raises(NotPossible, match="no room"):
        asks("ben", offered)
    offered.pause(by=who.otto)
    first.withdraw(by=who.erin)
    with pytest.raises(NotPossible, match="nobody new"):
        asks("ben", offered)


def test_a_full_mentor_says_so_at_the_form(as_: Any, things: Any) -> None:
    offered = mentor("otto")
    ben = as_("ben")
    assert "Ask Otto" in ben.get(offered.url).text
    asks("erin", offered)
    late = ben.post(f"{offered.url}/request", data={"competency": "", "wish": "Please"})
    assert late.status_code == 422 and "somebody was faster" in late.text
    assert "Please" in late.text, "nothing that was typed is lost"


def test_a_mentor_who_pauses_meanwhile_is_told_of_at_the_form(
    as_: Any, who: Any, things: Any
) -> None:
    offered = mentor("otto")
    offered.pause(by=who.otto)
    late = as_("erin").post(f"{offered.url}/request", data={"competency": "", "wish": "Please"})
    assert late.status_code == 422 and "nobody new" in late.text and "Please" in late.text


def test_two_who_ask_at_once_get_one_place(who: Any, things: Any) -> None:
    offered, gate, lost = mentor("otto"), threading.Barrier(2), []

    def ask(name: str) -> None:
        db.database.connect(reuse_if_open=True)
        person = cast.person(name)
        gate.wait()
        try:
            Mentorship.ask(offered, person, by=person, competency=None, wish="")
        except NotPossible as error:
            lost.append(str(error))
        finally:
            db.database.close()

    both = [threading.Thread(target=ask, args=(name,)) for name in ("erin", "ben")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert Mentorship.select().count() == 1 and len(lost) == 1


def test_fewer_places_than_are_taken_end_nothing(who: Any, things: Any) -> None:
    offered = mentor("otto", capacity=2)
    rows = [asks("erin", offered), asks("ben", offered)]
    for row in rows:
        row.accept("", by=who.otto)
    mentor("otto", capacity=1)
    assert {again(row).state for row in rows} == {"running"}


def test_nobody_asks_whoever_they_report_to(as_: Any, who: Any, things: Any) -> None:
    own, above = mentor("mara"), mentor("dora")
    page = as_("erin").get(own.url).text
    assert "You report to them" in page and "<textarea" not in page
    refused = as_("erin").post(f"{own.url}/request", data={"competency": "", "wish": "Please."})
    assert refused.status_code == 422 and Mentorship.select().count() == 0
    assert asks("erin", above).state == "asked", "who stands further up may be asked"
    asks("mara", mentor("erin"))


def test_a_mentor_who_becomes_ones_lead_goes_on(who: Any, things: Any) -> None:
    met = asks("erin", mentor("otto", capacity=2))
    met.accept("", by=who.otto)
    move_under("erin", "otto")
    assert again(met).state == "running"
    met.end(by=who.erin)
    with pytest.raises(NotPossible, match="You report to them"):
        asks("erin", Mentor.get())


def test_who_has_room_comes_first(as_: Any, who: Any, things: Any) -> None:
    asks("ben", mentor("ida"))
    mentor("otto")
    page = as_("erin").get("/growth/mentors").text
    assert page.index("Otto Weiß") < page.index("Ida Sørensen")


def test_the_list_says_how_ones_own_requests_went(as_: Any, who: Any, things: Any) -> None:
    asks("erin", mentor("otto")).decline("No time.", by=who.otto)
    assert "not this time" in as_("erin").get("/growth/mentors").text
    assert "you said no" in as_("otto").get("/growth/mentors").text
    asks("ben", mentor("ida")).accept("", by=who.ida)
    assert "your mentor" in as_("ben").get("/growth/mentors").text
    assert "you have a mentor" in as_("ben").get("/growth").text
    assert "you mentor 1" in as_("ida").get("/growth").text


def letters(name: str) -> list[str]:
    rows = Letter.select().where(
        Letter.kind == "growth_answer", Letter.person_id == cast.person(name).id
    )
    found = [letter_kinds[row.kind].render(row) for row in rows]
    return [f"{one.subject} {one.text}" for one in found if one]


def test_an_answer_leaves_as_a_letter_without_a_word_of_it(
    app: Any, who: Any, things: Any, move_clock: Any
) -> None:
    asks("ben", mentor("otto", capacity=3)).decline("CANARY no", by=who.otto)
    met = asks("erin", Mentor.get())
    met.accept("CANARY yes", by=who.otto)
    for name in ("ben", "erin"):
        assert len(letters(name)) == 1 and "Something for you" in letters(name)[0]
        assert "CANARY" not in letters(name)[0] and "Otto" not in letters(name)[0]
    asks("ida", Mentor.get()).withdraw(by=who.ida)
    assert not letters("ida"), "nobody is told what they did themselves"
    met.end(by=who.erin)
    assert len(letters("otto")) == 1 and met.url in letters("otto")[0]
    who.otto.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    move_clock(days=2)
    assert not letters("otto"), "whoever has left is told nothing"
