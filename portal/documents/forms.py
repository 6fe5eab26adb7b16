"""What the editor sends."""

from wtforms import BooleanField, TextAreaField

from portal import forms, text
from portal.documents.parser import normal
from portal.text import MAX_SOURCE_BYTES


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
    is_material = BooleanField("A material change: what people must do is different")


class ImportForm(forms.Form):
    file = forms.FileField("A Markdown file, or a zip of them")
