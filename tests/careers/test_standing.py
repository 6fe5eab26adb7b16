"""What is missing for a rung: each sort of point, read off what other rooms know, and no more."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.due import add_months
from portal.careers import criteria, facts, standing, tracks, wording
from portal.careers.criteria import months_of
from portal.careers.facts import Span
from portal.careers.released import ratings_of
from portal.careers.standing import Point
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.reviews.models import Cycle
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import KEYS, brings, rung, says, takes
from tests.reviews import conftest as reviews
from tests.reviews.stages import ORDER, Stages


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def point(name: str, sort: str, viewer: Any = None) -> Point:
    found = standing.points(cast.person(name), rung(), viewer)
    return next(one for one in found if one.key == KEYS[sort])


def test_every_point_says_what_is_known_and_what_is_missing(who: Any, things: Any) -> None:
    found = standing.points(who.erin, rung())
    assert [one.key for one in found] == list(KEYS.values())
    assert [one.is_met for one in found] == [False] * 5 + [None]
    assert [(one.url, one.verb) for one in found] == [
        (f"/competencies/people/{who.erin.id}/assessment", "Say where you stand"),
        ("", ""),
        (f"/certificates/new?type={things.type.id}", "Bring it"),
        (f"/learning/courses/{things.course.id}", "Take the course"),
        ("/reviews", "See your reviews"),
        ("", ""),
    ]
    assert "1 Jan 2027" in found[1].missing and found[1].said == "10 months, since 1 Jan 2026."
    seen = standing.points(who.erin, rung(), who.mara)
    assert seen[0].url == f"/competencies/people/{who.erin.id}/assessment"
    assert seen[3].url == f"/learning/people/{who.erin.id}"


def test_all_is_met_once_the_facts_are_there(who: Any, things: Any, move_clock: Any) -> None:
    says("erin", "mara", 3)
    brings("erin", things.type, days=90)
    takes("erin", things.course)
    move_clock(days=50)
    found = standing.points(who.erin, rung())
    assert [one.is_met for one in found] == [True, True, True, True, False, None]
    assert all(not one.missing and not one.url for one in found[:4])
    assert "The manager says Advanced on L1" in found[0].said
    assert "valid until" in found[2].said
    move_clock(days=60)
    assert point("erin", "certificate").is_met is False, "it has ended meanwhile"


def test_the_managers_word_comes_before_ones_own(who: Any, things: Any) -> None:
    says("erin", "erin", 3)
    assert point("erin", "competency").is_met
    assert "self-assessment" in point("erin", "competency").said
    says("erin", "ben", 3)
    says("erin", "mara", 2)
    says("erin", "erin", 3)
    now = point("erin", "competency")
    assert now.is_met is False and "The manager" in now.said
    assert now.missing == "1 step below what is asked.", "Proficient on L1 is Developing on L2"
    assert now.url == f"/growth/people/{who.erin.id}/plans/new/talking"


def test_a_word_on_another_level_counts_a_row_less_or_more(who: Any, things: Any) -> None:
    Position.take(who.erin, by=None, starts_on=date(2026, 6, 1), level="L2")
    says("erin", "mara", 2)
    assert point("erin", "competency").is_met
    says("ben", "mara", 2)
    assert point("ben", "competency").is_met is False


def test_what_nobody_has_confirmed_or_what_was_taken_back_does_not_count(
    who: Any, things: Any
) -> None:
    mine = brings("erin", things.type, by="erin")
    assert point("erin", "certificate").is_met is False
    mine.confirm(by=who.helen)
    assert point("erin", "certificate").is_met
    mine.take_out(by=who.helen)
    assert point("erin", "certificate").is_met is False
    takes("erin", things.course)
    assert point("erin", "course").is_met
    text = ladder.COURSE.replace("This.", "That.")
    things.course.publish(text, by=who.helen, is_material=True)
    assert point("erin", "course").is_met is False, "the text was changed in what one must know"


def test_what_is_not_in_force_is_said_and_not_asked(who: Any, things: Any) -> None:
    things.course.retire(by=who.helen)
    found = point("erin", "course")
    assert found.is_met is None and not found.url and "not in force" in found.missing


def test_months_on_a_rung_are_those_of_role_and_level_whatever_team(who: Any, things: Any) -> None:
    Position.take(who.erin, by=None, starts_on=date(2026, 3, 1), team=None)
    assert point("erin", "months").said == "10 months, since 1 Jan 2026."
    Position.take(who.erin, by=None, starts_on=date(2026, 5, 1), role="Tester")
    Position.take(who.erin, by=None, starts_on=date(2026, 7, 1), role="Engineer")
    assert point("erin", "months").said == "8 months, since 1 Jan 2026.", "4 and 4"
    assert "1 Mar 2027" in point("erin", "months").missing


def test_months_count_only_on_a_rung_that_leads_there(who: Any, things: Any) -> None:
    """Two years below do not stand for two on the rung between."""
    source = ladder.TRACK.replace("level: L2\n\nBuilds", "level: L2\nto: master\n\nBuilds")
    source += "\n## Master\nrole: Engineer\nlevel: L4\n\nMasters.\n- [ ] months:6\n"
    things.track.publish(source, by=who.helen)
    above = standing.points(who.erin, rung("master"))[0]
    assert above.is_met is False and "10 months" in above.said
    assert above.missing == "Not counted: Engineer, L1 does not lead there."
    Position.take(who.erin, by=None, starts_on=date(2026, 3, 1), level="L2")
    assert standing.points(who.erin, rung("master"))[0].is_met
    assert point("erin", "months").is_met and "They stand there" in point("erin", "months").said
    assert standing.points(who.erin, rung("lead"))[0].is_met is False
    Position.take(who.erin, by=None, starts_on=date(2026, 4, 1), role="Baker")
    assert standing.points(who.erin, rung("lead"))[0].is_met, "no track says where bakers go"


def test_whoever_comes_back_stands_where_they_are_hired_into(who: Any, things: Any) -> None:
    with db.write():
        Position.update(ends_on=date(2026, 5, 31)).where(Position.person == who.erin.id).execute()
        Position.create(
            person=who.erin, role="Engineer", level="L2", starts_on=date(2026, 12, 1),
            is_hire=True, employment="permanent", recorded_at=clock.now(),
        )  # fmt: skip
    found = facts.read([who.erin.id])
    assert found.now[who.erin.id] == ("Engineer", "L2")
    assert standing.stands_on(found, who.erin, tracks.all_in_force()) == tracks.of(who.erin)
    assert point("erin", "months").said != "4 months, since 1 Jan 2026."


def test_a_row_that_the_text_does_not_have_is_met_by_nobody(who: Any, things: Any) -> None:
    asked = ladder.TRACK.replace("competency:talking", "competency:talking=5")
    things.track.publish(asked, by=who.helen)
    says("erin", "mara", 3)
    found = standing.points(who.erin, rung())[0]
    assert found.is_met is False and found.title == "Talking: row 5 on L2"
    assert "row 5 on L2" in wording.Wording(who.erin, [rung()]).of(rung(), found.criterion).title


def test_months_are_counted_as_calendars_do() -> None:
    today = date(2026, 3, 1)
    assert months_of([Span(date(2026, 1, 31), None)], today) == 1
    assert months_of([Span(date(2026, 1, 31), None)], date(2026, 2, 27)) == 0
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 18), 14) == date(2028, 1, 18)
    for days in range(0, 900, 7):
        last = today + timedelta(days=days)
        months = criteria._full_months(today, last)
        assert add_months(today, months) <= last < add_months(today, months + 1)


def test_many_are_read_with_as_many_queries_as_one(who: Any, things: Any, queries: Any) -> None:
    rungs = [rung(), rung("lead")]
    standing.points(who.erin, rung())
    with queries() as one:
        standing.points(who.erin, rungs[0])
    with queries() as all_of_them:
        pairs = [(person, each) for person in (who.erin, who.ben, who.mara) for each in rungs]
        found = standing.points_of_many(pairs)
    assert len(all_of_them) == len(one) <= 7
    assert len(found) == 6
    alone = {person.id: standing.points(person, rungs[0]) for person in (who.erin, who.ben)}
    for person_id, points in alone.items():
        assert found[person_id, "craft/builder"] == points


def test_a_rating_counts_from_its_release_on_and_as_it_was_calibrated(
    who: Any, things: Any, move_clock: Any
) -> None:
    for slug in ("annual", "peers"):
        reviews.form(slug)
    people = [cast.person(name) for name in ("mara", "erin", "ben", "olga")]
    cycle = Cycle.begin(reviews.plan(), people, cast.TODAY, by=who.helen)
    stages = Stages(cycle, move_clock)
    for name in ORDER:
        getattr(stages, name)()
        is_out = ORDER.index(name) >= ORDER.index("released")
        rated = ratings_of([who.erin.id, who.ben.id]).get(who.erin.id, [])
        assert [one.rating for one in rated] == ([1] if is_out else []), name
    now = point("erin", "review")
    assert now.is_met is False and now.said.startswith("Annual review: 1, ")
    assert "Annual review" not in standing.points(who.ben, rung())[4].said
    submission = ReviewPart.of_step(stages.review, MANAGER).submission  # type: ignore[union-attr]
    for column, value in (
        (Submission.readers, "hr manager"), (Submission.withdrawn_at, clock.now()),
        (Submission.purged_at, clock.now()),
    ):  # fmt: skip
        before = getattr(submission, column.name)
        mine = Submission.id == submission.id
        with db.write():
            Submission.update({column: value}).where(mine).execute()
        assert not ratings_of([who.erin.id]), column.name
        with db.write():
            Submission.update({column: before}).where(mine).execute()
    assert ratings_of([who.erin.id])
    with db.write():
        Cycle.update(fact="improvement:1").where(Cycle.id == cycle.id).execute()
    assert not ratings_of([who.erin.id]), "an improvement plan is no review"
    with db.write():
        Cycle.update(fact="").where(Cycle.id == cycle.id).execute()
    stages.review.skip("Left out.", by=who.helen)
    assert not ratings_of([who.erin.id])
