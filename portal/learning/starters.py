"""What a new course begins with, by its format."""

_HEAD = """---
kind: course
title: A course
summary: What one can do after it, in a sentence
audience: everyone
owner: @hr
review-every: 12 months
format: {name}
{own}topic: Work
level: beginner
minutes: {minutes}
{more}---
"""

_PAGE = """## Why this matters
An ordinary day on which it makes a difference, in three sentences.

## What to do
- One thing a line, with a verb in it.

## When it is difficult
Whom to ask, and what to do until they answer.

## Questions
Whom do you ask when it is difficult?
- ( ) Nobody: it will pass
- (x) Whoever is named above
see: When it is difficult

Which of these help?
- [x] Doing one thing at a time
- [x] Asking early
- [ ] Waiting until somebody notices
see: What to do
"""

_FILE = """What to look for while you watch, and why it is worth the time.
"""

_LINK = """What it is about, and which part of it counts. Sign in there with your work address.
"""


def _head(name: str, own: str = "", minutes: int = 15, more: str = "") -> str:
    return _HEAD.format(name=name, own=own, minutes=minutes, more=more)


TEMPLATES = {
    "page": _head("page", more="pass: 80\n") + _PAGE,
    "file": _head("file", own="file: the-word-of-a-file\n", minutes=10) + _FILE,
    "link": _head("link", own="link: https://example.com/course\n", minutes=30) + _LINK,
}
