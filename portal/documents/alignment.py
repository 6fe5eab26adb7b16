"""Which clause of one text is which of another, and which words of it are.

Pure, and bounded by a budget of steps: whoever asks is told `TooDifferent` instead of waiting.
The same two texts always give the same answer, because what comes of it is signed.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from portal.documents.clauses import Clause, Words, plain

MAX_STEPS = 1_000_000
MAX_EDITS = 400
"""More words than these changed in one clause: it is told as written anew."""
# The share of words in common from which on one clause has become the other: more is asked of
# those that do not belong to the same.
ALIKE, ALIKE_AFAR = 0.5, 0.65


class TooDifferent(Exception):
    """Comparing these texts would cost more than a request may."""


class Budget:
    """Steps that are left for comparing two texts."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooDifferent


class Pairing:
    """Each clause of `before` beside the one of `after` that it is, or has become.

    Clauses that say the same are the same wherever they stand; of those that occur more than once,
    the ones that belong to the same. Then what holds the same clauses is the same, though it is
    called otherwise now, and last come those that share most of their words.
    """

    def __init__(
        self, before: Sequence[Clause], after: Sequence[Clause], budget: Budget | None = None
    ) -> None:
        self.before, self.after = before, after
        self.budget = budget or Budget()
        self.to: list[int | None] = [None] * len(before)
        self.came: list[int | None] = [None] * len(after)
        self._keys = (_keys(before), _keys(after))
        self._same_place()
        self._only_ones()
        self._by_what_they_hold()
        self._same_words(within_parents=True)
        self._same_words(within_parents=False)
        self._by_what_they_hold()
        self._alike()
        self._by_what_they_hold()

    def is_same(self, old: int, new: int) -> bool:
        """Whether both say the same; a number in front of them may be another."""
        return self._keys[0][old] == self._keys[1][new]

    def has_moved(self, old: int, new: int) -> bool:
        """Whether it belongs to something else now, and so may mean something else."""
        parent = self.before[old].parent
        return (None if parent is None else self.to[parent]) != self.after[new].parent or (
            parent is not None and self.to[parent] is None
        )

    def _pair(self, old: int, new: int) -> None:
        self.to[old], self.came[new] = new, old

    def _left(self) -> tuple[list[int], list[int]]:
        return (
            [place for place, new in enumerate(self.to) if new is None],
            [place for place, old in enumerate(self.came) if old is None],
        )

    def _same_place(self) -> None:
        """The same words under the same headings."""
        numbers: dict[Hashable, int] = {}
        signs = [
            _signs(found, keys, numbers)
            for found, keys in zip((self.before, self.after), self._keys, strict=True)
        ]
        self._in_order(lambda old: signs[0][old], lambda new: signs[1][new])

    def _only_ones(self) -> None:
        """The same words, wherever, if they are left once on either side."""
        olds, news = self._left()
        once_old = _once(olds, self._keys[0])
        once_new = _once(news, self._keys[1])
        for key, old in once_old.items():
            if key in once_new:
                self._pair(old, once_new[key])

    def _same_words(self, *, within_parents: bool) -> None:
        if not within_parents:
            self._in_order(lambda old: self._keys[0][old], lambda new: self._keys[1][new])
            return

        def old_sign(old: int) -> Hashable:
            parent = self.before[old].parent
            return (-1 if parent is None else self.to[parent], self._keys[0][old])

        def new_sign(new: int) -> Hashable:
            parent = self.after[new].parent
            return (-1 if parent is None else parent, self._keys[1][new])

        self._in_order(old_sign, new_sign)

    def _in_order(
        self, old_sign: Callable[[int], Hashable], new_sign: Callable[[int], Hashable]
    ) -> None:
        """Pair what is left and has the same sign, first with first."""
        olds, news = self._left()
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for old in olds:
            waiting[old_sign(old)].append(old)
        for new in news:
            if waiting[sign := new_sign(new)]:
                self._pair(waiting[sign].popleft(), new)

    def _by_what_they_hold(self) -> None:
        """A heading, a line above a list, a head of a table: it is what most of its own say."""
        votes: dict[int, Counter[int]] = defaultdict(Counter)
        for old, new in enumerate(self.to):
            if new is None:
                continue
            parent, became = self.before[old].parent, self.after[new].parent
            if parent is not None and became is not None and self.to[parent] is None:
                votes[parent][became] += 1
        for parent, counted in sorted(votes.items()):
            became, most = min(counted.items(), key=lambda each: (-each[1], each[0]))
            is_free = self.came[became] is None
            is_kin = self.before[parent].family == self.after[became].family
            if is_free and is_kin and 2 * most >= counted.total():
                self._pair(parent, became)

    def _alike(self) -> None:
        """What is left, by the share of words in common, the most alike first."""
        olds, news = self._left()
        bags = {old: _bag(self.before[old]) for old in olds}
        new_bags = {new: _bag(self.after[new]) for new in news}
        scored = []
        for old in olds:
            for new in news:
                score = self._score(old, new, bags[old], new_bags[new])
                if score:
                    scored.append((-round(score, 6), abs(old - new), old, new))
        for _, _, old, new in sorted(scored):
            if self.to[old] is None and self.came[new] is None:
                self._pair(old, new)

    def _score(self, old: int, new: int, bag: Counter[str], other: Counter[str]) -> float:
        self.budget.spend(4)
        one, two = self.before[old], self.after[new]
        size, other_size = bag.total(), other.total()
        if one.family != two.family or 3 * min(size, other_size) < max(size, other_size):
            return 0
        self.budget.spend(min(len(bag), len(other)))
        small, large = (bag, other) if len(bag) <= len(other) else (other, bag)
        common = sum(min(n, large[word]) for word, n in small.items() if word in large)
        if not common:
            return 0
        score = 2 * common / max(1, size + other_size)
        if self.has_moved(old, new):
            return score if score >= ALIKE_AFAR else 0
        if one.kind == "row" and one.cells[0] and _same_cell(one, two):
            return 1 + score
        return score + 0.1 if score >= ALIKE else 0


