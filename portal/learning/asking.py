"""When a course's text asks whether it helped: `ask-after: 6 weeks`."""

import re
from collections.abc import Callable
from typing import Any

ASK_KEY = "ask-after"
DAYS = {"day": 1, "week": 7, "month": 30}
MOST_DAYS = 366

_SPAN = re.compile(r"(?P<number>[0-9]{1,3}) (?P<unit>day|week|month)s?")


def read_ask_after(meta: dict[str, Any], wrong: Callable[..., None]) -> int | None:
    """So many days after a completion the manager is asked; None where nobody is."""
    typed = " ".join(str(meta.get(ASK_KEY, "")).casefold().split())
    if not typed:
        return None
    found = _SPAN.fullmatch(typed)
    days = int(found["number"]) * DAYS[found["unit"]] if found else 0
    if not 1 <= days <= MOST_DAYS:
        wrong(ASK_KEY, "Write for example “6 weeks”: at most a year after it was completed.")
        return None
    return days
