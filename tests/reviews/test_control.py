"""The control page: how far everybody is, and what HR does about it."""

from datetime import timedelta
from typing import Any

import pytest

from portal import audit
from portal.assignments.models import Assignment
from portal.mail.models import Letter
from portal.people.positions import Position
from portal.questionnaires import access as forms_access
from portal.questionnaires.models import Submission
from portal.reviews import control, figures, following, reading, standing, steering
from portal.reviews.models import Cycle, Review
from portal.reviews.steps import CALIBRATION, MANAGER, PEERS, SELF
from tests import cast
from tests.reach import knock
from tests.reviews.conftest import after, part_of, review_of, send

DAY = timedelta(days=1)


def summary(cycle: Cycle) -> control.Summary:
    return control.of(Cycle.get_by_id(cycle.id), cast.person("helen"))


def cells(cycle: Cycle, name: str) -> dict[str, str]:
    one = standing.of(review_of(cycle, name))
    return {step: one.cell(step, cast.person("helen").today()).words for step in one.phases}


def owes(name: str) -> list[Any]:
    rows = Assignment.select().where(
        Assignment.person == cast.person(name), Assignment.kind == "form", Assignment.is_open()
    )
    return list(rows.order_by(Assignment.id))


# -- how far -----------------------------------------------------------------------------------


def test_it_counts_who_has_sent_and_who_is_late(cycle: Cycle, move_clock: Any) -> None:
    assert summary(cycle).sentence(cast.TODAY) == "Next: Self-review opens within minutes."
    after(move_clock, 0)
    send(part_of(cycle, "erin", SELF))
    assert (summary(cycle).asked, summary(cycle).sent) == (8, 1)
    assert summary(cycle).participation is None
    assert cells(cycle, "erin")[SELF] == "sent"
    assert cells(cycle, "ben")[SELF] == "not begun"
    after(move_clock, 11)
    found = summary(cycle)
    assert (found.late, found.participation) == (3, 25)
    assert cells(cycle, "erin")[SELF] == "shared"
    assert cells(cycle, "ben")[SELF] == "late since Sat 28 Nov"
    assert [step.state for step in found.steps][:4] == ["late", "done", "done", "begun"]


