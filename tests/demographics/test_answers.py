"""One's own answers are one's own; HR reads sums, once a quarter."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.audit import Event, Personal
from portal.demographics.jobs import look_after_demographics
from portal.demographics.models import DemographicRelease, Demographics
from portal.demographics.questions import QUESTIONS
from portal.people.models import Person
from portal.people.org import Team
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

OWN = {name: 200 for name in cast.NAMES if name != "lev"} | {"audrey": 404}
ONLY_HR = dict.fromkeys((name for name in cast.NAMES if name != "lev"), 404) | {"helen": 200}
SAID = {"gender": "woman", "age": "25-34", "disability": "unsaid", "caring": ""}


@pytest.fixture
def firm(who: Any) -> list[Person]:
    """Twenty in Engineering, eight in Sales, three in a team of few: all have answered."""
    people = []
    sizes = {"Engineering": 20, "Sales": 8, "Legal": 3}
    with db.write():
        for team, size in sizes.items():
            for n in range(size):
                person = Person.hire(
                    by=None, name=f"{team} {n:02}", email=f"{team}{n}@halden.example", details={},
                    starts_on=date(2025, 1, 1), role="Somebody", team=Team.named(team),
                )  # fmt: skip
                Demographics.answer(person, {"gender": "woman" if n % 2 else "man", "age": "25-34"})
                people.append(person)
    return people


def test_everybody_who_works_here_is_asked_and_nobody_else(as_: Any) -> None:
    knock(as_, OWN, "/me/demographics", nowhere="/nothing")
    table = {name: 303 if status == 200 else 404 for name, status in OWN.items()}
    knock(as_, table, "/me/demographics", data=SAID, nowhere="/nothing")
    knock(as_, table, "/me/demographics/withdrawal", data={}, nowhere="/nothing")


def test_figures_are_for_hr(as_: Any, firm: Any) -> None:
    look_after_demographics()
    knock(as_, ONLY_HR, "/demographics", nowhere="/nothing")
    knock(as_, ONLY_HR, "/demographics?department=Engineering", nowhere="/nothing")


def test_answers_are_kept_changed_and_withdrawn(as_: Any, who: Any) -> None:
    erin = as_("erin")
    assert erin.post("/me/demographics", data=SAID).status_code == 303
    mine = Demographics.of(who.erin)
    assert (mine.gender, mine.age, mine.disability, mine.caring) == ("woman", "25-34", "unsaid", "")
    page = erin.get("/me/demographics").text
    assert 'value="25-34" checked' in page and "Withdraw my answers" in page
    erin.post("/me/demographics", data=SAID | {"age": "35-44"})
    assert Demographics.of(who.erin).age == "35-44"
    assert erin.post("/me/demographics/withdrawal").status_code == 303
    assert Demographics.select().count() == 0
    assert "Withdraw my answers" not in erin.get("/me/demographics").text


def test_leaving_everything_out_withdraws(as_: Any, who: Any) -> None:
    erin = as_("erin")
    erin.post("/me/demographics", data=SAID)
    erin.post("/me/demographics", data={})
    assert Demographics.of(who.erin) is None


@pytest.mark.parametrize("question", [question.name for question in QUESTIONS])
@pytest.mark.parametrize("value", ["other-planet", "x" * 5000, "UNSAID", "woman "])
def test_an_answer_that_is_not_offered_is_refused(as_: Any, question: str, value: str) -> None:
    answer = as_("erin").post("/me/demographics", data={question: value})
    assert answer.status_code == 422 and "Choose one of these." in answer.text
    assert Demographics.select().count() == 0


def test_an_unknown_field_is_refused(as_: Any, who: Any) -> None:
    data = SAID | {"person": str(who.ben.id)}
    assert as_("erin").post("/me/demographics", data=data).status_code == 400


def test_the_trail_says_that_somebody_answered_and_hr_does_not_even_read_that(
    as_: Any, who: Any
) -> None:
    erin = as_("erin")
    erin.post("/me/demographics", data=SAID)
    erin.post("/me/demographics", data=SAID)
    erin.post("/me/demographics/withdrawal")
    events = list(Event.select().where(Event.subject_kind == "demographics").order_by(Event.seq))
    assert [event.tag for event in events] == ["demographics.answered", "demographics.withdrawn"]
    assert {(event.data, event.personal_hash) for event in events} == {("{}", "")}
    seqs = [event.seq for event in events]
    assert Personal.select().where(Personal.event.in_(seqs)).count() == 0
    for name in ("helen", "audrey", "adam"):
        assert "about themselves" not in as_(name).get("/audit").text


def test_nobody_else_ever_sees_an_answer(as_: Any, who: Any) -> None:
    """Erin's answers, looked for wherever anybody might read of her."""
    as_("erin").post("/me/demographics", data=SAID | {"background": "latin-american"})
    for name in ("helen", "mara", "audrey", "adam", "otto"):
        client = as_(name)
        for address in (
            f"/people/{who.erin.id}", f"/people/{who.erin.id}/papers", "/people?q=latin", "/audit",
            "/me/demographics", "/demographics", "/", f"/people?q={who.erin.name}",
        ):  # fmt: skip
            page = client.get(address).text
            assert 'latin-american" checked' not in page, (name, address)
            if address != "/me/demographics":
                assert "Latin American" not in page, (name, address)


