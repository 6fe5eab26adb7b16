"""Beside a random company (`companies.py`): reviews, goals, courses, certificates, talks, praise,
mentors and plans, as odd as rows of years can be."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from portal.certificates.checks import CONFIRMED, SENT_BACK, CertificateCheck
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.competencies.models import Assessment
from portal.documents.models import Revision
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise, PraiseTo
from portal.goals.models import Goal
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.stretches import Stretch
from portal.learning.helped import ANSWERS, Helped
from portal.learning.models import Attempt, Completion
from portal.learning.spending import Spending
from portal.oneonones.frequency import TalkFigure
from portal.oneonones.models import OneOnOne, Talk
from portal.people.grants import Grant
from portal.questionnaires.models import Submission
from portal.reviews.answers import Nominee
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, PEERS, RELEASE, SELF, UPWARD
from tests.metrics.companies import Company

Part = Callable[[Company], None]
A_DAY = timedelta(days=1)
RATED = "How was it?"


def fill(made: Company, *parts: Part) -> None:
    """Put these parts down, or all of them; call it inside the company's block."""
    if made.people:
        for part in parts or ALL:
            part(made)
    made.rows.put()


def _past(made: Company, days: int = 800) -> date:
    return made.day(made.today - timedelta(days=days), made.today)


def _when(made: Company, chance: float, since: date) -> datetime | None:
    """A moment from that day on, or none."""
    if since > made.today or not made.is_so(chance):
        return None
    return made.at(made.day(since, made.today))


def _text(made: Company, kind: str, slug: str, structure: dict[str, Any]) -> tuple[int, int]:
    document, revision = made.document(kind, slug)
    made.rows._of[Revision][-1]["structure"] = json.dumps(structure)
    return document, revision


def grants(made: Company) -> None:
    for person in made.people:
        if made.is_so(0.15):
            first = _past(made)
            ends = made.day(first, made.today) if made.is_so(0.4) else None
            kind = made.dice.choice(("hr", "hr", "auditor"))
            made.rows.add(Grant, person=person, kind=kind, starts_on=first, ends_on=ends)


# -- reviews -------------------------------------------------------------------------------------


def _form(rows: int) -> dict[str, Any]:
    anchors = [[n, str(n), ""] for n in range(1, rows + 1)]
    kinds = (("rating", RATED), ("text", "What?"), ("text", "Why?"), ("line", "Where?"))
    questions = [
        {
            "key": f"k{n}", "line": n, "kind": kind, "title": title, "hint": "", "optional": False,
            "anchors": anchors if kind == "rating" else [], "source": None,
        }
        for n, (kind, title) in enumerate(kinds)
    ]  # fmt: skip
    return {"sections": [{"title": "", "html": "", "questions": questions}]}


def reviews(made: Company) -> None:
    forms = [_text(made, "form", f"form-{n}", _form(n)) for n in (2, 3, 4, 5)]
    for number in range(made.dice.randint(0, 5)):
        rating = RATED if made.is_so(0.7) else ""
        plan = _text(made, "review", f"plan-{number}", {"rating": rating})
        fact = made.dice.choice(("", "", "", "probation:0", "improvement:1"))
        _cycle(made, plan, made.dice.choice(forms)[1], fact)


