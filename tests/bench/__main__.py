"""Measure the portal beside the bare page of PERFORMANCE.md, each figure with its bar.

Ratios of one run count, absolute times do not: every page is timed in turn with the bare page, on
the same server, over the same kind of connection. All traffic stays on 127.0.0.1.
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from portal import clock, db, models
from portal.app import create_app
from portal.config import Config
from tests.bench import (
    bare,
    careers,
    company,
    courses,
    crowd,
    evidence,
    gaps,
    goals,
    growth,
    metrics,
    nights,
    obligations,
    praise,
    reviews,
)
from tests.bench.company import Cast
from tests.bench.dyno import ROOT, Dyno, running
from tests.bench.measure import Visit
from tests.bench.report import MAX_CROWD, Report

RESULTS = ROOT / "bench-results" / "latest.json"
MAX_PEOPLE = 20_000
# Whoever saves waits for one batch of the worker, never for its work.
MAX_SAVED = 10


def main() -> int:
    options = _options()
    sizes = sorted(set(options.people))
    report = Report(sizes)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, ExitStack() as stack:
        visits: dict[int, Visit] = {}
        dynos: dict[int, Dyno] = {}
        for size in sizes:
            data = Path(folder) / str(size)
            cast = _build(data, size)
            dynos[size] = stack.enter_context(running(data))
            visits[size] = Visit(dynos[size].port, cast, stack)
        _say(f"{options.rounds} rounds over everything …")
        for number in range(options.rounds + 1):
            for visit in visits.values():
                visit.round()
                if number == 0:
                    visit.forget()
        report.pages(visits)
        middle = sizes[min(1, len(sizes) - 1)]
        report.bytes(visits[middle])
        _slow_clients(report, dynos[middle], visits[middle], options.seconds)
        report.figure("memory of the whole dyno", dynos[middle].memory_mb(), 160, "MB")
        _publish(report, visits[sizes[-1]], options.seconds)
        _say("Packages …")
        courses.measure(report, Path(folder) / str(middle), visits[middle], options.seconds)
        _say("Reviews …")
        reviews.measure(
            report, Path(folder) / str(middle), dynos[middle], visits[middle], options.seconds
        )
        _say("Evidence …")
        evidence.measure(report, Path(folder) / "evidence")
        _say("Metrics …")
        metrics.measure(report, Path(folder) / "metrics", sizes)
        report.figure("start to first answer", _start(Path(folder) / str(middle)), 1.5, "s")
    print(report.text())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report.data, indent=1) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 and 1,000 people, fewer rounds")
    parser.add_argument("--people", type=_sizes, help="how large, such as 100,1000,10000")
    options = parser.parse_args()
    options.people = options.people or ([100, 1_000] if options.quick else [100, 1_000, 10_000])
    options.rounds = 10 if options.quick else 30
    options.seconds = 2.0 if options.quick else 4.0
    return options


def _sizes(words: str) -> list[int]:
    sizes = [int(word) for word in words.split(",")]
    if not all(100 <= size <= MAX_PEOPLE for size in sizes):
        raise argparse.ArgumentTypeError(f"each from 100 to {MAX_PEOPLE}")
    return sizes


def _build(data: Path, size: int) -> Cast:
    """A migrated database with a company of that size, and the bare page's tables."""
    _say(f"A company of {size:,} people …")
    data.mkdir()
    app = create_app(Config(secret_key="bench" * 8, data_dir=data))
    with app.app_context():
        db.database.connect()
        models.migrate()
        today = clock.today("Europe/Berlin")
        cast = filled(size, today)
        bare.furnish()
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.database.close()
    return cast


def filled(size: int, today: date) -> Cast:
    """A company of that size with all that the measured pages stand on."""
    cast = company.fill(size, today)
    with db.write():
        cast = replace(cast, policy=obligations.fill(today))
        cast = replace(cast, course=courses.fill(today))
        gaps.fill(today)
        goals.fill(today)
        growth.fill(today)
        praise.fill(today)
        cast = replace(cast, **reviews.fill(today))
        cast = replace(cast, **careers.fill(today))
        nights.fill()
    return cast


def _slow_clients(report: Report, dyno: Dyno, visit: Visit, seconds: float) -> None:
    _say("Slow clients …")
    today = visit.pages[0]
    cookie = visit.lines["hr"].cookie

    def look() -> Any:
        return visit.fetch(today)

    alone = crowd.latency(look, seconds)
    with crowd.slow_senders(dyno.port, cookie):
        beside_senders = crowd.latency(look, seconds)
    with crowd.slow_readers(dyno.port, cookie):
        beside_readers = crowd.latency(look, seconds)
    report.crowd(alone, beside_senders, beside_readers)


def _publish(report: Report, visit: Visit, seconds: float) -> None:
    """A changed policy goes out to everyone: what a page takes while the worker asks each."""
    _say("Publishing …")
    today = visit.pages[0]
    before = crowd.latency(lambda: visit.fetch(today), seconds)
    save = visit.writes["answer saved"]
    saved_before = crowd.latency(save, seconds)
    visit.publish()
    # The sweep comes once a minute; asking goes on for longer than we look.
    waited = visit.wait_until_asked()
    during = crowd.latency(lambda: visit.fetch(today), seconds)
    saved_during = crowd.latency(save, seconds)
    visit.wait_until_all_are_asked()
    report.figure(
        "Today while a policy goes out, p95",
        during.p95 / before.p95,
        MAX_CROWD,
        f"× before (worst {during.worst:.0f} ms, begun after {waited:.0f} s)",
    )
    report.figure(
        "an answer saved meanwhile, at worst",
        saved_during.worst / saved_before.p95,
        MAX_SAVED,
        f"× p95 before ({saved_during.worst:.0f} ms)",
    )


def _start(data: Path) -> float:
    """Seconds from the command to the first page; the best of three, for the disk is shared."""
    took = []
    for _ in range(3):
        with running(data, "portal", "serve") as dyno:
            took.append(dyno.start_seconds)
    return min(took)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
