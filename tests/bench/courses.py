"""Fifty courses taken by everybody; and packages: commits, files, an upload, an import.

`python -m tests.bench.courses import FOLDER` checks a package of a hundred items as the worker
does, in a process of its own, and prints what that took.
"""

import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from datetime import time as time_of_day
from itertools import count
from pathlib import Path
from typing import Any

from portal import clock, db, models
from portal.app import create_app
from portal.blobs import Blob
from portal.config import Config
from portal.documents.models import Document, Revision
from portal.learning import taking
from portal.learning.models import Attempt, Completion
from portal.people.models import Person
from portal.scorm import checking, runs
from portal.scorm.models import Package
from tests.bench import crowd
from tests.bench.dyno import ROOT, Dyno, running
from tests.bench.measure import Visit, must
from tests.bench.report import MAX_CROWD, Report
from tests.bench.rows import insert
from tests.bench.wire import Line
from tests.scorm import builders

COURSES = 50
# One in so many has begun and not finished.
UNDER_WAY = 10
LEARNERS, MIN_COMMITS, STEADY = 8, 500, 300
UPLOAD_MB, MAX_UPLOAD_MB = 300, 160
PART_BYTES = 8 * 1024 * 1024
ITEMS = 100
HOST = "content.localhost"
TEXT = """---
kind: course
title: Course {number}
summary: What course {number} is good for
audience: everyone
topic: Topic {topic}
minutes: 10
certificate: 12 months
---
What one has to know of matter {number}.

## Questions
Which is right?
- ( ) This
- (x) That
"""
PACKED = """---
kind: course
title: A course in a package
audience: everyone
format: scorm
package: {package}
---
Go through it.
"""


# -- what the pages of the benchmark's company stand on ----------------------------------------


def fill(today: date) -> int:
    """Fifty courses, taken by all but one in ten, who are under way; returns the id of one.

    Call it inside `db.write()`.
    """
    helen = Person.get_by_id(2)
    people = [row.id for row in Person.select(Person.id).order_by(Person.id)]
    at = datetime.combine(today, time_of_day(0, 0, 1), clock.zone_of("UTC"))
    codes = count()
    for number in range(COURSES):
        source = TEXT.format(number=number, topic=number % 7)
        document = Document.start("course", f"Course {number}", by=helen)
        revision = document.publish(source, by=helen)
        last = Attempt.select(Attempt.id).order_by(Attempt.id.desc()).first()
        after = last.id if last else 0
        insert(Attempt, (_attempt(revision, person, at) for person in people))
        made = Attempt.select(Attempt.id, Attempt.person).where(
            Attempt.id > after, Attempt.completed_at.is_null(False)
        )
        rows = made.tuples()
        insert(Completion, (_completion(revision, *row, at, today, codes) for row in list(rows)))
    return int(document.id)


def _attempt(revision: Revision, person: int, at: datetime) -> dict[str, Any]:
    is_done = (person + revision.document_id) % UNDER_WAY > 0
    return {
        "course": revision.document_id,
        "revision": revision.id,
        "person": person,
        "number": 1,
        "format": "page",
        "completion": "completed" if is_done else "incomplete",
        "success": "passed" if is_done else "unknown",
        "score": 90.0 if is_done else None,
        "seconds": 600,
        "started_at": at,
        "touched_at": at,
        "completed_at": at if is_done else None,
        "ended_at": at if is_done else None,
    }


def _completion(
    revision: Revision, attempt: int, person: int, at: datetime, today: date, codes: Iterator[int]
) -> dict[str, Any]:
    return {
        "course": revision.document_id,
        "revision": revision.id,
        "person": person,
        "attempt": attempt,
        "how": "taken",
        "score": 90.0,
        "seconds": 600,
        "done_at": at,
        "done_on": today,
        "expires_on": today.replace(year=today.year + 1),
        "code": f"BENCH{next(codes)}",
        "recorded_at": at,
        "recorded_by": person,
        "personal_hash": "0" * 64,
    }


# -- packages ----------------------------------------------------------------------------------


def measure(report: Report, data: Path, visit: Visit, seconds: float) -> None:
    """Add the figures of the player's host, on a dyno of its own over the same company."""
    tokens = _open_runs(data)
    with running(data, CONTENT_HOST=HOST) as dyno, ExitStack() as stack:
        page = visit.pages[0]
        reader = stack.enter_context(Line(dyno.port))
        reader.cookie = visit.lines[page.who].cookie

        def look() -> Any:
            return must(200, reader.get(page.path), page.path)

        learners = [stack.enter_context(_learning(dyno, token)) for token in tokens]
        alone = crowd.latency(look, seconds)
        with _committing(learners, STEADY) as steady:
            beside = crowd.latency(look, seconds)
        with _committing(learners) as flat_out:
            time.sleep(seconds)
        each = f"ms each ({flat_out.rate:.0f}/s)"
        report.figure("commits of 8 learners", 1000 / flat_out.rate, 1000 / MIN_COMMITS, each)
        report.figure(
            f"Today beside {steady.rate:.0f} commits/s, p95",
            beside.p95 / alone.p95,
            MAX_CROWD,
            f"× alone ({beside.p95:.0f} ms)",
        )
        report.figure("a package's file beside an asset", *_files(dyno, tokens[0]))
        grown = _upload(dyno, visit.lines["hr"].cookie)
        report.figure(f"memory while {UPLOAD_MB} MB come in", grown, MAX_UPLOAD_MB, "MB")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.courses", "import", str(data.parent / "import")],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    taken = json.loads(done.stdout.splitlines()[-1])
    report.figure(f"import of a package of {ITEMS} items", taken["seconds"], None, "s")
    report.figure("memory of whoever imports it", taken["mb"], 200, "MB")


