"""Colleagues and reports of the sample company who are asked just now, without their names."""

from portal import clock
from portal.documents.models import Document
from portal.people.models import Person
from portal.reviews import following, nominating
from portal.reviews.models import Cycle, Review
from portal.reviews.steps import PEERS

# About Ben it is agreed on; what Erin proposes still lies before Mara.
AGREED = ("erin", "matteo", "rajesh")
PROPOSED = ("ben", "matteo", "rajesh", "teresa")


def fill() -> None:
    """A cycle among colleagues, and one in which reports speak."""
    among = _begin("peer-review", "erin", "ben")
    phase = among.phase(PEERS)
    assert phase is not None
    mara = _person("mara")
    for name in AGREED:
        nominating.propose(_of(among, "ben"), phase, _person(name), by=mara, is_decided=True)
    erin = _person("erin")
    for name in PROPOSED:
        nominating.propose(_of(among, "erin"), phase, _person(name), by=erin, is_decided=False)
    _begin("upward-review", "mara", "otto")
    following.run()


def _begin(slug: str, *names: str) -> Cycle:
    plan = Document.named("review", slug)
    assert plan is not None, slug
    people = [_person(name) for name in names]
    title = f"{plan.title}, {clock.today():%B}"
    return Cycle.begin(plan, people, clock.today(), by=_person("helen"), title=title)


def _of(cycle: Cycle, name: str) -> Review:
    rows = Review.whole(Review.select()).where(Review.cycle == cycle)
    return rows.where(Review.person == _person(name)).get()  # type: ignore[no-any-return]


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
