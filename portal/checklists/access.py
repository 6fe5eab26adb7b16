"""Who may see a running checklist and its steps, and who may move them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from portal import clock, db
from portal.assignments.nudges import NEAR_DAYS
from portal.checklists import welcome
from portal.checklists.firings import Firing
from portal.checklists.holdings import Holding
from portal.checklists.models import Checklist
from portal.checklists.steps import UNDO_HOURS, Step
from portal.people import access as people_access
from portal.people.functions import Function, functions_of, is_held_by, is_owned_by, owns
from portal.people.models import Person

NEAR = timedelta(days=NEAR_DAYS)


def visible_to(viewer: Person) -> Any:
    """Running and finished checklists the viewer may open, as a query.

    HR sees all, a manager those of everyone below, a person their own. A departure's list is not
    the leaver's to read: they see the steps that are theirs. Owners outside (IT, a buddy) have no
    checklist, only their steps.
    """
    if viewer.is_hr:
        return Checklist.select()
    own = (Checklist.person == viewer.id) & (Checklist.transition != "offboarding")
    if not viewer.has_reports:
        return Checklist.select().where(own)
    return Checklist.select().where(
        own | (db.among(Checklist.person, viewer.line()) & (Checklist.person != viewer.id))
    )


def can_open(viewer: Person, checklist: Checklist) -> bool:
    """`visible_to` for a checklist that is loaded; a test holds the two against each other."""
    if viewer.is_hr:
        return True
    if checklist.person_id == viewer.id:
        return bool(checklist.transition != "offboarding")
    return viewer.leads(checklist.person_id)


def steps_visible_to(viewer: Person) -> Any:
    """Steps of those checklists and the steps the viewer owns, as a query. Whoever came by a pass
    has their own steps only."""
    if viewer.is_hr:
        return Step.select()

    def at(place: int) -> Any:
        here = Checklist.select(Checklist.id).where(Checklist.location == place)
        return db.among(Step.checklist, here)

    owned = is_owned_by(viewer, Step.owner, Step.function, at)
    if viewer.came_by_pass:
        return Step.select().where(owned)
    open_to_viewer = visible_to(viewer).select(Checklist.id)
    return Step.select().where(owned | db.among(Step.checklist, open_to_viewer))


def can_see(viewer: Person, step: Step) -> bool:
    """`steps_visible_to` for a step that is loaded; a test holds the two against each other."""
    if is_owner(viewer, step):
        return True
    return not viewer.came_by_pass and can_open(viewer, step.checklist)


def can_start(viewer: Person, person: Person | None = None) -> bool:
    """Start a plan for somebody: HR, never for themselves."""
    return viewer.is_hr and (person is None or person.id != viewer.id)


def is_owner(viewer: Person, step: Step) -> bool:
    """Whether the step is the viewer's own, directly or by a function they hold."""
    return owns(viewer, step.owner_id, step.function_id, step.checklist.location_id)


def can_complete(viewer: Person, step: Step) -> bool:
    """Its owner, or HR on somebody's behalf, but not on a list that is about themselves."""
    if step.opens or step.checklist.stopped_at:
        # What stands for a duty of another domain is done by doing that.
        return False
    helps = viewer.is_hr and step.checklist.person_id != viewer.id
    return helps or is_owner(viewer, step)


def can_skip(viewer: Person, step: Step) -> bool:
    """HR and the subject's line, with a reason, never the subject; its owner where the plan says
    that it is optional."""
    if step.checklist.stopped_at:
        return False
    return _is_in_charge(viewer, step) or (step.is_optional and is_owner(viewer, step))


def can_hand_over(viewer: Person, step: Step) -> bool:
    """HR and the subject's line, while it is open."""
    return step.state == "open" and not step.checklist.stopped_at and _is_in_charge(viewer, step)


def can_reopen(viewer: Person, step: Step) -> bool:
    """HR and the line at any time, the owner within a day. What another domain's fact has settled
    is taken back there."""
    if step.checklist.stopped_at or (step.opens and step.state == "done"):
        return False
    if step.is_given_for_good:
        return False
    return _is_in_charge(viewer, step) or (step.may_be_undone and is_owner(viewer, step))


