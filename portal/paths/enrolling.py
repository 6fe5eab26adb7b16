"""Putting others on a path: whom it hits is said before it is done."""

import re
from dataclasses import dataclass, field

from portal import db
from portal.documents import meant
from portal.documents.models import Document
from portal.paths import access
from portal.paths.models import HAND, Enrollment
from portal.people.models import Person
from portal.text import count, enumerated

# So many that one write stays short; more are put on a path by its rule.
MOST = 200
NAMED = 5


@dataclass
class Hit:
    """Who would be put on it, and who is left out and why."""

    new: list[Person] = field(default_factory=list)
    on_it: list[Person] = field(default_factory=list)
    finished: list[Person] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def sentence(self, path: Document) -> str:
        """`This puts 3 people on “…”: Ben, Erin and Nia. 1 is on it already.`"""
        said = f"This puts {count(len(self.new), 'person', 'people')} on “{path.title}”"
        said += f": {_names(self.new)}." if self.new else "."
        if self.on_it:
            said += f" {_are(self.on_it)} on it already."
        if self.finished:
            said += f" {_have(self.finished)} finished it and may be put on it anew by name."
        return said


def _names(people: list[Person]) -> str:
    return enumerated([one.called for one in people[:NAMED]], len(people))


def _are(people: list[Person]) -> str:
    return f"{people[0].called} is" if len(people) == 1 else f"{len(people)} people are"


def _have(people: list[Person]) -> str:
    return f"{people[0].called} has" if len(people) == 1 else f"{len(people)} people have"


def named(viewer: Person, path: Document, typed: str) -> Hit:
    """The people whose addresses or names were typed, one a line or with commas between."""
    words = [word.strip() for word in re.split(r"[,;\n]", typed) if word.strip()]
    hit = Hit()
    found: dict[int, Person] = {}
    reachable = access.people_to_put_on(viewer)
    for word in words[:MOST]:
        person = Person.colleague(word, reachable)
        if person is None:
            hit.strange.append(word)
        else:
            found[person.id] = person
    return _sorted_out(path, list(found.values()), hit, anew=True)


def ruled(viewer: Person, path: Document, rule: str) -> Hit | None:
    """Everyone a rule means whom the viewer may put on it; None where it cannot be read."""
    whom = meant.whom(rule, viewer.today())
    if whom is None:
        return None
    people = access.people_to_put_on(viewer).where(Person.id.in_(whom.ids)).order_by(Person.folded)
    return _sorted_out(path, list(people.limit(MOST + 1)), Hit(), anew=False)


def _sorted_out(path: Document, people: list[Person], hit: Hit, *, anew: bool) -> Hit:
    """`anew`: who has finished it begins again, because they were named."""
    ids = [person.id for person in people]
    states = {
        row.person_id: row.state
        for row in Enrollment.select()
        .where(Enrollment.path == path.id, Enrollment.person.in_(ids or [0]))
        .order_by(Enrollment.id)
    }
    for person in people:
        state = states.get(person.id)
        if state == "under way":
            hit.on_it.append(person)
        elif state == "finished" and not anew:
            hit.finished.append(person)
        else:
            hit.new.append(person)
    return hit


def put_on(path: Document, people: list[Person], *, by: Person) -> int:
    """Each of them is on it from now on; returns how many. Raises NotInForce."""
    with db.write():
        for person in people:
            Enrollment.begin(path, person, cause=HAND, by=by)
    return len(people)
