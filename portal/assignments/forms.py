"""Putting off, letting go, handing over."""

from portal import forms
from portal.people.models import Person


class SnoozeForm(forms.Form):
    until = forms.day("Until", required="Choose a day.")


class WaiveForm(forms.Form):
    reason = forms.line("Why it is not needed", 300, required="Say why: the trail keeps it.")


class OwnerForm(forms.Form):
    """Whose it shall be. The id of an actor never comes from the body, so an address is typed."""

    email = forms.email("Their e-mail", required="Type the e-mail of who does it.")

    def find(self) -> Person | None:
        """The colleague with this address; None with an error at the field."""
        person = Person.by_email(self.email.data)
        if person is None or not person.is_staff or person.has_left(person.today()):
            self.email.errors = ["Nobody here has this address."]
            return None
        return person
