"""The form of an audit window."""

from typing import Any

from portal import forms
from portal.compliance.windows import refuse


class WindowForm(forms.Form):
    name = forms.line("What it is", 120, required="Give it a name, like “ISO 27001 audit”.")
    starts_on = forms.day("First day", required="Say on which day it begins.")
    ends_on = forms.day("Last day", required="Say on which day it ends.")
    note = forms.lines("Note", 500, description="Who comes, and what they look at.")

    def validate_ends_on(self, field: Any) -> None:
        if self.starts_on.data and field.data:
            try:
                refuse(self.starts_on.data, field.data)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
