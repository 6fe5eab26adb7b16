"""What can be wrong with requirements: they mean nobody."""

from portal import db
from portal.compliance.models import Coverage, Requirement, Terms
from portal.compliance.titles import titles
from portal.people.quality import DUTIES, Case, Check, Looked

NOBODY = "means-nobody"


def _mean_nobody(looked: Looked) -> list[Case]:
    """Those HR keeps; what a text asks for itself is mended in its text."""
    meant = Coverage.select(Coverage.requirement).where(
        Coverage.is_known(), Coverage.is_on(looked.today)
    )
    held = Terms.select(Terms.requirement).where(Terms.is_known(), Terms.holds_until.is_null())
    rows = list(
        Requirement.select().where(
            db.among(Requirement.id, held),
            ~db.among(Requirement.id, meant),
            Requirement.followed_at.is_null(False),
            Requirement.source == "",
        )
    )
    called = titles((row.kind, row.target) for row in rows) if rows else {}
    return [
        Case(called[row.kind, row.target], f"/compliance/requirements/{row.id}/edit")
        for row in rows
        if (row.kind, row.target) in called
    ]


CHECKS = [
    Check(
        NOBODY, DUTIES, "Requirements that mean nobody",
        "Their audience names a team or a role that nobody has (any more).",
        "Change whom it means", look=_mean_nobody,
    )
]  # fmt: skip
