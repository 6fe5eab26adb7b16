"""What leaves: the bytes on the line, whatever stands in a name, a title or an address."""

from email import message_from_bytes, policy

import pytest

from portal.mail import smtp
from portal.mail.jobs import header, send_letters


@pytest.fixture
def raw(sink, monkeypatch):
    """The bytes of each mail as the server got them."""
    got = []
    take = sink.handle_DATA

    async def keep(server, session, envelope):
        got.append(envelope.content)
        return await take(server, session, envelope)

    monkeypatch.setattr(sink, "handle_DATA", keep)
    return got


ATTACKS = [
    "Hello\r\nBcc: evil@example.com",
    "Hello\nBcc: evil@example.com",
    "Hello\rBcc: evil@example.com",
    "=?utf-8?q?Hello=0D=0ABcc:_evil@example.com?=",
    "=?utf-8?b?SGVsbG8NCkJjYzogZXZpbEBleGFtcGxlLmNvbQ==?=",
    "=?utf-8?q?=0ABcc=3A_evil=40example=2Ecom?= =?utf-8?q?x?=",
    "Hello\x0bBcc: evil@example.com",
    "Hello\x85Bcc: evil@example.com",
    "Hello\u2028Bcc: evil@example.com",
    "==?utf-8?q?x=0ABcc:evil@example.com?=?=",
    "Hello\r\n\r\nA body of their own",
    "Hello\x00world",
]


@pytest.mark.parametrize("title", ATTACKS)
def test_no_title_becomes_a_header(sink, note, raw, title):
    note(subject=f"1 thing: {title}")
    send_letters()
    if not raw:
        pytest.fail("the mail did not leave")
    head = raw[0].split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [
        b"from", b"to", b"subject", b"date", b"message-id", b"auto-submitted", b"mime-version",
        b"content-type",
    ]  # fmt: skip
    for each in (policy.default, policy.compat32, policy.SMTP):
        mail = message_from_bytes(raw[0], policy=each)
        assert mail["Bcc"] is None
        assert mail["To"] == "erin@example.com"
    assert sink.recipients == [["erin@example.com"]]


def test_a_letter_is_text_and_html_and_says_the_same_in_both(sink, note):
    note(
        subject="Grüße, Łukasz — 日本",
        text="Zwölf Schritte für Zoë.\n" * 3,
        html=f"<p>Zwölf Schritte für Zoë. {'sehr lang ' * 400}</p>",
    )
    send_letters()
    (mail,) = sink.messages
    assert mail["Subject"] == "Grüße, Łukasz — 日本"
    assert mail["From"] == "People portal <portal@people.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content() == "Zwölf Schritte für Zoë.\n" * 3
    assert "für Zoë" in mail.get_body(("html",)).get_content()


def test_what_goes_over_the_line_is_ascii_in_short_lines(sink, note, raw):
    note(subject="ü" * 200, text="ü" * 3000, html="<p>" + "x" * 5000 + "</p>")
    send_letters()
    assert raw[0].isascii()
    assert max(map(len, raw[0].split(b"\r\n"))) <= 998


def test_lines_that_look_like_the_end_of_the_mail_are_words(sink, note):
    note(text="One\n.\nRSET\n..\nTwo\n")
    send_letters()
    assert sink.messages[0].get_body(("plain",)).get_content() == "One\n.\nRSET\n..\nTwo\n"


def test_an_address_beyond_ascii_arrives_where_the_server_can(sink, note, state):
    letter = note("grüße@bücher.example")
    send_letters()
    assert state(letter)[0] == "sent"
    assert sink.recipients == [["grüße@bücher.example"]]


def test_an_address_beyond_ascii_fails_for_good_where_the_server_cannot(
    sink, note, state, monkeypatch
):
    monkeypatch.setattr(smtp.smtplib.SMTP, "has_extn", lambda self, name: False)
    letter, other = note("grüße@bücher.example"), note()
    assert send_letters() == 1
    assert (state(letter), state(other)[0]) == (("failed", 1, 0), "sent")


@pytest.mark.parametrize("text", ATTACKS)
def test_a_header_is_one_line_without_an_encoded_word(text):
    assert "=?" not in header(text)
    assert len(header(text).splitlines()) == 1


def test_a_password_is_not_sent_without_tls(sink, note, state, monkeypatch):
    monkeypatch.setattr(smtp, "_is_own_machine", lambda host: False)
    from portal.mail import jobs

    jobs.configure(sink.url.replace("//", "//portal:secret@"), "x", "portal@people.example.com")
    letter = note()
    assert send_letters() == 0
    assert state(letter) == ("retrying", 1, 0)
    assert "no TLS" in type(letter).get_by_id(letter.id).error
