"""What is asked of whoever praises, writes, asks and answers."""

import re
from collections.abc import Callable
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, text
from portal.feedback import models, praise
from portal.feedback.models import LINE, MOST_ASKED, THEM
from portal.feedback.praise import MAX_REASON_CHARS, MOST_PRAISED
from portal.feedback.values import Value
from portal.people.models import Person

Find = Callable[[str], Person | None]

NOBODY = "Nobody here, or more than one, is called “{}”. Choose a name that is offered."
PUBLIC, PRIVATE = "public", "private"
SHOWN = {
    PUBLIC: "Public: everybody at work reads it on the praise page",
    PRIVATE: "Private: only you and whoever you praise read it",
}


class People(forms.Form):
    """Names typed on a line, and more of them with commas between."""

    person = forms.line("Who", 254, required="Say who.")
    others = forms.line("And also", 1000)

    most = MOST_PRAISED
    oneself = "You cannot choose yourself."

    def find(self, by: Person, find: Find) -> "People":
        """With what finds a colleague by the name that `by` typed."""
        self._by, self._find = by, find
        self.found: list[Person] = []
        return self

    def validate_person(self, field: Any) -> None:
        self._take(field)

    def validate_others(self, field: Any) -> None:
        for typed in re.split(r"[,;]", field.data or ""):
            self._take(field, typed.strip())

    def _take(self, field: Any, typed: str | None = None) -> None:
        typed = field.data if typed is None else typed
        if not typed:
            return
        if self._is_oneself(typed):
            raise forms.ValidationError(self.oneself)
        person = self._find(typed)
        if person is None:
            raise forms.ValidationError(NOBODY.format(typed[:60]))
        if person.id not in [one.id for one in self.found]:
            self.found.append(person)
        if len(self.found) > self.most:
            raise forms.ValidationError(f"At most {self.most} at once, please.")

    def _is_oneself(self, typed: str) -> bool:
        names = {text.fold(self._by.name), text.fold(self._by.called), self._by.folded_email}
        return text.fold(typed) in names or typed.casefold() == self._by.folded_email


class PraiseForm(People):
    """Whom, for what, and who reads it."""

    person = forms.line("Whom do you praise?", 254, required="Say whom you praise.")
    value = RadioField("Which value did they show?", [InputRequired("Choose one.")])
    text = forms.lines(
        "What did they do?", praise.MAX_CHARS, required="Say in a sentence or two what they did."
    )
    shown = RadioField(
        "Who reads it", [InputRequired("Choose who reads it.")], choices=list(SHOWN.items())
    )

    oneself = "Nobody praises themselves. A colleague may well do it for you."

    def of(self, values: list[Value]) -> "PraiseForm":
        """Offering these values; without any nothing is asked."""
        self._values = {value.name: value for value in values}
        self.value.choices = [
            SelectChoice(value.name, f"{value.name}: {value.words}") for value in values
        ]
        if not values:
            del self.value
        return self

    @property
    def chosen(self) -> Value | None:
        return self._values[self.value.data] if self._values else None


class RemoveForm(forms.Form):
    reason = forms.line(
        "Why it leaves the page", MAX_REASON_CHARS,
        required="Say why: whoever gave it and whom it praises read this.",
    )  # fmt: skip


class ChooseForm(forms.Form):
    person = forms.line("About whom", 254, required="Say about whom.")


class NoteForm(forms.Form):
    """Two prompts, of which one is enough."""

    saw = forms.lines("What I saw", models.MAX_CHARS)
    more = forms.lines("What I would like more of", models.MAX_CHARS)
    readers = RadioField("Who reads it", [InputRequired("Choose who reads it.")])

    def of(self, person: Person, leaders: str, *, is_for_line: bool = False) -> "NoteForm":
        """About that person, saying by name who leads them. Where whoever leads them asks, all of
        them read it and nothing is to be chosen."""
        name = person.first_name
        if is_for_line:
            del self.readers
            return self
        line = f"{name} and whoever leads {name}" + (f": {leaders}" if leaders else "")
        choices = {THEM: f"{name} alone", LINE: line} if leaders else {THEM: f"{name} alone"}
        self.readers.choices = [SelectChoice(*each) for each in choices.items()]
        return self

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if not self.saw.data and not self.more.data:
            self.saw.errors = ["Write something in one of the two."]
            return False
        return is_valid


class RequestForm(People):
    """Of whom, and which question."""

    person = forms.line("Whom do you ask?", 254, required="Say whom you ask.")
    question = forms.lines(
        "Your question", models.MAX_QUESTION_CHARS,
        required="Ask one question: who is asked something answers something.",
    )  # fmt: skip

    most = MOST_ASKED
    oneself = "Ask somebody else: you know your own view."

    about: Person | None = None

    def concerning(self, about: Person) -> "RequestForm":
        self.about = about
        return self

    def _take(self, field: Any, typed: str | None = None) -> None:
        super()._take(field, typed)
        if any(self.about and one.id == self.about.id for one in self.found):
            raise forms.ValidationError(f"{self.about.first_name} reads the answers anyway.")  # type: ignore[union-attr]
