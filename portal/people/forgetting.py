"""What signing in leaves behind is kept as long as it is of use, and no longer."""

from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.people.signing import ABSOLUTE_DAYS, Code, Device, Link

# Codes are counted over an hour, and asked about by HR for a day or two.
CODE_DAYS = 7
LINK_DAYS = 7
# A browser of long ago still tells whose codes may be asked for there.
DEVICE_DAYS = 2 * ABSOLUTE_DAYS
BATCH = 500


def forget() -> int:
    """Delete a batch of what is over; returns how many rows went. The trail keeps its events."""
    now = clock.now()
    over = (
        (Code, Code.created_at < now - timedelta(days=CODE_DAYS)),
        (Link, Link.created_at < now - timedelta(days=LINK_DAYS)),
        (Device, Device.created_at < now - timedelta(days=DEVICE_DAYS)),
    )
    gone = 0
    for model, condition in over:
        found: Any = model.select(model.id).where(condition).limit(BATCH).tuples()
        ids = [row_id for (row_id,) in found]
        if ids:
            with db.write():
                gone += model.delete().where(model.id.in_(ids)).execute()
    return gone
