"""Figures once a quarter, and forgetting those who have left."""

from portal import queue
from portal.demographics.models import DemographicRelease, Demographics


@queue.sweep(minutes=60)
def look_after_demographics() -> None:
    """Forget first: a release is of those who are here."""
    Demographics.forget_leavers()
    DemographicRelease.take_if_due()
