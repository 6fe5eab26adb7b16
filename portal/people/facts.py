"""What audience rules know of a person, and rules as queries over everyone."""

from portal.people.models import Person, Position


def facts_of(person: Person, position: Position | None) -> dict[str, str]:
    """The facts by which a rule decides whether it hits this person."""
    facts = {"hired": str(person.hired_on or "")}
    if position is None:
        return facts
    return facts | {
        "department": position.department,
        "team": position.team.name if position.team else "",
        "role": position.role,
        "level": position.level,
        "location": position.location.name if position.location else "",
        "type": position.employment,
        "manager": position.manager.email if position.manager else "",
    }
