"""What these pages show of one person: where they stand, where one may go, what is missing."""

from dataclasses import dataclass, field
from functools import cached_property

from portal.careers import access, facts, plan_steps, standing, tracks
from portal.careers import map as careers_map
from portal.careers.aspirations import Aspiration
from portal.careers.band_access import bands_of
from portal.careers.bands import PayBand
from portal.careers.criteria import months_of
from portal.careers.facts import Facts, Span
from portal.careers.map import Map
from portal.careers.plan_steps import CareerStep, Choice
from portal.careers.plans import CareerPlan
from portal.careers.rungs import CERTIFICATE, COMPETENCY, COURSE, OWN, Rung
from portal.careers.standing import Point, stands_on
from portal.careers.tracks import Track
from portal.people.models import Person
from portal.prepared import Prepared, blank

TAKEN_ON = (COMPETENCY, COURSE, CERTIFICATE, OWN)


@dataclass(frozen=True)
class Goal:
    """An aspiration with its rung; None where that is not in force any more."""

    aspiration: Aspiration
    rung: Rung | None

    @property
    def title(self) -> str:
        return self.rung.called if self.rung else str(self.aspiration.rung).replace("-", " ")


@dataclass(frozen=True)
class Wanted:
    """A point with what is being done about it, and whether one may take it on."""

    point: Point
    step: CareerStep | None
    may_take: bool

    @property
    def is_linked(self) -> bool:
        """Whether its link stands beside it: not where taking it on, or what was taken on, leads
        there. What nobody has said yet is said first, whatever is planned."""
        is_competency = self.point.criterion.sort == COMPETENCY
        leads_there = self.step or (self.may_take and is_competency)
        is_unsaid = is_competency and not self.point.said
        return bool(self.point.url) and (not leads_there or is_unsaid)


@dataclass(frozen=True)
class Career:
    """Of one person, for one viewer. `target` is the rung whose points are shown."""

    person: Person
    tracks: list[Track]
    rung: Rung | None
    target: Rung | None
    points: list[Wanted] = field(default_factory=list)
    steps: list[CareerStep] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    stood: list[Span] = field(default_factory=list)
    # The role of their position, and what they are called: "" for whoever looks at their own.
    role: str = ""
    name: str = ""
    # Of these two rungs the pay bands the viewer may see, by the key of the rung.
    bands: dict[str, PayBand] = field(default_factory=dict)

    @cached_property
    def next(self) -> list[Rung]:
        """Where one may go from here."""
        return tracks.next_of(self.rung, self.tracks) if self.rung else []

    @cached_property
    def map(self) -> Map | None:
        """Where one may go from here: theirs, what it leads to, and what that leads to. None where
        there is nothing to draw."""
        if self.rung is None or not self.next:
            return None
        shown = careers_map.around(self.rung, tracks.by_key(self.tracks))
        return careers_map.of(shown, self.rung, self.name)

    @property
    def choices(self) -> list[Rung]:
        """The rungs whose points may be looked at with one tap: those to come, those of the plan
        and of what is hoped for, and the one that is looked at."""
        hoped = [goal.rung for goal in self.goals if goal.rung]
        found = [*self.next, *hoped, *([self.target] if self.target else [])]
        return [one for one in dict.fromkeys(found) if one != self.rung]

    @property
    def plan(self) -> CareerPlan | None:
        """The one that is under way."""
        return self.steps[0].plan if self.steps else None

    @property
    def plan_rung(self) -> Rung | None:
        return tracks.by_key(self.tracks).get(self.plan.key) if self.plan else None

    @property
    def plan_title(self) -> str:
        rung = self.plan_rung
        return rung.called if rung else str(self.plan.rung).replace("-", " ") if self.plan else ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the plan leads to another rung than the one that is shown."""
        return bool(self.plan and self.target and not self.plan.is_for(self.target))

    @property
    def months(self) -> int:
        return months_of(self.stood, self.person.today())

    @property
    def met(self) -> int:
        return sum(one.point.is_met is True for one in self.points)

    @property
    def missing(self) -> int:
        return sum(one.point.is_met is False for one in self.points)

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)


def of(viewer: Person, person: Person, asked: str = "") -> Career:
    """What the viewer, who may open it, reads of somebody. `asked` is the key of a rung."""
    known = tracks.all_in_force()
    found = facts.read([person.id], access.aspirations_visible_to(viewer))
    rung = stands_on(found, person, known)
    steps = open_steps(person) if person.id in found.plans else []
    target = _target(rung, known, steps, asked)
    facts.complete(found, [person.id], [target] if target else [])
    pairs = [(person, target)] if target else []
    points = standing.points_of_many(pairs, viewer, found, known)
    is_own = viewer.id == person.id
    return Career(
        person=person,
        tracks=known,
        rung=rung,
        target=target,
        points=_wanted(points, steps, target, is_own=is_own),
        steps=steps,
        goals=goals_of(found, person, known),
        stood=found.stood.get(person.id, []),
        role=found.now.get(person.id, ("", ""))[0],
        name="" if is_own else person.first_name,
        bands=_bands(viewer, [one for one in (rung, target) if one], known, rung, is_own=is_own),
    )


def _bands(
    viewer: Person, rungs: list[Rung], known: list[Track], stands: Rung | None, *, is_own: bool
) -> dict[str, PayBand]:
    own, led = (stands, None) if is_own else (None, stands)
    return bands_of(viewer, rungs, known, own=own, led=led)


def _target(
    rung: Rung | None, known: list[Track], steps: list[CareerStep], asked: str
) -> Rung | None:
    """The rung that is asked for, else that of the plan, else the first one it leads to. Nothing
    is missing for the one they stand on."""
    every = tracks.by_key(known)
    if asked in every and every[asked] != rung:
        return every[asked]
    if steps and steps[0].plan.key in every:
        return every[steps[0].plan.key]
    return next(iter(tracks.next_of(rung, known)), None) if rung else None


def _wanted(
    points: dict[tuple[int, str], list[Point]],
    steps: list[CareerStep],
    target: Rung | None,
    *,
    is_own: bool,
) -> list[Wanted]:
    is_here = target is not None and (not steps or steps[0].plan.is_for(target))
    taken = {step.criterion: step for step in steps if step.state != "gone"} if is_here else {}
    return [
        Wanted(one, taken.get(one.key), is_own and is_here and may_take(one, taken))
        for found in points.values()
        for one in found
    ]


def may_take(point: Point, taken: dict[str, CareerStep]) -> bool:
    """Whether it is something one can do, is not there yet, and is not taken on."""
    if point.criterion.sort not in TAKEN_ON or point.key in taken:
        return False
    return point.criterion.sort == OWN if point.is_met is None else not point.is_met


def choice_of(point: Point) -> Choice:
    """A point as something to take on."""
    one = point.criterion
    return Choice(one.sort, one.key, one.slug, point.title[: plan_steps.MAX_WORDS])


def open_steps(person: Person) -> list[CareerStep]:
    """The points of somebody's open plan: one query. Who may read them is asked before."""
    return _open_steps(person=person.id)


_open_steps = Prepared(
    lambda: CareerStep.whole(
        CareerStep.select().where(
            CareerPlan.person == blank("person"), CareerPlan.is_open(), CareerStep.stands()
        )
    )
)


def goals_of(found: Facts, person: Person, known: list[Track]) -> list[Goal]:
    """Where somebody would like to go, as far as it was read for whoever looks."""
    by_number = {track.id: track for track in known}
    goals = []
    for one in found.goals.get(person.id, []):
        track = by_number.get(one.document_id)
        goals.append(Goal(one, track.rung(one.rung) if track else None))
    return goals
