"""Packs are built in the background, and go when their days are over; checkpoints are made."""

from portal import queue
from portal.audit import alarms
from portal.evidence import building, checkpoint_mail
from portal.evidence.models import Pack
from portal.evidence.pack_checks import PackCheck


@queue.sweep(minutes=1)
def build_packs() -> int:
    """Returns how many are ready now."""
    return building.build_due()


@queue.sweep(minutes=60)
def purge_packs() -> int:
    """Returns how many went."""
    return Pack.purge()


@queue.sweep(minutes=10)
def make_checkpoints() -> int:
    """One a day, mailed like those that were made for a pack. Returns how many letters."""
    checkpoint_mail.make_due()
    return checkpoint_mail.send_new()


@queue.sweep(minutes=60)
def watch_chain() -> int:
    """Walk over what is new and a stretch of what is old. Returns how many alarms are new."""
    raised = alarms.watch()
    checkpoint_mail.tell_of_alarms()
    return len(raised)


@queue.sweep(minutes=1)
def check_packs() -> int:
    """Packs that somebody sent to be checked. Returns how many were."""
    return PackCheck.run_due()


@queue.sweep(minutes=60)
def purge_pack_checks() -> int:
    """Returns how many results went."""
    return PackCheck.purge()
