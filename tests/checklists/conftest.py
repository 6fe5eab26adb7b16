"""A checklist that runs: Nia's onboarding, started by Helen."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document
from tests import cast


@pytest.fixture
def running(plan: Document, who: SimpleNamespace) -> Checklist:
    """Nia's onboarding."""
    return Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)


@pytest.fixture
def steps(running: Checklist) -> dict[str, Step]:
    """Its steps by key; of a line with two owners the second is `key@role`."""
    found: dict[str, Step] = {}
    for step in Step.of(running):
        found[f"{step.key}@{step.role}" if step.key in found else step.key] = step
    return found


@pytest.fixture
def publish(who: SimpleNamespace) -> Any:
    """`publish("- [ ] Do it @hr due:start")`: a plan with this body, in force."""

    def make(body: str, transition: str = "onboarding", title: str = "A plan", **meta: str) -> Any:
        head = "".join(f"{key}: {value}\n" for key, value in meta.items())
        source = (
            f"---\nkind: checklist\ntitle: {title}\ntransition: {transition}\n{head}---\n{body}\n"
        )
        document = Document.start("checklist", title, by=who.helen)
        document.publish(source, by=who.helen)
        return document

    return make
