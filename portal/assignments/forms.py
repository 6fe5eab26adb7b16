"""Putting off, letting go, handing over."""

from wtforms import BooleanField

from portal import forms
from portal.people import access
from portal.people.models import NOBODY, Person


class SnoozeForm(forms.Form):
    until = forms.day("Until", required="Choose a day.")


class WaiveForm(forms.Form):
    reason = forms.line("Why it is not needed", 300, required="Say why: the trail keeps it.")


class CalendarForm(forms.Form):
    is_named = BooleanField("Show what it is: titles stand in your calendar")


class OwnerForm(forms.Form):
    """Whose it shall be. The id of an actor never comes from the body, so an address is typed."""

    email = forms.line("Their e-mail or name", 254, required="Type the name of who does it.")

    def find(self, viewer: Person) -> Person | None:
        """The colleague who is meant, if the viewer may know of them; None with an error."""
        person = access.colleague(viewer, self.email.data)
        if person is None:
            self.email.errors = [NOBODY]
        return person
