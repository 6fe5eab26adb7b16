"""Sending what stands in the outbox."""

import logging
import time
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

from portal import clock, queue
from portal.forms import is_email
from portal.mail.models import Letter, Message, kinds, one_line
from portal.mail.smtp import Broken, Line, Refused

log = logging.getLogger(__name__)

BATCH = 100
# A run ends after this long, so that other sweeps get their turn; the next begins within a minute.
RUN_SECONDS = 40
# Shorter than the time the worker has to stop in.
TIMEOUT_SECONDS = 10.0

_smtp_url = ""
_sender = ("The people portal", "portal@localhost")


def configure(smtp_url: str, name: str, address: str) -> None:
    """Where letters are handed over, and from whom they come. Without `smtp_url` they wait."""
    global _smtp_url, _sender
    _smtp_url, _sender = smtp_url, (name, address)


@queue.sweep(minutes=1)
def send_letters() -> int:
    """Send every due letter once. Returns how many the mail server took."""
    if not _smtp_url:
        return 0
    sent = 0
    with Line(_smtp_url, TIMEOUT_SECONDS) as line:
        for letter in _mine():
            message = _render(letter)
            if message is None:
                continue
            try:
                sent += _send(line, letter, message)
            except _ServerDown:
                break
    return sent


def _mine() -> Iterator[Letter]:
    """Due letters claimed by this worker, one by one, until none is left or it is time to end."""
    until = time.monotonic() + RUN_SECONDS
    while batch := list(Letter.due(clock.now()).limit(BATCH)):
        for letter in batch:
            if queue.must_stop() or time.monotonic() > until:
                return
            if letter.claim():
                yield letter
        if len(batch) < BATCH:
            return


def _render(letter: Letter) -> Message | None:
    kind = kinds.get(letter.kind)
    if kind is None:
        letter.mark_failed(f"No letter is called “{letter.kind}”.", for_good=True)
        return None
    try:
        message = kind.render(letter)
    except Exception as error:
        log.exception("letter %s could not be written", letter.id)
        letter.mark_failed(f"It could not be written: {type(error).__name__}.", for_good=False)
        return None
    if message is None:
        letter.withdraw()
    return message


class _ServerDown(Exception):
    """Nothing more can be sent now; what is not tried waits for the next run."""


def _send(line: Line, letter: Letter, message: Message) -> int:
    try:
        mail = envelope(letter, message)
    except Exception as error:
        # Whatever cannot be put into a mail today cannot be tomorrow.
        log.exception("letter %s cannot be put into a mail", letter.id)
        letter.mark_failed(f"It fits into no mail: {error}", for_good=True)
        return 0
    try:
        line.hand_over(mail, _sender[1], message.to)
    except Refused as error:
        letter.mark_failed(str(error), error.for_good)
        return 0
    except Broken as error:
        letter.mark_failed(str(error), for_good=False, maybe_sent=error.maybe_taken)
        if error.is_down:
            raise _ServerDown from error
        return 0
    # The one window in which a crash sends a letter twice lies between the server's 250 and this
    # line; the claim makes it visible as a repeat.
    letter.mark_sent(message)
    return 1


def envelope(letter: Letter, message: Message) -> EmailMessage:
    """The mail as it leaves: both parts, and an id that stays the same if it is sent again.

    Raises ValueError for what fits into no header.
    """
    if not is_email(message.to):
        raise ValueError("that is not one e-mail address")
    mail = EmailMessage()
    mail["From"] = Address(header(_sender[0]), addr_spec=_sender[1])
    mail["To"] = message.to
    mail["Subject"] = header(message.subject)
    mail["Date"] = formatdate(clock.now().timestamp())
    mail["Message-ID"] = f"<letter-{letter.id}@{_sender[1].partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


def header(text: str) -> str:
    """`text` fit for a header: this Python would turn an encoded word in it into a real header."""
    return one_line(text.replace("=?", "= ?"))
