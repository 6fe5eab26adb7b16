"""Metrics of a company with three years behind it: what a page asks, and what a night takes.

`python -m tests.bench.metrics 100 1000 10000` builds a company of each size and prints, of every
page, how long its questions take together; of one night, and of the first run with the months
before it, how long it took, how long anybody who saves had to wait for it, and how much memory it
held; and which measures take longest. TEST_DATABASE=postgres does so there. With `--plans` it
prints how the pages' questions are answered, index by index.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from portal import clock, db, models
from portal.app import create_app
from portal.assignments.models import Assignment
from portal.config import Config
from portal.metrics import snapshots
from portal.metrics.measure import measures
from portal.people.functions import Function, Holder
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.signing import Device
from tests import servers
from tests.bench import company, courses, gaps, goals, growth, obligations, praise, reviews
from tests.bench.dyno import ROOT
from tests.bench.report import MAX_GROWTH, Report
from tests.bench.rows import insert

YEARS = 3
DUTIES_A_YEAR = 20
DAY = 365
# Whoever had to do something by a day is late with it: the portal was filled so long ago.
AGO = timedelta(days=45)
STEPS = ("build", "night", "first", "pages", "each")
SLOWEST = 5
# The line of a manager is the smallest of at least so many, and of at most eight times as many.
LINE = 30
MAX_PAGE_MS, MAX_HELD_MS, MAX_MB = 50, 50, 200
PAGES = {
    "every number": ("hr", "/metrics"),
    "one, by department": ("hr", "/metrics/compliance_overdue?by=department"),
    "one, by manager": ("hr", "/metrics/compliance_overdue?by=manager"),
    "the executives’ page": ("hr", "/metrics/executive"),
    "the people behind one": ("hr", "/metrics/compliance_overdue/people"),
    **{
        f"a line’s {group}": ("manager", f"/metrics?group={group}")
        for group in ("onboarding", "compliance", "performance", "learning", "careers",
                      "engagement", "people")
    },
    "a line’s one": ("manager", "/metrics/compliance_overdue?by=manager"),
    "the people of a line": ("manager", "/metrics/compliance_overdue/people"),
}  # fmt: skip


# -- three years -------------------------------------------------------------------------------


def fill(people: int, today: date) -> None:
    """A company of that size whose people have moved, owed and done things for three years."""
    cast = company.fill(people, today)
    with db.write():
        obligations.fill(today)
        courses.fill(today)
        gaps.fill(today)
        goals.fill(today)
        growth.fill(today)
        praise.fill(today)
        reviews.fill(today)
        number = Person.select().where(Person.hired_on.is_null(False)).count()
        insert(Position, _earlier(number, today))
        insert(Assignment, _duties(number, today))
        executive = Function.set_up("executive", "Executive", by=None)
        Holder.appoint(executive, Person.get_by_id(1), by=None, starts_on=today)
    # PostgreSQL does so by itself soon after; SQLite has no statistics where the portal runs.
    if not db.is_sqlite():
        db.database.execute_sql("VACUUM ANALYZE")
    assert cast.links


def _earlier(people: int, today: date) -> Iterator[dict[str, Any]]:
    """What everybody held in each of the years before, one level below the other."""
    for number in range(1, people + 1):
        for year in range(1, YEARS + 1):
            began = today - timedelta(days=DAY * (year + 1))
            yield {
                "person": number, "role": "Trainee", "level": f"L{YEARS - year}",
                "manager": company.leader_of(number), "recorded_at": clock.now(),
                "starts_on": began, "ends_on": began + timedelta(days=DAY - 1),
            }  # fmt: skip


def _duties(people: int, today: date) -> Iterator[dict[str, Any]]:
    """Twenty things a year for everybody: most done in time, one in twenty late or open."""
    for number in range(1, people + 1):
        for place in range(YEARS * DUTIES_A_YEAR):
            due = today - timedelta(days=place * DAY // DUTIES_A_YEAR + number % 18)
            late = (number + place) % 20 == 0
            settled = None if late and place < 2 else due + timedelta(days=3 if late else -2)
            yield {
                "person": number, "kind": "page", "target": place + 1, "title": "Something owed",
                "opened_at": _at(due - timedelta(days=30)), "due_on": due, "due_at": _at(due),
                "settled_at": _at(settled) if settled else None,
                "outcome": "done" if settled else "",
            }  # fmt: skip


def _at(day: date) -> datetime:
    return datetime.combine(day, time_of_day(12), clock.zone_of("UTC"))


# -- one night ---------------------------------------------------------------------------------


def night() -> dict[str, float]:
    """Take the newest night."""
    return _taken(lambda: snapshots.take(snapshots.last_night(), list(measures.values())))


def first_run() -> dict[str, float]:
    """Take all that is missing: with a night that is there, the ends of thirteen months."""
    return _taken(snapshots.take_due)


def _taken(work: Callable[[], Any]) -> dict[str, float]:
    """Seconds, MB above what the process held, and the longest write."""
    held_mb, start = _mb(), time.perf_counter()
    with _held() as held:
        work()
    took = time.perf_counter() - start
    return {"seconds": took, "mb": _mb() - held_mb, "all_mb": _mb(), "longest_ms": max(held)}


@contextmanager
def _held() -> Iterator[list[float]]:
    """How many milliseconds each write inside keeps the others out."""
    held, write = [0.0], db.write

    @contextmanager
    def timed(**options: Any) -> Iterator[None]:
        start = time.perf_counter()
        with write(**options):
            yield
        held.append((time.perf_counter() - start) * 1000)

    db.write = timed
    try:
        yield held
    finally:
        db.write = write


def each() -> dict[str, float]:
    """The measures that take longest, company-wide: milliseconds of each."""
    took = {}
    for one in measures.values():
        start = time.perf_counter()
        if not one.ready:
            list(one.tallies(one.scope(snapshots.last_night())))
        took[one.name] = (time.perf_counter() - start) * 1000
    slowest = sorted(took, key=lambda name: -took[name])[:SLOWEST]
    return {name: took[name] for name in slowest}


def _mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- pages -------------------------------------------------------------------------------------


def pages(app: Any, rounds: int = 5) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Of each page the milliseconds its questions take together, the best of some rounds, every
    row fetched; and how each of them is answered."""
    took, plans = {}, {}
    for name, (who, address) in PAGES.items():
        client = _signed_in(app, who)
        asked = _asked(client, address)
        took[name] = min(_answered(asked) for _ in range(rounds))
        plans[name] = [_plan(*question) for question in asked]
    return took, plans


