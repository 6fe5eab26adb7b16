"""Beside the form of a review: the promise, what is chosen at sending, help with the words."""

from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.audit import Event
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires import companions
from portal.questionnaires.companions import Unfit
from portal.questionnaires.models import Submission
from portal.reviews import following, writing
from portal.reviews.models import Cycle, Review
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reviews.conftest import PLAN, after, form, part_of, plan, review_of, send
from tests.reviews.saying import name_all

RATING, WORDS = "how-was-this-year", "what-went-well"


def post(client: Any, submission: Submission, where: str = "submission", **fields: str) -> Any:
    """What a browser sends: `share` and `talk_on` as the fields beside the form."""
    fields.setdefault("version", str(fresh(submission).version))
    fields = {f"q-{RATING}": "2", f"q-{WORDS}": "All of it.", **fields}
    beside = {"share": "with-share", "talk_on": "with-talk-on"}
    data = {beside.get(name, name): value for name, value in fields.items()}
    return client.post(f"/forms/{submission.id}/{where}", data=data)


def fresh(submission: Submission) -> Submission:
    return Submission.get_by_id(submission.id)  # type: ignore[no-any-return]


def page(client: Any, submission: Submission) -> str:
    return str(client.get(f"/forms/{submission.id}").text)


@pytest.fixture
def own(cycle: Cycle, move_clock: Any) -> Submission:
    """Erin’s self-review, before her."""
    after(move_clock, 0)
    return part_of(cycle, "erin", SELF)


@pytest.fixture
def leads(cycle: Cycle, move_clock: Any) -> Submission:
    """What Mara writes about Erin, before her."""
    after(move_clock, 11)
    return part_of(cycle, "erin", MANAGER)


@pytest.fixture
def without_release(forms: Any, who: Any) -> Submission:
    """The same in a cycle in which it is read as soon as it is sent."""
    lines = [line for line in PLAN.splitlines() if not line.startswith(("- cal", "- rel"))]
    source = "\n".join(lines).replace("rating: How was this year?\n", "")
    source = source.replace("manager form:annual opens:11", "manager form:annual opens:0")
    cycle = Cycle.begin(plan(source), [who.erin], cast.TODAY, by=who.helen)
    following.run()
    return part_of(cycle, "erin", MANAGER)


# -- one's own ---------------------------------------------------------------------------------


def test_it_says_that_nobody_reads_it_before_it_is_shared(as_: Any, own: Submission) -> None:
    said = (
        "Nobody reads it before you share it. Mara, those above and HR read it at the latest from "
        "Sun 29 Nov on, shared or not."
    )
    before = page(as_("erin"), own)
    assert said in before and "HR and your managers read it" not in before
    assert "Send it, and share it later" in before and "Send it to Mara" in before
    assert post(as_("erin"), own).status_code == 303
    receipt = page(as_("erin"), own)
    assert said in receipt and f"/reviews/{review_id(own)}" in receipt
    names = as_("erin").get(f"/forms/{own.id}/readers").text
    assert said in names and "Above Erin Castellanos in the line, from Sun 29 Nov on" in names
    assert "HR, from Sun 29 Nov on" in names and "Helen" in names
    assert fresh(own).readers == "" and fresh(own).may_be_taken_back


def review_id(submission: Submission) -> int:
    found = companions.beside(Person.get_by_id(submission.person_id), submission)
    assert found is not None
    return int(found.url.rpartition("/")[2])


def test_it_is_shared_with_the_same_press(as_: Any, own: Submission, cycle: Cycle) -> None:
    erin = as_("erin")
    assert post(erin, own, share="now").status_code == 303
    receipt = page(erin, own)
    assert "Sent. Mara reads it from now on." in receipt and "taking-back" not in receipt
    assert review_of(cycle, "erin").shared_at and fresh(own).readers == "hr manager"
    assert "All of it." in as_("mara").get(f"/forms/{own.id}/answers").text


