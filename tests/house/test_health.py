"""`/healthz` says how things stand, whoever asks and whatever is down, and never writes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import clock, db
from portal.config import Config
from portal.people.signing import Device


def test_it_writes_nothing_even_for_somebody_signed_in(as_: Any, move_clock: Any) -> None:
    erin = as_("erin")
    before = Device.select().order_by(Device.id.desc()).get().seen_at
    move_clock(hours=2)
    assert erin.get("/healthz").status_code == 200
    assert Device.select().order_by(Device.id.desc()).get().seen_at == before
    assert erin.get("/").status_code == 200
    assert Device.select().order_by(Device.id.desc()).get().seen_at == clock.now()
    assert clock.now() - before == timedelta(hours=2)


def test_it_says_that_the_database_is_away(stranger: Any, database: Config, tmp_path: Path) -> None:
    before = db.database.obj
    away = Config(secret_key="s" * 40, database_url=f"sqlite:///{tmp_path}/no/such/folder.db")
    db.open_database(away)
    try:
        answer = stranger.get("/healthz")
    finally:
        db.database.initialize(before)
    assert answer.status_code == 503
    assert answer.json == {"process": "ok", "database": "unreachable"}
