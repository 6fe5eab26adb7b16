"""What somebody did on the job, and the answer to it."""

from portal import forms
from portal.learning.practice import MAX_ANSWER_CHARS, MAX_SAID_CHARS, PRACTICE
from portal.uploads.forms import UploadField


class PracticeForm(forms.Form):
    said = forms.lines("What you did", MAX_SAID_CHARS, required="Say what you did.")
    file = UploadField("A photo or a file that shows it", PRACTICE)


class AnswerForm(forms.Form):
    note = forms.lines("Your words", MAX_ANSWER_CHARS)
