"""The grammar of a policy. Pure: a source in, structure and problems by line out.

    ---
    kind: policy
    title: Code of conduct
    summary: One or two sentences in plain words, shown on top
    audience: everyone
    owner: @hr
    review-by: 2027-11-01
    sign-within: 14                     days for those who are here when it is published; 14
    joiners-within: 7                   days for those who come later; 7
    sign-again: 12 months               or 2 years; left out, once for each material text
    statement: I have read this policy and will follow it.
    minutes: 6                          left out, it is counted from the words
    ---
    ## Who this is for
    …
    ## Questions
    What do you do first? (new)
    - ( ) One answer that is not right
    - (x) The right one
    see: Who this is for

The text is Markdown. Its last section may be `## Questions`: a quiz (`questionnaires/quiz.py`),
where each question stands on its line, its answers under it as `- ( )` and `- (x)` for one right
answer or `- [ ]` and `- [x]` for several, then `see:` with a heading of this very text. Nothing
follows that section. `(new)` at the end of a question's line puts it also to those who sign only
what changed; no other question is put to them. The questions are not part of the text that is read
and searched.
"""

import re
from collections.abc import Callable

from portal import text
from portal.documents.parser import Problem, Source
from portal.documents.reading import Parsed
from portal.documents.terms import MAX_MONTHS, months_of
from portal.policies.models import MAX_STATEMENT_CHARS
from portal.questionnaires.quiz import SECONDS_A_QUESTION, read_asked

KEYS = frozenset({"sign-within", "joiners-within", "sign-again", "statement", "minutes"})
STATEMENT = "I have read this policy and will follow it."
SIGN_WITHIN_DAYS, JOINERS_WITHIN_DAYS = 14, 7
MAX_DAYS = 365
MAX_MINUTES = 240
WORDS_A_MINUTE = 200

_NUMBER = re.compile(r"(?P<number>[0-9]{1,4})(?: (?P<unit>[a-z]+))?")

Wrong = Callable[[str, str], None]


def parse_policy(source: Source) -> Parsed:
    """What a policy asks for: by when, how often, with which words, and its questions."""
    problems: list[Problem] = []

    def wrong(key: str, message: str) -> None:
        problems.append(Problem(source.line_of(key), message))

    words, quiz = read_asked(source)
    problems += quiz.problems
    if not words.strip():
        problems.append(Problem(source.body_line, "There is no text to sign yet."))
    questions = quiz.questions
    meta = source.meta
    structure = {
        "summary": meta.get("summary", ""),
        "statement": _statement(meta.get("statement", ""), wrong),
        "minutes": _minutes(meta.get("minutes", ""), words, len(questions), wrong),
        "sign_within": _days("sign-within", meta, SIGN_WITHIN_DAYS, wrong),
        "joiners_within": _days("joiners-within", meta, JOINERS_WITHIN_DAYS, wrong),
        "sign_again": _months(meta.get("sign-again", ""), wrong),
        "questions": questions,
    }
    return Parsed(structure, sorted(problems))


def _statement(typed: str, wrong: Wrong) -> str:
    said = " ".join(typed.split())
    if len(said) > MAX_STATEMENT_CHARS:
        wrong("statement", f"The statement has {MAX_STATEMENT_CHARS} characters at most.")
    return said[:MAX_STATEMENT_CHARS] or STATEMENT


def _minutes(typed: str, words: str, questions: int, wrong: Wrong) -> int:
    if not typed:
        seconds = len(words.split()) * 60 / WORDS_A_MINUTE + questions * SECONDS_A_QUESTION
        return max(1, round(seconds / 60))
    found = _NUMBER.fullmatch(text.fold(typed))
    if found is None or found["unit"] not in (None, "min", "minute", "minutes"):
        wrong("minutes", f"“{typed[:40]}” is no number of minutes, such as 6.")
        return 1
    if not 1 <= int(found["number"]) <= MAX_MINUTES:
        wrong("minutes", f"Reading it takes 1 to {MAX_MINUTES} minutes.")
    return int(found["number"])


def _days(key: str, meta: dict[str, str], usual: int, wrong: Wrong) -> int:
    typed = meta.get(key, "")
    if not typed:
        return usual
    found = _NUMBER.fullmatch(text.fold(typed))
    if found is None or found["unit"] not in (None, "day", "days"):
        wrong(key, f"“{typed[:40]}” is no number of days, such as {usual}.")
        return usual
    if not 1 <= int(found["number"]) <= MAX_DAYS:
        wrong(key, f"People have 1 to {MAX_DAYS} days to sign.")
        return usual
    return int(found["number"])


def _months(typed: str, wrong: Wrong) -> int:
    if not typed:
        return 0
    months = months_of(text.fold(typed))
    if not 1 <= months <= MAX_MONTHS:
        wrong("sign-again", f"“{typed[:40]}” is no time, such as 12 months or 2 years.")
        return 0
    return months
