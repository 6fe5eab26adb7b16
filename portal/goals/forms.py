"""What is asked of whoever sets a goal, checks in, ends one, or notes what they got done."""

from typing import Any

from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal import forms, web
from portal.goals import shares
from portal.goals.checkins import MAX_SENTENCE, STATES
from portal.goals.key_results import KeyResult, Measured, is_same
from portal.goals.log import MAX_LINE
from portal.goals.models import EVERYONE, KPI, LINE, MAX_RESULTS, MAX_WORDS, OKR, OUTCOMES, Goal
from portal.goals.parser import MAX_TITLE, MAX_UNIT

SORTS = {OKR: "An objective with key results", KPI: "One measure to watch"}
VISIBILITIES = {LINE: "I and those I report to", EVERYONE: "Everybody at work"}
NUMBERS = range(1, MAX_RESULTS + 1)
NO_TITLE = "Say what is counted."
NO_NUMBERS = "Say where it starts and where it should get to."


class NumberField(StringField):
    """A number as people type it, with a point or a comma."""

    number: float | None = None

    def pre_validate(self, form: Any) -> None:
        self.number = None
        if self.data:
            try:
                self.number = shares.number(self.data)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from None


def _number(label: str) -> NumberField:
    limit = Length(max=20, message="At most 20 characters, please.")
    return NumberField(label, [Optional(), limit], filters=[lambda typed: (typed or "").strip()])


class GoalForm(forms.Form):
    """A goal with up to five key results; one measure is a goal with exactly one."""

    title = forms.line("What is to be reached", MAX_TITLE, required="Say what is to be reached.")
    words = forms.lines("Why, and what it takes", MAX_WORDS)
    sort = RadioField(
        "How it is measured",
        [InputRequired("Choose one.")],
        choices=[SelectChoice(name, words) for name, words in SORTS.items()],
        default=OKR,
    )
    parent = forms.choice("It serves")
    period = forms.line("Period", 20)
    starts_on = forms.day("Begins")
    ends_on = forms.day("Until")
    visibility = RadioField(
        "Who reads it",
        [Optional()],
        choices=[SelectChoice(name, words) for name, words in VISIBILITIES.items()],
        default=LINE,
    )
    # On which it was written, where there is one already.
    version = HiddenField("")

    known: dict[str, KeyResult]

    def of(self, parents: list[Goal], known: list[KeyResult]) -> "GoalForm":
        """Offering these goals to hang on; `known` are the key results there are."""
        self._parents = {str(goal.id): goal for goal in parents}
        self.known = {str(row.id): row for row in known}
        offered = [
            SelectChoice(key, f"{goal.owner_words}: {goal.title}")
            for key, goal in self._parents.items()
        ]
        self.parent.choices = [SelectChoice("", "Nothing above it"), *offered]
        return self

    # -- key results -----------------------------------------------------------------------

    def row(self, number: int) -> tuple[Any, ...]:
        """The fields of one key result: which it is, title, start, target, unit, which way."""
        names = ("id", "title", "start", "target", "unit", "way")
        return tuple(self[f"{name}_{number}"] for name in names)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [self.row(number) for number in NUMBERS]

    @property
    def has_more(self) -> bool:
        """Whether anything stands in the rows after the first, be it a mistake."""
        said = [field for row in self.rows[1:] for field in row[1:-1]]
        return any(field.data or field.errors for field in said)

    @property
    def results(self) -> list[Measured]:
        """As `Goal.begin` takes them; empty rows are none."""
        found = []
        for which, title, start, target, unit, way in self.rows:
            if not title.data:
                continue
            direction = shares.direction_of(start.number, target.number, way.data)
            row = self.known.get(which.data or "")
            found.append(
                Measured(title.data, unit.data or "", start.number, target.number, direction,
                         row.id if row else None)
            )  # fmt: skip
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """The rest, as `Goal.begin` takes it."""
        names = ("title", "words", "sort", "period", "starts_on", "ends_on")
        said = {name: getattr(self, name).data for name in names}
        said["period"] = " ".join((said["period"] or "").split())
        said["words"] = "\n".join((said["words"] or "").splitlines())
        said["parent"] = self._parents.get(self.parent.data or "")
        if "visibility" in self:
            said["visibility"] = self.visibility.data or LINE
        return said

    @property
    def on_version(self) -> int:
        return web.number(self.version.data or "") or 0

    def unlike(self, goal: Goal) -> list[tuple[str, str]]:
        """What stands in the portal and is another than what is typed here: label and words."""
        shown = {
            "title": goal.title,
            "words": goal.words,
            "sort": SORTS[goal.sort],
            "parent": goal.parent.title if goal.parent_id else "Nothing above it",
            "period": goal.period,
            "starts_on": web.day(goal.starts_on),
            "ends_on": web.day(goal.ends_on),
            "visibility": VISIBILITIES[goal.visibility],
        }
        found = [
            (self[name].label.text, shown[name] or "Nothing")
            for name, value in self.facts.items()
            if getattr(goal, name) != value
        ]
        rows = goal.results()
        if len(rows) != len(self.results) or not all(map(is_same, rows, self.results)):
            counted = [f"{row.title}, {row.way}" for row in rows]
            found.append(("What is counted", "\n".join(counted) or "Nothing"))
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        for _, title, start, target, unit, _ in self.rows:
            typed = [start.data, target.data, unit.data]
            if not title.data and any(typed):
                title.errors = [NO_TITLE]
                is_valid = False
            elif title.data and not (start.data and target.data):
                field = target if start.data else start
                field.errors = [*field.errors, NO_NUMBERS]
                is_valid = False
        if is_valid and self.sort.data == KPI and len(self.results) != 1:
            self.row(1)[1].errors = ["A measure is exactly one line: say what is counted."]
            is_valid = False
        if self.starts_on.data and self.ends_on.data and self.ends_on.data < self.starts_on.data:
            self.ends_on.errors = ["That is before it begins."]
            is_valid = False
        return is_valid


