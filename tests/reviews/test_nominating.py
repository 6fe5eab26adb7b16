"""Who is asked without names: proposed by the person, agreed to by whoever leads them."""

from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.people.positions import Position
from portal.reviews import following, nominating
from portal.reviews.answers import DUTY, MOST, Closed, Nominee
from portal.reviews.models import Cycle
from portal.reviews.nominating import NAMING
from portal.reviews.steps import UPWARD
from tests import cast
from tests.reviews.conftest import after, review_of
from tests.reviews.saying import THREE, name_all, nominees, step_of


def owed(name: str, kind: str) -> list[str]:
    mine = (Assignment.person == cast.person(name)) & (Assignment.kind == kind)
    return [row.title for row in Assignment.select().where(mine, Assignment.is_open())]


def address(cycle: Cycle, name: str = "erin") -> str:
    return f"/reviews/{review_of(cycle, name).id}/nominees"


def names(cycle: Cycle) -> list[str]:
    return sorted(nominees(cycle, "erin"))


def proposed(cycle: Cycle, *some: str, by: str = "erin") -> None:
    for name in some:
        nominating.propose(
            review_of(cycle, "erin"), step_of(cycle), cast.person(name), by=cast.person(by),
            is_decided=by != "erin",
        )  # fmt: skip


# -- the flow ----------------------------------------------------------------------------------


def test_the_person_names_three_the_manager_agrees_and_they_are_asked_on_the_day(
    as_: Any, cycle: Cycle, move_clock: Any
) -> None:
    nominating.follow()
    assert owed("erin", NAMING) == ["Whom to ask about your work: Annual review"]
    erin, mara = as_("erin"), as_("mara")
    for name in ("Ben Hartmann", "olga@halden.example", "Otto Weiß"):
        assert erin.post(address(cycle), data={"person": name}).status_code == 303
    assert owed("erin", NAMING) == []
    assert owed("mara", NAMING)[-1] == "Whom to ask about Erin Castellanos"
    assert all(not owed(name, DUTY) for name in THREE)
    assert mara.post(f"{address(cycle)}/approval").status_code == 303
    assert "Whom to ask about Erin Castellanos" not in owed("mara", NAMING)
    assert all(not owed(name, DUTY) for name in THREE)
    after(move_clock, 0)
    assert all(owed(name, DUTY) for name in THREE)


def test_fewer_than_three_are_not_asked(cycle: Cycle, move_clock: Any, as_: Any) -> None:
    after(move_clock, 0)
    proposed(cycle, "ben", "olga", by="mara")
    following.run()
    assert owed("ben", DUTY) == []
    ben = nominees(cycle, "erin")["ben"]
    page = as_("ben").get(f"/reviews/answers/{ben.id}").text
    assert "as soon as at least three are named" in page
    proposed(cycle, "otto", by="mara")
    assert all(owed(name, DUTY) for name in THREE)


def test_whoever_leads_them_replaces_and_adds(as_: Any, cycle: Cycle) -> None:
    proposed(cycle, *THREE)
    mara = as_("mara")
    otto = nominees(cycle, "erin")["otto"]
    out = mara.post(f"/reviews/nominees/{otto.id}/removal")
    assert out.status_code == 303
    assert names(cycle) == ["ben", "olga"]
    assert mara.post(address(cycle), data={"person": "Ida Sørensen"}).status_code == 303
    ida = nominees(cycle, "erin")["ida"]
    assert ida.approved_at is not None
    assert mara.post(f"/reviews/nominees/{otto.id}/restoration").status_code == 303
    assert names(cycle) == ["ben", "ida", "olga", "otto"]


def test_what_was_agreed_to_and_taken_out_needs_agreement_again(as_: Any, cycle: Cycle) -> None:
    proposed(cycle, "ben", by="mara")
    ben = nominees(cycle, "erin")["ben"]
    as_("mara").post(f"/reviews/nominees/{ben.id}/removal")
    erin = as_("erin")
    assert erin.post(f"/reviews/nominees/{ben.id}/restoration").status_code == 403
    assert erin.post(address(cycle), data={"person": "Ben Hartmann"}).status_code == 303
    assert nominees(cycle, "erin")["ben"].approved_at is None


def test_the_person_takes_back_a_proposal_and_not_what_was_agreed(as_: Any, cycle: Cycle) -> None:
    proposed(cycle, "ben", "olga")
    named = nominees(cycle, "erin")
    as_("mara").post(f"/reviews/nominees/{named['olga'].id}/approval")
    erin = as_("erin")
    assert erin.post(f"/reviews/nominees/{named['ben'].id}/removal").status_code == 303
    assert erin.post(f"/reviews/nominees/{named['olga'].id}/removal").status_code == 403
    assert erin.post(f"/reviews/nominees/{named['olga'].id}/approval").status_code == 403
    assert names(cycle) == ["olga"]


