"""Moves in the sample company: one waits for HR, one was declined, one comes in two months."""

from datetime import date, timedelta

from portal import clock
from portal.careers import standing, tracks
from portal.careers.models import PROMOTION, Move
from portal.people.models import Person

WORDS = {
    "months": "Nearly there, and what she did since spring weighs more than the months.",
    "own": "The calibration service: three teams build on it by now.",
}
LATER = "She leads the tender alone by summer: then it is time. Propose it again in June."


def fill() -> None:
    """By the verbs the portal has, in the order in which it happened."""
    helen = _person("helen")
    with clock.shifted(timedelta(days=-9)):
        declined = Move.propose(
            _person("camille"), PROMOTION, by=_person("otto"), starts_on=_first(2), level="L4",
            reason="Her numbers lead the team for two quarters.",
        )  # fmt: skip
        declined.decline(by=helen, answer=LATER)
    with clock.shifted(timedelta(days=-3)):
        agreed = Move.propose(
            _person("viktor"), PROMOTION, by=_person("kasia"), starts_on=_first(3),
            role="Senior Assembly Technician", level="L3",
            reason="He trains everybody who joins the line, and holds the shift when it is short.",
        )  # fmt: skip
        agreed.agree(by=helen, answer="With pleasure. Talk with him about pay before the letter.")
    with clock.shifted(timedelta(days=-1)):
        _waiting(_person("erin"), _person("mara"))


def _waiting(person: Person, by: Person) -> None:
    now = tracks.of(person)
    rung = next(iter(tracks.next_of(now)), None) if now else None
    if rung is None:
        return
    notes = {
        point.key: WORDS.get(point.criterion.sort, "Seen in her work every week; see the reviews.")
        for point in standing.points(person, rung)
        if point.is_met is not True
    }
    Move.propose(
        person, PROMOTION, by=by, starts_on=_first(2), rung=rung, notes=notes,
        reason="She does this work already: it should be called by its name.",
    )  # fmt: skip


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def _first(months: int) -> date:
    """The first of a month ahead."""
    day = clock.today()
    for _ in range(months):
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day
