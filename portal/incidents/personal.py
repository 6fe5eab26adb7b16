"""Incidents: the words go once their time is over; sort, day and outcome stay, for the numbers."""

from datetime import date
from typing import Any

from portal.incidents.models import Incident
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

COLUMNS = [
    Column(
        "incident.reporter", "Who told of it, so that they are answered",
        "as long as the numbers need its line", PSEUDONYMISE,
    ),
    *acted("incident", "closed_by"),
    *acted("incident_note", "by", purpose="Who wrote it"),
    *acted("measure", "set_by"),
]  # fmt: skip


def _rows() -> Any:
    return Incident.select().where(Incident.forgotten_at.is_null())


def _past(before: date | None) -> Any:
    if before is None:
        return Incident.id.is_null()
    return Incident.closed_at < midnight(before)


RECORDS = [
    RecordClass(
        name="incidents",
        title="Reports of incidents",
        holds="What somebody told of a safety or data incident, with its photo, the answers and the"
        " measures.",
        model=Incident,
        people=(Incident.reporter,),
        counted_from="the day it was closed",
        day=Incident.closed_at,
        rows=_rows,
        is_past=_past,
        goes=lambda person_id: (Incident.reporter == person_id) & Incident.closed_at.is_null(False),
        erase=lambda ids, by: Incident.forget(ids),
        months=60,
        floor_months=12,
        advice="Many places ask for five years of what is told of accidents at work; a breach of"
        " personal data has to be documented as long as an authority may ask.",
        stays="An open one stays until it is closed. That there was one, of which sort, on which"
        " day and how it came out stays, without words, for the numbers.",
    ),
]
