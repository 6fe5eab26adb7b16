"""Access as tables: who gets which answer at each route, and that a refusal leaves no trace."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask

from portal.audit import Event
from portal.people.passes import Pass
from tests import cast

REFUSALS = (403, 404)

Table = dict[str, int]
Rows = dict[str, Table]
Make = Callable[[], Mapping[str, Any]]


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


def told(rest: int = 404, **others: int) -> Table:
    """What everybody is answered; who has left is sent to sign in."""
    return {**dict.fromkeys(cast.NAMES, rest), "lev": 303} | others


def each(status: int, *names: str) -> Table:
    return dict.fromkeys(names, status)


def routes(app: Flask, room: str) -> set[str]:
    """`GET /careers/moves/<int:move_id>` and every other one of a room, as it is declared."""
    return {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{room}.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def without_row(app: Flask, room: str, tables: Iterable[Rows]) -> set[str]:
    """Routes nobody has said anything about, and rows about a route that is not there."""
    return routes(app, room) ^ {row for rows in tables for row in rows}


def ask(
    as_: Any, row: str, table: Table, make: Make, data: Mapping[str, Any], query: str = ""
) -> None:
    """`knock` at the address of a row: whoever may write finds the thing made anew; those who are
    refused leave it as it is."""
    method, rule = row.split()
    sent = data if method == "POST" else None

    def here() -> str:
        return f"{filled(rule, make())}{query}"

    is_one = "<" not in rule
    nowhere = f"/{rule.split('/')[1]}/nothing/at/all" if is_one else f"{filled(rule, {})}{query}"
    refused = {name: status for name, status in table.items() if name == "lev" or status >= 400}
    others = {name: status for name, status in table.items() if name not in refused}
    knock(as_, refused, here(), nowhere=nowhere, data=sent)
    if sent is None:
        knock(as_, others, here(), nowhere=nowhere)
    else:
        knock(as_, others, "", before=here, nowhere=nowhere, data=sent)


def by_pass(stranger: Any, secret: str, name: str, purpose: str) -> Any:
    """A browser into which a pass let somebody."""
    given = Pass.give(cast.person(name), purpose, by=None)
    assert stranger.post(f"/pass/{given.token(secret)}").status_code == 303
    return stranger


def opens_nothing(client: Any, rows: Iterable[str], values: Mapping[str, Any]) -> None:
    """At no address of these there is anything for this browser, and nothing is written."""
    events = Event.select().count()
    for row in rows:
        method, rule = row.split()
        answer = client.open(filled(rule, values), method=method)
        nothing = client.open(f"/{rule.split('/')[1]}/nothing/at/all", method=method)
        assert answer.status_code == 404 and answer.data == nothing.data, row
    assert Event.select().count() == events


def filled(rule: str, values: Mapping[str, Any]) -> str:
    """The address with these values; under those it has not there is nothing."""

    def value(found: re.Match[str]) -> str:
        return str(values.get(found[2], "999999" if found[1] else "nothing"))

    return re.sub(r"<(int:)?(\w+)>", value, rule)