def _same_cell(one: Clause, two: Clause) -> bool:
    return [word.key for word in one.cells[0]] == [word.key for word in two.cells[0]]


def _bag(clause: Clause) -> Counter[str]:
    words = [word.text.casefold() for word in clause.words]
    return Counter([word for word in words if word[0].isalnum()] or words)


def _once(places: list[int], keys: Sequence[Hashable]) -> dict[Hashable, int]:
    counted = Counter(keys[place] for place in places)
    return {keys[place]: place for place in places if counted[keys[place]] == 1}


def _signs(
    found: Sequence[Clause], keys: Sequence[Hashable], numbers: dict[Hashable, int]
) -> list[int]:
    """A number for each clause that says what it is and what it belongs to, up to the top."""
    signs: list[int] = []
    for clause, key in zip(found, keys, strict=True):
        above = -1 if clause.parent is None else signs[clause.parent]
        signs.append(numbers.setdefault((above, key), len(numbers)))
    return signs


# ---------------------------------------------------------------- numbers in front

# "Day 3:" counts days, not clauses, so only words that name a part of a text may stand before.
_PARTS = (
    "section|article|part|chapter|clause|annex|appendix|rule|step|point"
    "|abschnitt|artikel|teil|kapitel|anhang|regel|schritt|punkt"
)
_LABEL = re.compile(
    rf"(?P<prefix>§ ?|(?:{_PARTS}) )?(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{0,4}})(?P<suffix>[.):]?)"
    r"(?= (?P<next>\S))",
    re.IGNORECASE,
)


class _Label(NamedTuple):
    group: Hashable
    numbers: tuple[int, ...]
    length: int


def _keys(found: Sequence[Clause]) -> list[Hashable]:
    """What each clause says, without the number that only counts it."""
    labels = _labels(found)
    return [
        (clause.family, clause.keys[_words_in(clause.words, labels.get(place, 0)) :])
        for place, clause in enumerate(found)
    ]


def _labels(found: Sequence[Clause]) -> dict[int, int]:
    """How many letters at the head of a clause are its number: `3.2 Gifts`, `Section 4: Gifts`.

    Only where one counts on from its neighbor. "3 days of notice" is no number of a clause, and a
    change that was taken for one would be hidden.
    """
    rows: dict[Hashable, list[tuple[int, _Label]]] = defaultdict(list)
    for place, clause in enumerate(found):
        if label := _label(clause):
            rows[label.group].append((place, label))
    counted: dict[int, int] = {}
    for row in rows.values():
        for (place, label), (following, next_label) in pairwise(row):
            if _counts_on(label.numbers, next_label.numbers):
                counted[place], counted[following] = label.length, next_label.length
    return counted


