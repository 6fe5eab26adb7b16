"""Persons: who they are, where they stand, how they join and leave."""

from datetime import date
from functools import cached_property
from typing import Any

import peewee
from flask_login import UserMixin

from portal import audit, clock, db, text
from portal.mail.models import Letter
from portal.people.leaving import Leaving, Stint
from portal.people.lines import line_below, managers_above
from portal.people.moves import row_of
from portal.people.org import Company, Location
from portal.people.positions import Position
from portal.people.standing import Standing
from portal.prepared import Prepared, blank

REPORTS = 100
NOBODY = "Nobody here, or more than one, is called that. Type their address."
BATCH = 200
# Beside the grants one holds: that somebody reports to one, and that one holds this function.
LEADS = "leads"
EXECUTIVE = "executive"


class Person(Standing, Leaving, UserMixin, db.Model):  # type: ignore[misc]
    """A human being the company knows: colleague, joiner, leaver or guest (an auditor)."""

    name = peewee.CharField(max_length=120)
    preferred_name = peewee.CharField(max_length=60, default="")
    pronunciation = peewee.CharField(max_length=120, default="")
    pronouns = peewee.CharField(max_length=40, default="")
    email = peewee.CharField(max_length=254)
    folded_email = peewee.CharField(max_length=254, unique=True)
    second_email = peewee.CharField(max_length=254, default="")
    phone = peewee.CharField(max_length=40, default="")
    number = peewee.CharField(max_length=40, null=True, unique=True)
    zone = peewee.CharField(max_length=60, default="")
    language = peewee.CharField(max_length=12, default="en")
    theme = peewee.CharField(max_length=5, default="auto")
    shortcuts = peewee.BooleanField(default=True)
    folded = peewee.CharField(max_length=400, index=True)
    hired_on = peewee.DateField(null=True, index=True)
    probation_ends_on = peewee.DateField(null=True)
    notice_on = peewee.DateField(null=True)
    last_day_on = peewee.DateField(null=True, index=True)
    access_ends_at = db.UtcField(null=True)
    departure_voluntary = peewee.BooleanField(null=True)
    departure_regretted = peewee.BooleanField(null=True)
    departure_reason = peewee.CharField(max_length=300, default="")
    may_be_rehired = peewee.BooleanField(null=True)
    rehire_reason = peewee.CharField(max_length=300, default="")
    probation_passed_on = peewee.DateField(null=True)
    # Set by `come_by_pass`: this session opens what is the viewer's own, and nothing besides.
    came_by_pass = False
    # Came with an import that was taken back; kept because the trail names them.
    withdrawn_at = db.UtcField(null=True)

    # Of flask-login's, two copies of one person would be two people.
    __eq__ = db.Model.__eq__  # type: ignore[assignment]
    __hash__ = db.Model.__hash__

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """How one speaks of them: preferred first name with the family name."""
        if not self.preferred_name:
            return self.name
        family = self.name.split()[-1] if " " in self.name else ""
        if not family or family in self.preferred_name:
            return self.preferred_name
        return f"{self.preferred_name} {family}"

    @property
    def first_name(self) -> str:
        return str(self.preferred_name or self.name.split()[0])

    @property
    def is_active(self) -> bool:
        """Whether they may use the portal at this moment (asked at every request)."""
        return self.access_ends_at is None or self.access_ends_at > clock.now()

    @property
    def is_authenticated(self) -> bool:
        """Whoever a session brought is in: a leaver by a pass too, as their device has decided."""
        return True

    def has_left(self, on: date) -> bool:
        return self.last_day_on is not None and self.last_day_on < on

    def today(self) -> date:
        """The date it is where they are."""
        return clock.today(self.zone or "UTC")

    # -- where they stand ------------------------------------------------------------------

    def position(self, on: date | None = None) -> Position | None:
        """The position held on that day (today), or the one a joiner was hired into."""
        return Position.of(self.id, on or self.today())

    def line(self) -> Any:
        """Everyone below, at any depth, as a query of person ids (for `in_`)."""
        return line_below(self.id, self.today())

    def leads(self, other: "Person | int") -> bool:
        """Whether this person stands somewhere above `other` in the lines of report."""
        other_id = other if isinstance(other, int) else other.id
        if other_id == self.id or not self.has_reports:
            return False
        return self.id in self._above(other_id)

    def _above(self, person_id: int) -> set[int]:
        known = self.__dict__.setdefault("_above_of", {})
        if person_id not in known:
            known[person_id] = managers_above(person_id, self.today())
        return known[person_id]  # type: ignore[no-any-return]

    @property
    def is_past_rights(self) -> bool:
        """Whether their last day is over, for them and by the calendar of rights: they may still
        come in for a while, but no right goes on."""
        return self.has_left(min(clock.today(), self.today()))

    @cached_property
    def _rights(self) -> frozenset[str]:
        if self.is_past_rights:
            return frozenset()
        # Rights go by one calendar, not by a zone that whoever has them chooses.
        found = _rights(person=self.id, on=clock.today(), here=self.today())
        return frozenset(kind for (kind,) in found)

    @property
    def has_reports(self) -> bool:
        return LEADS in self._rights

    @cached_property
    def held_now(self) -> Position | None:
        """`position()` of today, asked once a request."""
        return self.position()

    def is_buddy_of(self, other: "Person") -> bool:
        """Whether this person welcomes the other one."""
        held = other.held_now
        return held is not None and held.buddy_id == self.id

    @cached_property
    def grants(self) -> frozenset[str]:
        """The kinds of grant held now: `hr`, `auditor`, `admin`."""
        return self._rights - {LEADS, EXECUTIVE}

    def come_by_pass(self, carried: str = "") -> None:
        """They are here by a pass: no function and no line comes with it, and no grant but the one
        that such a pass carries."""
        rights = frozenset({carried} - {""})
        self.__dict__.update(came_by_pass=True, _rights=rights, _functions=[])
        self.__dict__.pop("grants", None)

    @property
    def is_executive(self) -> bool:
        """Whether they hold the function “executive”, wherever."""
        return EXECUTIVE in self._rights

    @property
    def is_hr(self) -> bool:
        return "hr" in self.grants

    @property
    def is_admin(self) -> bool:
        return "admin" in self.grants

    @property
    def is_auditor(self) -> bool:
        return "auditor" in self.grants

    @property
    def is_staff(self) -> bool:
        """Whether they work here (a guest such as an auditor does not)."""
        return self.hired_on is not None

    @classmethod
    def reports_of(cls, person: "Person", visible: Any) -> list["Person"]:
        """Direct reports among the `visible` persons, by name."""
        direct = Position.led_by(person.id, person.today())
        return list(visible.where(db.among(cls.id, direct)).order_by(cls.folded).limit(REPORTS))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_here(cls, on: date) -> Any:
        """Works here on that day: hired by then, last day not passed."""
        return (cls.hired_on <= on) & (cls.last_day_on.is_null() | (cls.last_day_on >= on))

    @classmethod
    def matches(cls, words: str) -> Any:
        """Name or e-mail contains every word, whatever the accents."""
        condition = peewee.Value(1) == 1
        for word in text.fold(words).split()[:6]:
            condition &= cls.folded.contains(word)
        return condition

    @classmethod
    def with_emails(cls, emails: list[str], on: date) -> list["Person"]:
        """Who may sign in among these addresses, in their order, with where they stand."""
        rows = cls.cards(cls.select().where(cls.folded_email.in_(emails)), on)
        found = {one.folded_email: one for one in rows}
        return [found[email] for email in emails if email in found and found[email].is_active]

    @classmethod
    def colleague(cls, typed: str | None, among: Any) -> "Person | None":
        """Who works here (or is about to) under this address, or under this name if one does.

        `among`: whom whoever typed it may know of, as a query; `access.colleague` asks so.
        """
        words = (typed or "").strip()
        if not words:
            return None
        if "@" in words:
            found = among.where(cls.folded_email == fold_email(words), cls.withdrawn_at.is_null())
        else:
            found = cls._called(words, among)
        stays = [
            one for one in found if one.is_staff and one.is_active and not one.has_left(one.today())
        ]
        return stays[0] if len(stays) == 1 else None

    @classmethod
    def _called(cls, name: str, among: Any) -> list["Person"]:
        """Everybody among these whose name is this one, whole, whatever the accents."""
        wanted = text.fold(name)
        near = among.where(cls.matches(name), cls.hired_on.is_null(False)).limit(REPORTS)
        return [one for one in near if wanted in (text.fold(one.name), text.fold(one.called))]

    @classmethod
    def by_email(cls, email: str) -> "Person | None":
        """Whose address it is. Whom an import brought by mistake has none any more."""
        return cls.get_or_none(cls.folded_email == fold_email(email), cls.withdrawn_at.is_null())

    @classmethod
    def reader(cls, person_id: int | None) -> "Person | None":
        """Whom a letter is to, while they work here and may come in: otherwise it is not sent."""
        person: Person | None = cls.get_or_none(cls.id == person_id)
        if person is None or not person.is_active or person.has_left(person.today()):
            return None
        return person

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def hire(
        cls,
        *,
        by: Any,
        name: str,
        email: str,
        starts_on: date,
        details: dict[str, Any],
        **position: Any,
    ) -> "Person":
        """A new colleague with the position they start in, which may fill a `vacancy`.

        IntegrityError for a known e-mail.
        """
        location: Location | None = position.get("location")
        vacancy = position.pop("vacancy", None)
        zone = details.get("zone") or (location.zone if location else "")
        with db.write():
            person = cls._new(name, email, hired_on=starts_on, **{**details, "zone": zone})
            audit.record(by, "hired", person, about=person, personal={"name": name, "email": email})
            Position.take(person, by=by, starts_on=starts_on, is_hire=True, **position)
            if vacancy is not None:
                vacancy.fill(person, by=by)
        return person

    @classmethod
    def enroll(cls, people: list["Person"], *, by: Any) -> None:
        """Many new colleagues at once, drafted before; their positions follow in the same write."""
        with db.write():
            for batch in peewee.chunked(people, BATCH):
                cls.insert_many([row_of(person) for person in batch]).execute()
                emails = [person.folded_email for person in batch]
                rows: Any = cls.select(cls.folded_email, cls.id).where(cls.folded_email.in_(emails))
                ids = dict(rows.tuples())
                for person in batch:
                    person.id = ids[person.folded_email]
            for person in people:
                names = {"name": person.name, "email": person.email}
                audit.record(by, "hired", person, about=person, personal=names)

    def employ(self, *, by: Any) -> None:
        """A guest becomes a colleague, with what was just set; their position follows."""
        with db.write():
            if self.withdrawn_at is not None:
                self.withdrawn_at = self.access_ends_at = None
            self.folded = self._search_text()
            self.save()
            names = {"name": self.name, "email": self.email}
            audit.record(by, "hired", self, about=self, personal=names)

    @classmethod
    def invite(cls, *, by: Any, name: str, email: str, **details: Any) -> "Person":
        """A guest: signs in and holds grants, but does not work here."""
        with db.write():
            person = cls._new(name, email, **details)
            audit.record(by, "invited", person, about=person, personal={"name": name})
        return person

    @classmethod
    def _new(cls, name: str, email: str, **details: Any) -> "Person":
        details["zone"] = details.get("zone") or Company.settings().zone
        person = cls.draft(name=name, email=email, **details)
        # Whom a mistaken import brought under this address comes in truth now.
        withdrawn = (cls.folded_email == person.folded_email) & cls.withdrawn_at.is_null(False)
        if known := cls.get_or_none(withdrawn):
            person.id = known.id
            person.withdrawn_at = person.access_ends_at = None
        person.save()
        return person

    @classmethod
    def draft(cls, **details: Any) -> "Person":
        """Somebody not saved yet, with what is derived from name and e-mail filled in."""
        person = cls(**details)
        person.folded_email = fold_email(person.email)
        person.folded = person._search_text()
        return person

    def correct(self, *, by: Any, quietly: bool = False, **details: Any) -> list[str]:
        """Change personal details; returns the names of what really changed.

        A new address is told to the old one as well, unless `quietly`: a mistake taken back.
        """
        changed = [name for name, value in details.items() if getattr(self, name) != value]
        if not changed:
            return []
        with db.write():
            before = {name: getattr(self, name) for name in changed}
            for name in changed:
                setattr(self, name, details[name])
            if "email" in changed:
                self.folded_email = fold_email(self.email)
                if not quietly:
                    self._tell_both_addresses(before["email"])
            self.folded = self._search_text()
            self.save()
            audit.record(
                by,
                "corrected",
                self,
                about=self,
                data={"fields": changed},
                personal={"before": before, "after": {name: details[name] for name in changed}},
            )
        return changed

    def _tell_both_addresses(self, old: str) -> None:
        """Whoever reads the new address can sign in: the old one hears of it, or nobody would."""
        for to in (old, self.email):
            key = f"address:{self.id}:{clock.now().timestamp()}:{fold_email(to)}"[:120]
            Letter.write("address_changed", key, self.id, to=to, old=old, new=self.email)

    def _search_text(self) -> str:
        # Lists are sorted by it, so it begins with what one reads in them.
        said = (self.called, self.name, self.preferred_name, self.email.partition("@")[0])
        return text.fold(" ".join(said))[:400]


