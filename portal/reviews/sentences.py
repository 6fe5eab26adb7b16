"""The sentence on every review: who has it, what happens next, and who can see it.

Said to the person, to whoever reviews them, and to everybody above: nobody learns from it what
they do not read elsewhere, so the person never reads whether the manager has written already.
"""

from datetime import date, timedelta

from portal.people.models import Person
from portal.reviews.answers import LEAST
from portal.reviews.improvement import is_improvement
from portal.reviews.standing import Named, Standing
from portal.reviews.steps import CALIBRATION, MANAGER, PEERS, RELEASE, REPLY, SELF
from portal.text import count
from portal.web import day

A_DAY = timedelta(days=1)


def sentence(one: Standing, viewer: Person, today: date) -> str:
    """How it stands, as one says it to that viewer."""
    review = one.review
    if review.person_id == viewer.id:
        return _Own(one, today).said
    writer = one.writer
    if writer is not None and writer.id == viewer.id:
        return _Led(one, today, "You").said
    return _Led(one, today, writer.first_name if writer else "").said


def action(one: Standing, viewer: Person) -> tuple[str, str] | None:
    """What the viewer does next, and where; None while others have it."""
    review = one.review
    if review.person_id == viewer.id:
        if one.is_asked(SELF):
            return "Write", f"/forms/{one.parts[SELF].submission_id}"
        if one.is_over:
            return None
        if one.is_sent(SELF) and not one.is_shared:
            return "Share", review.url
        if review.released_at and not review.read_at:
            return "Read and sign", review.url
        return None
    part = one.parts.get(MANAGER)
    if part is not None and part.author_id == viewer.id and one.is_asked(MANAGER):
        return "Write", f"/forms/{part.submission_id}"
    if review.lead_id == viewer.id and one.to_approve:
        return "Agree", f"{review.url}/nominees"
    return None


class _Said:
    """Words about one review on one day."""

    def __init__(self, one: Standing, today: date) -> None:
        self.one, self.today = one, today
        self.review, self.phases = one.review, one.phases

    def day(self, value: date | None) -> str:
        return day(value, self.today)

    def until(self, name: str) -> str:
        closes = self.one.due_on(name)
        return f" until {self.day(closes)}" if closes else ""

    def span(self, name: str) -> str:
        phase = self.phases[name]
        end = f" to {self.day(phase.closes_on)}" if phase.closes_on else " on"
        return f"from {self.day(phase.opens_on)}{end}"

    def is_ahead(self, name: str) -> bool:
        return self.phases[name].opened_at is None

    def is_late(self, name: str) -> bool:
        return self.one.is_late(name, self.today)

    @property
    def shared_by(self) -> str:
        """The day on which it is shared by itself; none once its step has closed, when that takes
        minutes."""
        phase = self.phases[SELF]
        return self.day(phase.closes_on + A_DAY) if phase.closes_on and not phase.closed_at else ""

    @property
    def comes(self) -> str:
        """When the person reads what was written about them."""
        on = self.one.releases_on
        if on is not None and on > self.today:
            return f"from {self.day(on)} on"
        return "as soon as it is there"


