"""Whom a path is assigned to by itself: an audience rule, and three groups no rule can say.

managers                    whoever leads somebody
new managers                of them, who led nobody when the path came into force
newcomers                   whoever was hired since the path came into force
new managers and department = Sales
"""

import re
from dataclasses import dataclass

from portal.people import audience

MANAGERS, NEW_MANAGERS, NEWCOMERS = "managers", "new managers", "newcomers"
GROUPS = (MANAGERS, NEW_MANAGERS, NEWCOMERS)
SPOKEN = {
    MANAGERS: "whoever leads somebody",
    NEW_MANAGERS: "whoever begins to lead somebody",
    NEWCOMERS: "whoever joins the company",
}
_GROUP = re.compile(r"(new managers|managers|newcomers)\b(?:\s+and\s+(?P<rule>.*))?", re.IGNORECASE)


class WhoError(ValueError):
    """Whom it means cannot be read; its text is a sentence."""


@dataclass(frozen=True)
class Who:
    """A group (or "" for none) and the rule that narrows it."""

    group: str
    rule: str

    @property
    def spoken(self) -> str:
        """As one says it in a sentence."""
        if not self.group:
            return audience.spoken(self.rule)
        said = SPOKEN[self.group]
        return said if self.rule == "everyone" else f"{said}, of {audience.spoken(self.rule)}"


def read_who(typed: str) -> Who:
    """What was typed. Raises WhoError."""
    found = _GROUP.fullmatch(" ".join(typed.split()))
    group = found[1].lower() if found else ""
    rule = (found["rule"] or "everyone") if found else typed
    try:
        return Who(group, str(audience.parse(rule)))
    except audience.RuleError as error:
        raise WhoError(error.message) from error
