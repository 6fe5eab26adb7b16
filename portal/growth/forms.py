"""What is asked of mentors, of those who offer tasks, and of whoever makes a plan."""

from datetime import date, timedelta
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portal import forms, web
from portal.documents.models import Document
from portal.growth.mentoring import MAX_CAPACITY, MAX_LINE
from portal.growth.mentorships import MAX_WORDS
from portal.growth.models import MAX_NOTE
from portal.growth.proposing import DO, LEARN, MEET, Place, Proposal
from portal.growth.steps import MAX_STEP, TASK, Choice
from portal.growth.stretches import MAX_SEATS, MAX_TAKES, MAX_TEXT, MAX_TITLE, Stretch
from portal.people import audience

NONE = "none"
MAX_AHEAD_DAYS = 366


class OfferForm(forms.Form):
    """What somebody offers as a mentor."""

    competencies = SelectMultipleField(
        "What you can help with", widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    capacity = forms.number(
        "How many people at once", 1, MAX_CAPACITY, required="Say how many, from 1 to 5."
    )
    line = forms.line("A line about you", MAX_LINE)

    def of(self, documents: list[Document]) -> "OfferForm":
        self._known = {str(one.id): one for one in documents}
        self.competencies.choices = [
            SelectChoice(key, one.title) for key, one in self._known.items()
        ]
        return self

    def validate_competencies(self, field: Any) -> None:
        if not field.data:
            raise forms.ValidationError("Choose at least one.")

    def facts(self) -> dict[str, Any]:
        return {
            "capacity": self.capacity.data,
            "line": self.line.data or "",
            "competencies": [self._known[key] for key in self.competencies.data or ()],
        }


class MentorWishForm(forms.Form):
    """Asking somebody to be one's mentor."""

    competency = forms.choice("What about")
    wish = forms.lines("A few words to them", MAX_WORDS)

    def of(self, documents: list[Document]) -> "MentorWishForm":
        self._known = {str(one.id): one for one in documents}
        given = [SelectChoice(key, one.title) for key, one in self._known.items()]
        self.competency.choices = [*given, SelectChoice("", "Something else")]
        return self

    @property
    def chosen(self) -> Document | None:
        return self._known.get(self.competency.data or "")


class WordForm(forms.Form):
    """A word to somebody, where there is one."""

    word = forms.lines("A word to them", MAX_WORDS)


class RefusalForm(forms.Form):
    word = forms.lines("A word why", MAX_WORDS, required="Say why, in a few words.")


class WishForm(forms.Form):
    wish = forms.lines("Why you", MAX_WORDS)


class ReportForm(forms.Form):
    said = forms.lines(
        "What you did and learned", MAX_WORDS, required="Say in a sentence what you did."
    )


class StretchForm(forms.Form):
    """A task on the board."""

    title = forms.line("What is to be done", MAX_TITLE, required="Say what is to be done.")
    text = forms.lines("More about it", MAX_TEXT)
    competency = forms.choice("What one learns", required="Choose what one learns by it.")
    takes = forms.line(
        "About how long", MAX_TAKES, required="Say about how long, like “two days in spring”."
    )
    seats = forms.number("For how many", 1, MAX_SEATS, required="Say for how many.")
    until = forms.day("May be asked for until", required="Say until which day.")
    audience = forms.line("Open to", audience.MAX_CHARS)

    # The task as it was, where one is changed: what was allowed then stays allowed.
    kept: Stretch | None = None

    def of(self, documents: list[Document], kept: Stretch | None = None) -> "StretchForm":
        self._known = {str(one.id): one for one in documents}
        if kept is not None and kept.competency_id:
            self._known.setdefault(str(kept.competency_id), kept.competency)
        self.kept = kept
        given = [SelectChoice(key, one.title) for key, one in self._known.items()]
        self.competency.choices = [SelectChoice("", "Choose one"), *given]
        return self

    def validate_until(self, field: Any) -> None:
        today = web.viewer_today()
        if not field.data or (self.kept and field.data == self.kept.until):
            return
        if field.data < today:
            raise forms.ValidationError("That day is over.")
        if field.data > today + timedelta(days=MAX_AHEAD_DAYS):
            raise forms.ValidationError("A year ahead at most.")

    def validate_audience(self, field: Any) -> None:
        try:
            audience.parse(field.data or "everyone")
        except audience.RuleError as error:
            said = f"It cannot be read at column {error.column}. {error.message}"
            raise forms.ValidationError(said) from None

    def facts(self) -> dict[str, Any]:
        names = ("title", "text", "takes", "seats", "until")
        said = {name: getattr(self, name).data for name in names}
        return said | {
            "competency": self._known[self.competency.data],
            "audience": str(audience.parse(self.audience.data or "everyone")),
        }


def first_task(today: date) -> dict[str, Any]:
    return {"seats": 1, "until": today + timedelta(days=30), "audience": "everyone"}


def task_as_typed(stretch: Stretch) -> dict[str, Any]:
    names = ("title", "text", "takes", "seats", "until", "audience")
    return {name: getattr(stretch, name) for name in names} | {
        "competency": str(stretch.competency_id or "")
    }


class PlanForm(forms.Form):
    """Three places, each with what may stand there; the first is proposed, any may stay empty."""

    learn = RadioField("Something to learn")
    mentor = RadioField("Somebody to ask")
    task = RadioField("Something to do")
    own = forms.line("Something of your own", MAX_STEP)
    note = forms.lines("A word to them", MAX_NOTE)

    def of(self, proposal: Proposal) -> "PlanForm":
        self._places = {place.name: place for place in proposal.places}
        for name, place in self._places.items():
            field = self[name]
            field.choices = [*_given(place, field.data), SelectChoice(NONE, "Leave this out")]
            if field.data is None:
                field.data = field.choices[0].value
        return self

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        for name in (LEARN, MEET, DO):
            # What was chosen a moment ago may be gone by now, and that is no mistake of theirs.
            self[name].validate_choice = False
        fits = super().validate(*args, **kwargs)
        for name, place in self._places.items():
            typed = self[name].data
            if typed not in (None, NONE) and place.find(typed) is None:
                self[name].errors = ["That is not offered any more: choose another, or leave it."]
                fits = False
        if fits and not self.choices:
            self.own.errors = ["A plan has one step at least: choose one above, or write one."]
            fits = False
        return fits

    @property
    def choices(self) -> list[Choice]:
        found = [place.find(self[name].data or "") for name, place in self._places.items()]
        return [choice for choice in [*found, _own(self.own.data)] if choice is not None]


class ExchangeForm(forms.Form):
    """Another step in the place of one."""

    other = RadioField("What instead")
    own = forms.line("Or in your own words", MAX_STEP)

    def of(self, place: Place) -> "ExchangeForm":
        self._place = place
        self.other.choices = _given(place, self.other.data)
        self.other.validate_choice = False
        return self

    def validate_own(self, field: Any) -> None:
        if self.chosen is None:
            raise forms.ValidationError("Choose one above, or write one here.")

    @property
    def chosen(self) -> Choice | None:
        return _own(self.own.data) or self._place.find(self.other.data or "")


def _own(words: str | None) -> Choice | None:
    return Choice(TASK, words=words) if words else None


def _given(place: Place, chosen: str | None) -> list[SelectChoice]:
    return [SelectChoice(one.key, one.label) for one in place.shown(chosen)]