class _Own(_Said):
    """To the person it is about."""

    @property
    def said(self) -> str:
        if self.review.skipped_at:
            return "You are left out of this cycle."
        words = [*self._own, *self._colleagues, *self._manager]
        if self.review.cycle.ended_at:
            return "You have read it." if self.review.read_at else "This cycle is over."
        return " ".join(words) or "It is over."

    @property
    def _own(self) -> list[str]:
        if SELF not in self.phases or self.review.released_at:
            return []
        part = self.one.parts.get(SELF)
        if self.one.is_shared:
            return ["You have shared it." if self.review.shared_at else "You have sent it."]
        if self.one.is_sent(SELF) and not self.shared_by:
            return ["You have sent it: it is shared within minutes, because its step is over."]
        if self.one.is_sent(SELF):
            return [f"You have sent it; nobody else reads it before {self.shared_by}, "
                    "unless you share it sooner."]  # fmt: skip
        if self.is_ahead(SELF):
            return [f"You write {self.span(SELF)}."]
        if part is not None and part.submission.withdrawn_at:
            return ["HR took the form back."]
        if self.is_late(SELF):
            closes = self.day(self.one.due_on(SELF))
            return [f"You are late: it was due on {closes}. It can still be sent, and is then "
                    "read at once."]  # fmt: skip
        return [f"You write{self.until(SELF)}.", *self._readers]

    @property
    def _readers(self) -> list[str]:
        part = self.one.parts.get(SELF)
        if part is not None and part.submission.readers:
            return []
        if self.phases[SELF].closed_at:
            return ["It is read as soon as you send it, because its step is over."]
        if not self.shared_by:
            return ["Nobody reads it before you share it."]
        return [f"Nobody reads it before you share it, or before {self.shared_by}."]

    @property
    def _colleagues(self) -> list[str]:
        phase = self.phases.get(PEERS)
        if phase is None or phase.closed_at or self.review.released_at:
            return []
        named = self.one.named.get(PEERS, Named()).proposed
        if named >= LEAST or (phase.closes_on and phase.closes_on < self.today):
            return []
        return [f"Name at least {LEAST} colleagues{self.until(PEERS)}."]

    @property
    def _manager(self) -> list[str]:
        if MANAGER not in self.phases:
            return []
        if self.review.read_at:
            return [self._after_reading]
        writer = self.one.writer
        lead = writer.first_name if writer else ""
        if self.review.released_at:
            return [
                f"{lead or 'Your manager'} has written about you: read it, and sign that you have."
            ]
        if not lead:
            return ["Nobody reviews you yet: HR looks for somebody."]
        phase = self.phases[MANAGER]
        if phase.opened_at is None:
            return [f"{lead} writes {self.span(MANAGER)}; you read it {self.comes}."]
        if phase.closes_on is None or phase.closes_on >= self.today:
            return [f"{lead} writes{self.until(MANAGER)}; you read it {self.comes}."]
        calibration = self.phases.get(CALIBRATION)
        if calibration is not None and calibration.is_under_way:
            return [f"Ratings are compared{self.until(CALIBRATION)}; you read yours {self.comes}."]
        return [f"You read what {lead} writes {self.comes}."]

    @property
    def _after_reading(self) -> str:
        if is_improvement(self.review):
            return "You have read it."
        if self.one.has_replied:
            return "You have read it, and replied."
        reply = self.phases.get(REPLY)
        is_open = reply is not None and reply.is_under_way
        return "You have read it." + (f" You can reply{self.until(REPLY)}." if is_open else "")


class _Led(_Said):
    """To whoever reviews them (“You”), or to everybody above, who reads a name."""

    def __init__(self, one: Standing, today: date, lead: str) -> None:
        super().__init__(one, today)
        self.lead, self.is_me = lead, lead == "You"
        self.name = self.review.person.first_name

    @property
    def said(self) -> str:
        review = self.review
        if review.skipped_at:
            return f"Left out of this cycle: {review.reason}"
        if review.read_at:
            return f"{self.name} signed on {self._on(review.read_at)} that it is read."
        if review.released_at:
            return f"{self.name} reads it since {self._on(review.released_at)}, and has not signed."
        if review.cycle.ended_at:
            return "This cycle is over."
        return " ".join([*self._own, *self._names, *self._manager]) or "It is over."

    @property
    def _names(self) -> list[str]:
        if not self.is_me or not self.one.to_approve:
            return []
        return [f"{count(self.one.to_approve, 'colleague')} named: agree before they are asked."]

    def _on(self, moment: object) -> str:
        return self.day(moment.date())  # type: ignore[attr-defined]

    @property
    def _own(self) -> list[str]:
        if SELF not in self.phases or self.one.is_sent(MANAGER):
            return []
        reads = "you read" if self.is_me else "it is read"
        if self.one.is_shared:
            return [f"{self.name} has shared it." if self.review.shared_at else
                    f"{self.name} has sent it."]  # fmt: skip
        if self.one.is_sent(SELF) and not self.shared_by:
            return [f"{self.name} has sent it."]
        if self.one.is_sent(SELF):
            it = f"{reads}{' it' if self.is_me else ''} on {self.shared_by} at the latest"
            return [f"{self.name} has sent it, not shared it: {it}."]
        if self.is_ahead(SELF):
            return [f"{self.name} writes {self.span(SELF)}."]
        if self.is_late(SELF):
            return [f"{self.name} is late: it was due on {self.day(self.one.due_on(SELF))}."]
        return [f"{self.name} writes{self.until(SELF)}."]

    @property
    def _manager(self) -> list[str]:
        if MANAGER not in self.phases:
            return []
        if not self.lead:
            return ["Nobody reviews them yet."]
        if self.one.is_sent(MANAGER):
            has = "have" if self.is_me else "has"
            return [f"{self.lead} {has} sent it. {self.name} reads it {self.comes}."]
        write = "write" if self.is_me else "writes"
        if self.is_ahead(MANAGER):
            return [f"{self.lead} {write} {self.span(MANAGER)}."]
        if self.is_late(MANAGER):
            are = "are" if self.is_me else "is"
            due = self.day(self.one.due_on(MANAGER))
            return [f"{self.lead} {are} late: it was due on {due}."]
        return [f"{self.lead} {write}{self.until(MANAGER)}."]


__all__ = ["RELEASE", "action", "sentence"]
