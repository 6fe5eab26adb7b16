"""Checkpoints leave the portal by mail: what somebody outside keeps, nobody here can rewrite.

To up to three addresses that the settings name, and to whoever audits. An alarm goes to HR and to
whoever runs the portal.
"""

import hashlib
from collections.abc import Iterator

from portal import clock
from portal.audit import Cursor
from portal.audit.alarms import ChainAlarm, make_checkpoint
from portal.audit.checkpoints import Checkpoint
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company

KIND, ALARM = "checkpoint", "chain_alarm"
CURSOR = "checkpoint mail"


def make_due() -> Checkpoint | None:
    """One a day, by UTC; None while today's is there, or while the chain does not hold."""
    newest = Checkpoint.newest()
    if newest is not None and newest.at.date() >= clock.today():
        return None
    return make_checkpoint()


def send_new() -> int:
    """A letter to each reader for each checkpoint that was not sent yet; returns how many.

    Also for those made in between for a pack.
    """
    cursor = Cursor.get_or_none(Cursor.name == CURSOR)
    written = 0
    for checkpoint in Checkpoint.after(cursor.seq if cursor else 0):
        for person_id, address in _readers():
            # An address may be longer than a key.
            who = person_id or hashlib.sha256(address.encode()).hexdigest()[:16]
            key = f"checkpoint:{checkpoint.size}:{who}"
            written += Letter.write(KIND, key, person_id, size=checkpoint.size, to=address)
        Cursor.has_read(CURSOR, checkpoint.size)
    return written


def _readers() -> Iterator[tuple[int | None, str]]:
    for address in Company.settings().checkpoint_addresses:
        yield None, address
    for person in Grant.holders_of("auditor", clock.today()):
        yield person.id, ""


def tell_of_alarms() -> int:
    """A letter about each alarm that rings, to HR and to whoever runs the portal; each once."""
    written = 0
    for alarm in ChainAlarm.ringing():
        for kind in ("hr", "admin"):
            for person in Grant.holders_of(kind, clock.today()):
                key = f"chain-alarm:{alarm.id}:{person.id}"
                written += Letter.write(ALARM, key, person.id, alarm=alarm.id)
    return written


def write_checkpoint(letter: Letter) -> Message | None:
    """The block in it is what `verify.py --checkpoint` reads."""
    checkpoint = Checkpoint.get_or_none(Checkpoint.size == letter.facts["size"])
    reader = Person.get_or_none(Person.id == letter.person_id) if letter.person_id else None
    if checkpoint is None or (letter.person_id and (reader is None or not reader.is_active)):
        return None
    company = Company.settings()
    return draw(
        "evidence/checkpoint",
        to=reader.email if reader else letter.facts["to"],
        subject=f"Checkpoint of {company.name}: {checkpoint.size} events",
        company_name=company.name,
        person=reader,
        checkpoint=checkpoint,
    )


def write_alarm(letter: Letter) -> Message | None:
    """None once it is over, or the reader gone."""
    alarm = ChainAlarm.get_or_none(ChainAlarm.id == letter.facts["alarm"])
    reader = Person.get_or_none(Person.id == letter.person_id)
    if alarm is None or alarm.ended_at or reader is None or not reader.is_active:
        return None
    return draw(
        "evidence/chain_alarm",
        to=reader.email,
        subject="The audit trail was changed",
        company_name=Company.settings().name,
        person=reader,
        alarm=alarm,
    )


LETTERS = [
    LetterKind(KIND, write_checkpoint, title="Checkpoint of the audit trail"),
    LetterKind(ALARM, write_alarm, title="The audit trail does not hold"),
]
