"""Certificates of the sample company: a few types, and who holds what; one waits, one came back."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.blobs import Blob
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.compliance import following
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from portal.people.models import Person

TYPES = (
    ("First aid certificate", 24, "The two-day course; the company pays.", ("file",)),
    ("Forklift licence", 12, "With this year’s briefing stamped on it.", ("file", "number")),
    ("Driver’s licence", 0, "Both sides on one photo.", ("file", "number")),
    ("Security clearance", 60, "Only what the letter says, never the letter.", ("issuer",)),
)
# Who, which type, issued how many days ago, ends in how many days (None: never).
HELD = (
    ("petra", 0, 700, 30), ("filipa", 0, 400, 330), ("erin", 0, 350, 380), ("dora", 0, 745, -15),
    ("viktor", 1, 300, 65), ("kasia", 1, 100, 265), ("birgit", 1, 380, -15),
    ("gustav", 2, 2_900, 740), ("emre", 2, 1_500, 12), ("meiling", 2, 900, None),
    ("jurgen", 3, 1_000, 80), ("zoe", 3, 200, 1_600),
)  # fmt: skip


def fill() -> None:
    """By the verbs the portal has; what stands in the files is made up."""
    helen, erin = _person("helen"), _person("erin")
    with clock.shifted(timedelta(days=-14)):
        types = [_set_up(name, months, note, needs, helen) for name, months, note, needs in TYPES]
        for name, number, ago, ahead in HELD:
            _bring(_person(name), types[number], ago, ahead, by=helen)
        Requirement.set(
            kind="certificate", target=types[1].id, audience="role = Assembly Technician",
            rhythm=Rhythm(first_days=30, lead_days=60), starts_on=clock.today(), by=helen,
        )  # fmt: skip
    following.follow_all()
    with clock.shifted(timedelta(days=-2)):
        sent, waiting = _person("ben"), _person("thuha")
        back = _bring(sent, types[2], 400, 900, by=sent)
        back.send_back("The back of the card is missing: please bring both sides.", by=helen)
        _bring(waiting, types[1], 5, 360, by=waiting)
        _bring(erin, types[2], 2_000, 1_700, by=erin)


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def _set_up(
    name: str, months: int, note: str, needs: tuple[str, ...], by: Person
) -> CertificateType:
    said = {f"needs_{what}": what in needs for what in ("file", "number", "issuer")}
    return CertificateType.set_up(by=by, name=name, months=months, note=note, **said)


def _bring(
    person: Person, kind: CertificateType, ago: int, ahead: int | None, *, by: Person
) -> Certificate:
    today: date = clock.today()
    said: dict[str, Any] = {"note": "", "issuer": "", "number": f"{kind.id}{person.id:05d}"}
    if kind.needs_issuer:
        said |= {"number": "", "issuer": "Federal Office"}
    else:
        words = f"{kind.name} of {person.name}: a sample, to be read and forgotten.\n"
        said |= {
            "blob": Blob.put(words.encode()),
            "file_name": f"{kind.name}.txt",
            "media_type": "text/plain",
        }
    return Certificate.bring(
        kind, person, by=by, issued_on=today - timedelta(days=ago),
        expires_on=None if ahead is None else today + timedelta(days=ahead), **said,
    )  # fmt: skip
