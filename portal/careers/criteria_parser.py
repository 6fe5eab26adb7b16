"""The grammar of a criterion: one line under a rung.

    - [ ] competency:code-quality              proficient on the rung's level
    - [ ] competency:communication=3           at least that row of it
    - [ ] months:12                            on the rung before, at least so long
    - [ ] certificate:forklift                 one that is valid
    - [ ] course:giving-feedback               a completion that is valid
    - [ ] review:2 of 3 at 4                   of the last three reviews, two at 4 or better
    - [ ] A change that others build on        own words

What stands behind the first six is said beside them. Whether competency, certificate and course
are there comes in as `known`: one that is not is a remark, because it may be published later.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from portal import text
from portal.careers.rungs import CERTIFICATE, COMPETENCY, COURSE, MONTHS, OWN, REVIEW
from portal.competencies.texts import nearest

MAX_WORDS_CHARS = 300
MAX_MONTHS = 240
MAX_ROW = 7
MAX_REVIEWS = 10
MAX_RATING = 10
# As long as what is kept of it beside a move or a plan.
MAX_KEY_CHARS = 80
NAMED = (COMPETENCY, CERTIFICATE, COURSE)
SORTS = (COMPETENCY, MONTHS, CERTIFICATE, COURSE, REVIEW)

# The box may be missing where the line says a sort.
ITEM = re.compile(
    r"\s{0,3}[-*+]\s+(?:\[[ xX]?\](?:\s+|$)|(?=(?:competency|months|certificate|course|review):))"
    r"(?P<text>.*)",
    re.IGNORECASE,
)
_SORT = re.compile(r"(?P<sort>[A-Za-z]{1,40}):(?P<rest>\S.*)?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REVIEW = re.compile(r"(\d{1,3})\s+of\s+(\d{1,3})\s+at\s+(\d{1,3})(?:\s+(.*))?")

Complain = Callable[..., None]


@dataclass(frozen=True)
class Known:
    """What others know, each asked only for what is named; None where nobody can be asked.

    `rows` gives for a competency in force how many rows each of its levels has; `tracks` for a
    track in force the addresses of its rungs; `certificate` the name of a type in use; `course`
    says whether there is one; `roles` are those of people's positions.
    """

    rows: Callable[[str], Mapping[str, int] | None] | None = None
    course: Callable[[str], bool] | None = None
    certificate: Callable[[str], str | None] | None = None
    tracks: Callable[[str], frozenset[str] | None] | None = None
    roles: Callable[[], Iterable[str]] | None = None


def read(words: str, level: str, known: Known, complain: Complain) -> dict[str, Any] | None:
    """The criterion these words are; None, after `complain(message, …)`, where they are none."""
    words = " ".join(words.split())
    found = _SORT.match(words)
    sort = found["sort"].lower() if found else ""
    if found is None or (sort not in SORTS and (not found["rest"] or "://" in words.split()[0])):
        return _own(words, complain)
    rest = (found["rest"] or "").strip()
    if sort == REVIEW:
        return _review(rest, complain)
    if sort not in SORTS:
        close = get_close_matches(sort, SORTS, 1, 0.6)
        meant = f"Did you mean “{close[0]}:”?" if close else f"There are {', '.join(SORTS)}."
        return complain(f"Nothing is asked by “{sort}:”. {meant} Own words need a space after :.")
    target, _, said = rest.partition(" ")
    if len(said) > MAX_WORDS_CHARS:
        return complain(f"What stands behind it has {MAX_WORDS_CHARS} characters at most.")
    if sort == MONTHS:
        return _months(target, said, complain)
    return _named(sort, target.lower(), said, level, known, complain)


def _own(words: str, complain: Complain) -> dict[str, Any] | None:
    if not words:
        return complain("Say what is asked, as in “- [ ] months:12”, or in own words.")
    if len(words) > MAX_WORDS_CHARS:
        return complain(f"A criterion has {MAX_WORDS_CHARS} characters at most.")
    key = f"{OWN}:{text.slugify(words)}"[:MAX_KEY_CHARS].rstrip("-")
    return {"key": key, "sort": OWN, "words": words}


def _months(target: str, said: str, complain: Complain) -> dict[str, Any] | None:
    if not re.fullmatch(r"[0-9]{1,3}", target) or not 1 <= int(target) <= MAX_MONTHS:
        return complain(f"Write a number of months from 1 to {MAX_MONTHS}, as in “months:12”.")
    # “months:12 months” says the same once more.
    words = "" if said in ("months", "month") else said
    return {"key": MONTHS, "sort": MONTHS, "number": int(target), "words": words}


def _review(rest: str, complain: Complain) -> dict[str, Any] | None:
    found = _REVIEW.fullmatch(rest)
    if found is None:
        return complain(
            "Write how many of how many reviews have which rating, as in “review:2 of 3 at 4”: of "
            "the last three, two at 4 or better."
        )
    number, of, at = (int(found[place]) for place in (1, 2, 3))
    if not 1 <= number <= of <= MAX_REVIEWS:
        return complain(f"Of the last {of} reviews at most {of}, at least 1, and {MAX_REVIEWS} "
                        "at most are looked at.")  # fmt: skip
    if not 1 <= at <= MAX_RATING:
        return complain(f"A rating is a number from 1 to {MAX_RATING}.")
    words = found[4] or ""
    if len(words) > MAX_WORDS_CHARS:
        return complain(f"What stands behind it has {MAX_WORDS_CHARS} characters at most.")
    return {"key": REVIEW, "sort": REVIEW, "number": number, "of": of, "at": at, "words": words}


def _named(
    sort: str, target: str, said: str, level: str, known: Known, complain: Complain
) -> dict[str, Any] | None:
    slug, equals, row = target.partition("=")
    if not slug:
        return complain(f"Write its address after the colon, as in “{sort}:its-address”.")
    if not _SLUG.fullmatch(slug) or len(slug) > text.MAX_SLUG_LENGTH:
        meant = text.slugify(slug)[:60]
        return complain(f"“{slug[:80]}” is no address. Write, for example, {sort}:{meant}.")
    if equals and sort != COMPETENCY:
        return complain(f"Only a competency has rows: write {sort}:{slug}.")
    if equals and not (re.fullmatch(r"[0-9]", row) and 1 <= int(row) <= MAX_ROW):
        return complain(f"The row is a number from 1 to {MAX_ROW}, as in {sort}:{slug}=3.")
    number = int(row) if equals else 0
    _remark(sort, slug, number, level, known, complain)
    key = f"{sort}:{slug}"[:MAX_KEY_CHARS].rstrip("-")
    found = {"key": key, "sort": sort, "slug": slug, "number": number, "words": said}
    if sort == CERTIFICATE and known.certificate is not None:
        found["title"] = known.certificate(slug) or ""
    return found


def _remark(
    sort: str, slug: str, number: int, level: str, known: Known, complain: Complain
) -> None:
    """What cannot be met as things are. It may be published after this text: no error."""
    if sort == COMPETENCY:
        if known.rows is not None:
            _remark_on_rows(slug, number, level, known.rows(slug), complain)
        return
    has = known.course if sort == COURSE else known.certificate
    if has is not None and not has(slug):
        where = "in force" if sort == COURSE else "in use"
        said = f"There is no {sort} “{slug[:80]}” {where}, so nobody can meet this."
        complain(said, "warning", f"{sort}:{slug}")


def _remark_on_rows(
    slug: str, number: int, level: str, rows: Mapping[str, int] | None, complain: Complain
) -> None:
    if rows is None:
        said = f"There is no competency “{slug[:80]}” in force, so nobody can meet this."
        return complain(said, "warning", f"{COMPETENCY}:{slug}")
    counts = nearest(rows, level)
    if counts is None:
        counts = next(iter(rows), "")
        where = f"for {level} or below" if level else "for a rung without a level"
        complain(f"“{slug}” says nothing {where}: {counts} counts there.", "warning")
    if number > rows.get(counts, number):
        said = f"“{slug}” has {rows[counts]} rows on {counts}, so nobody reaches row {number}."
        complain(said, "warning")
    return None
