"""Retired and put back in force: nothing is owed meanwhile, and nothing is lost by it."""

from types import SimpleNamespace

import pytest

from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from tests import cast

TEXT = """---
kind: policy
title: Fire safety
summary: Get out
audience: department = Engineering
sign-within: 14
---
## Rules
Get out when it rings.
"""


@pytest.fixture
def policy(who: SimpleNamespace) -> Document:
    document = Document.start("policy", "Fire safety", by=who.helen)
    document.publish(TEXT, by=who.helen)
    following.follow_all()
    return document


def owed() -> int:
    open_ones = Assignment.select().where(Assignment.kind == "policy", Assignment.is_open())
    return int(open_ones.count())


def test_put_back_before_anybody_looked_it_is_owed_as_before(
    policy: Document, who: SimpleNamespace
) -> None:
    before = owed()
    assert before > 0
    policy.retire(by=who.helen)
    assert owed() == 0
    policy.reinstate(by=who.helen)
    following.follow_all()
    assert owed() == before


def test_nobody_is_late_with_what_is_retired_whoever_requires_it(
    policy: Document, who: SimpleNamespace
) -> None:
    Requirement.set(
        kind="policy", target=policy.id, audience="everyone", rhythm=Rhythm(every_months=12),
        starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    following.follow_all()
    before = owed()
    policy.retire(by=who.helen)
    following.follow_all()
    due = Coverage.select().where(Coverage.is_known(), Coverage.due_on.is_null(False))
    assert due.count() == 0
    assert following.follow_all() == 0
    policy.reinstate(by=who.helen)
    following.follow_all()
    assert owed() == before


def test_a_signature_that_is_waived_is_excused_until_that_is_taken_back(
    policy: Document, who: SimpleNamespace
) -> None:
    duty = Assignment.get(Assignment.kind == "policy", Assignment.person == who.erin)
    duty.waive("On leave", by=who.helen)
    row = Coverage.get(Coverage.person == who.erin, Coverage.is_known())
    assert row.due_on is None
    assert Exemption.of(row.requirement, [who.erin.id], cast.TODAY) == {who.erin.id}
    Assignment.get_by_id(duty.id).unwaive(by=who.helen)
    row = Coverage.get(Coverage.person == who.erin, Coverage.is_known())
    assert row.due_on is not None
    assert Assignment.get_by_id(duty.id).settled_at is None
