"""One's own part as a file: points one raised, actions one has, notes one wrote for oneself."""

from typing import Any

from portal.oneonones import access
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person


def of(person: Person) -> list[dict[str, Any]]:
    """By one-on-one and talk what is the person's own; nothing that the other one wrote."""
    talks: dict[int, list[Talk]] = {}
    for talk in access.talks_visible_to(person).order_by(Talk.number):
        talks.setdefault(talk.one_on_one_id, []).append(talk)
    points = _by_talk(TalkPoint.raised_by(person))
    actions = _by_talk(Action.owed_by(person))
    notes = _by_talk(PrivateNote.all_of(person))
    return [
        {
            "with": one.other(person).called,
            "talks": [
                {
                    "on": talk.held_on or talk.planned_on,
                    "is_held": talk.held_on is not None,
                    "points": [point.words for point in points.get(talk.id, ())],
                    "actions": [action.title for action in actions.get(talk.id, ())],
                    "private": [note.words for note in notes.get(talk.id, ())],
                }
                for talk in talks.get(one.id, ())
            ],
        }
        for one in access.visible_to(person).order_by(OneOnOne.id)
    ]


def _by_talk(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.talk_id, []).append(row)
    return found


def file_of(person: Person) -> str:
    """The same as Markdown."""
    lines = ["# My one-on-ones", ""]
    for one in of(person):
        lines += [f"## With {one['with']}", ""]
        for talk in one["talks"]:
            day = f"{talk['on']}" if talk["on"] else "without a day"
            lines += [f"### {day if talk['is_held'] else f'Next, {day}'}", ""]
            for title, key in (("My points", "points"), ("My actions", "actions")):
                if talk[key]:
                    lines += [f"{title}:", "", *(f"- {words}" for words in talk[key]), ""]
            if any(talk["private"]):
                lines += ["My private notes:", "", *talk["private"], ""]
    return "\n".join(lines) + "\n"
