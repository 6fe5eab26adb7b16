"""What is sent along with answers, and the form to give a form out."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from flask import request
from wtforms import TextAreaField

from portal import forms, text
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.questionnaires import companions
from portal.questionnaires.models import Submission
from portal.questionnaires.questionnaire import Answers, Refused, TooLong

# As many letters as may be kept, in the script that takes most bytes in a form.
MAX_BODY_BYTES = 1_200_000
ALL = "*"
OWN_FIELDS = ("version", "choosing", "kept", "keep", "take")
MAX_PEOPLE = 100
USUAL_DAYS = 7


class Posted:
    """A filled form as it came in: answers, the version they stand on, what was chosen where two
    devices disagreed, and as `choice` what is to happen when it is sent.

    Raises Refused for what no form of ours sends. What cannot be kept is `.trouble`, a sentence.
    """

    def __init__(self, submission: Submission, viewer: Person) -> None:
        request.max_content_length = MAX_BODY_BYTES
        body = request.form
        self.submission, self.viewer, self.trouble = submission, viewer, ""
        self.answers: Answers = {}
        self.choice = self._choice(companions.chosen_in(body))
        own = {*OWN_FIELDS, *(name for name in body if name.startswith(companions.PREFIX))}
        fields = ((name, body.getlist(name)) for name in body if name not in own)
        try:
            self.answers = submission.questionnaire.read(fields)
        except TooLong as error:
            self.trouble = str(error)
        self.version = self._version(body.get("version", ""))
        self.is_choosing = "choosing" in body
        self.kept = set(body.getlist("kept")) | set(body.getlist("keep"))
        self._take(body.get("take", ""))

    @cached_property
    def beside(self) -> companions.Beside | None:
        """What stands beside the form."""
        return companions.beside(self.viewer, self.submission)

    def _choice(self, sent: companions.Chosen) -> companions.Chosen | None:
        """None where nothing came along, so what was chosen before stays."""
        if not sent:
            return None
        if self.beside is None:
            raise Refused("There is nothing to choose in this form.")
        return self.beside.read(sent)

    @staticmethod
    def _version(typed: str) -> int:
        if not typed.isascii() or not typed.isdecimal() or len(typed) > 9:
            raise Refused("The form lacks its version.")
        return int(typed)

    def _take(self, key: str) -> None:
        """The other device's answer instead of this one's, to one question or to all."""
        stored = self.submission.given
        if key == ALL:
            self.answers, self.choice = stored, None
        elif key:
            self.answers.pop(key, None)
            if key in stored:
                self.answers[key] = stored[key]
            self.answers = self.submission.questionnaire.in_order(self.answers)

    @property
    def undecided(self) -> list[str]:
        """Where this and the saved draft differ and nobody has chosen yet, once a choice runs."""
        if not self.is_choosing or ALL in self.kept:
            return []
        found = self.submission.questionnaire.differences(self.answers, self.submission.given)
        return [key for key in found if key not in self.kept]


def _enough(form: forms.Form, field: TextAreaField) -> None:
    if len(_named(field.data or "")) > MAX_PEOPLE:
        raise forms.ValidationError(f"At most {text.count(MAX_PEOPLE, 'person')} at once.")
    people, unknown = find_people(field.data or "")
    if unknown:
        named = ", ".join(f"“{name[:60]}”" for name in unknown[:5])
        raise forms.ValidationError(f"{NOBODY} It was: {named}.")
    if not people:
        raise forms.ValidationError("Say who fills it in.")


def _named(typed: str) -> list[str]:
    words = typed.replace(";", "\n").replace(",", "\n").split("\n")
    return [word.strip() for word in words if word.strip()]


def find_people(typed: str) -> tuple[list[Person], list[str]]:
    """Who is meant, each once, and what means nobody. Addresses or names, on lines or by commas."""
    found: dict[int, Person] = {}
    unknown = []
    for words in _named(typed):
        person = people_access.colleague(viewer(), words)
        if person is None:
            unknown.append(words)
        else:
            found[person.id] = person
    return list(found.values()), unknown


class SendForm(forms.Form):
    people = forms.lines("Who fills it in", 10_000, required="Say who fills it in.")
    about = forms.line("About whom", 254, required="Say whom it is about.")
    due_on = forms.day("By when")

    def validate_people(self, field: TextAreaField) -> None:
        _enough(self, field)

    def validate_about(self, field: Any) -> None:
        if self.subject is None:
            raise forms.ValidationError(NOBODY)

    is_about_other = False

    @property
    def subject(self) -> Person | None:
        return people_access.colleague(viewer(), self.about.data)

    def offer(self, is_about_other: bool, today: Any) -> "SendForm":
        """What a form of this kind asks, and the usual day."""
        self.is_about_other = is_about_other
        if not is_about_other:
            del self.about
        if self.due_on.data is None and request.method != "POST":
            self.due_on.data = today + timedelta(days=USUAL_DAYS)
        return self