def test_when_its_time_is_over_there_is_nothing_to_choose(
    as_: Any, own: Submission, move_clock: Any
) -> None:
    after(move_clock, 12)
    before = page(as_("erin"), own)
    assert "Mara, those above and HR read it once you have sent it: the time for it is over." in (
        before
    )
    assert "with-share" not in before and "Send it to Mara" in before


# -- what a lead writes ------------------------------------------------------------------------


def test_a_lead_sends_it_with_the_day_of_the_talk(
    as_: Any, leads: Submission, cycle: Cycle
) -> None:
    mara = as_("mara")
    before = page(mara, leads)
    assert (
        "HR and Erin’s managers read it once you have sent it. Erin reads it from Mon 14 Dec"
        in (before)
    )
    assert 'value="now"' not in before, "it is not released before its day"
    assert "Send it, and share it with Erin that day, not before Mon 14 Dec" in before
    names = mara.get(f"/forms/{leads.id}/readers").text
    assert "It is about them, from Mon 14 Dec on" in names
    # What Mara reads on that page is for Mara: nobody else learns of the day by it.
    assert "It is about them" not in as_("dora").get(f"/forms/{leads.id}/readers").text
    assert post(mara, leads, share="talk", talk_on="2026-12-16").status_code == 303
    receipt = page(mara, leads)
    assert "You talk on Wed 16 Dec; Erin reads it that day." in receipt
    assert "HR and Erin’s managers read it. Erin reads it from Wed 16 Dec on." in receipt
    following = part_of(cycle, "ben", MANAGER)
    assert "Write the next: Ben" in receipt and f'href="/forms/{following.id}"' in receipt
    send(following)
    assert "Write the next" not in page(mara, leads)
    review = review_of(cycle, "erin")
    assert str(review.talk_on) == "2026-12-16" and review.released_at is None
    # Pressed twice, the second one changes no day.
    post(as_("mara"), leads, share="talk", talk_on="2026-12-15")
    assert str(review_of(cycle, "erin").talk_on) == "2026-12-16"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("", "Choose the day on which you talk."),
        ("2026-11-30x", "Choose the day on which you talk."),
        ("2026-02-31", "Choose the day on which you talk."),
        ("2026-11-28", "This day is over"),
        ("2027-03-01", "Choose a day up to Mon 28 Dec"),
    ],
)
def test_a_day_that_cannot_be_sends_nothing_and_loses_nothing(
    as_: Any, leads: Submission, cycle: Cycle, day: str, why: str
) -> None:
    answer = post(as_("mara"), leads, share="talk", talk_on=day)
    assert answer.status_code == 422 and "<title>Error: " in answer.text
    assert why in answer.text and 'href="#with-talk-on"' in answer.text
    assert 'value="talk" checked' in answer.text and "All of it." in answer.text
    assert fresh(leads).is_open and review_of(cycle, "erin").talk_on is None
    # On another device it stands as it was chosen.
    assert 'value="talk" checked' in page(as_("mara"), leads)


def test_what_cannot_be_done_at_the_last_moment_sends_nothing_either(
    as_: Any, who: Any, leads: Submission, cycle: Cycle
) -> None:
    """It was good when it was asked, and Mara leads her no more when it is written."""
    beside = companions.beside(who.mara, leads)
    answers: Any = {RATING: "2", WORDS: "All of it."}
    chosen = {"share": "talk", "talk-on": "2026-12-16"}
    assert beside is not None and beside.problems(chosen) == {}
    with db.write():
        Position.update(manager=who.otto).where(Position.person == who.erin).execute()
    events = Event.select().count()
    with pytest.raises(Unfit, match="You do not lead them any more"):
        companions.send(fresh(leads), answers, beside, chosen, by=who.mara)
    assert Event.select().count() == events
    assert fresh(leads).is_open and fresh(leads).duties().first().settled_at is None
    # Sent anew by the page as it is drawn now, there is nothing to choose: it is sent as it is.
    post(as_("mara"), leads, "draft", **{"with-share": "talk", "with-talk-on": "2026-12-16"})
    assert "with-share" not in page(as_("mara"), leads)
    assert post(as_("mara"), leads).status_code == 303
    assert fresh(leads).submitted_at and review_of(cycle, "erin").talk_on is None


