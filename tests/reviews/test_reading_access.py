"""Who reads what of a review, stage by stage: the whole cast, before and after each boundary."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments import reminders
from portal.audit import Event, Personal
from portal.mail.models import Letter, kinds
from portal.people.grants import Grant
from portal.people.positions import Position
from portal.reviews import following
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.reach import knock
from tests.reviews.conftest import after, part_of, review_of, send
from tests.reviews.stages import ADDED, ORDER, OWN, REASON, REPLY, THEIRS, Stages, up_to

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
SEES = NOBODY | {"erin": 200, "mara": 200, "dora": 200, "helen": 200}
CANARIES = {OWN, THEIRS, REPLY, ADDED, REASON}
LINE = ("mara", "dora", "helen")
INVOLVED = ("erin", *LINE)
LOOKING = (*INVOLVED, "ben", "otto", "audrey", "adam")


# What each reads from that stage on, besides what they read before it. Whoever is not named reads
# nothing of it, ever.
MORE: dict[str, dict[str, set[str]]] = {
    "sent": {"erin": {OWN}},
    "shared": {name: {OWN} for name in LINE},
    "written": {name: {THEIRS} for name in LINE},
    "added": {name: {ADDED} for name in LINE},
    "compared": {name: {REASON} for name in LINE},
    "released": {"erin": {THEIRS, ADDED}},
    "replied": {name: {REPLY} for name in ("erin", *LINE)},
}


@pytest.fixture
def stages(cycle: Cycle, move_clock: Any) -> Stages:
    return Stages(cycle, move_clock)


def addresses(stages: Stages) -> list[str]:
    """Wherever a word of it could stand."""
    cycle, review = stages.cycle, stages.review
    found = [
        "/", "/reviews", "/reviews/team", "/forms", "/forms?show=read", "/team", review.url,
        f"{review.url}/receipt", cycle.url, f"{cycle.url}/calibration", "/search?q=CANARY",
        f"/people/{review.person_id}", "/trail", "/calendar", f"/growth/people/{review.person_id}",
    ]  # fmt: skip
    for part in ReviewPart.select().where(ReviewPart.review == review):
        form = f"/forms/{part.submission_id}"
        found += [form, f"{form}/answers", f"{form}/answers.csv", f"{form}/readers"]
    for session in CalibrationSession.select():
        people = "&".join(f"person={one.id}" for one in Placement.select())
        found += [session.url, f"{session.url}/ratings.csv", f"{session.url}/comparison?{people}"]
    return found


def reads(as_: Any, stages: Stages, name: str) -> set[str]:
    """Whatever of it that person comes upon on any page; the title of none says any of it."""
    browser, found = as_(name), set()
    for address in addresses(stages):
        answer = browser.get(address)
        assert answer.status_code in (200, 302, 303, 403, 404), (name, address, answer.status_code)
        seen = {canary for canary in CANARIES if canary in answer.text}
        # What one looks for stands in the field one typed it into.
        found |= set() if address.startswith("/search") else seen
        title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        said = title.group(1) if title else ""
        for secret in (*CANARIES, "Great", "Hard", "Good"):
            assert secret not in said, (name, address, said)
    return found


@pytest.mark.one_database
def test_from_each_stage_on_everybody_reads_what_is_theirs_to_read(
    as_: Any, stages: Stages
) -> None:
    """The review is carried through its stages once, and looked at after each."""
    expected: dict[str, set[str]] = {name: set() for name in LOOKING}
    for stage in ORDER:
        getattr(stages, stage)()
        for person, more in MORE.get(stage, {}).items():
            expected[person] |= more
        if stage in ("asked", "signed"):
            continue
        # Those who never read a word of it are asked where most of it is there.
        looking = LOOKING if stage in ("compared", "closed") else INVOLVED
        seen = {name: reads(as_, stages, name) for name in looking}
        assert seen == {name: expected[name] for name in looking}, stage


TRANSFERRED = {
    # Nothing was written yet: whoever led them reads nothing, whoever leads them what was shared.
    "shared": {"erin": {OWN}, "otto": {OWN}, "helen": {OWN}},
    "added": {
        "erin": {OWN}, "mara": {THEIRS, ADDED}, "otto": {OWN, THEIRS, ADDED},
        "helen": {OWN, THEIRS, ADDED},
    },
    "compared": {
        "erin": {OWN}, "mara": {THEIRS, ADDED}, "otto": {OWN, THEIRS, ADDED, REASON},
        "helen": {OWN, THEIRS, ADDED, REASON},
    },
    "replied": {
        "erin": {OWN, THEIRS, ADDED, REPLY}, "mara": {THEIRS, ADDED, REPLY},
        "otto": CANARIES, "helen": CANARIES,
    },
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("last", TRANSFERRED)
def test_when_another_leads_them_what_each_reads_follows_at_once(
    as_: Any, stages: Stages, who: Any, last: str
) -> None:
    up_to(stages, last)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    # Whether or not the clock has run.
    for looking in (("mara", "otto"), (*INVOLVED, "otto")):
        seen = {name: reads(as_, stages, name) for name in looking}
        found = {name: what for name, what in seen.items() if what}
        assert found == {name: TRANSFERRED[last][name] for name in found}
        assert set(found) == set(TRANSFERRED[last]) & set(looking)
        following.run()


@pytest.mark.parametrize("last", ["asked", "shared", "written", "compared", "released", "closed"])
def test_the_page_is_there_for_the_person_the_line_and_hr_alone(
    as_: Any, stages: Stages, last: str
) -> None:
    up_to(stages, last)
    knock(as_, SEES, stages.review.url, nowhere="/reviews/999999")


def test_the_receipt_is_there_once_it_is_signed(as_: Any, stages: Stages) -> None:
    up_to(stages, "released")
    address, nowhere = f"{stages.review.url}/receipt", "/reviews/999999/receipt"
    knock(as_, NOBODY, address, nowhere=nowhere)
    stages.signed()
    knock(as_, SEES, address, nowhere=nowhere)


def test_one_is_not_more_of_hr_to_oneself(as_: Any, stages: Stages, who: Any) -> None:
    """What Mara writes about Helen is Helen's from the release on and no sooner."""
    Position.take(who.helen, by=who.dora, starts_on=cast.TODAY, manager=who.mara)
    cycle = Cycle.begin(stages.cycle.document, [who.helen], cast.TODAY, by=who.dora, title="Hers")
    after(stages.move, 11)
    send(part_of(cycle, "helen", MANAGER), "3", THEIRS)
    after(stages.move, 21)
    mine = Stages(cycle, stages.move)
    # Nor does she read there that it is written at all.
    page = as_("helen").get(f"{cycle.url}/calibration").text
    assert "Every review that is sent is in a session." in page
    CalibrationSession.begin(
        Cycle.get_by_id(cycle.id), by=None, grouping="level", held_on=clock.today()
    )
    Placement.get().change(1, REASON, 3, by=who.mara)
    assert "0 people" in as_("helen").get(f"{cycle.url}/calibration").text
    review = review_of(cycle, "helen")
    form = part_of(cycle, "helen", MANAGER)
    # That another has read it would say so as well.
    with db.write():
        Grant.give(who.ida, "hr", by=who.dora, starts_on=cast.TODAY)
    for address in (review.url, f"/forms/{form.id}/answers"):
        as_("dora").get(address)
    for address in ("/audit/looks", f"/audit/looks?about={who.helen.id}"):
        other = as_("ida").get(address).text
        assert f"Forms {form.id}" in other and f"Reviews {review.id}" in other, address
        own = as_("helen").get(address).text
        assert f"Forms {form.id}" not in own and f"Reviews {review.id}" not in own, address
    pages = [*addresses_of(mine, review), f"/forms/{form.id}/answers", f"/forms/{form.id}"]
    for address in pages:
        page = as_("helen").get(address).text
        assert THEIRS not in page and REASON not in page, address
    after(stages.move, 26)
    page = as_("helen").get(review.url).text
    assert THEIRS in page and REASON not in page and "3 Great" not in page