def can_stop(viewer: Person, checklist: Checklist) -> bool:
    """End a list early: HR, never their own."""
    return viewer.is_hr and checklist.person_id != viewer.id


def can_welcome(viewer: Person, checklist: Checklist) -> bool:
    """Send the link by which a joiner sees their steps before the first day: HR, to others."""
    return can_start(viewer, checklist.person) and welcome.may_still_come(checklist, viewer.today())


def can_end_welcome(viewer: Person, checklist: Checklist) -> bool:
    """End that link, for as long as it opens anything: HR, never their own."""
    return checklist.transition == "onboarding" and can_start(viewer, checklist.person)


def _is_in_charge(viewer: Person, step: Step) -> bool:
    concerned = step.checklist.person_id
    return viewer.id != concerned and (viewer.is_hr or viewer.leads(concerned))


def can_nudge(viewer: Person, step: Step) -> bool:
    """Those in charge ask for what is near or late; nobody asks themselves."""
    if step.state != "open" or step.checklist.stopped_at or step.owner_id == viewer.id:
        return False
    near = step.due_on is not None and step.due_on <= viewer.today() + NEAR
    return near and not step.missing and _is_in_charge(viewer, step)


def can_nudge_all(viewer: Person, checklist: Checklist) -> bool:
    """HR and the line of whom it is about, while it runs."""
    concerned = checklist.person_id
    leads = viewer.is_hr or viewer.leads(concerned)
    return leads and viewer.id != concerned and not checklist.stopped_at


def can_move(viewer: Person, step: Step) -> bool:
    """To another day: those in charge, and the owner of a meeting."""
    if step.state != "open" or step.checklist.stopped_at:
        return False
    return _is_in_charge(viewer, step) or (bool(step.at) and is_owner(viewer, step))


def can_fetch_event(viewer: Person, step: Step) -> bool:
    """The calendar file of a meeting: whoever owns it and whom it is about."""
    if not step.at or step.due_on is None:
        return False
    return is_owner(viewer, step) or step.checklist.person_id == viewer.id


def can_follow_others(viewer: Person) -> bool:
    """Whether the board holds more than the viewer's own lists."""
    return viewer.is_hr or viewer.has_reports


# -- what people have --------------------------------------------------------------------------


def holdings_visible_to(viewer: Person) -> Any:
    """What was handed out, as a query: HR all, a person their own, a manager that of everyone
    below, IT everything at its place, and any other function what it handed out itself."""
    if viewer.is_hr:
        return Holding.select()

    def at(place: int) -> Any:
        return Holding.location == place

    reach = (Holding.person == viewer.id) | is_held_by(viewer, Holding.function, at)
    for place in _keeps_systems_at(viewer):
        reach |= (Holding.id.is_null(False)) if place is None else at(place)
    if viewer.has_reports:
        reach |= db.among(Holding.person, viewer.line())
    return Holding.select().where(reach)


def _keeps_systems_at(viewer: Person) -> list[int | None]:
    """Where the viewer holds IT; None stands for everywhere."""
    held = functions_of(viewer)
    it = Function.named("it") if held else None
    return [place for function, place in held if it is not None and function == it.id]


def can_see_what_is_out(viewer: Person) -> bool:
    """The page by system: HR and IT."""
    return viewer.is_hr or bool(_keeps_systems_at(viewer))


def knows_last_day_of(viewer: Person) -> Callable[[Person], bool]:
    """Whether the viewer may read somebody's last day, asked of whole lists; one query at most.

    A departure is announced by those it concerns: until it has come, only HR and the line know.
    """
    fields_of, today = people_access.fields_of_many(viewer), viewer.today()

    def knows(person: Person) -> bool:
        return person.has_left(today) or "last_day_on" in fields_of(person.id, None)

    return knows


