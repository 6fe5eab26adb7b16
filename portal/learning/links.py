"""A course somewhere else: its address, and a word from whoever has done it."""

from typing import Any
from urllib.parse import urlsplit

from portal.documents.parser import Problem, Source

LINK_KEY = "link"
MAX_LINK_CHARS = 500


def read_link(source: Source) -> tuple[dict[str, Any], list[Problem]]:
    """`link: https://…`: where the course is taken."""
    typed = source.meta.get(LINK_KEY, "").strip()
    problem = _problem(typed)
    if problem:
        line = source.line_of(LINK_KEY if typed else "format")
        return {LINK_KEY: "", "host": ""}, [Problem(line, problem)]
    return {LINK_KEY: typed, "host": urlsplit(typed).hostname or ""}, []


def _problem(typed: str) -> str:
    """Why nobody can be sent there; empty when they can."""
    if not typed:
        return "Say where it is, as in “link: https://example.com/course”."
    if len(typed) > MAX_LINK_CHARS:
        return f"An address has {MAX_LINK_CHARS} characters at most."
    try:
        parts = urlsplit(typed)
        fits = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        fits = False
    if not fits or any(c.isspace() or c in '<>"\\' for c in typed):
        return "The address begins with https:// and holds no spaces."
    return ""
