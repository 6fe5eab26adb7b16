"""Courses and a policy in force, a path through them, and people who go it."""

from typing import Any

import pytest

from portal.documents.models import Document
from portal.learning.models import TAKEN
from portal.learning.taking import complete
from portal.paths.models import HAND, Enrollment, PathStep
from tests import cast

COURSE = """---
kind: course
title: {title}
summary: A course.
audience: everyone
minutes: 10
---
## Read
This.
"""
POLICY = """---
kind: policy
title: Conduct
summary: How we treat each other.
audience: department = Sales
sign-within: 14
joiners-within: 7
statement: I have read this and will follow it.
---
## Who this is for
Everyone.
"""
STRICT = """---
kind: path
title: First ninety days
summary: From doing to leading.
audience: everyone
due: 90
---
What it is for.

## Foundations
- course:one due:14
- Read how we work policy:conduct due:7
- course:two (optional)

## Going on
- course:gate gate
- course:three
"""
FREE = STRICT.replace("due: 90", "due: 90\norder: free").replace("- course:gate gate\n", "")


def course(slug: str) -> Document:
    helen = cast.person("helen")
    document = Document.start("course", slug.capitalize(), by=helen, slug=slug)
    document.publish(COURSE.format(title=slug.capitalize()), by=helen)
    return document


def publish(source: str = STRICT, **more: Any) -> Document:
    """A path with this text in force; the next text, where there is one of its title."""
    helen = cast.person("helen")
    title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
    document = Document.get_or_none((Document.kind == "path") & (Document.title == title))
    document = document or Document.start("path", title, by=helen)
    document.publish(source, by=helen, **more)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


def make_things(who: Any) -> dict[str, Document]:
    """Four courses and a policy, by slug."""
    found = {slug: course(slug) for slug in ("one", "two", "three", "gate")}
    policy = Document.start("policy", "Conduct", by=who.helen, slug="conduct")
    policy.publish(POLICY, by=who.helen)
    return found | {"conduct": policy}


def ways_for_every_page(who: Any) -> dict[str, int]:
    """A path with a newer text, and somebody on the earlier one, for the walk over every page."""
    make_things(who)
    path = publish()
    way = put(path, "erin")
    publish(STRICT.replace("- course:one due:14\n", ""))
    return {"path": path.id, "way": way.id, "path_step": PathStep.of(way)[0].id}


@pytest.fixture
def things(who: Any) -> dict[str, Document]:
    return make_things(who)


@pytest.fixture
def path(things: Any) -> Document:
    return publish()


def put(path: Document, name: str, cause: str = HAND) -> Enrollment:
    """Put on the path by Helen."""
    return Enrollment.begin(path, cast.person(name), cause=cause, by=cast.person("helen"))


def do(document: Document, name: str) -> None:
    """That person completes the course."""
    person = cast.person(name)
    complete(document, document.current, person, how=TAKEN, by=person)


def again(enrollment: Enrollment) -> Enrollment:
    return Enrollment.get_by_id(enrollment.id)  # type: ignore[no-any-return]


def standing(enrollment: Enrollment) -> dict[str, str]:
    """Each step that was reached, by slug: open, done, skipped or missing."""
    return {row.key.partition(":")[2]: row.outcome or "open" for row in PathStep.of(enrollment)}
