"""What the editor sends."""

from wtforms import BooleanField

from portal import forms
from portal.text import MAX_SOURCE_BYTES


class NewForm(forms.Form):
    kind = forms.choice("What", required="Choose what to write.")
    title = forms.line("Title", 200, required="Give it a title.")


class EditorForm(forms.Form):
    """The text, and the version it was opened with, so that two editors notice each other."""

    source = forms.lines("Text", MAX_SOURCE_BYTES * 4)
    version = forms.number("Version", 0, 1_000_000, required="Open the editor again.")
    note = forms.line("What changed, in a sentence", 300)
    is_material = BooleanField("A material change: what people must do is different")


class ImportForm(forms.Form):
    file = forms.FileField("A Markdown file, or a zip of them")
