"""Nothing in the data leads from what was said to whoever said it: not a key, not an order, not a
time, not what the database notes of a row by itself, not an event, a letter, a duty or a log."""

import logging
import re
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import peewee
import pytest

from portal import db, models
from portal.assignments import reminders
from portal.assignments.models import Assignment, Reminder
from portal.audit import Event, Look
from portal.mail.models import Letter
from portal.privacy import records
from portal.reviews import following, gathering
from portal.reviews.answers import DUTY, Closed, Nominee, Response
from portal.reviews.models import Cycle
from tests import cast
from tests.conftest import ON_POSTGRES
from tests.reviews.conftest import after, review_of
from tests.reviews.racing import at_once
from tests.reviews.saying import FOUR, name_all, say, step_of, words_of

MANY = ("ben", "olga", "otto", "ida", "helen", "adam", "dora")


@pytest.fixture
def named(cycle: Cycle, move_clock: Any) -> dict[str, Nominee]:
    after(move_clock, 0)
    return name_all(cycle)


# -- the schema --------------------------------------------------------------------------------


def test_a_response_has_no_person_no_time_and_no_number() -> None:
    fields = Response._meta.fields
    assert sorted(fields) == ["answer", "key", "phase", "question", "review"]
    kinds = {type(field) for field in fields.values()}
    assert kinds == {peewee.CharField, peewee.TextField, peewee.ForeignKeyField}
    keys = [field.rel_model for field in fields.values() if hasattr(field, "rel_model")]
    assert {model.__name__ for model in keys} == {"Review", "Phase"}


def test_no_table_points_at_a_response_and_none_keeps_its_key(named: Any) -> None:
    for model in models.MODELS:
        pointed = [getattr(field, "rel_model", None) for field in model._meta.sorted_fields]
        assert Response not in pointed, model
    say(named["ben"])
    keys = [row.key for row in Response.select()]
    tables = everything()
    del tables["response"]
    assert not any(key in str(tables) for key in keys)


def test_every_path_of_keys_from_it_ends_at_the_same_people_whoever_wrote_it(
    named: Any, cycle: Cycle
) -> None:
    """All joins along keys, upwards and downwards: whom they reach is the same for each answer."""
    for name in FOUR:
        say(named[name], f"Of {name}")
    reached = {str(people_of(row)) for row in Response.select()}
    assert len(reached) == 1


def people_of(row: Any) -> list[tuple[str, ...]]:
    """Persons to which keys lead from a row: what it points at, what points at it, and what that
    points at."""
    found = set()
    for name, thing in pointed_at(row):
        found |= {(name, *way) for way in persons(thing)}
        for field, model in type(thing)._meta.backrefs.items():
            for other in model.select().where(field == thing):
                if model is not Response:
                    found |= {(name, model.__name__, *way) for way in persons(other)}
    return sorted(found)


def pointed_at(row: Any) -> list[tuple[str, Any]]:
    keys = [field for field in row._meta.sorted_fields if isinstance(field, peewee.ForeignKeyField)]
    return [(key.name, getattr(row, key.name)) for key in keys if row.__data__[key.name]]


def persons(row: Any) -> set[tuple[str, str]]:
    return {(key, thing.email) for key, thing in pointed_at(row) if hasattr(thing, "email")}


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite’s numbers of rows.")
def test_sqlite_gives_it_no_number_of_its_own(named: Any) -> None:
    say(named["ben"])
    with pytest.raises(Exception, match="rowid"):
        db.database.execute_sql("SELECT rowid FROM response")


# -- who said what, exchanged ------------------------------------------------------------------


def everything() -> dict[str, list[Any]]:
    """Every row of every table, but for the random keys and what has a number of its own."""
    found = {}
    for model in models.MODELS:
        table = model._meta.table_name
        without = {"response": {"key"}, "letter": {"id"}, "reminder": {"id"}}.get(table, set())
        columns = [name for name in model._meta.columns if name not in without]
        listed = ", ".join(f'"{name}"' for name in columns)
        rows = db.database.execute_sql(f'SELECT {listed} FROM "{table}"').fetchall()
        found[table] = sorted(map(str, rows))
    return found


