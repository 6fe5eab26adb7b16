"""What a new portal still needs before it can welcome anybody: shown to HR until it is done."""

from dataclasses import dataclass

from portal.documents.models import Document
from portal.people.functions import Holder
from portal.people.models import Person
from portal.people.org import Company, Location


@dataclass(frozen=True)
class Task:
    """One thing to set up, where one does it, and whether it is done."""

    title: str
    url: str
    is_done: bool


def tasks(company: Company) -> list[Task]:
    """The list for a company that has no name yet; empty once it has (and costs nothing then)."""
    if company.name != Company().name:
        return []
    plans = Document.select().where(Document.kind == "checklist", Document.is_published())
    colleagues = Person.select().where(Person.hired_on.is_null(False))
    return [
        Task("Name the places people work at, with their holidays", "/settings",
             Location.select().exists()),
        Task("Bring in everyone from a spreadsheet", "/people/import", colleagues.exists()),
        Task("Say who holds IT, Finance and the other functions", "/settings#functions",
             Holder.select().exists()),
        Task("Take in the starter texts and publish an onboarding plan", "/documents",
             plans.exists()),
        Task("Name the company, its time zone and its color", "/settings", False),
    ]  # fmt: skip
