"""The end of a step's line: who, by when, how long, and what it opens or hands out.

    - [ ] Order laptop @it due:start-5 minutes:10 equipment:laptop

One rule for each word, one problem on the line for each mistake; what does not stand at the end is
part of the sentence.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from portal.assignments.due import Due, DueError
from portal.text import MAX_SLUG_LENGTH

EMPLOYEE, HR = "employee", "hr"
ROLES = (EMPLOYEE, "manager", "buddy", HR)
# What is handed out with a proof, and by which word it is taken back.
HANDED_OUT = {"access": "access", "equipment": "equipment"}
TAKEN_BACK = {"revoke": "access", "collect": "equipment"}
ALL = "all"
# The purpose of the pass by which a joiner finds their steps before the first day.
WELCOME = "welcome"

MAX_OWNERS = 10
MAX_MINUTES = 24 * 60
_OWN_KEYS = ("due", "minutes", "at", *HANDED_OUT, *TAKEN_BACK)


@dataclass(frozen=True)
class Known:
    """What a plan may name: functions, persons by e-mail, and for each kind of duty its slugs."""

    functions: frozenset[str] = frozenset()
    has_person: Callable[[str], bool] = lambda email: False
    opens: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


class Where(Protocol):
    """The plan around the line: what its dates count from, and where problems go."""

    known: Known
    transition: str
    anchor: str

    def error(self, line: int, message: str) -> None: ...

    def warn(self, line: int, message: str) -> None: ...


_OWNER = re.compile(r"@(?P<owner>\w[\w.+-]*(?:@[\w.-]+)?)")
_PAIR = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*):(?P<value>\S*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CLOCK = re.compile(r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})")
STRAY = re.compile(rf"(?<!\S)({'|'.join(_OWN_KEYS)}):(\S*)")


def trailing(text: str, known: Known) -> tuple[str, list[str]]:
    """The step's words, and the run of tokens after the last of them."""
    words = text.split()
    at = len(words)
    while at and _is_token(words[at - 1].rstrip(",;"), known):
        at -= 1
    title = " ".join(words[:at])
    return title, [word.rstrip(",;") for word in words[at:]]


def _is_token(word: str, known: Known) -> bool:
    """An owner, `optional`, or key:value. An address such as https://x.example is neither."""
    if word.lower() == "optional" or _OWNER.fullmatch(word):
        return True
    pair = _PAIR.fullmatch(word)
    if pair is None:
        return False
    if pair["key"].lower() in (*_OWN_KEYS, *known.opens):
        return True
    return bool(_SLUG.fullmatch(pair["value"].lower()))


