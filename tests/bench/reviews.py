"""Reviews of a thousand people: one cycle behind them, one in which their managers write.

`python -m tests.bench.reviews run FOLDER FORM` launches a third one, asks everybody and releases
what was written, as the worker does, and prints how long it kept other writers waiting.
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from portal import clock, db
from portal.app import create_app
from portal.assignments.due import due_at
from portal.assignments.models import Assignment, CauseRow
from portal.config import Config
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.people.signing import Link
from portal.questionnaires import anchors
from portal.questionnaires.keeping import FORM
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING, TEXT
from portal.questionnaires.questionnaire import ADDED, Questionnaire
from portal.questionnaires.ratings import to_rows
from portal.reviews import following
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import CAUSE, ReviewPart
from portal.reviews.proposed import ANSWERS
from portal.reviews.steps import MANAGER, RELEASE, SELF
from tests.bench import crowd
from tests.bench.dyno import ROOT, Dyno
from tests.bench.measure import FRAGMENT, Visit, must
from tests.bench.report import MAX_FIRST_VISIT_KB, Report
from tests.bench.rows import insert
from tests.bench.wire import Answer, Line

REVIEWS = 1_000
PLAN = "annual-review"
SAID = "What was promised was there on its day, and two others could build on it. " * 3
WRITERS, STEADY = 8, 80
MAX_HELD_MS, MAX_SAVED, MAX_LAUNCH_MS = 30, 10, 500


# -- what the pages stand on -------------------------------------------------------------------


def fill(today: date) -> dict[str, int]:
    """A cycle that is over and one under way, of the thousand who came last; returns the newest
    one's review that is behind her, the form in which her manager writes now, and the cycle.

    Call it inside `db.write()`.
    """
    here = Person.select(Person.id).where(Person.last_day_on.is_null())
    people = [row.id for row in here.order_by(Person.id.desc()).limit(REVIEWS)]
    behind = _cycle(people, today - timedelta(days=200), today, "Last year")
    now = _cycle(people, today - timedelta(days=16), today, "This year")
    _write(behind, today, is_over=True)
    _write(now, today, is_over=False)
    newest = people[0]
    form = (
        ReviewPart.select(ReviewPart.submission)
        .join(Review)
        .switch(ReviewPart)
        .join(Phase)
        .where(Review.cycle == now, Review.person == newest, Phase.name == MANAGER)
    )
    _ask_also(form.scalar())
    past = Review.get(Review.cycle == behind, Review.person == newest)
    return {"cycle": now.id, "review": past.id, "reviewing": form.scalar()}


def _cycle(people: list[int], day: date, today: date, title: str) -> Cycle:
    document = Document.named("review", PLAN)
    assert document is not None
    helen = Person.get_by_id(2)
    meant = list(Person.select().where(Person.id.in_(people)))
    cycle = Cycle.begin(document, meant, day, by=helen, title=title)
    at = _at(day)
    Cycle.update(begun_at=at).where(Cycle.id == cycle.id).execute()
    for phase in cycle.phases:
        if phase.opens_on <= today:
            Phase.update(opened_at=at).where(Phase.id == phase.id).execute()
        if phase.closes_on and phase.closes_on < today:
            Phase.update(closed_at=at).where(Phase.id == phase.id).execute()
    return Cycle.get_by_id(cycle.id)  # type: ignore[no-any-return]


def _at(day: date) -> datetime:
    return datetime.combine(day, time_of_day(0, 0, 1), clock.zone_of("UTC"))


def _write(cycle: Cycle, today: date, *, is_over: bool) -> None:
    """Everybody has sent theirs; the managers as well, if it is over."""
    at = _at(cycle.day)
    for name in (SELF, MANAGER):
        phase = cycle.phase(name)
        assert phase is not None
        is_sent = is_over or name == SELF
        reviews = list(Review.select().where(Review.cycle == cycle, Review.lead.is_null(False)))
        last = Submission.select(Submission.id).order_by(Submission.id.desc()).first()
        first = last.id + 1 if last else 1
        insert(Submission, (_form(phase, one, at, is_sent=is_sent) for one in reviews))
        insert(
            ReviewPart,
            (
                {"review": one.id, "phase": phase.id, "author": _author(phase, one),
                 "submission": first + place}
                for place, one in enumerate(reviews)
            ),
        )  # fmt: skip
        if not is_sent:
            _owe(phase, reviews, first)
    marks: dict[str, Any] = {"shared_at": at}
    if is_over:
        marks |= {"released_at": at, "read_at": None}
        Cycle.update(ended_at=at).where(Cycle.id == cycle.id).execute()
    Review.update(marks).where(Review.cycle == cycle).execute()


def _author(phase: Phase, review: Review) -> int:
    return int(review.person_id if phase.name == SELF else review.lead_id)


_answers: dict[int, tuple[str, str]] = {}


def _filled(revision: Revision) -> tuple[str, str]:
    """What is shown of a form to somebody on L1, and answers to all of it."""
    if revision.id not in _answers:
        asked = [q for section in revision.parsed["sections"] for q in section["questions"]]
        shown = {
            q["key"]: {"rows": to_rows(list(found.rows)), "note": found.note}
            for q in asked
            if (source := q.get("source"))
            and (found := anchors.shown(source["name"], source["slug"], "L1"))
        }
        said = {
            q.key: "3" if q.kind == RATING else SAID
            for q in Questionnaire.of(revision.parsed, shown).questions
            if q.kind in (RATING, TEXT)
        }
        _answers[revision.id] = json.dumps(shown), json.dumps(said)
    return _answers[revision.id]


def _form(phase: Phase, review: Review, at: datetime, *, is_sent: bool) -> dict[str, Any]:
    shown, answers = _filled(phase.form)
    readers = "hr manager" if phase.name == SELF or not is_sent else "hr manager subject"
    return {
        "revision": phase.form_id, "person": _author(phase, review), "about": review.person_id,
        "readers": readers, "shown": shown, "answers": answers if is_sent else "{}",
        "opened_at": at, "saved_at": at if is_sent else None,
        "submitted_at": at if is_sent else None, "read_at": at if is_sent else None,
    }  # fmt: skip


def _owe(phase: Phase, reviews: list[Review], first: int) -> None:
    """The duty of each who has not sent theirs."""
    due_on = phase.closes_on
    assert due_on is not None
    last = Assignment.select(Assignment.id).order_by(Assignment.id.desc()).first()
    duty = last.id + 1 if last else 1
    insert(
        Assignment,
        (
            {
                "person": _author(phase, one), "about": one.person_id, "kind": FORM,
                "target": first + place, "title": "Annual review — somebody of the company",
                "minutes": 20, "opened_at": clock.now(), "due_on": due_on,
                "due_at": due_at(due_on, "Europe/Berlin"),
                "remind_on": due_on - timedelta(days=3),
            }
            for place, one in enumerate(reviews)
        ),
    )  # fmt: skip
    insert(
        CauseRow,
        (
            {"assignment": duty + place, "kind": CAUSE, "ref": one.id}
            for place, one in enumerate(reviews)
        ),
    )


def _ask_also(form: int) -> None:
    """As a form is at its longest: with what was taken on, asked about at its end."""
    options = [{"key": key, "label": label} for key, label in ANSWERS.items()]
    asked = [
        {"key": f"helped-{n}", "kind": "one", "title": f"The course “Number {n}”", "hint": "",
         "optional": True, "options": options}
        for n in range(4)
    ]  # fmt: skip
    section = {"title": "Did it help?", "html": "", "questions": asked}
    assert Submission.get_by_id(form).ask_also([section]), ADDED


# -- figures -----------------------------------------------------------------------------------


def measure(report: Report, data: Path, dyno: Dyno, visit: Visit, seconds: float) -> None:
    """Add the figures of a company of a thousand, on its running dyno."""
    cast = visit.cast
    form = f"/forms/{cast.reviewing}"
    report.figure(
        "review form on a phone, all bytes",
        visit.all_bytes("manager", form) / 1000,
        MAX_FIRST_VISIT_KB,
        "kB",
    )
    save = visit.writes["review saved"]
    with ExitStack() as stack:
        authors = [stack.enter_context(one) for one in _authors(data, dyno, cast.reviewing)]
        with _saving(authors):
            own = crowd.latency(save, seconds)
            twin = crowd.latency(visit.write_bare, seconds)
    report.figure(
        f"review saved beside {STEADY} saves/s, p95",
        own.p95 / twin.p95,
        1.5,
        f"× bare ({own.p95:.0f} ms)",
    )
    alone = crowd.latency(save, seconds)
    report.figure(
        f"launch of {REVIEWS:,} reviews, to its answer", _launch(visit), MAX_LAUNCH_MS, "ms"
    )
    during, told = _beside(data, cast.reviewing, save)
    for what, (held, worst, took) in told.items():
        said = f"ms (worst {worst:.0f}, {took:.0f} s in all)"
        report.figure(f"{what}, a write, p95", held, MAX_HELD_MS, said)
    report.figure(
        "a review saved meanwhile, at worst",
        during.worst / alone.p95,
        MAX_SAVED,
        f"× p95 before ({during.worst:.0f} ms)",
    )


class Author:
    """Somebody who leads others, writing about one of them."""

    def __init__(self, line: Line, form: int) -> None:
        self.line, self.path, self.turn = line, f"/forms/{form}", 0
        page = must(200, line.get(self.path), self.path).text
        found = re.search(r'<textarea[^>]* name="([^"]+)"', page)
        assert found
        self.question, self.version = found[1], _version(page)

    def save(self) -> Answer:
        self.turn += 1
        fields = {self.question: f"Word {self.turn}. {SAID}", "version": self.version}
        answer = must(200, self.line.post(f"{self.path}/draft", fields, FRAGMENT), self.path)
        self.version = _version(answer.text)
        return answer


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, "The form does not carry its version."
    return found[1]


def forms_of_leads(but: int) -> dict[int, int]:
    """By person a form about somebody else that they owe. `but` is written by another already:
    two who save the same form are told so, and stop."""
    rows = (
        Submission.select()
        .join(Assignment, on=(Assignment.target == Submission.id))
        .where(Assignment.kind == FORM, Assignment.is_open(), Submission.id != but)
        .where(Submission.person != Submission.about)
        .order_by(Submission.id)
    )
    return {row.person_id: row.id for row in rows}


def _authors(data: Path, dyno: Dyno, but: int) -> list[Any]:
    """Eight who write, each about one person, signed in on a line of their own."""
    with _opened(data), db.write():
        forms = forms_of_leads(but)
        some = sorted(forms)[5 : 5 + WRITERS]
        links = [(Link.make(Person.get_by_id(one)), forms[one]) for one in some]

    @contextmanager
    def writing(token: str, form: int) -> Iterator[Author]:
        with Line(dyno.port) as line:
            must(303, line.post(f"/sign-in/link/{token}", {}))
            yield Author(line, form)

    return [writing(*one) for one in links]


@contextmanager
def _saving(authors: list[Author]) -> Iterator[None]:
    """All of them save, so many times a second in all."""
    told, pause = threading.Event(), len(authors) / STEADY

    def write(author: Author) -> None:
        due = time.perf_counter()
        while not told.is_set():
            author.save()
            due += pause
            told.wait(max(0, due - time.perf_counter()))

    threads = [threading.Thread(target=write, args=(one,), daemon=True) for one in authors]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        told.set()
        for thread in threads:
            thread.join()


def _launch(visit: Visit) -> float:
    """Milliseconds until HR has launched it for everybody."""
    line, path = visit.lines["hr"], f"/reviews/cycles/new/{PLAN}"
    page = must(200, line.get(path), path).text
    fields = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page))
    wanted = {name: fields[name] for name in fields if name in ("day", "title")}
    day = re.search(r'name="day"[^>]*value="([^"]+)"', page)
    assert day
    form = {**wanted, "title": "Launched", "day": day[1], "rule": "everyone"}
    return must(303, line.post(path, form), path).seconds * 1000


def _beside(
    data: Path, form: int, save: Callable[[], Answer]
) -> tuple[crowd.Latency, dict[str, tuple[float, float, float]]]:
    """Somebody saves while a process beside the dyno does what the worker does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.reviews", "run", str(data), str(form)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    took = []
    while process.poll() is None:
        took.append(save().seconds * 1000)
    assert process.stdout is not None and process.returncode == 0
    took.sort()
    told = json.loads(process.stdout.read().splitlines()[-1])
    return crowd.Latency(took[len(took) // 2], took[int(len(took) * 0.95)], took[-1]), told


# -- in a process of its own -------------------------------------------------------------------


@contextmanager
def _opened(data: Path) -> Iterator[None]:
    app = create_app(Config(secret_key="bench" * 8, data_dir=data))
    with app.app_context():
        db.database.connect(reuse_if_open=True)
        yield
        db.database.close()


class Turns:
    """How long each write kept the others out."""

    def __init__(self) -> None:
        self.turnstile, self.held = db.database.obj.turnstile, [0.0]
        db.database.obj.turnstile = self

    @contextmanager
    def passed(self) -> Iterator[None]:
        with self.turnstile.passed():
            began = time.perf_counter()
            yield
            self.held.append((time.perf_counter() - began) * 1000)

    def of(self, work: Callable[[], Any]) -> tuple[float, float, float]:
        """Milliseconds under which 19 of 20 of its writes were, and the longest; and how many
        seconds all of it took."""
        began = time.perf_counter()
        self.held.clear()
        work()
        held = sorted(self.held)
        return held[int(len(held) * 0.95)], held[-1], time.perf_counter() - began


def run(kept: int) -> None:
    """`kept` is a form that somebody goes on writing meanwhile."""
    db.give_way()
    turns, today = Turns(), clock.today()
    document, helen = Document.named("review", PLAN), Person.get_by_id(2)
    assert document is not None
    here = Person.select().where(Person.last_day_on.is_null()).order_by(Person.id.desc())
    people = list(here.limit(REVIEWS))
    told = {
        f"launch of {REVIEWS:,}": turns.of(
            lambda: Cycle.begin(document, people, today, by=helen, title="Beside")
        )
    }
    for phase in Phase.to_open(today):
        phase.open(by=None)
    told[f"asking {REVIEWS:,}"] = turns.of(following.ask_all)
    _send_all(kept)
    told[f"release of {REVIEWS:,}"] = turns.of(following.share_and_release)
    print(json.dumps(told))


def _send_all(kept: int) -> None:
    """What managers write in the cycle under way is there but for one, and its day has come."""
    cycle = Cycle.get(Cycle.title == "This year")
    manager, release = cycle.phase(MANAGER), cycle.phase(RELEASE)
    at = clock.now()
    forms = ReviewPart.select(ReviewPart.submission).where(ReviewPart.phase == manager)
    ids = [row.submission_id for row in forms if row.submission_id != kept]
    answers = _filled(manager.form)[1]
    for first in range(0, len(ids), 100):
        some = ids[first : first + 100]
        with db.write():
            Submission.update(answers=answers, submitted_at=at).where(
                Submission.id.in_(some), Submission.submitted_at.is_null()
            ).execute()
    with db.write():
        Phase.update(opened_at=at).where(Phase.id == release.id).execute()


if __name__ == "__main__":
    with _opened(Path(sys.argv[2])):
        run(int(sys.argv[3]))
