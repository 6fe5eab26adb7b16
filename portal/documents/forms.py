"""What the editor and the approval page send."""

from wtforms import RadioField, TextAreaField

from portal import forms, text
from portal.documents.head import Named, find
from portal.documents.parser import normal
from portal.documents.revisions import WEIGHTS
from portal.text import MAX_SOURCE_BYTES

NOBODY = "Nobody here is called that. Write an address, a colleague’s whole name, or @legal."


class NewForm(forms.Form):
    kind = forms.choice("What", required="Choose what to write.")
    title = forms.line("Title", 200, required="Give it a title.")


def _can_be_kept(form: forms.Form, field: TextAreaField) -> None:
    try:
        size = len(text.clean(field.data or "").encode())
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error
    if size > MAX_SOURCE_BYTES:
        most = f"{MAX_SOURCE_BYTES // 1024} kB is the most"
        raise forms.ValidationError(f"The text has {size // 1024:,} kB; {most}.")


class EditorForm(forms.Form):
    """The text, and the version it was opened with, so that two editors notice each other.

    The text is kept as typed: trimming it would make a file differ from its own export.
    """

    source = TextAreaField("Text", [_can_be_kept], filters=[normal])
    version = forms.number("Version", 0, 2_000_000_000, required="Open the editor again.")
    note = forms.line("What changed, in a sentence", 300)
    weight = RadioField(
        "What kind of change is it?", choices=list(WEIGHTS.items()), default="minor"
    )
    approver = forms.line("Who has to agree first", 254)

    @property
    def is_material(self) -> bool:
        return self.weight.data == "material"


class ApproverForm(forms.Form):
    """Who is asked instead."""

    approver = forms.line("Who should agree", 254, required="Say who should agree.")

    def named(self) -> Named | None:
        """Who is meant; None with a sentence at the field."""
        whom = find(self.approver.data)
        if whom is None:
            self.approver.errors = [NOBODY]
        return whom


class SendBackForm(forms.Form):
    comment = forms.lines("What has to change", 1000, required="Say what has to change, and why.")


class ConfirmForm(forms.Form):
    """The revision that was looked at."""

    number = forms.number("Revision", 1, 1_000_000, required="Open the page again.")


class ChangeForm(forms.Form):
    reason = forms.line("What is not right any more", 200, required="Say what is not right.")


class ImportForm(forms.Form):
    file = forms.FileField("A Markdown file, or a zip of them")
