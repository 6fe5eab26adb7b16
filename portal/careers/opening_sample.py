"""Openings in the sample company: two that are shown to everybody, and somebody who asks."""

from datetime import timedelta

from portal import clock
from portal.careers.interests import Interest
from portal.careers.openings import Opening
from portal.people.models import Person
from portal.people.vacancies import Vacancy

WORDS = {
    "Software Engineer": "You work on what makes **payments** arrive, with four others.\n\n"
    "In the first half year:\n\n- you take over the part that talks to banks\n"
    "- you are on call one week in six, with somebody beside you\n\n"
    "It suits whoever likes old code that has to be right. Ask Mara what a week looks like.",
    "Account Executive": "You look after some thirty customers in the north and win new ones.\n\n"
    "You need no background in sales: whoever knows the product from support or engineering has"
    " done well here. Olga tells you what surprised her.",
}
WISH = "I have explained our product to customers for two years, and would like to do it first."


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen, ida = (Person.by_email(f"{name}@halden.example") for name in ("helen", "ida"))
    assert helen is not None and ida is not None
    with clock.shifted(timedelta(days=-9)):
        until = clock.today() + timedelta(days=30)
        for vacancy in list(Vacancy.select().where(Vacancy.is_open()).order_by(Vacancy.id)):
            if vacancy.role in WORDS:
                Opening.post(vacancy, by=helen, words=WORDS[vacancy.role], apply_by=until)
    with clock.shifted(timedelta(days=-2)):
        sales = [one for one in Opening.select() if one.role == "Account Executive"]
        for opening in sales:
            Interest.ask(opening, ida, by=ida, wish=WISH, for_line=False)
