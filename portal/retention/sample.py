"""What the sample company has decided: two rules, and a hold because of a dispute."""

from portal.people.models import Person
from portal.privacy import records
from portal.retention.models import LegalHold, RetentionRule


def decide(hr: Person, held: Person) -> None:
    """Rules for the reading log and for forms, and a hold on somebody who has left."""
    RetentionRule.set(
        records["looks"],
        months=24,
        reason="Decided with the works council",
        is_automatic=True,
        by=hr,
    )
    RetentionRule.set(
        records["forms"],
        months=36,
        reason="Claims are possible for three years",
        is_automatic=False,
        by=hr,
    )
    LegalHold.place(
        person=held,
        kept=None,
        reason="Asks for a bonus of last year",
        counsel="The agreement on bonuses is in the file, second page.",
        by=hr,
    )
