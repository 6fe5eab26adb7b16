"""Evidence of 400 people × 20 duties: the state of a day, and a pack, each in a process of its own.

`python -m tests.bench.evidence fill FOLDER` makes the company, `… build FOLDER` builds a pack of it
as the worker does, and prints what that took.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from portal import audit, clock, db, models
from portal.app import create_app
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import Moment
from portal.compliance.spans import Span
from portal.config import Config
from portal.documents.models import Document
from portal.evidence import access, as_of, building
from portal.evidence.models import Pack
from portal.people.grants import Grant
from portal.people.models import Person
from portal.policies.models import Acknowledgment, Signature, hash_of
from tests.bench import company
from tests.bench.dyno import ROOT
from tests.bench.report import Report

PEOPLE, DUTIES = 400, 20
MORE_EVENTS = 100_000
MAX_PACK_SECONDS, MAX_PACK_MB, MAX_GROWTH = 60, 200, 1.3
TEXT = """---
kind: policy
title: Policy {number}
audience: everyone
---
## What to do
Do what policy {number} says.
"""


def measure(report: Report, folder: Path) -> None:
    """Add the figures to the report."""
    folder.mkdir(exist_ok=True)
    filled, built = (_run(step, folder) for step in ("fill", "build"))
    report.figure("as-of report, 8,000 lines", filled["seconds"], None, "s")
    report.figure("the same with 100,000 events more", filled["growth"], MAX_GROWTH, "×")
    report.figure("pack of 400 people × 20 duties", built["seconds"], MAX_PACK_SECONDS, "s")
    report.figure("memory of whoever builds it", built["mb"], MAX_PACK_MB, "MB")


def _run(step: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.evidence", step, str(folder)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def main() -> None:
    step, folder = sys.argv[1], Path(sys.argv[2])
    app = create_app(Config(secret_key="bench" * 8, data_dir=folder))
    db.database.connect()
    with app.app_context():
        print(json.dumps(_fill() if step == "fill" else _build()))


def _fill() -> dict[str, float]:
    models.migrate()
    company.fill(PEOPLE, clock.today())
    people = list(Person.select().where(Person.hired_on.is_null(False)).limit(PEOPLE))
    for number in range(DUTIES):
        _require(number, people)
    few = _timed_report()
    for _ in range(MORE_EVENTS // 10_000):
        with db.write():
            for _ in range(10_000):
                audit.record(None, "exported", people[0], data={"people": 1})
    return {"seconds": few, "growth": _timed_report() / few}


def _require(number: int, people: list[Person]) -> None:
    """A policy in force that everybody has signed."""
    document = Document.start("policy", f"Policy {number}", by=people[0])
    document.publish(TEXT.format(number=number), by=people[0])
    asked, text, now = Requirement.get(Requirement.target == document.id), document.current, None
    with db.write():
        for person in people:
            now = clock.now()
            Coverage.record_span(asked, person.id, Span(clock.today(), None, clock.today()), None)
            Acknowledgment.put_down(
                Signature.draft(name=person.name), by=person, document=document, revision=text,
                person=person, round=0, since_revision=None, text_hash=text.hash,
                shown_hash=hash_of(text.html), statement="I will.", answers="{}", attempts=0,
                identified_by="bench", shown_at=now, agreed_at=now, signed_on=clock.today(),
                on_behalf=False,
            )  # fmt: skip


def _timed_report() -> float:
    """Seconds of the best of three."""
    seconds = []
    moment = Moment(clock.today(), as_of.pin())
    for _ in range(3):
        began = time.perf_counter()
        lines = sum(1 for _ in as_of.lines(moment, as_of.held_on(moment)))
        seconds.append(time.perf_counter() - began)
        assert lines == PEOPLE * DUTIES, lines
    return min(seconds)


def _build() -> dict[str, float]:
    began = time.perf_counter()
    by: Any = Grant.get(Grant.kind == "hr").person
    pack = Pack.ask(
        by=by, as_of=clock.today(), known_at=None,
        requirements=[one.id for one in access.requirements()],
    )  # fmt: skip
    assert building.build_due() == 1, Pack.get_by_id(pack.id).problem
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    main()
