"""Runs of a package: opened under a secret address, found by it, ended.

The address is the whole key: no cookie goes with it, so a course does not end with a sign-in. It
is kept hashed, is bound to one attempt of one person, and opens nothing once they have left.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.blobs import Blob
from portal.learning.models import Attempt
from portal.people.models import Person
from portal.prepared import Prepared, blank
from portal.scorm.models import Package, Run

LEARN, REVIEW, PREVIEW = "learn", "review", "preview"
EXITED, REPLACED, REVOKED, SILENT = "exited", "replaced", "revoked", "silent"

# So long after it was last heard of, an address opens nothing any more.
HOURS = 8
TOKEN_BYTES = 16
_TOKEN = re.compile(r"[\w-]{22}")

_origin = ""


def configure(content_host: str, scheme: str) -> None:
    """From now on packages are played from that host; "" where there is none."""
    global _origin
    _origin = f"{scheme}://{content_host}" if content_host else ""


def content_origin() -> str:
    """Where packages are played from, as `https://courses.example.net`; "" where they are not."""
    return _origin


def player_url(token: str) -> str:
    """The address of the wrapper, on the content host."""
    return f"{_origin}/run/{token}/"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_run(
    package: Package, person: Person, purpose: str, attempt: Attempt | None = None
) -> tuple[Run, str]:
    """A new run, and its token, which is said only here. Older ones of the attempt end.

    `purpose` is `learn` or `review`, of an attempt; or `preview`, of none.
    """
    if (attempt is None) != (purpose == PREVIEW):
        raise ValueError("A preview has no attempt, and everything else has one.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with db.write():
        now = clock.now()
        if attempt is not None:
            older = (Run.attempt == attempt.id) & Run.is_open()
            Run.update(closed_at=now, why=REPLACED).where(older).execute()
        run = Run.create(
            token_hash=_hash(token),
            package=package,
            attempt=attempt,
            person=person,
            purpose=purpose,
            opened_at=now,
            seen_at=now,
            ends_at=ends_from(now),
        )
    return run, token


def ends_from(now: datetime) -> datetime:
    return now + timedelta(hours=HOURS)


def look_up(token: str) -> Run | None:
    """The run of that address, even one that is over; with person, package and attempt."""
    if not _TOKEN.fullmatch(token):
        return None
    return _by_token.first(token=_hash(token))  # type: ignore[no-any-return]


def look_up_for_files(token: str) -> Run | None:
    """The same with what its files need: where they lie, and nothing of what was learned."""
    if not _TOKEN.fullmatch(token):
        return None
    return _for_files.first(token=_hash(token))  # type: ignore[no-any-return]


def read_again(run: Run) -> None:
    """What others may have changed since it was read, of the run and its attempt; called first
    thing inside a write."""
    run.__data__.update(Run.get_by_id(run.id).__data__)
    if run.attempt_id is not None:
        run.attempt = Attempt.get_by_id(run.attempt_id)


def find(token: str) -> Run | None:
    """The run of that address, while it opens something."""
    run = look_up(token)
    return run if run and not why_not(run) else None


def why_not(run: Run) -> str:
    """Why the run's address opens nothing (any more): the kind of reason, "" where it does."""
    if run.closed_at is not None:
        return str(run.why)
    if not run.person.is_active:
        return REVOKED
    if run.ends_at <= clock.now():
        return SILENT
    if run.purpose == LEARN and run.attempt.ended_at is not None:
        return EXITED
    # What is being prepared is seen by whoever prepares it, and by nobody who did once.
    return REVOKED if run.purpose == PREVIEW and not run.person.is_hr else ""


def revoke_of(person: Person) -> int:
    """Close whatever runs for somebody; returns how many."""
    with db.write():
        now = clock.now()
        mine = (Run.person == person.id) & Run.is_open()
        return int(Run.update(closed_at=now, why=REVOKED).where(mine).execute())


def close_silent() -> int:
    """Close what was not heard of for hours; returns how many.

    Nothing else is to be done: every commit was stored when it came, and what was never finished
    counts as left to be resumed.
    """
    with db.write():
        now = clock.now()
        silent = Run.update(closed_at=now, why=SILENT).where(Run.is_silent(now))
        return int(silent.execute())


_PERSON = (Person.id, Person.name, Person.preferred_name, Person.zone, Person.access_ends_at)


def _joined(*columns: Any) -> Any:
    return (
        Run.select(Run, *_PERSON, *columns)
        .join(Person, on=(Run.person == Person.id))
        .switch(Run)
        .join(Package, on=(Run.package == Package.id))
    )


def _with_attempt(joined: Any) -> Any:
    return (
        joined.switch(Run)
        .join(Attempt, peewee.JOIN.LEFT_OUTER, on=(Run.attempt == Attempt.id))
        .where(Run.token_hash == blank("token"))
    )


_by_token = Prepared(
    lambda: _with_attempt(
        _joined(Package.id, Package.title, Package.standard, Package.structure, Attempt)
    )
)
_for_files = Prepared(
    lambda: _with_attempt(
        _joined(Package.id, Package.served, Blob, Attempt.id, Attempt.ended_at).join(
            Blob, on=(Package.served == Blob.id)
        )
    )
)
