"""Every measure there is. One function, one number; each file holds the functions of one group."""

from portal.metrics import (
    compliance,
    engagement,
    growing,
    hiring,
    holding,
    learning,
    mobility,
    onboarding,
    outcomes,
    people_counted,
    performance,
    retention,
)
from portal.metrics.measure import Measure

ALL: list[Measure] = [
    *onboarding.MEASURES,
    *compliance.MEASURES,
    *performance.MEASURES,
    *outcomes.MEASURES,
    *learning.MEASURES,
    *holding.MEASURES,
    *retention.MEASURES,
    *people_counted.MEASURES,
    *mobility.MEASURES,
    *engagement.MEASURES,
    *hiring.MEASURES,
    *growing.MEASURES,
]
