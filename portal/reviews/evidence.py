"""What is known of somebody in the time a review looks back on, for whoever writes in it.

Each group comes by the rules of the room it belongs to, so nobody reads more of it here than they
could open there. Nothing of it is kept here: what is quoted, its writer has put into their text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.feedback import access as feedback
from portal.feedback.models import Note
from portal.feedback.praise import Praise, PraiseTo
from portal.goals import access as goals
from portal.goals.checkins import STATES, CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import OUTCOMES, Goal
from portal.learning import access as learning
from portal.learning.models import Completion
from portal.oneonones import access as oneonones
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER

USUAL_DAYS = 365
MOST = 12
# So many rows are asked of a room where one thing has several.
MOST_ROWS = 60
CHECK_INS_OF_A_GOAL = 3
MAX_CHARS = 400


@dataclass(frozen=True)
class Time:
    """What a review looks back on, in days of the viewer. `is_since_last`: the person was reviewed
    by the same plan before, and what was written then could know nothing later."""

    since: date
    until: date
    zone: str
    is_since_last: bool

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time(), clock.zone_of(self.zone))

    def day(self, at: datetime) -> date:
        return at.astimezone(clock.zone_of(self.zone)).date()


@dataclass(frozen=True)
class Line:
    """One thing with its day: the words, where they come from, and where it stands."""

    on: date
    words: str
    source: str = ""
    url: str = ""
    # As its writer says it in a text that others read; the source, if it is the same.
    cited: str = ""

    @property
    def quote(self) -> str:
        """What is put into a text: one line, with its day."""
        source = self.cited or self.source
        source = f", {source}" if source else ""
        return f"{self.on.day} {self.on:%b %Y}{source}: {self.words}"


@dataclass(frozen=True)
class Group:
    """What one room knows, the newest first. `note`: what one should know before quoting it."""

    title: str
    icon: str
    lines: list[Line] = field(default_factory=list)
    note: str = ""

    @property
    def shown(self) -> list[Line]:
        return self.lines[:MOST]

    @property
    def has_more(self) -> bool:
        return len(self.lines) > MOST


def time_of(viewer: Person, review: Review) -> Time:
    """Since the last review by the same plan that was released was written, else twelve months."""
    zone, today = viewer.zone or "UTC", viewer.today()
    written = (
        ReviewPart.select(Submission.submitted_at)
        .join(Submission)
        .switch(ReviewPart)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .where(Review.person == review.person_id, Review.id != review.id)
        .where(Cycle.document == review.cycle.document_id, Review.released_at.is_null(False))
        .where(Phase.name == MANAGER, Submission.submitted_at.is_null(False))
        .order_by(Review.released_at.desc(), Submission.submitted_at.desc())
        .tuples()
        .first()
    )
    if written is None:
        return Time(today - timedelta(days=USUAL_DAYS), today, zone, is_since_last=False)
    since = written[0].astimezone(clock.zone_of(zone)).date()
    return Time(since, today, zone, is_since_last=True)


def groups(viewer: Person, review: Review, of: Time | None = None) -> list[Group]:
    """All that the viewer could open of that time, group by group; a room that has nothing is left
    out. One query a room."""
    of = of or time_of(viewer, review)
    found = [gather(viewer, review, of) for gather in GATHERED]
    return [group for groups in found for group in groups if group.lines]


def _sorted(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.on, reverse=True)


def _short(words: str) -> str:
    """On one line, and not too long to be quoted."""
    one = " ".join(words.split())
    return one if len(one) <= MAX_CHARS else f"{one[: MAX_CHARS - 1].rstrip()}…"


def _from(what: str, viewer: Person, giver: Person) -> tuple[str, str]:
    """As the viewer reads whose it is, and as their text says it to others."""
    if giver.id == viewer.id:
        return f"{what} from you", f"{what} from me"
    return f"{what} from {giver.called}", ""


# -- the rooms ---------------------------------------------------------------------------------


def _goals(viewer: Person, review: Review, of: Time) -> list[Group]:
    """Goals that went on in that time, each with its end and what was said of it last."""
    said = (CheckIn.goal == Goal.id) & CheckIn.stands() & (CheckIn.at >= of.begins)
    said &= CheckIn.id >= peewee.fn.COALESCE(_last_shown(), 0)
    rows = (
        goals.visible_to(viewer)
        .select(Goal, CheckIn)
        .join(CheckIn, peewee.JOIN.LEFT_OUTER, on=said, attr="check_in")
        .where(Goal.person == review.person_id)
        .where(Goal.ended_at.is_null() | (Goal.ended_at >= of.begins))
        .order_by(Goal.ended_at.desc(nulls="first"), Goal.id.desc(), CheckIn.id.desc())
        .limit(MOST_ROWS)
    )
    by_goal: dict[int, tuple[Goal, list[CheckIn]]] = {}
    for row in rows:
        _, check_ins = by_goal.setdefault(row.id, (row, []))
        if check_in := row.__dict__.get("check_in"):
            check_ins.append(check_in)
    lines = [line for goal, said in by_goal.values() for line in _of_goal(goal, said, of)]
    return [Group("Goals", "target", _sorted(lines))]


def _last_shown() -> Any:
    """Of a goal (the outer query's) the last check-in that is shown: a weekly one leaves room for
    the others."""
    one = CheckIn.alias()
    newest = one.select(one.id).where(one.goal == Goal.id, one.superseded_at.is_null())
    return newest.order_by(one.id.desc()).limit(1).offset(CHECK_INS_OF_A_GOAL - 1)


def _of_goal(goal: Goal, check_ins: list[CheckIn], of: Time) -> list[Line]:
    source = f"goal “{goal.title}”"
    lines = [
        Line(of.day(one.at), _and(STATES.get(one.state, ""), one.sentence), source, goal.url)
        for one in check_ins
    ]
    if goal.ended_at:
        words = _and(OUTCOMES.get(goal.outcome, "Ended"), goal.said)
        lines.append(Line(of.day(goal.ended_at), words, source, goal.url))
    silent = f"“{goal.title}” was set. No check-in in this time."
    return lines or [Line(of.day(goal.set_at), silent, "goal", goal.url)]


def _and(word: str, sentence: str) -> str:
    return _short(f"{word}. {sentence}") if sentence else word


def _log(viewer: Person, review: Review, of: Time) -> list[Group]:
    rows = goals.log_visible_to(viewer).where(
        Accomplishment.person == review.person_id,
        Accomplishment.on.between(of.since, of.until),
    )
    rows = rows.order_by(Accomplishment.on.desc(), Accomplishment.id.desc())
    is_own = viewer.id == review.person_id
    source = "" if is_own else f"{review.person.first_name}’s log"
    lines = [Line(row.on, _short(row.text), source) for row in rows.limit(MOST + 1)]
    title = "Your log" if is_own else f"{review.person.first_name}’s own log"
    return [Group(title, "list-checks", lines)]


def _praise(viewer: Person, review: Review, of: Time) -> list[Group]:
    """What stands on the company's page, as long as it stands there."""
    theirs = PraiseTo.select(PraiseTo.praise).where(PraiseTo.person == review.person_id)
    rows = Praise.whole(feedback.on_page_for(viewer)).where(
        Praise.given_at >= of.begins, db.among(Praise.id, theirs)
    )
    lines = []
    for one in rows.limit(MOST + 1):
        source, cited = _from("praise", viewer, one.giver)
        lines.append(Line(of.day(one.given_at), f"“{_short(one.text)}”", source, one.url, cited))
    return [Group("Praise", "heart", lines)]


def _feedback(viewer: Person, review: Review, of: Time) -> list[Group]:
    """What was said to the person, as far as the viewer was meant to read it."""
    rows = Note.whole(feedback.notes_about(viewer, review.person)).where(
        Note.given_at >= of.begins, Note.forgotten_at.is_null()
    )
    lines = []
    for note in rows.limit(MOST + 1):
        (source, cited), on = _from("feedback", viewer, note.giver), of.day(note.given_at)
        if note.saw:
            lines.append(Line(on, f"“{_short(note.saw)}”", source, note.url, cited))
        if note.more:
            lines.append(Line(on, f"More of: “{_short(note.more)}”", source, note.url, cited))
    return [Group("Feedback", "message-circle", lines)]


def _learning(viewer: Person, review: Review, of: Time) -> list[Group]:
    rows = (
        learning.completions_visible_to(viewer)
        .select(Completion, Document.id, Document.title)
        .join(Document, on=(Completion.course == Document.id), attr="course")
        .where(Completion.person == review.person_id, Completion.stands())
        .where(Completion.done_on.between(of.since, of.until))
        .order_by(Completion.done_on.desc(), Completion.id.desc())
    )
    lines = [
        Line(row.done_on, row.course.title, "course completed", f"/learning/completions/{row.id}")
        for row in rows.limit(MOST + 1)
    ]
    return [Group("Learning", "graduation-cap", lines)]


def _talks(viewer: Person, review: Review, of: Time) -> list[Group]:
    """What was said and done after the talks of which the viewer is one of the two, and what they
    noted there of the person for themselves: one row for each action of a talk, or one."""
    outer, person = peewee.JOIN.LEFT_OUTER, review.person_id
    noted = (PrivateNote.talk == Talk.id) & (PrivateNote.author == viewer.id)
    noted &= (PrivateNote.words != "") & (OneOnOne.report == person)
    # Of one who was led by the writer, what the writer led them in; of oneself, whatever one did.
    done = (Action.duty == Assignment.id) & (Assignment.person == person)
    done &= (Assignment.outcome == "done") & (Assignment.settled_at >= of.begins)
    rows = (
        oneonones.talks_visible_to(viewer)
        .select(Talk, PrivateNote, Action, Assignment)
        .join(OneOnOne, on=(Talk.one_on_one == OneOnOne.id), attr="pair")
        .switch(Talk)
        .join(PrivateNote, outer, on=noted, attr="own_note")
        .switch(Talk)
        .join(Action, outer, on=(Action.talk == Talk.id), attr="action")
        .join(Assignment, outer, on=done, attr="done")
        .where((OneOnOne.report == person) | (OneOnOne.lead == person))
        .where(Assignment.id.is_null(False) | _is_of_that_time(of))
        .order_by(Talk.id.desc(), Assignment.settled_at.desc(), Action.id.desc())
        .limit(MOST_ROWS)
    )
    actions, notes = [], {}
    for talk in rows:
        action, note = talk.__dict__.get("action"), talk.__dict__.get("own_note")
        duty = action.__dict__.get("done") if action else None
        if duty:
            line = Line(of.day(duty.settled_at), _short(action.title), "agreed and done", talk.url)
            actions.append(line)
        if note and (talk.held_on or of.day(note.saved_at)) >= of.since:
            notes[talk.id] = (talk, note)
    return [
        Group("Agreed in one-on-ones, and done", "list-todo", _sorted(actions)),
        Group(
            "Your private notes",
            "lock",
            _sorted([line for talk, note in notes.values() for line in _of_note(talk, note, of)]),
            "Nobody else sees these. A line you quote is read by whoever reads this form.",
        ),
    ]


def _is_of_that_time(of: Time) -> Any:
    """That there is a note of one's own beside a talk that was held in it, or is to come."""
    return PrivateNote.id.is_null(False) & (
        (Talk.held_on >= of.since) | (Talk.held_on.is_null() & (PrivateNote.saved_at >= of.begins))
    )


def _of_note(talk: Talk, note: PrivateNote, of: Time) -> list[Line]:
    """Its lines, each to be quoted by itself."""
    on = talk.held_on or of.day(note.saved_at)
    return [
        Line(on, _short(line), "", talk.url) for line in note.words.splitlines() if line.strip()
    ]


GATHERED: tuple[Callable[[Person, Review, Time], list[Group]], ...] = (
    _goals, _log, _praise, _feedback, _learning, _talks,
)  # fmt: skip
