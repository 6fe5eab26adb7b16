"""In the middle of a cycle: managers change or leave, people leave or never come, days move."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.assignments.models import Assignment
from portal.audit.models import Event
from portal.people.positions import Position
from portal.questionnaires.models import Closed, Submission
from portal.reviews import control, figures, following, reading, sentences, standing, steering
from portal.reviews.models import Cycle, Review, Running
from portal.reviews.parts import TIME, ReviewPart
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import after, part_of, plan, review_of, send
from tests.reviews.racing import at_once


def led_by(who: Any, person: str, manager: Any) -> None:
    Position.take(cast.person(person), by=who.helen, starts_on=clock.today(), manager=manager)
    following.run()


def leaves(name: str, last_day_on: date) -> None:
    end = clock.now() + timedelta(days=60)
    cast.person(name).depart(by=cast.person("helen"), last_day_on=last_day_on, access_ends_at=end)


def said(cycle: Cycle, name: str, about: str = "erin") -> str:
    viewer = cast.person(name)
    return sentences.sentence(standing.of(review_of(cycle, about)), viewer, viewer.today())


def due(cycle: Cycle, about: str) -> date:
    form = part_of(cycle, about, MANAGER)
    duty = Assignment.get(
        Assignment.kind == "form", Assignment.target == form.id, Assignment.is_open()
    )
    return duty.due_on  # type: ignore[no-any-return]


def late(cycle: Cycle) -> int:
    return control.of(Cycle.get_by_id(cycle.id), cast.person("helen")).late


def test_who_has_left_reviews_nobody_and_who_comes_after_has_time_of_their_own(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    send(part_of(cycle, "ben", MANAGER))
    leaves("mara", clock.today())
    after(move_clock, 12)
    assert review_of(cycle, "erin").lead_id is None
    assert "Nobody reviews you yet" in said(cycle, "erin")
    found = control.of(Cycle.get_by_id(cycle.id), who.helen)
    assert found.alone == 1, "what she has written of Ben stays hers"
    step = found.step(MANAGER)
    assert step is not None and (step.done, step.total) == (1, 2)
    writers = figures.writers(Cycle.get_by_id(cycle.id), who.helen)
    assert {one.lead.first_name: one.sent for one in writers} == {"Mara": 1, "Otto": 0}
    after(move_clock, 22)
    led_by(who, "erin", who.otto)
    assert due(cycle, "erin") == clock.today() + TIME
    assert said(cycle, "otto").endswith("You write until Tue 15 Dec.")
    following.run()
    assert due(cycle, "erin") == clock.today() + TIME
    waiting = late(cycle)
    after(move_clock, 28)
    assert "You are late: it was due on" in said(cycle, "otto")
    assert late(cycle) == waiting + 1


def test_whoever_leads_them_again_goes_on_with_what_they_had_begun(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    form = part_of(cycle, "erin", MANAGER)
    words = {form.questionnaire.questions[1].key: "Half a sentence"}
    form.save_draft(words, form.version)
    led_by(who, "erin", who.otto)
    other = part_of(cycle, "erin", MANAGER)
    assert other.person_id == who.otto.id and other.given == {}
    led_by(who, "erin", who.mara)
    back = part_of(cycle, "erin", MANAGER)
    assert back.id == form.id and back.given == words and back.is_open
    assert not Submission.find(other.id).is_open  # type: ignore[union-attr]
    assert due(cycle, "erin") == cycle.phase(MANAGER).closes_on  # type: ignore[union-attr]
    send(back)
    led_by(who, "erin", who.otto)
    sent = part_of(cycle, "erin", MANAGER)
    assert sent.id == form.id and not sent.may_be_taken_back, "nobody could write it again"


def test_whoever_is_gone_is_left_out_unless_it_is_done(
    cycle: Cycle, move_clock: Any, who: Any, as_: Any
) -> None:
    steering.take_in(cycle, who.nia, by=who.helen)
    after(move_clock, 11)
    for step in (SELF, MANAGER):
        send(part_of(cycle, "erin", step))
    after(move_clock, 26)
    assert review_of(cycle, "erin").released_at is not None
    for name in ("erin", "ben"):
        leaves(name, clock.today())
    cast.person("nia").withdraw(by=who.helen)
    after(move_clock, 27)
    reviews = Review.whole(Review.select()).where(Review.cycle == cycle)
    reasons = {one.person.first_name.lower(): one.reason for one in reviews}
    assert reasons == {
        "erin": "", "ben": "Ben Hartmann has left.", "nia": "Nia Novak did not join.",
        "mara": "", "olga": "",
    }  # fmt: skip
    assert review_of(cycle, "erin").lead_id == who.mara.id
    data = {"reason": "Too late"}
    as_("helen").post(f"/reviews/{review_of(cycle, 'erin').id}/skipping", data=data)
    assert review_of(cycle, "erin").skipped_at is None


def test_what_an_ended_cycle_has_not_shown_it_does_not_show(
    forms: Any, move_clock: Any, who: Any
) -> None:
    source = "---\nkind: review\ntitle: Annual review\n---\n- self form:annual closes:5\n"
    source += "- manager form:annual opens:0 closes:10\n"
    cycle = Cycle.begin(plan(source), [who.erin], cast.TODAY, by=who.helen)
    after(move_clock, 0)
    reading.plan_talk(review_of(cycle, "erin"), clock.today() + timedelta(days=8), by=who.mara)
    for step in (SELF, MANAGER):
        send(part_of(cycle, "erin", step))
    cycle.end(by=who.helen)
    after(move_clock, 20)
    review = review_of(cycle, "erin")
    assert review.shared_at is None and review.released_at is None


def test_nobody_reads_a_self_review_sooner_than_was_said_when_it_was_sent(
    cycle: Cycle, move_clock: Any, as_: Any
) -> None:
    after(move_clock, 0)

    def until(days: int) -> int:
        closes = cast.TODAY + timedelta(days=days)
        data = {"opens_on": str(cast.TODAY), "closes_on": str(closes)}
        return as_("helen").post(f"{cycle.url}/steps/{SELF}", data=data).status_code  # type: ignore[no-any-return]

    assert until(8) == 303
    send(part_of(cycle, "erin", SELF))
    assert (until(7), until(9), until(8)) == (422, 303, 422)
    reading.share(review_of(cycle, "erin"), by=cast.person("erin"))
    assert until(5) == 303
    send(part_of(cycle, "ben", SELF))
    move_clock(to=cast.NOW + timedelta(days=6))
    for phase in following.Phase.to_close(following.today()):
        following.shut(phase)
    assert said(cycle, "ben", "ben").startswith("You have sent it: it is shared within minutes")
    assert "it is read as soon as you send it" not in said(cycle, "mara", "mara")
    assert "is then read at once" in said(cycle, "mara", "mara")


# -- at once -----------------------------------------------------------------------------------


def test_who_launches_many_times_at_once_launches_once(forms: Any, who: Any) -> None:
    document, people, running = plan(), [who.erin, who.ben], []

    def launch() -> None:
        try:
            Cycle.begin(document, people, cast.TODAY, by=who.helen, title="Annual 2026")
        except Running as found:
            running.append(found.cycle.id)

    at_once(*[launch] * 6)
    assert Cycle.select().count() == 1 and len(running) == 5


def test_who_sends_while_another_takes_over_has_sent_it_or_has_lost_it(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    form = part_of(cycle, "erin", MANAGER)
    Position.take(who.erin, by=who.helen, starts_on=clock.today(), manager=who.otto)
    turns = [lambda: send(form), following.follow_leads]

    def take_turn() -> None:
        try:
            turns.pop()()
        except Closed:
            pass

    at_once(take_turn, take_turn)
    following.run()
    part = ReviewPart.of_step(review_of(cycle, "erin"), MANAGER)
    assert part is not None
    is_sent = Submission.get_by_id(form.id).submitted_at is not None
    assert (part.submission_id == form.id) is is_sent
    assert Event.select().where(Event.tag == "review.reassigned").count() >= 1