for _n in NUMBERS:
    setattr(GoalForm, f"id_{_n}", forms.line("", 18))
    setattr(GoalForm, f"title_{_n}", forms.line("What is counted", MAX_TITLE))
    setattr(GoalForm, f"start_{_n}", _number("From"))
    setattr(GoalForm, f"target_{_n}", _number("To"))
    setattr(GoalForm, f"unit_{_n}", forms.line("Unit", MAX_UNIT))
    setattr(
        GoalForm,
        f"way_{_n}",
        forms.choice(
            "If it is to stay there",
            choices=[SelectChoice(name, words) for name, words in shares.DIRECTIONS.items()],
            default=shares.UP,
        ),
    )


def typed(results: list[Any]) -> dict[str, str]:
    """Key results (of a goal, or of a template) as the form shows them."""
    said: dict[str, str] = {}
    for number, row in zip(NUMBERS, results, strict=False):
        said |= {
            f"id_{number}": str(getattr(row, "id", None) or ""),
            f"title_{number}": row.title,
            f"start_{number}": shares.plain(row.start),
            f"target_{number}": shares.plain(row.target),
            f"unit_{number}": row.unit,
            f"way_{number}": row.direction,
        }
    return said


class GivenForm(GoalForm):
    """Set for somebody else, a team or the company: who reads it is not the setter's to say."""

    visibility = None


class CheckInForm(forms.Form):
    """One tap, and if one likes a sentence and new values of key results."""

    state = forms.choice(
        "How it goes",
        required="Say how it goes: on track, at risk or off.",
        choices=[SelectChoice(name, words) for name, words in STATES.items()],
    )
    sentence = forms.line("A sentence", MAX_SENTENCE)
    # Where it was pressed, to go back there.
    origin = forms.choice(
        "", choices=[SelectChoice(one, one) for one in ("", "list", "today", "person")]
    )

    @property
    def values(self) -> dict[int, float]:
        return {
            int(name.removeprefix("value_")): field.number
            for name, field in self._fields.items()
            if name.startswith("value_") and field.number is not None
        }


def check_in_form(results: list[KeyResult]) -> type[CheckInForm]:
    """The form with a field for each of these key results."""
    fields = {f"value_{row.id}": _number(row.title) for row in results}
    return type("CheckInForm", (CheckInForm,), fields)


class EndForm(forms.Form):
    outcome = RadioField(
        "How it came out",
        [InputRequired("Choose one.")],
        choices=[SelectChoice(name, words) for name, words in OUTCOMES.items()],
    )
    said = forms.line("A sentence", MAX_SENTENCE)


class LogForm(forms.Form):
    text = forms.line("What you got done", MAX_LINE, required="Write a line.")
    on = forms.day("On which day")
    goal = forms.choice("It served")
    origin = forms.choice("", choices=[SelectChoice(one, one) for one in ("", "today")])

    def of(self, goals: list[Goal]) -> "LogForm":
        """Offering one's own goals to name."""
        self._goals = {str(goal.id): goal for goal in goals}
        offered = [SelectChoice(key, goal.title) for key, goal in self._goals.items()]
        self.goal.choices = [SelectChoice("", "No goal in particular"), *offered]
        return self

    @property
    def chosen(self) -> Goal | None:
        return self._goals.get(self.goal.data or "")

    def validate_on(self, field: Any) -> None:
        if field.data and field.data > web.viewer_today():
            raise forms.ValidationError("That day is still to come.")
