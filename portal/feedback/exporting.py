"""What was said to somebody and what they said, as a file of their own.

What a person typed stands behind `> `, line by line, and is no Markdown: no words read as an entry
that somebody else wrote, and none of them fetches or hides anything.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from portal.feedback import access
from portal.feedback.models import LINE, Note
from portal.feedback.praise import Praise
from portal.people.models import Person
from portal.text import enumerated

# What would begin an image, a link, a reference, HTML or an entity; and what would undo this.
_MARKS = re.compile(r"[\\!\[\]<&]")


def file_of(person: Person) -> str:
    """As Markdown, the newest first."""
    praised = Praise.with_people(list(Praise.whole(access.praise_for(person))))
    praises = Praise.with_people(list(Praise.whole(access.praise_from(person))))
    sections = {
        "For me": [_note(one, one.giver.called) for one in Note.whole(access.notes_for(person))],
        "Praise for me": [_praise(one, one.giver.called) for one in praised],
        "From me": [
            _note(one, f"to {one.about.called}") for one in Note.whole(access.notes_from(person))
        ],
        "Praise from me": [_praise(one, f"to {_named(one)}") for one in praises],
    }
    lines = ["# My feedback", ""]
    for title, found in sections.items():
        lines += [f"## {title}", "", *chain.from_iterable(found or [["Nothing.", ""]])]
    return "\n".join(lines)


def _named(praise: Praise) -> str:
    return enumerated([each.person.called for each in praise.people])


def _note(note: Note, who: str) -> Iterator[str]:
    shared = ", shared with those who lead" if note.readers == LINE else ""
    yield from (f"### {_day(note)}, {_plain(who)}{shared}", "")
    for label, words in (
        ("Asked", note.question), ("What I saw", note.saw), ("What I would like more of", note.more)
    ):  # fmt: skip
        if words:
            yield from (f"**{label}:**", "", *_quoted(words), "")


def _praise(praise: Praise, who: str) -> Iterator[str]:
    told = "public" if praise.is_public else "private"
    yield from (f"### {_day(praise)}, {_plain(who)}, {told}", "", *_quoted(praise.text), "")
    if praise.value:
        yield from (f"*{_plain(praise.value)}*", "")


def _quoted(words: str) -> Iterator[str]:
    """Every line of them, wherever a reader of the file may see one end."""
    for line in words.splitlines():
        yield f"> {_plain(line)}".rstrip()


def _plain(words: str) -> str:
    return _MARKS.sub(r"\\\g<0>", words)


def _day(said: Any) -> str:
    return f"{said.given_at:%Y-%m-%d}"
