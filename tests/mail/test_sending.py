"""The outbox empties: every letter once, over one line, and a letter in trouble holds up nobody."""

import socket
from datetime import timedelta

import pytest

from portal import clock
from portal.mail import jobs, smtp
from portal.mail.jobs import send_letters
from portal.mail.models import MAX_ATTEMPTS, Letter


def arrived(sink):
    return [to for (to,) in sink.recipients]


def test_letters_arrive_once_in_their_order(sink, note, state):
    letters = [note(f"p{n}@example.com") for n in range(3)]
    assert send_letters() == 3
    assert send_letters() == 0
    assert arrived(sink) == ["p0@example.com", "p1@example.com", "p2@example.com"]
    assert [state(letter) for letter in letters] == [("sent", 0, 0)] * 3
    row = Letter.get_by_id(letters[0].id)
    assert (row.address, row.subject) == ("p0@example.com", "Hello")


def test_a_letter_is_put_into_the_outbox_once_for_ever(sink, note, database):
    assert Letter.write("note", "the-key", None, to="a@b.example", subject="x", text="", html="")
    assert not Letter.write("note", "the-key", None, to="a@b.example", subject="y")
    send_letters()
    assert not Letter.write("note", "the-key", None, to="a@b.example", subject="z")


def test_many_letters_share_one_line_and_one_run(sink, note, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 10)
    opened = []
    connect = smtp._connect
    monkeypatch.setattr(smtp, "_connect", lambda *a: opened.append(1) or connect(*a))
    for number in range(35):
        note(f"p{number}@example.com")
    assert send_letters() == 35
    assert len(opened) == 1


def test_a_run_ends_in_time_for_other_work_and_the_next_goes_on(sink, note, monkeypatch):
    for _ in range(5):
        note()
    monkeypatch.setattr(jobs, "RUN_SECONDS", -1)
    assert send_letters() == 0
    monkeypatch.undo()
    jobs.TIMEOUT_SECONDS = 0.3
    assert send_letters() == 5


def test_a_run_told_to_stop_stops_between_two_letters(sink, note, monkeypatch):
    for _ in range(5):
        note()
    answers = iter([False, False, True])
    monkeypatch.setattr(jobs.queue, "must_stop", lambda: next(answers))
    assert send_letters() == 2
    assert [letter.state for letter in Letter.select().order_by(Letter.id)][2:] == ["waiting"] * 3


def test_without_a_mail_server_letters_wait(note, state, database):
    letter = note()
    jobs.configure("", "People portal", "portal@people.example.com")
    assert send_letters() == 0
    assert state(letter) == ("waiting", 0, 0)


# -- a letter in trouble -----------------------------------------------------------------------


def test_one_bad_address_among_fifty_keeps_nobody_from_theirs(sink, note, state):
    sink.bad_addresses = {"p20@example.com"}
    letters = [note(f"p{n}@example.com") for n in range(50)]
    assert send_letters() == 49
    assert "p20@example.com" not in arrived(sink)
    assert len(arrived(sink)) == 49
    assert state(letters[20]) == ("failed", 1, 0)
    assert Letter.get_by_id(letters[20].id).error == "550 5.1.1 Nobody here by that name"


def test_a_letter_of_a_kind_nobody_knows_fails_for_good(sink, note, state, database):
    Letter.write("forgotten", "key", None)
    letter = Letter.get(Letter.key == "key")
    other = note()
    assert send_letters() == 1
    assert state(letter) == ("failed", 1, 0)
    assert Letter.get_by_id(letter.id).error == "No letter is called “forgotten”."
    assert state(other)[0] == "sent"


def test_a_letter_that_cannot_be_written_is_tried_again_and_others_go(sink, note, state):
    broken, other = note(broken=True), note()
    assert send_letters() == 1
    assert state(broken) == ("retrying", 1, 0)
    assert state(other)[0] == "sent"


def test_a_letter_with_nothing_left_to_say_is_withdrawn(sink, note, state):
    letter = note(settled=True)
    assert send_letters() == 0
    assert state(letter) == ("withdrawn", 0, 0)
    assert arrived(sink) == []


