"""Policies of the sample company: the starter texts in force, and who has signed them so far."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import clock
from portal.compliance import following
from portal.documents import exchange
from portal.documents.head import approver_in
from portal.documents.models import Approval, Document
from portal.documents.parser import read
from portal.people.models import Person
from portal.policies import access
from portal.policies.models import KIND
from portal.policies.reading import Reading
from portal.policies.signing import Hand, sign

CONTENT = Path(__file__).resolve().parent.parent.parent / "content" / "policies"
# In force for long, and since last week; of the latter the sample has the first signatures only.
BEGAN_DAYS_AGO, NEW_DAYS_AGO = 40, 9
LONG_IN_FORCE = ("code-of-conduct", "expenses-and-travel")
SIGNED_BY_MOST = "code-of-conduct"
MISSING = ("erin", "gustav", "petra")
FIRST_SIGNATURES = 8
CHANGED = "expenses-and-travel"
CHANGES = (
    ("receipts within 30 days.", "receipts within 14 days."),
    ("Hand in within **30 days**", "Hand in within **14 days**"),
    ("| up to 1,000, and every trip", "| up to 1,500, and every trip"),
    ("| above 1,000, or anything", "| above 1,500, or anything"),
    ("- First ask whether a call would do.\n", "- First ask whether a call would do.\n- Plan "
     "trips to the same place together, and say so to the others.\n"),
    ("By when do you hand in a receipt?", "By when do you hand in a receipt from now on? (new)"),
    ("- (x) Within 30 days", "- (x) Within 14 days"),
)  # fmt: skip


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen = _person("helen")
    for days_ago in (BEGAN_DAYS_AGO, NEW_DAYS_AGO):
        with clock.shifted(timedelta(days=-days_ago)):
            for path in sorted(CONTENT.glob("*.md")):
                if (path.stem in LONG_IN_FORCE) == (days_ago == BEGAN_DAYS_AGO):
                    _publish(path, helen)
            following.follow_all()
    for document in _policies():
        _sign(document, BEGAN_DAYS_AGO if document.slug in LONG_IN_FORCE else NEW_DAYS_AGO)
    with clock.shifted(timedelta(days=-3)):
        _change(Document.named(KIND, CHANGED), helen)
        following.follow_all()


def _publish(path: Path, helen: Person) -> None:
    """In force; where the text names somebody to agree, with their yes."""
    source = path.read_text()
    whom = approver_in(source)
    if whom is None:
        exchange.publish_file(path, by=helen, note="Starter text")
        return
    title = read(source).meta["title"]
    document = Document.start(KIND, title, by=helen, slug=path.stem, source=source)
    approval = Approval.ask(document, source, whom, by=helen, note="Starter text")
    approval.approve(by=whom.hands()[0])


def _policies() -> list[Document]:
    return list(Document.select().where(Document.kind == KIND).order_by(Document.id))


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def _sign(document: Document, days_ago: int) -> None:
    missing = {f"{name}@halden.example" for name in MISSING}
    people = Person.select().where(Person.is_here(clock.today())).order_by(Person.id)
    asked = [one for one in people if one.email not in missing and access.is_meant(one, document)]
    most = len(asked) if document.slug == SIGNED_BY_MOST else FIRST_SIGNATURES
    if document.slug == CHANGED:
        asked = [_person("erin"), *asked]
    for number, person in enumerate(asked[:most]):
        with clock.shifted(timedelta(days=1 - days_ago + number % 6, minutes=-11 * number)):
            _sign_as(document, person)


def _sign_as(document: Document, person: Person) -> None:
    reading = Reading.of(document, person)
    assert reading is not None
    seen = reading.seen(person)
    with clock.shifted(timedelta(minutes=reading.structure["minutes"])):
        answers: dict[str, Any] = {
            question["key"]: [option["key"] for option in question["options"] if option["right"]]
            for question in reading.sheet.structure
        }
        hand = Hand("code", "192.0.2.10", "Mozilla/5.0 (sample)")
        sign(document, person, seen, answers, hand=hand, agreed_at=clock.now(), by=person)


def _change(document: Document | None, helen: Person) -> None:
    """One rule is another since Monday: who has signed signs what changed."""
    assert document is not None and document.current is not None
    source = document.current.source
    for old, new in CHANGES:
        source = source.replace(old, new, 1)
    note = "Receipts within 14 days, so that they count in the month they belong to"
    document.publish(source, by=helen, note=note, is_material=True)