def addresses_of(stages: Stages, review: Review) -> list[str]:
    session = CalibrationSession.get()
    people = "&".join(f"person={one.id}" for one in Placement.select())
    more = ("", "/ratings.csv", f"/comparison?{people}&{people}")
    return [review.url, "/trail", stages.cycle.url, *(f"{session.url}{one}" for one in more)]


# -- who may do what --------------------------------------------------------------------------

ONLY_ERIN = NOBODY | {"erin": 303, "mara": 403, "dora": 403, "helen": 403}
LEADS = NOBODY | {"erin": 403, "mara": 303, "dora": 403, "helen": 303}


@pytest.mark.parametrize(
    ("verb", "last", "data", "table"),
    [
        ("sharing", "sent", {}, ONLY_ERIN),
        ("talk", "written", {"day": "2026-12-20"}, LEADS),
        ("release", "written", {}, LEADS),
        ("reply", "released", {"words": "Words"}, ONLY_ERIN),
        ("signature", "released", {"seal": "x"}, ONLY_ERIN | {"erin": 400}),
    ],
)
def test_each_verb_is_for_whom_it_is(
    as_: Any, stages: Stages, verb: str, last: str, data: dict[str, str], table: dict[str, int]
) -> None:
    up_to(stages, last)
    address = f"{stages.review.url}/{verb}"
    knock(as_, table, address, data=data, nowhere=f"/reviews/999999/{verb}")


def test_only_its_author_adds_to_a_form(as_: Any, stages: Stages) -> None:
    up_to(stages, "written")
    stages.move(days=2)
    for step, author in ((SELF, "erin"), (MANAGER, "mara")):
        address = f"/reviews/parts/{stages.part(step).id}/addenda"
        table = NOBODY | {author: 303}
        nowhere = "/reviews/parts/999999/addenda"
        knock(as_, table, address, data={"words": "More"}, nowhere=nowhere)


