"""What is sent in this room: answers, a word on what was done elsewhere, files, and HR's forms."""

from typing import Any

from portal import forms
from portal.learning.course_files import MAX_TITLE_CHARS, UPLOAD
from portal.learning.models import MAX_NOTE_CHARS
from portal.people import access as people_access
from portal.people import audience
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.uploads.forms import UploadField

MAX_PEOPLE = 200


class NoteForm(forms.Form):
    """What somebody says of what they have done elsewhere."""

    note = forms.lines("A note", MAX_NOTE_CHARS)


class FileForm(forms.Form):
    title = forms.line("What it is called", MAX_TITLE_CHARS, required="Say what it is called.")
    file = UploadField("File", UPLOAD, required="Choose a file.")


class NewCourseForm(forms.Form):
    title = forms.line("Title", 200, required="Give it a title.")
    format = forms.choice("How it is taken", required="Choose how it is taken.")


class AssignForm(forms.Form):
    """Named people, or everyone a rule means; never both, so that nobody is asked by mistake."""

    people = forms.lines("People", 20_000)
    rule = forms.line("Or everyone with", 500)
    due_on = forms.day("Due", required="Say by which day.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named: list[Person] = []

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        fits = super().validate(*args, **kwargs)
        if not self.people.data and not self.rule.data:
            self.people.errors = ["Name somebody, or write a rule below."]
            return False
        return fits

    def validate_people(self, field: Any) -> None:
        typed = [part.strip() for part in field.data.replace(",", "\n").split("\n")]
        typed = list(dict.fromkeys(part for part in typed if part))
        if typed and self.rule.data:
            raise forms.ValidationError("Name people here or write a rule below, not both.")
        if len(typed) > MAX_PEOPLE:
            message = f"Name {MAX_PEOPLE} people at most, or write a rule below."
            raise forms.ValidationError(message)
        found = {part: people_access.colleague(viewer(), part) for part in typed}
        if unknown := [part for part, person in found.items() if person is None]:
            words = ", ".join(f"“{part[:60]}”" for part in unknown[:5])
            raise forms.ValidationError(f"Nobody here is called {words}. Try the e-mail address.")
        self.named = list({person.id: person for person in found.values() if person}.values())

    def validate_rule(self, field: Any) -> None:
        if not field.data:
            return
        try:
            audience.parse(field.data)
        except audience.RuleError as error:
            raise forms.ValidationError(f"At column {error.column}: {error.message}") from None


class RecordForm(forms.Form):
    person = forms.line("Who", 254, required="Say who has completed it.")
    done_on = forms.day("Completed on", required="Say on which day.")
    note = forms.lines("How you know", MAX_NOTE_CHARS, required="Say how you know.")

    def validate_person(self, field: Any) -> None:
        if self.found is None:
            raise forms.ValidationError(NOBODY)

    @property
    def found(self) -> Person | None:
        return people_access.colleague(viewer(), self.person.data)


class ReasonForm(forms.Form):
    reason = forms.line("Why", 300, required="Say what was wrong with it.")
