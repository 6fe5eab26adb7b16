"""Help with writing, pure: ways to begin an answer, and when a text says too little to be read.

There is no machine behind it: a few sentences that people have found useful, by what is asked.
"""

import re
from functools import cached_property

from portal.questionnaires.companions import NO_AID, Aid, Beside
from portal.questionnaires.parser import TEXT
from portal.questionnaires.questionnaire import Question, Questionnaire

FEW_WORDS = 20
FEW = "Short so far. One example, and what came of it, says more. You can send it as it is."

# By what a question is about: how one begins of oneself, and of somebody else.
_BANK: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        r"did not work|not go well|went wrong|hard|difficult|missing|missed",
        ("I had planned ", "What I saw too late: ", "Next time I will "),
        ("I had hoped for ", "I noticed it when ", "What I would have needed: "),
    ),
    (
        r"better at|get better|learn|grow|develop",
        ("I want to be able to ", "I lack practice in ", "It would help me to "),
        ("The next step is ", "I would notice it by ", "What would help: "),
    ),
    (
        r"goal|next (six|twelve) months|next year|half year|ahead",
        ("By the end of ", "I will know it is done when ", "The first step is "),
        ("By the end of ", "We will know it is done when ", "The first step is "),
    ),
    (
        r"differently|stop|more of|less of|change|help|need",
        ("It would help me if ", "I will do more of ", "I will stop "),
        ("It would help if ", "I will do more of ", "We agreed to "),
    ),
    (
        r"best|well|proud|achiev|done|strength|good",
        ("The result I am proudest of: ", "It worked because ", "Since then "),
        ("I saw it when ", "It mattered because ", "Since then "),
    ),
)
_ANY = (
    ("One example: ", "What came of it: ", "Looking back, I "),
    ("One example: ", "What came of it: ", "I have seen that "),
)


def starters(question: str, *, is_own: bool) -> tuple[str, ...]:
    """Ways to begin an answer to that question, about oneself or about somebody else."""
    asked = question.casefold()
    for words, own, other in _BANK:
        if re.search(rf"\b(?:{words})", asked):
            return own if is_own else other
    return _ANY[0 if is_own else 1]


class Help(Beside):
    """Beside any form of a review, with a name or without: help at each text."""

    def __init__(self, questionnaire: Questionnaire, *, is_own: bool = False) -> None:
        self.questionnaire, self.is_own = questionnaire, is_own

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {question.key: question for question in self.questionnaire.questions}

    def aid(self, key: str) -> Aid:
        question = self.questions.get(key)
        if question is None or question.kind != TEXT:
            return NO_AID
        return Aid(starters(question.title, is_own=self.is_own), FEW, FEW_WORDS)
