"""Which steps of a path are open, and why the others are not: pure, from the text and the facts.

One after another (strict), each waits for the required step before it; in a free section all are
open at once. Nobody goes past a gate, and no section begins before the one above is done. What is
optional holds nobody up.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

STRICT = "strict"


@dataclass(frozen=True)
class Stop:
    """A step where it stands in the path; `waits_for` is the step that has to be done first."""

    number: int
    section: int
    step: Mapping[str, Any]
    waits_for: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        return str(self.step["key"])

    @property
    def is_optional(self) -> bool:
        return bool(self.step["optional"])


def stops(structure: Mapping[str, Any], settled: Collection[str]) -> list[Stop]:
    """Every step in order. `settled` are the keys of those done, skipped or passed over."""
    return list(_walk(structure, settled))


def _walk(structure: Mapping[str, Any], settled: Collection[str]) -> Iterator[Stop]:
    barrier: Mapping[str, Any] | None = None
    number = 0
    for index, section in enumerate(structure.get("sections", ())):
        first: Mapping[str, Any] | None = None
        for step in section["steps"]:
            number += 1
            yield Stop(number, index, step, barrier)
            if step["optional"] or step["key"] in settled:
                continue
            first = first or step
            if structure["order"] == STRICT or step["gate"]:
                barrier = barrier or step
        barrier = barrier or first


def required(structure: Mapping[str, Any]) -> list[str]:
    """The keys of what has to be done."""
    return [stop.key for stop in stops(structure, ()) if not stop.is_optional]


def is_finished(structure: Mapping[str, Any], settled: Collection[str]) -> bool:
    """Whether everything that has to be done is settled."""
    return all(key in settled for key in required(structure))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> "Differences":
    """What changes for somebody who goes from one text to another."""
    before = {stop.key: stop.step for stop in stops(old, ())}
    after = {stop.key: stop.step for stop in stops(new, ())}
    kept = [key for key in after if key in before]
    order = [key for key in before if key in after]
    return Differences(
        added=[after[key] for key in after if key not in before],
        gone=[before[key] for key in before if key not in after],
        changed=[
            after[key]
            for key in kept
            if any(before[key][what] != after[key][what] for what in ("due", "gate", "optional"))
        ],
        is_reordered=kept != order or old["order"] != new["order"],
        due=(old["due"], new["due"]) if old["due"] != new["due"] else None,
    )


@dataclass(frozen=True)
class Differences:
    """Steps that come, go, or are asked otherwise; whether their order is another."""

    added: list[Mapping[str, Any]]
    gone: list[Mapping[str, Any]]
    changed: list[Mapping[str, Any]]
    is_reordered: bool
    due: tuple[int | None, int | None] | None

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.gone or self.changed or self.is_reordered or self.due)
