"""A mail server that can misbehave, a letter kind of a few words, and the sweep that sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.mail import jobs
from portal.mail.models import Letter, LetterKind, Message, kinds
from tests import servers


@pytest.fixture
def sink(database: Any) -> Iterator[servers.SmtpSink]:
    """The mail server to which the portal sends in this test."""
    before = jobs._smtp_url, jobs._sender
    with servers.SmtpSink() as sink:
        jobs.configure(sink.url, "People portal", "portal@people.example.com")
        yield sink
    jobs.configure(before[0], *before[1])


@pytest.fixture(autouse=True)
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TIMEOUT_SECONDS", 1.5)


@pytest.fixture
def note(database: Any) -> Iterator[Callable[..., Letter]]:
    """`note("erin@example.com", subject="Hello")` puts a letter into the outbox."""

    def render(letter: Letter) -> Message | None:
        said = letter.facts
        if said.get("settled"):
            return None
        if said.get("broken"):
            raise ZeroDivisionError
        return Message(said["to"], said["subject"], said["text"], said["html"])

    kinds["note"] = LetterKind("note", render, "Note")

    def note(to: str = "erin@example.com", subject: str = "Hello", **more: Any) -> Letter:
        key = f"note:{Letter.select().count()}"
        words = {"text": "A word.\n", "html": "<p>A word.</p>", **more}
        assert Letter.write("note", key, None, to=to, subject=subject, **words)
        return Letter.get(Letter.key == key)

    yield note
    kinds.pop("note")


@pytest.fixture
def state() -> Callable[[Letter], tuple[str, int, int]]:
    """A letter's state, attempts and repeats as the database has them."""

    def read(letter: Letter) -> tuple[str, int, int]:
        row = Letter.get_by_id(letter.id)
        return row.state, row.attempts, row.repeats

    return read
