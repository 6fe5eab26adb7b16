"""What kinds of paper there are, for whom each may be, and how long it is kept."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PaperKind:
    """`years_kept` count from the person's last day; `renewed` ones open a duty before they end."""

    name: str
    title: str
    years_kept: int
    renewed: bool = False
    icon: str = "file-text"


KINDS = {
    kind.name: kind
    for kind in (
        PaperKind("contract", "Contract", 6, renewed=True, icon="file-check"),
        PaperKind("permit", "Work permit", 2, renewed=True, icon="shield-check"),
        PaperKind("licence", "Licence", 2, renewed=True, icon="shield-check"),
        PaperKind("offer", "Offer", 1),
        PaperKind("certificate", "Certificate", 3, icon="award"),
        PaperKind("review", "Review letter", 3),
        PaperKind("payslip", "Payslip", 10, icon="receipt"),
        PaperKind("reference", "Reference", 10),
        PaperKind("other", "Other", 3),
    )
}

HR_ONLY, PERSON, MANAGER = "hr", "person", "manager"
SEEN_BY = {
    HR_ONLY: "HR only",
    PERSON: "HR and the person",
    MANAGER: "HR, the person and their manager",
}


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def years_before(day: date, years: int) -> date:
    """The last day whose `years_after` is not later than `day`."""
    return years_after(day, -years)
