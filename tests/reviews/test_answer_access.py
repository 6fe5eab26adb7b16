"""Who gets which answer, over the whole cast, before and after each boundary."""

from typing import Any

import pytest

from portal.people.positions import Position
from portal.reviews import following
from portal.reviews.answers import Nominee
from portal.reviews.models import Cycle
from tests import cast
from tests.reach import knock
from tests.reviews.conftest import after, review_of
from tests.reviews.saying import FOUR, cycle_with, name_all, nominees, say, words_of

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
NOWHERE = "/reviews/answers/999999"
# Erin herself, her line, HR: nobody who was asked, no auditor, no admin, no other line.
KNOWS = NOBODY | {"erin": 200, "mara": 200, "dora": 200, "helen": 200}


@pytest.fixture
def named(cycle: Cycle, move_clock: Any) -> dict[str, Nominee]:
    after(move_clock, 0)
    return name_all(cycle)


def moved(who: Any) -> None:
    """Erin reports to Otto from now on."""
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    following.run()


def test_only_whoever_is_asked_has_the_page_at_any_time(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any
) -> None:
    ben = named["ben"]
    address = f"/reviews/answers/{ben.id}"
    mine = NOBODY | {"ben": 200}
    knock(as_, mine, address, nowhere=NOWHERE)
    knock(as_, NOBODY | {"ben": 422}, address, nowhere=NOWHERE, data={})
    say(ben)
    knock(as_, mine, address, nowhere=NOWHERE)
    knock(as_, NOBODY | {"ben": 409}, address, nowhere=NOWHERE, data=words_of(ben))
    after(move_clock, 11)
    knock(as_, mine, address, nowhere=NOWHERE)
    knock(as_, NOBODY | {"ben": 409}, address, nowhere=NOWHERE, data=words_of(ben))


def test_who_is_only_proposed_has_no_page_yet(as_: Any, cycle: Cycle) -> None:
    from portal.reviews import nominating
    from tests.reviews.saying import step_of

    review = review_of(cycle, "erin")
    nominating.propose(
        review, step_of(cycle), cast.person("ben"), by=cast.person("erin"), is_decided=False
    )
    ben = nominees(cycle, "erin")["ben"]
    knock(as_, NOBODY, f"/reviews/answers/{ben.id}", nowhere=NOWHERE)


def test_who_is_named_is_known_to_the_person_their_line_and_hr(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    review = review_of(cycle, "erin")
    for part in ("nominees", "nominees/colleagues", "said"):
        address, nowhere = f"/reviews/{review.id}/{part}", f"/reviews/999999/{part}"
        knock(as_, KNOWS, address, nowhere=nowhere)
    moved(who)
    for part in ("nominees", "said"):
        address, nowhere = f"/reviews/{review.id}/{part}", f"/reviews/999999/{part}"
        now = NOBODY | {"erin": 200, "otto": 200, "helen": 200}
        knock(as_, now, address, nowhere=nowhere)


def test_hr_decides_about_nobody_and_reads_nothing_of_what_is_about_themselves(
    as_: Any, forms: Any, move_clock: Any
) -> None:
    cycle = own_cycle()
    after(move_clock, 0)
    review = review_of(cycle, "helen")
    here = f"/reviews/{review.id}/nominees"
    knock(as_, {"helen": 403}, f"{here}/approval", nowhere="/reviews/999999/nominees/approval",
          data={})  # fmt: skip
    assert "Agree" not in as_("helen").get(here).text


def own_cycle() -> Cycle:
    from tests.reviews.conftest import plan

    return Cycle.begin(plan(), [cast.person("helen")], cast.TODAY, by=cast.person("helen"))


@pytest.mark.parametrize(
    ("named_readers", "reads"),
    [
        ("hr", {"helen"}),
        ("hr, manager", {"helen", "mara", "dora"}),
        ("hr, manager, subject", {"helen", "mara", "dora", "erin"}),
    ],
)
def test_what_was_said_is_read_by_whom_the_form_names_from_the_close_on(
    as_: Any, forms: Any, move_clock: Any, who: Any, named_readers: str, reads: set[str]
) -> None:
    cycle = cycle_with("> What went well?", readers=named_readers)
    after(move_clock, 0)
    named = name_all(cycle)
    for name in FOUR:
        say(named[name], "CANARY of one")
    review = review_of(cycle, "erin")
    pages = (f"/reviews/{review.id}/said", f"/reviews/{review.id}", "/reviews", "/reviews/team")

    def who_reads() -> set[str]:
        return {
            name for name in cast.NAMES for page in pages if "CANARY" in as_(name).get(page).text
        }

    assert who_reads() == set()
    after(move_clock, 10)
    assert who_reads() == set()
    after(move_clock, 11)
    assert who_reads() == reads
    moved(who)
    # Otto leads by now, and was asked himself: he reads nothing; who led before reads it no more.
    assert who_reads() == reads - {"mara", "dora"}


WRITES = {
    "nominees": {"person": "Adam Farouk"},
    "nominees/approval": {},
}


@pytest.mark.parametrize("verb", WRITES)
def test_who_may_name_and_who_decides(as_: Any, cycle: Cycle, verb: str, move_clock: Any) -> None:
    acts = NOBODY | {"erin": 303 if verb == "nominees" else 403}
    acts |= {"mara": 303, "dora": 303, "helen": 303}
    review = review_of(cycle, "erin")
    knock(as_, acts, f"/reviews/{review.id}/{verb}", nowhere=f"/reviews/999999/{verb}",
          data=WRITES[verb])  # fmt: skip


@pytest.mark.parametrize("verb", ["approval", "removal", "restoration"])
def test_who_may_do_what_to_one_of_them(as_: Any, cycle: Cycle, verb: str) -> None:
    from portal.reviews import nominating
    from tests.reviews.saying import step_of

    review, phase = review_of(cycle, "erin"), step_of(cycle)
    person, erin = cast.person("ben"), cast.person("erin")

    def anew() -> str:
        nominating.propose(review, phase, person, by=erin, is_decided=False)
        ben = Nominee.get(Nominee.review == review, Nominee.person == person)
        if verb == "restoration":
            nominating.remove(ben, by=erin)
        return f"/reviews/nominees/{ben.id}/{verb}"

    acts = NOBODY | {"erin": 403 if verb == "approval" else 303}
    acts |= {"mara": 303, "dora": 303, "helen": 303}
    knock(as_, acts, "", nowhere=f"/reviews/nominees/999999/{verb}", data={}, before=anew)


def test_upward_nobody_names_and_the_reports_stand_on_no_page(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any
) -> None:
    Position.take(who.ida, by=who.helen, starts_on=cast.TODAY, manager=who.mara)
    after(move_clock, 0)
    asked = nominees(cycle, "mara", "upward")
    assert len(asked) == 3
    one = asked["ida"]
    for verb in ("approval", "removal", "restoration"):
        table = dict.fromkeys(("mara", "dora", "helen", "ida"), 404)
        knock(as_, table, f"/reviews/nominees/{one.id}/{verb}",
              nowhere=f"/reviews/nominees/999999/{verb}", data={})  # fmt: skip
