"""Whom somebody names."""

from portal import forms


class NomineeForm(forms.Form):
    person = forms.line("Colleague", 254, required="Say whom to ask.")
