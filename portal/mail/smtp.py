"""One connection to the mail server. It raises two things only: Refused and Broken."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from types import TracebackType
from urllib.parse import SplitResult, unquote, urlsplit

OK = (250, 251, 252)


class Refused(Exception):
    """The mail server took everything but this letter."""

    def __init__(self, said: str, for_good: bool) -> None:
        super().__init__(said)
        self.for_good = for_good


class Broken(Exception):
    """The connection is gone. `maybe_taken`: the letter may have arrived all the same.

    `is_down`: this connection took no letter at all, so another try at once would be in vain.
    """

    def __init__(self, said: str, maybe_taken: bool, is_down: bool) -> None:
        super().__init__(said)
        self.maybe_taken = maybe_taken
        self.is_down = is_down


class Line:
    """A line to the server at `url`, opened with the first letter and kept for the next ones."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout_seconds
        self._smtp: smtplib.SMTP | None = None
        self._taken = 0

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (OSError, smtplib.SMTPException):
                pass

    def hand_over(self, mail: EmailMessage, sender: str, to: str) -> None:
        """Give one letter to one address. Raises Refused or Broken."""
        began_data = False
        try:
            smtp = self._smtp or self._open()
            options, content = _encoded(mail, to, smtp)
            _expect(smtp.mail(sender, options), 550)
            _expect(smtp.rcpt(to), 500)
            began_data = True
            _expect(smtp.data(content), 550)
        except Refused:
            self._begin_anew()
            raise
        except smtplib.SMTPDataError as error:
            self._begin_anew()
            raise Refused(
                _words(error.smtp_code, error.smtp_error), error.smtp_code >= 550
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            is_down, self._taken = not self._taken, 0
            said = f"The mail server did not answer: {error}"
            raise Broken(said, began_data, is_down) from error
        self._taken += 1

    def _open(self) -> smtplib.SMTP:
        smtp = _connect(self._url, self._timeout)
        self._smtp, self._taken = smtp, 0
        if self._url.username:
            smtp.login(unquote(self._url.username), unquote(self._url.password or ""))
        return smtp

    def _begin_anew(self) -> None:
        """Forget the letter that was refused; a server that hangs up over it is called again."""
        try:
            if self._smtp is not None and self._smtp.rset()[0] == 250:
                return
        except (OSError, smtplib.SMTPException):
            pass
        self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connect(url: SplitResult, timeout: float) -> smtplib.SMTP:
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=timeout, context=context)
    smtp = smtplib.SMTP(host, url.port or 25, timeout=timeout)
    smtp.ehlo_or_helo_if_needed()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
    elif url.username and not _is_own_machine(host):
        smtp.close()
        raise smtplib.SMTPException("it offers no TLS, and the password is not sent without")
    return smtp


def _is_own_machine(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _encoded(mail: EmailMessage, to: str, smtp: smtplib.SMTP) -> tuple[list[str], bytes]:
    """What to ask for, and the bytes: plain ASCII unless the address itself is not."""
    smtp.ehlo_or_helo_if_needed()
    if to.isascii():
        return [], mail.as_bytes(policy=SMTP)
    if not smtp.has_extn("smtputf8"):
        raise Refused("The mail server takes no addresses beyond ASCII.", for_good=True)
    return ["SMTPUTF8", "BODY=8BITMIME"], mail.as_bytes(policy=SMTPUTF8)


def _expect(answer: tuple[int, bytes], final_from: int) -> None:
    """Refused unless the server said yes; from the code `final_from` on it will never say it."""
    code, said = answer
    if code == 421:
        raise smtplib.SMTPServerDisconnected(_words(code, said))
    if code not in OK:
        raise Refused(_words(code, said), code >= final_from)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
