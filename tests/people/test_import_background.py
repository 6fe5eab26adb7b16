"""A large file is the worker's: read in steps, applied when told to, canceled before that."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.people import importing, jobs
from portal.people.importing import LARGE_LINES, Import, Stopped
from portal.people.models import Person
from portal.retention.purging import let_go
from tests import cast
from tests.people.files import read
from tests.people.test_import_size import file_of

PEOPLE = LARGE_LINES + 500


@pytest.fixture
def waiting(as_: Any) -> tuple[Any, str]:
    """A large file that Helen brought, and its page."""
    helen = as_("helen")
    answer = read(helen, file_of(PEOPLE))
    assert answer.status_code == 303
    return helen, answer.location


def test_a_large_file_is_read_by_the_worker_and_applied_by_it(waiting: Any) -> None:
    helen, address = waiting
    page = helen.get(address).text
    assert "Reading people.csv" in page and f'hx-get="{address}" hx-trigger="every 2s"' in page
    part = helen.hx_get(address, "import")
    assert part.text.lstrip().startswith('<div id="import" hx-get') and "<html" not in part.text
    jobs.work_on_imports()
    page = helen.get(address).text
    assert f"Import {PEOPLE} people" in page and "every 2s" not in page
    assert f"And {PEOPLE - 100} more of the same kind." in page
    assert Person.select().where(Person.number.startswith("N")).count() == 0
    assert helen.post(f"{address}/application").location == address
    assert "Importing people.csv" in helen.get(address).text
    helen.post(f"{address}/application")
    jobs.work_on_imports()
    assert Person.select().where(Person.number.startswith("N")).count() == PEOPLE
    assert f"{PEOPLE} new, 0 changed" in helen.get(address).text
    assert bytes(Import.get().content) == b"" and Import.get().found == ""
    if not db.is_sqlite():
        known = "SELECT reltuples FROM pg_class WHERE oid = 'person'::regclass"
        assert db.database.execute_sql(known).fetchone()[0] >= PEOPLE


def test_progress_is_said_while_it_is_read(waiting: Any, monkeypatch: Any) -> None:
    helen, address = waiting
    seen: list[str] = []
    go_on = Import._go_on

    def watch(self: Import, phase: str, done: int) -> None:
        go_on(self, phase, done)
        seen.append(helen.get(address).text)

    monkeypatch.setattr(Import, "_go_on", watch)
    jobs.work_on_imports()
    assert len(seen) == PEOPLE // 250
    assert f"500 of {PEOPLE} lines looked at" in seen[1]


def test_it_is_canceled_while_it_waits_is_read_or_was_read(waiting: Any, monkeypatch: Any) -> None:
    helen, address = waiting
    go_on = Import._go_on
    steps: list[int] = []

    def cancel(self: Import, phase: str, done: int) -> None:
        steps.append(done)
        if done == 500:
            assert helen.post(f"{address}/cancellation").location == "/people/import"
        go_on(self, phase, done)

    monkeypatch.setattr(Import, "_go_on", cancel)
    jobs.work_on_imports()
    assert steps == [250, 500]
    assert Import.get().phase == "canceled" and bytes(Import.get().content) == b""
    assert "Nothing was changed, and the file is gone" in helen.get(address).text
    answer = helen.post(f"{address}/application")
    assert answer.location == "/people/import"
    assert Person.select().where(Person.number.startswith("N")).count() == 0


def test_once_it_is_being_applied_it_is_too_late(waiting: Any) -> None:
    helen, address = waiting
    with db.write():
        Import.update(phase="applying", claimed_at=clock.now()).execute()
    helen.post(f"{address}/cancellation")
    assert Import.get().phase == "applying"


def test_what_a_dead_worker_left_is_done_by_the_next(waiting: Any, move_clock: Any) -> None:
    with db.write():
        Import.update(phase="reading", claimed_at=clock.now()).execute()
    jobs.work_on_imports()
    assert Import.get().phase == "reading"
    move_clock(minutes=4)
    jobs.work_on_imports()
    assert Import.get().phase == "read"


def test_two_workers_do_not_read_one_file_at_once(waiting: Any) -> None:
    kept = Import.get()
    with db.write():
        Import.update(phase="reading", claimed_at=clock.now()).execute()
    kept.work()
    assert Import.get().phase == "reading"
    with pytest.raises(Stopped):
        kept._go_on("applying", 250)


def test_a_large_file_with_a_mistake_says_so_on_its_page(as_: Any) -> None:
    helen = as_("helen")
    address = read(helen, file_of(PEOPLE).replace(b",p7@big", b",p8@big")).location
    jobs.work_on_imports()
    page = helen.get(address)
    assert page.status_code == 200 and "stands in the way" in page.text
    assert "/application" not in page.text


def test_what_became_wrong_before_it_was_applied_is_said(as_: Any, who: Any) -> None:
    helen = as_("helen")
    content = file_of(PEOPLE) + b"\nX1,x@big.example,X,2026-12-01,R,D,T,Berlin,mara@halden.example"
    address = read(helen, content).location
    jobs.work_on_imports()
    helen.post(f"{address}/application")
    who.mara.depart(by=None, last_day_on=cast.TODAY - timedelta(days=1), access_ends_at=clock.now())
    jobs.work_on_imports()
    assert "not a colleague any more" in helen.get(address).text
    assert Person.select().where(Person.number.startswith("N")).count() == 0


def test_who_is_not_hr_any_more_has_nothing_applied(waiting: Any, who: Any) -> None:
    helen, address = waiting
    jobs.work_on_imports()
    helen.post(f"{address}/application")
    for grant in who.helen.all_grants:
        grant.end(by=None)
    jobs.work_on_imports()
    assert Import.get().phase == "canceled"
    assert Person.select().where(Person.number.startswith("N")).count() == 0


def test_files_nobody_applied_go_after_a_week(as_: Any, move_clock: Any) -> None:
    helen = as_("helen")
    read(helen, "email,name,start\na@b.cc,A A,2026-12-01\n")
    move_clock(days=6)
    let_go("imports")
    assert Import.select().count() == 1
    move_clock(days=2)
    let_go("imports")
    assert Import.select().count() == 0


def test_a_small_file_stays_immediate(as_: Any) -> None:
    answer = read(as_("helen"), file_of(200))
    assert answer.status_code == 200 and "200 new" in answer.text
    assert importing.LARGE_LINES <= 5_000
