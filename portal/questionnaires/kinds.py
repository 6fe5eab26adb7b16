"""The form as a kind of document; filling it, and taking it over, as kinds of duty."""

from typing import Any

from portal import clock
from portal.assignments.duties import AssignmentKind, NothingToOpen, Opening
from portal.assignments.models import Assignment
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.people.functions import Function
from portal.people.models import Person
from portal.questionnaires import access, anchors
from portal.questionnaires.keeping import FORM, HANDOVER
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import INSERTS, Known, parse
from portal.questionnaires.terms import read_terms

FORM_TEMPLATE = """---
kind: form
title: Thirty days
summary: A short conversation on paper, before the one in person
readers: hr, manager
---
## The first month

How well did you find your way?
( ) 1 Lost: I often did not know whom to ask
( ) 2 Getting there: I find most things with help
( ) 3 At home: I find what I need

> What should we have told you earlier?

Would you choose us again?
= yes/no
"""


def known() -> Known:
    """What a form may name: the functions, and what the sources of anchors have."""
    named: Any = Function.select(Function.slug).tuples()
    functions = frozenset(slug for (slug,) in named)
    vacant = frozenset(function.slug for function in Function.vacant(clock.today()))
    sources = {source.name: source.has for source in anchors.sources.values()}
    return Known(functions, vacant, sources)


def parse_form(source: Source) -> Parsed:
    """Questions and terms, each mistake at its line."""
    names = known()
    questions = parse(source, names)
    terms, problems = read_terms(source, names)
    structure = {
        "title": source.meta.get("title", ""),
        "summary": source.meta.get("summary", ""),
        **terms.structure(),
        "minutes": questions.minutes,
        "sections": questions.sections,
    }
    return Parsed(structure, sorted([*problems, *questions.problems]))


def has_form(slug: str) -> bool:
    """Whether a form with this address is in force."""
    document = Document.named(FORM, slug)
    return document is not None and document.state == "published"


def open_form(person: Person, slug: str, opening: Opening) -> Assignment | None:
    """The duty to fill that form about somebody. It is asked anew each time it is planned."""
    document = Document.named(FORM, slug)
    if document is None or document.state != "published" or document.current is None:
        raise NothingToOpen(slug)
    return Submission.open(
        document.current,
        person,
        opening.about,
        by=opening.by,
        cause=opening.cause,
        due_on=opening.due_on,
        minutes=opening.minutes,
    )


def _submission(assignment: Assignment) -> Submission:
    return Submission.get_by_id(assignment.target)


DOCUMENTS = [
    DocumentKind(
        name=FORM,
        title="Form",
        plural="Forms",
        parse=parse_form,
        preview="questionnaires/_preview.html",
        template=FORM_TEMPLATE,
        icon="clipboard-list",
        inserts=INSERTS,
        help="writing-forms",
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=FORM,
        title="Form to fill in",
        icon="clipboard-list",
        url=lambda assignment: f"/forms/{assignment.target}",
        has=has_form,
        slugs=lambda: Document.slugs_in_force(FORM),
        open=open_form,
        waive=lambda assignment, reason, by: _submission(assignment).withdraw(by=by, reason=reason),
        reopen=lambda assignment, by: _submission(assignment).restore(by=by),
        hand_to=lambda assignment, person, by: _submission(assignment).hand_to(person, by=by),
        may_waive=lambda viewer, assignment: access.can_withdraw(viewer, _submission(assignment)),
        may_hand_over=lambda viewer, assignment: access.can_hand_to(
            viewer, _submission(assignment)
        ),
        may_reopen=lambda viewer, assignment: access.can_restore(viewer, _submission(assignment)),
    ),
    AssignmentKind(
        name=HANDOVER,
        title="Answers to take over",
        icon="inbox",
        url=lambda assignment: f"/forms/{assignment.target}/answers",
        # Whoever holds the function takes it over; nobody else may read it, so nobody else gets it.
        may_waive=lambda viewer, assignment: False,
        may_hand_over=lambda viewer, assignment: False,
    ),
]
