"""Who reads what of an improvement plan and who may do what, stage by stage, the whole cast."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.people.positions import Position
from portal.reviews import following
from portal.reviews.improvement import Improvement
from portal.reviews.improvement_said import NOT_MET, ImprovementOutcome, ImprovementWord
from portal.reviews.parts import ReviewPart
from tests import cast
from tests.reach import knock
from tests.reviews.improving import publish, running, started, write

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
SEES = NOBODY | {"erin": 200, "mara": 200, "dora": 200, "helen": 200}
SIDES = NOBODY | {"erin": 303, "mara": 303, "dora": 303, "helen": 403}
STEERS = NOBODY | {"erin": 403, "mara": 303, "dora": 303, "helen": 303}
PLAN, OWN, THEIRS, WHY = "CANARY-plan", "CANARY-own", "CANARY-theirs", "CANARY-why"
CANARIES = {PLAN, OWN, THEIRS, WHY}
CIRCLE = ("erin", "mara", "dora", "helen")


def carried(last: str, who: Any) -> Any:
    """The plan of Erin, as far as that stage."""
    plan = started()
    stages = ("started", "written", "said", "decided")
    reached = stages[: stages.index(last) + 1]
    if "written" in reached:
        write(plan, PLAN)
    if "said" in reached:
        check = plan.checks()[0]
        ImprovementWord.say(plan, OWN, by=who.erin)
        ImprovementWord.say(plan, THEIRS, by=who.mara, check_in=check, state="off")
    if "decided" in reached:
        ImprovementOutcome.decide(plan, NOT_MET, WHY, None, after=0, by=who.mara)
    return plan


def reads(as_: Any, plan: Any, name: str) -> set[str]:
    """Whatever of it that person comes upon anywhere; no title says anything of it."""
    review, browser, found = plan.review, as_(name), set()
    form = f"/forms/{ReviewPart.get(ReviewPart.review == review).submission_id}"
    addresses = [
        "/", "/reviews", "/reviews/team", "/reviews/team?who=line", "/reviews/improvement",
        "/team", "/forms", "/forms?show=read", "/calendar", "/trail", "/audit", review.url,
        f"{review.url}/receipt", review.cycle.url, f"{plan.url}/outcome", plan.checks()[0].url,
        form, f"{form}/answers", f"{form}/answers.csv", f"{form}/readers",
        f"/people/{review.person_id}", f"/growth/people/{review.person_id}",
    ]  # fmt: skip
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code in (200, 302, 303, 403, 404), (name, address, answer.status_code)
        found |= {canary for canary in CANARIES if canary in answer.text}
        title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        for secret in (*CANARIES, "Not met", "Not yet"):
            assert secret not in (title.group(1) if title else ""), (name, address)
    return found


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("last", "expected"),
    [("started", set()), ("said", {PLAN, OWN, THEIRS}), ("decided", CANARIES)],
)
def test_from_each_stage_on_the_circle_reads_it_and_nobody_else(
    as_: Any, who: Any, last: str, expected: set[str]
) -> None:
    plan = carried(last, who)
    people = (*CIRCLE, "ben", "otto", "audrey", "adam")
    seen = {name: reads(as_, plan, name) for name in people}
    assert seen == {name: expected if name in CIRCLE else set() for name in people}


@pytest.mark.one_database
def test_when_another_leads_them_each_keeps_what_they_said(as_: Any, who: Any) -> None:
    plan = carried("decided", who)
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    for _ in range(2):
        names = ("erin", "mara", "dora", "otto", "helen", "ben", "audrey")
        seen = {name: reads(as_, plan, name) for name in names}
        assert seen == {
            "erin": CANARIES, "otto": CANARIES, "helen": CANARIES, "mara": {PLAN, THEIRS, WHY},
            "dora": set(), "ben": set(), "audrey": set(),
        }  # fmt: skip
        following.run()


def test_who_opens_its_pages(as_: Any, who: Any) -> None:
    plan = running()
    nowhere = "/reviews/improvement/999999"
    leads = dict.fromkeys(("helen", "mara", "dora", "otto"), 200)
    knock(as_, NOBODY | leads, "/reviews/improvement", nowhere="/reviews/999999")
    knock(as_, SEES, plan.review.url, nowhere="/reviews/999999")
    moved = {name: 303 if status == 200 else status for name, status in SEES.items()}
    knock(as_, moved, plan.url, nowhere=nowhere)
    check = plan.checks()[0].url
    knock(as_, SEES, check, nowhere="/reviews/improvement/checks/999999")
    knock(as_, SEES | {"erin": 403}, f"{plan.url}/outcome", nowhere=f"{nowhere}/outcome")
    for_erin = NOBODY | leads | {"otto": 403}
    knock(
        as_, for_erin, f"/reviews/improvement/new?person={who.erin.id}",
        nowhere="/reviews/improvement/new?person=999999",
    )  # fmt: skip


def test_who_starts_one(as_: Any, who: Any) -> None:
    """Otto leads, but nobody in that line; and nobody starts one about themselves."""
    publish()
    days = {"weeks": "2", "ends_on": str(cast.TODAY + timedelta(days=60))}
    starts = NOBODY | dict.fromkeys(("mara", "dora", "helen"), 303) | {"otto": 422}
    address, nowhere = "/reviews/improvement/new", "/reviews/improvement/nothing"
    for name, table in (("erin", starts), ("mara", starts | {"mara": 422})):
        said = days | {"person": cast.person(name).email}
        knock(as_, table, address, nowhere=nowhere, data=said)
    said = days | {"person": who.helen.email}
    alone = dict.fromkeys(("helen", "mara", "dora", "otto"), 422)
    knock(as_, NOBODY | alone, address, nowhere=nowhere, data=said)
    assert {one.review.person_id for one in Improvement.select()} == {who.erin.id, who.mara.id}


def test_who_says_moves_and_decides(as_: Any, who: Any, move_clock: Any) -> None:
    plan = running()
    move_clock(days=7)
    checks, nowhere = plan.checks(), "/reviews/improvement/999999"
    said = {"state": "on", "words": "It goes."}
    no_check = "/reviews/improvement/checks/999999"
    knock(as_, SIDES, checks[0].url, nowhere=no_check, data=said)
    knock(as_, SIDES, f"{plan.url}/words", nowhere=f"{nowhere}/words", data={"words": "So."})
    day = {"day": str(checks[0].due_on + timedelta(days=1))}
    knock(as_, STEERS, f"{checks[0].url}/day", nowhere=f"{no_check}/day", data=day)
    knock(as_, STEERS, f"{plan.url}/undoing", nowhere=f"{nowhere}/undoing", data={})
    word: dict[str, Any] = {"sort": "met", "words": "All of it."}

    def latest() -> None:
        last = ImprovementOutcome.of(plan)
        word["after"] = last[0].id if last else 0

    address = f"{plan.url}/outcome"
    knock(as_, STEERS, address, nowhere=f"{nowhere}/outcome", data=word, before=latest)
    newest = ImprovementOutcome.of(plan)[0].id
    reading = NOBODY | {"erin": 303, "mara": 403, "dora": 403, "helen": 403}
    knock(
        as_, reading, f"/reviews/improvement/outcomes/{newest}/reading",
        nowhere="/reviews/improvement/outcomes/999999/reading", data={},
    )  # fmt: skip


def test_one_is_not_more_of_hr_to_oneself(as_: Any, who: Any) -> None:
    """What is written about Helen she reads once it is sent, and neither steers nor decides it."""
    Position.take(who.helen, by=who.dora, starts_on=cast.TODAY, manager=who.mara)
    plan = started("helen")
    helen = as_("helen")
    assert helen.get(plan.review.cycle.url).status_code == 404
    write(plan, PLAN)
    assert PLAN in helen.get(plan.review.url).text
    assert helen.get(f"{plan.url}/outcome").status_code == 403
    address = f"/reviews/improvement/new?person={who.helen.id}"
    assert helen.get(address).status_code == 403
    ImprovementOutcome.decide(plan, NOT_MET, WHY, None, after=0, by=who.mara)
    assert "of Helen Brandt ended" not in helen.get("/audit").text
    assert "Helen Brandt" not in helen.get("/reviews/improvement").text.split("<main")[1]