def test_without_a_release_it_is_shared_at_once_or_on_a_day(
    as_: Any, without_release: Submission
) -> None:
    mara = as_("mara")
    before = page(mara, without_release)
    assert "Erin reads it as soon as it is sent, unless you choose a day." in before
    assert 'value="later"' not in before and 'value="now" checked' in before
    assert "All of it." not in as_("erin").get(f"/forms/{without_release.id}/answers").text
    assert post(mara, without_release, share="now").status_code == 303
    assert "Erin reads it from now on." in page(mara, without_release)
    assert "All of it." in as_("erin").get(f"/forms/{without_release.id}/answers").text


# -- drafts ------------------------------------------------------------------------------------


def test_the_choice_is_kept_with_the_draft(as_: Any, leads: Submission) -> None:
    mara = as_("mara")
    post(mara, leads, "draft", share="talk", talk_on="2026-12-16")
    assert fresh(leads).choice == {"share": "talk", "talk-on": "2026-12-16"}
    again = page(mara, leads)
    assert 'value="talk" checked' in again and 'value="2026-12-16"' in again
    # A page that was opened before and says the same words is in no conflict.
    assert post(mara, leads, "draft", version="0", share="later").status_code == 303
    post(mara, leads, "draft", version="1", share="talk", talk_on="2026-12-16")
    assert (fresh(leads).version, fresh(leads).choice["share"]) == (1, "talk")
    # Another device wrote meanwhile: nothing of either is lost, and the choice is among it.
    conflict = post(mara, leads, "draft", version="0", share="later", **{f"q-{WORDS}": "Else."})
    assert conflict.status_code == 409
    assert 'value="later" checked' in conflict.text and "All of it." in conflict.text
    assert fresh(leads).choice["share"] == "talk"
    both = {"choosing": "1", "version": str(fresh(leads).version), f"q-{WORDS}": "Else."}
    post(mara, leads, "draft", share="later", take="*", **both)
    assert (fresh(leads).given[WORDS], fresh(leads).choice["share"]) == ("All of it.", "talk")
    post(mara, leads, share="later", talk_on="")
    assert fresh(leads).submitted_at and fresh(leads).choice == {}


def test_what_no_form_of_ours_sends_is_refused(
    as_: Any, who: Any, own: Submission, forms: Any
) -> None:
    other = Submission.open(forms["peers"].current, who.erin, who.erin, by=who.helen).target
    for fields in (
        {"with-share": "soon"}, {"with-more": "1"}, {"with-share": "now" * 99}, {"with-": "x"},
    ):  # fmt: skip
        assert post(as_("erin"), own, "draft", **fields).status_code == 400
    assert post(as_("erin"), Submission.get_by_id(other), "draft", share="now").status_code == 400
    assert post(as_("otto"), own, "draft", share="now").status_code == 404
    assert fresh(own).version == 0


# -- help with the words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "is_own", "begins"),
    [
        ("What went best, and what is different because of it?", True, "The result I am"),
        ("What did not work, and what was learned from it?", True, "I had planned"),
        ("What did not work, and what was learned from it?", False, "I had hoped for"),
        ("Which goals count for the next six months?", True, "By the end of"),
        ("What is worth getting better at?", False, "The next step is"),
        ("What will each do differently from now on?", False, "It would help if"),
        ("Anything else?", False, "One example:"),
    ],
)
def test_there_are_ways_to_begin(asked: str, is_own: bool, begins: str) -> None:
    found = writing.starters(asked, is_own=is_own)
    assert len(found) == 3 and found[0].startswith(begins)


def test_colleagues_without_names_have_the_same_help(as_: Any, cycle: Cycle, own: Any) -> None:
    nominee = name_all(cycle)["ben"]
    found = as_("ben").get(f"/reviews/answers/{nominee.id}").text
    assert "Ways to begin" in found and "I saw it when" in found
    assert "with-share" not in found and "question__last" not in found


