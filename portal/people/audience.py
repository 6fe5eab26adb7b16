"""Audience rules: who is meant, in words HR can read back.

    department = Sales and location in (Berlin, Paris)
    role = "Account Executive" or not (team = Legal and hired > 2026-01-01)
    everyone

A rule is a small frozen tree. It knows no person and no database: `matches` is given the facts,
and whoever asks for many people at once walks the tree and writes a query.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

from portal.text import fold

FIELDS = (
    "department", "team", "location", "role", "level", "type", "manager", "hired",
)  # fmt: skip
DATE_FIELDS = frozenset({"hired"})
ORDER = ("<", "<=", ">", ">=")
MAX_CHARS = 500
MAX_DEPTH = 20
MAX_VALUES = 100


class RuleError(ValueError):
    """A rule that cannot be read: the column (from 1) where, and a sentence for who typed it."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


# A company has few roles, teams and places, and many people in each.
_folded = lru_cache(4_096)(fold)


# ---------------------------------------------------------------- the tree


@dataclass(frozen=True)
class Everyone:
    """Every person there is."""

    def matches(self, facts: Mapping[str, str]) -> bool:
        return True

    def __str__(self) -> str:
        return "everyone"


@dataclass(frozen=True)
class Compare:
    """One field against values: = and != take one or more, the ordering of dates takes one.

    A fact nobody knows equals nothing, so != holds for it and no ordering does.
    """

    field: str
    op: str
    values: tuple[str, ...]

    @cached_property
    def folded(self) -> frozenset[str]:
        """The values as they are compared: folded once for however many people."""
        return frozenset(fold(value) for value in self.values)

    def matches(self, facts: Mapping[str, str]) -> bool:
        fact = _folded(facts.get(self.field) or "")
        if self.op in ORDER:
            return bool(fact) and _in_order(fact, self.op, self.values[0])
        return (fact in self.folded) == (self.op == "=")

    def __str__(self) -> str:
        words = ", ".join(_written(value) for value in self.values)
        if len(self.values) == 1:
            return f"{self.field} {self.op} {words}"
        return f"{self.field} {'in' if self.op == '=' else 'not in'} ({words})"


@dataclass(frozen=True)
class And:
    """All of the rules, two or more."""

    rules: tuple["Rule", ...]

    def matches(self, facts: Mapping[str, str]) -> bool:
        return all(rule.matches(facts) for rule in self.rules)

    def __str__(self) -> str:
        return " and ".join(_bracketed(rule, Or) for rule in self.rules)


@dataclass(frozen=True)
class Or:
    """Any of the rules, two or more."""

    rules: tuple["Rule", ...]

    def matches(self, facts: Mapping[str, str]) -> bool:
        return any(rule.matches(facts) for rule in self.rules)

    def __str__(self) -> str:
        return " or ".join(_bracketed(rule, Or) for rule in self.rules)


@dataclass(frozen=True)
class Not:
    """Whom the rule does not mean."""

    rule: "Rule"

    def matches(self, facts: Mapping[str, str]) -> bool:
        return not self.rule.matches(facts)

    def __str__(self) -> str:
        return f"not {_bracketed(self.rule, And, Or)}"


Rule: TypeAlias = Everyone | Compare | And | Or | Not


def fields(rule: Rule) -> frozenset[str]:
    """The fields the rule asks about."""
    if isinstance(rule, Compare):
        return frozenset({rule.field})
    if isinstance(rule, Not):
        return fields(rule.rule)
    if isinstance(rule, And | Or):
        return frozenset().union(*(fields(part) for part in rule.rules))
    return frozenset()


def _in_order(fact: str, op: str, value: str) -> bool:
    """ISO dates sort as text."""
    return {"<": fact < value, "<=": fact <= value, ">": fact > value, ">=": fact >= value}[op]


def _bracketed(rule: Rule, *kinds: type) -> str:
    return f"({rule})" if isinstance(rule, kinds) else str(rule)


# ---------------------------------------------------------------- reading

