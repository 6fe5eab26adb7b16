"""What a document says of itself, the same for every kind: who it is for, who keeps it, who agrees.

The one place where the common front matter is read against who there is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from portal import clock, text
from portal.assignments.due import add_months
from portal.documents.parser import Problem, Source, read
from portal.documents.terms import COMPLAINTS, is_function, months_of
from portal.people.functions import Function
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.documents.models import Document
    from portal.documents.revisions import Revision

EVERY_MONTHS = 12
# So long before its day an owner hears that a text is to be looked at again.
NOTICE_DAYS = 30


class NotTheirs(ValueError):
    """Nobody who is named could agree: they wrote it themselves."""


@dataclass(frozen=True)
class Named:
    """A person, or a function with whoever holds it; `words` are how it was written."""

    words: str
    person: Person | None = None
    function: Function | None = None

    @property
    def called(self) -> str:
        if self.person:
            return self.person.called
        return str(self.function.name) if self.function else self.words.lstrip("@")

    def hands(self) -> list[Person]:
        """Who could act for it today: the person while they are here, or everyone who holds it."""
        if self.person:
            return [self.person] if is_here(self.person) else []
        return self.function.holders(None, clock.today()) if self.function else []

    def is_same(self, other: "Named") -> bool:
        """Whether both mean the same person or function, or the same unknown words."""
        if self.person or other.person:
            return bool(self.person == other.person)
        if self.function or other.function:
            return bool(self.function == other.function)
        return text.fold(self.words) == text.fold(other.words)

    def is_own_of(self, writers: Collection[int]) -> bool:
        """Whether there is somebody, and nobody but writers of the text."""
        hands = self.hands()
        return bool(hands) and all(person.id in writers for person in hands)

    def refuse_own(self, writers: Collection[int]) -> None:
        """Raises NotTheirs where nobody but its writers could agree to a text."""
        if self.is_own_of(writers):
            nobody = "there is nobody but its writer" if self.function else "this is their own"
            raise NotTheirs(f"{self.called}: nobody approves their own text, and {nobody}.")


@dataclass(frozen=True)
class Head:
    """The common front matter, understood."""

    title: str = ""
    summary: str = ""
    audience: str = ""
    owner: Named | None = None
    approver: Named | None = None
    review_by: date | None = None
    every_months: int = EVERY_MONTHS
    is_reviewed: bool = False

    def give_to(self, document: "Document", review_on: date | None) -> None:
        """What the front matter says becomes the document's own."""
        document.title = self.title or document.title
        document.folded = text.fold(document.title)[:200]
        document.summary, document.audience = self.summary, self.audience
        document.owner = self.owner.person if self.owner else None
        document.owner_function = self.owner.function if self.owner else None
        document.review_on, document.review_months = review_on, self.every_months


def is_here(person: Person) -> bool:
    """Whether they work here (or soon will) and may use the portal."""
    return person.is_staff and person.is_active and not person.has_left(person.today())


def find(words: str) -> Named | None:
    """Who is meant by `ida@example.com`, `@legal`, or a colleague's whole name."""
    words = words.strip()
    if is_function(words.lower()):
        function = Function.named(words.lower().lstrip("@"))
        return Named(words, function=function) if function else None
    person = Person.colleague(words, Person.select())
    return Named(words, person=person) if person else None


def read_head(source: Source) -> tuple[Head, list[Problem]]:
    """The head of a text, and a problem for each name that nobody has.

    A value that cannot be read was complained of when the text was taken apart; it is left out.
    """
    problems: list[Problem] = []
    good = {
        key: value
        for key, value in source.meta.items()
        if value and not (key in COMPLAINTS and COMPLAINTS[key](value))
    }
    named: dict[str, Named] = {}
    for key in ("owner", "approver"):
        if key in good:
            found = find(good[key])
            if found is None:
                problems.append(Problem(source.line_of(key), _nobody(good[key])))
            # An approver who is gone is asked for all the same: HR then names another.
            named[key] = found or Named(good[key])
    review_by = date.fromisoformat(good["review-by"]) if "review-by" in good else None
    head = Head(
        title=good.get("title", ""),
        summary=good.get("summary", ""),
        audience=good.get("audience", ""),
        owner=named.get("owner"),
        approver=named.get("approver"),
        review_by=review_by,
        every_months=months_of(good.get("review-every", "")) or EVERY_MONTHS,
        is_reviewed=review_by is not None or "review-every" in good,
    )
    return head, problems


def approver_in(source: str) -> Named | None:
    """Whom a text names to agree to it; an approver who is gone is named all the same."""
    words = read(source).meta.get("approver", "")
    return (find(words) or Named(words)) if words else None


def _nobody(words: str) -> str:
    if is_function(words):
        return f"There is no function “{words}”. HR sets functions up under Settings."
    return f"Nobody here is called “{words}”, or they have left."


def next_review(head: Head, before: "Revision | None", planned: date | None) -> date | None:
    """The day the text says; or, where it says the same as before, one that is still ahead.

    Publishing is looking at it again: the old date said once more would be due at once.
    """
    if not head.is_reviewed:
        return None
    today = clock.today()
    later = add_months(today, head.every_months)
    if head.review_by is None:
        return later
    if before is None or read(before.source).meta.get("review-by") != str(head.review_by):
        return head.review_by
    planned = max(planned or head.review_by, head.review_by)
    return planned if planned > today + timedelta(days=NOTICE_DAYS) else later
