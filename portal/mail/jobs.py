"""Sending what stands in the outbox."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from urllib.parse import unquote, urlsplit

from portal import clock, queue
from portal.mail.models import Letter, Message, kinds

log = logging.getLogger(__name__)

BATCH = 200
TIMEOUT_SECONDS = 20

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
    server = None
    try:
        for letter in Letter.due(clock.now()).limit(BATCH):
            if not letter.claim():
                continue
            message = _render(letter)
            if message is None:
                continue
            server = server or _connect(letter)
            if server is None:
                break
            sent += _send(server, letter, message)
            server = server if _alive(server) else None
    finally:
        if server is not None:
            _quit(server)
    return sent


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


def _connect(letter: Letter) -> smtplib.SMTP | None:
    url = urlsplit(_smtp_url)
    host, port = url.hostname or "localhost", url.port
    try:
        if url.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
            if server.has_extn("starttls") or (server.ehlo() and server.has_extn("starttls")):
                server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        return server
    except (OSError, smtplib.SMTPException) as error:
        letter.mark_failed(f"The mail server did not answer: {error}", for_good=False)
        return None


def _send(server: smtplib.SMTP, letter: Letter, message: Message) -> int:
    try:
        server.send_message(envelope(letter, message))
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()), (0, b""))
        letter.mark_failed(f"{code} {reason!r}", for_good=code >= 500)
        _reset(server)
        return 0
    except smtplib.SMTPResponseException as error:
        letter.mark_failed(f"{error.smtp_code} {error.smtp_error!r}", error.smtp_code >= 550)
        _reset(server)
        return 0
    except (OSError, smtplib.SMTPException) as error:
        letter.mark_failed(f"The connection broke: {error}", for_good=False)
        return 0
    # The one window in which a crash sends a letter twice lies between the server's 250 and this
    # line; the claim makes it visible as a repeat.
    letter.mark_sent(message)
    return 1


def envelope(letter: Letter, message: Message) -> EmailMessage:
    """The mail as it leaves: both parts, and an id that stays the same if it is sent again."""
    mail = EmailMessage()
    mail["From"] = formataddr((header(_sender[0]), _sender[1]))
    mail["To"] = header(message.to)
    mail["Subject"] = header(message.subject)
    mail["Date"] = formatdate(clock.now().timestamp())
    mail["Message-ID"] = f"<letter-{letter.id}@{_sender[1].partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail


def header(text: str) -> str:
    """`text` fit for a header: this Python would turn an encoded word in it into a real header."""
    return " ".join(text.replace("=?", "= ?").split())


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _reset(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        pass


def _quit(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        pass
