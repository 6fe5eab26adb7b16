"""Packages as they came and as they are served, and what each course in them has reported."""

import json
from datetime import datetime
from typing import Any

import peewee

from portal import clock, db
from portal.blobs import Blob
from portal.learning.models import Attempt
from portal.people.models import Person

WAITING, CHECKING, READY, REFUSED = "waiting", "checking", "ready", "refused"


class Package(db.Model):
    """One version of a package. `upload` is what came, for ever; `served` the copy made from it.

    `problems` are sentences why it cannot be used, `notes` what is worth knowing; `structure` is
    what its manifest says (`scorm/manifest.py` documents it). Only `ready` ones are taken.
    """

    slug = peewee.CharField(max_length=80)
    version = peewee.IntegerField()
    title = peewee.CharField(max_length=200)
    file_name = peewee.CharField(max_length=140)
    upload = peewee.ForeignKeyField(Blob, backref="packages_uploaded")
    served = peewee.ForeignKeyField(Blob, null=True, backref="packages_served")
    # "1.2" or "2004", and what the manifest calls itself.
    standard = peewee.CharField(max_length=4, default="")
    edition = peewee.CharField(max_length=40, default="")
    state = peewee.CharField(max_length=10, default=WAITING, index=True)
    # How far the check has come, in bytes of what is inflated.
    checked_bytes = peewee.BigIntegerField(default=0)
    total_bytes = peewee.BigIntegerField(default=0)
    problems = peewee.TextField(default="[]")
    notes = peewee.TextField(default="[]")
    structure = peewee.TextField(default="{}")
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person)
    # The worker that checks it shows by this that it lives; `claims` is how often one began.
    claimed_at = db.UtcField(null=True)
    claims = peewee.IntegerField(default=0)
    checked_at = db.UtcField(null=True)
    retired_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("slug", "version"), True),)

    @property
    def name(self) -> str:
        """As a course's text names it: `fire-safety/2`."""
        return f"{self.slug}/{self.version}"

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        return f"/learning/packages/{self.id}"

    @property
    def is_ready(self) -> bool:
        return self.state == READY

    @property
    def is_at_work(self) -> bool:
        """Whether it is still to be checked."""
        return self.state in (WAITING, CHECKING)

    @property
    def problem_list(self) -> list[str]:
        return list(json.loads(self.problems))

    @property
    def note_list(self) -> list[str]:
        return list(json.loads(self.notes))

    @property
    def parsed(self) -> dict[str, Any]:
        return dict(json.loads(self.structure))


class Member(db.Model):
    """A file of the served copy: where its bytes lie, and how.

    `method` 8 is deflated (raw, as in a zip), 0 stored. `folded` is the path as it is looked up:
    case folded, with slashes.
    """

    package = peewee.ForeignKeyField(Package, backref="members")
    path = peewee.CharField(max_length=1000)
    folded = peewee.CharField(max_length=1000)
    offset = peewee.BigIntegerField()
    packed = peewee.BigIntegerField()
    size = peewee.BigIntegerField()
    crc = peewee.BigIntegerField()
    method = peewee.IntegerField()
    media_type = peewee.CharField(max_length=100)

    class Meta:
        indexes = ((("package", "folded"), True),)


class ItemState(db.Model):
    """What one item (SCO) of a package has reported in an attempt.

    `data` is the data model as it is given back at the next launch, each element by its name; the
    suspend data stands beside it as it came (as JSON, so that both databases keep any character).
    The other columns are what the server has made of it. `seconds` is the time that counts,
    `clock_seconds` how long it was open, `claimed_seconds` what the item says of itself, in this
    attempt at it; `before_…` is what each was before this launch.
    """

    attempt = peewee.ForeignKeyField(Attempt, backref="items")
    item = peewee.CharField(max_length=250)
    data = peewee.TextField(default="{}")
    suspend = peewee.TextField(default='""')
    completion = peewee.CharField(max_length=10, default="unknown")
    success = peewee.CharField(max_length=10, default="unknown")
    score = peewee.FloatField(null=True)
    seconds = peewee.IntegerField(default=0)
    clock_seconds = peewee.IntegerField(default=0)
    before_seconds = peewee.IntegerField(default=0)
    before_clock = peewee.IntegerField(default=0)
    claimed_seconds = peewee.BigIntegerField(default=0)
    before_claimed = peewee.BigIntegerField(default=0)
    # How it was left: "open" while it runs, and for ever where no Finish came.
    exit = peewee.CharField(max_length=12, default="")
    # The run and the load of its wrapper whose commits came last.
    session = peewee.CharField(max_length=40, default="")
    launches = peewee.IntegerField(default=0)
    saved_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("attempt", "item"), True),)


class Run(db.Model):
    """One launch of the player: a secret address, bound to one attempt, for a while.

    `purpose` is `learn`, `review` (after it was completed: nothing is written) or `preview` (HR,
    without an attempt). `sequence` is the highest number of a commit that was taken; `session`
    counts how often the wrapper was loaded, and only the newest one's commits are taken. A newer
    run of the same attempt ends the older ones.
    """

    token_hash = peewee.CharField(max_length=64, unique=True)
    package = peewee.ForeignKeyField(Package)
    attempt = peewee.ForeignKeyField(Attempt, null=True, backref="runs")
    person = peewee.ForeignKeyField(Person)
    purpose = peewee.CharField(max_length=10)
    item = peewee.CharField(max_length=250, default="")
    sequence = peewee.IntegerField(default=0)
    session = peewee.IntegerField(default=0)
    opened_at = db.UtcField()
    seen_at = db.UtcField()
    ends_at = db.UtcField(index=True)
    closed_at = db.UtcField(null=True)
    # Why it was closed: exited, replaced, revoked, silent.
    why = peewee.CharField(max_length=10, default="")
    # When the item that runs now was launched: no session is longer than the clock says.
    launched_at = db.UtcField(null=True)
    # A preview has no attempt to keep its state with.
    state = peewee.TextField(default="{}")

    class Meta:
        indexes = ((("attempt", "closed_at"), False), (("person", "closed_at"), False))

    @classmethod
    def is_open(cls) -> Any:
        return cls.closed_at.is_null()

    @classmethod
    def is_silent(cls, now: datetime) -> Any:
        """Nothing was heard of it until its time was over."""
        return cls.is_open() & (cls.ends_at <= now)

    def close(self, why: str) -> bool:
        """From now on its address opens nothing; whether it was open."""
        with db.write():
            now = clock.now()
            closed = Run.update(closed_at=now, why=why).where(Run.id == self.id, Run.is_open())
            if not closed.execute():
                return False
            self.closed_at, self.why = now, why
        return True