def pages_open_to(viewer: Person, holdings: Iterable[Holding]) -> set[int]:
    """Of those who have these things, the ids of whom the viewer finds a page: one query."""
    people = {holding.person_id for holding in holdings}
    found = people_access.visible_to(viewer).where(Person.id.in_(list(people)))
    return {person.id for person in found.select(Person.id)} if people else set()


def can_see_holdings(viewer: Person, person: Person) -> bool:
    """What one person has: themselves, their line, HR and IT."""
    return viewer.id == person.id or viewer.leads(person) or can_see_what_is_out(viewer)


def can_hand_out(viewer: Person, person: Person) -> bool:
    """Record without a list that somebody has something: HR, and IT where the person works; never
    for themselves."""
    if viewer.id == person.id:
        return False
    places = _keeps_systems_at(viewer)
    if viewer.is_hr or None in places:
        return True
    held = person.held_now if places else None
    return held is not None and held.location_id in places


def can_take_back(viewer: Person, holding: Holding) -> bool:
    """HR, IT where it was handed out, and the function that did so; never one's own."""
    if viewer.id == holding.person_id:
        return False
    places = _keeps_systems_at(viewer)
    if viewer.is_hr or None in places or holding.location_id in places:
        return True
    return owns(viewer, None, holding.function_id, holding.location_id)


def can_withdraw(viewer: Person, holding: Holding) -> bool:
    """Say that it was never handed out. What is withdrawn is collected from nobody."""
    return _can_undo(viewer, holding, holding.given_at)


def can_leave_out(viewer: Person, holding: Holding) -> bool:
    """Say that it never came back: the proof of its return goes with that."""
    return _can_undo(viewer, holding, holding.taken_at)


def can_restore(viewer: Person, holding: Holding) -> bool:
    """Say that it was handed out after all."""
    return _can_undo(viewer, holding, holding.withdrawn_at)


def _can_undo(viewer: Person, holding: Holding, done_at: datetime | None) -> bool:
    """Who may take it back, for a day; then HR."""
    is_fresh = done_at is None or clock.now() - done_at < timedelta(hours=UNDO_HOURS)
    return can_take_back(viewer, holding) and (viewer.is_hr or is_fresh)


# -- rules, proposals, productivity ------------------------------------------------------------


def can_write_rules(viewer: Person) -> bool:
    return viewer.is_hr


def can_decide(viewer: Person, firing: Firing) -> bool:
    """Say yes or no to what a rule proposes: HR, never about themselves."""
    return viewer.is_hr and firing.person_id != viewer.id


def can_see_productivity(viewer: Person) -> bool:
    return viewer.is_hr or viewer.has_reports


def productivity_visible_to(viewer: Person) -> Any:
    """Lists whose person is asked about, as a query: HR all, managers their line's; nobody reads
    what was said of themselves."""
    others = Checklist.select().where(Checklist.person != viewer.id)
    return others if viewer.is_hr else others.where(db.among(Checklist.person, viewer.line()))


def can_attest(viewer: Person, checklist: Checklist) -> bool:
    """Say whether somebody is productive: their line, or HR on its behalf; never of oneself."""
    concerned = checklist.person_id
    return viewer.id != concerned and (viewer.is_hr or viewer.leads(concerned))


class Powers:
    """What the viewer may do to the steps of one checklist: the functions above, for templates."""

    def __init__(self, viewer: Person, checklist: Checklist) -> None:
        self.viewer, self.checklist = viewer, checklist

    def complete(self, step: Step) -> bool:
        return can_complete(self.viewer, step)

    def skip(self, step: Step) -> bool:
        return can_skip(self.viewer, step)

    def hand_over(self, step: Step) -> bool:
        return can_hand_over(self.viewer, step)

    def reopen(self, step: Step) -> bool:
        return can_reopen(self.viewer, step)

    def owns(self, step: Step) -> bool:
        return is_owner(self.viewer, step)

    @property
    def stop(self) -> bool:
        return can_stop(self.viewer, self.checklist) and not self.checklist.stopped_at
