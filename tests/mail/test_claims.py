"""Two workers, and workers that die: one sends, the other leaves it, and a repeat is counted."""

import threading

import pytest

from portal import db
from portal.mail import jobs
from portal.mail.jobs import send_letters
from portal.mail.models import CLAIM_MINUTES, Letter


def test_two_workers_at_once_send_each_letter_once(sink, note):
    for number in range(20):
        note(f"p{number}@example.com")
    sent, start = [], threading.Barrier(3)

    def work():
        start.wait()
        try:
            sent.append(send_letters())
        finally:
            db.database.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 20
    assert len({to for (to,) in sink.recipients}) == len(sink.messages) == 20
    assert {(letter.state, letter.repeats) for letter in Letter.select()} == {("sent", 0)}


def test_of_two_claims_one_wins(note):
    letter = note()
    other = Letter.get_by_id(letter.id)
    assert letter.claim() is True
    assert other.claim() is False


def test_what_another_worker_has_just_tried_in_vain_waits(note):
    letter = note()
    other = Letter.get_by_id(letter.id)
    assert letter.claim() is True
    letter.mark_failed("The mail server did not answer", for_good=False, maybe_sent=True)
    assert other.claim() is False
    assert Letter.get_by_id(letter.id).repeats == 1


class Killed(BaseException):
    pass


@pytest.mark.parametrize("when", ["before it was handed over", "after the server took it"])
def test_a_worker_that_dies_with_a_letter_in_hand(sink, note, state, move_clock, monkeypatch, when):
    letter, other = note(), note("other@example.com")

    def die(*arguments):
        raise Killed

    if when.startswith("before"):
        monkeypatch.setattr(jobs.Line, "hand_over", die)
    else:
        monkeypatch.setattr(Letter, "mark_sent", die)
    with pytest.raises(Killed):
        send_letters()
    monkeypatch.undo()
    assert state(letter) == ("waiting", 0, 0)
    # The others do not wait for it.
    assert send_letters() == 1
    assert state(other)[0] == "sent"
    move_clock(minutes=CLAIM_MINUTES)
    assert send_letters() == 0
    move_clock(seconds=1)
    assert send_letters() == 1
    assert state(letter) == ("sent", 0, 1)


def test_of_two_workers_that_find_an_old_claim_one_takes_it(note, move_clock):
    letter = note()
    letter.claim()
    move_clock(minutes=CLAIM_MINUTES + 1)
    first, second = Letter.get_by_id(letter.id), Letter.get_by_id(letter.id)
    assert (first.claim(), second.claim()) == (True, False)
    assert Letter.get_by_id(letter.id).repeats == 1
