"""The kind of document that help is, so that HR changes it like any other text."""

from difflib import get_close_matches

from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Problem, Source
from portal.home import guide

KEYS = frozenset({"screens", "also", "for", "topic"})

TEMPLATE = """---
kind: help
title: How we do it here
summary: One sentence that says what this page helps with
topic: The portal
---
## What this is
Say it in one or two sentences.

## What to do
1. First this.
2. Then that.

## Who sees it
Say who sees what, and what happens next.
"""


def parse_help(source: Source) -> Parsed:
    """Whom the page is for, and which screens it explains."""
    meta = source.meta
    problems = _strange_readers(source)
    for key in ("screens", "also"):
        problems += _strange_screens(source, key)
    if meta.get("topic") and meta["topic"] not in guide.TOPICS:
        known = ", ".join(guide.TOPICS)
        said = f"The index has the topics {known}. Under another word it stands at the end."
        problems.append(Problem(source.line_of("topic"), said, "warning"))
    return Parsed({"summary": meta.get("summary", ""), "body": source.body}, problems)


def _strange_readers(source: Source) -> list[Problem]:
    try:
        guide.written_for(source.meta.get("for", ""))
    except KeyError as error:
        said = f"Nobody is called “{error.args[0]}”: say everyone, managers, HR, auditors, admins."
        return [Problem(source.line_of("for"), said)]
    return []


def _strange_screens(source: Source, key: str) -> list[Problem]:
    known = guide.screens()
    found = []
    for screen in guide.names(source.meta.get(key, "")):
        if screen not in known:
            close = get_close_matches(screen, sorted(known), 1)
            hint = f" Did you mean “{close[0]}”?" if close else ""
            said = f"There is no screen called “{screen}”.{hint}"
            found.append(Problem(source.line_of(key), said, "warning"))
    return found


DOCUMENTS = [
    DocumentKind(
        name=guide.KIND,
        title="Help page",
        plural="Help pages",
        parse=parse_help,
        preview="home/_help_preview.html",
        template=TEMPLATE,
        icon="circle-question-mark",
        help="help-pages",
        keys=KEYS,
    )
]