@contextmanager
def taken_back() -> Any:
    """What happens inside has not happened afterwards."""
    if ON_POSTGRES:
        # Its numbers go on all the same: they begin where they began before.
        for table in [
            model._meta.table_name for model in models.MODELS if "id" in model._meta.columns
        ]:
            db.database.execute_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), "
                f'COALESCE(MAX(id), 0) + 1, false) FROM "{table}"'
            )
    with db.database.atomic() as transaction:
        yield
        transaction.rollback()


def one_world(
    move_clock: Any, cycle: Cycle, days: list[list[tuple[str, str]]], *, until: int = 11
) -> dict[str, list[Any]]:
    """On each day some answer, digests go out, and at the end the step closes."""
    with taken_back():
        for number, said in enumerate(days):
            move_clock(to=cast.NOW + timedelta(days=number))
            reminders.write_digests()
            for name, words in said:
                nominee = Nominee.get(
                    Nominee.person == cast.person(name), Nominee.phase == step_of(cycle)
                )
                say(nominee, words, rating="3" if words == "X" else "1")
        move_clock(to=cast.NOW + timedelta(days=until))
        following.run()
        return everything()


def test_the_whole_database_is_the_same_whoever_said_what(
    cycle: Cycle, named: Any, move_clock: Any
) -> None:
    mine = [[("ben", "X")], [], [("olga", "Y"), ("ida", "Z")], [("otto", "Y")]]
    theirs = [[("ben", "Y")], [], [("olga", "Y"), ("ida", "X")], [("otto", "Z")]]
    for until in (5, 11):
        first = one_world(move_clock, cycle, mine, until=until)
        second = one_world(move_clock, cycle, theirs, until=until)
        assert first["response"], "the experiment must see answers"
        assert differing(first, second) == []


def test_after_the_close_it_is_the_same_whoever_answered_first(
    cycle: Cycle, named: Any, move_clock: Any
) -> None:
    early = [[("ben", "X")], [("olga", "Y")], [], [], [], [], [], [], [("ida", "Z")]]
    late = [[("ida", "Z")], [], [], [], [], [], [], [], [("olga", "Y"), ("ben", "X")]]
    first, second = (one_world(move_clock, cycle, days) for days in (early, late))
    assert first["letter"], "the experiment must see letters"
    assert differing(first, second) == []


def differing(first: dict[str, list[Any]], second: dict[str, list[Any]]) -> list[str]:
    return sorted(table for table in first if first[table] != second[table])


# -- what a database notes by itself -----------------------------------------------------------


def in_place(table: str, column: str, where: str) -> list[Any]:
    rows = db.database.execute_sql(f"SELECT {column} FROM {table} WHERE {where} ORDER BY ctid")
    return [row[0] for row in rows]


@pytest.mark.skipif(not ON_POSTGRES, reason="What PostgreSQL notes of each row.")
def test_one_transaction_has_written_all_and_their_place_tells_no_order(
    cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 0)
    named = name_all(cycle, MANY)
    order = ("ida", "adam", "ben", "dora", "olga", "helen", "otto")
    for name in order:
        say(named[name], f"Of {name}")
        for table, where in (
            ("response", "true"),
            ("nominee", "true"),
            ("assignment", f"kind = '{DUTY}'"),
        ):
            written = db.database.execute_sql(
                f"SELECT COUNT(DISTINCT xmin::text) FROM {table} WHERE {where}"
            ).fetchone()
            assert written == (1,), (name, table)
    lines = in_place("response", "answer", "question = 'what-went-well'")
    assert lines != [f'"Of {name}"' for name in order]
    after(move_clock, 11)
    ids = [named[name].id for name in order]
    for table, column in (("nominee", "id"), ("assignment", "target")):
        where = "true" if table == "nominee" else f"kind = '{DUTY}'"
        assert in_place(table, column, where) != ids, table


@pytest.mark.skipif(ON_POSTGRES, reason="SQLite’s file.")
def test_the_file_holds_each_answer_once_and_nothing_of_what_went(
    cycle: Cycle, named: Any, move_clock: Any, database: Any
) -> None:
    for name in ("ben", "olga"):
        say(named[name], f"CANARY of {name}")
    assert bytes_of(database).count(b"CANARY of ben") == 1
    after(move_clock, 11)
    assert Response.select().count() == 0
    assert bytes_of(database).count(b"CANARY") == 0