class Tokens:
    """The facts of one step, gathered token by token."""

    def __init__(self, where: Where, line: int) -> None:
        self.where, self.line = where, line
        self.given: set[str] = set()
        self.owners: list[str] = []
        self.due: str | None = None
        self.minutes: int | None = None
        self.at: str | None = None
        self.optional = False
        self.opens: dict[str, str] | None = None
        self.thing: dict[str, str] | None = None

    def take(self, word: str) -> None:
        if word.startswith("@"):
            return self._owner(word[1:])
        key, _, value = word.partition(":")
        key, value = key.lower(), value.lower()
        if key == "optional":
            self.optional = True
            return None
        what = key if key in ("due", "minutes", "at") else "opens"
        if what in self.given:
            return self._error(f"“{word[:80]}” is one too many: a step has one {_ONE[what]}.")
        self.given.add(what)
        if key == "due":
            return self._due(value)
        if key == "minutes":
            return self._minutes(value)
        if key == "at":
            return self._at(value)
        if key in HANDED_OUT or key in TAKEN_BACK:
            return self._thing(key, value)
        return self._opens(key, value)

    def finish(self) -> None:
        """What the words say together, once the last one is taken."""
        if self.at and "due" not in self.given:
            example = f"due:{self.where.anchor}+5"
            self._error(f"“at:{self.at}” is a time without a day: add {example}.")
        if self.thing and len(self.owners) > 1:
            self._error(_ONE_HAND[self.thing["verb"] in TAKEN_BACK])
        if "owner" not in self.given and not self.opens and not self._has_giver:
            self._warn("Nobody is named for this step, so it goes to HR: end it with @manager.")
        if "due" not in self.given and not self.at:
            example = f"due:{self.where.anchor}+5"
            self._warn(f"This step has no date and will not be reminded of: add {example}.")

    @property
    def _has_giver(self) -> bool:
        """What is taken back goes to whoever gave it, where the line names nobody."""
        return bool(self.thing and self.thing["verb"] in TAKEN_BACK)

    def owners_or_default(self) -> list[str]:
        """Who does it where nobody is named: the employee signs for themselves, else HR; nobody
        for what whoever gave it takes back."""
        if self.owners or self._has_giver:
            return self.owners
        return [EMPLOYEE if self.opens else HR]

    def _owner(self, typed: str) -> None:
        self.given.add("owner")
        owner = typed.rstrip(".").lower()[:120]
        problem = self._email_problem(owner) if "@" in owner else self._role_problem(owner)
        if problem:
            return self._error(problem)
        if len(self.owners) == MAX_OWNERS:
            return self._error(
                f"A step has {MAX_OWNERS} owners at most; a function has many hands."
            )
        if owner not in self.owners:
            self.owners.append(owner)
        return None

    def _email_problem(self, email: str) -> str:
        if self.where.known.has_person(email):
            return ""
        return f"Nobody here has the address “{email}”."

    def _role_problem(self, owner: str) -> str:
        known = sorted({*ROLES, *self.where.known.functions})
        if owner in known:
            return ""
        return f"There is no owner “@{owner}”. {_meant(owner, known, '@')}"

    def _due(self, value: str) -> None:
        due, problem = read_due(value, self.where.anchor, self.where.transition)
        if problem:
            return self._error(problem)
        self.due = due
        return None

    def _minutes(self, value: str) -> None:
        if not re.fullmatch(r"[0-9]{1,4}", value) or not 1 <= int(value) <= MAX_MINUTES:
            message = f"“minutes:{value[:40]}” is no length of time: write 1 to {MAX_MINUTES:,}."
            return self._error(message)
        self.minutes = int(value)
        return None

    def _at(self, value: str) -> None:
        found = _CLOCK.fullmatch(value)
        if found is None or int(found["hour"]) > 23 or int(found["minute"]) > 59:
            return self._error(f"“at:{value[:40]}” is no time of day: write at:09:30 or at:14:00.")
        self.at = value
        return None

    def _thing(self, verb: str, name: str) -> None:
        example = "laptop" if verb in ("equipment", "collect") else "github"
        if not _SLUG.fullmatch(name) or len(name) > MAX_SLUG_LENGTH:
            return self._error(
                f"“{verb}:{name[:80]}” names nothing: write {verb}:{example}, in small letters "
                "with hyphens."
            )
        if name == ALL and verb in HANDED_OUT:
            return self._error(f"“{verb}:all” names nothing: one line each, as {verb}:{example}.")
        self.thing = {"verb": verb, "name": name}
        return None

    def _opens(self, kind: str, slug: str) -> None:
        has = self.where.known.opens.get(kind)
        if has is None:
            known = sorted({*_OWN_KEYS, *self.where.known.opens})
            hint = "If it is part of the sentence, end the line with a period."
            meant = _meant(kind, known, "", ":")
            return self._error(f"A step cannot open “{kind[:40]}:{slug[:80]}”. {meant} {hint}")
        if not _SLUG.fullmatch(slug) or not has(slug):
            return self._error(f"There is no {kind} “{slug[:80]}”.", f"{kind}:{slug}")
        self.opens = {"kind": kind, "slug": slug}
        return None

    def _error(self, message: str, needs: str = "") -> None:
        self.where.error(self.line, message, needs)

    def _warn(self, message: str) -> None:
        self.where.warn(self.line, message)


def read_due(value: str, anchor: str, transition: str) -> tuple[str | None, str]:
    """The due date as it is kept, and what is wrong with it in a plan that counts from `anchor`."""
    try:
        due = Due.parse(value)
    except DueError as error:
        return None, str(error)
    if due.anchor in (anchor, "today"):
        return str(due), ""
    right = Due(anchor, due.offset, due.unit)
    day = "last" if anchor == "end" else "first"
    return None, f"A plan for “{transition}” counts from the {day} day: write due:{right}."


_ONE = {
    "due": "due date",
    "minutes": "length in minutes",
    "at": "time of day",
    "opens": "thing to open, hand out or take back",
}
_ONE_HAND = {
    False: "What is handed out has one proof, so one owner: make a line for each.",
    True: "What comes back has one proof, so one owner: name one, or nobody for whoever gave it.",
}


def _meant(typed: str, known: Iterable[str], before: str, after: str = "") -> str:
    """A suggestion when something known looks alike, otherwise all there is."""
    candidates = list(known)
    close = get_close_matches(typed, candidates, 1, 0.6)
    if close:
        return f"Did you mean “{before}{close[0]}{after}”?"
    return f"There are {', '.join(before + name + after for name in candidates)}."
