"""What is left of somebody who is erased: a number, and the days and places that are history.

How long what signing in leaves behind is of use stands here too; `personal.py` says it to whoever
lets it go.
"""

from typing import Any

from portal import clock, db
from portal.people.models import Person, fold_email
from portal.people.signing import ABSOLUTE_DAYS

# Codes are counted over an hour, and asked about by HR for a day or two.
CODE_DAYS = 7
LINK_DAYS = 7
# A browser of long ago still tells whose codes may be asked for there.
DEVICE_DAYS = 2 * ABSOLUTE_DAYS
# Nobody can have such an address: the domain is reserved for nothing.
ERASED_DOMAIN = "erased.invalid"

BLANK = {
    "preferred_name": "",
    "pronunciation": "",
    "pronouns": "",
    "second_email": "",
    "phone": "",
    "number": None,
    "language": "en",
    "theme": "auto",
    "departure_reason": "",
    "may_be_rehired": None,
    "rehire_reason": "",
}


def called_after(person: Person) -> str:
    """What somebody is called once they are erased."""
    return f"Former colleague {person.id}"


def is_erased(person: Person) -> bool:
    """Whether nothing says any more who it was."""
    return str(person.email).endswith(f"@{ERASED_DOMAIN}")


def names_of(person: Person) -> list[str]:
    """Words by which a text names them; none once they are erased."""
    if is_erased(person):
        return []
    said = {person.name, person.called, person.email, person.second_email}
    # A single word may be anybody's, or anything.
    return sorted(word for word in said if " " in word or "@" in word)


def pseudonymise(person: Person) -> None:
    """Take away what says who it was. Call it inside `db.write()`; twice is once."""
    with db.write():
        values: dict[str, Any] = {**BLANK, "name": called_after(person)}
        values["email"] = f"former-{person.id}@{ERASED_DOMAIN}"
        for name, value in values.items():
            setattr(person, name, value)
        person.folded_email = fold_email(person.email)
        person.folded = person._search_text()
        if person.is_active:
            person.access_ends_at = clock.now()
        person.save()
