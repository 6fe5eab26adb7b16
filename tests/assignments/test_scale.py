"""Ten thousand open duties: queries do not grow with them, and no write holds the lock long."""

import time

from portal import clock, db
from portal.assignments.models import Assignment
from portal.assignments.reminders import write_digests
from portal.mail.models import Letter
from portal.mail.models import kinds as letter_kinds
from tests.cast import TODAY

# What a write may hold the lock for, in time of its own: test machines are shared.
LONGEST_WRITE_SECONDS = 0.05


def open_duties(person_ids, count, due_on=TODAY):
    rows = [
        {
            "person": person_ids[number % len(person_ids)],
            "kind": "errand", "target": number, "title": f"Errand {number}",
            "opened_at": clock.now(), "due_on": due_on, "remind_on": due_on,
        }
        for number in range(count)
    ]  # fmt: skip
    with db.write():
        for start in range(0, count, 200):
            Assignment.insert_many(rows[start : start + 200]).execute()


def test_a_digest_run_over_ten_thousand_asks_a_bounded_number_of_questions(
    errand, who, queries, monkeypatch
):
    people = [who.erin, who.ben, who.mara, who.otto, who.olga, who.ida, who.dora, who.adam]
    open_duties([person.id for person in people], 10_000)
    longest = _watch_writes(monkeypatch)
    with queries() as seen:
        assert write_digests() == len(people)
    assert max(longest) < LONGEST_WRITE_SECONDS
    reading = [sql for sql in seen if sql.lstrip().startswith(("SELECT", "WITH"))]
    assert len(reading) < 40
    assert len(seen) < 40 + len(people) * 14
    with queries() as seen:
        assert write_digests() == 0
    assert len(seen) < 30


def test_a_letter_is_read_with_a_few_queries_however_much_is_late(app, errand, who, queries):
    open_duties([who.erin.id, who.ben.id], 3_000, due_on=TODAY.replace(day=1))
    write_digests()
    for letter in Letter.select():
        with queries() as seen:
            message = letter_kinds["digest"].render(letter)
        assert message is not None
        assert len(seen) <= 15
        assert len(message.html) < 60_000


def _watch_writes(monkeypatch):
    """How long each outermost write of this test works, in seconds."""
    lasted = [0.0]
    write = db.write

    class Watched:
        def __init__(self):
            self.write = write()

        def __enter__(self):
            self.outermost, self.began = not db.is_writing(), time.thread_time()
            return self.write.__enter__()

        def __exit__(self, *error):
            try:
                return self.write.__exit__(*error)
            finally:
                if self.outermost:
                    lasted.append(time.thread_time() - self.began)

    monkeypatch.setattr(db, "write", Watched)
    return lasted
