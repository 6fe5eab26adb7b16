"""Formats of course: page, file, link here; packages and sessions in rooms of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.documents.models import Document
from portal.documents.parser import Problem, Source
from portal.learning.models import Attempt
from portal.people.models import Person
from portal.registry import Registry


def _nothing(*args: Any) -> Any:
    return []


@dataclass(frozen=True)
class Format:
    """How a course is taken.

    `keys` is the front matter it reads beyond every course's; `read(source)` gives its part of the
    structure and the problems by line. `panel` is the template that draws, on the course's page,
    how it is taken now; it gets `format`, what `shown(viewer, course, attempt)` gives: whatever the
    panel needs, in few queries. `reasons(attempt)` says in sentences what is missing until it is
    complete, for its learner and for HR. `is_begun_by_hand`: there is a button that begins an
    attempt; a session is begun by attending it. `offered(course)` is a sentence why it cannot be
    taken now, "" where it can.
    """

    name: str
    title: str
    icon: str
    panel: str
    keys: frozenset[str] = frozenset()
    template: str = ""
    read: Callable[[Source], tuple[dict[str, Any], list[Problem]]] = lambda source: ({}, [])
    shown: Callable[[Person, Document, Attempt | None], dict[str, Any]] = (
        lambda viewer, course, attempt: {}
    )
    reasons: Callable[[Attempt], list[str]] = _nothing
    begin_label: str = "Start"
    is_begun_by_hand: bool = True
    offered: Callable[[Document], str] = lambda course: ""
    # Where one reads how an attempt went; "" where the portal's page of it says all there is.
    report: Callable[[Attempt], str] = lambda attempt: ""
    # Where one goes once an attempt is begun; "" is the course's own page.
    url: Callable[[Document], str] = lambda course: f"/learning/courses/{course.id}"


formats: Registry[Format] = Registry("formats of course")
