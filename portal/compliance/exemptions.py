"""Exemptions: somebody need not do it, why, and until when.

A row is never changed: it is superseded by one that ends sooner, or by none. While one covers the
day nothing is owed; from the day after it is asked anew (`schedule.next_turn`).
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.models import CAUSE, Coverage, Exemption, Requirement
from portal.compliance.needs import Fact, Moment, kinds
from portal.people.models import Person
from portal.people.org import Company

A_DAY = timedelta(days=1)


def excuse(duty: Assignment, reason: str, by: Person) -> None:
    """Waive a duty of something required, this time: for `AssignmentKind.waive`.

    Whoever owes it is excused from every requirement of the same until its next turn opens (for
    good, where it comes only once), so that no sweep asks for it again tomorrow. What nobody
    requires by the clock is just waived.
    """
    with db.write():
        today = _today()
        for requirement, row in _covering(duty, today):
            until = _end_of_turn(requirement, row, today)
            _record(requirement, duty.person_id, until, reason, by)
        duty.settle(by=by, outcome="waived", reason=reason)
        _follow(duty)


def excuse_no_more(duty: Assignment, by: Person) -> None:
    """Take such a waiver back: for `AssignmentKind.reopen`."""
    with db.write():
        today = _today()
        for requirement, _ in _covering(duty, today):
            _end(requirement, duty.person_id, by)
        duty.reopen(by=by)
        _follow(duty)


def exempt(
    requirement: Requirement,
    people: Collection[Person],
    *,
    until: date | None,
    reason: str,
    by: Person,
) -> int:
    """Excuse these people from today until a day (None: for good); returns how many.

    What they owe for it is waived, unless another requirement asks the same of them. Whoever does
    it is never among them.
    """
    excused = 0
    with db.write():
        for person in people:
            if person.id == by.id:
                continue
            _record(requirement, person.id, until, reason, by)
            _waive(requirement, person, reason, by)
            excused += 1
        ids = [person.id for person in people]
        following.refresh(requirement.kind, requirement.target, ids)
    return excused


def take_back(requirement: Requirement, people: Collection[Person], *, by: Person) -> int:
    """These people are asked again, from today on; returns how many were excused."""
    with db.write():
        back = sum(_end(requirement, person.id, by) for person in people if person.id != by.id)
        ids = [person.id for person in people]
        following.refresh(requirement.kind, requirement.target, ids)
    return back


def _today() -> date:
    return clock.today(Company.settings().zone)


def _covering(duty: Assignment, today: date) -> list[tuple[Requirement, Coverage]]:
    """Each requirement of what the duty asks that means its owner now or soon, with their first
    row: whoever comes back later is meant by another one."""
    asking = [kind.name for kind in kinds.values() if kind.duty == duty.kind]
    if not asking or duty.person_id is None:
        return []
    rows: Any = (
        Coverage.select(Coverage, Requirement)
        .join(Requirement)
        .where(Requirement.kind.in_(asking), Requirement.target == duty.target)
        .where(Coverage.person == duty.person_id, Coverage.is_known(), Coverage.is_ahead(today))
        .order_by(Requirement.id, Coverage.since.desc())
    )
    return list({row.requirement_id: (row.requirement, row) for row in rows}.values())


def _end_of_turn(requirement: Requirement, row: Coverage, today: date) -> date | None:
    """The day before the turn that would follow if it were done today; None where none would."""
    terms = requirement.terms()
    asked_on = requirement.asked_on(Moment(today))
    if terms is None or asked_on is None:
        return None
    done_today = Fact(done_on=max(today, row.opens_on or today), ref="")
    turn = following.turn_of(terms, row, asked_on, done_today)
    return max(today, turn.opens_on - A_DAY) if turn else None


def _known(requirement: Requirement, person_id: int) -> Any:
    today = _today()
    return Exemption.select().where(
        Exemption.requirement == requirement,
        Exemption.person == person_id,
        Exemption.is_known(),
        Exemption.until.is_null() | (Exemption.until >= today),
    )


def _record(
    requirement: Requirement, person_id: int, until: date | None, reason: str, by: Person
) -> None:
    """Excused from today on, in place of whatever was said of the time ahead."""
    _end(requirement, person_id, by, is_said=False)
    _put(requirement, person_id, _today(), until, reason, by)


def _put(
    requirement: Requirement,
    person_id: int,
    since: date,
    until: date | None,
    reason: str,
    by: Person | None,
) -> Exemption:
    exemption = Exemption.create(
        requirement=requirement,
        person=person_id,
        since=since,
        until=until,
        reason=reason[:300],
        recorded_at=clock.now(),
        recorded_by=by,
    )
    audit.record(
        by,
        "given",
        exemption,
        about=Person(id=person_id),
        data={"record": exemption.record} | exemption.bound,
        personal={"reason": reason},
    )
    return exemption


def _end(requirement: Requirement, person_id: int, by: Person, *, is_said: bool = True) -> bool:
    """No longer excused from today on; what has passed stays so. False when nobody was."""
    today = _today()
    found = list(_known(requirement, person_id))
    for exemption in found:
        Exemption.update(superseded_at=clock.now()).where(Exemption.id == exemption.id).execute()
        if is_said:
            about, data = Person(id=person_id), {"record": exemption.record}
            audit.record(by, "taken_back", exemption, about=about, data=data)
        if exemption.since < today:
            said = exemption.reason
            _put(requirement, person_id, exemption.since, today - A_DAY, said, by)
    return bool(found)


def _waive(requirement: Requirement, person: Person, reason: str, by: Person) -> None:
    """End what they owe for it: as waived, unless somebody else still asks the same of them."""
    cause = Cause(CAUSE, requirement.id)
    owed = Assignment.caused_by(cause).where(Assignment.is_open(), Assignment.person == person)
    for duty in list(owed):
        today = _today()
        others = [other for other, _ in _covering(duty, today) if other.id != requirement.id]
        if any(person.id not in Exemption.of(other, [person.id], today) for other in others):
            following.lose(duty, requirement, by=by, reason="Excused from it.")
        else:
            duty.settle(by=by, outcome="waived", reason=reason)


def _follow(duty: Assignment) -> None:
    for kind in kinds.values():
        if kind.duty == duty.kind and duty.person_id is not None:
            following.refresh(kind.name, duty.target, [duty.person_id])