def test_somebody_without_a_manager_is_nobodys_to_write(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    steering.take_in(cycle, who.dora, by=who.helen)
    after(move_clock, 11)
    assert summary(cycle).alone == 1
    assert cells(cycle, "dora")[MANAGER] == "nobody to ask"
    step = summary(cycle).step(MANAGER)
    assert step is not None and step.total == 4


def test_answers_without_names_are_counted_only_when_their_step_has_closed(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)
    from tests.reviews.test_cycles import asked, say

    for number, nominee in enumerate(asked(cycle, ("ben", "olga", "otto"))):
        before = as_("helen").get(cycle.url).data, as_("helen").get(f"{cycle.url}/figures").data
        say(nominee, f"Words {number}")
        page = as_("helen").get(cycle.url).data, as_("helen").get(f"{cycle.url}/figures").data
        assert page == before
    assert cells(cycle, "erin")[PEERS] == "3 asked"
    after(move_clock, 11)
    assert cells(cycle, "erin")[PEERS] == "3 of 3 answered"
    assert cells(cycle, "ben")[PEERS] == "nobody asked"
    assert b"counted when it closes" not in as_("helen").get(cycle.url).data


def test_the_filters_show_only_those(cycle: Cycle, move_clock: Any, as_: Any, who: Any) -> None:
    after(move_clock, 0)
    after(move_clock, 11)
    send(part_of(cycle, "erin", SELF))
    steering.skip(review_of(cycle, "olga"), "She is away until spring.", by=who.helen)

    def named(query: str) -> set[str]:
        page = as_("helen").get(f"{cycle.url}?{query}").get_data(as_text=True)
        body = page[page.find("<tbody>") :] if "<tbody>" in page else ""
        rows = [row.split("</a>")[0] for row in body.split("<tr ")[1:]]
        names = ("Erin", "Ben", "Mara", "Olga")
        return {name for name in names if any(name in row for row in rows)}

    assert named("") == {"Erin", "Ben", "Mara", "Olga"}
    assert named("show=late") == {"Ben", "Mara"}
    assert named("show=open") == {"Erin", "Ben", "Mara"}
    assert named("show=skipped") == {"Olga"}
    assert named("q=casteLLanos") == {"Erin"}
    assert named("q=okafor") == {"Mara", "Erin", "Ben"}
    assert named("show=nonsense") == named("")
    assert named("q=nobody") == set()


def test_comments_are_measured_from_five_on_without_the_viewers_own(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    for person in (who.helen, who.ida, who.adam):
        Position.take(person, by=who.helen, starts_on=cast.TODAY, manager=who.dora)
        steering.take_in(cycle, person, by=who.helen)
    after(move_clock, 11)
    for name in ("mara", "erin", "ben", "olga", "helen"):
        send(part_of(cycle, name, MANAGER), words="One two three.")
    fresh = Cycle.get_by_id(cycle.id)
    assert not figures.comments(fresh, who.helen).is_shown
    send(part_of(cycle, "ida", MANAGER), words="word " * 30)
    found = figures.comments(fresh, who.helen)
    assert (found.n, found.words, found.texts, found.short) == (5, 3, 5, 4)
    names = {writer.lead.first_name: writer.sent for writer in figures.writers(fresh, who.helen)}
    assert names == {"Mara": 2, "Otto": 1, "Dora": 2}


def test_the_time_to_close_is_counted_to_the_release(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 11)
    for name in ("erin", "ben"):
        send(part_of(cycle, name, MANAGER))
    after(move_clock, 26)
    for name in ("erin", "ben"):
        assert (
            reading.release(review_of(cycle, name), by=None) or review_of(cycle, name).released_at
        )
    found = figures.closing(Cycle.get_by_id(cycle.id), cast.person("helen"), 4)
    assert (found.n, found.of, found.days) == (2, 4, 26)


def test_nobody_in_hr_reads_here_how_far_what_is_about_them_is(
    cycle: Cycle, move_clock: Any, who: Any, as_: Any
) -> None:
    Position.take(who.helen, by=who.helen, starts_on=cast.TODAY, manager=who.dora)
    steering.take_in(cycle, who.helen, by=who.helen)
    after(move_clock, 11)
    helen = as_("helen")
    before = helen.get(f"{cycle.url}?q=Helen").data, helen.post(f"{cycle.url}/export").data
    trail = helen.get("/audit").data
    send(part_of(cycle, "helen", MANAGER))
    assert helen.get("/audit").data == trail, "that a duty about her is done would tell as well"
    page, file = helen.get(f"{cycle.url}?q=Helen").data, helen.post(f"{cycle.url}/export").data
    assert b"About you" in page and page == before[0]
    for query in ("show=late", "show=open", "show=unread", ""):
        rest = helen.get(f"{cycle.url}?{query}").get_data(as_text=True)
        assert ("Helen Brandt</a>" in rest) is (not query), query
    mine = [row for row in file.decode().splitlines() if "helen@" in row]
    assert mine == [row for row in before[1].decode().splitlines() if "helen@" in row]
    review = review_of(cycle, "helen")
    assert helen.get(f"/reviews/{review.id}/skipping").status_code == 403
    assert helen.post(f"/reviews/{review.id}/reminder").status_code == 403


def test_the_file_has_no_rating_and_no_word_of_anybody(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 11)
    send(part_of(cycle, "erin", MANAGER), rating="3", words="CANARY")
    file = as_("helen").post(f"{cycle.url}/export")
    said = file.data.decode("utf-8-sig")
    assert "CANARY" not in said and "Great" not in said
    assert "Erin Castellanos,erin@halden.example,Mara Okafor" in said
    assert said.splitlines()[0].startswith("Person,E-mail,Reviewed by,Self-review,Colleagues")
    assert audit.Event.select().where(audit.Event.tag == "cycle.exported").count() == 1


# -- days --------------------------------------------------------------------------------------


def test_a_step_is_extended_and_what_follows_moves_along(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)
    before = {phase.name: phase.opens_on for phase in cycle.phases}
    closes = cast.TODAY + 13 * DAY
    data = {"opens_on": str(cast.TODAY), "closes_on": str(closes), "with_later": "y"}
    answer = as_("helen").post(f"{cycle.url}/steps/{SELF}", data=data)
    assert answer.status_code == 303
    now = {phase.name: phase for phase in Cycle.get_by_id(cycle.id).phases}
    assert now[SELF].closes_on == closes
    assert now[MANAGER].opens_on == before[MANAGER] + 3 * DAY
    assert now[PEERS].opens_on == before[PEERS]
    assert owes("erin")[0].due_on == closes
    following.run()
    assert owes("ben")[0].due_on == closes


def test_a_form_that_counts_for_two_cycles_has_the_day_of_the_first(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 1)
    first = owes("erin")[0].due_on
    people, on = [who.erin, who.ben], cast.TODAY + DAY
    again = Cycle.begin(cycle.document, people, on, by=who.helen, title="Once more")
    following.run()
    assert part_of(again, "erin", SELF) == part_of(cycle, "erin", SELF)
    # What belongs to both must not move to and fro for ever.
    assert steering._move_some() == 0
    assert owes("erin")[0].due_on == first


def test_whoever_is_given_the_form_writes_it_and_the_person_still_waits_for_the_release(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    form = part_of(cycle, "erin", MANAGER)
    form.hand_to(who.dora, by=who.helen)
    following.run()
    given = part_of(cycle, "erin", MANAGER)
    assert (given.person_id, given.readers) == (who.dora.id, form.readers)
    following.run()
    assert part_of(cycle, "erin", MANAGER).id == given.id
    send(given)
    assert not forms_access.can_read(who.erin, part_of(cycle, "erin", MANAGER))


@pytest.mark.parametrize(
    ("step", "opens", "closes", "said"),
    [
        (MANAGER, 11, 5, "close before it opens"),
        (MANAGER, 11, 22, "would begin before"),
        (SELF, 2, 10, "open already"),
        (SELF, 0, None, "needs a last day"),
        (CALIBRATION, 15, 25, "would begin before"),
    ],
)
def test_days_that_cannot_be_are_refused(
    cycle: Cycle, move_clock: Any, as_: Any, step: str, opens: int, closes: Any, said: str
) -> None:
    after(move_clock, 0)
    days = {"opens_on": str(cast.TODAY + opens * DAY)}
    if closes is not None:
        days["closes_on"] = str(cast.TODAY + closes * DAY)
    answer = as_("helen").post(f"{cycle.url}/steps/{step}", data=days)
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)


def test_a_closed_step_does_not_move(cycle: Cycle, move_clock: Any, as_: Any) -> None:
    after(move_clock, 11)
    assert b"is closed" in as_("helen").get(f"{cycle.url}/steps/{SELF}").data
    days = {"opens_on": str(cast.TODAY), "closes_on": str(cast.TODAY + 30 * DAY)}
    assert as_("helen").post(f"{cycle.url}/steps/{SELF}", data=days).status_code == 422
    assert as_("helen").get(f"{cycle.url}/steps/nonsense").status_code == 404


@pytest.mark.parametrize("days", [-1, 0, 27, 60])
def test_the_days_of_every_step_can_be_looked_at_and_the_last_one_moves(
    cycle: Cycle, move_clock: Any, as_: Any, days: int
) -> None:
    after(move_clock, days)
    for phase in cycle.phases:
        assert as_("helen").get(f"{cycle.url}/steps/{phase.name}").status_code == 200, phase.name
    last = Cycle.get_by_id(cycle.id).phases[-1]
    moved = {"opens_on": str(last.opens_on), "closes_on": str(last.closes_on + 30 * DAY)}
    status = as_("helen").post(f"{cycle.url}/steps/{last.name}", data=moved).status_code
    assert status == (303 if days < 60 else 422)


# -- people ------------------------------------------------------------------------------------


def test_leaving_out_takes_back_what_is_asked_and_its_undo_brings_the_words_back(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)
    form = part_of(cycle, "erin", SELF)
    key = form.questionnaire.questions[1].key
    form.save_draft({key: "Half a sentence"}, form.version)
    review = review_of(cycle, "erin")
    assert as_("helen").post(f"/reviews/{review.id}/skipping", data={}).status_code == 422
    answer = as_("helen").post(f"/reviews/{review.id}/skipping", data={"reason": "On leave"})
    assert answer.status_code == 303
    assert owes("erin") == [] and not Submission.find(form.id).is_open  # type: ignore[union-attr]
    after(move_clock, 1)
    assert owes("erin") == []
    page = as_("erin").get("/reviews").get_data(as_text=True)
    assert "You are left out of this cycle." in page and "On leave" not in page
    as_("helen").post(f"/reviews/{review.id}/skipping/undo")
    assert [duty.target for duty in owes("erin")] == [form.id]
    assert Submission.find(form.id).given == {key: "Half a sentence"}  # type: ignore[union-attr]
    assert review_of(cycle, "erin").skipped_at is None


def test_what_a_list_asks_for_as_well_stays_asked_for(
    cycle: Cycle, forms: Any, move_clock: Any, who: Any
) -> None:
    duty = Submission.open(forms["annual"].current, who.erin, who.erin, by=who.helen)
    after(move_clock, 0)
    assert part_of(cycle, "erin", SELF).id == duty.target
    steering.skip(review_of(cycle, "erin"), "Away.", by=who.helen)
    assert [duty.target for duty in owes("erin")] == [duty.target]


def test_somebody_is_taken_in_and_once(cycle: Cycle, move_clock: Any, as_: Any) -> None:
    after(move_clock, 0)
    helen, url = as_("helen"), f"{cycle.url}/people"
    assert helen.post(url, data={"person": "Otto Weiß"}).status_code == 303
    following.run()
    assert [duty.title for duty in owes("otto")] == ["Annual"]
    answer = helen.post(url, data={"person": "otto@halden.example"})
    assert answer.status_code == 422 and b"part of it already" in answer.data
    assert helen.post(url, data={"person": "Nobody"}).status_code == 422
    assert helen.post(url, data={"person": "Helen Brandt"}).status_code == 422
    helen.post(f"/reviews/{review_of(cycle, 'otto').id}/taking-out")
    assert owes("otto") == []


def test_a_nudge_reaches_who_is_late_once_a_day_and_says_whom_before(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)
    after(move_clock, 11)
    page = as_("helen").get(f"{cycle.url}/reminders").get_data(as_text=True)
    assert "Nudge 4 people" in page
    as_("helen").post(f"{cycle.url}/reminders")
    letters = Letter.select().where(Letter.kind == "nudge")
    assert letters.count() == 4
    as_("helen").post(f"{cycle.url}/reminders")
    assert letters.count() == 4
    as_("helen").post(f"/reviews/{review_of(cycle, 'erin').id}/reminder")
    assert letters.count() == 4


def test_nobody_is_nudged_for_what_is_said_without_a_name(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    from tests.reviews.test_cycles import asked

    after(move_clock, 0)
    asked(cycle, ("ben", "olga", "otto"))
    move_clock(to=cast.NOW + 10 * DAY)
    page = as_("helen").get(f"{cycle.url}/reminders").get_data(as_text=True)
    assert "What you say of" not in page and "Otto" not in page
    assert b"Remind who was asked" in as_("helen").get(f"{cycle.url}/steps/{PEERS}").data
    answer = as_("helen").post(f"{cycle.url}/steps/{PEERS}/reminder")
    assert answer.status_code == 303 and Letter.select().count() == 0


# -- the end -----------------------------------------------------------------------------------


def test_an_end_takes_back_what_is_asked_and_ten_minutes_of_regret(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)
    helen = as_("helen")
    helen.post(f"{cycle.url}/ending", data={"reason": "Wrong plan"})
    following.run()
    assert len(owes("erin")) == 1
    helen.post(f"{cycle.url}/ending/undo")
    assert Cycle.get_by_id(cycle.id).ended_at is None
    helen.post(f"{cycle.url}/ending")
    move_clock(minutes=11)
    following.run()
    assert owes("erin") == []
    helen.post(f"{cycle.url}/ending/undo")
    assert Cycle.get_by_id(cycle.id).ended_at is not None


def test_what_is_over_can_be_read_and_not_steered(cycle: Cycle, as_: Any, who: Any) -> None:
    cycle.end(by=who.helen)
    helen = as_("helen")
    for page in ("", "/figures", "/reminders", f"/steps/{SELF}"):
        assert helen.get(f"{cycle.url}{page}").status_code == 200, page
    assert helen.get("/reviews/cycles?list=over").data.count(b"Annual review") > 0
    assert helen.get(f"{cycle.url}/ending").status_code == 403
    days = {"opens_on": str(cast.TODAY), "closes_on": str(cast.TODAY)}
    assert helen.post(f"{cycle.url}/steps/{SELF}", data=days).status_code == 403
    assert helen.post(f"{cycle.url}/people", data={"person": "Otto Weiß"}).status_code == 422
    assert as_("erin").get("/reviews").data.count(b"This cycle is over.") == 1


def test_a_cycle_in_which_nothing_is_missing_ends_by_itself(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    for name in ("mara", "ben", "olga"):
        steering.skip(review_of(cycle, name), "Away.", by=who.helen)
    after(move_clock, 11)
    send(part_of(cycle, "erin", SELF))
    after(move_clock, 41)
    assert Cycle.get_by_id(cycle.id).ended_at is None
    send(part_of(cycle, "erin", MANAGER))
    for _ in range(2):
        following.run()
    if review_of(cycle, "erin").released_at:
        assert Cycle.get_by_id(cycle.id).ended_at is not None


# -- who may, and at what price ------------------------------------------------------------------

TABLE = {**dict.fromkeys(cast.NAMES, 404), "helen": 200, "lev": 303}


def test_only_hr_steers(cycle: Cycle, as_: Any, move_clock: Any) -> None:
    after(move_clock, 0)
    nowhere = "/reviews/cycles/999999"
    for page in ("", "/figures", "/reminders", f"/steps/{SELF}", "/ending"):
        knock(as_, TABLE, f"{cycle.url}{page}", nowhere=f"{nowhere}{page}")
    knock(as_, TABLE, f"{cycle.url}/export", nowhere=f"{nowhere}/export", data={})
    knock(
        as_, TABLE | {"helen": 403}, f"{cycle.url}/steps/{SELF}/reminder",
        nowhere=f"{nowhere}/steps/{SELF}/reminder", data={},
    )  # fmt: skip
    posts = TABLE | {"helen": 422}
    knock(as_, posts, f"{cycle.url}/people", nowhere=f"{nowhere}/people", data={})
    knock(as_, posts, f"{cycle.url}/steps/{SELF}", nowhere=f"{nowhere}/steps/{SELF}", data={})
    moves = TABLE | {"helen": 303}
    for page in ("/reminders", "/ending", "/ending/undo"):
        knock(as_, moves, f"{cycle.url}{page}", nowhere=f"{nowhere}{page}", data={})
    review = review_of(cycle, "erin")
    here, not_there = f"/reviews/{review.id}", "/reviews/999999"
    knock(as_, TABLE, f"{here}/skipping", nowhere=f"{not_there}/skipping")
    data = {"reason": "Away"}
    knock(as_, moves, f"{here}/skipping", nowhere=f"{not_there}/skipping", data=data)
    for page in ("/skipping/undo", "/reminder", "/taking-out"):
        knock(as_, moves, f"{here}{page}", nowhere=f"{not_there}{page}", data={})


def test_a_cycle_about_somebody_in_hr_alone_is_not_theirs_to_steer(
    forms: Any, as_: Any, who: Any
) -> None:
    from tests.reviews.conftest import plan

    own = Cycle.begin(plan(), [who.helen], cast.TODAY, by=None, person=who.helen, fact="hired:0")
    assert as_("helen").get(own.url).status_code == 404
    page = as_("helen").get("/reviews/cycles/by-themselves").get_data(as_text=True)
    assert "Helen Brandt</a>" not in page


@pytest.mark.one_database
def test_how_many_they_are_asks_no_more(
    cycle: Cycle, move_clock: Any, who: Any, as_: Any, queries: Any
) -> None:
    addresses = (
        "/reviews/cycles",
        cycle.url,
        f"{cycle.url}/figures",
        "/reviews/cycles/by-themselves",
    )
    after(move_clock, 11)
    helen = as_("helen")
    counts: list[list[int]] = []
    for _ in range(2):
        found = []
        for address in addresses:
            helen.get(address)
            with queries() as seen:
                assert helen.get(address).status_code == 200
            found.append(len(seen))
        counts.append(found)
        for name in ("dora", "otto", "ida", "adam"):
            if not Review.select().where(Review.cycle == cycle, Review.person == cast.person(name)):
                steering.take_in(cycle, cast.person(name), by=who.helen)
        following.run()
    assert counts[0] == counts[1], counts
    assert max(counts[0]) <= 8, counts
