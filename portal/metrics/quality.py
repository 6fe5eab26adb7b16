"""What can be wrong with measures: nobody answers for them."""

from portal import text
from portal.metrics import owning
from portal.metrics.measure import measures
from portal.people.quality import NUMBERS, Case, Check, Looked

NO_OWNER = "no-owner"


def _nobody_answers(looked: Looked) -> list[Case]:
    """One line for all that have a target and nobody; one each where whoever it was has left."""
    terms = owning.all_terms()
    free, left = 0, []
    for name, measure in measures.items():
        settled = terms.get(name)
        owner = settled.owner if settled else None
        if owner is None:
            free += owning.target_of(measure, settled) is not None
        elif owner.has_left(looked.today):
            left.append(Case(measure.title, f"/metrics/{name}/terms", f"was {owner.called}’s"))
    many = text.count(free, "measure")
    return left + ([Case(f"{many} with a target", "/metrics/owners")] if free else [])


CHECKS = [
    Check(
        NO_OWNER, NUMBERS, "Numbers nobody answers for",
        "Should one miss its target, the portal has nobody to ask why.",
        "Name an owner", look=_nobody_answers,
    )
]  # fmt: skip
