"""The pages ask few questions, however much stands on them; what is kept is let go in time."""

import re
from datetime import timedelta
from typing import Any

from portal.assignments.models import Assignment
from portal.documents.models import check
from portal.oneonones import following, holding, rhythm
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.privacy import records
from portal.retention.erasing import Erasure
from portal.retention.models import LegalHold
from tests.cast import TODAY
from tests.oneonones.conftest import TOMORROW, again, begin, follows


def fill(who: Any, pair: Any, rounds: int) -> None:
    for number in range(rounds):
        one = again(pair)
        TalkPoint.raise_for(one, [f"Open {number}", f"Done {number}"], by=who.erin)
        TalkPoint.get(TalkPoint.words == f"Done {number}").tick(by=who.mara)
        Action.set_for(one, f"Action {number}", who.mara, TOMORROW, by=who.erin)
        PrivateNote.write(one.next, "Mine", 0, by=who.mara)
        holding.hold(one, TODAY, by=who.mara, number=one.next.number)


def test_a_page_asks_eight_questions_at_most_however_much_stands_on_it(
    as_: Any, who: Any, pair: Any, queries: Any
) -> None:
    mara, counts = as_("mara"), []
    for rounds in (1, 8):
        fill(who, pair, rounds)
        asked = {}
        first = Talk.get(Talk.number == 1).url
        for address in (pair.url, "/one-on-ones", f"{pair.url}/talks", first):
            mara.get(address)
            with queries() as seen:
                assert mara.get(address).status_code == 200
            asked[address] = len(seen)
        counts.append(asked)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 8, counts[0]


def test_the_list_asks_no_more_for_many(as_: Any, who: Any, queries: Any) -> None:
    mara = as_("mara")
    begin(who.erin, who.mara)
    mara.get("/one-on-ones")
    with queries() as few:
        mara.get("/one-on-ones")
    begin(who.ben, who.mara)
    begin(who.nia, who.mara)
    begin(who.mara, who.dora)
    with queries() as many:
        page = mara.get("/one-on-ones").text
    assert len(many) <= len(few) <= 8
    assert "Ben Hartmann" in page and "Dora Lindqvist" in page


def test_an_erasure_takes_all_of_it_and_counts_it_nowhere(
    as_: Any, who: Any, pair: Any, move_clock: Any
) -> None:
    fill(who, pair, 2)
    last = TODAY + timedelta(days=1)
    who.erin.depart(by=who.helen, last_day_on=last, access_ends_at=None)
    move_clock(days=4)
    following.end_out_of_line()
    seen = as_("helen").get(f"/retention/people/{who.erin.id}").text
    assert "One-on-ones" not in seen
    erasure = Erasure.begin(who.erin, by=who.helen, reason="Asked for")
    assert erasure.work() and "one_on_ones" not in Erasure.get().counts
    for model in (OneOnOne, Talk, TalkPoint, Action, PrivateNote):
        assert not model.select().exists(), model
    titles = {duty.title for duty in Assignment.select()}
    assert not {title for title in titles if "Action 0" in title or "Erin" in title}


def test_what_ended_goes_after_three_years_unless_it_is_held(
    who: Any, pair: Any, move_clock: Any
) -> None:
    fill(who, pair, 1)
    follows(who.erin, who.otto)
    following.end_out_of_line()
    move_clock(days=3 * 365 - 2)
    assert following.forget_ended() == 0
    move_clock(days=4)
    hold = LegalHold.place(person=who.erin, kept=None, reason="A case", counsel="", by=who.helen)
    assert following.forget_ended() == 0
    hold.lift(by=who.helen)
    assert following.forget_ended() == 1 and not Talk.select().exists()
    assert records["one_on_ones"].is_private


def test_a_text_without_points_is_no_agenda(app: Any) -> None:
    head = "---\nkind: agenda\ntitle: A\nsummary: b\naudience: everyone\nowner: @hr\n---\n"
    assert [each.message for each in check("agenda", f"{head}Words alone\n").errors] == [
        "An agenda has points: write one a line, as “- How are you?”."
    ]
    good = check("agenda", f"{head}## First\n- One\n* Two\nA line\n")
    assert not good.errors and good.parsed.structure["points"] == ["One", "Two"]
    typed = "1. One\n2) Two\n•\tThree\n• Four\n2026. A year\n1.5 hours\n"
    assert check("agenda", head + typed).parsed.structure["points"] == [
        "One", "Two", "Three", "Four",
    ]  # fmt: skip
    many = "".join(f"- Point {number}\n" for number in range(31))
    assert len(check("agenda", head + many).errors) == 1
    assert check("agenda", f"{head}- {'x' * 301}\n").errors
    assert not check("agenda", f"{head}- One\n- One\n").errors


def test_the_rhythm_is_kept_and_nobody_meets_twice_in_a_row() -> None:
    anchor = TODAY
    for weeks, after, expected in (
        (1, 0, 7), (1, 1, 7), (1, 3, 7), (1, 4, 14), (1, -1, 7), (2, 0, 14), (2, 6, 14),
        (2, 8, 28), (4, 0, 28), (4, 20, 56), (1, -30, 0),
    ):  # fmt: skip
        found = rhythm.next_day(anchor, weeks, anchor + timedelta(days=after))
        assert found == anchor + timedelta(days=expected), (weeks, after)
    assert rhythm.next_day(anchor, 0, anchor) is None


def test_whoever_may_publish_an_agenda_reads_how(as_: Any, who: Any) -> None:
    follows(who.helen, who.dora)
    address = f"{begin(who.helen, who.dora).url}/agenda"
    said = "HR has published no agenda yet"
    helen, dora = (as_(name).get(address).text for name in ("helen", "dora"))
    assert said not in helen and 'class="button button--quiet" href="/documents"' in helen
    assert said in dora


def test_the_fields_of_the_page_are_equally_wide(as_: Any, pair: Any) -> None:
    page = as_("erin").get(pair.url).text
    forms = re.findall(
        r'<form class="([^"]*)"[^>]*action="[^"]*/(?:points|notes|private-notes)"', page
    )
    assert len(forms) == 3 and all("measure" in classes.split() for classes in forms)