@contextmanager
def _opened(data: Path) -> Iterator[None]:
    app = create_app(Config(secret_key="bench" * 8, data_dir=data, content_host=HOST))
    with app.app_context():
        db.database.connect(reuse_if_open=True)
        models.migrate()
        yield
        db.database.close()


def _open_runs(data: Path) -> list[str]:
    """The addresses of eight runs, one for each learner, of one package."""
    with _opened(data):
        helen = Person.get_by_id(2)
        package = _bring(builders.single("1.2"))
        document = Document.start("course", "A course in a package", by=helen)
        document.publish(PACKED.format(package=package.name), by=helen)
        course = Document.get_by_id(document.id)
        learners = list(Person.select().where(Person.id > 10).limit(LEARNERS))
        tokens = []
        for person in learners:
            attempt = taking.begin(course, person, by=person)
            tokens.append(runs.open_run(package, person, runs.LEARN, attempt)[1])
    return tokens


def _bring(zipped: bytes) -> Package:
    blob = Blob.put(zipped)
    with db.write():
        package = Package.create(
            slug="bench", version=1, title="Bench", file_name="bench.zip", upload=blob,
            created_at=clock.now(), created_by=Person.select().order_by(Person.id).first(),
        )  # fmt: skip
    checking.check_due()
    package = Package.get_by_id(package.id)
    if not package.is_ready:
        raise SystemExit(f"The benchmark's package was refused: {package.problems}")
    return package  # type: ignore[no-any-return]


class Learner:
    """One window of the player: it was loaded, and commits."""

    def __init__(self, line: Line, token: str) -> None:
        self.line, self.token = line, token
        page = must(200, line.get(f"/run/{token}/"))
        written = page.text.partition('id="state" hidden>')[2].partition("</div>")[0]
        self.state = json.loads(written)
        self.sequence = 0

    def commit(self) -> None:
        self.sequence += 1
        payload = {
            "session": self.state["session"],
            "item": self.state["item"],
            "sequence": self.sequence,
            "elements": {
                "cmi.core.lesson_location": f"page-{self.sequence}",
                "cmi.suspend_data": f"seen={self.sequence};" * 20,
            },
        }
        path = f"/run/{self.token}/commit"
        must(200, self.line.send(self.line.request("POST", path, body=json.dumps(payload))), path)


@contextmanager
def _learning(dyno: Dyno, token: str) -> Iterator[Learner]:
    with Line(dyno.port) as line:
        line.host = HOST
        yield Learner(line, token)


class Flow:
    """So many commits, in so much time."""

    def __init__(self) -> None:
        self.began = self.ended = time.perf_counter()
        self.made = 0

    @property
    def rate(self) -> float:
        return self.made / (self.ended - self.began)


@contextmanager
def _committing(learners: list[Learner], a_second: float = 0) -> Iterator[Flow]:
    """All of them commit, as fast as they can or so many a second in all."""
    flow, told = Flow(), threading.Event()
    pause = len(learners) / a_second if a_second else 0

    def commit(learner: Learner) -> None:
        due = time.perf_counter()
        while not told.is_set():
            learner.commit()
            flow.made += 1
            due += pause
            if pause and (left := due - time.perf_counter()) > 0:
                told.wait(left)

    threads = [threading.Thread(target=commit, args=(one,), daemon=True) for one in learners]
    flow.began = time.perf_counter()
    for thread in threads:
        thread.start()
    try:
        yield flow
    finally:
        told.set()
        for thread in threads:
            thread.join()
        flow.ended = time.perf_counter()


def _files(dyno: Dyno, token: str) -> tuple[float, float, str]:
    """How long a file of a package takes, in times of what an asset of the portal does."""
    with Line(dyno.port) as line, Line(dyno.port) as plain:
        line.host = HOST
        page = must(200, plain.get("/sign-in")).text
        asset = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        must(200, line.get(f"/run/{token}/"))
        path = f"/run/{token}/f/index.html"
        own, theirs = [], []
        for _ in range(200):
            own.append(must(200, line.get(path), path).seconds)
            theirs.append(must(200, plain.get(asset), asset).seconds)
    own.sort()
    theirs.sort()
    return own[100] / theirs[100], 3, "× the stylesheet"


def _upload(dyno: Dyno, cookie: str) -> float:
    """The most memory the dyno takes while a large file is sent in parts."""
    most, told = [0.0], threading.Event()

    def watch() -> None:
        while not told.wait(0.1):
            most[0] = max(most[0], dyno.memory_mb())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    with Line(dyno.port) as line:
        line.cookie = cookie
        size = UPLOAD_MB * 1024 * 1024
        asked = {"kind": "package", "name": "large.zip", "size": str(size)}
        key = json.loads(must(201, line.post("/uploads", asked)).text)["key"]
        part = b"\0" * PART_BYTES
        for offset in range(0, size, PART_BYTES):
            body = part[: size - offset]
            head = line.request("POST", f"/uploads/{key}/parts/{offset}")
            head = head.replace(b"Content-Length: 0", b"Content-Length: %d" % len(body))
            head = head.replace(b"x-www-form-urlencoded", b"octet-stream")
            must(200, line.send(head + body))
        line.post(f"/uploads/{key}/cancellation", {})
    told.set()
    watcher.join()
    return most[0]


def main() -> None:
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    with _opened(folder):
        with db.write():
            Person.create(
                name="Bench",
                folded="bench",
                email="bench@example.com",
                folded_email="bench@example.com",
            )
        zipped = builders.several("2004", ITEMS)
        began = time.perf_counter()
        _bring(zipped)
        took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "mb": peak}))


if __name__ == "__main__":
    main()
