"""Amounts of money: typed as people type them, kept in hundredths, said with their currency."""

import re

MAX_CENTS = 10**12
_AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:[ .,'’][0-9]{3})+|[0-9]{1,10})(?:[.,](?P<part>[0-9]{1,2}))?"
)


def parse_amount(typed: str) -> int:
    """`1,234.50`, `1.234,50`, `1234.5` or `1234` as hundredths. Raises ValueError with a sentence.

    Three digits after the last mark are thousands: nobody has tenths of a cent.
    """
    found = _AMOUNT.fullmatch(" ".join(typed.split()))
    if not found:
        raise ValueError("Write an amount like 1,250.00.")
    whole = int(re.sub("[^0-9]", "", found["whole"]))
    cents = whole * 100 + int((found["part"] or "0").ljust(2, "0"))
    if not 0 < cents <= MAX_CENTS:
        raise ValueError("An amount of more than nothing, and less than ten billion.")
    return cents


def typed(cents: int) -> str:
    """As it stands in a field to be corrected: `1250.00`."""
    return f"{cents // 100}.{cents % 100:02d}"


def said(cents: int, currency: str) -> str:
    """`1,250.00 EUR`; whole amounts without their hundredths."""
    sign, cents = ("−" if cents < 0 else ""), abs(cents)
    whole = f"{cents // 100:,}"
    part = f".{cents % 100:02d}" if cents % 100 else ""
    return f"{sign}{whole}{part} {currency}"
