"""What stands beside a form while it is filled, where a room above knows more than its terms say.

A review says who reads it from which day on, offers ways to begin, and asks when it is shared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from portal import db
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.questionnaires.questionnaire import Answers, Refused
from portal.registry import Registry

# What is chosen at sending comes in fields that begin so.
PREFIX = "with-"
MAX_CHOSEN_CHARS = 200

Chosen = dict[str, str]


class Unfit(ValueError):
    """What was chosen cannot be done: `problems` says why, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Aid:
    """What is drawn at one question: ways to begin a text, `few` said of one that is shorter than
    `few_words`, and `last`, what the same person chose before, seen once they have chosen again.
    """

    starters: tuple[str, ...] = ()
    few: str = ""
    few_words: int = 0
    last: str = ""


NO_AID = Aid()


class Beside:
    """What one room says beside one form; a room overwrites what it knows better.

    `promise`: who reads it and from when, in place of what its terms say. `url`, `link`: where the
    form belongs. `following`: what the same person fills next, as its name and address. `choice`
    and `asides` are templates, drawn before the button and beside the form; they find this as
    `beside`, and what was chosen as `choice`. `labels`: what the button says, by the value of the
    field `with-share` that is checked. `later`: whom else it is read by, and from when, as a list
    says it.
    """

    promise = ""
    later: Mapping[str, str] = MappingProxyType({})
    url = link = ""
    following: tuple[str, str] | None = None
    choice = ""
    asides: tuple[str, ...] = ()
    labels: Mapping[str, str] = MappingProxyType({})

    def aid(self, key: str) -> Aid:
        """What is drawn at the question with that key."""
        return NO_AID

    def read(self, fields: Mapping[str, str]) -> Chosen:
        """What was sent along, as it is kept. Raises Refused for what nobody drew."""
        raise Refused("There is nothing to choose in this form.")

    def problems(self, chosen: Chosen) -> dict[str, str]:
        """Why it cannot be done, by field; empty when it can."""
        return {}

    def done(self, chosen: Chosen, *, by: Person) -> str:
        """Do what was chosen, inside the write that sends the form; returns a sentence. Raises
        Unfit: then nothing is sent either."""
        return ""


@dataclass(frozen=True)
class Companion:
    """`beside(viewer, submission)`: what stands beside it for whoever fills it, or None."""

    name: str
    beside: Callable[[Person, Submission], Beside | None]


companions: Registry[Companion] = Registry("companions of forms")


def beside(viewer: Person, submission: Submission) -> Beside | None:
    """What stands beside a form of the viewer's own; None where its terms say all."""
    if viewer.id != submission.person_id:
        return None
    found = (companion.beside(viewer, submission) for companion in companions.values())
    return next((one for one in found if one is not None), None)


def chosen_in(fields: Mapping[str, Any]) -> Chosen:
    """What was sent for the room beside, each once. Raises Refused for what no form of ours
    sends."""
    found = {}
    for name in fields:
        if name.startswith(PREFIX):
            value = fields[name]
            if len(value) > MAX_CHOSEN_CHARS:
                raise Refused("More was chosen than can be.")
            found[name.removeprefix(PREFIX)] = value
    return found


def send(
    submission: Submission, answers: Answers, beside: Beside | None, chosen: Chosen, *, by: Person
) -> str:
    """Send it and do what was chosen at that: both, or neither. Returns a sentence on what was done
    besides. Raises what `submit` raises, and Unfit."""
    if beside and (problems := beside.problems(chosen)):
        raise Unfit(problems)
    with db.write():
        is_sent = submission.submit(answers, submission.version, by=by)
        return beside.done(chosen, by=by) if beside and is_sent else ""
