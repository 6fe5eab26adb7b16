"""What is asked of whoever proposes a move, decides one, or wants one taken back."""

from datetime import date, timedelta
from typing import Any

from portal import forms, web
from portal.careers.models import MAX_REASON, PROMOTION, ROTATION
from portal.careers.proposing import MAX_NOTE
from portal.careers.rungs import Rung
from portal.careers.standing import Point
from portal.people.models import NOBODY, Person, Position
from portal.people.org import Location, Team, Teams

CHANGED = "The text of the track was changed meanwhile: look at the criteria again."
WHY = "Say in a sentence or two why."
SAY_HOW = "Say how it is met, or why you propose it without."


class MoveForm(forms.Form):
    """A position from a day on. What is left empty stays as it is; `of` adds a note for each
    criterion of the rung that is not met."""

    starts_on = forms.day("From", required="Say from which day on.")
    ends_on = forms.day("Until")
    role = forms.line("Role", 120)
    level = forms.line("Level", 20)
    team = forms.choice("Team")
    location = forms.choice("Place")
    manager = forms.line("Reports to", 254)
    reason = forms.lines("Why", MAX_REASON, required=WHY)
    # Which text the criteria are of; and whether only a look at what changes is wanted.
    shown = forms.line("Text", 20)
    look = forms.line("Look", 5)

    rung: Rung | None = None
    points: list[Point] = []
    led_by: Person | None = None
    known: Any = None

    @classmethod
    def of(cls, points: list[Point], rung: Rung | None) -> "type[MoveForm]":
        """The form with a note for each of these that is not known to be met."""
        fields: dict[str, Any] = {"points": points, "rung": rung}
        for place, point in enumerate(points):
            if point.is_met is not True:
                label = f"A word on: {point.title}"
                fields[f"note{place}"] = forms.lines(label, MAX_NOTE, required=SAY_HOW)
        return type("MoveFormWithNotes", (cls,), fields)

    def __iter__(self) -> Any:
        """Down the page, where the words on criteria stand right below the days."""
        days = [self.starts_on, self.ends_on]
        notes = [field for name, field in self._fields.items() if name[:4] == "note"]
        first = [*days, self.shown, *notes]
        return iter(first + [field for field in self._fields.values() if field not in first])

    def offer(self, held: Position | None, known: Any) -> "MoveForm":
        """Teams and places to choose from; an empty choice says what stays. `known` is whom the
        viewer may know of, as a query: nobody else is named as their manager."""
        self.known = known
        teams, places = Teams(), Location.by_name()
        team = teams.path(held.team_id) if held and held.team_id else "none"
        place = held.location.name if held and held.location else "none"
        self.team.choices = [("", f"As it is: {team}"), *teams.choices()]
        here = [(str(one.id), one.name) for one in places]
        self.location.choices = [("", f"As it is: {place}"), *here]
        return self

    def note_of(self, place: int) -> Any:
        """The field for a word on that criterion; None where it is met."""
        return self._fields.get(f"note{place}")

    @property
    def notes(self) -> dict[str, str]:
        return {
            point.key: self[f"note{place}"].data
            for place, point in enumerate(self.points)
            if f"note{place}" in self._fields and self[f"note{place}"].data
        }

    def validate_manager(self, field: Any) -> None:
        self.led_by = Person.colleague(field.data, self.known)
        if field.data and self.led_by is None:
            raise forms.ValidationError(NOBODY)

    def validate_shown(self, field: Any) -> None:
        if self.rung is not None and field.data and field.data != str(self.rung.revision.id):
            raise forms.ValidationError(CHANGED)

    def position(self) -> dict[str, Any]:
        """What it says of the position; without what stays. It is looked at before it is valid."""
        team, place = self.team.data, self.location.data
        said: dict[str, Any] = {
            "role": self.role.data,
            "level": self.level.data,
            "team": Team.get_or_none(Team.id == web.number(team)) if team else None,
            "location": Location.get_or_none(Location.id == web.number(place)) if place else None,
            "manager": self.led_by,
        }
        return {name: value for name, value in said.items() if value}


def first_values(sort: str, rung: Rung | None, today: date) -> dict[str, Any]:
    """What the form begins with: the first of next month, and a quarter for a rotation."""
    starts_on = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    values: dict[str, Any] = {"starts_on": starts_on}
    if sort == ROTATION:
        values["ends_on"] = (starts_on + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    if sort == PROMOTION and rung is not None:
        values["shown"] = str(rung.revision.id)
    return values


class AgreeForm(forms.Form):
    """Yes, with a word to whoever proposed it. `seen` names what was looked at."""

    answer = forms.lines("A word to whoever proposed it", MAX_REASON)
    seen = forms.line("Seen", 64)


class DeclineForm(forms.Form):
    """No, and why."""

    why = forms.lines("Why not", MAX_REASON, required="Say why, in a sentence or two.")


class BackForm(forms.Form):
    """From which day on it is taken back."""

    starts_on = forms.day("From", required="Say from which day on.")
    reason = forms.lines("Why", MAX_REASON, required=WHY)


class LongerForm(forms.Form):
    """Until when a rotation goes on."""

    ends_on = forms.day("Until", required="Say until which day.")
    reason = forms.lines("Why", MAX_REASON, required=WHY)
