"""What stands beside a review’s form while it is filled: who reads it from which day, help with the
words, what one chose the last time, and when it is shared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portal.people.models import Person
from portal.questionnaires.companions import Aid, Chosen, Unfit
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.promise import readers, who_reads
from portal.questionnaires.questionnaire import Question, Refused
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews import access, reading
from portal.reviews.calibration import Placement
from portal.reviews.improvement import is_improvement
from portal.reviews.models import Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import RELEASE, SELF
from portal.reviews.writing import Help
from portal.web import day

LATER, TALK, NOW = "later", "talk", "now"
SHARE, TALK_ON = "share", "talk-on"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
FRIDAY = 4
# How one’s ratings lie beside the company’s, and what is known of the time.
ASIDES = ("reviews/_drift.html", "reviews/_evidence.html")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Option:
    """One way to share it: what is chosen, what it means, and what the button says then."""

    value: str
    title: str
    text: str
    label: str


class Writing(Help):
    """Beside the form of one person in one review. What it asks of the database it asks when it is
    needed: while a draft is saved it is not."""

    def __init__(self, viewer: Person, submission: Submission, part: ReviewPart) -> None:
        super().__init__(submission.questionnaire, is_own=part.phase.name == SELF)
        self.viewer, self.submission, self.part = viewer, submission, part
        self.review: Review = part.review
        self.first_name = submission.about.first_name
        if not viewer.came_by_pass:
            self.url, self.link = self.review.url, "Go to the review"

    @property
    def following(self) -> tuple[str, str] | None:
        if self.is_own or self.viewer.came_by_pass:
            return None
        part = ReviewPart.next_of(self.viewer, self.review)
        if part is None:
            return None
        return f"Write the next: {part.review.person.called}", f"/forms/{part.submission_id}"

    # -- who reads it ----------------------------------------------------------------------

    @cached_property
    def promise(self) -> str:
        if self.is_own:
            return self._own_promise
        said = who_reads(self.submission, self.viewer)
        if SUBJECT in self.submission.readers.split():
            return said
        return f"{said} {self.first_name} reads it {self._comes}."

    @property
    def _own_promise(self) -> str:
        if LINE in self.submission.readers.split():
            return who_reads(self.submission, self.viewer)
        who = f"{self._lead}, those above and HR"
        if self.is_closed:
            once = "" if self.submission.submitted_at else " once you have sent it"
            return f"{who} read it{once}: the time for it is over."
        by_then = f"at the latest from {self._shared_on} on, shared or not"
        return f"Nobody reads it before you share it. {who} read it {by_then}."

    @property
    def later(self) -> Mapping[str, str]:
        """Whom else it is read by, and from when."""
        named = self.submission.readers.split()
        if not self.is_own:
            return {} if SUBJECT in named else {SUBJECT: self._comes}
        when = "" if self.is_closed else f"from {self._shared_on} on"
        return {} if LINE in named else {LINE: when, HR: when}

    def _day(self, value: date) -> str:
        return day(value, self.viewer.today())

    @cached_property
    def _lead(self) -> str:
        return self.review.lead.first_name if self.review.lead_id else "Whoever leads you"

    @property
    def is_closed(self) -> bool:
        return self.part.phase.closed_at is not None

    @property
    def _shared_on(self) -> str:
        """The day on which it is shared by itself."""
        closes: date = self.part.phase.closes_on
        return self._day(closes + A_DAY)

    @property
    def _comes(self) -> str:
        """When the person reads what the manager has written, as it stands now."""
        talk, today = self.review.talk_on, self.viewer.today()
        step = self.review.cycle.phase(RELEASE)
        if step is not None and step.opened_at is None:
            return f"from {self._day(max(step.opens_on, talk or step.opens_on))} on"
        if self.is_held:
            return "when the ratings are compared"
        if talk and talk > today:
            return f"from {self._day(talk)} on, when you talk"
        if is_improvement(self.review):
            return "as soon as it is sent"
        return "as soon as it is sent, unless you choose a day"

    @cached_property
    def is_held(self) -> bool:
        """Whether a session in which ratings are compared waits for it."""
        return bool(Placement.waiting().where(Placement.review == self.review.id).exists())

    # -- when it is shared -----------------------------------------------------------------

    @property
    def choice(self) -> str:
        return "reviews/_share.html" if self.offered else ""

    @cached_property
    def options(self) -> list[Option]:
        """How it can be shared; fewer than two are no choice."""
        if self.submission.submitted_at or self.part.replaced_at:
            return []
        return self._own_options if self.is_own else self._options_of_lead

    @property
    def offered(self) -> list[str]:
        """What can be chosen, by its value."""
        return [one.value for one in self.options] if len(self.options) > 1 else []

    @property
    def _own_options(self) -> list[Option]:
        if LINE in self.submission.readers.split() or self.is_closed or self.review.shared_at:
            return []
        at_once = f"{self._lead}, those above and HR read it at once. It cannot be taken back."
        return [
            Option(LATER, "Not yet", f"They read it from {self._shared_on} on, unless you share "
                   "it sooner.", "Send it, and share it later"),
            Option(NOW, f"Now, with {self._lead}", at_once, f"Send it to {self._lead}"),
        ]  # fmt: skip

    @property
    def _options_of_lead(self) -> list[Option]:
        is_read = SUBJECT in self.submission.readers.split() or self.review.released_at
        if is_read or not access.can_plan_talk(self.viewer, self.review):
            return []
        if is_improvement(self.review):
            return []
        who, found = self.first_name, []
        may_now = reading.may_be_released(self.review)
        if not may_now:
            label = f"Send it to {readers(self.submission, self.viewer)}"
            found.append(Option(LATER, "Not yet", f"{who} reads it {self._comes}.", label))
        label = f"Send it, and share it with {who} that day{self._not_before}"
        comes = f"{who} reads it that day{self._not_before}."
        found.append(Option(TALK, "On the day we talk", comes, label))
        if may_now:
            text = f"{who} reads it at once. It cannot be taken back."
            found.append(Option(NOW, "Now", text, f"Send it, and share it with {who}"))
        return found

    @property
    def _not_before(self) -> str:
        opens_on = reading.not_before(self.review)
        return f", not before {self._day(opens_on)}" if opens_on else ""

    def _read_on(self, talk: date) -> str:
        opens_on = reading.not_before(self.review)
        return f"from {self._day(opens_on)} on" if opens_on and talk < opens_on else "that day"

    @property
    def labels(self) -> Mapping[str, str]:
        if self.offered:
            return {one.value: one.label for one in self.options}
        if self.is_own and LINE not in self.submission.readers.split():
            return {"": f"Send it to {self._lead}"}
        if is_improvement(self.review) and not self.is_own:
            return {"": f"Send it to {self.first_name}"}
        return {}

    @property
    def usual(self) -> str:
        """What is chosen as long as nothing is: for one person alone, whom one talks to soon, the
        day of the talk; else what would happen anyway."""
        talk, offered = self.review.talk_on, self.offered
        is_planned = talk is not None and talk >= self.viewer.today()
        if TALK in offered and (is_planned or self.review.cycle.is_for_one):
            return TALK
        return next((value for value in (LATER, NOW) if value in offered), "")

    @property
    def asked(self) -> str:
        return f"When does {self._lead if self.is_own else self.first_name} read it?"

    @property
    def proposed_day(self) -> date:
        """The day for the talk that is written down, or one that would do."""
        talk, today = self.review.talk_on, self.viewer.today()
        if talk and talk >= today:
            return talk
        step = self.review.cycle.phase(RELEASE)
        soon = max(today + A_WEEK, step.opens_on if step else today)
        while soon.weekday() > FRIDAY:
            soon += A_DAY
        return min(soon, self.last_day)

    @cached_property
    def last_day(self) -> date:
        return reading.latest_talk(self.review)

    def read(self, fields: Mapping[str, str]) -> Chosen:
        if set(fields) - {SHARE, TALK_ON} or fields.get(SHARE, LATER) not in (LATER, TALK, NOW):
            raise Refused("There is no such choice.")
        typed = fields.get(TALK_ON, "")
        if typed and not _DAY.fullmatch(typed):
            typed = ""
        found = {SHARE: fields.get(SHARE, ""), TALK_ON: typed}
        return {name: value for name, value in found.items() if value}

    def problems(self, chosen: Chosen) -> dict[str, str]:
        value = chosen.get(SHARE, "")
        if value == TALK and value in self.offered:
            return self._bad_day(chosen)
        if value and self.offered and value not in self.offered:
            return {SHARE: "That is not possible any more: choose anew when it is shared."}
        return {}

    def _bad_day(self, chosen: Chosen) -> dict[str, str]:
        on = _day_in(chosen)
        if on is None:
            return {TALK_ON: "Choose the day on which you talk."}
        if on < self.viewer.today():
            return {TALK_ON: "This day is over: choose today or later."}
        if on > self.last_day:
            return {
                TALK_ON: f"Choose a day up to {self._day(self.last_day)}: then it is read anyway."
            }
        return {}

    def done(self, chosen: Chosen, *, by: Person) -> str:
        value, who = chosen.get(SHARE, ""), self.first_name
        if is_improvement(self.review) and not self.is_own:
            # Whoever it is about reads it from the first day on, whatever day one talks.
            return f"{who} reads it from now on." if reading.release(self.review, by=by) else ""
        # What was chosen on an earlier page may be nobody's to choose by now.
        if value not in self.offered or value == LATER:
            return ""
        if self.is_own:
            return (
                f"{self._lead} reads it from now on." if reading.share(self.review, by=by) else ""
            )
        if value == NOW:
            if not reading.release(self.review, by=by):
                raise Unfit({SHARE: "It cannot be shared at once any more: choose another day."})
            return f"{who} reads it from now on."
        on = _day_in(chosen)
        assert on is not None
        try:
            reading.plan_talk(self.review, on, by=by)
        except ValueError as error:
            raise Unfit({TALK_ON: str(error)}) from error
        return f"You talk on {self._day(on)}; {who} reads it {self._read_on(on)}."

    # -- help with the words ---------------------------------------------------------------

    def aid(self, key: str) -> Aid:
        question = self.questions.get(key)
        if question is not None and question.kind == RATING:
            return Aid(last=self._last(question))
        return super().aid(key)

    def _last(self, question: Question) -> str:
        """What the same person chose before, of the same one: seen after they have chosen."""
        before = self._before
        if before is None:
            return ""
        given = before.given.get(question.key)
        asked = next(
            (one for one in before.questionnaire.questions if one.key == question.key), None
        )
        if asked is None or not given:
            return ""
        on = self._day(before.submitted_at.date())
        said = f"Last time, on {on}, you chose {asked.words(given)}."
        is_alike = asked.words(given) == question.words(given)
        return said if is_alike else f"{said} The rows were others then."

    @cached_property
    def _before(self) -> Submission | None:
        return self.submission.before()

    # -- beside ----------------------------------------------------------------------------

    @property
    def asides(self) -> tuple[str, ...]:
        return () if self.viewer.came_by_pass else ASIDES


def _day_in(chosen: Chosen) -> date | None:
    try:
        return date.fromisoformat(chosen.get(TALK_ON, ""))
    except ValueError:
        return None


def beside(viewer: Person, submission: Submission) -> Writing | None:
    """What stands beside a form that belongs to a review; None for any other."""
    part = ReviewPart.of_submission(submission.id)
    return Writing(viewer, submission, part) if part and part.author_id == viewer.id else None
