"""The day of the next talk, in the personal calendar of the one who is led: whoever leads has it
there already, as a duty of theirs."""

from datetime import timedelta
from typing import Any

from portal import ics
from portal.oneonones.models import OneOnOne, Talk
from portal.people.models import Person

AHEAD_DAYS = 180


def feed(person: Person, is_named: bool, app_url: str) -> list[ics.Event]:
    """The days on which the person is to be talked with; not named, that there is something."""
    if not person.is_staff:
        return []
    today = person.today()
    coming = Talk.planned_on.between(today - timedelta(days=7), today + timedelta(days=AHEAD_DAYS))
    rows: Any = (
        OneOnOne.whole(OneOnOne.select(), today)
        .where(OneOnOne.report == person.id, OneOnOne.is_open(), coming)
        .order_by(OneOnOne.id)
    )
    host = app_url.partition("://")[2].partition("/")[0].partition(":")[0] or "portal"
    return [
        ics.Event(
            uid=f"one-on-one-{one.id}-{one.next.number}@{host}",
            title=f"One-on-one with {one.lead.called}"
            if is_named
            else "Something to attend: open the portal",
            on=one.next.planned_on,
            stamp=one.begun_at,
            sequence=one.next.moves,
            url=f"{app_url}{one.url}" if is_named else f"{app_url}/",
        )
        for one in rows
        if one.goes_on
    ]
