"""Certificates: that a person holds something until a day. Recorded once, corrected by superseding.

What describes the person (number, issuer, note, the file) stands in a row beside, which an erasure
may remove; the certificate holds its salted commitment and the file's hash.
"""

from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.audit.models import spelled
from portal.certificates import checks, duties
from portal.certificates.checks import CONFIRMED, SENT_BACK, CertificateCheck
from portal.certificates.details import CertificateDetails
from portal.certificates.types import CertificateType
from portal.compliance import following
from portal.people.models import Person

# So long before its end a certificate is said to be ending.
ENDING_DAYS = 90
WAITING, VALID, ENDING, ENDED, SUPERSEDED = "waiting", "valid", "ending", "ended", "superseded"


class Certificate(db.Model):
    """One certificate of one person. The row never changes but for `superseded_at`: set when it was
    corrected (the next one `replaces` it) or taken out. It counts while HR has confirmed it.
    """

    type = peewee.ForeignKeyField(CertificateType, backref="certificates")
    person = peewee.ForeignKeyField(Person, backref="certificates")
    issued_on = peewee.DateField()
    expires_on = peewee.DateField(null=True)
    file_hash = peewee.CharField(max_length=64, default="")
    details_hash = peewee.CharField(max_length=64)
    replaces = peewee.ForeignKeyField("self", null=True)
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = (
            (("person", "type", "superseded_at"), False),
            (("type", "superseded_at"), False),
            (("superseded_at", "expires_on"), False),
        )

    # The check that stands, where `with_checks` loaded it.
    checked: CertificateCheck | None = None

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_known(cls, known_at: datetime | None = None, alias: Any = None) -> Any:
        """Known at that moment (now): recorded by then, neither corrected nor taken out."""
        return db.is_known(alias or cls, known_at)

    @classmethod
    def with_checks(cls, query: Any) -> Any:
        """`query` of certificates with type, person, the check that stands and who made it."""
        checker = Person.alias()
        stands = (CertificateCheck.certificate == cls.id) & CertificateCheck.is_known()
        return (
            query.select(
                cls, CertificateType, *Person.names(Person), CertificateCheck,
                *Person.names(checker),
            )
            .join(CertificateType)
            .switch(cls)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
            .join(CertificateCheck, peewee.JOIN.LEFT_OUTER, on=stands, attr="checked")
            .join(
                checker, peewee.JOIN.LEFT_OUTER,
                on=(CertificateCheck.recorded_by == checker.id), attr="recorded_by",
            )
        )  # fmt: skip

    @classmethod
    def is_last(cls) -> Any:
        """No confirmed one of the same person and type reaches further."""
        other, check = cls.alias(), CertificateCheck.alias()
        later = (
            (other.expires_on.is_null() & cls.expires_on.is_null(False))
            | (other.expires_on > cls.expires_on)
            | (
                (other.expires_on == cls.expires_on)
                | (other.expires_on.is_null() & cls.expires_on.is_null())
            )
            & (
                (other.issued_on > cls.issued_on)
                | ((other.issued_on == cls.issued_on) & (other.id > cls.id))
            )
        )
        stands = (check.certificate == other.id) & check.superseded_at.is_null()
        further = (
            other.select(other.id)
            .join(check, on=stands)
            .where(
                other.person == cls.person, other.type == cls.type,
                other.superseded_at.is_null(), check.outcome == CONFIRMED, later,
            )
        )  # fmt: skip
        return ~peewee.fn.EXISTS(further)

    @classmethod
    def held(cls, person_id: int, type_id: int) -> "list[Certificate]":
        """The confirmed ones of a person and type."""
        stands = (CertificateCheck.certificate == cls.id) & CertificateCheck.is_known()
        mine = (cls.person == person_id) & (cls.type == type_id) & cls.is_known()
        confirmed = CertificateCheck.outcome == CONFIRMED
        rows = cls.select(cls).join(CertificateCheck, on=stands).where(mine, confirmed)
        return list(rows.order_by(cls.id))

    @classmethod
    def is_waiting_for(cls, person_id: int, type_id: int) -> bool:
        """Whether HR has one of that person and type to check."""
        looked_at = CertificateCheck.select(CertificateCheck.certificate)
        mine = (cls.person == person_id) & (cls.type == type_id) & cls.is_known()
        stands = looked_at.where(CertificateCheck.is_known())
        return bool(cls.select().where(mine, ~db.among(cls.id, stands)).exists())

    # -- what it says ----------------------------------------------------------------------

    @property
    def stands(self) -> CertificateCheck | None:
        """The check that counts, asked afresh."""
        mine = CertificateCheck.certificate == self.id
        return CertificateCheck.get_or_none(mine, CertificateCheck.is_known())

    def state(self, today: date) -> str:
        """`superseded`, `waiting`, `sent_back`, or of a confirmed one: `valid`, `ending`, `ended`.

        Asks for `checked`, as `with_checks` loads it.
        """
        if self.superseded_at:
            return SUPERSEDED
        if self.checked is None:
            return WAITING
        if self.checked.outcome == SENT_BACK:
            return SENT_BACK
        if self.expires_on is None or self.expires_on > today + timedelta(days=ENDING_DAYS):
            return VALID
        return ENDED if self.expires_on < today else ENDING

    def reaches(self, day: date | None, today: date) -> bool:
        """Whether it goes on after a day by which one is owed, and has not ended."""
        if self.expires_on is None:
            return True
        return bool(self.expires_on >= today and (day is None or self.expires_on > day))

    @property
    def details(self) -> CertificateDetails | None:
        """Number, issuer, note and file; None once they were erased."""
        return CertificateDetails.of(self)

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids, dates and hashes, nobody's name."""
        return {
            "id": self.id,
            "type": self.type_id,
            "person": self.person_id,
            "issued_on": str(self.issued_on),
            "expires_on": str(self.expires_on) if self.expires_on else None,
            "file_hash": self.file_hash,
            "details_hash": self.details_hash,
            "replaces": self.replaces_id,
            "recorded_at": spelled(self.recorded_at),
            "recorded_by": self.recorded_by_id,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def bring(
        cls,
        certificate_type: CertificateType,
        person: Person,
        *,
        by: Any,
        issued_on: date,
        expires_on: date | None,
        replaces: "Certificate | None" = None,
        follows: bool = True,
        **said: Any,
    ) -> "Certificate":
        """Record one. What somebody brings of their own waits for HR; what another enters has been
        seen by them and counts at once. Who brings many has requirements follow afterwards.
        """
        with db.write():
            details = CertificateDetails.draft(**said)
            certificate = cls.create(
                type=certificate_type,
                person=person,
                issued_on=issued_on,
                expires_on=expires_on,
                file_hash=details.blob.hash if details.blob else "",
                details_hash=details.commitment,
                replaces=replaces,
                recorded_at=clock.now(),
                recorded_by=by,
            )
            details.certificate = certificate
            details.save(force_insert=True)
            data = certificate.said(record=certificate.record)
            audit.record(by, "recorded", certificate, about=person, data=data)
            if by is not None and by.id == person.id:
                duties.ask_to_check(certificate)
                duties.rest_meanwhile(certificate, by=by)
            else:
                certificate._count(by, follows=follows)
        return certificate

    def confirm(self, *, by: Any) -> bool:
        """It counts from now on, and settles what it answers. False when that was decided already,
        or when it was corrected or taken out meanwhile.
        """
        with db.write():
            if not self._is_undecided():
                return False
            duties.end_check(self, by=by)
            self._count(by)
        return True

    def _count(self, by: Any, *, follows: bool = True) -> None:
        check = CertificateCheck.put_down(self, CONFIRMED, by=by)
        certificate = self
        data = self.said(record=check.record)
        audit.record(by, "confirmed", certificate, about=self.person, data=data)
        duties.settle_answered(self, by=by)
        if follows:
            following.refresh(duties.KIND, self.type_id, [self.person_id])

    def send_back(self, reason: str, *, by: Person) -> bool:
        """It does not count; the person reads why and brings another. False as for `confirm`."""
        with db.write():
            if not self._is_undecided():
                return False
            check = CertificateCheck.put_down(self, SENT_BACK, by=by, reason=reason)
            certificate = self
            data, said = self.said(record=check.record), {"reason": reason}
            audit.record(by, "sent_back", certificate, about=self.person, data=data, personal=said)
            duties.end_check(self, by=by)
            duties.wake(self, by=by)
        return True

    def reconsider(self, *, by: Person) -> bool:
        """Take the decision back: it waits to be checked again, and what it had settled is owed
        again. False when there is none.
        """
        with db.write():
            check = self.stands
            if check is None or not self._is_current():
                return False
            self._supersede(check)
            certificate = self
            data = self.said(outcome=check.outcome)
            audit.record(by, "reconsidered", certificate, about=self.person, data=data)
            duties.ask_to_check(self)
            duties.owe_again(self, check, by=by)
            following.refresh(duties.KIND, self.type_id, [self.person_id])
        return True

    def correct(self, *, by: Person, **said: Any) -> "Certificate | None":
        """Another row says it right, and this one is superseded. None when somebody was faster."""
        with db.write():
            if not self._give_way(by):
                return None
            return Certificate.bring(self.type, self.person, by=by, replaces=self, **said)

    def take_out(self, *, by: Person) -> bool:
        """It was a mistake. The row stays as history. False when it is out already."""
        with db.write():
            check = self.stands
            if not self._give_way(by):
                return False
            certificate, data = self, self.said()
            audit.record(by, "taken_out", certificate, about=self.person, data=data)
            if check is not None and check.outcome == CONFIRMED:
                duties.owe_again(self, check, by=by)
            else:
                duties.wake(self, by=by)
            following.refresh(duties.KIND, self.type_id, [self.person_id])
        return True

    def put_back(self, *, by: Person) -> "Certificate | None":
        """The same again, as a row of its own. None when it is in, or has a successor already."""
        with db.write():
            came_after = Certificate.select().where(Certificate.replaces == self)
            details = self.details
            if self._is_current() or came_after.exists() or details is None:
                return None
            said = {name: getattr(details, name) for name in CertificateDetails.SAID}
            return Certificate.bring(
                self.type, self.person, by=by, replaces=self, blob=details.blob,
                issued_on=self.issued_on, expires_on=self.expires_on, **said,
            )  # fmt: skip

    def _is_current(self) -> bool:
        return bool(
            Certificate.select().where(Certificate.id == self.id, Certificate.is_known()).exists()
        )

    def _is_undecided(self) -> bool:
        return self._is_current() and self.stands is None

    def _give_way(self, by: Any) -> bool:
        """Superseded from now on, with the check that stood. False when it is already."""
        now = clock.now()
        given = (
            Certificate.update(superseded_at=now)
            .where(Certificate.id == self.id, Certificate.is_known())
            .execute()
        )
        if given:
            self.superseded_at = now
            if check := self.stands:
                self._supersede(check)
            duties.end_check(self, by=by)
        return bool(given)

    @staticmethod
    def _supersede(check: CertificateCheck) -> None:
        CertificateCheck.update(superseded_at=clock.now()).where(
            CertificateCheck.id == check.id
        ).execute()

    def said(self, **data: Any) -> dict[str, Any]:
        """What an event keeps of it: ids and words of the portal."""
        return {"type": self.type_id, "slug": self.type.slug, **data}


GUARDS = [
    *checks.GUARDS,
    db.only_superseded(
        "certificate",
        (
            "type_id", "person_id", "issued_on", "expires_on", "file_hash", "details_hash",
            "replaces_id", "recorded_at", "recorded_by_id",
        ),
        "a certificate is only superseded",
    ),
]  # fmt: skip

# The keys by which checks and details point here were left open until now.
_keys: list[Any] = [CertificateCheck.certificate, CertificateDetails.certificate]
for key in _keys:
    key.deferred = False
