"""What people type about teams, vacancies, dotted lines and leave."""

from typing import Any

from portal import forms
from portal.people.leave import KINDS


class TeamForm(forms.Form):
    """A team's name, and under which it stands."""

    name = forms.line("Name", 120, required="Type the name of the team.")
    parent = forms.choice("Part of")

    def offer(self, teams: list[tuple[str, str]]) -> None:
        self.parent.choices = [("", "Nothing: it is a department"), *teams]


class MergeForm(forms.Form):
    into = forms.choice("Into", required="Choose a team.")
    from_on = forms.day("From", required="Say from which day on.")

    def offer(self, teams: list[tuple[str, str]]) -> None:
        self.into.choices = [("", "Choose a team"), *teams]


class VacancyForm(forms.Form):
    """A position nobody holds yet."""

    role = forms.line("Role", 120, required="Type the role.")
    level = forms.line("Level", 20)
    team = forms.choice("Team")
    location = forms.choice("Location")
    manager = forms.email("Manager’s e-mail")
    wanted_from = forms.day("Wanted from")
    note = forms.lines("Note", 500)

    def offer(self, teams: list[tuple[str, str]], locations: list[tuple[str, str]]) -> None:
        self.team.choices = [("", "No team"), *teams]
        self.location.choices = [("", "No location"), *locations]


class LeaveForm(forms.Form):
    """A time away."""

    kind = forms.choice("Kind", required="Choose the kind.")
    starts_on = forms.day("First day away", required="Say from which day on.")
    ends_on = forms.day("Last day away")
    note = forms.line("Note, for HR only", 300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", "Choose one"), *KINDS.items()]

    def validate_ends_on(self, field: Any) -> None:
        _refuse_backwards(self.starts_on.data, field.data)


class BackForm(forms.Form):
    returned_on = forms.day("Back on", required="Say since which day.")


class DottedForm(forms.Form):
    """A second manager for a purpose."""

    lead = forms.email("Their e-mail", required="Type the e-mail of who leads them, too.")
    purpose = forms.line("For what", 120, required="Say for what, like “Mobile app”.")
    starts_on = forms.day("From", required="Say from which day on.")
    ends_on = forms.day("Until")

    def validate_ends_on(self, field: Any) -> None:
        _refuse_backwards(self.starts_on.data, field.data)


def _refuse_backwards(first: Any, last: Any) -> None:
    if first and last and last < first:
        raise forms.ValidationError("This is before the first day.")
