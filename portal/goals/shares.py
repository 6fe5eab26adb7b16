"""Numbers of key results: how they are typed and shown, and how far one has come. Pure."""

import math
import re

UP, DOWN = "up", "down"
DIRECTIONS = {UP: "Higher is better", DOWN: "Lower is better"}
NO_NUMBER = "Write a number, such as 12 or 4.5."
NO_THOUSANDS = "Write thousands without a mark, such as 1200; a fraction as 1.2."

_NUMBER = re.compile(r"[+-]?[0-9]{1,10}(?:[.,][0-9]{1,4})?")
# Spaces of any width between groups of three are no marks one could read in two ways.
_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
# After a 0, or after more than three digits, a mark stands between no thousands.
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")


def number(typed: str) -> float:
    """A number as people type it, with a point or a comma. Raises ValueError with a sentence."""
    bare = _SPACES.sub("", typed.strip().replace("−", "-"))
    # 1,200 is a little more than one in Berlin and a lot more in Toronto, and 1.200 the other way
    # round: nobody has to guess.
    if _THOUSANDS.fullmatch(bare):
        raise ValueError(NO_THOUSANDS)
    if not _NUMBER.fullmatch(bare):
        raise ValueError(NO_NUMBER)
    return float(bare.replace(",", ".")) + 0.0


def shown(value: float) -> str:
    """As short as it can be said: `12`, `4.5`, `1,200`."""
    said = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if said in ("-0", "") else said


def plain(value: float) -> str:
    """As a form shows it, without commas between thousands, and so that it is read as it is."""
    said = shown(value).replace(",", "")
    return f"{said}0" if _THOUSANDS.fullmatch(said) else said


def with_unit(value: float, unit: str) -> str:
    """`40 %`, `€` behind its number like any other unit."""
    return f"{shown(value)} {unit}".strip()


def way(start: float, target: float, unit: str, direction: str) -> str:
    """`from 0 to 10 %`, or `stays at least at 5 %`."""
    if start == target:
        least = "at least" if direction == UP else "at most"
        return f"stays {least} at {with_unit(target, unit)}"
    return f"from {shown(start)} to {with_unit(target, unit)}"


def direction_of(start: float, target: float, said: str = UP) -> str:
    """Which way is better: read off start and target, where they differ."""
    if start == target:
        return said
    return UP if target > start else DOWN


def share(start: float, target: float, current: float, direction: str) -> int:
    """How much of the way is done, from 0 to 100. Where start is the target already it is all or
    nothing: held, or not. Rounded down, so that 99.6 is not there yet.
    """
    if start == target:
        return 100 if (current >= target if direction == UP else current <= target) else 0
    done = (current - start) / (target - start)
    # What a computer cannot write in full (0.3) must not lack the last hundredth.
    return max(0, min(100, math.floor(done * 100 + 1e-6)))


def mean(shares: list[int]) -> int | None:
    """The share of a goal: the mean of its key results, None where it has none."""
    return sum(shares) // len(shares) if shares else None
