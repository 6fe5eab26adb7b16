"""What the two are asked: a rhythm and a day, a point, an action, notes."""

from datetime import timedelta
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, web
from portal.documents.models import Document
from portal.oneonones.models import MAX_NOTES
from portal.oneonones.rhythm import RHYTHMS
from portal.people.models import Person

FARTHEST_DAYS = 366


def _is_ahead(field: Any) -> None:
    today = web.viewer_today()
    if field.data and field.data < today:
        raise forms.ValidationError("That day is over.")
    if field.data and field.data > today + timedelta(days=FARTHEST_DAYS):
        raise forms.ValidationError("Choose a day within a year.")


class RhythmForm(forms.Form):
    """How often, and when next."""

    weeks = RadioField(
        "How often",
        [InputRequired("Choose how often you want to talk.")],
        choices=[SelectChoice(str(weeks), words) for weeks, words in RHYTHMS.items()],
    )
    next_on = forms.day("The next talk")

    def validate_next_on(self, field: Any) -> None:
        _is_ahead(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """A day is needed wherever there is a rhythm."""
        is_valid = super().validate(extra_validators)
        if self.weeks.data != "0" and not self.next_on.data and not self.next_on.errors:
            self.next_on.errors = ["Choose the day on which you talk next."]
            return False
        return is_valid


class DayForm(forms.Form):
    next_on = forms.day("Another day", required="Choose a day.")

    def validate_next_on(self, field: Any) -> None:
        _is_ahead(field)


class SkipForm(forms.Form):
    """Which talk is not to be: the one of that day."""

    planned_on = forms.day("The talk")


class HeldForm(forms.Form):
    """On which day they met (today, where none is named), and which talk it was."""

    held_on = forms.day("On which day")
    number = forms.number("Talk", 1, 100_000, required="Load the page again.")

    def validate_held_on(self, field: Any) -> None:
        # In the zone of the other one it may be tomorrow already.
        if field.data and field.data > web.viewer_today() + timedelta(days=1):
            raise forms.ValidationError("That day is still to come.")
        if field.data and field.data < web.viewer_today() - timedelta(days=FARTHEST_DAYS):
            raise forms.ValidationError("That is too long ago.")


class PointForm(forms.Form):
    words = forms.line("A point", 300, required="Write what you want to talk about.")


class PlaceForm(forms.Form):
    """How many places down the agenda; up, below 0."""

    steps = forms.number("Places", -100, 100, required="Load the page again.")


class AgendaForm(forms.Form):
    agenda = forms.choice("Agenda", required="Choose one.")

    def of(self, agendas: list[Document]) -> "AgendaForm":
        self.known = agendas
        self.agenda.choices = [SelectChoice(str(one.id), one.title) for one in agendas]
        return self

    @property
    def points(self) -> list[str]:
        """Those of the agenda that was chosen."""
        chosen = next(one for one in self.known if str(one.id) == self.agenda.data)
        return list(chosen.current.parsed["points"]) if chosen.current else []


class ActionForm(forms.Form):
    """Who does what by when."""

    title = forms.line("What", 300, required="Say what is to be done.")
    whose = RadioField("Who does it", [InputRequired("Choose one of you.")])
    due_on = forms.day("By when", required="Choose a day.")

    def of(self, viewer: Person, other: Person) -> "ActionForm":
        people = {str(viewer.id): "I do", str(other.id): other.called}
        self.whose.choices = [SelectChoice(key, words) for key, words in people.items()]
        return self

    def validate_due_on(self, field: Any) -> None:
        _is_ahead(field)


class DueForm(forms.Form):
    """Another day for something agreed on."""

    due_on = forms.day("By when", required="Choose a day.")

    def validate_due_on(self, field: Any) -> None:
        _is_ahead(field)


class NotesForm(forms.Form):
    """Notes, and the version of them that they were written on."""

    words = forms.lines("Notes", MAX_NOTES)
    version = HiddenField("")
    choice = HiddenField("")

    @property
    def on_version(self) -> int:
        return web.number(self.version.data or "") or 0
