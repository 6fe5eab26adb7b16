"""Access as one table: who gets which answer, and that a refusal leaves no trace."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.audit import Event

REFUSALS = (403, 404)


def knock(
    as_: Callable[[str], Any],
    table: Mapping[str, int],
    address: str,
    *,
    nowhere: str,
    data: Mapping[str, Any] | None = None,
    before: Callable[[], Any] | None = None,
) -> None:
    """Each of the cast asks (or posts `data`) and gets the status of the table.

    A refusal writes no event; a 404 has the bytes of `nowhere`, an address of the same kind under
    which nothing is. `before` makes the thing anew for each of them and may return its address.
    """
    for name, status in table.items():
        made = before() if before else None
        here = made if isinstance(made, str) else address
        client = as_(name)
        events = Event.select().count()
        answer = client.get(here) if data is None else client.post(here, data=data)
        assert answer.status_code == status, (name, here, answer.status_code)
        if status not in REFUSALS:
            continue
        assert Event.select().count() == events, (name, here)
        if status == 404:
            other = client.get(nowhere) if data is None else client.post(nowhere, data=data)
            assert other.status_code == 404, (name, nowhere)
            assert other.data == answer.data, (name, here)
