"""The blocks of the hub: a short word from each room about the viewer, and nobody else."""

from dataclasses import dataclass

from portal.competencies import gaps
from portal.competencies.gaps import Gap
from portal.feedback import overview as feedback
from portal.goals import overview as goals
from portal.growth import overview
from portal.oneonones import overview as oneonones
from portal.people.models import Person


@dataclass(frozen=True)
class Standing:
    """Where one stands: each competency of one's matrix, and those with a gap, the widest first."""

    gaps: list[Gap]

    @property
    def said(self) -> int:
        """Of how many anybody whose word counts has said it."""
        return sum(gap.gap is not None for gap in self.gaps)

    @property
    def below(self) -> list[Gap]:
        return [gap for gap in gaps.widest_first(self.gaps) if gap.gap]


@dataclass(frozen=True)
class Hub:
    own: overview.Overview
    goals: goals.Overview
    talks: oneonones.Overview
    feedback: feedback.Overview
    standing: Standing


def of(viewer: Person) -> Hub:
    """Of the viewer themselves; nobody else has this page of somebody."""
    return Hub(
        overview.of(viewer),
        goals.of(viewer),
        oneonones.of(viewer),
        feedback.of(viewer),
        Standing(gaps.of(viewer)),
    )