def test_the_last_rating_of_the_same_person_waits_until_one_has_chosen(
    as_: Any, who: Any, cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 11)
    first = part_of(cycle, "erin", MANAGER)
    # One hint for each text, none for what is chosen; nothing was chosen before.
    empty = page(as_("mara"), first)
    assert "question__last" not in empty and empty.count('data-few-words="20"') == 1
    assert "Ways to begin" in empty
    send(first, "3")
    send(part_of(cycle, "ben", MANAGER), "1")
    move_clock(days=100)
    second = Cycle.begin(cycle.document, [who.erin], cast.TODAY + timedelta(days=111), by=who.helen,
                         title="Again")  # fmt: skip
    move_clock(days=12)
    following.run()
    found = page(as_("mara"), part_of(second, "erin", MANAGER))
    assert "Last time, on Sun 29 Nov 2026, you chose 3 Great." in found
    # It stands in the field of what is chosen, where only a choice makes it seen.
    place = found.index("question__last")
    assert found.index('id="q-how-was-this-year"') < place < found.index("What went well?")
    assert "you chose" not in page(as_("erin"), part_of(second, "erin", SELF))


def test_a_form_of_no_review_has_nothing_beside_it(as_: Any, who: Any, forms: Any) -> None:
    number = Submission.open(forms["annual"].current, who.erin, who.erin, by=who.helen).target
    found = as_("erin").get(f"/forms/{number}").text
    for words in ("with-share", "Ways to begin", "data-few", "split"):
        assert words not in found
    assert "HR and your managers read it once you have sent it." in found


def test_a_form_that_a_plan_had_asked_for_keeps_its_own_promise(
    as_: Any, who: Any, forms: Any
) -> None:
    """Onboarding asked for it first, with readers of its own: the review takes it as it is."""
    number = Submission.open(forms["annual"].current, who.erin, who.erin, by=who.helen).target
    cycle = Cycle.begin(plan(), [who.erin], cast.TODAY, by=who.helen)
    following.run()
    assert part_of(cycle, "erin", SELF).id == number
    found = as_("erin").get(f"/forms/{number}").text
    assert "HR and your managers read it once you have sent it." in found
    assert "with-share" not in found and "Ways to begin" in found
    assert post(as_("erin"), Submission.get_by_id(number), "draft", share="now").status_code == 303
    assert post(as_("erin"), Submission.get_by_id(number)).status_code == 303
    assert review_of(cycle, "erin").shared_at is None


def test_the_rows_are_those_of_the_level_on_which_the_cycle_began(
    who: Any, forms: Any, move_clock: Any
) -> None:
    competency = Document.start("competency", "Ownership", by=who.helen)
    levels = "".join(
        f"## L{n}\n( ) 1 Developing: low {n}\n( ) 2 Proficient: mid {n}\n( ) 3 Advanced: top {n}\n"
        for n in (2, 3, 4)
    )
    competency.publish(f"---\nkind: competency\ntitle: Ownership\n---\n{levels}", by=who.helen)
    asks = form("levels")
    asks.publish(
        "---\nkind: form\ntitle: Levels\n---\nHow is it?\n( ) competency:ownership\n", by=who.helen
    )
    source = PLAN.replace("form:annual", "form:levels").replace("rating: How was this year?\n", "")
    source = "\n".join(line for line in source.splitlines() if not line.startswith("- cal"))
    cycle = Cycle.begin(plan(source), [who.erin], cast.TODAY, by=who.helen)
    with db.write():
        # As if she had been promoted since.
        Review.update(level="L2").where(Review.cycle == cycle).execute()
    following.run()
    asked = part_of(cycle, "erin", SELF).questionnaire.questions[0]
    assert [anchor.text for anchor in asked.anchors] == ["low 2", "mid 2", "top 2"]


# -- what it costs -----------------------------------------------------------------------------


def test_it_asks_the_database_little(as_: Any, own: Submission, queries: Any) -> None:
    erin = as_("erin")
    page(erin, own)
    with queries() as seen:
        page(erin, own)
    assert len(seen) <= 14, "\n".join(seen)
    with queries() as seen:
        post(erin, own, "draft", share="later")
    assert len(seen) <= 8, "\n".join(seen)