def bytes_of(database: Any) -> bytes:
    db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return bytes(database.sqlite_path.read_bytes())


def test_the_order_is_another_each_time(cycle: Cycle, move_clock: Any) -> None:
    after(move_clock, 0)
    named = name_all(cycle, MANY)
    seen = set()
    for name in MANY:
        say(named[name], f"Of {name}")
        keys = {row.answer: row.key for row in Response.select()}
        seen |= set(keys.items())
    # Seven answers with two questions: each was written anew under a new key every time.
    assert len(seen) > len(MANY) * 2


# -- events, looks, letters, logs --------------------------------------------------------------


def test_opening_and_sending_leave_no_event_no_look_no_letter_and_no_line_in_a_log(
    as_: Any, named: Any, caplog: Any
) -> None:
    caplog.set_level(logging.INFO)
    ben = as_("ben")
    ben.get("/")
    before = everything()
    address = f"/reviews/answers/{named['ben'].id}"
    ben.get(address)
    assert differing(before, everything()) == []
    ben.post(address, data=words_of(named["ben"], rating="", words="CANARY"))
    assert differing(before, everything()) == []
    ben.post(address, data=words_of(named["ben"], words="CANARY"))
    ben.get(address)
    ben.get("/")
    changed = differing(before, everything())
    assert changed == ["assignment", "nominee", "response"]
    assert "CANARY" not in caplog.text and address not in caplog.text


def test_what_changes_with_an_answer_is_that_it_was_given(named: Any) -> None:
    before = {row["id"]: row for row in Nominee.select().dicts()}
    duty = Assignment.get(Assignment.kind == DUTY, Assignment.target == named["ben"].id)
    say(named["ben"])
    for row in Nominee.select().dicts():
        changed = {name for name, value in row.items() if before[row["id"]][name] != value}
        assert changed == ({"has_answered"} if row["id"] == named["ben"].id else set())
    after_ = Assignment.get_by_id(duty.id).__data__
    changed = {name for name, value in after_.items() if duty.__data__[name] != value}
    assert changed == {"settled_at", "outcome"}
    assert after_["settled_at"] == named["ben"].phase.opened_at
    assert after_["settled_by"] is None


def test_once_it_is_over_no_duty_says_until_when_somebody_had_not_answered(
    cycle: Cycle, named: Any, move_clock: Any
) -> None:
    say(named["ben"])
    for day in range(1, 11):
        move_clock(to=cast.NOW + timedelta(days=day))
        reminders.write_digests()
        if day == 8:
            say(named["olga"])
    duties = Assignment.select().where(Assignment.kind == DUTY)
    assert Reminder.select().where(Reminder.assignment.in_(duties)).exists()
    after(move_clock, 11)
    assert not Reminder.select().where(Reminder.assignment.in_(duties)).exists()
    same = {(d.settled_at, d.settled_by_id, d.remind_on, d.snoozed_until, d.moved) for d in duties}
    assert len(same) == 1
    assert {d.outcome for d in duties} == {"ended"}


