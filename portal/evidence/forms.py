"""What is asked of the report of a day, of a pack, and of an auditor's link."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from portal import clock, forms, web
from portal.evidence import access, as_of, auditors
from portal.evidence.models import Pack
from portal.people.models import Person
from portal.people.passes import MAX_DAYS

NOBODY = "Nobody, or more than one, is called that. Type their address or their number."
LOCAL = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M")
EVERYBODY, DEPARTMENT, ONE = "all", "department", "person"


class MomentField(forms.StringField):  # type: ignore[misc]
    """A moment in the zone of whoever looks, or as a report spells it; empty is now."""

    widget = DateTimeLocalInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip()[:40] if valuelist else ""
        self.moment: datetime | None = None
        if self.data:
            self.moment = _moment(self.data)
            self.data = _local(self.moment)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.moment = None
        super().__init__(*args, **kwargs)


def _moment(typed: str) -> datetime:
    try:
        return _bounded(as_of.read_moment(typed))
    except ValueError:
        pass
    for pattern in LOCAL:
        try:
            local = datetime.strptime(typed, pattern)  # noqa: DTZ007  (its zone is the viewer's)
        except ValueError:
            continue
        zone = clock.zone_of(web.viewer_zone())
        # Bounded first: the first and the last days there are have no UTC.
        return _bounded(local).replace(tzinfo=zone).astimezone(UTC)
    raise ValueError("This is not a moment, like 2026-11-30 14:05.")


def _bounded(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 2200:
        raise ValueError("This year is out of reach.")
    return moment


def _local(moment: datetime) -> str:
    return moment.astimezone(clock.zone_of(web.viewer_zone())).strftime(LOCAL[0])


class PastForm(forms.Form):
    """A day that is not to come, and what was known when."""

    as_of = forms.day("State of the day", required="Choose a day.")
    known_at = MomentField("As known on", description="Empty: as known now.")

    def validate_as_of(self, field: Any) -> None:
        if field.data and field.data > web.viewer_today():
            raise forms.ValidationError("That day is to come. Choose today or an earlier one.")

    def validate_known_at(self, field: Any) -> None:
        if field.moment is not None and field.moment > clock.now():
            raise forms.ValidationError(as_of.NOT_YET)


class AsOfForm(PastForm):
    requirement = forms.choice("Requirement")
    department = forms.choice("Department")
    person = forms.line("Person", 254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.requirement.choices = [("", "All"), *requirement_choices()]
        self.department.choices = [("", "All"), *department_choices()]
        self.found: Person | None = None

    def validate_person(self, field: Any) -> None:
        if field.data:
            self.found = access.person_called(field.data)
            if self.found is None:
                raise forms.ValidationError(NOBODY)


def requirement_choices() -> list[tuple[str, str]]:
    """Every requirement there ever was, by its title."""
    titles = access.titles_of(access.requirements())
    named = [(str(number), title) for number, title in titles.items()]
    counted = Counter(titles.values())
    return sorted(
        ((one, f"{title} ({one})" if counted[title] > 1 else title) for one, title in named),
        key=lambda pair: pair[1].casefold(),
    )


def department_choices() -> list[tuple[str, str]]:
    return [(str(number), name) for number, name in access.departments()]


class PackForm(PastForm):
    requirements = SelectMultipleField(
        "What", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    people = RadioField(
        "About whom",
        [InputRequired("Say whom it is about.")],
        choices=[
            SelectChoice(EVERYBODY, "Everybody who was meant"),
            SelectChoice(DEPARTMENT, "One department"),
            SelectChoice(ONE, "One person"),
        ],
        default=EVERYBODY,
    )
    department = forms.choice("Department")
    person = forms.line("Person", 254)
    from_on = forms.day("From")
    names = BooleanField("With names", default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.requirements.choices = requirement_choices()
        self.department.choices = [("", "Choose"), *department_choices()]
        self.found: Person | None = None

    def validate_from_on(self, field: Any) -> None:
        if field.data and self.as_of.data and field.data > self.as_of.data:
            raise forms.ValidationError("It begins after it ends.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Which department or person is asked for only where one is meant."""
        is_valid = bool(super().validate(extra_validators))
        if self.people.data == DEPARTMENT and not self.department.data:
            self.department.errors = ["Choose the department."]
        elif self.people.data == ONE:
            self.found = access.person_called(self.person.data or "")
            if self.found is None:
                self.person.errors = [NOBODY]
        return is_valid and not self.errors

    def validate_requirements(self, field: Any) -> None:
        if not field.choices:
            raise forms.ValidationError("Nothing is required of anybody yet.")

    def ask(self, by: Person) -> Pack:
        """The pack that was described; raises TooEarly as `as_of.pin` does."""
        known_at = as_of.pin(self.known_at.moment) if self.known_at.moment else None
        chosen = [int(number) for number in self.requirements.data or []]
        everything = [int(number) for number, _ in self.requirements.choices]  # type: ignore[union-attr, misc]
        return Pack.ask(
            by=by,
            as_of=self.as_of.data,
            known_at=known_at,
            from_on=self.from_on.data,
            requirements=chosen or everything,
            has_all=not chosen,
            has_names=self.names.data,
            **self._people(known_at),
        )

    def _people(self, known_at: datetime | None) -> dict[str, Any]:
        if self.people.data == ONE and self.found is not None:
            return {"person": self.found, "among": [self.found.id]}
        if self.people.data == DEPARTMENT:
            team = int(self.department.data)
            return {"team": team, "among": access.people_in(team, self.as_of.data, known_at)}
        return {}


class AuditorForm(forms.Form):
    name = forms.line("Name", 120, required="Type who it is for.")
    firm = forms.line("Firm", 120, required="Type whom they audit for.")
    address = forms.email("E-mail address", required="Type the address the link goes to.")
    until = forms.day("Last day", required="Choose the last day.")
    pack = forms.choice("What they see")

    def __init__(self, *args: Any, packs: Collection[Pack] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack.choices = [
            ("", "The auditor’s view, and the packs given to them"),
            *((str(pack.id), f"Pack {pack.id} of {pack.as_of} alone") for pack in packs),
        ]

    def validate_until(self, field: Any) -> None:
        days = (field.data - web.viewer_today()).days if field.data else 0
        if days < 0:
            raise forms.ValidationError("That day is over.")
        if days > MAX_DAYS - 2:
            raise forms.ValidationError("A link lasts a year at most.")

    def send(self, by: Person, pack: Pack | None) -> Any:
        return auditors.send(
            by=by,
            name=self.name.data,
            firm=self.firm.data,
            address=self.address.data,
            until=self.until.data,
            pack=pack,
        )


class GiftForm(forms.Form):
    person = forms.choice("To whom", required="Choose the auditor.")

    def __init__(self, *args: Any, people: Collection[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person.choices = [("", "Choose"), *((str(one.id), one.called) for one in people)]


def default_end(today: date) -> date:
    """How long an auditor's link lasts unless somebody says otherwise."""
    return today + timedelta(days=30)
