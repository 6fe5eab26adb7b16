"""Red numbers: an owner, a note and a clock; the letters; and the review of a quarter."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.documents.models import Document
from portal.documents.reading import check
from portal.mail.models import Letter
from portal.metrics import letters, owning, quarterly, reds, snapshots
from portal.metrics.measure import NAMED, SHARE, UP, Measure, measures
from portal.metrics.models import MeasureTerms, Red, RedNote, Snapshot
from portal.people.functions import Function, Holder
from tests import cast
from tests.reach import knock

NIGHT = date(2026, 11, 17)


@pytest.fixture
def share() -> Measure:
    """A number that is to be at least its target."""
    return next(
        one for one in measures.values()
        if one.kind == SHARE and one.better == UP and one.target and one.privacy == NAMED
    )  # fmt: skip


def tell(measure: Measure, value: float | None, on: date = NIGHT, people: int = 20) -> None:
    """What a night told of the company."""
    with db.write():
        Snapshot.delete().where(Snapshot.measure == measure.name, Snapshot.on == on).execute()
        Snapshot.create(
            measure=measure.name, on=on, hits=value, of=100, people=people, value=value,
            taken_at=clock.now(),
        )  # fmt: skip


def red(measure: Measure) -> Red:
    tell(measure, 10)
    reds.follow()
    found = reds.open_of(measure)
    assert found is not None
    return found


def sent(kind: str = reds.LETTER) -> list[str]:
    """Who was written to, in order."""
    rows = Letter.select().where(Letter.kind == kind).order_by(Letter.id)
    names = {cast.person(name).id: name for name in cast.NAMES}
    return [names[row.person_id] for row in rows]


def render(kind: str) -> list[Any]:
    rows = Letter.select().where(Letter.kind == kind).order_by(Letter.id)
    kinds = {one.name: one for one in letters.LETTERS}
    return [kinds[kind].render(row) for row in rows]


def test_a_number_is_red_from_the_night_it_misses_its_target_until_it_meets_it(
    app: Any, share: Measure
) -> None:
    begun = red(share)
    assert begun.since_on == NIGHT
    assert reds.follow() == 0 and Red.select().count() == 1

    tell(share, 100, NIGHT + timedelta(days=1))
    reds.follow()

    assert reds.open_of(share) is None
    assert Red.get_by_id(begun.id).ended_on == NIGHT + timedelta(days=1)


def test_a_number_that_is_not_told_is_not_red(app: Any, share: Measure) -> None:
    tell(share, None)
    assert reds.follow() == 0


def test_after_a_week_its_owner_is_written_to_then_whoever_leads_them_then_it_is_listed(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    owning.settle(share, by=who.helen, owner=who.erin, target=None)
    red(share)
    assert reds.remind_due() == 0

    move_clock(days=7)
    assert reds.remind_due() == 1 and reds.remind_due() == 0
    assert sent() == ["erin"]
    move_clock(days=7)
    assert reds.remind_due() == 1 and reds.remind_due() == 0
    assert sent() == ["erin", "mara"]
    first, second = render(reds.LETTER)
    assert share.title in first.subject and f"/metrics/{share.name}/notes" in first.text
    assert "Erin Castellanos answers for it" in second.text
    assert reds.listed().scalar() == 0
    move_clock(days=7)
    assert reds.remind_due() == 0
    assert reds.listed().scalar() == 1 and len(sent()) == 2


def test_without_an_owner_hr_is_written_to(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    red(share)
    move_clock(days=8)
    reds.remind_due()

    assert sent() == ["helen"]


def test_a_note_stops_the_clock_until_the_day_it_says_to_look_again(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    begun = red(share)
    move_clock(days=8)
    reds.remind_due()
    today = clock.today()
    said = {"why": "Two plans began late.", "action": "IT orders ahead.", "by": who.helen}
    note = reds.say(share, look_again_on=today + timedelta(days=10), **said)

    assert reds.say(share, look_again_on=today + timedelta(days=10), **said) == note
    assert render(reds.LETTER) == [None], "whoever reads it now has nothing to do"
    move_clock(days=15)
    assert reds.remind_due() == 0
    move_clock(days=2)
    assert reds.remind_due() == 1
    assert [row.id for row in reds.notes_of(share)] == [note.id]
    assert Red.get_by_id(begun.id).ended_on is None


def test_of_a_number_that_meets_its_target_nothing_is_to_be_said(
    app: Any, who: Any, share: Measure
) -> None:
    with pytest.raises(ValueError, match="meets its target"):
        reds.say(share, by=who.helen, why="x", action="", look_again_on=None)
    assert RedNote.select().count() == 0


def test_a_target_of_hrs_own_decides_what_is_red(app: Any, who: Any, share: Measure) -> None:
    assert owning.settle(share, by=who.helen, owner=None, target=5.0)
    assert not owning.settle(share, by=who.helen, owner=None, target=5.0)
    tell(share, 10)
    assert reds.follow() == 0

    owning.settle(share, by=who.helen, owner=None, target=share.target)
    assert MeasureTerms.get(MeasureTerms.measure == share.name).target is None
    assert reds.follow() == 1


def test_an_owner_reads_the_number_of_the_company_and_answers_for_it(
    as_: Any, who: Any, share: Measure
) -> None:
    owning.settle(share, by=who.helen, owner=who.erin, target=None)
    red(share)
    nobody = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
    address, nowhere = f"/metrics/{share.name}/notes", "/metrics/nothing/notes"
    reads = nobody | dict.fromkeys(("erin", "mara", "dora", "helen"), 200)
    knock(as_, reads, address, nowhere=nowhere)
    writes = nobody | {"erin": 303, "helen": 303, "mara": 403, "dora": 403}
    knock(as_, writes, address, data={"why": "It rained."}, nowhere=nowhere)

    page = as_("erin").get(address).text
    assert "10\N{NO-BREAK SPACE}%" in page and "It rained." in page
    tell(share, 10, people=4)
    page = as_("erin").get(address).text
    assert "10\N{NO-BREAK SPACE}%" not in page, "of four people nobody without names reads it"
    assert "10\N{NO-BREAK SPACE}%" in as_("helen").get(address).text


def test_hr_names_owners_and_targets(as_: Any, who: Any, share: Measure) -> None:
    hr = {**dict.fromkeys(cast.NAMES, 404), "lev": 303, "helen": 200}
    terms, nowhere = f"/metrics/{share.name}/terms", "/metrics/nothing/terms"
    for address in ("/metrics/owners", terms, "/metrics/quarters"):
        knock(as_, hr, address, nowhere=nowhere)
    posts = hr | {"helen": 303}
    knock(as_, posts, terms, data={"owner": "Erin Castellanos", "target": "90,5"}, nowhere=nowhere)
    found = owning.terms_of(share)
    assert (found.owner_id, found.target) == (who.erin.id, 90.5)
    assert "Erin Castellanos" in as_("helen").get("/metrics/owners").text

    helen = as_("helen")
    assert helen.post(terms, data={"owner": "Nobody Here"}).status_code == 422
    assert helen.post(terms, data={"target": "much"}).status_code == 422
    assert owning.terms_of(share).owner_id == who.erin.id
    too_late = helen.post(f"/metrics/{share.name}/notes", data={"why": "It rained."})
    assert too_late.status_code == 409 and "It rained." in too_late.text


def executive(name: str) -> None:
    function = Function.named("executive") or Function.set_up("executive", "Executive", by=None)
    Holder.appoint(function, cast.person(name), by=None, starts_on=cast.TODAY)


def test_red_numbers_nobody_explains_are_listed_for_hr_and_executives(
    as_: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    executive("dora")
    red(share)
    reads = {**dict.fromkeys(cast.NAMES, 404), "lev": 303, "helen": 200, "dora": 200}
    knock(as_, reads, "/metrics/red", nowhere="/metrics/nothing/notes")
    assert share.title in as_("dora").get("/metrics/red").text

    reds.say(share, by=who.helen, why="It rained.", action="", look_again_on=None)
    assert share.title not in as_("helen").get("/metrics/red").text


def test_hr_gets_the_numbers_of_the_week_once_on_monday(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    red(share)
    assert letters.write_week() == 0, "it is Wednesday"
    move_clock(days=5)
    tell(share, 50, NIGHT + timedelta(days=5))
    assert letters.write_week() == 0, "there is no week yet to compare with"
    move_clock(days=7)
    tell(share, 40, NIGHT + timedelta(days=12))
    assert letters.write_week() == 1 and letters.write_week() == 0
    assert sent(letters.WEEK) == ["helen"]
    (message,) = render(letters.WEEK)
    assert f"{share.title}: 40" in message.text and "nobody answers for it" in message.text

    with db.write():
        from portal.people.grants import Grant

        Grant.update(ends_on=cast.TODAY).where(Grant.person == who.helen).execute()
    assert render(letters.WEEK) == [None], "whoever is not in HR any more reads nothing"


def test_executives_get_the_page_of_the_month_once(
    app: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    executive("dora")
    tell(share, 50)
    assert letters.write_month() == 0
    move_clock(days=15)
    assert clock.today().day == 3
    assert letters.write_month() == 0, "the month’s numbers are not there yet"
    tell(share, 50, date(2026, 12, 2))
    assert letters.write_month() == 1 and letters.write_month() == 0
    (message,) = render(letters.MONTH)
    assert "/metrics/executive/2026-11" in message.text and "November 2026" in message.subject


def test_the_review_of_a_quarter_is_drafted_from_numbers_and_notes(
    as_: Any, who: Any, share: Measure, move_clock: Any
) -> None:
    last = date(2026, 9, 30)
    tell(share, 97, date(2026, 6, 30))
    tell(share, 10, last)
    reds.follow()
    move_clock(to=cast.NOW - timedelta(days=60))
    reds.say(
        share, by=who.helen, why="Two plans\nbegan late.", action="IT orders ahead.",
        look_again_on=None,
    )  # fmt: skip
    move_clock(to=cast.NOW)
    assert next(iter(quarterly.quarters())) == "2026 Q3"
    nobody = {**dict.fromkeys(cast.NAMES, 404), "lev": 303, "helen": 303}
    knock(
        as_, nobody, "/metrics/quarters", data={"quarter": "2026 Q3"},
        nowhere="/metrics/quarters/nothing",
    )  # fmt: skip

    document = Document.get(Document.kind == "quarterly")
    text = document.draft().source
    assert f"### {share.title}: 10" in text and "(red)" in text
    assert "- **Why**: Two plans began late." in text
    assert "- **What is done**: IT orders ahead." in text
    assert "Down 87 points" in text or "down 87 points" in text
    untouched = as_("helen").post(f"{document.url}/publication", data={"source": text})
    assert untouched.status_code == 422 and document.current is None
    wrong = [problem.message for problem in check("quarterly", text).errors]
    assert len(wrong) == 2 and "whom it is for" in wrong[0] and "what stands out" in wrong[1]
    again = as_("helen").post("/metrics/quarters", data={"quarter": "2026 Q3"})
    assert again.status_code == 303 and Document.select().where(
        Document.kind == "quarterly").count() == 1  # fmt: skip
    assert as_("helen").post("/metrics/quarters", data={"quarter": "1999 Q1"}).status_code == 404
    assert "2026 Q3" in as_("helen").get("/metrics/quarters").text


def test_a_review_says_nothing_of_fewer_than_five(app: Any, who: Any, share: Measure) -> None:
    tell(share, 10, date(2026, 9, 30), people=4)

    assert share.title not in quarterly.text_of("2026 Q3", date(2026, 9, 30))


def test_every_measure_has_an_address_that_is_no_other_page(app: Any) -> None:
    taken = {"owners", "red", "quarters", "executive", "leading"}
    assert not taken & set(measures)
    assert snapshots.newest() is None
