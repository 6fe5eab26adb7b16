"""What is asked of a cost and of a budget."""

from typing import Any

from wtforms.fields.choices import SelectChoice

from portal import forms
from portal.documents.models import Document
from portal.learning import amounts
from portal.learning.spending import MAX_NOTE_CHARS, Spending
from portal.people.org import Team

FIRST_YEAR, LAST_YEAR = 2000, 2100


class _Amount(forms.Form):
    amount = forms.line("Amount", 20, required="Type the amount.")

    cents = 0

    def validate_amount(self, field: Any) -> None:
        try:
            self.cents = amounts.parse_amount(field.data or "")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class SpendingForm(_Amount):
    """A cost. What lies ahead is planned."""

    course = forms.choice("Course")
    session = forms.number("Session, by its number", 1, 2_000_000_000)
    team = forms.choice("Department")
    spent_on = forms.day("On which day", required="Say when it was, or will be, paid.")
    invoice = forms.line("Invoice number", 60)
    note = forms.line("Note", MAX_NOTE_CHARS)

    def offer(self, courses: list[Document], teams: list[Team]) -> "SpendingForm":
        self._courses = {str(one.id): one for one in courses}
        self._teams = {str(one.id): one for one in teams}
        named = [SelectChoice(key, one.title) for key, one in self._courses.items()]
        self.course.choices = [SelectChoice("", "Not for one course"), *named]
        self.team.choices = _teams(self._teams)
        return self

    def validate_spent_on(self, field: Any) -> None:
        if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
            raise forms.ValidationError("This year is out of reach.")

    def validate_session(self, field: Any) -> None:
        if field.data and not self.course.data:
            raise forms.ValidationError("Say of which course it is a session.")

    @staticmethod
    def showing(spending: Spending) -> dict[str, Any]:
        """What the form of a correction begins with."""
        return {
            "course": str(spending.course_id or ""),
            "session": spending.session,
            "team": str(spending.team_id or ""),
            "amount": amounts.typed(spending.cents),
            "spent_on": spending.spent_on,
            "invoice": spending.invoice,
            "note": spending.note,
        }

    def facts(self) -> dict[str, Any]:
        """As `Spending` takes them."""
        return {
            "course": self._courses.get(self.course.data or ""),
            "session": self.session.data,
            "team": self._teams.get(self.team.data or ""),
            "cents": self.cents,
            "spent_on": self.spent_on.data,
            "invoice": self.invoice.data or "",
            "note": self.note.data or "",
        }


class BudgetForm(_Amount):
    year = forms.number("Year", FIRST_YEAR, LAST_YEAR, required="Say for which year.")
    team = forms.choice("For whom")

    def offer(self, teams: list[Team]) -> "BudgetForm":
        self._teams = {str(one.id): one for one in teams}
        self.team.choices = _teams(self._teams)
        return self

    @property
    def chosen(self) -> Team | None:
        return self._teams.get(self.team.data or "")


def _teams(teams: dict[str, Team]) -> list[SelectChoice]:
    named = [SelectChoice(key, team.name) for key, team in teams.items()]
    return [SelectChoice("", "The whole company"), *named]
