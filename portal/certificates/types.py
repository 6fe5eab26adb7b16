"""What kinds of certificate there are: kept by HR, retired and never deleted."""

from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.assignments.models import Assignment
from portal.compliance.models import Requirement, Terms

# The kind of the duty to bring one, and of what can be required.
KIND = "certificate"
MAX_SLUG_CHARS = 60
RETIRED = "Not asked for any more."


class StillRequired(ValueError):
    """It cannot be retired while something asks for it."""


class CertificateType(db.Model):
    """A kind of certificate; what has to be said of one, and how long one usually holds.

    `months` 0 is: as each one says. The slug is its address in a checklist and never changes.
    """

    name = peewee.CharField(max_length=80)
    folded = peewee.CharField(max_length=160)
    slug = peewee.CharField(max_length=MAX_SLUG_CHARS, unique=True)
    note = peewee.CharField(max_length=500, default="")
    needs_number = peewee.BooleanField(default=False)
    needs_issuer = peewee.BooleanField(default=False)
    needs_file = peewee.BooleanField(default=True)
    months = peewee.IntegerField(default=0)
    created_at = db.UtcField()
    retired_at = db.UtcField(null=True)

    SAID = ("name", "note", "needs_number", "needs_issuer", "needs_file", "months")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_in_use(cls) -> Any:
        return cls.retired_at.is_null()

    @classmethod
    def by_name(cls) -> Any:
        """Every type, those in use first."""
        return cls.select().order_by(cls.retired_at.is_null(False), cls.folded, cls.id)

    @classmethod
    def in_use(cls) -> list["CertificateType"]:
        return list(cls.select().where(cls.is_in_use()).order_by(cls.folded, cls.id))

    @classmethod
    def named(cls, slug: str) -> "CertificateType | None":
        """The type in use that has this address."""
        return cls.get_or_none(cls.slug == slug, cls.is_in_use())

    @classmethod
    def name_taken(cls, name: str, besides: "CertificateType | None" = None) -> bool:
        """Whether another one is called so, whatever the accents."""
        others = cls.select().where(cls.folded == _folded(name))
        return bool((others.where(cls.id != besides.id) if besides else others).exists())

    def requirements(self) -> list[Requirement]:
        """What asks for it now or will."""
        goes_on = Terms.holds_until.is_null() | (Terms.holds_until >= clock.today())
        asked = Terms.select(Terms.requirement).where(Terms.is_known(), goes_on)
        mine = (Requirement.kind == KIND) & (Requirement.target == self.id)
        return list(Requirement.select().where(mine, db.among(Requirement.id, asked)))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def set_up(cls, *, by: Any, name: str, **said: Any) -> "CertificateType":
        """A new type; its address is made of its name."""
        with db.write():
            made = cls.create(
                name=name,
                folded=_folded(name),
                slug=cls._free_slug(name),
                created_at=clock.now(),
                **said,
            )
            certificate_type = made
            audit.record(by, "set_up", certificate_type, data=made.facts)
        return made

    @classmethod
    def _free_slug(cls, name: str) -> str:
        plain = text.slugify(name)[: MAX_SLUG_CHARS - 4].strip("-") or KIND
        begun: Any = cls.select(cls.slug).where(cls.slug.startswith(plain)).tuples()
        taken = {slug for (slug,) in begun}
        numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
        return next(slug for slug in (plain, *numbered) if slug not in taken)

    def change(self, *, by: Any, **said: Any) -> list[str]:
        """Say something else of it; returns the names of what changed."""
        changed = [name for name, value in said.items() if getattr(self, name) != value]
        if changed:
            with db.write():
                for name in changed:
                    setattr(self, name, said[name])
                self.folded = _folded(self.name)
                self.save()
                audit.record(by, "changed", self, data={"fields": changed, **self.facts})
        return changed

    def retire(self, *, by: Any) -> bool:
        """Not offered any more; whoever owes one owes it no longer. What was recorded stays.

        Raises StillRequired while a requirement asks for it. False when it is retired already.
        """
        with db.write():
            if self.requirements():
                raise StillRequired(f"{self.name} is required. End the requirement first.")
            now = clock.now()
            retired = (
                CertificateType.update(retired_at=now)
                .where(CertificateType.id == self.id, CertificateType.is_in_use())
                .execute()
            )
            if retired:
                self.retired_at = now
                audit.record(by, "retired", self, data=self.facts)
                Assignment.settle_all(KIND, self.id, by=by, outcome="ended", reason=RETIRED)
        return bool(retired)

    def restore(self, *, by: Any) -> bool:
        """In use again, with the duties that its retirement had ended."""
        with db.write():
            since = self.retired_at
            restored = (
                CertificateType.update(retired_at=None)
                .where(CertificateType.id == self.id, CertificateType.retired_at.is_null(False))
                .execute()
            )
            if restored:
                self.retired_at = None
                audit.record(by, "restored", self, data=self.facts)
                ended = Assignment.select().where(
                    Assignment.kind == KIND, Assignment.target == self.id,
                    Assignment.outcome == "ended", Assignment.reason == RETIRED,
                    Assignment.settled_at >= since,
                )  # fmt: skip
                for duty in list(ended):
                    duty.reopen(by=by)
        return bool(restored)

    @property
    def facts(self) -> dict[str, Any]:
        """Words of the portal: fit for an event."""
        return {"slug": self.slug, "months": self.months}


def _folded(name: str) -> str:
    return text.fold(name)[:160]