def _signed_in(app: Any, who: str) -> Any:
    """A browser of Helen's in HR, or of somebody with a line."""
    people = Person.select(Person.id).where(Person.hired_on.is_null(False)).count()
    person = Person.get_by_id(2 if who == "hr" else _leader(people))
    client = app.test_client()
    token = Device.sign_in(person, how="bench", agent="bench", address="127.0.0.1")
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def _leader(people: int) -> int:
    """The last one whose line is large enough."""
    leaders = range(people // company.SPAN, 0, -1)
    return next(one for one in leaders if _below(one, people) >= LINE)


def _below(leader: int, people: int) -> int:
    first = company.SPAN * (leader - 1) + 2
    reports = range(first, min(people + 1, first + company.SPAN))
    return len(reports) + sum(_below(one, people) for one in reports)


def _asked(client: Any, address: str) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []

    def note(event: Any) -> None:
        if event.sql.startswith("SELECT") or event.sql.startswith("WITH"):
            seen.append((event.sql, event.params))

    client.get(address)
    with _hooked(note):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return seen


@contextmanager
def _hooked(note: Any) -> Iterator[None]:
    db.database.query_hooks.append(note)
    try:
        yield
    finally:
        db.database.query_hooks.remove(note)


def _answered(asked: list[tuple[str, Any]]) -> float:
    start = time.perf_counter()
    for sql, params in asked:
        db.database.execute_sql(sql, params).fetchall()
    return (time.perf_counter() - start) * 1000


def _plan(sql: str, params: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if db.is_sqlite() else "EXPLAIN "
    rows = db.database.execute_sql(explain + sql, params).fetchall()
    return "\n".join(f"    {row[-1]}" for row in rows)


# -- for scripts/bench -------------------------------------------------------------------------


def measure(report: Report, folder: Path, sizes: list[int]) -> None:
    """Add what metrics cost at each size to the report, each built and asked by itself."""
    folder.mkdir(exist_ok=True)
    found = {size: _run(size, folder / str(size)) for size in sizes}
    small, large = found[sizes[0]], found[sizes[-1]]
    for name in PAGES:
        report.figure(
            f"metrics, {name}: database", large["pages"][name], MAX_PAGE_MS,
            f"ms at {sizes[-1]:,} people × {YEARS} years",
        )  # fmt: skip
    growth = large["pages"]["every number"] / small["pages"]["every number"]
    report.figure("metrics, every number, grows", growth, MAX_GROWTH * 2, "×")
    report.figure("a night of metrics", large["night"]["seconds"], None, "s")
    report.figure("a first run of metrics", large["first"]["seconds"], None, "s")
    longest = max(large[run]["longest_ms"] for run in ("night", "first"))
    report.figure("the longest write of both", longest, MAX_HELD_MS, "ms")
    report.figure("memory of the process then", large["first"]["all_mb"], MAX_MB, "MB")
    for name, took in large["each"].items():
        report.figure(f"a measure of the night, {name}", took, None, "ms")


def _run(size: int, folder: Path) -> dict[str, Any]:
    """Build a company, take its night and ask its pages, each in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'portal.db'}"
    if server := os.environ.get("TEST_POSTGRES_URL"):
        servers.drop_database(server, f"bench_{size}")
        url = servers.create_database(server, f"bench_{size}")
    found: dict[str, Any] = {}
    for step in STEPS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.metrics", step, str(size), str(folder), url],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


def step(name: str, size: int, folder: Path, url: str) -> dict[str, Any]:
    """One of the steps, on the company in that folder or database."""
    app = create_app(Config(secret_key="bench" * 8, data_dir=folder, database_url=url))
    with app.app_context():
        db.database.connect()
        if name == "build":
            models.migrate()
            with clock.shifted(-AGO):
                fill(size, clock.today())
            return {}
        if name == "night":
            return {"night": night()}
        if name == "first":
            return {"first": first_run()}
        if name == "each":
            return {"each": each()}
    took, plans = pages(app)
    return {"pages": took, "plans": plans}


def main() -> None:
    if sys.argv[1] in STEPS:
        name, size, folder, url = sys.argv[1:]
        print(json.dumps(step(name, int(size), Path(folder), url)))
        return
    parser = argparse.ArgumentParser(prog="python -m tests.bench.metrics", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 1_000])
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    servers.share_postgres()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        for size in options.sizes:
            found = _run(size, Path(folder) / str(size))
            _print(size, found, options.plans)
    servers.unshare_postgres()


def _print(size: int, found: dict[str, Any], with_plans: bool) -> None:
    print(f"{size:,} people × {YEARS} years")
    for name, run in (("a night", "night"), ("a first run", "first")):
        taken = found[run]
        print(
            f"    {name:24}{taken['seconds']:7.2f} s, {taken['mb']:.0f} MB more and"
            f" {taken['all_mb']:.0f} in all, longest write {taken['longest_ms']:.0f} ms"
        )
    for name, took in found["each"].items():
        print(f"    {name:24}{took:7.1f} ms of the night")
    for name, took in found["pages"].items():
        plans = found["plans"][name]
        print(f"    {name:24}{took:7.1f} ms in {len(plans)} questions")
        for plan in plans if with_plans else []:
            print(plan, end="\n\n")


if __name__ == "__main__":
    main()
