"""The ready agenda as a kind of document, the talk and the action as kinds of duty."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.feed import Dates
from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Source
from portal.oneonones import calendars
from portal.oneonones.access import AGENDA, never
from portal.oneonones.actions import ACTION
from portal.oneonones.models import DUTY
from portal.oneonones.parser import parse

AGENDA_TEMPLATE = """---
kind: agenda
title: A talk about the first month
summary: For the one-on-one after four weeks
audience: everyone
owner: @hr
---
- What surprised you most?
- What do you miss to do your work well?
- What should we agree on for the next month?
"""


def parse_agenda(source: Source) -> Parsed:
    """Its points, each mistake at its line."""
    found = parse(source)
    summary = source.meta.get("summary", "")
    return Parsed({"summary": summary, "points": found.points}, found.problems)


DOCUMENTS = [
    DocumentKind(
        name=AGENDA,
        title="Agenda",
        plural="Agendas",
        parse=parse_agenda,
        preview="oneonones/_agenda_preview.html",
        template=AGENDA_TEMPLATE,
        icon="list-todo",
        is_for_all=True,
        folder="agendas",
        help="one-on-ones",
        keys=frozenset(),
        inserts={"Point": "\n- A question to talk about\n"},
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=DUTY,
        title="One-on-one",
        icon="messages-square",
        url=lambda duty: f"/one-on-ones/{duty.target}",
        is_private=True,
        # It ends when they met, and moves where it is planned.
        may_waive=never,
        may_hand_over=never,
        may_reopen=never,
    ),
    AssignmentKind(
        name=ACTION,
        title="Action from a one-on-one",
        icon="square-check",
        url=lambda duty: f"/one-on-ones/actions/{duty.target}",
        act=lambda duty: f"/one-on-ones/actions/{duty.target}/completion",
        act_label="Done",
        is_private=True,
        may_waive=never,
        may_hand_over=never,
        may_reopen=never,
    ),
]

DATES = [Dates("one-on-ones", calendars.feed)]