def _label(clause: Clause) -> _Label | None:
    if clause.family not in ("heading", "words"):
        return None
    matched = _LABEL.match(plain(clause.words[:12]))
    if matched is None:
        return None
    numbers = tuple(int(number) for number in matched["number"].split("."))
    is_bare = not matched["prefix"] and not matched["suffix"]
    if is_bare and (len(numbers) == 1 or matched["next"].islower()):
        return None
    prefix = (matched["prefix"] or "").casefold()
    group = (clause.kind, clause.level, prefix, matched["suffix"], len(numbers))
    return _Label(group, numbers, matched.end())


def _counts_on(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """4.1 and 4.2; 4.7 and 5.1."""
    if one[:-1] == other[:-1]:
        return other[-1] == one[-1] + 1
    return other[-1] == 1 and _counts_on(one[:-1], other[:-1])


def _words_in(words: Words, length: int) -> int:
    taken = 0
    while length > 0 and taken < len(words):
        length -= len(words[taken].text) + (1 if taken and words[taken].gap else 0)
        taken += 1
    return taken


# ---------------------------------------------------------------- words


class Run(NamedTuple):
    """Words that stayed (`=`), came (`+`) or went (`-`), as slices of the old and the new."""

    tag: str
    old: Words
    new: Words


def runs(old: Words, new: Words, budget: Budget) -> list[Run]:
    """The words of both in reading order; what went stands before what came in its place."""
    edits = _edits([word.key for word in old], [word.key for word in new], budget)
    return list(_drawn_together(list(_runs(old, new, edits))))


def _edits(old: list[str], new: list[str], budget: Budget) -> list[tuple[int, int, int]]:
    """Equal stretches as (place in old, place in new, length), by Myers' greedy search.

    Each round allows one edit more; past `MAX_EDITS` only head and tail are told as equal.
    """
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    budget.spend(head + tail + 1)
    middle = _search(old[head : len(old) - tail], new[head : len(new) - tail], budget)
    found = [(head + i, head + j, length) for i, j, length in middle]
    return [(0, 0, head), *found, (len(old) - tail, len(new) - tail, tail)]


def _search(old: list[str], new: list[str], budget: Budget) -> list[tuple[int, int, int]]:
    if not old or not new:
        return []
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(MAX_EDITS, len(old) + len(new)) + 1):
        trace.append(dict(furthest))
        budget.spend(len(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]
            )
            i = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            began = i
            while i < len(old) and i - diagonal < len(new) and old[i] == new[i - diagonal]:
                i += 1
            budget.spend(i - began + 1)
            furthest[diagonal] = i
            if i >= len(old) and i - diagonal >= len(new):
                return _way_back(trace, len(old), len(new))
    return []


def _way_back(trace: list[dict[int, int]], i: int, j: int) -> list[tuple[int, int, int]]:
    found = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], i - j
        down = diagonal == -edits or (
            diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]
        )
        came = diagonal + 1 if down else diagonal - 1
        from_i = furthest[came] if edits else 0
        from_j = from_i - came if edits else 0
        began = (from_i if down else from_i + 1) if edits else 0
        if i > began:
            found.append((began, began - diagonal, i - began))
        i, j = from_i, from_j
    return found[::-1]


def _runs(old: Words, new: Words, edits: list[tuple[int, int, int]]) -> Iterator[Run]:
    at_old = at_new = 0
    for i, j, length in edits:
        if i > at_old:
            yield Run("-", old[at_old:i], ())
        if j > at_new:
            yield Run("+", (), new[at_new:j])
        if length:
            yield Run("=", old[i : i + length], new[j : j + length])
        at_old, at_new = i + length, j + length


def _drawn_together(found: list[Run]) -> Iterator[Run]:
    """A word or two that stayed between longer changes are told with them: it reads better."""
    old: Words = ()
    new: Words = ()
    for place, run in enumerate(found):
        is_between = 0 < place < len(found) - 1
        if run.tag == "=" and not (
            is_between and len(run.new) <= 2 and len(old) + len(new) > 3 and _goes_on(found, place)
        ):
            yield from _told(old, new)
            old, new = (), ()
            yield run
        else:
            old, new = old + run.old, new + run.new
    yield from _told(old, new)


def _goes_on(found: list[Run], place: int) -> bool:
    after = [run for run in found[place + 1 : place + 3] if run.tag != "="]
    return sum(len(run.old) + len(run.new) for run in after) > 3


def _told(old: Words, new: Words) -> Iterator[Run]:
    if old:
        yield Run("-", old, ())
    if new:
        yield Run("+", (), new)