def _cycle(made: Company, plan: tuple[int, int], form: int, fact: str) -> None:
    day = _past(made, 700)
    alone = made.dice.choice(made.people) if fact else None
    cycle = made.rows.add(
        Cycle, document=plan[0], revision=plan[1], title="Cycle", day=day, person=alone, fact=fact,
        begun_at=made.at(day), ended_at=_when(made, 0.3, day),
    )  # fmt: skip
    phases = {}
    for place, name in enumerate((SELF, PEERS, UPWARD, MANAGER, RELEASE)):
        if made.is_so(0.75):
            phases[name] = made.rows.add(
                Phase, cycle=cycle, name=name, place=place, opens_on=day, opened_at=made.at(day),
                form=form if name != RELEASE else None, closed_at=_when(made, 0.8, day),
            )  # fmt: skip
    people = [alone] if alone else made.dice.sample(made.people, len(made.people) * 2 // 3)
    reviews = [_review(made, cycle, person, day, phases, form) for person in people]
    if MANAGER in phases and not fact:
        _sessions(made, cycle, reviews, day)


def _review(
    made: Company, cycle: int, person: int, day: date, phases: dict[str, int], form: int
) -> tuple[int, int]:
    lead = made.dice.choice((None, *made.people[:6]))
    review = made.rows.add(
        Review, cycle=cycle, person=person, lead=lead, skipped_at=_when(made, 0.1, day),
        # Released before its cycle's day: taken over from another plan.
        released_at=_when(made, 0.6, day - timedelta(days=made.dice.choice((0, 3)))),
    )  # fmt: skip
    sent = 0
    for name in (SELF, MANAGER):
        if name in phases and made.is_so(0.85):
            author = person if name == SELF else lead or made.people[0]
            if made.is_so(0.15):
                _part(made, review, phases[name], author, person, form, day, is_replaced=True)
            sent = _part(made, review, phases[name], author, person, form, day)
    for name in (PEERS, UPWARD):
        if name in phases:
            _nominees(made, review, phases[name])
    return review, sent


def _part(
    made: Company, review: int, phase: int, author: int, person: int, form: int, day: date,
    *, is_replaced: bool = False,
) -> int:  # fmt: skip
    sent_at = _when(made, 0.1 if is_replaced else 0.75, day)
    answers = {
        "k0": made.dice.choice(("1", "2", "2", "3", "4", "5", "")),
        "k1": "word " * made.dice.choice((1, 19, 20, 60)),
        "k3": "a line of its own",
    }
    if made.is_so(0.5):
        answers["k2"] = "two words"
    purged_at = _when(made, 0.1, day) if sent_at else None
    submission = made.rows.add(
        Submission, revision=form, person=author, about=person, opened_at=made.at(day),
        readers=made.dice.choice(("hr manager", "hr manager", "hr manager subject", "manager")),
        answers=json.dumps({} if purged_at else answers), submitted_at=sent_at, purged_at=purged_at,
    )  # fmt: skip
    made.rows.add(
        ReviewPart, review=review, phase=phase, author=author, submission=submission,
        replaced_at=made.at(made.day(day, made.today)) if is_replaced else None,
    )  # fmt: skip
    return submission


def _nominees(made: Company, review: int, phase: int) -> None:
    for person in made.dice.sample(made.people, min(len(made.people), made.dice.randint(0, 6))):
        day = _past(made, 600)
        made.rows.add(
            Nominee, review=review, phase=phase, person=person, nominated_at=made.at(day),
            approved_at=_when(made, 0.85, day), removed_at=_when(made, 0.1, day),
            has_answered=made.is_so(0.6),
        )  # fmt: skip


def _sessions(made: Company, cycle: int, reviews: list[tuple[int, int]], day: date) -> None:
    for _ in range(made.dice.randint(0, 2)):
        session = made.rows.add(
            CalibrationSession, cycle=cycle, title="Session", grouping="team", held_on=day,
            begun_at=made.at(day), locked_at=_when(made, 0.8, day),
        )  # fmt: skip
        while reviews and made.is_so(0.9):
            review, submission = reviews.pop()
            if submission:
                given = made.dice.randint(1, 4)
                rating = made.dice.choice((given, given, made.dice.randint(1, 4)))
                made.rows.add(
                    Placement, session=session, review=review, submission=submission,
                    given=given, rating=rating,
                )  # fmt: skip


def goals(made: Company) -> None:
    for _ in range(made.dice.randint(0, 60)):
        day = _past(made, 600)
        ended_at = _when(made, 0.8, day)
        outcome = made.dice.choice(("met", "met", "partly", "missed", "dropped"))
        made.rows.add(
            Goal, person=made.dice.choice((None, *made.people)), sort="okr", title="Goal",
            set_by=made.people[0], set_at=made.at(day), open_since=made.at(day),
            ended_at=ended_at, outcome=outcome if ended_at else "",
            forgotten_at=_when(made, 0.1, day),
        )  # fmt: skip


# -- learning ------------------------------------------------------------------------------------


def courses(made: Company) -> None:
    courses = [made.document("course", f"course-{n}") for n in range(made.dice.randint(1, 5))]
    for person in made.people:
        for course, revision in courses:
            for number in range(1, made.dice.choice((0, 0, 1, 1, 2, 3)) + 1):
                _attempt(made, person, course, revision, number)
            if made.is_so(0.2):
                _completion(made, person, course, revision, _past(made))
    for course, _ in courses:
        for _ in range(made.dice.randint(0, 23)):
            made.rows.add(
                Helped, course=course, answer=made.dice.choice((*ANSWERS, *ANSWERS, "")),
                answered_at=made.at(_past(made, 500)),
            )  # fmt: skip
    for _ in range(made.dice.randint(0, 12)):
        made.rows.add(
            Spending, course=made.dice.choice((None, *(course for course, _ in courses))),
            cents=made.dice.randint(100, 500_000), currency=made.dice.choice(("EUR", "EUR", "SEK")),
            spent_on=made.day(made.today - timedelta(days=500), made.today + timedelta(days=60)),
            recorded_at=made.now, superseded_at=_when(made, 0.15, made.today),
        )  # fmt: skip


def _attempt(made: Company, person: int, course: int, revision: int, number: int) -> None:
    day = _past(made)
    made.rows.add(
        Attempt, course=course, revision=revision, person=person, number=number, format="page",
        started_at=made.at(day), touched_at=made.at(day), ended_at=made.now,
    )  # fmt: skip
    if made.is_so(0.6):
        _completion(made, person, course, revision, made.day(day, made.today))


def _completion(made: Company, person: int, course: int, revision: int, day: date) -> None:
    made.rows.add(
        Completion, course=course, revision=revision, person=person, how="taken", done_on=day,
        done_at=made.at(day), seconds=made.dice.choice((0, 59, 600, 5_400)), recorded_at=made.now,
        superseded_at=_when(made, 0.1, day), personal_hash="",
    )  # fmt: skip


def competencies(made: Company) -> None:
    texts = [made.document("competency", f"skill-{n}") for n in range(3)]
    for person in made.people:
        for document, revision in texts:
            days = sorted(_past(made) for _ in range(made.dice.choice((0, 1, 2, 4))))
            # Some say two things on one day: the last word counts.
            for day in [day for day in days for _ in range(made.dice.choice((1, 1, 2)))]:
                made.rows.add(
                    Assessment, about=person, by=made.dice.choice(made.people),
                    relation=made.dice.choice(("manager", "manager", "manager", "self", "peer")),
                    level=made.dice.choice(("L1", "L1", "L2")),
                    document=document, revision=revision, value=made.dice.randint(1, 4),
                    given_on=day, given_at=made.at(day), personal_hash="",
                )  # fmt: skip


def certificates(made: Company) -> None:
    types = []
    for n in range(3):
        retired_at = made.now if n == 2 else None
        types.append(
            made.rows.add(
                CertificateType, name=f"Type {n}", slug=f"type-{n}", folded=f"type {n}",
                created_at=made.now, retired_at=retired_at,
            )
        )  # fmt: skip
    for person in made.people:
        for _ in range(made.dice.choice((0, 0, 1, 2, 4))):
            day = _past(made)
            ends = made.dice.choice((None, *(day + timedelta(days=n) for n in (90, 365, 800))))
            if made.is_so(0.2):
                ends = made.today + timedelta(days=made.dice.choice((-1, 0, 89, 90, 91)))
            certificate = made.rows.add(
                Certificate, type=made.dice.choice(types), person=person, issued_on=day,
                expires_on=ends, details_hash="", recorded_at=made.at(day),
                superseded_at=_when(made, 0.1, day),
            )  # fmt: skip
            for is_known in made.dice.choice(((), (True,), (True,), (False, True), (False,))):
                made.rows.add(
                    CertificateCheck, certificate=certificate, recorded_at=made.at(day),
                    outcome=made.dice.choice((CONFIRMED, CONFIRMED, CONFIRMED, SENT_BACK)),
                    superseded_at=None if is_known else made.now,
                )  # fmt: skip


# -- talking, growing ----------------------------------------------------------------------------


def talks(made: Company) -> None:
    for back in range(1, 6):
        month = (made.today.replace(day=1) - timedelta(days=30 * (back - 1))).replace(day=1) - A_DAY
        for team in dict.fromkeys((None, *made.teams)):
            if made.is_so(0.6):
                pairs = made.dice.choice((0, *range(5, 30)))
                met = made.dice.randint(0, pairs)
                made.rows.add(TalkFigure, month=month, team=team, pairs=pairs, met=met)
    for person in made.people:
        lead = made.dice.choice(made.people)
        if lead == person or made.is_so(0.3):
            continue
        began = _past(made)
        talking = made.rows.add(
            OneOnOne, report=person, lead=lead, weeks=2, begun_at=made.at(began)
        )
        for number in range(made.dice.choice((0, 3, 12, 30))):
            day = made.day(began, made.today)
            # Some say later that they met.
            said = made.day(day, made.today) if made.is_so(0.1) else day
            made.rows.add(
                Talk, one_on_one=talking, number=number, held_on=day, held_at=made.at(said)
            )
        made.rows.add(Talk, one_on_one=talking, number=99)


def praise(made: Company) -> None:
    for _ in range(made.dice.randint(0, 40)):
        giver, *people = made.dice.sample(made.people, min(len(made.people), 3))
        day = _past(made, 300)
        praise = made.rows.add(
            Praise, giver=giver, text="Thanks", is_public=made.is_so(0.8), given_at=made.at(day),
            withdrawn_at=_when(made, 0.1, day), removed_at=_when(made, 0.1, day),
        )  # fmt: skip
        for person in people:
            made.rows.add(PraiseTo, praise=praise, person=person, off_at=_when(made, 0.1, day))
    for person in made.people:
        if made.is_so(0.1):
            made.rows.add(PraiseOptOut, person=person, at=made.now)


def _ran(made: Company, since: date, outcome: str) -> dict[str, Any]:
    """From when it ran, and how and when it ended, if it did."""
    begun_at = _when(made, 0.7, since)
    ended_at = _when(made, 0.6, begun_at.date() if begun_at else since)
    if begun_at and ended_at and ended_at < begun_at:
        ended_at = begun_at
    return {"begun": begun_at, "ended_at": ended_at, "outcome": outcome if ended_at else ""}


def growth(made: Company) -> None:
    skill = made.document("competency", "growing")[0]
    stretch = made.rows.add(
        Stretch, title="Task", takes="a day", seats=20, until=made.today,
        posted_by=made.people[0], posted_at=made.now,
    )  # fmt: skip
    for person in made.people:
        mentor = made.dice.choice(made.people)
        if made.is_so(0.4):
            day = _past(made)
            made.rows.add(
                Mentor, person=person, capacity=made.dice.randint(1, 3), offered_at=made.at(day),
                ended_at=_when(made, 0.3, day),
            )  # fmt: skip
        if mentor != person:
            ran = _ran(made, day := _past(made), "ended")
            made.rows.add(
                Mentorship, mentor=mentor, person=person, asked_at=made.at(day),
                begun_at=ran.pop("begun"), **ran,
            )  # fmt: skip
        if made.is_so(0.6):
            ran = _ran(made, day := _past(made), made.dice.choice(("confirmed", "given back")))
            made.rows.add(
                StretchSeat, stretch=stretch, person=person, asked_at=made.at(day),
                accepted_at=ran.pop("begun"), **ran,
            )  # fmt: skip
        if made.is_so(0.7):
            ran = _ran(made, day := _past(made), "done")
            made.rows.add(
                DevelopmentPlan, person=person, competency=skill, made_at=made.at(day),
                accepted_at=ran.pop("begun"), **ran,
            )  # fmt: skip


ALL: tuple[Part, ...] = (
    grants, reviews, goals, courses, competencies, certificates, talks, praise, growth
)  # fmt: skip
