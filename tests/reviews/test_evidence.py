"""The drawer beside a form: all of the time that its writer could open anyway, and nothing more."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit import Event
from portal.feedback.models import LINE, THEM, Note
from portal.feedback.praise import Praise
from portal.goals.checkins import ON_TRACK, CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, OKR, Goal
from portal.oneonones import holding
from portal.oneonones.actions import Action
from portal.oneonones.notes import PrivateNote
from portal.people.positions import Position
from portal.reviews import evidence, reading
from portal.reviews.models import Cycle, Review
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.learning import courses
from tests.oneonones.conftest import again, begin
from tests.reach import knock
from tests.reviews.conftest import after, part_of, review_of, send

ALL = set(cast.NAMES) - {"nia", "lev"}
STAFF, ABOVE = ALL - {"audrey"}, {"erin", "mara", "dora"}
# Whatever is known of Erin, and who reads it in its own place.
KNOWN = {
    "GOAL-line": ABOVE,
    "GOAL-open": STAFF,
    "CHECKED-line": ABOVE,
    "MET-line": ABOVE,
    "LOG": ABOVE,
    "PRAISE-page": STAFF,
    "NOTE-her": {"erin", "ben"},
    "NOTE-line": {"erin", "ben", "mara", "dora"},
    "MORE-line": {"erin", "ben", "mara", "dora"},
    "NOTE-from-mara": {"erin", "mara"},
    "Safety basics": {*ABOVE, "helen", "audrey"},
    "ACTION-erin": {"erin", "mara"},
    "PRIVATE-mara": {"mara"},
    "PRIVATE-erin": {"erin"},
}
# Of somebody else, for them alone, not done, taken out, or from before.
NEVER = (
    "PRAISE-private", "PRAISE-ben", "ACTION-mara", "ACTION-open", "PRIVATE-of-mara", "LOG-out",
    "GOAL-old", "LOG-old", "PRAISE-old", "NOTE-old", "GOAL-ben",
)  # fmt: skip


def goal(person: Any, title: str, visibility: str = "line") -> Goal:
    return Goal.begin(
        by=person, person=person, results=[], title=title, words="", sort=OKR,
        visibility=visibility,
    )  # fmt: skip


def say_all(who: Any, move_clock: Any) -> None:
    """Each of KNOWN in its room in the last months, and each of NEVER."""
    erin, mara, ben = who.erin, who.mara, who.ben
    move_clock(to=cast.NOW - timedelta(days=400))
    goal(erin, "GOAL-old").end("met", "", by=erin)
    Accomplishment.note("LOG-old", by=erin)
    Praise.give([erin], "PRAISE-old", None, is_public=True, by=ben)
    Note.give(erin, by=ben, readers=LINE, saw="NOTE-old")
    move_clock(to=cast.NOW - timedelta(days=30))
    CheckIn.say(goal(erin, "GOAL-line"), ON_TRACK, "CHECKED-line", by=erin)
    goal(erin, "GOAL-open", EVERYONE)
    goal(erin, "GOAL-done").end("met", "MET-line", by=erin)
    goal(ben, "GOAL-ben", EVERYONE)
    Accomplishment.note("LOG", by=erin)
    Accomplishment.note("LOG-out", by=erin).remove(by=erin)
    Praise.give([erin], "PRAISE-page", None, is_public=True, by=ben)
    Praise.give([erin], "PRAISE-private", None, is_public=False, by=ben)
    Praise.give([ben], "PRAISE-ben", None, is_public=True, by=erin)
    Note.give(erin, by=ben, readers=THEM, saw="NOTE-her")
    Note.give(erin, by=ben, readers=LINE, saw="NOTE-line\nand on", more="MORE-line")
    Note.give(erin, by=mara, readers=THEM, saw="NOTE-from-mara")
    courses.takes(courses.publish(), erin)
    pair = begin(erin, mara)
    PrivateNote.write(pair.next, "PRIVATE-mara\n\nand a second line", 0, by=mara)
    PrivateNote.write(pair.next, "PRIVATE-erin", 0, by=erin)
    for number, words in enumerate(("ACTION-erin", "ACTION-open", "ACTION-mara")):
        doer = mara if words == "ACTION-mara" else erin
        action = Action.set_for(pair, words, doer, clock.today() + timedelta(days=9), by=mara)
        if number != 1:
            action.complete(by=doer)
    holding.hold(again(pair), clock.today(), by=mara, number=1)
    # Of Mara, beside her talk with Dora: that one is not about Erin.
    PrivateNote.write(begin(mara, who.dora).next, "PRIVATE-of-mara", 0, by=mara)
    move_clock(to=cast.NOW)


def quotes(viewer: Any, review: Review) -> list[str]:
    return [line.quote for group in evidence.groups(viewer, review) for line in group.lines]


def test_each_reads_what_their_rooms_would_show_them(
    who: Any, cycle: Cycle, move_clock: Any, queries: Any
) -> None:
    say_all(who, move_clock)
    review = review_of(cycle, "erin")
    for name in ALL:
        viewer = cast.person(name)
        found = "\n".join(quotes(viewer, review))
        assert {one for one in KNOWN if one in found} == {
            one for one, readers in KNOWN.items() if name in readers
        }, name
        assert not [one for one in NEVER if one in found], name
    mara = cast.person("mara")
    with queries() as seen:
        evidence.groups(mara, review)
    # Six rooms, the time, and what the viewer leads.
    assert len(seen) <= 8, "\n".join(seen)


def test_a_line_is_quoted_with_its_day_and_source(who: Any, cycle: Cycle, move_clock: Any) -> None:
    say_all(who, move_clock)
    review = review_of(cycle, "erin")
    found = quotes(cast.person("mara"), review)
    for line in (
        "19 Oct 2026, goal “GOAL-line”: On track. CHECKED-line",
        "19 Oct 2026, goal “GOAL-done”: Met. MET-line",
        "19 Oct 2026, goal: “GOAL-open” was set. No check-in in this time.",
        "19 Oct 2026, Erin’s log: LOG",
        "19 Oct 2026, praise from Ben Hartmann: “PRAISE-page”",
        "19 Oct 2026, feedback from Ben Hartmann: “NOTE-line and on”",
        "19 Oct 2026, feedback from me: “NOTE-from-mara”",
        "19 Oct 2026, course completed: Safety basics",
        "19 Oct 2026, agreed and done: ACTION-erin",
        "19 Oct 2026: PRIVATE-mara",
        "19 Oct 2026: and a second line",
    ):
        assert line in found, "\n".join(found)


def test_it_is_there_for_its_writer_while_they_write(
    as_: Any, who: Any, cycle: Cycle, move_clock: Any
) -> None:
    say_all(who, move_clock)
    after(move_clock, 11)
    own, theirs = part_of(cycle, "erin", SELF), part_of(cycle, "erin", MANAGER)
    nobody = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
    nowhere = "/reviews/evidence/999999"
    for form, writer in ((own, "erin"), (theirs, "mara")):
        address = f"/reviews/evidence/{form.id}"
        knock(as_, nobody | {writer: 200}, address, nowhere=nowhere)
        client = as_(writer)
        events = Event.select().count()
        answer = client.get(address)
        assert f"PRIVATE-{writer}" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "data-quote" not in answer.text
        links = set(re.findall(r'href="([^"]+)" target', answer.text))
        assert len(links) >= 6
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
        drawer = client.get(address, headers={"HX-Request-Type": "partial"})
        assert drawer.text.startswith('<div class="evidence__sheet" id="evidence-sheet">')
        assert 'data-quote="19 Oct 2026' in drawer.text
        assert Event.select().count() == events
        send(form)
        knock(as_, dict.fromkeys(("erin", "mara", "helen"), 404), address, nowhere=nowhere)


def test_who_leads_them_no_more_opens_nothing(
    as_: Any, who: Any, cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 11)
    form = part_of(cycle, "erin", MANAGER)
    Position.take(who.erin, by=None, starts_on=clock.today(), manager=who.otto)
    after(move_clock, 12)
    assert as_("mara").get(f"/reviews/evidence/{form.id}").status_code == 404
    fresh = part_of(cycle, "erin", MANAGER)
    assert as_("otto").get(f"/reviews/evidence/{fresh.id}").status_code == 200


@pytest.mark.parametrize("is_released", [True, False])
def test_it_looks_back_to_when_the_last_review_was_written(
    who: Any, cycle: Cycle, move_clock: Any, is_released: bool
) -> None:
    after(move_clock, 12)
    send(part_of(cycle, "erin", MANAGER))
    if is_released:
        after(move_clock, 26)
        assert not reading.release(review_of(cycle, "erin"), by=None)
    move_clock(to=cast.NOW + timedelta(days=60))
    later = Cycle.begin(
        cycle.document, [who.erin], clock.today(), by=who.helen, title="The next one"
    )
    found = evidence.time_of(cast.person("mara"), review_of(later, "erin"))
    since = cast.TODAY + timedelta(days=12 if is_released else 60 - 365)
    assert (found.since, found.is_since_last) == (since, is_released)
