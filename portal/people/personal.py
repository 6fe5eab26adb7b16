"""What is kept of people themselves: where it points, how long, and what an erasure does to it."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.people.applying import Applied
from portal.people.forgetting import CODE_DAYS, DEVICE_DAYS, LINK_DAYS
from portal.people.importing import KEPT_DAYS, Import
from portal.people.leave import Leave
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.passes import Pass
from portal.people.signing import Code, Device, Link
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted

EVER = "as long as the portal"
HISTORY = "Where somebody stood, from when until when: what reports about the past are made of"

COLUMNS = [
    Column("position.person", HISTORY, EVER, PSEUDONYMISE),
    Column("position.manager", "Who led them", EVER, PSEUDONYMISE),
    Column("position.buddy", "Who welcomed them", EVER, PSEUDONYMISE),
    Column("dotted_line.person", HISTORY, EVER, PSEUDONYMISE),
    Column("dotted_line.lead", "Who led them for a purpose", EVER, PSEUDONYMISE),
    Column("stint.person", "An earlier time with the company", EVER, PSEUDONYMISE),
    Column("leave.person", "Who was away, when and why", "its rule", DELETE),
    Column("vacancy.manager", "To whom a new position would report", EVER, PSEUDONYMISE),
    Column("vacancy.filled_by", "Who filled it", EVER, PSEUDONYMISE),
    Column("grant.person", "Who had which right, and when", EVER, PSEUDONYMISE),
    Column("holder.person", "Who held which function, and when", EVER, PSEUDONYMISE),
    Column("pass.person", "Whom a link was for", "as long as its row", PSEUDONYMISE),
    Column("device.person", "Who signed in on it", "twice its longest life, 180 days", DELETE),
    Column("sign_in_code.person", "Who asked for a code", "7 days", DELETE),
    Column("sign_in_link.person", "Whom a first-run link was for", "7 days", DELETE),
    Column("people_import_row.person", "Whom a row of an import was about", EVER, PSEUDONYMISE),
    *acted("grant", "granted_by"),
    *acted("pass", "created_by"),
    *acted("people_import", "created_by", purpose="Who read it in"),
    *acted("people_import_mapping", "changed_by", purpose="Who said what its columns mean"),
]


def _delete(model: Any) -> Any:
    def delete(ids: list[int], by: Any) -> None:
        with db.write():
            model.delete().where(model.id.in_(ids)).execute()

    return delete


def _older(moment: Any, days: int) -> Any:
    """What is over by itself, whatever rule there is."""

    def is_past(before: date | None) -> Any:
        return moment < clock.now() - timedelta(days=days)

    return is_past


def _past_imports(before: date | None) -> Any:
    return Import.applied_at.is_null() & (Import.created_at < _days_ago(KEPT_DAYS))


def _days_ago(days: int) -> Any:
    return clock.now() - timedelta(days=days)


def _asked_by(person_id: int) -> Any:
    address = Person.select(Person.folded_email).where(Person.id == person_id)
    return (Code.person == person_id) | db.among(Code.email, address)


def _past_leave(before: date | None) -> Any:
    return (Leave.ends_on < before) if before else Leave.id.is_null()


def _blank_rows(ids: list[int], by: Any) -> None:
    with db.write():
        Applied.update(before="{}", after="{}").where(Applied.id.in_(ids)).execute()


def _blank_stints(ids: list[int], by: Any) -> None:
    with db.write():
        Stint.update(departure_reason="").where(Stint.id.in_(ids)).execute()


def _end_passes(ids: list[int], by: Any) -> None:
    with db.write():
        ended = peewee.fn.COALESCE(Pass.revoked_at, clock.now())
        Pass.update(address="", revoked_at=ended).where(Pass.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="sign-in-codes",
        title="Sign-in codes",
        holds="Who asked for a code, from which network address. Never the code itself.",
        model=Code,
        people=(Code.person,),
        counted_from="the moment it was asked for",
        day=Code.created_at,
        is_past=_older(Code.created_at, CODE_DAYS),
        goes=_asked_by,
        erase=_delete(Code),
        own_time=f"Each goes {CODE_DAYS} days after it was asked for.",
        takes_rule=False,
    ),
    RecordClass(
        name="sign-in-links",
        title="First-run links",
        holds="That somebody was given a link to sign in once. Never the link itself.",
        model=Link,
        people=(Link.person,),
        counted_from="the moment it was made",
        day=Link.created_at,
        is_past=_older(Link.created_at, LINK_DAYS),
        goes=lambda person_id: Link.person == person_id,
        erase=_delete(Link),
        own_time=f"Each goes {LINK_DAYS} days after it was made.",
        takes_rule=False,
    ),
    RecordClass(
        name="devices",
        title="Signed-in browsers",
        holds="Which browser somebody signed in on, from which network address, and when last.",
        model=Device,
        people=(Device.person,),
        counted_from="the day of signing in",
        day=Device.created_at,
        is_past=_older(Device.created_at, DEVICE_DAYS),
        goes=lambda person_id: Device.person == person_id,
        erase=_delete(Device),
        own_time=f"Each goes after {DEVICE_DAYS} days, twice the longest it can be signed in.",
        takes_rule=False,
    ),
    RecordClass(
        name="imports",
        title="Files that were read in",
        holds="A file of people that was looked at and never applied. Applied ones keep no file.",
        model=Import,
        people=(Import.created_by,),
        counted_from="the day it was read",
        day=Import.created_at,
        is_past=_past_imports,
        erase=_delete(Import),
        own_time=f"Each goes {KEPT_DAYS} days after it was read.",
        takes_rule=False,
        batch=5,
    ),
    RecordClass(
        name="import-rows",
        title="What imports changed",
        holds="The values of somebody before and after an import, so that it can be taken back.",
        model=Applied,
        people=(Applied.person,),
        goes=lambda person_id: (
            (Applied.person == person_id) & ((Applied.before != "{}") | (Applied.after != "{}"))
        ),
        erase=_blank_rows,
    ),
    RecordClass(
        name="leave",
        title="Leave",
        holds="Who was away from when until when, which kind of leave it was, and a note.",
        model=Leave,
        people=(Leave.person,),
        counted_from="its last day",
        day=Leave.ends_on,
        is_past=_past_leave,
        goes=lambda person_id: Leave.person == person_id,
        erase=_delete(Leave),
        months=36,
        floor_months=12,
        advice="Claims about time away are usually possible for three years after it.",
    ),
    RecordClass(
        name="stints",
        title="Why somebody left before",
        holds="The reason of an earlier departure. Its dates stay.",
        model=Stint,
        people=(Stint.person,),
        goes=lambda person_id: (Stint.person == person_id) & (Stint.departure_reason != ""),
        erase=_blank_stints,
    ),
    RecordClass(
        name="passes",
        title="Links for one purpose",
        holds="The address to which a link was sent. That there was one stays, and it opens"
        " nothing.",
        model=Pass,
        people=(Pass.person,),
        goes=lambda person_id: (
            (Pass.person == person_id) & ((Pass.address != "") | Pass.revoked_at.is_null())
        ),
        erase=_end_passes,
    ),
]