def test_whoever_was_asked_is_not_taken_out(as_: Any, cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = name_all(cycle)
    page = as_("mara").post(f"/reviews/nominees/{named['ben'].id}/removal", follow_redirects=True)
    assert "They are asked already" in page.text
    assert not nominees(cycle, "erin")["ben"].removed_at


def test_another_who_leads_is_asked_instead(cycle: Cycle, who: Any) -> None:
    proposed(cycle, *THREE)
    assert "Whom to ask about Erin Castellanos" in owed("mara", NAMING)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.dora)
    following.run()
    assert "Whom to ask about Erin Castellanos" not in owed("mara", NAMING)
    assert "Whom to ask about Erin Castellanos" in owed("dora", NAMING)


def test_with_the_step_all_naming_ends(cycle: Cycle, move_clock: Any, as_: Any) -> None:
    after(move_clock, 0)
    proposed(cycle, *THREE)
    after(move_clock, 11)
    assert all(not owed(name, NAMING) for name in cast.NAMES)
    late = as_("mara").post(address(cycle), data={"person": "Ida Sørensen"}, follow_redirects=True)
    assert "This step is over" in late.text
    assert "Take out" not in late.text


@pytest.mark.parametrize(
    "typed",
    ["", "Nobody Known", "Erin Castellanos", "Mara Okafor", "Lev Abramov", "Audrey Lemaire"],
)
def test_only_colleagues_without_a_part_of_their_own(as_: Any, cycle: Cycle, typed: str) -> None:
    refused = as_("erin").post(address(cycle), data={"person": typed})
    assert refused.status_code == 422
    assert "Nobody was added" in refused.text
    assert names(cycle) == []


def test_at_most_eight_are_asked_however_many_press_at_once(cycle: Cycle, who: Any) -> None:
    some = ("ben", "olga", "otto", "ida", "adam", "helen", "dora")
    proposed(cycle, *some)
    assert len(names(cycle)) == MOST - 1
    helen, review, phase = who.helen, review_of(cycle, "erin"), step_of(cycle)
    more = [
        type(who.erin).hire(
            by=helen, name=f"More {number}", email=f"more{number}@halden.example",
            starts_on=cast.TODAY, details={}, role="Engineer",
        )
        for number in range(2)
    ]  # fmt: skip
    nominating.propose(review, phase, more[0], by=who.erin, is_decided=False)
    with pytest.raises(ValueError, match="At most 8"):
        nominating.propose(review, phase, more[1], by=who.erin, is_decided=False)


def test_htmx_gets_the_block_and_everyone_else_the_page(as_: Any, cycle: Cycle) -> None:
    erin = as_("erin")
    block = erin.hx(address(cycle), "nominees", data={"person": "Ben Hartmann"})
    assert block.text.lstrip().startswith('<section class="section" id="nominees"')
    assert "Ben Hartmann" in block.text
    bad = erin.hx(address(cycle), "nominees", data={"person": "Nobody"})
    assert bad.status_code == 422
    assert bad.text.lstrip().startswith('<section class="section" id="nominees"')
    assert "Olga" in erin.get(f"{address(cycle)}/colleagues?person=olg").text


def test_nobody_is_named_for_somebody_left_out_or_in_a_cycle_that_is_over(
    cycle: Cycle, who: Any
) -> None:
    review, phase = review_of(cycle, "erin"), step_of(cycle)
    review.skip("On leave", by=who.helen)
    with pytest.raises(Closed):
        Nominee.name(review, phase, who.ben, by=who.erin)
    cycle.end(by=who.helen)
    with pytest.raises(Closed):
        Nominee.name(review_of(cycle, "ben"), phase, who.olga, by=who.ben)


def test_reports_who_come_later_are_not_asked_one_by_one(
    cycle: Cycle, move_clock: Any, who: Any
) -> None:
    after(move_clock, 0)
    Position.take(who.ida, by=who.helen, starts_on=cast.TODAY, manager=who.mara)
    following.run()
    assert len(nominees(cycle, "mara", UPWARD)) == 3
    after(move_clock, 6)
    # Nia has begun on Monday, and whoever knows who was asked before would know her words.
    assert len(nominees(cycle, "mara", UPWARD)) == 3


def test_a_page_asks_as_many_questions_of_the_database_however_many_are_named(
    as_: Any, cycle: Cycle, queries: Any
) -> None:
    mara, here = as_("mara"), address(cycle)
    mara.get(here)
    proposed(cycle, "ben")
    with queries() as few:
        mara.get(here)
    proposed(cycle, "olga", "otto", "ida", "adam", "helen")
    with queries() as many:
        mara.get(here)
    assert len(many) <= len(few) <= 8, [sql[:90] for sql in many]