def test_figures_come_once_five_have_answered(as_: Any, who: Any) -> None:
    for name in ("erin", "ben", "mara", "dora"):
        Demographics.answer(cast.person(name), {"gender": "woman"})
    look_after_demographics()
    assert DemographicRelease.latest() is None
    assert "There are no figures yet" in as_("helen").get("/demographics").text
    Demographics.answer(who.olga, {"gender": "woman"})
    look_after_demographics()
    page = as_("helen").get("/demographics").text
    assert "5 answered" in page
    # All five said the same: showing that would answer for each of them.
    assert "<td>Woman</td>" not in page and "Together:" in page


def test_hr_reads_the_company_and_one_department_at_a_time(as_: Any, firm: Any) -> None:
    look_after_demographics()
    helen = as_("helen")
    page = helen.get("/demographics").text
    assert "31 answered" in page and "Too few have answered" not in page.split("Disability")[0]
    assert 'href="/demographics?department=Engineering"' in page and "Legal" not in page
    sales = helen.get("/demographics?department=Engineering").text
    assert "20 answered" in sales
    for unknown in ("Legal", "Nobody", "Engineering'--", "a" * 500):
        assert helen.get(f"/demographics?department={unknown}").status_code == 404


def test_the_next_figures_wait_for_the_quarter_and_for_five_changes(
    who: Any, firm: list[Person], move_clock: Any
) -> None:
    """A look today and one tomorrow must not differ by one person's answer."""
    look_after_demographics()
    first = DemographicRelease.latest()
    assert (first.taken_on, first.next_on) == (TODAY, date(2027, 1, 1))
    Demographics.answer(who.erin, {"gender": "non-binary"})
    move_clock(days=1)
    look_after_demographics()
    assert DemographicRelease.latest().id == first.id
    move_clock(to=clock.now().replace(year=2027, month=1, day=2))
    with db.write():
        Demographics.update(changed_on=date(2026, 11, 1)).execute()
    Demographics.answer(who.erin, {"gender": "woman"})
    look_after_demographics()
    assert DemographicRelease.latest().id == first.id
    for person in firm[:4]:
        Demographics.answer(person, {"gender": "unsaid"})
    look_after_demographics()
    again = DemographicRelease.latest()
    assert again.id != first.id and again.next_on == date(2027, 4, 1)
    assert DemographicRelease.select().count() == 1


def test_answers_go_when_the_person_does(who: Any, as_: Any, move_clock: Any) -> None:
    Demographics.answer(who.erin, SAID)
    last = TODAY + timedelta(days=1)
    who.erin.depart(by=who.helen, last_day_on=last, access_ends_at=clock.now() + timedelta(days=9))
    look_after_demographics()
    assert Demographics.select().count() == 1
    move_clock(days=2)
    look_after_demographics()
    assert Demographics.select().count() == 0
    assert as_("erin").get("/me/demographics").status_code == 404


def test_counting_a_company_takes_few_questions(firm: Any, queries: Any) -> None:
    with queries() as seen:
        Demographics.by_department(TODAY)
    assert len(seen) <= 4


def test_the_pages_ask_little(as_: Any, firm: Any, queries: Any) -> None:
    look_after_demographics()
    helen = as_("helen")
    for address in ("/demographics", "/demographics?department=Engineering", "/me/demographics"):
        with queries() as seen:
            assert helen.get(address).status_code == 200
        assert len(seen) <= 8, address
