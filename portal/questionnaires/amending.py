"""What a reader is shown of a form, where a room above has something to say to that."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.questionnaires.questionnaire import Answers
from portal.registry import Registry


@dataclass(frozen=True)
class Amendment:
    """`answers(viewer, submission)`: other answers by key for that reader, {} where none differ.

    What was sent stays as it was sent; so does what its author reads.
    """

    name: str
    answers: Callable[[Person, Submission], Answers]


amendments: Registry[Amendment] = Registry("amendments of answers")


def answers_for(viewer: Person, submission: Submission) -> Answers:
    """The answers as this reader is shown them, wherever they are: page, table, print."""
    answers = submission.given
    if viewer.id != submission.person_id:
        for amendment in amendments.values():
            answers |= amendment.answers(viewer, submission)
    return answers