def test_reading_is_noted_of_the_reader_alone(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    for name in FOUR:
        say(named[name])
    address = f"/reviews/{review_of(cycle, 'erin').id}/said"
    as_("mara").get(address)
    assert not Look.select().where(Look.subject_kind == "review").exists()
    after(move_clock, 11)
    as_("mara").get(address)
    as_("erin").get(address)
    looks = list(Look.select().where(Look.subject_kind == "review").tuples())
    assert len(looks) == 1
    assert looks[0][1] == who.mara.id


def test_no_event_of_the_step_says_who_has_answered(
    cycle: Cycle, named: Any, move_clock: Any
) -> None:
    before = Event.select().count()
    for name in FOUR:
        say(named[name])
    assert Event.select().count() == before
    after(move_clock, 11)
    tags = [event.tag for event in Event.select().where(Event.seq > before)]
    assert not [tag for tag in tags if tag.startswith(("nominee", "response", "private_duty"))]


# -- what others see ---------------------------------------------------------------------------


PAGES = (
    "/", "/reviews", "/reviews/team", "/reviews/team?who=line", "/reviews/{review}",
    "/reviews/{review}/nominees", "/reviews/{review}/said", "/people/{ben}",
    "/people/{ben}/employment", "/people/{ben}/history", "/team", "/hr", "/hr/late/{duty}",
    "/assignments/{duty}", "/audit", "/audit/looks", "/letters", "/retention",
    "/retention/register", "/forms?show=read",
    "/search?q=ben", "/compliance/due", "/reviews/cycles", "/reviews/cycles/{cycle}",
    "/reviews/cycles/{cycle}/figures", "/reviews/cycles/{cycle}/reminders",
)  # fmt: skip


def test_nobody_else_sees_another_page_because_somebody_answered(
    as_: Any, cycle: Cycle, named: Any, who: Any
) -> None:
    review = review_of(cycle, "erin").id
    names = ("erin", "mara", "dora", "helen", "adam", "audrey", "olga")
    clients = {name: as_(name) for name in names}
    duty = Assignment.get(Assignment.kind == DUTY, Assignment.person == who.ben).id
    found = {"review": review, "ben": who.ben.id, "cycle": cycle.id, "duty": duty}
    addresses = [page.format(**found) for page in PAGES]

    def seen() -> dict[tuple[str, str], bytes]:
        return {
            (name, page): masked(client.get(page).data)
            for name, client in clients.items()
            for page in addresses
        }

    # Looking itself is noted, and shows: so each has looked before.
    seen()
    before = seen()
    say(named["ben"], "CANARY")
    now = seen()
    assert [key for key in before if before[key] != now[key]] == []
    assert not any(b"CANARY" in page for page in now.values())


def masked(page: bytes) -> bytes:
    return re.sub(rb'nonce="[^"]*"', b"", page)


# -- races -------------------------------------------------------------------------------------


def test_twenty_times_sent_at_once_is_one_answer(named: Any) -> None:
    found = at_once(*[lambda: say(named["ben"], "Once")] * 20)
    assert sorted(found) == [False] * 19 + [True]
    assert Response.select().count() == 2


def test_all_send_at_once_and_every_answer_is_there(named: Any) -> None:
    found = at_once(*[lambda name=name: say(named[name], f"Of {name}") for name in FOUR])
    assert found == [True] * 4
    lines = [row.answer for row in Response.select() if row.question == "what-went-well"]
    assert sorted(lines) == sorted(f'"Of {name}"' for name in FOUR)


def test_what_is_sent_while_the_step_closes_counts_or_is_refused_never_half(
    cycle: Cycle, named: Any, move_clock: Any
) -> None:
    for name in ("olga", "otto"):
        say(named[name])
    phase = step_of(cycle)

    def close() -> str:
        following.shut(phase)
        return "closed"

    found = at_once(lambda: say(named["ben"], "At the last moment"), close)
    gathering.gather()
    if Closed in found:
        assert Response.select().count() == 0
    else:
        assert Response.select().count() == 6
        assert Nominee.select().where(Nominee.has_answered).count() == 3
    assert not Nominee.select().where(~Nominee.is_over).exists()
    assert Letter.select().where(Letter.data.contains("last moment")).count() == 0


# -- in time -----------------------------------------------------------------------------------


def test_an_erasure_takes_what_was_said_of_somebody_and_who_was_asked(
    cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    for name in FOUR:
        say(named[name])
    answers, asked = records["review_answers"], records["review_nominees"]
    assert answers.goes is not None and asked.goes is not None
    assert answers.select().count() == 0, "their number would tell when somebody answers"
    after(move_clock, 11)
    keys = [row.key for row in answers.select().where(answers.goes(who.erin.id))]
    assert len(keys) == 8
    assert not answers.select().where(answers.goes(who.ben.id)).exists()
    answers.erase(keys, None)
    assert Response.select().count() == 0
    # With a row less, how many answered would tell whether Ben had.
    assert not asked.select().where(asked.goes(who.ben.id)).exists()
    asked.erase([row.id for row in asked.select().where(asked.goes(who.erin.id))], None)
    assert not Nominee.select().exists()


def test_an_erasure_before_the_step_is_over_leaves_nothing_behind(named: Any, who: Any) -> None:
    for name in FOUR:
        say(named[name])
    asked = records["review_nominees"]
    assert asked.goes is not None
    asked.erase([row.id for row in asked.select().where(asked.goes(who.erin.id))], None)
    assert not Response.select().exists()