def fold_email(email: str) -> str:
    """An address as it is compared: without surrounding spaces, without regard to case."""
    return email.strip().casefold()


# The keys by which positions point here were left open until now; from here on they are keys like
# any other, held by the database.
_keys: list[Any] = [Position.person, Position.manager, Position.buddy, Stint.person]
for key in _keys:
    key.deferred = False


def _valid_grants() -> Any:
    # `Grant` stands on this file, so it is found through what it tied here.
    grant: Any = Person.all_grants.rel_model  # type: ignore[attr-defined]
    valid = grant.is_valid(blank("on"))
    held = grant.select(grant.kind).where(grant.person == blank("person"), valid)
    leads = Position.select(Position.id).where(
        Position.manager == blank("person"), Position.is_held(blank("here"))
    )
    marker: Any = peewee.Select(columns=[peewee.Value(LEADS)]).where(peewee.fn.EXISTS(leads))
    # So are functions, which stand on this file as well.
    holder: Any = Person.functions.rel_model  # type: ignore[attr-defined]
    executive = holder.select(holder.function.rel_model.slug).join(holder.function.rel_model)
    executive = executive.where(
        holder.person == blank("person"),
        holder.is_held(blank("on")),
        holder.function.rel_model.slug == EXECUTIVE,
    )
    return held.union_all(marker).union_all(executive).tuples()


_rights = Prepared(_valid_grants)
