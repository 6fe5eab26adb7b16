"""A run is a secret address for one person and one attempt, and it ends."""

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask

from portal import clock, db
from portal.people.models import Person
from portal.scorm import run_jobs, runs
from portal.scorm.models import ItemState, Run
from tests.scorm import builders, playing
from tests.scorm.playing import Window, begun


@pytest.fixture
def host(database) -> Iterator[Flask]:
    with playing.content_app(database) as app:
        yield app


@pytest.fixture
def taken(host: Flask, who: SimpleNamespace) -> SimpleNamespace:
    return begun(builders.single(), who)


def test_only_a_hash_of_its_address_is_kept(taken) -> None:
    assert len(taken.token) == 22
    assert taken.token not in json.dumps(Run.get().__data__, default=str)
    assert runs.find(taken.token) == taken.run
    assert runs.player_url(taken.token) == f"http://{playing.CONTENT}/run/{taken.token}/"


def test_it_lives_as_long_as_it_is_heard_of(host: Flask, taken, move_clock) -> None:
    window = Window(host, taken.token)
    window.load()
    for _ in range(3):
        move_clock(hours=7)
        window.commit()
    move_clock(hours=8, seconds=1)
    answer = window.send(window.payload())
    assert (answer.status_code, answer.json["why"]) == (410, "silent")
    assert "What was saved" in answer.json["refused"]


def test_silence_closes_it_and_what_was_kept_is_resumed(host: Flask, taken, move_clock) -> None:
    window = Window(host, taken.token)
    window.load()
    window.commit({"cmi.core.lesson_location": "3"})
    assert run_jobs.close_silent_runs() == 0
    move_clock(hours=9)
    assert run_jobs.close_silent_runs() == 1
    assert run_jobs.close_silent_runs() == 0
    assert Run.get().why == "silent"
    _, token = runs.open_run(taken.package, taken.attempt.person, runs.LEARN, taken.attempt)
    later = Window(host, token)
    later.load()
    assert later.loaded("cmi.core.entry") == "resume"
    assert later.loaded("cmi.core.lesson_location") == "3"


def test_a_departure_closes_it_at_once(host: Flask, taken) -> None:
    window = Window(host, taken.token)
    window.load()
    with db.write():
        Person.update(access_ends_at=clock.now()).where(
            Person.id == taken.attempt.person_id
        ).execute()
    assert runs.find(taken.token) is None
    assert window.send(window.payload()).json["why"] == "revoked"
    assert window.get("f/index.html").status_code == 410
    assert window.get("").status_code == 410
    assert ItemState.select().count() == 0


def test_all_of_somebody_can_be_revoked(taken, who) -> None:
    assert runs.revoke_of(who.otto) == 0
    assert runs.revoke_of(who.erin) == 1
    assert runs.find(taken.token) is None
    assert Run.get().why == "revoked"


def test_closing_happens_once(taken) -> None:
    assert taken.run.close(runs.EXITED)
    assert not Run.get().close(runs.REVOKED)
    assert Run.get().why == "exited"


def test_a_preview_ends_with_the_right_to_it(host: Flask, who) -> None:
    package = playing.ready(builders.single(), who.helen)
    _, token = runs.open_run(package, who.helen, runs.PREVIEW)
    assert runs.find(token)
    _, stolen = runs.open_run(package, who.erin, runs.PREVIEW)
    assert runs.find(stolen) is None
    with pytest.raises(ValueError):
        runs.open_run(package, who.helen, runs.LEARN)


def test_an_address_finds_its_run_with_one_question(taken, queries) -> None:
    with queries() as seen:
        assert runs.find(taken.token)
    assert len(seen) == 1


def test_a_commit_asks_little(host: Flask, taken, queries) -> None:
    window = Window(host, taken.token)
    window.load()
    window.commit({"cmi.core.lesson_location": "1"})
    payload = window.payload({"cmi.core.lesson_location": "2"})
    with queries() as seen:
        assert window.send(payload).status_code == 200
    # The run, that it is the next one, the item, and what it has become.
    assert len(seen) == 4, seen