def test_the_list_of_somebodys_reviews_stands_in_their_file_by_right(
    as_: Any, stages: Stages
) -> None:
    up_to(stages, "written")
    address = f"/reviews/people/{stages.review.person_id}"
    table = SEES | {"erin": 302}
    knock(as_, table, address, nowhere="/reviews/people/999999")
    tab = f'href="{address}"'
    for name in ("mara", "helen", "ben", "otto"):
        file = as_(name).get(f"/people/{stages.review.person_id}").text
        assert (tab in file) == (table[name] == 200), name
    page = as_("mara").get(address).text
    assert f'href="{stages.review.url}"' in page and "You have sent it" in page


HR = NOBODY | {"helen": 200}
SESSION = {"title": "Again", "held_on": str(cast.TODAY + timedelta(days=30)), "grouping": "level"}
COMPARES = NOBODY | {"mara": 200, "dora": 200, "helen": 200}


def test_sessions_are_for_hr_and_for_whoever_leads_somebody_in_them(
    as_: Any, stages: Stages
) -> None:
    up_to(stages, "compared")
    session, placement = CalibrationSession.get(), Placement.get()
    nowhere = "/reviews/calibration/999999"
    knock(as_, COMPARES, session.url, nowhere=nowhere)
    table = NOBODY | {"mara": 403, "dora": 403, "helen": 200}
    knock(as_, table, f"{session.url}/ratings.csv", nowhere=f"{nowhere}/ratings.csv")
    address = f"{stages.cycle.url}/calibration"
    nowhere = "/reviews/cycles/999999/calibration"
    knock(as_, HR, address, nowhere=nowhere)
    # What is sent is in a session already, so that no other begins.
    knock(as_, HR | {"helen": 422}, address, data=SESSION, nowhere=nowhere)
    # Nobody changes anything here: it is that rating already.
    data = {"rating": "1", "reason": "The same", "before": "1"}
    table = NOBODY | {"mara": 303, "dora": 303, "helen": 303}
    change = f"/reviews/calibration/ratings/{placement.review_id}"
    nowhere = "/reviews/calibration/ratings/999999"
    knock(as_, COMPARES, change, nowhere=nowhere)
    knock(as_, table, change, data=data, nowhere=nowhere)

    def changed() -> str:
        now = Placement.get()
        made = now.change(3 - now.rating, "Another look.", now.rating, by=cast.person("mara"))
        return f"{change}/changes/{made.number}/undoing"

    # Only whoever made a change takes it back: to anybody else there is none to undo.
    nowhere = f"{nowhere}/changes/1/undoing"
    knock(as_, NOBODY | {"mara": 303}, "", data={}, before=changed, nowhere=nowhere)
    table = NOBODY | {"mara": 403, "dora": 403, "helen": 303}
    for verb in ("lock", "unlocking"):
        nowhere = f"/reviews/calibration/999999/{verb}"
        knock(as_, table, f"{session.url}/{verb}", data={}, nowhere=nowhere)


# -- what leaves the portal -------------------------------------------------------------------


def test_neither_mails_nor_the_trail_say_a_word_of_it(app: Any, stages: Stages) -> None:
    up_to(stages, "closed")
    for _ in range(3):
        reminders.write_digests()
        stages.move(days=1)
    secrets = (*CANARIES, "Great", "Hard")
    rendered = [kinds[letter.kind].render(letter) for letter in Letter.select()]
    letters = [f"{one.subject} {one.text}" for one in rendered if one]
    events = [event.data for event in Event.select()]
    kept = [row.payload for row in Personal.select()]
    assert letters
    for said in (*letters, *events, *kept):
        assert not [secret for secret in secrets if secret in said], said
    subjects = [one.subject for one in rendered if one]
    assert not [said for said in subjects if "Mara" in said or "Erin" in said]


def test_the_order_of_a_session_says_nothing_of_a_rating(as_: Any, cycle: Cycle, move_clock: Any
) -> None:  # fmt: skip
    after(move_clock, 11)
    for name, rating in (("olga", "3"), ("erin", "1"), ("ben", "3"), ("mara", "2")):
        send(part_of(cycle, name, MANAGER), rating)
    after(move_clock, 21)
    CalibrationSession.begin(
        Cycle.get_by_id(cycle.id), by=None, grouping="department", held_on=clock.today()
    )
    session = CalibrationSession.get()

    def order() -> list[str]:
        return re.findall(r">(\w+) \S+</a></div></th>", as_("helen").get(session.url).text)

    before = order()
    assert before == ["Ben", "Erin", "Mara", "Olga"]
    for placement in Placement.select():
        placement.change(4 - placement.rating, "So", placement.rating, by=cast.person("helen"))
    assert order() == before
