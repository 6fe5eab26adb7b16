"""A list of kinds that lower rooms look things up in and the frame floor fills."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


K = TypeVar("K", bound=Named)


class Registry(dict[str, K]):
    """Kinds by name. A low room reads it, `portal/kinds.py` fills it, nobody calls upward."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self.noun = noun

    def fill(self, kinds: Iterable[K]) -> None:
        """Replace the content by `kinds`. Raises RuntimeError when two share a name."""
        self.clear()
        for kind in kinds:
            if kind.name in self:
                raise RuntimeError(f"Two {self.noun} are called “{kind.name}”.")
            self[kind.name] = kind
