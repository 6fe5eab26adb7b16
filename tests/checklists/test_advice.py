"""What running a plan has taught, beside its lines and with its number."""

from typing import Any

from portal.checklists import advice
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from tests.cast import TODAY

PLAN = """- [ ] Kept @hr due:start+30
- [ ] Late @hr due:start+1
- [ ] Skipped @hr due:start+30
"""


def test_five_runs_say_which_steps_are_late_and_which_are_skipped(
    publish: Any, who: Any, move_clock: Any, as_: Any
) -> None:
    plan = publish(PLAN)
    people = [who.nia, who.erin, who.ben, who.olga, who.otto]
    lists = [Checklist.start(plan.current, one, TODAY, by=who.helen) for one in people]
    move_clock(days=3)
    for n, running in enumerate(lists):
        assert advice.advise(plan) == []
        kept, late, skipped = Step.of(running)
        kept.complete(by=who.helen)
        late.complete(by=who.helen)
        if n < 2:
            skipped.skip("Not here", by=who.helen)
        else:
            skipped.complete(by=who.helen)
    found = [(problem.line, problem.message) for problem in advice.advise(plan)]
    assert found == [
        (7, "Nobody finished this on time in 5 runs: is the day right, and the owner?"),
        (8, "Skipped in 40 % of 5 runs: does it have to be here?"),
    ]
    page = as_("helen").get(f"/documents/checklist/{plan.slug}/edit").text
    assert "Skipped in 40 % of 5 runs" in page
    assert "Skipped in 40 % of 5 runs" in as_("helen").get(plan.url).text


def test_the_remarks_follow_the_step_into_a_new_revision(
    publish: Any, who: Any, move_clock: Any
) -> None:
    plan = publish("- [ ] Late @hr due:start+1")
    people = [who.nia, who.erin, who.ben, who.olga, who.otto]
    lists = [Checklist.start(plan.current, one, TODAY, by=who.helen) for one in people]
    move_clock(days=3)
    for running in lists:
        Step.of(running)[0].complete(by=who.helen)
    head = "---\nkind: checklist\ntitle: A plan\ntransition: onboarding\n---\n"
    plan.publish(head + "- [ ] New @hr due:start+1\n- [ ] Late @hr due:start+9", by=who.helen)
    assert [problem.line for problem in advice.advise(plan)] == [7]
    assert not [one for one in advice.advise(plan) if one.level == "error"]


def test_one_on_time_is_enough_and_thirty_percent_is_not_over_it() -> None:
    assert advice.Record(settled=10, skipped=3, dated=7, on_time=1).remark == ""
    assert advice.Record(settled=4, skipped=4, dated=4, on_time=0).remark == ""
