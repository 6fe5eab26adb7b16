"""What is owed: a certificate by a person, a look at it by HR. And what settles either."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from portal.assignments.duties import Cause, Opening
from portal.assignments.models import Assignment
from portal.certificates.types import KIND, CertificateType
from portal.compliance.models import CAUSE
from portal.people.functions import HR, Function
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.certificates.checks import CertificateCheck
    from portal.certificates.models import Certificate

CHECK = "certificate_check"
MINUTES = 3
# HR is to look within these days; so long nobody is reminded of what they have brought.
CHECK_DAYS = 3
REST_DAYS = 14


def ask_for(
    certificate_type: CertificateType, person: Person, opening: Opening, held: list["Certificate"]
) -> Assignment | None:
    """The duty to bring one; None where the one they hold reaches beyond the day.

    A requirement counts for itself when one that never ends has to be shown again.
    """
    today = person.today()
    is_round = opening.cause.kind == CAUSE
    for one in held:
        if one.reaches(opening.due_on, today) and not (is_round and one.expires_on is None):
            return None
    verb = "Renew" if held else "Bring"
    return Assignment.assign(
        kind=KIND,
        target=certificate_type.id,
        title=f"{verb} your {certificate_type.name}",
        cause=opening.cause,
        by=opening.by,
        person=person,
        about=opening.about if opening.about.id != person.id else None,
        due_on=opening.due_on,
        zone=person.zone or "UTC",
        minutes=opening.minutes or MINUTES,
    )


def owed(person: Person) -> list[Assignment]:
    """The certificates a person is asked for now, the most urgent first."""
    mine = Assignment.select().where(
        Assignment.is_open(), Assignment.kind == KIND, Assignment.person == person
    )
    return list(mine.order_by(Assignment.due_on.asc(nulls="last"), Assignment.id))


def _of(certificate: "Certificate") -> Any:
    """The person's duties towards this type, as a query."""
    return Assignment.select().where(
        Assignment.kind == KIND,
        Assignment.target == certificate.type_id,
        Assignment.person == certificate.person_id,
    )


def settle_answered(certificate: "Certificate", *, by: Any) -> None:
    """Those that it answers: it goes on after the day by which one is owed."""
    today: date = certificate.person.today()
    for duty in list(_of(certificate).where(Assignment.is_open())):
        if certificate.reaches(duty.due_on, today):
            duty.settle(by=by)


def owe_again(certificate: "Certificate", check: "CertificateCheck", *, by: Any) -> None:
    """What the check that was taken back had settled is open again, but for what another one that
    they hold answers."""
    today: date = certificate.person.today()
    others = certificate.held(certificate.person_id, certificate.type_id)
    done = _of(certificate).where(
        Assignment.outcome == "done", Assignment.settled_at >= check.recorded_at
    )
    for duty in list(done):
        if not any(one.reaches(duty.due_on, today) for one in others):
            duty.reopen(by=by)


def rest_meanwhile(certificate: "Certificate", *, by: Person) -> None:
    """Who has brought one is not reminded of it while HR has it."""
    for duty in list(_of(certificate).where(Assignment.is_open())):
        rest(duty, by=by)


def rest(duty: Assignment, *, by: Person) -> None:
    """Out of sight for a while: their part is done."""
    duty.snooze(by.today() + timedelta(days=REST_DAYS), by=by)


def wake(certificate: "Certificate", *, by: Person) -> None:
    """It is with the person again."""
    for duty in list(_of(certificate).where(Assignment.is_open())):
        duty.wake(by=by)


def ask_to_check(certificate: "Certificate") -> None:
    """HR's duty to look at it."""
    person = certificate.person
    Assignment.assign(
        kind=CHECK,
        target=certificate.id,
        title=f"Check the {certificate.type.name} of {person.called}",
        cause=Cause(CHECK, certificate.id),
        by=None,
        function=Function.named(HR),
        about=person,
        due_on=person.today() + timedelta(days=CHECK_DAYS),
        zone=person.zone or "UTC",
        minutes=MINUTES,
    )


def end_check(certificate: "Certificate", *, by: Any) -> None:
    Assignment.settle_all(CHECK, certificate.id, by=by)


def end_checks_of_leavers(today: date) -> int:
    """Nobody looks at what somebody brought who has left since; returns how many that were."""
    rows: Any = (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.about == Person.id))
        .where(Assignment.is_open(), Assignment.kind == CHECK, Person.last_day_on < today)
    )
    left = list(rows)
    for duty in left:
        duty.settle(by=None, outcome="ended", reason="Left the company.")
    return len(left)
