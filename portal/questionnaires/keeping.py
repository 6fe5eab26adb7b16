"""What becomes of a form that was sent: somebody takes it over, and in the end it is erased."""

import json
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.privacy import midnight
from portal.questionnaires.questionnaire import ADDED
from portal.questionnaires.terms import parse_keep

if TYPE_CHECKING:
    pass

FORM, HANDOVER = "form", "handover"
TAKEOVER = "submission"
HANDOVER_DAYS = 5
# A draft that nobody is asked for any more is not kept for ever.
ABANDONED_DAYS = 90
# What nobody takes over is erased all the same, so long after the time that was said.
WAITS_DAYS = 90


class Keeping:
    """The part of a submission that begins when it is sent."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @cached_property
    def taker(self) -> str:
        """The function that takes it over, by name; empty when none does."""
        slug = self.structure.get("hand_over", "")
        if not slug:
            return ""
        function = self.function if self.function_id else Function.named(slug)
        return str(function.name) if function else str(slug)

    @property
    def place_id(self) -> int | None:
        """For which place it is taken over: where whoever fills it works."""
        if self.submitted_at:
            return self.location_id  # type: ignore[no-any-return]
        position = self.person.position()
        return position.location_id if position else None

    def _takes_over(self) -> Function | None:
        slug = self.structure.get("hand_over", "")
        return (Function.named(slug) or Function.named(HR)) if slug else None

    def _open_handover(self, function: Function, by: Any) -> None:
        Assignment.assign(
            kind=HANDOVER,
            target=self.id,
            title=f"Take over: {self.title} — {self.about.called}",
            cause=Cause(TAKEOVER, self.id),
            by=by,
            function=function,
            location=self.location_id,
            about=self.about,
            due_on=clock.today() + timedelta(days=HANDOVER_DAYS),
            minutes=5,
        )

    def let_read(self, *readers: str, by: Any) -> bool:
        """These read it from now on as well, once it is sent. False when all of them did."""
        with db.write():
            self._read_again()
            named = self.readers.split()
            more = [name for name in readers if name not in named]
            if more:
                self._change(readers=" ".join([*named, *more]))
                said = self.said
                audit.record(by, "opened_to", self, **said | {"data": said["data"] | {"to": more}})
            self.seal()
        return bool(more)

    @classmethod
    def seal_all(cls: Any, ids: Any) -> None:
        """`seal` for many at once, a query of ids. Call it inside `db.write()`."""
        mine = db.among(cls.id, ids) & cls.submitted_at.is_null(False) & cls.sealed_at.is_null()
        cls.update(sealed_at=clock.now()).where(mine).execute()

    def seal(self) -> None:
        """It is not taken back any more: others build on it. Call it inside `db.write()`."""
        if self.submitted_at and self.sealed_at is None:
            self._change(sealed_at=clock.now())

    def ask_also(self, sections: list[dict[str, Any]]) -> bool:
        """Ask these as well, as a parser would have made them; they stay with this form as its own
        questions do. False when it has such. Call it inside `db.write()`, before it is sent."""
        shown = json.loads(self.shown)
        if ADDED in shown:
            return False
        self._change(shown=json.dumps(shown | {ADDED: sections}, ensure_ascii=False))
        self.__dict__.pop("questionnaire", None)
        return True

    def take_over(self, *, by: Person) -> bool:
        """It is now where it belongs; what stands here is erased after the time that was said."""
        with db.write():
            self._read_again()
            if not (self.submitted_at and self.function_id) or self.handed_over_at:
                return False
            self._change(
                handed_over_at=clock.now(),
                handed_over_by=by,
                purge_on=self._erased_after(clock.today()),
            )
            Assignment.settle_all(HANDOVER, self.id, by=by)
            audit.record(by, "taken_over", self, **self.said)
        return True

    def give_back(self, *, by: Person) -> bool:
        """It was not taken over after all. False once it is erased."""
        with db.write():
            self._read_again()
            if self.handed_over_at is None or self.purged_at:
                return False
            # Never sooner than was said when it was taken over: undoing erases nothing.
            last_days = (self._erased_untaken(self.submitted_at.date()), self.purge_on)
            self._change(
                handed_over_at=None,
                handed_over_by=None,
                purge_on=max((day for day in last_days if day), default=None),
            )
            last = self.duties(HANDOVER).first()
            if (last is None or not last.reopen(by=by)) and self.function:
                self._open_handover(self.function, by)
            audit.record(by, "given_back", self, **self.said)
        return True

    def _erased_after(self, day: date) -> date | None:
        keep = self.structure.get("keep", "")
        return parse_keep(keep).after(day) if keep else None

    def _erased_untaken(self, sent_on: date) -> date | None:
        """The latest day for what waits to be taken over, for ever if nobody comes."""
        last = self._erased_after(sent_on)
        return last + timedelta(days=WAITS_DAYS) if last else None

    @classmethod
    def is_past(cls: Any, before: date | None = None) -> Any:
        """What was to be kept until today, and drafts that nobody is asked for any more; by a rule
        whatever was sent before that day as well. Not what is erased already.
        """
        old = clock.now() - timedelta(days=ABANDONED_DAYS)
        owed = Assignment.select(Assignment.target).where(
            Assignment.kind == FORM, Assignment.is_open()
        )
        past = cls.submitted_at.is_null() & (cls.saved_at < old) & ~db.among(cls.id, owed)
        past |= cls.purge_on <= clock.today()
        if before is not None:
            past |= cls.submitted_at < midnight(before)
        return cls.purged_at.is_null() & past

    def purge(self, *, by: Any = None) -> bool:
        """Erase the answers. That there was something, when and of whom, stays."""
        with db.write():
            self._read_again()
            if self.purged_at:
                return False
            # What only this person was asked says something of them.
            shown = {key: rows for key, rows in json.loads(self.shown).items() if key != ADDED}
            shown = json.dumps(shown, ensure_ascii=False)
            self._change(answers="{}", chosen="{}", shown=shown, purged_at=clock.now())
            for duty in self.duties(HANDOVER).where(Assignment.is_open()):
                duty.settle(by=by, outcome="ended", reason="The answers were erased.")
            audit.record(by, "purged", self, **self.said)
        return True
