"""An import of 10,000 people: an hour's mistake if it were slow, so its time is a test."""

import time

from flask import Flask

from portal import audit
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.positions import Position

PEOPLE = 10_000
# Of this process's own work: how busy the machine is besides says nothing about the code.
LIMIT_SECONDS = 30


def file_of(people: int, role: str = "Engineer") -> bytes:
    """A company of that many: each leads the ten after them."""
    lines = ["number,email,name,start,role,department,team,location,manager"]
    for n in range(1, people + 1):
        manager = f"p{n // 10}@big.example" if n >= 10 else ""
        lines.append(
            f"N{n},p{n}@big.example,Person {n},2026-12-01,{role},"
            f"Department {n % 9},Team {n % 50},Berlin,{manager}"
        )
    return "\n".join(lines).encode()


def test_ten_thousand_people_come_in_at_once_with_an_event_for_each(app: Flask, who) -> None:
    began = time.process_time()
    kept = Import.keep(file_of(PEOPLE), "big.csv", by=who.helen)
    assert kept.dry_run().sentence == f"{PEOPLE} new, 0 changed, 0 unchanged."
    kept.apply(by=who.helen)
    seconds = time.process_time() - began
    assert Person.select().where(Person.number.startswith("N")).count() == PEOPLE
    assert Position.select().where(Position.is_hire, Position.is_known()).count() >= PEOPLE
    for tag in ("person.hired", "position.taken"):
        assert audit.Event.select().where(audit.Event.tag == tag).count() >= PEOPLE
    assert seconds < LIMIT_SECONDS, f"{seconds:.1f} s"
    assert audit.verify().holds


def test_a_thousand_changed_rows_are_a_matter_of_seconds(app: Flask, who) -> None:
    Import.keep(file_of(1_000), "some.csv", by=who.helen).apply(by=who.helen)
    again = Import.keep(file_of(1_000, role="Scientist"), "some.csv", by=who.helen)
    began = time.process_time()
    assert again.apply(by=who.helen).sentence == "0 new, 1000 changed, 0 unchanged."
    assert time.process_time() - began < LIMIT_SECONDS / 2
