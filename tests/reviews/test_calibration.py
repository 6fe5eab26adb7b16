"""Calibration: each change has its reason and keeps what was; the person reads the last rating and
of another one nothing."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock, db
from portal.audit import Event
from portal.people.grants import Grant
from portal.people.positions import Position
from portal.privacy import records
from portal.questionnaires.models import Submission
from portal.retention.models import LegalHold
from portal.retention.records import DryRun
from portal.reviews import access, calibration, comparing, following, reading
from portal.reviews.calibration import (
    UNDONE,
    CalibrationSession,
    Changed,
    ChangeReason,
    Locked,
    Placement,
    RatingChange,
)
from portal.reviews.models import Cycle
from portal.reviews.steps import MANAGER
from tests import cast
from tests.reviews.conftest import after, part_of, review_of, send
from tests.reviews.racing import at_once

YEAR = timedelta(days=365)
RATED = {"erin": "3", "ben": "2", "olga": "1", "mara": "2"}


def rated(cycle: Cycle, move_clock: Any, **ratings: str) -> None:
    after(move_clock, 11)
    for name, rating in (ratings or RATED).items():
        send(part_of(cycle, name, MANAGER), rating, f"CANARY words about {name}.")


@pytest.fixture
def session(cycle: Cycle, move_clock: Any) -> CalibrationSession:
    """All four are rated and compared, on the first day of the step."""
    rated(cycle, move_clock)
    after(move_clock, 21)
    return begin(cycle)


def begin(cycle: Cycle, **more: Any) -> CalibrationSession:
    day = cast.TODAY + timedelta(days=23)
    fresh = Cycle.get_by_id(cycle.id)
    by = cast.person("helen")
    return CalibrationSession.begin(
        fresh, **{"by": by, "grouping": "department", "held_on": day, **more}
    )


def placement_of(name: str) -> Placement:
    review = Placement.select().join(calibration.Review)
    return review.where(calibration.Review.person == cast.person(name)).get()  # type: ignore[no-any-return]


def change(name: str, rating: int, by: str = "helen", reason: str = "The same work.") -> Any:
    one = placement_of(name)
    return one.change(rating, reason, one.rating, by=cast.person(by))


# -- a session --------------------------------------------------------------------------------


def test_a_session_takes_what_is_sent_once(session: CalibrationSession, cycle: Cycle) -> None:
    assert Placement.select().count() == 4
    assert {p.team for p in Placement.select()} == {"Engineering", "Sales"}
    with pytest.raises(ValueError, match="No review is sent"):
        begin(cycle)


def test_a_session_may_take_some_departments_and_the_rest_another(
    cycle: Cycle, move_clock: Any
) -> None:
    rated(cycle, move_clock)
    after(move_clock, 21)
    sales = placement_department(cycle, "olga")
    assert (
        Placement.select().where(Placement.session == begin(cycle, departments={sales})).count()
        == 1
    )
    assert Placement.select().where(Placement.session == begin(cycle)).count() == 3


def placement_department(cycle: Cycle, name: str) -> int:
    position = cast.person(name).position()
    assert position is not None
    return int(position.team_id)


def test_before_the_step_opens_there_is_nothing_to_compare(cycle: Cycle, move_clock: Any) -> None:
    rated(cycle, move_clock)
    with pytest.raises(ValueError, match="not open"):
        begin(cycle)


def test_what_is_compared_is_not_taken_back(
    as_: Any, session: CalibrationSession, cycle: Cycle
) -> None:
    for name in RATED:
        assert not part_of(cycle, name, MANAGER).may_be_taken_back, name


def test_what_came_late_goes_into_a_session_of_its_own(cycle: Cycle, move_clock: Any) -> None:
    rated(cycle, move_clock, erin="3", ben="2")
    after(move_clock, 21)
    first = begin(cycle)
    send(part_of(cycle, "olga", MANAGER), "1")
    assert Placement.select().where(Placement.session == first).count() == 2
    assert [p.review.person_id for p in Placement.of(begin(cycle))] == [cast.person("olga").id]


def test_what_its_own_readers_read_by_now_is_not_compared(cycle: Cycle, move_clock: Any) -> None:
    """A form that a plan had asked for keeps the readers it was opened with."""
    rated(cycle, move_clock, erin="3", ben="2", olga="1")
    for name, readers in (("erin", "hr manager subject"), ("ben", "manager")):
        with db.write():
            form = part_of(cycle, name, MANAGER)
            Submission.update(readers=readers).where(Submission.id == form.id).execute()
    after(move_clock, 21)
    assert [p.review.person_id for p in Placement.of(begin(cycle))] == [cast.person("olga").id]


# -- a change ---------------------------------------------------------------------------------


def test_a_change_keeps_what_was_and_why_and_who(session: CalibrationSession) -> None:
    made = change("erin", 2)
    one = placement_of("erin")
    assert (one.given, one.rating) == (3, 2)
    assert (made.before, made.after, made.by_id) == (3, 2, cast.person("helen").id)
    said = json.loads(Event.get(Event.tag == "rating_change.made").data)
    assert said == {"session": session.id, "record": RatingChange.get().record}
    assert ChangeReason.get().reason == "The same work."


def test_a_change_without_a_reason_is_refused_at_its_field(
    as_: Any, session: CalibrationSession
) -> None:
    one = placement_of("erin")
    address = f"/reviews/calibration/ratings/{one.review_id}"
    data = {"rating": "2", "reason": "  ", "before": "3"}
    answer = as_("helen").post(address, data=data)
    assert answer.status_code == 422 and "Say why" in answer.text
    assert placement_of("erin").rating == 3 and RatingChange.select().count() == 0
    answer = as_("helen").post(address, data=data | {"rating": "9", "reason": "Why"})
    assert answer.status_code == 422
    answer = as_("helen").post(address, data=data | {"reason": "Why"})
    assert answer.status_code == 303 and placement_of("erin").rating == 2


def test_it_stands_in_the_rail_where_one_came_from(as_: Any, session: CalibrationSession) -> None:
    skipping = f"/reviews/{placement_of('erin').review_id}/skipping"
    for name, address, entry in (
        ("helen", session.url, "/reviews/cycles"),
        ("helen", skipping, "/reviews/cycles"),
        ("mara", session.url, "/reviews"),
    ):
        page = as_(name).get(address).text
        here = re.findall(r'rail__link" href="([^"]*)"[^>]*aria-current="page"', page)
        assert here == [entry], (name, address)


def test_two_who_change_it_at_once_overwrite_nothing(as_: Any, session: CalibrationSession) -> None:
    one = placement_of("erin")
    change("erin", 2, by="mara")
    with pytest.raises(Changed) as caught:
        one.change(1, "Mine.", 3, by=cast.person("helen"))
    assert caught.value.rating == 2
    address = f"/reviews/calibration/ratings/{one.review_id}"
    data = {"rating": "1", "reason": "What I typed.", "before": "3"}
    answer = as_("helen").post(address, data=data)
    assert answer.status_code == 409
    assert "2 Good" in answer.text and "What I typed." in answer.text
    assert RatingChange.select().count() == 1


def test_of_many_at_the_same_moment_one_changes_it(session: CalibrationSession) -> None:
    one, helen = placement_of("erin"), cast.person("helen")
    assert helen.is_hr

    def press(rating: int) -> str:
        try:
            Placement.get_by_id(one.id).change(rating, f"To {rating}", 3, by=helen)
        except Changed:
            return "refused"
        return "changed"

    answers = at_once(*[lambda n=n: press(1 + n % 2) for n in range(6)])
    assert RatingChange.select().count() == 1
    assert answers.count("changed") >= 1 and "refused" in answers
    assert placement_of("erin").rating == RatingChange.get().after


def test_a_change_is_undone_by_who_made_it_and_both_stay(
    as_: Any, session: CalibrationSession, move_clock: Any
) -> None:
    made = change("erin", 2)
    changes = f"/reviews/calibration/ratings/{made.placement.review_id}/changes"
    address = f"{changes}/1/undoing"
    assert as_("mara").post(address).status_code == 404
    assert as_("helen").post(address).status_code == 303
    assert placement_of("erin").rating == 3
    assert [one.reason for one in RatingChange.of_review(placement_of("erin").review_id)] == [
        UNDONE, "The same work.",
    ]  # fmt: skip
    made = change("erin", 2)
    move_clock(minutes=20)
    assert made.number == 3
    as_("helen").post(f"{changes}/3/undoing")
    assert placement_of("erin").rating == 2


def test_the_database_lets_nobody_rewrite_a_change(session: CalibrationSession) -> None:
    made = change("erin", 2)
    for query in (
        RatingChange.update(before=1).where(RatingChange.id == made.id),
        RatingChange.delete().where(RatingChange.id == made.id),
    ):
        with pytest.raises(Exception, match="stays as it was made"), db.write():
            query.execute()


def test_nobody_changes_their_own_and_who_leads_them_no_more_changes_nothing(
    session: CalibrationSession, who: Any
) -> None:
    with db.write():
        Grant.give(who.mara, "hr", by=who.helen, starts_on=cast.TODAY)
    with pytest.raises(Locked):
        change("mara", 3, by="mara")
    mara = cast.person("dora")
    assert mara.leads(who.erin)
    Position.take(who.mara, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    one = placement_of("erin")
    with pytest.raises(Locked):
        one.change(1, "Still mine.", one.rating, by=mara)


# -- the lock ---------------------------------------------------------------------------------


def test_after_the_lock_nothing_changes(as_: Any, session: CalibrationSession) -> None:
    assert as_("mara").post(f"{session.url}/lock").status_code == 403
    assert as_("helen").post(f"{session.url}/lock").status_code == 303
    with pytest.raises(Locked):
        change("erin", 2)
    assert '/rating"' not in as_("helen").get(session.url).text
    as_("helen").post(f"{session.url}/unlocking")
    change("erin", 2)


def test_it_locks_by_itself_when_its_day_and_its_step_are_over(
    session: CalibrationSession, move_clock: Any
) -> None:
    after(move_clock, 24)
    assert CalibrationSession.get().locked_at is None
    after(move_clock, 26)
    assert CalibrationSession.get().locked_at is not None
    assert not CalibrationSession.get().unlock(by=cast.person("helen"))


def test_what_is_still_compared_is_not_released(cycle: Cycle, move_clock: Any, who: Any) -> None:
    rated(cycle, move_clock)
    after(move_clock, 21)
    session = begin(cycle, held_on=cast.TODAY + timedelta(days=28))
    after(move_clock, 26)
    assert review_of(cycle, "erin").released_at is None
    assert not reading.release(review_of(cycle, "erin"), by=who.mara)
    assert session.lock(by=who.helen)
    following.run()
    assert review_of(cycle, "erin").released_at is not None
    assert not session.unlock(by=who.helen)


def test_what_nobody_compared_is_released_as_it_was_written(cycle: Cycle, move_clock: Any) -> None:
    rated(cycle, move_clock)
    after(move_clock, 26)
    assert review_of(cycle, "erin").released_at is not None


# -- what the person reads --------------------------------------------------------------------


def test_the_person_reads_the_calibrated_rating_and_of_another_one_nothing(
    as_: Any, cycle: Cycle, session: CalibrationSession, move_clock: Any
) -> None:
    change("erin", 1)
    after(move_clock, 26)
    review, form = review_of(cycle, "erin"), part_of(cycle, "erin", MANAGER)
    pages = [review.url, f"/forms/{form.id}/answers", f"/forms/{form.id}/answers.csv"]
    more = [f"/forms/{form.id}", "/forms?show=read", "/reviews", "/", f"/forms/{form.id}/readers"]
    for address in (*pages, *more):
        page = as_("erin").get(address).text
        assert ("1 Hard" in page) == (address in pages), address
        for trace in ("3 Great", "alibrat" if address != review.url else "The same work", "3 →"):
            assert trace not in page, (address, trace)
    assert "The same work" not in as_("erin").get(review.url).text


def test_who_wrote_it_reads_on_their_form_what_they_wrote(
    as_: Any, cycle: Cycle, session: CalibrationSession, who: Any, move_clock: Any
) -> None:
    change("erin", 1)
    form = part_of(cycle, "erin", MANAGER)
    assert "3 Great" in as_("mara").get(f"/forms/{form.id}").text
    assert "1 Hard" in as_("mara").get(review_of(cycle, "erin").url).text
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    after(move_clock, 26)
    page = as_("mara").get(review_of(cycle, "erin").url).text
    assert "3 Great" in page and "1 Hard" not in page and "The same work" not in page


def test_hr_and_the_line_read_how_it_came_to_be(
    as_: Any, cycle: Cycle, session: CalibrationSession
) -> None:
    change("erin", 1)
    for name in ("helen", "mara", "dora"):
        page = as_(name).get(review_of(cycle, "erin").url).text
        assert "3 Great → <b>1 Hard</b>" in page and "The same work." in page, name


# -- the page of a session --------------------------------------------------------------------


def test_each_reads_their_own_line_and_nobody_themselves(
    as_: Any, session: CalibrationSession
) -> None:
    seen = {
        name: {
            other
            for other in RATED
            if f"{cast.person(other).called}</a>" in as_(name).get(session.url).text
        }
        for name in ("helen", "dora", "mara", "otto")
    }
    assert seen == {
        "helen": {"erin", "ben", "olga", "mara"}, "dora": {"erin", "ben", "mara"},
        "mara": {"erin", "ben"}, "otto": {"olga"},
    }  # fmt: skip


def test_of_fewer_than_five_no_spread_is_shown(as_: Any, session: CalibrationSession) -> None:
    for name in ("helen", "mara", "otto"):
        page = as_(name).get(session.url).text
        assert "Not shown: there are fewer than five" in page, name


def test_a_hr_person_does_not_learn_their_own_from_the_spread(
    as_: Any, session: CalibrationSession, who: Any
) -> None:
    with db.write():
        Grant.give(who.mara, "hr", by=who.helen, starts_on=cast.TODAY)
    mara = cast.person("mara")
    seen = access.placements_visible_to(mara, session)
    assert who.mara.id not in {one.review.person_id for one in seen}
    assert (
        len(comparing._rated(session, mara)) == 3 == len(comparing._rated(session, who.helen)) - 1
    )
    file = as_("mara").get(f"{session.url}/ratings.csv").text
    assert "Mara Okafor" not in file.replace("Reviewed by", "").split("\n", 1)[0]
    assert not [line for line in file.splitlines() if line.startswith("Mara Okafor")]


def test_all_managers_see_the_spread_of_the_same_people_and_of_no_manager(
    session: CalibrationSession, move_clock: Any, who: Any
) -> None:
    """Two who lay their tables side by side could each tell their own from the difference."""

    def counted(name: str) -> list[tuple[str, int, int]]:
        rows = comparing._rated(session, cast.person(name))
        return sorted((one.group, one.given, one.rating) for one in rows)

    assert counted("mara") == counted("dora") == counted("otto")
    assert len(counted("mara")) == 3 and len(counted("helen")) == 4
    # Nor from the same table a while later.
    move_clock(minutes=5)
    Position.take(who.ben, by=who.helen, starts_on=cast.TODAY, manager=who.erin)
    assert len(counted("dora")) == 3 and counted("erin") == []


def test_no_number_tells_hr_that_their_own_rating_was_changed(
    as_: Any, session: CalibrationSession, who: Any
) -> None:
    with db.write():
        Grant.give(who.mara, "hr", by=who.helen, starts_on=cast.TODAY)
    change("mara", 3)
    page = as_("mara").get("/retention").text
    assert "not counted" in page.split("Reasons of calibrations", 1)[1][:400]
    kept, rule = records["calibration_reasons"], SimpleNamespace(cut_off=clock.today() + YEAR)
    seen = [DryRun(kept, rule, cast.person(name)) for name in ("mara", "helen")]
    assert [(run.count, run.held_back, run.held(LegalHold.select())) for run in seen] == [
        (0, 0, []), (1, 0, []),
    ]  # fmt: skip
    # Nor does a gap between two numbers of one's own.
    answer = as_("mara").post(
        f"/reviews/calibration/ratings/{placement_of('erin').review_id}",
        data={"rating": "2", "before": "3", "reason": "The same work."},
    )
    assert answer.status_code == 303 and RatingChange.select().count() == 2
    assert placement_of("erin").changes.get().number == 1


def test_people_are_read_side_by_side(as_: Any, session: CalibrationSession) -> None:
    change("erin", 1)
    ids = [placement_of(name).review_id for name in ("erin", "ben", "olga")]
    asked = "&".join(f"person={one}" for one in ids)
    page = as_("helen").get(f"{session.url}/comparison?{asked}").text
    for name in ("erin", "ben", "olga"):
        assert f"CANARY words about {name}." in page
    assert "1 Hard" in page and "3 Great" not in page
    page = as_("mara").get(f"{session.url}/comparison?{asked}").text
    assert "about olga" not in page and "about ben" in page
    assert as_("otto").get(f"{session.url}/comparison?{asked}").status_code == 303
    many = "&".join(f"person={one.id}" for one in Placement.select()) + "&person=1"
    assert as_("helen").get(f"{session.url}/comparison?{many}").status_code == 303


def test_the_file_holds_before_after_and_every_reason(
    as_: Any, session: CalibrationSession
) -> None:
    change("erin", 1, reason="=cmd() said so")
    file = as_("helen").get(f"{session.url}/ratings.csv")
    assert "3 Great" in file.text and "1 Hard" in file.text
    assert "3 to 1 by Helen Brandt" in file.text
    for name in ("mara", "dora", "otto"):
        assert as_(name).get(f"{session.url}/ratings.csv").status_code == 403


def test_the_page_asks_as_many_questions_however_many_are_in_it(
    as_: Any, session: CalibrationSession, queries: Any
) -> None:
    counts = []
    for _ in range(2):
        helen = as_("helen")
        helen.get(session.url)
        with queries() as seen:
            assert helen.get(session.url).status_code == 200
        counts.append(len(seen))
        for name, rating in (("erin", 1), ("ben", 1), ("olga", 2)):
            change(name, rating)
    assert counts[0] == counts[1] <= 14, counts


def test_hr_begins_a_session_from_its_page(as_: Any, cycle: Cycle, move_clock: Any) -> None:
    rated(cycle, move_clock)
    address = f"/reviews/cycles/{cycle.id}/calibration"
    assert "It opens on" in as_("helen").get(address).text
    after(move_clock, 21)
    page = as_("helen").get(address).text
    assert "4 reviews are sent" in page
    data = {"title": "Autumn", "held_on": str(cast.TODAY + timedelta(days=23)), "grouping": "level"}
    wrong = as_("helen").post(address, data=data | {"held_on": "2020-01-01"})
    assert wrong.status_code == 422 and CalibrationSession.select().count() == 0
    assert as_("helen").post(address, data=data).status_code == 303
    assert CalibrationSession.get().title == "Autumn"
    again = as_("helen").post(address, data=data)
    assert again.status_code == 422 and "No review is sent" in again.text


def test_many_are_placed_in_as_many_statements_as_few(
    cycle: Cycle, move_clock: Any, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever begins a session of a thousand keeps nobody from writing."""
    monkeypatch.setattr(calibration, "AT_ONCE", 2)
    monkeypatch.setattr(calibration, "_put_many", calibration._put_so_many(2))
    counts = []
    for names in (("erin",), ("ben", "olga", "mara")):
        after(move_clock, 21)
        for name in names:
            send(part_of(cycle, name, MANAGER), "2")
        with queries() as seen:
            begin(cycle)
        counts.append(len(seen))
    assert counts[0] >= counts[1] - 2 and max(counts) <= 22, counts
    placed = {p.review.person.first_name: (p.given, p.rating) for p in Placement.select()}
    assert placed == dict.fromkeys(("Erin", "Ben", "Olga", "Mara"), (2, 2))
    assert not [one for one in RATED if part_of(cycle, one, MANAGER).may_be_taken_back]