@pytest.mark.parametrize(
    "to", ["nobody", "a@b.example, c@d.example", "a b@c.example", "", "x" * 400]
)
def test_an_address_that_is_none_fails_for_good_and_reaches_nobody(sink, note, state, to):
    letter, other = note(to), note("good@example.com")
    send_letters()
    assert arrived(sink) == ["good@example.com"]
    assert state(other)[0] == "sent"
    assert state(letter) == ("failed", 1, 0)


# -- a server in trouble -----------------------------------------------------------------------


def test_a_refusing_server_gets_it_again_later_with_doubling_waits(sink, note, state, move_clock):
    letter = note()
    sink.refuse = True
    waits = []
    for attempt in range(1, 5):
        assert send_letters() == 0
        assert send_letters() == 0, "not before its time"
        assert state(letter) == ("retrying", attempt, 0)
        wait = Letter.get_by_id(letter.id).due_at - clock.now()
        waits.append(int(wait.total_seconds() // 60))
        move_clock(minutes=waits[-1])
    assert waits == [1, 2, 4, 8]
    sink.refuse = False
    assert send_letters() == 1
    assert state(letter) == ("sent", 4, 0)


def test_a_server_that_is_down_costs_one_try_a_run_and_nothing_is_lost(
    sink, note, state, move_clock
):
    letters = [note(f"p{n}@example.com") for n in range(20)]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
    jobs.configure(nobody, "People portal", "portal@people.example.com")
    for tried in (1, 2):
        assert send_letters() == 0
        assert sum(state(letter)[1] for letter in letters) == tried
    jobs.configure(sink.url, "People portal", "portal@people.example.com")
    move_clock(minutes=1)
    assert send_letters() == 20


def test_after_the_last_try_it_is_given_up_and_shows(sink, note, state, move_clock):
    letter = note()
    sink.refuse = True
    tried_for = timedelta()
    for _ in range(MAX_ATTEMPTS):
        assert state(letter)[0] in ("waiting", "retrying")
        send_letters()
        wait = Letter.get_by_id(letter.id).due_at - clock.now()
        if state(letter)[0] == "retrying":
            tried_for += wait
            move_clock(seconds=wait.total_seconds())
    assert state(letter) == ("failed", MAX_ATTEMPTS, 0)
    assert timedelta(days=1) < tried_for < timedelta(days=2)
    sink.refuse = False
    move_clock(days=9)
    assert send_letters() == 0


def test_a_hanging_server_costs_one_time_out_a_run(sink, note, state):
    letters = [note() for _ in range(10)]
    sink.hang = True
    assert send_letters() == 0
    assert [state(letter)[1] for letter in letters] == [1] + [0] * 9
    assert state(letters[0])[2] == 0, "it was never handed over, so the next try is no repeat"
    sink.hang = False
    assert send_letters() == 9


def test_a_server_that_hangs_up_after_the_text_may_have_it_so_the_next_try_is_a_repeat(
    sink, note, state, move_clock
):
    letter, other = note(), note("other@example.com")
    sink.drop_after_data = True
    assert send_letters() == 0
    assert state(letter) == ("retrying", 1, 1)
    assert state(other) == ("waiting", 0, 0)
    sink.drop_after_data = False
    move_clock(minutes=1)
    assert send_letters() == 2
    assert state(letter) == ("sent", 1, 1)
    ids = [
        message["Message-ID"] for message in sink.messages if message["To"] != "other@example.com"
    ]
    assert len(ids) == 2
    assert len(set(ids)) == 1, "the reader's mail program sees that it is the same"


def test_a_server_that_ends_the_line_after_some_letters_is_called_again(
    sink, note, state, monkeypatch
):
    letters = [note(f"p{n}@example.com") for n in range(4)]
    taken = sink.handle_DATA

    async def hang_up_in_the_third(server, session, envelope):
        if len(sink.messages) == 2 and "p2@example.com" in envelope.rcpt_tos:
            server.transport.abort()
            return "421 Too many"
        return await taken(server, session, envelope)

    monkeypatch.setattr(sink, "handle_DATA", hang_up_in_the_third)
    assert send_letters() == 3
    assert [state(letter)[0] for letter in letters] == ["sent", "sent", "retrying", "sent"]
