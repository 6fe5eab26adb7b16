"""Letting go of contents that nothing refers to."""

from portal import queue
from portal.blobs.models import Blob


@queue.sweep(minutes=60)
def sweep_blobs() -> int:
    """Returns how many contents were let go."""
    return Blob.sweep()
