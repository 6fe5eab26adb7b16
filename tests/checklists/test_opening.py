"""A step that opens a duty of another domain, with a kind planted here."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.assignments.models import Assignment, AssignmentKind, kinds
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import check
from tests import cast

PLAN = """---
kind: checklist
title: With a policy
---
## First week
- [ ] Sign the code of conduct policy:code-of-conduct due:start+3
- [ ] Read it with HR @hr @employee policy:code-of-conduct due:start+3
"""


@pytest.fixture
def policies(database: Any) -> Iterator[list[tuple[int, str]]]:
    """A kind of duty called policy, of which there is the code of conduct; what it opened."""
    opened: list[tuple[int, str]] = []

    def open_policy(person: Any, slug: str, cause: Any) -> None:
        opened.append((person.id, slug))
        Assignment.assign(
            kind="policy", target=7, title="Code of conduct", cause=cause, by=None, person=person
        )

    kinds["policy"] = AssignmentKind(
        name="policy",
        title="Policy",
        icon="file-text",
        url=lambda assignment: "/policies/7",
        has=lambda slug: slug == "code-of-conduct",
        open=open_policy,
    )
    yield opened
    del kinds["policy"]


def test_starting_opens_the_duty_for_each_person_who_owns_the_step(
    policies: list[tuple[int, str]], publish: Any, who: Any, as_: Any
) -> None:
    plan = publish(PLAN.partition("---\n")[2].partition("---\n")[2])
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert policies == [(who.nia.id, "code-of-conduct")] * 2
    duties = Assignment.select().where(Assignment.kind == "policy")
    assert [duty.person_id for duty in duties] == [who.nia.id]
    assert 'href="/policies/7"' in as_("nia").get("/").text


def test_an_unknown_slug_and_an_unknown_kind_are_errors_at_their_line(
    policies: list[tuple[int, str]],
) -> None:
    source = PLAN.replace("policy:code-of-conduct due", "policy:conduct due", 1)
    source = source.replace("@hr @employee policy:", "@hr courses:")
    found = [(problem.line, problem.message) for problem in check("checklist", source).errors]
    assert found[0] == (6, "There is no policy “conduct”.")
    assert found[1][0] == 7 and "A step cannot open “courses:code-of-conduct”" in found[1][1]


def test_a_list_that_ends_early_ends_the_duties_it_opened(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    plan = publish(PLAN.partition("---\n")[2].partition("---\n")[2])
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    running.stop(by=who.helen, reason="Never came")
    assert not Assignment.select().where(Assignment.is_open()).exists()
    assert Step.select().where(Step.is_open()).count() == 3
