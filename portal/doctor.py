"""The doctor: looks at everything that must hold, says it line by line, changes nothing."""

from collections.abc import Iterator
from datetime import timedelta

from portal import audit, clock, db, models, queue, text
from portal.app import create_app
from portal.audit.alarms import ChainAlarm
from portal.blobs import Blob
from portal.config import Config
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.org import Company
from portal.scorm import packages

# Older ones can corrupt a database that two connections write to.
SAFE_SQLITE = (3, 51, 3)
CHECKPOINT_IS_OLD_DAYS = 3


def examine(config: Config, whole: bool = False) -> int:
    """Print every finding; returns 1 when one is a fault. `whole` walks over every event."""
    faults = 0
    for is_well, sentence in findings(config, whole):
        faults += not is_well
        print(f"{'ok   ' if is_well else 'FAULT'} {sentence}")
    print("All is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


def findings(config: Config, whole: bool = False) -> Iterator[tuple[bool, str]]:
    """Pairs of whether it is well and what was found, in the order one would ask."""
    yield from _settings(config)
    try:
        app = create_app(config)
        pending = models.pending()
    except Exception as error:
        yield False, f"The database cannot be opened: {' '.join(str(error).split())}"
        return
    waits = f"{text.count(len(pending), 'migration')} to apply: run “python -m portal migrate”."
    yield not pending, waits if pending else "Migrations are current."
    if pending:
        return
    with app.app_context():
        yield from _database()
        yield from _state(whole)
        yield from _files(config)
        yield from _content_host(config)


def _settings(config: Config) -> Iterator[tuple[bool, str]]:
    if config.is_production:
        yield True, f"Production at {config.app_url}."
        yield (
            not config.demo,
            ("DEMO is on: anyone can sign in as anyone." if config.demo else "DEMO is off."),
        )
        yield (
            bool(config.smtp_url),
            (
                "Letters leave by SMTP."
                if config.smtp_url
                else "SMTP_URL is not set: nobody gets a sign-in code or a reminder."
            ),
        )
        yield (
            bool(config.trusted_proxy),
            (
                "The proxy in front is named."
                if config.trusted_proxy
                else "TRUSTED_PROXY is not set: every visitor seems to come from the proxy."
            ),
        )
    else:
        yield True, f"Development at {config.app_url}."


def _database() -> Iterator[tuple[bool, str]]:
    if not db.is_sqlite():
        yield True, "PostgreSQL answers."
        return
    version = tuple(db.database.obj.server_version)
    said = ".".join(map(str, version))
    yield version >= SAFE_SQLITE, f"SQLite {said}."
    mode = db.database.execute_sql("PRAGMA journal_mode").fetchone()[0]
    yield mode == "wal", f"Journal mode is {mode}."
    keys = db.database.execute_sql("PRAGMA foreign_keys").fetchone()[0]
    yield bool(keys), "Foreign keys are on." if keys else "Foreign keys are off."


def _chain(whole: bool) -> Iterator[tuple[bool, str]]:
    """The chain and its tree, from the last checkpoint or from the first event."""
    verdict, newest = audit.verify(whole), audit.Checkpoint.newest()
    since = "" if whole or newest is None else f" since the checkpoint of {newest.at:%Y-%m-%d}"
    counted = text.count(verdict.checked, "event")
    yield verdict.holds, verdict.problem or f"The audit chain holds: {counted}{since}."
    for alarm in ChainAlarm.ringing():
        if alarm.problem != verdict.problem:
            yield False, alarm.problem
    if newest is not None:
        is_new = clock.now() - newest.at < timedelta(days=CHECKPOINT_IS_OLD_DAYS)
        said = f"The newest checkpoint is of {newest.at:%Y-%m-%d %H:%M} UTC, over {newest.size}."
        yield is_new, said if is_new else f"{said} One a day is made: does the worker run?"
        yield True, _readers()


def _readers() -> str:
    outside = len(Company.settings().checkpoint_addresses)
    if not outside:
        return "No address outside keeps the checkpoints: name one under Settings."
    return f"The checkpoints are mailed to {text.count(outside, 'address')} outside."


def _state(whole: bool) -> Iterator[tuple[bool, str]]:
    yield from _chain(whole)
    hr = Grant.holders_of("hr", clock.today()).count()
    nobody = "Nobody has the HR grant: give it with “python -m portal grant hr EMAIL”."
    yield hr > 0, f"{text.count(hr, 'person')} with the HR grant." if hr else nobody
    failed = Letter.select().where(Letter.failed_at.is_null(False)).count()
    yield not failed, f"{text.count(failed, 'letter')} could not be delivered."
    beat = queue.Beat.get_or_none(queue.Beat.name == "worker")
    seen = f"The worker was last seen at {beat.at:%Y-%m-%d %H:%M} UTC." if beat else ""
    # No fault: the doctor may be asked before the first start, or while all is stopped.
    yield True, seen or "The worker has not run yet."


def _files(config: Config) -> Iterator[tuple[bool, str]]:
    """A sample of the stored files, read through: presence and hashes."""
    place = "in the database" if config.blob_store == "db" else "below DATA_DIR"
    total, read, damaged = Blob.examine()
    for problem in damaged:
        yield False, problem
    if not damaged:
        said = f"{text.count(total, 'file')} stored, new ones {place}"
        yield True, f"{said}; {read} read through, all whole." if total else f"{said}."


def _content_host(config: Config) -> Iterator[tuple[bool, str]]:
    """Without it no package is played, which is a fault once a course is one."""
    if config.content_host:
        yield True, f"Course packages run at {config.content_host}."
    elif packages.any_in_force():
        yield (
            False,
            "CONTENT_HOST is not set, and a course with a package is published: nobody can take it."
            " Set it to a host name of its own, such as courses.example.com.",
        )
    else:
        yield True, "CONTENT_HOST is not set: courses cannot be packages (SCORM)."