_KEYWORDS = frozenset({"and", "or", "not", "in", "everyone"})
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<unclosed>["“„'‘])
      | (?P<op><=|>=|!=|<>|≠|=|<|>)
      | (?P<mark>[(),])
      | (?P<word>[^\s()=<>!,"≠]+)
      | (?P<stray>\S)
    )""",
    re.VERBOSE,
)
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"'})


def parse(text: str) -> Rule:
    """The rule the text says. Raises RuleError with a column and a sentence."""
    if len(text) > MAX_CHARS:
        raise RuleError(MAX_CHARS + 1, f"A rule has {MAX_CHARS:,} characters at most.")
    if not text.strip():
        raise RuleError(1, "Say who is meant: “everyone”, or for example “department = Sales”.")
    rule = _Reader(text).rule()
    if len(str(rule)) > MAX_CHARS:  # what is kept is the canonical text, and it must read again
        raise RuleError(1, f"A rule has {MAX_CHARS:,} characters at most.")
    return rule


class _Token(NamedTuple):
    kind: str  # quoted, op, mark, word or end
    text: str
    column: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.casefold() in words


class _Reader:
    """Recursive descent: or binds loosest, then and, then not."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    def rule(self) -> Rule:
        rule = self._or()
        if self._next.kind != "end":
            raise self._unexpected_end_of_rule()
        return rule

    def _or(self) -> Rule:
        rules = [self._and()]
        while self._skip_word("or"):
            rules.append(self._and())
        return rules[0] if len(rules) == 1 else Or(_flat(rules, Or))

    def _and(self) -> Rule:
        rules = [self._not()]
        while self._skip_word("and"):
            rules.append(self._not())
        return rules[0] if len(rules) == 1 else And(_flat(rules, And))

    def _not(self) -> Rule:
        """What stands between `and` and `or`; the one place where rules nest."""
        token = self._next
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RuleError(token.column, f"Brackets may be nested {MAX_DEPTH} deep at most.")
        try:
            if self._skip_word("not"):
                return Not(self._not())
            if self._skip_mark("("):
                return self._inside(token)
            if self._skip_word("everyone"):
                return Everyone()
            return self._compare()
        finally:
            self.depth -= 1

    def _inside(self, opening: _Token) -> Rule:
        rule = self._or()
        if not self._skip_mark(")"):
            if self._next.kind == "end":
                raise RuleError(opening.column, "This bracket is never closed.")
            raise self._unexpected_end_of_rule()
        return rule

    def _compare(self) -> Rule:
        name = self._field()
        negated = self._skip_word("not")
        if self._skip_word("in"):
            return self._checked(name, "!=" if negated else "=", self._list())
        token = self._take()
        if negated or token.kind != "op":
            example = "“= Sales”, “!= Sales” or “in (Sales, Legal)”"
            raise RuleError(token.column, f"After “{name.text}” comes {example}.")
        op = "!=" if token.text in ("<>", "≠") else token.text
        return self._checked(name, op, [self._value()])

    def _field(self) -> _Token:
        token = self._take()
        name = token.text.casefold()
        if token.kind == "word" and name in FIELDS:
            return token._replace(text=name)
        if token.kind == "end":
            raise RuleError(token.column, "The rule ends where a condition should follow.")
        raise RuleError(token.column, _unknown_field(token))

    def _list(self) -> list[_Token]:
        opening = self._take()
        if opening.text != "(":
            raise RuleError(opening.column, "After “in” comes a list, as in “in (Berlin, Paris)”.")
        values = [self._value()]
        while self._skip_mark(","):
            values.append(self._value())
        if len(values) > MAX_VALUES:
            raise RuleError(opening.column, f"A list has {MAX_VALUES} values at most.")
        if not self._skip_mark(")"):
            raise RuleError(opening.column, "This list is never closed: it ends with “)”.")
        return values

    def _value(self) -> _Token:
        """Quoted words, or bare words up to whatever cannot be part of a value."""
        first = self._take()
        if first.kind == "quoted":
            return self._not_empty(first)
        if first.kind != "word" or first.is_word(*_KEYWORDS):
            raise RuleError(first.column, "Here a value is missing, such as Sales.")
        words = [first.text]
        while self._next.kind == "word" and not self._next.is_word("and", "or"):
            words.append(self._take().text)
        return first._replace(text=" ".join(words))

    def _not_empty(self, token: _Token) -> _Token:
        if not fold(token.text):
            raise RuleError(token.column, "The quotes are empty: write a value between them.")
        return token

    def _checked(self, name: _Token, op: str, values: list[_Token]) -> Compare:
        if op in ORDER and name.text not in DATE_FIELDS:
            dates = ", ".join(sorted(DATE_FIELDS))
            raise RuleError(name.column, f"Only {dates} can be before or after something.")
        if name.text in DATE_FIELDS:
            for value in values:
                _require_date(value)
        return Compare(name.text, op, tuple(" ".join(value.text.split()) for value in values))

    def _unexpected_end_of_rule(self) -> RuleError:
        token = self._next
        if token.text == ")":
            return RuleError(token.column, "This bracket was never opened.")
        if token.text == ",":
            return RuleError(token.column, "A list of values is written “in (Berlin, Paris)”.")
        return RuleError(token.column, f"Before “{token.text}” an “and” or “or” is missing.")

    @property
    def _next(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def _skip_word(self, word: str) -> bool:
        return self._next.is_word(word) and bool(self._take())

    def _skip_mark(self, mark: str) -> bool:
        return self._next.kind == "mark" and self._next.text == mark and bool(self._take())


def _tokens(text: str) -> Iterator[_Token]:
    """The tokens and an end. Curly quotes count as straight: word processors make them."""
    straight = text.translate(_CURLY)
    for found in _TOKEN.finditer(straight):
        kind = str(found.lastgroup)
        column = found.start(kind) + 1
        if kind == "unclosed":
            raise RuleError(column, _quote_problem(found[kind]))
        if kind == "stray":
            raise RuleError(column, f"“{found[kind]}” means nothing here; put values in quotes.")
        word = found[kind]
        if kind == "quoted":
            word = re.sub(r"\\(.)", r"\1", word[1:-1])
        yield _Token(kind, word, column)
    yield _Token("end", "", len(text) + 1)


def _quote_problem(quote: str) -> str:
    if quote == '"':
        return "This quote is never closed."
    return 'Values are quoted with ", as in "Account Executive".'


def _unknown_field(token: _Token) -> str:
    known = ", ".join(FIELDS)
    if token.kind != "word":
        return f"Here a condition is missing. It begins with one of: {known}."
    close = get_close_matches(token.text.casefold(), FIELDS, 1)
    if close:
        return f"“{token.text}” is not known. Did you mean “{close[0]}”?"
    return f"“{token.text}” is not known. A rule can ask for: {known}."


def _require_date(value: _Token) -> None:
    try:
        if date.fromisoformat(value.text).isoformat() == value.text:
            return
    except ValueError:
        pass
    raise RuleError(value.column, f"“{value.text}” is not a date such as 2026-01-31.")


def _flat(rules: list[Rule], kind: type[And] | type[Or]) -> tuple[Rule, ...]:
    """`a and (b and c)` is `a and b and c`."""
    flat: list[Rule] = []
    for rule in rules:
        flat += rule.rules if isinstance(rule, And | Or) and isinstance(rule, kind) else [rule]
    return tuple(flat)


# ---------------------------------------------------------------- saying

_ORDERED = {"<": "before", "<=": "on or before", ">": "after", ">=": "on or after"}


def spoken(text: str, begins: bool = False) -> str:
    """The rule as somebody would say it, where it is read and not written; a sentence may begin."""
    try:
        said = _spoken(parse(text or "everyone"))
    except RuleError:  # an old text may say what can no longer be read
        return text
    return said[0].upper() + said[1:] if begins else said


def _spoken(rule: Rule) -> str:
    if isinstance(rule, Compare):
        return _spoken_compare(rule)
    if isinstance(rule, Not):
        return f"not ({_spoken(rule.rule)})"
    if isinstance(rule, And):
        return " and ".join(_spoken_part(part) for part in rule.rules)
    if isinstance(rule, Or):
        return ", or ".join(_spoken_part(part) for part in rule.rules)
    return "everyone"


def _spoken_part(rule: Rule) -> str:
    return f"({_spoken(rule)})" if isinstance(rule, And | Or) else _spoken(rule)


def _spoken_compare(rule: Compare) -> str:
    if rule.op in ORDER:
        return f"{rule.field} {_ORDERED[rule.op]} {rule.values[0]}"
    *first, last = rule.values
    values = f"{', '.join(first)} or {last}" if first else last
    said = f"{'hired on' if rule.field == 'hired' else rule.field} {values}"
    return said if rule.op == "=" else f"not {said}"


# ---------------------------------------------------------------- writing


def _written(value: str) -> str:
    """Bare where the bare words read as the same value again, quoted otherwise."""
    words = value.split(" ")
    bare = all(re.fullmatch(r"[^\s()=<>!,\"“”„'‘≠]+", word) for word in words)
    if bare and not any(word.casefold() in _KEYWORDS for word in words):
        return value if len(words) == 1 else f'"{value}"'
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
