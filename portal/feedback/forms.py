"""What is asked of whoever praises, writes, asks and answers."""

from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, text
from portal.feedback import models, praise
from portal.feedback.asking import MAX_QUESTION_CHARS, MOST_ASKED
from portal.feedback.colleagues import BETWEEN, Unclear
from portal.feedback.models import LINE, THEM
from portal.feedback.praise import MAX_REASON_CHARS, MOST_PRAISED
from portal.feedback.values import Value
from portal.people.models import Person

Find = Callable[[str], Person]

MAX_PEOPLE_CHARS = 2000
CHANGED = "Somebody else leads them since you opened this: look again who will read it."
PUBLIC, PRIVATE = "public", "private"
SHOWN = {
    PUBLIC: "Public: everybody at work reads it on the praise page",
    PRIVATE: "Private: only you and whoever you praise read it",
}


class People(forms.Form):
    """One name or several on a line, with commas between."""

    people = forms.line("Who", MAX_PEOPLE_CHARS, required="Say who.")

    most = MOST_PRAISED
    oneself = "You cannot choose yourself."

    def find(self, by: Person, find: Find) -> "People":
        """With what finds a colleague by the name that `by` typed."""
        self._by, self._find = by, find
        self.found: list[Person] = []
        return self

    def validate_people(self, field: Any) -> None:
        names = [name for part in BETWEEN.split(field.data) if (name := part.strip())]
        if not names:
            raise forms.ValidationError("Say who.")
        found: dict[int, Person] = {}
        for name in dict.fromkeys(names):
            if len(found) == self.most:
                raise forms.ValidationError(f"At most {self.most} at once, please.")
            person = self._one(name)
            found[person.id] = person
        self.found = list(found.values())

    def _one(self, name: str) -> Person:
        if self._is_oneself(name):
            raise forms.ValidationError(self.oneself)
        try:
            return self._find(name)
        except Unclear as unclear:
            raise forms.ValidationError(str(unclear)) from unclear

    def _is_oneself(self, name: str) -> bool:
        names = {text.fold(self._by.name), text.fold(self._by.called), self._by.folded_email}
        return text.fold(name) in names or name.casefold() == self._by.folded_email


class PraiseForm(People):
    """Whom, for what, and who reads it."""

    people = forms.line("Whom do you praise?", MAX_PEOPLE_CHARS, required="Say whom you praise.")
    text = forms.lines(
        "What did they do?", praise.MAX_CHARS, required="Say in a sentence or two what they did."
    )
    value = RadioField("Which value did they show?", [InputRequired("Choose one.")])
    shown = RadioField(
        "Who reads it", [InputRequired("Choose who reads it.")], choices=list(SHOWN.items())
    )

    oneself = "Nobody praises themselves. A colleague may well do it for you."

    def of(self, values: list[Value]) -> "PraiseForm":
        """Offering these values; without any nothing is asked."""
        self.values = values
        self.value.choices = [
            SelectChoice(value.name, f"{value.name}: {value.sentence}") for value in values
        ]
        if not values:
            del self.value
        return self

    @property
    def chosen(self) -> Value | None:
        return next((one for one in self.values if one.name == self.value.data), None)


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
    # Who led them when the form said so by name.
    seen = HiddenField()

    def of(
        self, person: Person, leaders: list[Person], by: Person, asker: Person | None = None
    ) -> "NoteForm":
        """About that person, saying by name who leads them. Where an `asker` leads them, all who do
        read it and nothing is to be chosen."""
        self._leads = ",".join(str(one.id) for one in leaders)
        self.seen.data = self.seen.data or self._leads
        spared = {by.id, asker.id if asker else 0}
        self.leaders = text.enumerated([one.called for one in leaders if one.id not in spared])
        if asker is not None:
            del self.readers
            return self
        name = person.first_name
        # Where only the writer leads them, sharing it keeps it for the next lead.
        today = self.leaders or ("you" if leaders else "")
        line = f"{name} and whoever leads {name}: today {today}, later whoever does so then"
        choices = {THEM: f"{name} alone", LINE: line} if today else {THEM: f"{name} alone"}
        self.readers.choices = [SelectChoice(*each) for each in choices.items()]
        return self

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if not self.saw.data and not self.more.data:
            self.saw.errors = ["Write something in one of the two."]
            return False
        is_shared = "readers" not in self or self.readers.data == LINE
        if is_shared and self.seen.data != self._leads:
            self.seen.data = self._leads
            (self.readers if "readers" in self else self.saw).errors = [CHANGED]
            return False
        return is_valid


class RequestForm(People):
    """Of whom, and which question."""

    people = forms.line("Whom do you ask?", MAX_PEOPLE_CHARS, required="Say whom you ask.")
    question = forms.lines(
        "Your question", MAX_QUESTION_CHARS,
        required="Ask one question: who is asked something answers something.",
    )  # fmt: skip

    most = MOST_ASKED
    oneself = "Ask somebody else: you know your own view."

    about: Person | None = None

    def concerning(self, about: Person) -> "RequestForm":
        self.about = about
        return self

    def _one(self, name: str) -> Person:
        person = super()._one(name)
        if self.about and person.id == self.about.id:
            raise forms.ValidationError(f"{self.about.first_name} reads the answers anyway.")
        return person
